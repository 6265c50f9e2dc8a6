"""When two texts say the same: the one rule of the package, for duplicates and for matching texts of two files.

Texts are compared in a normal form that leaves letters and digits only. Two texts are *exact* duplicates where
their normal forms are equal, and *near* ones where these share at least nine tenths of their character 5-grams
(Jaccard coefficient; the resemblance of Broder 1997, on characters so that it works in every script).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from discourse.posts.marks import LINK

NEAR = 0.9
"""Jaccard coefficient of character 5-grams from which two texts are near duplicates."""

GRAM = 5

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
)
_BETWEEN = re.compile(  # all but letters, digits and the marks that belong to letters
    r"(?:[^\w\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0e4e\u0eb1-\u0ebc"
    r"\u0f18-\u0fbc\u1037-\u103e\u17b4-\u17d3]|_)+"
)


def normal(text: str) -> str:
    """Reduce a text to its letters and digits, in lower case, with single spaces between.

    Case, white space, punctuation, links, emoji, invisible signs and the width of letters make no difference.
    A text with no letter or digit outside its links keeps all its signs, so that "👍" and "🔥" differ.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Empty only for a text of white space and invisible signs.

    Examples
    --------
    >>> normal("Наурыз құтты болсын!!! 🎉 https://t.me/akorda/1"), normal("👍 👍")
    ('наурыз құтты болсын', '👍👍')
    """
    plain = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    plain = _INVISIBLE.sub("", plain)
    without_links = LINK.sub(" ", plain) if "/" in plain or "www." in plain.lower() else plain
    # Folding case can take a letter apart, as in İ: put together again, the form of a form is the form.
    form = _BETWEEN.sub(" ", unicodedata.normalize("NFKC", without_links.casefold())).strip()
    return form or "".join(plain.casefold().split())


def grams(text: str) -> frozenset[str]:
    """Character 5-grams of a text in normal form; of a text shorter than that, the text itself.

    Examples
    --------
    >>> sorted(grams("тариф ы")), sorted(grams("米国"))
    (['ариф ', 'риф ы', 'тариф'], ['米国'])
    """
    return frozenset(text[start : start + GRAM] for start in range(max(1, len(text) - GRAM + 1)))


def jaccard(a: str, b: str) -> float:
    """Share of character 5-grams that two texts have in common, 0 to 1; their normal forms are compared.

    Parameters
    ----------
    a, b : str

    Returns
    -------
    float
        Size of the intersection over size of the union.

    Examples
    --------
    >>> jaccard("Тарифы США: ответ Китая!", "тарифы сша — ответ китая"), jaccard("снег", "дождь")
    (1.0, 0.0)
    """
    one, other = grams(normal(a)), grams(normal(b))
    return len(one & other) / len(one | other)


def normals(texts: Sequence[str]) -> list[str]:
    """Reduce many texts, as :func:`normal` does one."""
    return [normal(text) for text in texts]
