from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.posts.audit.authors import authors
from discourse.posts.audit.codes import codes
from discourse.posts.audit.texts import excerpt, languages, set_aside, texts


def test_lengths_are_counted_in_characters_of_any_script(made):
    posts = made(["abc", "снег", "大雪", "الثلج", "қар жауды"])
    found = texts(posts.table)
    assert (found["shortest"], found["median"], found["longest"], found["mean"]) == (2, 4, 9, 4.6)
    assert found["longest_post"] == {"post_id": "p4", "file": "posts.csv", "row": 5}
    assert found["cut"] is None


def test_very_long_posts_and_posts_without_a_message_are_counted(made):
    posts = made(["x" * 10_001, "y" * 10_000, "https://a.b"])
    posts.table.loc[2, "set_aside"] = "https://a.b"
    found = texts(posts.table)
    assert (found["long"], found["longest"], found["wordless"]) == (1, 10_001, 1)
    aside = set_aside(posts.table)
    assert (aside["posts"], aside["characters"]) == (1, round(11 / 20_012, 4))


def words(n, seed):
    rng = random.Random(seed)
    return "".join(rng.choice("abcdefgh klmno") for _ in range(n - 1)) + "."


def test_texts_cut_at_one_length_show(made):
    lengths = [60 + 7 * row % 75 for row in range(300)]
    assert texts(made([words(n, row) for row, n in enumerate(lengths)]).table)["cut"] is None
    cut = [min(n, 120) for n in lengths]
    said = [words(n, row) for row, n in enumerate(cut)]
    expected = {"length": 120, "texts": cut.count(120), "of": 300, "longer": 0}
    assert texts(made(said).table)["cut"] == expected
    assert texts(made([*said, words(130, 1), words(131, 2)]).table)["cut"]["longer"] == 2
    dotted = [words(n - 3, row) + "..." if n == 120 else words(n, row) for row, n in enumerate(cut)]
    assert texts(made(dotted).table)["cut"]["length"] == 120


def test_one_text_copied_and_one_template_are_not_cut(made):
    others = [words(60 + row % 50, row) for row in range(200)]
    assert texts(made([*others, *[words(120, 1)] * 100]).table)["cut"] is None
    weather = [f"Погода в городе на сегодня: температура {10 + n % 20} градусов, ветер {n % 7} м/с" for n in range(300)]
    assert texts(made(weather).table)["cut"] is None
    names = [
        f"{words(9, n)} has sent a gift to all of those who are in the channel today and tomorrow" for n in range(99)
    ]
    assert texts(made(names).table)["cut"] is None


def test_what_is_set_aside_is_named(made):
    posts = made(["x"] * 8)
    aside = ["汪文斌："] * 4 + ["汪文斌：\nhttps://t.me/x/1", "@akorda", "#снег #зима", ""]
    posts.table["set_aside"] = pd.Series(aside, dtype="str")
    found = set_aside(posts.table)
    assert found["kinds"] == {"links": 1, "handles": 1, "hashtags": 1, "repeated": 5}
    assert found["commonest"] == [{"piece": "汪文斌：", "posts": 5}]
    assert (found["posts"], found["looked_at"]) == (7, 7)


@pytest.mark.parametrize(
    ("said", "wordless"),
    [
        *(("https://t.me/x/1", 1), ("@akorda #снег", 1), ("👍 12", 1), ("#снег идёт", 0), ("大雪", 0), ("12%", 1)),
        *(("RT @one: www.example.org", 1), ("см. https://t.me/x/1", 0), ("🔴", 1)),
    ],
)
def test_posts_without_a_letter_of_their_own(made, said, wordless):
    assert texts(made([said, "снег"]).table)["wordless"] == wordless


def test_short_posts_of_one_length_are_not_cut(made):
    assert texts(made(["1234567"] * 50).table)["cut"] is None


def test_languages_and_mixtures(made):
    found = languages(made(["a"] * 5, langs=["ru", "kk;ru", "kk;ru", "ru;kk", "zh"]).table)
    assert found == {"counts": {"kk": 2, "ru": 2, "zh": 1}, "mixed": 3, "mixtures": {"kk;ru": 2, "ru;kk": 1}}


def test_an_excerpt_is_one_short_line(golden):
    for said in golden.values():
        assert excerpt(said[0]) == said[0]
    assert excerpt("a\n\tb") == "a b"


@given(st.text())
def test_an_excerpt_never_grows(text):
    assert len(excerpt(text)) <= 160
    assert "\n" not in excerpt(text)


def test_prolific_authors_and_the_quarters_they_dominate(made):
    dates = ["2024-01-01"] * 12 + ["2024-05-01"] * 12 + ["2024-08-01"]
    posts = made(["x"] * 25, dates, authors=["b", "a", "b"] * 4 + ["a", "b", "c", None] * 3 + ["c"])
    found = authors(posts.table)
    assert (found["different"], found["without"]) == (3, 3)
    assert found["top"][0] == {"author": "b", "posts": 11, "share": 0.44}
    assert found["dominated"] == [{"period": "2024Q1", "author": "b", "share": 0.6667}]
    assert authors(made(["x"]).table) is None
    assert authors(made(["x", "y"], dates[:2], authors=["a", "a"]).table)["dominated"] == []


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        (["trade", "culture"] * 10, (2, None)),
        (["сауда; мәдениет", "сауда", "мәдениет", "жол;сауда"] * 10, (3, ";")),
        (["贸易|文化", "贸易", "文化"] * 10, (2, "|")),
        ([1, 2, 3, 2] * 10, (3, None)),
        (["only"] * 40, None),
        ([f"https://example.org/{n}" for n in range(40)], None),
        ([0.5, 1.5] * 20, None),
        ([None] * 40, None),
        (["a, b", "c, d"] * 20, (2, None)),
    ],
)
def test_columns_that_look_like_codes(made, values, looks):
    found = codes(made(["x"] * len(values), topic=values))
    assert [(one["values"], one["separator"]) for one in found] == ([looks] if looks else [])


@pytest.mark.parametrize("header", ["Likes", "reactions", "thread_id", "Total Interactions", "Просмотры", "点赞数"])
def test_numbers_of_a_platform_and_identifiers_are_no_codes(made, header):
    assert codes(made(["x"] * 40, **{header: [1, 2] * 20})) == []


@pytest.mark.parametrize(
    ("format", "header"),
    [
        ("xlsx", "sheet"),
        ("crowdtangle", "Type"),
        ("instagram", "media"),
        ("telegram", "chat_type"),
        ("4cat", "hashtags"),
    ],
)
def test_columns_that_an_export_fills_are_no_codes(made, format, header):
    posts = made(["x"] * 40, **{header: ["a", "b"] * 20})
    assert [one["column"] for one in codes(posts)] == [header]
    posts.sources[0]["format"] = format
    assert codes(posts) == []


def test_other_names_of_the_authors_are_no_codes(made):
    authors = ["a", "b"] * 20
    assert codes(made(["x"] * 40, authors=authors, Account=["Account A", "Account B"] * 20)) == []
    assert codes(made(["x"] * 40, authors=authors, Account=["Account A", None] * 20)) == []
    assert codes(made(["x"] * 40, authors=authors, topic=["trade", "trade", "culture", "trade"] * 10))


def test_columns_with_a_role_are_no_codes(made):
    posts = made(["x"] * 20, author_name=["a", "b"] * 10)
    posts.columns["author"] = "author_name"
    assert codes(posts) == []
