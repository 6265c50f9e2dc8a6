"""Labels that every post has to some degree: ranks of scores, and pseudo-outcomes of corrected shares."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.change.effects import effects
from discourse.change.events import Event
from discourse.change.labelling import AXIS, CODE, CONCEPT, CORRECTED, from_cells, from_values, together
from discourse.change.lifecycle import lifecycle
from discourse.change.prevalence import MEAN, prevalence
from discourse.change.shifts import WITHHELD, omnibus, pairs, shifts


def swinging(rng, weeks=26, posts=10, spread=0.0):
    """Days of posts, and scores whose weekly means swing; ranked, 0 to 1."""
    day = np.datetime64("2024-01-01") + np.repeat(7 * np.arange(weeks), posts) + rng.integers(0, 7, weeks * posts)
    score = rng.normal(size=weeks * posts) + np.repeat(spread * rng.normal(size=weeks), posts)
    return day, (np.argsort(np.argsort(score)) + 0.5) / len(score)


def ranks(score):
    return from_values(score[:, None], CONCEPT, ["south"], ["Global South"])


def test_values_are_added_up_and_kept_through_every_choice():
    values = np.array([[0.5, 0.1], [1.0, np.nan], [0.0, 0.3]])
    made = from_values(values, AXIS, ["a", "b"], ["A", "B"])
    cells = np.array([0, 0, 1])
    assert made.hits(cells, 2).tolist() == [[1.5, 0.0], [0.1, 0.3]]
    assert made.narrowed(np.array([0, 2])).hits(np.array([0, 0]), 1).ravel().tolist() == pytest.approx([0.5, 0.4])
    assert made.only([1]).hits(cells, 2).tolist() == [[0.1, 0.3]]
    both = together([from_cells(pd.Series(["x", None, "x"]), "code", CODE), made])
    assert both.hits(cells, 2).tolist() == [[1.0, 1.0], [1.5, 0.0], [0.1, 0.3]]
    assert both.counted.tolist() == [True, False, False]
    assert both.spread.tolist() == pytest.approx([1, 1 / 3, 1 / 3])
    assert both.grouped("group", [0]).hits(cells, 2)[-1].tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="every post has some"):
        both.grouped("group", [0, 1])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_pseudo_outcomes_of_0_and_1_give_what_codes_give(framed, seed):
    rng = np.random.default_rng(seed)
    day, score = swinging(rng, posts=4)
    held = score > 0.7
    codes = from_cells(pd.Series(np.where(held, "a", None)), "x", CODE)
    same = from_values(held.astype("float64")[:, None], CORRECTED, ["a"], ["a"])
    frame = framed(day)
    one, other = (shifts(pairs(labels, frame), permutations=99)[0].iloc[0] for labels in (codes, same))
    numbers = ["share_from", "share_to", "difference", "low", "high", "ratio", "p", "q", "mde", "verdict", "note"]
    assert one[numbers].astype(str).tolist() == other[numbers].astype(str).tolist()
    first, second = (prevalence(labels, frame)[["n", "share", "low", "high"]] for labels in (codes, same))
    pd.testing.assert_frame_equal(first, second)


def test_outcomes_beyond_0_and_1_are_taken_as_they_are(framed):
    rng = np.random.default_rng(1)
    day, score = swinging(rng)
    outcome = 0.2 + (score - score.mean()) * 20  # some far below 0, some above 1
    table, _ = shifts(pairs(from_values(outcome[:, None], CORRECTED, ["a"], ["a"]), framed(day)), permutations=199)
    row, later = table.iloc[0], day >= np.datetime64("2024-04-01")
    assert row["difference"] == pytest.approx(outcome[later].mean() - outcome[~later].mean())
    listed = prevalence(from_values(outcome[:, None], CORRECTED, ["a"], ["a"]), framed(day))
    assert listed["share"].between(0, 1).all()
    assert (listed["low"] <= listed["share"]).all() and (listed["share"] <= listed["high"]).all()


def test_scores_are_called_what_they_are(framed):
    rng = np.random.default_rng(0)
    day, score = swinging(rng)
    score = np.where(day >= np.datetime64("2024-04-01"), 0.5 + score / 2, score / 2)
    frame = framed(day)
    compared = pairs(ranks(score), frame)
    table, _ = shifts(compared, permutations=999)
    row = table.iloc[0]
    assert row["verdict"] == "rose"
    assert MEAN in row["note"]
    assert np.isnan(row["ratio"])
    listed = prevalence(ranks(score), frame)
    assert listed["note"].str.contains(MEAN, regex=False).all()
    assert (listed["n"] == listed["n_total"]).all()
    assert (listed["high"] - listed["low"]).max() < 0.12  # as wide as ranks spread, not as yes or no does
    whole = omnibus(compared, table)
    assert whole["verdict"].eq(WITHHELD).all() and whole["note"].str.contains("no distribution").all()
    assert lifecycle(listed, table).empty


def test_intervals_of_mean_ranks_hold_what_they_estimate(calibrated):
    from discourse.stats.shares import shares

    runs, held = 400, 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        score = np.clip(rng.beta(1, 1, (13, 20)) + rng.normal(0, 0.1, (13, 1)), 0, 1)
        found = shares(score.sum(axis=1), np.full(13, 20), least_deff=1 / 3)
        held += found.low[0] <= 0.5 <= found.high[0]
    calibrated("prevalence: intervals of mean ranks", "13 weeks of 20 posts that swing", held / runs, 0.92, 0.98, runs)


@pytest.mark.parametrize("runs", [60, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_shifts_of_scores_hold_their_level(framed, at_level, runs, spread):
    p = np.zeros(runs)
    for run in range(runs):
        day, score = swinging(np.random.default_rng(run), spread=spread)
        p[run] = shifts(pairs(ranks(score), framed(day)), permutations=199, seed=run)[0]["p"].iloc[0]
    at_level("shift of a mean rank", f"26 weeks of 10 posts, weeks that swing by {spread} sd", (p <= 0.05).mean(), runs)


@pytest.mark.parametrize("runs", [40, pytest.param(400, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", [CONCEPT, CORRECTED])
def test_events_on_scores_hardly_ever_claim(calibrated, runs, kind):
    claimed = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        day, score = swinging(rng, weeks=70, spread=0.3)
        value = (
            score if kind == CONCEPT else (score > 0.8) + (rng.random(len(score)) < 0.2) * rng.normal(0, 2, len(score))
        )
        labels = from_values(np.asarray(value, dtype="float64")[:, None], kind, ["a"], ["a"])
        on = Event(datetime.date(2024, 9, 2), "nothing", "", "")
        found = effects(day, np.full(len(day), "ru"), labels, [on], permutations=399, seed=run)
        claimed += found.effects["verdict"].isin(["rose", "fell"]).any()
    high = 0.08 if runs >= 200 else 0.2
    calibrated(
        "event: a claim on a score or corrected share", f"{kind}, nothing happened", claimed / runs, 0, high, runs
    )


def test_an_event_that_moves_scores_is_called():
    day, score = swinging(np.random.default_rng(3), weeks=90, spread=0.2)
    score = np.clip(score + np.where(day >= np.datetime64("2025-01-06"), 0.3, 0), 0, 1)
    on = Event(datetime.date(2025, 1, 6), "summit", "", "")
    row = effects(day, np.full(len(day), "ru"), ranks(score), [on], permutations=999).effects.iloc[0]
    assert row["verdict"] == "rose"
    assert row["conclusion"].startswith("Rose from a mean rank of 5")
    assert "%" not in row["conclusion"].split("points")[0]
