"""CSV and its relatives: encodings, separators, ragged rows, damage."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import DataError
from discourse.posts.readers import delimited, read_file

GOLDEN = [
    ("ru", "Президент подписал указ о поддержке малого бизнеса, сообщили в правительстве"),
    ("kk", "Қазақстан Республикасының Үкіметі жаңа бағдарламаны бекітті; ол келесі жылы басталады"),
    ("zh", "外交部发言人表示，中方愿同各国加强合作，共同维护世界和平与稳定"),
    ("en", 'The minister said "no comment", then left the room'),
    ("ar", "أعلنت الحكومة عن خطة جديدة لدعم التعليم في البلاد"),
]
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


def written(rows, encoding="utf-8", separator=",", newline="\r\n"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode_files_come_back_as_written(encoding, separator):
    rows = [["lang", "text"], *[list(pair) for pair in GOLDEN]]
    found = read_file(written(rows, encoding, SEPARATORS[separator]), "posts.csv")
    assert found.values.values.tolist() == rows[1:]
    assert found.facts["separator"] == separator
    assert found.facts["encoding"].split("-")[0:2] == encoding.removesuffix("-sig").split("-")[0:2]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", GOLDEN[0][1]),
        ("gb18030", GOLDEN[2][1]),
        ("big5", "外交部發言人表示，願意同各國加強合作，維護世界和平"),
        ("cp1252", "La réunion a été annulée à cause de la grève générale"),
    ],
)
def test_legacy_files_come_back_as_written(encoding, text, separator):
    rows = [["id", "text"], ["1", text], ["2", text[::-1]], ["3", text.upper()]]
    found = read_file(written(rows, encoding, SEPARATORS[separator]), "posts.csv")
    assert found.values.values.tolist() == rows[1:]
    assert found.facts["encoding"] == encoding
    assert f"not UTF-8; read as {encoding}." in found.notes


def test_one_short_russian_post_in_windows_1251():
    found = read_file("Дата;Текст\n01.02.2024;Снег\n".encode("cp1251"), "a.csv")
    assert found.values.columns.tolist() == ["Дата", "Текст"]
    assert found.values["Текст"].tolist() == ["Снег"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(list(SEPARATORS.values())),
)
def test_any_text_survives_a_quoted_file(rows, encoding, separator):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [("first column", "second column"), *rows]
    )
    found = read_file(out.getvalue().encode(encoding), "posts.csv")
    assert found.values.values.tolist() == [list(row) for row in rows]
    assert found.numbers.tolist() == list(range(1, len(rows) + 1))


def test_ragged_rows_are_rejected_with_their_number_and_the_rest_is_read():
    found = read_file(b"date,text\n2024-01-01,one\n\n2024-01-02,two,too many\n2024-01-03\n2024-01-04,four\n", "a.csv")
    assert found.values["text"].tolist() == ["one", "four"]
    assert found.numbers.tolist() == [1, 4]
    assert found.n_rows == 4
    assert found.rejected["row"].tolist() == [2, 3]
    assert found.rejected["reason"].tolist() == [
        "3 value(s) where the header has 2",
        "1 value(s) where the header has 2",
    ]


def test_quoted_line_breaks_stay_in_their_cell():
    found = read_file(b'date,text\n2024-01-01,"one\ntwo, ""three"""\n', "a.csv")
    assert found.values["text"].tolist() == ['one\ntwo, "three"']


def test_a_file_cut_inside_a_quotation_loses_only_its_last_row():
    found = read_file(b'date,text\n2024-01-01,"one"\n2024-01-02,"two and a ha', "a.csv")
    assert found.values["text"].tolist() == ["one"]
    assert found.rejected["row"].tolist() == [2]
    assert "never closes" in found.rejected["reason"][0]


def test_a_file_cut_inside_a_character_is_read_with_a_note():
    found = read_file("date,text\n2024-01-01,снег\n2024-01-02,дождь".encode()[:-1], "a.csv")
    assert found.values["text"].tolist()[0] == "снег"
    assert any("broken UTF-8" in note for note in found.notes)


def test_stray_quotation_marks_in_a_tab_file_swallow_no_rows():
    data = b'date\ttext\n2024-01-01\t"Hello he said\n2024-01-02\ttwo\n2024-01-03\t"three\n2024-01-04\tfour\n'
    found = read_file(data, "a.tsv")
    assert found.values["text"].tolist() == ['"Hello he said', "two", '"three', "four"]
    odd = read_file(data.replace(b'"three', b"three"), "a.tsv")
    assert odd.values["text"].tolist() == ['"Hello he said', "two", "three", "four"]


