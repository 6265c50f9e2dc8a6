from __future__ import annotations

import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from discourse.codes.questions import Answer, Question
from discourse.codes.readers import formats
from discourse.codes.sheet import blank, write_sheet
from discourse.codes.sheet_guide import codebook
from discourse.errors import UsageError

SOUTH = Question(
    "Global South",
    (
        Answer(
            "Global South", "Its rise. Not: <one> country & its trade.", {"ru": ("Юг растёт.",), "zh": ("全球南方。",)}
        ),
    ),
)
MAIN = Question("main", (Answer("trade", "Goods."), Answer("=1+1", "Odd."), Answer("arts", "Arts.")), single=True)
ODD = [
    "=HYPERLINK(\"http://evil\")",
    "+7 701 123 45 67",
    "_x0041_ stays",
    "a\x00b\x0bc\r\nd",
    "👩🏽‍🚀 🇰🇿 ẍ̴",
    "ﷺ " + "ن" * 50,
    "x" * 40_000,
]  # fmt: skip


@pytest.fixture
def posts(golden):
    texts = [text for texts in golden.values() for text in texts] + ODD
    ids = [f"p{at}" for at in range(len(texts))]
    langs = [lang for lang, texts in golden.items() for _ in texts] + ["en"] * len(ODD)
    dates = pd.to_datetime(["2024-05-01T09:30"] * len(texts))
    return pd.DataFrame({"post_id": ids, "lang": langs, "text": texts, "date": dates})


def test_the_columns_of_a_sheet(posts):
    made = blank("half", posts, [SOUTH, MAIN])
    assert made.columns.tolist() == ["number", "sample", "post_id", "lang", "text", "Global South", "main", "note"]
    assert made["number"].tolist() == list(range(1, len(posts) + 1))
    assert (made["sample"] == "half").all()
    assert (made[["Global South", "main", "note"]] == "").all(axis=None)
    assert "date" not in made
    assert blank("half", posts, [SOUTH], show_date=True)["date"].tolist() == ["2024-05-01"] * len(posts)
    for twice in ([SOUTH, SOUTH], [Question("Text", (Answer("Text"),))], [Question("date", (Answer("date"),))],
                  [Question("Number", (Answer("Number"),))]):  # fmt: skip
        with pytest.raises(UsageError, match="heading of two columns"):
            blank("half", posts, twice)


def test_a_workbook_holds_every_text_as_it_is(posts, tmp_path):
    made = blank("half", posts, [SOUTH, MAIN])
    assert write_sheet(made, [SOUTH, MAIN], ["ru", "en"], tmp_path / "s.xlsx") == 1
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert book.sheetnames == ["how to", "posts", "codebook"]
    page = book["posts"]
    assert book.active is page
    assert not book["how to"].sheet_view.tabSelected
    assert page.freeze_panes == "A2"
    assert page["A2"].value == 1
    hidden = {letter for letter, of in page.column_dimensions.items() if of.hidden}
    assert hidden == {"B", "C"}
    for one in book:
        assert (one.page_setup.orientation, one.page_setup.fitToHeight) == ("landscape", 0)
        assert one.sheet_properties.pageSetUpPr.fitToPage
        assert one.print_title_rows == "$1:$1"
    texts = [page.cell(row, 5).value for row in range(2, page.max_row + 1)]
    whole = [text for text in posts["text"] if len(text) < 30_000 and "\x00" not in text and "_x0041_" not in text]
    assert [text for text in texts if text in whole] == whole
    assert all(page.cell(row, 5).data_type == "s" for row in range(2, page.max_row + 1))
    assert page.column_dimensions["E"].width > 60
    assert page.cell(2, 5).alignment.wrap_text
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    last = len(posts) + 1
    assert rules[f"F2:F{last}"].formula1 == '"yes,no"'
    assert rules[f"F2:F{last}"].prompt.startswith("Its rise.")
    assert rules[f"G2:G{last}"].formula1 == '"trade,=1+1,arts,none"'
    codebook = [[cell.value for cell in row] for row in book["codebook"].iter_rows()]
    assert codebook[0] == ["scheme", "code", "definition", "language", "yes"]
    assert codebook[1][1:] == ["Global South", "Its rise. Not: <one> country & its trade.", "ru", "Юг растёт."]
    assert [row[0] for row in codebook[2:]] == ["main"] * 3
    with zipfile.ZipFile(tmp_path / "s.xlsx") as archive:
        formulas = [one for name in archive.namelist() for one in re.findall(rb"<f[ >].*?</f>", archive.read(name))]
        assert formulas == [
            f"<f>COUNTBLANK(posts!${letter}$2:${letter}${last})</f>".encode() for letter in "FG"
        ]  # ours alone
        assert not any(b"externalLink" in archive.read(name) for name in archive.namelist())
    guide = [[cell.value for cell in row] for row in book["how to"].iter_rows()]
    assert [row[0] for row in guide[-3:]] == ["Posts still to be coded", "Global South", "main"]
    assert not any("coded before" in str(row[0]) for row in guide)


