"""Did anything move: how far two distributions over labels lie apart, beyond what chance makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import in_parts, numbered, p_value, strata

_TINY = 1e-9


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
    block: np.ndarray | None = None,
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
    block : numpy.ndarray, shape (cells,), optional
        Which cells belong together and are exchanged whole, such as a week's posts in all languages; each lies in one
        period. Each cell by itself, within its stratum, if not given.
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
    groups, blocks = (None if given is None else np.asarray(given) for given in (stratum, block))
    named = [later, *(given for given in (groups, blocks) if given is not None)]
    fitting = n.ndim == 2 and all(given.shape == n.shape[1:] for given in named)
    if not fitting or (n < 0).any() or permutations < 1:
        raise ValueError("needs counts of labels by cells, one entry of after, stratum and block a cell")
    compared = strata(n.sum(axis=0), later, groups)
    held = np.any([one.cells for one in compared], axis=0)
    rng = np.random.default_rng(seed)
    before = now = np.zeros((1 + permutations, len(n)))
    weight = np.zeros((1 + permutations, 1))
    for one in compared:
        counted = n[:, one.cells].T
        if blocks is None:
            ways = one.exchanged(later, permutations, rng)
        else:  # the same ways for every stratum
            number, when = numbered(blocks[held], later[held])
            cells, counted = counted, np.zeros((len(when), len(n)))
            np.add.at(counted, number[one.cells[held]], cells)
            ways = in_parts(when, permutations, np.random.default_rng(seed))
        counts_now = np.concatenate([chosen @ counted for chosen in ways])
        counts_before = counted.sum(axis=0) - counts_now
        both = (counts_now.sum(axis=1) > _TINY) & (counts_before.sum(axis=1) > _TINY)
        here = one.weight * both[:, None]
        now, before = now + here * _distribution(counts_now), before + here * _distribution(counts_before)
        weight = weight + here
    with np.errstate(invalid="ignore"):
        before, now = before / weight, now / weight
    parts = _bits((before + now) / 2) - _bits(before) / 2 - _bits(now) / 2
    found = parts.sum(axis=1)
    p = p_value(found[0], found[1:])
    return Divergence(float(found[0]), float(found[0] - np.nanmean(found[1:])), float(p), parts[0])


def _distribution(counts: np.ndarray) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), _TINY)


def _bits(p: np.ndarray) -> np.ndarray:
    return -p * np.log2(np.where(p > 0, p, 1.0))
