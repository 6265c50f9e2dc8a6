"""The language of every post: offline, an open set, with posts in two languages marked.

A post is read script by script. Han, kana and hangul name their language themselves; for all other letters the
naive Bayes models of py3langid vote (see :mod:`discourse.posts.identify`), and in Cyrillic each language answers
for the letters its alphabet does not have, which is what tells Kazakh, Russian, Kyrgyz, Tatar or Ukrainian apart
where a short text leaves the models in doubt.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from discourse.posts import identify
from discourse.posts.marks import ADDRESS, LINK, MENTION

OTHER = "other"
UNDETERMINED = "und"

_BATCH = 2_048  # posts in hand at a time
_READ = 600  # characters read of one script in one post: start, middle and end of longer ones
_CONFIDENCE = 0.45  # below it the language is "other" ...
_HOME_CONFIDENCE = 0.25  # ... except for the languages of _HOME, where corpora of this kind come from
_FOREIGN_LETTERS = 0.04  # more letters than this outside the winner's own alphabet: "other"
_LETTER_PENALTY = 4.0  # nats a language pays for each letter (up to a few) that it does not write
_HOME = {"en": 6.0, "kk": 3.0, "ru": 6.0}  # nats ahead: where a short text fits both, it is rather one of these

_MIXED_SHARE = 0.20  # least share of a second language ...
_MIXED_AMOUNT = 25  # ... and least amount of it, in letters of an alphabet
_UNIT_LETTERS = 20  # shorter sentences can't name their language on their own
_UNIT_CONFIDENCE = 0.85  # a sentence is taken for another language than its post only when this sure

_NONE, _LATIN, _CYRILLIC, _HAN, _KANA, _HANGUL, _ARABIC, _REST = range(8)
# letters of an alphabet that a sign is worth: parallel news has 3.3 English letters a Chinese character
_WORTH = np.array([0, 1, 1, 3, 2, 3, 1, 1])

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ALPHABETS = {
    "ru": _RUSSIAN,
    "kk": _RUSSIAN + "әғқңөұүһі",
    "ky": _RUSSIAN + "ңөү",
    "tt": _RUSSIAN + "әөүҗңһ",
    "ba": _RUSSIAN + "ғҙҡңөҫүһә",
    "mn": _RUSSIAN + "өү",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    "uz": "абвгғдеёжзийкқлмнопрстуўфхҳцчшъьэюя",
}
_ARABIC_SCRIPT = frozenset({"ar", "fa", "ur", "ps", "ug", "ku"})

_UNIT_END = re.compile(  # not after one or two letters: initials and abbreviations end no sentence
    r"[\n.!?…؟۔ ](?:(?<=\n)\n*+|(?<=[.!?…؟۔])(?<!\b\w.)(?<!\b\w\w.)[.!?…؟۔]*+\s++|(?<=[ ])[/|•]\s)"
)
_ASIDE = re.compile(r"\([^()\n]{1,120}\)|（[^（）\n]{1,120}）|«[^«»\n]{1,120}»|“[^“”\n]{1,120}”|\"[^\"\n]{1,120}\"")
_CAPITALS = re.compile("[A-ZÀ-ÖØ-ÞЀ-ЯӘҒҚҢӨҰҮҺ]{4,}")  # the models know words as they stand in running text
_ENDS = " \n.!?…؟۔'’-/|•"  # signs that part words and sentences; all others tell nothing about the language


@dataclass(frozen=True)
class _Part:
    """The letters of one script in one post, ready to be identified."""

    post: int
    script: int
    amount: float  # in letters of an alphabet
    text: str


def detect(texts: Sequence[str]) -> pd.DataFrame:
    """Name the language of each post.

    Parameters
    ----------
    texts
        n posts as given; links, e-mail addresses and @handles in them are not taken as evidence.

    Returns
    -------
    pandas.DataFrame
        n rows in the order given. ``lang``: ISO 639-1 code of the main language, "other" for a language that
        is not known or not certain, "und" where there are no letters. ``langs``: the codes of a post in two
        or more languages, joined by ";", the one with most letters first; else the same as ``lang``. A second
        language counts from a fifth of the letters and 25 letters on (8 Chinese characters), so that names,
        brands, quoted words and hashtags don't make a post mixed.

    Notes
    -----
    Chinese in simplified and traditional characters is "zh". Equal texts get equal answers, whatever stands
    around them. Of very long posts the beginning, the middle and the end are read.

    Examples
    --------
    >>> detect(["Үкімет жаңа бағдарламаны бекітті", "政府批准了新方案", "👍 2024"])["lang"].tolist()
    ['kk', 'zh', 'und']
    """
    codes, unique = pd.factorize(np.asarray(texts, dtype=object), use_na_sentinel=False)
    answers: dict[str, int] = {}
    answer_of = np.empty(len(unique), dtype=np.int32)
    for start in range(0, len(unique), _BATCH):
        found = _detect([str(text) for text in unique[start : start + _BATCH]])
        answer_of[start : start + len(found)] = [answers.setdefault(langs, len(answers)) for langs in found]
    langs = np.array(list(answers), dtype=object)
    lang = np.array([several.partition(";")[0] for several in answers], dtype=object)
    answer_of = answer_of[codes]
    return pd.DataFrame(
        {"lang": pd.Series(lang[answer_of], dtype="str"), "langs": pd.Series(langs[answer_of], dtype="str")}
    )


def _detect(texts: list[str]) -> list[str]:
    cleaned = [_clean(text) for text in texts]
    parts = list(_parts(cleaned))
    found: list[dict[str, float]] = [{} for _ in texts]
    total = np.zeros(len(texts))
    for part, amounts in zip(parts, _identify(parts), strict=True):
        total[part.post] += part.amount
        for lang, amount in amounts.items():
            found[part.post][lang] = found[part.post].get(lang, 0.0) + amount
    return [_verdict(amounts, all_) for amounts, all_ in zip(found, total, strict=True)]


def _verdict(amounts: dict[str, float], total: float) -> str:
    if total == 0:
        return UNDETERMINED
    known = sorted(((-amount, lang) for lang, amount in amounts.items() if lang != OTHER))
    if not known or -known[0][0] < _MIXED_SHARE * total:
        return OTHER
    enough = max(_MIXED_SHARE * total, _MIXED_AMOUNT)
    return ";".join([known[0][1], *(lang for amount, lang in known[1:] if -amount >= enough)])


def _clean(text: str) -> str:
    """Take out what is no evidence: links, addresses and handles; a hashtag's words stay."""
    if "&" in text:
        text = html.unescape(text)
    if "/" in text or "www." in text:
        text = LINK.sub(" ", text)
    if "@" in text:
        text = MENTION.sub(" ", ADDRESS.sub(" ", text))
    text = unicodedata.normalize("NFKC", text)
    return _CAPITALS.sub(lambda word: word[0].lower(), text)


