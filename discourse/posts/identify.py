"""Score many short texts against the language models of py3langid at once.

The library (BSD-3-Clause, naive Bayes over byte n-grams found by an Aho-Corasick automaton; Lui and Baldwin
2011, 2012) walks one text at a time, byte by byte. Here its automaton and weights walk thousands of texts side by
side in numpy, which gives the same scores at a fraction of the time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

NOT_A_LANGUAGE = "zxx"
_BATCH = 1024  # texts walked side by side ...
_CELLS = 1 << 18  # ... and bytes, by the longest of them: some 10 MB of states whatever the number of posts
_CONSTRUCTED_OR_CLASSICAL = frozenset({"la", "sa", "vo"})  # nobody posts in them, short names look like them


@dataclass(frozen=True)
class _Model:
    languages: tuple[str, ...]
    weights: np.ndarray  # (features, languages) float16, as trained
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
        weights=found.nb_ptc.take(kept, axis=1),
        prior=np.asarray(found.nb_pc[kept], dtype=np.float32),
        step=np.asarray(found.tk_nextmove),
        row=np.asarray(found.tk_row, dtype=np.int32) << 8,
        feature=np.asarray(found.tk_output, dtype=np.int32),
    )


def languages() -> list[str]:
    """Name the columns of :func:`scores`: ISO 639-1 codes, and "zxx" for what is no language."""
    return list(dict.fromkeys(_model().languages))


def scores(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Score texts for every language.

    Parameters
    ----------
    texts
        n texts in Unicode NFC, not empty.

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
    points = np.empty((len(texts), len(columns)), dtype=np.float32)
    n_bytes = np.empty(len(texts), dtype=np.float32)
    first = [model.languages.index(name) for name in columns]
    twins = [(columns.index(name), i) for i, name in enumerate(model.languages) if model.languages.index(name) != i]
    encoded = [text.encode("utf-8", "replace") for text in texts]
    # texts of like length walk together, so that few places of a batch stand empty
    order = np.argsort([-len(data) for data in encoded], kind="stable")
    start = 0
    while start < len(order):
        n_rows = min(_BATCH, max(1, _CELLS // max(1, len(encoded[order[start]]))))
        rows = order[start : start + n_rows]
        start += n_rows
        full = _walk(model, [encoded[i] for i in rows])
        batch = full[:, first]
        for column, twin in twins:  # one language in two scripts: the better of both
            batch[:, column] = np.maximum(batch[:, column], full[:, twin])
        points[rows] = batch
        n_bytes[rows] = [max(len(encoded[i]), 1) for i in rows]
    return points, n_bytes


def _walk(model: _Model, encoded: list[bytes]) -> np.ndarray:
    """Walk the automaton over texts sorted from long to short; (n, len(model.languages)) log posteriors."""
    from scipy.sparse import csr_matrix

    lengths = np.array([len(data) for data in encoded])
    width = int(lengths.max(initial=0))
    letters = np.zeros((len(encoded), width), dtype=np.uint8)
    letters[np.arange(width) < lengths[:, None]] = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    letters = np.ascontiguousarray(letters.T)
    hits = np.full(letters.shape, -1, dtype=np.int32)
    state = np.zeros(len(encoded), dtype=np.int32)
    alive = np.searchsorted(-lengths, -np.arange(width), side="left")  # texts longer than each position
    for at in range(width):
        n = alive[at]
        state[:n] = model.step[model.row[state[:n]] + letters[at, :n]]
        hits[at, :n] = model.feature[state[:n]]
    place, text = np.nonzero(hits >= 0)
    n_features = model.weights.shape[0]
    found = np.sort(text * n_features + hits[place, text])
    first = np.flatnonzero(np.diff(found, prepend=-1))  # where each (text, feature) begins in the sorted hits
    counts = np.diff(first, append=len(found)).astype(np.float32)
    text_of, feature = np.divmod(found[first], n_features)
    begins = np.searchsorted(text_of, np.arange(len(encoded) + 1))
    used, column = np.unique(feature, return_inverse=True)
    features = csr_matrix((np.log1p(counts), column, begins), shape=(len(encoded), len(used)))
    return np.asarray(features @ model.weights[used].astype(np.float32) + model.prior)
