"""Where a row that can't be used stands, in the words of the program that shows the file."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from discourse.posts import read
from discourse.posts.readers import read_file
from discourse.posts.usable import NothingUsable


def places(path, **named):
    return read(path, **named).rejected["place"].tolist()


def test_a_row_of_csv_is_found_by_its_line(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        'date,text\n2024-01-01,"two\nlines"\n\n2024-02-31,snow\n2024-01-02,""\r\n'
        '2024-01-03,"a ""b""\n\nc"\nsoon,rain\n',
        encoding="utf-8",
        newline="",
    )
    found = read(file).rejected
    assert found[["row", "place"]].values.tolist() == [[2, "line 5"], [3, "line 6"], [5, "line 10"]]


def test_lines_count_from_the_top_of_the_file_and_past_ragged_rows(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("sep=;\ndate;text\n2024-01-01;snow\n2024-01-01;snow;ice\n;rain\n", encoding="utf-8")
    assert places(file) == ["line 4", "line 5"]
    stray = tmp_path / "b.csv"
    stray.write_text('date,text\n2024-01-01,5" of snow\nsoon,rain "all day\n2024-01-02,ice\n', encoding="utf-8")
    assert places(stray) == ["line 3"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(end.join(["date,text", "2024-01-01,snow", "soon,ice", ""]), encoding="utf-16", newline="")
    assert places(file) == ["line 3"]


def test_a_cell_longer_than_the_csv_module_reads_is_no_obstacle(tmp_path):
    import csv

    before = csv.field_size_limit()
    file = tmp_path / "a.csv"
    file.write_text("date,text\n2024-01-01," + "snow " * 50_000 + "\nsoon,ice\n", encoding="utf-8")
    assert places(file) == ["line 3"]
    assert csv.field_size_limit() == before


def test_a_row_of_a_workbook_is_found_by_sheet_and_row(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "2023"
    for row in [["Report of the year"], [], ["date", "text", "n"], ["2023-01-01", "snow", 1], ["soon", "ice", 2]]:
        book.active.append(row)
    other = book.create_sheet("2024")
    for row in [["date", "text", "n"], ["2024-01-01", "rain", 1], ["2024-01-02", None, 2]]:
        other.append(row)
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx").rejected
    assert found["place"].tolist() == ['sheet "2023", row 5', 'sheet "2024", row 3']
    assert found["row"].tolist() == [2, 4]
    assert set(found["file"]) == {str(tmp_path / "a.xlsx")}


def test_a_line_of_json_lines_and_an_element_of_json(tmp_path):
    lines = tmp_path / "a.jsonl"
    lines.write_text('{"date": "2024-01-01", "text": "snow"}\n\n{"date": "soon", "text": "ice"}\nno\n', "utf-8")
    assert places(lines) == ["line 3", "line 4"]
    posts = [{"date": "2024-01-01", "text": "snow"}, 7, {"date": "2024-01-02", "text": ""}]
    (tmp_path / "a.json").write_text(json.dumps(posts), encoding="utf-8")
    assert places(tmp_path / "a.json") == ["element 2", "element 3"]


def test_rows_of_parquet_count_from_one(tmp_path):
    pd.DataFrame({"date": ["2024-01-01", "soon"], "text": ["snow", "ice"]}).to_parquet(tmp_path / "a.parquet")
    assert places(tmp_path / "a.parquet") == ["row 2"]


def chat(name, *messages):
    return {"name": name, "type": "public_channel", "id": 7, "messages": list(messages)}


def message(number, text):
    return {"id": number, "type": "message", "date": "2024-01-01T10:00:00", "date_unixtime": "1704103200", "text": text}


def test_a_message_is_found_by_its_number(tmp_path):
    service = {"id": 1000, "type": "service", "action": "pin_message", "date_unixtime": "1704103200"}
    export = chat("News", service, message(1001, "snow"), message(1002, ""), 5)
    (tmp_path / "result.json").write_text(json.dumps(export), encoding="utf-8")
    assert places(tmp_path / "result.json") == ["message 1002", "element 3"]
    both = {"about": "x", "chats": {"about": "", "list": [export, chat("Talk", message(3, ""))]}}
    (tmp_path / "all.json").write_text(json.dumps(both), encoding="utf-8")
    found = read_file((tmp_path / "all.json").read_bytes(), "all.json")
    assert found.places([2, 3, 4]) == ['message 1002 of "News"', "element 3", 'message 3 of "Talk"']


def test_a_post_of_x_is_found_by_its_number(tmp_path):
    tweets = [
        {"tweet": {"id_str": str(n), "created_at": "Mon Jan 01 10:00:00 +0000 2024", "full_text": text}}
        for n, text in ((11, "snow"), (12, ""))
    ]
    file = tmp_path / "tweets.js"
    file.write_text("window.YTD.tweets.part0 = " + json.dumps(tweets), encoding="utf-8")
    assert places(file) == ["post 12"]


def test_what_can_not_be_used_at_all_comes_with_its_rows_and_says_how_to_list_them(tmp_path):
    file = tmp_path / "my posts.csv"
    file.write_text("date,text\nsoon,snow\n2024-01-01,\n", encoding="utf-8")
    with pytest.raises(NothingUsable, match="--rejected") as caught:
        read(file, text="text", date="date")
    assert f"discourse check '{file}' --rejected rejected.csv" in str(caught.value)
    assert caught.value.rejected["place"].tolist() == ["line 2", "line 3"]
