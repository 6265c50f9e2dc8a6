"""Which words of posts are forms of a keyword: тарифов of тариф, Киеве of Киев.

In Russian and English this is decided word by word, so that a post has the same codes whatever stands in the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from discourse.themes import stems
from discourse.themes.tokens import fold

_CONSONANTS = "бвгджзклмнпрстфхцчшщ"
_AFTER_CONSONANT = ("а", "у", "е", "ы", "ом")
_OF_NAMES = (*_AFTER_CONSONANT, "ым")
_FOR_SHORT_I = ("я", "ю", "е", "ем", "и", "ев", "ям", "ями", "ях")


def keys(words: Iterable[str], keywords: Iterable[str], lang: str) -> dict[str, str]:
    """Find a key for each word; forms of one word have the same.

    Parameters
    ----------
    words : iterable of str
        The different words of the posts, folded (`discourse.themes.tokens.fold`).
    keywords : iterable of str
        The words of keywords, as written: the capital of a name matters in Russian.
    lang : str
        The language (ISO 639-1).

    Returns
    -------
    dict of str to str
        Key of each word, and of each keyword's words when folded.

    Notes
    -----
    The key is that of `discourse.themes.stems`, which takes the last letters of some Russian nouns for an ending
    (Киев, саммит, визит: виз, as of виза) until it sees another of their cases. So it is shown the cases of every
    keyword, made by rule: for nouns that end in a consonant or in ай, ей, уй, and for names in ов and ев. Kazakh
    endings are cut only where the posts or the keywords have the shorter word: there, the other posts do matter.

    Examples
    --------
    >>> found = keys(["визитами", "визой", "киеве"], ["визит", "Киев"], "ru")
    >>> found["визитами"] == found["визит"], found["визой"] == found["визит"], found["киеве"] == found["киев"]
    (True, False, True)
    """
    if lang == "kk":
        return stems.keys(sorted({*words, *map(fold, keywords)}), lang)
    shown = {form for keyword in keywords for form in (_cases(keyword) if lang == "ru" else (fold(keyword),))}
    known = stems.keys(sorted(shown), lang)
    return {word: stems.keys([word], lang)[word] for word in words if word not in known} | known


def beginning(key: str, lang: str) -> str:
    """Return letters that every word of a key begins with; none where that can't be told from the key.

    Russian stems are what is left of a word; of English ones the last letters may be others (countries: countri,
    hoping: hope, flexibility: flexibl).

    Examples
    --------
    >>> beginning("визит", "ru"), beginning("countri", "en"), beginning("кітап", "kk")
    ('визит', 'countr', '')
    """
    if lang == "ru":
        return key
    return key.rstrip("iely") if lang == "en" else ""


def _cases(keyword: str) -> Iterator[str]:
    """Yield a Russian noun and those of its cases that tell where its ending begins."""
    word = fold(keyword)
    yield word
    if word.endswith(("ов", "ев")):  # without a capital rather a plural: послов
        yield from (word + ending for ending in _OF_NAMES if keyword[0].isupper())
    elif word[-1] in _CONSONANTS:
        yield from (word + ending for ending in _AFTER_CONSONANT)
    elif word.endswith(("ай", "ей", "уй")):
        yield from (word[:-1] + ending for ending in _FOR_SHORT_I)
