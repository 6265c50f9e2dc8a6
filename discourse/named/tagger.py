"""Codes by keyword: every post gets the codes whose words it holds, in any form of theirs."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from discourse.named import wordforms
from discourse.named.codebook import ANY, Codebook
from discourse.themes.tokens import fold, marked, spelled, unspaced

COLUMNS = {"row": "int64", "scheme": "str", "label": "str", "hits": "int64", "keywords": "str"}


@dataclass(frozen=True)
class _Phrase:
    """Words that must follow each other: keys of words, or beginnings of words (with a star)."""

    elements: tuple[str, ...]
    code: int
    keyword: str


def tag(texts: Sequence[str], langs: Sequence[str], codebook: Codebook) -> pd.DataFrame:
    """Find the codes of each text by their keywords.

    Parameters
    ----------
    texts : sequence of str, length n
    langs : sequence of str, length n
        Languages of each text, parted by semicolons (``ru;kk``); the keywords of these are looked for.
    codebook : Codebook

    Returns
    -------
    pandas.DataFrame
        One row a text and code that it holds: ``row`` (0 to n - 1), ``scheme``, ``label``, ``hits`` (times that a
        keyword occurs, 1 or more) and ``keywords`` (those found, by alphabet, parted by semicolons), in the order of
        the texts and of the codebook. In a scheme of which a post gets one code at most, the code with the most
        hits; of several the one that the codebook has first.

    Notes
    -----
    Russian and English words match by their Snowball stems, Kazakh words by what is left without the endings of
    nouns (`discourse.named.wordforms`), other words as they are; case and the dots of ё don't matter. The words of a
    phrase follow each other with nothing between them. Keywords in a script without spaces are looked for as they
    stand, wherever a word may begin or end. A keyword of several languages of a post counts once where it stands.

    Examples
    --------
    >>> from discourse.named.codebook import Code, Scheme
    >>> codes = (Code("tariffs", "Duties on goods.", {"en": ("tariff", "customs dut*")}),)
    >>> book = Codebook("small", "", (Scheme("tags", "", False, codes),))
    >>> tag(["New tariffs, higher customs duties."], ["en"], book).to_dict("records")
    [{'row': 0, 'scheme': 'tags', 'label': 'tariffs', 'hits': 2, 'keywords': 'customs dut*; tariff'}]
    """
    codes = [(scheme, code) for scheme in codebook.schemes for code in scheme.codes]
    hits: dict[tuple[int, int], Counter[str]] = {}
    spoken = [set(lang.split(";")) for lang in langs]
    for lang in sorted({lang for _, code in codes for lang in code.keywords}):
        keywords = [(word, number) for number, (_, code) in enumerate(codes) for word in code.keywords.get(lang, ())]
        rows = [row for row, known in enumerate(spoken) if lang in known]
        here: dict[tuple[int, int], Counter[str]] = {}
        for row, number, keyword in _found([texts[row] for row in rows], lang, keywords):
            here.setdefault((rows[row], number), Counter())[keyword] += 1
        for place, words in here.items():
            hits[place] = hits.get(place, Counter()) | words  # the larger number of each: what one language found
    best: dict[tuple[int, str], int] = {}
    for row, number in sorted(hits):
        scheme = codes[number][0]
        if scheme.single:
            leader = best.setdefault((row, scheme.name), number)
            if hits[row, number].total() > hits[row, leader].total():
                best[row, scheme.name] = number
    found = [
        (row, codes[number][0].name, codes[number][1].name, words.total(), "; ".join(sorted(words)))
        for (row, number), words in sorted(hits.items())
        if best.get((row, codes[number][0].name), number) == number
    ]
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)


def _found(texts: Sequence[str], lang: str, keywords: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield text, code and keyword for every occurrence."""
    whole = [(_plain(word), number, word) for word, number in keywords if unspaced(word)]
    spaced = [(word, number) for word, number in keywords if not unspaced(word)]
    if whole:
        for row, text in enumerate(map(_plain, texts)):
            for plain, number, word in whole:
                for _ in range(text.count(plain)):
                    yield row, number, word
    if not spaced:
        return
    rows = _worth_cutting(texts, lang, [word for word, _ in spaced])
    cut = [marked(texts[row], lang) for row in rows]
    folded = {word: fold(word) for word in {word for words in cut for word in words}}
    tokens = [[folded[word] for word in words] for words in cut]
    vocabulary = set(folded.values())
    whole_words = {part for word, _ in spaced for part in word.split() if not part.endswith(ANY)}
    key = wordforms.keys(vocabulary, whole_words, lang)
    begins: dict[str, list[_Phrase]] = {}
    for keyword, number in spaced:
        parts = [(fold(part.removesuffix(ANY)), part.endswith(ANY)) for part in keyword.split()]
        elements = tuple(word + ANY if starred else key[word] for word, starred in parts)
        begins.setdefault(elements[0], []).append(_Phrase(elements, number, keyword))
    wanted = {element for starting in begins.values() for phrase in starting for element in phrase.elements}
    meant = {word: _meant(word, key, wanted) for word in vocabulary}
    for row, words in zip(rows, tokens, strict=True):
        for place, word in enumerate(words):
            for element in meant[word]:
                for phrase in begins.get(element, ()):
                    following = words[place : place + len(phrase.elements)]
                    if len(following) == len(phrase.elements) and all(
                        part in meant[other] for part, other in zip(phrase.elements, following, strict=True)
                    ):
                        yield row, phrase.code, phrase.keyword


def _worth_cutting(texts: Sequence[str], lang: str, keywords: Sequence[str]) -> Sequence[int]:
    """List the texts in which a keyword may begin: looking for letters is twenty times as quick as cutting words."""
    firsts = [word.split()[0] for word in keywords]
    known = wordforms.keys((), [first for first in firsts if not first.endswith(ANY)], lang)
    begins = {
        fold(first.removesuffix(ANY)) if first.endswith(ANY) else wordforms.beginning(known[fold(first)], lang)
        for first in firsts
    }
    if not all(begins):
        return range(len(texts))
    sought = sorted(begin.casefold() for begin in begins)
    return [row for row, text in enumerate(map(spelled, texts)) if any(begin in text for begin in sought)]


def _meant(word: str, key: Mapping[str, str], wanted: set[str]) -> tuple[str, ...]:
    """List what a word may stand for among the parts of keywords."""
    found = [word[:end] + ANY for end in range(1, len(word) + 1) if word[:end] + ANY in wanted]
    return (*found, key[word]) if key[word] in wanted else tuple(found)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
