"""When did a share change, if once: a posterior over dates, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Changepoint:
    """Where one change may lie.

    Attributes
    ----------
    at : numpy.ndarray, shape (dates,)
        Blocks before the change: the change lies before block ``at``, counted from 0.
    probability : numpy.ndarray, shape (dates,)
        Posterior probability of each, given that there is one change; they add up to 1.
    log_bayes_factor : float
        Natural logarithm of how much better one change explains the counts than none.
    """

    at: np.ndarray
    probability: np.ndarray
    log_bayes_factor: float

    def region(self, level: float = 0.95) -> np.ndarray:
        """Return the likeliest dates that together hold the probability `level`, in order."""
        order = np.argsort(-self.probability, kind="stable")
        enough = int(np.searchsorted(np.cumsum(self.probability[order]), level - 1e-12)) + 1
        return np.sort(self.at[order[:enough]])


def changepoint(
    hits: np.ndarray, posts: np.ndarray, *, deff: float = 1.0, prior: float = 0.5, shortest: int = 3
) -> Changepoint:
    r"""Posterior of the date of a single change of a share.

    .. math:: P(\tau \mid y) \propto B(a + Y_1, a + N_1 - Y_1)\, B(a + Y_2, a + N_2 - Y_2)

    with counts before and after :math:`\tau` divided by the design effect, the Beta function :math:`B` and a uniform
    prior on dates.

    Parameters
    ----------
    hits, posts : numpy.ndarray, shape (blocks,)
        Counts by block, in order of time.
    deff : float
        Design effect, above 0.
    prior : float
        Parameter :math:`a` of the Beta prior of a share on each side, above 0.
    shortest : int
        Blocks on each side of a change, at least 1.

    Returns
    -------
    Changepoint

    Raises
    ------
    ValueError
        The counts don't fit each other, or leave no date for a change.

    References
    ----------
    Smith, A. F. M. (1975). A Bayesian approach to inference about a change-point in a sequence of random variables.
    Biometrika 62(2).

    Examples
    --------
    >>> found = changepoint(np.array([0, 0, 3, 3]), np.full(4, 3), prior=1, shortest=1)
    >>> found.at.tolist(), found.probability.round(4).tolist(), round(float(np.exp(found.log_bayes_factor)), 3)
    ([1, 2, 3], [0.0142, 0.9717, 0.0142], 84.098)
    """
    from scipy.special import betaln

    y, n = np.asarray(hits, dtype="float64"), np.asarray(posts, dtype="float64")
    if y.ndim != 1 or y.shape != n.shape or (y < 0).any() or (y > n).any():
        raise ValueError("needs hits from 0 to posts, one entry a block")
    if deff <= 0 or prior <= 0 or shortest < 1:
        raise ValueError("needs a deff above 0, a prior above 0 and a shortest segment of at least 1")
    if len(y) < 2 * shortest:
        raise ValueError(f"{len(y)} blocks leave no date with {shortest} blocks on each side")
    y, n = y / deff, n / deff
    at = np.arange(shortest, len(y) - shortest + 1)
    y1, n1 = np.cumsum(y)[at - 1], np.cumsum(n)[at - 1]
    y2, n2 = y.sum() - y1, n.sum() - n1
    both = betaln(prior + y1, prior + n1 - y1) + betaln(prior + y2, prior + n2 - y2) - betaln(prior, prior)
    none = betaln(prior + y.sum(), prior + n.sum() - y.sum())
    total = np.logaddexp.reduce(both)
    return Changepoint(at, np.exp(both - total), float(total - np.log(len(at)) - none))
