"""The tables that figures are made from, as they are in memory or as read from the files of a run."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import pandas as pd

KEY = ["kind", "label_id"]
"""What makes a label one label."""

_SHARES = ("share", "low", "high", "share_from", "share_to", "share_before", "share_after", "difference", "mde")
_NUMBERS = {*_SHARES, "n", "n_total", "n_total_before", "n_total_after", "q", "placebo_p", "placebo_floor"}
"""Columns that figures read as numbers."""

_QUARTER, _MONTH, _WEEK = r"(\d{4})Q([1-4])", r"(\d{4})-(\d\d)", r"(\d{4})-W(\d\d)"
_DAY = r"\d{4}-\d\d-\d\d"


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table whose text columns hold text, "" for none, and whose number columns hold float64, NaN for none."""
    made = {
        name: pd.to_numeric(column, errors="coerce").astype("float64")
        if name in _NUMBERS
        else column.astype("object").where(column.notna(), "").astype("str")
        for name, column in table.items()
    }
    return pd.DataFrame(made).reset_index(drop=True)


def of_all_posts(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows about all posts, not those about an account, a language or another part of them."""
    return table[table["by"] == ""].reset_index(drop=True)


def named(kinds: Sequence[str]) -> str:
    """Name labels by their kinds, for a title.

    Examples
    --------
    >>> named(["theme", "noise"]), named(["code", "tag"])
    ('themes', 'codes and tags')
    """
    plural = [f"{kind}s" for kind in dict.fromkeys(kinds) if kind != "noise"] or ["noise"]
    return " and ".join([", ".join(plural[:-1]), plural[-1]] if len(plural) > 1 else plural)


def widest(shifts: pd.DataFrame, periods: Sequence[str]) -> tuple[str, str] | None:
    """Find the two compared periods that lie furthest apart; None where none were compared."""
    at = {period: place for place, period in enumerate(periods)}
    pairs = dict.fromkeys(zip(shifts["from"], shifts["to"], strict=True))
    known = [(at[second] - at[first], first, second) for first, second in pairs if first in at and second in at]
    if not known:
        return None
    _, first, second = max(known, key=lambda pair: pair[0])
    return first, second


def telling(prevalence: pd.DataFrame, shifts: pd.DataFrame, most: int) -> list[tuple[str, str]]:
    """Choose labels to show: those that moved, the largest change first, then the largest.

    Parameters
    ----------
    prevalence, shifts : pandas.DataFrame
        As in the files of a run, of all posts.
    most : int

    Returns
    -------
    list of (kind, label_id)
    """
    moved = shifts[shifts["verdict"].isin(["rose", "fell"])]
    order = moved.assign(size=moved["difference"].abs()).groupby(KEY)["size"].max()
    size = prevalence.groupby(KEY)["n"].sum()
    ranked = pd.DataFrame({"size": size}).assign(change=order).fillna({"change": 0.0})
    ranked = ranked.sort_values(["change", "size"], ascending=False, kind="stable")
    return [(str(kind), str(label)) for kind, label in ranked.index[:most]]


def span(period: str) -> tuple[datetime.date, datetime.date] | None:
    """Give the first day of a period and the first day after it; None where its name tells no dates.

    Examples
    --------
    >>> span("2024Q4")
    (datetime.date(2024, 10, 1), datetime.date(2025, 1, 1))
    >>> span("before the visit") is None
    True
    """
    if found := re.fullmatch(_WEEK, period):
        monday = datetime.date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + datetime.timedelta(days=7)
    if found := re.fullmatch(_QUARTER, period):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    if found := re.fullmatch(_MONTH, period):
        return _months(int(found[1]), int(found[2]), 1)
    if re.fullmatch(_DAY, period):
        day = datetime.date.fromisoformat(period)
        return day, day + datetime.timedelta(days=1)
    first, dots, last = period.partition("..")
    if dots and (start := span(first)) and (end := span(last)):
        return start[0], end[1]
    return _months(int(period), 1, 12) if re.fullmatch(r"\d{4}", period) else None


def place(day: datetime.date, periods: Sequence[str]) -> float | None:
    """Place a day on an axis on which period i lies from i - 1/2 to i + 1/2; None outside all periods."""
    for at, period in enumerate(periods):
        between = span(period)
        if between and between[0] <= day < between[1]:
            return at - 0.5 + (day - between[0]) / (between[1] - between[0])
    return None


def _months(year: int, month: int, count: int) -> tuple[datetime.date, datetime.date]:
    after = year * 12 + month - 1 + count
    return datetime.date(year, month, 1), datetime.date(after // 12, after % 12 + 1, 1)
