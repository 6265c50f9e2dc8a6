from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.change.calendar import chosen, periods
from discourse.errors import UsageError


def day(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def daily(first: str, last: str) -> np.ndarray:
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=60), st.sampled_from(["year", "quarter", "month", "week"]))
def test_periods_are_without_gaps_and_hold_every_day_once(offsets, by):
    days = np.datetime64("2023-11-20") + np.array(offsets)
    table = periods(days, by)
    first, last = (table[end].to_numpy("datetime64[D]") for end in ("first", "last"))
    assert (first[1:] == last[:-1] + 1).all()
    inside = (days[:, None] >= first) & (days[:, None] <= last)
    assert (inside.sum(axis=1) == 1).all()
    assert inside[:, 0].any()
    assert inside[:, -1].any()


def test_cuts_make_stretches_that_take_the_day_of_the_cut_to_the_later_one():
    table = periods(daily("2024-01-01", "2024-12-31"), cuts=["b=2024-07-01", "2024-03-01"])
    assert table["period"].tolist() == ["before 2024-03-01", "2024-03-01", "b"]
    assert table["first"].astype(str).tolist() == ["2024-01-01", "2024-03-01", "2024-07-01"]
    assert table["last"].astype(str).tolist() == ["2024-02-29", "2024-06-30", "2024-12-31"]
    assert not table["partial"].any()


@pytest.mark.parametrize(
    ("cuts", "said"),
    [
        (["March"], "--cut March"),
        (["x=2024-13-01"], "--cut x=2024-13-01"),
        (["2024-03-01", "x=2024-03-01"], "on one day"),
        (["2024-01-01"], "has to lie between"),
        (["2025-01-01"], "has to lie between"),
    ],
)
def test_bad_cuts_are_refused(cuts, said):
    with pytest.raises(UsageError, match=said):
        periods(daily("2024-01-01", "2024-12-31"), cuts=cuts)


def test_each_period_is_compared_with_the_next_and_the_first_whole_with_the_last():
    days = daily("2024-01-25", "2025-03-31")
    table, pairs = chosen(periods(days), days, days, None, None)
    assert table["partial"].tolist() == [True, False, False, False, False]
    assert pairs == [(0, 1), (1, 2), (2, 3), (3, 4), (1, 4)]


def test_stumps_are_compared_only_when_named():
    days = daily("2024-02-15", "2025-04-06")
    table, pairs = chosen(periods(days), days, days, None, None)
    assert table["partial"].tolist() == [True, False, False, False, False, True]
    assert pairs == [(1, 2), (2, 3), (3, 4), (1, 4)]
    assert chosen(periods(days), days, days, "2025Q1", "2025Q2")[1] == [(4, 5)]
    short = daily("2024-03-20", "2024-04-10")
    assert chosen(periods(short), short, short, None, None)[1] == [(0, 1)]


def test_two_periods_are_one_pair():
    days = daily("2024-01-01", "2024-06-30")
    assert chosen(periods(days), days, days, None, None)[1] == [(0, 1)]


def test_empty_periods_are_leapt_over():
    days = np.r_[daily("2024-01-01", "2024-03-31"), daily("2024-07-01", "2024-12-31")]
    table, pairs = chosen(periods(days), days, days, None, None)
    assert table["posts"].tolist() == [91, 0, 92, 92]
    assert pairs == [(0, 2), (2, 3), (0, 3)]


def test_one_period_is_compared_with_nothing():
    days = daily("2024-01-01", "2024-03-31")
    assert chosen(periods(days), days, days, None, None)[1] == []


@pytest.mark.parametrize(
    ("earlier", "later", "names", "pair"),
    [
        ("2024Q2", "2025Q1", ["2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1"], (1, 4)),
        ("2024Q2", None, ["2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1"], (1, 4)),
        (None, "2024Q3", ["2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1"], (0, 2)),
        ("2024", "2025", ["2024", "2025"], (0, 1)),
        ("2024-03", "2024Q4", ["2024-03", "2024Q4"], (0, 1)),
        ("2024-10-01..2025-01-19", "2025-01-20..2025-02", ["2024-10-01..2025-01-19", "2025-01-20..2025-02"], (0, 1)),
    ],
)
def test_periods_are_named(earlier, later, names, pair):
    days = daily("2024-01-01", "2025-03-31")
    table, pairs = chosen(periods(days), days, days, earlier, later)
    assert table["period"].tolist() == names
    assert pairs == [pair]
    if names[-1].endswith("02"):
        assert table["last"].astype(str).tolist() == ["2025-01-19", "2025-02-28"]
        assert table["posts"].tolist() == [111, 40]


@pytest.mark.parametrize(
    ("earlier", "later", "said"),
    [
        ("2025Q1", "2024Q1", "--from is the earlier one"),
        ("2024Q1", "2024Q1", "--from is the earlier one"),
        ("2024", "2024Q3", "--from is the earlier one"),
        ("2023Q1", "2024Q1", "--from 2023Q1: has no posts"),
        ("2024Q1", "2026", "--to 2026: has no posts"),
        ("2023", None, "--from 2023: is none of the periods 2024Q1"),
        ("last year", "2024Q2", "--from 'last year' is no day or period"),
        ("2024Q1", "2024-13..2025", "--to '2024-13' is no day or period"),
        ("2024-05..2024-02", "2025Q1", "--from"),
    ],
)
def test_periods_that_can_not_be_compared_are_refused(earlier, later, said):
    days = daily("2024-01-01", "2025-03-31")
    with pytest.raises(UsageError, match=said):
        chosen(periods(days), days, days, earlier, later)


def test_a_period_named_is_partial_by_the_posts_of_the_corpus():
    corpus = daily("2024-01-01", "2025-03-31")
    asked = corpus[40::30]
    table, _ = chosen(periods(corpus), corpus, asked, "2024-01-01..2024-06-30", "2024-07-01..2024-12-31")
    assert not table["partial"].any()
