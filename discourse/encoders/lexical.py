"""The encoder without a model: word and character n-gram TF-IDF, reduced by a singular value decomposition.

Latent semantic analysis (Deerwester et al. 1990) in which a word counts half as itself and half as its character
n-grams, so that the forms of an inflected word (Kazakh, Russian) lie close together. The decomposition is
randomized (Halko, Martinsson and Tropp 2011). It is fitted on the corpus, needs no download, and is an honest
baseline: it knows words, not meanings, and so never brings two languages together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from discourse.encoders.base import unit_rows
from discourse.encoders.ngrams import count_words, gram_table, words
from discourse.errors import DataError, DiscourseError, UsageError
from discourse.progress import Progress, silent

MOST_DIMENSIONS = 150
UNKNOWN = 16
"""Further dimensions, for texts of which nothing is known."""
MAX_FEATURES = 30_000
"""Words kept, and n-grams kept: the most frequent ones."""
SAMPLE = 20_000
"""Texts, chosen by their hash, on which the decomposition is fitted; frequencies are counted on all."""

_METHOD = "discourse-lexical-1"
_IDF_POWER = 1.5
_CHUNK = 5_000
_FILES = ("lexical.json", "lexical.safetensors")


@dataclass(frozen=True)
class _Fitted:
    """What a fit leaves: idf of the words and n-grams kept, and where each lies."""

    words: dict[str, int]
    grams: dict[str, int]
    word_idf: np.ndarray  # (w,) float32
    gram_idf: np.ndarray  # (g,) float32
    rare_idf: float  # of every word not kept
    projection: np.ndarray  # (w + g, d) float16


class Lexical:
    """Vectors from the words of this corpus.

    Parameters
    ----------
    dimension : int, optional
        Length of a vector, at least 2; by default `default_dimension`. Fewer where the corpus has fewer different
        texts.

    Examples
    --------
    >>> encoder = Lexical().fit(["Snow fell in Astana.", "Snowfall in Astana today.", "大雪"])
    >>> snow, snowfall, chinese = encoder.encode(["Snow fell in Astana.", "Snowfall in Astana today.", "大雪"])
    >>> bool(snow @ snowfall > snow @ chinese)
    True
    """

    name = "lexical"
    max_length = None
    crosslingual = False
    languages = None
    cacheable = False

    def __init__(self, *, dimension: int | None = None) -> None:
        if dimension is not None and dimension < 2:
            raise UsageError(f"lexical: a dimension of {dimension} is too small, take at least 2.")
        self._asked = dimension
        self._fitted: _Fitted | None = None
        self.revision = _METHOD

    @property
    def settings(self) -> Mapping[str, object]:
        """What changes the vectors besides the corpus."""
        return {"dimension": self._asked}

    @property
    def dimension(self) -> int | None:
        """Length of a vector; None before the fit."""
        return int(self._fitted.projection.shape[1]) + UNKNOWN if self._fitted else None

    def fit(self, texts: Sequence[str], *, seed: int = 0, progress: Progress = silent) -> Lexical:
        """Learn which words there are and which occur together.

        Parameters
        ----------
        texts : sequence of str
            The corpus. Neither order nor repetition of texts changes the result.
        seed : int
            Start of the randomized decomposition.
        progress : Progress

        Returns
        -------
        Lexical
            This encoder, fitted.

        Raises
        ------
        DataError
            If no text holds a letter, digit or pictograph.
        """
        unique = sorted(set(texts))
        progress("fit", 0, len(unique))
        vocabulary, counts = count_words(unique)
        if not vocabulary:
            raise DataError("lexical: there isn't one word in the texts. Check --text, the column that holds them.")
        dimension = self._asked or default_dimension(len(unique))
        self._fitted = _fit(unique, vocabulary, counts, dimension, seed)
        self.revision = f"{_METHOD}:{_hash(self._fitted)}"
        progress("fit", len(unique), len(unique))
        return self

    def encode(self, texts: Sequence[str], *, progress: Progress = silent) -> np.ndarray:
        """Encode `texts`, after a fit on them if there was none yet.

        A text without one known word or n-gram resembles nothing: it gets a direction of its own, drawn from its
        hash, in the last `UNKNOWN` dimensions, where all other texts are zero.

        Parameters
        ----------
        texts : sequence of str
        progress : Progress
            Told of texts encoded, of all texts.

        Returns
        -------
        numpy.ndarray, shape (n, d), float32
            Unit rows.
        """
        if self._fitted is None:
            self.fit(texts, progress=progress)
        assert self._fitted is not None
        known = self._fitted.projection.shape[1]
        rows = np.zeros((len(texts), known + UNKNOWN), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            rows[start : start + len(part), :known] = _project(self._fitted, part)
            progress("encode", start + len(part), len(texts))
        for row in np.flatnonzero(~rows.any(axis=1)).tolist():
            rows[row, known:] = _own_direction(texts[row], UNKNOWN)
        return unit_rows(rows, what="lexical vectors")

    def blank(self, vectors: np.ndarray) -> np.ndarray:
        """Tell which vectors are of texts without one known word or n-gram: (n,) bool."""
        return np.asarray(~vectors[:, :-UNKNOWN].any(axis=1))

    def spans(self, texts: Sequence[str]) -> np.ndarray:
        """Every text is read whole: (n,) int32 of ones."""
        return np.ones(len(texts), dtype=np.int32)

    def save(self, folder: str | Path) -> list[Path]:
        """Write what was fitted as ``lexical.json`` and ``lexical.safetensors``.

        Parameters
        ----------
        folder : str or Path
            An existing folder.

        Returns
        -------
        list of Path
            The two files.
        """
        from safetensors.numpy import save_file

        if self._fitted is None:
            raise DiscourseError("lexical: nothing to save before fit().")
        fitted = self._fitted
        description, tensors = (Path(folder) / name for name in _FILES)
        about = {
            "method": _METHOD,
            "revision": self.revision,
            "dimension": self._asked,
            "rare_idf": fitted.rare_idf,
            "words": list(fitted.words),
            "grams": list(fitted.grams),
        }
        description.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        save_file(_tensors(fitted), tensors)
        return [description, tensors]

    @classmethod
    def load(cls, folder: str | Path) -> Lexical:
        """Read what `save` wrote; it gives the same vectors.

        Parameters
        ----------
        folder : str or Path

        Raises
        ------
        DiscourseError
            If the files are missing, damaged or do not belong together.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        description, tensors = (Path(folder) / name for name in _FILES)
        try:
            about = json.loads(description.read_text(encoding="utf-8"))
            encoder = cls(dimension=about["dimension"])
            encoder._fitted = _Fitted(
                words={word: i for i, word in enumerate(about["words"])},
                grams={gram: i for i, gram in enumerate(about["grams"])},
                rare_idf=about["rare_idf"],
                **load_file(tensors),
            )
            encoder.revision = f"{_METHOD}:{_hash(encoder._fitted)}"
        except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
            raise DiscourseError(f"{folder}: no readable lexical encoder there ({error}).") from error
        if encoder.revision != about["revision"]:
            raise DiscourseError(f"{folder}: lexical.json and lexical.safetensors don't belong together.")
        return encoder


