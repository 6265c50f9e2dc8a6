"""How far the groups of two labelings of the same posts are the same groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEFT_OUT = -2
"""Stands for a post that a labeling says nothing of; -1, or any other negative number, for a post in no group."""

SAME = 0.5
"""From this Jaccard similarity on, two groups are the same one: no other group can reach as much but for a tie."""


@dataclass(frozen=True)
class Overlap:
    """Posts that groups of two labelings share, counted over the posts that both say something of.

    Attributes
    ----------
    both : numpy.ndarray, shape (groups of the first, groups of the second), int64
        Posts in both groups.
    first, second : numpy.ndarray, int64
        Posts of each group of the first labeling, and of the second; posts that are in no group of the other count.
    """

    both: np.ndarray
    first: np.ndarray
    second: np.ndarray

    def jaccard(self) -> np.ndarray:
        r"""Jaccard's similarity of every two groups, :math:`|A \cap B| / |A \cup B|`: 0 to 1, NaN if both are empty.

        Examples
        --------
        >>> overlap(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])).jaccard().round(2).tolist()
        [[0.67, 0.25], [0.0, 0.5]]
        """
        return _ratio(self.both, self.first[:, None] + self.second[None, :] - self.both)

    def of_first(self) -> np.ndarray:
        """Share of each group of the first labeling that lies in each of the second: 0 to 1, NaN for empty groups."""
        return _ratio(self.both, np.broadcast_to(self.first[:, None], self.both.shape))

    def of_second(self) -> np.ndarray:
        """Share of each group of the second labeling that lies in each of the first: 0 to 1, NaN for empty groups."""
        return _ratio(self.both, np.broadcast_to(self.second[None, :], self.both.shape))


def overlap(first: np.ndarray, second: np.ndarray, n_first: int | None = None, n_second: int | None = None) -> Overlap:
    """Count the posts that every two groups share, in one pass over the posts.

    Parameters
    ----------
    first, second : numpy.ndarray, shape (n,), integers
        Group of each post in either labeling, from 0; negative for none, -2 for a post that a labeling leaves out.
        Posts left out by one of them don't count at all.
    n_first, n_second : int, optional
        Groups, where the last ones may hold no post; as many as there are if not given.

    Returns
    -------
    Overlap

    Raises
    ------
    ValueError
        The labelings are of different posts, or hold a group that is not among `n_first` or `n_second`.

    Examples
    --------
    >>> found = overlap(np.array([0, 0, 1, 1]), np.array([0, 0, -1, -2]))
    >>> found.both.tolist(), found.first.tolist(), found.second.tolist()
    ([[2], [0]], [2, 1], [2])
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError("both labelings must say something of the same posts")
    rows = int(max(a.max(initial=-1) + 1, 0)) if n_first is None else n_first
    columns = int(max(b.max(initial=-1) + 1, 0)) if n_second is None else n_second
    if a.max(initial=-1) >= rows or b.max(initial=-1) >= columns:
        raise ValueError("a post is in a group beyond the number of groups")
    common = (a != LEFT_OUT) & (b != LEFT_OUT)
    # Posts in no group are one more group, the last.
    at = np.where(a < 0, rows, a)[common].astype(np.int64) * (columns + 1) + np.where(b < 0, columns, b)[common]
    counts = np.bincount(at, minlength=(rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    return Overlap(counts[:-1, :-1], counts[:-1].sum(axis=1), counts[:, :-1].sum(axis=0))


def nested(first: np.ndarray, node: np.ndarray, parent: np.ndarray, n_first: int | None = None) -> Overlap:
    """Count the posts that groups share with all groups of a hierarchy, which hold those of the groups below them.

    Parameters
    ----------
    first : numpy.ndarray, shape (n,), integers
        Group of each post; as in :func:`overlap`.
    node : numpy.ndarray, shape (n,), integers
        The smallest group of the hierarchy that each post is in; -2 for a post that is left out.
    parent : numpy.ndarray, shape (groups,), integers
        The group above each, which comes before it; -1 for the first, which holds all.
    n_first : int, optional

    Returns
    -------
    Overlap
        Its second labeling is all groups of the hierarchy, which overlap each other.

    Examples
    --------
    >>> found = nested(np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([-1, 0, 0]))
    >>> found.both.tolist(), found.second.tolist()
    ([[2, 1, 1], [1, 0, 1]], [3, 1, 2])
    """
    found = overlap(first, node, n_first, len(parent))
    both, second = found.both.copy(), found.second.copy()
    for group in range(len(parent) - 1, 0, -1):
        both[:, parent[group]] += both[:, group]
        second[parent[group]] += second[group]
    return Overlap(both, found.first, second)


def best(similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find for each row the column most like it.

    Parameters
    ----------
    similarity : numpy.ndarray, shape (rows, columns)
        NaN counts as no likeness at all.

    Returns
    -------
    which : numpy.ndarray, shape (rows,), int64
        The column, the first of several equal ones; -1 where nothing is alike.
    value : numpy.ndarray, shape (rows,), float64
        How alike; 0 where nothing is.

    Examples
    --------
    >>> which, value = best(np.array([[0.2, 0.7], [0.0, 0.0]]))
    >>> which.tolist(), value.tolist()
    ([1, -1], [0.7, 0.0])
    """
    known = np.nan_to_num(np.asarray(similarity, dtype=np.float64))
    if not known.shape[1]:
        return np.full(len(known), -1, dtype=np.int64), np.zeros(len(known))
    which = known.argmax(axis=1)
    value = known[np.arange(len(known)), which]
    return np.where(value > 0, which, -1), value


def matches(similarity: np.ndarray, *, at_least: float = SAME) -> np.ndarray:
    """Pair the groups of two labelings that are each other's best match.

    Parameters
    ----------
    similarity : numpy.ndarray, shape (groups of the first, groups of the second)
        As :meth:`Overlap.jaccard` gives it. Above one half of it no group has two matches, in whatever order.
    at_least : float
        Less alike than this is no match.

    Returns
    -------
    numpy.ndarray, shape (groups of the first,), int64
        The group of the second that corresponds, -1 where none does. No group of the second is there twice.

    Examples
    --------
    >>> matches(np.array([[0.9, 0.1], [0.6, 0.3], [0.0, 0.5]])).tolist()
    [0, -1, 1]
    """
    forth, value = best(similarity)
    back, _ = best(np.asarray(similarity).T)
    mutual = (forth >= 0) & (value >= at_least)
    mutual[mutual] = back[forth[mutual]] == np.flatnonzero(mutual)
    return np.where(mutual, forth, -1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
