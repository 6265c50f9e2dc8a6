"""Worked examples that belong to no one function's tests, and an independent implementation where there is one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from discourse.stats.changepoint import changepoint
from discourse.stats.divergence import _bits
from discourse.stats.movement import movement, summed
from discourse.stats.power import detectable_share
from discourse.stats.shares import interval, shares
from discourse.stats.shift import shift
from discourse.stats.wording import wording


def test_entropies_weighted_by_posts_give_the_g_statistic():
    counts = np.array([[10, 20, 30], [15, 15, 10]])
    of_all, before, after = (_bits(row / row.sum()).sum() for row in (counts.sum(axis=0), *counts))
    assert 2 * 100 * np.log(2) * (of_all - 0.6 * before - 0.4 * after) == pytest.approx(8.16137, abs=1e-5)


def test_log_odds_with_an_informative_prior():
    # Three words of 100 occurrences each time, as Monroe, Colaresi and Quinn count them; a prior of ten.
    found = wording(np.array([[5, 10], [5, 5], [90, 85]]), [100, 100], [False, True], prior=10, permutations=1)
    assert np.allclose(found.log_odds, (0.6749, 0, -0.4197), atol=5e-5)


@pytest.fixture(scope="module")
def reference():
    path = Path(__file__).resolve().parents[3] / "shared" / "design" / "metrics_ref.py"
    if not path.is_file():
        pytest.skip("no ../shared/design beside the project")
    spec = importlib.util.spec_from_file_location("metrics_ref", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(5))
def test_shares_and_shifts_agree_with_the_reference(reference, seed):
    rng = np.random.default_rng(seed)
    n, after, lang = rng.integers(1, 30, 52), np.arange(52) % 26 >= 13, np.repeat([0, 1], 26)
    y = rng.binomial(n, rng.beta(1, 9, 52))
    p, _, _, blocks, deff = reference.cluster_share(y, n)
    found = shares(y, n)
    assert (found.share[0], found.deff[0], found.blocks) == (pytest.approx(p), pytest.approx(deff), blocks)
    assert (found.low[0], found.high[0]) == pytest.approx(reference.wilson_neff(p, n.sum() / deff, blocks - 1))
    assert np.ravel(interval(p, 50)) == pytest.approx(reference.wilson_neff(p, 50))
    difference, error, chance = reference.shift_test(y, n, after.astype(int), lang, B=4_999, rng=seed)
    moved = shift(y, n, after, lang, permutations=4_999, seed=seed)
    assert (moved.difference[0], moved.error[0]) == (pytest.approx(difference), pytest.approx(error))
    assert moved.p[0] == pytest.approx(chance, abs=0.035)


@pytest.mark.parametrize("seed", range(5))
def test_movement_agrees_with_the_reference(reference, seed):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((60, 8)) + np.eye(8)[0] * 2
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    block = np.r_[np.arange(20), rng.integers(0, 20, 40)]
    after = block >= 9
    expected = reference.dprt(*(reference.drift(rows[side], block[side]) for side in (~after, after)))
    sums, blocks = summed(rows, block)
    found = movement(sums, blocks >= 9, permutations=9)
    assert (found.drift, found.spread) == (pytest.approx(expected["dprt"]), pytest.approx(expected["dW"]))
    w = 1 - (expected["u1"] + expected["u2"]) / 2
    assert found.scale == pytest.approx(np.sqrt(max(expected["D2"], 0) / w))


@pytest.mark.parametrize("seed", range(5))
def test_dates_and_power_agree_with_the_reference(reference, seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(5, 40, 40)
    y = rng.binomial(n, 0.2)
    at, probability, factor = reference.changepoint_posterior(y, n, deff=1.3)
    found = changepoint(y, n, deff=1.3)
    assert (found.at == at).all()
    assert found.probability == pytest.approx(probability)
    assert found.log_bayes_factor == pytest.approx(factor)
    share, deff = rng.uniform(0.02, 0.3), rng.uniform(1, 3)
    assert detectable_share(share, 300, 200, deff=deff) == pytest.approx(reference.mde(share, 300, 200, deff))
