"""Passages are found whichever way a program counts."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from discourse.codes.positions import Counting, Passage, counting

TEXT = "Қазақстан 🌾 sows wheat.\r\nВторая строка 🚜🚜 о тракторах.\nالسطر الثالث هنا\r\n第四行在这里，有很多字。"
QUOTES = ["sows wheat.", "Вторая строка 🚜🚜 о тракторах.", "السطر الثالث هنا", "第四行在这里，有很多字。"]


def counted(text, at, how):
    """Position of a character of the text as a program counts that counts so."""
    before = text[:at]
    if how.line == 1:
        before = before.replace("\r\n", "\n")
    elif how.line == 2:
        before = before.replace("\r\n", "\n").replace("\n", "\r\n")
    return (len(before.encode("utf-16-le")) // 2 if how.wide else len(before)) + how.mark


def passages(how, text=TEXT, quotes=QUOTES):
    starts = [text.index(quote) for quote in quotes]
    spans = [(at, at + len(quote)) for at, quote in zip(starts, quotes, strict=True)]
    return spans, [
        Passage(text, how.mark, counted(text, a, how), counted(text, b, how) - how.last, text[a:b]) for a, b in spans
    ]


EVERY = [Counting(*how) for how in product((False, True), (0, 1, 2), (False, True), (False, True))]


@pytest.mark.parametrize("how", EVERY, ids=str)
def test_passages_lie_where_they_are_quoted_from_whichever_way_positions_count(how):
    spans, given_ = passages(how)
    found, right, quotes = counting(given_)
    assert (right, quotes) == (4, 4)
    assert [found.place(one) for one in given_] == spans


def test_positions_are_code_points_where_nothing_says_otherwise():
    assert counting([]) == (Counting(), 0, 0)
    named = [Passage("🌾🌾🌾 one two three", False, 4, 7, "Quotation 6:1"), Passage("abc", False, 0, 1, "line:6")]
    assert counting(named) == (Counting(), 0, 0)


def test_quotes_may_be_cut_short_and_have_other_blanks():
    text = "🌾 wheat  is\nsown in the north of the country"
    found, right, quotes = counting([Passage(text, False, 3, len(text) + 1, "wheat is sown in the…")])
    assert (found.wide, right, quotes) == (True, 1, 1)


def test_a_quote_that_stands_elsewhere_is_counted_as_one_that_is_not_right():
    text = "one two three four five six seven"
    given_ = [Passage(text, False, 0, 13, "one two three"), Passage(text, False, 0, 13, "five six seven")]
    assert counting(given_)[1:] == (1, 2)


@given(st.text(alphabet="aя🌾\r\n خ字", max_size=30), st.data(), st.sampled_from(EVERY))
def test_any_passage_comes_back_from_any_counting(text, data, how):
    whole = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n" or at == 0]
    a, b = sorted(data.draw(st.tuples(st.sampled_from(whole), st.sampled_from(whole))))
    assume(a < b)
    start, end = (counted(text, at, how) for at in (a, b))
    got = how.place(Passage(text, how.mark, start, end - how.last))
    assert text[slice(*got)].removeprefix("\r") == text[a:b].removeprefix("\r")  # which may have no position


@given(st.text(max_size=20), st.integers(-5, 50), st.integers(-5, 50), st.sampled_from(EVERY))
def test_a_passage_never_leaves_its_text(text, start, end, how):
    low, high = how.place(Passage(text, True, start, end))
    assert low >= 0 and high <= len(text)
