from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse import run as runs
from discourse import staging
from discourse.errors import DataError, UsageError
from discourse.run import open_run, verify


def make_run(path, themes=(0, 0, 0, 1, 1, -1)):
    ids = [f"p{i}" for i in range(len(themes))]
    counts = pd.Series([t for t in themes if t != -1]).value_counts()
    with staging.staged(path) as staged:
        staged.write_table("posts.parquet", pd.DataFrame({"post_id": ids, "text": ["т"] * len(ids)}))
        staged.write_table("assignments.parquet", pd.DataFrame({"post_id": ids, "theme": themes}))
        staged.write_table("themes.parquet", pd.DataFrame({"theme": counts.index, "n_posts": counts.to_numpy()}))
        staged.write_array("embeddings.npy", np.eye(len(ids), dtype=np.float32))
        noise = sum(theme == -1 for theme in themes)
        staged.write_manifest({"counts": {"posts": len(ids), "themes": len(counts), "noise": noise}})
    return runs.open_run(path)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_of_a_run_are_read_on_demand(here):
    run = make_run(here / "a")
    assert run.posts["post_id"].tolist() == [f"p{i}" for i in range(6)]
    assert run.embeddings.shape == (6, 6)
    assert run.theme(1)["n_posts"] == 2


def test_a_theme_that_is_not_there_is_refused_with_the_range(here):
    with pytest.raises(UsageError, match="no theme 7; themes are numbered 0 to 1"):
        make_run(here / "a").theme(7)


def test_the_latest_run_is_the_default(here):
    make_run(here / "elsewhere" / "a")
    runs.point_latest(here / "elsewhere" / "a")
    assert runs.open_run().path == (here / "elsewhere" / "a").resolve()
    make_run(here / "runs" / "b")
    runs.point_latest(here / "runs" / "b")
    assert runs.open_run().path.name == "b"


def test_latest_works_where_links_cannot_be_made(here, monkeypatch):
    make_run(here / "runs" / "a")
    monkeypatch.setattr("pathlib.Path.symlink_to", _no_links)
    runs.point_latest(here / "runs" / "a")
    assert runs.open_run().manifest["schema"] == staging.SCHEMA_VERSION


def _no_links(*args, **kwargs):
    raise OSError("links need a privilege here")


def test_a_run_is_found_by_its_name_and_a_misspelt_one_is_suggested(here):
    make_run(here / "runs" / "2026-01-01-abc")
    assert runs.open_run("2026-01-01-abc").path.name == "2026-01-01-abc"
    with pytest.raises(UsageError, match="Did you mean runs/2026-01-01-abc"):
        runs.open_run("2026-01-01-abd")


def test_no_run_yet_says_how_to_make_one(here):
    with pytest.raises(UsageError, match=r"discourse cluster posts\.csv"):
        runs.open_run()


def test_an_unfinished_run_is_no_run(here):
    make_run(here / "runs" / "a")
    (here / "runs" / "a").rename(here / "runs" / ".a.123.part")
    with pytest.raises(UsageError, match="not a run directory"):
        runs.open_run("runs/.a.123.part")


