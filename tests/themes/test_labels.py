"""Labels: distinct, short, in the theme's main language, honest where there are no words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.themes.keywords import keywords
from discourse.themes.labels import LONGEST, label_themes
from discourse.themes.languages import language_mix


def table(*rows):
    words = [(theme, lang, rank, term) for theme, lang, terms in rows for rank, term in enumerate(terms, start=1)]
    return pd.DataFrame(words, columns=["theme", "lang", "rank", "term"])


def mix(*rows):
    return pd.DataFrame(rows, columns=["theme", "lang", "n"])


def test_a_label_is_in_the_main_language_with_its_counterpart():
    words = table((0, "ru", ["торговая война", "тарифы"]), (0, "en", ["trade war", "tariffs"]), (0, "kk", ["сауда"]))
    named = label_themes(words, mix((0, "en", 5), (0, "ru", 9), (0, "kk", 3))).iloc[0]
    assert named.tolist() == [0, "торговая война · тарифы", "trade war · tariffs", "ru", "торговая война; тарифы"]
    few = label_themes(words, mix((0, "en", 4), (0, "ru", 9))).iloc[0]
    assert few.counterpart == ""
    stray = label_themes(words, mix((0, "en", 9), (0, "ru", 900))).iloc[0]
    assert stray.counterpart == ""
    same = label_themes(words, mix((0, "en", 5), (0, "ru", 9)), reading_language="ru").iloc[0]
    assert same.counterpart == ""


def test_no_two_themes_share_a_label():
    words = table((0, "en", ["war", "peace", "aid", "grain"]), (1, "en", ["War", "peace", "aid", "oil"]))
    named = label_themes(words, mix((0, "en", 9), (1, "en", 20)))
    assert named.label.tolist() == ["war · peace · aid · grain", "War · peace · aid"]
    exhausted = label_themes(table((0, "en", ["war"]), (1, "en", ["war"])), mix((0, "en", 9), (1, "en", 20)))
    assert exhausted.label.tolist() == ["war (2)", "war"]


def test_a_theme_without_words_says_so():
    named = label_themes(table(), mix((4, "und", 9), (5, "und", 9)))
    assert named.label.tolist() == ["(no words of its own, theme 4)", "(no words of its own, theme 5)"]
    assert named.lang.tolist() == ["", ""]
    assert label_themes(table(), mix()).empty


def test_the_next_language_speaks_where_the_main_one_has_no_words():
    named = label_themes(table((0, "en", ["rain"])), mix((0, "und", 9), (0, "en", 4))).iloc[0]
    assert (named.label, named.lang) == ("rain", "en")


def test_labels_stay_short():
    long = "convention on the law of the sea and of islands"
    words = table((0, "en", [long, "sea", "islands and reefs in dispute", "a very long dispute about fishing"]))
    label = label_themes(words, mix((0, "en", 9))).label.item()
    assert label == "sea · islands and reefs in dispute"
    assert len(label) <= LONGEST


def test_labels_of_real_keywords_follow_renamed_themes():
    posts = ["trade war", "a trade war", "the trade war", "sea ice", "ice at sea", "ice"]
    labels = np.array([0, 0, 0, 1, 1, 1])
    first = label_themes(keywords(posts, ["en"] * 6, labels), language_mix(labels, ["en"] * 6))
    other = label_themes(keywords(posts, ["en"] * 6, 1 - labels), language_mix(1 - labels, ["en"] * 6))
    assert first.label.tolist() == other.label.tolist()[::-1]
