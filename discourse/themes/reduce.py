"""From neighbours to coordinates: UMAP for clustering, and a flat layout of the same graph for maps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from discourse.compiled import ensure_a_cache_folder, one_thread
from discourse.progress import Progress, silent
from discourse.themes.layout import optimise
from discourse.themes.neighbors import Neighbors

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

FEW_POSTS, FEW_POSTS_EPOCHS, MANY_POSTS_EPOCHS = 10_000, 500, 200
_SMOOTHING_STEPS = 60
_BLOCK = 8192
_DIGITS = 5


@dataclass(frozen=True)
class Reduction:
    """Coordinates of every post.

    Attributes
    ----------
    coords : ndarray of shape (n, components), float32
        Dense coordinates for clustering.
    layout : ndarray of shape (n, 2), float32
        Coordinates for a map: the same graph, spread out a little so that points don't cover one another.
    """

    coords: np.ndarray
    layout: np.ndarray


def reduce(
    vectors: np.ndarray,
    neighbors: Neighbors,
    *,
    components: int = 5,
    epochs: int | None = None,
    seed: int,
    progress: Progress = silent,
) -> Reduction:
    """Lay posts out in few dimensions so that neighbours stay neighbours.

    UMAP (McInnes, Healy and Melville 2018) as umap-learn computes it, on given neighbours at any number of
    posts. The graph and the start are computed once; the coordinates for clustering (minimum distance 0) and
    the flat layout (minimum distance 0.1) are then optimised side by side.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32
        Unit rows.
    neighbors : Neighbors
        Their nearest rows.
    components : int
        Dimensions of the coordinates for clustering.
    epochs : int, optional
        Rounds of optimisation; 500 up to 10,000 posts and 200 above if not given.
    seed : int
        Every random choice follows from it.
    progress : Progress
        Called with ("layout", rounds done, rounds in all).

    Returns
    -------
    Reduction
        All zeros where all vectors are the same, as no direction tells posts apart.
    """
    lay_out = _layouts(vectors, neighbors, components, epochs, seed)
    with ThreadPoolExecutor(max_workers=2) as pool:
        coords = pool.submit(lay_out, components, 0.0, progress)
        layout = pool.submit(lay_out, 2, 0.1, silent)
        return Reduction(coords.result(), layout.result())


def coordinates(vectors: np.ndarray, neighbors: Neighbors, *, components: int = 5, seed: int) -> np.ndarray:
    """Lay posts out for clustering only: the ``coords`` that :func:`reduce` gives, without the time for a map.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32
        Unit rows.
    neighbors : Neighbors
        Their nearest rows.
    components : int
    seed : int

    Returns
    -------
    ndarray of shape (n, components), float32
    """
    return _layouts(vectors, neighbors, components, None, seed)(components, 0.0, silent)


def _layouts(
    vectors: np.ndarray, neighbors: Neighbors, components: int, epochs: int | None, seed: int
) -> Callable[[int, float, Progress], np.ndarray]:
    """Prepare what all layouts of the same posts share; what is returned makes one, of so many dimensions."""
    n = len(vectors)
    if np.all(vectors == vectors[0]):
        return lambda dimensions, min_dist, progress: np.zeros((n, dimensions), np.float32)
    umap = _umap()
    k = neighbors.indices.shape[1]
    with one_thread():
        graph, _, _ = umap.fuzzy_simplicial_set(
            vectors, k, None, "cosine", knn_indices=neighbors.indices, knn_dists=neighbors.distances
        )
    start = _start(vectors, graph, max(components, 2), seed=seed)
    usual = FEW_POSTS_EPOCHS if n <= FEW_POSTS else MANY_POSTS_EPOCHS
    rounds = usual if epochs is None else epochs
    edges = graph.tocoo()
    drawn = edges.data >= edges.data.max() / rounds
    heads, tails, weights = edges.row[drawn], edges.col[drawn], edges.data[drawn]

    def lay_out(dimensions: int, min_dist: float, progress: Progress) -> np.ndarray:
        curve = umap.find_ab_params(1.0, min_dist)
        place = start[:, :dimensions]
        return optimise(place, heads, tails, weights, curve=curve, epochs=rounds, seed=seed, progress=progress)

    return lay_out


def _start(vectors: np.ndarray, graph: Any, components: int, *, seed: int) -> np.ndarray:
    """Coordinates to start from: the vectors' principal axes, smoothed along the graph.

    Each step averages every post with its neighbours in the graph and makes the axes orthogonal again, which
    leads towards the leading eigenvectors of the graph (its spectral layout, the usual start) and, unlike an
    eigensolver, keeps unconnected parts of a graph where their vectors are. The result is rounded, so that it
    doesn't depend on how many threads shared the linear algebra.
    """
    from scipy.sparse import diags

    degree = np.sqrt(np.asarray(graph.sum(axis=0), dtype=np.float64).ravel())
    scale = diags(1.0 / np.maximum(degree, 1e-12))
    walk = (scale @ graph @ scale).tocsr()
    even = (degree / np.linalg.norm(degree))[:, None]
    axes = _principal(vectors, components)
    for _ in range(_SMOOTHING_STEPS):
        axes -= even @ (even.T @ axes)
        axes, _ = np.linalg.qr(axes)
        axes = 0.5 * (axes + walk @ axes)
    noise = np.random.default_rng(seed).normal(scale=1e-5, size=axes.shape)
    axes = axes / np.maximum(np.abs(axes).max(), 1e-12) + noise
    return np.round(10.0 * (axes - axes.min(axis=0)) / np.ptp(axes, axis=0), _DIGITS).astype(np.float32)


def _principal(vectors: np.ndarray, components: int) -> np.ndarray:
    """Compute coordinates of rows on their principal axes; zeros for axes that don't exist."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    blocks = [slice(start, start + _BLOCK) for start in range(0, len(vectors), _BLOCK)]
    scatter = sum((vectors[block] - mean).T @ (vectors[block] - mean) for block in blocks)
    axes = np.linalg.eigh(scatter)[1][:, ::-1][:, :components]
    found = np.concatenate([(vectors[block] - mean) @ axes for block in blocks])
    return np.pad(found, ((0, 0), (0, components - found.shape[1])))


@cache
def _umap() -> ModuleType:
    """Import ``umap.umap_`` with the compiled loops that build its graph cached on disk."""
    ensure_a_cache_folder()
    from umap import umap_

    umap_.smooth_knn_dist.enable_caching()
    umap_.compute_membership_strengths.enable_caching()
    return umap_
