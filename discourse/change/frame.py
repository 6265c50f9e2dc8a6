"""When posts were written: the periods of an analysis, which of them are compared, and the blocks posts come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.posts.periods import weeks

FEWEST_WEEKS = 8
"""Weeks with posts that a period needs for weeks to be its blocks; days are, if it has fewer."""


@dataclass(frozen=True)
class Side:
    """The posts of two periods that are compared.

    Attributes
    ----------
    rows : numpy.ndarray, shape (m,), int64
        Which posts, in rising order.
    after : numpy.ndarray, shape (m,), bool
        Whether each lies in the later period.
    block : numpy.ndarray, shape (m,), int64
        Block of each: a week is two blocks where both periods have days of it.
    unit : str
        What a block is: ``week``, ``day`` or what was asked for.
    """

    rows: np.ndarray
    after: np.ndarray
    block: np.ndarray
    unit: str


@dataclass(frozen=True)
class Frame:
    """The time of n posts.

    Attributes
    ----------
    day : numpy.ndarray of datetime64[D], shape (n,)
    lang : numpy.ndarray of str, shape (n,)
        The stratum of each post.
    periods : pandas.DataFrame
        One row a period, in order: ``period`` (its name), ``first`` and ``last`` (days, both within), ``posts``,
        ``partial``, ``missing``.
    pairs : list of (int, int)
        Rows of `periods` that are compared, earlier first.
    unit : str or None
        What blocks are; None for weeks, or days in short periods.
    keys : numpy.ndarray, shape (n,), int64, or None
        Block of each post where it is neither week nor day.
    """

    day: np.ndarray
    lang: np.ndarray
    periods: pd.DataFrame
    pairs: Sequence[tuple[int, int]]
    unit: str | None = None
    keys: np.ndarray | None = None

    def inside(self, period: int) -> np.ndarray:
        """List the posts of a period: rows, in rising order."""
        first, last = (self.periods[end].to_numpy("datetime64[D]")[period] for end in ("first", "last"))
        return np.flatnonzero((self.day >= first) & (self.day <= last))

    def name(self, pair: tuple[int, int]) -> tuple[str, str]:
        """Name the two periods of a pair."""
        before, now = (str(self.periods["period"].iloc[at]) for at in pair)
        return before, now

    def blocks(self, rows: np.ndarray, unit: str) -> np.ndarray:
        """Give some posts the numbers of their blocks: weeks from Monday to Sunday, days, or what was asked for."""
        if self.keys is not None:
            return self.keys[rows]
        return self.day[rows].astype("int64") if unit == "day" else weeks(self.day[rows])

    def usual_unit(self, *groups: np.ndarray) -> str:
        """Say what blocks are, for groups of posts each of which needs enough of them."""
        if self.unit is not None:
            return self.unit
        weeks = min(len(np.unique(self.blocks(rows, "week"))) for rows in groups)
        return "week" if weeks >= FEWEST_WEEKS else "day"

    def side(self, pair: tuple[int, int]) -> Side:
        """Return the posts of two periods, with their blocks."""
        before, now = self.inside(pair[0]), self.inside(pair[1])
        unit = self.usual_unit(before, now)
        rows = np.r_[before, now]
        after = np.r_[np.zeros(len(before), dtype=bool), np.ones(len(now), dtype=bool)]
        block = 2 * self.blocks(rows, unit) + after
        order = np.argsort(rows, kind="stable")
        return Side(rows[order], after[order], block[order], unit)
