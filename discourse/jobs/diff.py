"""Two runs side by side: which themes correspond, which settings differ, which findings changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.errors import DataError, UsageError
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import pandas as pd

_THEME = "theme"
_FINDINGS = {
    "drift": ("shifts.csv", ("by", "from", "to"), "{} to {}"),
    "events": ("effects.csv", ("event", "date"), "{} ({})"),
}
"""Where the findings of an analysis are, what tells them apart besides the label, and how to say when they are."""
_ANSWERS = {"posts", "family", "blocks"}
"""What the manifest says of an analysis that nobody asked for."""
_SHOWN = ("analysis", "kind", "label_id_a", "label_id_b", "label", "by", "when")
FINDINGS = (*_SHOWN, "difference_a", "difference_b", "verdict_a", "verdict_b", "change")
VERDICT, SIGN, BOTH = "verdict", "sign", "verdict and sign"


@dataclass(frozen=True)
class Difference:
    """How two runs differ.

    Attributes
    ----------
    posts : dict of str to int
        ``common, only_a, only_b``.
    themes : pandas.DataFrame
        See `discourse.themes.correspond.correspond`.
    settings : pandas.DataFrame
        ``what, a, b``: what differs of settings, encoder, inputs and versions, and of questions asked of both runs.
    findings : pandas.DataFrame
        Findings of another verdict or sign: ``analysis, kind, label_id_a, label_id_b, label, by, when, difference_a,
        difference_b, verdict_a, verdict_b, change`` (verdict, sign, or both). Differences are shares, 0 to 1.
    compared : pandas.DataFrame
        For each analysis of both runs: ``analysis, compared, changed, only_a, only_b`` (findings).
    notes : list of str
    """

    posts: dict[str, int]
    themes: pd.DataFrame
    settings: pd.DataFrame
    findings: pd.DataFrame
    compared: pd.DataFrame
    notes: list[str]


def diff(a: str | Path | Run, b: str | Path | Run) -> Difference:
    """Compare two runs.

    Parameters
    ----------
    a, b : path or Run
        Posts are matched by ``post_id`` and failing that by their text, themes by their posts, other labels by their
        id. Themes are those that researchers' edits left.

    Returns
    -------
    Difference

    Raises
    ------
    UsageError
        When there is no such run, or both are the same one.
    DataError
        When a table of findings can't be read.

    Examples
    --------
    >>> found = discourse.diff("runs/first", "runs/second")  # doctest: +SKIP
    >>> found.themes.query("relation != 'same'")  # doctest: +SKIP
    """
    import pandas as pd

    from discourse.posts.match import match
    from discourse.themes.correspond import SAME, correspond

    one, other = (open_run(run.path if isinstance(run, Run) else run) for run in (a, b))
    if one.path.resolve() == other.path.resolve():
        raise UsageError(f"{one.path}: is one and the same run; name two.")
    here, there = match(one.posts, other.posts)
    posts = {"common": len(here), "only_a": len(one.posts) - len(here), "only_b": len(other.posts) - len(here)}
    themes = correspond(
        one.assignments["theme"].to_numpy()[here],
        other.assignments["theme"].to_numpy()[there],
        one.labels,
        other.labels,
    )
    same = themes[themes["relation"] == SAME]
    numbers = {str(x): str(y) for x, y in zip(same["theme_a"], same["theme_b"], strict=True)}
    shared, notes = _shared(one, other)
    settings = pd.DataFrame(list(_differing(one.manifest, other.manifest, shared)), columns=["what", "a", "b"])
    tables = [_changed(one, other, name, numbers) for name in shared]
    findings = [changed for changed, _ in tables if len(changed)]
    return Difference(
        posts,
        themes,
        settings,
        pd.concat(findings, ignore_index=True) if findings else pd.DataFrame(columns=list(FINDINGS)),
        pd.DataFrame([counts for _, counts in tables], columns=["analysis", "compared", "changed", "only_a", "only_b"]),
        notes,
    )


def _shared(one: Run, other: Run) -> tuple[list[str], list[str]]:
    """Name the analyses that both runs have, and say which one alone has."""
    mine, theirs = (
        [name for name in run.manifest.get("added", {}) if name.split("/")[0] in _FINDINGS] for run in (one, other)
    )
    notes = [
        f"Only {run.path} has {', '.join(sorted(set(names) - set(others)))}."
        for run, names, others in ((one, mine, theirs), (other, theirs, mine))
        if set(names) - set(others)
    ]
    return sorted(set(mine) & set(theirs)), notes


def _differing(a: dict[str, Any], b: dict[str, Any], shared: list[str]) -> Iterator[tuple[str, str, str]]:
    """List what differs between two manifests, as text."""
    files = [{entry["sha256"]: f"{entry['file']} ({entry['sha256'][:8]})" for entry in one["inputs"]} for one in (a, b)]
    mine, theirs = (
        ", ".join(text for key, text in one.items() if key not in other) for one, other in (files, files[::-1])
    )
    if mine or theirs:
        yield "inputs", mine, theirs
    flat = [dict(_flat(_facts(manifest, shared))) for manifest in (a, b)]
    for key in dict.fromkeys([*flat[0], *flat[1]]):
        if flat[0].get(key) != flat[1].get(key):
            yield key, flat[0].get(key, ""), flat[1].get(key, "")


def _facts(manifest: dict[str, Any], shared: list[str]) -> dict[str, Any]:
    """Choose what is worth comparing of a manifest."""
    encoder = {key: value for key, value in manifest["encoder"].items() if key != "options"}
    chosen = {"settings": manifest["settings"], "used": manifest["themes"], "columns": manifest["columns"]}
    asked = {
        name: {key: value for key, value in manifest["added"][name].items() if key not in _ANSWERS} for name in shared
    }
    edits = {"edits": manifest.get("added", {}).get("edits", {}).get("edits", 0)}
    versions = {"discourse": manifest["discourse"], **manifest["versions"]}
    return {**chosen.pop("settings"), "model": encoder, **chosen, **edits, **asked, "versions": versions}


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _changed(
    one: Run, other: Run, name: str, numbers: dict[str, str]
) -> tuple[pd.DataFrame, tuple[str, int, int, int, int]]:
    """Compare the findings of an analysis: those of another verdict or sign, and how many there are."""
    import numpy as np

    file, keys, form = _FINDINGS[name.split("/")[0]]
    mine, theirs = (_findings(run.path / name / file, keys) for run in (one, other))
    same = mine["label_id"].map(numbers)
    mine["there"] = mine["label_id"].where(mine["kind"] != _THEME, same)
    on = ["kind", *keys]
    joined = mine.dropna(subset="there").merge(
        theirs, left_on=["there", *on], right_on=["label_id", *on], suffixes=("_a", "_b")
    )
    verdict = (joined["verdict_a"] != joined["verdict_b"]).to_numpy()
    sign = (joined["difference_a"] * joined["difference_b"] < 0).to_numpy()
    joined["change"] = np.select([verdict & sign, verdict, sign], [BOTH, VERDICT, SIGN], "")
    joined["analysis"], joined["label"] = name, joined["label_a"]
    joined["by"] = joined["by"] if "by" in keys else ""
    times = zip(joined[keys[-2]], joined[keys[-1]], strict=True)
    joined["when"] = [first if first == last else form.format(first, last) for first, last in times]
    counts = (name, len(joined), int((verdict | sign).sum()), len(mine) - len(joined), len(theirs) - len(joined))
    return joined.loc[joined["change"] != "", list(FINDINGS)], counts


def _findings(path: Path, keys: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
        chosen = table[["kind", "label_id", "label", *keys, "difference", "verdict"]].copy()
        chosen["difference"] = pd.to_numeric(chosen["difference"].replace("", None))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: can't be read as findings ({error}). `discourse verify` tells more.") from None
    return chosen
