"""The nearest posts of every post, by cosine distance: exact up to a bound, by probed lists above it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.errors import DataError
from discourse.progress import Progress, silent

EXACT_LIMIT = 20_000
"""Posts up to which all pairs are compared; beyond, the probed lists below are faster (measured on two cores)."""

_BLOCK_BYTES = 64 * 2**20
_SPARE = 8
_GROUPS_OF = 16
_LIST_SIZE = 300
_PROBES = 20
_TRAIN_PER_LIST = 40
_ROUNDS = 8


@dataclass(frozen=True)
class Neighbors:
    """The k nearest rows of every row, itself first.

    Attributes
    ----------
    indices : ndarray of shape (n, k), int32
        Row numbers, nearest first; column 0 is the row itself.
    distances : ndarray of shape (n, k), float32
        Cosine distances (0 to 2) to those rows; column 0 is 0.
    """

    indices: np.ndarray
    distances: np.ndarray


def nearest(
    vectors: np.ndarray,
    k: int,
    *,
    seed: int,
    exact_limit: int = EXACT_LIMIT,
    progress: Progress = silent,
) -> Neighbors:
    """Find the k nearest rows of every row by cosine distance.

    Up to `exact_limit` rows every pair is compared (blocks of one matrix product). Above it, rows are put into
    lists around centroids (spherical k-means on a sample) and compared with the rows of the lists nearest to
    them, an inverted file with several probes (Jégou, Douze and Schmid 2011, without the compression).

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32
        Unit rows.
    k : int
        Neighbours per row, itself included; at most n are given.
    seed : int
        Where the centroids start; not used by the exact search.
    exact_limit : int
        The most rows for the exact search.
    progress : Progress
        Called with ("neighbours", rows done, rows in all).

    Returns
    -------
    Neighbors
        Ties in distance go to the smaller row number.

    Raises
    ------
    DataError
        If there are no rows, or rows that aren't finite or have no length.

    Examples
    --------
    >>> import numpy as np
    >>> found = nearest(np.eye(3, dtype=np.float32)[[0, 0, 1]], 2, seed=0)
    >>> found.indices.tolist()
    [[0, 1], [1, 0], [2, 0]]
    """
    vectors = check_vectors(vectors)
    k = min(k, len(vectors))
    if len(vectors) <= exact_limit:
        rows = np.arange(len(vectors))
        indices, distances = search(vectors, vectors, k, itself=rows, progress=progress)
    else:
        indices, distances = _search_lists(vectors, k, seed=seed, progress=progress)
    return Neighbors(indices, distances)


def check_vectors(vectors: np.ndarray) -> np.ndarray:
    """Return `vectors` as contiguous float32, or say which row can't be used.

    Parameters
    ----------
    vectors : ndarray of shape (n, d)
        Unit rows are expected.

    Returns
    -------
    ndarray of shape (n, d), float32

    Raises
    ------
    DataError
        If there are no rows, or one isn't finite or isn't of length 1.
    """
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[0] == 0 or vectors.shape[1] == 0:
        raise DataError(f"There are no vectors to work with: their table has shape {vectors.shape}.")
    lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    wrong = np.flatnonzero(~(np.abs(lengths - 1.0) < 1e-2))
    if len(wrong):
        raise DataError(
            f"{len(wrong)} of {len(vectors)} vectors can't be compared by cosine; the first is row {wrong[0]} "
            f"(counted from 0), of length {lengths[wrong[0]]:.4g} where 1 is expected. "
            "Encode those posts again, or leave them out."
        )
    return vectors


def search(
    queries: np.ndarray,
    vectors: np.ndarray,
    k: int,
    *,
    itself: np.ndarray | None = None,
    progress: Progress = silent,
) -> tuple[np.ndarray, np.ndarray]:
    """Compare every query with every row of `vectors` and keep the k nearest.

    Parameters
    ----------
    queries, vectors : ndarray of shape (m, d) and (n, d), float32
        Unit rows.
    k : int
        Neighbours per query, at most n.
    itself : ndarray of shape (m,), int, optional
        For queries that are rows of `vectors`: which. That row then comes first, at distance 0.
    progress : Progress
        Called with ("neighbours", queries done, queries in all).

    Returns
    -------
    indices : ndarray of shape (m, k), int32
    distances : ndarray of shape (m, k), float32
        Cosine distances, ascending; ties go to the smaller row number.
    """
    m, n = len(queries), len(vectors)
    indices = np.empty((m, k), dtype=np.int32)
    distances = np.empty((m, k), dtype=np.float32)
    step = max(1, _BLOCK_BYTES // (4 * n))
    for start in range(0, m, step):
        block = slice(start, min(start + step, m))
        own = None if itself is None else itself[block]
        candidates = _top(queries[block] @ vectors.T, min(n, k + _SPARE), own)
        indices[block], distances[block] = _rank(queries[block], vectors, candidates, k, own)
        progress("neighbours", block.stop, m)
    return indices, distances


def _top(similarities: np.ndarray, k: int, own: np.ndarray | None) -> np.ndarray:
    """Find the columns of the k largest in every row, in no order; `own` columns are always among them.

    A row's k largest lie in the k groups of columns with the largest maxima, so only those are searched.
    """
    m, n = similarities.shape
    if own is not None:
        similarities[np.arange(m), own] = np.inf
    if k >= n:
        return np.tile(np.arange(n), (m, 1))
    width = n // _GROUPS_OF
    if width <= 2 * k:
        return np.argpartition(similarities, n - k, axis=1)[:, n - k :]
    even = width * _GROUPS_OF
    maxima = similarities[:, :even].reshape(m, _GROUPS_OF, width).max(axis=1)
    groups = np.argpartition(maxima, width - k, axis=1)[:, width - k :]
    columns = (groups[:, :, None] + width * np.arange(_GROUPS_OF)).reshape(m, -1)
    columns = np.concatenate([columns, np.tile(np.arange(even, n), (m, 1))], axis=1)
    values = np.take_along_axis(similarities, columns, axis=1)
    best = np.argpartition(values, values.shape[1] - k, axis=1)[:, values.shape[1] - k :]
    return np.take_along_axis(columns, best, axis=1)


def _rank(
    queries: np.ndarray, vectors: np.ndarray, candidates: np.ndarray, k: int, own: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Order candidates by distance, then row number, and keep k.

    Distances are computed again one pair at a time: in a large matrix product their last digits depend on how
    the work was cut up, and equal rows would not be exactly equal.
    """
    gathered = vectors[candidates.ravel()].reshape(*candidates.shape, -1)
    distances = 1.0 - np.einsum("mkd,md->mk", gathered, queries)
    np.clip(distances, 0.0, 2.0, out=distances)
    if own is not None:
        distances[candidates == own[:, None]] = -1.0
    order = np.lexsort((candidates, distances), axis=1)[:, :k]
    kept = np.take_along_axis(distances, order, axis=1)
    return np.take_along_axis(candidates, order, axis=1).astype(np.int32), np.maximum(kept, 0.0)


