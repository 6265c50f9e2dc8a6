"""Edits of a run's themes: kept in the run, seen everywhere, taken back, carried into the next run."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

import discourse
from discourse import staging, tables
from discourse.errors import DataError, UsageError
from discourse.jobs import edit
from discourse.run import EDITS, open_run, verify

TABLES = ("themes", "assignments", "keywords", "exemplars", "languages", "tree")


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    """A copy of the run, to be edited."""
    monkeypatch.chdir(tmp_path)
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


def test_a_name_is_kept_in_the_run(run):
    files = staging.file_hashes(run.path)
    again = discourse.edit.rename(run, 1, " Trade and tariffs ")
    assert again.theme(1)["label"] == "Trade and tariffs"
    assert again.labels[1] == "Trade and tariffs"
    assert again.tree.set_index("theme").loc[1, "label"] == "Trade and tariffs"
    assert discourse.export(again).query("theme == 1")["label"].unique().tolist() == ["Trade and tariffs"]
    assert verify(again) == []
    now = staging.file_hashes(run.path)
    assert {name for name in now if name not in files} == {EDITS}
    assert all(now[name] == entry for name, entry in files.items())  # what was found stays as it was
    (entry,) = json.loads((run.path / EDITS).read_text(encoding="utf-8"))["edits"]
    assert entry["when"].endswith("+00:00")
    assert (entry["number"], entry["verb"], entry["themes"], entry["text"]) == (1, "rename", [1], "Trade and tariffs")
    assert open_run(run.path).manifest["added"]["edits"] == {"edits": 1, "undone": 0}


def test_merging_moves_posts_and_counts_them_anew(run):
    before = run.themes.set_index("theme")["n_posts"]
    last = int(before.index.max())
    again = edit.merge(run, last, 0)
    theme = again.theme(last)
    assert theme["n_posts"] == before[0] + before[last]
    assert theme["label"] == run.theme(0)["label"]  # of the larger
    assert again.themes["theme"].iloc[0] == last
    assert 0 not in set(again.themes["theme"])
    assert len(again.themes) == len(run.themes) - 1
    assert (again.assignments["theme"] == last).sum() == theme["n_posts"]
    assert (again.assignments["theme"] == -1).sum() == (run.assignments["theme"] == -1).sum()
    assert again.parts(last) == [last, 0]
    assert again.parts(1) == [1]
    mine = again.languages[again.languages["theme"] == last]
    assert mine["n"].sum() == theme["n_posts"]
    assert mine["share"].sum() == pytest.approx(1)
    for name in ("keywords", "exemplars"):
        first = getattr(run, name).query("theme == 0")
        got = getattr(again, name).query("theme == @last")
        key = "term" if name == "keywords" else "post_id"
        assert set(first[key].str.casefold()) <= set(got[key].str.casefold())
        assert got.groupby(["lang"] if name == "keywords" else "theme")["rank"].is_monotonic_increasing.all()
    for name in TABLES:
        assert getattr(again, name).dtypes.equals(getattr(run, name).dtypes), name
    assert verify(again) == []
    with pytest.raises(UsageError, match=f"theme 0 was merged into {last}"):
        again.theme(0)


def test_hidden_themes_are_not_listed_and_still_counted(run, demo_run):
    again = edit.hide(run, 2)
    for name in ("themes", "keywords", "exemplars", "languages"):
        assert 2 not in set(getattr(again, name)["theme"]), name
    assert (again.assignments["theme"] == 2).sum() == demo_run.theme(2)["n_posts"]
    assert again.themes["share"].tolist() == demo_run.themes.query("theme != 2")["share"].tolist()
    assert again.hidden == [2]
    assert discourse.export(again).query("theme == 2")["label"].nunique() == 1  # posts keep what they have
    with pytest.raises(UsageError, match="theme 2 is hidden"):
        again.theme(2)
    assert edit.unhide(again, 2).themes.equals(demo_run.themes)


def test_everything_comes_back_with_undo_and_goes_again_with_redo(run):
    states = [run]
    states.append(edit.rename(run, 0, "Null"))
    states.append(edit.merge(run, 1, 0, 3))
    states.append(edit.hide(run, 4))
    states.append(edit.rename(run, 1, "Eins"))
    for before in states[-2::-1]:
        now = edit.undo(run)
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(now, name), getattr(before, name))
        assert verify(now) == []
    with pytest.raises(UsageError, match="nothing to undo"):
        edit.undo(run)
    for after in states[1:]:
        now = edit.redo(run)
        for name in TABLES:
            pd.testing.assert_frame_equal(getattr(now, name), getattr(after, name))
    with pytest.raises(UsageError, match="nothing to do again"):
        edit.redo(run)


def test_copies_may_be_left_out_of_edited_themes(tmp_path, demo_csv):
    posts = pd.read_csv(demo_csv, dtype=str)
    twice = posts.iloc[::8].assign(id=lambda rows: rows["id"] + "-again")
    pd.concat([posts, twice]).to_csv(tmp_path / "posts.csv", index=False)
    run = discourse.cluster(tmp_path / "posts.csv", out=tmp_path / "run")
    edit.merge(run, 1, 0)
    bare = edit.rename(open_run(run.path, duplicates="drop"), 1, "Both")
    assert bare.duplicates == "drop"
    assert bare.themes["n_posts"].sum() == (bare.assignments["theme"] >= 0).sum() < len(posts)
    assert bare.theme(1)["label"] == "Both"


@pytest.mark.parametrize("text", ["=cmd()", '<b onclick="x">', "\u202egnirt", "a;b|c"])
def test_a_name_is_data(run, text):
    again = edit.rename(run, 0, text)
    assert again.theme(0)["label"] == text
    line = tables.csv_text(again.themes[["label"]]).splitlines()[1]
    assert line.strip('"').replace('""', '"') == tables.formula_safe(text)
    assert verify(again) == []


def test_an_edit_that_cannot_be_done_changes_nothing(run):
    edit.hide(run, 1)
    before = (run.path / EDITS).read_bytes()
    for wrong in (
        lambda: edit.hide(run, 1),
        lambda: edit.merge(run, 2, 2),
        lambda: edit.merge(run, 2, 999),
        lambda: edit.rename(run, 2, "a\nb"),
        lambda: edit.rename(run, 999, "x"),
    ):
        with pytest.raises(UsageError):
            wrong()
    assert (run.path / EDITS).read_bytes() == before


HIDE_999 = {"number": 1, "when": "", "verb": "hide", "themes": [999]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "can't be read"),
        ("[]", "no log of edits"),
        (json.dumps({"edits": [HIDE_999], "undone": []}), "doesn't fit the run's themes"),
    ],
)
def test_a_damaged_log_is_named(run, text, said):
    edit.hide(run, 1)
    (run.path / EDITS).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        _ = open_run(run.path).themes
    assert "log.json" in str(caught.value)
    assert verify(run) == [f"{EDITS}: has changed since it was written."]


def test_edits_made_elsewhere_in_the_meantime_are_not_lost(run):
    """Two open runs of one folder: each edit is added to what the folder holds."""
    other = open_run(run.path)
    edit.rename(run, 0, "One")
    again = edit.rename(other, 1, "Two")
    assert (again.labels[0], again.labels[1]) == ("One", "Two")


@pytest.fixture(scope="module")
def edited(demo_csv, tmp_path_factory):
    """A run with a name, a merge and a hidden theme."""
    run = discourse.cluster(demo_csv, timezone="Asia/Almaty", out=tmp_path_factory.mktemp("edited") / "run")
    for change in (
        lambda: edit.rename(run, 0, "=Trade"),
        lambda: edit.merge(run, 1, 2),
        lambda: edit.hide(run, 3),
    ):
        made = change()
    return made


def test_edits_follow_into_a_run_of_the_same_posts_in_another_order(edited, demo_csv, tmp_path):
    posts = pd.read_csv(demo_csv, dtype=str).sample(frac=1, random_state=0)
    posts.drop(columns="id").to_csv(tmp_path / "posts.csv", index=False)  # so that texts have to tell
    new = discourse.cluster(tmp_path / "posts.csv", timezone="Asia/Almaty", out=tmp_path / "new")
    found = edit.carry(new, edited)
    assert found.common == len(posts)
    assert set(found.table["fate"]) == {"followed"}
    assert "=Trade" in found.run.themes["label"].tolist()
    assert found.run.themes["n_posts"].tolist() == edited.themes["n_posts"].tolist()
    assert {one.origin for one in found.run.edits.edits} == {str(edited.path)}
    assert verify(found.run) == []
    assert edit.undo(found.run).themes.equals(new.themes)  # at once
    again = edit.carry(edit.redo(new), edited)
    assert set(again.table["fate"]) == {"there already"}
    assert again.run.edits == found.run.edits


def test_a_run_without_edits_or_posts_in_common_carries_nothing(edited, run, tmp_path, demo_csv):
    with pytest.raises(UsageError, match="has no edits"):
        edit.carry(edited, run)
    with pytest.raises(UsageError, match="one and the same"):
        edit.carry(edited, edited.path)
    posts = pd.read_csv(demo_csv, dtype=str)
    others = posts.assign(text=posts["text"] + " другое", id="x" + posts["id"])
    others.to_csv(tmp_path / "other.csv", index=False)
    other = discourse.cluster(tmp_path / "other.csv", out=tmp_path / "other")
    with pytest.raises(UsageError, match="no posts in common"):
        edit.carry(other, edited)


def test_a_run_that_is_replaced_hands_its_edits_on_and_says_which_are_lost(edited, demo_csv, tmp_path):
    folder = shutil.copytree(edited.path, tmp_path / "run")
    same = discourse.cluster(demo_csv, timezone="Asia/Almaty", out=folder, replace=True)
    assert same.themes.equals(edited.themes)
    assert same.assignments["theme"].equals(edited.assignments["theme"])
    assert any("follow their themes" in note and "rename 0 =Trade" in note for note in same.manifest["notes"]["themes"])
    assert verify(same) == []
    posts = pd.read_csv(demo_csv, dtype=str)
    gone = edited.assignments.loc[edited.assignments["theme"] == 0, "post_id"]
    posts[~posts["id"].isin(gone)].to_csv(tmp_path / "rest.csv", index=False)
    other = discourse.cluster(tmp_path / "rest.csv", timezone="Asia/Almaty", out=folder, replace=True)
    notes = " ".join(other.manifest["notes"]["themes"])
    assert "Lost with the run before: rename 0 =Trade (found no theme)." in notes
    assert verify(other) == []


def test_a_run_with_a_log_that_cannot_be_read_is_not_replaced(edited, tmp_path):
    folder = shutil.copytree(edited.path, tmp_path / "run")
    (folder / EDITS).write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"log\.json"):
        discourse.cluster("not-even-looked-at.csv", out=folder, replace=True)


def test_new_posts_are_placed_in_merged_themes(edited, demo_csv):
    placed = discourse.assign(demo_csv, run=edited).table
    assert not {2} & set(placed["theme"])
    assert placed.loc[placed["theme"] == 0, "label"].unique().tolist() == ["=Trade"]
    assert placed["label"].notna().all()
