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

from discourse.posts import identify, scripts
from discourse.posts.marks import ADDRESS, LINK, MENTION

OTHER = "other"
UNDETERMINED = "und"

_BATCH = 1_024  # posts in hand at a time ...
_BATCH_LETTERS = 150_000  # ... and letters in them, so that memory does not grow with the corpus
_SLICE = 256  # posts made objects at a time
_REMEMBERED = 32_768  # posts whose answer is at hand when they come again
_LONGEST = 30_000  # of longer posts the start, middle and end are looked at
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

_NAMES_COUNT = 0.2  # what capitalised words count where they and the rest speak for different languages
_BESIDE_BRAND = 2  # letters of an alphabet for each Latin name that make a sentence around them
_REST_LETTERS = 5  # fewer letters beside the names say nothing

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
_LATIN_WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]+")
_CAPITALS = re.compile("[A-ZÀ-ÖØ-ÞЀ-ЯӘҒҚҢӨҰҮҺ]{4,}")  # the models know words as they stand in running text
_NAME = re.compile(r"\b(?!\w+[ндт][ыі]ң\b)[Ѐ-ЯӘҒҚҢӨҰҮҺ]\w*(?:-\w+)*")
_KAZAKH = re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")


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
    codes = np.empty(len(texts), dtype=np.int16)
    answers: dict[str, int] = {}
    known: dict[int, int] = {}
    for start, batch in _batches(texts):
        keys = [hash(text) for text in batch]
        new = {key: text for key, text in zip(keys, batch, strict=True) if key not in known}
        for key, langs in zip(new, _detect(list(new.values())) if new else [], strict=True):
            known[key] = answers.setdefault(langs, len(answers))
        codes[start : start + len(batch)] = [known[key] for key in keys]
        if len(known) > _REMEMBERED:
            known.clear()
    lang = {name: i for i, name in enumerate(dict.fromkeys(langs.partition(";")[0] for langs in answers))}
    main = np.array([lang[langs.partition(";")[0]] for langs in answers], dtype=np.int16)[codes]
    return pd.DataFrame(
        {
            name: pd.array(list(of), dtype="str").take(at)
            for name, of, at in (("lang", lang, main), ("langs", answers, codes))
        }
    )


def prepare() -> None:
    """Begin to load the models beside other work; without this they are loaded when they are first needed."""
    identify.prepare()


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Part texts into batches, each with the place of its first; an Arrow column's become objects a few at a time."""
    batch: list[str] = []
    first = letters = 0
    for start in range(0, len(texts), _SLICE):
        for text in np.asarray(texts[start : start + _SLICE], dtype=object):
            batch.append(_sample(str(text), _LONGEST))
            letters += len(batch[-1])
            if letters >= _BATCH_LETTERS or len(batch) >= _BATCH:
                yield first, batch
                first, batch, letters = first + len(batch), [], 0
    if batch:
        yield first, batch


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
    return unicodedata.normalize("NFKC", text)


def _parts(texts: list[str]) -> Iterator[_Part]:
    points, starts, ends, amounts = scripts.counted(texts)
    mixed = np.flatnonzero(_shares(amounts).sum(axis=1) > 1)
    if len(mixed):  # what is quoted or in brackets, names above all, does not decide on a post's language
        shorter = list(texts)
        for post in mixed:
            outside = _ASIDE.sub(" ", texts[post])
            if sum(map(str.isalpha, outside)) < _MIXED_AMOUNT / scripts.WORTH.max():
                outside = texts[post]
            shorter[post] = _without_brands(outside)
        texts = shorter
        points, starts, ends, amounts = scripts.counted(texts)
    kinds = scripts.script_of()[points]
    post_of = np.repeat(np.arange(len(texts)), ends - starts)
    main = amounts.argmax(axis=1)
    others = (kinds != scripts.NONE) & (kinds != main.astype(np.uint8)[post_of])
    spelled = scripts.to_text(np.where(scripts.says_nothing()[points] | others, np.uint32(32), points))
    for post, script in zip(*np.nonzero(_shares(amounts)), strict=True):
        if script == main[post]:
            amount, text = float(amounts[post, script]), spelled[starts[post] : ends[post]]
        else:
            amount, text = _beside(texts[post], int(script))
        text = _CAPITALS.sub(lambda word: word[0].lower(), _sample(text, _READ))
        yield _Part(int(post), int(script), amount, text)


def _without_brands(text: str) -> str:
    """Take Latin names out of a sentence in other letters: "Apple发布iPhone 15"."""
    words = _LATIN_WORD.findall(text)
    if not words or any(map(str.islower, words)):
        return text
    left = _LATIN_WORD.sub(" ", text)
    beside = scripts.WORTH[scripts.script_of()[scripts.to_points(left)]].sum()
    return left if beside >= _BESIDE_BRAND * len(words) else text


def _shares(amounts: np.ndarray) -> np.ndarray:
    """Mark the scripts that make up enough of a post to be looked at."""
    return (amounts > 0) & (amounts >= _MIXED_SHARE * amounts.sum(axis=1, keepdims=True))


def _beside(text: str, script: int) -> tuple[float, str]:
    """Amount and words of a script that is not the main one of its post.

    Only the longest unbroken run counts: names dropped here and there don't add up to a second language.
    """
    points = scripts.to_points(text)
    kinds = scripts.script_of()[points]
    others = (kinds != scripts.NONE) & (kinds != script)
    if script in (scripts.HAN, scripts.KANA):
        others &= (kinds != scripts.HAN) & (kinds != scripts.KANA)
    amount = float(np.bincount(np.cumsum(others), weights=scripts.WORTH[kinds] * ~others).max(initial=0))
    return amount, scripts.to_text(np.where(scripts.says_nothing()[points] | others, np.uint32(32), points))


