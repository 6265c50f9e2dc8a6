from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import norm

from discourse.stats.coding_sample import draw
from discourse.stats.corrected import corrected, difference
from discourse.stats.shares import interval

SCORE = np.array([0.9, 0.8, 0.2, 0.1, 0.1, 0.1, 0.7, 0.3, 0.2, 0.6])
CODE = np.full(10, np.nan)
CODE[[0, 2, 4, 6]] = [1, 0, 0, 1]
ONE, EACH = np.zeros(10, dtype=int), np.arange(10)


def test_the_worked_example():
    found = corrected(SCORE, CODE, np.full(10, 0.4), ONE, EACH, cross_fitted=True, weight=1)
    assert found.share[0] == pytest.approx(0.425)
    assert found.variance[0] == pytest.approx(0.007375)
    assert found.process[0] == pytest.approx(0.031493, abs=1e-6)
    assert found.outcome.mean() == pytest.approx(0.425)
    assert (found.n[0], found.coded[0], found.positives[0], found.naive[0]) == (10, 4, 2, pytest.approx(0.4))
    count = (2 + SCORE[np.isnan(CODE)].sum() + 6 * 0.025) / 10  # coded posts as coded, the others corrected
    assert count == pytest.approx(found.share[0])


def test_it_equals_prediction_powered_inference_on_a_random_sample():
    ppi = pytest.importorskip("ppi_py")
    coded = np.isfinite(CODE)
    theirs = ppi.ppi_mean_pointestimate(CODE[coded], SCORE[coded], SCORE[~coded], lam=1)
    ours = corrected(SCORE, CODE, np.full(10, 0.4), ONE, EACH, cross_fitted=True, weight=1)
    assert theirs[0] == pytest.approx(0.375)  # the mean of the score for posts without a code alone
    residual = CODE[coded].mean() - SCORE[coded].mean()
    assert ours.share[0] - SCORE.mean() == pytest.approx(theirs[0] - SCORE[~coded].mean()) == pytest.approx(residual)


def test_it_equals_the_reference():
    reference = pytest.importorskip("importlib.util")
    from pathlib import Path

    path = Path(__file__).resolve().parents[3] / "shared" / "design" / "metrics_ref.py"
    if not path.is_file():
        pytest.skip("no ../shared/design beside the project")
    spec = reference.spec_from_file_location("metrics_ref", path)
    module = reference.module_from_spec(spec)
    spec.loader.exec_module(module)
    rng = np.random.default_rng(4)
    score, day = rng.random(200), rng.integers(0, 30, 200)
    chosen, chance = draw(np.sqrt(score * (1 - score))[:, None], 60, seed=1)
    code = np.where(chosen, rng.random(200) < score, np.nan)
    theirs = module.corrected_share(score, code, chosen, chance, day, lam=0.7)
    ours = corrected(score, code, chance, np.zeros(200, int), day, cross_fitted=True, weight=0.7)
    assert (ours.share[0], ours.variance[0], ours.process[0]) == pytest.approx(theirs[:3])
    assert np.allclose(ours.outcome, theirs[3])


def test_all_posts_coded_leave_nothing_to_chance():
    code = np.array([1, 0, 0, 0, 0, 0, 1, 0, 0, 1.0])
    for chance in (np.ones(10), np.linspace(0.2, 0.9, 10)):
        found = corrected(SCORE, code, chance, ONE, EACH, cross_fitted=True)
        assert found.share[0] == pytest.approx(0.3)
        assert found.variance[0] == 0
        assert found.low[0] == found.high[0] == pytest.approx(0.3)
        assert found.process[0] == pytest.approx(0.3 * 0.7 / 9)


