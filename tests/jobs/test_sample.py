"""Posts to code by hand, drawn from a run."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import openpyxl
import pandas as pd
import pytest

import discourse
from discourse import staging
from discourse.errors import UsageError
from discourse.named.definitions import load
from discourse.run import open_run, verify

BOOK = """\
name: small
about: For tests.
schemes:
  tags:
    about: What it is about.
    codes: {trade: {definition: Goods.}, arts: {definition: Arts.}}
  main:
    about: The one thing.
    single: true
    codes: {home: {definition: At home.}, abroad: {definition: Elsewhere.}}
"""
CONCEPTS = """\
name: small
about: For tests.
concepts:
  trade:
    label: Trade
    definition: Goods.
    seeds: {en: [They trade goods.], zh: [贸易。]}
    contrast: {en: [They sing.], zh: [他们唱歌。]}
"""


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "concepts.yaml").write_text(CONCEPTS, encoding="utf-8")
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


def with_scores(run, columns):
    table = pd.DataFrame({"post_id": run.posts["post_id"], "lang": run.posts["lang"], **columns})
    with staging.added(run.path, "concepts", {"labels": {"trade": "Trade"}}, replace=True) as staged:
        staged.write_table("scores.parquet", table)
        staged.write_json("definitions.json", dataclasses.asdict(load("concepts.yaml")))
    return open_run(run.path)


def test_a_sample_is_added_as_documented(run):
    found = discourse.sample(run, concepts=["Global South"], n=90)
    assert found.name == "Global-South"
    assert [path.name for path in found.sheets] == ["Global-South.xlsx"]
    folder = run.path / "samples" / "Global-South"
    assert sorted(path.name for path in folder.iterdir()) == [
        "frame.parquet",
        "sample.parquet",
        "sheet.csv",
        "sheet.xlsx",
    ]
    sample, frame = (pd.read_parquet(folder / name) for name in ("sample.parquet", "frame.parquet"))
    assert sample.columns.tolist() == ["post_id", "probability", "period", "order"]
    assert sample["order"].tolist() == list(range(1, 91))
    assert found.periods["to_code"].sum() == 90
    assert found.periods["to_code"].max() - found.periods["to_code"].min() <= 1
    assert frame["probability"].sum() == pytest.approx(90)
    assert len(frame) == run.posts["date"].notna().sum()
    together = sample.merge(frame, on="post_id")
    assert (together["probability_x"] == together["probability_y"]).all()
    sheet = pd.read_csv(folder / "sheet.csv", dtype="str", keep_default_na=False)
    assert sheet["post_id"].tolist() == sample["post_id"].tolist()
    assert sheet.columns.tolist() == ["number", "sample", "post_id", "lang", "text", "Global South", "note"]
    facts = open_run(run.path).manifest["added"]["samples/Global-South"]
    assert (facts["n"], facts["seed"], facts["period"]) == (90, 0, "quarter")
    assert facts["codes"] == [
        {"header": "Global South", "concept": "Global South", "answers": ["Global South"], "single": False}
    ]
    assert verify(run) == []


def test_small_periods_are_taken_whole(run):
    posts = run.posts["date"].dt.tz_localize(None).dt.to_period("Q").value_counts()
    found = discourse.sample(run, concepts=["x"], n=int(0.95 * posts.sum()))
    smallest = found.periods.sort_values("posts").iloc[0]
    assert smallest["to_code"] == smallest["posts"]
    assert (
        discourse.sample(run, concepts=["x"], n=10_000, name="all", out="all.xlsx").periods["to_code"].sum()
        == posts.sum()
    )


def test_the_same_seed_draws_the_same_posts_in_whatever_order_they_are(run, demo_csv, tmp_path):
    def drawn(of, **more):
        discourse.sample(of, concepts=["x"], n=60, replace=True, **more)
        return pd.read_parquet(of.path / "samples" / "x" / "sample.parquet")

    first = drawn(run)
    pd.testing.assert_frame_equal(first, drawn(run))
    assert set(drawn(run, seed=1)["post_id"]) != set(first["post_id"])
    shuffled = open_run(shutil.copytree(run.path, tmp_path / "other"))
    posts = pd.read_parquet(shuffled.path / "posts.parquet")
    order = np.random.default_rng(0).permutation(len(posts))
    posts.iloc[order].to_parquet(shuffled.path / "posts.parquet", index=False)
    themes = pd.read_parquet(shuffled.path / "assignments.parquet")
    themes.iloc[order].to_parquet(shuffled.path / "assignments.parquet", index=False)
    pd.testing.assert_frame_equal(first, drawn(open_run(shuffled.path)))


def test_scores_decide_where_to_look_more_often(run):
    rank = np.random.default_rng(0).permutation((np.arange(len(run.posts)) + 0.5) / len(run.posts))
    scored = with_scores(run, {"trade": rank, "trade:raw": rank * 7})
    found = discourse.sample(scored, concepts=["trade"], n=90)
    assert found.name == "Trade"
    codebook = openpyxl.load_workbook(found.sheets[0])["codebook"]
    rows = {tuple(cell.value for cell in row) for row in codebook.iter_rows(min_row=2)}
    assert {row[2:] for row in rows} == {("en", "They trade goods.", "They sing."), ("zh", "贸易。", "他们唱歌。")}
    assert {row[:2] for row in rows} == {("Trade", "Goods."), (None, None)}
    with pytest.raises(UsageError, match="There are: Trade"):
        discourse.sample(scored, concepts=["official visits"], n=90)
    frame = pd.read_parquet(run.path / "samples" / "Trade" / "frame.parquet").set_index("post_id")["probability"]
    chance = frame.loc[scored.posts["post_id"]].to_numpy()
    assert np.corrcoef(rank, chance)[0, 1] > 0.5
    quarter = scored.posts["date"].dt.tz_localize(None).dt.to_period("Q").astype("str")
    for _, of in frame.loc[scored.posts["post_id"]].groupby(quarter.to_numpy()):
        assert of.min() >= 0.4 * of.mean() - 1e-12
    assert "leave most doubt" in found.notes[0]
    probability = np.where(rank > 0.8, 0.5, 0.001)
    sure = with_scores(run, {"trade": rank, "trade:probability": probability})
    again = discourse.sample(sure, codebook="concepts.yaml", half_width=0.05, replace=True)
    expected = 0.5 * 0.2 + 0.001 * 0.8
    assert again.periods["positives"].sum() / again.periods["to_code"].sum() == pytest.approx(expected, rel=0.3)


def test_a_width_takes_its_codes(run):
    found = discourse.sample(run, concepts=["x"], half_width=0.1, share=0.2)
    from discourse.stats.power import codes_needed

    assert found.periods["to_code"].tolist() == [codes_needed(0.2, 0.1, n) for n in found.periods["posts"]]
    assert any("plus or minus 10 points" in note for note in found.notes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"n": 150, "share": 0.1}, "correct 5 such periods as one"),
        ({"n": 60, "share": 0.05}, "draw that many in all (--n 282)"),
        ({"n": 60, "share": 0.02}, "too rare here"),
        ({"n": 40, "share": 0.5}, "draw more (--n"),
        ({"n": 60}, "takes a share of about"),
        ({"n": 12}, "no share is large enough"),
    ],
)
def test_too_few_with_the_code_are_foreseen(run, given, said):
    notes = discourse.sample(run, concepts=["x"], **given).notes
    assert any(said in note for note in notes), notes


def test_a_scheme_of_one_code_a_post_is_one_column(run):
    found = discourse.sample(run, codebook="book.yaml", scheme="main", n=30, show_date=True)
    page = openpyxl.load_workbook(found.sheets[0])["posts"]
    headings = ["number", "sample", "post_id", "lang", "date", "text", "main", "note"]
    assert [cell.value for cell in page[1]] == headings
    assert page.data_validations.dataValidation[0].formula1 == '"home,abroad,none"'


def test_several_coders_share_the_beginning(run, tmp_path):
    (tmp_path / "sheets").mkdir()
    found = discourse.sample(run, concepts=["x"], n=60, coders=3, double=20, out="sheets")
    assert [path.name for path in found.sheets] == ["x.xlsx", "x-coder2.xlsx", "x-coder3.xlsx"]
    ids = [
        [row[2] for row in openpyxl.load_workbook(path)["posts"].iter_rows(min_row=2, values_only=True)]
        for path in found.sheets
    ]
    assert [len(one) for one in ids] == [60, 20, 20]
    assert ids[1] == ids[2] == ids[0][:20]


def test_a_sheet_with_codes_in_it_is_not_overwritten(run):
    discourse.sample(run, concepts=["x"], n=20, out="mine.csv")
    with pytest.raises(UsageError, match=r"mine.csv: is there already"):
        discourse.sample(run, concepts=["x"], n=20, out="mine.csv", name="other")
    with pytest.raises(UsageError, match=r"samples.x: is there already"):
        discourse.sample(run, concepts=["x"], n=20, out="yours.csv")
    discourse.sample(run, concepts=["x"], n=30, out="mine.csv", replace=True)
    assert len(pd.read_csv("mine.csv")) == 30


def filled(path, **columns):
    """Fill in a sheet: each column by what a function says of an identifier."""
    sheet = pd.read_csv(path, dtype="str", keep_default_na=False)
    for header, answer in columns.items():
        sheet[header] = sheet["post_id"].map(answer)
    sheet.to_csv(path, index=False)
    return sheet.set_index("post_id")


def decide(post_id):
    return "yes" if post_id[-1] in "02" else "no"


def test_a_larger_sample_takes_answers_over_and_begins_with_them(run):
    discourse.sample(run, concepts=["x", "y"], n=60, out="old.csv")
    old = filled("old.csv", x=decide, y=lambda post_id: "" if post_id[-1] == "1" else "no")
    found = discourse.sample(run, concepts=["x", "y"], n=120, name="more", codes=["old.csv"], out="new", coders=2)
    assert [path.as_posix() for path in found.sheets] == ["new/more.xlsx", "new/more-coder2.xlsx"]
    part = int((old["y"] == "").sum())
    assert f"{60 - part} of 120 posts are coded already, and {part} in part." in found.notes
    sheet = pd.read_csv(run.path / "samples" / "more" / "sheet.csv", dtype="str", keep_default_na=False)
    there = sheet.set_index("post_id").loc[old.index]  # all of them
    assert there[["x", "y"]].equals(old[["x", "y"]])
    coded = sheet["post_id"].isin(old.index)
    assert (sheet.loc[~coded, ["x", "y"]] == "").all(axis=None)
    assert (np.flatnonzero(coded) < 80).mean() > 0.9  # before most of the others
    second = pd.read_csv(run.path / "samples" / "more" / "sheet-coder2.csv", dtype="str", keep_default_na=False)
    assert (second[["x", "y"]] == "").all(axis=None)
    assert open_run(run.path).manifest["added"]["samples/more"]["answers"][0]["file"] == "old.csv"
    page = openpyxl.load_workbook(found.sheets[0])["posts"]
    assert sum(row[5] is not None for row in page.iter_rows(min_row=2, values_only=True)) == 60


def test_codes_that_answer_nothing_and_the_file_they_are_in(run):
    discourse.sample(run, concepts=["x"], n=60, out="old.csv")
    filled("old.csv", x=decide)
    with pytest.raises(UsageError, match="no column is called y; there are: x"):
        discourse.sample(run, concepts=["y"], n=60, codes=["old.csv"])
    with pytest.raises(UsageError, match="holds the codes that are read"):
        discourse.sample(run, concepts=["x"], n=90, codes=["old.csv"], out="old.csv", replace=True)
    assert (pd.read_csv("old.csv")["x"].notna()).all()


def test_a_scheme_is_taken_over_where_the_code_can_be_picked(run):
    discourse.sample(run, codebook="book.yaml", scheme="main", n=60, out="old.csv")
    answers = {"0": "home", "1": "abroad", "2": "none", "3": "elsewhere", "4": "home;abroad"}
    old = filled("old.csv", main=lambda post_id: answers.get(post_id[-1], ""))
    discourse.sample(run, codebook="book.yaml", scheme="main", n=60, name="new", codes=["old.csv"])
    new = pd.read_csv(run.path / "samples/new/sheet.csv", dtype="str", keep_default_na=False).set_index("post_id")
    kept = old["main"].where(old["main"].isin(["home", "abroad", "none"]), "")
    assert new.loc[old.index, "main"].tolist() == kept.tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"concepts": ["x"]}, "one of the two"),
        ({"concepts": ["x"], "n": 3, "half_width": 0.1}, "one of the two"),
        ({"n": 3}, "What is to be coded"),
        ({"concepts": [" "], "n": 3}, "What is to be coded"),
        ({"concepts": ["x"], "n": 0}, "1 or more"),
        ({"concepts": ["x"], "half_width": 5}, "below 1"),
        ({"concepts": ["x"], "n": 3, "share": 0}, "above 0"),
        ({"concepts": ["x"], "half_width": 0.1}, "Add --share"),
        ({"concepts": ["x"], "n": 3, "period": "day"}, "is not one of"),
        ({"concepts": ["x"], "n": 3, "period": "month", "cuts": ["2024-07-01"]}, "leave out --period"),
        ({"concepts": ["x"], "n": 3, "double": 2}, "--coders 2"),
        ({"concepts": ["x"], "n": 3, "coders": 0}, "--coders 0: must be 1 to 20"),
        ({"concepts": ["x"], "n": 3, "coders": 21}, "--coders 21: must be 1 to 20"),
        ({"concepts": ["x"], "n": 3, "coders": 2, "double": 0}, "--double 0: must be 1 or more"),
        ({"concepts": ["x"], "n": 3, "scheme": "main"}, "Add --codebook"),
        ({"concepts": ["x"], "n": 3, "codebook": "concepts.yaml"}, "has no 'x'. There are: Trade"),
        ({"n": 3, "codebook": "concepts.yaml", "scheme": "main"}, "without schemes"),
        ({"n": 3, "codebook": "book.yaml"}, "several schemes"),
        ({"concepts": ["text"], "n": 30}, "heading of two columns"),
        ({"concepts": ["x"], "n": 9}, "of one with fewer than 2 codes"),
        ({"concepts": ["x"], "n": 3, "out": "sheet.doc"}, "must end in .xlsx or .csv"),
        ({"concepts": ["x"], "n": 30, "out": "no/such"}, "there is no folder no"),
        ({"concepts": ["x"], "n": 30, "out": "run/new"}, "lies inside the run"),
        ({"concepts": ["x"], "n": 9, "out": "new"}, "of one with fewer than 2 codes"),
        ({"concepts": ["x"], "n": 30, "codes": ["nowhere.csv"]}, "nowhere.csv"),
    ],
)
def test_what_can_not_be_asked_leaves_nothing_behind(run, given, said, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(discourse.errors.DiscourseError) as caught:
        discourse.sample(run, **given)
    assert said in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert not (run.path / "samples").exists()


def test_scores_make_samples_of_the_written_corpus_tell_more(embassy_run, embassy, tmp_path, monkeypatch, calibrated):
    """By the variance of the draw, with the rank as a probability that is calibrated to the truth."""
    from scipy.stats import norm
    from sklearn.linear_model import LogisticRegression

    from discourse.codes.sampling import prior
    from discourse.jobs.concepts import concepts
    from discourse.stats.coding_sample import draw

    monkeypatch.chdir(tmp_path)
    run = open_run(shutil.copytree(embassy_run.path, tmp_path / "run"))
    book = embassy.parents[1] / "configs" / "concepts" / "embassy.yaml"
    scores = concepts(run, codebook=book).scores
    later = (run.posts["date"].dt.tz_localize(None) >= "2025-01-20").to_numpy()
    rng = np.random.default_rng(0)

    def error(code, score, doubt):
        chance = np.empty(len(code))
        for side in (later, ~later):
            chance[side] = draw(doubt[side], 150, seed=0)[1]
        residual = code - score
        for side in (later, ~later):
            residual[side] -= residual[side].mean()
        return sum(((1 / chance[side] - 1) * residual[side] ** 2).sum() / side.sum() ** 2 for side in (later, ~later))

    for concept in load(book).concepts:
        code = run.posts[concept.name].astype(float).to_numpy()
        rank = scores[concept.name].to_numpy()
        value = norm.ppf(rank)[:, None]
        score = LogisticRegression().fit(value, code).predict_proba(value)[:, 1]
        plain = error(code, score, np.empty((len(code), 0)))
        for name, ranks, low, high in (
            ("", rank, 0.65, 0.95),
            (", of a score that knows nothing", rng.permutation(rank), 1.0, 1.2),
        ):
            f = prior(ranks)
            ratio = np.sqrt(error(code, score, np.sqrt(f * (1 - f))[:, None]) / plain)
            setting = f"written corpus, {concept.label}, 150 codes in each of two periods"
            calibrated(
                f"coding sample by doubt{name}: standard error over a random sample's", setting, ratio, low, high, 1
            )


def test_more_posts_for_all_coders_than_there_are_is_said(run, tmp_path):
    found = discourse.sample(run, concepts=["x"], n=30, coders=2, double=100)
    assert "--double 100: the sample has 30 posts, and every coder codes all of them." in found.notes
