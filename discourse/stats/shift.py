"""Did a share move between two periods: a difference within strata, tested by exchanging whole blocks of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import p_value, strata

_TINY = 1e-15


@dataclass(frozen=True)
class Shift:
    """What `shift` found, one entry a label.

    Attributes
    ----------
    difference : numpy.ndarray, shape (labels,)
        Share after minus share before, within strata: -1 to 1.
    error : numpy.ndarray, shape (labels,)
        Its standard error from the spread between blocks.
    p : numpy.ndarray, shape (labels,)
        Two-sided p-value of the block permutation, at least ``1 / (permutations + 1)``; NaN where no stratum has
        two blocks in both periods, or nothing that counts.
    strata : numpy.ndarray
        The strata compared: those with posts in both periods.
    """

    difference: np.ndarray
    error: np.ndarray
    p: np.ndarray
    strata: np.ndarray


def shift(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    *,
    permutations: int = 1_999,
    seed: int = 0,
) -> Shift:
    r"""Compare shares of two periods, within strata, and test the difference by permuting blocks.

    .. math:: \Delta = \sum_l W_l (p_{1l} - p_{0l}), \qquad
              SE^2 = \sum_l W_l^2 (V_{1l} + V_{0l}), \qquad T = \Delta / SE

    with weights :math:`W_l = N_l / N` over both periods and the linearised variances between blocks :math:`V`
    (see `discourse.stats.blocks.design_effect`). The p-value is the share of permutations of whole cells (block by
    stratum) between the periods, within strata, whose :math:`|T|` is no smaller.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, cells) or (cells,)
        Posts that count in each cell, one row a label.
    posts : numpy.ndarray, shape (cells,)
        All posts of each cell; cells without any are left out.
    after : numpy.ndarray, shape (cells,), bool
        Whether a cell lies in the later period.
    stratum : numpy.ndarray, shape (cells,), optional
        What is held constant, such as language; one stratum if not given. Strata that lack one of the periods are
        left out.
    permutations : int
        At least 1.
    seed : int

    Returns
    -------
    Shift

    Raises
    ------
    ValueError
        The arrays don't fit each other, or no stratum has posts in both periods.

    Notes
    -----
    The test holds its level if blocks are exchangeable between the periods: a swing that lasts for many blocks passes
    for a shift. With G blocks a p-value can't be smaller than two over the number of ways to divide them.

    References
    ----------
    Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of Statistics 41(2).

    Examples
    --------
    >>> found = shift(np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.ones(8), np.arange(8) >= 4, permutations=9_999)
    >>> float(found.difference[0]), bool(abs(found.p[0] - 2 / 70) < 0.01)
    (1.0, True)
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    later = np.asarray(after, dtype=bool)
    groups = None if stratum is None else np.asarray(stratum)
    if not (n.ndim == 1 and y.shape[1:] == n.shape == later.shape and (groups is None or groups.shape == n.shape)):
        raise ValueError("hits, posts, after and stratum must have one entry a cell")
    if permutations < 1 or (n < 0).any() or (y < 0).any() or (y > n).any():
        raise ValueError("needs permutations, and hits from 0 to posts")
    compared = strata(n, later, groups)
    rng = np.random.default_rng(seed)
    difference = variance = np.zeros((1 + permutations, len(y)))
    counted = np.zeros(len(y), dtype=bool)
    for one in compared:
        change, spread = _change(one.exchanged(later, permutations, rng), y[:, one.cells], n[one.cells])
        difference, variance = difference + one.weight * change, variance + one.weight**2 * spread
        counted |= y[:, one.cells].any(axis=1)
    t = np.abs(difference) / np.sqrt(variance + _TINY)
    p = np.where(counted, p_value(t[0], t[1:]), np.nan)
    return Shift(difference[0], np.sqrt(variance[0]), p, np.array([one.name for one in compared]))


def _change(chosen: np.ndarray, y: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Differences of shares and their variances: (ways, labels) each."""
    parts = []
    for side in (chosen, 1 - chosen):
        size, blocks = (side @ n)[:, None], side.sum(axis=1)[:, None]
        share = side @ y.T / size
        squares = side @ (y**2).T - 2 * share * (side @ (y * n).T) + share**2 * (side @ n**2)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = blocks / (blocks - 1) * np.maximum(squares, 0) / size**2
        parts.append((share, np.where(blocks > 1, spread, np.nan)))
    (after, spread_after), (before, spread_before) = parts
    return after - before, spread_after + spread_before
