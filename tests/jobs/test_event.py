"""Effects of events, added to a run."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import discourse
from discourse.change import effects as tables
from discourse.errors import DataError, UsageError
from discourse.run import open_run, verify

FILES = ["contrasts.csv", "effects.csv", "events.csv", "placebos.csv", "weeks.csv", "windows.csv"]


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    """A copy of the run, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


def middle(run):
    """A day in the middle of the posts."""
    day = run.posts["date"].dt.tz_localize(None).dt.normalize()
    return (day.min() + (day.max() - day.min()) / 2).strftime("%Y-%m-%d")


def test_results_are_added_as_documented(run):
    found = discourse.event(run, date=middle(run), permutations=199)
    folder = run.path / "events" / middle(run)
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert verify(run.path) == []
    for name in FILES:
        table = pd.read_csv(folder / name, dtype={"label_id": str})
        columns = getattr(tables, name.removesuffix(".csv").upper())
        assert table.columns.tolist() == list(columns)
        assert len(table) == len(getattr(found, name.removesuffix(".csv")))
    facts = open_run(run.path).manifest["added"][f"events/{middle(run)}"]
    assert facts["events"] == [{"date": middle(run), "name": middle(run)}]
    assert (facts["window"], facts["gap"], facts["permutations"], facts["family"]) == (8, 2, 199, found.family)
    assert set(found.effects["kind"]) <= {"theme", "noise"}
    assert found.effects["verdict"].isin(["rose", "fell", "no detectable change", "withheld"]).all()
    assert found.effects["conclusion"].str.endswith((".", ")")).all()


def test_a_list_of_events_gives_its_name(run, tmp_path):
    text = "name: x\nabout: y\nevents:\n"
    for number, day in enumerate(("2020-01-01", middle(run))):
        text += f"  - {{date: {day}, name: event {number}, source: none}}\n"
    (tmp_path / "my list.yaml").write_text(text, encoding="utf-8")
    found = discourse.event(run, events=tmp_path / "my list.yaml", permutations=99, window=4, gap=0)
    assert found.name.startswith("my-list-")  # the name tells no window
    assert found.events["event"].tolist() == ["event 0", "event 1"]
    assert "no whole weeks of posts come before" in found.events["note"][0]
    assert open_run(run.path).manifest["added"][f"events/{found.name}"]["file"]["sha256"]


def test_results_give_way_to_the_same_question_and_to_others_only_when_asked_for(run):
    discourse.event(run, date=middle(run), permutations=99, name="a")
    discourse.event(run, date=middle(run), permutations=199, name="a")
    with pytest.raises(UsageError, match="--replace"):
        discourse.event(run, date=middle(run), permutations=99, name="a", gap=0)
    discourse.event(run, date=middle(run), permutations=99, name="a", gap=0, replace=True)
    assert verify(run.path) == []


def test_the_same_seed_gives_the_same_files(run):
    for name in "ab":
        discourse.event(run, date=middle(run), permutations=99, name=name, seed=5)
    for file in FILES:
        assert (run.path / "events" / "a" / file).read_bytes() == (run.path / "events" / "b" / file).read_bytes()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Which event"),
        ({"date": "2025-01-20", "events": "x.yaml"}, "not both"),
        ({"date": "20 January"}, "--date 20 January"),
        ({"date": "2025-01-20", "window": 1}, "--window"),
        ({"date": "2025-01-20", "gap": -1}, "--gap"),
        ({"date": "2025-01-20", "permutations": 0}, "--permutations"),
        ({"date": "2025-01-20", "name": "../x"}, "name of a folder"),
        ({"date": "2025-01-20", "on": ["nothing"]}, "--on nothing"),
    ],
)
def test_what_can_not_be_asked_is_refused(run, asked, said):
    with pytest.raises(UsageError, match=said):
        discourse.event(run, **asked)
    assert not (run.path / "events").exists()


def test_a_file_that_is_not_there_is_told_of(run):
    with pytest.raises(DataError, match=r"absent\.yaml"):
        discourse.event(run, events="absent.yaml")


def test_themes_that_can_not_be_trusted_are_withheld(run, monkeypatch):
    from discourse.jobs import trust

    class Doubt:
        note = "Mind the themes."

        def reason(self, kind, label_id):
            return "its stability is .41, below .6." if (kind, label_id) == ("theme", "0") else ""

    monkeypatch.setattr(trust, "trust", lambda run: Doubt())
    found = discourse.event(run, date=middle(run), permutations=99)
    assert found.effects.set_index("label_id").loc["0", "verdict"] == "withheld"
    assert "Mind the themes." in found.notes
