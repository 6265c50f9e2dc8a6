from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.changepoint import changepoint
from discourse.stats.contrast import contrast, log_odds
from discourse.stats.event import between, event, fits
from discourse.stats.permutation import p_value
from discourse.stats.shift import shift

WEEKS, AT = 65, 40


def test_the_windows_and_the_gap_are_those_asked_for():
    posts = np.full((30, 1), 10)
    hits = np.zeros((1, 30, 1))
    hits[0, 20:24] = 5  # the window
    hits[0, 18:20] = 9  # the gap
    hits[0, 14:18, 0] = [1, 2, 1, 2]
    found = event(hits, posts, 20, window=4, gap=2)
    assert found.difference[0] == pytest.approx(0.5 - 0.15)
    assert found.placebo_starts.tolist() == [*range(6, 17), *range(24, 27)]
    assert found.placebo_floor == pytest.approx(1 / 15)
    assert found.pretrend[0] == pytest.approx((9 + 9 + 1 + 2) / 40)


def test_the_permutation_is_that_of_shift():
    rng = np.random.default_rng(0)
    posts = rng.integers(5, 20, (40, 2))
    hits = rng.binomial(posts, 0.3, (6, 40, 2))
    found = event(hits, posts, 25, window=6, gap=1, permutations=199, seed=3)
    weeks = np.r_[18:24, 25:31]
    stratum = np.tile([0, 1], 12)
    alone = shift(
        hits[:, weeks].reshape(6, -1),
        posts[weeks].ravel(),
        np.repeat(weeks >= 25, 2),
        stratum,
        np.repeat(weeks, 2),
        permutations=199,
        seed=3,
    )
    assert np.allclose(found.difference, alone.difference)
    assert (found.high - found.low) / 2 / alone.error / found.swing == pytest.approx(2.228, abs=1e-3)  # t of 10
    steady = found.swing == 1
    assert steady.any() and not steady.all()
    assert found.p[steady].tolist() == alone.p[steady].tolist()
    assert (found.p[~steady] > alone.p[~steady]).all()


def test_labels_against_each_other():
    rng = np.random.default_rng(1)
    posts = rng.integers(5, 20, (WEEKS, 1))
    hits = rng.binomial(posts, 0.2, (3, WEEKS, 1))
    alone = event(hits, posts, AT, permutations=199)
    found = between(hits, posts, AT, np.array([[0, 1], [1, 0], [2, 2]]), permutations=199)
    assert found.difference[0] == pytest.approx(alone.difference[0] - alone.difference[1])
    assert found.difference[1] == pytest.approx(-found.difference[0])
    assert found.p[0] == found.p[1]
    assert np.allclose(found.placebos[0], alone.placebos[0] - alone.placebos[1])
    assert found.difference[2] == pytest.approx(0)
    assert found.p[2] == 1


def test_complements_move_against_each_other():
    rng = np.random.default_rng(2)
    posts = rng.integers(5, 20, (WEEKS, 1))
    one = rng.binomial(posts, 0.3)
    both = np.stack([one, posts - one])
    alone, found = (
        event(both, posts, AT, permutations=199),
        between(both, posts, AT, np.array([[0, 1]]), permutations=199),
    )
    assert found.difference[0] == pytest.approx(2 * alone.difference[0])
    assert found.p[0] == alone.p[0] == alone.p[1]


def test_a_stratum_that_lacks_weeks_is_left_out():
    posts = np.tile([10, 0], (30, 1))
    posts[20, 1] = 10
    hits = np.zeros((1, 30, 2))
    hits[0, 20:, 0] = np.tile([4, 6], 5)
    hits[0, 20, 1] = 10
    found = event(hits, posts, 20, window=4, gap=0, permutations=99)
    assert found.difference[0] == pytest.approx(0.5)
    assert not np.isnan(found.p[0])


