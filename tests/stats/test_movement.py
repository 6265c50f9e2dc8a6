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


def drawn(rng, days=(17, 21), **changes):
    """Posts of two periods: vectors, blocks, and which are of the later one, to which the changes apply."""
    always = {name: value for name, value in changes.items() if name in ("of_day", "per_day")}
    one, a = posts(rng, days[0], **always)
    two, b = posts(rng, days[1], **changes)
    return np.vstack([one, two]), np.r_[a, 1000 + b], np.r_[np.zeros(len(one), bool), np.ones(len(two), bool)]


def test_by_the_book_of_movement():
    rows = np.array([(1, 0), (0.8, 0.6), (0.6, 0.8), (0, 1)])
    found = movement(Sums(rows, np.ones(4)), [False, False, True, True], least_posts=2, least_blocks=2)
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
    found = movement(summed(rows, block)[0], later, least_posts=2, least_blocks=2, permutations=19)
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


def simulated(runs, seed, permutations=199, *, posts_apart=False, **changes):
    """p-values of drift and of spread (runs, 2), and the drifts; with posts for blocks if the days are not to count."""
    rng = np.random.default_rng(seed)
    found = []
    for run in range(runs):
        vectors, block, after = drawn(rng, **changes)
        sums, blocks = summed(vectors, np.arange(len(block)) if posts_apart else block)
        later = after if posts_apart else blocks >= 1000
        found.append(movement(sums, later, permutations=permutations, seed=run))
    p = np.array([(one.drift_p, one.spread_p) for one in found])
    return p, np.array([one.drift for one in found])


RUNS = [(400, 199), pytest.param((1_000, 999), marks=pytest.mark.slow)]


@pytest.mark.parametrize("runs", RUNS)
@pytest.mark.parametrize(
    ("setting", "changes", "off"),
    [
        ("17 against 21 posts", {}, None),
        ("60 against 17, the later ones 1.3 times as broad", {"days": (60, 17), "spread": 1.3}, 0.002),
        ("17 against 21 days of three posts that resemble each other", {"of_day": 0.15, "per_day": 2.0}, None),
    ],
)
def test_drift_holds_its_level_and_is_0_on_average(runs, setting, changes, off, calibrated):
    p, drifts = simulated(runs[0], 7, runs[1], **changes)
    calibrated("drift: size", setting, (p[:, 0] <= 0.05).mean(), 0.017, 0.09, runs[0])
    if "spread" not in changes:
        calibrated("change of spread: size", setting, (p[:, 1] <= 0.05).mean(), 0.017, 0.09, runs[0])
    error = drifts.std() / np.sqrt(runs[0])
    calibrated(
        "drift: its mean where nothing moved", setting, drifts.mean(), *(off or 2 * error) * np.array([-1, 1]), runs[0]
    )


def test_permuting_posts_takes_days_for_drift(calibrated):
    p, _ = simulated(100, 8, posts_apart=True, of_day=0.15, per_day=2.0)
    calibrated(
        "drift, posts exchanged instead of days: size", "days of three posts", (p[:, 0] <= 0.05).mean(), 0.5, 1.0, 100
    )


