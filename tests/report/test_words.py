"""Text and numbers in figures."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from discourse.report import words


@given(st.text(max_size=200), st.integers(4, 60), st.integers(1, 4))
def test_wrapped_text_fits_and_has_no_control_characters(text, room, lines):
    made = words.wrap(text, room, lines)
    assert len(made.split("\n")) <= lines
    assert all(cell_len(line) <= room for line in made.split("\n"))
    assert "\x00" not in made and "\u202e" not in made and "\x1b" not in made


@given(st.text(max_size=200))
def test_text_that_fits_is_kept_whole(text):
    assert words.wrap(text, 1000, 1) == words.plain(text)


def test_marks_stay_with_their_letters():
    assert words.cut("x\u0323\u0301" * 8, 5) == "x\u0323\u0301" * 4 + "…"


def test_shares_and_probabilities_read_as_in_print():
    assert words.percent(0) == "0.0"
    assert words.percent(-0.0) == "0.0"
    assert words.percent(-0.0004) == "−0.04"
    assert words.percent(0.5, signed=True) == "+50.0"
    assert words.probability(0.0005) == "<.001"
