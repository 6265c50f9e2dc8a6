from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

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


def false_positives(runs, seed):
    """Share of runs with p <= .05: 30 themes, 270 posts a quarter, days that differ, nothing changed."""
    rng = np.random.default_rng(seed)
    themes = rng.dirichlet(np.ones(30))
    found, adjusted = 0, []
    for run in range(runs):
        counts = np.zeros((30, 26))
        for week in range(26):
            for _ in range(7):
                counts[:, week] += rng.multinomial(rng.poisson(3), rng.dirichlet(9 * themes + 1e-9))
        one = divergence(counts, np.arange(26) >= 13, permutations=199, seed=run)
        found += bool(one.p <= 0.05)
        adjusted.append(one.adjusted)
    return found / runs, float(np.mean(adjusted))


def test_false_positives_of_divergence_stay_at_the_level():
    size, mean = false_positives(300, 0)
    assert 0.013 <= size <= 0.088
    assert abs(mean) < 0.002


@pytest.mark.slow
def test_false_positives_of_divergence_stay_at_the_level_over_many_runs():
    size, _ = false_positives(1_000, 1)
    assert 0.029 <= size <= 0.071
