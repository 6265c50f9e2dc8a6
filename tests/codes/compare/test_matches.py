from __future__ import annotations

import numpy as np
import pytest

from discourse.codes.compare import coders, matches
from discourse.codes.compare.matches import FOUND, NOWHERE, WITHHELD
from discourse.stats.mapping import Groups, match, scores, shuffled

RNG = np.random.default_rng(0)
THEME = np.r_[RNG.integers(0, 6, 560), np.full(40, -1)][RNG.permutation(600)]


def coded(noise=0.0):
    """Codes that themes 1 and 2 stand for, nine posts of one, and one at random, for every post."""
    rng = np.random.default_rng(1)
    said = {}
    for row, theme in enumerate(THEME):
        held = theme in (1, 2)
        some = ["торговля"] if (held if rng.random() > noise else not held) else []
        some += ["random"] if rng.random() < 0.2 else []
        said[row] = some + (["rare"] if row < 9 else [])
    return said


@pytest.fixture(scope="module")
def compared(beside):
    found = beside(THEME, {("Anna", "s"): coded(), ("Bo", "s"): {r: c for r, c in coded(0.2).items() if r % 3 == 0}})
    agreed = coders.by_code(found.codes)
    return found, *matches.matches(found, agreed)


def test_themes_that_stand_for_a_code_are_found(compared):
    _, codes, _, found = compared
    row = codes.set_index("code").loc["торговля"]
    assert (row["verdict"], row["positives"], row["coded"]) == (FOUND, np.isin(THEME, [1, 2]).sum(), 600)
    assert sorted(row["label_ids"].split("; ")) == ["1", "2"] and "тема 1" in row["labels"]
    assert row["precision"] == row["recall"] == row["f1"] == row["adjusted_f1"] == 1
    assert row["explained"] == pytest.approx(1)
    assert sorted(found["s", "торговля"].groups) == [1, 2]


def test_the_ceiling_is_agreement_between_people(compared):
    row = compared[1].set_index("code").loc["торговля"]
    assert row["twice"] == 200 and row["people_f1"] < 0.9
    assert row["of_people"] == pytest.approx(1 / row["people_f1"])
    assert row["of_people_low"] > 1 and "better with the codes than people" in row["note"]


def test_codes_at_random_and_rare_ones_have_no_theme(compared):
    codes = compared[1].set_index("code")
    assert codes.loc["random", "verdict"] == NOWHERE
    assert codes.loc["rare", "verdict"] == WITHHELD and "9 posts" in codes.loc["rare", "note"]
    assert np.isnan(codes.loc["rare", "f1"])


def test_each_theme_says_what_it_stands_for(compared):
    beside, codes, _, found = compared
    table = matches.themes(beside, found, codes).set_index("label_id")
    assert table.loc["1", "codes"] == "торговля" and table.loc["1", "verdict"] == "stands for codes"
    assert table.loc["3", "verdict"] == "no code" and table.loc["3", "codes"] == ""
    assert table["posts"].sum() == table["coded"].sum() == 560
    assert "торговля 100%" in table.loc["2", "commonest"]


def test_the_table_adds_up(compared):
    beside, codes, _, _ = compared
    table = matches.table(beside)
    for code, of in table.groupby("code"):
        assert of["posts"].sum() == codes.set_index("code").loc[code, "positives"]
        assert of["of_code"].sum() == pytest.approx(1)
    none = table[(table["label_id"] == "") & (table["code"] == "random")]
    assert none["label"].tolist() == ["(in none)"] and none["of_label"].iloc[0] == none["posts"].iloc[0] / 40


def test_the_scheme_as_a_whole(compared):
    row = compared[2].iloc[0]
    assert (row["coded"], row["codes"], row["labelled"]) == (600, 3, 560 / 600)
    assert 0 < row["explained_adjusted"] < row["explained"] < 1
    assert np.isnan(row["ami"])  # posts may have several codes
    assert 0 < row["bcubed_coverage"] < 1


def test_single_codes_have_mutual_information(beside):
    found = beside(THEME, {("Anna", "s"): {row: [f"c{theme}"] for row, theme in enumerate(THEME)}})
    overall = matches.matches(found, coders.by_code(found.codes))[1]
    row = overall.iloc[0]
    assert row["ami"] == pytest.approx(1) and row["ami_coverage"] == 1
    assert row["bcubed_precision"] == 1 and row["bcubed_recall"] < 1  # posts in no theme lie alone


def test_broad_themes_are_said_to_be_broader(beside):
    said = {row: ["part"] if theme == 1 and row % 4 == 0 else [] for row, theme in enumerate(THEME)}
    found = beside(THEME, {("Anna", "s"): said})
    row = matches.matches(found, coders.by_code(found.codes))[0].iloc[0]
    assert row["recall"] == 1 and row["precision"] < 0.5 and "broader" in row["note"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("posts", "themes", "share", "burst"), [(300, 30, 0.1, 0), (1_400, 15, 0.05, 0), (1_400, 15, 0.05, 1)]
)
def test_codes_at_random_seldom_have_a_theme(calibrated, posts, themes, share, burst):
    """The verdict other than "not shown": the lower end of F1 above chance."""
    over, runs = 0, 300
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        week = rng.integers(0, 65, posts)
        weight = rng.dirichlet(np.ones(themes + 1)) * np.exp(burst * rng.standard_normal((65, themes + 1)))[week]
        theme = ((weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1) > rng.random((posts, 1))).argmax(axis=1)
        code = rng.random(posts) < np.minimum(0.9, share * np.exp(burst * rng.standard_normal(65))[week])
        groups = Groups(theme, np.eye(themes + 1, dtype=bool)[:themes], week, np.zeros(posts))
        found = match(groups, code, shuffled(groups, code, 99, seed))
        over += scores(code.astype(float), found.predicted, week, seed=seed)[2].low > found.chance
    setting = f"{posts} posts, {themes} themes, {share:.0%}{', in bursts' if burst else ''}"
    calibrated("codes at random that are given themes", setting, over / runs, 0, 0.08, runs)
