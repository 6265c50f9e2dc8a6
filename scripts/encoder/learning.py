"""Token vectors from translations and a teacher: translations attract each other, and all point where it says."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse
import torch
import torch.nn.functional as F
from corpus import LANGUAGES, Meaning
from pieces import Bags

_SMALLEST_BATCH = 256


@dataclass(frozen=True)
class Settings:
    """How to learn; the names are those of recipe.toml."""

    dimensions: int
    epochs: int
    batch: int
    rate: float
    temperature: float
    distillation: float
    kazakh: float
    dropped: float
    init: float
    warmup: int


@dataclass(frozen=True)
class Material:
    """What to learn from.

    Attributes
    ----------
    meanings : sequence of Meaning
    readings : sequence of dict
        Every text's pieces by language, cut in several ways: ``readings[way][language]``.
    composition : scipy.sparse.csr_matrix, shape (pieces, parts)
    targets : numpy.ndarray, shape (n, dimensions), float32
        The teacher's vector of each meaning; zeros where it has none.
    """

    meanings: Sequence[Meaning]
    readings: Sequence[Mapping[str, Bags]]
    composition: scipy.sparse.csr_matrix
    targets: np.ndarray


@dataclass(frozen=True)
class Batch:
    """Meanings of which two sides are compared; without a second side the teacher alone is learnt from."""

    first: str
    second: str | None
    rows: np.ndarray


class _Product(torch.autograd.Function):
    """Sparse times dense, with the transpose kept ready for the way back."""

    @staticmethod
    def forward(context, matrix, transpose, dense):  # noqa: ANN001, ANN205
        context.save_for_backward(transpose)
        return matrix @ dense

    @staticmethod
    def backward(context, gradient):  # noqa: ANN001, ANN205
        (transpose,) = context.saved_tensors
        return None, None, transpose @ gradient


def learn(
    material: Material,
    settings: Settings,
    repeats: Callable[[str, str, str], int],
    seed: int,
    report: Callable[[int, float, np.ndarray], None],
) -> np.ndarray:
    """Learn a vector for every piece.

    Parameters
    ----------
    material, settings
        See there.
    repeats : callable
        How often an epoch sees the pair of two languages of a source: ``repeats(source, first, second)``.
    seed : int
    report : callable
        Told of the epoch, the mean loss and the vectors after each epoch.

    Returns
    -------
    numpy.ndarray, shape (pieces, dimensions), float32
        A text's vector is the mean of its pieces' rows, scaled to length 1.
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    matrix, transpose = _tensor(material.composition), _tensor(material.composition.T.tocsr())
    n_pieces, n_parts = material.composition.shape
    alone = torch.nn.Parameter(torch.zeros(n_pieces, settings.dimensions))
    parts = torch.nn.Parameter(torch.randn(n_parts, settings.dimensions) * settings.init)
    optimizer = torch.optim.Adam([alone, parts], lr=settings.rate, betas=(0.9, 0.98), fused=True)
    targets = torch.from_numpy(material.targets)
    copies = _copies(material.meanings, repeats)
    steps = settings.epochs * len(_plan(copies, settings.batch, np.random.default_rng(seed)))
    done = 0
    for epoch in range(settings.epochs):
        losses = []
        for batch in _plan(copies, settings.batch, rng):
            rate = settings.rate * min(1.0, (done + 1) / settings.warmup) * max(0.0, 1 - done / steps)
            for group in optimizer.param_groups:
                group["lr"] = rate
            table = alone + _Product.apply(matrix, transpose, parts)
            sides = [
                _encode(table, material.readings[rng.integers(len(material.readings))][side], batch.rows, settings, rng)
                for side in (batch.first, batch.second)
                if side is not None
            ]
            loss = _loss(sides, targets[batch.rows], batch, settings)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            done += 1
        report(epoch, float(np.mean(losses)), _table(alone, material, parts))
    return _table(alone, material, parts)


def _loss(sides: list[torch.Tensor], target: torch.Tensor, batch: Batch, settings: Settings) -> torch.Tensor:
    taught = (target != 0).any(dim=1)
    if len(sides) == 1:
        return settings.distillation * _apart(sides[0], target, taught)
    one, other = sides
    cosines = one @ other.T / settings.temperature
    right = torch.arange(len(one))
    contrast = (F.cross_entropy(cosines, right) + F.cross_entropy(cosines.T, right)) / 2
    # Kazakh without English learns from what its translation means so far; the translation doesn't learn from it.
    kazakh = batch.first == "kk"
    aim = torch.where(taught[:, None], target, other.detach()) if kazakh else target
    aimed = torch.ones_like(taught) if kazakh else taught
    apart = (_apart(one, aim, aimed) + _apart(other, target, taught)) / 2
    return (settings.kazakh if kazakh else 1.0) * contrast + settings.distillation * apart


def _apart(vectors: torch.Tensor, targets: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    return ((1 - (vectors * targets).sum(dim=1)) * counted).sum() / counted.sum().clamp(min=1)


def _encode(
    table: torch.Tensor, bags: Bags, rows: np.ndarray, settings: Settings, rng: np.random.Generator
) -> torch.Tensor:
    ids, starts = bags.take(rows, settings.dropped, rng)
    means = F.embedding_bag(torch.from_numpy(ids), table, torch.from_numpy(starts), mode="mean")
    return F.normalize(means, dim=1)


def _copies(
    meanings: Sequence[Meaning], repeats: Callable[[str, str, str], int]
) -> dict[tuple[str, str | None], list[np.ndarray]]:
    """List the rows of each pair of languages that an epoch sees at least once, at least twice, ..."""
    found: dict[tuple[str, str | None], list[np.ndarray]] = {}
    for one, other in itertools.combinations(LANGUAGES, 2):
        # Kazakh comes first wherever it comes.
        first, second = (other, one) if other == "kk" else (one, other)
        both = [row for row, meaning in enumerate(meanings) if first in meaning.sides and second in meaning.sides]
        times = np.array([repeats(meanings[row].source, first, second) for row in both], dtype=np.int64)
        rows = np.array(both, dtype=np.int64)
        found[first, second] = [rows[times > copy] for copy in range(times.max(initial=0))]
    found["en", None] = [np.array([row for row, meaning in enumerate(meanings) if meaning.sides.keys() == {"en"}])]
    return found


def _plan(
    copies: Mapping[tuple[str, str | None], Sequence[np.ndarray]], size: int, rng: np.random.Generator
) -> list[Batch]:
    """Cut an epoch into batches of one pair of languages each, in which no meaning comes twice."""
    batches = []
    for (first, second), rounds in copies.items():
        for rows in rounds:
            shuffled = rng.permutation(rows)
            parts = [shuffled[start : start + size] for start in range(0, len(rows), size)]
            batches += [Batch(first, second, part) for part in parts if len(part) >= _SMALLEST_BATCH]
    return [batches[i] for i in rng.permutation(len(batches))]


def _table(alone: torch.Tensor, material: Material, parts: torch.Tensor) -> np.ndarray:
    return alone.detach().numpy() + material.composition @ parts.detach().numpy()


def _tensor(matrix: scipy.sparse.csr_matrix) -> torch.Tensor:
    warnings.filterwarnings("ignore", message="Sparse")
    return torch.sparse_csr_tensor(
        torch.from_numpy(matrix.indptr.astype(np.int64)),
        torch.from_numpy(matrix.indices.astype(np.int64)),
        torch.from_numpy(matrix.data),
        matrix.shape,
    )
