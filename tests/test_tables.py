from __future__ import annotations

import csv
import datetime
import io
import re
import shutil
import subprocess

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse import tables
from discourse.errors import DataError, DiscourseError, UsageError
from discourse.posts.readers import read_file

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


HOSTILE = [
    '=cmd|"/C calc"!A0',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    '=WEBSERVICE("http://example.org")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b\u200e=1+1",
    "\u202e=1+1",
    "\x0b=1+1",
    "\x1f@x",
    '"=1+1"',
    '"\t=1+1',
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " ＝1+1",
    "\u22121+1",
    "-1_000",
    "-nan",
    "+infinity",
    "-５",
    "- реплика в диалоге",
    "@қолданушы сәлем",
    "=总和(1)",
    "+٣",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_known_way_into_a_formula_is_closed(text):
    assert tables.formula_safe(text) == "'" + text


def opened(text, separator=","):
    """Cells of CSV as a program sees them that takes a bare carriage return for the end of a row."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(), min_size=1, max_size=5), st.text(min_size=1))
def test_any_text_goes_into_csv_and_comes_out_without_a_formula(texts, name):
    for sign in ("", "=", " @", "a\r=1+1", "a\n-1"):
        table = pd.DataFrame({name: pd.Series([sign + text for text in texts], dtype="str")})
        cells = opened(tables.csv_text(table))
        assert [row[0] for row in cells[1:]] == [tables.formula_safe(sign + text) for text in texts]
        assert not any(re.match(r"[\s\"\ufeff]*[=@]", cell) for row in cells for cell in row)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(), min_size=1, max_size=5), st.text(min_size=1))
def test_any_text_goes_into_xlsx_and_comes_out_as_a_string(tmp_path_factory, texts, name):
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    given_texts = [sign + text for sign in ("", "=", "_x003D_") for text in texts]
    tables.write_xlsx(pd.DataFrame({f"h{name}": pd.Series(given_texts, dtype="str"), "number": -1}), path)
    sheet = openpyxl.load_workbook(path).active
    assert {cell.data_type for row in sheet.iter_rows(max_col=1) for cell in row} <= {
        "s",
        "n",
        "inlineStr",
    }  # an empty text has no value
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, min_col=2) for cell in row} == {"n"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    rows = read_file(path.read_bytes(), "a.xlsx")
    as_xml = [
        re.sub("\r\n?", "\n", re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)) for text in given_texts
    ]
    assert rows.values.iloc[:, 0].fillna("").tolist() == as_xml


def test_xlsx_keeps_what_a_number_cell_would_lose(tmp_path):
    table = pd.DataFrame(
        {"id": [12345678901234567, 7], "x": [float("inf"), -0.5], "d": pd.to_datetime(["1650-01-02"] * 2)}
    )
    tables.write_xlsx(table, tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values)
    assert rows[1] == ("12345678901234567", "inf", "1650-01-02T00:00:00")
    assert rows[2][:2] == (7, -0.5)


def test_cells_are_cut_where_excel_counts(tmp_path):
    table = pd.DataFrame({"text": ["😀" * 20_000, "я" * 32_767]})
    assert tables.write_xlsx(table, tmp_path / "a.xlsx") == 1
    cut, whole = (row[0] for row in list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values)[1:])
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert whole == "я" * 32_767


def test_a_table_too_wide_for_xlsx_is_refused(tmp_path):
    with pytest.raises(DataError, match="columns do not fit"):
        tables.write_xlsx(pd.DataFrame(np.zeros((1, 16_385))), tmp_path / "a.xlsx")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_sees_text_and_no_formula(tmp_path):
    tables.write_table(pd.DataFrame({"text": HOSTILE, "n": -1}), tmp_path / "a.csv")
    command = ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(tmp_path / "a.csv")]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
