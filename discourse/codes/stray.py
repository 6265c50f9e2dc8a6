"""Cells of a coding sheet that should say yes or no, and say something else."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

import pandas as pd

from discourse.codes.cells import says_no, says_yes
from discourse.errors import DataError

_SHOWN, _LENGTH = 3, 60


def check_marks(values: pd.DataFrame, headers: Sequence[str], definitions: pd.DataFrame, file: str) -> None:
    """Refuse a coding sheet in which a question of yes or no has another answer.

    Which columns ask that is told by the codebook of the workbook, where codes without a scheme do. Without one, a
    column does in which something says yes, or "no": where codes are to pick from, none of them is "none".

    Parameters
    ----------
    values : pandas.DataFrame, rows from 0
        Texts, as `cells.texts` makes them.
    headers : sequence of str
        The columns that may be questions.
    definitions : pandas.DataFrame
        ``scheme, code``: the codebook beside the posts, without rows where there is none.
    file : str
        For messages.

    Raises
    ------
    DataError
        Naming rows, as a spreadsheet counts them, column and answers.

    Examples
    --------
    >>> none = pd.DataFrame({"scheme": [], "code": []}, dtype="str")
    >>> check_marks(pd.DataFrame({"UN": ["yes", "maybe"]}), ["UN"], none, "half.csv")
    Traceback (most recent call last):
    discourse.errors.DataError: half.csv, row 3, UN: 'maybe' is neither yes nor no. ...
    """
    schemes, lone = set(definitions["scheme"]), set(definitions.loc[definitions["scheme"] == "", "code"])
    known = not (schemes | lone).isdisjoint(headers)
    for header in headers:
        cells = values[header]
        odd = cells[(cells != "") & ~says_yes(cells) & ~says_no(cells)]
        if odd.empty or not (header in lone - schemes if known else _asks(cells, odd)):
            continue
        rows = (odd.index[:_SHOWN] + 2).tolist()
        texts = [repr(shorten(cell, _LENGTH, placeholder=" ...")) for cell in odd.iloc[:_SHOWN]]
        what = f"{file}, row {rows[0]}, {header}: {texts[0]} is neither yes nor no."
        if len(odd) > 1:
            shown = ", ".join(f"row {row} {text}" for row, text in zip(rows, texts, strict=True))
            more = " ..." if len(odd) > _SHOWN else ""
            what = f"{file}, {header}: {len(odd):,} cells are neither yes nor no: {shown}{more}."
        rest = "" if known else " (Where a column has codes to pick from, write none for none of them.)"
        raise DataError(f"{what} Decide, or empty the cell: the post then counts as not coded.{rest}")


def _asks(cells: pd.Series, odd: pd.Series) -> bool:
    """Tell whether a column without a codebook is answered by yes and no; where 2 stands beside 0 and 1, it isn't."""
    if odd.str.fullmatch(r"-?\d+").all():
        return False
    return bool((says_yes(cells) | cells.str.casefold().eq("no")).any())
