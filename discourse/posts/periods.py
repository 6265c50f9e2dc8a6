"""Periods of time: years, quarters, months and weeks of posts, in order, with the empty ones between."""

from __future__ import annotations

import datetime
from typing import Literal

import numpy as np
import pandas as pd

Period = Literal["year", "quarter", "month", "week"]

_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_USUAL, _MOST_USUAL = 0.95, 4
_LONG_WEEKEND = 3
"""Days at the edge of a period that are never missed."""

HOLE = 28
"""Days on end without posts that are a hole in any corpus but one in which so many are usual."""


def days(dates: pd.Series) -> np.ndarray:
    """Day of each post in the time zone of its date: (n,) datetime64[D], NaT where there is no date.

    Parameters
    ----------
    dates : pandas.Series of datetime64, with a time zone or without
    """
    local = dates.dt.tz_localize(None) if isinstance(dates.dtype, pd.DatetimeTZDtype) else dates
    return local.to_numpy().astype("datetime64[D]")


def names(dates: pd.Series, by: Period = "quarter") -> pd.Series:
    """Name the period of each post.

    Parameters
    ----------
    dates : pandas.Series of datetime64, shape (n,)
    by : {"year", "quarter", "month", "week"}
        Weeks are those of ISO 8601: they begin on Monday, and belong to the year of their Thursday.

    Returns
    -------
    pandas.Series of ordered categories, shape (n,)
        ``2024``, ``2024Q1``, ``2024-03`` or ``2024-W05``; NA without a date. The categories are all periods from
        the first post to the last, empty ones too, in order of time.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2024-12-30", "2025-07-01"]))
    >>> names(dates).tolist(), names(dates).cat.categories.tolist()
    (['2024Q4', '2025Q3'], ['2024Q4', '2025Q1', '2025Q2', '2025Q3'])
    >>> names(dates, "week")[0]
    '2025-W01'
    """
    numbers = _numbers(days(dates), by)
    known = numbers >= 0
    first, last = (int(numbers[known].min()), int(numbers[known].max())) if known.any() else (0, -1)
    categories = pd.Index([_name(number, by) for number in range(first, last + 1)], dtype="str")
    codes = np.where(known, numbers - first, -1)
    return pd.Series(pd.Categorical.from_codes(codes, categories, ordered=True), index=dates.index)


def table(dates: pd.Series, by: Period = "quarter") -> pd.DataFrame:
    """Count posts and days by period.

    Parameters
    ----------
    dates : pandas.Series of datetime64, shape (n,)
    by : {"year", "quarter", "month", "week"}

    Returns
    -------
    pandas.DataFrame
        One row a period from the first post to the last, empty ones too: ``period`` (its name), ``first`` and
        ``last`` (its first and last day, datetime64[D] as datetime64[s]), ``days`` (from first to last), ``covered``
        (days of it between the corpus's first post and its last), ``active`` (days with posts), ``posts``, and
        ``partial``: whether the corpus begins or ends within the period, further from its edge than the usual gap
        between posts (see `usual_gap`).

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2024-02-20", "2024-03-30", "2024-05-01"]))
    >>> table(dates)[["period", "days", "covered", "active", "posts"]].to_dict("split")["data"]
    [['2024Q1', 91, 41, 2, 2], ['2024Q2', 91, 31, 1, 1]]
    """
    day = days(dates)
    day = day[~np.isnat(day)]
    if not len(day):
        empty = {"period": "str", "first": "datetime64[s]", "last": "datetime64[s]"}
        counts = dict.fromkeys(("days", "covered", "active", "posts", "missing"), "int64")
        return pd.DataFrame(columns=[*empty, *counts, "partial"]).astype({**empty, **counts, "partial": "bool"})
    numbers = _numbers(day, by)
    first, last = int(numbers.min()), int(numbers.max())
    every = np.arange(first, last + 2)
    edges = _first_days(every, by)
    starts, ends = edges[:-1], edges[1:] - 1
    begins, stops = day.min(), day.max()
    active = np.unique(day)
    usual = usual_gap(day)
    gap = np.timedelta64(usual, "D")
    covered = (np.minimum(ends, stops) - np.maximum(starts, begins)).astype("int64") + 1
    return pd.DataFrame(
        {
            "period": pd.Series([_name(number, by) for number in every[:-1]], dtype="str"),
            "first": starts.astype("datetime64[s]"),
            "last": ends.astype("datetime64[s]"),
            "days": (ends - starts).astype("int64") + 1,
            "covered": covered,
            "active": np.bincount(_numbers(active, by) - first, minlength=len(starts)),
            "posts": np.bincount(numbers - first, minlength=len(starts)),
            "partial": (begins - starts > gap) | (ends - stops > gap),
            "missing": _missing(active, starts, ends, covered, usual),
        }
    )


