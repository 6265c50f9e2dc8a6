from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.change.labelling import CODE, from_cells
from discourse.change.prevalence import COLUMNS, prevalence


def test_shares_and_intervals_are_those_of_the_blocks(framed):
    day = np.datetime64("2024-01-01") + 7 * np.repeat(np.arange(13), 4) + np.tile([0, 1, 2, 6], 13)
    codes = from_cells(pd.Series(["a;b", "b", "b", None] * 13), "x", CODE)
    table = prevalence(codes, framed(day), by="embassy")
    assert table.columns.tolist() == COLUMNS
    assert table["label"].tolist() == ["b", "a"]
    assert table["n"].tolist() == [39, 13]
    assert (table[["n_total", "period", "by", "note"]] == [52, "2024Q1", "embassy", ""]).all().all()
    assert table["share"].tolist() == [0.75, 0.25]
    # every week the same: design effect 1, Wilson with t of 12 degrees of freedom
    t2 = 2.1788128**2
    centre, half = (0.25 + t2 / 104) / (1 + t2 / 52), np.sqrt(t2 * 0.1875 / 52 + t2**2 / 4 / 52**2) / (1 + t2 / 52)
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([centre - half, centre + half])
    assert table.loc[0, "low"] == pytest.approx(1 - table.loc[1, "high"])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_counts_are_those_by_hand_in_any_order(framed, themed, two_quarters, seed):
    day, lang, theme = two_quarters(seed, 80)
    table = prevalence(themed(theme, 4), framed(day, lang))
    for row in table.to_dict("records"):
        inside = (day.astype("datetime64[M]").astype(int) // 3) == int(row["period"][-1]) - 1 + 54 * 4
        assert row["n_total"] == inside.sum()
        assert row["n"] == ((theme == int(row["label_id"])) & inside).sum()
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()
    order = np.random.default_rng(seed).permutation(80)
    again = prevalence(themed(theme[order], 4), framed(day[order], lang[order]))
    pd.testing.assert_frame_equal(table, again)


def test_an_empty_period_has_no_share(framed, themed):
    day = np.r_[
        np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-04-01")),
        np.arange(np.datetime64("2024-07-01"), np.datetime64("2024-10-01")),
    ]
    table = prevalence(themed(np.zeros(len(day), dtype=int)), framed(day))
    empty = table[table["period"] == "2024Q2"]
    assert (empty["n"] == 0).all()
    assert empty[["share", "low", "high"]].isna().all().all()
    assert (empty["note"] == "no posts").all()


def test_what_a_period_lacks_is_noted(framed, themed):
    whole = np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-07-04"))
    hole = (whole >= np.datetime64("2024-04-20")) & (whole < np.datetime64("2024-06-20"))
    day = whole[~hole]
    table = prevalence(themed(np.zeros(len(day), dtype=int)), framed(day)).drop_duplicates("period")
    notes = dict(zip(table["period"], table["note"], strict=True))
    assert notes["2024Q1"] == ""
    assert notes["2024Q2"] == "61 days without any post"
    assert notes["2024Q3"].startswith("partial: the posts begin or end within it; only 3 days with posts")


def test_one_post_says_next_to_nothing(framed, themed):
    table = prevalence(themed([0]), framed(np.array(["2024-02-02"])))
    assert table.loc[0, ["n", "n_total", "share", "low", "high"]].tolist() == [1, 1, 1, 0, 1]
    assert "only 1 day with posts: intervals are guesses" in table.loc[0, "note"]
