"""Files that are broken, mistaken or meant to do harm: a clear error or a rejected row, soon and in little memory."""

import contextlib
import csv
import io
import json
import os
import random
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from discourse.errors import DataError
from discourse.posts import read
from discourse.posts.readers import intake

RU = "Президент подписал указ о поддержке малого бизнеса"
KK = "Қазақстан Үкіметі жаңа бағдарламаны бекітті"
ZH = "外交部发言人表示愿加强合作"
EN = "The minister said there was nothing to add"
AR = "أعلنت الحكومة عن خطة جديدة لدعم التعليم"
TEXTS = [RU, KK, ZH, EN, AR]
TABLE = pd.DataFrame({"date": [f"2024-01-0{day}" for day in range(1, 6)], "text": TEXTS})
SECONDS = 20


def csv_file(table=TABLE, encoding="utf-8", **options):
    return table.to_csv(index=False, **options).encode(encoding)


def xlsx_file(table=TABLE):
    out = io.BytesIO()
    table.to_excel(out, index=False)
    return out.getvalue()


def parquet_file(table=TABLE):
    out = io.BytesIO()
    table.to_parquet(out)
    return out.getvalue()


def json_file(table=TABLE):
    return json.dumps(table.to_dict("records"), ensure_ascii=False).encode()


def jsonl_file(table=TABLE):
    return table.to_json(orient="records", lines=True, force_ascii=False).encode()


MAKERS = {
    "csv": csv_file,
    "tsv": lambda: csv_file(sep="\t"),
    "xlsx": xlsx_file,
    "json": json_file,
    "jsonl": jsonl_file,
    "parquet": parquet_file,
}


@pytest.fixture(autouse=True)
def bounded(quick):
    """Every case ends within seconds; what follows on reading is left out, as it has tests of its own."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SECONDS


def put(folder, data, name="posts.csv"):
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path, *said):
    """The error that a file is refused with; it names the file and ends with advice."""
    with pytest.raises(DataError) as error:
        read(path)
    message = str(error.value)
    assert Path(path).name in message
    for words in said:
        assert words in message
    return message


def texts_of(path, **options):
    return read(path, **options).table["text"].tolist()


# --- files of the wrong kind, size or shape -------------------------------------------------------------------


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("suffix", [*MAKERS, "txt", "xlsm", "pq", "JSON", "dat"])
def test_every_format_is_read_under_every_name(tmp_path, kind, suffix):
    posts = read(put(tmp_path, MAKERS[kind](), f"posts.{suffix}"))
    assert posts.table["text"].tolist() == TEXTS
    assert posts.sources[0]["format"] == kind


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_file_is_refused_or_read_as_far_as_it_goes(tmp_path, kind, share):
    data = MAKERS[kind]()
    path = put(tmp_path, data[: int(len(data) * share)], f"posts.{kind}")
    try:
        posts = read(path)
    except DataError as error:
        assert "posts." in str(error)
        assert "Traceback" not in str(error)
    else:
        assert kind in ("csv", "tsv", "jsonl")
        whole = [text for text in posts.table["text"] if text in TEXTS]
        assert len(whole) >= len(posts.table) - 1


@pytest.mark.parametrize("kind", ["xlsx", "json", "parquet"])
def test_a_truncated_file_is_called_so(tmp_path, kind):
    data = MAKERS[kind]()
    message = refused(put(tmp_path, data[: len(data) // 2], f"posts.{kind}"))
    assert any(words in message for words in ("cut short", "no whole zip archive", "can't be read"))


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\n" * 1000, b"\r\n \t\r\n", b"\x00" * 100_000])
@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "xlsx", "parquet"])
def test_a_file_of_nothing_is_called_empty(tmp_path, data, suffix):
    assert "empty" in refused(put(tmp_path, data, f"posts.{suffix}"))


@pytest.mark.parametrize("data", [b'"', b'"\n', b'""', b'"""', b"'", b",", b",,,\n,,,", b"date,text", b"date,text\r\n"])
def test_a_header_or_less_is_refused(tmp_path, data):
    refused(put(tmp_path, data))