def test_what_is_never_there_has_no_p():
    posts = np.full((WEEKS, 1), 10)
    found = event(np.zeros((1, WEEKS, 1)), posts, AT, permutations=99)
    assert found.difference[0] == 0
    assert np.isnan([found.p[0], found.placebo_p[0], found.score[0]]).all()


@pytest.mark.parametrize(("at", "window", "gap"), [(9, 8, 2), (58, 8, 2), (-3, 8, 2), (40, 1, 0), (40, 8, -1)])
def test_windows_that_do_not_fit_are_refused(at, window, gap):
    with pytest.raises(ValueError):
        event(np.zeros((1, WEEKS, 1)), np.ones((WEEKS, 1)), at, window=window, gap=gap)


def test_silence_on_one_side_is_refused():
    posts = np.ones((WEEKS, 1))
    posts[30:38] = 0
    with pytest.raises(ValueError, match="no stratum"):
        event(np.zeros((1, WEEKS, 1)), posts, AT)
    assert fits(WEEKS, AT, window=8, gap=2)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), window=st.integers(2, 8), gap=st.integers(0, 4))
def test_properties_of_events(seed, window, gap):
    rng = np.random.default_rng(seed)
    posts = rng.integers(0, 15, (50, 2))
    posts[:, 0] += 1
    hits = rng.binomial(posts, rng.beta(1, 6, (3, 50, 2)))
    found = event(hits, posts, 30, window=window, gap=gap, permutations=99, seed=seed)
    known = ~np.isnan(found.p)
    assert (found.p[known] >= 1 / 100).all() and (found.p[known] <= 1).all()
    assert (found.placebo_p[known] >= found.placebo_floor - 1e-12).all()
    assert (found.low[known] <= found.difference[known]).all() and (found.difference[known] <= found.high[known]).all()
    turned = event(hits[::-1], posts, 30, window=window, gap=gap, permutations=99, seed=seed)
    assert np.allclose(turned.difference, found.difference[::-1])
    assert np.array_equal(turned.p, found.p[::-1], equal_nan=True)
    absent = event(posts - hits, posts, 30, window=window, gap=gap, permutations=99, seed=seed)
    assert np.allclose(absent.difference, -found.difference)


# Calibration: 65 weeks of about 21 posts. Labels of one run stand for independent repetitions of it.

SHORT = pytest.param(40, 0, id="short")
LONG = pytest.param(200, 1, marks=pytest.mark.slow, id="long")
EACH = 50


def weeks_of(rng, share=0.08, factor=1.0, kind="iid", at=AT, stir=1.0):
    """Hits and posts of 50 labels: odds times `factor` from week `at` on, on top of chance, swings or a trend."""
    posts = rng.poisson(21, WEEKS)
    logit = np.full((EACH, WEEKS), np.log(share / (1 - share)))
    if kind == "AR(.6)":
        swing = rng.normal(0, 0.4, (EACH, WEEKS))
        for week in range(1, WEEKS):
            swing[:, week] = 0.6 * swing[:, week - 1] + 0.8 * swing[:, week]
        logit += swing
    if kind == "trend":
        logit += np.linspace(-0.5, 0.5, WEEKS)
    logit += np.log(factor) * (np.arange(WEEKS) >= at)
    logit[:, at - 2 : at] += np.log(stir)
    return rng.binomial(posts, 1 / (1 + np.exp(-logit)))[:, :, None], posts[:, None]


def rates(runs, seed, measure, **how):
    """Average over runs of what `measure` tells of the labels of a run: (labels, questions) bool."""
    found = [measure(*weeks_of(np.random.default_rng([seed, run]), **how), run) for run in range(runs)]
    return np.concatenate(found).mean(axis=0)


def significant(y, n, seed, at=AT, window=8):
    found = event(y, n, at, window=window, permutations=399, seed=seed)
    return np.stack([found.placebo_p <= 0.05, found.p <= 0.05], axis=1)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize("kind", ["iid", "AR(.6)", "trend"])
