from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.movement import Sums, movement, summed


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def posts(rng, days, shift=0.0, spread=1.0, of_day=0.0, d=30, per_day=None):
    """Unit vectors about one direction, a number of posts a day, with a shift along another and effects of days."""
    centre, other = np.zeros(d), np.zeros(d)
    centre[0], other[1] = 1.2, shift
    size = np.ones(days, dtype=int) if per_day is None else rng.poisson(per_day, days) + 1
    effect = rng.standard_normal((days, d)) * of_day
    block = np.repeat(np.arange(days), size)
    rows = centre + other + effect[block] + rng.standard_normal((len(block), d)) * spread / np.sqrt(d)
    return unit(rows), block


def compared(rng, days=(17, 21), **changes):
    early = {name: value for name, value in changes.items() if name in ("of_day", "per_day")}
    one, a = posts(rng, days[0], **early)
    two, b = posts(rng, days[1], **changes)
    sums, blocks = summed(np.vstack([one, two]), np.r_[a, 1000 + b])
    return sums, blocks >= 1000


def test_by_the_book_of_movement():
    rows = np.array([(1, 0), (0.8, 0.6), (0.6, 0.8), (0, 1)])
    found = movement(Sums(rows, np.ones(4)), [False, False, True, True])
    assert (found.drift, found.spread) == (pytest.approx(0.325), pytest.approx(0))
    assert found.scale == pytest.approx(np.sqrt(0.52 / 0.2))
    assert np.isnan(movement(Sums(np.eye(2)[[0, 1, 0, 1]], np.ones(4)), [False, False, True, True]).drift)
    assert np.isnan(movement(Sums(rows, np.ones(4)), [False, True, True, True]).drift)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9_999))
def test_sums_of_blocks_are_as_good_as_all_pairs(seed):
    rng = np.random.default_rng(seed)
    rows = unit(rng.standard_normal((30, 4)) + np.array([2, 0, 0, 0]))
    block = rng.integers(0, 9, 30)
    block[:9] = np.arange(9)
    later = np.arange(9) >= 4
    found = movement(summed(rows, block)[0], later, permutations=19)
    cosines, side = rows @ rows.T, later[block]
    apart = block[:, None] != block

    def mean(one, other):
        return cosines[np.ix_(one, other)][apart[np.ix_(one, other)]].mean()

    u0, u1, c = mean(~side, ~side), mean(side, side), mean(~side, side)
    assert found.drift == pytest.approx(1 - c / np.sqrt(u0 * u1))
    assert found.spread == pytest.approx(u0 - u1)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    turned = movement(summed(rows @ turn, block)[0], later, permutations=19)
    swapped = movement(summed(rows, block)[0], ~later, permutations=19)
    assert (turned.drift, swapped.drift, swapped.spread) == pytest.approx((found.drift, found.drift, -found.spread))


def rejected(runs, seed, **changes):
    """Shares of runs with a p-value of drift, and of spread, of .05 or less; the mean drift and its error."""
    rng = np.random.default_rng(seed)
    found = [movement(*compared(rng, **changes), permutations=199, seed=run) for run in range(runs)]
    drifts = np.array([one.drift for one in found])
    drift = np.mean([one.drift_p <= 0.05 for one in found])
    spread = np.mean([one.spread_p <= 0.05 for one in found])
    return drift, spread, drifts.mean(), drifts.std() / np.sqrt(runs)


@pytest.mark.parametrize("changes", [{}, {"of_day": 0.15, "per_day": 2.0}], ids=["posts apart", "days that differ"])
def test_false_positives_of_movement_stay_at_the_level(changes):
    drift, spread, mean, error = rejected(300, 0, **changes)
    assert 0.013 <= drift <= 0.09
    assert 0.013 <= spread <= 0.09
    assert abs(mean) < 3 * error


def test_a_shift_is_seen_and_is_no_spread():
    drift, spread, _, _ = rejected(100, 1, shift=0.37)
    assert drift >= 0.9
    assert spread <= 0.3


def test_a_spread_is_seen_and_is_no_shift():
    drift, spread, _, _ = rejected(100, 2, spread=1.3)
    assert spread >= 0.9
    assert drift <= 0.12
