"""Names, merges, hidden themes and their log, as a person sees them."""

from __future__ import annotations

import io
import json
import re
import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from discourse.cli.app import app
from discourse.run import open_run, point_latest, verify

runner = CliRunner()


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with a copy of the run as its latest."""
    monkeypatch.chdir(tmp_path)
    point_latest(shutil.copytree(demo_run.path, tmp_path / "run"))
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, ["themes", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    if "--format" not in words:
        assert max((len(line) for line in result.output.splitlines()), default=0) <= 100
    return result


def test_edits_are_shown_at_once_and_in_the_log(desk):
    said = call("rename", "1", "Tariffs", "and trade")
    assert "Tariffs and trade" in said.stdout
    assert "1 edit; discourse themes log shows it." in said.stderr
    call("merge", "0", "2", "3")
    said = call("run", "hide", "4")
    assert "(in 1 hidden theme)" in said.stdout
    assert "3 edits; discourse themes run log shows them." in said.stderr
    lines = call("log").stdout.splitlines()
    assert [re.split(" {2,}", line.strip())[-1] for line in lines[2:]] == [
        "rename 1 Tariffs and trade",
        "merge 0 2 3",
        "hide 4",
    ]
    assert "Merged from the themes 0, 2, 3 as they were found" in call("show", "0").stdout
    assert "Tariffs and trade" in call("tree").stdout
    call("undo")
    assert "hide 4 (undone)" in call("log").stdout
    log = pd.read_csv(io.StringIO(call("log", "--format", "csv").stdout))
    assert log["undone"].tolist() == [False, False, True]
    assert log["themes"].tolist() == ["1", "0 2 3", "4"]
    call("redo")
    for _ in range(3):
        said = call("undo")
    assert "edit" not in said.stderr
    assert verify("run") == []


def test_a_run_without_edits_has_an_empty_log(desk):
    said = call("log")
    assert said.stdout == ""
    assert "No edits" in said.stderr
    assert json.loads(call("log", "--format", "json").stdout) == []


def test_json_and_csv_hold_the_edited_themes(desk):
    themes = json.loads(call("rename", "0", "=cmd()", "--format", "json").stdout)
    assert themes[0]["label"] == "=cmd()"
    assert pd.read_csv(io.StringIO(call("--format", "csv").stdout))["label"][0] == "'=cmd()"


def test_a_name_cannot_steer_the_terminal(desk):
    said = call("rename", "0", "a\u202eb [bold]x[/bold] <b>")
    assert "a b [bold]x[/bold] <b>" in said.stdout
    assert "\u202e" not in call("log").stdout
    assert "\u202e" not in call("log", "--format", "json").stdout


def test_results_made_before_are_named(desk):
    from discourse import staging

    asked = {"drift/themes-quarter": ["themes"], "drift/codes-topic": ["codes:topic"], "compare/columns": "themes"}
    for name, on in asked.items():
        with staging.added(desk / "run", name, {"on": on, "where": []}) as staged:
            staged.write_json("x.json", {})
    told = "Made before this edit, and not changed by it: drift/themes-quarter, compare/columns."
    assert told in " ".join(call("hide", "1").stderr.split())


def test_names_are_carried_from_run_to_run(desk):
    shutil.copytree(desk / "run", desk / "new")
    call("run", "rename", "0", "Trade")
    call("run", "merge", "1", "2")
    said = call("new", "carry", "run")
    assert "followed" in said.stdout
    assert "2 of 2 edits of run hold here, by the 320 posts of both runs." in said.stderr
    assert "discourse themes new undo" in said.stderr
    assert open_run("new").labels[0] == "Trade"
    assert "(from run)" in call("new", "log").stdout
    call("new", "undo")
    assert not open_run("new").edits.edits
    table = json.loads(call("new", "carry", "run", "--format", "json").stdout)
    assert [row["fate"] for row in table] == ["followed", "followed"]


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (["rename"], "Which theme? For example"),
        (["rename", "0"], "The name is empty"),
        (["rename", "x", "y"], "by its number"),
        (["rename", "99", "y"], "no theme 99"),
        (["rename", "0", "a\nb"], "without control characters"),
        (["rename", "0", "x" * 201], "200 characters"),
        (["merge", "0"], "with which?"),
        (["merge", "0", "0"], "merged with itself"),
        (["hide"], "Which theme?"),
        (["hide", "0", "1"], "Which theme?"),
        (["unhide", "0"], "is not hidden"),
        (["undo"], "nothing to undo"),
        (["undo", "2"], "one edit at a time"),
        (["redo"], "nothing to do again"),
        (["carry"], "Name one run"),
        (["carry", "run"], "one and the same run"),
        (["carry", "nowhere"], "nowhere"),
        (["log", "run"], "The run comes first"),
        (["run", "drop", "1"], "is not one of"),
        (["hide", "1", "--period", "2025"], "goes with show"),
    ],
)
def test_what_is_off_is_said_in_a_sentence(desk, words, fragment):
    said = call(*words, code=2)
    assert fragment in " ".join(said.stderr.split())
    assert "Traceback" not in said.output
    assert not open_run("run").edits.edits
