from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.family import unevenness, worth_testing


def test_what_can_not_be_significant_among_the_rest_is_left_out():
    assert worth_testing(np.array([0.001, 0.02, 0.02, 0.02])).tolist() == [True, True, True, True][:1] + [False] * 3
    assert worth_testing(np.array([0.02, np.nan])).tolist() == [True, False]
    assert worth_testing(np.array([0.3, 0.4])).tolist() == [False, False]
    assert worth_testing(np.array([])).tolist() == []
    assert worth_testing(np.full(3, 0.01)).all()


@given(st.lists(st.floats(1e-6, 1), max_size=40))
def test_the_family_is_that_of_the_smallest_number_that_bears_it(least):
    p = np.array(least)
    number = next(k for k in range(1, len(p) + 2) if (p <= 0.05 / k).sum() <= k)
    assert worth_testing(p).tolist() == (p <= 0.05 / number).tolist()


@given(seed=st.integers(0, 9_999))
def test_exchanging_blocks_leaves_the_family_as_it_is(seed):
    rng = np.random.default_rng(seed)
    posts = rng.poisson([9, 3], (16, 2))
    hits = rng.binomial(posts, 0.2, (4, 16, 2))
    order = rng.permutation(16)
    assert unevenness(hits[:, order], posts[order]) == pytest.approx(unevenness(hits, posts))


def test_unevenness_is_1_by_chance_and_more_where_a_share_moves():
    rng = np.random.default_rng(0)
    posts = rng.poisson([15, 6], (16, 2))
    same = rng.binomial(posts, 0.1, (4_000, 16, 2))
    assert unevenness(same, posts).mean() == pytest.approx(1, abs=0.03)
    moves = rng.binomial(posts, np.where(np.arange(16) < 8, 0.05, 0.15)[:, None], (4_000, 16, 2))
    assert (unevenness(moves, posts) >= 1).mean() > 0.85
    none, every = np.zeros((1, 16, 2)), posts[None]
    assert unevenness(np.concatenate([none, every]), posts).tolist() == [0, 0]


@pytest.mark.parametrize(("least", "alpha"), [([0.0], 0.05), ([1.5], 0.05), ([0.1], 0), ([0.1], 1)])
def test_what_is_no_p_value_is_refused(least, alpha):
    with pytest.raises(ValueError):
        worth_testing(np.array(least), alpha)