def test_a_lone_quotation_mark_loses_one_row_at_most(tmp_path):
    posts = read(put(tmp_path, csv_file() + b'2024-01-06,"cut of'))
    assert posts.table["text"].tolist() == [*TEXTS, '"cut of']
    posts = read(put(tmp_path, csv_file(quoting=csv.QUOTE_ALL) + b'"2024-01-06","cut of'))
    assert posts.table["text"].tolist() == TEXTS
    assert "never closes" in posts.rejected["reason"][0]


@pytest.mark.parametrize("newline", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_line_ends_and_unicode_forms(tmp_path, newline, encoding):
    path = put(tmp_path, csv_file(encoding=encoding, lineterminator=newline))
    assert texts_of(path) == TEXTS


def test_line_separators_of_unicode_end_no_row(tmp_path):
    table = pd.DataFrame(
        {"date": ["2024-01-01"] * 3, "text": ["one\u2028two", "three\u2029four", "five\x85six\x0bseven"]}
    )
    assert texts_of(put(tmp_path, csv_file(table))) == table["text"].tolist()
    assert texts_of(put(tmp_path, jsonl_file(table), "p.jsonl")) == table["text"].tolist()
    raw = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_dict("records"))
    assert texts_of(put(tmp_path, raw.encode(), "q.jsonl")) == table["text"].tolist()


def test_the_separator_that_a_spreadsheet_writes_on_top(tmp_path):
    assert texts_of(put(tmp_path, b"sep=;\r\n" + csv_file(sep=";"))) == TEXTS
    assert texts_of(put(tmp_path, b"\xef\xbb\xbfsep=;\r\n" + csv_file(sep=";"))) == TEXTS


def test_nul_bytes_are_taken_out_and_told(tmp_path):
    data = csv_file().replace("указ".encode(), "ук\x00аз".encode())
    posts = read(put(tmp_path, data))
    assert posts.table["text"].tolist() == TEXTS
    assert "1 NUL character(s) taken out." in posts.notes


def test_rows_that_are_all_ragged_are_told_to_be_so(tmp_path):
    lines = [f"2024-01-0{day},one, two, and three" for day in range(1, 6)]
    message = refused(put(tmp_path, "\n".join(["date,text", *lines]).encode()))
    assert "quotation marks" in message
    assert "--text" not in message


# --- encodings ------------------------------------------------------------------------------------------------


def lines_of(n, text):
    return [f"2024-01-{1 + i % 28:02d};{text} {i}" for i in range(n)]


@pytest.mark.parametrize(("utf8", "old"), [(50, 50), (99, 1), (20, 80), (1000, 3)])
def test_a_file_put_together_from_two_encodings_is_read_line_by_line(tmp_path, utf8, old):
    head = ["date;text", *lines_of(utf8, RU + " " + KK)]
    data = "\n".join([*head, ""]).encode() + "\n".join(lines_of(old, RU)).encode("cp1251")
    posts = read(put(tmp_path, data))
    assert posts.table["text"].tolist() == [f"{RU} {KK} {i}" for i in range(utf8)] + [f"{RU} {i}" for i in range(old)]
    note = f"the file mixes encodings: {old:,} line(s) are read as cp1251, the first of them line {utf8 + 2}"
    assert any(note in said for said in posts.notes)


def test_a_chinese_half_in_gb18030(tmp_path):
    data = "\n".join(["date;text", *lines_of(30, KK), ""]).encode() + "\n".join(lines_of(30, ZH)).encode("gb18030")
    assert texts_of(put(tmp_path, data))[-1] == f"{ZH} 29"


def test_damaged_utf8_is_not_taken_for_an_old_encoding(tmp_path):
    data = bytearray("\n".join(["date;text", *lines_of(50, RU)]).encode())
    at = data.index("указ".encode(), 2000)
    data[at] = 0xFF
    posts = read(put(tmp_path, bytes(data)))
    assert sum("\ufffd" in text for text in posts.table["text"]) == 1
    assert any("broken UTF-8" in note for note in posts.notes)


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1251", RU), ("gb18030", ZH), ("big5", "外交部發言人表示，願意同各國加強合作")]
)
def test_whole_files_in_an_old_encoding_stay_whole(tmp_path, encoding, text):
    data = "\n".join(["date;text", *lines_of(300, text)]).encode(encoding)
    posts = read(put(tmp_path, data))
    assert posts.table["text"].tolist() == [f"{text} {i}" for i in range(300)]
    assert posts.sources[0]["encoding"] == encoding


