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


def test_files_that_cannot_be_read_are_left_out_of_a_folder_and_named(tmp_path):
    fill(tmp_path, "a.csv", "z.csv")
    for name in ("b.csv", "c.csv", "d.csv", "e.csv"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "f.csv").write_text("date,text\n")
    (tmp_path / "g.xlsx").write_bytes(b"PK\x03\x04 cut")
    posts = read(tmp_path)
    assert len(posts.table) == posts.n_input == len(posts.sources) == 2
    assert posts.table["input_row"].tolist() == [0, 1]
    said = [note for note in posts.notes if note.startswith("left out")]
    assert said[0].startswith(f"left out, since it can't be read: {tmp_path}/b.csv and 3 more: the file is empty.")
    assert "f.csv: a header and no rows" in said[1]
    assert "g.xlsx" in said[2]
    assert len(said) == 3


def test_a_folder_of_which_nothing_can_be_read_is_refused_with_every_reason(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(DataError, match=r"a\.csv: the file is empty"):
        read(tmp_path)
    (tmp_path / "b.csv").write_text("date,text\n")
    with pytest.raises(DataError) as refused:
        read(tmp_path)
    for part in ("2 files can't be used", "a.csv: the file is empty", "b.csv: a header and no rows"):
        assert part in str(refused.value)


def test_all_faulty_files_that_were_named_are_told_in_one_error(tmp_path):
    fill(tmp_path, "a.csv")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.csv").write_text("date,text,body message\n")
    (tmp_path / "d.csv").write_text("date,likes\n2025-01-01,3\n")
    with pytest.raises(DataError) as refused:
        read([tmp_path / name for name in ("a.csv", "b.csv", "c.csv", "d.csv")])
    told = str(refused.value)
    assert told.startswith("3 files can't be used:\n")
    for part in ("b.csv: the file is empty", "c.csv: a header and no rows", "d.csv: no column looks like the text"):
        assert part in told
    with pytest.raises(DataError, match=r"^.*b\.csv: the file is empty\. Give"):  # one is told as it always was
        read([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_links_that_lead_nowhere_or_to_themselves_are_called_so(tmp_path):
    (tmp_path / "a.csv").symlink_to("gone.csv")
    (tmp_path / "b.csv").symlink_to("b.csv")
    with pytest.raises(DataError, match=r"a\.csv: this link leads nowhere: gone\.csv is not there"):
        expand(tmp_path / "a.csv")
    with pytest.raises(DataError, match=r"b\.csv: this link leads to itself"):
        expand(tmp_path / "b.csv")
    fill(tmp_path, "c.csv")
    assert "2 file(s): a.csv, b.csv (a link that leads nowhere)" in expand(tmp_path).notes[0]


def test_a_file_goes_before_the_links_to_it(tmp_path):
    fill(tmp_path, "boris/posts.csv")
    (tmp_path / "alma").mkdir()
    (tmp_path / "alma" / "posts.csv").symlink_to(tmp_path / "boris" / "posts.csv")
    posts = read(tmp_path)
    assert posts.table["author"].tolist() == ["boris"]
    assert posts.table["source_file"].tolist() == [str(tmp_path / "boris" / "posts.csv")]
    assert any("alma/posts.csv (a link to a file that is read anyway)" in note for note in posts.notes)


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_called_missing(name):
    with pytest.raises(DataError, match="name of a file is missing"):
        expand(name)


def test_a_run_given_as_input_is_refused_with_what_to_type(tmp_path):
    for name in ("manifest.json", "posts.parquet", "assignments.parquet"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(DataError, match=rf"{tmp_path} is a run of discourse.*try: discourse themes {tmp_path}$"):
        expand(tmp_path)


def test_what_is_said_of_an_empty_folder_ends_in_one_stop(tmp_path):
    (tmp_path / "notes.md").write_text("# Notes")
    with pytest.raises(DataError) as refused:
        expand(tmp_path)
    assert ".)" not in str(refused.value)
    assert ".." not in str(refused.value).replace(str(tmp_path), "")


def test_files_made_alike_are_looked_at_once(tmp_path, monkeypatch):
    from discourse.posts import columns

    looked = []
    find = columns.find
    monkeypatch.setattr(columns, "find", lambda *given: looked.append(given[2]) or find(*given))
    for number in range(20):
        author = "" if number < 10 else "Борис"
        (tmp_path / f"f{number:02}.csv").write_text(f"date,text,author\n2025-01-02,snow in the capital,{author}\n")
    posts = read(tmp_path)
    assert len(looked) == 2  # a column that is empty in the first may be full in the next
    assert posts.table["author"].tolist()[9:11] == ["f09", "Борис"]
    assert posts.notes[0] == 'text: column "text" (by its name).'


def test_an_id_that_a_file_lacks_is_not_called_empty(tmp_path):
    (tmp_path / "a.csv").write_text("id,date,text\n1,2025-01-01,snow in the capital\n")
    fill(tmp_path, "b.csv")
    note = next(note for note in read(tmp_path).notes if note.startswith("id:"))
    assert note.startswith(f'id: column "id" is not in {tmp_path}/b.csv, so post_id is made')


@pytest.mark.slow
def test_ten_thousand_small_files_are_read_in_a_minute_of_the_processor(tmp_path):
    import time

    for number in range(10_000):
        (tmp_path / f"f{number}.csv").write_text(f"date,text\n2025-01-02,snow {number}\n2025-01-03,rain {number}\n")
    begun = time.process_time()
    posts = read(tmp_path)
    assert time.process_time() - begun < 120
    assert len(posts.table) == 20_000
    assert len(posts.notes) < 10
