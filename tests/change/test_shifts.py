from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.change.calendar import chosen, periods
from discourse.change.frame import Frame
from discourse.change.labelling import CODE, from_cells
from discourse.change.shifts import COLUMNS, MOVED, NOTHING, OMNIBUS, WITHHELD, omnibus, pairs, shifts
from discourse.jobs.labellings import labelling
from discourse.posts.periods import days

SEEDS = st.integers(0, 10_000)
MEASURES = ["share_from", "share_to", "difference", "low", "high", "ratio", "p", "q", "mde"]


def both(labels, frame, **asked):
    compared = pairs(labels, frame)
    table = shifts(compared, **asked)[0]
    return table, omnibus(compared, table, **asked)


def test_a_shift_by_hand(framed):
    """26 weeks of four posts: a has none of them before, then one a week, but two in one week."""
    day = np.datetime64("2024-01-01") + np.repeat(7 * np.arange(26), 4) + np.tile([0, 2, 4, 6], 26)
    cells = [None] * 52 + ["a", "b", "b", "b"] * 12 + ["a", "a", "b", "b"]
    cells[:52] = ["b"] * 52
    table, whole = both(from_cells(pd.Series(cells), "x", CODE), framed(day), permutations=999)
    assert table.columns.tolist() == list(COLUMNS)
    assert whole.columns.tolist() == list(OMNIBUS)
    a = table.set_index("label").loc["a"]
    assert a[["from", "to", "by"]].tolist() == ["2024Q1", "2024Q2", ""]
    assert a[["share_from", "share_to", "difference"]].tolist() == pytest.approx([0, 14 / 52, 14 / 52])
    residual = np.r_[np.full(12, 1 - 14 / 13), 2 - 14 / 13]
    error = np.sqrt(13 / 12 * (residual**2).sum()) / 52
    t = 2.0638986  # of 24 degrees of freedom
    assert a[["low", "high"]].tolist() == pytest.approx([14 / 52 - t * error, 14 / 52 + t * error])
    assert np.isnan(a["ratio"])  # fewer than five posts before
    assert a["p"] == 1 / 1000
    assert (a["verdict"], a["note"]) == ("rose", "")
    assert (whole["verdict"] == MOVED).all()
    assert whole[["n_from", "n_to"]].values.tolist() == [[52, 52]]
    assert table.set_index("label").loc["b", "verdict"] == "fell"
    assert table.set_index("label").loc["b", "ratio"] == pytest.approx(38 / 52)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, rise=st.sampled_from([0.0, 0.4]))
def test_swapping_the_periods_turns_every_sign(framed, themed, two_quarters, seed, rise):
    day, lang, theme = two_quarters(seed, 200, rise)
    frame = framed(day, lang)
    swapped = dataclasses.replace(frame, pairs=[(1, 0)])
    (one, whole), (other, turned) = (both(themed(theme, 4), each, permutations=99) for each in (frame, swapped))
    assert np.allclose(one["difference"], -other["difference"])
    assert np.allclose(one["low"], -other["high"], equal_nan=True)
    assert np.allclose(one["share_from"], other["share_to"])
    known = one["ratio"].notna()
    assert np.allclose(one["ratio"][known], 1 / other["ratio"][known])
    assert np.allclose(whole["divergence"], turned["divergence"])
    assert not (one["verdict"].isin(["rose", "fell"]) & (one["verdict"] == other["verdict"])).any()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_neither_names_nor_order_matter(framed, themed, two_quarters, seed):
    day, lang, theme = two_quarters(seed, 150, 0.3)
    rng = np.random.default_rng(seed)
    rows, names = rng.permutation(150), rng.permutation(4)
    one, whole = both(themed(theme, 4), framed(day, lang), permutations=99)
    renamed = np.where(theme < 0, -1, names[theme])[rows]
    other, again = both(themed(renamed, 4), framed(day[rows], lang[rows]), permutations=99)
    order = [*names.tolist(), 4]
    assert np.allclose(one[MEASURES], other.iloc[order][MEASURES], equal_nan=True)
    assert one["verdict"].tolist() == other.iloc[order]["verdict"].tolist()
    assert np.allclose(
        whole[["divergence", "adjusted", "p"]].astype(float), again[["divergence", "adjusted", "p"]].astype(float)
    )


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 120))
def test_numbers_stay_in_their_range(framed, themed, two_quarters, seed, n):
    day, lang, theme = two_quarters(seed, n)
    table, whole = both(themed(theme, 4), framed(day, lang), permutations=99)
    for name in ("p", "q"):
        assert table[name].dropna().between(0, 1, inclusive="right").all()
        assert whole[name].astype(float).dropna().between(0, 1, inclusive="right").all()
    assert table["difference"].between(-1, 1).all()
    assert (table["low"].fillna(-1) <= table["difference"] + 1e-12).all()
    assert (table["difference"] <= table["high"].fillna(1) + 1e-12).all()
    assert (np.sign(table["mde"].dropna()) == np.where(table["difference"] >= 0, 1, -1)[table["mde"].notna()]).all()
    assert table["note"].ne("").where(table["verdict"].isin([NOTHING, WITHHELD]), other=True).all()
    if len(table):  # each post has one label
        assert np.isclose(table["share_from"].sum(), 1)
        assert np.isclose(table["share_to"].sum(), 1)


