from __future__ import annotations

import json

import pytest

from discourse.errors import DiscourseError, UsageError
from discourse.staging import check_destination, hash_file
from discourse.target import check_target


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def source(path):
    return {"file": str(path), "bytes": path.stat().st_size, "sha256": hash_file(path)}


def test_a_free_place_is_taken(desk):
    check_target(desk / "a.csv")
    check_target(desk / "a.npy", (".parquet", ".npy"), replace=True)


def test_a_file_that_is_there_is_overwritten_only_when_asked(desk):
    (desk / "a.csv").write_text("text\n", encoding="utf-8")
    with pytest.raises(UsageError, match="--replace"):
        check_target(desk / "a.csv")
    check_target(desk / "a.csv", replace=True)
    (desk / "gone.csv").symlink_to(desk / "nowhere.csv")
    with pytest.raises(UsageError, match="--replace"):
        check_target(desk / "gone.csv")


@pytest.mark.parametrize("given", ["posts.csv", "./posts.csv", "*.csv", ".", ["other.tsv", "posts.csv"]])
def test_what_is_read_is_never_overwritten(given, desk):
    (desk / "posts.csv").write_text("text\nsnow\n", encoding="utf-8")
    (desk / "other.tsv").write_text("text\nice\n", encoding="utf-8")
    (desk / "link.csv").symlink_to("posts.csv")
    for name in ("posts.csv", desk / "posts.csv", "link.csv"):
        with pytest.raises(UsageError, match="the posts themselves"):
            check_target(desk / name, replace=True, files=given)


def test_an_input_of_a_run_is_known_where_it_was_and_where_it_went(desk):
    posts = desk / "posts.csv"
    posts.write_text("text\nsnow\n", encoding="utf-8")
    was = source(posts)
    posts.write_text("text\nsnow\nice\n", encoding="utf-8")
    moved = desk / "moved.csv"
    moved.write_text("text\nsnow\n", encoding="utf-8")
    for path in (posts, moved):
        with pytest.raises(UsageError, match="the posts themselves"):
            check_target(path, replace=True, sources=[was])
    (desk / "else.csv").write_text("text\nrain\n", encoding="utf-8")
    check_target(desk / "else.csv", replace=True, sources=[was, {"file": "-", "bytes": 3, "sha256": "0"}])


def test_nothing_is_written_into_a_run(desk):
    run = desk / "run"
    (run / "encoder").mkdir(parents=True)
    for name in ("manifest.json", "assignments.parquet"):
        (run / name).write_text(json.dumps({}), encoding="utf-8")
    (desk / "latest").symlink_to(run)
    for path in (
        run / "a.csv",
        run / "encoder" / "a.csv",
        desk / "latest" / "posts.parquet",
        run / ".." / "run" / "b.csv",
    ):
        with pytest.raises(UsageError, match="inside the run"):
            check_target(path, replace=True)
    with pytest.raises(UsageError, match="inside the run"):
        check_destination(run / "another", replace=False)


def test_a_manifest_of_something_else_makes_no_run(desk):
    (desk / "manifest.json").write_text("{}", encoding="utf-8")
    check_target(desk / "a.csv")


def test_what_can_not_be_written_is_refused(desk):
    (desk / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        check_target(desk / "folder.csv", replace=True)
    with pytest.raises(UsageError, match="must end in"):
        check_target(desk / "a.doc")
    with pytest.raises(DiscourseError, match="no folder"):
        check_target(desk / "none" / "a.csv")
    with pytest.raises(UsageError, match="--replace"):
        check_target(None, replace=True)
