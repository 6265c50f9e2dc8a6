"""What moved between periods, added to a run: the truth about the sample corpus, the study's tables, the files."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse import staging
from discourse.change import shifts as drift_shifts
from discourse.errors import DataError, UsageError
from discourse.jobs.drift import _name, drift
from discourse.run import open_run, verify
from discourse.staging import _NAME

ROOT = Path(__file__).parents[2]
POLES = {"protector": ("axis_global_south_role", "1"), "member": ("axis_global_south_role", "-1")}
KINDS = {"tag": "tags", "dimension": "dimension", "subcategory": "subcategory"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


TRUE = [row for row in rows(ROOT / "data" / "embassy" / "truth_shifts.csv") if row["test"] == "shift"]
STUDY = rows(ROOT / "data" / "reference" / "tables.csv")


@pytest.fixture(scope="module")
def shared(embassy_run, tmp_path_factory):
    """A copy of the run that gathers results."""
    return shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("drift") / "run")


@pytest.fixture
def run_path(demo_run, tmp_path, monkeypatch):
    """A copy of the small run, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(demo_run.path, tmp_path / "run")


# -- what is true of the sample corpus --


@pytest.mark.parametrize("row", TRUE, ids=[row["name"] for row in TRUE])
def test_the_planted_shifts_and_no_others_are_found(shared, row):
    column, label = KINDS.get(row["kind"], row["label"]), row["label"]
    if row["kind"] == "pole":
        column, label = POLES[label]
    groups = [f"together={label}"] if ";" in label else []
    found = drift(
        shared,
        on=[f"codes:{column}"],
        where=[row["where"]] if row["where"] else [],
        groups=groups,
        earlier=row["from"],
        later=row["to"],
        name=row["name"],
    )
    table = found.tables["shifts"]
    one = table[table["label"] == ("together" if groups else label)].iloc[0]
    assert one["verdict"] == row["verdict"], one.to_dict()
    assert one["share_from"] == pytest.approx(int(row["hits_from"]) / int(row["n_from"]))
    assert one["share_to"] == pytest.approx(int(row["hits_to"]) / int(row["n_to"]))
    facts = open_run(shared).manifest["added"][f"drift/{row['name']}"]
    assert facts["blocks"] == [row["blocks"]]
    assert (facts["from"], facts["to"]) == (row["from"], row["to"])


def counted(found) -> dict[tuple[str, str], int]:
    table = found.tables["prevalence"]
    return {(label, period): n for label, period, n in table[["label", "period", "n"]].itertuples(index=False)}


def study(table: str, category: str | None = None) -> dict[tuple[str, str], int]:
    return {
        (row["subcategory"] or row["category"], row["period"]): int(row["count"])
        for row in STUDY
        if row["table"] == table and row["period"] and (category is None or row["category"] == category)
    }


def test_the_first_table_of_the_study_is_one_command(shared):
    found = drift(
        shared,
        on=["codes:dimension", "codes:tags"],
        groups=["multilateral structures=UN;SCO;ASEAN;BRICS;BRI;forums"],
        only=["Bilateral;United States;multilateral structures;Central Asia;Gaza;Ukraine"],
        earlier="2024Q1",
        later="2025Q1",
    )
    names = {"war in Gaza": "Gaza", "war in Ukraine": "Ukraine"}
    expected = study("1")
    totals = {period: expected.pop(("all posts", period)) for period in ("2024Q1", "2025Q1")}
    counts = counted(found)
    assert {(names.get(label, label), period): n for (label, period), n in expected.items()} == {
        key: n for key, n in counts.items() if key[1] in totals
    }
    prevalence = found.tables["prevalence"]
    assert dict(prevalence.drop_duplicates("period").set_index("period").loc[list(totals), "n_total"]) == totals
    shifts = found.tables["shifts"].set_index("label")
    assert len(shifts) == 6
    assert shifts["verdict"].drop("Gaza").eq("no detectable change").all()
    assert shifts.loc["Gaza", "verdict"] == "fell"
    assert shifts.loc["United States", "note"].startswith("cannot detect a rise below 7")
    assert shifts.loc["Gaza", "high"] < -0.03


