"""Cells of a coding sheet that hold another answer than those of their question."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from textwrap import shorten

import pandas as pd

from discourse.codes.cells import says_no, says_none, says_yes
from discourse.codes.questions import NONE
from discourse.errors import DataError

_SHOWN, _LENGTH, _LISTED = 3, 60, 12


def check_cells(values: pd.DataFrame, headers: Sequence[str], definitions: pd.DataFrame, file: str) -> None:
    """Refuse a coding sheet in which a question has another answer than its own.

    Which columns are to be answered by yes or no is told by the codebook of the workbook, where codes without a scheme
    do; a scheme has its codes to pick from. Without a codebook, a column asks for yes or no in which something says
    yes, or "no": where codes are to pick from, none of them is "none".

    Parameters
    ----------
    values : pandas.DataFrame
        Texts, as `cells.texts` makes them, under the place of each row.
    headers : sequence of str
        The columns that may be questions.
    definitions : pandas.DataFrame
        ``scheme, code``: the codebook beside the posts, without rows where there is none.
    file : str
        For messages.

    Raises
    ------
    DataError
        Naming rows, column and answers.

    Examples
    --------
    >>> none = pd.DataFrame({"scheme": [], "code": []}, dtype="str")
    >>> sheet = pd.DataFrame({"UN": ["yes", "maybe"]}, index=["row 2", "row 3"])
    >>> check_cells(sheet, ["UN"], none, "half.csv")
    Traceback (most recent call last):
    discourse.errors.DataError: half.csv, row 3, UN: 'maybe' is neither yes nor no. ...
    """
    schemes, lone = set(definitions["scheme"]) - {""}, set(definitions.loc[definitions["scheme"] == "", "code"])
    known = not (schemes | lone).isdisjoint(headers)
    for header in headers:
        if header in schemes:
            check_picks(values[header], definitions.loc[definitions["scheme"] == header, "code"].tolist(), file)
        elif header in lone if known else _asks(values[header]):
            rest = "" if known else f" (Where a column has codes to pick from, write {NONE} for none of them.)"
            check_marks(values[header], file, rest)


def check_marks(cells: pd.Series, file: str, rest: str = "") -> None:
    """Refuse answers that are neither yes nor no; see `check_cells`."""
    _refuse(cells[(cells != "") & ~says_yes(cells) & ~says_no(cells)], "neither yes nor no", file, rest=rest)


def check_picks(cells: pd.Series, codes: Sequence[str], file: str) -> None:
    """Refuse answers that are none of the codes to pick from; see `check_cells`.

    Examples
    --------
    >>> check_picks(pd.Series(["Globl"], index=["row 7"], name="tone"), ["Local", "Global"], "half.csv")
    Traceback (most recent call last):
    discourse.errors.DataError: half.csv, row 7, tone: 'Globl' is none of Local, Global, none. Did you mean Global? ...
    """
    odd = cells[(cells != "") & ~cells.isin(codes) & ~says_none(cells)]
    shown = [*codes[:_LISTED], *([f"{len(codes) - _LISTED} more"] if len(codes) > _LISTED else []), NONE]
    known = {code.casefold(): code for code in codes}
    close = difflib.get_close_matches(odd.iloc[0].casefold(), known, n=1) if len(odd) else []
    hint = f" Did you mean {known[close[0]]}?" if close else ""
    _refuse(odd, f"none of {', '.join(shown)}", file, hint=hint)


def _refuse(odd: pd.Series, what: str, file: str, *, hint: str = "", rest: str = "") -> None:
    if odd.empty:
        return
    rows = odd.index[:_SHOWN].tolist()
    texts = [repr(shorten(cell, _LENGTH, placeholder=" ...")) for cell in odd.iloc[:_SHOWN]]
    told = f"{file}, {rows[0]}, {odd.name}: {texts[0]} is {what}."
    if len(odd) > 1:
        shown = ", ".join(f"{row} {text}" for row, text in zip(rows, texts, strict=True))
        more = " ..." if len(odd) > _SHOWN else ""
        told = f"{file}, {odd.name}: {len(odd):,} cells are {what}: {shown}{more}."
    raise DataError(f"{told}{hint} Decide, or empty the cell: the post then counts as not coded.{rest}")


def _asks(cells: pd.Series) -> bool:
    """Tell whether a column without a codebook is answered by yes and no; where 2 stands beside 0 and 1, it isn't."""
    odd = cells[(cells != "") & ~says_yes(cells) & ~says_no(cells)]
    if odd.str.fullmatch(r"-?\d+(\.0)?").all():
        return False
    return bool((says_yes(cells) | cells.str.casefold().eq("no")).any())
