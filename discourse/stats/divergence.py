"""Did anything move: how far two distributions over labels lie apart, beyond what chance makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import p_value, strata


@dataclass(frozen=True)
class Divergence:
    """What `divergence` found.

    Attributes
    ----------
    plain : float
        Jensen-Shannon divergence as it is, in bits: 0 to 1.
    adjusted : float
        The same less its mean under permutation: about 0 where nothing moved; may be negative.
    p : float
        Share of permutations with a divergence no smaller, at least ``1 / (permutations + 1)``.
    parts : numpy.ndarray, shape (labels,)
        What each label adds to `plain`, for ranking.
    """

    plain: float
    adjusted: float
    p: float
    parts: np.ndarray


def divergence(
    counts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    *,
    permutations: int = 1_999,
    seed: int = 0,
) -> Divergence:
    r"""Compare the distributions over labels of two periods, and test them by permuting blocks within strata.

    .. math:: J = H\left(\tfrac{P + Q}{2}\right) - \tfrac{1}{2} H(P) - \tfrac{1}{2} H(Q)

    with entropies in bits; :math:`P = \sum_l W_l P_l` and :math:`Q` are standardised to one mix of strata, that of both
    periods together, so that a change of languages alone moves nothing. Plain :math:`J` grows with the number of labels
    and with fewer posts even if nothing moved; its mean under permutation is taken off.

    Parameters
    ----------
    counts : numpy.ndarray, shape (labels, cells)
        Posts of each label (noise is a label) in each cell (block by stratum).
    after : numpy.ndarray, shape (cells,), bool
        Whether a cell lies in the later period.
    stratum : numpy.ndarray, shape (cells,), optional
        What is held constant, such as language. Strata that lack one of the periods are left out.
    permutations : int
    seed : int

    Returns
    -------
    Divergence

    Raises
    ------
    ValueError
        The arrays don't fit each other, or no stratum has posts in both periods.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on Information Theory 37(1).

    Examples
    --------
    >>> found = divergence(np.array([[1, 0], [0, 1]]), np.array([False, True]), permutations=9)
    >>> found.plain
    1.0
    """
    n, later = np.asarray(counts, dtype="float64"), np.asarray(after, dtype=bool)
    groups = None if stratum is None else np.asarray(stratum)
    fitting = n.ndim == 2 and n.shape[1:] == later.shape and (groups is None or groups.shape == later.shape)
    if not fitting or (n < 0).any() or permutations < 1:
        raise ValueError("needs counts of labels by cells, one entry of after and stratum a cell, and permutations")
    rng = np.random.default_rng(seed)
    before = now = np.zeros((1 + permutations, len(n)))
    for one in strata(n.sum(axis=0), later, groups):
        counted = n[:, one.cells].T
        counts_after = np.concatenate([chosen @ counted for chosen in one.exchanged(later, permutations, rng)])
        now = now + one.weight * _distribution(counts_after)
        before = before + one.weight * _distribution(counted.sum(axis=0) - counts_after)
    parts = _bits((before + now) / 2) - _bits(before) / 2 - _bits(now) / 2
    found = parts.sum(axis=1)
    p = p_value(found[0], found[1:])
    return Divergence(float(found[0]), float(found[0] - found[1:].mean()), float(p), parts[0])


def _distribution(counts: np.ndarray) -> np.ndarray:
    return counts / counts.sum(axis=1, keepdims=True)


def _bits(p: np.ndarray) -> np.ndarray:
    return -p * np.log2(np.where(p > 0, p, 1.0))