def test_the_second_table_of_the_study_is_one_command(shared):
    found = drift(shared, on=["codes:subcategory"], where=["dimension=Bilateral"], earlier="2024Q1", later="2025Q1")
    counts = counted(found)
    assert study("2") == {key: counts[key] for key in study("2")}
    once = {row["subcategory"]: int(row["count"]) for row in STUDY if row["table"] == "2" and not row["period"]}
    assert once == {label: counts[label, "2024Q1"] + counts[label, "2025Q1"] for label in once}
    assert (found.tables["shifts"]["verdict"] == "no detectable change").all()
    assert found.tables["prevalence"].drop_duplicates("period").set_index("period").loc[
        ["2024Q1", "2025Q1"], "n_total"
    ].tolist() == [28, 50]


def test_the_third_table_of_the_study_is_one_command(shared):
    found = drift(shared, on=["codes:tags"], only=["UN;SCO;ASEAN;BRICS;BRI;forums"], earlier="2024Q1", later="2025Q1")
    counts = counted(found)
    expected = {(label.removesuffix(" and conferences"), period): n for (label, period), n in study("3").items()}
    assert expected == {key: counts[key] for key in expected}
    assert (found.tables["shifts"]["verdict"] == "no detectable change").all()


def test_a_theme_that_holds_a_subject_moves_as_it_does(shared):
    found = drift(shared, earlier="2024Q1", later="2025Q1")
    run = open_run(shared)
    tags = run.posts["tags"].fillna("").str.split(";")
    gaza = tags.map(lambda codes: "Gaza" in codes).groupby(run.assignments["theme"]).mean().drop(-1)
    assert gaza.max() > 0.8
    row = found.tables["shifts"].set_index("label_id").loc[str(gaza.idxmax())]
    assert row["verdict"] == "fell"


# -- what comes into the run --


