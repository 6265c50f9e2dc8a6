"""The languages of each theme, and a warning where a theme may be nothing but a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.posts.language_names import english

OF_THEME = 0.9
"""A theme's share in one language from which the theme is suspected of being that language."""

OF_LANGUAGE = 0.6
"""The language's share in the theme from which it is."""

LEAST_POSTS = 10
"""Posts of a language from which a warning is given."""


def language_mix(labels: np.ndarray, langs: Sequence[str]) -> pd.DataFrame:
    """Count each theme's posts by language.

    Parameters
    ----------
    labels
        (n,) theme of each post; -1 is noise.
    langs
        The n posts' main languages.

    Returns
    -------
    pandas.DataFrame
        Columns theme, lang, n and share (0 to 1, of the theme's posts); themes in order, noise left out, the
        language with most posts first.

    Examples
    --------
    >>> language_mix(np.array([0, 0, 0, -1]), ["ru", "kk", "ru", "en"]).values.tolist()
    [[0, 'ru', 2, 0.6666666666666666], [0, 'kk', 1, 0.3333333333333333]]
    """
    posts = pd.DataFrame({"theme": np.asarray(labels, dtype=np.int64), "lang": pd.array(list(langs), dtype="str")})
    posts = posts[posts["theme"] >= 0]
    mix = posts.groupby(["theme", "lang"]).size().rename("n").reset_index()
    mix["share"] = mix["n"] / mix.groupby("theme")["n"].transform("sum")
    return mix.sort_values(["theme", "n", "lang"], ascending=[True, False, True], ignore_index=True)


def language_notes(labels: np.ndarray, langs: Sequence[str]) -> dict[int, str]:
    """Warn of themes that hold most of one language and hardly anything else.

    Such a theme may have been found for its language, not for what is said in it: an encoder that keeps languages
    apart, or tells a small one poorly, puts everything in it together.

    Parameters
    ----------
    labels
        (n,) theme of each post; -1 is noise.
    langs
        The n posts' main languages.

    Returns
    -------
    dict
        Theme to a sentence; themes without suspicion are left out. A theme is suspected where at least `OF_THEME`
        of its posts are in one language, it holds at least `OF_LANGUAGE` of all posts in that language (noise
        among them), these are at least `LEAST_POSTS`, and the language is not the corpus's commonest.

    Examples
    --------
    >>> notes = language_notes(np.array([0] * 30 + [1] * 30 + [2] * 12), ["ru"] * 60 + ["kk"] * 12)
    >>> notes[2]
    'May be only a language: 100% of this theme is in Kazakh, and it holds 100% of all posts in Kazakh.'
    """
    total = Counter(langs)
    if len(total) < 2:
        return {}
    commonest = {lang for lang, n in total.items() if n == max(total.values())}
    notes = {}
    mix = language_mix(labels, langs)
    for theme, lang, n, share in zip(mix["theme"], mix["lang"], mix["n"], mix["share"], strict=True):
        held = n / total[lang]
        suspected = share >= OF_THEME and held >= OF_LANGUAGE and total[lang] >= LEAST_POSTS
        if suspected and lang not in commonest:
            notes[int(theme)] = (
                f"May be only a language: {share:.0%} of this theme is in {english(lang)}, "
                f"and it holds {held:.0%} of all posts in {english(lang)}."
            )
    return notes
