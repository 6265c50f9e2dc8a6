"""The same posts in two tables."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.posts.match import match


def table(ids, texts):
    return pd.DataFrame({"post_id": ids, "text": texts}).astype("str")


def pairs(first, second):
    return list(zip(*(rows.tolist() for rows in match(first, second)), strict=True))


def test_posts_of_one_name_are_the_same_though_a_few_were_mended():
    first = table(list("abcd"), ["one", "two", "three", "four"])
    second = table(list("dcba"), ["four", "three", "two!", "one, mended"])
    assert pairs(first, second) == [(0, 3), (1, 2), (2, 1), (3, 0)]


def test_names_of_rows_are_not_names_of_posts():
    first = table(["1", "2", "3", "4"], ["one", "two", "three", "four"])
    second = table(["1", "2", "3"], ["four", "three", "other"])
    assert pairs(first, second) == [(2, 1), (3, 0)]


def test_equal_texts_are_paired_in_order_and_each_once():
    assert pairs(table(["a", "b", "c"], ["Yes"] * 3), table(["x", "y"], ["yes!", "YES"])) == [(0, 0), (1, 1)]


def test_nothing_in_common_is_no_pairs():
    assert pairs(table(["a"], ["one"]), table(["b"], ["two"])) == []
    assert pairs(table([], []), table(["b"], ["two"])) == []


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["one", "two", "", "👍", "три"]), max_size=8), st.permutations(range(8)))
def test_a_table_matches_itself_in_any_order(texts, order):
    first = table([f"p{i}" for i in range(len(texts))], texts)
    again = [i for i in order if i < len(texts)]
    assert pairs(first, first.iloc[again]) == [(i, again.index(i)) for i in range(len(texts))]
    other_names = table([f"q{i}" for i in range(len(texts))], texts)
    found = pairs(first, other_names.iloc[again])
    assert len(found) == len(texts)
    assert all(texts[i] == texts[again[j]] for i, j in found)
