from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.coding_sample import UNIFORM, draw, equal_sizes


@pytest.mark.parametrize(
    ("posts", "total", "sizes"),
    [
        ([200, 10, 300], 100, [45, 10, 45]),
        ([100, 100, 100], 100, [34, 33, 33]),
        ([5, 5], 10, [5, 5]),
        ([0, 7], 3, [0, 3]),
        ([4, 4], 0, [0, 0]),
        ([3, 1, 2], 5, [2, 1, 2]),
    ],
)
def test_periods_get_the_same_and_small_ones_all(posts, total, sizes):
    assert equal_sizes(np.array(posts), total).tolist() == sizes


@settings(deadline=None, max_examples=60)
@given(posts=st.lists(st.integers(0, 60), min_size=1, max_size=8), part=st.floats(0, 1))
def test_sizes_add_up(posts, part):
    total = int(part * sum(posts))
    sizes = equal_sizes(np.array(posts), total)
    assert sizes.sum() == total
    assert (sizes <= posts).all()
    could_have_more = sizes[sizes < posts]
    assert not len(could_have_more) or (
        sizes.max() - could_have_more.min() <= 1
    )  # nobody gets more than those that could have more


def test_more_than_all_is_refused():
    for total in (5, -1):
        with pytest.raises(ValueError, match="total"):
            equal_sizes(np.array([2, 2]), total)
    for size in (5, -1):
        with pytest.raises(ValueError, match="size"):
            draw(np.ones((4, 1)), size, seed=0)
    for wrong in (np.ones(4), np.array([[np.nan], [1.0]]), np.array([[-1.0], [1.0]])):
        with pytest.raises(ValueError, match="uncertainties"):
            draw(wrong, 1, seed=0)


def test_without_a_score_the_sample_is_simple_random():
    for uncertainty in (np.empty((50, 0)), np.zeros((50, 2)), np.ones((50, 1))):
        chosen, chance = draw(uncertainty, 20, seed=3)
        assert chosen.sum() == 20
        assert np.allclose(chance, 0.4)


def test_all_or_none():
    assert draw(np.ones((4, 1)), 4, seed=0)[0].all()
    chosen, chance = draw(np.ones((4, 1)), 0, seed=0)
    assert not chosen.any()
    assert (chance == 0).all()
    assert draw(np.empty((0, 1)), 0, seed=0)[0].shape == (0,)


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 9_999), codes=st.integers(0, 3), part=st.floats(0, 1))
def test_probabilities_add_up_to_the_size_and_bound_the_weights(seed, codes, part):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    size = round(part * n)
    score = rng.beta(0.2, 2, (n, codes))
    chosen, chance = draw(np.sqrt(score * (1 - score)), size, seed=seed)
    assert chosen.sum() == size
    assert chance.sum() == pytest.approx(size)
    assert (chance <= 1).all()
    assert (chance >= UNIFORM * size / n - 1e-12).all()
    assert chosen[chance == 1].all()
    again, same = draw(np.sqrt(score * (1 - score)), size, seed=seed)
    assert (again == chosen).all()
    assert (same == chance).all()


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(20_000, 1, marks=pytest.mark.slow, id="long")]
)
def test_posts_are_drawn_as_often_as_their_probability_says(runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    score = rng.beta(0.3, 3, (300, 2))
    score[:4] = 0.5
    uncertainty = np.sqrt(score * (1 - score))
    times = np.zeros(300)
    for run in range(runs):
        chosen, chance = draw(uncertainty, 60, seed=seed * 1_000_000 + run)
        times += chosen
    error = np.abs(times / runs - chance) / np.sqrt(chance * (1 - chance) / runs + 1e-12)
    setting = "60 of 300 posts by doubt on two codes"
    calibrated(
        "coding sample: largest error of a post's frequency, in standard errors", setting, error.max(), 0, 4, runs
    )
    calibrated("coding sample: mean square of these errors", setting, (error**2).mean(), 0.8, 1.2, runs)
