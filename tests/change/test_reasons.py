from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.change.labelling import CODE, from_cells
from discourse.change.reasons import AUTHORS, COLUMNS, compositions, dominated
from discourse.change.shifts import pairs


def quarters(before: int, now: int) -> np.ndarray:
    """Days of so many posts of the first quarter, and of the second."""
    first, second = np.datetime64("2024-01-01"), np.datetime64("2024-04-01")
    return np.r_[first + np.arange(before) % 91, second + np.arange(now) % 91]


def test_mix_and_within_are_those_of_the_textbook(framed):
    """Shares of 4 and 12 % become 5 and 12 %, while the second language grows from 30 to 60 % of the posts."""
    day = quarters(1_000, 1_000)
    lang = np.array(["ru"] * 700 + ["kk"] * 300 + ["ru"] * 400 + ["kk"] * 600)
    held = np.concatenate([np.arange(n) < hits for n, hits in ((700, 28), (300, 36), (400, 20), (600, 72))])
    codes = from_cells(pd.Series(np.where(held, "a", "b")), "x", CODE)
    (pair,) = pairs(codes, framed(day, lang), by="all of it")
    table = compositions(codes, pair, {"lang": lang, "author": np.full(2_000, "one")})
    assert table.columns.tolist() == COLUMNS
    assert table["factor"].tolist() == ["lang", "lang"]  # one author is no mix
    row = table.set_index("label").loc["a"]
    assert row[["by", "from", "to"]].tolist() == ["all of it", "2024Q1", "2024Q2"]
    assert row[["difference", "within", "mix"]].tolist() == pytest.approx([0.028, 0.0055, 0.0225])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), values=st.sampled_from([2, 7, 80]))
def test_parts_add_up_to_the_crude_difference(framed, themed, two_quarters, seed, values):
    day, lang, theme = two_quarters(seed, 200, 0.3)
    author = np.random.default_rng(seed).integers(0, values, 200).astype(str)
    labels = themed(theme, 4)
    (pair,) = pairs(labels, framed(day, lang))
    table = compositions(labels, pair, {"lang": lang, "author": author})
    later = day >= np.datetime64("2024-04-01")
    for row in table.to_dict("records"):
        held = labels.of(labels.labels["label_id"].tolist().index(row["label_id"]))
        assert row["difference"] == pytest.approx(held[later].mean() - held[~later].mean())
        assert row["within"] + row["mix"] == pytest.approx(row["difference"])
    assert np.allclose(table.groupby("factor")["difference"].sum(), 0)
    (turned,) = pairs(labels, framed(day, np.where(lang == "ru", "zh", "en")))
    pd.testing.assert_frame_equal(
        table, compositions(labels, turned, {"lang": np.where(lang == "ru", "a", "b"), "author": author})
    )


def test_without_the_author_who_wrote_it_a_label_did_not_move(framed):
    day = quarters(200, 200)
    author = np.array([f"author {at % 40}" for at in range(400)], dtype=object)
    held = np.arange(400) % 10 == 0
    author[200:240] = "the one"
    held[200:240] = True
    codes = from_cells(pd.Series(np.where(held, "a", "b")), "x", CODE)
    (pair,) = pairs(codes, framed(day))
    table = dominated(codes, pair, author.astype("str"))
    assert table.columns.tolist() == AUTHORS
    assert table["label"].tolist() == ["a"]  # nobody wrote a fifth of b
    row = table.iloc[0]
    assert row["author"] == "the one"
    assert row["part"] == pytest.approx(40 / held.sum())
    assert row["difference"] == pytest.approx(held[200:].mean() - held[:200].mean())
    rest = author != "the one"
    assert row["without"] == pytest.approx(held[200:][rest[200:]].mean() - held[:200][rest[:200]].mean())
    assert row["without"] == pytest.approx(0.1 - 0.1, abs=0.01)


def test_posts_without_author_dominate_nothing(framed, themed):
    labels = themed(np.arange(200) % 2)
    (pair,) = pairs(labels, framed(quarters(100, 100)))
    assert dominated(labels, pair, np.full(200, "")).empty
    few = np.array(["a"] * 20 + [""] * 180)
    found = dominated(labels, pair, few)
    assert found.columns.tolist() == AUTHORS
    assert found.empty
    assert (found.dtypes[["part", "difference", "without"]] == "float64").all()


def test_the_only_author_of_a_period_leaves_nothing_to_compare(framed, themed):
    labels = themed(np.arange(200) % 2)
    (pair,) = pairs(labels, framed(quarters(100, 100)))
    found = dominated(labels, pair, np.array(["a"] * 100 + ["b"] * 50 + ["a"] * 50))
    assert (found["author"] == "a").all()
    assert found["without"].isna().all()


def test_a_label_is_not_narrowed_to_the_pair(framed, themed, two_quarters):
    day, lang, theme = two_quarters(0, 200)
    day = np.r_[day, day[:50] + 182]
    lang, theme = np.r_[lang, lang[:50]], np.r_[theme, theme[:50]]
    labels = themed(theme)
    found = pairs(labels, framed(day, lang, pair=("2024Q1", "2024Q3")))
    (pair,) = found
    table = compositions(labels, pair, {"lang": lang})
    held = labels.of(1)
    q1, q3 = (np.flatnonzero(day.astype("datetime64[M]").astype(int) // 3 == 216 + at) for at in (0, 2))
    assert table["difference"].iloc[1] == pytest.approx(held[q3].mean() - held[q1].mean())