def test_a_constant_score_changes_nothing_and_a_perfect_one_settles_it():
    plain = corrected(None, CODE, np.full(10, 0.4), ONE, EACH)
    constant = corrected(np.full(10, 0.3), CODE, np.full(10, 0.4), ONE, EACH, cross_fitted=True, weight=1)
    assert (constant.share[0], constant.variance[0]) == pytest.approx((plain.share[0], plain.variance[0]))
    assert (constant.low[0], constant.high[0]) == pytest.approx((plain.labels_low[0], plain.labels_high[0]))
    assert corrected(np.full(10, 0.3), CODE, np.full(10, 0.4), ONE, EACH, cross_fitted=True).weight == 0
    truth = np.array([1, 1, 0, 0, 0, 0, 1, 0, 0, 0.0])
    perfect = corrected(truth, np.where(np.isnan(CODE), np.nan, truth), np.full(10, 0.4), ONE, EACH, cross_fitted=True)
    assert perfect.weight == pytest.approx(1)
    assert perfect.share[0] == pytest.approx(0.3)
    assert perfect.variance[0] == pytest.approx(0)
    assert 0 < perfect.low[0] < 0.3 < perfect.high[0]  # four codes can't prove that it is perfect


def test_codes_of_which_none_is_positive_bound_the_share():
    code = np.repeat([0, np.nan], [60, 220])
    found = corrected(None, code, np.full(280, 60 / 280), np.zeros(280, int), np.arange(280))
    assert (found.share[0], found.low[0]) == (0, 0)
    assert found.high[0] == pytest.approx(float(interval(0, 60 / (1 - 60 / 280), 59)[1]))
    assert 0.03 < found.high[0] < 0.06


def test_periods_without_codes_or_posts_are_missing_and_the_others_stand():
    period = np.repeat([0, 1, 3], [10, 10, 10])
    code = np.concatenate([CODE, np.full(10, np.nan), CODE])
    found = corrected(np.tile(SCORE, 3), code, np.full(30, 0.4), period, np.arange(30), cross_fitted=True)
    assert np.isnan(found.share).tolist() == [False, True, True, False]
    assert np.isnan(found.naive).tolist() == [False, False, True, False]
    assert found.n.tolist() == [10, 10, 0, 10]
    assert np.isnan(found.outcome[10:20]).all()
    assert np.isnan(difference(found, 0, 1).difference)
    assert difference(found, 0, 3).difference == pytest.approx(0)
    assert difference(found, 0, 3).p_design == pytest.approx(1)
    empty = corrected(SCORE, CODE, np.full(10, 0.4), ONE - 1, EACH, cross_fitted=True)
    assert len(empty.share) == 0
    assert np.isnan(empty.outcome).all()


def test_one_code_alone_tells_nothing_of_its_error():
    code = np.where(np.arange(10) == 3, 1.0, np.nan)
    found = corrected(None, code, np.full(10, 0.1), ONE, EACH)
    assert np.isnan(found.variance[0])
    assert (found.low[0], found.high[0]) == (0, 1)


def test_posts_all_coded_differ_for_sure():
    code = np.repeat([1, 0, 1, 0], [2, 8, 5, 5]).astype(float)
    found = corrected(None, code, np.ones(20), np.repeat([0, 1], 10), np.arange(20))
    between = difference(found, 0, 1)
    assert between.difference == between.low == between.high == pytest.approx(0.3)
    assert between.variance == 0
    assert np.isnan(between.p_design)


def test_no_p_value_is_zero():
    code = np.where(np.arange(4_000) % 2 == 0, (np.arange(4_000) >= 2_000).astype(float), np.nan)
    code[[0, 2_000]] = [1, 0]  # one post each that differs from the others
    found = corrected(None, code, np.full(4_000, 0.5), np.repeat([0, 1], 2_000), np.arange(4_000))
    assert 0 < difference(found, 0, 1).p_design < 1e-300


def test_a_weak_score_is_left_out():
    rng = np.random.default_rng(0)
    code = np.where(rng.random(300) < 0.2, (rng.random(300) < 0.2).astype(float), np.nan)
    wrong = np.where(np.isnan(code), 0.5, 1 - np.nan_to_num(code))
    found = corrected(wrong, code, np.full(300, 0.2), np.zeros(300, int), np.arange(300), cross_fitted=True)
    assert found.weight == 0
    assert found.correlation == pytest.approx(-1)
    assert found.share[0] == pytest.approx(found.labels[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cross_fitted": False}, "cross-fitted"),
        ({"score": SCORE * 2}, "score from 0 to 1"),
        ({"score": SCORE[:5]}, "score from 0 to 1"),
        ({"code": CODE * 2}, "0 or 1"),
        ({"code": np.where(np.isnan(CODE), np.inf, CODE)}, "0 or 1"),
        ({"probability": np.where(np.isnan(CODE), 0.4, np.nan)}, "probability of being drawn"),
        ({"probability": np.zeros(10)}, "probability of being drawn"),
        ({"probability": np.ones(10)}, "certain to be drawn"),
        ({"block": EACH[:4]}, "one code, probability, period and block"),
        ({"weight": 1.5}, "weight from 0 to 1"),
        ({"level": 1.0}, "level above 0"),
    ],
)
def test_what_does_not_fit_is_refused(change, said):
    given = {"score": SCORE, "code": CODE, "probability": np.full(10, 0.4), "period": ONE, "block": EACH}
    with pytest.raises(ValueError, match=said):
        corrected(**{**given, "cross_fitted": True, **change})


