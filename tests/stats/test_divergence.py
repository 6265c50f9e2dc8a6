from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency

from discourse.stats.divergence import divergence


def test_by_the_book():
    assert divergence(np.array([[1, 0], [0, 1]]), [False, True], permutations=1).plain == pytest.approx(1)
    assert divergence(np.array([[5, 9], [5, 0]]), [False, True], permutations=1).plain == pytest.approx(
        0.31128, abs=1e-5
    )


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 9_999))
def test_properties_of_divergence(seed):
    rng = np.random.default_rng(seed)
    counts, after = rng.integers(0, 9, (5, 12)) + 1, np.arange(12) >= 6
    found = divergence(counts, after, permutations=99, seed=1)
    assert found.plain == pytest.approx(
        jensenshannon(counts[:, ~after].sum(axis=1), counts[:, after].sum(axis=1), base=2) ** 2
    )
    assert found.parts.sum() == pytest.approx(found.plain)
    assert 0.01 <= found.p <= 1
    assert divergence(counts, ~after, permutations=9).plain == pytest.approx(found.plain)
    other = divergence(counts[::-1], after, permutations=99, seed=1)
    assert (other.plain, other.p) == (pytest.approx(found.plain), found.p)


def test_a_change_of_languages_is_no_change_within_them():
    rng = np.random.default_rng(0)
    after, lang = np.tile([False, True], 26), np.repeat([0, 1], 26)
    size = np.where(after == (lang == 1), 30, 10)
    themes = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    counts = np.array([rng.multinomial(n, themes[which]) for n, which in zip(size, lang, strict=True)]).T
    assert divergence(counts, after, lang, permutations=499).p > 0.05
    assert divergence(counts, after, permutations=499).p < 0.01


@pytest.mark.parametrize(
    "given",
    [
        (np.ones((2, 3)), [True, False]),
        (np.ones(3), [True, False, True]),
        (-np.ones((2, 2)), [True, False]),
        (np.ones((2, 2)), [True, True]),
    ],
)
def test_counts_that_tell_nothing_are_refused(given):
    with pytest.raises(ValueError):
        divergence(*given)


def test_the_divergence_is_that_of_the_g_test():
    # Of two periods with as many posts, 2 N times the divergence in nats is G.
    counts = np.array([[10, 15], [20, 15], [10, 10]])
    g = chi2_contingency(counts, lambda_="log-likelihood").statistic
    found = divergence(counts, [False, True], permutations=1).plain
    assert 2 * 80 * np.log(2) * found == pytest.approx(g)


def test_blocks_of_divergence_are_exchanged_whole():
    rng = np.random.default_rng(0)
    counts, after = rng.integers(0, 9, (5, 12)), np.arange(12) >= 6
    cells, whole = (divergence(counts, after, None, block, permutations=99) for block in (None, np.arange(12)))
    assert (whole.plain, whole.p) == (pytest.approx(cells.plain), cells.p)
    halves = np.repeat(counts, 2, axis=1), np.repeat(after, 2), None, np.repeat(np.arange(12), 2)
    assert divergence(*halves, permutations=99).p == whole.p
    rare = np.c_[counts, [[1], [0], [0], [0], [0]], [[0], [1], [0], [0], [0]]]
    found = divergence(rare, [*after, False, True], [0] * 12 + [1] * 2, [*range(12), 0, 11], permutations=99)
    assert 0 < found.p <= 1
    assert np.isfinite(found.adjusted)
    with pytest.raises(ValueError, match="one period"):
        divergence(counts, after, None, np.zeros(12))


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(1_000, 1, marks=pytest.mark.slow, id="long")]
)
def test_weeks_that_move_all_languages_are_no_divergence(runs, seed, languages, at_level, calibrated):
    rng = np.random.default_rng(seed)
    found = naive = 0
    for run in range(runs):
        y, n, after, lang, week = languages(rng, 4, 2_700)
        counts = np.stack([y, n - y])
        found += divergence(counts, after, lang, week, permutations=199, seed=run).p <= 0.05
        naive += divergence(counts, after, lang, permutations=199, seed=run).p <= 0.05
    setting = "4 languages whose weeks swing alike, 2,700 posts a quarter, a theme of 7 % and the rest"
    at_level("did anything move, whole weeks: size", setting, found / runs, runs)
    calibrated("did anything move, weeks of each language by themselves: size", setting, naive / runs, 0.13, 1, runs)


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(1_000, 1, marks=pytest.mark.slow, id="long")]
)
def test_size_of_divergence(runs, seed, themed, at_level, calibrated):
    rng = np.random.default_rng(seed)
    later, found, naive, adjusted = np.arange(26) >= 13, 0, 0, []
    for run in range(runs):
        counts = themed(rng)
        one = divergence(counts, later, permutations=199, seed=run)
        found += one.p <= 0.05
        adjusted.append(one.adjusted)
        table = np.stack([counts[:, ~later].sum(axis=1), counts[:, later].sum(axis=1)])
        naive += chi2_contingency(table[:, table.any(axis=0)]).pvalue <= 0.05
    setting = "30 themes, 273 and 273 posts, days that differ (ICC 0.1)"
    at_level("did anything move: size", setting, found / runs, runs)
    calibrated("did anything move: size of the naive chi-square test", setting, naive / runs, 0.1, 1, runs)
    error = 3 * np.std(adjusted) / np.sqrt(runs)
    calibrated("did anything move: mean adjusted divergence, bits", setting, np.mean(adjusted), -error, error, runs)
