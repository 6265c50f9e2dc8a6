"""The weeks around an event: posts counted by label, week from the event and stratum."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass

import numpy as np

from discourse.change.labelling import Labelling

FEWEST_WEEKS = 2
"""Weeks with posts on each side of an event that a stratum needs to stand for itself."""


@dataclass(frozen=True)
class Timeline:
    """Whole weeks of posts, counted from the day of an event.

    Attributes
    ----------
    hits : numpy.ndarray, shape (labels, weeks, strata)
    posts : numpy.ndarray, shape (weeks, strata)
    at : int
        The week that begins with the event; below 0 or beyond the weeks where the posts don't reach it.
    first : datetime.date
        First day of week 0.
    spread : numpy.ndarray, shape (labels,)
        Least variance of a post for each label, as a part of that of yes or no.
    """

    hits: np.ndarray
    posts: np.ndarray
    at: int
    first: datetime.date
    spread: np.ndarray

    @property
    def weeks(self) -> int:
        """Whole weeks that the posts cover."""
        return len(self.posts)

    def day(self, week: int) -> datetime.date:
        """First day of a week."""
        return self.first + datetime.timedelta(weeks=int(week))

    def sides(self, window: int, gap: int) -> tuple[slice, slice]:
        """Weeks before and after the event."""
        return slice(self.at - gap - window, self.at - gap), slice(self.at, self.at + window)

    def compared(self, window: int, gap: int) -> np.ndarray:
        """Tell which strata have posts in two weeks of each window: (strata,) bool."""
        before, after = ((self.posts[side] > 0).sum(axis=0) for side in self.sides(window, gap))
        return np.minimum(before, after) >= FEWEST_WEEKS

    def pooled(self, window: int, gap: int) -> Timeline:
        """Count strata that can't stand for themselves around the event as one."""
        alone = self.compared(window, gap)
        if alone.sum() >= len(alone) - 1:
            return self
        hits = np.concatenate([self.hits[:, :, alone], self.hits[:, :, ~alone].sum(axis=2, keepdims=True)], axis=2)
        posts = np.concatenate([self.posts[:, alone], self.posts[:, ~alone].sum(axis=1, keepdims=True)], axis=1)
        return dataclasses.replace(self, hits=hits, posts=posts)


def timeline(
    day: np.ndarray,
    stratum: np.ndarray,
    labelling: Labelling,
    date: datetime.date,
    span: tuple[np.datetime64, np.datetime64],
) -> Timeline:
    """Count posts by label, week from an event and stratum.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D], shape (n,)
    stratum : numpy.ndarray, shape (n,)
        What is held constant, such as the language.
    labelling : Labelling
        Of these posts.
    date : datetime.date
        First day of week 0 after the event.
    span : (datetime64[D], datetime64[D])
        First and last day that the corpus covers. Weeks that it covers in part are left out.

    Returns
    -------
    Timeline
        Strata in the order of their names.
    """
    event = np.datetime64(date, "D")
    first, last = ((edge - event).astype("int64") for edge in span)
    start, end = -(-first // 7), (last + 1) // 7  # from the first whole week to the one after the last
    weeks = max(0, int(end - start))
    names, which = np.unique(stratum, return_inverse=True)
    week = (day - event).astype("int64") // 7 - start
    cell = np.where((week >= 0) & (week < weeks), week * len(names) + which, -1)
    cells = weeks * len(names)
    hits = labelling.hits(cell, cells).reshape(len(labelling.labels), weeks, len(names))
    posts = np.bincount(cell[cell >= 0], minlength=cells).reshape(weeks, len(names)).astype("float64")
    begins: datetime.date = (event + 7 * start).item()
    return Timeline(hits, posts, int(-start), begins, labelling.spread)
