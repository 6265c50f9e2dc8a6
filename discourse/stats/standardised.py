"""Shares of two periods at one mix of strata and their variances, for many ways to divide the blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from discourse.stats.permutation import Stratum, in_parts, numbered, strata


@dataclass(frozen=True)
class Periods:
    """What `periods` found; the first way is how things are.

    Attributes
    ----------
    before, now : numpy.ndarray, shape (1 + permutations, labels)
        Shares of the two periods, at one mix of strata.
    variance_before, variance_now : numpy.ndarray, shape (1 + permutations, labels)
        NaN where no stratum has two blocks in both periods.
    fewest : numpy.ndarray, shape (labels,)
        Posts of the label in the strata compared, in the period that has fewer.
    counted : numpy.ndarray, shape (labels,), bool
        Whether any cell of the strata compared has hits.
    strata : numpy.ndarray
        The strata compared.
    df : int
        Degrees of freedom of the variances together.
    """

    before: np.ndarray
    variance_before: np.ndarray
    now: np.ndarray
    variance_now: np.ndarray
    fewest: np.ndarray
    counted: np.ndarray
    strata: np.ndarray
    df: int


def periods(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    block: np.ndarray | None = None,
    *,
    permutations: int = 0,
    seed: int = 0,
) -> Periods:
    r"""Compute shares of two periods, :math:`p_t = \sum_l W_l\, p_{tl}`, and again with blocks exchanged.

    Each cell by itself is exchanged within its stratum, and :math:`V_t = \sum_l W_l^2 V_{tl}`. Where cells belong to
    blocks, whole blocks are exchanged, whatever strata they hold, and

    .. math:: V_t = \frac{G_t}{G_t - 1} \sum_b \left( \sum_l \frac{W_l}{N_{tl}} (y_{bl} - p_{tl}\, n_{bl}) \right)^2,

    which knows that posts of one week are alike in one language and the other.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, cells) or (cells,)
    posts : numpy.ndarray, shape (cells,)
    after : numpy.ndarray, shape (cells,), bool
    stratum, block : numpy.ndarray, shape (cells,), optional
        As for `discourse.stats.shift.shift`.
    permutations : int
        0 for how things are alone.
    seed : int

    Returns
    -------
    Periods

    Raises
    ------
    ValueError
        The arrays don't fit each other, no stratum has posts in both periods, or a block lies in both.

    Examples
    --------
    >>> found = periods(np.array([2, 0, 0, 2]), np.full(4, 2), np.array([False, False, True, True]))
    >>> found.before.tolist(), found.now.tolist(), found.df
    ([[0.5]], [[0.5]], 2)
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    later = np.asarray(after, dtype=bool)
    groups, blocks = (None if given is None else np.asarray(given) for given in (stratum, block))
    named = [given for given in (groups, blocks) if given is not None]
    if not (n.ndim == 1 and y.shape[1:] == n.shape == later.shape and all(given.shape == n.shape for given in named)):
        raise ValueError("hits, posts, after, stratum and block must have one entry a cell")
    if permutations < 0 or (n < 0).any() or not np.isfinite(y).all() or y[:, n == 0].any():
        raise ValueError("needs finite hits where there are posts alone, and no fewer than 0 permutations")
    compared = strata(n, later, groups, least=2)
    rng = np.random.default_rng(seed)
    if blocks is None:
        sums = _cell_by_cell(y, n, later, compared, permutations, rng)
        df = sum(int(one.cells.sum()) - 2 for one in compared)
    else:
        sums, df = _block_by_block(y, n, later, compared, blocks, permutations, rng)
    held = np.any([one.cells for one in compared], axis=0)
    sides = [y[:, held & side].sum(axis=1) for side in (~later, later)]
    before, variance_before, now, variance_now = sums
    return Periods(
        before=before,
        variance_before=variance_before,
        now=now,
        variance_now=variance_now,
        fewest=np.minimum(*sides),
        counted=np.any([y[:, held] != 0], axis=(0, 2)),
        strata=np.array([one.name for one in compared]),
        df=df,
    )


