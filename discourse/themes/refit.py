"""Themes found once more: from some of the posts, with another seed or other settings, and without a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.themes.noise import NOISE


@dataclass(frozen=True)
class Refit:
    """What a refit found for n posts.

    Attributes
    ----------
    labels : numpy.ndarray, shape (n,), int32
        Theme of each post, the largest 0; -1 for none.
    node : numpy.ndarray, shape (n,), int32
        The smallest group of the hierarchy that each post is in.
    parent : numpy.ndarray, shape (groups,), int32
        The group that each group split off from; -1 for the whole, which comes first.
    """

    labels: np.ndarray
    node: np.ndarray
    parent: np.ndarray


def refit(
    vectors: np.ndarray, *, neighbors: int, min_sizes: Sequence[int], granularity: float = 0.5, seed: int
) -> list[Refit]:
    """Find themes as :func:`discourse.themes.find.find_themes` does, for several smallest sizes at once.

    Neighbours and coordinates, nearly all of the work, are those of all sizes alike.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d), float32
        Unit rows, one for each distinct post, in canonical order.
    neighbors : int
        Neighbours per post; all posts if there are fewer.
    min_sizes : sequence of int
        Fewest posts of a theme, from 2.
    granularity : float
    seed : int

    Returns
    -------
    list of Refit
        One for each of `min_sizes`. No more than the posts there are hold together: a size above their number gives
        noise.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> vectors = np.repeat(np.eye(8)[:2], 30, axis=0) + 0.05 * random.normal(size=(60, 8))
    >>> vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    >>> found = refit(vectors.astype(np.float32), neighbors=8, min_sizes=[5, 61], seed=0)
    >>> [np.bincount(one.labels + 1).tolist() for one in found]
    [[0, 30, 30], [60]]
    """
    from discourse.themes.cluster import cluster
    from discourse.themes.neighbors import nearest
    from discourse.themes.reduce import coordinates

    coords = coordinates(vectors, nearest(vectors, neighbors, seed=seed), seed=seed)
    found = []
    for size in min_sizes:
        if size > len(vectors):
            nothing = np.zeros(len(vectors), dtype=np.int32)
            found.append(Refit(nothing + NOISE, nothing, np.array([-1], dtype=np.int32)))
            continue
        made = cluster(coords, min_size=size, granularity=granularity)
        parent = made.tree["parent"].to_numpy().astype(np.int32)
        found.append(Refit(made.labels, made.node.astype(np.int32), parent))
    return found


def noise_placed(vectors: np.ndarray, labels: np.ndarray, *, neighbors: int) -> np.ndarray:
    """Place the posts in no theme in the theme nearest to them, as ``--assign-noise`` does.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d), float32
    labels : numpy.ndarray, shape (n,), int32
    neighbors : int
        Voters.

    Returns
    -------
    numpy.ndarray, shape (n,), int32
        The labels themselves where there is no theme, or no noise.

    Examples
    --------
    >>> noise_placed(np.eye(2, dtype=np.float32)[[0, 0, 1]], np.array([0, -1, 1]), neighbors=1).tolist()
    [0, 0, 1]
    """
    from discourse.themes.assign import assign_noise

    if not 0 < (labels >= 0).sum() < len(labels):
        return labels
    return assign_noise(vectors, labels, np.ones(len(labels), dtype=np.float32), k=neighbors).labels
