from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from discourse.stats.blocks import lag_one
from discourse.stats.shift import ratio, shift


def test_four_blocks_against_four_is_an_exact_test():
    found = shift([0, 0, 0, 0, 1, 1, 1, 1], np.ones(8), np.arange(8) >= 4, permutations=99_999)
    assert found.difference == [1.0]
    assert found.p[0] == pytest.approx(2 / 70, abs=0.003)


def test_the_error_is_that_of_the_linearised_ratio():
    y, n = np.array([2, 0, 0, 2, 1, 1, 1, 1]), np.full(8, 2)
    found = shift(y, n, np.arange(8) >= 4)
    # Before: p = .5, V = 4/3 * (4 * 1) / 8^2 = .08333; after: every block is at its mean.
    assert found.difference[0] == pytest.approx(0)
    assert found.error[0] == pytest.approx(np.sqrt(0.083333), abs=1e-5)


def test_a_change_of_mix_is_no_change_within_strata():
    # 4 and 12 % in two languages throughout; the second grows from 30 to 60 % of the posts.
    n = np.array([700, 300, 400, 600] * 6)
    y = n * np.tile([0.04, 0.12, 0.04, 0.12], 6)
    after, lang = np.tile([False, False, True, True], 6), np.tile([0, 1, 0, 1], 6)
    assert shift(y, n, after, lang).difference[0] == pytest.approx(0, abs=1e-12)
    assert shift(y, n, after).difference[0] == pytest.approx(0.024)


def test_a_stratum_in_one_period_only_is_left_out():
    found = shift([1, 2, 3, 9], [10, 10, 10, 10], [False, True, True, True], [0, 0, 0, 1], permutations=9)
    assert found.strata.tolist() == [0]
    assert found.difference[0] == pytest.approx(5 / 20 - 1 / 10)


def test_nothing_can_be_tested_without_blocks_or_hits():
    assert np.isnan(shift([1, 2], [10, 10], [False, True]).p[0])
    assert np.isnan(shift(np.zeros(8), np.ones(8), np.arange(8) >= 4).p[0])


@pytest.mark.parametrize(
    "given",
    [
        ([1, 2], [10, 10], [True, True]),
        ([np.inf, 2], [10, 10], [True, False]),
        ([1, 2, 1], [10, 10, 0], [True, False, True]),
        ([1, 2, 3], [10, 10], [True, False]),
    ],
)
def test_what_does_not_fit_is_refused(given):
    with pytest.raises(ValueError):
        shift(*given)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), labels=st.integers(1, 4))
def test_properties(seed, labels):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 30, 24)
    y = rng.binomial(n, rng.beta(1, 6, (labels, 24)))
    after, lang = np.tile([False, True], 12), np.repeat([0, 1], 12)
    found = shift(y, n, after, lang, permutations=199, seed=seed)
    known = ~np.isnan(found.p)
    assert ((found.p[known] >= 1 / 200) & (found.p[known] <= 1)).all()
    swapped = shift(y, n, ~after, lang, permutations=199, seed=seed)
    assert np.allclose(swapped.difference, -found.difference)
    assert np.allclose(swapped.error, found.error)
    one = shift(y[0], n, after, lang, permutations=199, seed=seed)
    assert np.allclose([one.difference[0], one.error[0]], [found.difference[0], found.error[0]])
    assert one.p[0] == found.p[0] or np.isnan(one.p[0])


def test_a_stratum_of_one_block_does_not_spoil_the_others():
    rng = np.random.default_rng(0)
    n, after = rng.integers(5, 30, 24), np.arange(24) >= 12
    y, lang = rng.binomial(n, 0.2, (2, 24)), np.zeros(24)
    alone = shift(y, n, after, lang, permutations=199)
    lonely = np.c_[y, [[1, 2], [3, 4]]], np.r_[n, 10, 10], np.r_[after, False, True], np.r_[lang, 1, 1]
    with_one = shift(*lonely, permutations=199)
    assert with_one.strata.tolist() == [0]
    assert (with_one.difference == alone.difference).all()
    assert (with_one.p == alone.p).all()
    assert (ratio(*lonely).low == ratio(y, n, after, lang).low).all()
    only = shift([1, 2], [10, 10], [False, True])
    assert only.difference[0] == pytest.approx(0.1)
    assert np.isnan(np.ravel([only.p, *only.interval()])).all()
    assert np.isnan(ratio([6, 9], [10, 10], [False, True]).low[0])


