"""The words and phrases of one language's posts: which posts hold which, and how each is shown.

Posts become one long row of word numbers. A phrase is two to five neighbouring words that stand together more
often than chance would have it, in several different posts, and that are not just a piece of a longer phrase.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from discourse.themes.forms import reading_form
from discourse.themes.stems import keys
from discourse.themes.tokens import END, LISTED, PAUSE, fold, marked, stop_words, unspaced
from discourse.themes.wordclass import ADJECTIVE, NOUN, VERB, word_class

LONGEST_READ = 4_000
"""Characters of a post that are read for its words; a post's subject shows in its first pages."""

LONGEST_PHRASE = 5
"""Words in a phrase at the most."""

LONE_ADJECTIVE = 0.03
"""What a term without a noun is worth: российский says less than what is Russian."""

COHESION = 0.3
"""Least normalised pointwise mutual information between the two sides of every cut through a phrase."""

_WHOLE = 0.75  # a phrase found in one longer phrase this often is a piece of it
_COMMON, _COMMON_FROM = 0.3, 50  # without a stop list: document rate of a stop word, and posts that tell it
_SHORT_COMMON = 0.03  # the same for words of up to three letters
_NUMERAL = regex.compile("[一二三四五六七八九十百千万亿两零〇第几数多余半年月日个]+")
_FUNCTION, _LIGHT, _ADJECTIVE, _NOUN = 0, 1, 2, 3