def _search_lists(vectors: np.ndarray, k: int, *, seed: int, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Compare every row with the rows of the lists whose centroids are nearest to it."""
    n = len(vectors)
    centroids = _centroids(vectors, max(1, n // _LIST_SIZE), seed=seed)
    probes, _ = search(vectors, centroids, min(_PROBES, len(centroids)))
    members = _groups(probes[:, 0], len(centroids))
    askers = _groups(probes.ravel(), len(centroids))
    width = k + _SPARE
    candidates = np.full((n, probes.shape[1], width), -1, dtype=np.int32)
    similarity = np.full((n, probes.shape[1], width), -np.inf, dtype=np.float32)
    done = 0
    for inside, asking in zip(members, askers, strict=True):
        if len(inside):
            rows, probe = np.divmod(asking, probes.shape[1])
            found = vectors[rows] @ vectors[inside].T
            best = _top(found, min(width, len(inside)), None)
            candidates[rows, probe, : best.shape[1]] = inside[best]
            similarity[rows, probe, : best.shape[1]] = np.take_along_axis(found, best, axis=1)
        done += len(asking)
        progress("neighbours", done // probes.shape[1], n)
    return _merge(vectors, candidates.reshape(n, -1), similarity.reshape(n, -1), k)


def _merge(
    vectors: np.ndarray, candidates: np.ndarray, similarity: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the k nearest of every row's candidates (those at -inf are empty places)."""
    n = len(vectors)
    indices = np.empty((n, k), dtype=np.int32)
    distances = np.empty((n, k), dtype=np.float32)
    step = 4096
    for start in range(0, n, step):
        block = slice(start, min(start + step, n))
        own = np.arange(block.start, block.stop)
        similar = similarity[block]
        similar[candidates[block] == own[:, None]] = np.inf
        best = np.argpartition(similar, similar.shape[1] - k - _SPARE, axis=1)[:, -k - _SPARE :]
        chosen = np.take_along_axis(candidates[block], best, axis=1)
        indices[block], distances[block] = _rank(vectors[block], vectors, chosen, k, own)
    return indices, distances


def _centroids(vectors: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """Find unit centroids of `count` groups of rows: spherical k-means on a seeded sample."""
    random = np.random.default_rng(seed)
    sample = vectors[random.permutation(len(vectors))[: count * _TRAIN_PER_LIST]]
    centroids = sample[:count].copy()
    for _ in range(_ROUNDS):
        nearest_centroid = np.argmax(sample @ centroids.T, axis=1)
        for number, rows in enumerate(_groups(nearest_centroid, count)):
            if len(rows):
                centroids[number] = sample[rows].sum(axis=0)
        centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-12)
    return centroids


def _groups(numbers: np.ndarray, count: int) -> list[np.ndarray]:
    """Positions of 0, 1, ... count - 1 in `numbers`, a list an entry, each ascending."""
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.searchsorted(numbers[order], np.arange(1, count)))
