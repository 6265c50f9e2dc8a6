from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from discourse.stats.invariance import invariance, trend_gap


def coded(rng, *, share=(0.1,) * 5, recall=(0.6,) * 5, wrong=(0.03,) * 5, swing=0.0, part=1.0, posts=270, weeks=13):
    """Posts of several periods, in weeks that swing together: predicted, coded, period, week."""
    period = np.repeat(np.arange(len(share)), posts)
    block = period * weeks + rng.integers(0, weeks, len(period))
    y = rng.random(len(period)) < np.array(share)[period]
    p = np.where(y, np.array(recall)[period], np.array(wrong)[period])
    swings = swing * rng.standard_normal(len(share) * weeks)[block]
    z = rng.random(len(period)) < 1 / (1 + (1 - p) / p * np.exp(-swings))
    kept = rng.random(len(period)) < part
    return z[kept], y[kept], period[kept], block[kept]


def test_the_statistic_is_pearsons_in_both_strata():
    z, y, period, block = coded(np.random.default_rng(0))
    found = invariance(z, y, period, block, permutations=9)
    expected = [
        chi2_contingency(
            [[(z[held] & (period[held] == q)).sum(), (~z[held] & (period[held] == q)).sum()] for q in range(5)]
        )
        for held in (y, ~y)
    ]
    assert found.statistic == pytest.approx(sum(one.statistic for one in expected))
    assert found.df == sum(one.dof for one in expected) == 8


def test_recall_and_false_positives_by_period():
    z, y, period, block = coded(np.random.default_rng(1), recall=(0.7, 0.7, 0.7, 0.1, 0.1))
    found = invariance(z, y, period, block)
    assert found.recall[0].share[0] == pytest.approx(z[y & (period == 0)].mean())
    assert found.false_positives[4].share[0] == pytest.approx(z[~y & (period == 4)].mean())
    assert found.recall[0].low[0] < found.recall[0].share[0] < found.recall[0].high[0]
    assert found.p < 0.01


def test_nothing_to_compare():
    z, y, period, block = coded(np.random.default_rng(2))
    assert np.isnan(invariance(np.zeros_like(z), y, period, block).p)
    one = invariance(z[period == 0], y[period == 0], period[period == 0], block[period == 0])
    assert np.isnan(one.p) and np.isnan(one.detectable_recall)
    nobody = invariance(z, np.zeros_like(y), period, block, permutations=19)
    assert nobody.recall == [None] * 5 and nobody.df == 4
    few = np.isin(np.arange(len(z)), np.flatnonzero(y)[:6]) | (~y & (np.arange(len(z)) % 9 == 0))
    assert np.isnan(invariance(z[few], y[few], period[few], block[few], permutations=19).detectable_recall)


def test_a_block_lies_in_one_period():
    with pytest.raises(ValueError):
        invariance([True, False], [True, True], [0, 1], [3, 3])
    with pytest.raises(ValueError):
        invariance([True, False], [True, True], [0], [3, 3])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_properties(seed):
    rng = np.random.default_rng(seed)
    z, y, period, block = coded(rng, posts=40, part=0.5)
    found = invariance(z, y, period, block, permutations=49, seed=seed)
    assert np.isnan(found.p) or 1 / 50 <= found.p <= 1
    order = rng.permutation(len(z))
    again = invariance(z[order], y[order], period[order], block[order], permutations=49, seed=seed)
    assert (again.statistic, again.p) == (pytest.approx(found.statistic), pytest.approx(found.p, nan_ok=True))


def test_many_blocks_are_exchanged_in_parts(monkeypatch):
    given = coded(np.random.default_rng(3))
    whole = invariance(*given, permutations=99)
    monkeypatch.setattr("discourse.stats.invariance._NUMBERS", 65 * 7)
    assert invariance(*given, permutations=99).p == whole.p


def test_the_gap_of_trends():
    rng = np.random.default_rng(0)
    _, y, period, block = coded(rng, share=(0.1, 0.2), recall=(0.6,) * 2, wrong=(0.03,) * 2)
    same = trend_gap(y, y, period == 1, block)
    assert same.gap.value == 0 and np.isnan(same.gap.low) and same.same_sign == 1
    half = y & (rng.random(len(y)) < np.where(period == 0, 0.9, 0.3))
    found = trend_gap(half, y, period == 1, block)
    a, b = ([(one[period == q]).mean() for q in (0, 1)] for one in (half, y))
    assert found.gap.value == pytest.approx(np.log(a[1] / a[0]) - np.log(b[1] / b[0]))
    assert found.gap.high < 0 and found.predicted == pytest.approx(a) and found.coded == pytest.approx(b)
    nothing = trend_gap(np.zeros_like(y), y, period == 1, block)
    assert np.isnan(nothing.gap.value) and np.isnan(nothing.gap.low)
    with pytest.raises(ValueError):
        trend_gap(y, y, np.ones_like(y), block)


LEVELS = {
    "as they are": {},
    "weeks that swing": {"swing": 0.7},
    "a code that grows": {"share": (0.02, 0.05, 0.1, 0.2, 0.3), "swing": 0.7},
    "a fifth coded": {"part": 0.2},
    "two periods": {"share": (0.1,) * 2, "recall": (0.6,) * 2, "wrong": (0.03,) * 2},
}


def rejected(runs, **setting):
    return np.mean(
        [
            invariance(*coded(np.random.default_rng(seed), **setting), permutations=199, seed=seed).p <= 0.05
            for seed in range(runs)
        ]
    )


@pytest.mark.parametrize("name", ["weeks that swing"])
def test_level_of_the_exchange(at_level, name):
    at_level("invariance, false positives", f"5 x 270 posts, 10 %, {name}", rejected(400, **LEVELS[name]), 400)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LEVELS if name != "weeks that swing"])
def test_level_of_the_exchange_elsewhere(at_level, name):
    at_level("invariance, false positives", f"5 x 270 posts, 10 %, {name}", rejected(1_000, **LEVELS[name]), 1_000)


@pytest.mark.slow
def test_a_change_of_recall_is_found(calibrated):
    """T14."""
    found = rejected(400, recall=(0.7, 0.7, 0.55, 0.4, 0.4))
    calibrated("invariance, power", "recall .7 to .4, 5 x 270 posts, 10 %", found, 0.35, 1, 400)


@pytest.mark.slow
def test_what_is_said_to_be_detectable_is(calibrated):
    four = {"share": (0.1,) * 4, "wrong": (0.03,) * 4}
    z, y, period, block = coded(np.random.default_rng(0), **four, recall=(0.575,) * 4)
    change = invariance(z, y, period, block, permutations=1).detectable_recall
    up, down = 0.575 + change / 2, 0.575 - change / 2
    found = rejected(400, **four, recall=(up, up, down, down))
    calibrated("invariance, power at the detectable change of recall", "4 x 270 posts, 10 %", found, 0.7, 0.9, 400)


@pytest.mark.slow
def test_intervals_of_the_gap_hold_the_truth(calibrated):
    a = np.log((0.2 * 0.6 + 0.8 * 0.03) / (0.1 * 0.6 + 0.9 * 0.03)) - np.log(2)
    held, runs = 0, 400
    for seed in range(runs):
        z, y, period, block = coded(np.random.default_rng(seed), share=(0.1, 0.2), recall=(0.6,) * 2, wrong=(0.03,) * 2)
        gap = trend_gap(z, y, period == 1, block, seed=seed).gap
        held += gap.low <= a <= gap.high
    calibrated("coverage of the trend gap", "2 x 270 posts, 10 to 20 %", held / runs, 0.9, 0.98, runs)
