"""Labels that a machine gave to posts, laid beside the codes that people gave them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from discourse.codes.post_codes import PostCodes
from discourse.errors import DataError, UsageError
from discourse.stats.bootstrap import Estimate
from discourse.stats.mapping import Groups

FEWEST = 10
"""Posts that must have a code for anything but counts to be said of it."""
RESAMPLES = 999
"""Draws behind every interval."""


@dataclass(frozen=True)
class Scheme:
    """The codes of one scheme, one answer a post.

    Attributes
    ----------
    name : str
    rows : numpy.ndarray, shape (m,), int
        The posts that were coded, in rising order.
    groups : Groups
        The machine's labels of these posts.
    codes : list of str
        Those given most often first.
    given : numpy.ndarray, shape (codes, m), bool
        Which of these posts have which code.
    answers : numpy.ndarray, shape (codes, coders, n), int8
        What each coder said of every post (see `answers`).
    """

    name: str
    rows: np.ndarray
    groups: Groups
    codes: list[str]
    given: np.ndarray
    answers: np.ndarray

    @property
    def single(self) -> bool:
        """Whether no post has more than one code."""
        return bool((self.given.sum(axis=0) <= 1).all())

    def between(self, code: int) -> np.ndarray:
        """Count pairs of coders of each post that agree on a code, and that don't: (n, 2), see `mapping.scores`."""
        judged, with_code = ((self.answers[code] >= least).sum(axis=0) for least in (0, 1))
        pairs = np.array([with_code * (with_code - 1), with_code * (judged - with_code)])
        return np.asarray(np.where(judged >= 2, pairs, 0).T)


@dataclass(frozen=True)
class Beside:
    """A machine's labels and people's codes of n posts.

    Attributes
    ----------
    labels : pandas.DataFrame
        The machine's labels: ``label_id``, ``label``.
    cell : numpy.ndarray, shape (n,), int
        Posts of one cell have the same labels.
    member : numpy.ndarray, shape (labels, cells), bool
        Which cells have which label; posts of some may have none.
    posts : pandas.DataFrame
        ``post_id``, ``day`` (datetime64, NaT for none), ``lang``, ``text``, rows from 0.
    block : numpy.ndarray, shape (n,), int
        The week of each post, or another number for posts that hang together.
    codes : PostCodes
        Of the same posts.
    coder : str or None
        Whose answers count; None for those of the coder who coded most posts, and where that one did not, of the next.
    """

    labels: pd.DataFrame
    cell: np.ndarray
    member: np.ndarray
    posts: pd.DataFrame
    block: np.ndarray
    codes: PostCodes
    coder: str | None = None

    @cached_property
    def schemes(self) -> list[Scheme]:
        """The schemes in which posts were coded.

        Raises
        ------
        UsageError
            There is no such coder.
        DataError
            No post was coded.
        """
        known = self.codes.coders()
        if self.coder is not None and self.coder not in known:
            raise UsageError(f"--coder {self.coder}: is no coder; there are: {', '.join(known) or 'none'}.")
        found = list(self._schemes())
        if not found:
            raise DataError("no post of the run has been coded by hand, so there is nothing to compare.")
        return found

    def _schemes(self) -> Iterator[Scheme]:
        lang = pd.factorize(self.posts["lang"])[0]
        for name in self.codes.codes["scheme"].unique():
            coders = self.codes.coders(str(name))
            if not coders or (self.coder is not None and self.coder not in coders):
                continue
            names, every = answers(self.codes, str(name))
            if self.coder is None:
                first = (every[0] >= 0).argmax(axis=0)
                one = np.take_along_axis(every, first[None, None], axis=1)[:, 0]
            else:
                one = every[:, coders.index(self.coder)]
            rows = np.flatnonzero(one[0] >= 0)
            groups = Groups(self.cell[rows], self.member, self.block[rows], lang[rows])
            given = one[:, rows] == 1
            order = np.argsort(-given.sum(axis=1), kind="stable")
            yield Scheme(str(name), rows, groups, [names[at] for at in order], given[order], every[order])

    def named(self, groups: list[int]) -> tuple[str, str]:
        """Give the ids and the names of labels, each in one cell of a table."""
        some = self.labels.iloc[groups]
        return "; ".join(some["label_id"]), "; ".join(some["label"])


def answers(codes: PostCodes, scheme: str) -> tuple[list[str], np.ndarray]:
    """Lay out what each coder said of each post for each code of a scheme.

    Parameters
    ----------
    codes : PostCodes
    scheme : str
        One that somebody coded.

    Returns
    -------
    codes : list of str
    answers : numpy.ndarray, shape (codes, coders, n), int8
        1, 0, or -1 where a coder did not judge a post; the coder who coded most posts first.
    """
    units, given, listed = (one[one["scheme"] == scheme] for one in (codes.units, codes.given, codes.codes))
    coders, names = pd.Index(codes.coders(scheme)), pd.Index(listed["code"])
    found = np.full((len(names), len(coders), len(codes.post_ids)), -1, dtype="int8")
    found[:, coders.get_indexer(pd.Index(units["coder"])), units["row"].to_numpy()] = 0
    who, what = coders.get_indexer(pd.Index(given["coder"])), names.get_indexer(pd.Index(given["code"]))
    found[what, who, given["row"].to_numpy()] = 1
    return names.tolist(), found


def cells(row: np.ndarray, column: np.ndarray, n_posts: int, n_labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Put posts with the same labels into one cell.

    Parameters
    ----------
    row, column : numpy.ndarray, shape (pairs,), int
        A post and one of its labels.
    n_posts, n_labels : int

    Returns
    -------
    cell : numpy.ndarray, shape (n_posts,), int
    member : numpy.ndarray, shape (n_labels, cells), bool

    Examples
    --------
    >>> cell, member = cells(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 0]), 4, 2)
    >>> cell.tolist(), member.astype(int).tolist()
    ([1, 2, 1, 0], [[0, 1, 1], [0, 0, 1]])
    """
    order = np.lexsort((column, row))
    times = np.bincount(row, minlength=n_posts)
    cell, held = np.zeros(n_posts, dtype="int64"), times > 0
    place = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    # Posts are told apart by one label after the other, as many times as a post has labels.
    for turn in range(int(times.max(initial=0))):
        at = order[place == turn]
        label = np.zeros(n_posts, dtype="int64")
        label[row[at]] = column[at] + 1
        cell = np.unique(cell * (n_labels + 1) + label, return_inverse=True)[1]
    if held.all():  # a cell for posts without a label there is always, if only an empty one
        cell = cell + 1
    member = np.zeros((n_labels, int(cell.max(initial=0)) + 1), dtype=bool)
    member[column, cell[row]] = True
    return cell, member


def spread(name: str, one: Estimate) -> dict[str, float]:
    """Name a number and the ends of its interval, as columns of a table."""
    return {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