# --- too wide, too long ---------------------------------------------------------------------------------------


def test_a_million_columns_in_csv(tmp_path):
    head = ",".join(f"c{i}" for i in range(1_000_000))
    message = refused(put(tmp_path, f"{head}\n{',' * 999_999}\n".encode()))
    assert "columns" in message or "no header" in message


def test_twenty_thousand_columns_in_csv(tmp_path):
    head = ",".join(f"c{i}" for i in range(20_000))
    refused(put(tmp_path, f"{head}\n{',' * 19_999}\n".encode()), "more than 16,384 columns")


def test_a_million_columns_in_json(tmp_path):
    wide = [{"text": "a", **{f"c{i}": i for i in range(1_000_000)}}]
    refused(put(tmp_path, json.dumps(wide).encode(), "p.json"), "more than 16,384 columns")
    long = "\n".join(json.dumps({"text": "a", f"c{i}": i}) for i in range(200_000))
    refused(put(tmp_path, long.encode(), "p.jsonl"), "more than 16,384 columns")


def test_a_sparse_json_table_that_would_fill_the_memory(tmp_path):
    rows = [{f"c{i}": 1 for i in range(16_000)}, *[{"text": "a"}] * 100_000]
    refused(put(tmp_path, json.dumps(rows).encode(), "p.json"), "more than the 134,217,728 cells")


def test_too_many_columns_in_parquet(tmp_path):
    columns = pa.table({f"c{i}": pa.array([1], pa.int8()) for i in range(20_000)})
    pq.write_table(columns, tmp_path / "p.parquet", write_statistics=False, store_schema=False)
    refused(tmp_path / "p.parquet", "columns")


def test_a_footer_larger_than_any_table_of_posts_in_parquet(tmp_path):
    data = b"PAR1" + b"\x00" * (100 << 20) + struct.pack("<L", 99 << 20) + b"PAR1"
    refused(put(tmp_path, data, "p.parquet"), "columns")


def test_many_columns_in_a_workbook(tmp_path):
    wide = "".join(f'<c t="str"><v>c{i}</v></c>' for i in range(1_000_000))
    refused(put(tmp_path, workbook(f"<row>{wide}</row><row>{wide}</row>"), "p.xlsx"), "can't be read")


HUGE = 100_000_000