def documented() -> dict[str, list[str]]:
    """Columns of each file, as docs/drift.md and docs/drift-meaning.md list them."""
    found = {}
    for page in ("drift.md", "drift-meaning.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for name, columns in re.findall(r"\*\*`(\w+)\.csv`\*\*[^(`]*\(`([^`]+)`\)", text):
            found[name] = re.split(r",\s+", columns)
    return found


def test_results_are_added_as_documented(run_path):
    found = drift(run_path, semantic=True, lexical=True, permutations=99)
    folder = run_path / "drift" / found.name
    assert verify(run_path) == []
    files = ["authors", "composition", "examples", "lexical", "lifecycle", "omnibus", "pitfalls", "prevalence"]
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.csv" for name in [*files, "semantic", "shifts"]]
    columns = documented()
    assert {"prevalence", "shifts", "omnibus", "composition", "authors", "lifecycle", "pitfalls"} <= set(columns)
    for name, table in found.tables.items():
        written = pd.read_csv(folder / f"{name}.csv", dtype={"label_id": str})
        assert written.columns.tolist() == table.columns.tolist() == columns.get(name, table.columns.tolist())
        assert len(written) == len(table)
    facts = open_run(run_path).manifest["added"][f"drift/{found.name}"]
    known = {"on": ["themes"], "period": "quarter", "from": None, "to": None, "by": None, "block": None, "posts": 320}
    known |= {"permutations": 99, "seed": 0, "semantic": True, "lexical": True, "duplicates": "keep"}
    assert known.items() <= facts.items()
    assert facts["family"] == found.tables["shifts"]["q"].notna().sum()
    assert set(facts["blocks"]) <= {"week", "day"}
    assert any("discourse stability" in note for note in found.notes)


def test_tables_say_what_they_may(run_path):
    tables = drift(run_path, permutations=99).tables
    assert set(tables["shifts"]["verdict"]) <= {"rose", "fell", "no detectable change", "withheld"}
    assert set(tables["omnibus"]["verdict"]) <= {"moved", "no detectable change", "withheld"}
    assert set(tables["composition"]["factor"]) == {"lang", "author"}
    for _, of in tables["prevalence"].groupby("period"):
        assert of["n"].sum() == of["n_total"].iloc[0]
    assert np.allclose(
        tables["composition"]["within"] + tables["composition"]["mix"], tables["composition"]["difference"]
    )
    assert (tables["shifts"]["q"].dropna() > 0).all()
    assert set(tables["lifecycle"]["status"]) <= {
        *("emerging", "declining", "present", "rare", "not yet seen", "not seen any more", "not seen", "no posts"),
        "withheld",
    }


def test_the_same_question_again_takes_the_place_of_its_answer(run_path):
    first = drift(run_path, permutations=99)
    second = drift(run_path, permutations=99)
    assert first.name == second.name
    assert list(open_run(run_path).manifest["added"]) == [f"drift/{first.name}"]
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, second.tables[name])
    assert verify(run_path) == []


def test_other_questions_have_other_names(run_path):
    asked = [
        {},
        {"seed": 1},
        {"period": "month"},
        {"since": "2024-03"},
        {"where": ["account=mfa_aruna"]},
        {"on": ["codes:topic"]},
        {"on": ["codes:topic"], "only": ["trade"]},
        {"by": "account"},
        {"cuts": ["2024-10-01"]},
        {"block": "day"},
        {"duplicates": "drop"},
        {"earlier": "2024Q1", "later": "2024Q4"},
    ]
    names = [drift(run_path, permutations=99, **one).name for one in asked]
    assert len(set(names)) == len(names)
    assert verify(run_path) == []


def test_plain_questions_have_plain_names(shared):
    found = drift(shared, on=["codes:tags"], earlier="2024Q1", later="2025Q1")
    assert found.name == "codes-tags-2024Q1-2025Q1"


def test_another_question_of_the_same_name_is_refused(run_path):
    drift(run_path, permutations=99, name="mine")
    before = (run_path / "drift" / "mine" / "shifts.csv").read_bytes()
    for asked in ({"period": "month"}, {"seed": 1}):
        with pytest.raises(UsageError, match="--replace"):
            drift(run_path, permutations=99, name="mine", **asked)
    assert (run_path / "drift" / "mine" / "shifts.csv").read_bytes() == before
    drift(run_path, permutations=99, name="mine", period="year", replace=True)
    assert (run_path / "drift" / "mine" / "shifts.csv").read_bytes() != before
    assert verify(run_path) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": ["codes:nothing"]}, "no column 'nothing'"),
        ({"on": ["themes"], "only": ["no such"]}, "There is no label 'no such'"),
        ({"period": "day"}, "--period day: is not one of quarter, month, week, year"),
        ({"by": "nothing"}, "no column 'nothing'"),
        ({"by": "account", "where": ["account=mfa_aruna"]}, "--by account: has 1 value"),
        ({"block": "nothing"}, "no column 'nothing'"),
        ({"earlier": "2024Q4", "later": "2024Q1"}, "--from is the earlier one"),
        ({"earlier": "2022Q1", "later": "2024Q1"}, "--from 2022Q1: has no posts"),
        ({"earlier": "2022Q1"}, "is none of the periods"),
        ({"cuts": ["soon"]}, "--cut soon"),
        ({"cuts": ["1999-01-01"]}, "has to lie between"),
        ({"cuts": ["2024-06-01"], "period": "month"}, "leave out --period"),
        ({"permutations": 0}, "permutations"),
        ({"name": "../x"}, "--name"),
        ({"name": ""}, "--name"),
        ({"duplicates": "some"}, "duplicates"),
        ({"since": "2024-02-30"}, "--since"),
    ],
)
def test_what_can_not_be_asked_is_refused(run_path, asked, said):
    with pytest.raises(UsageError) as caught:
        drift(run_path, **asked)
    assert said in str(caught.value)
    assert not (run_path / "drift").exists()
    assert verify(run_path) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2024-03", "until": "2024-03"}, "lie in one period"),
        ({"since": "2030"}, "no dated post is left"),
    ],
)
def test_posts_of_which_nothing_can_be_told_are_refused(run_path, asked, said):
    with pytest.raises(DataError, match=said):
        drift(run_path, **asked)
    assert not (run_path / "drift").exists()