@dataclass(frozen=True)
class Terms:
    """Words and phrases of posts in one language.

    Attributes
    ----------
    lang
        The language.
    incidence
        (n posts, n terms) `scipy.sparse.csc_array` of ones: the post holds the term.
    words
        For each term, the keys of its words in order.
    parts
        For each term, the keys of its content words: terms that share one speak of the same thing.
    weight
        (n terms,) 1, or `LONE_ADJECTIVE` for a term without a noun.
    length
        (n terms,) words in the term.
    grams
        For each length from one, the number of the term's sequence of keys at each place of the row, or -1.
    gram_of
        (n terms,) the term's number in `grams[length]`.
    row, initial, surfaces
        The row of posts: number of the surface at each place (-1 is a border), whether it begins a sentence,
        and the surfaces.
    """

    lang: str
    incidence: Any
    words: list[tuple[str, ...]]
    parts: list[tuple[str, ...]]
    weight: np.ndarray
    length: np.ndarray
    grams: dict[int, np.ndarray]
    gram_of: np.ndarray
    row: np.ndarray
    initial: np.ndarray
    surfaces: list[str]

    def readable(self, chosen: Sequence[int]) -> list[str]:
        """Show terms as the corpus writes them: with its capitals, in a form that a person would use."""
        found: dict[int, str] = {}
        by_length: dict[int, list[int]] = defaultdict(list)
        for term in set(chosen):
            by_length[int(self.length[term])].append(term)
        for length, terms in by_length.items():
            found.update(self._readable(length, terms))
        return [found[term] for term in chosen]

    def _readable(self, length: int, terms: list[int]) -> dict[int, str]:
        grams = self.grams[length]
        term_of = np.full(int(grams.max()) + 1, -1)
        term_of[self.gram_of[terms]] = terms
        here = np.flatnonzero(np.where(grams >= 0, term_of[grams], -1) >= 0)
        seen = np.column_stack(
            [term_of[grams[here]], self.initial[here], *(self.row[here + step] for step in range(length))]
        )
        rows, counts = np.unique(seen, axis=0, return_counts=True)
        forms: dict[int, Counter[str]] = defaultdict(Counter)
        spellings: dict[tuple[int, str], Counter[tuple[bool, str]]] = defaultdict(Counter)
        for (term, initial, *words), count in zip(rows.tolist(), counts.tolist(), strict=True):
            written = [self.surfaces[word] for word in words]
            form = " ".join(map(fold, written))
            forms[term][form] += count
            spellings[term, form][not initial, _join(written)] += count
        shown = {}
        for term in terms:
            form = reading_form(forms[term], self.lang, stem=self.words[term][0])
            # A capital that only begins a sentence tells nothing: spellings inside sentences go first.
            ranked = sorted(spellings[term, form].items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
            shown[term] = ranked[0][0][1]
        return shown


def count(messages: Sequence[str], lang: str) -> Terms:
    """Find the words and phrases of posts that are all in one language.

    Parameters
    ----------
    messages
        The posts' texts; of each, the first `LONGEST_READ` characters are read.
    lang
        Their language (ISO 639-1).

    Returns
    -------
    Terms
        Terms that at least two posts hold (one, if there are fewer than ten posts).

    Notes
    -----
    In a language without a stop list, words in more than 30 % of the posts count as function words, and those of
    up to three letters from 3 %, where there are at least 50 posts. Phrases are scored by normalised pointwise
    mutual information (Bouma 2009), taken over every cut through the phrase and counted in different posts only,
    so that a text posted many times makes no phrases.

    Examples
    --------
    >>> terms = count(["trade war again", "the trade war", "a trade war", "war and peace"], "en")
    >>> sorted(terms.readable(range(len(terms.parts))))
    ['peace', 'trade', 'trade war', 'war']
    """
    surfaces, row, post, initial = _row(messages, lang)
    folded = list(map(fold, surfaces))
    stop = stop_words(lang)
    key_of = keys(sorted(set(folded)), lang)
    names = {"\0": 0}  # a function word that no text holds, so that texts without words need no special care
    number = np.empty(len(surfaces) + 1, dtype=np.int64)
    number[-1] = -1
    for i, word in enumerate(folded):
        name = "\0" + word if word in stop.function else key_of[word]  # a stop word shares no key
        number[i] = names.setdefault(name, len(names))
    key_names = list(names)
    kind = _kinds(key_names, number[:-1], folded, np.bincount(row[row >= 0], minlength=len(surfaces)), lang)
    links = np.array([name[0] == "\0" and name[1:] in stop.link for name in key_names], dtype=bool)
    key = number[row]
    n_posts, n_keys = len(messages), len(names)

    first_of = dict(zip(reversed(messages), range(n_posts - 1, -1, -1), strict=True))
    is_first = np.zeros(n_posts, dtype=bool)
    is_first[list(first_of.values())] = True
    least = 1 if n_posts < 10 else 2
    least_phrase = 2 if n_posts < 100 else 3
    tally = _Tally(post, is_first, n_posts)

    held = tally.documents(key, n_keys, everywhere=True)
    if lang not in LISTED and n_posts >= _COMMON_FROM:
        brief = np.array([len(name) <= 3 and not unspaced(name) for name in key_names])
        common = (held > _COMMON * n_posts) | (brief & (held > _SHORT_COMMON * n_posts))
        kind[common], links[common] = _FUNCTION, True

    grams, starts, valid = _grow(key, kind, links, tally, least_phrase)
    letters = np.array([len(name) for name in key_names])
    valid[1] = (kind >= _ADJECTIVE) & (letters > 1) & (held >= least)

    columns, words, parts, weights, lengths, gram_of = [], [], [], [], [], []
    offset = 0
    for length, good in valid.items():
        ids = np.flatnonzero(good)
        renumber = np.full(len(good) + 1, -1)
        renumber[ids] = offset + np.arange(len(ids))
        term = renumber[grams[length]]
        columns.append(np.column_stack([post[term >= 0], term[term >= 0]]))
        offset += len(ids)
        for i in ids.tolist():
            at = int(starts[length][i])
            here = key[at : at + length].tolist()
            words.append(tuple(key_names[word] for word in here))
            parts.append(tuple(key_names[word] for word in here if kind[word] >= _ADJECTIVE))
            weights.append(1.0 if _NOUN in kind[here] else LONE_ADJECTIVE)
        lengths.append(np.full(len(ids), length))
        gram_of.append(ids)
    return Terms(
        lang=lang,
        incidence=_incidence(np.concatenate(columns), n_posts, offset),
        words=words,
        parts=parts,
        weight=np.array(weights),
        length=np.concatenate(lengths),
        grams=grams,
        gram_of=np.concatenate(gram_of),
        row=row,
        initial=initial,
        surfaces=surfaces,
    )


@dataclass(frozen=True)
class _Tally:
    """Counts over the row of posts."""

    post: np.ndarray
    is_first: np.ndarray
    n_posts: int

    def documents(self, ids: np.ndarray, size: int, *, everywhere: bool = False) -> np.ndarray:
        """Count the posts that hold each id; only the first of identical posts, unless `everywhere`."""
        here = ids >= 0 if everywhere else (ids >= 0) & self.is_first[self.post]
        pairs = np.sort(ids[here] * self.n_posts + self.post[here])
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        return np.bincount(pairs // self.n_posts, minlength=size)

    def places(self, ids: np.ndarray, size: int) -> np.ndarray:
        """Count the places where each id stands, in the first of identical posts."""
        return np.bincount(ids[(ids >= 0) & self.is_first[self.post]], minlength=size)


def _grow(
    key: np.ndarray, kind: np.ndarray, links: np.ndarray, tally: _Tally, least: int
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Grow sequences of keys word by word, and tell which are phrases.

    Returns, for each length, the sequence's number at each place (or -1), a place where each sequence stands,
    and whether it is a phrase.
    """
    n_keys = len(kind)
    grams, starts = {1: key}, {1: _first_places(key, n_keys)}
    valid: dict[int, np.ndarray] = {1: np.zeros(n_keys, dtype=bool)}
    held = {1: tally.documents(key, n_keys)}
    places = {1: tally.places(key, n_keys)}
    total = max(2, int(places[1].sum()))
    frequent = {1: held[1] >= least}
    for length in range(2, LONGEST_PHRASE + 2):
        before = np.where(grams[length - 1] >= 0, frequent[length - 1][grams[length - 1]], False)
        go_on = np.zeros(len(key), dtype=bool)
        go_on[:-1] = before[:-1] & before[1:]
        at = np.flatnonzero(go_on)
        code, inverse = np.unique(grams[length - 1][at] * n_keys + key[at + length - 1], return_inverse=True)
        if not len(code):
            break
        ids = np.full(len(key), -1, dtype=np.int64)
        ids[at] = inverse
        docs = tally.documents(ids, len(code))
        kept = docs >= least
        renumber = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
        ids = renumber[ids]
        size = int(kept.sum())
        if not size:
            break
        grams[length], held[length], places[length] = ids, docs[kept], tally.places(ids, size)
        starts[length], frequent[length] = _first_places(ids, size), np.ones(size, dtype=bool)
        # A shorter phrase that nearly always goes on with the same content word is a piece of this one.
        start = starts[length]
        for shorter, added in ((start, start + length - 1), (start + 1, start)):
            whole = grams[length - 1][shorter]
            mostly = held[length] >= _WHOLE * held[length - 1][whole]
            valid[length - 1][whole[mostly & (kind[key[added]] != _FUNCTION)]] = False
        if length > LONGEST_PHRASE:
            break
        edges = (kind[key[start]] != _FUNCTION) & (kind[key[start + length - 1]] != _FUNCTION)
        kinds = np.stack([kind[key[start + step]] for step in range(length)])
        linked = np.stack([links[key[start + step]] for step in range(length)])
        joined = ((kinds != _FUNCTION) | linked).all(axis=0)
        valid[length] = (
            edges
            & joined
            & (kinds >= _ADJECTIVE).any(axis=0)
            & (_cohesion(length, start, grams, places, total) >= COHESION)
        )
    return {n: grams[n] for n in valid}, starts, valid


def _cohesion(
    length: int, start: np.ndarray, grams: dict[int, np.ndarray], places: dict[int, np.ndarray], total: int
) -> np.ndarray:
    """Least normalised pointwise mutual information over the cuts through each sequence."""
    together = places[length] / total
    lowest = np.full(len(start), np.inf)
    for cut in range(1, length):
        left = places[cut][grams[cut][start]] / total
        right = places[length - cut][grams[length - cut][start + cut]] / total
        with np.errstate(divide="ignore", invalid="ignore"):
            lowest = np.minimum(lowest, np.log(together / (left * right)) / -np.log(together))
    return np.nan_to_num(lowest, nan=0.0)


def _row(messages: Sequence[str], lang: str) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Lay the posts' words out in one row: surfaces, their numbers, the post and sentence start of each place."""
    index: defaultdict[str, int] = defaultdict(lambda: len(index))
    pause, end = index[PAUSE], index[END]
    row, lengths = array("q"), []
    for message in messages:
        pieces = [index[piece] for piece in marked(message[:LONGEST_READ], lang)]
        row.extend([*pieces, end])
        lengths.append(len(pieces) + 1)
    places = np.frombuffer(row, dtype=np.int64) if row else np.empty(0, dtype=np.int64)
    post = np.repeat(np.arange(len(lengths)), lengths)
    told = np.flatnonzero(places != pause)
    initial = np.zeros(len(places), dtype=bool)
    initial[told[:1]] = True
    initial[told[1:]] = places[told[:-1]] == end
    surfaces = [piece.removesuffix("'s").removesuffix("’s") or piece for piece in index][2:]
    return surfaces, np.maximum(places - 2, -1), post, initial


def _first_places(ids: np.ndarray, size: int) -> np.ndarray:
    """Find a place where each id stands."""
    first = np.zeros(size, dtype=np.int64)
    here = np.flatnonzero(ids >= 0)[::-1]
    first[ids[here]] = here
    return first


def _incidence(pairs: np.ndarray, n_posts: int, n_terms: int) -> Any:
    from scipy import sparse

    ones = np.ones(len(pairs), dtype=np.int32)
    table = sparse.csc_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(n_posts, n_terms))
    table.sum_duplicates()
    table.data[:] = 1
    return table


def _kinds(names: list[str], number: np.ndarray, folded: list[str], counts: np.ndarray, lang: str) -> np.ndarray:
    """Tell function words (with verbs and what is no word), light words, adjectives and nouns apart."""
    light = stop_words(lang).light
    forms: list[dict[str, int]] = [{} for _ in names]
    for key, form, times in zip(number.tolist(), folded, counts.tolist(), strict=True):
        forms[key][form] = forms[key].get(form, 0) + times
    classes = {VERB: _FUNCTION, ADJECTIVE: _ADJECTIVE, NOUN: _NOUN}
    kinds = np.empty(len(names), dtype=np.int8)
    for i, name in enumerate(names):
        if name[0] == "\0" or (len(name) == 1 and not unspaced(name)):
            kinds[i] = _FUNCTION
        elif _NUMERAL.fullmatch(name) or not light.isdisjoint(forms[i]):
            kinds[i] = _LIGHT
        elif sum(forms[i].values()) > 1:
            kinds[i] = classes[word_class(forms[i], lang)]
        else:  # seen once: too little to tell, and too rare to matter
            kinds[i] = _NOUN
    return kinds


def _join(words: Sequence[str]) -> str:
    """Write words as one phrase, without spaces beside Chinese."""
    text = words[0]
    for word in words[1:]:
        text += word if unspaced(text[-1]) or unspaced(word[0]) else " " + word
    return text