@cache
def _script_of() -> np.ndarray:
    """Script class of every code point; letters outside the named scripts are _REST."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for point in range(0x10000):
        if unicodedata.category(chr(point))[0] == "L":
            table[point] = _REST
    letters = table > 0
    for script, ranges in {
        _LATIN: [(0x41, 0x24F), (0x250, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF)],
        _CYRILLIC: [(0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)],
        _HAN: [(0x3005, 0x3007), (0x3400, 0x9FFF), (0xF900, 0xFAFF)],
        _KANA: [(0x3041, 0x30FF), (0x31F0, 0x31FF)],
        _HANGUL: [(0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7FF)],
        _ARABIC: [(0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)],
    }.items():
        for first, last in ranges:
            table[first : last + 1][letters[first : last + 1]] = script
    table[0x20000:0x40000] = _HAN
    table[0x30FC] = _KANA
    return table


@cache
def _says_nothing() -> np.ndarray:
    """Mark the code points that are neither letters, nor marks on letters, nor ends of words and sentences."""
    table = _script_of() == _NONE
    for point in range(0x10000):
        if unicodedata.category(chr(point))[0] == "M":
            table[point] = False
    table[[ord(sign) for sign in _ENDS]] = False
    return table


def _points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _text(points: np.ndarray) -> str:
    return points.tobytes().decode("utf-32-le", "replace")


def _parts(texts: list[str]) -> Iterator[_Part]:
    points, starts, ends, amounts = _counted(texts)
    mixed = np.flatnonzero(_shares(amounts).sum(axis=1) > 1)
    if len(mixed):  # what is quoted or in brackets, names above all, does not decide on a post's language
        shorter = list(texts)
        for post in mixed:
            outside = _ASIDE.sub(" ", texts[post])
            if sum(map(str.isalpha, outside)) >= _MIXED_AMOUNT / _WORTH.max():
                shorter[post] = outside
        texts = shorter
        points, starts, ends, amounts = _counted(texts)
    kinds = _script_of()[points]
    post_of = np.repeat(np.arange(len(texts)), ends - starts)
    main = amounts.argmax(axis=1)
    others = (kinds != _NONE) & (kinds != main.astype(np.uint8)[post_of])
    spelled = _text(np.where(_says_nothing()[points] | others, np.uint32(32), points))
    for post, script in zip(*np.nonzero(_shares(amounts)), strict=True):
        if script == main[post]:
            amount, text = float(amounts[post, script]), spelled[starts[post] : ends[post]]
        else:
            amount, text = _beside(texts[post], int(script))
        yield _Part(int(post), int(script), amount, _sample(text))


def _counted(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Code points of all texts in a row, where each text begins and ends, and its amounts by script."""
    points = _points("".join(texts))
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    post_of = np.repeat(np.arange(len(texts)), lengths)
    counts = np.bincount(post_of * 8 + _script_of()[points], minlength=8 * len(texts)).reshape(-1, 8)
    return points, ends - lengths, ends, _amounts(counts)


