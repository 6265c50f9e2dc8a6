"""Cells of coding sheets that are neither yes nor no."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from discourse.codes.readers import tables
from discourse.errors import DataError


def sheet(**columns):
    n = len(next(iter(columns.values())))
    made = {"number": range(1, n + 1), "sample": "s", "post_id": [f"p{at}" for at in range(n)], "lang": "ru"}
    return pd.DataFrame({**made, "text": [f"Снег идёт, день {at}" for at in range(n)], **columns})


def read_csv(**columns):
    return tables.read(sheet(**columns).to_csv(index=False).encode(), "filled.csv")


def read_book(codes, **columns):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        pd.DataFrame({"how to code": ["Read each post whole."]}).to_excel(writer, sheet_name="how to", index=False)
        sheet(**columns).to_excel(writer, sheet_name="posts", index=False)
        book = pd.DataFrame([(*code, "Of it.") for code in codes], columns=["scheme", "code", "definition"])
        book.to_excel(writer, sheet_name="codebook", index=False)
    return tables.read(out.getvalue(), "filled.xlsx")


STRAY = ["yes", "no", "no", "no", "no", "maybe", "no"]


def test_one_stray_cell_is_named():
    said = r"row 7, Global South: 'maybe' is neither yes nor no\. Decide, or empty the cell"
    with pytest.raises(DataError, match=rf"^filled\.csv, {said}"):
        read_csv(**{"Global South": STRAY})
    with pytest.raises(DataError, match=rf"^filled\.xlsx, {said}"):
        read_book([("", "Global South")], **{"Global South": STRAY})


def test_of_many_the_first_three_and_their_number_are_named():
    with pytest.raises(DataError) as caught:
        read_csv(UN=["yes", "?", "", "хз", "не знаю", "unsure", "no"])
    assert "filled.csv, UN: 4 cells are neither yes nor no: row 3 '?', row 5 'хз', row 6 'не знаю' ..." in str(
        caught.value
    )


def test_long_remarks_in_a_column_of_marks_are_not_passed_over():
    remark = "I would say yes, were it not for the second sentence, in which the tariff is meant and nothing else."
    with pytest.raises(DataError, match="row 4, UN: 'I would say yes"):
        read_csv(UN=["yes", "no", remark, remark + " Again."][:3], SCO=["no"] * 3)


@pytest.mark.parametrize("marks", [("да", "нет"), ("иә", "жоқ"), ("是", "否"), ("نعم", "لا"), ("1", "0"), ("x", "-")])
def test_marks_of_every_language_are_fine_and_others_among_them_are_not(marks):
    yes, no = marks
    found = read_csv(UN=[yes, no, "", yes])
    assert found.codings["scheme"].tolist() == ["UN", "UN"]
    assert len(found.read) == 3
    with pytest.raises(DataError, match="row 4, UN: 'возможно'"):
        read_csv(UN=[yes, no, "возможно", yes])


@pytest.mark.parametrize(
    "column", [["trade", "arts", "none", "no one"], ["1", "2", "none", "0"], ["-", "arts", "", "a"]]
)
def test_codes_to_pick_from_are_no_marks(column):
    found = read_csv(topic=column)
    assert set(found.codings["scheme"]) == {"topic"}


def test_the_codebook_of_a_workbook_tells_what_is_asked_how():
    codes = [("", "UN"), ("tone", "yes, loudly"), ("tone", "yes")]
    found = read_book(codes, UN=["yes", "no"], tone=["yes, loudly", "yes"], sure=["yes", "hardly"])
    assert {"UN", "tone"} <= set(found.codings["scheme"])  # a column of the coder's own may say anything
    with pytest.raises(DataError, match="row 3, UN: 'hardly'"):
        read_book(codes, UN=["no", "hardly"], tone=["yes", "yes"])


def test_tables_that_are_no_sheets_of_ours_are_read_as_ever():
    found = tables.read(b"id,UN\n1,yes\n2,maybe\n3,no\n", "other.csv")
    assert found.codings["code"].tolist() == ["yes", "maybe"]


def test_a_typo_in_a_list_to_pick_from():
    codes = [("tone", "Domestic"), ("tone", "Global"), ("", "UN")]
    said = r"^filled\.xlsx, row 4, tone: 'Globl' is none of Domestic, Global, none\. Did you mean Global\? Decide"
    with pytest.raises(DataError, match=said):
        read_book(codes, UN=["yes", "no", "no"], tone=["Global", "none", "Globl"])
    with pytest.raises(DataError, match=r"2 cells are none of .*: row 2 'global', row 3 'Domestic; Global'"):
        read_book(codes, UN=["yes", "no"], tone=["global", "Domestic; Global"])
    assert len(read_book(codes, UN=["yes", "no", ""], tone=["Global", "нет", ""]).read) == 4
