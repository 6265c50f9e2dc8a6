"""The periods of an analysis: calendar periods, stretches between named dates, or two stretches to compare."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from discourse.change.frame import FEWEST_WEEKS
from discourse.errors import UsageError
from discourse.posts import periods as calendar
from discourse.posts.dates import bounds

COLUMNS = ["period", "first", "last", "partial", "missing"]


def periods(day: np.ndarray, by: calendar.Period = "quarter", cuts: Sequence[str] = ()) -> pd.DataFrame:
    """List the periods that a corpus covers.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D], shape (n,)
        Days of all posts of the corpus.
    by : {"year", "quarter", "month", "week"}
    cuts : sequence of str
        ``DATE`` or ``NAME=DATE``: the periods are then the stretches before the first, between two, and from the last.

    Returns
    -------
    pandas.DataFrame
        One row a period, in order: ``period, first, last`` (datetime64[s], both days within), ``partial`` (whether the
        corpus begins or ends within it) and ``missing`` (days in holes, see `discourse.posts.periods.table`).

    Raises
    ------
    UsageError
        A cut is no date, is given twice, or leaves no posts on one side.

    Examples
    --------
    >>> day = np.array(["2024-01-01", "2025-04-01"], dtype="datetime64[D]")
    >>> periods(day, cuts=["inauguration=2025-01-20"])["period"].tolist()
    ['before inauguration', 'inauguration']
    """
    if not cuts:
        return calendar.table(pd.Series(day.astype("datetime64[s]")), by)[COLUMNS]
    dates = sorted(_cut(cut) for cut in cuts)
    edges = [np.datetime64(date, "D") for date, _ in dates]
    if len(set(edges)) < len(edges):
        raise UsageError("--cut: two cuts are on one day. Leave one out.")
    if edges[0] <= day.min() or edges[-1] > day.max():
        raise UsageError(f"--cut: the posts go from {day.min()} to {day.max()}; a cut has to lie between.")
    ends = [day.min(), *edges, day.max() + 1]
    names = [f"before {dates[0][1]}", *(name for _, name in dates)]
    return pd.DataFrame([_stretch(name, *edge, day) for name, edge in zip(names, pairwise(ends), strict=True)])


def chosen(
    table: pd.DataFrame, corpus: np.ndarray, day: np.ndarray, earlier: str | None, later: str | None
) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """Say which periods are compared.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `periods`.
    corpus : numpy.ndarray of datetime64[D]
        Days of all posts of the corpus.
    day : numpy.ndarray of datetime64[D], shape (n,)
        Days of the posts asked about.
    earlier, later : str, optional
        A period of the table, another one (``2024``, ``2024Q1``, ``2024-03``), or a stretch
        (``2024-10-01..2025-01-19``).

    Returns
    -------
    periods : pandas.DataFrame
        The table with ``posts``; only the two periods named, if one of them is not in the table.
    pairs : list of (int, int)
        The two periods named; else each with the next one that has posts, and the first with the last that are whole.
        Partial periods with posts in fewer than eight weeks are compared where they are named, and only there.

    Raises
    ------
    UsageError
        A period is none, has no posts, or the two overlap or are in the wrong order.
    """
    names = table["period"].tolist()
    held = np.array([_inside(day, row).sum() for row in table.itertuples()])
    if earlier is not None and later is not None and not {earlier, later} <= set(names):
        table = pd.DataFrame([_named(earlier, "--from", corpus), _named(later, "--to", corpus)])
        names = [earlier, later]
        held = np.array([_inside(day, row).sum() for row in table.itertuples()])
    whole = np.flatnonzero((held > 0) & ~table["partial"].to_numpy())
    some = whole if len(whole) >= 2 else np.flatnonzero(held)
    if earlier is None and later is None:
        pairs = list(pairwise(_long_enough(table, day, held).tolist()))
        if len(some) >= 2 and (ends := (int(some[0]), int(some[-1]))) not in pairs:
            pairs.append(ends)
    else:
        first = int(some[0]) if earlier is None and len(some) else _at(names, earlier, "--from")
        last = int(some[-1]) if later is None and len(some) else _at(names, later, "--to")
        if first == last and (earlier is None or later is None):
            flag, side = ("--from", "later") if later is None else ("--to", "earlier")
            other = "--to" if later is None else "--from"
            raise UsageError(f"{flag} {names[first]}: no whole period is {side}; give {other} too.")
        for at, flag in ((first, "--from"), (last, "--to")):
            if not held[at]:
                raise UsageError(f"{flag} {names[at]}: has no posts among those asked about.")
        if table["last"].iloc[first] >= table["first"].iloc[last]:
            raise UsageError(f"{names[first]} does not end before {names[last]} begins; --from is the earlier one.")
        pairs = [(first, last)]
    return table.assign(posts=held).reset_index(drop=True), pairs


def _long_enough(table: pd.DataFrame, day: np.ndarray, held: np.ndarray) -> np.ndarray:
    """List the periods to compare with the next: those with posts, but for the stumps at the ends of the corpus."""
    held_weeks = [len(np.unique(calendar.weeks(day[_inside(day, row)]))) for row in table.itertuples()]
    stump = table["partial"].to_numpy() & (np.array(held_weeks, dtype=int) < FEWEST_WEEKS)
    found = np.flatnonzero((held > 0) & ~stump)
    return found if len(found) >= 2 else np.flatnonzero(held)


def _at(names: list[str], name: str | None, flag: str) -> int:
    if name not in names:
        raise UsageError(
            f"{flag} {name}: is none of the periods {', '.join(names[:12])}; or give both --from and --to."
        )
    return names.index(name)


def _named(text: str, flag: str, day: np.ndarray) -> dict[str, object]:
    start, dots, end = text.partition("..")
    first = bounds(start, flag)[0]
    return _stretch(text, first, bounds(end if dots else start, flag)[1], day)


def _stretch(name: str, start: np.datetime64, end: np.datetime64, day: np.ndarray) -> dict[str, object]:
    """Make a row of the table: a stretch from a day to the day before another."""
    gap = np.timedelta64(calendar.usual_gap(day), "D")
    partial = bool(day.min() - start > gap or end - 1 - day.max() > gap)
    edges = {"first": start.astype("datetime64[s]"), "last": (end - 1).astype("datetime64[s]")}
    return {"period": name, **edges, "partial": partial, "missing": 0}


def _inside(day: np.ndarray, row: object) -> np.ndarray:
    first, last = (np.datetime64(getattr(row, end), "D") for end in ("first", "last"))
    return np.asarray((day >= first) & (day <= last))


def _cut(text: str) -> tuple[datetime.date, str]:
    name, equals, date = text.rpartition("=")
    try:
        found = datetime.date.fromisoformat(date.strip())
    except ValueError:
        raise UsageError(
            f"--cut {text}: write it as DATE or NAME=DATE, for example --cut tariffs=2025-04-02."
        ) from None
    return found, name.strip() if equals else date.strip()
