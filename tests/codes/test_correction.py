"""Shares of a code by period: corrected, naive and by codes alone; and when nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.codes.correction import (
    CODING,
    CORRECTED,
    LABELS,
    NAIVE,
    PREVALENCE,
    SCARCE,
    Sampled,
    Scored,
    codes_lacking,
    coding,
    correct,
    prevalence,
)

NAMES = ["before", "after"]


def corpus(seed=0, n=300, coded=120, share=(0.2, 0.3), strength=3.0):
    """Two periods of n posts, so many of each coded at random; a score that knows the code about as well as a head."""
    rng = np.random.default_rng(seed)
    period = np.repeat([0, 1], n)
    truth = (rng.random(2 * n) < np.array(share)[period]).astype(float)
    score = 1 / (1 + np.exp(-(strength * (truth - 0.5) - 1 + rng.normal(size=2 * n))))
    drawn = np.concatenate([rng.permutation(n) < coded for _ in NAMES])
    probability = np.where(drawn, coded / n, np.nan)
    return Scored("UN", "UN", np.where(drawn, truth, np.nan), score, "head"), _sampled(probability, period), truth


def _sampled(probability, period, block=None):
    return Sampled(probability, period, NAMES, np.arange(len(period)) // 20 if block is None else block)


def test_corrected_shares_stand_beside_naive_ones_and_those_of_codes_alone():
    scored, sampled, truth = corpus()
    found = correct(scored, sampled)
    table = coding(found, NAMES)
    assert list(table.columns) == list(CODING)
    assert table["n"].tolist() == [300, 300] and table["coded"].tolist() == [120, 120]
    for at, row in table.iterrows():
        inside = sampled.period == at
        assert row["naive"] == pytest.approx(scored.score[inside].mean())
        assert row["labels"] == pytest.approx(np.nanmean(scored.code[inside]))
        assert row["low"] <= truth[inside].mean() <= row["high"]
        assert row["moved"] == pytest.approx(row["corrected"] - row["naive"])
        assert row["width"] < row["labels_width"]
        assert row["codes_worth"] > row["coded"]
        assert row["process_low"] < row["low"] and row["process_high"] > row["high"]


def test_outcomes_have_the_corrected_share_for_their_mean():
    scored, sampled, _ = corpus()
    found = correct(scored, sampled)
    means = [found.found.outcome[sampled.period == at].mean() for at in (0, 1)]
    assert means == pytest.approx(found.found.share.tolist())


def test_codes_alone_are_worth_as_many_codes_as_they_are():
    scored, sampled, _ = corpus()
    alone = Scored("UN", "UN", scored.code, None, "uncalibrated", "too few codes")
    table = coding(correct(alone, sampled), NAMES)
    assert table["codes_worth"].to_numpy() == pytest.approx([120, 120], rel=0.01)
    assert table["corrected"].tolist() == table["labels"].tolist()
    assert table["naive"].isna().all() and table["moved"].isna().all()
    assert table["note"].tolist() == ["too few codes"] * 2


def test_a_score_that_knows_nothing_is_left_out_and_that_is_said():
    scored, sampled, _ = corpus()
    noise = np.random.default_rng(5).random(len(scored.code))
    table = coding(correct(Scored("UN", "UN", scored.code, noise, "head"), sampled), NAMES)
    assert table["lambda"].tolist() == [0, 0]
    assert "too loosely" in table["note"][0]
    assert table["corrected"].tolist() == table["labels"].tolist()


def test_of_a_census_the_share_is_what_is_counted_however_rare_the_code():
    period = np.repeat([0, 1], 50)
    code = np.r_[np.zeros(50), 1, np.zeros(49)]
    found = correct(Scored("UN", "UN", code, None, "uncalibrated"), _sampled(np.ones(100), period))
    table = coding(found, NAMES)
    assert found.withheld == ["", ""]
    assert table[["corrected", "low", "high"]].to_numpy().tolist() == [[0, 0, 0], [0.02, 0.02, 0.02]]


@pytest.mark.parametrize(
    ("positives", "said"),
    [
        (
            9,
            "9 of 120 coded posts have it, and 10 are needed: pool periods (--period year, or --cut), or code about 14",
        ),
        (
            1,
            "1 of 120 coded posts has it, and 10 are needed, which all 300 posts of the period would hardly hold: pool",
        ),
        (0, "0 of 120 coded posts have it, and 10 are needed, which all 300 posts"),
    ],
)
def test_too_few_posts_with_the_code_are_refused_with_what_would_do(positives, said):
    scored, sampled, _ = corpus()
    code = scored.code.copy()
    rows = np.flatnonzero((sampled.period == 0) & ~np.isnan(code))
    code[rows] = np.arange(len(rows)) < positives
    found = correct(Scored("UN", "UN", code, scored.score, "head"), sampled)
    assert found.withheld[0].startswith(said) and found.withheld[1] == ""
    table = coding(found, NAMES)
    hidden = ["corrected", "low", "high", "process_low", "process_high", "moved", "width", "codes_worth"]
    assert table.loc[0, hidden].isna().all() and table.loc[1, hidden].notna().all()
    shown = prevalence(found, NAMES).set_index(["kind", "period"])
    assert np.isnan(shown.loc[(CORRECTED, "before"), "share"])
    assert shown.loc[(CORRECTED, "before"), "note"] == found.withheld[0]
    assert shown.loc[(LABELS, "before"), "share"] == pytest.approx(positives / 120)


def test_ten_posts_with_the_code_are_enough():
    scored, sampled, _ = corpus()
    code = scored.code.copy()
    rows = np.flatnonzero((sampled.period == 0) & ~np.isnan(code))
    code[rows] = np.arange(len(rows)) < 10
    assert correct(Scored("UN", "UN", code, scored.score, "head"), sampled).withheld == ["", ""]


def test_a_period_without_codes_is_refused():
    scored, sampled, _ = corpus()
    code = np.where(sampled.period == 0, np.nan, scored.code)
    found = correct(Scored("UN", "UN", code, scored.score, "head"), sampled)
    assert found.withheld[0].startswith("none of its 300 posts was drawn and coded: pool periods")
    assert np.isnan(coding(found, NAMES).loc[0, "labels"])


def test_codes_of_posts_that_were_not_drawn_are_left_out():
    scored, sampled, truth = corpus()
    code = np.where(np.arange(600) % 7 == 0, truth, scored.code)  # more of them than were drawn
    same = correct(scored, sampled)
    more = correct(Scored("UN", "UN", code, scored.score, "head"), sampled)
    pd.testing.assert_frame_equal(coding(same, NAMES), coding(more, NAMES))


def test_a_weight_above_twenty_times_the_mean_is_refused():
    scored, sampled, _ = corpus()
    probability = np.where(np.isnan(sampled.probability), np.nan, 1.0)
    probability[np.flatnonzero(~np.isnan(probability) & (sampled.period == 0))[0]] = 0.02
    probability[sampled.period == 1] = sampled.probability[sampled.period == 1]
    found = correct(scored, _sampled(probability, sampled.period))
    assert found.withheld[0].startswith("one coded post stands for 36 times as many posts as the mean one")
    assert found.withheld[1] == ""


def test_a_large_corpus_is_not_refused_for_its_size():
    n = 20_000
    drawn = np.arange(n) % 100 == 0
    code = np.where(drawn, np.arange(n) % 500 == 0, np.nan)
    period = np.zeros(n, dtype=int)
    found = correct(
        Scored("UN", "UN", code, None, ""), Sampled(np.where(drawn, 0.01, np.nan), period, ["all"], np.arange(n) // 50)
    )
    assert found.withheld == [""]


def test_posts_that_could_not_be_drawn_are_no_part_of_what_the_sample_tells():
    scored, sampled, _ = corpus()
    probability = np.where(np.isnan(sampled.probability), np.nan, 1.0)
    found = correct(scored, _sampled(probability, sampled.period))
    assert all("left out of the sample" in reason for reason in found.withheld)


def test_prevalence_has_the_shape_of_drifts():
    from discourse.change.prevalence import COLUMNS

    scored, sampled, _ = corpus()
    table = prevalence(correct(scored, sampled), NAMES)
    assert list(table.columns) == list(PREVALENCE) == COLUMNS
    assert table["kind"].tolist() == [CORRECTED] * 2 + [NAIVE] * 2 + [LABELS] * 2
    assert table.loc[table["kind"] == NAIVE, ["low", "high"]].isna().all(axis=None)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1_000), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_posts_changes_nothing(seed, shuffled):
    scored, sampled, _ = corpus(seed, n=60, coded=40, share=(0.4, 0.5))
    order = list(range(120))
    shuffled.shuffle(order)
    other = correct(
        Scored("UN", "UN", scored.code[order], scored.score[order], "head"),
        _sampled(sampled.probability[order], sampled.period[order], sampled.block[order]),
    )
    mine, theirs = (coding(one, NAMES) for one in (correct(scored, sampled), other))
    pd.testing.assert_frame_equal(mine, theirs, rtol=1e-9)


@given(positives=st.integers(0, 9), coded=st.integers(10, 500))
def test_codes_lacking_bring_ten_at_the_share_so_far(positives, coded):
    more = codes_lacking(positives, coded)
    rate = positives / coded if positives else 1 / (coded + 1)
    assert positives + more * rate >= 10 - 1e-6
    assert positives + (more - 1) * rate < 10


@pytest.mark.parametrize("runs", [150, pytest.param(1_500, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("share", "bias", "heard"), [(0.06, (0.08, 0.2), (0.3, 0.52)), (0.12, (-0.03, 0.05), (0.93, 1))]
)
def test_rare_shares_are_told_by_luck_and_that_is_said(calibrated, runs, share, bias, heard):
    """The rule of ten chooses among draws: where about ten are to be expected, those told are too high."""
    told, said, sizes = 0, 0, []
    for run in range(runs):
        scored, sampled, truth = corpus(seed=run, n=1_148, coded=150, share=(share, share))
        found = correct(scored, sampled)
        if found.told[0]:
            told += 1
            sizes.append(found.found.share[0] / truth[: len(truth) // 2].mean() - 1)
            note = prevalence(found, NAMES).query("kind == 'corrected'")["note"].iloc[0]
            assert (note == SCARCE) == (found.alone.positives[0] < 15)
            said += note == SCARCE
    setting = f"150 of 1,148 posts coded, share {share:.0%}"
    calibrated("corrected share: told at all, by the rule of ten", setting, told / runs, *heard, runs)
    slack = 0.04 if runs < 1_000 else 0.0
    low, high = bias[0] - slack, bias[1] + slack
    calibrated("corrected share, where told: too high by (a limit)", setting, np.mean(sizes), low, high, runs)
    assert said / told > (0.8 if share < 0.1 else 0.0)
