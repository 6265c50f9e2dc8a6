"""Which tests belong to a family: those whose p-value could get small enough, and whose posts lie unevenly."""

from __future__ import annotations

import numpy as np

FEW = 3
"""Tests that are a family without any choosing."""


def worth_testing(least: np.ndarray, alpha: float = 0.05) -> np.ndarray:
    r"""Leave out tests that could not be significant among so many, whatever they found.

    With the smallest p-values :math:`p^*_i` that the tests could give, and the smallest :math:`K` for which no more
    than :math:`K` of them are at most :math:`\alpha / K`: those at most :math:`\alpha / K`.

    Parameters
    ----------
    least : numpy.ndarray
        Smallest p-value that each test could give, from what exchanging blocks leaves as it is (posts, weeks with
        posts), so that leaving out tests favours none of the rest; NaN for no test.
    alpha : float
        Level of the family, above 0 and below 1.

    Returns
    -------
    numpy.ndarray, bool
        Of the same shape.

    Raises
    ------
    ValueError
        A p-value is not above 0 and at most 1, or alpha is out of its range.

    References
    ----------
    Tarone, R. E. (1990). A modified Bonferroni method for discrete data. Biometrics 46(2). With false discovery
    rates: Gilbert, P. B. (2005). A modified false discovery rate multiple-comparisons procedure for discrete data.
    Journal of the Royal Statistical Society C 54(1).

    Examples
    --------
    >>> worth_testing(np.array([0.001, 0.01, 0.04, 0.3])).tolist()
    [True, True, False, False]
    """
    p = np.asarray(least, dtype="float64")
    if not 0 < alpha < 1 or (p <= 0).any() or (p > 1).any():
        raise ValueError("needs p-values above 0 and at most 1, and alpha above 0 and below 1")
    known = np.sort(p[~np.isnan(p)])
    for k in range(1, len(known) + 1):
        if np.searchsorted(known, alpha / k, side="right") <= k:
            return p <= alpha / k
    return np.zeros(p.shape, dtype=bool)


def unevenness(hits: np.ndarray, posts: np.ndarray) -> np.ndarray:
    r"""Measure how unevenly posts of labels lie over blocks, whichever period the blocks belong to.

    .. math:: \frac{1}{G - 1} \sum_b \frac{\left( \sum_l (y_{bl} - p_l n_{bl}) \right)^2}
              {\sum_l p_l (1 - p_l) n_{bl}}

    Tests of labels below 1, whose blocks differ less than posts at random would, can be left out of a family: a change
    would part the blocks. Exchanging blocks leaves it as it is, so that none of the other tests is favoured.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, blocks, strata)
    posts : numpy.ndarray, shape (blocks, strata)
        Of both periods.

    Returns
    -------
    numpy.ndarray, shape (labels,)
        About 1 on average where posts are had at random; 0 for what no post has or all have.

    Notes
    -----
    Half the labels of which nothing is to be said are left out, and one in twelve of the changes that are just large
    enough to be found alone; the others are found more often, since there are fewer tests.

    References
    ----------
    Bourgon, R., Gentleman, R. and Huber, W. (2010). Independent filtering increases detection power for high-throughput
    experiments. Proceedings of the National Academy of Sciences 107(21).

    Examples
    --------
    >>> unevenness(np.array([[[2], [2]], [[0], [4]]]), np.array([[4], [4]])).tolist()
    [0.0, 8.0]
    """
    total = posts.sum(axis=0)
    share = hits.sum(axis=1) / np.where(total > 0, total, 1)
    off = (hits - share[:, None, :] * posts).sum(axis=2)
    share = np.clip(share, 0, 1)
    chance = (share * (1 - share)) @ posts.T
    parts = np.divide(off**2, chance, out=np.zeros_like(chance), where=chance > 0)
    return np.asarray(parts.sum(axis=1) / max(1, int((posts.sum(axis=1) > 0).sum()) - 1))
