"""XML is read as far as it is honest, and refused with the line where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.codes import xml_file
from discourse.errors import DataError

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;">]>
<a>&z;</a>"""
FETCH = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LAUGHS, "line 2: declares a document type"),
        (FETCH, "line 1: declares a document type"),
        (b"<a>\n<b>\n</a>", "line 3: is no sound XML (mismatched tag)"),
        (b"<a>&undeclared;</a>", "line 1: is no sound XML (undefined entity)"),
        (b"<a>\xff\xfe</a>", "line 1: is no sound XML"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xd0</a>', "is no sound XML"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "is no sound XML"),
        (b"", "is no sound XML (no element found)"),
        (b"<a>" * 1000, "more than 200 elements within each other"),
        (b"PK\x03\x04", "is no sound XML"),
    ],
)
def test_xml_that_is_not_honest_is_refused_with_its_line(data, said):
    with pytest.raises(DataError, match=r"^f\.xml: ") as caught:
        xml_file.read(data, "f.xml")
    assert said in str(caught.value)


def test_xml_with_more_elements_than_can_be_kept_is_refused_but_not_where_they_are_handed_over(monkeypatch):
    monkeypatch.setattr(xml_file, "MOST", 50)
    data = b"<a>" + b"<b><c/></b>" * 100 + b"</a>"
    with pytest.raises(DataError, match="more than the 50 elements"):
        xml_file.read(data, "f.xml")
    taken = []
    root = xml_file.read(data, "f.xml", take={"b": taken.append})
    assert len(taken) == 100 and root.children == []
    assert [child.name for child in taken[0].children] == ["c"]


def test_xml_in_pieces_is_the_same_as_whole(golden):
    texts = [text for sentences in golden.values() for text in sentences] + ["🌾 & <wheat>"]
    body = "".join(f"<t n='{i}'>{t.replace('&', '&amp;').replace('<', '&lt;')}</t>" for i, t in enumerate(texts))
    data = f"<x:all xmlns:x='urn:x'>{body}</x:all>".encode()
    for root in (xml_file.read(data, "f"), xml_file.read([data[i : i + 1] for i in range(len(data))], "f")):
        assert root.name == "all"
        assert [one.text for one in root.all("t")] == texts
        assert root.all("t")[3].get("n") == "3"


@given(st.text())
def test_xml_holds_any_text_that_was_made_writable(text):
    from xml.etree import ElementTree

    element = ElementTree.Element("a", {"n": xml_file.writable(text)})
    found = xml_file.read(ElementTree.tostring(element, encoding="utf-8"), "f")
    assert found.attributes["n"] == xml_file.writable(text)


@given(st.binary(max_size=200))
def test_xml_of_any_bytes_is_read_or_refused(data):
    try:
        xml_file.read(data, "f.xml")
    except DataError as problem:
        assert str(problem).startswith("f.xml: ")