def _cell_by_cell(
    y: np.ndarray,
    n: np.ndarray,
    later: np.ndarray,
    compared: list[Stratum],
    permutations: int,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Shares and variances, before and now, with each stratum's cells exchanged among themselves."""
    sums = [np.zeros((1 + permutations, len(y))) for _ in range(4)]
    for one in compared:
        moments = _moments(y[:, one.cells].T, n[one.cells][:, None])
        parts = [_of_stratum(moments, chosen) for chosen in one.exchanged(later, permutations, rng)]
        for i, found in enumerate(zip(*parts, strict=True)):
            sums[i] += one.weight ** (1 + i % 2) * np.concatenate(found)
    return sums


def _moments(y: np.ndarray, n: np.ndarray) -> list[np.ndarray]:
    return [y, y**2, y * n, n, n**2, np.ones_like(n)]


def _of_stratum(moments: list[np.ndarray], chosen: np.ndarray) -> list[np.ndarray]:
    """Share and variance before, then now, for each way of choosing what is later: (ways, labels) each."""
    later = [chosen @ each for each in moments]
    earlier = [each.sum(axis=0) - part for each, part in zip(moments, later, strict=True)]
    found = []
    for hits, hits2, both, size, size2, cells in (earlier, later):
        share = hits / size
        squares = hits2 - 2 * share * both + share**2 * size2
        found += [share, _corrected(np.maximum(squares, 0) / size**2, cells)]
    return found


def _corrected(squares: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Turn sums of squares into variances of so many blocks; NaN for one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(blocks > 1, blocks / (blocks - 1) * squares, np.nan)


def _block_by_block(
    y: np.ndarray,
    n: np.ndarray,
    later: np.ndarray,
    compared: list[Stratum],
    block: np.ndarray,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[list[np.ndarray], int]:
    """Shares and variances, before and now, with whole blocks exchanged; and the degrees of freedom."""
    held = np.any([one.cells for one in compared], axis=0)
    number, when = numbered(block[held], later[held])
    cell = number * len(compared) + np.argmax([one.cells[held] for one in compared], axis=0)
    shape = len(when), len(compared)
    posts, *hits = (np.bincount(cell, row, shape[0] * shape[1]).reshape(shape) for row in (n[held], *y[:, held]))
    products = [_products(of_label, posts) for of_label in hits]
    fewest = min(int((posts[when == side] > 0).sum(axis=0).min()) for side in (False, True))
    ways = [_of_blocks(products, posts, chosen, min(2, fewest)) for chosen in in_parts(when, permutations, rng)]
    return [np.concatenate(found) for found in zip(*ways, strict=True)], len(when) - 2


def _pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Multiply counts of each stratum with those of each other, (blocks, strata * strata)."""
    return (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)


def _products(hits: np.ndarray, posts: np.ndarray) -> Any:
    """Put hits and their products with hits and posts side by side; sparse, since most authors have one language."""
    from scipy.sparse import csr_array

    return csr_array(np.hstack([hits, _pairs(hits, hits), _pairs(hits, posts)]).T)


def _of_blocks(products: list[Any], posts: np.ndarray, chosen: np.ndarray, least: int) -> list[np.ndarray]:
    """Share and variance before, then now: (ways, labels) each, over strata that have `least` blocks on both sides."""
    sides, strata = (1 - chosen, chosen), posts.shape[1]
    square = len(chosen), strata, strata
    comparable = np.minimum(*[side @ (posts > 0) for side in sides]) >= least
    weights = comparable * posts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = weights / weights.sum(axis=1, keepdims=True)
    found = []
    for side in sides:
        size = np.where(comparable, side @ posts, 1)
        blocks = side.sum(axis=1) if least > 1 else np.ones(len(side))
        posts_posts = (side @ _pairs(posts, posts)).reshape(square)
        shares, variances = np.zeros((2, len(side), len(products)))
        turned = np.ascontiguousarray(side.T)
        for label, of_label in enumerate(products):
            hits, hits_hits, hits_posts = np.split((of_label @ turned).T, [strata, strata + strata**2], axis=1)
            share = hits / size
            mixed = hits_posts.reshape(square) * share[:, None, :]
            off = hits_hits.reshape(square) - mixed - mixed.transpose(0, 2, 1)
            off = off + posts_posts * share[:, :, None] * share[:, None, :]
            squares = np.einsum("wl,wlm,wm->w", weights / size, off, weights / size)
            shares[:, label] = (weights * share).sum(axis=1)
            variances[:, label] = _corrected(np.maximum(squares, 0), blocks)
        found += [shares, variances]
    return found
