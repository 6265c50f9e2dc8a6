"""Which of a word's attested forms is shown to a reader.

Keywords are counted over all forms of a word; what is shown is a form that the corpus really has, and rather the
one that a dictionary would list. A form is never made up: so the words of a phrase agree (торговая война).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

_NOMINATIVE = {
    **dict.fromkeys(("", "ь", "й", "о", "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ия", "ье", "ость"), 1.0),
    "а": 0.7,
    "я": 0.3,
    "ы": 0.7,
    "и": 0.5,
    "ости": 0.15,
    "е": 0.1,
    "ой": 0.1,
}
_OBLIQUE = 0.01
_RARE = 0.01  # of a word's occurrences: a nominative as rare as this is not waited for


def reading_form(forms: Mapping[str, int], lang: str, *, stem: str = "") -> str:
    """Choose the form to show among the attested forms of one word, or of one phrase.

    In Russian a form whose first word looks nominative goes before commoner ones unless it is rare; in Kazakh
    the one without case ending, the shortest that is not rare; in other languages the commonest is shown.

    Parameters
    ----------
    forms
        Folded form (the words of a phrase parted by spaces) to count, at least one.
    lang
        The language of the forms (ISO 639-1).
    stem
        The key of the first word (`discourse.themes.stems.keys`), which tells where its ending begins.

    Returns
    -------
    str
        One of the forms.

    Examples
    --------
    >>> reading_form({"торговой войны": 9, "торговая война": 4}, "ru", stem="торгов")
    'торговая война'
    >>> reading_form({"министрлігінің": 5, "министрлігі": 4}, "kk")
    'министрлігі'
    """
    weight: Mapping[str, float] = dict.fromkeys(forms, 1.0)
    if lang == "ru":
        weight = _nominative_weights(forms, stem)
    elif lang == "kk":
        common = [form for form in forms if 8 * forms[form] >= max(forms.values())]
        return min(common, key=lambda form: (len(form), -forms[form], form))
    return min(forms, key=lambda form: (-weight[form] * forms[form], -forms[form], len(form), form))


def _nominative_weights(forms: Mapping[str, int], stem: str) -> dict[str, float]:
    """Weigh Russian forms, 0 to 1, by how much their first word looks nominative."""
    endings = {form: form.split(" ", 1)[0].removeprefix(stem) for form in forms}
    count: Counter[str] = Counter()
    for form, ending in endings.items():
        count[ending] += forms[form]

    weight = dict(_NOMINATIVE)
    total = sum(count.values())
    plural = sum(count[end] for end in ("ам", "ами", "ах", "ям", "ями", "ях", "иям", "иями", "иях"))
    if count["ии"] + count["ию"] + count["ием"]:  # санкции, учения: their genitive plural ends in ий
        plural += count["ий"]
    genitive_only = plural < 0.1 * total  # then ы, и, ии are hardly nominative plurals: Украины, области, России
    feminine = count["ой"] + count["ою"] + count["ей"] + count["ью"]
    masculine = count["ом"] + count["ем"] + count["ов"] + count["ев"]
    if stem.endswith(("ск", "цк")) and count[""]:  # Донецк, among Донецкая and Донецкий
        weight = {"": 1.0}
        feminine = 0
    if count[""] or feminine > masculine:
        weight["е"] = _OBLIQUE
    if count["ь"]:
        weight["и"] = _OBLIQUE if genitive_only else 0.15
    if count["ии"] + count["ию"] + count["ием"]:
        weight |= {"ий": _OBLIQUE, "ия": 0.4 if count["ие"] else 1.0, "ии": _OBLIQUE if genitive_only else 0.4}
    if feminine > masculine:
        weight |= {"": 0.05, "а": 1.0, "я": 1.0} | dict.fromkeys("ыи", _OBLIQUE if genitive_only else 0.3)
    elif count["о"]:
        weight |= {"": 0.2, "а": 0.5}
    elif count[""] + count["ь"]:
        weight |= {"а": _OBLIQUE, "я": _OBLIQUE}
    return {
        form: weight.get(ending, _OBLIQUE) if count[ending] >= _RARE * total else _OBLIQUE
        for form, ending in endings.items()
    }
