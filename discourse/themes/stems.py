"""Which words are forms of one another: тариф, тарифы, тарифов; қазақстан, қазақстанның; tariff, tariffs.

A key is for grouping and is never shown (see `discourse.themes.forms` for what is). Russian and English keys are
Snowball stems, Kazakh keys come from `discourse.themes.kazakh`, other languages keep their words as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from discourse.themes import kazakh

_SNOWBALL = {"en": "english", "ru": "russian"}
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_SHORT_I = re.compile("..+[аеоу]й")
_OWN = {"en": re.compile("[a-z'-]+"), "ru": re.compile("[а-я-]+")}


def keys(words: Iterable[str], lang: str) -> dict[str, str]:
    """Find the grouping key of each word of a corpus.

    Parameters
    ----------
    words
        The corpus's different words, folded (`discourse.themes.tokens.fold`). Kazakh keys, and Russian surnames,
        depend on which other words are there.
    lang
        The language (ISO 639-1).

    Returns
    -------
    dict
        Word to key. Words in another script than the language's are their own keys, as are words of up to three
        letters and the words that `fold` leaves in capitals.

    Notes
    -----
    Snowball (https://snowballstem.org) cuts endings by rule, without a dictionary. It keeps Russian words whose
    stem changes apart (день, дня) and sometimes joins English words that share a root (organ, organization). It
    takes the last letters of Лавров, Казахстан or состав for an ending, but not those of Лаврову, Казахстане or
    составе, and one letter too many of Китае; such words are brought back together here where the corpus attests both.

    Examples
    --------
    >>> keys(["тариф", "тарифов", "лавров", "лаврова"], "ru")
    {'тариф': 'тариф', 'тарифов': 'тариф', 'лавров': 'лавров', 'лаврова': 'лавров'}
    """
    vocabulary = list(words)
    if lang == "kk":
        return kazakh.keys(vocabulary)
    if lang not in _SNOWBALL:
        return {word: word for word in vocabulary}
    inflected = [word for word in vocabulary if len(word) > 3 and _OWN[lang].fullmatch(word)]
    found = dict(zip(inflected, _stemmer(lang).stemWords(inflected), strict=True))
    if lang == "ru":
        found |= _names(found)
    return {word: found.get(word, word) for word in vocabulary}


def _names(found: dict[str, str]) -> dict[str, str]:
    """Give back their last letters to Russian words that are the stem of their own other cases."""
    stems = set(found.values())
    whole: dict[str, str] = {}
    for word, stem in found.items():
        if word == stem or word not in stems or word[-1] not in _CONSONANTS:
            continue
        surname_cases = {word + "а", word + "у", word + "ым"}
        if word.endswith(("ов", "ев")) and surname_cases.isdisjoint(found):  # тарифов, beside тарифовый
            continue
        for ending in ("", "а", "у", "е", "ы", "ом", "ым"):
            if found.get(word + ending) == stem:
                whole[word + ending] = word
    for word in found:
        base = word[:-1]
        telling = ("я",) if word.endswith("ой") else ("я", "ю", "е")
        if _SHORT_I.fullmatch(word) and any(base + ending in found for ending in telling):  # Китай, музей, герой
            for ending in ("й", "я", "ю", "е", "ем", "и", "ев", "ям", "ями", "ях"):
                if base + ending in found:
                    whole[base + ending] = base
    return whole


@cache
def _stemmer(lang: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(_SNOWBALL[lang])
