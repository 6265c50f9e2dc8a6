"""Which tests belong to a family: those whose p-value could get as small as the family asks of them."""

from __future__ import annotations

import numpy as np


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