@pytest.mark.parametrize("runs", [200, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_shift_is_seen_and_is_no_spread(runs, calibrated):
    p, _ = simulated(runs, 1, shift=0.37)
    calibrated("drift: power", "17 against 21 posts, scale .37", (p[:, 0] <= 0.05).mean(), 0.9, 1.0, runs)
    assert (p[:, 1] <= 0.05).mean() <= 0.3


@pytest.mark.parametrize("runs", [200, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_spread_is_seen_and_is_no_shift(runs, calibrated):
    p, _ = simulated(runs, 2, spread=1.3)
    setting = "17 against 21 posts, 1.3 times as broad"
    calibrated("change of spread: power", setting, (p[:, 1] <= 0.05).mean(), 0.9, 1.0, runs)
    calibrated("drift: size where a theme only grew broader", setting, (p[:, 0] <= 0.05).mean(), 0.0, 0.097, runs)


def mixed(rng, shares=(0.3, 0.6), n=60, offset=0.5, d=30):
    """Posts of two languages that lie apart, and nothing moved but their mix."""
    after = np.repeat([False, True], n)
    lang = (rng.random(2 * n) < np.where(after, shares[1], shares[0])).astype(int)
    centre = np.zeros((2 * n, d))
    centre[:, 0], centre[:, 1] = 1.2, offset * lang
    return unit(centre + rng.standard_normal((2 * n, d)) / np.sqrt(d)), after, lang


@pytest.mark.parametrize("runs", [400, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_change_of_language_mix_is_no_movement(runs, at_level, calibrated):
    rng = np.random.default_rng(10)
    p = []
    for run in range(runs):
        vectors, after, lang = mixed(rng)
        sums = Sums(vectors, np.ones(len(after)))
        within, across = (movement(sums, after, by, permutations=199, seed=run) for by in (lang, None))
        p.append((within.drift_p, within.spread_p, across.drift_p))
    rejected = (np.array(p) <= 0.05).mean(axis=0)
    setting = "60 against 60 posts, a second language from 30 to 60 %"
    at_level("drift within languages: size", setting, rejected[0], runs)
    at_level("change of spread within languages: size", setting, rejected[1], runs)
    calibrated("drift, languages pooled: size", setting, rejected[2], 0.4, 1.0, runs)


def test_strata_are_weighed_by_posts_and_those_with_too_few_left_out():
    rng = np.random.default_rng(0)
    vectors, after, lang = mixed(rng)
    apart = [movement(Sums(vectors[here], np.ones(here.sum())), after[here]) for here in (lang == 0, lang == 1)]
    found = movement(Sums(vectors, np.ones(120)), after, lang)
    share = (lang == 1).mean()
    assert found.strata == (0, 1)
    assert found.spread == pytest.approx((1 - share) * apart[0].spread + share * apart[1].spread)
    few = np.where((lang == 1) & after & (np.cumsum((lang == 1) & after) > 4), 2, lang)
    assert movement(Sums(vectors, np.ones(120)), after, few).strata == (0,)
    assert movement(Sums(vectors[lang == 0], np.ones((lang == 0).sum())), after[lang == 0]).drift == apart[0].drift


def test_a_few_scattered_posts_of_another_language_spoil_nothing():
    rng = np.random.default_rng(1)
    vectors, _, after = drawn(rng, shift=0.6)
    noise = unit(rng.standard_normal((12, 30)))
    sums = Sums(np.vstack([vectors, noise]), np.ones(len(vectors) + 12))
    later, lang = np.r_[after, np.arange(12) >= 6], np.r_[np.zeros(len(vectors)), np.ones(12)]
    alone, both = movement(Sums(vectors, np.ones(len(vectors))), after), movement(sums, later, lang)
    assert both.strata == (0.0, 1.0)
    assert both.drift == pytest.approx(alone.drift, abs=0.06)
    assert both.drift_p <= 0.01


def tongues(rng, weeks=26, posts=8, d=30):
    """Sums of four languages that lie apart, whose weeks have more or less of one subject, and more or less scattered.

    Gives the sums, whether a cell is later, its language, its week.
    """
    week, lang = np.repeat(np.arange(weeks), 4 * posts), np.tile(np.repeat(np.arange(4), posts), weeks)
    subject, scatter = rng.standard_normal((weeks, d)) * 0.12, np.exp(0.15 * rng.standard_normal(weeks))
    centre = np.eye(d)[0] * 1.2 + np.eye(d)[1 + lang] * 0.5 + subject[week]
    noise = rng.standard_normal((len(week), d)) * scatter[week][:, None] / np.sqrt(d)
    sums, cells = summed(unit(centre + noise), week * 4 + lang)
    return sums, cells // 4 >= weeks // 2, cells % 4, cells // 4


@pytest.mark.parametrize("runs", [200, pytest.param(1_000, marks=pytest.mark.slow)])
def test_weeks_that_move_all_languages_are_no_movement(runs, at_level, calibrated):
    rng = np.random.default_rng(11)
    p = []
    for run in range(runs):
        sums, after, lang, week = tongues(rng)
        whole, each = (movement(sums, after, lang, by, permutations=199, seed=run) for by in (week, None))
        p.append((whole.drift_p, whole.spread_p, each.drift_p, each.spread_p))
    rejected = (np.array(p) <= 0.05).mean(axis=0)
    setting = "4 languages whose weeks are alike in subject and scatter, 13 against 13 weeks of 32 posts"
    for at, name in enumerate(("drift", "change of spread")):
        at_level(f"{name}, whole weeks: size", setting, rejected[at], runs)
        calibrated(f"{name}, weeks of each language by themselves: size", setting, rejected[2 + at], 0.1, 1, runs)


def test_blocks_of_movement_are_exchanged_whole():
    rng = np.random.default_rng(0)
    sums, after, lang, week = tongues(rng)
    one = lang == 0
    alone = Sums(sums.vectors[one], sums.posts[one])
    cells, whole = (movement(alone, after[one], None, by, permutations=199) for by in (None, week[one]))
    assert (cells.drift_p, cells.spread_p) == (whole.drift_p, whole.spread_p)
    assert (cells.drift, cells.floor, cells.spread) == pytest.approx((whole.drift, whole.floor, whole.spread))
    order = rng.permutation(len(week))
    mixed = movement(Sums(sums.vectors[order], sums.posts[order]), after[order], lang[order], 90 - week[order])
    found, each = movement(sums, after, lang, 90 - week), movement(sums, after, lang)
    assert (mixed.drift_p, mixed.spread_p) == (found.drift_p, found.spread_p)
    assert (found.drift, found.spread, found.scale) == pytest.approx((each.drift, each.spread, each.scale))
    with pytest.raises(ValueError, match="one period"):
        movement(sums, after, lang, np.zeros(len(week)))
    with pytest.raises(ValueError, match="a sum, posts"):
        movement(sums, after, lang, week[:-1])


def test_a_language_of_few_weeks_is_done_without_where_they_all_fall_into_one_period():
    rng = np.random.default_rng(2)
    sums, after, lang, week = tongues(rng)
    rare = (lang == 3) & ~np.isin(week, [10, 11, 12, 13, 14, 15])
    few = Sums(sums.vectors[~rare], sums.posts[~rare])
    found = movement(few, after[~rare], lang[~rare], week[~rare], permutations=999)
    assert found.strata == (0, 1, 2, 3)
    assert np.isfinite([found.drift, found.floor, found.spread, found.scale]).all()
    assert 0 < found.drift_p <= 1 and 0 < found.spread_p <= 1
    only = lang == 3
    lone = movement(
        Sums(sums.vectors[only & ~rare], sums.posts[only & ~rare]), after[only & ~rare], None, week[only & ~rare]
    )
    assert lone.drift_p >= 2 / 20  # 20 ways to divide six weeks
