"""The words and phrases that set a theme's posts apart, language by language.

Class-based TF-IDF (Grootendorst 2022) on document frequencies: a term counts once a post, so that one long or
repetitive post can't own a theme, and what is common in every theme weighs nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from discourse.themes.cut import cut_short
from discourse.themes.terms import Terms, count
from discourse.themes.tokens import unspaced

COLUMNS = ("theme", "lang", "rank", "term", "score", "n_posts")
LEAST_POSTS = 3
"""Posts of one language that a theme needs for keywords in it."""

_PRIOR = 2.0  # pseudo-posts with the corpus's rate: a rate seen in three posts is not taken at its word
_PHRASE_BONUS = 0.4  # what each further content word adds: a phrase says more than its words, in fewer posts
_DIVERSITY = 0.7  # how much of a candidate's score goes when its posts are those of a chosen term
_YIELD = 0.5  # how much of a word's score goes when it always stands in phrases that are candidates themselves
_CANDIDATES = 8  # for each keyword wanted


def keywords(messages: Sequence[str], langs: Sequence[str], labels: np.ndarray, *, top: int = 10) -> pd.DataFrame:
    """Find the keywords of each theme in each of its languages.

    Parameters
    ----------
    messages
        The n posts' texts, boilerplate set aside.
    langs
        Their n languages (ISO 639-1). Languages are never pooled: the top words would be the language mix.
    labels
        (n,) theme of each post; -1 is noise, which is background and has no keywords.
    top
        Keywords for each theme and language at the most.

    Returns
    -------
    pandas.DataFrame
        Columns theme, lang, rank (from 1), term (as a reader would write it), score (above 0) and n_posts (the
        theme's posts in this language that hold it). A theme has keywords in the languages in which it has at
        least `LEAST_POSTS` posts. Sorted by theme, lang and rank.

    Notes
    -----
    A term's score in theme k is r_k · ln(r_k / m), where r_k is the share of the theme's posts that hold the
    term (with 2 pseudo-posts at the corpus's rate) and m the mean of these shares over themes and noise; in a
    corpus without a second class, r_k. Phrases get 40 % more for a second and a third content word each; what has
    no noun counts next to nothing. A term needs two posts of the theme; from 30 posts on three, or a fiftieth of the
    theme up to ten. Keywords are chosen one by one, best first: a word loses up to half of its score for standing
    in phrases that are candidates too, a candidate up to 70 % for sharing its posts (Jaccard) with a chosen term,
    and one that shares a word with a chosen term is passed over.

    Examples
    --------
    >>> posts = ["trade war", "a trade war", "the trade war", "sea ice", "ice at sea", "ice"]
    >>> keywords(posts, ["en"] * 6, np.array([0, 0, 0, 1, 1, 1])).term.tolist()
    ['trade war', 'ice', 'sea']
    """
    return choose(Vocabulary.of(messages, langs, cut_short(messages, messages)), labels, top=top)


@dataclass(frozen=True)
class Vocabulary:
    """The terms of a corpus, counted once, to choose keywords from for any grouping of its posts.

    Attributes
    ----------
    terms
        By language, the terms of its posts; of languages with fewer than `LEAST_POSTS` posts there are none.
    posts
        By language, its posts' rows.
    n
        Posts of the corpus.
    """

    terms: dict[str, Terms]
    posts: dict[str, np.ndarray]
    n: int

    @classmethod
    def of(cls, messages: Sequence[str], langs: Sequence[str], cut: np.ndarray) -> Vocabulary:
        """Count the terms of n texts in n languages (ISO 639-1), some of them `cut_short`, each language apart."""
        language = np.asarray(langs, dtype=object)
        posts = {lang: np.flatnonzero(language == lang) for lang in sorted(set(language.tolist()))}
        posts = {lang: rows for lang, rows in posts.items() if len(rows) >= LEAST_POSTS}
        terms = {
            lang: count([messages[i] for i in rows.tolist()], lang, cut=cut[rows].tolist())
            for lang, rows in posts.items()
        }
        return cls(terms, posts, len(messages))


def choose(
    vocabulary: Vocabulary, labels: np.ndarray, *, top: int = 10, among: np.ndarray | None = None
) -> pd.DataFrame:
    """Choose the keywords of groups of posts, as `keywords` says.

    Parameters
    ----------
    vocabulary
        The corpus's terms.
    labels
        (n,) group of each post; -1 is background.
    top
        Keywords for each group and language at the most.
    among
        (n,) whether each post counts at all; all do by default.

    Returns
    -------
    pandas.DataFrame
        As from `keywords`; the groups are in the column theme.
    """
    label = np.asarray(labels)
    counts = np.ones(vocabulary.n, dtype=bool) if among is None else among
    rows: list[tuple[Any, ...]] = []
    for lang, terms in vocabulary.terms.items():
        here = np.flatnonzero(counts[vocabulary.posts[lang]])
        rows.extend(_of_language(terms, terms.incidence[here], label[vocabulary.posts[lang][here]], top))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"theme": "int64", "rank": "int64", "score": "float64", "n_posts": "int64"})
    return table.astype({"lang": "str", "term": "str"}).sort_values(["theme", "lang", "rank"], ignore_index=True)


def keywords_text(words: pd.DataFrame, mix: pd.DataFrame) -> str:
    """Join a theme's keywords (``lang, rank, term``) by language, the one with most posts (``lang, n``) first."""
    sizes = dict(zip(mix["lang"], mix["n"], strict=True))
    langs = sorted(words["lang"].unique(), key=lambda lang: (-sizes.get(lang, 0), lang))
    texts = ["; ".join(words.loc[words["lang"] == lang].sort_values("rank")["term"]) for lang in langs]
    return texts[0] if len(texts) == 1 else " | ".join(f"{lang}: {t}" for lang, t in zip(langs, texts, strict=True))


def _of_language(terms: Terms, incidence: Any, label: np.ndarray, top: int) -> list[tuple[Any, ...]]:
    """Choose the keywords of each group among the terms of one language; `incidence` has the posts of `label`."""
    groups, place, sizes = np.unique(label, return_inverse=True, return_counts=True)
    if not np.any((groups >= 0) & (sizes >= LEAST_POSTS)):
        return []
    held = _held(incidence, place, len(groups))
    score = _scores(terms, held, sizes)

    candidates = _CANDIDATES * top
    rows: list[tuple[Any, ...]] = []
    for k, group in enumerate(groups.tolist()):
        if group < 0 or sizes[k] < LEAST_POSTS:
            continue
        span = slice(held.indptr[k], held.indptr[k + 1])
        column, n_posts, value = held.indices[span], held.data[span], score[span]
        enough = np.flatnonzero((n_posts >= _least_posts(int(sizes[k]))) & (value > 0))
        if len(enough) > candidates:  # those that can't be among the foremost need no sorting
            least = np.partition(value[enough], -candidates)[-candidates]
            enough = enough[value[enough] >= least]
        enough = np.array(sorted(enough, key=lambda i: (-value[i], terms.words[column[i]])), dtype=np.int64)
        best = enough[:candidates]
        inside = incidence[np.flatnonzero(place == k)][:, column[best]].toarray().astype(np.float32)
        picked = best[_diverse([terms.parts[i] for i in column[best]], value[best], inside, top)]
        shown: dict[str, tuple[str, Any]] = {}  # two keys can look the same to a reader
        for i, term in zip(picked, terms.readable(column[picked].tolist()), strict=True):
            shown.setdefault(term.casefold(), (term, i))
        for rank, (term, i) in enumerate(shown.values(), start=1):
            rows.append((group, terms.lang, rank, term, float(value[i]), int(n_posts[i])))
    return rows


def _least_posts(size: int) -> int:
    """Tell how many posts of a theme of this size must hold a keyword."""
    return 2 if size < 30 else min(10, max(3, size // 50))


def _held(incidence: Any, place: np.ndarray, n_classes: int) -> Any:
    """Count the posts of each class that hold each term: (classes, terms), sparse."""
    from scipy import sparse

    n = len(place)
    member = sparse.csr_array((np.ones(n, dtype=np.int32), (place, np.arange(n))), shape=(n_classes, n))
    return (member @ incidence).tocsr()


def _scores(terms: Terms, held: Any, sizes: np.ndarray) -> np.ndarray:
    """Score each (class, term) that occurs, in the order of `held`'s entries."""
    classes = np.repeat(np.arange(len(sizes)), np.diff(held.indptr))
    weight = 1.0 / (sizes + _PRIOR)
    corpus_rate = np.bincount(held.indices, weights=held.data, minlength=held.shape[1]) / sizes.sum()
    rate = (held.data + _PRIOR * corpus_rate[held.indices]) * weight[classes]
    if len(sizes) == 1:
        score = rate
    else:
        observed = np.bincount(held.indices, weights=held.data * weight[classes], minlength=held.shape[1])
        mean = (observed + _PRIOR * corpus_rate * weight.sum()) / len(sizes)
        score = rate * np.log(rate / mean[held.indices])
    words = np.array([len(part) for part in terms.parts], dtype=np.int64)
    # Rounded, so that the order in which classes were added up never decides between equals.
    worth = terms.weight * (1 + _PHRASE_BONUS * np.minimum(words - 1, 2))
    return np.round(score * worth[held.indices], 9)


def _diverse(parts: list[tuple[str, ...]], value: np.ndarray, inside: np.ndarray, top: int) -> list[int]:
    """Choose terms greedily: high in score, in other posts than those chosen, and of other words."""
    together = inside.T @ inside
    each = np.diag(together)
    overlap = together / np.maximum(each[:, None] + each[None, :] - together, 1)
    value = value * (1 - _YIELD * _in_phrases(parts, inside))
    starts = [{start for key in part for start in _starts(key)} for part in parts]
    shared = np.zeros(len(value))
    free = np.ones(len(value), dtype=bool)
    picked: list[int] = []
    while len(picked) < top and free.any():
        i = int(np.argmax(np.where(free, value * (1 - _DIVERSITY * shared), -1.0)))
        picked.append(i)
        shared = np.maximum(shared, overlap[i])
        for j in np.flatnonzero(free).tolist():
            if not starts[i].isdisjoint(starts[j]) and any(related(a, b) for a in parts[i] for b in parts[j]):
                free[j] = False
    return picked


def _in_phrases(parts: list[tuple[str, ...]], inside: np.ndarray) -> np.ndarray:
    """Find the share of each word's posts in which it stands in one of the other candidates, a phrase."""
    phrases: dict[str, list[int]] = {part[0]: [] for part in parts if len(part) == 1}
    for j, part in enumerate(parts):
        for key in set(part) if len(part) > 1 else ():
            if key in phrases:
                phrases[key].append(j)
    share = np.zeros(len(parts))
    for i, part in enumerate(parts):
        if len(part) == 1 and phrases[part[0]]:
            share[i] = inside[:, phrases[part[0]]].any(axis=1).sum() / inside[:, i].sum()
    return share


def _starts(key: str) -> set[str]:
    """Tell how a key and its hyphened parts begin: keys that begin otherwise are not `related`."""
    return {_plain(part)[:4] for part in (key, *key.split("-"))}


@lru_cache(maxsize=100_000)
def _plain(key: str) -> str:
    """Take accents and hyphens off: lac-mégantic is lacmegantic."""
    if key.isascii() or unspaced(key):
        return key.replace("-", "")
    letters = unicodedata.normalize("NFD", key.replace("-", "").replace("й", "\0"))
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("\0", "й")


def related(a: str, b: str) -> bool:
    """Tell whether two keys look like one word and its derivative: украин, украинск; china, chines.

    So does a word and a compound that it heads: министр, премьер-министр.
    """
    if a.rpartition("-")[2] == b or b.rpartition("-")[2] == a:
        return True
    a, b = _plain(a), _plain(b)
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) < 4 or unspaced(short):
        return False
    needed = max(4, -(-len(short) * 4 // 5))
    return long.startswith(short[:needed])
