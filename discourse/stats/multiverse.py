"""Would another analyst have found this: one difference of shares under all the specifications that make sense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import p_value
from discourse.stats.shift import TINY, exchanges

_ALPHA = 0.05


@dataclass(frozen=True)
class Multiverse:
    """What `multiverse` found, over S specifications.

    Attributes
    ----------
    difference : numpy.ndarray, shape (S,)
        Share after minus share before, within strata: -1 to 1.
    p : numpy.ndarray, shape (S,)
        Of each specification by itself; NaN where nothing counts.
    median : float
        Median of the differences.
    same_sign : float
        Share of the specifications whose difference has the sign of the median; 0 counts as another sign.
    significant : float
        Share of the specifications with the median's sign and p at most .05.
    joint_p : float
        p-value of all specifications together, at least ``1 / (permutations + 1)``; NaN where no specification has
        one.
    """

    difference: np.ndarray
    p: np.ndarray
    median: float
    same_sign: float
    significant: float
    joint_p: float


def multiverse(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    block: np.ndarray | None = None,
    *,
    permutations: int = 1_999,
    seed: int = 0,
) -> Multiverse:
    r"""Compare shares of two periods under several specifications, and test them jointly.

    Blocks exchange periods once for all specifications, so that how much these depend on each other is the same as in
    the data. The joint statistic is the median over specifications of :math:`|T|`, the studentised difference that
    `discourse.stats.shift.shift` tests; its p-value is the share of permutations that reach it.

    Parameters
    ----------
    hits : numpy.ndarray, shape (S, cells)
        Posts that count in each cell, one row a specification.
    posts, after, stratum, block
        Cells of blocks by strata, as in `discourse.stats.shift.shift`; the same for all specifications.
    permutations : int
    seed : int

    Returns
    -------
    Multiverse

    Raises
    ------
    ValueError
        As `discourse.stats.shift.shift`, or if there is no specification.

    Notes
    -----
    Specifications must not have been made with a view to dates: permuting dates tests nothing else. A small joint
    p-value says that the difference is not chance under the specifications taken together; it doesn't say that each of
    them measures the same thing, which is why only those that do belong here.

    References
    ----------
    Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour 4.
    Del Giudice, M. and Gangestad, S. W. (2021). A traveler's guide to the multiverse. Advances in Methods and Practices
    in Psychological Science 4(1).

    Examples
    --------
    >>> later = np.arange(8) >= 4
    >>> found = multiverse(np.array([[0, 0, 0, 0, 3, 4, 3, 4], [1, 0, 1, 0, 4, 3, 4, 3]]), np.full(8, 10), later)
    >>> round(found.median, 3), found.same_sign, found.significant, found.joint_p < 0.05
    (0.325, 1.0, 1.0, True)
    """
    if not len(np.atleast_2d(hits)):
        raise ValueError("there is no specification")
    difference, variance, counted, _ = exchanges(hits, posts, after, stratum, permutations, seed, block)
    t = np.abs(difference) / np.sqrt(variance + TINY)
    p = np.where(counted, p_value(t[0], t[1:]), np.nan)
    median = float(np.median(difference[0]))
    same = (np.sign(difference[0]) == np.sign(median)) & (median != 0)
    middle = np.median(t, axis=1)
    return Multiverse(
        difference[0],
        p,
        median,
        float(same.mean()),
        float((same & (p <= _ALPHA)).mean()),
        float(p_value(middle[0], middle[1:])) if counted.any() else float("nan"),
    )