def test_many_cells_are_exchanged_in_parts_with_the_same_result(monkeypatch):
    rng = np.random.default_rng(0)
    n, after, lang = rng.integers(1, 9, 60), np.arange(60) % 2 == 0, np.arange(60) // 20
    y = rng.binomial(n, 0.2, (3, 60))
    whole = shift(y, n, after, lang, permutations=199, seed=1)
    monkeypatch.setattr("discourse.stats.permutation._NUMBERS", 20 * 7)
    parts = shift(y, n, after, lang, permutations=199, seed=1)
    assert (whole.p == parts.p).all()
    assert (whole.error == parts.error).all()


def test_the_interval_of_a_difference():
    found = shift([0, 2, 0, 2, 4, 2, 4, 2], np.full(8, 10), np.arange(8) >= 4, permutations=9)
    # .1 -> .3; in both periods V = 4/3 * 4 * 1 / 40^2; t for 6 degrees of freedom is 2.447.
    assert found.df == 6
    half = 2.4469 * np.sqrt(2 * 16 / 3 / 1_600)
    assert np.allclose(np.ravel(found.interval()), [0.2 - half, 0.2 + half], atol=1e-4)
    sure = shift([0, 0, 10, 10], [10, 10, 10, 10], [False, False, True, True], permutations=9)
    assert np.ravel(sure.interval()).tolist() == [1, 1]


def test_the_ratio_by_hand():
    y, n, after = [2, 4, 2, 4, 3, 9, 3, 9], np.full(8, 20), np.arange(8) >= 4
    found = ratio(y, n, after)
    # V = 4/3 * 4 * 1 / 80^2 and 4/3 * 4 * 9 / 80^2; t for 6 degrees of freedom is 2.447.
    error = np.sqrt(4 / 3 * 4 / 80**2 / 0.15**2 + 4 / 3 * 36 / 80**2 / 0.3**2)
    assert found.ratio[0] == pytest.approx(2)
    assert np.allclose([found.low[0], found.high[0]], 2 * np.exp([-2.4469 * error, 2.4469 * error]), atol=1e-3)


def test_a_ratio_of_a_few_posts_is_not_shown():
    n, after = np.full(8, 20), np.arange(8) >= 4
    found = ratio([[1, 1, 1, 1, 9, 9, 9, 9], [9, 9, 9, 9, 2, 2, 0, 0], [0] * 8, [2, 1, 1, 1, 2, 1, 1, 1]], n, after)
    assert np.isnan([found.ratio[:3], found.low[:3], found.high[:3]]).all()
    assert found.ratio[3] == pytest.approx(1)
    for level in (0, 1):
        with pytest.raises(ValueError):
            ratio([1, 2], [10, 10], [False, True], level=level)


def test_ratios_are_of_shares_at_one_mix():
    # 4 and 12 % become 8 and 24 %; the second language grows from 30 to 60 % of the posts.
    n = np.array([700, 300, 400, 600] * 6)
    y = n * np.tile([0.04, 0.12, 0.08, 0.24], 6)
    after, lang = np.tile([False, False, True, True], 6), np.tile([0, 1, 0, 1], 6)
    assert ratio(y, n, after, lang).ratio[0] == pytest.approx(2)
    swapped = ratio(y, n, ~after, lang)
    assert swapped.ratio[0] == pytest.approx(1 / 2)


def test_blocks_of_one_stratum_are_its_cells():
    rng = np.random.default_rng(0)
    n, after = rng.integers(1, 30, 26), np.arange(26) >= 12
    y = rng.binomial(n, 0.2, (3, 26))
    cells, whole = (shift(y, n, after, None, block, permutations=999) for block in (None, np.arange(26)))
    assert np.allclose(whole.difference, cells.difference)
    assert np.allclose(whole.error, cells.error)
    assert (whole.p == cells.p).all()
    assert whole.df == cells.df


def test_the_variance_of_blocks_holds_what_languages_share():
    # Two languages that go up and down together: what is one swing counts once.
    y = np.repeat([[1, 3, 1, 3, 2, 4, 2, 4]], 2, axis=1)[0]
    n, after, lang = np.full(16, 10), np.repeat(np.arange(8) >= 4, 2), np.tile([0, 1], 8)
    week = np.repeat(np.arange(8), 2)
    alone = shift(y[::2], n[::2], after[::2], permutations=9)
    together = shift(y, n, after, lang, week, permutations=9)
    apart = shift(y, n, after, lang, permutations=9)
    assert together.difference == pytest.approx(alone.difference)
    assert together.error == pytest.approx(alone.error)
    assert apart.error == pytest.approx(alone.error / np.sqrt(2))
    assert ratio(y * 2, n * 2, after, lang, week).low == pytest.approx(ratio(y[::2] * 2, n[::2] * 2, after[::2]).low)


