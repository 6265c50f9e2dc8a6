"""Themes as groups of posts: HDBSCAN's hierarchy, cut where a person would cut it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.errors import DataError, UsageError
from discourse.progress import Progress, silent
from discourse.themes.tree import DensityTree, condense, gather, leaves, posts_below

_DENSITY_NEIGHBORS = 5
_MUCH_NOISE = 0.35


@dataclass(frozen=True)
class Clustering:
    """Which post is in which theme.

    Attributes
    ----------
    labels : ndarray of shape (n,), int32
        Themes from 0, the largest first; -1 is noise.
    strength : ndarray of shape (n,), float32
        0 for noise, else above 0 and at most 1: the density up to which a post stays in its theme, against the
        density at the theme's heart.
    tree : DataFrame
        A row a group: ``node`` (from 0, the whole; parents before children), ``parent`` (-1 for the whole),
        ``kind`` ("broader", "theme" or "finer"), ``theme`` (its number, else -1), ``n_posts``, and ``birth``
        and ``death``, the densities (1 / distance) at which it split off and at which it splits or falls apart.
    node : ndarray of shape (n,), int64
        The smallest group of the tree that each post is in.
    notes : list of str
        What a reader of the themes should know.
    """

    labels: np.ndarray
    strength: np.ndarray
    tree: pd.DataFrame
    node: np.ndarray
    notes: list[str]


def cluster(
    coords: np.ndarray,
    *,
    min_size: int,
    granularity: float = 0.5,
    progress: Progress = silent,
) -> Clustering:
    """Group posts by density and leave the rest as noise.

    The hierarchy is HDBSCAN's (Campello, Moulavi and Sander 2013; McInnes, Healy and Astels 2017), smoothed
    over 5 neighbours whatever the minimum size is, so that `min_size` only decides which groups are too small.
    Themes are the groups that don't split further in the hierarchy as :func:`discourse.themes.tree.condense`
    simplifies it, with the posts that hold on to them closely; their number never rises with `min_size`.

    Parameters
    ----------
    coords : ndarray of shape (n, c)
        Coordinates in which distance is Euclidean.
    min_size : int
        Fewest posts of a theme, at least 2.
    granularity : float
        From 0, few broad themes, to 1, many narrow ones. At 0.5 both sides of a split must last as long as the
        group that splits did, at 0 twice as long, at 1 half as long.
    progress : Progress
        Called with ("themes", steps done, steps in all).

    Returns
    -------
    Clustering

    Raises
    ------
    DataError
        If coordinates aren't finite or there are fewer than `min_size` posts.
    UsageError
        If `min_size` is below 2 or `granularity` is outside 0 to 1.

    Examples
    --------
    >>> corners = np.repeat([[0.0, 0.0], [9.0, 9.0]], 20, axis=0)
    >>> points = corners + np.random.default_rng(0).normal(size=corners.shape)
    >>> np.bincount(cluster(points, min_size=5, granularity=0).labels).tolist()
    [20, 20]
    """
    _check(coords, min_size, granularity)
    progress("themes", 0, 2)
    merges, ends = _single_linkage(coords)
    progress("themes", 1, 2)
    tree = gather(condense(merges, ends, min_size, lasting=2.0 ** (1.0 - 2.0 * granularity)))
    number = _number(tree)
    labels = number[tree.home]
    strength = _strength(tree, labels)
    finer = condense(merges, ends, min_size, contrast=1.0, lasting=0.0)
    progress("themes", 2, 2)
    table, node = _table(tree, number, finer)
    return Clustering(labels, strength, table, node, _notes(labels, min_size))


def _check(coords: np.ndarray, min_size: int, granularity: float) -> None:
    if not 0.0 <= granularity <= 1.0:
        raise UsageError(f"--granularity goes from 0 (few broad themes) to 1 (many narrow ones); it is {granularity}.")
    if min_size < 2:
        raise UsageError(f"--min-size must be 2 or more, as one post isn't a theme; it is {min_size}.")
    if len(coords) < min_size:
        raise DataError(f"There are {len(coords)} posts, and --min-size asks for at least {min_size} in a theme.")
    if not np.isfinite(coords).all():
        row = int(np.flatnonzero(~np.isfinite(coords).all(axis=1))[0])
        raise DataError(f"The coordinates of row {row} (counted from 0) aren't numbers: {coords[row].tolist()}.")


def _single_linkage(coords: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """HDBSCAN's hierarchy before any size matters, as scipy lays out single-linkage trees, and the posts it joins."""
    from hdbscan import HDBSCAN

    model = HDBSCAN(
        min_cluster_size=max(2, min(_DENSITY_NEIGHBORS, len(coords) - 1)),
        min_samples=min(_DENSITY_NEIGHBORS, len(coords) - 1),
        algorithm="boruvka_kdtree",
        approx_min_span_tree=False,
        core_dist_n_jobs=1,
        gen_min_span_tree=True,
    ).fit(coords)
    return model.single_linkage_tree_.to_numpy(), model.minimum_spanning_tree_.to_numpy()[:, :2]


