from __future__ import annotations

import numpy as np
import pytest

from discourse.stats import bootstrap
from discourse.stats.bootstrap import estimate


def share(sums):
    return sums[:, :1] / sums[:, 1:]


def test_equal_units_may_be_given_as_kinds():
    units = np.repeat([[0, 1], [1, 1]], [180, 20], axis=0)
    one = estimate(share, units, resamples=4_000)[0]
    kinds = estimate(share, np.array([[0, 1], [1, 1]]), np.array([180, 20]), resamples=4_000)[0]
    assert one.value == kinds.value == 0.1
    half = 1.96 * np.sqrt(0.09 / 200)
    assert np.allclose([one.low, one.high, kinds.low, kinds.high], [0.1 - half, 0.1 + half] * 2, atol=0.006)


def test_draws_in_parts_are_the_same_numbers(monkeypatch):
    sums = np.random.default_rng(0).random((50, 2))
    whole = estimate(share, sums, seed=3)
    monkeypatch.setattr(bootstrap, "_NUMBERS", 50 * 7)
    parts = estimate(share, sums, seed=3)
    assert np.allclose([parts[0].low, parts[0].high], [whole[0].low, whole[0].high])


def test_no_interval_where_draws_have_no_value():
    found = estimate(share, np.array([[1, 1], [0, 0], [0, 0]]))[0]
    assert found.value == 1 and np.isnan(found.low)
    assert np.isnan(estimate(share, np.array([[0, 0]]))[0].value)
    assert np.isnan(estimate(share, np.array([[1, 1]] * 10))[0].low)  # ten of ten is no certainty
    assert np.isnan(estimate(share, np.array([[1, 2]]), resamples=0)[0].low)


@pytest.mark.parametrize("given", [{"level": 1.0}, {"times": np.zeros(2)}])
def test_what_can_not_be_drawn_is_refused(given):
    with pytest.raises(ValueError):
        estimate(share, np.ones((2, 2)), **given)