def test_a_run_of_a_newer_version_is_refused(here):
    run = make_run(here / "a")
    (run.path / "manifest.json").write_text(json.dumps({"schema": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="newer discourse"):
        runs.open_run(run.path)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": null}', "\x00"])
def test_a_damaged_manifest_is_an_error(here, text):
    run = make_run(here / "a")
    (run.path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="manifest"):
        runs.open_run(run.path)


def test_free_names_are_counted_up(here):
    assert runs.default_destination("x").name == "x"
    (here / "runs" / "x").mkdir(parents=True)
    assert runs.default_destination("x").name == "x-2"


def test_a_sound_run_verifies(here):
    assert runs.verify(make_run(here / "a")) == []


@pytest.mark.parametrize("name", ["posts.parquet", "embeddings.npy", "themes.parquet"])
def test_every_kind_of_damage_is_found(here, name):
    run = make_run(here / "a")
    data = bytearray((run.path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (run.path / name).write_bytes(data)
    assert runs.verify(run.path) == [f"{name}: has changed since it was written."]
    (run.path / name).unlink()
    assert runs.verify(run.path) == [f"{name}: is missing."]


def test_counts_in_the_manifest_are_checked(here):
    run = make_run(here / "a")
    manifest = json.loads((run.path / "manifest.json").read_text(encoding="utf-8"))
    manifest["counts"]["themes"] = 99
    (run.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert runs.verify(run.path) == ["manifest.json: says 99 themes, the tables hold 2."]


def test_a_run_is_shown_in_a_line(here):
    assert repr(make_run(here / "a")) == f"Run({str(here / 'a')!r}, posts=6, themes=2)"


def test_a_file_that_was_added_is_found(here):
    run = make_run(here / "a")
    (run.path / "notes.txt").write_text("mine", encoding="utf-8")
    assert runs.verify(run.path) == ["notes.txt: is not in the manifest."]


def test_tables_that_contradict_each_other_are_found(here):
    with staging.staged(here / "a") as staged:
        staged.write_table("posts.parquet", pd.DataFrame({"post_id": ["a", "a"]}))
        staged.write_table("assignments.parquet", pd.DataFrame({"post_id": ["a", "b"], "theme": [0, 0]}))
        staged.write_table("themes.parquet", pd.DataFrame({"theme": [0], "n_posts": [3]}))
        staged.write_array("embeddings.npy", np.eye(3, dtype=np.float32))
        staged.write_manifest({})
    problems = " ".join(runs.verify(here / "a"))
    for fragment in ("not unique", "not those of posts.parquet", "3 rows for 2 posts", "n_posts differs"):
        assert fragment in problems


def test_a_damaged_table_is_an_error_that_points_to_verify(here):
    run = make_run(here / "a")
    (run.path / "posts.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(DataError, match="discourse verify"):
        _ = run.posts


@pytest.fixture(scope="module")
def with_copies(demo_csv, tmp_path_factory):
    """A run of the demonstration corpus, forty posts of which were sent again at the end of the year."""
    folder = tmp_path_factory.mktemp("copies")
    posts = pd.read_csv(demo_csv, dtype=str)
    again = posts.iloc[::8].assign(
        id=lambda rows: rows["id"] + "-again",
        text=lambda rows: "🔁 " + rows["text"].str.replace(",", " —"),
        date="2025-12-31",
    )
    pd.concat([posts, again]).to_csv(folder / "posts.csv", index=False)
    return discourse.cluster(folder / "posts.csv", out=folder / "run")


def test_copies_inherit_the_theme_of_their_original(with_copies):
    copies = with_copies.posts["duplicate_of"].dropna()
    assert len(copies) >= 40
    of = with_copies.assignments.set_index("post_id")[["theme", "strength", "x", "y"]]
    mine = with_copies.assignments.loc[copies.index, ["theme", "strength", "x", "y"]]
    pd.testing.assert_frame_equal(mine.reset_index(drop=True), of.loc[copies].reset_index(drop=True))
    assert verify(with_copies) == []


def test_copies_change_no_theme(with_copies, demo_csv, tmp_path):
    """Themes are fitted on one copy of each post: with and without the copies they are the same."""
    alone = discourse.cluster(demo_csv, out=tmp_path / "run")
    with_them = with_copies.assignments.set_index("post_id")["theme"]
    pairs = pd.crosstab(with_them.loc[alone.assignments["post_id"]].to_numpy(), alone.assignments["theme"].to_numpy())
    assert ((pairs > 0).sum(axis=0) == 1).all() and ((pairs > 0).sum(axis=1) == 1).all()


def test_a_run_opened_without_copies_counts_originals_only(with_copies):
    originals = open_run(with_copies.path, duplicates="drop")
    kept = with_copies.posts["duplicate_of"].isna()
    assert len(originals.posts) == len(originals.assignments) == len(originals.embeddings) == kept.sum()
    expected = with_copies.assignments.loc[kept, "theme"].value_counts()
    themes = originals.themes.set_index("theme")
    assert themes["n_posts"].to_dict() == {t: n for t, n in expected.items() if t >= 0}
    assert themes["share"].to_numpy() == pytest.approx(themes["n_posts"] / kept.sum())
    assert originals.languages.groupby("theme")["n"].sum().to_dict() == themes["n_posts"].to_dict()
    tree = originals.tree[originals.tree["kind"] == "theme"].set_index("theme")
    assert (tree["n_originals"] >= themes["n_posts"].reindex(tree.index)).all()
    assert (tree["n_originals"] <= tree["n_posts"]).all()


def test_duplicates_are_kept_or_dropped_and_nothing_else(with_copies):
    with pytest.raises(UsageError, match="must be keep or drop"):
        open_run(with_copies.path, duplicates="some")


def test_export_leaves_copies_out_if_asked(with_copies):
    whole, bare = discourse.export(with_copies), discourse.export(with_copies, duplicates="drop")
    assert len(whole) - len(bare) == whole["duplicate_of"].notna().sum()
    assert bare["duplicate_of"].isna().all()


def test_a_run_made_without_copies_holds_none(with_copies, tmp_path):
    file = with_copies.path.parent / "posts.csv"
    run = discourse.cluster(file, out=tmp_path / "run", duplicates="drop")
    dropped = run.manifest["counts"]["dropped"]
    assert dropped == with_copies.posts["duplicate_of"].notna().sum()
    assert len(run.posts) + dropped == len(with_copies.posts)
    assert verify(run) == []