def default_dimension(n: int) -> int:
    """Dimensions that n different texts can tell from noise: 8 times the cube root of n, at most 150.

    In samples of 200 to 3,200 crisis tweets, the neighbours of a tweet were most often of its event with 40 to 100
    dimensions, more as the sample grew; with 150, a small corpus is described one text at a time.

    Examples
    --------
    >>> [default_dimension(n) for n in (200, 1_400, 100_000)]
    [47, 89, 150]
    """
    return min(MOST_DIMENSIONS, round(8 * n ** (1 / 3)))


def _fit(texts: Sequence[str], vocabulary: list[str], counts: Any, dimension: int, seed: int) -> _Fitted:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    n = len(texts)
    word_df = np.bincount(counts.indices, minlength=len(vocabulary))
    index, table = gram_table(vocabulary)
    # An upper bound: a text with two words that share an n-gram is counted twice.
    gram_df = np.minimum(table.T @ word_df.astype(np.float64), n)
    # What occurs in one text says nothing about another, save in corpora too small to be choosy.
    least = 2 if n >= 50 else 1
    kept_words = _most_frequent(vocabulary, word_df, least)
    kept_grams = _most_frequent(list(index), gram_df, least)
    names = list(index)
    fitted = _Fitted(
        words={vocabulary[i]: column for column, i in enumerate(kept_words)},
        grams={names[i]: column for column, i in enumerate(kept_grams)},
        word_idf=_idf(word_df[kept_words], n),
        gram_idf=_idf(gram_df[kept_grams], n),
        rare_idf=float(_idf(np.ones(1), n)[0]),
        projection=np.empty((0, 0), dtype=np.float16),
    )
    # A text without words can't tell what occurs together.
    rows = [i for i in _by_hash(texts) if counts.indptr[i] < counts.indptr[i + 1]][:SAMPLE]
    # The dense steps are too small to share between threads: on a busy machine that takes several times as long, and
    # sums come out differently for every number of threads.
    with threadpool_limits(1, user_api="blas"):
        basis = _right_vectors(counts[rows], _features(fitted, vocabulary), dimension, seed)
    return _Fitted(**{**vars(fitted), "projection": basis})


