"""Two answers of one coder to one question."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from discourse.codes.place import place
from discourse.codes.readers import tables
from discourse.codes.together import together
from discourse.errors import DataError

TEXTS = [f"Снег идёт, день {at}: 国家 نعم" for at in range(4)]
POSTS = pd.DataFrame({"post_id": ["p0", "p1", "p2", "p3"], "text": TEXTS, "message": TEXTS, "date": pd.NaT})


def sheet(rows, **columns):
    made = {"number": [row + 1 for row in rows], "sample": "s", "post_id": [f"p{row}" for row in rows], "lang": "ru"}
    return pd.DataFrame({**made, "text": [TEXTS[row] for row in rows], **columns})


def read(table, name="half.csv"):
    return tables.read(table.to_csv(index=False).encode(), name)


def laid(*coded):
    parts = [place(one, POSTS) for one in coded]
    return together(POSTS["post_id"].to_numpy(dtype=object), parts, [one.codes for one in coded])


def test_a_post_twice_in_a_sheet_once_yes_and_once_no():
    said = r"^half\.csv, row 2: half says 'yes' to UN for post p0, and 'no' in half\.csv, row 5\. A coder has one"
    with pytest.raises(DataError, match=said):
        read(sheet([0, 1, 2, 0], UN=["yes", "no", "no", "no"]))
    assert set(read(sheet([0, 1, 2, 0], UN=["yes", "no", "no", "да"])).codings["source"]) == {0}
    assert len(read(sheet([0, 1, 0], UN=["yes", "no", ""])).codings) == 1  # an empty cell says nothing


def test_two_codes_of_a_list_of_which_one_is_picked():
    with pytest.raises(
        DataError, match=r"row 2: half says 'Local' to tone for post p0, and 'none' in half\.csv, row 4"
    ):
        read(sheet([0, 1, 0], tone=["Local", "Global", "none"]))
    many = read(sheet([0, 1, 0], tone=["Local", "Global;Local", "Global"]))
    assert sorted(many.codings.loc[many.codings["source"] == 0, "code"]) == ["Global", "Local"]


def test_a_copy_of_a_sheet_within_the_workbook():
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        sheet([0, 1], UN=["yes", "no"]).to_excel(writer, sheet_name="posts", index=False)
        sheet([0, 1], UN=["no", "no"]).to_excel(writer, sheet_name="posts (2)", index=False)
    said = r'sheet "posts", row 2: half says .yes. to UN for post p0, and .no. in half\.xlsx, sheet "posts \(2\)", row'
    with pytest.raises(DataError, match=said):
        tables.read(out.getvalue(), "half.xlsx")


def test_tables_of_other_programs_too():
    with pytest.raises(DataError, match=r"row 2: Anna says 'yes' to UN for post 1, and 'no' in t\.csv, row 4.*1 more"):
        tables.read(b"id,coder,UN,SCO\n1,Anna,1,1\n1,Bo,0,0\n1,Anna,0,0\n", "t.csv")
    with pytest.raises(DataError, match=r"row 2: Anna says 'yes' to UN for post 1, and 'no' in t\.csv, row 3"):
        tables.read(b"id,coder,code,value\n1,Anna,UN,1\n1,Anna,UN,0\n", "t.csv")
    found = tables.read(b"id,topic\n1,trade\n1,arts\n2,trade\n", "t.csv")  # a row a code is no contradiction
    assert len(found.codings) == 3
    crosses = tables.read(b"id,UN,SCO\n1,x,\n1,,x\n2,x,x\n", "t.csv")
    assert len(crosses.codings) == 4


def test_a_post_twice_under_changed_texts():
    """Rows of one identifier and other texts are sources of their own, and one post."""
    table = sheet([0, 1, 2, 0], UN=["yes", "no", "no", "no"])
    table.loc[3, "text"] += " (corrected)"
    with pytest.raises(DataError, match=r"half says 'yes' to UN for post p0, and 'no' in half\.csv, row 5"):
        laid(read(table))


def test_two_files_of_one_coder_and_of_two():
    one, other = sheet([0, 1], UN=["yes", "no"]), sheet([0, 1], UN=["yes", "yes"])
    with pytest.raises(DataError, match=r"^half.csv, row 3: half says 'no' to UN for post p1, and 'yes' in late/half"):
        laid(read(one), read(other, "late/half.csv"))
    found = laid(read(one, "anna.csv"), read(other, "bo.csv"))
    assert found.outcome("UN", "UN", "anna")[:2].tolist() == [1, 0]
    assert found.outcome("UN", "UN", "bo")[:2].tolist() == [1, 1]
    assert np.isnan(found.outcome("UN", "UN", "bo")[2])
    same = laid(read(one, "a/half.csv"), read(one, "b/half.csv"))
    assert same.outcome("UN", "UN", "half")[:2].tolist() == [1, 0]


def test_formulas_without_a_saved_result_are_told():
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["number", "sample", "post_id", "text", "UN"], [1, "s", "p0", TEXTS[0], '=IF(1,"yes","no")']]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(DataError, match=r"nothing is filled in yet.* 1 formula\(s\) have no value kept .* save it"):
        tables.read(out.getvalue(), "half.xlsx")


def test_ones_and_noughts_with_a_decimal_point_are_marks():
    found = tables.read(b"id,UN,SCO\n1,1.0,0.0\n2,0.0,\n3,,1.0\n", "t.csv")
    assert found.codings[["source", "code"]].values.tolist() == [[0, "UN"], [2, "SCO"]]
