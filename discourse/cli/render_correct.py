"""What a person sees of corrected shares: the machine's, those of codes alone, and the corrected ones, code by code."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.change.conclusions import points
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.cli import console

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.correct import CorrectResult

_CODES = 12
"""Codes shown."""
_PAIRS = 4
"""Pairs of periods told of each."""
_ORDER = {ROSE: 0, FELL: 0, NOTHING: 1, WITHHELD: 2}
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
    if len(labels) > _CODES:
        console.write(f"\nand {len(labels) - _CODES} more codes (--format csv shows all)")
    console.write()
    console.write_wrapped(
        "Shares and their intervals are about these posts; whether a share rose or fell beyond them is tested by "
        "exchanging weeks."
    )


def _code(coding: pd.DataFrame, shifts: pd.DataFrame, effects: pd.DataFrame) -> None:
    first = coding.iloc[0]
    console.write_wrapped(f"{first['label_id']}: {_score(first)}")
    console.write()
    heads = [
        ("period", "text"),
        *((head, "right") for head in ("posts", "coded", "with it", "machine", "codes alone", "corrected", "moved")),
    ]
    console.draw(heads, [_row(row) for row in coding.to_dict("records")])
    console.write_wrapped(sentence(coding, shifts))
    for event, of in effects.groupby("by", sort=False):
        told = of[of["kind"] == "corrected"].iloc[0].to_dict()
        console.write_wrapped(f"{event}: {_change(told)}", indent="  ")
    _withheld(coding)


def _score(row: pd.Series[Any]) -> str:
    """Say where the score comes from, and how much it counts."""
    if row["note"]:
        return str(row["note"])
    if math.isnan(row["naive"]):
        return "codes alone"
    return (
        f"{_STAGES.get(row['stage'], row['stage'])}; its correlation with the codes is {row['correlation']:.2f}, "
        f"and it counts {row['lambda']:.0%}"
    )


def _row(row: dict[Any, Any]) -> list[str]:
    return [
        row["period"],
        f"{row['n']:,}",
        f"{row['coded']:,}",
        f"{row['positives']:,}",
        _share(row["naive"]),
        _between(row["labels"], row["labels_low"], row["labels_high"]),
        "withheld" if row["withheld"] else _between(row["corrected"], row["low"], row["high"]),
        "" if math.isnan(row["moved"]) else points(row["moved"]),
    ]


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{max(value, 0):.1%}"


def _between(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return ""
    return f"{_share(value)} [{100 * low:.1f}, {100 * high:.1f}]" if high > low else _share(value)


def sentence(coding: pd.DataFrame, shifts: pd.DataFrame) -> str:
    """Say in a sentence what became of a code between the periods that tell most.

    Parameters
    ----------
    coding, shifts : pandas.DataFrame
        The rows of one code.
    """
    corrected = shifts[shifts["kind"] == "corrected"]
    told = corrected[corrected["verdict"] != WITHHELD]
    moved = coding["moved"].dropna()
    if coding["corrected"].isna().all():
        return "Nothing can be said of it: no period has codes enough."
    begin = f"The codes move the machine's share by up to {abs(moved).max() * 100:.1f} points. " if len(moved) else ""
    if told.empty:
        return f"{begin}No two periods can be compared."
    order = told["verdict"].map(_ORDER)
    rows = told.assign(order=order).sort_values(["order", "q"], kind="stable", na_position="last").head(_PAIRS)
    return begin + "; ".join(_change(row) for row in rows.to_dict("records")) + "."


def _change(row: dict[Any, Any]) -> str:
    if row["verdict"] == WITHHELD:
        return f"withheld, {row['note']}"
    ends = f" [{points(row['low'])}, {points(row['high'])}]" if row["low"] < row["high"] else ""
    size = f"{points(row['difference'])} points{ends} in these posts"
    q = row["q"]
    sure = "" if math.isnan(q) else ", q < .001" if q < 0.001 else f", q = {q:.3f}"
    return f"{row['from']} → {row['to']}: {size}, {row['verdict']} beyond the swing of weeks{sure}"


def _withheld(coding: pd.DataFrame) -> None:
    """Say why periods are withheld and what would do, the first in full."""
    hidden = coding[coding["withheld"] != ""]
    if hidden.empty:
        return
    more = f" So are {len(hidden) - 1} more periods." if len(hidden) > 2 else ""
    more = f" So is {hidden['period'].iloc[1]}." if len(hidden) == 2 else more
    console.write_wrapped(f"Withheld, {hidden['period'].iloc[0]}: {hidden['withheld'].iloc[0]}.{more}")
