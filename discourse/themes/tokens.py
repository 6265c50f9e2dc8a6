"""The one tokenizer of the package: text to words, by script and language.

Words are returned as written (normalised, case kept): `fold` gives the form in which two spellings of a word are
the same, `discourse.themes.stems.keys` the form in which its endings are. What is not language (addresses,
handles, mark-up) gives no words, nor do bare numbers, dates and years.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import regex

PAUSE = ","
"""Stands in `marked` where punctuation parts two words: a phrase does not cross it."""

END = "."
"""Stands in `marked` where a sentence ends: a capital after it says nothing about the word."""

LISTED = ("en", "kk", "ru", "zh")
"""The languages whose stop words are listed."""

_UNSPACED = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}"
    r"\p{Script=Myanmar}"
)
_RUN = regex.compile(rf"[{_UNSPACED}]+")
_NOT_HAN = regex.compile(r"[^\p{Script=Han}々]")
_DROPPED = regex.compile(r"[№\u00ad\u0640\u064b-\u065f\u0670\u200b\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff]")
_TOP_LEVEL = "com|org|net|info|ru|kz|cn|ly|co|me|uk|eu|gov|edu"
_HINT = regex.compile(rf"://|www\.|[@&]|\.(?:{_TOP_LEVEL})\b")
_ADDRESS = regex.compile(
    rf"""
    https?://\S+ | www\.\S+ | (?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.]+ | @\w+ | &(?:\w+|\#\d+);
  | (?<![\w.-])[\w-]++(?:\.[\w-]+)*\.(?:{_TOP_LEVEL})\b(?:/\S*)?
    """,
    regex.VERBOSE,
)
_PIECE = regex.compile(
    rf"""
    (?P<run>[{_UNSPACED}]+)
  | (?P<word>(?:\p{{Lu}}\.){{2,}}
           | \p{{L}}[\p{{L}}\p{{M}}\p{{N}}\u200c]*(?:['’ʼ‐‑-][\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}]*)*
           | \p{{N}}{{1,2}}\p{{Lu}}{{1,3}}(?![\p{{L}}\p{{N}}]))
  | (?P<end>[.!?。\n\r]+)
  | (?P<pause>\p{{N}}[\p{{L}}\p{{M}}\p{{N}}]*(?:[-.,:/'’]\p{{N}}*[\p{{L}}\p{{M}}\p{{N}}]+)* | [^\s_\#])
    """,
    regex.VERBOSE,
)


def marked(text: str, lang: str) -> list[str]:
    """Words of a text in order, with `PAUSE` and `END` where punctuation stands between them.

    Parameters
    ----------
    text
        One post.
    lang
        Its language (ISO 639-1); it decides only how a run of Han characters is cut.

    Returns
    -------
    list of str
        Words as written and marks. Unicode compatibility forms are normalised (NFKC); soft hyphens, Arabic
        vowel signs and the tatweel are taken out. A text written wholly in capitals comes back in lower case,
        since its capitals tell nothing.

    Examples
    --------
    >>> marked("On 5 May, the U.S. left: COVID-19!", "en")
    ['On', ',', 'May', ',', 'the', 'U.S.', 'left', ',', 'COVID-19', '.']
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
        text = _RUN.sub(r" \g<0> ", text)
    if _HINT.search(text):
        text = _ADDRESS.sub(" | ", text)
    pieces: list[str] = []
    for run, word, end, _ in _PIECE.findall(text):
        if word:
            pieces.append(word)
        elif run:
            pieces.extend(_cut(run, lang))
        else:
            pieces.append(END if end else PAUSE)
    words = [piece for piece in pieces if piece[0] not in ",."]
    if len(words) > 2 and 2 * sum(map(str.isupper, words)) > len(words):
        return [piece.lower() for piece in pieces]
    return pieces


def tokenize(text: str, lang: str) -> list[str]:
    """Words of a text, in order, as written.

    Scripts that part words by spaces (Latin, Cyrillic, Arabic, Hangul...) give maximal runs of letters, marks
    and digits that begin with a letter, joined over inner hyphens and apostrophes: `торгово-экономический`,
    `COVID-19`, `G20`; `5G` counts as a word, `2022` and `10th` do not. Chinese is segmented by jieba's
    dictionary (rjieba). Japanese, Thai, Lao, Khmer and Burmese have no segmenter here: they give overlapping
    pairs of characters, which serve counting but don't read as words.

    Parameters
    ----------
    text
        One post.
    lang
        Its language (ISO 639-1).

    Returns
    -------
    list of str
        Words, stop words among them.

    Examples
    --------
    >>> tokenize("Торгово-экономическое сотрудничество в 2024 году", "ru")
    ['Торгово-экономическое', 'сотрудничество', 'в', 'году']
    >>> tokenize("中国外交部发言人", "zh")
    ['中国外交部', '发言人']
    """
    return [piece for piece in marked(text, lang) if piece[0] not in ",."]


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return the form in which spellings of one word are the same: no case, no possessive 's, no dots, е for ё.

    `US` and `WHO` in capitals keep them: in lower case they are other words.

    Examples
    --------
    >>> fold("China’s"), fold("U.S."), fold("Шёлковый")
    ('china', 'US', 'шелковый')
    """
    word = word.replace(".", "").replace("’", "'").replace("ʼ", "'").replace("‑", "-").replace("‐", "-")
    if word in ("US", "WHO"):
        return word
    word = word.casefold().replace("ё", "е")
    if word.endswith("'s"):
        word = word[:-2]
    return word.translate(_ARABIC)


def spelled(text: str) -> str:
    """Return a text as `fold` spells its words, all in lower case: what holds no beginning of a word has no such word.

    Examples
    --------
    >>> spelled("China’s Шёлковый путь, U.S.")
    "china's шелковый путь, us"
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
    for sign, plain in ((".", ""), ("’", "'"), ("ʼ", "'"), ("‑", "-"), ("‐", "-")):
        text = text.replace(sign, plain)
    return text.casefold().replace("ё", "е")


@dataclass(frozen=True)
class StopWords:
    """Folded words that say nothing of a theme.

    Attributes
    ----------
    function
        Words that are no label, nor begin or end one: `the`, `для`, `және`, `的`. They part
        phrases, except for those in `link`.
    link
        Function words that may stand inside a phrase: `of`, `по`, `и`, `和`.
    light
        Words that are no label alone but may stand in a phrase: `year`, `вопрос`, `мәселе`, `问题`.
    """

    function: frozenset[str]
    link: frozenset[str]
    light: frozenset[str]


@cache
def stop_words(lang: str) -> StopWords:
    """Read the stop words of a language: none for a language without a list (see `LISTED`)."""
    if lang not in LISTED:
        return StopWords(frozenset(), frozenset(), frozenset())
    parts: dict[str, set[str]] = {"function": set(), "link": set(), "light": set()}
    part = "function"
    listing = Path(__file__).with_name("words") / f"stop_{lang}.txt"
    for line in listing.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            part = line.strip("[] ")
        elif not line.startswith("#"):
            parts[part].update(map(fold, line.split()))
    function = frozenset(parts["function"] | parts["link"])
    return StopWords(function, frozenset(parts["link"]), frozenset(parts["light"] - function))


def unspaced(text: str) -> bool:
    """Tell whether a text is written in a script without spaces between words."""
    return _RUN.search(text) is not None


def _cut(run: str, lang: str) -> list[str]:
    """Cut a run of letters written without spaces."""
    if lang != "ja" and not _NOT_HAN.search(run):
        words: list[str] = _segmenter()(run)
        return words
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@cache
def _segmenter() -> Callable[[str], list[str]]:
    import rjieba

    return rjieba.cut


_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"})