def _features(fitted: _Fitted, vocabulary: Sequence[str]) -> Any:
    """Weight the features of each word: (m, w + g) sparse, a row's words and n-grams of equal length."""
    from scipy import sparse

    column = np.array([fitted.words.get(word, -1) for word in vocabulary], dtype=np.int64)
    known = np.flatnonzero(column >= 0)
    shape = (len(vocabulary), len(fitted.words))
    itself = sparse.csr_matrix((np.ones(len(known), dtype=np.float32), (known, column[known])), shape=shape)
    parts = gram_table(vocabulary, fitted.grams)[1] @ sparse.diags(fitted.gram_idf)
    length = np.sqrt(np.asarray(parts.multiply(parts).sum(axis=1)).ravel())
    parts = sparse.diags((1 / np.where(length > 0, length, 1)).astype(np.float32)) @ parts
    idf = np.where(column >= 0, fitted.word_idf[column] if len(fitted.words) else 0, fitted.rare_idf)
    both = sparse.hstack([itself, parts]).tocsr().astype(np.float32)
    return sparse.diags((idf * np.sqrt(0.5)).astype(np.float32)) @ both


def _right_vectors(counts: Any, features: Any, dimension: int, seed: int) -> np.ndarray:
    """Leading right singular vectors of ``counts @ features``, (w + g, d) float16, the product never formed."""
    width = min(dimension + 20, counts.shape[0], features.shape[1])
    basis = np.random.default_rng(seed).standard_normal((features.shape[1], width)).astype(np.float32)
    for _ in range(3):
        left, _ = np.linalg.qr(counts @ (features @ basis))
        basis = features.T @ (counts.T @ left)
    # basis = V S U': the small Gram matrix gives U and S, and a division V, with no large decomposition.
    squares, turn = np.linalg.eigh(basis.T.astype(np.float64) @ basis)
    strengths = np.sqrt(np.maximum(squares[::-1], 0))
    kept = max(1, min(dimension, int((strengths > strengths[0] * 1e-3).sum())))
    vectors = basis @ (turn[:, ::-1][:, :kept] / strengths[:kept]).astype(np.float32)
    # The sign of a singular vector is arbitrary: let its largest entry be positive.
    largest = np.abs(vectors).argmax(axis=0)
    return (vectors * np.sign(vectors[largest, np.arange(kept)])).astype(np.float16)


def _project(fitted: _Fitted, texts: Sequence[str]) -> np.ndarray:
    vocabulary, counts = count_words(texts)
    if not vocabulary:
        return np.zeros((len(texts), fitted.projection.shape[1]), dtype=np.float32)
    return np.asarray(counts @ (_features(fitted, vocabulary) @ fitted.projection.astype(np.float32)))


def _own_direction(text: str, dimension: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(" ".join(words(text) or [text]).encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)


def _most_frequent(names: Sequence[str], df: np.ndarray, least: int) -> list[int]:
    often = [i for i in range(len(names)) if df[i] >= least]
    return sorted(often, key=lambda i: (-df[i], names[i]))[:MAX_FEATURES]


def _idf(df: np.ndarray, n: int) -> np.ndarray:
    return (np.log1p(n / df) ** _IDF_POWER).astype(np.float32)


def _by_hash(texts: Sequence[str]) -> list[int]:
    return sorted(range(len(texts)), key=lambda i: hashlib.sha256(texts[i].encode("utf-8", "replace")).digest())


def _tensors(fitted: _Fitted) -> dict[str, np.ndarray]:
    names = ("word_idf", "gram_idf", "projection")
    return {name: np.ascontiguousarray(getattr(fitted, name)) for name in names}


def _hash(fitted: _Fitted) -> str:
    whole = hashlib.sha256(json.dumps([*fitted.words, *fitted.grams, fitted.rare_idf]).encode())
    for tensor in _tensors(fitted).values():
        whole.update(tensor.tobytes())
    return whole.hexdigest()[:16]