def test_a_label_withheld_is_not_told_of_and_no_member_of_the_family(framed, themed, two_quarters):
    day, lang, theme = two_quarters(3, 400, 0.5)
    compared = pairs(themed(theme, 4), framed(day, lang))
    every, family = shifts(compared, permutations=499)
    assert every.set_index("label_id").loc["2", "verdict"] == "rose"
    found, fewer = shifts(compared, ["", "", "refits don't find it", "", ""], permutations=499)
    row = found.set_index("label_id").loc["2"]
    assert (row["verdict"], row["note"]) == (WITHHELD, "refits don't find it")
    assert row[["difference", "low", "high", "ratio", "p", "q", "mde"]].isna().all()
    assert row["share_to"] > row["share_from"]
    assert fewer == family - 1


def test_few_posts_are_no_member_of_the_family(framed, themed, two_quarters):
    day, lang, theme = two_quarters(4, 400)
    few = np.flatnonzero(theme == 0)[4:]
    theme[few] = 1
    table, family = shifts(pairs(themed(theme, 4), framed(day, lang)), permutations=99)
    row = table.iloc[0]
    assert family == table["q"].notna().sum() <= 4
    assert row["verdict"] == NOTHING
    assert row["note"].startswith("too few posts for any change to be told (4 in both periods)")
    assert np.isnan(row["p"])
    assert np.isnan(row["q"])


