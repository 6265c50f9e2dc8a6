"""Reading posts, from files to the table."""

import csv
import io
import json
import os
import random
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import DataError, UsageError
from discourse.posts import read
from discourse.posts.table import OURS

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

POSTS = [
    ("2025-01-01", "Президент подписал указ о поддержке малого бизнеса", "Газета", "5"),
    ("2025-02-01", "Қазақстан Үкіметі жаңа бағдарламаны бекітті", "Арна", "6"),
    ("2025-03-31", "外交部发言人表示愿加强合作", "新华", "7"),
    ("2025-04-01", "The minister said there was nothing to add", "Daily", "8"),
]


def write(path, rows, header=("date", "text", "author", "likes"), **options):
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, **options).writerows([header, *rows])
    return str(path)


def test_a_table_of_posts_in_four_languages(tmp_path):
    path = write(tmp_path / "posts.csv", POSTS)
    posts = read(path, timezone="Asia/Almaty")
    table = posts.table
    assert table.columns.tolist() == [*OURS, "date_as_given", "likes"]
    assert table["text"].tolist() == [row[1] for row in POSTS]
    assert table["lang"].tolist() == ["ru", "kk", "zh", "en"]
    assert table["likes"].tolist() == [5, 6, 7, 8]
    assert str(table["date"].dtype) == "datetime64[us, Asia/Almaty]"
    assert table["date"][2].isoformat() == "2025-03-31T00:00:00+05:00"
    assert table["source_row"].tolist() == [1, 2, 3, 4]
    assert table["input_row"].tolist() == [0, 1, 2, 3]
    assert table["post_id"].is_unique
    assert posts.columns == {"text": "text", "date": "date", "author": "author"}
    assert posts.stored == {"date": "date_as_given", "text": "text", "author": "author", "likes": "likes"}
    assert posts.notes[:2] == ['text: column "text" (by its name).', 'date: column "date" (by its name).']
    assert posts.sources[0]["encoding"] == "utf-8"
    assert (posts.n_input, posts.n_filtered, len(posts.rejected)) == (4, 0, 0)
    assert all(
        dtype == "str"
        for name, dtype in table.dtypes.items()
        if name not in ("date", "source_row", "input_row", "likes")
    )


def test_rows_that_cannot_be_used_are_listed(tmp_path, quick):
    rows = [
        ("2025-01-01", "one", "a", "1"),
        ("2025-01-01", " \u200b\t", "a", "1"),
        ("soon", "three", "a", "1"),
        ("", "four", "a", "1"),
        ("2025-02-30", "five", "a", "1"),
        ("2025-01-02", "six", "a", "1"),
        ("2025-01-02", "seven", "a"),
        ("2025-01-03", "eight", "a", "1"),
    ]
    posts = read(write(tmp_path / "posts.csv", rows))
    assert posts.table["text"].tolist() == ["one", "six", "eight"]
    assert posts.table["source_row"].tolist() == [1, 6, 8]
    assert posts.table["input_row"].tolist() == [0, 5, 7]
    assert posts.rejected.columns.tolist() == ["file", "row", "place", "column", "value", "reason"]
    assert posts.rejected[["row", "column", "value"]].values.tolist() == [
        [2, "text", " \u200b\t"],
        [3, "date", "soon"],
        [4, "date", ""],
        [5, "date", "2025-02-30"],
        [7, "", "2025-01-02,seven,a"],
    ]
    assert posts.n_input == 8 == len(posts.table) + len(posts.rejected) + posts.n_filtered


def test_nothing_usable_is_refused_with_the_reasons(tmp_path):
    path = write(tmp_path / "posts.csv", [("soon", "a", "", ""), ("later", "b", "", ""), ("2025-01-01", "", "", "")])
    with pytest.raises(DataError) as refused:
        read(path)
    for part in ("nothing usable", "3 row(s)", "2 x not a date", "1 x no text in text", "--text", "--date"):
        assert part in str(refused.value)


def test_a_file_without_dates_is_read_with_a_note(tmp_path, quick):
    posts = read(write(tmp_path / "p.csv", [["hello there"], ["good day"]], header=["text"]))
    assert posts.table["date"].isna().all()
    assert str(posts.table["date"].dtype) == "datetime64[us, UTC]"
    assert "date" not in posts.columns
    assert any(note.startswith("date: no column") for note in posts.notes)
    with pytest.raises(DataError, match="need dates"):
        read(str(tmp_path / "p.csv"), since="2025")


