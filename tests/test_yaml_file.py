"""YAML by hand: what is read, and that every fault names file and line."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discourse import yaml_file
from discourse.errors import DataError


@pytest.fixture
def book(tmp_path):
    def write(content):
        path = tmp_path / "book.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def test_values_know_where_they_stand(book):
    top = yaml_file.read(book("# a file\nname: x\nlists:\n  here:\n    - one\n    - two\n")).table()
    assert (top["name"].value, top["name"].line, top["name"].name) == ("x", 2, "name")
    here = top["lists"].table()["here"]
    assert (here.line, here.name) == (4, "lists.here")
    assert [(item.text(), item.line) for item in here.items()] == [("one", 5), ("two", 6)]


def test_plain_values_are_what_they_say(book):
    top = yaml_file.read(book("day: 2025-01-20\nyes_or_no: true\ntext: >-\n  two\n  lines\nзаголовок: 'no'\n")).table()
    assert top["day"].date() == datetime.date(2025, 1, 20)
    assert top["yes_or_no"].truth() is True
    assert top["text"].text() == "two lines"
    assert top["заголовок"].text() == "no"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(book):
    path = book("\ufeffname: Имя\r\nabout: x\r\n".encode())
    assert yaml_file.read(path).table()["about"].line == 2


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("name: x\nname: y\n", 2, "name: stands here twice (first in line 1)"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, "a.b: stands here twice (first in line 2)"),
        ("a: &x 1\n", 1, "anchors"),
        ("a: 1\nb: *x\n", 2, "anchors"),
        ("a: 1\nb: !!python/object/apply:os.system [echo]\n", 2, "tags"),
        ("a: 1\nb: ! x\n", 2, "tags"),
        ("words:\n  - one\n  - *тариф\n", 3, "quotes"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "can't be read as YAML"),
        ("a: b: c\n", 1, "quotes"),
        ("a: 1\n\tb: 2\n", 2, "can't be read as YAML"),
        ("a: 1\n---\nb: 2\n", 2, "single document"),
        ("a: 1\nb: 2\nc: x\x00\n", 3, "character that YAML does not allow"),
        (b"a: 1\n" + "б: текст\n".encode("cp1251"), 2, "UTF-8"),
        ("a: 1\n".encode("utf-16"), 1, "UTF-8"),
        ("no: 1\n", 1, "'no' (which YAML reads as false). Put it in quotes"),
        ("a:\n  2024: 1\n", 2, "'2024'. Put it in quotes"),
        ("a: 1\nnull: 2\n", 2, "'null' (which YAML reads as nothing)"),
        ("? [a, b]\n: 2\n", 1, "must be a text, not a list"),
    ],
)
def test_faults_name_file_and_line(book, content, line, said):
    with pytest.raises(DataError) as caught:
        yaml_file.read(book(content))
    message = str(caught.value)
    assert f"book.yaml, line {line}:" in message
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("# nothing but a comment\n", "is empty"),
        ("[" * 2_000, "lists within lists"),
        ("[" * 400 + "]" * 400, "lists within lists"),
        ("a: " + "x" * 1_000_000, "larger than 1 MB"),
    ],
)
def test_files_that_are_no_use_as_a_whole_are_named(book, content, said):
    with pytest.raises(DataError, match=said) as caught:
        yaml_file.read(book(content))
    assert "book.yaml" in str(caught.value)


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.yaml: can't be read \(No such file"):
        yaml_file.read(tmp_path / "none.yaml")
    with pytest.raises(DataError, match="can't be read"):
        yaml_file.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "ask", "said"),
    [
        ("x: [1]", lambda place: place.table(), "must hold names and values, not a list"),
        ("x: 1", lambda place: place.table(needs=("name",)), "must hold names and values (name), not '1'"),
        ("x: {nmae: y}", lambda place: place.table(needs=("name",), may=()), "x.nmae: is not known here. Did you mean"),
        ("x: {q: y}", lambda place: place.table(needs=("name",), may=("b",)), "It may have: name, b."),
        ("x: {b: y}", lambda place: place.table(needs=("name", "about"), may=("b",)), "lacks name, about"),
        ("x: y", lambda place: place.items(), "must be a list, not 'y'"),
        ("x:", lambda place: place.items(), "must be a list, not nothing"),
        ("x: no", lambda place: place.text(), "not 'no' (which YAML reads as false). Put it in quotes."),
        ("x: 0x10", lambda place: place.text(), "not '0x10'. Put it in quotes."),
        ("x: 2025-01-20", lambda place: place.text(), "not '2025-01-20'. Put it in quotes."),
        ("x: [y]", lambda place: place.text(), "must be a text, not a list."),
        ("x: ' '", lambda place: place.text(), "must be a text, not ' '."),
        ("x: 'true'", lambda place: place.truth(), "must be true or false, not 'true'"),
        ("x: 1", lambda place: place.truth(), "must be true or false, not '1'"),
        ("x: soon", lambda place: place.date(), "must be a day such as 2025-01-20"),
        ("x: 2025-02-30", lambda place: place.date(), "not '2025-02-30'"),
        ("x: '2025-01-20'", lambda place: place.date(), "without quotes"),
        ("x: 2025-01-20 10:00:00", lambda place: place.date(), "not '2025-01-20 10:00:00'"),
        ("x: {}", lambda place: list(yaml_file.entries(place)), "is empty"),
    ],
)
def test_what_is_of_the_wrong_kind_is_shown_as_it_was_written(book, content, ask, said):
    place = yaml_file.read(book("\n\n" + content)).table()["x"]
    with pytest.raises(DataError) as caught:
        ask(place)
    assert "book.yaml, line 3: x" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("plain", ["=", "<<", "0b_", "1" * 5_000, "2025-13-01"])
def test_what_only_looks_like_another_kind_is_a_text(book, plain):
    assert yaml_file.read(book(f"x: {plain}\n")).table()["x"].text() == plain


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-*&!<=?|>'\"[]{}#,% \n\t01.éж中", max_size=60))
@example("? ? a")
@example("%TAG ! tag:x,2000:\n--- !x a")
def test_no_text_ends_in_anything_but_a_place_or_a_clear_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_text(content, encoding="utf-8")
    try:
        assert isinstance(yaml_file.read(path), yaml_file.Place)
    except DataError as error:
        assert "any.yaml" in str(error)
