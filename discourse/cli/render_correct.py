"""What a person sees of corrected shares: the machine's, those of codes alone, and the corrected ones, code by code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.change.correction_words import between, compared, sentence, share
from discourse.cli import console
from discourse.codes.compare.words import brief
from discourse.codes.correction import CORRECTED

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.correct import CorrectResult

_CODES = 12
"""Codes shown."""
_LINES = 12
"""Lines of what became of a code."""
_STAGES = {
    "head": "a score learned from the codes and the posts' vectors",
    "calibrated": "the concept's score, calibrated by the codes",
    "own scores": "your scores",
}


def correct_tables(found: CorrectResult) -> None:
    """Draw what was found, code by code."""
    coding, shifts = found.tables["coding"], found.tables["shifts"]
    effects = found.tables.get("effects", shifts[:0])
    labels = list(dict.fromkeys(coding["label_id"]))
    for number, label_id in enumerate(labels[:_CODES]):
        if number:
            console.write()
        _code(*(table[table["label_id"] == label_id] for table in (coding, shifts, effects)))
    if (more := len(labels) - _CODES) > 0:
        console.write(f"\nand {more} more {'code' if more == 1 else 'codes'} (--format csv shows all)")
    console.write()
    console.write_wrapped(
        "Shares and their intervals are about these posts; whether a share rose or fell beyond them is tested by "
        "exchanging weeks."
    )


def _code(coding: pd.DataFrame, shifts: pd.DataFrame, effects: pd.DataFrame) -> None:
    first = coding.iloc[0]
    console.write_wrapped(f"{brief(first['label_id'])}: {_score(first)}")
    console.write()
    heads = [
        ("period", "text"),
        *((head, "right") for head in ("posts", "coded", "with it", "machine", "codes alone", "corrected")),
    ]
    console.draw(heads, [_row(row) for row in coding.to_dict("records")])
    console.write_wrapped(sentence(coding, shifts), lines=_LINES)
    for event, of in effects.groupby("by", sort=False):
        told = of[of["kind"] == CORRECTED].iloc[0].to_dict()
        console.write_wrapped(f"{event}: {compared(told)}", indent="  ")
    _withheld(coding)


def _score(row: pd.Series[Any]) -> str:
    """Say where the score comes from, and how much it counts."""
    if row["note"]:
        return str(row["note"])
    if math.isnan(row["naive"]):
        return "codes alone"
    return (
        f"{_STAGES.get(row['stage'], row['stage'])}; its correlation with the codes is {row['correlation']:.2f}, "
        f"and its weight is {row['lambda']:.0%}"
    )


def _row(row: dict[Any, Any]) -> list[str]:
    return [
        row["period"],
        f"{row['n']:,}",
        f"{row['coded']:,}",
        f"{row['positives']:,}",
        share(row["naive"]),
        between(row["labels"], row["labels_low"], row["labels_high"]),
        "withheld" if row["withheld"] else between(row["corrected"], row["low"], row["high"]),
    ]


def _withheld(coding: pd.DataFrame) -> None:
    """Say why periods are withheld and what would do, the first in full."""
    hidden = coding[coding["withheld"] != ""]
    if hidden.empty:
        return
    more = f" So are {len(hidden) - 1} more periods." if len(hidden) > 2 else ""
    more = f" So is {hidden['period'].iloc[1]}." if len(hidden) == 2 else more
    console.write_wrapped(f"Withheld, {hidden['period'].iloc[0]}: {hidden['withheld'].iloc[0]}.{more}")
