"""Whether a word's forms are those of a verb or an adjective: neither makes a label by itself.

A guess by endings, without a dictionary, for Russian and Kazakh, whose stop lists can't hold every form of every
verb; for other languages every word passes for a noun. The guess looks at all attested forms of a word together,
so that nouns which happen to end like verbs (цели, память) are known by their other cases (целей, памятью).
"""

from __future__ import annotations

from collections.abc import Mapping

import regex

NOUN, ADJECTIVE, VERB = "noun", "adjective", "verb"

_VERB = {
    "ru": regex.compile(
        r".*(?:[аеиуыя](?:ли|лись|лся|лась|лось|ла|ло|ть|ться)|[аеуюя](?:ет|ют|ется|ются)|(?:ирова|ова|ыва|ива)л"
        r"|[аиуя]т(?:ся)|[аио]в|ите|йте|.(?:[жшщвчн]ен|ован|держан)(?:а|о|ы)?)"
    ),
    "kk": regex.compile(
        r".*(?:[аеый](?:ды|ді|мын|мін|сыз|сіз)|й(?:ды|ді|тын|тін)|атын|етін|ылған|ілген|[ыі]п|лған|лген|[лн]д[ыі])"
    ),
}
# A verb's where other forms are: доставил, доставит (and канал, кредит).
_PERHAPS_VERB = regex.compile(_VERB["ru"].pattern + r"|.*(?:[аеиыя]л|[иаяую]т)")
_NOT_VERB = {
    "ru": regex.compile(r".*(?:ов|ев|ей|ам|ям|ами|ями|ах|ях|ью|ом|ем)"),
    "kk": regex.compile(r".*(?:[лдт][ае]р(?:[ыі].*|ды|ді|ға|ге|да|де)?|[нд][ыі]ң|[ыі]н[ае]|[ыі]нда|[ыі]нде)"),
}
_ADJECTIVE = regex.compile(r".{3,}(?:[ыио]й|[ая]я|[ое]е|[ыи]е|[ое]го|[ое]му|[ую]ю|[ыи]х|[ыи]ми|[ыи]м|[ое]м|ски)")
_ADJECTIVE_ONLY = regex.compile(r".{3,}(?:ый|ая|ое|ые|ого|ому|ую|ых|их|ыми|его|ему|[сц]к(?:ий|ие|им|ими|ой|ом))")


def word_class(forms: Mapping[str, int], lang: str) -> str:
    """Guess the class of a word from its attested forms.

    Parameters
    ----------
    forms
        Folded form to count.
    lang
        The language (ISO 639-1).

    Returns
    -------
    str
        `NOUN` (and whatever is not told apart), `ADJECTIVE` or `VERB`.

    Examples
    --------
    >>> word_class({"обсудили": 5, "обсуждает": 1}, "ru"), word_class({"цели": 5, "целей": 2}, "ru")
    ('verb', 'noun')
    """
    if lang not in _VERB:
        return NOUN
    total = sum(forms.values())

    def share(pattern: regex.Pattern[str]) -> float:
        return sum(n for form, n in forms.items() if pattern.fullmatch(form)) / total

    verbal = share(_VERB[lang])
    if lang == "ru" and any(_VERB[lang].fullmatch(form) and not form.endswith("ла") for form in forms):  # журнала
        verbal = share(_PERHAPS_VERB)
    if verbal >= 0.7 and share(_NOT_VERB[lang]) < 0.05:
        return VERB
    if lang == "ru" and share(_ADJECTIVE) >= 0.8 and share(_ADJECTIVE_ONLY) >= 0.3:
        return ADJECTIVE
    return NOUN
