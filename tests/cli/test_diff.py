"""``discourse diff`` as a person sees it."""

from __future__ import annotations

import io
import json
import shutil

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse import staging
from discourse.cli.app import app
from discourse.jobs import edit

runner = CliRunner()


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with two copies of a run, one of them edited, and findings in both."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo_run.path, "a")
    shutil.copytree(demo_run.path, "b")
    edit.rename("b", 0, "[b]\u202eName")
    edit.merge("b", 1, 2)
    for name, verdicts in (("a", ("fell", "rose")), ("b", ("no detectable change", "rose"))):
        rows = [
            {"kind": "theme", "label_id": number, "label": "題" * 60, "by": "", "from": "2024Q1", "to": "2024Q2"}
            | {"difference": sign * (1 if name == "a" else -1), "verdict": verdict}
            for number, sign, verdict in zip((0, 3), (-0.05, 0.02), verdicts, strict=True)
        ]
        with staging.added(tmp_path / name, "drift/a-name-that-is-rather-long", {}) as staged:
            staged.write_table("shifts.csv", pd.DataFrame(rows))
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, ["diff", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_a_page_of_differences(desk):
    lines = call("a", "b").stdout.splitlines()
    text = "\n".join(lines)
    assert max(cell_len(line) for line in lines) <= 100
    assert lines[0] == "320 posts in both, 0 only in A, 0 only in B"
    assert "edits" in text
    assert "merged" in text
    assert "\u202e" not in text
    assert "[b] Name" in text
    assert "no detectable change" in text
    counts = lines[-1].split()
    assert counts[-5:] == ["2", "1", "1", "0", "0"]


def test_one_part_alone(desk):
    assert "Jaccard" not in call("a", "b", "--part", "settings").stdout
    assert "verdict" not in call("a", "b", "--part", "themes").stdout
    assert "posts in both" not in call("a", "b", "--part", "findings").stdout


def test_the_same_is_said_to_be_the_same(desk):
    shutil.copytree("a", "c")
    text = call("a", "c").stdout
    assert "Settings, encoder, inputs and versions are the same." in text
    shutil.rmtree("c")
    from discourse.run import open_run

    shutil.copytree("a", "c")
    with staging.added(open_run("c").path, "drift/more", {}) as staged:
        staged.write_json("x.json", {})
    assert "Only c has drift/more." in call("a", "c").stderr


def test_csv_and_json(desk):
    table = pd.read_csv(io.StringIO(call("a", "b", "--format", "csv").stdout))
    assert {"theme_a", "theme_b", "relation", "jaccard"} <= set(table)
    settings = pd.read_csv(io.StringIO(call("a", "b", "--format", "csv", "--part", "settings").stdout))
    assert settings.columns.tolist() == ["what", "a", "b"]
    whole = json.loads(call("a", "b", "--format", "json").stdout)
    assert list(whole) == ["posts", "themes", "settings", "findings", "compared", "notes"]
    assert [row["change"] for row in whole["findings"]] == ["verdict and sign", "sign"]


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (["a"], "Missing"),
        (["a", "a"], "one and the same run"),
        (["a", "nowhere"], "nowhere"),
        (["a", "b", "--part", "x"], "settings"),
    ],
)
def test_what_is_off_with_diff_is_said(desk, words, fragment):
    said = call(*words, code=2)
    assert fragment in said.stderr
    assert "Traceback" not in said.output
