from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.compare import compare


@pytest.fixture(scope="module")
def own(embassy_run, tmp_path_factory):
    """A copy of the run, to which results may be added."""
    return discourse.open_run(shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("compare") / "run"))


@pytest.fixture(scope="module")
def compared(own, embassy):
    return compare(own, codes=[embassy / "second_coder.csv"], columns=["tags", "dimension"], name="both")


def test_the_table_counts_the_posts_themselves(compared, own):
    themes = own.assignments["theme"].to_numpy()
    tags = own.posts["tags"].fillna("").str.split(";")
    table = compared.tables["table"]
    of = table[(table["scheme"] == "tags") & (table["code"] == "Gaza")].set_index("label_id")["posts"]
    held = np.array(["Gaza" in [one.strip() for one in some] for some in tags])
    for theme in np.unique(themes[held]):
        assert of.get(str(theme) if theme >= 0 else "", 0) == (held & (themes == theme)).sum()
    codes = compared.tables["codes"].set_index(["scheme", "code"])
    assert codes.loc[("tags", "Gaza"), "positives"] == held.sum()
    assert codes.loc[("tags", "Gaza"), "coded"] == 1_426


def test_two_coders_give_a_ceiling(compared, embassy):
    twice = compared.tables["agreement"].set_index("scheme")
    assert twice.loc["tags", "posts"] == 150 and twice.loc["tags", "distance"] == "MASI"
    posts = pd.read_csv(embassy / "posts.csv", dtype="str").set_index("id")
    second = pd.read_csv(embassy / "second_coder.csv", dtype="str").set_index("id")
    same = (posts.loc[second.index, "dimension"] == second["dimension"]).mean()
    assert twice.loc["dimension", "same"] == pytest.approx(same)
    codes = compared.tables["codes"].set_index(["scheme", "code"])
    row = codes.loc[("dimension", "Bilateral")]
    a, b = (table.loc[second.index, "dimension"] == "Bilateral" for table in (posts, second))
    assert row["people_f1"] == pytest.approx(2 * (a & b).sum() / (a.sum() + b.sum()))
    assert row["of_people"] == pytest.approx(row["f1"] / row["people_f1"])


def test_results_are_part_of_the_run(compared, own):
    assert discourse.verify(own) == []
    folder = own.path / "compare" / "both"
    files = {path.name for path in folder.iterdir()}
    assert files == {f"{name}.csv" for name in compared.tables} | {"methods.md"}
    assert (folder / "methods.md").read_text(encoding="utf-8") == compared.methods
    read = pd.read_csv(folder / "codes.csv")
    assert np.allclose(read["f1"], compared.tables["codes"]["f1"], equal_nan=True)
    added = discourse.open_run(own.path).manifest["added"]["compare/both"]
    assert added["columns"] == ["tags", "dimension"] and added["coded"] == 1_426
    assert len(added["codes"][0]["sha256"]) == 64


def test_posts_to_read_disagree_with_their_theme(compared, own):
    posts = compared.tables["disagreements"]
    assert posts["bits"].is_monotonic_decreasing and len(posts) <= 500
    gaza = posts[posts["why"].str.startswith("Gaza ")]
    assert len(gaza) and (gaza["fits"].str.contains("Газа")).all() and not gaza["label"].str.contains("Газа").any()
    assert set(posts["post_id"]) <= set(own.posts["post_id"])


def test_what_the_coded_posts_stand_for_is_said(compared, own, embassy):
    """Of the file's schemes, 150 posts are coded; of a column that is compared beside it, all posts are."""
    assert "All posts were coded for “tags” and “dimension”: results on these hold for the corpus." in " ".join(
        compared.methods.replace("“dimension” and “tags”", "“tags” and “dimension”").split()
    )
    assert "How posts were chosen for “topics” and “subcategory” is not known" in compared.methods
    assert "“topics” (12 codes): 150 of 1,426 posts; coded by second_coder." in compared.methods
    assert "the posts' own columns (1,426 posts) and second_coder (150 posts)" in compared.methods
    some = compare(own, codes=[embassy / "second_coder.csv"], name="second")
    assert "describe the coded posts alone" in some.methods and "No post was coded by two people" in some.methods
    assert some.tables["codes"]["coded"].max() == 150


def test_the_procedure_tells_where_everything_comes_from(compared, own):
    text = compared.methods
    for part in (
        f"discourse {discourse.__version__}",
        "encoder builtin (revision ",
        "1,426 posts of 2024-01-02 to 2025-04-07",
        "made 16 themes",
        "199 permutations",
        "999 bootstrap draws of whole weeks",
        "The seed was 0.",
    ):
        assert part in text
    assert text.index("## Procedure") < text.index("## Results") < text.index("## References")


