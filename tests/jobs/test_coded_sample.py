"""How coded posts were chosen, where it can't be told."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import discourse
from discourse.errors import DataError


@pytest.fixture
def desk(demo_run, tmp_path, monkeypatch):
    """Two runs, a sample of the first, and its sheet filled in."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        shutil.copytree(demo_run.path, tmp_path / name)
    discourse.sample("one", concepts=["x"], n=120, period="year", name="half", out="half.csv")
    sheet = pd.read_csv("half.csv", dtype="str")
    sheet["x"] = ["yes" if at % 4 == 0 else "no" for at in range(len(sheet))]
    sheet.to_csv("half.csv", index=False)
    return tmp_path


def test_a_sheet_of_another_run_is_told_where_to_go(desk):
    said = (
        r"^half\.csv: is a sheet of sample 'half', and .*two has no sample of that name \({}\)\. Name the run that it"
    )
    with pytest.raises(DataError, match=said.format("it has none")):
        discourse.correct("two", codes=["half.csv"])
    discourse.sample("two", concepts=["y"], n=30, name="other", out="other.csv")
    with pytest.raises(DataError, match=said.format("it has: other")):
        discourse.correct("two", codes=["half.csv"])
    assert discourse.correct("one", codes=["half.csv"]).tables["coding"]["coded"].sum() == 120


def test_codes_of_nobody_knows_which_posts(desk):
    pd.read_csv("half.csv", dtype="str")[["post_id", "x"]].to_csv("some.csv", index=False)
    with pytest.raises(DataError, match=r"convenience sample\. Draw posts to code"):
        discourse.correct("two", codes=["some.csv"])
    said = r"If these posts were drawn by discourse sample, say by which: --sample NAME \(there are: half\)\."
    with pytest.raises(DataError, match=said):
        discourse.correct("one", codes=["some.csv"])
    assert discourse.correct("one", codes=["some.csv"], sample="half").tables["coding"]["coded"].sum() == 120


def test_more_codes_by_a_larger_sample(desk):
    """What `correct` advises where too few posts have a code."""
    sheet = pd.read_csv("half.csv", dtype="str").assign(x="no")
    sheet.to_csv("half.csv", index=False)
    withheld = discourse.correct("one", codes=["half.csv"]).tables["coding"]["withheld"]
    assert withheld.str.contains("10 are needed").any()
    found = discourse.sample("one", concepts=["x"], n=200, period="year", codes=["half.csv"], name="more")
    assert "120 of 200 posts are coded already." in found.notes
