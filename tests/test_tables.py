from __future__ import annotations

import csv
import datetime
import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse import tables
from discourse.errors import DiscourseError, UsageError

TEXTS = ["Пошлины США", "Қазақстан — сыртқы істер", "中美贸易磋商", "“Global South”", "الجنوب العالمي", 'a,"b"\nc']


@given(st.text())
def test_no_cell_starts_like_a_formula_unless_it_is_a_number(text):
    safe = tables.formula_safe(text)
    assert safe in (text, "'" + text)
    if safe.startswith(("=", "+", "-", "@", "\t", "\r")):
        float(safe)


@pytest.mark.parametrize("text", ["-5", "+7.25", "-1e3", "plain", "1=1", "", "Қ=1"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert tables.formula_safe(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"])
def test_formulas_become_text(text):
    assert tables.formula_safe(text) == "'" + text


def test_csv_round_trips_every_script_and_missing_values(tmp_path):
    table = pd.DataFrame({"text": [*TEXTS, None], "n": [1, 2, 3, 4, 5, 6, 7], "share": [0.5] * 6 + [float("nan")]})
    tables.write_csv(table, tmp_path / "a.csv")
    back = pd.read_csv(tmp_path / "a.csv")
    assert back["text"].tolist()[:-1] == TEXTS
    assert back["text"].isna().tolist()[-1]
    assert back["n"].tolist() == table["n"].tolist()
    assert back["share"].isna().sum() == 1


def test_csv_for_a_spreadsheet_begins_with_a_mark_and_others_do_not(tmp_path):
    table = pd.DataFrame({"a": ["я"]})
    tables.write_csv(table, tmp_path / "plain.csv")
    tables.write_table(table, tmp_path / "marked.csv")
    assert (tmp_path / "plain.csv").read_bytes().startswith(b"a\n")
    assert (tmp_path / "marked.csv").read_bytes().startswith(b"\xef\xbb\xbfa\n")


def test_negative_numbers_stay_numbers():
    assert tables.csv_text(pd.DataFrame({"d": [-0.5], "theme": [-1]})) == "d,theme\n-0.5,-1\n"


def test_headings_are_made_safe_too():
    heading = next(csv.reader(io.StringIO(tables.csv_text(pd.DataFrame({"=cmd": [1]})))))
    assert heading == ["'=cmd"]


def test_xlsx_holds_formulas_as_text(tmp_path):
    table = pd.DataFrame({"=a": ["=1+1", "@x", "plain"], "n": [-1, 2, 3]})
    assert tables.write_xlsx(table, tmp_path / "a.xlsx") == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [[c.value for c in row] for row in sheet.rows] == [["=a", "n"], ["=1+1", -1], ["@x", 2], ["plain", 3]]
    assert {c.data_type for row in sheet.iter_rows(max_col=1) for c in row} == {"s"}


def test_xlsx_takes_what_it_cannot_hold(tmp_path):
    moment = datetime.datetime(2025, 1, 20, 12, tzinfo=datetime.UTC)
    table = pd.DataFrame({"text": ["x" * 60_000, "nul\x00bell\x07"], "date": pd.to_datetime([moment, None])})
    notes = tables.write_table(table, tmp_path / "a.xlsx")
    assert notes == ["a.xlsx: 1 cells longer than 32,767 characters were cut."]
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values)
    assert len(rows[1][0]) == 32_767
    assert rows[1][1] == "2025-01-20T12:00:00+00:00"
    assert rows[2] == ("nulbell", None)


def test_an_unknown_suffix_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(UsageError, match=r"\.csv, \.xlsx or \.parquet"):
        tables.write_table(pd.DataFrame({"a": [1]}), tmp_path / "a.xls")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DiscourseError, match="there is no folder"):
        tables.write_table(pd.DataFrame({"a": [1]}), tmp_path / "no" / "a.csv")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "a.csv"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(tables, "write_csv", _disk_full)
    with pytest.raises(DiscourseError, match="No space left"):
        tables.write_table(pd.DataFrame({"a": [1]}), target)
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    assert target.read_text(encoding="utf-8") == "old"


def _disk_full(table, path, **options):
    path.write_text("half", encoding="utf-8")
    raise OSError(28, "No space left on device")
