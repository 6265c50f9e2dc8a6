"""Many tests at once: q-values of a family, and which labels are too rare to belong to one."""

from __future__ import annotations

from typing import Literal

import numpy as np


def adjusted(p: np.ndarray, method: Literal["bh", "by"] = "bh") -> np.ndarray:
    r"""Turn the p-values of one family into q-values: the false discovery rate at which each would be claimed.

    With the p-values in order, :math:`q_{(i)} = \min_{j \ge i} \min(1, c\, m\, p_{(j)} / j)` for a family of :math:`m`;
    :math:`c` is 1 for ``"bh"`` and :math:`\sum_{i=1}^m 1/i` for ``"by"``.

    Parameters
    ----------
    p : array_like
        0 to 1, of any shape: all of it is one family. NaN where there was no test.
    method : {"bh", "by"}
        Benjamini-Hochberg, for tests that are independent or move together, or Benjamini-Yekutieli, for any.

    Returns
    -------
    numpy.ndarray
        Of the same shape, none below its p. NaN stays NaN and doesn't count in the family.

    Raises
    ------
    ValueError
        A p-value is below 0 or above 1, or the method is neither.

    Notes
    -----
    Shares of exclusive labels add up to 1, so that tests of them move against each other a little; what ``"bh"`` makes
    of that is measured in docs/calibration.md.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society B 57(1). Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple testing
    under dependency. Annals of Statistics 29(4).

    Examples
    --------
    >>> adjusted([0.01, 0.02, np.nan, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.04, nan, 0.04, 0.5]
    """
    from scipy.stats import false_discovery_control

    given = np.asarray(p, dtype="float64")
    known = ~np.isnan(given)
    q = np.full(given.shape, np.nan)
    q[known] = false_discovery_control(given[known], method=method)
    return q


def testable(
    hits: np.ndarray, n_before: np.ndarray | float, n_after: np.ndarray | float, alpha: float = 0.05
) -> np.ndarray:
    """Say which labels have posts enough for any change at all to be claimed: only they belong to the family.

    Parameters
    ----------
    hits : array_like
        Posts of each label in both periods together.
    n_before, n_after : array_like
        All posts of each period.
    alpha : float
        Level, above 0 and below 1.

    Returns
    -------
    numpy.ndarray, bool
        Whether `smallest_p` is `alpha` or less. It depends on the totals alone, so that leaving out the others doesn't
        favour the changes that are there.

    Raises
    ------
    ValueError
        See `smallest_p`; or alpha is out of its range.

    Examples
    --------
    >>> testable([4, 5, 6, 7], 270, 270).tolist()
    [False, False, True, True]
    """
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie above 0 and below 1")
    return smallest_p(hits, n_before, n_after) <= alpha


def smallest_p(hits: np.ndarray, n_before: np.ndarray | float, n_after: np.ndarray | float) -> np.ndarray:
    r"""Find the smallest p-value that so many hits could give: that of all of them, if they fit, in one period.

    .. math:: 2 \min_x \binom{n_1}{x} \binom{n_0}{m - x} \bigg/ \binom{n_0 + n_1}{m}

    over the two most uneven ways, :math:`x = \min(m, n_1)` and :math:`x = \max(0, m - n_0)`, to divide :math:`m` hits:
    an exact test of posts at random, its smaller tail doubled.

    Parameters
    ----------
    hits : array_like
        Posts of a label in both periods together, :math:`m`.
    n_before, n_after : array_like
        All posts of each period.

    Returns
    -------
    numpy.ndarray
        Above 0, at most 1; in the shape to which the arguments broadcast.

    Raises
    ------
    ValueError
        Hits are below 0 or more than the posts.

    References
    ----------
    Tarone, R. E. (1990). A modified Bonferroni method for discrete data. Biometrics 46(2).

    Examples
    --------
    >>> smallest_p([4, 5, 6, 7], 270, 270).round(4).tolist()
    [0.1236, 0.0613, 0.0304, 0.015]
    """
    from scipy.special import gammaln

    m, n0, n1 = (np.asarray(given, dtype="float64") for given in (hits, n_before, n_after))
    if not (np.all(m >= 0) and np.all(n0 >= 0) and np.all(n1 >= 0) and np.all(m <= n0 + n1)):
        raise ValueError("needs hits from 0 to the posts of both periods")

    def ways(n: np.ndarray, x: np.ndarray) -> np.ndarray:
        return gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)

    tails = [ways(n1, x) + ways(n0, m - x) for x in (np.minimum(m, n1), np.maximum(0.0, m - n0))]
    smaller = np.exp(np.minimum(*tails) - ways(n0 + n1, m))
    return np.asarray(np.clip(2 * smaller, np.finfo("float64").tiny, 1.0))
