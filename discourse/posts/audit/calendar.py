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
_STRAY_DAYS, _STRAY_SHARE = 365, 0.01


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
    copied = table["duplicate_of"].notna()
    copies = period[copied].value_counts(sort=False).reindex(found["period"], fill_value=0)
    return [
        {
            "period": row["period"],
            "first": f"{row['first']:%Y-%m-%d}",
            "last": f"{row['last']:%Y-%m-%d}",
            **{key: int(row[key]) for key in ("days", "covered", "active", "posts")},
            "partial": bool(row["partial"]),
            "a_day": round(row["posts"] / row["covered"], 3),
            "languages": {str(lang): int(n) for lang, n in by_language.iloc[at].items() if n},
            "copies": int(copies.iloc[at]),
        }
        for at, row in enumerate(found.to_dict("records"))
    ]


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
    local = moments.dt.tz_localize(None)
    return {
        "missing": int((reasons == MISSING).sum()),
        "impossible": int((of_a_date & (reasons != MISSING)).sum()),
        "future": int((moments > now).sum()),
        "latest": f"{moments.max():%Y-%m-%d}",
        "midnight": round(float((local == local.dt.normalize()).mean()), 4),
        "stray": _stray(local),
    }


def changes(counted: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Describe how posting rate and language mix change from one quarter to the next.

    Parameters
    ----------
    counted : list of dict or None
        What `quarters` returned.

    Returns
    -------
    list of dict or None
        One entry for each pair in which something changes: ``before, after, from, to, factor, languages``.
    """
    if counted is None:
        return None
    found = []
    for before, after in pairwise(counted):
        if (
            min(before["posts"], after["posts"]) < FEWEST_POSTS
            or min(before["covered"], after["covered"]) < FEWEST_DAYS
        ):
            continue
        rates = [one["posts"] / one["covered"] for one in (before, after)]
        factor = rates[1] / rates[0]
        moved = []
        for lang in sorted({*before["languages"], *after["languages"]}):
            shares = [one["languages"].get(lang, 0) / one["posts"] for one in (before, after)]
            if abs(shares[1] - shares[0]) >= _POINTS - 1e-12:
                moved.append({"lang": lang, "from": round(shares[0], 4), "to": round(shares[1], 4)})
        steady = 1 / _FACTOR < factor < _FACTOR
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
    """Find a few posts that lie more than a year before or after all the others."""
    ordered = np.sort(moments.to_numpy())
    pauses = np.diff(ordered).astype("timedelta64[D]").astype(int)
    few = int(_STRAY_SHARE * len(ordered))
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
