"""From vectors to themes: neighbours, a reduction, a hierarchy of densities and a cut through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from discourse.config import ThemesSettings
from discourse.progress import Progress, silent
from discourse.themes.canonical import Distinct
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Themes:
    """The themes of a corpus of n posts, m of them distinct.

    Parameters
    ----------
    labels : (n,) int32
        Theme of each post, the largest theme 0; -1 is noise.
    strength : (n,) float32
        How firmly each post belongs to its theme, 0 to 1; 0 for noise.
    layout : (n, 2) float32
        A map: near posts are alike, distances between far ones mean little.
    tree : DataFrame
        The hierarchy the themes were cut from, as :class:`discourse.themes.cluster.Clustering` has it; ``n_posts``
        counts copies, ``n_originals`` doesn't.
    node : (n,) int64
        The smallest group of the tree that each post is in.
    facts : dict
        The values in use where the settings left them open.
    notes : list of str
    """

    labels: np.ndarray
    strength: np.ndarray
    layout: np.ndarray
    tree: pd.DataFrame
    node: np.ndarray
    facts: dict[str, Any]
    notes: list[str]


def find_themes(
    vectors: np.ndarray,
    order: Distinct,
    blank: np.ndarray,
    settings: ThemesSettings,
    progress: Progress = silent,
) -> Themes:
    """Find the themes of posts given as vectors.

    Parameters
    ----------
    vectors : (m, d) float32
        Unit rows, one for each distinct post, in canonical order.
    order : Distinct
        Which posts they stand for.
    blank : (m,) bool
        Distinct posts the encoder can say nothing about: they are noise, and on no map.
    settings : ThemesSettings
    progress : Progress

    Returns
    -------
    Themes

    Raises
    ------
    DataError
        When there are too few distinct posts.
    """
    from discourse.themes import assign, cluster, defaults, neighbors, reduce
    from discourse.themes.tree import posts_below

    telling = np.flatnonzero(~blank)
    m = len(telling)
    defaults.require_enough(m, of=len(order.inverse))
    k = defaults.neighbors(m, settings.neighbors)
    min_size = defaults.min_size(m, settings.min_size)
    vectors = vectors[telling] if blank.any() else vectors
    near = neighbors.nearest(vectors, k, seed=settings.seed, progress=progress)
    reduced = reduce.reduce(vectors, near, seed=settings.seed, progress=progress)
    found = cluster.cluster(reduced.coords, min_size=min_size, granularity=settings.granularity)
    labels, strength = found.labels, found.strength
    facts: dict[str, Any] = {
        "min_size": min_size,
        "neighbors": k,
        "components": int(reduced.coords.shape[1]),
        "distinct_posts": len(order.rows),
    }
    if settings.assign_noise:
        moved = assign.assign_noise(vectors, labels, strength, k=k)
        facts["noise_assigned"] = int(((labels == NOISE) & (moved.labels != NOISE)).sum())
        labels, strength = moved.labels, moved.strength

    def of_posts(values: np.ndarray, otherwise: float) -> np.ndarray:
        """Give each post the value of its distinct post."""
        every = np.full((len(blank), *values.shape[1:]), otherwise, dtype=values.dtype)
        every[telling] = values
        return every[order.inverse]

    of_themes = of_posts(labels, NOISE)
    number = _by_size(of_themes, labels)
    node = of_posts(found.node, 0)
    tree = found.tree.assign(
        theme=[number[int(theme)] for theme in found.tree["theme"]],
        n_posts=posts_below(found.tree["parent"].to_numpy(), node),
        n_originals=posts_below(found.tree["parent"].to_numpy(), node[order.rows]),
    )
    return Themes(
        np.array([number[int(theme)] for theme in of_themes], dtype=np.int32),
        of_posts(strength, 0.0),
        of_posts(reduced.layout, np.nan),
        tree,
        node,
        facts,
        list(found.notes),
    )


def _by_size(of_posts: np.ndarray, of_distinct: np.ndarray) -> dict[int, int]:
    """Give themes numbers by how many posts they hold, copies counted; ties by the canonical order of their posts."""
    counts = {int(theme): int(n) for theme, n in zip(*np.unique(of_posts, return_counts=True), strict=True)}
    first = {int(theme): int(row) for theme, row in zip(*np.unique(of_distinct, return_index=True), strict=True)}
    themes = sorted((t for t in counts if t != NOISE), key=lambda t: (-counts[t], first[t]))
    return {theme: number for number, theme in enumerate(themes)} | {NOISE: NOISE}
