"""``discourse correct`` as a user meets it: from a run to a coded sheet to corrected shares and drift of them."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from discourse.cli.app import app


@pytest.fixture(scope="module")
def truth(embassy):
    return pd.read_csv(embassy / "truth_posts.csv", dtype="str").set_index("id")


@pytest.fixture(scope="module")
def desk(embassy_run, embassy, tmp_path_factory):
    """The sample corpus, scored for its concepts."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(embassy_run.path, folder / "run")
    shutil.copytree(embassy.parents[1] / "configs", folder / "configs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        said(["concepts", "run", "--codebook", "configs/concepts/embassy.yaml"])
    return folder


def said(words, code=0):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def filled(path, truth, columns):
    """Fill in a sheet as somebody who knows the truth would, and save it as a workbook does."""
    sheet = pd.read_csv(path, dtype="str")
    for header, column in columns.items():
        sheet[header] = sheet["post_id"].map(truth[column]).map({"1": "yes", "0": "no"})
    sheet.to_csv(path, index=False)


def test_from_concepts_to_a_sample_to_corrected_shares_to_drift(desk, truth, monkeypatch):
    monkeypatch.chdir(desk)
    words = ["sample", "run", "--concept", "Global South", "--concept", "wolf_warrior", "--n", "300"]
    said([*words, "--cut", "inauguration=2025-01-20", "--name", "half", "--out", "half.csv"])
    filled("half.csv", truth, {"Global South": "global_south", "Wolf-warrior tone": "wolf_warrior"})
    result = said(["correct", "run", "--codes", "half.csv", "--name", "half"])
    assert max(map(len, result.stdout.splitlines())) <= 100
    text = " ".join(result.stdout.split())
    assert "Global South: a score learned from the codes and the posts' vectors" in text
    assert "The codes move the machine's share by up to" in text
    assert "before inauguration → inauguration: " in text and "beyond the swing of weeks" in text
    assert "Withheld, before inauguration: " in text and "10 are needed" in text
    assert "before inauguration 1,148 150 " in text  # a name of two words stays on its line
    told = " ".join(result.stderr.split())
    assert "Kept in the run as corrected/half, in words as corrected/half/methods.md." in told
    assert "discourse drift run --on corrected:half --cut inauguration=2025-01-20" in told
    assert said(["verify", "run"]).exit_code == 0
    moved = said(["drift", "run", "--on", "corrected:half", "--cut", "2025-01-20", "--format", "csv"])
    assert "corrected,Global South,Global South" in moved.stdout
    again = said(["correct", "run", "--codes", "half.csv", "--name", "half", "--period", "year"], 2)
    assert "--replace" in again.output
    table = said(["correct", "run", "--codes", "half.csv", "--only", "Global South", "--format", "csv"])
    assert table.stdout.startswith("label_id,label,period,n,coded,positives,stage,correlation,lambda,naive,labels")


def test_refusals_are_told_in_words(desk, truth, monkeypatch):
    monkeypatch.chdir(desk)
    codes = truth.head(150)[["global_south"]].rename_axis("post_id").reset_index()
    codes.to_csv("some.csv", index=False)
    result = said(["correct", "run", "--codes", "some.csv"], 3)
    assert "nothing says with which probability they were chosen" in " ".join(result.output.split())
    result = said(["correct", "run", "--codes", "some.csv", "--scores", "mine"], 2)
    assert "add --cross-fitted" in " ".join(result.output.split())
    result = said(["correct", "run", "--codes", "nowhere.csv"], 3)
    assert "nowhere.csv" in result.output
    assert not (desk / "run" / "corrected" / "some-quarter").exists()


def test_help_names_what_is_needed():
    text = said(["correct", "--help"]).output
    assert all(flag in text for flag in ("--codes", "--sample", "--cross-fitted", "--cut", "--period"))
