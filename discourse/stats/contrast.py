"""What an event would seem to have done to a share, if it had been on each of many dates: after minus before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def contrast(
    hits: np.ndarray, posts: np.ndarray, starts: np.ndarray, *, window: int, gap: int
) -> tuple[np.ndarray, np.ndarray]:
    """Difference of shares, after minus before, within strata, for events in each of several weeks.

    Parameters
    ----------
    hits, posts
        As for `event`.
    starts : numpy.ndarray, shape (dates,), int
        Weeks that an event might begin in; both windows must fit.
    window, gap : int

    Returns
    -------
    (numpy.ndarray, numpy.ndarray), shape (labels, dates) each
        Differences, -1 to 1, and their chance errors, above 0, as `event` has them; NaN where no stratum has posts on
        both sides.

    Examples
    --------
    >>> difference, _ = contrast(np.array([[[0], [1], [2], [4]]]), np.full((4, 1), 4), np.arange(1, 4), window=1, gap=0)
    >>> difference
    array([[0.25, 0.25, 0.5 ]])
    """
    sides = _sides(*checked(hits, posts), np.asarray(starts), window, gap)
    share = sides.share
    return sides.after - sides.before, np.sqrt(share * (1 - share) * sides.spread)


def paired(
    hits: np.ndarray,
    posts: np.ndarray,
    starts: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
    *,
    window: int,
    gap: int,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Differences of some labels less those of others, for events in each of several weeks.

    Parameters
    ----------
    hits, posts, starts, window, gap
        As for `contrast`.
    one, other : numpy.ndarray, shape (pairs,), int
        Rows of `hits`.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray), shape (pairs, dates) each
        Differences, -2 to 2, and their chance errors, as if no post had both labels: of two with shares p and q, those
        of :math:`p + q - (p - q)^2` in place of :math:`p (1 - p)`.

    Examples
    --------
    >>> hits, posts = np.array([[[1], [3]], [[3], [1]]]), np.full((2, 1), 4)
    >>> difference, error = paired(hits, posts, np.array([1]), np.array([0]), np.array([1]), window=1, gap=0)
    >>> alone = contrast(hits, posts, np.array([1]), window=1, gap=0)
    >>> difference.tolist(), bool(np.isclose(error[0, 0], 2 * alone[1][0, 0]))
    ([[1.0]], True)
    """
    sides = _sides(*checked(hits, posts), np.asarray(starts), window, gap)
    difference, p, q = sides.after - sides.before, sides.share[one], sides.share[other]
    return difference[one] - difference[other], np.sqrt((p + q - (p - q) ** 2) * sides.spread)


def log_odds(hits: np.ndarray, posts: np.ndarray, starts: np.ndarray, *, window: int, gap: int) -> np.ndarray:
    r"""Difference of log-odds, after minus before, for events in each of several weeks.

    Of shares within strata, each with half a post added: :math:`\text{logit}((N p + \frac12) / (N + 1))`.

    Parameters
    ----------
    hits, posts, starts, window, gap
        As for `contrast`.

    Returns
    -------
    numpy.ndarray, shape (labels, dates)
        NaN where no stratum has posts on both sides.

    Examples
    --------
    >>> log_odds(np.array([[[1], [3]]]), np.full((2, 1), 4), np.array([1]), window=1, gap=0).round(3)
    array([[1.695]])
    """
    sides = _sides(*checked(hits, posts), np.asarray(starts), window, gap)
    n0, n1 = sides.n_before.sum(axis=1), sides.n_after.sum(axis=1)
    shares = ((np.clip(p, 0, 1), n) for p, n in ((sides.before, n0), (sides.after, n1)))
    before, after = ((n * p + 0.5) / (n * (1 - p) + 0.5) for p, n in shares)
    return np.log(after) - np.log(before)


@dataclass(frozen=True)
class _Sides:
    """Both sides of several dates: shares and hits (labels, dates); posts compared and weights (dates, strata)."""

    before: np.ndarray
    after: np.ndarray
    hits: np.ndarray
    n_before: np.ndarray
    n_after: np.ndarray
    weight: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Share of both sides together, half a post added: (labels, dates), above 0 and below 1."""
        posts = self.n_before.sum(axis=1) + self.n_after.sum(axis=1)
        return (np.clip(self.hits, 0, posts) + 0.5) / (posts + 1)

    @property
    def spread(self) -> np.ndarray:
        """What the variance of one post is multiplied by: (dates,); NaN where no stratum has posts on both sides."""
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(self.weight > 0, self.weight**2 * (1 / self.n_before + 1 / self.n_after), 0)
        return np.where(self.n_before.sum(axis=1) > 0, parts.sum(axis=1), np.nan)


def _sides(y: np.ndarray, n: np.ndarray, starts: np.ndarray, window: int, gap: int) -> _Sides:
    summed_y = np.concatenate([np.zeros_like(y[:, :1]), np.cumsum(y, axis=1)], axis=1)
    summed_n = np.concatenate([np.zeros_like(n[:1]), np.cumsum(n, axis=0)])
    ends = ((starts - gap - window, starts - gap), (starts, starts + window))
    (y0, n0), (y1, n1) = ((summed_y[:, b] - summed_y[:, a], summed_n[b] - summed_n[a]) for a, b in ends)
    both = (n0 > 0) & (n1 > 0)
    weight = np.where(both, n0 + n1, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight /= weight.sum(axis=1, keepdims=True)
        before, after = ((weight * np.where(both, y / n, 0.0)).sum(axis=2) for y, n in ((y0, n0), (y1, n1)))
    return _Sides(before, after, ((y0 + y1) * both).sum(axis=2), n0 * both, n1 * both, weight)


def checked(hits: np.ndarray, posts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take counts by label, week and stratum, or refuse them."""
    y, n = np.asarray(hits, dtype="float64"), np.asarray(posts, dtype="float64")
    if n.ndim != 2 or y.ndim != 3 or y.shape[1:] != n.shape:
        raise ValueError("needs hits by label, week and stratum, and posts by week and stratum")
    if (n < 0).any() or not np.isfinite(y).all():
        raise ValueError("needs finite hits, and posts of 0 or more")
    return y, n
