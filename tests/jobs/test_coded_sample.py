"""How coded posts were chosen, where it can't be told."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.labellings import labelling
from discourse.run import open_run


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


@pytest.fixture
def asked(desk):
    """A sample that asked one question of yes or no, and one with codes to pick from."""
    (desk / "book.yaml").write_text(
        "name: b\nabout: a\nschemes:\n  tone:\n    about: a\n    single: true\n    codes:\n"
        "      Domestic: {definition: Of it.}\n      Global: {definition: Of it.}\n",
        encoding="utf-8",
    )
    discourse.sample("one", codebook="book.yaml", scheme="tone", n=60, period="year", name="tones", out="tones.csv")
    return pd.read_csv("tones.csv", dtype="str").assign(tone=["Global", "Domestic", "none"] * 20)


def refused(sheet, message, file="half.csv", **options):
    sheet.to_csv(file, index=False)
    with pytest.raises((DataError, UsageError), match=message):
        discourse.correct("one", codes=[file], **options)


def test_a_typo_in_a_sheet_without_its_codebook(asked):
    said = r"^tones\.csv, row 7, tone: 'Globl' is none of Domestic, Global, none\. Did you mean Global\?"
    refused(asked.assign(tone=asked["tone"].where(asked.index != 5, "Globl")), said, "tones.csv")


def test_a_heading_that_was_changed(desk):
    sheet = pd.read_csv("half.csv", dtype="str")
    refused(sheet.rename(columns={"x": "y"}), 'sample half asked "x", and the sheet has no such column; it has "y"')
    refused(sheet.drop(columns="x").assign(sure="yes"), 'asked "x", and the sheet has no such column; it has "sure"')
    sheet.assign(sure="yes").to_csv("half.csv", index=False)
    found = discourse.correct("one", codes=["half.csv"], only=["x"])
    assert 'half.csv: "sure": not asked by sample half.' in found.notes


def test_a_sheet_of_another_draw(desk):
    discourse.sample("two", concepts=["x"], n=120, period="year", name="half", seed=5, out="late.csv")
    late = pd.read_csv("late.csv", dtype="str").assign(x="no")
    ours = set(pd.read_csv("half.csv", dtype="str")["post_id"])
    strange = ~late["post_id"].isin(ours)
    first = late.index[strange][0]
    said = rf"{strange.sum()} coded posts of this sheet are not in sample half \(the first: {late['post_id'][first]}, "
    refused(late, said + rf"row {first + 2}\): it belongs to another draw", "late.csv")
    refused(late.assign(sample="other"), r"is a sheet of sample other, .* and not of half\. Leave out", sample="half")


def test_posts_passed_over_are_named_by_their_rows(desk):
    sheet = pd.read_csv("half.csv", dtype="str").sort_values("post_id", ignore_index=True)
    left = sheet.index[sheet["number"] == "2"][0]
    refused(sheet.assign(x=sheet["x"].mask(sheet.index == left)), rf"row {left + 2} \({sheet['post_id'][left]}\)")
    refused(sheet.drop(index=left), rf"not in the sheet \({sheet['post_id'][left]}\)")


def test_changed_texts_and_lost_rows_of_a_sheet(desk):
    sheet = pd.read_csv("half.csv", dtype="str")
    sheet.assign(text="seen").to_csv("half.csv", index=False)
    found = discourse.correct("one", codes=["half.csv"], name="seen")
    assert found.tables["coding"]["coded"].sum() == 120
    assert "120 of 120 texts differ from that of the post with their identifier; the identifier counts." in str(
        found.notes
    )
    assert not (desk / "one" / "corrected" / "seen" / "unmatched.csv").exists()
    more = pd.concat([sheet, sheet.head(1).assign(post_id="lost", text="Nobody wrote this, ever")])
    more.to_csv("half.csv", index=False)
    found = discourse.correct("one", codes=["half.csv"], name="more")
    assert "(the first: half.csv, lost: no post says this)" in str(found.notes)
    assert pd.read_csv(desk / "one" / "corrected" / "more" / "unmatched.csv")["source"].tolist() == ["lost"]


def test_corrected_shares_of_an_older_version(desk):
    discourse.correct("one", codes=["half.csv"], name="old")
    file = desk / "one" / "corrected" / "old" / "outcomes.parquet"
    table = pd.read_parquet(file)
    table[[name for name in table if not name.startswith("code:")]].to_parquet(file)
    with pytest.raises(DataError, match=r"shares 'old' were made by an older version .*again: discourse correct"):
        labelling(open_run(desk / "one"), "corrected:old")