@pytest.mark.parametrize("pair", [(0, 0), (0, 2), (-1, 0)])
def test_a_difference_is_between_two_periods(pair):
    found = corrected(None, np.tile(CODE, 2), np.full(20, 0.4), np.repeat([0, 1], 10), np.arange(20))
    with pytest.raises(ValueError, match="two different periods"):
        difference(found, *pair)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 9_999), weight=st.sampled_from([None, 0.0, 0.4, 1.0]))
def test_properties_of_corrected_shares(seed, weight):
    rng = np.random.default_rng(seed)
    n = 90
    score, period, block = rng.random(n), rng.integers(-1, 3, n), rng.integers(0, 12, n)
    chance = rng.uniform(0.2, 0.8, n)
    code = np.where(rng.random(n) < chance, (rng.random(n) < score).astype(float), np.nan)
    found = corrected(score, code, chance, period, block, cross_fitted=True, weight=weight)
    for at in range(len(found.share)):
        if found.coded[at]:
            assert found.outcome[period == at].mean() == pytest.approx(found.share[at])
            assert 0 <= found.low[at] <= max(found.share[at], 0)
            assert min(found.share[at], 1) <= found.high[at] <= 1
    assert np.isnan(found.outcome[period < 0]).all()
    order = rng.permutation(n)
    again = corrected(
        score[order], code[order], chance[order], period[order], block[order], cross_fitted=True, weight=weight
    )
    assert np.allclose(again.share, found.share, equal_nan=True)
    assert np.allclose(again.process, found.process, equal_nan=True)
    thinner = corrected(score, code, chance / 2, period, block, cross_fitted=True, weight=weight)
    assert np.allclose(thinner.share, found.share, equal_nan=True)  # only ratios of probabilities count
    shifted = corrected(score / 2, code, chance, period, block, cross_fitted=True, weight=None)
    if shifted.weight < 1 and weight is None and found.weight < 0.5:
        assert np.allclose(shifted.share, found.share, equal_nan=True)  # the scale of a score does not matter
    outside = corrected(score, np.where(period < 0, 0, code), np.where(period < 0, np.nan, chance), period, block,
                        cross_fitted=True, weight=weight)  # fmt: skip
    assert np.allclose(outside.share, found.share, equal_nan=True)


# -- how often it is right -------------------------------------------------------------------------------------------

SEPARATION = 1.812  # of two normal distributions of unit variance, for an area under the curve of .9


def population(rng, n, share, separation=SEPARATION, drift=0.0):
    """Posts of which exactly this share has the code, and a score that is calibrated but for its drift."""
    code = (rng.permutation(n) < round(share * n)).astype(float)
    value = rng.normal(separation * code + drift * (1 - code))
    return code, expit(np.log(share / (1 - share)) + separation * (value - separation / 2))


def sample(rng, score, size, how):
    uncertainty = np.sqrt(score * (1 - score))[:, None] if how == "by doubt" else np.empty((len(score), 0))
    return draw(uncertainty, size, seed=int(rng.integers(2**32)))


LENGTHS = [pytest.param(400, 0, id="short"), pytest.param(4_000, 1, marks=pytest.mark.slow, id="long")]


