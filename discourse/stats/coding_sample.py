"""Which posts to code by hand: a random sample with known probabilities, more of it where a machine is in doubt."""

from __future__ import annotations

import math

import numpy as np

UNIFORM = 0.4
"""Part of every post's probability that is the same for all; no post counts for more than 1 / UNIFORM times its due."""
_TINY = 1e-9


def equal_sizes(posts: np.ndarray, total: int) -> np.ndarray:
    """Divide a sample among strata: as many posts of each, and all posts of those that have fewer.

    Parameters
    ----------
    posts : numpy.ndarray of int, shape (strata,)
        Posts of each stratum, in order; those left over by the division go to the first.
    total : int
        Posts to be drawn, 0 to all.

    Returns
    -------
    numpy.ndarray of int, shape (strata,)
        They add up to `total`.

    Raises
    ------
    ValueError
        More are to be drawn than there are.

    Examples
    --------
    >>> equal_sizes(np.array([200, 10, 300]), 100).tolist()
    [45, 10, 45]
    """
    n = np.asarray(posts, dtype="int64")
    if not ((n >= 0).all() and 0 <= total <= n.sum()):
        raise ValueError("needs a total from 0 to the number of posts")
    sizes = np.zeros_like(n)
    while left := total - int(sizes.sum()):
        wanting = np.flatnonzero(sizes < n)
        share = max(1, left // len(wanting))
        for at in wanting[: min(len(wanting), left)]:
            sizes[at] += min(share, n[at] - sizes[at])
    return sizes


def draw(uncertainty: np.ndarray, size: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw a sample of fixed size in which each post has a known probability of being.

    With :math:`u_{ik}` the uncertainty of post i on code k of K,

    .. math:: \pi_i \propto \frac{0.4}{N} + \frac{0.6}{K} \sum_k \frac{u_{ik}}{\sum_j u_{jk}},

    so that :math:`\sum \pi_i` is `size`; posts that this would draw with certainty are, and the rest are scaled. The
    draw is systematic, in random order: posts in a row, each as long as its probability, and every whole step from a
    random start falls on one.

    Parameters
    ----------
    uncertainty : numpy.ndarray, shape (n, codes)
        0 or more, such as :math:`\sqrt{f (1 - f)}` of the probability f that a post has the code; with no columns, or
        where a column is all 0, posts are as good as each other, and the sample is simple random.
    size : int
        Posts to be drawn, 0 to n.
    seed : int

    Returns
    -------
    chosen : numpy.ndarray, shape (n,), bool
    probability : numpy.ndarray, shape (n,)
        Of all posts, chosen or not: at least :math:`0.4\, size / n`, so that no post counts for more than 2.5 times
        what it would in a simple random sample; at most 1.

    Raises
    ------
    ValueError
        Uncertainties that are missing or below 0, or a size out of range.

    References
    ----------
    Madow, W. G. (1949). On the theory of systematic sampling, II. Annals of Mathematical Statistics 20(3). Särndal,
    C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, section 3.6. Springer.

    Examples
    --------
    >>> chosen, probability = draw(np.array([[0.5], [0.1], [0.1], [0.1]]), 2, seed=0)
    >>> int(chosen.sum()), probability.round(2).tolist()
    (2, [0.95, 0.35, 0.35, 0.35])
    """
    u = np.asarray(uncertainty, dtype="float64")
    if u.ndim != 2 or not (np.isfinite(u).all() and (u >= 0).all()):
        raise ValueError("needs uncertainties of 0 or more, one row a post and one column a code")
    n = len(u)
    if not 0 <= size <= n:
        raise ValueError("needs a size from 0 to the number of posts")
    probability = _probability(u, size)
    chosen = probability == 1
    rest = np.flatnonzero(~chosen)
    steps = size - int(chosen.sum())
    if steps:
        rng = np.random.default_rng(seed)
        order = rng.permutation(rest)
        ends = np.cumsum(probability[order])
        ends *= steps / ends[-1]  # they add up to that but for rounding
        ends[-1] = np.inf
        chosen[order[np.searchsorted(ends, rng.random() + np.arange(steps), side="right")]] = True
    return chosen, probability


def most_without_certainty(uncertainty: np.ndarray) -> int:
    """Give the largest sample in which no post is sure to be, so that probabilities are in proportion to the size.

    A simple random part of such a sample, of fixed size, is a sample by the same uncertainties itself.

    Parameters
    ----------
    uncertainty : numpy.ndarray, shape (n, codes)
        As for `draw`.

    Returns
    -------
    int
        0 to n; n where posts are as good as each other.

    Examples
    --------
    >>> most_without_certainty(np.array([[0.5], [0.1], [0.1], [0.1]]))
    2
    """
    return math.floor(1 / _due(uncertainty).max() + _TINY) if len(uncertainty) else 0


def _probability(u: np.ndarray, size: int) -> np.ndarray:
    n = len(u)
    if size in (0, n):
        return np.full(n, float(size > 0))
    due = _due(u)
    probability = size * due
    while (certain := probability > 1).any():
        certain |= probability == 1
        probability = np.where(certain, 1.0, (size - certain.sum()) * due / due[~certain].sum())
    return probability


def _due(u: np.ndarray) -> np.ndarray:
    """Give each post its part of the sample; they add up to 1."""
    n = len(u)
    total = u.sum(axis=0)
    even = np.full_like(u, 1 / n)
    part = np.divide(u, total, out=even, where=total > 0)
    doubt = part.mean(axis=1) if u.shape[1] else np.full(n, 1 / n)
    due = UNIFORM / n + (1 - UNIFORM) * doubt
    return np.asarray(due / due.sum())