def test_size_of_the_placebo_rank(kind, runs, seed, calibrated):
    placebo, _ = rates(runs, seed, significant, kind=kind)
    calibrated("event: size of the rank among other dates", kind, placebo, 0, 0.083, runs * EACH)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize(("kind", "naive"), [("iid", 0.017), ("AR(.6)", 0.083), ("trend", 0.05)])
def test_size_of_the_permutation_at_an_event(kind, naive, runs, seed, calibrated):
    """Without the swing at other dates it holds its level for weeks that don't hang together only."""

    def measure(y, n, run):
        weeks = np.r_[AT - 10 : AT - 2, AT : AT + 8]
        alone = shift(y[:, weeks, 0], n[weeks, 0], weeks >= AT, permutations=399, seed=run)
        return np.stack([event(y, n, AT, permutations=399, seed=run).p <= 0.05, alone.p <= 0.05], axis=1)

    tempered, alone = rates(runs, seed, measure, kind=kind)
    calibrated("event: size of the exchange of weeks", kind, tempered, 0.017, 0.083, runs * EACH)
    calibrated("event: size of the exchange of weeks, without the swing", kind, alone, naive, 0.16, runs * EACH)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_weeks_that_move_all_languages_at_an_event(runs, seed, calibrated):
    found = []
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        posts = rng.poisson([16, 16, 16, 16], (WEEKS, 4))
        logit = np.log(0.08 / 0.92) + rng.normal(0, 0.5, (EACH, WEEKS, 1))
        hits = rng.binomial(posts, 1 / (1 + np.exp(-logit)))
        whole = event(hits, posts, AT, permutations=199, seed=run)
        weeks = np.r_[AT - 10 : AT - 2, AT : AT + 8]
        each = shift(
            hits[:, weeks].reshape(EACH, -1),
            posts[weeks].ravel(),
            np.repeat(weeks >= AT, 4),
            np.tile(np.arange(4), 16),
            permutations=199,
            seed=run,
        )
        found.append([(p <= 0.05).mean() for p in (whole.p, whole.placebo_p, each.p)])
    p, rank, naive = np.mean(found, axis=0)
    setting = "4 languages whose weeks swing alike (sd .5 in log-odds), 64 posts a week"
    calibrated("event: size of the exchange of weeks", setting, p, 0.017, 0.083, runs * EACH)
    calibrated("event: size of the rank among other dates", setting, rank, 0, 0.083, runs * EACH)
    calibrated("event: size of the exchange of weeks of each language by itself", setting, naive, 0.1, 1, runs * EACH)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_power_at_an_event(runs, seed, calibrated):
    _, permuted = rates(runs, seed, lambda y, n, run: significant(y, n, run, window=13), factor=2.5)
    calibrated("event: power of the exchange of weeks", "odds x 2.5, 13 weeks", permuted, 0.85, 1, runs * EACH)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_size_of_the_difference_between_labels(runs, seed, calibrated):
    pairs = np.arange(EACH).reshape(-1, 2)

    def measure(y, n, run):
        found = between(y, n, AT, pairs, permutations=399, seed=run)
        return np.stack([found.p <= 0.05, found.placebo_p <= 0.05], axis=1)

    for factor in (1.0, 2.5):
        permuted, placebo = rates(runs, seed, measure, factor=factor)
        setting = f"both labels: odds x {factor}"
        calibrated(
            "event, labels compared: size of the exchange of weeks", setting, permuted, 0.017, 0.083, runs * EACH // 2
        )
        calibrated("event, labels compared: size of the rank", setting, placebo, 0, 0.083, runs * EACH // 2)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_ranks_of_scores_beat_those_of_differences_and_of_log_odds(runs, seed, calibrated):
    """Scores hold the level under a trend where differences don't, and see rare labels where log-odds don't."""

    def measure(y, n, run, at):
        starts = np.arange(10, WEEKS - 7)
        dates = np.r_[at, starts[np.abs(starts - at) >= 8]]
        difference, error = contrast(y, n, dates, window=8, gap=2)
        scales = (difference / error, difference, log_odds(y, n, dates, window=8, gap=2))
        return np.stack([p_value(np.abs(s[:, 0]), np.abs(s[:, 1:]).T) <= 0.05 for s in scales], axis=1)

    late, middle = 50, AT
    trend = rates(runs, seed, lambda *given: measure(*given, late), kind="trend", at=late)
    rare = rates(runs, seed, lambda *given: measure(*given, middle), share=0.01, factor=8, at=middle)
    falls = rates(runs, seed, lambda *given: measure(*given, late), share=0.15, factor=1 / 3, at=late)
    for name, size, sees, falling in zip(("scores", "differences", "log-odds"), trend, rare, falls, strict=True):
        runs_ = runs * EACH
        calibrated(
            f"event: rank of {name} among other dates, size",
            "trend, late date",
            size,
            *((0.09, 0.2) if name == "differences" else (0, 0.12)),
            runs_,
        )
        calibrated(
            f"event: rank of {name} among other dates, power",
            "1 %, odds x 8",
            sees,
            *((0.4, 0.75) if name == "log-odds" else (0.7, 1)),
            runs_,
        )
        calibrated(
            f"event: rank of {name} among other dates, power",
            "15 %, odds / 3, late",
            falling,
            *((0.5, 0.75) if name == "differences" else (0.7, 1)),
            runs_,
        )
    assert trend[0] < trend[1] - 0.02 and rare[0] > rare[2] + 0.15 and falls[0] > falls[1] + 0.05


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_a_pretrend_counts_where_it_goes_the_same_way_and_far_enough(runs, seed, calibrated):
    """Rules on a pre-trend (p <= .2): of any direction; of the same; of the same and a third of the effect's size.

    All keep out what began six weeks before. The first loses a fifth of real effects, the second those that stir.
    """

    def measure(y, n, run):
        found = event(y, n, AT, permutations=399, seed=run)
        called = (found.p <= 0.05) & (found.placebo_p <= 0.05)
        under_way = found.pretrend_p <= 0.2
        with np.errstate(divide="ignore", invalid="ignore"):
            part = found.pretrend / found.difference
        rules = (under_way, under_way & (part > 0), under_way & (part >= 1 / 3))
        return np.stack([called, *(called & ~rule for rule in rules)], axis=1)

    jumps = rates(runs, seed, measure, factor=2.5)
    stirs = rates(runs, seed, measure, share=0.02, factor=15, stir=3)
    early = rates(runs, seed, measure, factor=4, at=AT - 6)
    rules = ("none", "any direction", "same direction", "same direction, a third of the size")
    bands = {
        "odds x 2.5 at the event": (jumps, [(0.5, 0.8), (0.4, 0.65), (0.5, 0.7), (0.5, 0.7)]),
        "odds x 3 two weeks before, x 15 at the event": (stirs, [(0.9, 1), (0.6, 0.85), (0.65, 0.9), (0.9, 1)]),
        "odds x 4 six weeks before": (early, [(0.1, 0.25), (0, 0.06), (0, 0.06), (0, 0.06)]),
    }
    for setting, (measured, accepted) in bands.items():
        for rule, value, (low, high) in zip(rules, measured, accepted, strict=True):
            calibrated(f"event: called, with the rule on pre-trends: {rule}", setting, value, low, high, runs * EACH)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_coverage_of_the_changepoint(runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    held = misled = 0
    for _ in range(runs * EACH):
        posts, at = rng.poisson(21, WEEKS), int(rng.integers(10, 56))
        changed = changepoint(rng.binomial(posts, np.where(np.arange(WEEKS) < at, 0.08, 0.16)), posts)
        held += at in changed.region()
        misled += changepoint(rng.binomial(posts, 0.08), posts).log_bayes_factor > np.log(10)
    calibrated("changepoint: coverage of the 95 % region", "8 to 16 %", held / runs / EACH, 0.92, 1, runs * EACH)
    calibrated("changepoint: Bayes factor above 10", "no change", misled / runs / EACH, 0, 0.02, runs * EACH)