@pytest.mark.parametrize(("runs", "seed"), LENGTHS)
@pytest.mark.parametrize("how", ["at random", "by doubt"])
@pytest.mark.parametrize(
    ("n", "size", "share"), [(280, 40, 0.08), (280, 40, 0.15), (280, 100, 0.15), (5_000, 150, 0.12)]
)
def test_the_interval_of_a_corrected_share_holds_it(n, size, share, how, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    held = by_codes = 0
    width, alone = [], []
    for _ in range(runs):
        code, score = population(rng, n, share)
        chosen, chance = sample(rng, score, size, how)
        found = corrected(
            score, np.where(chosen, code, np.nan), chance, np.zeros(n, int), np.arange(n), cross_fitted=True
        )
        held += bool(found.low[0] <= code.mean() <= found.high[0])
        by_codes += bool(found.labels_low[0] <= code.mean() <= found.labels_high[0])
        width.append(found.high[0] - found.low[0])
        alone.append(found.labels_high[0] - found.labels_low[0])
    setting = f"{size} of {n:,} posts {how}, {share:.0%}"
    low, high = (0.92, 0.975) if runs >= 1_000 else (0.9, 0.99)
    calibrated("interval of a corrected share: coverage", setting, held / runs, low, high, runs)
    calibrated("interval of a share by codes alone: coverage", setting, by_codes / runs, low, 0.99, runs)
    calibrated(
        "interval of a corrected share: width over that by codes",
        setting,
        np.median(width) / np.median(alone),
        0.5,
        0.95,
        runs,
    )


@pytest.mark.parametrize(("runs", "seed"), LENGTHS)
@pytest.mark.parametrize("how", ["at random", "by doubt"])
@pytest.mark.parametrize(("share", "size"), [(0.15, 60), (0.08, 100)])
def test_a_score_that_drifts_makes_no_difference(share, size, how, runs, seed, calibrated, at_level):
    rng = np.random.default_rng(seed)
    rejected = naive = held = 0
    for _ in range(runs):
        before, after = population(rng, 280, share), population(rng, 280, share, drift=0.8)
        code, score = (np.concatenate(both) for both in zip(before, after, strict=True))
        drawn = [sample(rng, part[1], size, how) for part in (before, after)]
        chosen, chance = (np.concatenate(both) for both in zip(*drawn, strict=True))
        period = np.repeat([0, 1], 280)
        found = corrected(score, np.where(chosen, code, np.nan), chance, period, np.arange(560), cross_fitted=True)
        between = difference(found, 0, 1)
        rejected += between.p_design <= 0.05
        held += between.low <= 0 <= between.high
        shares = [np.mean(part[1] > 0.5) for part in (before, after)]
        pooled = np.mean(shares)
        z = (shares[1] - shares[0]) / np.sqrt(2 * pooled * (1 - pooled) / 280)
        naive += 2 * norm.sf(abs(z)) <= 0.05
    setting = f"{size} of 280 posts {how}, {share:.0%}, more false positives later"
    at_level("difference of corrected shares: false positives", setting, rejected / runs, runs)
    low, high = (0.92, 0.975) if runs >= 1_000 else (0.9, 0.99)
    calibrated("interval of a difference of corrected shares: coverage", setting, held / runs, low, high, runs)
    calibrated("difference of shares by the score alone: false positives", setting, naive / runs, 0.5, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), LENGTHS)
