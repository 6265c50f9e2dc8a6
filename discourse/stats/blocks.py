"""Posts come in blocks of time: how much less many posts of one week tell than as many posts at random."""

from __future__ import annotations

import numpy as np

_SHORTEST = 6
"""Blocks a period, on average, below which nothing is said of how blocks go on from each other."""
_TINY = 1e-12
"""A spread of shares this small is rounding."""


def design_effect(hits: np.ndarray, posts: np.ndarray) -> float:
    r"""Design effect of a share, from counts by block: its cluster-robust variance over that of posts at random.

    .. math:: d = \frac{G}{G-1} \frac{\sum_b (y_b - \hat p\, n_b)^2}{N\, \hat p (1 - \hat p)}

    with :math:`\hat p = \sum y_b / N`, :math:`N = \sum n_b` and :math:`G` blocks that hold posts (linearisation).

    Parameters
    ----------
    hits : numpy.ndarray, shape (blocks,)
        Posts that count, :math:`y_b`, or sums of what each counts.
    posts : numpy.ndarray, shape (blocks,)
        All posts, :math:`n_b`; blocks without any are left out.

    Returns
    -------
    float
        1 on average where blocks make no difference, up to about the posts of a block where a block is all or
        nothing; below 1 where a share is steadier than chance. NaN for fewer than two blocks, and for a share that
        does not lie above 0 and below 1.

    Raises
    ------
    ValueError
        The counts don't fit each other.

    Notes
    -----
    From few blocks it is uncertain by half and more: take the middle of many shares.

    References
    ----------
    Kish, L. (1965). Survey Sampling, chapter 5. Wiley. Linearised variance of a ratio: Cochran, W. G. (1977).
    Sampling Techniques, 3rd ed., section 9A.

    Examples
    --------
    >>> round(design_effect(np.array([2, 0, 0, 2]), np.array([2, 2, 2, 2])), 4)
    2.6667
    """
    y, n = np.asarray(hits, dtype="float64"), np.asarray(posts, dtype="float64")
    if y.shape != n.shape or y.ndim != 1 or not (np.isfinite(n).all() and np.isfinite(y).all() and (n >= 0).all()):
        raise ValueError("needs as many hits as posts, all finite, and no fewer than 0 posts")
    y, n = y[n > 0], n[n > 0]
    if len(n) < 2 or not 0 < y.sum() < n.sum():
        return float("nan")
    whole, share, blocks = n.sum(), y.sum() / n.sum(), len(n)
    between = blocks / (blocks - 1) * ((y - share * n) ** 2).sum()
    return float(between / (whole * share * (1 - share)))


def block_size(posts: np.ndarray) -> float:
    """Average the sizes of blocks, each weighted by its posts; 0 without posts.

    Examples
    --------
    >>> block_size(np.array([10, 10, 0, 40]))
    30.0
    """
    n = np.asarray(posts, dtype="float64")
    return float((n**2).sum() / n.sum()) if n.sum() else 0.0


def rescaled(deff: float, size: float, other: float) -> float:
    r"""Design effect that goes with blocks of another size, posts of a block being as alike as before.

    :math:`d = 1 + (m - 1)\rho`, where :math:`\rho` is the intraclass correlation and :math:`m` the block size.

    Parameters
    ----------
    deff : float
        As measured.
    size, other : float
        Posts of a block (see `block_size`): as measured, and as asked for.

    Returns
    -------
    float
        `deff` itself where blocks hold one post, which says nothing of how alike posts of a block are.

    References
    ----------
    Kish, L. (1965). Survey Sampling, section 5.4. Wiley.

    Examples
    --------
    >>> rescaled(1.5, 11, 101)
    6.0
    """
    return deff if size <= 1 else 1 + (other - 1) * (deff - 1) / (size - 1)


def lag_one(hits: np.ndarray, posts: np.ndarray, period: np.ndarray) -> np.ndarray:
    r"""Correlation of shares with those of the block before: whether swings last longer than a block.

    With the residual :math:`r_b = (y_b - \hat p_t n_b) / \sqrt{n_b}` of block :math:`b` from the share of its period
    :math:`t`, over pairs of consecutive blocks of one period,

    .. math:: \hat\rho = \frac{T - 1}{T} \cdot \frac{\sum r_b\, r_{b+1} / P}{\sum r_b^2 / B}, \qquad
              \rho = \frac{\hat\rho + 1/T}{1 - 4/T}

    with :math:`P` pairs, :math:`B` blocks and :math:`T` blocks a period. The second step undoes what taking off the
    shares of short periods does: it hides swings about as long as a period.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, blocks) or (blocks,)
        Posts that count, or sums of what each counts, one row a label; blocks in order of time.
    posts : numpy.ndarray, shape (blocks,)
        All posts. A block without any has no residual, and its neighbours are no pair.
    period : numpy.ndarray, shape (blocks,)
        Period of each block, such as a quarter: a change from one to the next is no correlation.

    Returns
    -------
    numpy.ndarray, shape (labels,)
        -1 to 1, on average about 0 where blocks go their own ways; NaN for labels without spread, and from fewer
        than six blocks a period.

    Raises
    ------
    ValueError
        The counts don't fit each other.

    Notes
    -----
    Uncertain by more than one over the root of the pairs: from 26 weeks by .3, from 65 by .2. Chance within blocks is
    part of it: with few posts a week, swings show little, and do little harm. A step within a period looks like a
    swing that lasts.

    References
    ----------
    Marriott, F. H. C. and Pope, J. A. (1954). Bias in the estimation of autocorrelations. Biometrika 41(3/4).

    Examples
    --------
    >>> slow, quick = [1, 1, 1, 1, 5, 5, 5, 5], [1, 5, 1, 5, 1, 5, 1, 5]
    >>> lag_one(np.array([slow, quick]), np.full(8, 10), np.zeros(8)).round(2).tolist()
    [1.0, -1.0]
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    when = np.asarray(period)
    fitting = n.ndim == 1 and y.shape[1:] == n.shape == when.shape
    if not (fitting and (n >= 0).all() and np.isfinite(y).all()):
        raise ValueError("needs finite hits, posts of 0 or more, and a period for each block")
    held = np.flatnonzero(n > 0)
    y, n, when = y[:, held], n[held], when[held]
    pair = (np.diff(held) == 1) & (when[1:] == when[:-1])
    periods, number = np.unique(when, return_inverse=True)
    if not pair.any() or len(n) < _SHORTEST * len(periods):
        return np.full(len(y), np.nan)
    share = np.array([np.bincount(number, row) for row in y]).reshape(len(y), len(periods)) / np.bincount(number, n)
    residual = (y - share[:, number] * n) / np.sqrt(n)
    spread = (residual**2).mean(axis=1)
    together = (residual[:, 1:] * residual[:, :-1])[:, pair].mean(axis=1)
    length = len(n) / len(periods)
    plain = (1 - 1 / length) * together / np.where(spread > _TINY, spread, np.nan)
    return np.clip((plain + 1 / length) / (1 - 4 / length), -1, 1)