def test_long_lists_of_answers_stand_on_a_sheet_of_their_own(posts, tmp_path):
    many = Question("scheme", tuple(Answer(f"a code, number {at}") for at in range(40)), single=True)
    quoted = Question("other", (Answer('the "West"'), Answer("rest")), single=True)
    write_sheet(blank("half", posts, [many, quoted]), [many, quoted], ["en"], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    rules = [rule.formula1 for rule in book["posts"].data_validations.dataValidation]
    assert rules == ["'choices'!$A$2:$A$42", "'choices'!$B$2:$B$4"]
    assert book["choices"]["A42"].value == "none"
    assert book["choices"]["B2"].value == 'the "West"'


@pytest.mark.parametrize("reordered", [False, True])
def test_a_sheet_that_was_filled_in_is_read_as_codes(posts, tmp_path, reordered):
    write_sheet(blank("half", posts, [SOUTH, MAIN]), [SOUTH, MAIN], ["en"], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    page = book["posts"]
    for row in range(2, page.max_row + 1):
        page.cell(row, 6).value = "yes" if row % 3 == 0 else "no"
        page.cell(row, 7).value = ("trade", "arts", "none")[row % 3]
    if reordered:
        page.move_range(f"B1:C{page.max_row}", cols=10)
        page.move_range(f"F1:F{page.max_row}", cols=10)
    book.save(tmp_path / "s.xlsx")
    found = formats.read(tmp_path / "s.xlsx")
    given = found.codings.merge(found.sources, left_on="source", right_index=True)
    assert sorted(given.loc[given["code"] == "Global South", "post_id"]) == sorted(
        f"p{row - 2}" for row in range(2, len(posts) + 2) if row % 3 == 0
    )
    assert (given["code"] == "trade").sum() == sum(row % 3 == 0 for row in range(2, len(posts) + 2))
    assert len(found.read[["source", "scheme"]].drop_duplicates()) == 2 * len(posts)
    assert set(found.read["scheme"]) == {"Global South", "main"}
    assert "Its rise. Not: <one> country & its trade." in found.codes["definition"].tolist()


def test_an_example_a_row_and_those_of_other_languages_left_out():
    answer = Answer("UN", "Of it.", {"ru": ("a", "b", "c", "d"), "zh": ("e",), "ar": ("f",)}, {"zh": ("g", "h")})
    made = codebook([Question("UN", (answer,)), MAIN], ["zh", "ru"])
    assert made.columns.tolist() == ["scheme", "code", "definition", "language", "yes", "no"]
    assert made.iloc[:, 1:].to_numpy().tolist()[:6] == [
        ["UN", "Of it.", "zh", "e", "g"],
        ["", "", "zh", "", "h"],
        ["", "", "ru", "a", ""],
        ["", "", "ru", "b", ""],
        ["", "", "ru", "c", ""],
        ["trade", "Goods.", "", "", ""],
    ]
    assert codebook([Question("UN", (Answer("UN"),))], ["en"]).columns.tolist() == ["code", "definition"]


def test_answers_that_are_known_stand_in_the_sheet_and_are_spoken_of(posts, tmp_path):
    made = blank("half", posts, [SOUTH])
    made.loc[1, "Global South"] = "yes"
    write_sheet(made, [SOUTH], ["en"], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert [book["posts"].cell(row, 6).value for row in (2, 3, 4)] == [None, "yes", None]
    assert any("coded before" in str(row[0].value) for row in book["how to"].iter_rows())
