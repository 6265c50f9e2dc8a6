"""Kazakh words without their endings, found by the endings' grammar and the corpus's own words.

Kazakh nouns take endings in a fixed order: plural, possessive, case. Each has a few shapes, chosen by the last
vowel (front or back) and the last sound of what it follows. A word is taken for a form of another only where
the endings fit in all three respects and the corpus attests the shorter word, or several other forms of it.
The endings and their rules are those of any school grammar of Kazakh.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

_WORD = re.compile("[а-яәғқңөұүһі-]+")
_BACK = "аоұыяю"
_FRONT = "әеөүіэ"
_VOICELESS = "пфкқтсшщчцхһ"
_LOAN_FINAL = "бвгд"  # written voiced, spoken voiceless: клубта, заводта

_PLURAL = ("лар", "дар", "тар")
_POSSESSIVE = ("ы", "сы", "ымыз", "мыз")
_CASE: tuple[str, ...] = ("ның", "дың", "тың", "ға", "қа", "ны", "ды", "ты", "да", "та", "дан", "тан", "нан")
_CASE += ("дағы", "тағы", "мен", "бен", "пен")
_CASE_AFTER_THIRD_PERSON = ("ның", "на", "н", "нда", "нан", "мен", "ндағы")
_BARE_ONLY = ("лар", "лер", "дар", "дер", "тар", "тер", "сы", "сі")  # follow a stem, never another ending
_SHORT = frozenset({"ел", "үй", "су", "ән", "ай"})


def keys(words: Iterable[str]) -> dict[str, str]:
    """Find the grouping key of each Kazakh word: the shortest attested word it can be a form of.

    Parameters
    ----------
    words
        The corpus's different words, folded.

    Returns
    -------
    dict
        Word to key, the key being a stem of at least three letters (or one of a few nouns of two).

    Notes
    -----
    Only the third person and the first person plural of the possessive are cut; verbs are left alone. A stem
    that is no word of the corpus counts when three of its words or more can be its forms. Derived words
    (`қазақстандық`) stay words of their own.

    Examples
    --------
    >>> keys(["министрлік", "министрлігінің", "министрлігі"])["министрлігінің"]
    'министрлік'
    """
    vocabulary = list(words)
    attested = set(vocabulary)
    stems = {word: dict(_stems(word)) for word in vocabulary if _WORD.fullmatch(word)}
    forms = Counter(stem for found in stems.values() for stem in found)
    bare = {stem for found in stems.values() for stem, chain in found.items() if chain.startswith(_BARE_ONLY)}
    keyed = {word: word for word in vocabulary}
    for word, found in stems.items():
        if word in bare:
            continue
        whole = [stem for stem in found if stem in attested]
        shared = [stem for stem in found if forms[stem] >= 3 and len(stem) > 3 and word.startswith(stem[:-1])]
        if whole:
            keyed[word] = min(whole, key=lambda stem: (len(stem), stem))
        elif shared:
            keyed[word] = max(shared, key=lambda stem: (len(stem), stem))
    return {word: keyed.get(key, key) for word, key in keyed.items()}


def without_case(written: str, key: str) -> str:
    """Cut the case ending off a noun, as a phrase is quoted; the plural and the possessive stay.

    Parameters
    ----------
    written
        The noun as written.
    key
        Its key (`keys`); a word that is its own key has no ending to cut.

    Examples
    --------
    >>> without_case("пойызын", "пойыз"), without_case("мемлекеттің", "мемлекет"), without_case("елін", "елін")
    ('пойызы', 'мемлекет', 'елін')
    """
    word = written.lower()
    for cut in range(len(word) - 1, len(key) - 2, -1):
        start, chain = word[:cut], word[cut:]
        ours = start in (key, *(key + plural for plural in _BARE_ONLY[:6])) and chain in _cases()
        ours |= start[-1:] in ("ы", "і") and chain in _cases_after_possessive()
        if ours and dict(_stems(word)).get(key):
            return written[:cut]
    return written


@cache
def _cases() -> frozenset[str]:
    front = str.maketrans("аығқ", "еігк")
    return frozenset({*_CASE, *(case.translate(front) for case in _CASE)})


@cache
def _cases_after_possessive() -> frozenset[str]:
    front = str.maketrans("аығқ", "еігк")
    return frozenset({*_CASE_AFTER_THIRD_PERSON, *(case.translate(front) for case in _CASE_AFTER_THIRD_PERSON)})


def _stems(word: str) -> Iterator[tuple[str, str]]:
    """Yield what may be left of a word when a chain of endings is cut, and the chain."""
    for cut in range(max(2, len(word) - 14), len(word)):
        start, chain = word[:cut], word[cut:]
        if len(start) < 3 and start not in _SHORT:
            continue
        if chain not in _chains() or not _fits(start, chain):
            continue
        yield start, chain
        if chain[0] in "ыі":  # a possessive that begins with a vowel changes what it follows
            softened = {"ғ": "қ", "г": "к", "б": "п"}.get(start[-1])
            if softened:
                yield start[:-1] + softened, chain
            yield start[:-1] + chain[0] + start[-1], chain  # халқы: халық


def _fits(start: str, chain: str) -> bool:
    """Tell whether a chain's first ending can follow this stem."""
    vowel = next((letter for letter in reversed(start) if letter in _BACK + _FRONT), "")
    ending = next(letter for letter in chain if letter in _BACK + _FRONT)
    invariant = chain.startswith(("мен", "бен", "пен"))
    last = start[-1]
    back = vowel in _BACK and last not in "кгь"  # банк, рубль: back vowels, front endings
    if vowel and not invariant and back != (ending in _BACK):
        return False
    after_vowel, after_nasal = last in _BACK + _FRONT + "иу", last in "мнң"
    if chain[0] in "ыі":
        return last not in _BACK + _FRONT
    if chain[0] in "тқкп":
        return last in _VOICELESS + _LOAN_FINAL
    if last in _VOICELESS:
        return False
    if chain[0] == "с":
        return after_vowel
    if chain.startswith(("лар", "лер")):
        return after_vowel or last in "рй"
    if chain.startswith(("дар", "дер")):
        return last in "зжлмнң"
    if chain.startswith(("ның", "нің", "нан", "нен")):
        return after_nasal or (after_vowel and chain[1] in "ыі")
    if chain.startswith(("ны", "ні")):
        return after_vowel
    if chain.startswith(("ды", "ді")):
        return last not in _BACK + _FRONT
    return True


@cache
def _chains() -> frozenset[str]:
    """Every chain plural + possessive + case, each part optional, with back and with front vowels."""
    after: dict[str, tuple[str, ...]] = {
        "": _CASE,
        **dict.fromkeys(_PLURAL, _CASE),
        **dict.fromkeys(("ымыз", "мыз"), _CASE),
    }
    after |= dict.fromkeys(("ы", "сы"), _CASE_AFTER_THIRD_PERSON)
    chains: set[str] = set()
    for plural in ("", *_PLURAL):
        possessives = ("", *_POSSESSIVE) if not plural else ("", "ы", "ымыз")
        for possessive in possessives:
            head = plural + possessive
            cases = after[possessive] if possessive else after[plural]
            chains.update({head, *(head + case for case in cases)})
    chains.discard("")
    front = str.maketrans("аығқ", "еігк")
    return frozenset(chains | {chain.translate(front) for chain in chains})
