from __future__ import annotations

import numpy as np
import pytest

from discourse.stats.changepoint import changepoint


def test_a_clear_change_is_dated():
    found = changepoint([0, 0, 3, 3], [3, 3, 3, 3], prior=1, shortest=1)
    assert np.allclose(found.probability, (0.0142, 0.9717, 0.0142), atol=1e-4)
    assert np.exp(found.log_bayes_factor) == pytest.approx(84.098, abs=1e-3)
    assert found.region().tolist() == [2]
    assert found.region(0.99).tolist() == [1, 2, 3] or len(found.region(0.99)) == 3


def test_nothing_is_dated_where_nothing_is_counted():
    found = changepoint(np.zeros(8), np.zeros(8))
    assert np.allclose(found.probability, 1 / 3)
    assert found.log_bayes_factor == pytest.approx(0)


def test_turning_time_around_turns_the_dates_around():
    rng = np.random.default_rng(0)
    n = rng.integers(5, 30, 20)
    y = rng.binomial(n, 0.2)
    one, other = changepoint(y, n), changepoint(y[::-1], n[::-1])
    assert np.allclose(one.probability, other.probability[::-1])
    assert one.log_bayes_factor == pytest.approx(other.log_bayes_factor)
    assert changepoint(y, n, deff=2).log_bayes_factor != one.log_bayes_factor


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (([1, 2], [1]), {}),
        (([2] * 8, [1] * 8), {}),
        (([1] * 5, [1] * 5), {}),
        (([1] * 8, [1] * 8), {"deff": 0.0}),
        (([1] * 8, [1] * 8), {"prior": 0}),
        (([1] * 8, [1] * 8), {"shortest": 0}),
    ],
)
def test_what_can_hold_no_change_is_refused(given, options):
    with pytest.raises(ValueError):
        changepoint(*given, **options)


def dated(runs, seed):
    """How often the region holds the week in which 8 % became 16 %; and 10:1 odds for a change where none was."""
    rng = np.random.default_rng(seed)
    held = misled = 0
    for _ in range(runs):
        n = rng.poisson(21, 65)
        at = int(rng.integers(10, 56))
        found = changepoint(rng.binomial(n, np.where(np.arange(65) < at, 0.08, 0.16)), n)
        held += at in found.region()
        misled += changepoint(rng.binomial(n, 0.08), n).log_bayes_factor > np.log(10)
    return held / runs, misled / runs


def test_the_region_holds_the_date():
    held, misled = dated(500, 0)
    assert held >= 0.92
    assert misled <= 0.02
