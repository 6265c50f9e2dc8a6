"""The words and phrases of one language's posts: which posts hold which, and how each is shown.

Posts become one long row of word numbers; `discourse.themes.phrases` finds the phrases in it.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from discourse.themes import kazakh, wordclass
from discourse.themes.forms import reading_form
from discourse.themes.nominative import nominative
from discourse.themes.phrases import ADJECTIVE, FUNCTION, LIGHT, NOUN, Tally, grow
from discourse.themes.stems import keys
from discourse.themes.tokens import END, LISTED, PAUSE, fold, marked, stop_words, unspaced

LONGEST_READ = 4_000
"""Characters of a post that are read for its words; a post's subject shows in its first pages."""

LONE_ADJECTIVE = 0.03
"""What a term without a noun is worth: российский says less than what is Russian."""

_COMMON, _COMMON_FROM = 0.3, 50  # without a stop list: document rate of a stop word, and posts that tell it
_SHORT_COMMON = 0.03  # the same for words of up to three letters
_NUMERAL = regex.compile("[一二三四五六七八九十百千万亿两零〇第几数多余半年月日个]+")


@dataclass(frozen=True)
class Terms:
    """Words and phrases of posts in one language.

    Attributes
    ----------
    lang
        The language.
    incidence
        (n posts, n terms) `scipy.sparse.csr_array` of ones: the post holds the term.
    words
        For each term, the keys of its words in order.
    parts
        For each term, the keys of its content words: terms that share one speak of the same thing.
    weight
        (n terms,) 1, or `LONE_ADJECTIVE` for a term without a noun.
    places, first
        Where the terms stand in the row: those of term t are ``places[first[t] : first[t + 1]]``.
    row, initial, surfaces
        The row of posts: number of the surface at each place (-1 is a border), whether it begins a sentence,
        and the surfaces.
    forms
        For each key, its attested words, folded, with how often each occurs.
    """

    lang: str
    incidence: Any
    words: list[tuple[str, ...]]
    parts: list[tuple[str, ...]]
    weight: np.ndarray
    places: np.ndarray
    first: np.ndarray
    row: np.ndarray
    initial: np.ndarray
    surfaces: list[str]
    forms: dict[str, dict[str, int]]

    def readable(self, chosen: Sequence[int]) -> list[str]:
        """Show terms as the corpus writes them: with its capitals, in a form that a person would use."""
        found = {term: self._readable(term) for term in set(chosen)}
        return [found[term] for term in chosen]

    def _readable(self, term: int) -> str:
        words = self.words[term]
        at = self.places[self.first[term] : self.first[term + 1]]
        seen = np.column_stack([self.initial[at], *(self.row[at + step] for step in range(len(words)))])
        forms: Counter[str] = Counter()
        spellings: dict[str, Counter[tuple[bool, str]]] = defaultdict(Counter)
        for (initial, *numbers), times in Counter(map(tuple, seen.tolist())).items():
            written = [self.surfaces[number] for number in numbers]
            form = " ".join(map(fold, written))
            forms[form] += times
            spellings[form][not initial, " ".join(written)] += times
        form = reading_form(forms, self.lang, stem=words[0])
        # A capital that only begins a sentence tells nothing: spellings inside sentences go first.
        ranked = sorted(spellings[form].items(), key=lambda item: (-item[0][0], -item[1], item[0][1]))
        written = ranked[0][0][1].split(" ")
        if self.lang == "ru":
            written = nominative(written, words, self.forms)
        elif self.lang == "kk":
            written[-1] = kazakh.without_case(written[-1], words[-1])
        return _join(written)


