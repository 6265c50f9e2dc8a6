"""The inner loop of UMAP's layout: posts joined in the graph attract, posts drawn at random repel.

The same objective, schedule and learning rate as umap-learn's loop, written for repeatability: one thread, one
stream of random numbers, single precision, and compiled calls that leave Python's lock free.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from discourse.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

_REPELLED = 5
_FARTHEST_STEP = 4.0
_DROPPED_BITS = 14
_REPORTED_ROUNDS = 25


def optimise(
    start: np.ndarray,
    heads: np.ndarray,
    tails: np.ndarray,
    weights: np.ndarray,
    *,
    curve: tuple[float, float],
    epochs: int,
    seed: int,
    progress: Progress = silent,
) -> np.ndarray:
    """Move points so that joined ones come together and others part.

    Stochastic gradient descent on the cross-entropy between the graph and the layout (McInnes, Healy and
    Melville 2018, section 4.2). An edge is drawn in ``weight / largest weight`` of the rounds; each time its
    ends attract, and its head is repelled by five points drawn at random.

    Parameters
    ----------
    start : ndarray of shape (n, c), float32
        Coordinates to start from.
    heads, tails : ndarray of shape (m,), int32
        The two ends of every edge; an undirected graph lists each edge in both directions.
    weights : ndarray of shape (m,), float32
        Above 0, at most 1.
    curve : tuple of float
        ``a`` and ``b`` of the similarity 1 / (1 + a d**(2b)) of two points at distance d.
    epochs : int
        Rounds.
    seed : int
        Where the stream of random numbers starts.
    progress : Progress
        Called with ("layout", rounds done, rounds in all).

    Returns
    -------
    ndarray of shape (n, c), float32
        The same to the last bit for the same arguments.
    """
    moved = np.array(start, dtype=np.float32, order="C")
    if len(heads):
        every = (weights.max() / weights).astype(np.float32)
        pull, push = _strengths(curve)
        due, state = every.copy(), np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
        heads, tails = heads.astype(np.int32), tails.astype(np.int32)
        for first in range(0, epochs, _REPORTED_ROUNDS):
            last = min(first + _REPORTED_ROUNDS, epochs)
            _loop()(moved, heads, tails, every, pull, push, first, last, epochs, due, state)
            progress("layout", last, epochs)
    return moved


@cache
def _loop() -> Callable[..., Any]:
    """Compile the loop, or take its machine code from numba's cache on disk."""
    from discourse.compiled import compiled

    return compiled(_descend)


def _strengths(curve: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Tabulate pull and push against squared distance, a value for each run of float32 numbers 0.2 % wide.

    A power for every pair would take most of the time; the leading bits of a float32 number are its place in a
    table. Entry i belongs to the squared distances whose bits, shifted right by ``_DROPPED_BITS``, are i.
    """
    a, b = curve
    places = np.arange(0x7F800000 >> _DROPPED_BITS, dtype=np.uint32)
    squared = ((places << _DROPPED_BITS) + (1 << (_DROPPED_BITS - 1))).view(np.float32).astype(np.float64)
    squared = np.clip(squared, 1e-12, 1e12)
    spread = 1.0 + a * squared**b
    pull = -2.0 * a * b * squared ** (b - 1.0) / spread
    push = 2.0 * b / ((0.001 + squared) * spread)
    return pull.astype(np.float32), push.astype(np.float32)


def _descend(
    points: np.ndarray,
    heads: np.ndarray,
    tails: np.ndarray,
    every: np.ndarray,
    pull: np.ndarray,
    push: np.ndarray,
    first: int,
    last: int,
    epochs: int,
    due: np.ndarray,
    stream: np.ndarray,
) -> None:
    state = stream[0]
    n = np.uint64(points.shape[0])
    dimensions = points.shape[1]
    farthest = np.float32(_FARTHEST_STEP)
    for epoch in range(first, last):
        rate = np.float32(1.0 - epoch / epochs)
        for edge in range(heads.shape[0]):
            if due[edge] > epoch:
                continue
            due[edge] += every[edge]
            head, tail = heads[edge], tails[edge]
            squared = np.float32(0.0)
            for d in range(dimensions):
                squared += (points[head, d] - points[tail, d]) ** 2
            near = np.float32(squared)
            strength = pull[near.view(np.int32) >> _DROPPED_BITS]
            for d in range(dimensions):
                step = strength * (points[head, d] - points[tail, d])
                step = rate * min(max(step, -farthest), farthest)
                points[head, d] += step
                points[tail, d] -= step
            for _ in range(_REPELLED):
                state ^= state << np.uint64(13)
                state ^= state >> np.uint64(7)
                state ^= state << np.uint64(17)
                other = np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))
                squared = np.float32(0.0)
                for d in range(dimensions):
                    squared += (points[head, d] - points[other, d]) ** 2
                far = np.float32(squared)
                strength = push[far.view(np.int32) >> _DROPPED_BITS]
                for d in range(dimensions):
                    step = strength * (points[head, d] - points[other, d])
                    points[head, d] += rate * min(max(step, -farthest), farthest)
    stream[0] = state
