"""How common: a share with an interval that knows posts come in blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.blocks import design_effect


@dataclass(frozen=True)
class Shares:
    """What `shares` found, one entry a label.

    Attributes
    ----------
    share, low, high : numpy.ndarray, shape (labels,)
        0 to 1; NaN without posts.
    deff : numpy.ndarray, shape (labels,)
        Design effect used, at least `least_deff`.
    n : float
        Posts.
    blocks : int
        Blocks that hold posts.
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    deff: np.ndarray
    n: float
    blocks: int


def shares(
    hits: np.ndarray,
    posts: np.ndarray,
    *,
    level: float = 0.95,
    absent_deff: float | None = None,
    least_deff: np.ndarray | float = 1.0,
) -> Shares:
    r"""Shares of labels with intervals from blocks: Wilson's with an effective number of posts and a quantile of t.

    With :math:`\hat p = \sum_b y_b / N`, the design effect :math:`d \ge 1` (see
    `discourse.stats.blocks.design_effect`), :math:`n = N / d` and :math:`t` the quantile for :math:`G - 1` degrees of
    freedom, the interval is

    .. math:: \frac{\hat p + t^2 / 2n \pm t \sqrt{\hat p (1 - \hat p) / n + t^2 / 4n^2}}{1 + t^2 / n}.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, blocks) or (blocks,)
        Posts that have the label in each block; or sums of what each counts, whose mean is then clipped to 0 to 1.
    posts : numpy.ndarray, shape (blocks,)
        All posts of each block.
    level : float
        Above 0 and below 1.
    absent_deff : float, optional
        Design effect of labels that no post, or every post, has; the median of the others, or 1, if not given.
    least_deff : float or numpy.ndarray, shape (labels,)
        Smallest design effect: the variance of one post, as a part of that of yes or no.

    Returns
    -------
    Shares
        With one block alone nothing is known of how blocks differ: the interval is from 0 to 1.

    Raises
    ------
    ValueError
        The arrays don't fit each other, or there are no posts.

    Notes
    -----
    From fewer than about six blocks the design effect is a guess, and the interval with it.

    References
    ----------
    Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of confidence intervals for
    proportions in complex sample surveys. Journal of Survey Statistics and Methodology 7(3).

    Examples
    --------
    >>> found = shares(np.array([2, 0, 0, 2]), np.array([2, 2, 2, 2]))
    >>> float(found.share[0]), round(float(found.deff[0]), 4)
    (0.5, 2.6667)
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    if n.ndim != 1 or y.shape[1:] != n.shape:
        raise ValueError("hits and posts must have one entry a block")
    if (n < 0).any() or not np.isfinite(y).all() or not 0 < level < 1:
        raise ValueError("needs finite hits, posts of 0 or more, and a level above 0 and below 1")
    y, n = y[:, n > 0], n[n > 0]
    if not len(n):
        raise ValueError("there are no posts")
    total = float(n.sum())
    share = np.clip(y.sum(axis=1) / total, 0, 1)
    measured = np.array([design_effect(row, n) for row in y])
    known = np.isfinite(measured)
    if absent_deff is None:
        absent_deff = float(np.median(measured[known])) if known.any() else 1.0
    deff = np.maximum(least_deff, np.where(known, measured, absent_deff))
    low, high = interval(share, total / deff, len(n) - 1, level=level)
    return Shares(share, low, high, deff, total, len(n))


def interval(
    share: np.ndarray | float, n: np.ndarray | float, df: float = np.inf, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval of a share from `n` independent posts, with a quantile of t.

    Parameters
    ----------
    share : array_like
        0 to 1.
    n : array_like
        Posts, or their effective number; above 0.
    df : float
        Degrees of freedom; infinite for the normal quantile. With none the interval is from 0 to 1.
    level : float

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Low and high end.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22(158).

    Examples
    --------
    >>> [round(float(end), 5) for end in interval(17 / 270, 270)]
    [0.03968, 0.09851]
    """
    from scipy.stats import t as student

    p, n = np.asarray(share, dtype="float64"), np.asarray(n, dtype="float64")
    if df < 1:
        return np.zeros_like(p), np.ones_like(p)
    t = student.ppf((1 + level) / 2, df)
    centre = p + t**2 / (2 * n)
    half = t * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    scale = 1 + t**2 / n
    return np.maximum(0, (centre - half) / scale), np.minimum(1, (centre + half) / scale)
