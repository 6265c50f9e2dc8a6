"""``discourse event`` as a person sees it."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.change.effects import effects
from discourse.change.events import load
from discourse.change.labelling import TAG, from_cells
from discourse.cli import render_event
from discourse.cli.app import app
from discourse.jobs.event import EventResult
from discourse.run import point_latest, verify

ROOT = Path(__file__).parents[2]
runner = CliRunner()


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with a copy of the run as its latest."""
    monkeypatch.chdir(tmp_path)
    point_latest(shutil.copytree(demo_run.path, tmp_path / "run"))
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, ["event", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


@pytest.fixture(scope="module")
def summit():
    posts = pd.read_csv(ROOT / "data" / "embassy" / "posts.csv")
    tags = from_cells(posts["tags"], "tags", TAG)
    reasons = ["its stability is .41, below .6." if name == "Gaza" else "" for name in tags.labels["label"]]
    listed = load(ROOT / "configs" / "events" / "kazakhstan-2024.yaml")
    found = effects(
        posts["date"].to_numpy(dtype="datetime64[D]"),
        posts["lang"].astype("str").to_numpy(),
        tags,
        listed,
        withheld=reasons,
        permutations=4_999,
    )
    tables = {name: getattr(found, name) for name in ("effects", "events", "windows", "placebos", "weeks", "contrasts")}
    return EventResult("x", **tables, family=found.family, notes=[])


def test_what_changed_is_drawn_and_said(summit, capsys):
    render_event.event_tables(summit)
    text = capsys.readouterr().out
    assert max(map(cell_len, text.splitlines())) <= 100
    said = " ".join(text.split())
    assert "2024-07-03 SCO summit in Astana" in said
    assert "SCO 2.3% → 13.7% +11.4 [+7.2, +15.5]" in said
    assert "SCO: rose from 2.3% to 13.7% (+11.4 points, 95 % interval +7.2 to +15.5)" in said
    assert "Withheld: Gaza, since its stability is .41, below .6." in said
    assert "No label changed detectably here" in said
    assert "can't be below 0.029" in said
    assert "Shares weeks with Referendum on a nuclear power plant" in said
    assert "is no proof that the event caused it" in said


def test_help_shows_the_flags():
    text = call("--help").output
    assert all(flag in text for flag in ("--date", "--events", "--on", "--where", "--window", "--gap", "--format"))


def test_csv_and_json_are_the_effects(desk):
    date = "2024-06-03"
    result = call("--date", date, "--format", "csv", "--permutations", "99")
    table = pd.read_csv(io.StringIO(result.stdout))
    assert "Kept in the run as events/2024-06-03." in result.stderr
    found = json.loads(
        call("run", "--date", date, "--format", "json", "--name", "b", "--quiet", "--permutations", "99").stdout
    )
    assert len(found) == len(table) > 0
    assert set(found[0]) == set(table.columns)
    assert verify(desk / "run") == []


def test_a_window_that_does_not_fit_is_told_of(desk):
    assert "Cannot be concluded: no whole weeks of posts come before the event" in " ".join(
        call("--date", "1999-01-01").stdout.split()
    )


def test_errors_have_their_exit_codes(desk):
    assert "Which event?" in call(code=2).stderr
    assert "absent.yaml" in call("--events", "absent.yaml", code=3).stderr
