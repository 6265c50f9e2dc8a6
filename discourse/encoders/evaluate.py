"""How good vectors are: translations found, topics carried across languages, topics clustered, language left in.

Pure functions on vectors by language: the same row of each is the same text, and every row has length 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

NEAREST = 10
"""Neighbours looked at for the language they are in."""
_FOLDS = 5
_CLUSTERINGS = 5
_CHUNK = 2_000


def retrieval(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Share of texts whose translation is the nearest of all texts in the other language.

    Parameters
    ----------
    first, second : numpy.ndarray, shape (n, d)
        Unit rows; a row of one is the translation of the same row of the other.

    Returns
    -------
    (float, float)
        From the first language to the second, and back; each from 0 to 1. Chance is 1/n. Of equally near texts none is
        the nearest, so that vectors which are all the same find nothing.

    Examples
    --------
    >>> retrieval(np.eye(4), np.eye(4)[[0, 1, 3, 2]])
    (0.5, 0.5)
    """
    return _found(first, second), _found(second, first)


def transfer(by_language: Mapping[str, np.ndarray], topics: Sequence[str], source: str) -> dict[str, float]:
    """Tell how well a classifier of topics does, in each language, that saw texts of one language only.

    Logistic regression, cross-validated in five folds of rows: no text is classified after its own translation was
    seen.

    Parameters
    ----------
    by_language : mapping of str to numpy.ndarray, shape (n, d)
        Unit rows by language.
    topics : sequence of str
        The topic of each row, five rows or more a topic.
    source : str
        The language it is trained on.

    Returns
    -------
    dict of str to float
        Share of texts whose topic was told, by language.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    labels = np.asarray(topics)
    right = dict.fromkeys(by_language, 0)
    for seen, held_out in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(labels, labels):
        model = LogisticRegression(C=10, max_iter=1_000).fit(by_language[source][seen], labels[seen])
        for lang, rows in by_language.items():
            right[lang] += int((model.predict(rows[held_out]) == labels[held_out]).sum())
    return {lang: n / len(labels) for lang, n in right.items()}


def clustering(by_language: Mapping[str, np.ndarray], topics: Sequence[str]) -> tuple[float, float]:
    """Tell how well k-means on all languages together finds the topics, and how much its clusters follow language.

    Parameters
    ----------
    by_language : mapping of str to numpy.ndarray, shape (n, d)
        Unit rows by language; one language will do.
    topics : sequence of str
        The topic of each row. As many clusters are asked for as there are topics.

    Returns
    -------
    (float, float)
        Means of five clusterings: adjusted mutual information with the topics (0 is chance, 1 the same groups; Vinh,
        Epps and Bailey 2010), and normalised mutual information with the languages (0: clusters do not follow them).
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    rows, language = _stacked(by_language)
    truth = np.tile(np.asarray(topics), len(by_language))
    scores = []
    for seed in range(_CLUSTERINGS):
        found = KMeans(len(set(topics)), n_init=3, random_state=seed).fit_predict(rows)
        scores.append((adjusted_mutual_info_score(truth, found), normalized_mutual_info_score(language, found)))
    agreement, followed = np.mean(scores, axis=0)
    return float(agreement), float(followed)


def leakage(by_language: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Tell how much of a text's language can be seen in its vector.

    Parameters
    ----------
    by_language : mapping of str to numpy.ndarray, shape (n, d)
        Unit rows by language, two languages and twelve rows at least.

    Returns
    -------
    dict
        ``probe``: share of texts whose language is told by a logistic regression that saw the other half of the rows;
        ``same``: share of the ten nearest texts that are in the same language, a text's own translations not counted;
        ``chance``, of both: one by the number of languages.
    """
    from sklearn.linear_model import LogisticRegression

    rows, language = _stacked(by_language)
    row = np.tile(np.arange(len(rows) // len(by_language)), len(by_language))
    told = []
    for half in (0, 1):
        seen = row % 2 == half
        model = LogisticRegression(C=10, max_iter=1_000).fit(rows[seen], language[seen])
        told.append((model.predict(rows[~seen]) == language[~seen]).mean())
    return {"probe": float(np.mean(told)), "same": _same(rows, row, language), "chance": 1 / len(by_language)}


def _stacked(by_language: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.concatenate(list(by_language.values()))
    return rows, np.repeat(np.arange(len(by_language)), len(rows) // len(by_language))


def _found(queries: np.ndarray, candidates: np.ndarray) -> float:
    right = 0
    for start in range(0, len(queries), _CHUNK):
        cosines = queries[start : start + _CHUNK] @ candidates.T
        at = np.arange(len(cosines))
        own = cosines[at, start + at].copy()
        cosines[at, start + at] = -np.inf
        right += int((own > cosines.max(axis=1, initial=-np.inf)).sum())
    return right / len(queries)


def _same(vectors: np.ndarray, row: np.ndarray, language: np.ndarray) -> float:
    same = 0
    for start in range(0, len(vectors), _CHUNK):
        part = slice(start, start + _CHUNK)
        cosines = vectors[part] @ vectors.T
        cosines[row[part, None] == row[None, :]] = -np.inf
        nearest = np.argpartition(-cosines, NEAREST - 1, axis=1)[:, :NEAREST]
        same += int((language[nearest] == language[part, None]).sum())
    return same / (len(vectors) * NEAREST)