def test_a_rare_language_leaves_the_ways_in_which_it_is_missing():
    rng = np.random.default_rng(0)
    y, n, after, lang, week = (np.array(each) for each in four_weeks_of_a_second_language(rng))
    found = shift(y, n, after, lang, week, permutations=999)
    alone = shift(y[lang == 0], n[lang == 0], after[lang == 0], permutations=999)
    assert found.strata.tolist() == [0, 1]
    assert found.p[0] == pytest.approx(alone.p[0], abs=0.1)
    lonely = np.where((lang == 1) & (week > 15), 0, n)
    assert np.isnan(shift(np.minimum(y, lonely)[lang == 1], lonely[lang == 1], after[lang == 1], permutations=9).p[0])
    with pytest.raises(ValueError, match="one period"):
        shift(y, n, after, lang, np.zeros(len(n)))
    with pytest.raises(ValueError, match="entry a cell"):
        shift(y, n, after, lang, week[:-1])


def four_weeks_of_a_second_language(rng):
    n = np.c_[rng.integers(10, 30, 26), np.where(np.isin(np.arange(26), [2, 5, 15, 21]), 2, 0)].ravel()
    week = np.repeat(np.arange(26), 2)
    return rng.binomial(n, 0.2), n, week >= 13, np.tile([0, 1], 26), week


# Calibration: two quarters of 91 days in 13 weeks each, 270 posts a quarter unless said otherwise.

WEEK = np.arange(182) // 7
LATER = np.arange(26) >= 13
LONG = pytest.param(1_000, 1, marks=pytest.mark.slow, id="long")
SHORT = pytest.param(400, 0, id="short")


@pytest.fixture
def quarters(days):
    """Make hits and posts of 26 weeks, of days that differ by the intraclass correlation."""
    return lambda rng, *shares, **icc: drawn(np.concatenate([days(rng), days(rng)]), rng, *shares, **icc)


def drawn(day, rng, before=0.07, after=0.07, icc=0.1):
    rate = np.repeat([before, after], 91)
    if icc:
        rate = rng.beta(rate * (1 / icc - 1), (1 - rate) * (1 / icc - 1))
    return np.bincount(WEEK, rng.binomial(day, rate)), np.bincount(WEEK, day)


def seen(y, n, seed, *more):
    return bool(shift(y, n, LATER, *more, permutations=399, seed=seed).p[0] <= 0.05)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize("icc", [0, 0.1, 0.3])