def _missing(active: np.ndarray, starts: np.ndarray, ends: np.ndarray, covered: np.ndarray, usual: int) -> np.ndarray:
    """Count the days of each period that lie in holes: (periods,) int64."""
    silent = np.diff(active).astype("int64") - 1
    missing = np.zeros(len(starts), dtype="int64")
    for at in np.flatnonzero(silent > usual):
        first, last = active[at] + 1, active[at + 1] - 1
        within = (np.minimum(ends, last) - np.maximum(starts, first)).astype("int64") + 1
        within = np.maximum(within, 0)
        missing += np.where((silent[at] >= HOLE) | (3 * within >= covered), within, 0)
    return np.where(missing > usual, missing, 0)


def weeks(day: np.ndarray) -> np.ndarray:
    """Give days the numbers of their weeks, which begin on Monday: (n,) int64.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D]

    Examples
    --------
    >>> weeks(np.array(["2024-01-07", "2024-01-08"], dtype="datetime64[D]")).tolist()
    [2818, 2819]
    """
    return np.asarray((day.astype("datetime64[D]").astype("int64") + 3) // 7)  # 1 January 1970 was a Thursday


def usual_gap(day: np.ndarray) -> int:
    """Days that usually pass between one day with posts and the next, at most.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D]
        Days of posts, in any order, repeated or not.

    Returns
    -------
    int
        95 of 100 gaps are as long or shorter; but at most four times the median, so that a few long ones among few
        can't make themselves usual, and at least 3, a long weekend.

    Examples
    --------
    >>> usual_gap(np.array(["2024-01-01", "2024-01-08", "2024-01-15"], dtype="datetime64[D]"))
    7
    """
    gaps = np.diff(np.unique(day)).astype("int64")
    if not len(gaps):
        return _LONG_WEEKEND
    usual = min(np.quantile(gaps, _USUAL, method="inverted_cdf"), _MOST_USUAL * np.median(gaps))
    return max(_LONG_WEEKEND, int(usual))


def _numbers(day: np.ndarray, by: Period) -> np.ndarray:
    """Give each day the number of its period, counted from the year 1 (weeks from its first Monday); -1 for no date."""
    known = ~np.isnat(day)
    since = np.where(known, day, np.datetime64("1970-01-01", "D"))
    if by == "week":  # 1 January of the year 1 was a Monday
        numbers = (since - np.datetime64("0001-01-01", "D")).astype("int64") // 7
    else:
        months = (since.astype("datetime64[M]") - np.datetime64("0001-01", "M")).astype("int64")
        numbers = months // _MONTHS[by]
    return np.where(known, numbers, -1)


def _first_days(numbers: np.ndarray, by: Period) -> np.ndarray:
    if by == "week":
        return np.datetime64("0001-01-01", "D") + 7 * numbers
    return (np.datetime64("0001-01", "M") + _MONTHS[by] * numbers).astype("datetime64[D]")


def _name(number: int, by: Period) -> str:
    first: datetime.date = _first_days(np.array([number]), by)[0].item()
    if by == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    names = {"year": f"{first:%Y}", "quarter": f"{first:%Y}Q{(first.month + 2) // 3}", "month": f"{first:%Y-%m}"}
    return names[by]
