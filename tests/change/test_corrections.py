"""Whether corrected shares moved: for these posts, and for the process behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change.corrections import APART, Corrected, apart, corrected_shifts, held, sampled
from discourse.change.frame import Frame
from discourse.change.shifts import COLUMNS
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.codes.correction import CORRECTED, LABELS, NAIVE, Sampled, Scored, correct
from discourse.stats.coding_sample import draw
from discourse.stats.corrected import difference
from discourse.stats.shift import shift

FIRST, WEEKS = np.datetime64("2024-01-01"), 13


def frame(day, extra=()):
    middle, end = FIRST + 7 * WEEKS, FIRST + 14 * WEEKS
    stretches = [("before", FIRST, middle - 1), ("after", middle, end - 1), *extra]
    periods = pd.DataFrame(
        {
            "period": [name for name, _, _ in stretches],
            "first": np.array([first for _, first, _ in stretches], dtype="datetime64[s]"),
            "last": np.array([last for _, _, last in stretches], dtype="datetime64[s]"),
            "posts": [int(((day >= first) & (day <= last)).sum()) for _, first, last in stretches],
            "partial": False,
            "missing": 0,
        }
    )
    return Frame(day, np.full(len(day), "ru"), periods, [(0, 1)])


def corpus(seed, share=(0.2, 0.2), *, n=280, codes=60, icc=0.1, drifting=0.0):
    """Posts of two periods, alike within days, with a score that errs, and codes of a sample that the score guides."""
    rng = np.random.default_rng(seed)
    number = np.r_[rng.integers(0, 7 * WEEKS, n), rng.integers(7 * WEEKS, 14 * WEEKS, n)]
    period, mean = np.repeat([0, 1], n), np.repeat(share, 7 * WEEKS)
    of_day = rng.beta(mean * (1 / icc - 1), (1 - mean) * (1 / icc - 1)) if icc else mean
    truth = (rng.random(2 * n) < of_day[number]).astype(float)
    logit = 2.5 * truth - 2.5 + drifting * period * (1 - truth) + rng.normal(size=2 * n)
    score = 1 / (1 + np.exp(-logit))
    probability = np.full(2 * n, np.nan)
    for at in (0, 1):
        rows = np.flatnonzero(period == at)
        chosen, each = draw(np.sqrt(score * (1 - score))[rows, None], codes, seed=2 * seed + at)
        probability[rows[chosen]] = each[chosen]
    time = frame(FIRST + number)
    scored = Scored("UN", "UN", np.where(np.isnan(probability), np.nan, truth), score, "head")
    return Corrected([correct(scored, sampled(time, probability))], time), truth, period


def test_a_row_a_kind_with_drifts_columns():
    asked, truth, period = corpus(5, (0.15, 0.4), codes=150)
    table = corrected_shifts([asked])
    assert list(table.columns) == list(COLUMNS)
    assert table["kind"].tolist() == [CORRECTED, NAIVE, LABELS]
    first, naive, alone = (row for _, row in table.iterrows())
    found = asked.corrections[0]
    assert first["difference"] == pytest.approx(found.found.share[1] - found.found.share[0])
    assert first["low"] < truth[period == 1].mean() - truth[period == 0].mean() < first["high"]
    assert first["ratio"] == pytest.approx(first["share_to"] / first["share_from"])
    assert first["verdict"] == ROSE and 0 < first["p"] <= first["q"] <= 0.04
    assert "as blocks vary: +" in first["note"]
    assert naive["difference"] == pytest.approx(found.found.naive[1] - found.found.naive[0])
    assert np.isnan(naive[["low", "high", "p", "q"]].astype(float)).all() and naive["verdict"] == WITHHELD
    assert alone["high"] - alone["low"] > first["high"] - first["low"]


def test_a_fall_falls():
    asked, _, _ = corpus(2, (0.4, 0.15), codes=150)
    assert corrected_shifts([asked]).loc[0, "verdict"] == FELL


def test_what_differs_in_these_posts_may_be_no_more_than_weeks_do():
    asked, _, _ = corpus(14, (0.3, 0.3), codes=279, icc=0.5)
    table = corrected_shifts([asked])
    assert table.loc[0, "low"] > 0 or table.loc[0, "high"] < 0
    assert table.loc[0, "verdict"] == NOTHING
    assert table.loc[0, "note"].startswith("these posts differ, but no more than blocks of posts do from each other")


def test_a_period_with_too_few_codes_withholds_its_pairs_alone():
    asked, _, period = corpus(3, (0.2, 0.2), codes=100)
    scored = asked.corrections[0].scored
    rare = Scored("SCO", "ШОС", np.where(period == 0, 0 * scored.code, scored.code), scored.score, "head")
    probability = np.where(np.isnan(scored.code), np.nan, 100 / 280)
    both = [asked.corrections[0], correct(rare, sampled(asked.frame, probability))]
    table = corrected_shifts([Corrected(both, asked.frame)])
    row = table[(table["label_id"] == "SCO") & (table["kind"] == CORRECTED)].iloc[0]
    assert row["verdict"] == WITHHELD
    assert row["note"].startswith("before: 0 of 100 coded posts have it, and 10 are needed")
    assert row[["share_from", "difference", "low", "p", "q"]].isna().all()
    alone = corrected_shifts([asked]).iloc[0]
    pd.testing.assert_series_equal(table.iloc[0], alone)  # what is withheld is no test


def test_a_period_without_codes_leaves_no_interval_of_codes_alone_either():
    asked, _, period = corpus(3, codes=100)
    scored = asked.corrections[0].scored
    half = Scored("UN", "UN", np.where(period == 0, np.nan, scored.code), scored.score, "head")
    probability = np.where(np.isnan(half.code), np.nan, 100 / 280)
    table = corrected_shifts([Corrected([correct(half, sampled(asked.frame, probability))], asked.frame)])
    alone = table[table["kind"] == LABELS].iloc[0]
    assert alone[["share_from", "difference", "low", "high"]].isna().all()


def coded(posts, codes, shares, seed, guided=False):
    """Correct, without a score, a code of exactly these shares in two periods; and the sample may follow a score."""
    rng = np.random.default_rng(seed)
    parts = []
    for at, (n, m, share) in enumerate(zip(posts, codes, shares, strict=True)):
        truth = (np.arange(n) < round(n * share)).astype(float)
        chance = 1 / (1 + np.exp(2 - 1.4 * truth - rng.normal(size=n)))
        doubt = np.sqrt(chance * (1 - chance))[:, None] if guided else np.empty((n, 0))
        chosen, probability = draw(doubt, m, seed=int(rng.integers(2**31)))
        parts.append((np.where(chosen, truth, np.nan), probability, np.full(n, at)))
    code, probability, period = (np.concatenate(part) for part in zip(*parts, strict=True))
    sample = Sampled(probability, period, ["before", "after"], np.arange(len(code)) // 10)
    return correct(Scored("UN", "UN", code, None, "uncalibrated"), sample)


def test_codes_alone_are_told_apart_where_they_are_too_few_to_correct():
    asked, _, period = corpus(3, codes=100)
    probability = np.where(np.isnan(asked.corrections[0].scored.code), np.nan, 100 / 280)
    code = np.where(np.isnan(probability), np.nan, (period == 1) & (np.arange(len(period)) % 3 == 0))
    scored = Scored("UN", "UN", code, None, "uncalibrated")
    table = corrected_shifts([Corrected([correct(scored, sampled(asked.frame, probability))], asked.frame)])
    assert table["verdict"].tolist() == [WITHHELD] * 3
    assert table["note"].tolist()[2] == APART
    assert apart(coded((300, 300), (100, 100), (0.02, 0.3), 0), 0, 1)
    assert not apart(coded((300, 300), (100, 100), (0.02, 0.03), 0), 0, 1)
    assert not apart(coded((300, 100), (100, 100), (0.02, 0.3), 0), 0, 1)  # a share that is known has no interval


@pytest.mark.parametrize("guided", [False, True], ids=["drawn alike", "guided by scores"])
@pytest.mark.parametrize(
    ("posts", "codes", "share"),
    [((1150, 300), (150, 150), 0.02), ((1000, 1000), (200, 50), 0.04), ((5000, 150), (150, 140), 0.04)],
)
@pytest.mark.parametrize("runs", [150, pytest.param(2_000, marks=pytest.mark.slow)])
def test_codes_alone_are_seldom_told_apart_where_nothing_changed(posts, codes, share, guided, runs, calibrated):
    made = []
    for seed in range(runs):
        found = coded(posts, codes, (share, share), seed, guided)
        made.append(not found.told.all() and apart(found, 0, 1))
    how = "guided by scores" if guided else "drawn alike"
    setting = f"share {share}, {codes[0]} and {codes[1]} codes of {posts[0]:,} and {posts[1]:,} posts, {how}"
    calibrated("Withheld, same share: codes alone told to be apart", setting, np.mean(made), 0, 0.02, runs)


def test_events_and_periods_are_told_apart_by_their_names():
    asked, _, _ = corpus(4, codes=150)
    twice = [asked, Corrected(asked.corrections, asked.frame, "саммит")]
    assert corrected_shifts(twice)["by"].tolist() == [""] * 3 + ["саммит"] * 3


def test_empty_periods_are_left_out():
    day = FIRST + np.repeat(np.arange(14 * WEEKS), 2)
    wide = frame(day, [("later", FIRST + 500, FIRST + 600)])
    kept = held(wide)
    assert kept.periods["period"].tolist() == ["before", "after"] and kept.pairs == [(0, 1)]
    found = sampled(kept, np.ones(len(day)))
    assert found.names == ["before", "after"] and set(found.period.tolist()) == {0, 1}


@pytest.mark.parametrize(
    ("icc", "drifting", "codes", "runs"),
    [
        (0.1, 0.0, 60, 60),
        pytest.param(0.1, 0.7, 60, 400, marks=pytest.mark.slow),
        pytest.param(0.3, 0.0, 100, 400, marks=pytest.mark.slow),
        pytest.param(0.0, 0.0, 100, 400, marks=pytest.mark.slow),
    ],
)
def test_corrected_shares_that_stay_are_called_changed_no_more_often_than_that(icc, drifting, codes, runs, calibrated):
    """The process's share is the same in both periods, and the machine's error may grow."""
    p, by_draw, naive = [], [], []
    for seed in range(runs):
        asked, _, period = corpus(seed, codes=codes, icc=icc, drifting=drifting)
        one = asked.corrections[0]
        if not one.told.all():
            continue
        p.append(corrected_shifts([asked], permutations=199, seed=seed).loc[0, "p"])
        by_draw.append(difference(one.found, 0, 1).p_design)
        of_post = asked.frame.blocks(np.arange(len(period)), "week")
        week, block = np.unique(of_post, return_inverse=True)
        hits, posts = np.bincount(block, one.scored.score), np.bincount(block)
        naive.append(shift(hits, posts, week >= of_post[period == 1].min(), permutations=199, seed=seed).p[0])
    setting = f"day ICC {icc}, error of the machine {'grows' if drifting else 'stays'}, {codes} codes a period"
    rate = np.mean(np.array(p) <= 0.05)
    error = 3 * (0.05 * 0.95 / len(p)) ** 0.5
    calibrated("Corrected share, same in both periods: p <= .05", setting, rate, 0, 0.05 + error, len(p))
    if drifting:
        calibrated(
            "Naive share, same in both periods: p <= .05", setting, np.mean(np.array(naive) <= 0.05), 0.5, 1, runs
        )
    if icc == 0.3:
        by = np.mean(np.array(by_draw) <= 0.05)
        calibrated("The same, by the draw alone", setting, by, 0.15, 1, len(p))
