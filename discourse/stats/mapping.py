"""Which groups of posts stand for a code: chosen on one half of the weeks and scored on the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from discourse.stats.bootstrap import Estimate, estimate

_GAIN = 1e-12


@dataclass(frozen=True)
class Groups:
    """The groups of n posts, as counted.

    Attributes
    ----------
    cell : numpy.ndarray, shape (n,), int
        Posts of one cell are in the same groups.
    member : numpy.ndarray, shape (groups, cells), bool
        Which cells each group holds; a cell may be in none, as posts without a theme are.
    block : numpy.ndarray, shape (n,), int
        Posts that hang together, numbered in order of time.
    stratum : numpy.ndarray, shape (n,)
        Such as the language of each post.
    """

    cell: np.ndarray
    member: np.ndarray
    block: np.ndarray
    stratum: np.ndarray

    @cached_property
    def half(self) -> np.ndarray:
        """Half of each post, 0 or 1: every other block is in the second, so that both see all times. (n,) int."""
        return np.asarray(np.unique(self.block, return_inverse=True)[1] % 2)

    def hits(self, rows: np.ndarray) -> np.ndarray:
        """Count some posts, given by their rows, by half and cell: (2, cells)."""
        cells = self.member.shape[1]
        at = self.half[rows] * cells + self.cell[rows]
        return np.bincount(at, minlength=2 * cells).reshape(2, cells)


@dataclass(frozen=True)
class Match:
    """The groups that stand for a code.

    Attributes
    ----------
    groups : list of int
        As chosen on all posts, the one that adds most first.
    halves : tuple of list of int
        As chosen on either half.
    predicted : numpy.ndarray, shape (n,), bool
        Whether each post is in one of the groups that were chosen on the half it is not in.
    f1 : float
        Of that prediction.
    chance : float
        Mean of F1 where the code is given to posts at random, within strata.
    """

    groups: list[int]
    halves: tuple[list[int], list[int]]
    predicted: np.ndarray
    f1: float
    chance: float

    @property
    def adjusted(self) -> float:
        """F1 beyond chance: 1 at best, 0 on average for a code that has nothing to do with the groups."""
        return (self.f1 - self.chance) / (1 - self.chance)


def match(groups: Groups, code: np.ndarray, permuted: np.ndarray) -> Match:
    r"""Find the set of groups that stands for a code best, by F1.

    Groups are added as long as F1, :math:`2tp / (2tp + fp + fn)`, grows, the one with which it grows most first. A set
    is chosen on every other block and scored on the others, and the other way round, since a set is never as good on
    posts that it wasn't chosen on; the counts of both are added up.

    Parameters
    ----------
    groups : Groups
    code : numpy.ndarray, shape (n,), bool
        Which posts have the code.
    permuted : numpy.ndarray, shape (draws, 2, cells)
        Hits of the code given at random, from `shuffled`.

    Returns
    -------
    Match
        F1 is 0 where no set was found, as for a code with posts in one half alone.

    Notes
    -----
    With few posts, some theme fits any code: by chance alone F1 is about .1 to .2 for 300 posts and 30 themes, which is
    why it is told beside each. Weeks that follow each other are in different halves; where a code's posts hang together
    for longer than a week, F1 is a little too good.

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval, chapter 7. Butterworth.

    Examples
    --------
    >>> theme, code = np.array([0, 1, 2, 0, 1, 2]), np.array([1, 1, 0, 1, 1, 0], dtype=bool)
    >>> of = Groups(theme, np.eye(3, dtype=bool), np.array([0, 0, 0, 1, 1, 1]), np.zeros(6))
    >>> found = match(of, code, shuffled(of, code, 99))
    >>> found.groups, found.f1
    ([0, 1], 1.0)
    """
    every = groups.hits(np.arange(len(groups.cell)))
    hits = groups.hits(np.flatnonzero(code))
    whole = _chosen(hits.sum(axis=0)[None, None], every.sum(axis=0)[None], groups.member)[1][0, 0]
    sets, order = _chosen(hits[None], every, groups.member)
    cells = sets[0] @ groups.member
    predicted = cells[1 - groups.half, groups.cell]
    by_chance = _f1(permuted, every, _chosen(permuted, every, groups.member)[0] @ groups.member)
    halves = (order[0, 0].tolist(), order[0, 1].tolist())
    listed = [[at for at in one if at >= 0] for one in (whole.tolist(), *halves)]
    f1 = float(_f1(hits[None], every, cells[None])[0])
    return Match(listed[0], (listed[1], listed[2]), predicted, f1, float(by_chance.mean()))


def shuffled(groups: Groups, code: np.ndarray, draws: int, seed: int = 0) -> np.ndarray:
    """Give a code to posts at random, to as many of each stratum as have it.

    Parameters
    ----------
    groups : Groups
    code : numpy.ndarray, shape (n,), bool
    draws, seed : int

    Returns
    -------
    numpy.ndarray, shape (draws, 2, cells), int
        Posts that have the code then, by half and cell.
    """
    rng = np.random.default_rng(seed)
    found = np.zeros((draws, 2 * groups.member.shape[1]), dtype="int64")
    for name in np.unique(groups.stratum):
        rows = np.flatnonzero(groups.stratum == name)
        given = int(np.asarray(code, dtype=bool)[rows].sum())
        if given:
            found += rng.multivariate_hypergeometric(groups.hits(rows).ravel(), given, draws, method="marginals")
    return found.reshape(draws, 2, -1)


def scores(
    code: np.ndarray,
    predicted: np.ndarray,
    block: np.ndarray,
    between: np.ndarray | None = None,
    *,
    resamples: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    r"""Score a prediction of a code, with intervals from blocks drawn again.

    Parameters
    ----------
    code : numpy.ndarray, shape (n,)
        1, 0, or NaN for posts that were not coded, which don't count.
    predicted : numpy.ndarray, shape (n,), bool
    block : numpy.ndarray, shape (n,), int
    between : numpy.ndarray, shape (n, 2), optional
        :math:`k(k - 1)` and :math:`k(m - k)` of posts that :math:`m` coders judged and :math:`k` gave the code, 0 for
        other posts (see `discourse.stats.agreement.agreement`).
    resamples, seed, level
        Of the intervals (see `discourse.stats.bootstrap.estimate`).

    Returns
    -------
    precision, recall, f1 : Estimate
        0 to 1; precision is NaN where nothing was predicted.
    ratio : Estimate
        F1 over the F1 between coders, whose weeks are drawn together; NaN if not given, or if coders never agree.
    """
    coded = ~np.isnan(code)
    y, z = np.nan_to_num(code), coded & predicted
    pairs = np.zeros((len(code), 2)) if between is None else between
    number = np.unique(block, return_inverse=True)[1]
    sums = np.array([np.bincount(number, one) for one in (y * z, z, y, *pairs.T)]).T

    def statistics(total: np.ndarray) -> np.ndarray:
        both, found, there, agreed, missed = total.T
        f1 = 2 * both / (found + there)
        return np.c_[both / found, both / there, f1, f1 * (agreed + missed) / agreed]

    precision, recall, f1, ratio = estimate(statistics, sums, resamples=resamples, seed=seed, level=level)
    return precision, recall, f1, ratio


def _chosen(hits: np.ndarray, posts: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add groups as long as F1 grows.

    Takes hits (draws, halves, cells) and posts (halves, cells); gives the sets, (draws, halves, groups) bool, and the
    groups in the order in which they were added, -1 after the last.
    """
    shape = hits.shape[:2]
    there, held = hits.sum(axis=2), member.astype("float64").T
    alone = (member.sum(axis=1) == 1).all() and (member.sum(axis=0) <= 1).all()
    cell_of = member.argmax(axis=1)
    sets, covered = np.zeros((*shape, len(member)), dtype=bool), np.zeros(hits.shape, dtype=bool)
    both, found, best = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    order: list[np.ndarray] = []
    draw, half = np.ogrid[: shape[0], : shape[1]]
    for _ in range(len(member)):
        left = (np.where(covered, 0, one) for one in (hits, posts))
        more, larger = (one[..., cell_of] if alone else one @ held for one in left)
        f1 = 2 * (both[..., None] + more) / np.maximum(found[..., None] + larger + there[..., None], 1)
        at = f1.argmax(axis=2)
        better = f1[draw, half, at] > best + _GAIN
        if not better.any():
            break
        best = np.where(better, f1[draw, half, at], best)
        both += np.where(better, more[draw, half, at], 0)
        found += np.where(better, larger[draw, half, at], 0)
        sets |= better[..., None] & (np.arange(len(member)) == at[..., None])
        covered |= better[..., None] & member[at]
        order.append(np.where(better, at, -1))
    return sets, np.array(order).transpose(1, 2, 0) if order else np.full((*shape, 1), -1)


def _f1(hits: np.ndarray, posts: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Score each half by the cells that were chosen on the other: (draws,)."""
    other = cells[:, ::-1]
    both, found = (hits * other).sum(axis=(1, 2)), (posts * other).sum(axis=(1, 2))
    return np.asarray(2 * both / np.maximum(found + hits.sum(axis=(1, 2)), 1))