def _shares(amounts: np.ndarray) -> np.ndarray:
    """Mark the scripts that make up enough of a post to be looked at."""
    return (amounts > 0) & (amounts >= _MIXED_SHARE * amounts.sum(axis=1, keepdims=True))


def _beside(text: str, script: int) -> tuple[float, str]:
    """Amount and words of a script that is not the main one of its post.

    Only the longest unbroken run counts: names dropped here and there don't add up to a second language.
    """
    points = _points(text)
    kinds = _script_of()[points]
    others = (kinds != _NONE) & (kinds != script)
    if script in (_HAN, _KANA):
        others &= (kinds != _HAN) & (kinds != _KANA)
    amount = float(np.bincount(np.cumsum(others), weights=_WORTH[kinds] * ~others).max(initial=0))
    return amount, _text(np.where(_says_nothing()[points] | others, np.uint32(32), points))


def _amounts(counts: np.ndarray) -> np.ndarray:
    """Weigh counts of letters by script, (n, 8); Han and kana go to whichever of zh and ja they make up."""
    amounts = counts * _WORTH
    signs = amounts[:, _HAN] + amounts[:, _KANA]
    japanese = counts[:, _KANA] > 0.1 * (counts[:, _KANA] + counts[:, _HAN])
    amounts[:, _KANA] = np.where(japanese, signs, 0)
    amounts[:, _HAN] = np.where(japanese, 0, signs)
    return amounts


