from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from discourse.stats.wording import wording


def test_log_odds_by_hand():
    # 10 of 100 posts, then 30 of 100; prior of 2 posts, of which .4 hold the word.
    found = wording([[10, 30]], [100, 100], [False, True], permutations=1)
    held, free = np.array([10.4, 30.4]), np.array([91.6, 71.6])
    delta = np.diff(np.log(held / free))[0]
    assert found.log_odds[0] == pytest.approx(delta)
    assert found.z[0] == pytest.approx(delta / np.sqrt((1 / held + 1 / free).sum()))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9_999))
def test_properties_of_wording(seed):
    rng = np.random.default_rng(seed)
    n, later = rng.integers(3, 20, 10), np.arange(10) >= 4
    y = rng.binomial(n, rng.random((90, 1)) * 0.5, (90, 10))
    y[:, 0] = np.maximum(y[:, 0], 1)
    found = wording(y, n, later, permutations=99, seed=seed)
    assert ((found.p >= 0.01) & (found.p <= 1)).all()
    order = np.argsort(-np.abs(found.z))
    assert (np.diff(found.p[order]) >= 0).all()
    swapped = wording(csr_array(y), n, ~later, permutations=99, seed=seed)
    assert np.allclose(swapped.z, -found.z)


@pytest.mark.parametrize(
    "given",
    [
        ([[1, 2]], [1, 2, 3], [True, False]),
        ([[0, 0]], [1, 1], [True, False]),
        ([[1, 1]], [1, 1], [True, True]),
        ([[3, 3]], [1, 1], [True, False]),
    ],
)
def test_counts_of_words_that_do_not_fit_are_refused(given):
    with pytest.raises(ValueError):
        wording(*given)


def bursty(rng):
    """300 words in 520 posts of 26 weeks; each week has words of its own that come in many of its posts."""
    n = rng.poisson(20, 26) + 1
    rate = rng.beta(0.5, 12, (300, 1)) * rng.lognormal(0, 0.8, (300, 26))
    y = rng.binomial(n, np.clip(rate, 0, 0.9))
    return y[y.sum(axis=1) >= 5], n


def rejected_words(runs, seed):
    """Share of |z| above 1.96, and of runs in which any word is claimed, where nothing changed."""
    rng = np.random.default_rng(seed)
    large, claimed = [], 0
    for run in range(runs):
        y, n = bursty(rng)
        found = wording(y, n, np.arange(26) >= 13, permutations=199, seed=run)
        large.append(np.mean(np.abs(found.z) > 1.96))
        claimed += bool(found.p.min() <= 0.05)
    return float(np.mean(large)), claimed / runs


def test_no_word_is_claimed_more_often_than_it_may():
    _, claimed = rejected_words(300, 0)
    assert 0.013 <= claimed <= 0.088


def test_a_new_word_is_claimed():
    rng = np.random.default_rng(0)
    y, n = bursty(rng)
    new = rng.binomial(n, np.where(np.arange(26) >= 13, 0.3, 0.02))
    found = wording(np.vstack([y, new]), n, np.arange(26) >= 13, permutations=499)
    assert found.z[-1] == found.z.max()
    assert found.p[-1] <= 0.05
