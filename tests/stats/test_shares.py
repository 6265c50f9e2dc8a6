from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.shares import interval, shares


@pytest.mark.parametrize(
    ("y", "n", "low", "high"),
    [(17, 270, 0.03968, 0.09851), (21, 270, 0.05143, 0.11597), (0, 10, 0, 0.27753), (0, 270, 0, 0.01403)],
)
def test_wilson_by_the_book(y, n, low, high):
    assert np.allclose(interval(y / n, n), (low, high), atol=1e-5)


def test_blocks_make_it_wider():
    found = shares([2, 0, 0, 2], [2, 2, 2, 2])
    assert found.share[0] == 0.5
    assert found.deff[0] == pytest.approx(8 / 3)
    alone = shares([1, 0, 0, 1, 1, 0, 0, 1], np.ones(8))
    assert alone.deff[0] == pytest.approx(8 / 7)  # one post a block: G / (G - 1)
    assert found.high[0] - found.low[0] > alone.high[0] - alone.low[0]


def test_a_label_that_no_post_has_gets_the_design_effect_of_others():
    found = shares([[2, 0, 0, 2], [0, 0, 0, 0], [2, 2, 2, 2]], [2, 2, 2, 2])
    assert found.deff.tolist() == [pytest.approx(8 / 3)] * 3
    assert (found.low[1], found.high[2]) == (0, 1)
    assert 0 < found.high[1] < 1
    assert shares([0, 0], [2, 2], absent_deff=2.0).deff[0] == 2


def test_one_block_tells_nothing_of_the_others():
    found = shares([1], [4])
    assert (found.low[0], found.share[0], found.high[0]) == (0, 0.25, 1)


@pytest.mark.parametrize("given", [([1, 2], [1]), ([np.nan], [1]), ([1], [-1]), ([0], [0])])
def test_counts_that_do_not_fit_are_refused(given):
    with pytest.raises(ValueError):
        shares(*given)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 9_999))
def test_properties_of_shares(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(0, 20, 12) + (np.arange(12) < 2)
    y = rng.binomial(n, rng.random((3, 12)))
    found = shares(y, n)
    assert ((found.low >= 0) & (found.low <= found.share) & (found.share <= found.high) & (found.high <= 1)).all()
    other = shares(n - y, n)
    assert np.allclose([other.low, other.high], [1 - found.high, 1 - found.low])
    order = rng.permutation(12)
    assert np.allclose(shares(y[:, order], n[order]).low, found.low)


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(4_000, 1, marks=pytest.mark.slow, id="long")]
)
@pytest.mark.parametrize("icc", [0.1, 0.3])
def test_the_interval_holds_the_share(icc, days, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    weeks = np.arange(0, 91, 7)
    held = naive = 0
    for _ in range(runs):
        day = days(rng)
        hits = rng.binomial(day, rng.beta(0.07 * (1 / icc - 1), 0.93 * (1 / icc - 1), 91))
        found = shares(np.add.reduceat(hits, weeks), np.add.reduceat(day, weeks))
        held += bool(found.low[0] <= 0.07 <= found.high[0])
        low, high = interval(found.share[0], 270)
        naive += bool(low <= 0.07 <= high)
    setting = f"270 posts, 7 %, ICC of days {icc}"
    low, high = (0.93, 0.97) if runs >= 1_000 and icc == 0.1 else (0.91, 0.985)
    calibrated("interval of a share: coverage", setting, held / runs, low, high, runs)
    if icc == 0.3:
        calibrated("interval of a share: coverage of the naive Wilson interval", setting, naive / runs, 0, 0.9, runs)