def _sample(text: str) -> str:
    if len(text) <= _READ:
        return text
    third, middle = _READ // 3, len(text) // 2
    return "\n".join((text[:third], text[middle - third // 2 : middle + third // 2], text[-third:]))


def _identify(parts: list[_Part]) -> list[dict[str, float]]:
    """Share out each part's amount of letters among languages."""
    answers: list[dict[str, float]] = [{} for _ in parts]
    by_sign = {_HAN: "zh", _KANA: "ja", _HANGUL: "ko"}
    spelled = []
    for i, part in enumerate(parts):
        if part.script in by_sign:
            answers[i] = {by_sign[part.script]: part.amount}
        else:
            spelled.append(i)
    if not spelled:
        return answers
    whole, _ = _vote([parts[i].text for i in spelled], [parts[i].script for i in spelled])
    units = [(i, n, unit) for n, i in enumerate(spelled) for unit in _units(parts[i])]
    if units:
        voted, sure = _vote([unit for _, _, unit in units], [parts[i].script for i, _, _ in units])
    for n, i in enumerate(spelled):
        answers[i] = {whole[n]: parts[i].amount}
    changed: dict[int, dict[str, float]] = {}
    for (_, n, unit), lang, confidence in zip(units, voted if units else [], sure if units else [], strict=True):
        if lang in (whole[n], OTHER) or confidence < _UNIT_CONFIDENCE:
            lang = whole[n]
        share = changed.setdefault(n, {})
        share[lang] = share.get(lang, 0.0) + len(unit)
    for n, shares in changed.items():
        part, scale = parts[spelled[n]], sum(shares.values())
        answers[spelled[n]] = {lang: part.amount * size / scale for lang, size in shares.items()}
    return answers


def _units(part: _Part) -> list[str]:
    """Sentences and lines long enough to name a language, the shorter ones with the one before."""
    if part.amount < 2 * _MIXED_AMOUNT:
        return []
    units: list[str] = []
    for unit in _UNIT_END.split(part.text):
        if units and (len(unit) < _UNIT_LETTERS or len(units[-1]) < _UNIT_LETTERS):
            units[-1] += " " + unit
        elif unit.strip():
            units.append(unit)
    return units if len(units) > 1 else []


def _vote(texts: list[str], scripts: list[int]) -> tuple[list[str], np.ndarray]:
    """Best language and the confidence in it, 0..1, of texts in one script each."""
    columns = identify.languages()
    points, n_bytes = identify.scores(texts)
    kind = np.array(scripts)
    points += np.array([_HOME.get(name, 0.0) for name in columns], dtype=np.float32)
    cyrillic = np.array([name in _ALPHABETS for name in columns])
    latin_too = np.array([name in ("sr", "uz") for name in columns])
    arabic = np.array([name in _ARABIC_SCRIPT for name in columns])
    nothing = np.array([name == identify.NOT_A_LANGUAGE for name in columns])
    allowed = {
        _CYRILLIC: cyrillic,
        _ARABIC: arabic,
        _LATIN: ~arabic & (~cyrillic | latin_too),
        _REST: ~arabic & ~cyrillic & ~nothing,
    }
    for script, columns_of in allowed.items():
        points[np.ix_(kind == script, ~columns_of)] = -np.inf
    rows = np.flatnonzero(kind == _CYRILLIC)
    strange = np.zeros(len(texts))
    if len(rows):
        foreign, letters = _foreign([texts[i] for i in rows])
        names = list(_ALPHABETS)
        places = np.array([columns.index(name) for name in names])
        points[np.ix_(rows, places)] -= _LETTER_PENALTY * np.minimum(foreign, 8)
    chances = np.exp((points - points.max(axis=1, keepdims=True)) / np.sqrt(n_bytes)[:, None])
    chances /= chances.sum(axis=1, keepdims=True)
    best = chances.argmax(axis=1)
    if len(rows):
        place = np.array([names.index(columns[i]) for i in best[rows]])
        strange[rows] = foreign[np.arange(len(rows)), place] / np.maximum(letters, 1)
    confidence = chances[np.arange(len(texts)), best]
    enough = np.array([_HOME_CONFIDENCE if name in _HOME else _CONFIDENCE for name in columns])
    unsure = (confidence < enough[best]) | (strange > _FOREIGN_LETTERS) | nothing[best]
    return [OTHER if no else columns[i] for i, no in zip(best.tolist(), unsure, strict=True)], confidence


def _foreign(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Letters of Cyrillic texts outside each alphabet, (n, alphabets), and Cyrillic letters in all, (n,)."""
    first, n_letters = 0x400, 0x130
    lowered = [text.lower() for text in texts]
    points = _points("".join(lowered)).astype(np.int64) - first
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in lowered])
    inside = (points >= 0) & (points < n_letters)
    places = text_of[inside] * n_letters + points[inside]
    counts = np.bincount(places, minlength=len(texts) * n_letters).reshape(len(texts), n_letters)
    unwritten = np.ones((n_letters, len(_ALPHABETS)), dtype=np.float32)
    for i, alphabet in enumerate(_ALPHABETS.values()):
        unwritten[[ord(sign) - first for sign in alphabet], i] = 0.0
    return counts.astype(np.float32) @ unwritten, counts.sum(axis=1)
