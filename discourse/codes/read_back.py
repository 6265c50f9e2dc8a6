"""Whether the questions of a coding sheet will be found again when it comes back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from discourse.codes import decisions
from discourse.codes.headings import headings
from discourse.codes.questions import Question
from discourse.errors import DataError, UsageError

_ROWS = 5
"""Rows an answer, so that all are given often enough to be taken for codes."""
_APART = ";\n\r"
"""Signs that set codes or lines apart wherever names are listed."""


def check_read_back(questions: Sequence[Question]) -> None:
    """Refuse questions that the reader of coding sheets would take for something else.

    A sheet with all answers is made and read, by the functions that read those that people filled in.

    Parameters
    ----------
    questions : sequence of Question

    Raises
    ------
    UsageError
        Naming the question.

    Examples
    --------
    >>> from discourse.codes.questions import plain
    >>> check_read_back(plain(["Global South"]))
    >>> check_read_back(plain(["coder"]))
    Traceback (most recent call last):
    discourse.errors.UsageError: 'coder' can't be the heading of a column to fill in: ...
    """
    for question in questions:
        for name in (question.header, *question.options):
            if any(sign in name for sign in _APART):
                raise UsageError(f"{name!r}: has a semicolon or a new line, which set codes apart. Rename the code.")
    if _found(questions):
        return
    for question in questions:
        if not _found([question]):
            raise UsageError(
                f"{question.header!r} can't be the heading of a column to fill in: in a sheet that is read back, it "
                "would be taken for something else, or what is picked in it would. Rename the code."
            )
    names = ", ".join(question.header for question in questions)
    raise UsageError(f"{names}: together in one sheet, their endings would be taken for names of coders. Rename some.")


def _found(questions: Sequence[Question]) -> bool:
    """Fill in a sheet, read it, and tell whether each question has its answers."""
    number = pd.Series(range(1, _ROWS * max(len(one.options) for one in questions) + 1)).astype("str")
    fixed = {"number": number, "sample": "s", "post_id": "p" + number, "lang": "en", "text": "Post " + number}
    filled = {one.header: [one.options[at % len(one.options)] for at in range(len(number))] for one in questions}
    values = pd.DataFrame({**fixed, **filled, "note": ""}).astype("str")
    try:
        found = headings(values, "", "csv")
    except DataError:
        return False
    if [column.header for column in found.columns] != [one.header for one in questions]:
        return False
    _, given = decisions.wide(values, found.columns, pd.Series("a", index=values.index))
    read = set(given[["coder", "scheme", "code"]].itertuples(index=False, name=None))
    return read == {("a", one.header, answer.name) for one in questions for answer in one.answers}
