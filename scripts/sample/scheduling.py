"""Days and hours for what was written: so many posts a period, about three a day, unevenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bodies import DAYS, Version

_STARTS = np.array(
    ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01"], "datetime64[D]"
)
PERIOD = np.searchsorted(_STARTS, DAYS, side="right") - 1
"""Period of each of `DAYS`: the quarters of 2024, January to March 2025, 1 to 7 April 2025."""

_WEEKDAYS = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.45])  # Monday first
_UNEVEN = 0.35
_AGAIN = 0.2
"""How much less likely a day is for each post on the same subject that it has."""
_WORKING_HOURS = (9 * 60, 19 * 60)


@dataclass(frozen=True)
class Post:
    """A version with its minute; what is sent out again says which post it repeats."""

    version: Version
    date: np.datetime64
    text: str
    repeats: Post | None = None


def dated(
    versions: dict[str, list[Version]], plan: dict[str, Any], repeated: np.ndarray, rng: np.random.Generator
) -> list[Post]:
    """Choose versions for every subject and period and give each a day and a minute.

    Parameters
    ----------
    versions : dict
        By subject.
    plan : dict
        By subject: ``posts`` of each period, and ``months`` (``2024-10 = 3``), how much a month weighs in its period.
    repeated : numpy.ndarray, shape (periods,)
        How many posts of each period are left for repetitions.
    rng : numpy.random.Generator

    Returns
    -------
    list of Post
        In no particular order.
    """
    busy = _WEEKDAYS[(DAYS.astype(int) + 3) % 7] * rng.lognormal(0, _UNEVEN, len(DAYS))
    left = repeated.copy()
    posts = []
    for subject, written in versions.items():
        wanted = np.array(plan[subject]["posts"])
        # Large subjects leave room for the repetitions.
        given_up = np.minimum(left, wanted // 12)
        left -= given_up
        weight = busy * _months(plan[subject].get("months", {}))
        told = np.zeros(len(DAYS))
        for version, period in _chosen(subject, written, wanted - given_up, rng):
            chances = weight * version.days * (period == PERIOD) * _AGAIN**told
            day = rng.choice(len(DAYS), p=chances / chances.sum())
            told[day] += 1
            posts.append(Post(version, _minute(day, rng), version.text))
    if left.any():
        raise SystemExit(f"No room for {left} repetitions.")
    return posts


def _chosen(
    subject: str, written: Sequence[Version], wanted: np.ndarray, rng: np.random.Generator
) -> list[tuple[Version, int]]:
    """Match versions with places in periods, dated ones first."""
    from scipy.optimize import linear_sum_assignment

    places = np.repeat(np.arange(len(wanted)), wanted)
    if len(places) > len(written):
        raise SystemExit(f"{subject}: {len(places)} posts are planned and {len(written)} are written.")
    fits = np.array([[version.days[period == PERIOD].any() for version in written] for period in places]).reshape(
        len(places), -1
    )
    cost = rng.random(fits.shape) - 2 * np.array([version.dated for version in written]) + 1e6 * ~fits
    rows, columns = linear_sum_assignment(cost)
    unfit = [places[row] for row, column in zip(rows, columns, strict=True) if not fits[row, column]]
    if unfit:
        raise SystemExit(
            f"{subject}: nothing is written for {len(unfit)} posts of the periods {sorted(set(map(int, unfit)))}."
        )
    return [(written[column], int(places[row])) for row, column in zip(rows, columns, strict=True)]


def _months(said: dict[str, float]) -> np.ndarray:
    months = np.datetime_as_string(DAYS.astype("datetime64[M]"))
    return np.array([said.get(month, 1.0) for month in months])


def day_of(date: np.datetime64) -> int:
    """Return which of `DAYS` a minute lies in."""
    return int((date.astype("datetime64[D]") - DAYS[0]).astype(int))


def _minute(day: int, rng: np.random.Generator) -> np.datetime64:
    minute = int(rng.triangular(_WORKING_HOURS[0], 11 * 60, _WORKING_HOURS[1]))
    return DAYS[day].astype("datetime64[m]") + np.timedelta64(minute, "m")


def later(post: Post, rng: np.random.Generator) -> np.datetime64 | None:
    """Get a minute two to nine days later in the same period, None where that lies beyond its end."""
    before = day_of(post.date)
    day = before + int(rng.integers(2, 10))
    if day >= len(DAYS) or PERIOD[day] != PERIOD[before]:
        return None
    return _minute(day, rng)
