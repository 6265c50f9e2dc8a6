"""Probabilities from hand codes: their stages, what they never see, and what they are worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from discourse.named.surrogate import CALIBRATED, HEAD, UNCALIBRATED, surrogate
from discourse.stats.corrected import corrected, difference


def made(n=1_200, coded=300, seed=0, dimension=24):
    """Posts whose code depends on a score and, apart from it, on their vectors; some of them coded."""
    rng = np.random.default_rng(seed)
    score = rng.random(n)
    vectors = rng.normal(size=(n, dimension)).astype("float32")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    true = (rng.random(n) < expit(6 * (score - 0.8) + 8 * vectors[:, 0])).astype("float64")
    code = np.full(n, np.nan)
    rows = rng.choice(n, coded, replace=False)
    code[rows] = true[rows]
    return score, vectors, code, np.arange(n) // 20, true


@pytest.mark.parametrize(
    ("coded", "stage", "said"),
    [
        (29, UNCALIBRATED, "29 posts are coded; a probability takes 30"),
        (60, CALIBRATED, "from 100 on"),
        (100, HEAD, ""),
    ],
)
def test_stages_go_by_the_number_of_codes(coded, stage, said):
    score, vectors, code, block, _ = made(coded=coded)
    found = surrogate(score, vectors, code, block)
    assert found.stage == stage
    assert said in found.reason
    assert np.isnan(found.probability).all() == (stage == UNCALIBRATED)


def test_a_probability_takes_posts_with_the_code_and_without():
    score, vectors, code, block, _ = made()
    few = np.where(np.isnan(code), np.nan, 0.0)
    few[np.flatnonzero(~np.isnan(code))[:4]] = 1
    found = surrogate(score, vectors, few, block)
    assert found.stage == UNCALIBRATED
    assert "4 of 300 coded posts have the code" in found.reason


def test_codes_of_one_block_leave_none_to_learn_from():
    score, vectors, code, block, _ = made()
    assert "of one block" in surrogate(score, vectors, code, np.zeros_like(block)).reason


def test_without_a_score_a_probability_takes_codes_for_a_head():
    _, vectors, code, block, _ = made(coded=99)
    assert "takes 100, where there is no score" in surrogate(None, vectors, code, block).reason
    assert surrogate(None, *made(coded=150)[1:4]).stage == HEAD


def test_without_vectors_the_score_alone_is_calibrated():
    score, _, code, block, _ = made()
    found = surrogate(score, None, code, block)
    assert (found.stage, found.reason) == (
        CALIBRATED,
        "there are no vectors, so the probability is learned from the score alone.",
    )


def test_a_post_is_scored_by_models_that_saw_no_code_of_its_block():
    score, vectors, code, block, _ = made()
    before = surrogate(score, vectors, code, block).probability
    one = block[np.flatnonzero(~np.isnan(code))[0]]
    turned = np.where((block == one) & ~np.isnan(code), 1 - code, code)
    after = surrogate(score, vectors, turned, block).probability
    mine = block == one  # those without a code too: their error is told by that of the others
    assert np.isnan(code[mine]).any()
    assert np.array_equal(before[mine], after[mine])
    assert not np.array_equal(before[~mine], after[~mine])


def test_codes_that_are_chance_are_not_known_by_heart():
    score, vectors, code, block, _ = made(dimension=200)
    rng = np.random.default_rng(5)
    chance = np.where(np.isnan(code), np.nan, rng.integers(0, 2, len(code)))
    coded = ~np.isnan(code)
    found = surrogate(score, vectors, chance, block).probability
    assert np.corrcoef(found[coded], chance[coded])[0, 1] < 0.15


def test_a_head_finds_what_the_score_does_not_know():
    score, vectors, code, block, true = made()
    coded = ~np.isnan(code)
    alone, head = (surrogate(score, given, code, block).probability for given in (None, vectors))
    for rows in (coded, ~coded):
        assert np.corrcoef(head[rows], true[rows])[0, 1] > np.corrcoef(alone[rows], true[rows])[0, 1] + 0.05


def test_where_vectors_tell_nothing_the_score_alone_is_taken():
    score, _, code, block, true = made(n=2_000, dimension=1)
    noise = np.random.default_rng(3).normal(size=(2_000, 150)).astype("float32")
    coded = ~np.isnan(code)
    alone, head = (surrogate(score, given, code, block).probability for given in (None, noise))
    found = [np.corrcoef(one[~coded], true[~coded])[0, 1] for one in (alone, head)]
    assert found[1] > found[0] - 0.03


def test_probabilities_are_calibrated():
    score, vectors, code, block, true = made(n=6_000, coded=2_000)
    found = surrogate(score, vectors, code, block).probability
    for low in (0.0, 0.2, 0.4, 0.6):
        held = (found >= low) & (found < low + 0.2)
        assert abs(found[held].mean() - true[held].mean()) < 0.06


def test_weights_bring_a_tilted_sample_back():
    score, _, _, block, true = made(n=6_000)
    rng = np.random.default_rng(1)
    chosen = rng.random(6_000) < np.where(true == 1, 0.4, 0.04)
    code = np.where(chosen, true, np.nan)
    weight = np.where(true == 1, 2.5, 25.0)
    plain, weighted = (surrogate(score, None, code, block, weight=given).probability for given in (None, weight))
    assert abs(weighted.mean() - true.mean()) < 0.03 < plain.mean() - true.mean()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31))
def test_the_order_of_posts_does_not_matter_to_probabilities(seed):
    score, vectors, code, block, _ = made(n=400, coded=120, dimension=6)
    order = np.random.default_rng(seed).permutation(400)
    found = surrogate(score, vectors, code, block).probability
    turned = surrogate(score[order], vectors[order], code[order], block[order]).probability
    assert np.allclose(turned, found[order], atol=1e-3)


def test_of_the_score_only_the_order_counts():
    score, vectors, code, block, _ = made()
    first, second = (surrogate(one, vectors, code, block).probability for one in (score, np.exp(9 * score)))
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "change",
    [
        {"score": None, "vectors": None},
        {"score": np.zeros(3)},
        {"code": np.full(1_200, 2.0)},
        {"score": np.full(1_200, np.nan)},
        {"weight": np.zeros(1_200)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(change):
    score, vectors, code, block, _ = made()
    given = {"score": score, "vectors": vectors, "code": code, "block": block, "weight": None, **change}
    weight = given.pop("weight")
    with pytest.raises(ValueError, match=r"needs a score|must have|codes are|finite"):
        surrogate(**given, weight=weight)


@pytest.mark.parametrize("runs", [10, pytest.param(150, marks=pytest.mark.slow)])
def test_corrected_differences_where_weeks_have_subjects_of_their_own(calibrated, runs):
    """Two periods of eight weeks, 1,000 posts each, 150 coded: weeks differ in their subject and in the code's rate."""
    held, error, true = [], [], []
    for run in range(runs):
        rng = np.random.default_rng(run)
        period = np.repeat([0, 1], 1_000)
        week = np.sort(rng.integers(0, 8, (2, 1_000))).ravel() + 8 * period
        latent = rng.normal(size=2_000)
        code = (rng.random(2_000) < expit(-1.6 + period + rng.normal(0, 2, 16)[week] + 1.2 * latent)) + 0.0
        subject, way = rng.normal(size=(16, 60)) / 60**0.5, rng.normal(size=60) / 60**0.5
        vectors = subject[week] + 0.35 * latent[:, None] * way + 0.7 * rng.normal(size=(2_000, 60)) / 60**0.5
        probability = np.full(2_000, np.nan)
        for at in (0, 1):
            probability[1_000 * at + rng.permutation(1_000)[:150]] = 0.15
        coded = np.where(np.isnan(probability), np.nan, code)
        weight = np.where(np.isnan(probability), 1.0, 1 / 0.15)
        found = surrogate(None, vectors, coded, week, weight=weight, seed=run)
        told = corrected(found.probability, coded, probability, period, week, cross_fitted=True)
        change = difference(told, 0, 1)
        truth = code[1_000:].mean() - code[:1_000].mean()
        held.append(change.low <= truth <= change.high)
        error.append(change.difference - truth)
        true.append(truth)
    setting = "weeks with subjects of their own, a head on 60 dimensions, 150 of 1,000 posts coded a period"
    low = 0.9 if runs >= 100 else 0.6
    calibrated("corrected difference: interval holds the truth", setting, np.mean(held), low, 0.985, runs)
    if runs >= 100:  # .2 where uncoded posts are scored by models that saw their week
        slope = np.polyfit(true, error, 1)[0]
        calibrated("corrected difference: error by true difference", setting, slope, -0.08, 0.08, runs)
