from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.family import worth_testing


def test_what_can_not_be_significant_among_the_rest_is_left_out():
    assert worth_testing(np.array([0.001, 0.02, 0.02, 0.02])).tolist() == [True, True, True, True][:1] + [False] * 3
    assert worth_testing(np.array([0.02, np.nan])).tolist() == [True, False]
    assert worth_testing(np.array([0.3, 0.4])).tolist() == [False, False]
    assert worth_testing(np.array([])).tolist() == []
    assert worth_testing(np.full(3, 0.01)).all()


@given(st.lists(st.floats(1e-6, 1), max_size=40))
def test_the_family_is_the_largest_that_bears_itself(least):
    p = np.array(least)
    kept = worth_testing(p)
    if kept.any():
        assert p[kept].max() <= 0.05
        assert p[kept].max() < (p[~kept].min() if (~kept).any() else 2)
    else:
        assert (p > 0.05).all()


@pytest.mark.parametrize(("least", "alpha"), [([0.0], 0.05), ([1.5], 0.05), ([0.1], 0), ([0.1], 1)])
def test_what_is_no_p_value_is_refused(least, alpha):
    with pytest.raises(ValueError):
        worth_testing(np.array(least), alpha)
