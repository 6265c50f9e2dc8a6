"""Which posts show a movement: how far each lies along the way from the earlier mean to the later one."""

from __future__ import annotations

import numpy as np

from discourse.stats.movement import summed


def projection(
    vectors: np.ndarray, block: np.ndarray, after: np.ndarray, stratum: np.ndarray | None = None
) -> np.ndarray:
    r"""Project posts on the direction from the earlier period's mean to the later one's, found without their block.

    For a post x of block b and stratum l, with the means :math:`\mu_0, \mu_1` of that stratum's posts outside of b,

    .. math:: \left(x - \tfrac{1}{2} (\mu_0 + \mu_1)\right) \cdot (\mu_1 - \mu_0) \, / \, \|\mu_1 - \mu_0\|.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
        Unit rows: posts of one theme.
    block : numpy.ndarray, shape (n,)
        Each block lies in one period.
    after : numpy.ndarray, shape (n,), bool
        Whether a post is of the later period.
    stratum : numpy.ndarray, shape (n,), optional
        What is compared only within itself, such as language.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Above 0 for posts that are more like the later period, below 0 for those more like the earlier one; -2 to 2.
        NaN where no other block of the stratum has posts of both periods to compare with.

    Raises
    ------
    ValueError
        The arrays don't fit each other.

    Notes
    -----
    A post that had its share in the direction would lie along it by that alone, the more so the fewer posts there are.

    Examples
    --------
    >>> rows = np.array([(1, 0), (1, 0), (0, 1), (0, 1)])
    >>> projection(rows, np.arange(4), np.array([False, False, True, True])).round(2).tolist()
    [-0.71, -0.71, 0.71, 0.71]
    """
    rows, later = np.asarray(vectors), np.asarray(after, dtype=bool)
    group = np.zeros(len(later), dtype=int) if stratum is None else np.asarray(stratum)
    if rows.ndim != 2 or not len(rows) == len(block) == len(later) == len(group):
        raise ValueError("needs a block, a period and a stratum for each vector")
    found = np.full(len(rows), np.nan)
    for name in np.unique(group):
        here = np.flatnonzero(group == name)
        sums, blocks = summed(rows[here], block[here])
        own = np.searchsorted(blocks, block[here])
        is_later = np.zeros(len(blocks), dtype=bool)
        is_later[own] = later[here]
        means = []
        with np.errstate(invalid="ignore", divide="ignore"):
            for side in (~is_later, is_later):
                total, n = sums.vectors[side].sum(axis=0), sums.posts[side].sum()
                means.append((total - side[:, None] * sums.vectors) / (n - side * sums.posts)[:, None])
            way = means[1] - means[0]
            way /= np.linalg.norm(way, axis=1, keepdims=True)
        middle = ((means[0] + means[1]) / 2 * way).sum(axis=1)
        found[here] = (rows[here] @ way.T)[np.arange(len(here)), own] - middle[own]
    return found