def count(messages: Sequence[str], lang: str, *, cut: Sequence[bool] | None = None) -> Terms:
    """Find the words and phrases of posts that are all in one language.

    Parameters
    ----------
    messages
        The posts' texts; of each, the first `LONGEST_READ` characters are read.
    lang
        Their language (ISO 639-1).
    cut
        Whether each post ends within a word (`discourse.themes.cut.cut_short`), which then counts for none.

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
    >>> sorted(terms.readable(range(len(terms.words))))
    ['peace', 'trade', 'trade war', 'war']
    """
    surfaces, row, post, initial = laid_out(messages, lang, cut or [False] * len(messages))
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
    forms = _forms(key_names, number[:-1], folded, np.bincount(row[row >= 0], minlength=len(surfaces)))
    kind = _kinds(forms, lang)
    links = np.array([name[0] == "\0" and name[1:] in stop.link for name in key_names], dtype=bool)
    key = number[row]
    n_posts, n_keys = len(messages), len(names)

    first_of = dict(zip(reversed(messages), range(n_posts - 1, -1, -1), strict=True))
    is_first = np.zeros(n_posts, dtype=bool)
    is_first[list(first_of.values())] = True
    least = 1 if n_posts < 10 else 2
    least_phrase = 2 if n_posts < 100 else 3
    tally = Tally(post, is_first, n_posts)

    held = tally.documents(key, n_keys, everywhere=True)
    if lang not in LISTED and n_posts >= _COMMON_FROM:
        brief = np.array([len(name) <= 3 and not unspaced(name) for name in key_names])
        common = (held > _COMMON * n_posts) | (brief & (held > _SHORT_COMMON * n_posts))
        kind[common], links[common] = FUNCTION, True

    grams, starts, valid = grow(key, kind, links, tally, least_phrase)
    letters = np.array([len(name) for name in key_names])
    valid[1] = (kind >= ADJECTIVE) & (letters > 1) & (held >= least)

    words: list[tuple[str, ...]] = []
    parts: list[tuple[str, ...]] = []
    weights: list[float] = []
    places, terms = [], []
    for length, good in valid.items():
        ids = np.flatnonzero(good)
        renumber = np.full(len(good) + 1, -1)
        renumber[ids] = len(words) + np.arange(len(ids))
        term = renumber[grams[length]]
        places.append(np.flatnonzero(term >= 0))
        terms.append(term[places[-1]])
        for at in starts[length][ids].tolist():
            here = key[at : at + length].tolist()
            words.append(tuple(key_names[word] for word in here))
            parts.append(tuple(key_names[word] for word in here if kind[word] >= ADJECTIVE))
            weights.append(1.0 if NOUN in kind[here] else LONE_ADJECTIVE)
    place, term = np.concatenate(places), np.concatenate(terms)  # each length's places ascend
    order = np.argsort(term, kind="stable")
    return Terms(
        lang=lang,
        incidence=_incidence(post[place], term, n_posts, len(words)),
        words=words,
        parts=parts,
        weight=np.array(weights),
        places=place[order],
        first=np.concatenate([[0], np.cumsum(np.bincount(term, minlength=len(words)))]),
        row=row,
        initial=initial,
        surfaces=surfaces,
        forms=forms,
    )


def laid_out(
    messages: Sequence[str], lang: str, cut: Sequence[bool]
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Lay the words of posts in one language out in one row.

    Returns
    -------
    surfaces : list of str
        The different words, as written.
    row : numpy.ndarray, shape (places,), int64
        The number of the word at each place; -1 where punctuation stands, or a post ends.
    post : numpy.ndarray, shape (places,), int64
        The post that each place belongs to.
    initial : numpy.ndarray, shape (places,), bool
        Whether it begins a sentence, where a capital tells nothing.
    """
    index: defaultdict[str, int] = defaultdict(lambda: len(index))
    pause, end = index[PAUSE], index[END]
    row, lengths = array("q"), []
    for message, ends_within in zip(messages, cut, strict=True):
        pieces = marked(message[:LONGEST_READ], lang)
        if pieces and (ends_within or len(message) > LONGEST_READ):
            pieces.pop()
        row.extend([index[piece] for piece in pieces])
        row.append(end)
        lengths.append(len(pieces) + 1)
    places = np.frombuffer(row, dtype=np.int64) if row else np.empty(0, dtype=np.int64)
    post = np.repeat(np.arange(len(lengths)), lengths)
    told = np.flatnonzero(places != pause)
    initial = np.zeros(len(places), dtype=bool)
    initial[told[:1]] = True
    initial[told[1:]] = places[told[:-1]] == end
    surfaces = [piece.removesuffix("'s").removesuffix("’s") or piece for piece in index][2:]
    return surfaces, np.maximum(places - 2, -1), post, initial


def _incidence(post: np.ndarray, term: np.ndarray, n_posts: int, n_terms: int) -> Any:
    from scipy import sparse

    table = sparse.coo_array((np.ones(len(post), dtype=np.int32), (post, term)), shape=(n_posts, n_terms)).tocsr()
    table.data[:] = 1
    return table


def _forms(names: list[str], number: np.ndarray, folded: list[str], counts: np.ndarray) -> dict[str, dict[str, int]]:
    """Count the folded words of each key."""
    forms: dict[str, dict[str, int]] = {name: {} for name in names}
    for key, form, times in zip(number.tolist(), folded, counts.tolist(), strict=True):
        of_key = forms[names[key]]
        of_key[form] = of_key.get(form, 0) + times
    return forms


def _kinds(forms: dict[str, dict[str, int]], lang: str) -> np.ndarray:
    """Tell function words (with verbs and what is no word), light words, adjectives and nouns apart."""
    light = stop_words(lang).light
    classes = {wordclass.VERB: FUNCTION, wordclass.ADJECTIVE: ADJECTIVE, wordclass.NOUN: NOUN}
    kinds = np.empty(len(forms), dtype=np.int8)
    for i, (name, words) in enumerate(forms.items()):
        if name[0] == "\0" or (len(name) == 1 and not unspaced(name)):
            kinds[i] = FUNCTION
        elif _NUMERAL.fullmatch(name) or not light.isdisjoint(words):
            kinds[i] = LIGHT
        elif sum(words.values()) > 1:
            kinds[i] = classes[wordclass.word_class(words, lang)]
        else:  # seen once: too little to tell, and too rare to matter
            kinds[i] = NOUN
    return kinds


def _join(words: Sequence[str]) -> str:
    """Write words as one phrase, without spaces beside Chinese."""
    text = words[0]
    for word in words[1:]:
        text += word if unspaced(text[-1]) or unspaced(word[0]) else " " + word
    return text
