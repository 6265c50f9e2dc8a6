"""Names of codes that a coding sheet could not be read back with."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from discourse.codes.questions import Answer, Question, plain
from discourse.codes.read_back import check_read_back
from discourse.codes.readers import tables
from discourse.codes.sheet import blank
from discourse.errors import UsageError

TAKEN = [
    "coder", "Author", "annotator", "quote", "notes", "comment", "platform", "id", "sample", "channel", "user",
    "кодер", "编码员", "المرمز", "автор", "ескерту",
]  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_names_that_the_reader_takes_for_something_else(name):
    with pytest.raises(UsageError, match=rf"^'{name}' can't be the heading .* Rename the code"):
        check_read_back(plain(["UN", name]))


@pytest.mark.parametrize("name", ["a;b", "two\nlines"])
def test_names_that_can_not_be_listed(name):
    with pytest.raises(UsageError, match="has a semicolon or a new line"):
        check_read_back(plain([name]))
    with pytest.raises(UsageError, match="has a semicolon or a new line"):
        check_read_back([Question("tone", (Answer("x"), Answer(name)), single=True)])


def test_codes_to_pick_that_are_taken_apart_or_for_marks():
    for codes in (["a|b", "c"], ["yes", "no"], ["a, b", "a", "b"]):
        with pytest.raises(UsageError, match="'tone' can't be"):
            check_read_back([Question("tone", tuple(map(Answer, codes)), single=True)])


def test_names_of_one_sheet_that_look_like_coders():
    with pytest.raises(UsageError, match="tone_A, tone_B: together in one sheet"):
        check_read_back(plain(["tone_A", "tone_B"]))


@pytest.mark.parametrize(
    "names",
    [["Global South"], ["энергетика: газ", "энергетика: нефть"], ["code", "scheme", "value"], ["全球南方", "1"]],
)
def test_what_is_let_through_is_read_back(names):
    posts = pd.DataFrame({"post_id": [f"p{at}" for at in range(30)], "lang": "ru", "text": "Снег", "date": pd.NaT})
    made = blank("half", posts, plain(names))
    for name in names:
        made[name] = ["yes", "no", "no"] * 10
    out = io.StringIO()
    pd.concat([made, made]).to_csv(out, index=False)
    found = tables.read(out.getvalue().encode(), "half.csv")
    assert found.codings.groupby(["scheme", "code"])["source"].nunique().to_dict() == {
        (name, name): 10 for name in names
    }


def test_a_sheet_is_not_drawn_with_such_a_name():
    with pytest.raises(UsageError, match="'coder' can't be"):
        blank("half", pd.DataFrame({"post_id": ["a"], "lang": "ru", "text": "x"}), plain(["coder"]))