def test_size_of_shift(icc, quarters, runs, seed, at_level, calibrated):
    rng = np.random.default_rng(seed)
    found = naive = 0
    for run in range(runs):
        y, n = quarters(rng, icc=icc)
        found += seen(y, n, run)
        hits = [y[~LATER].sum(), y[LATER].sum()]
        naive += fisher_exact([hits, [270 - hits[0], 270 - hits[1]]]).pvalue <= 0.05
    setting = f"270 and 270 posts, 7 %, ICC of days {icc}"
    at_level("shift of a share: size", setting, found / runs, runs)
    if icc == 0.3:
        calibrated("shift of a share: size of the naive Fisher test", setting, naive / runs, 0.12, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_size_of_shift_of_the_noise_rate(quarters, runs, seed, at_level):
    rng = np.random.default_rng(seed)
    found = sum(seen(*quarters(rng, 0.05, 0.05), run) for run in range(runs))
    at_level("shift of the noise rate: size", "270 and 270 posts, 5 % noise, ICC of days 0.1", found / runs, runs)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_power_of_shift(quarters, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    found = sum(seen(*quarters(rng, 0.07, 0.15), run) for run in range(runs))
    setting = "270 and 270 posts, 7 to 15 %, ICC of days 0.1"
    calibrated("shift of a share: power", setting, found / runs, 0.6, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_a_change_of_mix_passes_for_no_shift(runs, seed, at_level, calibrated):
    rng = np.random.default_rng(seed)
    found = naive = whole = 0
    lang, week = np.repeat([0, 1], 26), np.tile(np.arange(26), 2)
    for run in range(runs):
        n = np.concatenate([rng.multinomial(270, np.full(13, 1 / 13)) for _ in range(2)])
        chinese = rng.binomial(n, np.where(LATER, 0.6, 0.3))
        sizes = np.r_[n - chinese, chinese]
        y = rng.binomial(sizes, np.repeat([0.04, 0.12], 26))
        found += shift(y, sizes, np.r_[LATER, LATER], lang, permutations=399, seed=run).p[0] <= 0.05
        whole += shift(y, sizes, np.r_[LATER, LATER], lang, week, permutations=399, seed=run).p[0] <= 0.05
        naive += seen(y[:26] + y[26:], n, run)
    setting = "4 and 12 % in two languages, the second from 30 to 60 % of 270 posts"
    at_level("shift of a share within languages: size", setting, found / runs, runs)
    at_level("shift of a share within languages, whole weeks: size", setting, whole / runs, runs)
    calibrated("shift of a share: size of the naive test without languages", setting, naive / runs, 0.15, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize(("number", "posts", "least"), [(2, 270, 0), (2, 2_700, 0.08), (4, 2_700, 0.13)])
def test_weeks_that_move_all_languages_are_exchanged_whole(
    number, posts, least, languages, runs, seed, at_level, calibrated
):
    rng = np.random.default_rng(seed)
    found = naive = held = 0
    for run in range(runs):
        *cells, week = languages(rng, number, posts)
        one = shift(*cells, week, permutations=399, seed=run)
        found += one.p[0] <= 0.05
        low, high = one.interval()
        held += low[0] <= 0 <= high[0]
        naive += shift(*cells, permutations=399, seed=run).p[0] <= 0.05
    setting = f"{number} languages whose weeks swing alike, {posts:,} posts a quarter, 7 %"
    at_level("shift of a share, whole weeks: size", setting, found / runs, runs)
    calibrated("difference of shares, whole weeks: coverage of its interval", setting, held / runs, 0.91, 0.98, runs)
    calibrated("shift of a share, weeks of each language by themselves: size", setting, naive / runs, least, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize("shares", [(0.07, 0.07), (0.07, 0.15)])
def test_intervals_of_a_shift_hold_it(shares, quarters, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    differences, ratios = [], []
    for _ in range(runs):
        y, n = quarters(rng, *shares)
        low, high = shift(y, n, LATER, permutations=1).interval()
        differences.append(low[0] <= shares[1] - shares[0] <= high[0])
        found = ratio(y, n, LATER)
        if not np.isnan(found.ratio[0]):
            ratios.append(found.low[0] <= shares[1] / shares[0] <= found.high[0])
    setting = f"270 and 270 posts, {100 * shares[0]:.0f} to {100 * shares[1]:.0f} %, ICC of days 0.1"
    calibrated("difference of shares: coverage of its interval", setting, np.mean(differences), 0.92, 0.98, runs)
    calibrated("ratio of shares: coverage of its interval", setting, np.mean(ratios), 0.92, 0.98, len(ratios))


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
@pytest.mark.parametrize(
    ("posts", "phi", "weeks", "doubled", "held"),
    [
        (270, 0, 0.083, 0.083, 0.083),
        (270, 0.5, 0.14, 0.13, 0.11),
        (270, 0.8, 0.25, 0.23, 0.18),
        (2_700, 0, 0.083, 0.083, 0.083),
        (2_700, 0.5, 0.25, 0.2, 0.083),
        (2_700, 0.8, 0.5, 0.4, 0.083),
    ],
)
def test_swings_that_last_pass_for_shifts(posts, phi, weeks, doubled, held, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    quarter = np.arange(65) // 13
    pair = WEEK[:182:7] % 13 // 2 + 7 * LATER
    by_week = by_rule = warned = unwarned = 0
    for run in range(runs):
        n, shocks = rng.multinomial(5 * posts, np.full(65, 1 / 65)), rng.standard_normal(65)
        swing = shocks[:1]
        for shock in shocks[1:]:
            swing = np.append(swing, phi * swing[-1] + np.sqrt(1 - phi**2) * shock)
        y = rng.binomial(n, 1 / (1 + 0.93 / 0.07 * np.exp(-0.5 * swing)))
        lasting = lag_one(y, n, quarter)[0] > 0.3
        y, n = y[-26:], n[-26:]
        found = seen(y, n, run)
        by_week += found
        warned += lasting
        unwarned += found and not lasting
        if lasting:
            y, n = np.bincount(pair, y), np.bincount(pair, n)
            found = shift(y, n, np.arange(14) >= 7, permutations=399, seed=run).p[0] <= 0.05
        by_rule += found
    setting = f"quarters of {posts:,} posts, 7 %, weeks AR(1), φ = {phi}, sd .5 in log-odds"
    name = "shift where swings last, "
    calibrated(name + "blocks of a week: size (a limit)", setting, by_week / runs, 0, weeks, runs)
    calibrated(name + "two weeks where lag one > .3: size (a limit)", setting, by_rule / runs, 0, doubled, runs)
    calibrated(name + "no claim where lag one > .3: size", setting, unwarned / runs, 0, held, runs)
    calibrated(name + "lag one > .3: how often", setting, warned / runs, 0, 0.1 if phi == 0 else 1, runs)
