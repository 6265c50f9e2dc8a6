"""Which themes bear a claim, by what `discourse stability` found of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discourse.run import Run

if TYPE_CHECKING:
    import pandas as pd

THEMES = "stability/themes.csv"
FITS = "stability/fits.parquet"
_THEME, _NOT_MEASURED = "theme", "not measured"
LEAST = 0.6
"""Similarity to refits below which nothing is claimed of a theme (Hennig 2007)."""


@dataclass(frozen=True)
class Trust:
    """What is known of the stability of themes.

    Attributes
    ----------
    found : mapping of str to dict, or None
        ``verdict`` and ``jaccard`` of each theme as it was found, by its number; None where stability was not run.
    parts : mapping of str to list of str
        Of which themes, as they were found, each theme consists.
    """

    found: Mapping[str, Mapping[str, Any]] | None
    parts: Mapping[str, list[str]]

    @property
    def note(self) -> str:
        """What to say of all themes; "" where their stability is known."""
        if self.found is not None:
            return ""
        return "Whether the themes would be found again is not known: discourse stability tells, and takes minutes."

    def reason(self, kind: str, label_id: str) -> str:
        """Say why nothing is claimed of a label; "" if claims may be made."""
        if kind != _THEME or self.found is None:
            return ""
        parts = self.parts.get(label_id, [label_id])
        known = [part for part in parts if self.found.get(part, {}).get("verdict", _NOT_MEASURED) != _NOT_MEASURED]
        weak = [part for part in known if float(self.found[part]["jaccard"]) < LEAST]
        if not weak:
            return ""
        jaccard = min(float(self.found[part]["jaccard"]) for part in weak)
        which = "the theme" if parts == [label_id] else f"theme {', '.join(weak)}, which is part of it,"
        return f"refits don't find {which} again (Jaccard {jaccard:.2f})"


def withheld(trusted: Trust, labels: pd.DataFrame) -> list[str]:
    """Say of each label (``kind, label_id``) why nothing is claimed of it; "" if claims may be made."""
    return [trusted.reason(kind, one) for kind, one in zip(labels["kind"], labels["label_id"], strict=True)]


def notes(trusted: Trust, labels: pd.DataFrame) -> list[str]:
    """List what to say of all themes, where there are any among the labels."""
    return [trusted.note] if trusted.note and (labels["kind"] == _THEME).any() else []


def trust(run: Run) -> Trust:
    """Read what is known of the stability of a run's themes."""
    import pandas as pd

    if "stability" not in run.manifest.get("added", {}):
        return Trust(None, {})
    table = pd.read_csv(run.path / THEMES, dtype={"theme": "str"}, keep_default_na=False, na_values={"jaccard": [""]})
    found = table.set_index("theme")[["verdict", "jaccard"]].to_dict("index")
    parts = {str(theme): [str(part) for part in run.parts(theme)] for theme in run.themes["theme"].tolist()}
    return Trust({str(theme): {str(key): value for key, value in row.items()} for theme, row in found.items()}, parts)