def test_the_window_is_inclusive_and_counted(tmp_path, quick):
    path = write(tmp_path / "posts.csv", POSTS)
    posts = read(path, since="2025-02", until="2025-03-31", timezone="Asia/Almaty")
    assert posts.table["likes"].tolist() == [6, 7]
    assert posts.table.index.tolist() == [0, 1]
    assert posts.n_filtered == 2
    whole = read(path, timezone="Asia/Almaty").table.set_index("likes")["post_id"]
    assert posts.table["post_id"].tolist() == whole[[6, 7]].tolist()
    with pytest.raises(DataError, match="run from 2025-01-01 to 2025-04-01"):
        read(path, since="2026")


def test_an_id_column_gives_the_ids(tmp_path, quick):
    header = ("id", "date", "text")
    rows = [("7", "2025-01-01", "a a"), ("12345678901234567890", "2025-01-02", "b b")]
    posts = read(write(tmp_path / "p.csv", rows, header))
    assert posts.table["post_id"].tolist() == ["7", "12345678901234567890"]
    assert posts.table[posts.stored["id"]].tolist() == ["7", "12345678901234567890"]
    assert 'id: column "id" (by its name).' in posts.notes


def test_whole_numbers_in_a_float_id_column_lose_their_fraction(tmp_path, quick):
    table = pd.DataFrame({"id": [1.0, 2.0], "date": ["2025-01-01"] * 2, "text": ["a a", "b b"]})
    table.to_parquet(tmp_path / "p.parquet")
    assert read(tmp_path / "p.parquet").table["post_id"].tolist() == ["1", "2"]


def test_repeated_ids_are_made_anew_unless_they_were_named(tmp_path, quick):
    rows = [("7", "2025-01-01", "a a"), ("8", "2025-01-02", "b b"), ("7", "2025-01-03", "c c")]
    path = write(tmp_path / "p.csv", rows, ("id", "date", "text"))
    posts = read(path)
    assert posts.table["post_id"].str.len().tolist() == [16] * 3
    assert "id" not in posts.columns
    assert any('repeats "7"' in note and "row 1" in note and "row 3" in note for note in posts.notes)
    with pytest.raises(DataError, match=r'repeats "7".*row 1 and .*row 3.*leave --id out'):
        read(path, id="id")


def test_several_files_with_different_columns_are_united(tmp_path, quick):
    one = write(tmp_path / "a.csv", [("2025-01-01", "a a", "1", "x")], ("date", "text", "likes", "code"))
    two = write(tmp_path / "b.csv", [("2025-01-02", "b b", "y")], ("Дата", "Текст", "place"), delimiter=";")
    (tmp_path / "c.jsonl").write_text(json.dumps({"date": "2025-01-03", "text": "c c", "likes": 3}))
    posts = read([one, two, tmp_path / "c.jsonl"])
    table = posts.table
    assert table["text"].tolist() == ["a a", "b b", "c c"]
    assert table["input_row"].tolist() == [0, 1, 2]
    assert table["source_row"].tolist() == [1, 1, 1]
    assert table["code"].fillna("").tolist() == ["x", "", ""]
    assert table["likes"].dtype == "Int64"  # digits in a file of text, numbers in another
    assert table["likes"].fillna(-1).tolist() == [1, -1, 3]
    assert table[posts.stored["Текст"]].fillna("").tolist() == ["", "b b", ""]
    assert table[posts.stored["text"]].fillna("").tolist() == ["a a", "", "c c"]
    assert [source["rows"] for source in posts.sources] == [1, 1, 1]


def test_a_glob_is_sorted_and_a_file_is_read_once(tmp_path, quick, monkeypatch):
    for name in "ba":
        write(tmp_path / f"{name}.csv", [("2025-01-01", f"{name} {name}")], ("date", "text"))
    posts = read([str(tmp_path / "*.csv"), str(tmp_path / "a.csv")])
    assert posts.table["text"].tolist() == ["a a", "b b"]
    assert posts.notes.count('text: column "text" (by its name).') == 1
    with pytest.raises(DataError, match=r"no file matches '.*\*\.tsv'"):
        read(str(tmp_path / "*.tsv"))


def test_standard_input_is_read(monkeypatch, quick):
    data = "date;text\n2025-01-01;снег идёт\n".encode("cp1251")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    posts = read("-")
    assert posts.table["text"].tolist() == ["снег идёт"]
    assert posts.table["source_file"].tolist() == ["-"]


def test_one_file_without_dates_among_dated_ones_is_refused(tmp_path, quick):
    one = write(tmp_path / "a.csv", [("2025-01-01", "a a")], ("date", "text"))
    two = write(tmp_path / "b.csv", [("b b",)], ("text",))
    with pytest.raises(DataError, match=r"b\.csv: no column of dates"):
        read([one, two])


