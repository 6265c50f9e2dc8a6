from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.contrast import checked, contrast, log_odds


def corpus(seed, labels=3, weeks=30, strata=2):
    rng = np.random.default_rng(seed)
    posts = rng.integers(0, 12, (weeks, strata))
    return rng.binomial(posts, rng.beta(1, 4, (labels, weeks, strata))), posts


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), window=st.integers(1, 6), gap=st.integers(0, 3))
def test_sums_over_time_equal_a_count_by_hand(seed, window, gap):
    hits, posts = corpus(seed)
    starts = np.arange(window + gap, 30 - window + 1)
    found, error = contrast(hits, posts, starts, window=window, gap=gap)
    for column, start in enumerate(starts):
        sides = slice(start - gap - window, start - gap), slice(start, start + window)
        y0, y1 = (hits[:, side].sum(axis=1) for side in sides)
        n0, n1 = (posts[side].sum(axis=0) for side in sides)
        both = (n0 > 0) & (n1 > 0)
        if not both.any():
            assert np.isnan(found[:, column]).all()
            continue
        y0, y1, n0, n1 = y0[:, both], y1[:, both], n0[both], n1[both]
        weight = (n0 + n1) / (n0 + n1).sum()
        assert np.allclose(found[:, column], ((y1 / n1 - y0 / n0) * weight).sum(axis=1))
        pooled = ((y0 + y1).sum(axis=1) + 0.5) / ((n0 + n1).sum() + 1)
        assert np.allclose(error[:, column] ** 2, pooled * (1 - pooled) * (weight**2 * (1 / n0 + 1 / n1)).sum())


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_turning_time_around_turns_the_sign(seed):
    hits, posts = corpus(seed)
    at = np.array([15])
    one = [contrast(hits, posts, at, window=5, gap=0)[0], log_odds(hits, posts, at, window=5, gap=0)]
    other = [f(hits[:, ::-1], posts[::-1], at, window=5, gap=0) for f in (contrast, log_odds)]
    assert np.allclose(one[0], -other[0][0], equal_nan=True)
    assert np.allclose(one[1], -other[1], equal_nan=True)


def test_log_odds_have_half_a_post_added():
    hits, posts = np.array([[[0], [4]]]), np.array([[10], [10]])
    found = log_odds(hits, posts, np.array([1]), window=1, gap=0)[0, 0]
    assert found == pytest.approx(np.log(4.5 / 6.5) - np.log(0.5 / 10.5))


def test_a_change_of_mix_is_no_effect():
    posts = np.array([[70, 30]] * 10 + [[40, 60]] * 10)
    hits = (posts * [0.1, 0.3])[None]
    assert contrast(hits, posts, np.array([10]), window=5, gap=0)[0][0, 0] == pytest.approx(0)


@pytest.mark.parametrize(
    ("hits", "posts"),
    [
        (np.zeros((1, 4)), np.zeros((4, 1))),
        (np.zeros((1, 4, 1)), np.zeros((5, 1))),
        (np.full((1, 4, 1), np.nan), np.ones((4, 1))),
        (np.ones((1, 4, 1)), -np.ones((4, 1))),
    ],
)
def test_counts_that_do_not_fit_are_refused(hits, posts):
    with pytest.raises(ValueError):
        checked(hits, posts)
