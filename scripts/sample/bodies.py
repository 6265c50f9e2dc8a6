"""What was written for the sample corpus: bodies, each of which is two or three posts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FIRST, LAST = np.datetime64("2024-01-02"), np.datetime64("2025-04-07")
DAYS = np.arange(FIRST, LAST + 1)
"""Days of the corpus."""

_COLUMNS = ["id", "topics", "tags", "marks", "when", "text", "kk", "zh", "en"]
_GROUP = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_MONTHS = re.compile(r"month (\d+(?:,\d+)*)")


@dataclass(frozen=True)
class Version:
    """A post as written, not yet dated.

    Attributes
    ----------
    body : str
        Identifier of the body it is a version of.
    subject : str
        File of the body.
    topics, tags, marks : tuple of str
    days : numpy.ndarray, shape (days,), bool
        On which of `DAYS` it may stand.
    dated : bool
        Whether its body says when.
    text : str
    lang : str
        Languages of the text, parted by semicolons.
    counterpart : tuple of (str, str), or None
        Language and text of what another account says of the same event.
    """

    body: str
    subject: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    marks: tuple[str, ...]
    days: np.ndarray
    dated: bool
    text: str
    lang: str
    counterpart: tuple[str, str] | None


def read(folder: Path, subjects: dict[str, Any]) -> dict[str, list[Version]]:
    """Read the bodies of all subjects; a file may say, body by body, which languages its texts are in."""
    return {name: _versions(folder / f"{name}.tsv", name, plan.get("langs", [])) for name, plan in subjects.items()}


def _versions(path: Path, subject: str, langs: Sequence[str]) -> list[Version]:
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    if lines[0].split("\t") != _COLUMNS:
        raise SystemExit(f"{path}: the columns are not {', '.join(_COLUMNS)}.")
    found = []
    for i, line in enumerate(lines[1:]):
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise SystemExit(f"{path}, line {i + 2}: {len(cells)} cells, not {len(_COLUMNS)}.")
        row = dict(zip(_COLUMNS, cells, strict=True))
        days = possible(row["when"])
        if not days.any():
            raise SystemExit(f"{path}, line {i + 2}: no day of the corpus fits {row['when']!r}.")
        counterpart = next(((lang, unfolded(row[lang])) for lang in ("kk", "zh", "en") if row[lang]), None)
        for number, text in enumerate(versions(row["text"])):
            found.append(
                Version(
                    row["id"], subject, _parted(row["topics"]), _parted(row["tags"]), _parted(row["marks"]),
                    days, bool(row["when"]), unfolded(text), langs[i] if langs else "ru",
                    counterpart if number == 0 else None,
                )
            )  # fmt: skip
    return found


def versions(text: str) -> list[str]:
    """Write out the versions of a body: of every ``{first|second}`` the first, then of every one the second.

    Examples
    --------
    >>> versions("{Вчера|Сегодня} открыли {парк|музей}.")
    ['Вчера открыли парк.', 'Сегодня открыли музей.']
    """
    groups = [group.split("|") for group in _GROUP.findall(text)]
    sizes = {len(group) for group in groups} or {1}
    if len(sizes) > 1:
        raise SystemExit(f"Groups with different numbers of alternatives: {text}")
    found = []
    for number in range(sizes.pop()):
        chosen = iter([group[number] for group in groups])
        found.append(_GROUP.sub(lambda _, chosen=chosen: next(chosen), text))
    return found


def possible(when: str) -> np.ndarray:
    """Tell on which of `DAYS` a post may stand: (days,) bool; any day where nothing is said."""
    if not when:
        return np.ones(len(DAYS), dtype=bool)
    fits = np.zeros(len(DAYS), dtype=bool)
    for part in when.split(";"):
        if given := _RANGE.fullmatch(part):
            fits |= (np.datetime64(given[1]) <= DAYS) & (np.datetime64(given[2]) >= DAYS)
        elif given := _MONTHS.fullmatch(part):
            months = DAYS.astype("datetime64[M]").astype(int) % 12 + 1
            fits |= np.isin(months, [int(month) for month in given[1].split(",")])
        else:
            raise SystemExit(f"{part!r} is neither a range of days nor months.")
    return fits


def unfolded(text: str) -> str:
    """Write line breaks as line breaks."""
    return text.replace("\\n", "\n")


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))