def test_paths_that_lead_nowhere_are_refused(tmp_path):
    write(tmp_path / "posts.csv", POSTS)
    with pytest.raises(DataError, match=r"no such file.*Did you mean .*posts\.csv"):
        read(str(tmp_path / "post.csv"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no file of posts in this folder"):
        read(str(tmp_path / "empty"))
    with pytest.raises(DataError, match="no such file"):
        read(str(tmp_path / "nowhere" / "posts.csv"))
    with pytest.raises(DataError, match="no file given"):
        read([])
    with pytest.raises(UsageError, match="no time zone"):
        read(str(tmp_path / "posts.csv"), timezone="Mars/Olympus")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_file_one_may_not_read_is_refused(tmp_path):
    path = Path(write(tmp_path / "posts.csv", POSTS))
    path.chmod(0)
    with pytest.raises(DataError, match="no permission"):
        read(str(path))


def test_a_permission_error_is_told(tmp_path, monkeypatch):
    path = write(tmp_path / "posts.csv", POSTS)

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError, match="no permission"):
        read(path)


def test_the_language_column_is_normalised_and_gaps_are_detected(tmp_path):
    rows = [(*POSTS[0][:2], "Russian"), (*POSTS[1][:2], "қазақша"), (*POSTS[2][:2], ""), (*POSTS[3][:2], "??")]
    posts = read(write(tmp_path / "p.csv", rows, ("date", "text", "lang")))
    assert posts.table["lang"].tolist() == ["ru", "kk", "zh", "en"]
    assert posts.table["langs"].tolist() == ["ru", "kk", "zh", "en"]
    assert posts.table[posts.stored["lang"]].fillna("").tolist() == ["Russian", "қазақша", "", "??"]
    said = 'lang: column "lang": 1 value(s) like "??" name no language; 1 post(s) have no value; detected.'
    assert said in posts.notes


def test_columns_called_like_ours_are_kept_under_another_name(tmp_path, quick):
    rows = [("2025-01-01", "question one here", "answer one here", "x")]
    posts = read(write(tmp_path / "p.csv", rows, ("date", "text", "answer", "message")), text="answer")
    assert posts.stored == {
        "date": "date_as_given",
        "text": "text_as_given",
        "answer": "text",
        "message": "message_as_given",
    }
    assert posts.table["text_as_given"].tolist() == ["question one here"]


def test_the_users_table_can_be_given_back_unchanged(tmp_path, quick):
    header = ["№", "Дата", "Текст", "code", "zip", "price", "share", "empty", "mixed", "langs"]
    rows = [
        ["1", "13.01.2025", 'снег, "идёт"\nи тает', "а", "007", "1.50", "0.25", "", "1", "q"],
        ["2", "14.01.2025", "дождь", "", "010", "2.00", "3.5", "", "x", ""],
        ["", "15.01.2025", "град", "б", "011", "", "", "", "", ""],
    ]
    posts = read(write(tmp_path / "p.csv", rows, header))
    back = pd.DataFrame({name: posts.table[column] for name, column in posts.stored.items()})
    out = back.astype("object").fillna("").map(str).to_numpy().tolist()
    assert list(posts.stored) == header
    assert out == rows
    assert posts.table["share"].dtype == "float64"
    assert posts.table["№"].dtype == "Int64"


def test_excel_serials_and_typed_cells(tmp_path, quick):
    book = openpyxl.Workbook()
    for row in (["дата", "текст"], [45658, "a a"], [45689.5, "b b"]):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    posts = read(tmp_path / "p.xlsx")
    assert posts.table["date"].dt.strftime("%Y-%m-%d %H").tolist() == ["2025-01-01 00", "2025-02-01 12"]
    assert "date: numbers are read as Excel serial days." in posts.notes


def test_boilerplate_is_set_aside_unless_kept(tmp_path):
    rows = [("2025-01-01", "Snow is falling today https://example.org/a"), ("2025-01-02", "Rain tomorrow")]
    path = write(tmp_path / "p.csv", rows, ("date", "text"))
    posts = read(path)
    assert "https" not in posts.table["message"][0]
    assert "https://example.org/a" in posts.table["set_aside"][0]
    kept = read(path, keep_boilerplate=True)
    assert kept.table["message"].tolist() == [row[1] for row in rows]
    assert kept.table["set_aside"].tolist() == ["", ""]


def test_the_order_of_day_and_month_is_asked_for_by_file(tmp_path, quick):
    path = write(tmp_path / "p.csv", [("03/04/2025", "a a")], ("date", "text"))
    with pytest.raises(DataError, match=r"p\.csv, column \"date\".*3 April.*4 March.*--date-order"):
        read(path)
    assert read(path, date_order="month-first").table["date"][0].month == 3


def test_a_parquet_file_can_be_written_from_any_text(tmp_path, quick):
    (tmp_path / "p.json").write_bytes(b'[{"date": "2025-01-01", "text": "a \\ud83d b\\u0000", "x": {"k": "\\udc00"}}]')
    posts = read(tmp_path / "p.json")
    posts.table.to_parquet(tmp_path / "out.parquet")
    assert pd.read_parquet(tmp_path / "out.parquet")["text"].tolist() == ["a \ufffd b"]


def test_progress_is_told_of_each_file(tmp_path, quick):
    told = []
    read(write(tmp_path / "p.csv", POSTS), progress=lambda *step: told.append(step))
    assert ("reading", 1, 1) in told


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), min_size=1, max_size=6))
def test_texts_come_back_as_they_were_written(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("posts")
    rows = [("2025-01-01", f"w {text}") for text in texts]
    posts = read(write(folder / "p.csv", rows, ("date", "text"), quoting=csv.QUOTE_ALL), keep_boilerplate=True)
    assert posts.table["text"].tolist() == [row[1] for row in rows]
    assert len(posts.table["post_id"].unique()) == len(rows)


def test_row_order_changes_no_id(tmp_path, quick):
    rows = [(f"2025-01-{1 + i % 28:02d}", f"post {i % 40}", "a", "1") for i in range(200)]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, two = (read(write(tmp_path / f"{n}.csv", r)).table for n, r in enumerate((rows, shuffled)))
    assert sorted(one["post_id"]) == sorted(two["post_id"])


def needs(name):
    return pytest.mark.skipif(not (SHARED / name).exists(), reason=f"shared/data/{name} is not here")


@needs("china-mfa-qa/mfa_qa.jsonl")
def test_questions_and_answers_are_asked_about(quick):
    path = SHARED / "china-mfa-qa" / "mfa_qa.jsonl"
    with pytest.raises(DataError, match="--text answer or --text question"):
        read(path)
    posts = read(path, text="answer")
    assert posts.n_input == 9532
    assert len(posts.table) + len(posts.rejected) == 9532
    assert set(posts.rejected["reason"]) == {"no text"}
    assert posts.table["date"].min() == pd.Timestamp("2020-09-02", tz="UTC")


@needs("channel-one/headlines_2022_2024.csv")
def test_russian_headlines(quick):
    posts = read(SHARED / "channel-one" / "headlines_2022_2024.csv")
    assert len(posts.table) == 12247
    assert posts.columns == {"text": "text", "date": "date"}


@needs("russia-mfa-telegram/mfa_russia_telegram_en.jsonl")
def test_ministry_telegram_posts(quick):
    posts = read(SHARED / "russia-mfa-telegram" / "mfa_russia_telegram_en.jsonl")
    assert len(posts.table) == 22231
    assert posts.table["post_id"].is_unique
    assert "auto_category" in posts.table


@needs("crisislex/crisislex_t26.jsonl")
def test_crisis_tweets(quick):
    posts = read(SHARED / "crisislex" / "crisislex_t26.jsonl")
    assert len(posts.table) == 27933
    assert posts.columns == {"text": "text", "date": "created_at"}  # ids repeat: one tweet, two events
    assert np.unique(posts.table["event"]).size == 26


def test_a_file_of_ragged_rows_alone_is_refused_with_the_reason(tmp_path):
    path = write(tmp_path / "p.csv", [("2025-01-01", "a", "b")] * 3, ("date", "text"))
    with pytest.raises(DataError, match=r"nothing usable.*3 x 3 value\(s\) where the header has 2"):
        read(path)


def test_text_with_bare_commas_is_told_to_be_quoted(tmp_path, quick):
    path = tmp_path / "a.csv"
    path.write_text("date,comment_body\n2025-01-01,snow, rain, hail\n2025-01-02,one, two\n2025-01-03,5\n")
    with pytest.raises(DataError, match=r"2 of 3 rows do not fit.*stand in quotation marks"):
        read(path)


def test_a_minus_zero_leaves_whole_numbers_as_they_are(tmp_path, quick):
    rows = [(f"2025-01-0{n + 1}", f"post {n}", "a", likes) for n, likes in enumerate(["-0", "1", "12345678901234567"])]
    assert read(write(tmp_path / "a.csv", rows)).table["likes"].tolist() == ["-0", "1", "12345678901234567"]
    assert read(write(tmp_path / "b.csv", rows[:2])).table["likes"].tolist() == ["-0", "1"]
