from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change.frame import Frame
from discourse.change.labelling import of_themes
from discourse.change.lexical import COLUMNS, EVERYTHING, TOP, lexical
from discourse.change.words import words

START = np.datetime64("2024-01-01")
PARTS = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru"]
KNOWN = np.array([a + b + c for a in PARTS for b in PARTS for c in "ktrs"], dtype=object)


def corpus(rng, *, themes=4, quarters=3, n=900, burst=0.5):
    """Posts of words by Zipf's law that come in bursts of weeks: texts, themes, labelling, frame."""
    day = START + rng.integers(0, 91 * quarters, n)
    theme = rng.integers(0, themes, n)
    week = (day - START).astype(int) // 7
    rate = 1 / np.arange(2, len(KNOWN) + 2)
    by_week = rate * rng.lognormal(0, burst, (13 * quarters, len(KNOWN)))
    by_week = by_week.cumsum(axis=1) / by_week.sum(axis=1, keepdims=True)
    texts = [" ".join(KNOWN[np.searchsorted(by_week[at], rng.random(12))]) for at in week.tolist()]
    first = START + 91 * np.arange(quarters)
    periods = pd.DataFrame({"period": [f"p{at}" for at in range(quarters)], "first": first, "last": first + 90})
    pairs = [*((at, at + 1) for at in range(quarters - 1)), *([(0, quarters - 1)] if quarters > 2 else [])]
    labels = pd.DataFrame({"theme": np.arange(themes), "label": [f"about {at}" for at in range(themes)]})
    return texts, theme, of_themes(theme, labels, -1), Frame(day, np.full(n, "en"), periods, pairs)


def test_words_that_came_and_went_are_claimed_where_they_did():
    rng = np.random.default_rng(0)
    texts, theme, labelling, frame = corpus(rng)
    later = frame.day >= START + 182
    for at in np.flatnonzero(theme == 1):
        if rng.random() < 0.4:
            texts[at] = f"{'protectors' if later[at] else 'family'} {texts[at]}"
    table = lexical(texts, texts, labelling, frame, permutations=499)
    assert list(table.columns) == list(COLUMNS)
    claimed = table[table["claimed"]]
    planted = claimed[claimed["word"].isin(["protectors", "family"])]
    assert set(zip(planted["word"], planted["direction"], strict=True)) == {("protectors", "came"), ("family", "went")}
    assert set(planted["label_id"]) == {"1", EVERYTHING}
    assert set(planted["to"]) == {"p2"}
    assert len(claimed) <= len(planted) + 1
    top = table[table["rank"] == 1]
    assert ((top["z"] > 0) == (top["direction"] == "came")).all()
    assert table["rank"].max() <= TOP
    assert (table["posts_from"] + table["posts_to"] >= 5).all()
    assert table["p"].between(0, 1, inclusive="right").all()


def test_languages_are_apart_and_forms_together():
    n = 120
    day = START + np.arange(n)
    lang = np.where(np.arange(n) % 2, "ru", "en")
    russian = ["Наши тарифы и пошлины", "Новость про тариф", "Писали о тарифах", "Погода в столице", "Матч в столице"]
    english = ["The tariffs are back", "A tariff was set", "Weather here", "A match was played", "Football"]
    texts = [
        (russian[at // 2 % 3] if at >= 60 else russian[3 + at // 2 % 2])
        if at % 2
        else (english[at // 2 % 2] if at >= 60 else english[2 + at // 2 % 3])
        for at in range(n)
    ]
    periods = pd.DataFrame({"period": ["a", "b"], "first": [START, START + 60], "last": [START + 59, START + 119]})
    labelling = of_themes(np.zeros(n, dtype=int), pd.DataFrame({"theme": [0], "label": ["all of it"]}), -1)
    found = words([text for text, of in zip(texts, lang, strict=True) if of == "ru"], "ru", [False] * 60)
    assert [key for key in found.keys if key.startswith("тариф")] == []  # in half of the posts: too common to tell
    mixed = [text if at % 3 else "пусто" if at % 2 else "empty" for at, text in enumerate(texts)]
    table = lexical(mixed, mixed, labelling, Frame(day, lang, periods, [(0, 1)]), permutations=99)
    assert set(table["lang"]) == {"en", "ru"}
    assert not table[table["lang"] == "en"]["word"].str.contains("[а-я]", regex=True).any()


@pytest.mark.parametrize(
    ("posts", "lang", "shown"),
    [
        (
            ["Тарифы растут", "о тарифах", "тариф", "иное", "другое", "третье", "слово", "дом", "лес", "поле"],
            "ru",
            "тариф",
        ),
        (["关税提高", "加征关税", "天气很好", "足球比赛", "音乐会", "电影节", "图书馆"], "zh", "关税"),
        (["Trump spoke", "with Trump", "rain", "sun", "snow", "wind", "hail"], "en", "Trump"),
    ],
)
def test_words_are_shown_as_people_write_them(posts, lang, shown):
    found = words(posts, lang, [False] * len(posts), least=2)
    assert shown in [found.readable(word) for word in range(len(found.keys))]


def test_posts_without_words_make_no_table():
    day = START + np.arange(40)
    periods = pd.DataFrame({"period": ["a", "b"], "first": [START, START + 20], "last": [START + 19, START + 39]})
    labelling = of_themes(np.zeros(40, dtype=int), pd.DataFrame({"theme": [0], "label": ["x"]}), -1)
    frame = Frame(day, np.full(40, "en"), periods, [(0, 1)])
    for texts in ([""] * 40, ["the and of"] * 40, ["word"] * 40):
        table = lexical(texts, texts, labelling, frame)
        assert table.empty
        assert list(table.columns) == list(COLUMNS)


@pytest.mark.parametrize("runs", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_a_family_of_word_lists_claims_hardly_anything_where_nothing_changed(runs, calibrated):
    claims = []
    for run in range(runs):
        texts, _, labelling, frame = corpus(np.random.default_rng(run), themes=20, quarters=5, n=2_500)
        table = lexical(texts, texts, labelling, frame, permutations=199, seed=run)
        claims.append(table["claimed"].any())
    high = 0.08 if runs >= 200 else 0.25
    calibrated(
        "lexical, any claim", "20 themes and all posts, 5 pairs, nothing changed", np.mean(claims), 0.0, high, runs
    )