def test_rows_swallowed_by_an_open_quotation_are_told():
    data = b'date,text\n2024-01-01,"open\n2024-01-02,two\n2024-01-03,"three"\n2024-01-04,four\n'
    assert any("line 2 seems to hold other rows" in note for note in read_file(data, "a.csv").notes)
    whole = read_file(b'date,text\n2024-01-01,"one\ntwo, three"\n2024-01-02,four\n', "a.csv")
    assert whole.notes == []


def test_a_literal_inch_sign_at_the_end_is_no_open_quotation():
    found = read_file(b'date,text\n2024-01-01,a screen of 5"', "a.csv")
    assert found.values["text"].tolist() == ['a screen of 5"']


def test_the_separator_line_of_spreadsheets_is_honoured():
    assert read_file(b"sep=;\r\na;text\r\n1;x\r\n", "a.csv").values["text"].tolist() == ["x"]


def test_one_column_with_commas_inside():
    found = read_file(b"text\nhello, world\n\nbye, now, all\n", "a.csv")
    assert found.values["text"].tolist() == ["hello, world", "bye, now, all"]


def test_headers_are_trimmed_named_and_made_unique():
    found = read_file("\ufeff text ,,text,\u200bdate\nx,y,z,2024-01-01\n".encode(), "a.csv")
    assert found.values.columns.tolist() == ["text", "column_2", "text_2", "date"]
    assert len(found.notes) == 2


def test_nul_characters_are_taken_out_and_told():
    found = read_file(b"date,text\n2024-01-01,o\x00ne\n", "a.csv")
    assert found.values["text"].tolist() == ["one"]
    assert "1 NUL character(s) taken out." in found.notes


def test_a_cell_of_five_million_characters():
    data = b"id,text\n1," + b"x" * 5_000_000 + b"\n2,y\n"
    assert [len(text) for text in delimited.read(data, "a.csv").values["text"]] == [5_000_000, 1]
    found = read_file(data, "a.csv")
    assert found.values["text"].tolist() == ["y"]
    assert found.numbers.tolist() == [2]
    assert found.rejected["reason"].tolist() == ["5,000,000 characters in one cell, more than any post has (1,000,000)"]


def test_old_mac_line_ends():
    assert read_file(b"id,text\r1,x\r2,y\r", "a.csv").values["text"].tolist() == ["x", "y"]


@pytest.mark.parametrize("data", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(DataError, match="empty"):
        read_file(data, "a.csv")


def test_a_header_alone_is_refused():
    with pytest.raises(DataError, match="a header and no rows"):
        read_file(b"date,text\n", "a.csv")


def test_binary_rubbish_is_refused():
    with pytest.raises(DataError, match=r"a\.csv: not a text file"):
        read_file(bytes(range(256)) * 40, "a.csv")


def test_a_monstrous_first_line_is_refused_or_read_but_never_a_traceback():
    with pytest.raises(DataError):
        read_file(b"x" * 400_000, "a.csv")


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("word", ["snow", "снег", "大雪封闭", "😀"])
def test_utf_32_is_read(encoding, marked, word):
    text = f"date,text\n2024-01-01,{word}\n2024-01-02,{word} again\n"
    rows = read_file((("\ufeff" if marked else "") + text).encode(encoding), "a.csv")
    assert rows.facts["encoding"] == encoding
    assert rows.values["text"].tolist() == [word, f"{word} again"]
    assert not rows.notes


def test_files_put_together_one_after_the_other():
    one = "date,text\n2024-01-01,snow\n".encode("utf-8-sig")
    two = "date,text\n2024-01-02,rain \ufeff here\n".encode("utf-8-sig")
    rows = read_file(one + two, "a.csv")
    assert rows.values["text"].tolist() == ["snow", "rain \ufeff here"]
    assert rows.numbers.tolist() == [1, 3]
    assert rows.n_rows == 3
    assert rows.rejected.to_numpy().tolist() == [[2, "", "date,text", "the heading again"]]
    assert rows.notes == ["1 line(s) begin with a byte order mark, as in files put together; it is left out."]


def test_a_post_that_says_text_is_no_heading():
    assert read_file(b"text\nsnow\ntext\n", "a.csv").values["text"].tolist() == ["snow", "text"]
    assert read_file(b"date,text\n2024-01-01,text\n", "a.csv").values["text"].tolist() == ["text"]
    with pytest.raises(DataError, match="a header and no rows"):
        read_file(b"date,text\ndate,text\n", "a.csv")


def test_a_million_columns_are_not_counted_wrongly():
    line = b",".join(b"c%d" % n for n in range(1_000_000))
    with pytest.raises(DataError, match=r"a\.csv: more than 16,384 columns"):
        read_file(line + b"\n" + line + b"\n", "a.csv")