def test_a_period_of_a_single_block_is_withheld(framed, themed):
    day = np.r_[np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-04-01")), [np.datetime64("2024-04-01")] * 20]
    theme = np.r_[np.arange(91) % 3, np.zeros(20, dtype=int)]
    table, whole = both(themed(theme), framed(day), permutations=99)
    assert (table.loc[table["share_from"] > 0, "verdict"] == WITHHELD).all()
    assert table["note"].str.contains("single day").any()
    assert table[["low", "high"]].isna().all().all()
    assert (whole["verdict"] == WITHHELD).all()
    assert whole["note"].tolist() == ["a period has posts in one block alone"]


def test_periods_without_labels_are_withheld_as_a_whole(framed):
    day = np.datetime64("2024-01-01") + np.arange(182)
    codes = from_cells(pd.Series([None] * 182, dtype="str"), "x", CODE)
    table, whole = both(codes, framed(day), permutations=99)
    assert table.empty
    assert whole["verdict"].tolist() == [NOTHING]  # all posts have no label, before and after
    assert whole["p"].tolist() == [1.0]


def test_posts_without_any_label_can_move_all_of_it(framed):
    day = np.datetime64("2024-01-01") + np.arange(182)
    codes = from_cells(pd.Series(["a"] * 91 + [None, "a"] * 45 + ["a"], dtype="str"), "x", CODE)
    _, whole = both(codes, framed(day), permutations=199)
    assert whole["verdict"].tolist() == [MOVED]


def test_a_language_that_came_moves_nothing(framed, themed):
    """Kazakh posts begin in the second quarter and speak of other things: nobody changed what they say."""
    rng = np.random.default_rng(0)
    day = np.datetime64("2024-01-01") + np.r_[rng.integers(0, 182, 260), rng.integers(91, 182, 120)]
    lang = np.array(["ru"] * 260 + ["kk"] * 120)
    theme = np.where(lang == "ru", rng.integers(0, 3, 380), 3)
    compared = pairs(themed(theme), framed(day, lang))
    assert compared[0].counts.alone == ("kk",)
    table, _ = shifts(compared, permutations=499)
    assert not table["verdict"].isin(["rose", "fell"]).any()
    new = table.set_index("label_id").loc["3"]
    assert (new["verdict"], new["share_from"]) == (WITHHELD, 0)
    assert new["share_to"] > 0.4
    assert new["note"] == "all its posts are in languages that one of the periods lacks"
    assert np.isnan(new["difference"])
    assert omnibus(compared, table, permutations=499)["verdict"].tolist() == [NOTHING]


def test_shares_that_swing_for_weeks_are_tested_by_two_weeks(framed):
    rng = np.random.default_rng(1)
    week = np.repeat(np.arange(78), 30)
    day = np.datetime64("2023-07-03") + 7 * week + np.tile(np.arange(30) % 7, 78)
    slow = np.repeat(rng.standard_normal(20), 4)[:78]
    held = rng.random(len(day)) < 0.3 + 0.12 * np.clip(slow[week], -2, 2)
    codes = from_cells(
        pd.Series(np.where(held, "slow", "") + np.where(rng.random(len(day)) < 0.3, ";quick", "")), "x", CODE
    )
    compared = pairs(codes, framed(day))
    lasting = dict(zip(codes.labels["label"], compared[0].lasting, strict=True))
    assert lasting == {"slow": True, "quick": False}
    assert len(np.unique(compared[0].doubled.block)) < len(np.unique(compared[0].counts.block))
    table, _ = shifts(compared, permutations=99)
    noted = table["note"].str.contains("two weeks at a time")
    assert set(table.loc[noted, "label"]) == {"slow"}
    assert noted.sum() == (table["label"] == "slow").sum()


def test_authors_as_blocks_are_the_same_in_any_order(framed, themed, two_quarters):
    day, lang, theme = two_quarters(5, 200, 0.3)
    author = np.arange(200) % 30
    one, _ = both(themed(theme, 4), framed(day, lang, unit="author", keys=author), permutations=99)
    rows = np.random.default_rng(0).permutation(200)
    again = framed(day[rows], lang[rows], unit="author", keys=author[rows])
    other, _ = both(themed(theme[rows], 4), again, permutations=99)
    pd.testing.assert_frame_equal(one, other)


def test_a_claim_that_needs_more_permutations_gets_them(framed):
    """Of 30 codes one appears in the second quarter, once a week at least: 99 permutations couldn't tell."""
    rng = np.random.default_rng(0)
    day = np.datetime64("2024-01-01") + np.repeat(np.arange(182), 5)
    codes = rng.integers(0, 29, len(day)).astype(str).astype(object)
    codes[(day >= np.datetime64("2024-04-01")) & (np.arange(len(day)) % 5 == 0)] = "new"
    table, family = shifts(pairs(from_cells(pd.Series(codes), "x", CODE), framed(day)), permutations=99)
    row = table.set_index("label").loc["new"]
    assert 10 <= family <= 30  # labels whose weeks lie evenly are no tests
    assert row["verdict"] == "rose"
    assert row["p"] < 0.01


# -- how often anything is claimed of the sample corpus where its weeks are exchanged --


@pytest.mark.parametrize("copies", [12, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("on", ["themes", "codes:tags"])
def test_shuffled_weeks_hardly_ever_make_a_claim(embassy_run, calibrated, on, copies):
    labels = labelling(embassy_run, on).present()
    day = days(embassy_run.posts["date"])
    lang = embassy_run.posts["lang"].to_numpy(dtype=object).astype("str")
    week, which = np.unique((day.astype("int64") + 3) // 7, return_inverse=True)
    claimed, moved = np.zeros((2, copies), dtype=bool)
    for copy in range(copies):
        other = np.random.default_rng(copy).permutation(week)[which]
        then = day + 7 * (other - week[which])
        table, chosen_pairs = chosen(periods(then), then, then, None, None)
        compared = pairs(labels, Frame(then, lang, table, chosen_pairs))
        found = shifts(compared, seed=copy)[0]
        claimed[copy] = found["verdict"].isin(["rose", "fell"]).any()
        moved[copy] = (omnibus(compared, found, seed=copy)["verdict"] == MOVED).any()
    setting = f"{on} of the written corpus, its weeks shuffled, default quarters"
    high = 0.08 if copies >= 200 else 0.25
    calibrated("drift: any label rose or fell", setting, claimed.mean(), 0.0, high, copies)
    assert (moved >= claimed).all()  # where a label moved, they all did
    calibrated("drift: any claim, of a label or of all together", setting, moved.mean(), 0.0, high, copies)


@pytest.mark.parametrize("runs", [16, pytest.param(400, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("before", "now"), [(0, 100), (4, 100), (40, 100)])
def test_a_language_that_comes_or_grows_makes_no_claims(framed, themed, calibrated, before, now, runs):
    """130 Russian posts a quarter on ten themes, and Kazakh ones on others of them."""
    claimed = moved = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        sizes = [130, 130, before, now]
        day = np.concatenate([91 * (at % 2) + rng.integers(0, 91, n) for at, n in enumerate(sizes)])
        mixes = [np.full(10, 0.1), rng.dirichlet(np.full(10, 0.5))]
        theme = np.concatenate([rng.choice(10, n, p=mixes[at // 2]) for at, n in enumerate(sizes)])
        frame = framed(np.datetime64("2024-01-01") + day, np.repeat(["ru", "ru", "kk", "kk"], sizes))
        table, whole = both(themed(theme, 10), frame, permutations=499, seed=run)
        claimed += table["verdict"].isin(["rose", "fell"]).any()
        moved += whole["verdict"].eq(MOVED).any()
    setting = f"130 and 130 Russian posts, {before} and {now} Kazakh ones on other themes"
    high = 0.08 if runs >= 200 else 0.25
    calibrated("drift: any label rose or fell, where only languages change", setting, claimed / runs, 0.0, high, runs)
    calibrated(
        "drift: the labels as a whole moved, where only languages change", setting, moved / runs, 0.0, high, runs
    )
