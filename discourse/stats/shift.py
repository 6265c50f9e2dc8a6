"""Did a share move between two periods: a difference within strata, tested by exchanging whole blocks of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in
    Genetics and Molecular Biology 9(1). Studentised statistic: Chung, E. and Romano, J. P. (2013). Exact and
    asymptotically robust permutation tests. Annals of Statistics 41(2).

    Examples
    --------
    >>> found = shift(np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.ones(8), np.arange(8) >= 4, permutations=9_999)
    >>> float(found.difference[0]), bool(abs(found.p[0] - 2 / 70) < 0.01)
    (1.0, True)
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    later = np.asarray(after, dtype=bool)
    groups = np.zeros(len(n), dtype=int) if stratum is None else np.asarray(stratum)
    if not (n.ndim == 1 and y.shape[1:] == n.shape == later.shape == groups.shape):
        raise ValueError("hits, posts, after and stratum must have one entry a cell")
    if permutations < 1 or (n < 0).any() or (y < 0).any() or (y > n).any():
        raise ValueError("needs permutations, and hits from 0 to posts")
    held = n > 0
    y, n, later, groups = y[:, held], n[held], later[held], groups[held]
    compared = np.array([group for group in np.unique(groups) if 0 < later[groups == group].mean() < 1])
    if not len(compared):
        raise ValueError("no stratum has posts in both periods")

    rng = np.random.default_rng(seed)
    total = sum(n[groups == group].sum() for group in compared)
    difference = variance = np.zeros((1 + permutations, len(y)))
    for group in compared:
        cells = groups == group
        chosen = exchanged(later[cells], permutations, rng)
        weight = n[cells].sum() / total
        change, spread = _change(chosen, y[:, cells], n[cells])
        difference, variance = difference + weight * change, variance + weight**2 * spread
    t = np.abs(difference) / np.sqrt(variance + _TINY)
    p = (1 + (t[1:] >= t[0] - 1e-12).sum(axis=0)) / (1 + permutations)
    p = np.where(y[:, np.isin(groups, compared)].any(axis=1) & np.isfinite(t[0]), p, np.nan)
    return Shift(difference[0], np.sqrt(variance[0]), p, compared)


def exchanged(later: np.ndarray, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """Draw which cells count as later, as many as there are.

    Parameters
    ----------
    later : numpy.ndarray, shape (cells,), bool
    permutations : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (1 + permutations, cells), float64
        1 for later; the first row as it was.
    """
    order = np.argsort(rng.random((permutations, len(later))), axis=1)
    chosen = np.zeros((1 + permutations, len(later)))
    chosen[0] = later
    np.put_along_axis(chosen[1:], order[:, : int(later.sum())], 1.0, axis=1)
    return chosen


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
