"""A short name for each theme, made of its own keywords."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import count

import pandas as pd

SEPARATOR = " · "
LONGEST = 60
"""Characters of a label; a single phrase may be longer."""

PHRASES = 3
"""Phrases of a label at the most, before one is added to tell two themes apart."""

_LONGEST_PHRASE = 40
_LEAST_FOR_COUNTERPART = 5
_LEAST_SHARE = 0.05
_CANDIDATES = 5


def label_themes(
    keywords: pd.DataFrame, mix: pd.DataFrame, *, reading_language: str = "en", noun: str = "theme"
) -> pd.DataFrame:
    """Name themes by their foremost keywords.

    Parameters
    ----------
    keywords
        Columns theme, lang, rank, term (`discourse.themes.keywords.keywords`).
    mix
        Columns theme, lang, n (`discourse.themes.languages.language_mix`).
    reading_language
        The reader's language (ISO 639-1).
    noun
        What one without words is called.

    Returns
    -------
    pandas.DataFrame
        One row a theme of `mix`, in order:

        - theme;
        - label: up to `PHRASES` keywords within `LONGEST` characters, in the language with most posts among those
          that the theme has keywords in; no two themes have the same: more keywords are added or, where there
          are none, a number. A theme without keywords is called "(no words of its own, theme 7)";
        - counterpart: the same in the reader's language, where the label is in another and the theme has at least
          five posts, and a twentieth of its posts, in it; else "": a few stray posts don't say what it is about;
        - lang: the label's language, "" if there are no keywords;
        - candidates: the foremost keywords, joined by "; ".

    Examples
    --------
    >>> words = pd.DataFrame(
    ...     [(0, "ru", 1, "торговая война"), (0, "en", 1, "trade war")], columns=["theme", "lang", "rank", "term"]
    ... )
    >>> mix = pd.DataFrame([(0, "ru", 9), (0, "en", 6)], columns=["theme", "lang", "n"])
    >>> label_themes(words, mix)[["label", "counterpart"]].values.tolist()
    [['торговая война', 'trade war']]
    """
    terms: dict[tuple[int, str], list[str]] = defaultdict(list)
    ranked = keywords.sort_values("rank")
    for theme, lang, term in zip(ranked["theme"], ranked["lang"], ranked["term"], strict=True):
        terms[int(theme), str(lang)].append(term)
    posts = {
        (int(theme), str(lang)): int(n) for theme, lang, n in zip(mix["theme"], mix["lang"], mix["n"], strict=True)
    }
    sizes: Counter[int] = Counter()
    for (theme, _), n in posts.items():
        sizes[theme] += n
    taken: set[str] = set()
    rows = {}
    for theme in sorted(sizes, key=lambda theme: (-sizes[theme], theme)):
        spoken = [lang for (t, lang), n in posts.items() if t == theme and (theme, lang) in terms]
        lang = min(spoken, key=lambda lang: (-posts[theme, lang], lang), default="")
        words = terms.get((theme, lang), [])
        label = _distinct(words, taken) if words else f"(no words of its own, {noun} {theme})"
        taken.add(label.casefold())
        reading = (theme, reading_language)
        counterpart = ""
        if (
            lang != reading_language
            and reading in terms
            and posts[reading] >= max(_LEAST_FOR_COUNTERPART, _LEAST_SHARE * sizes[theme])
        ):
            counterpart = _compose(terms[reading], PHRASES)
        rows[theme] = (theme, label, counterpart, lang, "; ".join(words[:_CANDIDATES]))
    columns = ["theme", "label", "counterpart", "lang", "candidates"]
    table = pd.DataFrame([rows[theme] for theme in sorted(rows)], columns=columns)
    return table.astype({"theme": "int64", **dict.fromkeys(columns[1:], "str")})


def _distinct(words: Sequence[str], taken: set[str]) -> str:
    """Compose a label that is not taken, with more phrases or a number if need be."""
    for phrases in range(PHRASES, len(words) + PHRASES):
        label = _compose(words, phrases, LONGEST if phrases == PHRASES else LONGEST * 2)
        if label and label.casefold() not in taken:
            return label
    label = _compose(words, PHRASES)
    return next(name for n in count(2) if (name := f"{label} ({n})").casefold() not in taken)


def _compose(words: Sequence[str], phrases: int, longest: int = LONGEST) -> str:
    """Join the foremost keywords that fit, the first at any rate; overlong ones wait for want of others."""
    handy = [word for word in words if len(word) <= _LONGEST_PHRASE] or list(words[:1])
    label = ""
    for word in handy[:phrases]:
        longer = label + SEPARATOR + word if label else word
        if label and len(longer) > longest:
            break
        label = longer
    return label
