"""Score many short texts against the language models of py3langid at once.

The library (BSD-3-Clause, naive Bayes over byte n-grams found by an Aho-Corasick automaton; Lui and Baldwin
2011, 2012) walks one text at a time, byte by byte, in Python. Here the same walk over its automaton and weights is
compiled, which gives the same scores at a hundredth of the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

NOT_A_LANGUAGE = "zxx"
_CONSTRUCTED_OR_CLASSICAL = frozenset({"la", "sa", "vo"})  # nobody posts in them, short names look like them


@dataclass(frozen=True)
class _Model:
    languages: tuple[str, ...]
    weights: np.ndarray  # (features, languages) the bits of float16, as trained
    prior: np.ndarray  # (languages,) float32
    step: np.ndarray  # (rows * 256,) next state
    row: np.ndarray  # (states,) where a state's row begins in `step`
    feature: np.ndarray  # (states,) feature found on entering the state, -1 for none


_starting = threading.Lock()


def prepare() -> None:
    """Begin to load the models in a thread of their own; most of the time goes into unpacking, beside other work."""
    _loading()


def _model() -> _Model:
    return _loading().result()


def _loading() -> Future[_Model]:
    with _starting:  # or two threads would each load the models
        return _loading_once()


@cache
def _loading_once() -> Future[_Model]:
    with_one_thread = ThreadPoolExecutor(1, thread_name_prefix="language-models")
    loading = with_one_thread.submit(_load)
    with_one_thread.shutdown(wait=False)
    return loading


def _load() -> _Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    names = found.nb_classes
    kept = [
        i
        for i, name in enumerate(names)
        if (len(name) == 2 and name not in _CONSTRUCTED_OR_CLASSICAL) or name == NOT_A_LANGUAGE
    ]
    return _Model(
        languages=tuple(names[i] for i in kept),
        weights=found.nb_ptc.take(kept, axis=1).view(np.uint16),
        prior=np.asarray(found.nb_pc[kept], dtype=np.float32),
        step=np.asarray(found.tk_nextmove),
        row=np.asarray(found.tk_row, dtype=np.int32) << 8,
        feature=np.asarray(found.tk_output, dtype=np.int32),
    )


def languages() -> list[str]:
    """Name the columns of :func:`scores`: ISO 639-1 codes, and "zxx" for what is no language."""
    return list(dict.fromkeys(_model().languages))


def scores(texts: Sequence[str], wanted: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Score texts for every language, or for those that may be meant.

    Parameters
    ----------
    texts
        n texts in Unicode NFC, not empty.
    wanted : (n, languages) bool, optional
        The languages that come into question for each text; the others get minus infinity.

    Returns
    -------
    scores : (n, languages) float32
        Log posterior of each language, up to a constant a text; columns as in :func:`languages`.
    n_bytes : (n,) float32
        UTF-8 length of each text. The library divides scores by its square root before it makes
        probabilities, since neighbouring n-grams are far from independent.

    Examples
    --------
    >>> points, _ = scores(["Bank raises key rate", "Банк повысил ключевую ставку"])
    >>> [languages()[i] for i in points.argmax(axis=1)]
    ['en', 'ru']
    """
    model = _model()
    columns = languages()
    first = [model.languages.index(name) for name in columns]
    twins = [(columns.index(name), i) for i, name in enumerate(model.languages) if model.languages.index(name) != i]
    if wanted is None:
        wanted = np.ones((len(texts), len(columns)), dtype=bool)
    encoded = [text.encode("utf-8", "replace") for text in texts]
    lengths = np.array([len(data) for data in encoded], dtype=np.int64)
    asked = wanted[:, [columns.index(name) for name in model.languages]]
    full = np.where(asked, model.prior, np.float32(-np.inf))
    letters = np.frombuffer(b"".join(encoded) or b"\0", dtype=np.uint8)
    automaton = (model.step, model.row, model.feature)
    _loop()(letters, lengths, *automaton, model.weights, _halves(), asked, full)
    points = full[:, first]
    for column, twin in twins:  # one language in two scripts: the better of both
        points[:, column] = np.maximum(points[:, column], full[:, twin])
    return points, np.maximum(lengths, 1).astype(np.float32)


@cache
def _halves() -> np.ndarray:
    """Every float16 number as float32, at the place that its bits are."""
    return np.arange(1 << 16, dtype=np.uint32).astype(np.uint16).view(np.float16).astype(np.float32)


@cache
def _loop() -> Callable[..., Any]:
    """Compile the walk, or take its machine code from numba's cache on disk."""
    from discourse.compiled import compiled

    return compiled(_walk)


def _walk(
    letters: np.ndarray,
    lengths: np.ndarray,
    step: np.ndarray,
    row: np.ndarray,
    feature: np.ndarray,
    weights: np.ndarray,
    halves: np.ndarray,
    asked: np.ndarray,
    points: np.ndarray,
) -> None:
    """Walk the automaton over each text's bytes and add the weights of the n-grams found on the way to its points."""
    columns = np.empty(points.shape[1], dtype=np.int64)
    counts = np.zeros(weights.shape[0], dtype=np.int32)
    found = np.empty(weights.shape[0], dtype=np.int32)
    at = 0
    for text in range(len(lengths)):
        state = n_found = 0
        for _ in range(lengths[text]):
            state = step[row[state] + letters[at]]
            at += 1
            hit = feature[state]
            if hit >= 0:
                if counts[hit] == 0:
                    found[n_found] = hit
                    n_found += 1
                counts[hit] += 1
        n_columns = 0
        for language in range(points.shape[1]):
            if asked[text, language]:
                columns[n_columns] = language
                n_columns += 1
        for k in range(n_found):
            weight = np.float32(np.log1p(counts[found[k]]))
            counts[found[k]] = 0
            for c in range(n_columns):
                points[text, columns[c]] += weight * halves[weights[found[k], columns[c]]]