@pytest.mark.parametrize("how", ["at random", "by doubt"])
def test_the_interval_of_a_difference_holds_it(how, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    held = 0
    for _ in range(runs):
        before, after = population(rng, 280, 0.1), population(rng, 280, 0.25)
        code, score = (np.concatenate(both) for both in zip(before, after, strict=True))
        drawn = [sample(rng, part[1], 80, how) for part in (before, after)]
        chosen, chance = (np.concatenate(both) for both in zip(*drawn, strict=True))
        period = np.repeat([0, 1], 280)
        found = corrected(score, np.where(chosen, code, np.nan), chance, period, np.arange(560), cross_fitted=True)
        between = difference(found, 0, 1)
        held += between.low <= code[280:].mean() - code[:280].mean() <= between.high
    low, high = (0.92, 0.975) if runs >= 1_000 else (0.9, 0.99)
    setting = f"80 of 280 posts {how}, 10 % to 25 %"
    calibrated("interval of a difference of corrected shares: coverage", setting, held / runs, low, high, runs)


@pytest.mark.parametrize(("runs", "seed"), LENGTHS)
@pytest.mark.parametrize("how", ["at random", "by doubt"])
def test_the_process_variance_is_that_of_the_share(how, runs, seed, calibrated):
    """Days that differ add to the variance of a share: by blocks of the outcome it is found, by the draw alone not."""
    rng = np.random.default_rng(seed)
    share, process, design = [], [], []
    for _ in range(runs):
        day = np.repeat(np.arange(70), 4)
        code = (rng.random(280) < rng.beta(0.15 * 4, 0.85 * 4, 70)[day]).astype(float)  # days alike by .2
        value = rng.normal(SEPARATION * code)
        score = expit(np.log(0.15 / 0.85) + SEPARATION * (value - SEPARATION / 2))
        chosen, chance = sample(rng, score, 100, how)
        found = corrected(score, np.where(chosen, code, np.nan), chance, np.zeros(280, int), day, cross_fitted=True)
        share.append(found.share[0])
        process.append(found.process[0])
        design.append(found.variance[0])
    setting = f"100 of 280 posts {how}, 15 %, ICC of days .2"
    spread = np.var(share)
    band = (0.85, 1.15) if runs >= 1_000 else (0.75, 1.3)
    calibrated(
        "process variance of a corrected share, over what it is", setting, np.mean(process) / spread, *band, runs
    )
    calibrated("design variance alone, over the process variance", setting, np.mean(design) / spread, 0, 0.75, runs)


@pytest.mark.parametrize(("runs", "seed"), [(60, 0), pytest.param(400, 1, marks=pytest.mark.slow)])
def test_a_score_that_has_seen_the_codes_must_not_be_used(runs, seed, calibrated):
    """What `cross_fitted` guards against: a head of 30 numbers trained on the codes it is corrected by."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    rng = np.random.default_rng(seed)
    held = {"seen": 0, "unseen": 0}
    for _ in range(runs):
        vectors = rng.normal(size=(280, 30))
        code = (rng.random(280) < expit(vectors[:, 0] * 1.5 - 1.5)).astype(float)
        chosen, chance = draw(np.empty((280, 0)), 80, seed=int(rng.integers(2**32)))
        head = LogisticRegression(C=1e4, max_iter=500)
        seen = head.fit(vectors[chosen], code[chosen]).predict_proba(vectors)[:, 1]
        unseen = seen.copy()
        unseen[chosen] = cross_val_predict(head, vectors[chosen], code[chosen], cv=5, method="predict_proba")[:, 1]
        for name, score in (("seen", seen), ("unseen", unseen)):
            found = corrected(
                score, np.where(chosen, code, np.nan), chance, np.zeros(280, int), np.arange(280),
                cross_fitted=True, weight=1,
            )  # fmt: skip
            held[name] += bool(found.low[0] <= code.mean() <= found.high[0])
    setting = "head of 30 numbers, 80 of 280 posts"
    calibrated("cross-fitted score: coverage", setting, held["unseen"] / runs, 0.9, 1, runs)
    calibrated("score that has seen the codes: coverage", setting, held["seen"] / runs, 0, 0.6, runs)


@pytest.mark.parametrize("wrong", [0.01, 0.02, 0.05])
@pytest.mark.parametrize(("runs", "seed"), [(300, 0), pytest.param(2_000, 1, marks=pytest.mark.slow)])
def test_intervals_know_that_a_good_score_errs_seldom(wrong, runs, seed, calibrated):
    """Where one post in a hundred is scored wrong, a sample may hold no such post, and residuals tell of no error."""
    held, n, size = 0, 280, 150
    for each in range(runs):
        rng = np.random.default_rng([seed, each])
        truth = (rng.random(n) < 0.12).astype(float)
        guess = np.where(rng.random(n) < wrong, 1 - truth, truth)
        score = np.clip(0.03 + 0.94 * guess + rng.normal(0, 0.01, n), 0, 1)
        code = np.where(rng.permutation(n) < size, truth, np.nan)
        which = np.zeros(n, dtype=int)
        found = corrected(score, code, np.full(n, size / n), which, np.arange(n) // 10, cross_fitted=True)
        held += found.low[0] <= truth.mean() <= found.high[0]
    setting = f"{wrong:.0%} of posts are scored wrong, 150 of 280 coded, share 12 %"
    calibrated("Intervals of corrected shares that held the truth", setting, held / runs, 0.9, 0.985, runs)
