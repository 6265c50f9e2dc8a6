"""Excel, JSON, Parquet, and telling formats apart by content."""

import datetime as dt
import io
import json
import zipfile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from discourse.errors import DataError
from discourse.posts.readers import archive, read_file


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"sheet{number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet_of(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_excel_gives_typed_columns_of_the_first_filled_sheet():
    data = workbook(
        [],
        [
            [None, None],
            ["Дата", "Текст", "likes", "mixed"],
            [dt.datetime(2025, 3, 1, 10, 30), "Снег идёт", 3, "a"],
            [None, None, None, None],
            [dt.datetime(2025, 3, 2), "Дождь", 4, 5],
            [None, None, None, None],
        ],
    )
    found = read_file(data, "posts.xlsx")
    assert found.values.columns.tolist() == ["Дата", "Текст", "likes", "mixed"]
    assert found.n_rows == 3  # the blank row between counts, the one at the end does not
    assert found.values["Дата"][0] == pd.Timestamp("2025-03-01 10:30")
    assert found.values["likes"].dtype == "Int64"
    assert found.values["mixed"].tolist()[::2] == ["a", "5"]
    assert found.facts == {"sheet": "sheet1"}


def test_an_excel_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1000)
    with pytest.raises(DataError, match="unpacks to"):
        read_file(workbook([["text"], ["x"]]), "a.xlsx")


def test_damaged_and_empty_workbooks_are_refused():
    data = workbook([["text"], ["x"]])
    for broken in (data[: len(data) // 2] + b"xl/workbook", data.replace(b"<", b"[")[:-200]):
        with pytest.raises(DataError):
            read_file(broken, "a.xlsx")
    with pytest.raises(DataError, match="empty"):
        read_file(workbook([]), "a.xlsx")
    with pytest.raises(DataError, match="a header and no rows"):
        read_file(workbook([["text"]]), "a.xlsx")


def test_json_array_object_and_lines_give_the_same_rows():
    posts = [{"id": 1, "text": "сәлем", "tags": ["a", "b"]}, {"id": 2, "text": "你好", "likes": 1.5}]
    array = read_file(json.dumps(posts).encode(), "a.json")
    wrapped = read_file(json.dumps({"name": "x", "posts": posts}, indent=1).encode(), "a.json")
    lines = read_file("\n".join(json.dumps(p, ensure_ascii=False) for p in posts).encode(), "a.jsonl")
    for found in (array, wrapped, lines):
        assert found.values["text"].tolist() == ["сәлем", "你好"]
        assert found.values["tags"][0] == '["a", "b"]'
        assert found.values["id"].dtype == "int64"
        assert found.values["likes"].isna().tolist() == [True, False]
    assert (array.format, wrapped.format, lines.format) == ("json", "json", "jsonl")


def test_one_line_of_json_lines_is_one_post():
    assert read_file(b'{"text": "x", "reactions": {"a": 1}}\n', "a.jsonl").n_rows == 1


def test_broken_lines_are_rejected_with_their_line():
    found = read_file(b'{"text": "a"}\n\n{"text": "b"\n[1]\n{"text": "c"}\n', "a.jsonl")
    assert found.values["text"].tolist() == ["a", "c"]
    assert found.numbers.tolist() == [1, 4]
    assert found.rejected["row"].tolist() == [2, 3]
    assert found.rejected["reason"][0].startswith("line 3 is no JSON")
    assert found.rejected["reason"][1] == "line 4 is no object"


def test_lone_surrogates_and_nul_in_json_are_cleaned():
    found = read_file(b'[{"text": "a\\ud83dz"}, {"text": "b\\u0000c"}, {"text": "\\ud83d\\ude00"}]', "a.json")
    assert found.values["text"].tolist() == ["a\ufffdz", "bc", "\U0001f600"]
    assert any(note.startswith("2 value(s) cleaned") for note in found.notes)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[1, 2", "neither JSON nor JSON Lines"),
        (b"[]", "no objects"),
        (b"[{}, {}]", "no objects"),
        (b"5", "single JSON value"),
        (b'{"a": [{"x": 1}], "b": [{"x": 1}]}', "several arrays"),
        (b"   ", "empty"),
        (b"[" * 100_000, "neither JSON"),
    ],
)
def test_json_that_holds_no_table_is_refused(data, said):
    with pytest.raises(DataError, match=said):
        read_file(data, "a.json")


def test_utf16_json_is_read():
    assert read_file('[{"text": "сәлем"}]'.encode("utf-16"), "a.json").values["text"].tolist() == ["сәлем"]


def test_parquet_keeps_types_and_spells_out_nested_values():
    table = pa.table(
        {
            "text": pa.array(["a", None], pa.string()).dictionary_encode(),
            "when": pa.array([dt.datetime(2025, 1, 1), None], pa.timestamp("ns", "UTC")),
            "day": pa.array([dt.date(2025, 1, 1), None]),
            "n": pa.array([2**60, None], pa.int64()),
            "tags": pa.array([["x"], None], pa.list_(pa.string())),
            "ok": pa.array([True, None]),
            "raw": pa.array([b"\xd1\x8f", None], pa.binary()),
        }
    )
    values = read_file(parquet_of(table), "a.parquet").values
    assert values["text"].tolist()[0] == "a"
    assert values["n"].tolist()[0] == 2**60
    assert values["tags"][0] == '["x"]'
    assert str(values["when"].dtype).startswith("datetime64[ns, UTC")
    assert values["day"][0] == pd.Timestamp("2025-01-01")
    assert values["raw"][0] == "я"
    assert not any(pd.api.types.is_object_dtype(dtype) for dtype in values.dtypes)


def test_damaged_and_empty_parquet_is_refused():
    data = parquet_of(pa.table({"text": ["a"]}))
    for broken in (data[:-5], data[:8], data[:20] + b"\x00" * 20 + data[40:]):
        with pytest.raises(DataError, match=r"a\.parquet"):
            read_file(broken, "a.parquet")
    with pytest.raises(DataError, match="without rows"):
        read_file(parquet_of(pa.table({"text": pa.array([], pa.string())})), "a.parquet")


def test_content_counts_and_not_the_name():
    for data, kind in (
        (workbook([["text"], ["x"]]), "xlsx"),
        (parquet_of(pa.table({"text": ["x"]})), "parquet"),
        (b'[{"text": "x"}]', "json"),
    ):
        found = read_file(data, "posts.csv")
        assert found.format == kind
        assert found.values["text"].tolist() == ["x"]
        assert found.notes[0].startswith("the name says CSV")


def test_csv_that_only_looks_like_json_is_csv():
    assert read_file(b"[note],text\n1,x\n", "a.csv").values["text"].tolist() == ["x"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b"SQLite format 3\x00", "SQLite"),
    ],
)
def test_formats_that_cannot_be_read_are_named(data, said):
    with pytest.raises(DataError, match=said):
        read_file(data, "posts.csv")


def test_a_zip_of_something_else_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("posts.csv", "text\nx\n")
    with pytest.raises(DataError, match="zip archive"):
        read_file(out.getvalue(), "a.xlsx")
