"""``discourse drift`` as a person sees it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse import staging
from discourse.cli import render_drift
from discourse.cli.app import app
from discourse.jobs.drift import DriftResult, drift
from discourse.run import open_run, point_latest, verify

runner = CliRunner()
QUICK = ("--permutations", "99")


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with a copy of the run as its latest."""
    monkeypatch.chdir(tmp_path)
    point_latest(shutil.copytree(demo_run.path, tmp_path / "run"))
    return tmp_path


@pytest.fixture(scope="module")
def study(embassy_run, tmp_path_factory):
    """The study's comparison of tags, by all periods."""
    path = shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("study") / "run")
    return drift(path, on=["codes:tags"])


def call(*words, code=0):
    result = runner.invoke(app, ["drift", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def narrow(text: str) -> str:
    assert max(map(cell_len, text.splitlines())) <= 100
    return " ".join(text.split())


def test_what_moved_is_drawn_and_said(study, capsys):
    render_drift.drift_tables(study)
    said = narrow(capsys.readouterr().out)
    assert "Posts: 2024Q1 267, 2024Q2 278, 2024Q3 290, 2024Q4 276, 2025Q1 282, 2025Q2 33 (partial)" in said
    assert "2024Q1 → 2025Q1, 267 and 282 posts." in said
    assert "10.9% → 1.1%" in said
    assert "6.4% → 7.4%" in said
    assert "2024Q2 → 2024Q3" in said
    assert "q is over" in said


def test_one_pair_is_drawn_without_others(shared_pair, capsys):
    render_drift.drift_tables(shared_pair)
    said = narrow(capsys.readouterr().out)
    assert "pairs of periods" not in said
    assert "Gaza" in said
    assert "10.9% → 1.1%" in said


@pytest.fixture
def shared_pair(embassy_run, tmp_path):
    path = shutil.copytree(embassy_run.path, tmp_path / "run")
    return drift(path, on=["codes:tags"], only=["Gaza;United States"], earlier="2024Q1", later="2025Q1")


@pytest.mark.parametrize(
    "long", ["贸易关税与多边主义" * 12, "Қауіпсіздік және егемендік " * 6, "Безопасность " * 15, "x" * 300]
)
@pytest.mark.parametrize("by", ["", "大使馆" * 20])
def test_tables_stay_narrow_whatever_labels_are_called(study, capsys, long, by):
    """Wide, long and hostile labels, in every table and sentence."""
    tables = {name: table.copy() for name, table in study.tables.items()}
    for name in ("prevalence", "shifts", "lifecycle", "composition", "authors"):
        named = tables[name]["label_id"].str.removeprefix("tags:")
        tables[name]["label"] = long + "\x1b[2J[bold]" + named
        tables[name]["by"] = by
    tables["omnibus"]["by"] = by
    tables["pitfalls"]["text"] = long + tables["pitfalls"]["text"]
    render_drift.drift_tables(DriftResult("x", tables, []))
    text = capsys.readouterr().out
    narrow(text)
    assert "\x1b[2J" not in text
    assert "[bold]" in text


@pytest.mark.parametrize("period", ["week", "month", "year"])
def test_any_number_of_periods_fits(desk, period):
    narrow(call("--period", period, *QUICK).stdout)


def test_values_of_a_column_are_drawn_one_below_another(desk):
    said = narrow(call("--by", "account", "--period", "year", *QUICK).stdout)
    for account in open_run(desk / "run").posts["author"].unique():
        assert f"{account}: 2024 → 2025" in said


def test_meaning_and_words_are_drawn_too(desk):
    narrow(call("--semantic", "--lexical", *QUICK).stdout)
    assert (desk / "run" / "drift").is_dir()
    assert verify(desk / "run") == []


def test_withheld_themes_are_named_with_the_reason(desk):
    themes = open_run(desk / "run").themes
    with staging.added(desk / "run", "stability", {}) as staged:
        table = themes[["theme"]].assign(jaccard=0.9, verdict="robust")
        table.loc[0, ["jaccard", "verdict"]] = [0.41, "artefact"]
        staged.write_table("themes.csv", table)
        posts = open_run(desk / "run").posts
        staged.write_table("fits.parquet", pd.DataFrame({"post_id": posts["post_id"], "subsample-1": -2}))
    result = call(*QUICK)
    said = narrow(result.stdout)
    assert "withheld" in said.lower()
    assert "since refits don't find the theme again" in said
    assert "discourse stability" not in result.stderr


def test_csv_and_json_are_the_shifts(desk):
    result = call("--format", "csv", *QUICK)
    table = pd.read_csv(io.StringIO(result.stdout), dtype={"label_id": str})
    assert "Kept in the run as drift/themes-quarter" in result.stderr
    assert "discourse stability tells" in " ".join(result.stderr.split())
    result = call("run", "--format", "json", "--name", "b", "--quiet", *QUICK)
    assert result.stderr == ""
    found = pd.DataFrame(json.loads(result.stdout))
    assert found.columns.tolist() == table.columns.tolist()
    assert found["label_id"].tolist() == table["label_id"].tolist()
    for name in ("difference", "p", "q", "mde"):
        assert np.allclose(found[name].astype(float), table[name], equal_nan=True)
    written = pd.read_csv(desk / "run" / "drift" / "b" / "shifts.csv", dtype={"label_id": str})
    pd.testing.assert_frame_equal(written, table)
    assert verify(desk / "run") == []


def test_flags_mean_what_they_say(desk):
    words = "--on codes:topic --where account=mfa_aruna --group both=trade;transport --only both;trade"
    words += " --from 2024Q1..2024Q3 --to 2024Q4..2025Q1 --since 2024-02 --until 2025-02 --block day --duplicates drop"
    table = pd.read_csv(io.StringIO(call(*words.split(), "--format", "csv", "--seed", "3", *QUICK).stdout))
    assert table["label"].tolist() == ["both", "trade"]
    assert table[["from", "to"]].drop_duplicates().values.tolist() == [["2024Q1..2024Q3", "2024Q4..2025Q1"]]
    (facts,) = open_run(desk / "run").manifest["added"].values()
    expected = {"on": ["codes:topic"], "where": ["account=mfa_aruna"], "only": ["both;trade"], "since": "2024-02"}
    expected |= {
        "groups": ["both=trade;transport"],
        "until": "2025-02",
        "block": "day",
        "duplicates": "drop",
        "seed": 3,
    }
    assert expected.items() <= facts.items()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["no-such-run"], 2, "no-such-run"),
        (["--on", "codes:topics"], 2, "Did you mean topic?"),
        (["--period", "day"], 2, "--period day"),
        (["--from", "2025Q1", "--to", "2024Q1"], 2, "--from is the earlier one"),
        (["--cut", "soon"], 2, "--cut soon"),
        (["--by", "nothing"], 2, "no column 'nothing'"),
        (["--where", "topic"], 2, "--where topic: write it as COLUMN=VALUE"),
        (["--name", "a/b"], 2, "--name"),
        (["--since", "2031"], 3, "no dated post is left with --since 2031"),
        (["--since", "2024-03", "--until", "2024-03"], 3, "lie in one period"),
        (["--permutations", "0"], 2, "permutations"),
    ],
)
def test_what_is_off_ends_with_its_code_and_says_why(desk, words, code, said):
    result = call(*words, code=code)
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert verify(desk / "run") == []
    assert not (desk / "run" / "drift").exists()


def test_another_question_of_the_same_name_needs_replace(desk):
    call("--name", "mine", *QUICK)
    assert "--replace" in call("--name", "mine", "--period", "year", *QUICK, code=2).stderr
    call("--name", "mine", "--period", "year", "--replace", *QUICK)


def test_help_names_the_flags_and_imports_nothing_heavy():
    text = call("--help").output
    flags = "--period --cut --from --to --since --until --block --by --on --where --group --only --semantic --lexical"
    assert all(
        flag in text for flag in [*flags.split(), "--figures", "--format", "--duplicates", "--name", "--replace"]
    )
    assert "Examples: discourse drift" in text
    script = (
        "import runpy, sys\nsys.argv = ['discourse', 'drift', '--help']\n"
        "try: runpy.run_module('discourse', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'umap', 'numba', 'sklearn', 'scipy', 'matplotlib', 'pandas', 'numpy', 'pyarrow'}\n"
        "import os\nt = os.times()\nprint('HEAVY', sorted(heavy & set(sys.modules)), t.user + t.system)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    _, heavy, cpu = done.stdout.splitlines()[-1].rsplit(" ", 2)
    assert heavy == "[]"
    assert float(cpu) < 1.0  # the bar is 0.2 s on a quiet machine
