"""Russian phrases in the nominative: Алматинской области, in all the posts, is still Алматинская область.

A phrase that only ever stands in other cases would be shown in one of them. Its head (adjectives and a noun, or a
noun, or a person's first and last name) is put into the nominative where that leaves no doubt: the noun's nominative
is attested in the corpus, listed among common nouns, or follows from the ending of the adjective beside it; what
follows the head stays. In doubt the phrase is left as the corpus has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Forms = Mapping[str, Mapping[str, int]]

_ADJECTIVE = re.compile(r"([а-я]{2,}(?:-[а-я]+)*?)(ого|его|ому|ему|ой|ей|ую|юю|ых|их|ыми|ими|ым|им|ом|ем)")
_FEMININE = {"ой", "ей", "ую", "юю"}
_PLURAL_ONLY = {"ых", "их", "ыми", "ими"}
_PLURAL_NOUN = re.compile(r"(.+?)(?:иями|иям|иях|ий|ами|ам|ах|ями|ям|ях|ов|ев|ей|)")
_SURNAME = re.compile(r"(.{2,}(?:ов|ев|ин|ын))(ым|ой|у|а|е)")
_SINGULAR_NOUN = re.compile(r"(.+?)(ием|ии|ию|ия|ом|ем|а|я|у|ю|е)")
_SIBILANT_OR_VELAR = "гкхжшчщ"
_STRESSED = ("морск", "городск", "мужск", "донск", "заводск", "тверск", "людск", "больш", "основн", "речн", "молод")


def nominative(written: Sequence[str], keys: Sequence[str], forms: Forms) -> list[str]:
    """Put the head of a Russian phrase into the nominative, where that leaves no doubt.

    Parameters
    ----------
    written
        The phrase's words as written.
    keys
        Their keys (`discourse.themes.stems.keys`).
    forms
        For each key of the corpus, its folded words with how often each occurs.

    Returns
    -------
    list of str
        The words, with the capitals they had.

    Examples
    --------
    >>> forms = {"специальн": {"специальной": 9}, "операц": {"операции": 7, "операцию": 2}}
    >>> nominative(["специальной", "операции"], ["специальн", "операц"], forms)
    ['специальная', 'операция']
    """
    words = [word.lower().replace("ё", "е") for word in written]
    head = _name(words, keys, forms) or _adjectives_and_noun(words, keys, forms) or _noun(words, keys, forms)
    return [_like(new, old) for new, old in zip(head, written, strict=False)] + list(written[len(head) :])


def _adjectives_and_noun(words: list[str], keys: Sequence[str], forms: Forms) -> list[str]:
    """Decline the adjectives a phrase begins with and the noun after them; [] in doubt."""
    parted: list[tuple[str, str]] = []
    for word, key in zip(words, keys, strict=True):
        match = _ADJECTIVE.fullmatch(word)
        if not match or not _adjectival(match[1], forms.get(key, {})):
            break
        parted.append((match[1], match[2]))
    if not parted or len(parted) == len(words):
        return []
    noun, of_noun = words[len(parted)], forms.get(keys[len(parted)], {})
    endings = {ending for _, ending in parted}
    if endings <= _FEMININE:
        base = _feminine(noun, parted[0][1], of_noun)
        found = [stem + ("яя" if stem.endswith("н") and end in ("ей", "юю") else "ая") for stem, end in parted]
    elif endings <= _PLURAL_ONLY or (endings <= {"ым", "им"} and noun.endswith(("ам", "ям"))):
        base = _plural(noun, of_noun)
        found = [stem + ("ие" if end[0] == "и" else "ые") for stem, end in parted]
    elif endings.isdisjoint(_FEMININE | _PLURAL_ONLY):
        base = _masculine_or_neuter(noun, of_noun)
        neuter = base.endswith(("о", "е"))
        found = [
            stem + ("ее" if end[0] == "е" and not stem.endswith(tuple("гкх")) else "ое") if neuter
            else _masculine(stem, forms.get(key, {}))
            for (stem, end), key in zip(parted, keys, strict=False)
        ]  # fmt: skip
    else:
        return []
    return [*found, base] if base and all(found) else []


def _adjectival(stem: str, attested: Mapping[str, int]) -> bool:
    """Tell whether a word is an adjective: two of its cases that no noun has, or an ending that tells by itself."""
    telling = ("ого", "ому", "ых", "ыми", "ая", "яя", "ое", "ый", "ые", "ую", "юю", "его")
    return (
        stem.endswith(("ск", "цк", "нн", "льн", "рн", "жн", "вн", "дн", "тн", "чн", "бн"))
        or sum(stem + end in attested for end in telling) > 0
    )


def _masculine(stem: str, attested: Mapping[str, int]) -> str:
    """Give the nominative of a masculine adjective: as attested, or by its suffix; "" in doubt."""
    if stem in _STRESSED:
        return stem + "ой"
    seen = [stem + end for end in ("ый", "ий") if attested.get(stem + end)]  # финансовой is feminine
    if seen:
        return max(seen, key=lambda form: attested[form])
    if stem.endswith(("ск", "цк")):
        return stem + "ий"
    return stem + "ый" if stem.endswith(("енн", "анн", "альн", "ельн", "ивн", "ичн")) else ""


def _feminine(noun: str, ending: str, attested: Mapping[str, int]) -> str:
    """Give the nominative of a feminine noun, knowing the ending of its adjective; "" in doubt."""
    if noun.endswith(("ии", "ию", "ией")):
        return re.sub("и[июе]й?$", "ия", noun)
    if noun.endswith("ью"):
        return noun[:-1].removesuffix("ь") + "ь"
    if ending in ("ую", "юю"):
        return {"у": noun[:-1] + "а", "ю": noun[:-1] + "я", "ь": noun}.get(noun[-1], "")
    if noun.endswith(("ы", "ой", "ки", "ги", "хи")):
        return re.sub("(?:ы|ой|и)$", "а", noun)
    stem = re.sub("(?:ей|и|е)$", "", noun)
    return "" if stem == noun else _attested([stem + end for end in ("ь", "я", "а")], attested)


def _plural(noun: str, attested: Mapping[str, int]) -> str:
    """Give the nominative of a noun in the plural; "" in doubt."""
    match = _PLURAL_NOUN.fullmatch(noun)
    stem = match[1] if match else noun
    found = _attested([stem + end for end in ("ы", "и", "ии", "ия")], attested)
    lemma = _listed().get(stem, "")
    if not found and (stem + "о" in attested or stem.endswith("ств") or lemma.endswith("о")):
        return stem + "а"
    if found:
        return found
    if noun.endswith(("ций", "циям", "циях", "циями")):
        return stem.removesuffix("и") + "ии"
    if noun.endswith(("ений", "аний", "ениям", "аниям", "ениях", "аниях", "ениями", "аниями")):
        return stem.removesuffix("и") + "ия"
    if noun.endswith(("ов", "ам", "ами", "ах")) or lemma.endswith("а"):
        return stem + ("и" if stem[-1] in _SIBILANT_OR_VELAR else "ы")
    return ""


def _masculine_or_neuter(noun: str, attested: Mapping[str, int]) -> str:
    """Give the nominative of a masculine or neuter noun; "" in doubt."""
    match = _SINGULAR_NOUN.fullmatch(noun)
    if not match:
        return ""
    stem, ending = match[1], match[2]
    if stem.endswith("ств"):
        return stem + "о"
    if ending in ("ием", "ии", "ию", "ия") and stem.endswith(("ен", "ан")):
        return stem + "ие"
    lemma = _listed().get(stem, "")
    if lemma.endswith("о"):
        return lemma
    soft = ("е",) if stem.endswith(("щ", "ц")) or stem in ("мор", "пол", "гор") else ()  # else е is a case: огне
    return _attested([stem + end for end in ("", "ь", "й", "о", "ие", "ий", *soft)], attested)


def _noun(words: list[str], keys: Sequence[str], forms: Forms) -> list[str]:
    """Decline a noun that a phrase begins with, where a nominative is attested or listed; [] in doubt."""
    word, attested = words[0], forms.get(keys[0], {})
    if word.endswith(("ении", "ению", "ением")):
        stem = re.sub("и[июе]м?$", "", word)
        return [found] if (found := _attested([stem + "ие", stem + "ия"], attested)) else []
    match = re.fullmatch("(.{2,}?)(ами|ям|ях|ах|ам|ом|ем|ов|у|е|)", word)
    if not match:
        return []
    stem, ending = (word, "") if word in _listed() else (match[1], match[2])
    lemma = _listed().get(stem, "")
    if lemma:
        plural = stem + ("а" if lemma[-1] == "о" else "и" if stem[-1] in _SIBILANT_OR_VELAR else "ы")
        many = not ending or ending in ("ами", "ам", "ах") or (lemma[-1] in "ьяо" and ending in ("ям", "ях"))
        if lemma[-1] in "ао":
            return [plural if many else lemma]
        return []
    if ending in ("ам", "ами", "ах", "ов"):
        return [found] if (found := _attested([stem + "ы", stem + "и"], attested)) else []
    if ending in ("ом", "у", "е", "ем"):
        masculine = attested.get(stem + "ов") or attested.get(stem + "ом")
        return [stem] if masculine and attested.get(stem) and not attested.get(stem + "о") else []
    return []


def _name(words: list[str], keys: Sequence[str], forms: Forms) -> list[str]:
    """Decline a first name and a surname in ов, ев, ин or ын; [] in doubt."""
    surname = _SURNAME.fullmatch(words[1]) if len(words) == 2 else None
    if not surname or surname[2] not in ("ым", "ой", "у", "а"):
        return []
    base, attested = surname[1], forms.get(keys[0], {})
    woman = surname[2] == "ой" or (surname[2] == "у" and words[0].endswith(("у", "ю")) and words[0] not in attested)
    if woman:
        stem = re.sub("(?:ой|ей|ы|и|е|у|ю)$", "", words[0])
        first = _attested([stem + "а", stem + "я"], attested) or (stem + "а" if words[0].endswith("ой") else "")
        return [first, base + "а"] if first else []
    if surname[2] != "ым":
        return []
    stem = re.sub("(?:ом|ем)$", "", words[0])
    first = _attested([stem, stem + "й", stem + "ь"], attested) or (stem if words[0].endswith("ом") else "")
    return [first, base] if first and stem != words[0] else []


def _attested(candidates: list[str], attested: Mapping[str, int]) -> str:
    """Choose the commonest of the candidates that the corpus has, or that is a listed noun; "" if there is none."""
    seen = [form for form in candidates if attested.get(form)]
    if seen:
        return max(seen, key=lambda form: attested[form])
    listed = [form for form in candidates if _listed().get(re.sub("[аоьяе]$", "", form)) == form]
    return listed[0] if listed else ""


@cache
def _listed() -> dict[str, str]:
    """Read the common feminine and neuter nouns, by what is left without their ending."""
    lines = Path(__file__).with_name("words").joinpath("nouns_ru.txt").read_text(encoding="utf-8").splitlines()
    nouns = [word for line in lines if not line.startswith("#") for word in line.split()]
    return {re.sub("[аоьяе]$", "", noun): noun for noun in nouns}


def _like(new: str, old: str) -> str:
    """Write a word with the capitals of another."""
    if old.isupper() and len(old) > 1:
        return old
    return new[0].upper() + new[1:] if old[:1].isupper() else new
