from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.blocks import block_size, design_effect, lag_one, rescaled


def test_the_design_effect_of_known_counts():
    assert design_effect(np.array([2, 0, 0, 2]), np.array([2, 2, 2, 2])) == pytest.approx(8 / 3)
    assert design_effect(np.array([1, 0, 1, 0, 1]), np.ones(5)) == pytest.approx(5 / 4)


def test_blocks_that_are_all_or_nothing_have_the_size_of_a_block():
    hits = np.tile([50, 0], 500)
    assert design_effect(hits, np.full(1000, 50)) == pytest.approx(50 * 1000 / 999)


def test_posts_at_random_have_a_design_effect_of_one():
    rng = np.random.default_rng(1)
    found = [design_effect(rng.binomial(20, 0.1, 13), np.full(13, 20)) for _ in range(2_000)]
    assert np.mean(found) == pytest.approx(1, abs=0.03)


def test_alike_posts_show_and_a_sample_of_them_tells_the_same():
    rng = np.random.default_rng(2)
    weeks = rng.beta(0.1 * 9, 0.9 * 9, 4_000)  # intraclass correlation 1 / (1 + 9)
    whole = design_effect(rng.binomial(40, weeks), np.full(4_000, 40))
    few = design_effect(rng.binomial(10, weeks), np.full(4_000, 10))
    assert whole == pytest.approx(1 + 39 * 0.1, rel=0.1)
    assert rescaled(few, 10, 40) == pytest.approx(whole, rel=0.15)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30))
def test_empty_blocks_make_no_difference_and_the_rest_has_the_same_effect(counts):
    n = np.array([a + b for a, b in counts], dtype="int64")
    y = np.array([a for a, _ in counts], dtype="int64")
    found = design_effect(y, n)
    assert math.isnan(found) or found >= 0
    with_empty = design_effect(np.append(y, 0), np.append(n, 0))
    assert found == pytest.approx(with_empty, nan_ok=True)
    assert found == pytest.approx(design_effect(n - y, n), nan_ok=True)


def test_where_nothing_can_be_said_there_is_no_number():
    assert math.isnan(design_effect(np.array([]), np.array([])))
    assert math.isnan(design_effect(np.array([1, 0]), np.array([3, 0])))
    assert math.isnan(design_effect(np.zeros(4), np.ones(4)))
    assert math.isnan(design_effect(np.ones(4), np.ones(4)))
    with pytest.raises(ValueError, match="needs"):
        design_effect(np.array([np.nan]), np.array([1]))
    with pytest.raises(ValueError, match="needs"):
        design_effect(np.array([1, 1]), np.array([1]))


def test_block_sizes():
    assert block_size(np.array([])) == 0
    assert block_size(np.array([7, 7])) == 7
    assert rescaled(1.3, 1, 50) == 1.3


def test_lag_one_by_hand():
    y, n = np.array([3, 5, 4, 4, 6, 2]), np.full(6, 10)
    # Residuals -1, 1, 0, 0, 2, -2 over root 10: products -1, 0, 0, 0, -4 over five pairs, squares 10 over six blocks.
    plain = 5 / 6 * (-5 / 5) / (10 / 6)
    assert lag_one(y, n, np.zeros(6))[0] == pytest.approx(max(-1, (plain + 1 / 6) / (1 - 4 / 6)))
    y, n = np.tile(y, 2), np.tile(n, 2)
    # In one period, with a pair between the halves: -1 * -2 more over eleven pairs.
    plain = 11 / 12 * (-10 + 2) / 11 / (20 / 12)
    assert lag_one(y, n, np.zeros(12))[0] == pytest.approx((plain + 1 / 12) / (1 - 4 / 12))


def test_lag_one_knows_periods_and_gaps():
    step = np.repeat([2, 8], 13)
    y = step + np.tile([0, 1], 13)
    n, quarter = np.full(26, 20), np.repeat(["2024Q1", "2024Q2"], 13)
    assert lag_one(y, n, np.zeros(26))[0] > 0.9
    assert lag_one(y, n, quarter)[0] < -0.9
    empty = np.insert(n, 5, 0), np.insert(quarter, 5, "2024Q1")
    with_gap = lag_one(np.insert(y, 5, 0), *empty)
    assert with_gap.shape == (1,)
    assert -1 <= with_gap[0] <= 1


def test_lag_one_says_nothing_of_too_little():
    assert np.isnan(lag_one([[1, 2, 1, 2, 1], [0, 0, 0, 0, 0]], np.full(5, 9), np.zeros(5))).all()
    assert np.isnan(lag_one(np.zeros((2, 12)), np.full(12, 9), np.zeros(12))).all()
    assert np.isnan(lag_one(np.ones(12), np.full(12, 9), np.arange(12))).all()
    assert np.isnan(lag_one(np.tile([1, 0], 8), np.tile([9, 0], 8), np.zeros(16))).all()
    assert lag_one(np.zeros((0, 12)), np.full(12, 9), np.zeros(12)).shape == (0,)
    for counts in (([np.nan], [1], [0]), ([1, 1], [2], [0]), ([1, 1], [2, 2], [0])):
        with pytest.raises(ValueError, match="needs"):
            lag_one(*map(np.array, counts))


@pytest.mark.parametrize("phi", [0, 0.5, 0.8])
def test_lag_one_finds_how_long_swings_last(phi, calibrated):
    rng, runs = np.random.default_rng(3), 2_000
    shocks, swings = rng.standard_normal((runs, 65)), np.zeros((runs, 65))
    swings[:, 0] = shocks[:, 0]
    for week in range(1, 65):
        swings[:, week] = phi * swings[:, week - 1] + np.sqrt(1 - phi**2) * shocks[:, week]
    hits = np.clip(1e6 + 1e4 * swings, 0, 1e7)
    found = lag_one(hits, np.full(65, 1e7), np.arange(65) // 13)
    setting = f"five quarters of 13 weeks, AR(1) of φ = {phi}, without chance within weeks"
    calibrated("lag-one correlation: mean", setting, found.mean(), phi - 0.1, phi + 0.1, runs)
