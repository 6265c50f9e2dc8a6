from __future__ import annotations

import numpy as np
import pytest

from discourse.codes.compare import coders, matches
from discourse.codes.compare.over_time import CHANGED, NOT_SHOWN, WITHHELD, over_time
from discourse.stats.invariance import invariance
from discourse.stats.mapping import Groups, match, shuffled


@pytest.fixture(scope="module")
def quarters(beside):
    """Four periods of 300 posts: theme 0 finds "lost" less and less, "kept" all the time, "once" is of one period."""
    rng = np.random.default_rng(0)
    period = np.repeat(np.arange(4), 300)
    lost, kept = rng.random(1_200) < 0.2, rng.random(1_200) < 0.2
    theme = np.where(lost & (rng.random(1_200) < np.array([0.9, 0.7, 0.4, 0.2])[period]), 0, -1)
    theme = np.where((theme < 0) & kept & (rng.random(1_200) < 0.8), 1, theme)
    theme = np.where(theme < 0, 2 + rng.integers(0, 3, 1_200), theme)
    said = {
        row: ["lost"] * bool(lost[row]) + ["kept"] * bool(kept[row]) + ["once"] * (row < 20) for row in range(1_200)
    }
    found = beside(theme, {("Anna", "s"): said})
    maps = matches.matches(found, coders.by_code(found.codes))[2]
    return found, maps, period


def test_a_change_of_recall_is_told(quarters):
    beside, maps, period = quarters
    tests, rates, trends = over_time(beside, maps, ["2024Q1", "2024Q2", "2024Q3", "2024Q4"], period, [(0, 3)])
    told = tests.set_index("code")
    assert told.loc["lost", "verdict"] == CHANGED and told.loc["lost", "q"] < 0.02
    assert told.loc["kept", "verdict"] == NOT_SHOWN
    assert told.loc["once", "verdict"] == WITHHELD and "one period" in told.loc["once", "note"]
    assert np.isnan(told.loc["once", "q"])
    lost = rates[rates["code"] == "lost"].set_index("period")
    assert lost["recall"].is_monotonic_decreasing and lost.loc["2024Q1", "recall"] > 0.8
    assert (lost["recall_low"] < lost["recall"]).all()
    assert lost["coded"].tolist() == [300] * 4
    gap = trends[trends["code"] == "lost"].iloc[0]
    assert (gap["from"], gap["to"]) == ("2024Q1", "2024Q4") and gap["gap_high"] < 0
    assert gap["predicted_to"] < gap["predicted_from"]


def test_posts_without_a_period_do_not_count(quarters):
    beside, maps, period = quarters
    undated = np.where(period == 3, -1, period)
    _, rates, trends = over_time(beside, maps, ["a", "b", "c", "d"], undated, [(0, 3)])
    assert rates["period"].unique().tolist() == ["a", "b", "c"]
    assert trends["note"].str.contains("no coded posts").all()
    nothing = over_time(beside, maps, [], np.full(1_200, -1), [])
    assert set(nothing[0]["verdict"]) == {WITHHELD} and nothing[1].empty and nothing[2].empty


def test_few_posts_have_no_trend(beside):
    theme = np.tile([0, 1, 1, 1, 1], 80)
    said = {row: ["x"] if one == 0 and (row < 200 or row % 50 == 0) else [] for row, one in enumerate(theme)}
    found = beside(theme, {("Anna", "s"): said})
    maps = matches.matches(found, coders.by_code(found.codes))[2]
    _, _, trends = over_time(found, maps, ["a", "b"], np.arange(400) // 200, [(0, 1)])
    assert "fewer than 5" in trends["note"][0] and np.isnan(trends["gap"][0])


@pytest.mark.slow
@pytest.mark.parametrize("burst", [0, 1])
def test_level_with_themes_chosen_on_the_same_posts(at_level, burst):
    """Sets of themes are chosen by the codes, but not by dates, so that the level of the test stays."""
    rejected, runs = 0, 600
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        week = rng.integers(0, 65, 1_350)
        code = rng.random(1_350) < np.minimum(0.9, 0.1 * np.exp(burst * rng.standard_normal(65))[week])
        theme = np.where(code & (rng.random(1_350) < 0.6), rng.integers(0, 2, 1_350), rng.integers(0, 16, 1_350))
        groups = Groups(theme, np.eye(16, dtype=bool)[:15], week, np.zeros(1_350))
        held = np.isin(theme, match(groups, code, shuffled(groups, code, 1)).groups)
        rejected += invariance(held, code, week // 13, week, permutations=199, seed=seed).p <= 0.05
    at_level(
        "invariance of chosen themes, false positives", f"15 themes{', bursts' if burst else ''}", rejected / runs, runs
    )
