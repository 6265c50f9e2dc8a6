from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.shift import shift


def test_four_blocks_against_four_is_an_exact_test():
    found = shift([0, 0, 0, 0, 1, 1, 1, 1], np.ones(8), np.arange(8) >= 4, permutations=99_999)
    assert found.difference == [1.0]
    assert found.p[0] == pytest.approx(2 / 70, abs=0.003)


def test_the_error_is_that_of_the_linearised_ratio():
    y, n = np.array([2, 0, 0, 2, 1, 1, 1, 1]), np.full(8, 2)
    found = shift(y, n, np.arange(8) >= 4)
    # Before: p = .5, V = 4/3 * (4 * 1) / 8^2 = .08333; after: every block is at its mean.
    assert found.difference[0] == pytest.approx(0)
    assert found.error[0] == pytest.approx(np.sqrt(0.083333), abs=1e-5)


def test_a_change_of_mix_is_no_change_within_strata():
    # 4 and 12 % in two languages throughout; the second grows from 30 to 60 % of the posts.
    n = np.array([700, 300, 400, 600] * 6)
    y = n * np.tile([0.04, 0.12, 0.04, 0.12], 6)
    after, lang = np.tile([False, False, True, True], 6), np.tile([0, 1, 0, 1], 6)
    assert shift(y, n, after, lang).difference[0] == pytest.approx(0, abs=1e-12)
    assert shift(y, n, after).difference[0] == pytest.approx(0.024)


def test_a_stratum_in_one_period_only_is_left_out():
    found = shift([1, 2, 3, 9], [10, 10, 10, 10], [False, True, True, True], [0, 0, 0, 1], permutations=9)
    assert found.strata.tolist() == [0]
    assert found.difference[0] == pytest.approx(5 / 20 - 1 / 10)


def test_nothing_can_be_tested_without_blocks_or_hits():
    assert np.isnan(shift([1, 2], [10, 10], [False, True]).p[0])
    assert np.isnan(shift(np.zeros(8), np.ones(8), np.arange(8) >= 4).p[0])


@pytest.mark.parametrize(
    "given",
    [
        ([1, 2], [10, 10], [True, True]),
        ([11, 2], [10, 10], [True, False]),
        ([-1, 2], [10, 10], [True, False]),
        ([1, 2, 3], [10, 10], [True, False]),
    ],
)
def test_what_does_not_fit_is_refused(given):
    with pytest.raises(ValueError):
        shift(*given)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.integers(1, 4))
def test_properties(seed, labels):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 30, 24)
    y = rng.binomial(n, rng.beta(1, 6, (labels, 24)))
    after, lang = np.tile([False, True], 12), np.repeat([0, 1], 12)
    found = shift(y, n, after, lang, permutations=199, seed=seed)
    known = ~np.isnan(found.p)
    assert ((found.p[known] >= 1 / 200) & (found.p[known] <= 1)).all()
    swapped = shift(y, n, ~after, lang, permutations=199, seed=seed)
    assert np.allclose(swapped.difference, -found.difference)
    assert np.allclose(swapped.error, found.error)
    one = shift(y[0], n, after, lang, permutations=199, seed=seed)
    assert np.allclose([one.difference[0], one.error[0]], [found.difference[0], found.error[0]])
    assert one.p[0] == found.p[0] or np.isnan(one.p[0])


def false_positives(runs, icc, seed):
    """Share of runs with p <= .05 where nothing changed: 270 posts a quarter, 7 %, days that differ by `icc`."""
    rng = np.random.default_rng(seed)
    n_days, found = 91, 0
    a = 0.07 * (1 / icc - 1)
    b = 0.93 * (1 / icc - 1)
    week = np.r_[np.arange(n_days) // 7, 100 + np.arange(n_days) // 7]
    for run in range(runs):
        day = np.concatenate([rng.multinomial(270, np.full(n_days, 1 / n_days)) for _ in range(2)])
        hits = rng.binomial(day, rng.beta(a, b, 2 * n_days))
        cells = np.unique(week, return_inverse=True)[1]
        y, n = np.bincount(cells, hits), np.bincount(cells, day)
        found += bool(shift(y, n, np.arange(len(n)) >= len(n) // 2, permutations=199, seed=run).p[0] <= 0.05)
    return found / runs


@pytest.mark.parametrize("icc", [0.1, 0.3])
def test_false_positives_stay_at_the_level(icc):
    assert 0.017 <= false_positives(400, icc, 0) <= 0.083


@pytest.mark.slow
@pytest.mark.parametrize("icc", [0.01, 0.1, 0.3])
def test_false_positives_stay_at_the_level_over_many_runs(icc):
    assert 0.029 <= false_positives(1_000, icc, 1) <= 0.071
