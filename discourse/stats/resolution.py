"""When more permutations are worth their time: a p-value of 1 in 2,000 can't stand out among 2,000 tests."""

from __future__ import annotations

import math

import numpy as np

from discourse.stats.multiple import adjusted

_NEAR_FLOOR = 2
_SPARE = 2


def unresolved(
    p: np.ndarray, permutations: np.ndarray | int, *, level: float = 0.05, most: int = 400_000
) -> tuple[np.ndarray, int]:
    """Find the tests of a family that the number of permutations alone may keep from being claimed.

    Parameters
    ----------
    p : numpy.ndarray, shape (tests,)
        p-values of the family; NaN where there was no test.
    permutations : numpy.ndarray, shape (tests,), or int
        Permutations behind each.
    level : float
        The q-value at which a claim is made.
    most : int
        Permutations to ask for at the most.

    Returns
    -------
    which : numpy.ndarray, int
        Tests with a p-value next to the smallest that their permutations could give, and a q-value above `level`.
    permutations : int
        How many to use for them instead: enough for a claim if none of them finds its statistic reached. The work,
        tests times permutations, depends on the size of the family alone.

    Notes
    -----
    A test that is repeated takes its new p-value. Since it is repeated only where the first was small, whatever the
    level, the one that counts is below it no more often than it should be.

    Examples
    --------
    >>> which, needed = unresolved(np.r_[0.001, np.linspace(0.1, 1, 99)], 999)
    >>> which.tolist(), needed
    ([0], 3999)
    """
    made = np.broadcast_to(np.asarray(permutations), p.shape)
    q = adjusted(p, "bh")
    with np.errstate(invalid="ignore"):
        which = np.flatnonzero((p <= _NEAR_FLOOR / (1 + made)) & (q > level))
    if not len(which):
        return which, 0
    claimed = int((q <= level).sum())
    needed = math.ceil(_SPARE * np.isfinite(p).sum() / (level * (len(which) + claimed)))
    needed = min(needed, most) - 1
    which = which[made[which] < needed]
    return which, needed if len(which) else 0
