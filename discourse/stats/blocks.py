"""Posts come in blocks of time: how much less many posts of one week tell than as many posts at random."""

from __future__ import annotations

import numpy as np


def design_effect(hits: np.ndarray, posts: np.ndarray) -> float:
    r"""Design effect of a share, from counts by block: its cluster-robust variance over that of posts at random.

    .. math:: d = \frac{G}{G-1} \frac{\sum_b (y_b - \hat p\, n_b)^2}{N\, \hat p (1 - \hat p)}

    with :math:`\hat p = \sum y_b / N`, :math:`N = \sum n_b` and :math:`G` blocks that hold posts (linearisation).

    Parameters
    ----------
    hits : numpy.ndarray, shape (blocks,)
        Posts that count, :math:`y_b`: 0 to `posts`.
    posts : numpy.ndarray, shape (blocks,)
        All posts, :math:`n_b`; blocks without any are left out.

    Returns
    -------
    float
        1 on average where blocks make no difference, up to about the posts of a block where a block is all or
        nothing; below 1 where a share is steadier than chance. NaN for fewer than two blocks, and for a share of
        0 or 1.

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
    if y.shape != n.shape or y.ndim != 1 or not (np.isfinite(n).all() and (y >= 0).all() and (y <= n).all()):
        raise ValueError("needs as many hits as posts, each from 0 to the posts of its block")
    y, n = y[n > 0], n[n > 0]
    if len(n) < 2 or y.sum() in (0, n.sum()):
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