def _sample(text: str, length: int) -> str:
    """Start, middle and end of a text longer than this."""
    if len(text) <= length:
        return text
    third, middle = length // 3, len(text) // 2
    return "\n".join((text[:third], text[middle - third // 2 : middle + third // 2], text[-third:]))


def _identify(parts: list[_Part]) -> list[dict[str, float]]:
    """Share out each part's amount of letters among languages."""
    answers: list[dict[str, float]] = [{} for _ in parts]
    by_sign = {scripts.HAN: "zh", scripts.KANA: "ja", scripts.HANGUL: "ko"}
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


def _vote(texts: list[str], script_of_each: list[int]) -> tuple[list[str], np.ndarray]:
    """Find the best language, and the confidence in it, 0..1, of texts in one script each."""
    columns = identify.languages()
    kind = np.array(script_of_each)
    points, strange, size = _evidence(texts, kind)
    home = np.array([name in _HOME for name in columns])[points.argmax(axis=1)]
    bare = {
        i: left
        for i in np.flatnonzero(kind == scripts.CYRILLIC).tolist()
        if _KAZAKH.search(texts[i]) and (left := _without_names(texts[i], always=not home[i])) != texts[i]
    }
    rows = list(bare)
    if rows:  # names are spelled as at home in any language, what stands around them decides
        others = _evidence(list(bare.values()), kind[rows])
        points[rows], strange[rows], size[rows] = (
            _NAMES_COUNT * whole[rows] + (1 - _NAMES_COUNT) * rest
            for whole, rest in zip((points, strange, size), others, strict=True)
        )
    chances = np.exp((points - points.max(axis=1, keepdims=True)) / np.sqrt(size)[:, None])
    chances /= chances.sum(axis=1, keepdims=True)
    best = chances.argmax(axis=1)
    each = np.arange(len(texts))
    confidence = chances[each, best]
    enough = np.array([_HOME_CONFIDENCE if name in _HOME else _CONFIDENCE for name in columns])
    nothing = np.array([name == identify.NOT_A_LANGUAGE for name in columns])
    unsure = (confidence < enough[best]) | (strange[each, best] > _FOREIGN_LETTERS) | nothing[best]
    return [OTHER if no else columns[i] for i, no in zip(best.tolist(), unsure, strict=True)], confidence


def _without_names(text: str, *, always: bool) -> str:
    """Take capitalised words out if Kazakh letters stand in some, or always; not if next to nothing were left."""
    names = _NAME.findall(text)
    if not names or not (always or any(map(_KAZAKH.search, names))):
        return text
    left = _NAME.sub(" ", text)
    return left if sum(map(str.isalpha, left)) >= _REST_LETTERS else text


def _evidence(texts: list[str], kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of each language, the share of letters it does not write, both (n, languages), and UTF-8 sizes (n,)."""
    columns = identify.languages()
    wanted = np.ones((len(texts), len(columns)), dtype=bool)
    for script, allowed in _allowed().items():
        wanted[kind == script] = allowed
    points, size = identify.scores(texts, wanted)
    points += np.array([_HOME.get(name, 0.0) for name in columns], dtype=np.float32)
    strange = np.zeros_like(points)
    rows = np.flatnonzero(kind == scripts.CYRILLIC)
    if len(rows):
        foreign, letters = _foreign([texts[i] for i in rows])
        places = np.ix_(rows, np.array([columns.index(name) for name in _ALPHABETS]))
        points[places] -= _LETTER_PENALTY * np.minimum(foreign, 8)
        strange[places] = foreign / np.maximum(letters, 1)[:, None]
    return points, strange, size


@cache
def _allowed() -> dict[int, np.ndarray]:
    """Mark the languages that are written in a script."""
    columns = identify.languages()
    cyrillic = np.array([name in _ALPHABETS for name in columns])
    latin_too = np.array([name in ("sr", "uz") for name in columns])
    arabic = np.array([name in _ARABIC_SCRIPT for name in columns])
    nothing = np.array([name == identify.NOT_A_LANGUAGE for name in columns])
    return {
        scripts.CYRILLIC: cyrillic,
        scripts.ARABIC: arabic,
        scripts.LATIN: ~arabic & (~cyrillic | latin_too),
        scripts.REST: ~arabic & ~cyrillic & ~nothing,
    }


def _foreign(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Letters of Cyrillic texts outside each alphabet, (n, alphabets), and Cyrillic letters in all, (n,)."""
    first, n_letters = 0x400, 0x130
    lowered = [text.lower() for text in texts]
    points = scripts.to_points("".join(lowered)).astype(np.int64) - first
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in lowered])
    inside = (points >= 0) & (points < n_letters)
    places = text_of[inside] * n_letters + points[inside]
    counts = np.bincount(places, minlength=len(texts) * n_letters).reshape(len(texts), n_letters)
    unwritten = np.ones((n_letters, len(_ALPHABETS)), dtype=np.float32)
    for i, alphabet in enumerate(_ALPHABETS.values()):
        unwritten[[ord(sign) - first for sign in alphabet], i] = 0.0
    return counts.astype(np.float32) @ unwritten, counts.sum(axis=1)
