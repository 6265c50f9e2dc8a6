from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.blocks import block_size, design_effect, rescaled


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
        design_effect(np.array([2]), np.array([1]))
    with pytest.raises(ValueError, match="needs"):
        design_effect(np.array([1, 1]), np.array([1]))


def test_block_sizes():
    assert block_size(np.array([])) == 0
    assert block_size(np.array([7, 7])) == 7
    assert rescaled(1.3, 1, 50) == 1.3
