"""Folders: what is read, what is left out, and whose posts they are."""

import os
from pathlib import Path

import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.posts import read
from discourse.posts.readers import expand, folders

ROW = "date,text\n2025-01-0{day},{text}\n"


def fill(folder, *names):
    for day, name in enumerate(names, start=1):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(ROW.format(day=day, text=f"post in {name}".replace(",", " ")))


@pytest.mark.parametrize(
    ("file", "folder", "whose"),
    [
        ("all/alma/posts_1.json", "all", "alma"),
        ("all/alma/deep/x.csv", "all", "alma"),
        ("all/alma.csv", "all", "alma"),
        ("all/Алма-Ата 2.csv", "all", "Алма-Ата 2"),
        ("all/tweets-part1.js", "all", "all"),
        ("all/result (2).json", "all", "all"),
        ("all/data/tweets.js", "all", "all"),
        ("all/your_instagram_activity/media/posts_1.json", "all", "all"),
        ("all/posters.csv", "all", "posters"),
    ],
)
def test_the_account_is_told_by_the_place_of_the_file(file, folder, whose):
    assert folders.account(file, folder) == whose


def test_a_column_of_authors_goes_before_the_folder(tmp_path):
    fill(tmp_path, "alma.csv")
    (tmp_path / "boris.csv").write_text("date,text,author\n2025-01-02,snow in the capital,Борис\n2025-01-03,rain,\n")
    posts = read(tmp_path)
    assert posts.table["author"].fillna("").tolist() == ["alma", "Борис", ""]
    assert "author: no column in 1 file(s); the folder or file name stands in: alma." in posts.notes
    assert read([tmp_path / "alma.csv"]).table["author"].isna().all()  # a file named by itself keeps its author open


def test_files_come_in_the_order_of_their_names(tmp_path):
    fill(tmp_path, "b/2.csv", "a.csv", "b/1.csv", "b-1.csv")
    names = [os.path.relpath(name, tmp_path) for name in expand(tmp_path).names]
    assert names == ["a.csv", "b/1.csv", "b/2.csv", "b-1.csv"]


def test_what_is_left_out_is_named(tmp_path):
    folder = tmp_path / "all"
    fill(folder, "a.csv", ".git/x.csv", "notes.txt", "runs/one/posts.csv", "photos/1.JPG", "photos/2.mp4")
    for name in ("manifest.json", "posts.parquet", "assignments.parquet"):
        (folder / "runs" / "one" / name).write_text("{}")
    fill(tmp_path, "elsewhere/b.csv")
    (folder / "link.csv").symlink_to(tmp_path / "elsewhere" / "b.csv")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    found = expand(folder)
    assert [Path(name).name for name in found.names] == ["a.csv"]
    said = "\n".join(found.notes)
    assert "1 file(s): .git (hidden)" in said
    assert "1 file(s): runs/one (a run directory)" in said
    assert "2 file(s): linked, link.csv (a link that leads out of the folder)" in said
    assert "2 file(s): notes.txt, old.xls (no format that is read in a folder)" in said
    assert "2 media file(s) passed over" in said


def test_a_file_given_twice_is_read_once(tmp_path):
    fill(tmp_path, "a.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    (tmp_path / "sub").mkdir()
    other = f"{tmp_path}/sub/../a.csv"
    posts = read([tmp_path / "a.csv", other, tmp_path / "b.csv", tmp_path / "a.csv", tmp_path])
    assert len(posts.table) == 1
    assert f"{other}, the same file as {tmp_path / 'a.csv'}, is given more than once; it is read once." in posts.notes
    assert posts.table["author"].isna().all() or posts.table["author"].tolist() == ["a"]


def test_folders_without_posts_and_folders_too_large_are_refused(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="no file of posts in this folder"):
        expand(tmp_path)
    (tmp_path / "notes.md").write_text("# Notes")
    with pytest.raises(DataError, match=r"no file of posts.*left out 1 file\(s\): notes\.md"):
        expand(tmp_path)
    fill(tmp_path, "a.csv", "b.csv")
    monkeypatch.setattr(folders, "MOST", 2)
    with pytest.raises(DataError, match="more than 2 files"):
        expand(tmp_path)


def test_a_folder_may_stand_beside_files(tmp_path):
    fill(tmp_path, "all/a.csv", "b.csv")
    posts = read([tmp_path / "b.csv", tmp_path / "all"])
    assert posts.table["author"].fillna("").tolist() == ["", "a"]


def test_one_file_without_dates_among_others_is_refused_with_both_named(tmp_path):
    fill(tmp_path, "a.csv")
    (tmp_path / "b.csv").write_text("text\nsnow in the capital\n")
    with pytest.raises(DataError, match=r"b\.csv: no column of dates, while .*a\.csv has one"):
        read(tmp_path)


def test_a_table_in_memory_is_refused_with_what_to_do():
    table = pd.DataFrame({"text": ["snow"]})
    for given in (table, table["text"], 5, None, [table], b"posts.csv"):
        with pytest.raises(UsageError, match="posts are read from files"):
            expand(given)
    with pytest.raises(UsageError, match=r'table\.to_parquet\("posts\.parquet"\)'):
        discourse.cluster(table)