def test_a_sample_is_named_where_it_was_coded(own, tmp_path):
    drawn = discourse.sample(own, concepts=["Gaza"], n=60, name="gaza", out=tmp_path / "sheet.csv")
    sheet = pd.read_csv(drawn.sheets[0], dtype="str")
    sheet["Gaza"] = np.where(sheet["text"].str.contains("Газ"), "yes", "no")
    sheet.to_csv(tmp_path / "filled.csv", index=False)
    found = compare(own, codes=[tmp_path / "filled.csv"])
    assert "60 of 1,426 posts, by random sample “gaza”" in found.methods and found.name == "filled"
    assert "known probabilities for “Gaza”" in found.methods
    assert found.tables["overall"]["coded"].tolist() == [60]
    # Who passes over posts of a sample chooses, and what was chosen is not random any more.
    sheet.assign(Gaza=sheet["Gaza"].where(sheet.index % 3 > 0, "")).to_csv(tmp_path / "picked.csv", index=False)
    picked = compare(own, codes=[tmp_path / "picked.csv"])
    assert "How posts were chosen for “Gaza” is not known" in picked.methods


def test_the_same_question_takes_the_place_of_its_answer(own):
    first = compare(own, columns=["dimension"])
    again = compare(own, columns=["dimension"])
    assert first.name == again.name == "dimension"
    assert first.methods == again.methods
    with pytest.raises(UsageError, match="--replace"):
        compare(own, columns=["dimension"], seed=1, name="dimension")
    assert compare(own, columns=["dimension"], seed=1).name != "dimension"


def test_columns_that_look_like_codes_are_taken(own):
    found = compare(own, name="own", duplicates="drop")
    assert {"dimension", "topics", "subcategory", "tags"} <= set(found.tables["overall"]["scheme"])
    assert found.tables["overall"]["coded"].max() == own.posts["duplicate_of"].isna().sum()


def test_periods_of_ones_own(own):
    found = compare(own, columns=["tags"], cuts=["inauguration=2025-01-20"], name="cut")
    assert found.tables["rates"]["period"].unique().tolist() == ["before inauguration", "inauguration"]
    trend = found.tables["trends"].set_index("code").loc["tariffs"]
    assert (trend["from"], trend["to"]) == ("before inauguration", "inauguration")


def test_tags_are_compared_like_themes(own, embassy):
    discourse.tag(own, codebook=embassy.parents[1] / "configs" / "codebooks" / "embassy.yaml")
    found = compare(own, columns=["dimension"], on="tags:embassy/dimension")
    row = found.tables["codes"].set_index("code").loc["Bilateral"]
    assert row["labels"] == "Bilateral" and row["precision"] > 0.5
    assert found.name == "dimension-tags-embassy-dimension" and found.what == "labels"
    assert "tags “embassy”, scheme “dimension”; codebook “embassy”" in found.methods and "UMAP" not in found.methods
    assert "theme" not in found.methods.casefold()
    with pytest.raises(UsageError, match="no tags"):
        compare(own, columns=["dimension"], on="tags:other")


def test_what_can_not_be_compared_is_refused(own, tmp_path):
    with pytest.raises(UsageError, match="column"):
        compare(own, columns=["dimensoin"])
    with pytest.raises(UsageError, match="posts"):
        compare(own, columns=["tags"], coder="Anna")
    with pytest.raises(UsageError, match="--cut"):
        compare(own, columns=["tags"], cuts=["x=2024-06-01"], period="month")
    with pytest.raises(UsageError, match="--period"):
        compare(own, columns=["tags"], period="day")
    strange = tmp_path / "strange.csv"
    strange.write_text("id,topic\nzz1,trade\nzz2,UN\nzz3,trade\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"strange\.csv"):
        compare(own, codes=[strange])
    assert not [path for path in (own.path / "compare").iterdir() if "strange" in path.name]


def test_posts_without_dates_have_no_periods(demo_csv, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    posts = pd.read_csv(demo_csv, dtype="str").drop(columns=["date"])
    posts.to_csv("undated.csv", index=False)
    run = discourse.cluster("undated.csv", out="run")
    found = compare(run, columns=["topic"])
    assert found.tables["rates"].empty and "no date" in " ".join(found.notes)
    assert set(found.tables["invariance"]["verdict"]) == {"withheld"}
    assert found.tables["codes"]["f1"].notna().any() and "every other post" in found.methods
    for asked in ({"period": "year"}, {"cuts": ["2025-01-20"]}):
        with pytest.raises(UsageError, match="no post has a date, so there are no periods"):
            compare(run, columns=["topic"], **asked)


def test_rows_in_another_order_give_the_same_numbers(own, embassy, tmp_path):
    second = pd.read_csv(embassy / "second_coder.csv", dtype="str")
    second.sample(frac=1, random_state=1).to_csv(tmp_path / "second_coder.csv", index=False)
    one, other = (compare(own, codes=[file], name="order", replace=True) for file in
                  (embassy / "second_coder.csv", tmp_path / "second_coder.csv"))  # fmt: skip
    pd.testing.assert_frame_equal(
        one.tables["codes"].sort_values(["scheme", "code"], ignore_index=True),
        other.tables["codes"].sort_values(["scheme", "code"], ignore_index=True),
    )
