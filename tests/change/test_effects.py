"""Effects of events, on the written corpus and on corpora without any."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse.change import events as lists
from discourse.change.effects import effects
from discourse.change.events import Event
from discourse.change.labelling import NOISE, TAG, Labelling, from_cells, of_themes

ROOT = Path(__file__).parents[2]
CALLED = ("rose", "fell")


def event(date, name=None):
    return Event(datetime.date.fromisoformat(date), name or date, "", "")


@pytest.fixture(scope="module")
def embassy():
    posts = pd.read_csv(ROOT / "data" / "embassy" / "posts.csv")
    day = posts["date"].to_numpy(dtype="datetime64[D]")
    return day, posts["lang"].fillna("").to_numpy(dtype="str"), from_cells(posts["tags"], "tags", TAG)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("name", ["us-china-2025", "kazakhstan-2024"])
def test_every_planted_event_gets_its_verdict_among_all_tags(name, alone, embassy):
    truth = pd.read_csv(ROOT / "data" / "embassy" / "truth_shifts.csv").query("test == 'event'")
    listed = lists.load(ROOT / "configs" / "events" / f"{name}.yaml")
    rows = truth[truth["date"].isin([one.date.isoformat() for one in listed])]
    assert len(rows) >= 2
    listed = [one for one in listed if one.date.isoformat() in set(rows["date"])] if alone else listed
    families = [[one] for one in listed] if alone else [listed]
    found = pd.concat([effects(*embassy, family).effects for family in families]).set_index(["date", "label"])
    for row in rows.itertuples():
        assert found.loc[(row.date, row.label), "verdict"] == row.verdict, row.name
    assert set(found[found["verdict"].isin(CALLED)].index.get_level_values("label")) <= {"tariffs", "WTO", "SCO"}


def test_what_lies_evenly_over_the_weeks_is_no_test(embassy):
    found = effects(*embassy, [event("2025-01-20")], permutations=199)
    even = found.effects[found.effects["q"].isna() & ~found.effects["conclusion"].str.startswith("Cannot be")]
    assert {"tourism", "development", "infrastructure"} <= set(even["label"])
    assert (even["verdict"] == "no detectable change").all()
    assert found.effects["q"].notna().sum() == found.family


def test_six_days_are_no_window(embassy):
    found = effects(*embassy, [event("2025-04-02")])
    assert (found.effects["verdict"] == "no detectable change").all()
    assert found.effects["conclusion"].str.startswith("Cannot be concluded: no whole weeks of posts follow").all()
    assert found.effects[["p", "q", "placebo_p", "difference", "n_before"]].isna().all(axis=None)
    assert len(found.windows) == len(found.placebos) == len(found.contrasts) == 0
    assert found.events.loc[0, "note"].endswith("the window takes 8")


def test_one_length_of_windows_is_not_enough(embassy):
    found = effects(*embassy, [event("2025-03-04")], window=4)
    assert found.events.loc[0, "windows_that_fit"] == 3
    assert found.effects["conclusion"].str.contains("no window fits but that of 4 weeks").all()
    assert not found.effects["verdict"].isin(CALLED).any()


def test_numbers_of_the_tables_fit_each_other(embassy):
    found = effects(*embassy, [event("2024-07-03", "summit"), event("2024-10-06", "referendum")], permutations=1999)
    table = found.effects
    assert len(table) == 2 * len(embassy[2].labels)
    assert table["share_before"].to_numpy() == pytest.approx(
        (table["n_before"] / table["n_total_before"]).to_numpy(float)
    )
    own = found.windows[(found.windows["window"] == 8) & (found.windows["gap"] == 2)]
    assert own["difference"].tolist() == pytest.approx(table["difference"].tolist(), abs=0.01)
    assert found.events["overlaps"].tolist() == ["referendum", "summit"]
    weeks = found.weeks[(found.weeks["event"] == "summit") & (found.weeks["label"] == "SCO")]
    assert weeks["week"].tolist() == list(range(-10, 8))
    assert weeks.loc[weeks["week"] >= 0, "n"].sum() == 22
    assert weeks.loc[weeks["week"] == 0, "first_day"].item() == "2024-07-03"
    dates = found.placebos[(found.placebos["event"] == "summit") & (found.placebos["label"] == "SCO")]
    assert len(dates) == found.events.loc[0, "placebo_dates"]
    sco = table.query("event == 'summit' and label == 'SCO'").iloc[0]
    assert sco["placebo_floor"] == pytest.approx(1 / (1 + len(dates)))
    assert (sco["n_before"], sco["n_after"], sco["verdict"]) == (4, 22, "rose")
    assert sco["change_low"] <= "2024-07-03" <= sco["change_high"]
    assert sco["change_holds_event"]
    assert sco["log_bayes_factor"] > 3


def test_contrasts_say_which_of_two_labels_moved(embassy):
    day, lang, tags = embassy
    chosen = tags.only([tags.labels["label"].tolist().index(name) for name in ("Gaza", "SCO", "UN")])
    found = effects(day, lang, chosen, [event("2024-07-03")])
    row = found.contrasts.set_index(["label_a", "label_b"]).loc[("Gaza", "SCO")]
    assert row["verdict"] == "fell"
    assert row["difference"] == pytest.approx(-0.158, abs=0.001)


def test_a_label_that_can_not_be_trusted_is_withheld(embassy):
    day, lang, tags = embassy
    reasons = ["its stability is .41." if name == "SCO" else "" for name in tags.labels["label"]]
    found = effects(day, lang, tags, [event("2024-07-03")], withheld=reasons, permutations=499)
    row = found.effects.set_index("label").loc["SCO"]
    assert (row["verdict"], row["conclusion"]) == ("withheld", "Withheld: its stability is .41.")
    assert row[["difference", "low", "p", "q", "placebo_p", "mde", "change_date"]].isna().all()
    assert row["n_after"] == 22
    for table in (found.windows, found.placebos):
        assert "SCO" not in set(table["label"])
    assert not found.contrasts.isin(["SCO"]).any(axis=None)
    everyone = effects(day, lang, tags, [event("2024-07-03")], withheld=["x"] * len(tags.labels), permutations=99)
    assert everyone.family == 0
    assert (everyone.effects["verdict"] == "withheld").all()


def test_the_order_of_posts_changes_nothing(embassy):
    day, lang, tags = embassy
    order = np.random.default_rng(0).permutation(len(day))
    place = np.argsort(order)
    mixed = Labelling(tags.labels, place[tags.row], tags.column, tags.n_posts, tags.exclusive)
    one = effects(day, lang, tags, [event("2024-07-03")], permutations=99)
    other = effects(day[order], lang[order], mixed, [event("2024-07-03")], permutations=99)
    pd.testing.assert_frame_equal(one.effects, other.effects)
    pd.testing.assert_frame_equal(one.contrasts, other.contrasts)


def test_rare_languages_count_as_one():
    rng = np.random.default_rng(0)
    day = np.datetime64("2024-01-01") + rng.integers(0, 400, 3_000)
    lang = np.where(rng.random(3_000) < 0.9, "en", rng.choice([f"x{n}" for n in range(40)], 3_000))
    code = from_cells(pd.Series(rng.choice(["a", "b"], 3_000)), "code", TAG)
    found = effects(day, lang, code, [event("2024-08-01")], permutations=99)
    inside = ((day >= np.datetime64("2024-08-01")) & (day < np.datetime64("2024-09-26"))).sum()
    assert found.effects["n_total_after"].iloc[0] == inside


@pytest.mark.parametrize("days", [1, 5, 13, 30])
def test_a_short_corpus_has_no_windows(days):
    day = np.datetime64("2024-08-01") + np.arange(days)
    code = from_cells(pd.Series((["a", "b"] * days)[:days]), "code", TAG)
    found = effects(day, np.full(days, "en"), code, [event("2024-08-05")])
    assert found.effects["conclusion"].str.startswith("Cannot be concluded: ").all()
    assert len(found.effects) == len(code.labels)


def test_labels_that_every_post_has_or_none_cannot_change():
    day = np.datetime64("2024-01-01") + np.arange(400)
    every = from_cells(pd.Series(["a"] * 400), "code", TAG)
    found = effects(day, np.full(400, "en"), every, [event("2024-08-01")], permutations=99)
    assert found.effects["verdict"].tolist() == ["no detectable change"]
    none = from_cells(pd.Series([None] * 400, dtype=object), "code", TAG)
    assert effects(day, np.full(400, "en"), none, [event("2024-08-01")], permutations=99).effects.empty


def test_the_noise_rate_is_a_label_like_others():
    theme = np.r_[np.tile([0, 1, 1, -1], 200)]
    day = np.repeat(np.datetime64("2024-01-01") + np.arange(400), 2)
    themes = pd.DataFrame({"theme": [0, 1], "label": ["one", "two"]})
    found = effects(day, np.full(800, "en"), of_themes(theme, themes, -1), [event("2024-08-01")], permutations=99)
    assert found.effects["kind"].tolist() == ["theme", "theme", NOISE]
    assert found.effects["share_after"].sum() == pytest.approx(1)


# Calibration: any claim at all, where nothing changed.


def corpus(rng, labels=15, weeks=65, swings=0.0, rise=None):
    """Posts of 65 weeks with a label each, whose log-odds go on from week to week if asked to.

    With `rise` the first label goes from one share to another in week 40: 7 October 2024.
    """
    posts = rng.poisson(21, weeks)
    share = np.log(rng.dirichlet(np.ones(labels)) + 0.01)[:, None] + np.zeros((labels, weeks))
    swing = rng.normal(0, 1, (labels, weeks))
    for week in range(1, weeks):
        swing[:, week] = 0.6 * swing[:, week - 1] + 0.8 * swing[:, week]
    share = np.exp(share + swings * swing)
    if rise:
        jumps = np.where(np.arange(weeks) < 40, *rise)
        share = np.vstack([jumps, share[1:] / share[1:].sum(axis=0) * (1 - jumps)])
    label = np.concatenate([rng.choice(labels, n, p=p / p.sum()) for n, p in zip(posts, share.T, strict=True)])
    day = np.datetime64("2024-01-01") + 7 * np.repeat(np.arange(weeks), posts) + rng.integers(0, 7, posts.sum())
    return day, np.full(len(day), "en"), from_cells(pd.Series([f"label {one}" for one in label]), "code", TAG)


@pytest.mark.parametrize(
    ("swings", "runs", "seed", "high"),
    [
        pytest.param(0.0, 20, 0, 0.2, id="short"),
        pytest.param(0.0, 150, 1, 0.08, marks=pytest.mark.slow, id="long"),
        pytest.param(0.4, 150, 1, 0.08, marks=pytest.mark.slow, id="swings"),
    ],
)
def test_claims_where_nothing_changed(swings, runs, seed, high, calibrated):
    """At most .08, with three standard errors where there are few runs, and where weeks hang together, too."""
    rng = np.random.default_rng(seed)
    labels = pairs = 0
    for run in range(runs):
        found = effects(*corpus(rng, swings=swings), [event("2024-10-07")], permutations=1_999, seed=run)
        labels += found.effects["verdict"].isin(CALLED).any()
        pairs += found.contrasts["verdict"].isin(CALLED).any()
    setting = f"15 labels, {'AR(.6)' if swings else 'iid'}"
    calibrated("event: any claim", setting, labels / runs, 0, high, runs)
    calibrated("event: any claim on a difference between labels", setting, pairs / runs, 0, high, runs)


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "rise", "low"), [(40, (0.01, 0.09), 0.45), (15, (0.08, 0.179), 0.25)])
def test_changes_are_called_among_many_labels(labels, rise, low, calibrated):
    runs, rng = 60, np.random.default_rng(2)
    called = []
    for run in range(runs):
        day, lang, code = corpus(rng, labels, rise=rise)
        code = code.only(np.argsort([int(name.split()[1]) for name in code.labels["label"]]))
        table = effects(day, lang, code, [event("2024-10-07")], permutations=1_999, seed=run).effects
        called.append(table["verdict"].iloc[0] == "rose")
    setting = f"{rise[0]:.0%} to {rise[1]:.0%} of 21 posts a week, among {labels} labels"
    calibrated("event: called where a label rose", setting, np.mean(called), low, 1, runs)


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(20, 0, id="short"), pytest.param(150, 1, marks=pytest.mark.slow)]
)
def test_claims_on_the_written_corpus_with_its_weeks_shuffled(runs, seed, embassy, calibrated):
    day, lang, tags = embassy
    rng = np.random.default_rng(seed)
    week = (day.astype("int64") + 3) // 7
    found = 0
    for run in range(runs):
        moved = rng.permutation(np.arange(week.min(), week.max() + 1))
        shuffled = day + 7 * (moved[week - week.min()] - week)
        table = effects(shuffled, lang, tags, [event("2024-10-07")], permutations=999, seed=run).effects
        found += table["verdict"].isin(CALLED).any()
    calibrated(
        "event: any claim",
        "the written corpus, its weeks shuffled, 40 tags",
        found / runs,
        0,
        0.08 if runs > 100 else 0.15,
        runs,
    )
