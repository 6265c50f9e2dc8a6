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
    ratio = 2 * (10 * np.log(0.5) + 30 * np.log(1.5) + 90 * np.log(90 / 80) + 70 * np.log(70 / 80))
    assert found.z[0] == pytest.approx(np.sqrt(ratio))


def test_a_spread_between_blocks_holds_z_down():
    even, uneven = [5, 5, 10, 10], [0, 10, 20, 0]
    found = wording([even, uneven], [20] * 4, [False, False, True, True], permutations=1)
    within = (2 * 20 * 0.25**2 + 2 * 20 * 0.5**2) / 2 / (0.375 * 0.625)
    assert found.z[1] == pytest.approx(found.z[0] / np.sqrt(within))
    assert found.log_odds[0] == pytest.approx(found.log_odds[1])


def test_a_word_that_all_posts_hold_takes_its_rate_from_elsewhere():
    found = wording([[10, 10]], [10, 10], [False, True], rate=np.array([0.3]), permutations=1)
    assert (found.log_odds[0], found.z[0]) == (0, 0)


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
        ([[2, 2]], [2, 2], [True, False]),
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


RUNS = [300, pytest.param(1_000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("runs", RUNS)
def test_no_word_is_claimed_more_often_than_it_may(runs, at_level, calibrated):
    rng = np.random.default_rng(0)
    large, claimed = [], []
    for run in range(runs):
        y, n = bursty(rng)
        found = wording(y, n, np.arange(26) >= 13, permutations=199, seed=run)
        large.append(np.mean(np.abs(found.z) > 1.96))
        claimed.append(found.p.min() <= 0.05)
    setting = "300 words that come in bursts of weeks, 26 weeks"
    at_level("largest z of all words, any claimed", setting, np.mean(claimed), runs)
    calibrated("z of a word above 1.96, counted by posts that hold it: size", setting, np.mean(large), 0.0, 0.08, runs)


def test_posts_are_counted_since_words_come_in_bursts(calibrated):
    """The same word several times in a post: its occurrences pass for evidence, its posts don't."""
    rng = np.random.default_rng(19)
    posts, occurrences = [], []
    for _ in range(100):
        rate = rng.beta(0.5, 12, (300, 1))
        held = rng.random((300, 26, 20)) < rate[:, :, None]
        times = held * (1 + rng.negative_binomial(0.7, 0.35, held.shape))
        for counts, n, found in ((held, 20, posts), (times, 60, occurrences)):
            y = counts.sum(axis=2)
            y = y[(y.sum(axis=1) >= 5) & (y.sum(axis=1) < n * 13)]
            z = wording(y, np.full(26, n), np.arange(26) >= 13, permutations=1).z
            found.append(np.mean(np.abs(z) > 1.96))
    calibrated(
        "z of a word above 1.96, counted by posts that hold it: size",
        "words several times in a post",
        np.mean(posts),
        0.0,
        0.06,
        100,
    )
    assert np.mean(posts) < np.mean(occurrences)


@pytest.mark.parametrize(("earlier", "later", "least"), [(0.0, 0.3, 0.9), (0.3, 0.0, 0.9), (0.02, 0.3, 0.8)])
def test_words_that_came_and_went_are_claimed(earlier, later, least, calibrated):
    rng = np.random.default_rng(0)
    found = []
    for run in range(40):
        y, n = bursty(rng)
        changed = rng.binomial(n, np.where(np.arange(26) >= 13, later, earlier))
        found.append(wording(np.vstack([y, changed]), n, np.arange(26) >= 13, permutations=199, seed=run).p[-1] <= 0.05)
    setting = f"from {earlier:.0%} to {later:.0%} of about 270 posts, among words in bursts"
    calibrated("power of the largest z", setting, np.mean(found), least, 1.0, 40)