@pytest.mark.parametrize("sign", ["x", "я"])
def test_a_cell_of_a_hundred_megabytes_in_csv(tmp_path, sign):
    text = sign * (HUGE // len(sign.encode()))
    data = b"date,text,note\n2024-01-01,one,\n2024-01-02," + text.encode() + b",\n2024-01-03,three,\n"
    posts = read(put(tmp_path, data))
    assert posts.table["text"].tolist() == ["one", "three"]
    assert posts.rejected[["row", "column"]].values.tolist() == [[2, "text"]]
    assert "characters in one cell, more than any post has" in posts.rejected["reason"][0]
    assert len(posts.rejected["value"][0]) == 200


def test_a_cell_of_a_hundred_megabytes_in_a_column_that_is_no_text(tmp_path):
    data = b"date,text,note\n2024-01-01,one,\n2024-01-02,two," + b"x" * HUGE + b"\n2024-01-03,three,\n"
    posts = read(put(tmp_path, data))
    assert posts.table["text"].tolist() == ["one", "three"]
    assert posts.rejected["column"].tolist() == ["note"]


@pytest.mark.parametrize("lines", [False, True])
def test_a_cell_of_a_hundred_megabytes_in_json(tmp_path, lines):
    rows = [{"date": "2024-01-01", "text": "one"}, {"date": "2024-01-02", "text": "x" * HUGE}]
    data = "\n".join(json.dumps(row) for row in rows) if lines else json.dumps(rows)
    posts = read(put(tmp_path, data.encode(), "p.jsonl" if lines else "p.json"))
    assert posts.table["text"].tolist() == ["one"]
    assert posts.rejected["row"].tolist() == [2]


def test_a_line_of_a_hundred_megabytes_that_is_no_json(tmp_path):
    data = b'{"date": "2024-01-01", "text": "one"}\n{"text": "' + b"x" * HUGE + b"\n"
    posts = read(put(tmp_path, data, "p.jsonl"))
    assert posts.table["text"].tolist() == ["one"]
    assert posts.rejected["row"].tolist() == [2]


def test_a_cell_of_a_hundred_megabytes_in_parquet(tmp_path):
    table = pa.table({"date": ["2024-01-01", "2024-01-02"], "text": ["one", "x" * HUGE]})
    pq.write_table(table, tmp_path / "p.parquet")
    assert texts_of(tmp_path / "p.parquet") == ["one"]


def test_a_cell_of_a_hundred_megabytes_in_a_workbook(tmp_path):
    noise = random.Random(0).randbytes(HUGE // 2).hex()
    rows = ["text", "one", noise]
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{text}</v></c></row>' for n, text in enumerate(rows, 1))
    posts = read(put(tmp_path, workbook(cells, method=zipfile.ZIP_STORED), "p.xlsx"))
    assert posts.table["text"].tolist() == ["one"]
    assert posts.rejected["row"].tolist() == [2]


# --- JSON -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_json_nested_without_end(tmp_path, opening):
    refused(put(tmp_path, (opening * 200_000).encode(), "p.json"))


def test_json_nested_deeply_in_one_value(tmp_path):
    deep = "[" * 5000 + "]" * 5000
    good = '{"date": "2024-01-01", "text": "one"}'
    path = put(tmp_path, f'{good}\n{{"date": "2024-01-01", "text": "two", "x": {deep}}}\n{good}'.encode(), "p.jsonl")
    posts = read(path)
    assert posts.table["text"].tolist() == ["one", "one"]
    assert "nested too deeply" in posts.rejected["reason"][0]
    for depth in range(100, 1000, 150):
        deep = "[" * depth + "]" * depth
        path = put(tmp_path, f'[{good}, {{"date": "2024-01-01", "text": "two", "x": {deep}}}]'.encode(), "q.json")
        try:
            assert len(read(path).table) == 2
        except DataError as error:
            assert "nested too deeply" in str(error)


def test_json_with_keys_given_twice_and_values_that_are_no_numbers(tmp_path):
    data = b'[{"date": "2024-01-01", "text": "a", "text": "b", "n": NaN},'
    data += b'{"date": "2024-01-02", "text": "c", "n": -Infinity},'
    data += b'{"date": "2024-01-03", "text": "d", "n": 1e999}, {"date": "2024-01-03", "text": "e", "n": 1.5}]'
    posts = read(put(tmp_path, data, "p.json"))
    assert posts.table["text"].tolist() == ["b", "c", "d", "e"]
    assert posts.table["n"].isna().tolist() == [True, True, True, False]
    assert any("give a key twice" in note for note in posts.notes)
    assert any("3 value(s) such as NaN" in note for note in posts.notes)


@pytest.mark.parametrize("digits", [30, 400, 5000, 1_000_000])
def test_json_with_a_whole_number_of_a_million_digits(tmp_path, digits):
    data = (
        f'[{{"date": "2024-01-01", "text": "a", "n": {"9" * digits}}}, {{"date": "2024-01-02", "text": "b", "n": 1.5}}]'
    )
    posts = read(put(tmp_path, data.encode(), "p.json"))
    assert posts.table["text"].tolist() == ["a", "b"]
    assert posts.table["n"].tolist() == ["9" * digits, "1.5"]


# --- archives and what is in them -----------------------------------------------------------------------------


def workbook(cells, *, others=(), method=zipfile.ZIP_DEFLATED, head='<?xml version="1.0"?>'):
    """A workbook whose one sheet has the given rows, with more parts beside it."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", method) as new:
        for entry in old.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                new.writestr(entry.filename, old.read(entry))
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        with new.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'{head}<worksheet xmlns="{space}"><sheetData>'.encode())
            for piece in [cells] if isinstance(cells, str) else cells:
                part.write(piece.encode())
            part.write(b"</sheetData></worksheet>")
        for name, data in others:
            new.writestr(name, data)
    return made.getvalue()


ROWS = '<row r="1"><c r="A1" t="str"><v>text</v></c></row><row r="2"><c r="A2" t="str"><v>one</v></c></row>'


def test_an_honest_workbook_made_by_hand_is_read(tmp_path):
    assert texts_of(put(tmp_path, workbook(ROWS), "p.xlsx")) == ["one"]


@pytest.mark.parametrize("declared", ["whole", "one byte"])
def test_a_workbook_that_swells_is_refused_while_it_is_unpacked(tmp_path, declared):
    blank = " " * (1 << 20)
    data = bytearray(workbook(blank for _ in range(150)))
    if declared == "one byte":  # the archive's own table says that the part is small
        at = data.rfind(b"xl/worksheets/sheet1.xml")
        entry = data.rfind(b"PK\x01\x02", 0, at)
        data[entry + 24 : entry + 28] = struct.pack("<L", 1)
    refused(put(tmp_path, bytes(data), "p.xlsx"), "unpacks to more than")


def test_a_workbook_of_a_hundred_thousand_parts_is_refused(tmp_path):
    many = [(f"xl/media/{i}", b"") for i in range(20_000)]
    refused(put(tmp_path, workbook(ROWS, others=many), "p.xlsx"), "parts")
    data = bytearray(workbook(ROWS))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<L", 1 << 30)
    refused(put(tmp_path, bytes(data), "p.xlsx"), "parts")


def test_a_workbook_with_a_bomb_in_a_part_that_nobody_needs_is_read(tmp_path):
    packed = workbook(ROWS, others=[("xl/media/image1.png", b"\x00" * (100 << 20)), ("nested.zip", workbook(ROWS))])
    assert texts_of(put(tmp_path, packed, "p.xlsx")) == ["one"]


def test_zip_archives_within_archives_are_refused(tmp_path):
    inner = b"0" * (10 << 20)
    for level in range(4):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(4):
                archive.writestr(f"{level}{n}.zip", inner)
        inner = out.getvalue()
    for name in ("p.xlsx", "p.csv", "p.zip"):
        refused(put(tmp_path, inner, name), "zip archive")


def test_a_workbook_packed_in_another_way_is_refused(tmp_path):
    refused(put(tmp_path, workbook(ROWS, method=zipfile.ZIP_BZIP2), "p.xlsx"), "packed in a way")


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghij", "bcdefghijk", strict=True)
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declaration", [LAUGHS, EXTERNAL])
def test_entities_in_a_workbook_are_refused(tmp_path, declaration):
    cells = ROWS.replace("one", "&k;" if declaration is LAUGHS else "&a;")
    data = workbook(cells, head=f'<?xml version="1.0"?>{declaration}]>')
    refused(put(tmp_path, data, "p.xlsx"), "document type")


def test_a_relation_that_leads_out_of_the_workbook_is_not_followed(tmp_path):
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/worksheet" Target="{}"/></Relationships>'
    )
    for target in ("../../../../etc/passwd", "file:///etc/passwd", "/etc/passwd", "http://127.0.0.1:9/x"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as old, zipfile.ZipFile(out, "w") as new:
            for entry in old.infolist():
                swap = entry.filename == "xl/_rels/workbook.xml.rels"
                new.writestr(entry.filename, relations.format(target) if swap else old.read(entry))
        refused(put(tmp_path, out.getvalue(), "p.xlsx"), "missing")


def test_a_part_whose_checksum_is_wrong_is_refused(tmp_path):
    data = bytearray(workbook(ROWS, method=zipfile.ZIP_STORED))
    at = data.index(b"<v>one")
    data[at + 3] ^= 1
    refused(put(tmp_path, bytes(data), "p.xlsx"), "damaged")


@pytest.mark.parametrize(
    ("magic", "said"),
    [(b"\x1f\x8b\x08", "gzip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"), (b"%PDF-1.4", "PDF")],
)
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "parquet"])
def test_other_formats_are_named_under_any_name(tmp_path, magic, said, suffix):
    refused(put(tmp_path, magic + zlib.compress(b"x" * 500), f"p.{suffix}"), said)


def test_formulas_in_cells_are_text_like_any_other(tmp_path):
    table = pd.DataFrame({"date": ["2024-01-01"] * 3, "text": ["=1+1", '=HYPERLINK("http://x")', "@SUM(A1)"]})
    for kind, data in {"csv": csv_file(table), "json": json_file(table), "parquet": parquet_file(table)}.items():
        assert texts_of(put(tmp_path, data, f"p.{kind}"), text="text") == table["text"].tolist()


# --- Parquet --------------------------------------------------------------------------------------------------


def test_a_milliard_of_rows_in_a_few_bytes_of_parquet(tmp_path):
    rows = pa.table({"x": pa.nulls(1 << 20, pa.int8())})
    with pq.ParquetWriter(tmp_path / "p.parquet", rows.schema) as writer:
        for _ in range(200):
            writer.write_table(rows)
    assert (tmp_path / "p.parquet").stat().st_size < 1 << 20
    refused(tmp_path / "p.parquet", "cells")


def test_long_texts_that_parquet_keeps_once(tmp_path):
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 900_000]))
    pq.write_table(pa.table({"text": texts}), tmp_path / "p.parquet")
    assert (tmp_path / "p.parquet").stat().st_size < 1 << 20
    refused(tmp_path / "p.parquet", "unpacks to")


# --- names, links and devices ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a\nb.csv", 'it\'s "q".csv', "📝 посты 帖子.csv", "--text.csv", "$(x);`y`.csv", "[1].csv", "%s{0}.csv"]
)
def test_odd_names_of_files(tmp_path, name):
    posts = read(put(tmp_path, csv_file(), name))
    assert posts.table["source_file"][0] == str(tmp_path / name)
    refused(put(tmp_path, b"", name), "empty")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of files that are no text")
def test_a_name_that_is_no_text(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/p\xff\xfe.csv")
    Path(name).write_bytes(csv_file())
    posts = read(name)
    posts.table["source_file"][0].encode()
    posts.table.to_parquet(tmp_path / "out.parquet")
    json.dumps(posts.sources, ensure_ascii=False).encode()


def test_links(tmp_path):
    put(tmp_path, csv_file(), "real.csv")
    (tmp_path / "folder").mkdir()
    for name, target in (("good", "real.csv"), ("broken", "nowhere"), ("loop", "loop"), ("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.csv").symlink_to(target)
    assert texts_of(tmp_path / "good.csv") == TEXTS
    for name in ("broken", "loop", "one"):
        refused(tmp_path / f"{name}.csv")


def test_a_folder_called_like_a_file(tmp_path):
    (tmp_path / "posts.csv").mkdir()
    refused(tmp_path / "posts.csv", "folder")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_devices_are_refused(device):
    with pytest.raises(DataError, match="is a device"):
        read(device)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "_PATIENCE", 0.3)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    refused(pipe, "nothing comes through this pipe")
    writer = threading.Thread(target=lambda: pipe.write_bytes(csv_file()))
    writer.start()
    assert texts_of(pipe) == TEXTS
    writer.join()
    monkeypatch.setattr(intake, "LARGEST_PIPE", 1 << 16)

    def flood():
        with contextlib.suppress(BrokenPipeError):
            pipe.write_bytes(b"x" * (1 << 24))

    writer = threading.Thread(target=flood)
    writer.start()
    refused(pipe, "no end")
    writer.join()


def test_a_file_larger_than_can_be_read_is_refused_unread(tmp_path):
    path = tmp_path / "posts.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    refused(path, "5.0 GiB")


MEMORY = """
import re, sys
from pathlib import Path
from discourse.posts.readers import read_file
from discourse.posts.readers.intake import content
found = read_file(content(sys.argv[1]), sys.argv[1])
assert len(found.rejected) == 1, found.rejected
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory of a process alone is read from /proc")
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("posts.csv", 'text\n"', '"\nsnow\n'), ("posts.json", '[{"text": "', '"}, {"text": "snow"}]')],
)
def test_a_cell_of_a_hundred_megabytes_takes_little_memory(tmp_path, name, before, after):
    path = tmp_path / name
    path.write_text(before + "x" * 100_000_000 + after, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1024
