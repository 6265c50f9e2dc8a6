"""``discourse sample`` as a person sees it."""

from __future__ import annotations

import io
import json
import shutil

import openpyxl
import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app
from discourse.run import point_latest, verify

runner = CliRunner()


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with a copy of the run as its latest."""
    monkeypatch.chdir(tmp_path)
    point_latest(shutil.copytree(demo_run.path, tmp_path / "run"))
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, ["sample", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_a_table_of_periods_and_what_to_expect(desk):
    result = call("--concept", "Global South", "--n", "100", "--share", "0.2")
    lines = result.stdout.splitlines()
    assert all(cell_len(line) <= 100 for line in lines)
    assert lines[0].split() == ["period", "posts", "to", "code", "with", "the", "code,", "about"]
    assert [line.split()[0] for line in lines[2:]] == ["2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1", "all"]
    assert lines[-1].split()[2:] == ["100", "20"]
    assert "Kept in the run as samples/Global-South. To be filled in: Global-South.xlsx." in result.stderr
    assert openpyxl.load_workbook(desk / "Global-South.xlsx")["posts"].max_row == 101
    assert verify() == []


def test_as_data(desk):
    table = pd.read_csv(io.StringIO(call("--concept", "x", "--n", "10", "--format", "csv", "--quiet").stdout))
    assert table.columns.tolist() == ["period", "posts", "to_code", "positives"]
    found = json.loads(call("--concept", "x", "--n", "10", "--name", "y", "--format", "json").stdout)
    assert sum(row["to_code"] for row in found) == 10


def test_a_larger_sample_after_a_smaller_one(desk):
    call("--concept", "x", "--n", "50", "--out", "old.csv")
    pd.read_csv(desk / "old.csv", dtype="str").assign(x="no").to_csv(desk / "old.csv", index=False)
    result = call("--concept", "x", "--n", "100", "--codes", "old.csv", "--name", "more", "--out", "sheets")
    assert "50 of 100 posts are coded already." in result.stderr
    assert (desk / "sheets" / "more.xlsx").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--concept", "x"], "--half-width 0.05"),
        (["--concept", "x", "--n", "50", "--cut", "soon"], "--cut soon"),
        (["--concept", "x", "--n", "50", "--name", "../x"], "name"),
        (["--concept", "x", "--n", "50", "--where", "topic=xyzzy"], "xyzzy"),
        (["--concept", "x", "--n", "50", "--codebook", "absent.yaml"], "absent.yaml"),
        (["--concept", "x", "--n", "50", "--out", "run/sheet.xlsx"], "run"),
        (["--concept", "x", "--n", "50", "--out", "runs/latest"], "run"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(desk, words, said):
    result = runner.invoke(app, ["sample", *words])
    assert result.exit_code in (1, 2, 3)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "bug" not in result.stderr
    assert not (desk / "run" / "samples").exists()
