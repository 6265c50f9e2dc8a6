"""Whatever text comes in goes out again, and nothing in it is run."""

import csv
import re
from itertools import zip_longest

import openpyxl
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse import tables
from discourse.jobs.export import with_themes
from discourse.posts import read
from discourse.posts.readers import read_file

SIGNS = [
    "",
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "  =",
    "\ufeff=",
    "＝",
    '"=',
    "'=",
    '=cmd|"/C calc"!A0;',
    "a\r=1+1",
    "a;=1+1",
]
TEXTS = st.builds(str.__add__, st.sampled_from(SIGNS), st.text(min_size=1, max_size=12).map("w ".__add__))
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), heading=TEXTS)
def test_any_text_goes_out_as_it_came_in_and_nothing_is_run(tmp_path_factory, quick, texts, heading):
    folder = tmp_path_factory.mktemp("export")
    pd.DataFrame({"text": texts, heading: texts, "n": -1}).to_parquet(folder / "posts.parquet")
    posts = read(folder / "posts.parquet", text="text")
    placed = pd.DataFrame({"theme": -1, "strength": 0.0}, index=posts.table.index)
    found = {"stored": posts.stored, "columns": posts.columns}
    out = with_themes(posts.table, found, placed, {})
    assert out["text"].tolist() == [text.replace("\x00", "") for text in texts]
    tables.write_table(out, folder / "out.csv")
    tables.write_table(out, folder / "out.xlsx")

    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert rows[0] == [tables.formula_safe(name) for name in out.columns]
    assert [row[0] for row in rows[1:]] == [tables.formula_safe(text) for text in out["text"]]
    assert [row[2] for row in rows[1:]] == ["-1"] * len(texts)

    sheet = openpyxl.load_workbook(folder / "out.xlsx").active
    assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    back = read_file((folder / "out.xlsx").read_bytes(), "out.xlsx").values.iloc[:, 0].fillna("")
    for there, given_text in zip_longest(back, out["text"]):
        assert there == re.sub("\r\n?", "\n", NO_XML.sub("", given_text))


def test_whole_numbers_with_gaps_come_back_whole(tmp_path, quick):
    (tmp_path / "posts.csv").write_text("date,text,likes\n2024-01-01,one,5\n2024-01-02,two,\n", encoding="utf-8")
    posts = read(tmp_path / "posts.csv")
    posts.table.to_parquet(tmp_path / "run.parquet")
    stored = pd.read_parquet(tmp_path / "run.parquet")
    placed = pd.DataFrame({"theme": [-1, -1], "strength": 0.0})
    out = with_themes(stored, {"stored": posts.stored, "columns": posts.columns}, placed, {})
    assert out["likes"].dtype == "Int64"
    assert tables.csv_text(out).splitlines()[1].startswith("2024-01-01,one,5,")
    tables.write_table(out, tmp_path / "out.xlsx")
    assert [row[2].value for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(min_row=2)] == [
        5,
        None,
    ]