def _number(tree: DensityTree) -> np.ndarray:
    """Theme numbers of groups, the largest theme 0 (ties: the older group first); -1 for groups that split."""
    themes = np.flatnonzero(leaves(tree))
    number = np.full(len(tree.parent), -1, dtype=np.int32)
    number[themes[np.argsort(-tree.size[themes], kind="stable")]] = np.arange(len(themes))
    return number


def _strength(tree: DensityTree, labels: np.ndarray) -> np.ndarray:
    heart = np.zeros(len(tree.parent))
    np.maximum.at(heart, tree.home, tree.left)
    return np.where(labels < 0, 0.0, tree.left / heart[tree.home]).astype(np.float32)


def _table(tree: DensityTree, number: np.ndarray, finer: DensityTree) -> tuple[pd.DataFrame, np.ndarray]:
    """Themes and the groups they split off from, and, under each theme, how it would split into finer ones.

    With it comes the smallest of these groups for each post.
    """
    themes = {int(tree.node[group]): int(group) for group in np.flatnonzero(number >= 0)}
    row = np.full(len(finer.parent), -1)  # of the table, for each of the finer groups; -1 above the themes
    within = np.full(len(finer.parent), -1)  # the theme's group it lies in
    parents, below = list(tree.parent), []
    for group in range(len(finer.parent)):
        node, parent = int(finer.node[group]), int(finer.parent[group])
        if node in themes:
            row[group] = within[group] = themes[node]
        elif parent >= 0 and row[parent] >= 0:
            row[group], within[group] = len(parents), within[parent]
            parents.append(row[parent])
            below.append(group)
    smallest = np.where(within[finer.home] == tree.home, row[finer.home], tree.home)
    kind = np.where(number >= 0, "theme", "broader").tolist() + ["finer"] * len(below)
    parent_of = np.array(parents, dtype=np.int64)
    table = pd.DataFrame(
        {
            "node": np.arange(len(parents)),
            "parent": parent_of,
            "kind": pd.array(kind, dtype="str"),
            "theme": np.concatenate([number, np.full(len(below), -1, np.int32)]),
            "n_posts": posts_below(parent_of, smallest),
            "birth": np.concatenate([tree.birth, finer.birth[below]]),
            "death": np.concatenate([tree.death, finer.death[below]]),
        }
    )
    return table, smallest


def _notes(labels: np.ndarray, min_size: int) -> list[str]:
    notes = []
    themes, noise = int(labels.max()) + 1, float((labels < 0).mean())
    largest = float((labels == 0).mean())
    if themes == 1:
        notes.append(
            f"All {len(labels)} posts are one theme: no split leaves {min_size} posts or more on both sides that "
            "hold together more closely than the whole. A smaller --min-size may show finer themes."
        )
    elif largest > 0.5:
        notes.append(
            f"Theme 0 holds {largest:.0%} of the posts and doesn't split into parts of {min_size} posts or more "
            "that hold together. A smaller --min-size may show finer themes."
        )
    if noise > _MUCH_NOISE:
        notes.append(
            f"{noise:.0%} of the posts are in no theme. A smaller --min-size or --assign-noise places more of them."
        )
    return notes
