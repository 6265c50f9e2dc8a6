"""What became of a corrected share, in sentences: what codes moved, which periods differ, and why nothing is said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from discourse.change.conclusions import points
from discourse.change.corrections import APART
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.codes.correction import CORRECTED, LABELS, PLENTY, SCARCE

PAIRS = 4
"""Pairs of periods that are told, and periods that are named."""
_ORDER = {ROSE: 0, FELL: 0, NOTHING: 1, WITHHELD: 2}


def sentence(coding: pd.DataFrame, shifts: pd.DataFrame) -> str:
    """Say what became of a code between the periods that tell most.

    Parameters
    ----------
    coding, shifts : pandas.DataFrame
        The rows of one code (`discourse.codes.correction.CODING`, `discourse.change.shifts.COLUMNS`).
    """
    corrected = shifts[shifts["kind"] == CORRECTED]
    told = corrected[corrected["verdict"] != WITHHELD]
    if coding["corrected"].isna().all():
        parts = ["Nothing can be said of it: no period has codes enough."]
    elif told.empty:
        parts = [_moved(coding), "No two periods can be compared."]
    else:
        order = told["verdict"].map(_ORDER)
        rows = told.assign(order=order).sort_values(["order", "q"], kind="stable", na_position="last").head(PAIRS)
        parts = [_moved(coding), "; ".join(compared(row) for row in rows.to_dict("records")) + "."]
    return " ".join(filter(None, [*parts, apart(coding, shifts), _scarce(coding)]))


def compared(row: Mapping[Any, Any]) -> str:
    """Say how a corrected share differs between two periods, for these posts and beyond them."""
    if row["verdict"] == WITHHELD:
        return f"withheld, {row['note']}"
    ends = f" [{points(row['low'])}, {points(row['high'])}]" if row["low"] < row["high"] else ""
    size = f"{points(row['difference'])} points{ends} in these posts"
    q = row["q"]
    sure = "" if math.isnan(q) else ", q < .001" if q < 0.001 else f", q = {q:.3f}"
    return f"{row['from']} → {row['to']}: {size}, {row['verdict']} beyond the swing of weeks{sure}"


def apart(coding: pd.DataFrame, shifts: pd.DataFrame) -> str:
    """Say of which periods the codes alone differ, where no correction is told; "" if of none.

    Parameters
    ----------
    coding, shifts : pandas.DataFrame
        The rows of one code.
    """
    alone = coding.set_index("period")[["labels", "labels_low", "labels_high"]]
    rows = shifts[(shifts["kind"] == LABELS) & (shifts["note"] == APART)].head(PAIRS)
    told = []
    for row in rows.to_dict("records"):
        before, now = (between(*alone.loc[str(row[end])]) for end in ("from", "to"))
        which = "By the codes alone" if len(coding) == 2 else f"{row['from']} → {row['to']}, by the codes alone"
        told.append(
            f"{which} {before} and {now}: their intervals don't overlap, but with so few codes no corrected change is "
            "told."
        )
    return " ".join(told)


def _scarce(coding: pd.DataFrame) -> str:
    """Warn of shares that are told by luck."""
    few = coding[coding["corrected"].notna() & (coding["coded"] < coding["n"]) & (coding["positives"] < PLENTY)]
    if few.empty:
        return ""
    told = ", ".join(f"{row['period']} {row['positives']}" for row in few.head(PAIRS).to_dict("records"))
    return f"With so few codes ({told} with it): {SCARCE.partition(': ')[2]}, since ten are needed to be told at all."


def share(value: float) -> str:
    """Write a share.

    Examples
    --------
    >>> share(0.123), share(-0.001), share(float("nan"))
    ('12.3%', '0.0%', '')
    """
    return "" if math.isnan(value) else f"{max(value, 0):.1%}"


def between(value: float, low: float, high: float) -> str:
    """Write a share with its interval, if it has one.

    Examples
    --------
    >>> between(0.123, 0.1, 0.15), between(0.123, 0.123, 0.123)
    ('12.3% [10.0, 15.0]', '12.3%')
    """
    if math.isnan(value):
        return ""
    return f"{share(value)} [{100 * low:.1f}, {100 * high:.1f}]" if high > low else share(value)


def _moved(coding: pd.DataFrame) -> str:
    """Say by how much the codes moved the machine's share."""
    moved = coding.dropna(subset="moved")
    if moved.empty:
        return ""
    size = f"{abs(moved['moved']).max() * 100:.1f} points"
    if len(moved) > PAIRS:
        return f"The codes move the machine's share by up to {size}."
    each = ", ".join(f"{row['period']} {points(row['moved'])}" for row in moved.to_dict("records"))
    return f"The codes move the machine's share by {'up to ' if len(moved) > 1 else ''}{size} ({each})."
