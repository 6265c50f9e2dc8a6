"""Codebooks of REFI-QDA give codes with their definitions."""

import pytest

from discourse.codes.readers import formats, refi_codebook
from discourse.errors import DataError

HEAD = '<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="a program">'


def test_codes_within_codes_and_folders_are_read_with_their_definitions(tmp_path):
    (tmp_path / "team.xml").write_text(
        HEAD
        + """<Codes><Code guid="1" name="Тема" isCodable="false">
        <Code guid="2" name="экономика" isCodable="true"><Description>Торговля, труд &amp; цены 🌾</Description>
        <Code guid="3" name="астық" isCodable="true" color="#FF0000"/></Code></Code>
        <Code guid="4" name="赞扬" isCodable="true"/></Codes>
        <Sets><Set guid="5" name="group"><MemberCode guid="2"/></Set></Sets></CodeBook>""",
        encoding="utf-8",
    )
    found = formats.read(tmp_path / "team.xml")
    assert found.format == "REFI-QDA codebook"
    assert found.codes.to_numpy().tolist() == [
        ["Тема", "экономика", "", "Торговля, труд & цены 🌾"],
        ["Тема", "астық", "экономика", ""],
        ["", "赞扬", "", ""],
    ]
    assert found.codings.empty and found.sources.empty and found.read.empty
    assert found.notes == ["1 set of codes is passed over; the codes in it are read."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "</CodeBook>", "holds no codes"),
        ("<Project/>", "begins with <Project>"),
        (HEAD + "<Codes><Code/></Codes></CodeBook>", "line 1: a code without a name"),
        (HEAD, "line 1: is no sound XML"),
        ("<!DOCTYPE CodeBook><CodeBook/>", "declares a document type"),
        (HEAD + "<Codes>" + '<Code name="a">' * 500, "more than 200 elements"),
    ],
)
def test_codebooks_that_are_none_are_refused(text, said):
    with pytest.raises(DataError, match=r"^c\.qdc: ") as caught:
        refi_codebook.read(text.encode(), "c.qdc")
    assert said in str(caught.value)
