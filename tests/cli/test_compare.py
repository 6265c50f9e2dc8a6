from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app


@pytest.fixture(scope="module")
def shown(embassy_run, embassy, tmp_path_factory):
    """Run a command on a copy of the run; its result."""
    run = shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("compared") / "run")

    def invoke(*words):
        return CliRunner().invoke(app, [str(embassy / "second_coder.csv") if one == "SECOND" else
                                        str(run) if one == "RUN" else one for one in words])  # fmt: skip

    return invoke


def test_a_person_reads_tables_and_sentences(shown):
    found = shown("compare", "RUN", "--codes", "SECOND", "--column", "tags", "--column", "dimension")
    assert found.exit_code == 0, found.output
    assert max(cell_len(line) for line in found.stdout.splitlines()) <= 100
    for part in (
        "people",
        "Codes without a theme",
        "Krippendorff's alpha",
        "no evidence that there is none",
        "Posts to read",
    ):
        assert part in " ".join(found.stdout.split())
    assert "nan" not in found.stdout.casefold().split()
    assert "compare/second_coder-tags-dimension" in found.stderr and "150 coded texts" in found.stderr


def test_data_go_to_stdout(shown):
    found = shown("compare", "RUN", "--column", "dimension", "--format", "json", "--name", "json")
    rows = json.loads(found.stdout)
    assert {row["code"] for row in rows} == {"Global", "Domestic", "Bilateral", "Other"}
    again = shown("compare", "RUN", "--column", "dimension", "--column", "tags", "--name", "json")
    assert again.exit_code == 2 and "--replace" in again.stderr
    wrong = shown("compare", "RUN", "--column", "nothing")
    assert wrong.exit_code == 2 and "Traceback" not in wrong.output


def test_agreement_is_shown_by_scheme(shown, embassy, tmp_path):
    posts = pd.read_csv(embassy / "posts.csv", dtype="str")
    posts[["id", "dimension", "tags"]].to_csv(tmp_path / "first.csv", index=False)
    found = shown("agreement", str(tmp_path / "first.csv"), "SECOND")
    assert found.exit_code == 0, found.output
    assert max(cell_len(line) for line in found.stdout.splitlines()) <= 100
    assert "with MASI distance" in " ".join(found.stdout.split()) and "reliable" in found.stdout
    assert "withheld" in found.stdout and "judged by first, second_coder" in " ".join(found.stdout.split())
    csv = shown("agreement", str(tmp_path / "first.csv"), "SECOND", "--format", "csv")
    assert csv.stdout.startswith("scheme,code,coders,posts,either,both,observed")
    missing = shown("agreement", str(tmp_path / "none.csv"), "SECOND")
    assert missing.exit_code in (2, 3) and "none.csv" in missing.stderr and "Traceback" not in missing.output
    alone = shown("agreement", "SECOND")
    assert alone.exit_code == 3 and "second coder" in alone.stderr
