"""Corrected shares of a run: from a drawn sample, coded by its truth, to tables in the run."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.change.prevalence import COLUMNS as PREVALENCE
from discourse.change.shifts import COLUMNS as SHIFTS
from discourse.errors import DataError, UsageError

ASKED = {"Global South": "global_south", "Wolf-warrior tone": "wolf_warrior"}
CUT = ["inauguration=2025-01-20"]


@pytest.fixture(scope="module")
def truth(embassy):
    return pd.read_csv(embassy / "truth_posts.csv", dtype="str").set_index("id")


@pytest.fixture(scope="module")
def desk(embassy_run, embassy, truth, tmp_path_factory):
    """A run with a sample of 300 posts, and its sheet as a coder who knows the truth fills it in."""
    folder = tmp_path_factory.mktemp("correct")
    path = shutil.copytree(embassy_run.path, folder / "run")
    book = embassy.parents[1] / "configs" / "concepts" / "embassy.yaml"
    drawn = discourse.sample(
        path, concepts=list(ASKED), codebook=book, n=300, cuts=CUT, name="half", out=folder / "blank.csv"
    )
    sheet = pd.read_csv(drawn.sheets[0], dtype="str")
    for header, column in ASKED.items():
        sheet[header] = sheet["post_id"].map(truth[column]).map({"1": "yes", "0": "no"})
    sheet.to_csv(folder / "half.csv", index=False)
    return folder


@pytest.fixture
def own(desk, tmp_path):
    """A copy that a test may write to."""
    return shutil.copytree(desk, tmp_path / "desk")


@pytest.fixture(scope="module")
def found(desk):
    return discourse.correct(desk / "run", codes=[desk / "half.csv"], date="2025-01-20", window=2, gap=1, name="found")


def rewritten(desk, change):
    """Change the filled-in sheet."""
    sheet = pd.read_csv(desk / "half.csv", dtype="str")
    change(sheet).to_csv(desk / "half.csv", index=False)
    return [desk / "half.csv"]


def test_the_periods_are_those_of_the_sample_and_tables_have_drifts_shape(found, desk):
    coding = found.tables["coding"]
    assert coding["period"].unique().tolist() == ["before inauguration", "inauguration"]
    assert coding["coded"].tolist() == [150] * 4
    assert list(found.tables["prevalence"].columns) == PREVALENCE
    assert list(found.tables["shifts"].columns) == list(found.tables["effects"].columns) == list(SHIFTS)
    assert set(found.tables["effects"]["by"]) == {"2025-01-20"}
    folder = desk / "run" / "corrected" / "found"
    assert sorted(file.name for file in folder.iterdir()) == [
        "coding.csv", "effects.csv", "methods.md", "outcomes.parquet", "prevalence.csv", "shifts.csv",
    ]  # fmt: skip
    assert discourse.verify(desk / "run") == []


def test_corrected_shares_hold_the_truth_and_are_narrower_than_codes_alone(found, truth, embassy_run):
    day = embassy_run.posts["date"].dt.strftime("%Y-%m-%d")
    later = (day >= "2025-01-20").to_numpy()
    held = truth.loc[embassy_run.posts["post_id"], "global_south"].astype(int).to_numpy()
    coding = found.tables["coding"].set_index("label_id").loc["Global South"].reset_index()
    assert coding["stage"].tolist() == ["head"] * 2
    assert (coding["correlation"] > 0.6).all()
    for at, row in coding.iterrows():
        assert abs(row["corrected"] - held[later == bool(at)].mean()) < row["width"]
        assert row["width"] < row["labels_width"] and row["codes_worth"] > 150


def test_a_rare_code_ends_in_the_refusal(found):
    coding = found.tables["coding"].set_index(["label_id", "period"])
    reason = coding.loc[("Wolf-warrior tone", "before inauguration"), "withheld"]
    assert " of 150 coded posts ha" in reason and "it, and 10 are needed" in reason and "pool periods" in reason
    assert np.isnan(coding.loc[("Wolf-warrior tone", "before inauguration"), "corrected"])
    shifts = found.tables["shifts"]
    row = shifts[(shifts["label_id"] == "Wolf-warrior tone") & (shifts["kind"] == "corrected")].iloc[0]
    assert row["verdict"] == "withheld" and row["note"].startswith("before inauguration: ")
    assert any(note.startswith("Left out of drift --on corrected:found") for note in found.notes)


def test_the_methods_section_tells_the_draw_the_estimate_and_what_came_of_it(found, desk):
    text = (desk / "run" / "corrected" / "found" / "methods.md").read_text(encoding="utf-8")
    assert text == found.methods
    reason = next(filter(None, found.tables["coding"]["withheld"]))
    for told in (
        "## Procedure", "## Results", "## References", f"*discourse* {discourse.__version__}",
        "“before inauguration” (2024-01-02 to 2025-01-19)",
        "“before inauguration” 150 of 1,148; “inauguration” 150 of 278",
        "(sample “half”, seed 0)", "all posts were equally likely to be drawn", "did not see the dates",
        "Each coded post stands for 1.9 to 7.7 posts", "Coded by half (300 posts). No post was coded by two people",
        "difference estimator", "embeddings (encoder ", "five folds of whole weeks", "effective number of posts",
        "pseudo-outcome", "controlled at 4% over 1 test (", "**Global South.** Codes and scores correlate by",
        f"“before inauguration”: withheld, since {reason.partition(':')[0]}. The codes alone give",
        "Särndal", "Angelopoulos", "Egami", "Zrnic",
    ):  # fmt: skip
        assert told in text, told
    assert "--period" not in text and "nan" not in text


def test_the_methods_section_tells_a_guided_draw_and_coders(own, embassy, truth):
    book = embassy.parents[1] / "configs" / "concepts" / "embassy.yaml"
    discourse.concepts(own / "run", codebook=book)
    drawn = discourse.sample(
        own / "run", concepts=["Global South"], n=300, period="year", name="led", out=own / "led.csv"
    )
    sheet = pd.read_csv(drawn.sheets[0], dtype="str")
    sheet["Global South"] = sheet["post_id"].map(truth["global_south"])
    sheet.head(200).to_csv(own / "led.csv", index=False)
    sheet.head(120).to_csv(own / "*Бо* <b>.csv", index=False)
    text = discourse.correct(own / "run", codes=[own / "led.csv", own / "*Бо* <b>.csv"]).methods
    assert "how much doubt the scores of Global South left of a post" in text
    assert "Of these, the first 200 in the random order of the sheet were coded." in text
    assert "led (200 posts) and \\*Бо\\* \\<b\\> (120 posts)" in text
    assert "Global South alpha 1.00" in text and "in 2 periods: “2024” and “2025”" in text


def test_it_says_how_drift_goes_on(found, own):
    assert found.go_on == ["--on", "corrected:found", "--cut", "inauguration=2025-01-20"]
    rare = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Wolf-warrior tone"])
    assert rare.go_on == []
    year = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Global South"], period="year", name="y")
    assert year.go_on == ["--on", "corrected:y", "--period", "year"]


def test_drift_goes_on_from_corrected_shares(found, desk):
    moved = discourse.drift(desk / "run", on=["corrected:found"], cuts=CUT, name="on").tables["shifts"]
    mine = found.tables["shifts"].query("kind == 'corrected' and verdict != 'withheld'").iloc[0]
    assert moved["label_id"].tolist() == ["Global South"]
    same = ["share_from", "share_to", "p", "verdict"]
    assert moved.iloc[0][same[:3]].tolist() == pytest.approx(mine[same[:3]].tolist())
    assert moved.iloc[0]["verdict"] == mine["verdict"]


def test_facts_tell_what_was_asked_and_of_which_files(found, desk):
    facts = json.loads((desk / "run" / "manifest.json").read_text(encoding="utf-8"))["added"]["corrected/found"]
    assert facts["sample"] == "half" and facts["seed"] == 0
    assert facts["codes"][0]["file"] == "half.csv" and len(facts["codes"][0]["sha256"]) == 64
    assert facts["labels"] == {"Global South": "Global South"}


def test_the_same_question_gives_the_same_numbers(found, desk):
    again = discourse.correct(desk / "run", codes=[desk / "half.csv"], date="2025-01-20", window=2, gap=1, name="found")
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_other_periods_than_those_of_the_sample(own):
    found = discourse.correct(own / "run", codes=[own / "half.csv"], period="year", only=["Global South"])
    assert found.tables["coding"]["period"].tolist() == ["2024", "2025"]
    assert found.tables["coding"]["coded"].sum() == 300
    assert found.name == "half-year-" + found.name[-4:]


def test_coding_that_stopped_early_is_a_smaller_sample(own):
    def change(sheet):
        sheet.loc[200:, list(ASKED)] = None
        return sheet

    found = discourse.correct(own / "run", codes=rewritten(own, change))
    coding = found.tables["coding"]
    assert coding.groupby("label_id")["coded"].sum().tolist() == [200, 200]
    assert any("200 of its 300 posts" in note for note in found.notes)


def test_posts_passed_over_are_refused(own):
    def change(sheet):
        sheet.loc[[3, 8], list(ASKED)] = None
        return sheet

    with pytest.raises(DataError, match="2 posts were passed over"):
        discourse.correct(own / "run", codes=rewritten(own, change))
    assert not (own / "run" / "corrected" / "half-inauguration-2025-01-20").exists()


def test_posts_that_were_not_drawn_train_and_are_not_counted(own, truth):
    def change(sheet):
        more = truth[~truth.index.isin(sheet["post_id"])].head(60)
        value = more["global_south"].map({"1": "yes", "0": "no"})
        extra = pd.DataFrame({"sample": "half", "post_id": more.index, "Global South": value.to_numpy()})
        return pd.concat([sheet, extra])

    before = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Global South"], name="before")
    found = discourse.correct(own / "run", codes=rewritten(own, change), only=["Global South"])
    assert any(note.startswith("60 coded posts were not drawn (e0") for note in found.notes)
    same = ["coded", "positives", "labels", "labels_low", "labels_high"]
    pd.testing.assert_frame_equal(before.tables["coding"][same], found.tables["coding"][same])
    assert (before.tables["coding"]["naive"] != found.tables["coding"]["naive"]).all()


def test_a_convenience_sample_is_refused(own, truth):
    codes = truth.head(200)[["global_south"]].rename_axis("post_id").reset_index()
    codes.to_csv(own / "some.csv", index=False)
    with pytest.raises(DataError, match=r"with which probability they were chosen.*--sample NAME \(there are: half\)"):
        discourse.correct(own / "run", codes=[own / "some.csv"])
    missing = codes[~codes["post_id"].isin(pd.read_csv(own / "half.csv", dtype="str")["post_id"])]
    missing.to_csv(own / "others.csv", index=False)
    with pytest.raises(DataError, match=r"none of its .* coded posts was drawn for sample half"):
        discourse.correct(own / "run", codes=[own / "others.csv"], sample="half")


def test_a_census_is_counted(own, truth):
    ids = discourse.open_run(own / "run").posts["post_id"]
    truth.loc[ids, ["global_south"]].rename_axis("post_id").reset_index().to_csv(own / "all.csv", index=False)
    found = discourse.correct(own / "run", codes=[own / "all.csv"], cuts=CUT)
    coding = found.tables["coding"]
    assert coding["low"].tolist() == coding["high"].tolist() == pytest.approx(coding["labels"].tolist())
    assert any(note.startswith("All 1,426 posts are coded") for note in found.notes)


def test_a_sample_of_some_posts_tells_nothing_of_others(own, embassy, truth):
    book = embassy.parents[1] / "configs" / "concepts" / "embassy.yaml"
    drawn = discourse.sample(
        own / "run", concepts=["Global South"], codebook=book, n=200, where=["dimension=Global"], cuts=CUT,
        name="global", out=own / "global.csv",
    )  # fmt: skip
    sheet = pd.read_csv(drawn.sheets[0], dtype="str")
    sheet["Global South"] = sheet["post_id"].map(truth["global_south"])
    sheet.to_csv(own / "global.csv", index=False)
    with pytest.raises(DataError, match=r"were not among those.*--where dimension=Global"):
        discourse.correct(own / "run", codes=[own / "global.csv"])
    found = discourse.correct(own / "run", codes=[own / "global.csv"], where=["dimension=Global"])
    assert found.tables["coding"]["n"].sum() < 1_426
    with pytest.raises(DataError, match="posts asked about have no value of 'Global South'"):
        discourse.drift(own / "run", on=[f"corrected:{found.name}"])


def test_own_scores_must_be_said_to_be_cross_fitted(own, truth):
    posts = pd.read_parquet(own / "run" / "posts.parquet")
    posts["mine"] = truth.loc[posts["post_id"], "global_south"].map({"1": 0.6, "0": 0.2}).to_numpy()
    posts.to_parquet(own / "run" / "posts.parquet")
    ask = {"codes": [own / "half.csv"], "only": ["Global South"]}
    with pytest.raises(UsageError, match="add --cross-fitted"):
        discourse.correct(own / "run", **ask, scores=["mine"])
    with pytest.raises(UsageError, match="said of --scores"):
        discourse.correct(own / "run", **ask, cross_fitted=True)
    with pytest.raises(UsageError, match="There are: Global South"):
        discourse.correct(own / "run", **ask, scores=["SCO=mine"], cross_fitted=True)
    with pytest.raises(DataError, match="1,426 posts without a number from 0 to 1"):
        discourse.correct(own / "run", **ask, scores=["lang"], cross_fitted=True)
    coding = discourse.correct(own / "run", **ask, scores=["mine"], cross_fitted=True).tables["coding"]
    assert coding["stage"].tolist() == ["own scores"] * 2
    assert coding["lambda"].tolist() == [1, 1] and coding["correlation"].tolist() == pytest.approx([1, 1])
    assert (coding["naive"] > coding["corrected"] + 0.08).all()


def test_coders_who_disagree_are_told_apart(own):
    sheet = pd.read_csv(own / "half.csv", dtype="str")
    other = sheet.head(60).copy()
    other["Global South"] = np.where(np.arange(60) % 2 == 0, "yes", "no")
    other.to_csv(own / "Бо.csv", index=False)
    found = discourse.correct(own / "run", codes=[own / "half.csv", own / "Бо.csv"], only=["Global South"])
    assert any("coders disagree (Krippendorff's alpha" in note and "60 posts" in note for note in found.notes)
    assert found.tables["coding"]["coded"].sum() == 300
    alone = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Global South"], name="alone")
    assert alone.tables["coding"]["labels"].tolist() == found.tables["coding"]["labels"].tolist()


def test_too_few_codes_for_a_score_are_told_alone(own):
    def change(sheet):
        sheet.loc[90:, list(ASKED)] = None
        return sheet

    coding = discourse.correct(own / "run", codes=rewritten(own, change), only=["Global South"]).tables["coding"]
    assert coding["stage"].tolist() == ["uncalibrated"] * 2
    assert coding["note"].str.startswith("90 posts are coded; a probability takes 100").all()
    assert coding["naive"].isna().all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"codes": []}, "Which codes"),
        ({"only": ["SCO"]}, "--only SCO: is none of the codes Global South"),
        ({"sample": "hal"}, "Did you mean half"),
        ({"period": "day"}, "--period day: is not one of"),
        ({"period": "year", "cuts": CUT}, "leave out --period"),
        ({"permutations": 0}, "1 or more"),
        ({"name": "../x"}, "can't be the name of a folder"),
        ({"coder": "Anna"}, "no coder"),
        ({"date": "2025-13-01"}, "write the day of the event"),
        ({"date": "2025-01-20", "window": 0}, "--window takes 1 to 52 weeks"),
        ({"window": 8}, "add --date or --events"),
        ({"gap": 2}, "add --date or --events"),
    ],
)
def test_what_cannot_be_asked_is_said(desk, asked, said):
    with pytest.raises(UsageError, match=said):
        discourse.correct(desk / "run", **{"codes": [desk / "half.csv"], **asked})


def test_an_event_whose_windows_the_posts_do_not_reach_is_said(own):
    found = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Global South"], date="2025-04-02")
    assert found.tables["effects"].empty
    assert any(note.startswith("2025-04-02: the posts go from 2024-01-02 to 2025-04-07") for note in found.notes)


def test_an_event_outside_the_posts_is_said(own):
    found = discourse.correct(own / "run", codes=[own / "half.csv"], only=["Global South"], date="2030-01-01")
    assert "2030-01-01: no post is from then; they go from 2024-01-02 to 2025-04-07." in found.notes


def test_an_event_without_posts_around_it_is_said(own):
    found = discourse.correct(
        own / "run", codes=[own / "half.csv"], only=["Global South"], date="2024-05-20", window=1, gap=0, period="year",
        where=["tags=WTO"],
    )  # fmt: skip
    assert found.tables["effects"].empty
    assert any(note.startswith("2024-05-20: no post asked about is from 2024-05-") for note in found.notes)
