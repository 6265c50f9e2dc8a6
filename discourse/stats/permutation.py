"""Exchanging whole blocks of time between two periods: what every test of a change here does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_TIE = 1e-12
"""Values this close are the same but for rounding."""
_NUMBERS = 2_000_000
"""Numbers held at once while cells are exchanged in parts: 16 MB for each array of them."""


@dataclass(frozen=True)
class Stratum:
    """Cells of one stratum, which exchange periods among themselves.

    Attributes
    ----------
    name : object
        The stratum, as given.
    cells : numpy.ndarray, shape (cells,), bool
        Which cells it has.
    weight : float
        Its share of the posts of all strata that are compared.
    """

    name: object
    cells: np.ndarray
    weight: float

    def exchanged(self, after: np.ndarray, permutations: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """Draw which of its cells count as later; see `in_parts`."""
        return in_parts(after[self.cells], permutations, rng)


def strata(posts: np.ndarray, after: np.ndarray, stratum: np.ndarray | None, *, least: int = 1) -> list[Stratum]:
    """List the strata that have posts in both periods.

    Parameters
    ----------
    posts : numpy.ndarray, shape (cells,)
        Posts of each cell; cells without any belong to no stratum.
    after : numpy.ndarray, shape (cells,), bool
    stratum : numpy.ndarray, shape (cells,), or None
        The stratum of each cell; one for all if None.
    least : int
        Cells with posts that a stratum should have in each period. Those with fewer are left out, unless all have.

    Returns
    -------
    list of Stratum
        In the order of their names.

    Raises
    ------
    ValueError
        No stratum has posts in both periods.

    Examples
    --------
    >>> found = strata(np.array([3, 1, 4]), np.array([False, True, True]), np.array(["kk", "kk", "ru"]))
    >>> [(str(one.name), one.weight) for one in found]
    [('kk', 1.0)]
    """
    groups = np.zeros(len(posts), dtype=int) if stratum is None else stratum
    held = posts > 0
    found = []
    for name in np.unique(groups[held]):
        cells = held & (groups == name)
        fewer = min(int(after[cells].sum()), int((~after[cells]).sum()))
        if fewer:
            found.append((name, cells, posts[cells].sum(), fewer))
    if not found:
        raise ValueError("no stratum has posts in both periods")
    found = [one for one in found if one[3] >= least] or found
    total = sum(size for _, _, size, _ in found)
    return [Stratum(name, cells, float(size / total)) for name, cells, size, _ in found]


def exchanged(after: np.ndarray, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """Draw which cells count as later, as many as there are.

    Parameters
    ----------
    after : numpy.ndarray, shape (cells,), bool
    permutations : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (1 + permutations, cells), float64
        1 for later; the first row as it was.
    """
    later = int(after.sum())
    order = np.argpartition(rng.random((permutations, len(after))), later - 1, axis=1)
    chosen = np.zeros((1 + permutations, len(after)))
    chosen[0] = after
    np.put_along_axis(chosen[1:], order[:, :later], 1.0, axis=1)
    return chosen


def in_parts(after: np.ndarray, permutations: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Draw what `exchanged` draws, a few rows at a time, so that any number of cells needs little memory.

    Parameters
    ----------
    after : numpy.ndarray, shape (cells,), bool
    permutations : int
    rng : numpy.random.Generator

    Yields
    ------
    numpy.ndarray, shape (rows, cells), float64
        One below another they are ``exchanged(after, permutations, rng)``; the first row alone for no permutations.
    """
    rows = max(1, _NUMBERS // len(after))
    for start in range(0, max(permutations, 1), rows):
        yield exchanged(after, min(rows, permutations - start), rng)[min(start, 1) :]


def numbered(block: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each block of cells a number.

    Parameters
    ----------
    block : numpy.ndarray, shape (cells,)
    after : numpy.ndarray, shape (cells,), bool

    Returns
    -------
    number : numpy.ndarray, shape (cells,), int
        Block of each cell, in the order of their names.
    when : numpy.ndarray, shape (blocks,), bool
        Whether a block lies in the later period.

    Raises
    ------
    ValueError
        A block lies in both.

    Examples
    --------
    >>> number, when = numbered(np.array([7, 7, 9]), np.array([False, False, True]))
    >>> number.tolist(), when.tolist()
    ([0, 0, 1], [False, True])
    """
    names, number = np.unique(block, return_inverse=True)
    when = np.zeros(len(names), dtype=bool)
    when[number] = after
    if (when[number] != after).any():
        raise ValueError("a block must lie in one period")
    return number, when


def p_value(found: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Share of permutations whose statistic is no smaller than the one found, which counts as one of them.

    Parameters
    ----------
    found : numpy.ndarray, shape (...)
        Large values speak against chance.
    null : numpy.ndarray, shape (permutations, ...)
        The same under permutation. What has no value there (NaN) counts as if it were as large.

    Returns
    -------
    numpy.ndarray, shape (...)
        At least ``1 / (1 + permutations)``, never 0; NaN where nothing was found.

    References
    ----------
    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in
    Genetics and Molecular Biology 9(1).

    Examples
    --------
    >>> float(p_value(np.array(5.0), np.zeros(99)))
    0.01
    """
    reached = ~(null < found - _TIE)
    return np.where(np.isnan(found), np.nan, (1 + reached.sum(axis=0)) / (1 + len(null)))
