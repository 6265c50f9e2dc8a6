"""Workbooks as people keep them: several sheets, titles, merged cells, dates in three forms."""

import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from discourse.errors import DataError
from discourse.posts import read
from discourse.posts.readers import read_file

RU = "Президент подписал указ о поддержке малого бизнеса"
KK = "Қазақстан Үкіметі жаңа бағдарламаны бекітті"
ZH = "外交部发言人表示愿加强合作"
EN = "The minister said there was nothing to add"
AR = "أعلنت الحكومة عن خطة جديدة لدعم التعليم"
TEXTS = [RU, KK, ZH, EN, AR]
DAY = dt.datetime(2024, 1, 5)


def book(**sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return made


def saved(made):
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def altered(data, **parts):
    """The workbook with parts put in place of others, by the end of their path."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            name = entry.filename.rpartition("/")[2].partition(".")[0]
            new.writestr(entry.filename, parts.get(name, old.read(entry)))
    return out.getvalue()


def sheet_xml(cells, after="", dimension="A1:B3"):
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{cells}</sheetData>{after}</worksheet>'
    )


def test_texts_of_every_script_come_back_with_their_types():
    rows = [["date", "text", "likes"], *[[DAY, text, n] for n, text in enumerate(TEXTS)]]
    found = read_file(saved(book(posts=rows)), "a.xlsx").values
    assert found["text"].tolist() == TEXTS
    assert found["likes"].tolist() == [0, 1, 2, 3, 4]
    assert found["date"].tolist() == [DAY] * 5


def test_sheets_with_the_same_headings_are_one_table(tmp_path):
    made = book(
        y2023=[["date", "text"], [DAY, RU], [DAY, None], [DAY, ZH]],
        codes=[["code", "meaning"], ["a", "trade"]],
        y2024=[["date", "text"], [DAY, EN], ["soon", KK]],
    )
    made.save(tmp_path / "p.xlsx")
    posts = read(tmp_path / "p.xlsx")
    assert posts.table["text"].tolist() == [RU, ZH, EN]
    assert posts.table["sheet"].tolist() == ["y2023", "y2023", "y2024"]
    assert posts.table["input_row"].tolist() == [0, 2, 3]
    assert posts.rejected[["row", "place"]].values.tolist() == [
        [2, 'sheet "y2023", row 3'],
        [5, 'sheet "y2024", row 3'],
    ]
    assert posts.n_input == 5
    assert posts.sources[0]["sheets"] == ["y2023", "y2024"]
    assert any('one table: "y2023", "y2024"' in note for note in posts.notes)
    assert any('not read: "codes"' in note for note in posts.notes)


def test_a_column_called_sheet_is_left_alone():
    made = book(a=[["sheet", "text"], ["x", RU]], b=[["sheet", "text"], ["y", KK]])
    found = read_file(saved(made), "a.xlsx").values
    assert found["sheet"].tolist() == ["x", "y"]
    assert found["sheet_2"].tolist() == ["a", "b"]


def test_of_unlike_sheets_the_one_with_the_most_text_is_read():
    made = book(
        readme=[["Exported on 5 January", "by us"]], posts=[["date", "text"], *[[DAY, RU]] * 9], sums=[["n"], [9]]
    )
    found = read_file(saved(made), "a.xlsx")
    assert found.facts == {"sheet": "posts"}
    assert any('sheet "posts" is read' in note and '"readme", "sums"' in note for note in found.notes)


def test_hidden_sheets_are_not_read_and_named():
    made = book(posts=[["text"], [RU]], old=[["text"], [KK], [EN]])
    made["old"].sheet_state = "hidden"
    found = read_file(saved(made), "a.xlsx")
    assert found.values["text"].tolist() == [RU]
    assert '1 hidden sheet(s) not read: "old".' in found.notes


def test_a_title_above_the_headings_is_left_out():
    rows = [
        ["Выгрузка за 2024 год"],
        [],
        ["Период", "2024"],
        ["Дата", "Текст", "Автор", "likes"],
        [DAY, RU, "a", 1],
        [DAY, KK, "b", 2],
    ]
    made = book(posts=rows)
    made.active.merge_cells("A1:D1")
    found = read_file(saved(made), "a.xlsx")
    assert found.values.columns.tolist() == ["Дата", "Текст", "Автор", "likes"]
    assert found.values["Текст"].tolist() == [RU, KK]
    assert found.numbers.tolist() == [1, 2]
    assert any("row 4 of the sheet" in note and "Выгрузка" in note for note in found.notes)


def test_headings_in_two_rows_are_put_together():
    rows = [
        ["ID", "Post", None, "Metrics", None, "Author", None],
        [None, "Date", "Text", "Likes", "Views", "Name", "Likes"],
        ["1", DAY, RU, 3, 4, "a", 5],
        ["2", DAY, KK, 3, 4, "a", 5],
    ]
    made = book(posts=rows)
    for cells in ("A1:A2", "B1:C1", "D1:E1", "F1:G1"):
        made.active.merge_cells(cells)
    found = read_file(saved(made), "a.xlsx")
    assert found.values.columns.tolist() == ["ID", "Date", "Text", "Metrics: Likes", "Views", "Name", "Author: Likes"]
    assert found.values["Text"].tolist() == [RU, KK]
    assert "the headings are put together from rows 1 and 2 of the sheet." in found.notes


def test_a_date_merged_over_several_posts_is_the_date_of_each():
    rows = [["date", "text"], [DAY, RU], [None, KK], [None, ZH], [dt.datetime(2024, 1, 6), EN]]
    made = book(posts=rows)
    made.active.merge_cells("A2:A4")
    found = read_file(saved(made), "a.xlsx")
    assert found.values["date"].tolist() == [DAY, DAY, DAY, dt.datetime(2024, 1, 6)]
    assert "2 cell(s) take the value of the merged cell they are part of." in found.notes


def test_dates_as_dates_as_serials_and_as_texts_in_one_column(tmp_path):
    rows = [["date", "text"], [DAY, RU], [45297, KK], ["07.01.2024", ZH], ["2024-01-08", EN]]
    book(posts=rows).save(tmp_path / "p.xlsx")
    posts = read(tmp_path / "p.xlsx", date_order="day-first")
    assert posts.table["date"].dt.strftime("%Y-%m-%d").tolist() == [f"2024-01-0{day}" for day in (5, 6, 7, 8)]


def test_numbers_kept_as_text_stay_as_they_are():
    found = read_file(saved(book(posts=[["id", "text"], ["007", RU], ["12", KK]])), "a.xlsx").values
    assert found["id"].tolist() == ["007", "12"]


def test_the_days_of_both_calendars_of_excel():
    made = book(posts=[["date", "text"], [DAY, RU]])
    assert read_file(saved(made), "a.xlsx").values["date"][0] == DAY
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert read_file(saved(made), "a.xlsx").values["date"][0] == DAY


def test_of_a_formula_the_value_kept_beside_it_is_read_and_nothing_is_evaluated():
    cells = (
        '<row r="1"><c r="A1" t="str"><v>text</v></c><c r="B1" t="str"><v>n</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"a"&amp;"b"</f><v>kept</v></c><c r="B2"><f>6*7</f><v>42</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>x</v></c><c r="B3"><f>6*7</f></c></row>'
        '<row r="4"><c r="A4" t="str"><v>y</v></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    found = read_file(altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells)), "a.xlsx")
    assert found.values["text"].tolist() == ["kept", "x", "y"]
    assert found.values["n"].fillna(-1).tolist() == [42, -1, -1]
    assert any("1 formula(s) have no value" in note for note in found.notes)
    assert any("1 cell(s) hold an error" in note for note in found.notes)


def test_a_sheet_that_claims_to_be_huge_is_as_large_as_its_cells():
    cells = (
        '<row r="1"><c r="A1" t="str"><v>text</v></c><c r="B1" t="str"><v>n</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>x</v></c><c r="B2"><v>1</v></c></row>'
        '<row r="3"><c r="XFD3"><v>7</v></c></row>'
    )
    data = altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells, dimension="A1:XFD1048576"))
    found = read_file(data, "a.xlsx")
    assert found.values.shape == (2, 3)
    assert found.values["text"][0] == "x"


def test_escaped_characters_phonetic_readings_and_rich_text():
    cells = (
        '<row r="1"><c r="A1" t="str"><v>text</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b_x000D_</t></r>'
        "<rPh><t>reading</t></rPh></is></c></row>"
    )
    found = read_file(altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells)), "a.xlsx")
    assert found.values["text"].tolist() == ["a b\r"]


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', ""),
        ('<row r="1"><c r="A0"><v>1</v></c></row>', ""),
        ('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', ""),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', ""),
        ('<row r="1048577"><c><v>1</v></c></row>', ""),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', ""),
        ('<row r="1"><c r="A1" s="x"><v>1</v></c></row>', ""),
        ('<row r="1"><c r="A1"><v>1</v></row>', ""),
        ('<row r="1"><c r="A1"><v>1</v></c></row>', '<mergeCells><mergeCell ref="A1:?"/></mergeCells>'),
    ],
)
def test_cells_that_no_sheet_has_are_refused(cells, after):
    data = altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells, after))
    with pytest.raises(DataError, match=r"a\.xlsx: the workbook can't be read"):
        read_file(data, "a.xlsx")


def test_numbers_that_are_none_and_dates_beyond_the_calendar_are_kept():
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>x</v></c><c r="B{n}"><v>{value}</v></c></row>'
        for n, value in enumerate(["text", "1e999", "9" * 1_000_000, "abc", "-5", "nan"], start=1)
    )
    found = read_file(altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells)), "a.xlsx")
    assert found.values.dtypes.astype(str).tolist() == ["str", "str"]
    beyond = book(posts=[["date", "text"], [DAY, RU], [9e9, KK]])
    beyond.active["A3"].number_format = "yyyy-mm-dd"
    assert read_file(saved(beyond), "a.xlsx").values["date"].notna().all()


def test_a_million_merged_cells_take_no_time():
    merged = "".join(f'<mergeCell ref="A{n}:A{n + 900}"/>' for n in range(3, 100_000))
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{"x" if n > 1 else "text"}</v></c></row>' for n in (1, 2, 3, 1_048_576)
    )
    data = altered(saved(book(posts=[["text"]])), sheet1=sheet_xml(cells, f"<mergeCells>{merged}</mergeCells>"))
    found = read_file(data, "a.xlsx")
    assert found.n_rows == 1_048_575
    assert isinstance(found.values, pd.DataFrame)
