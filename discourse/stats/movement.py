"""Did what is said within a theme move: its direction and its spread, from sums of vectors by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import exchanged, p_value


@dataclass(frozen=True)
class Sums:
    """Sums of unit vectors by block: all that `movement` needs to know of any number of posts.

    Attributes
    ----------
    vectors : numpy.ndarray, shape (blocks, d)
        Sum of the vectors of each block's posts.
    posts : numpy.ndarray, shape (blocks,)
        Their number.
    """

    vectors: np.ndarray
    posts: np.ndarray


@dataclass(frozen=True)
class Movement:
    """What `movement` found.

    Attributes
    ----------
    drift : float
        1 less the cosine between the two periods' mean directions, freed of what chance adds: about 0 where nothing
        moved, up to 2; may be negative. NaN where posts of different blocks don't resemble each other.
    drift_p : float
        Share of permutations with a drift no smaller.
    floor : float
        95th percentile of drift under permutation: what is below it is noise.
    spread : float
        Change of the mean cosine distance between posts of different blocks: above 0 where the theme grew broader.
    spread_p : float
        Share of permutations with a change of spread no smaller in size.
    scale : float
        The shift of the mean in units of the spread within the theme.
    """

    drift: float
    drift_p: float
    floor: float
    spread: float
    spread_p: float
    scale: float


def summed(vectors: np.ndarray, block: np.ndarray) -> tuple[Sums, np.ndarray]:
    """Sum unit vectors by block.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
        Unit rows.
    block : numpy.ndarray, shape (n,)

    Returns
    -------
    (Sums, numpy.ndarray)
        The sums, and the blocks in their order.

    Examples
    --------
    >>> sums, blocks = summed(np.eye(2)[[0, 1, 1]], np.array([7, 7, 9]))
    >>> sums.vectors.tolist(), sums.posts.tolist(), blocks.tolist()
    ([[1.0, 1.0], [0.0, 1.0]], [2, 1], [7, 9])
    """
    blocks, number = np.unique(block, return_inverse=True)
    totals = np.zeros((len(blocks), vectors.shape[1]))
    np.add.at(totals, number, vectors)
    return Sums(totals, np.bincount(number)), blocks


def movement(sums: Sums, after: np.ndarray, *, permutations: int = 1_999, seed: int = 0) -> Movement:
    r"""Drift and change of spread between two periods, tested by permuting blocks.

    With block sums :math:`S_b`, period sums :math:`S_t` and :math:`n` posts, the mean cosine of posts of different
    blocks is :math:`u_t = (\|S_t\|^2 - \sum_b \|S_b\|^2) / (n_t^2 - \sum_b n_b^2)` within a period and
    :math:`c = S_0 \cdot S_1 / n_0 n_1` across. Then

    .. math:: \text{drift} = 1 - c / \sqrt{u_0 u_1}, \qquad \text{spread} = u_0 - u_1, \qquad
              \text{scale} = \sqrt{\max(u_0 + u_1 - 2c, 0) / (1 - (u_0 + u_1) / 2)}.

    Parameters
    ----------
    sums : Sums
        Of one theme and language, both periods.
    after : numpy.ndarray, shape (blocks,), bool
        Whether a block lies in the later period.
    permutations : int
    seed : int

    Returns
    -------
    Movement
        All NaN where a period has fewer than two blocks.

    Raises
    ------
    ValueError
        The arrays don't fit each other.

    Notes
    -----
    Pairs within a block are left out, since posts of one day resemble each other whatever the period. The plain cosine
    distance of means is above 0 on average even if nothing moved, the more so the fewer the posts; this one is not.
    Compare posts of one language: a change of language mix moves the mean, too.

    References
    ----------
    Kutuzov, A. and Giulianelli, M. (2020). UiO-UvA at SemEval-2020 Task 1: contextualised embeddings for lexical
    semantic change detection. SemEval. Kernel two-sample test with a linear kernel: Gretton, A. et al. (2012). A kernel
    two-sample test. Journal of Machine Learning Research 13.

    Examples
    --------
    >>> rows = np.array([(1, 0), (0.8, 0.6), (0.6, 0.8), (0, 1)])
    >>> found = movement(summed(rows, np.arange(4))[0], np.array([False, False, True, True]))
    >>> round(found.drift, 3), round(found.spread, 3)
    (0.325, 0.0)
    """
    total, n = np.asarray(sums.vectors, dtype="float64"), np.asarray(sums.posts, dtype="float64")
    later = np.asarray(after, dtype=bool)
    if total.ndim != 2 or not len(total) == len(n) == len(later) or permutations < 1:
        raise ValueError("needs a sum, a number of posts and a period for each block, and permutations")
    if min(later.sum(), (~later).sum()) < 2:
        return Movement(*[float("nan")] * 6)
    chosen = exchanged(later, permutations, np.random.default_rng(seed))
    products = total @ total.T
    own, squares = np.diag(products), n**2
    within, sizes = [], []
    for side in (1 - chosen, chosen):
        size = side @ n
        pairs = size**2 - side @ squares
        within.append((((side @ products) * side).sum(axis=1) - side @ own) / pairs)
        sizes.append(size)
    across = (((1 - chosen) @ products) * chosen).sum(axis=1) / (sizes[0] * sizes[1])
    before, now = within
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = (before > 0) & (now > 0)
        drift = np.where(alike, 1 - across / np.sqrt(np.where(alike, before * now, 1)), np.nan)
    spread = before - now
    apart, distance = before[0] + now[0] - 2 * across[0], 1 - (before[0] + now[0]) / 2
    return Movement(
        drift=float(drift[0]),
        drift_p=float(p_value(drift[0], drift[1:])),
        floor=float(np.nanquantile(drift[1:], 0.95)) if np.isfinite(drift[1:]).any() else float("nan"),
        spread=float(spread[0]),
        spread_p=float(p_value(np.abs(spread[0]), np.abs(spread[1:]))),
        scale=float(np.sqrt(max(apart, 0.0) / distance)) if distance > 0 else float("nan"),
    )
