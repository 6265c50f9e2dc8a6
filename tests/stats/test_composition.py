from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.composition import composition


def test_a_rise_that_is_mostly_mix():
    # 4 and 12 % become 5 and 12 %; the parts of the posts go from 70 and 30 to 40 and 60 %.
    n, after, lang = np.array([700, 300, 400, 600]), np.array([0, 0, 1, 1]), np.array(["en", "zh", "en", "zh"])
    found = composition([28, 36, 20, 72], n, after, lang)
    assert found.difference[0] == pytest.approx(0.092 - 0.064)
    assert (found.within[0], found.mix[0]) == (pytest.approx(0.0055), pytest.approx(0.0225))


def test_what_is_new_is_mix():
    found = composition([[2, 2, 6], [8, 8, 4]], [10, 10, 10], [False, True, True], ["en", "en", "kk"])
    assert np.allclose(found.within, 0)
    assert np.allclose(found.mix, [0.2, -0.2])
    assert np.allclose(found.difference, [0.4 - 0.2, 0.6 - 0.8])


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 99_999), labels=st.integers(1, 5), strata=st.integers(1, 6))
def test_parts_of_a_change_add_up_and_turn_with_it(seed, labels, strata):
    rng = np.random.default_rng(seed)
    n = rng.integers(0, 30, 40) + (np.arange(40) % 20 == 0)
    y = rng.binomial(n, rng.random((labels, 1)) * 0.5, (labels, 40))
    after, which = np.arange(40) >= 20, rng.integers(0, strata, 40)
    found = composition(y, n, after, which)
    crude = y[:, after].sum(axis=1) / n[after].sum() - y[:, ~after].sum(axis=1) / n[~after].sum()
    assert np.allclose(found.difference, crude)
    assert np.allclose(found.within + found.mix, crude)
    swapped = composition(y, n, ~after, which)
    assert np.allclose(swapped.within, -found.within)
    assert np.allclose(swapped.mix, -found.mix)
    order, cells = rng.permutation(labels), rng.permutation(40)
    other = composition(y[order][:, cells], n[cells], after[cells], -which[cells])
    assert np.allclose(other.within, found.within[order])
    if strata == 1:
        assert np.allclose(found.mix, 0)


@pytest.mark.parametrize(
    "given",
    [
        ([1, 2], [10, 10], [True, True], [0, 0]),
        ([1, 2], [0, 10], [False, True], [0, 0]),
        ([np.nan, 2], [10, 10], [True, False], [0, 0]),
        ([1, 2], [10, 10], [True, False], [0]),
        ([1, 2, 3], [10, 10], [True, False], [0, 0]),
    ],
)
def test_counts_without_two_periods_are_refused(given):
    with pytest.raises(ValueError):
        composition(*given)
