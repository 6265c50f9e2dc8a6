"""When the posts are from: quarters, gaps, dates that are off, and what changes from quarter to quarter."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from discourse.posts import periods
from discourse.posts.dates.numbers import MISSING
from discourse.posts.table import Posts

FEWEST_POSTS, FEWEST_DAYS = 30, 28
"""Posts and covered days that a quarter needs to be compared with the next."""

NO_TEXT = "no text"
_FACTOR, _POINTS = 1.5, 0.10
_GAPS = 5
_STRAY_DAYS, _STRAY_SHARE, _STRAY_FROM = 366, 0.01, 20
_UNSAID = ("", "n/a", "na", "nan", "nat", "none", "null", "-", "--", "–", "—", "?")
_DAY_OR_MONTH = r"\s*\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)"


def span(dates: pd.Series) -> dict[str, Any] | None:
    """Give the first and the last day with posts, and the days between; None without dates."""
    active = _active(dates)
    if not len(active):
        return None
    whole = int((active[-1] - active[0]).astype(int)) + 1
    return {
        "first": str(active[0]),
        "last": str(active[-1]),
        "days": whole,
        "active": len(active),
        "silent": whole - len(active),
        "usual_gap": periods.usual_gap(active),
    }


def quarters(table: pd.DataFrame) -> list[dict[str, Any]] | None:
    """Count posts, languages and copies in each quarter, empty ones too; None without dates."""
    dates = table["date"]
    found = periods.table(dates)
    if found.empty:
        return None
    period = periods.names(dates)
    by_language = pd.crosstab(period, table["lang"], dropna=False).reindex(found["period"], fill_value=0)
    week = periods.names(dates, "week").astype("str")
    weeks = week.groupby(period, observed=False).nunique()
    copied = table["duplicate_of"].notna()
    copies = period[copied].value_counts(sort=False).reindex(found["period"], fill_value=0)
    return [
        {
            "period": row["period"],
            "first": f"{row['first']:%Y-%m-%d}",
            "last": f"{row['last']:%Y-%m-%d}",
            **{key: int(row[key]) for key in ("days", "covered", "missing", "active", "posts")},
            "weeks": int(weeks.get(row["period"], 0)),
            "partial": bool(row["partial"]),
            "a_day": round(row["posts"] / (row["covered"] - row["missing"]), 3) if row["posts"] else 0.0,
            "languages": {str(lang): int(n) for lang, n in by_language.iloc[at].items() if n},
            "copies": int(copies.iloc[at]),
        }
        for at, row in enumerate(found.to_dict("records"))
    ]


def full(counted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pick the quarters that have posts, are not partial and have no holes."""
    return [one for one in counted if one["posts"] and not one["partial"] and not one["missing"]]


def gaps(dates: pd.Series) -> list[dict[str, Any]] | None:
    """List the longest stretches of days without posts, the longest first; None without dates."""
    active = _active(dates)
    if not len(active):
        return None
    silent = np.diff(active).astype(int) - 1
    longest = [at for at in np.argsort(-silent, kind="stable")[:_GAPS] if silent[at]]
    return [{"first": str(active[at] + 1), "last": str(active[at + 1] - 1), "days": int(silent[at])} for at in longest]


def dates(posts: Posts, now: datetime.datetime) -> dict[str, Any] | None:
    """Count dates that are missing, impossible, in the future, without a time of day, or far from all others."""
    moments = posts.table["date"].dropna()
    if moments.empty:
        return None
    reasons = posts.rejected["reason"]
    of_a_date = (posts.rejected["column"] != "") & (reasons != NO_TEXT)
    unsaid = posts.rejected["value"].astype("str").str.strip().str.lower().isin(_UNSAID)
    missing = (reasons == MISSING) | (of_a_date & unsaid)
    local = moments.dt.tz_localize(None)
    future = moments[moments > now + datetime.timedelta(days=1)]  # today may be tomorrow elsewhere
    return {
        "missing": int(missing.sum()),
        "impossible": int((of_a_date & ~missing).sum()),
        "future": len(future),
        "mixable": _mixable(posts, future),
        "latest": f"{moments.max():%Y-%m-%d}",
        "midnight": round(float((local == local.dt.normalize()).mean()), 4),
        "stray": _stray(local),
    }


