"""Scores of concepts in tables that a person reads: a summary by language, and the posts at the top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from discourse.named.definitions import Axis, Concept, Definitions
from discourse.named.score import Score

if TYPE_CHECKING:
    from discourse.stats.ranking import Precision

MOST = 10
"""Posts at an end that are listed."""
CONCEPT, AXIS = "concept", "axis"
LOW, HIGH = "low", "high"
SUMMARY = {
    "kind": "str", "name": "str", "label": "str", "lang": "str", "n_posts": "int64", "n_seeds": "int64",
    "n_contrasts": "Int64", "n_keyword": "Int64", "n_keyword_top": "Int64", "stage": "str", "n_coded": "Int64",
    "n_with": "Int64", "average_precision": "float64", "low": "float64", "high": "float64", "chance": "float64",
}  # fmt: skip
TOP = {
    "kind": "str", "name": "str", "label": "str", "lang": "str", "end": "str", "place": "int64", "post_id": "str",
    "score": "float64", "raw": "float64", "keywords": "str", "text": "str",
}  # fmt: skip


def top(
    defined: Definitions,
    scores: Mapping[str, Score],
    posts: pd.DataFrame,
    group: np.ndarray,
    keywords: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """List the posts with the highest scores in each language, and of axes those with the lowest too.

    Parameters
    ----------
    defined : Definitions
    scores : mapping of str to Score
        By name, axes as ``axis:NAME``.
    posts : pandas.DataFrame, n rows
        ``post_id, text, message, duplicate_of``. Of posts that say the same one is listed.
    group : numpy.ndarray of str, shape (n,)
        See `discourse.named.centred.Centred`.
    keywords : mapping of str to numpy.ndarray of str, shape (n,)
        Those that a post holds, by concept.

    Returns
    -------
    pandas.DataFrame
        ``kind, name, label, lang, end`` (``high`` or ``low``)``, place`` (from 1)``, post_id, score, raw, keywords,
        text``; ten posts an end at most.
    """
    ids, shown = posts["post_id"].to_numpy(dtype="str"), posts["duplicate_of"].isna().to_numpy()
    order_of_ids = np.argsort(np.argsort(ids))
    rows: list[tuple[Any, ...]] = []
    for kind, key, one in _each(defined):
        found = scores[key]
        for lang in _by_size(group):
            held = np.flatnonzero((group == lang) & shown)
            for end, sign in ((HIGH, -1), (LOW, 1)) if kind == AXIS else ((HIGH, -1),):
                order = held[np.lexsort((order_of_ids[held], sign * found.raw[held], sign * found.rank[held]))]
                distinct = posts["message"].iloc[order].drop_duplicates().index[:MOST]
                for place, at in enumerate(posts.index.get_indexer(distinct), 1):
                    words = keywords[key][at] if kind == CONCEPT else ""
                    numbers = (float(found.rank[at]), float(found.raw[at]))
                    place_of = (kind, one.name, one.label, lang, end, place, ids[at])
                    rows.append((*place_of, *numbers, words, posts["text"].iloc[at]))
    return pd.DataFrame(rows, columns=list(TOP)).astype(TOP)


def summary(
    defined: Definitions,
    group: np.ndarray,
    held: Mapping[str, np.ndarray],
    listed: pd.DataFrame,
    precision: Mapping[tuple[str, str], Precision],
    stages: pd.DataFrame,
) -> pd.DataFrame:
    """Count seeds, keywords and codes by concept or axis and language; ``lang`` is ``all`` for all posts.

    Parameters
    ----------
    defined : Definitions
    group : numpy.ndarray of str, shape (n,)
        See `discourse.named.centred.Centred`.
    held : mapping of str to numpy.ndarray, shape (n,), bool
        By concept, which posts hold a keyword.
    listed : pandas.DataFrame
        As `top` gives them.
    precision : mapping of (str, str) to Precision
        By concept and language; empty without codes.
    stages : pandas.DataFrame
        ``name, stage`` of every concept.

    Returns
    -------
    pandas.DataFrame
        ``kind, name, label, lang, n_posts, n_seeds, n_contrasts, n_keyword`` (posts that hold one)``, n_keyword_top``
        (of those that are listed at the top)``, stage, n_coded, n_with, average_precision, low, high, chance``. What an
        axis doesn't have is NA.
    """
    stage_of = dict(zip(stages["name"], stages["stage"], strict=True))
    rows: list[tuple[Any, ...]] = []
    leading = listed[listed["keywords"] != ""].groupby(["name", "lang"]).size().to_dict()
    langs = _by_size(group)
    for kind, _, one in _each(defined):
        for lang in ("all", *langs):
            inside = np.ones(len(group), dtype=bool) if lang == "all" else group == lang
            row: list[Any] = [kind, one.name, one.label, lang, int(inside.sum())]
            if isinstance(one, Axis):
                nothing: list[Any] = [pd.NA] * 3
                row += [_sentences(one.low.seeds, lang) + _sentences(one.high.seeds, lang), *nothing, "", pd.NA, pd.NA]
                rows.append((*row, *[np.nan] * 4))
                continue
            row += [_sentences(one.said, lang), _sentences(one.unsaid, lang)]
            at_top = sum(leading.get((one.name, known), 0) for known in langs if lang in ("all", known))
            row += [int(held[one.name][inside].sum()), at_top, stage_of[one.name]]
            judged = precision.get((one.name, lang))
            if judged is None:
                rows.append((*row, 0, 0, *[np.nan] * 4))
            else:
                rows.append((*row, judged.n, judged.positives, judged.value, judged.low, judged.high, judged.chance))
    return pd.DataFrame(rows, columns=list(SUMMARY)).astype(SUMMARY)


def _each(defined: Definitions) -> Iterator[tuple[str, str, Concept | Axis]]:
    """Yield kind, column of the scores, and concept or axis."""
    for concept in defined.concepts:
        yield CONCEPT, concept.name, concept
    for axis in defined.axes:
        yield AXIS, f"{AXIS}:{axis.name}", axis


def _by_size(group: np.ndarray) -> list[str]:
    """List the languages, the commonest first."""
    names, counts = np.unique(group.astype("str"), return_counts=True)
    return [str(names[at]) for at in np.lexsort((names, -counts))]


def _sentences(by_lang: Mapping[str, tuple[str, ...]], lang: str) -> int:
    return sum(map(len, by_lang.values())) if lang == "all" else len(by_lang.get(lang, ()))