def test_an_empty_column_has_no_labels(shared):
    with pytest.raises(DataError, match="none of the 48 posts asked about has a label of codes:subcategory"):
        drift(shared, on=["codes:subcategory"], where=["dimension=Other"])


@pytest.mark.parametrize("where", ["shifts", "omnibus"])
def test_what_fails_on_the_way_leaves_nothing(run_path, monkeypatch, where):
    def broken(*_, **__):
        raise RuntimeError("in the middle")

    before = json.loads((run_path / "manifest.json").read_text())
    with monkeypatch.context() as patch:
        patch.setattr(drift_shifts, where, broken)
        with pytest.raises(RuntimeError, match="in the middle"):
            drift(run_path, permutations=99)
    with monkeypatch.context() as patch:
        written = staging.Staging.write_table
        patch.setattr(
            staging.Staging,
            "write_table",
            lambda self, name, table: broken() if name.startswith("omnibus") else written(self, name, table),
        )
        with pytest.raises(RuntimeError, match="in the middle"):
            drift(run_path, permutations=99)
    assert not (run_path / "drift").exists()
    assert not list(run_path.parent.glob(".*.part"))
    assert json.loads((run_path / "manifest.json").read_text()) == before
    assert verify(run_path) == []


def test_an_answer_stays_where_a_new_one_fails(run_path, monkeypatch):
    found = drift(run_path, permutations=99)
    before = (run_path / "drift" / found.name / "shifts.csv").read_bytes()
    monkeypatch.setattr(drift_shifts, "omnibus", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        drift(run_path, permutations=99)
    assert (run_path / "drift" / found.name / "shifts.csv").read_bytes() == before
    assert verify(run_path) == []


# -- whose themes, which posts --


def judged(run_path, table: pd.DataFrame, **facts):
    with staging.added(run_path, "stability", facts) as staged:
        staged.write_table("themes.csv", table)
        run = open_run(run_path)
        theme = run.assignments["theme"].to_numpy()
        fits = pd.DataFrame({"post_id": run.posts["post_id"], "multiverse-1": theme, "multiverse-2": theme})
        staged.write_table("fits.parquet", fits.assign(**{"subsample-1": -2}))


def test_themes_that_can_not_be_trusted_are_withheld(run_path):
    run = open_run(run_path)
    table = run.themes[["theme", "label", "n_posts"]].assign(jaccard=0.9, verdict="robust")
    weak = str(table["theme"].iloc[0])
    table.loc[0, ["jaccard", "verdict"]] = [0.41, "artefact"]
    judged(run_path, table)
    found = drift(run_path, semantic=True, lexical=True, permutations=99)
    shifts = found.tables["shifts"]
    withheld = shifts[shifts["label_id"] == weak]
    assert (withheld["verdict"] == "withheld").all()
    assert (withheld["note"] == "refits don't find the theme again (Jaccard 0.41)").all()
    assert withheld[["difference", "low", "high", "p", "q", "mde"]].isna().all().all()
    assert "withheld" not in set(shifts.loc[shifts["label_id"] != weak, "verdict"])
    assert set(found.tables["semantic"].set_index("label_id").loc[[weak], "verdict"]) == {"withheld"}
    assert weak not in set(found.tables["lexical"]["label_id"])
    assert weak not in set(found.tables["examples"]["label_id"])
    assert weak in set(found.tables["prevalence"]["label_id"])
    assert not any("discourse stability" in note for note in found.notes)
    codes = drift(run_path, on=["codes:topic"], permutations=99)
    assert not codes.tables["shifts"]["note"].str.contains("Jaccard").any()


def test_claims_on_themes_are_tried_on_the_other_fits(shared):
    run = open_run(shared)
    judged(shared, run.themes[["theme", "label"]].assign(jaccard=0.9, verdict="robust"))
    found = drift(shared, earlier="2024Q1", later="2025Q1", name="with fits")
    table = found.tables["specifications"]
    shifts = found.tables["shifts"]
    claims = shifts[shifts["verdict"].isin(["rose", "fell"]) & (shifts["kind"] == "theme")]
    assert table["label_id"].tolist() == claims["label_id"].tolist() != []
    assert (table[["specifications", "not_found", "same_sign"]] == [2, 0, 1]).all().all()
    assert np.allclose(table["median"], claims["difference"])
    assert (shared / "drift" / "with fits" / "specifications.csv").is_file()
    for asked in ({"on": ["codes:tags"]}, {"only": [claims["label_id"].iloc[0]]}):
        other = drift(shared, earlier="2024Q1", later="2025Q1", **asked)
        assert "specifications" not in other.tables


def test_copies_are_dropped_where_they_do_not_count(run_path):
    kept = drift(run_path, permutations=99)
    dropped = drift(run_path, permutations=99, duplicates="drop")
    assert dropped.name != kept.name
    totals = [found.tables["prevalence"].drop_duplicates("period")["n_total"].sum() for found in (kept, dropped)]
    copies = open_run(run_path).posts["duplicate_of"].notna().sum()
    assert totals == [320, 320 - copies]
    assert "copies" in set(kept.tables["pitfalls"]["pitfall"])
    assert "copies" not in set(dropped.tables["pitfalls"]["pitfall"])


def test_values_of_a_column_are_compared_side_by_side(run_path):
    found = drift(run_path, by="account", period="year", permutations=99)
    accounts = set(open_run(run_path).posts["author"].unique())
    for name in ("prevalence", "shifts", "omnibus", "lifecycle"):
        assert set(found.tables[name]["by"]) == {"", *accounts}
    table = found.tables["prevalence"]
    whole, parts = table[table["by"] == ""], table[table["by"] != ""]
    together = parts.groupby(["label_id", "period"])["n"].sum()
    assert whole.set_index(["label_id", "period"])["n"].to_dict() == together.to_dict()
    one = drift(run_path, where=["account=mfa_aruna"], period="year", permutations=99).tables["prevalence"]
    mine = parts[(parts["by"] == "mfa_aruna") & parts["label_id"].isin(one["label_id"])]
    assert one["n"].tolist() == mine["n"].tolist()
    assert np.allclose(one["share"], mine["share"])


def test_authors_can_be_blocks(run_path):
    for block in ("author", "account"):
        found = drift(run_path, block=block, period="year", permutations=99)
        assert open_run(run_path).manifest["added"][f"drift/{found.name}"]["blocks"] == [block]
        assert found.tables["shifts"]["p"].notna().any()


def test_cuts_make_the_periods(run_path):
    found = drift(run_path, cuts=["change=2024-09-01"], permutations=99)
    assert found.tables["prevalence"]["period"].unique().tolist() == ["before change", "change"]
    assert set(found.tables["shifts"]["from"]) == {"before change"}
    day = open_run(run_path).posts["date"].dt.tz_localize(None)
    totals = found.tables["omnibus"].iloc[0]
    assert totals["n_from"] == (day < "2024-09-01").sum()
    assert totals["n_to"] == (day >= "2024-09-01").sum()


def test_names_of_folders_are_plain():
    facts = {"on": ["codes:темы/../x"], "by": None, "where": ["a=贸易; b"], "from": None, "to": None, "cuts": []}
    facts |= {"period": "quarter", "groups": [], "only": [], "since": None, "until": None, "block": None}
    facts |= {"duplicates": "keep", "seed": 0, "semantic": False, "lexical": False, "permutations": 1_999}
    name = _name(facts)
    assert "/" not in name
    assert _NAME.fullmatch(name)