def settled(dates: pd.Series, stray: dict[str, Any] | None) -> pd.Series:
    """Tell which posts have a date and are not far from all others: (n,) bool."""
    known = dates.notna()
    if stray is None:
        return known
    day = periods.days(dates)
    first, last = np.datetime64(stray["others_from"]), np.datetime64(stray["others_to"])
    return known & (day >= first) & (day <= last)


def _mixable(posts: Posts, dates: pd.Series) -> bool:
    """Tell whether any of these dates was written so that day and month could be taken for one another."""
    column = posts.stored.get(posts.columns.get("date", ""), "")
    if dates.empty or column not in posts.table or not pd.api.types.is_string_dtype(posts.table[column].dtype):
        return False
    return bool(posts.table.loc[dates.index, column].str.match(_DAY_OR_MONTH).any())


def changes(counted: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Describe how posting rate and language mix change from one quarter to the next.

    Parameters
    ----------
    counted : list of dict or None
        What `quarters` returned.

    Returns
    -------
    list of dict or None
        One entry for each pair in which something changes: ``before, after, from, to, factor, languages``. Rates are
        not compared where a quarter has a hole.
    """
    if counted is None:
        return None
    found = []
    for before, after in pairwise(counted):
        if (
            min(before["posts"], after["posts"]) < FEWEST_POSTS
            or min(one["covered"] - one["missing"] for one in (before, after)) < FEWEST_DAYS
        ):
            continue
        whole = not before["missing"] and not after["missing"]
        rates = [one["posts"] / (one["covered"] - one["missing"]) for one in (before, after)]
        factor = rates[1] / rates[0]
        moved = []
        for lang in sorted({*before["languages"], *after["languages"]}):
            shares = [one["languages"].get(lang, 0) / one["posts"] for one in (before, after)]
            if abs(shares[1] - shares[0]) >= _POINTS - 1e-12:
                moved.append({"lang": lang, "from": round(shares[0], 4), "to": round(shares[1], 4)})
        steady = not whole or 1 / _FACTOR < factor < _FACTOR
        if moved or not steady:
            found.append(
                {
                    "before": before["period"],
                    "after": after["period"],
                    "from": round(rates[0], 3),
                    "to": round(rates[1], 3),
                    "factor": None if steady else round(factor, 3),
                    "languages": sorted(moved, key=lambda one: -abs(one["to"] - one["from"])),
                }
            )
    return found


def _active(dates: pd.Series) -> np.ndarray:
    """Sort the different days that have posts: (n,) datetime64[D]."""
    day = periods.days(dates)
    return np.unique(day[~np.isnat(day)])


def _stray(moments: pd.Series) -> dict[str, Any] | None:
    """Find a few posts that lie more than a year before or after all the others: 1 % at most, or one of 20 or more."""
    ordered = np.sort(moments.to_numpy())
    pauses = np.diff(ordered).astype("timedelta64[D]").astype(int)
    few = max(int(_STRAY_SHARE * len(ordered)), int(len(ordered) >= _STRAY_FROM))
    wide = np.flatnonzero(pauses > _STRAY_DAYS)
    early = max((int(at) + 1 for at in wide if at + 1 <= few), default=0)
    late = max((len(ordered) - int(at) - 1 for at in wide if len(ordered) - at - 1 <= few), default=0)
    if not early and not late:
        return None
    rest = ordered[early : len(ordered) - late].astype("datetime64[D]")
    return {
        "before": early,
        "after": late,
        "earliest": str(ordered[0].astype("datetime64[D]")),
        "latest": str(ordered[-1].astype("datetime64[D]")),
        "others_from": str(rest[0]),
        "others_to": str(rest[-1]),
    }
