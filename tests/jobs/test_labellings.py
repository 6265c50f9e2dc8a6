"""Scores and corrected shares of a run as labellings, and what drift and events make of them."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from discourse import staging
from discourse.change.prevalence import MEAN
from discourse.errors import UsageError
from discourse.jobs.drift import drift
from discourse.jobs.event import event
from discourse.jobs.labellings import labelling
from discourse.run import open_run


@pytest.fixture
def scored(embassy_run, tmp_path):
    """The sample corpus with scores that are true ranks of being about tariffs, and corrected shares of it."""
    path = tmp_path / "run"
    shutil.copytree(embassy_run.path, path)
    run = open_run(path)
    held = run.posts["tags"].fillna("").str.contains("tariffs").to_numpy()
    ids = run.posts["post_id"]
    rank = pd.Series(held + np.random.default_rng(0).random(len(held))).rank(pct=True)
    facts = {"labels": {"tariffs": "US tariffs", "axis:tone": "Tone"}}
    with staging.added(path, "concepts", facts) as staged:
        table = pd.DataFrame({"post_id": ids, "tariffs": rank, "axis:tone": 1 - rank})
        staged.write_table("scores.parquet", table.iloc[::-1])
    with staging.added(path, "corrected/sheet", {"labels": {"tariffs": "tariffs"}}) as staged:
        table = pd.DataFrame({"post_id": ids, "tariffs": held + 0.0, "code:tariffs": held + 0.0})
        staged.write_table("outcomes.parquet", table)
    with staging.added(path, "corrected/few", {"labels": {"tariffs": "tariffs"}}) as staged:
        asked = np.arange(len(held)) % 4 == 0
        table = table.assign(**{"code:tariffs": table["code:tariffs"].where(asked)})
        staged.write_table("outcomes.parquet", table)
    with staging.added(path, "corrected/none", {"labels": {}}) as staged:
        staged.write_table("outcomes.parquet", table[["post_id"]])
    return open_run(path)


def test_labellings_are_found_by_name(scored):
    concepts = labelling(scored, "concepts")
    assert concepts.labels[["kind", "label_id", "label"]].values.tolist() == [["concept", "tariffs", "US tariffs"]]
    axis = labelling(scored, "axis:tone")
    assert axis.labels[["kind", "label_id", "label"]].values.tolist() == [["axis", "axis:tone", "Tone"]]
    whole = np.zeros(len(scored.posts), dtype=int)
    assert concepts.hits(whole, 1)[0, 0] + axis.hits(whole, 1)[0, 0] == pytest.approx(len(scored.posts))
    corrected = labelling(scored, "corrected:sheet")
    codes = labelling(scored, "codes:tags")
    tariffs = codes.labels["label"].tolist().index("tariffs")
    assert corrected.hits(whole, 1)[0, 0] == codes.of(tariffs).sum()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("axis:tones", "no axis 'tones'. There are: tone"),
        ("corrected:other", "no corrected shares 'other'. There are: few, none, sheet"),
        ("corrected:none", "all codes of corrected shares 'none' were withheld"),
        ("concept", "write themes, codes:COLUMN"),
        ("axis:", "write themes"),
    ],
)
def test_names_that_stand_for_nothing_are_refused(scored, name, said):
    with pytest.raises(UsageError, match=said):
        labelling(scored, name)


def test_a_run_without_scores_says_how_to_make_them(embassy_run):
    with pytest.raises(UsageError, match="discourse concepts --codebook"):
        labelling(embassy_run, "concepts")
    with pytest.raises(UsageError, match="discourse correct --help"):
        labelling(embassy_run, "corrected:x")


def test_drift_and_event_take_scores_and_corrected_shares(scored):
    found = drift(scored, on=["concepts", "corrected:sheet"], earlier="2024Q1", later="2025Q1")
    shifts = found.tables["shifts"].set_index("kind")
    codes = drift(scored, on=["codes:tags"], only=["tariffs"], earlier="2024Q1", later="2025Q1").tables["shifts"]
    same = ["share_from", "share_to", "difference", "low", "high"]
    assert shifts.loc["corrected", same].tolist() == pytest.approx(codes.iloc[0][same].tolist())
    assert MEAN in shifts.loc["concept", "note"]
    assert found.tables["shifts"].columns.tolist() == codes.columns.tolist()
    assert {"concept", "corrected"} == set(found.tables["prevalence"]["kind"])
    effects = event(scored, date="2025-01-20", on=["concepts", "axis:tone"]).effects.set_index("kind")
    assert effects.loc["concept", "difference"] == pytest.approx(-effects.loc["axis", "difference"])
    assert (effects["n_before"] == effects["n_total_before"]).all()


def test_what_is_said_under_a_concept_can_not_be_asked(scored):
    with pytest.raises(UsageError, match="--semantic and --lexical ask"):
        drift(scored, on=["concepts"], semantic=True)
    with pytest.raises(UsageError, match="estimates for all posts"):
        drift(scored, on=["concepts"], groups=["all=tariffs"])


def test_scores_are_said_to_be_no_shares(scored):
    assert any("uncalibrated" in note for note in drift(scored, on=["axis:tone"]).notes)
    assert not any("uncalibrated" in note for note in drift(scored, on=["corrected:sheet"]).notes)


def test_what_correct_refuses_drift_and_event_withhold(scored):
    """A quarter of the posts was coded: too few of each quarter are about tariffs, enough of all since January 2025."""
    found = drift(scored, on=["corrected:few"], until="2024Q4").tables
    assert found["prevalence"]["share"].isna().all()
    assert found["prevalence"]["note"].str.contains("coded posts ha.* it, and 10 are needed").all()
    shifts = found["shifts"]
    assert shifts["verdict"].eq("withheld").all()
    assert shifts[["share_from", "share_to", "difference", "low", "high", "p", "q", "mde"]].isna().all(axis=None)
    assert shifts["note"].str.contains(r"2024Q\d: \d of \d+ coded posts ha").all()
    row = event(scored, date="2024-07-03", on=["corrected:few"]).effects.iloc[0]
    assert row["verdict"] == "withheld" and "before: " in row["conclusion"]
    assert np.isnan(row["share_before"]) and np.isnan(row["difference"])
    whole = drift(scored, on=["corrected:sheet"]).tables["shifts"]  # all posts are coded: nothing is withheld
    assert not whole["verdict"].eq("withheld").any()
