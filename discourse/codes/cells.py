"""What the cells of a column of codes say: that a code holds or does not, that none holds, or which hold."""

from __future__ import annotations

import pandas as pd

from discourse.posts.audit.codes import separates
from discourse.posts.join import to_text

_YES = frozenset(["1", "1.0", "yes", "y", "true", "x", "х", "✓", "✔", "☑", "+", "да", "иә", "ия", "是", "有", "نعم"])
_NONE = frozenset(["0", "0.0", "no", "none", "-", "–", "—", "нет", "жоқ", "无", "無", "لا", "لا شيء"])
_NO = _NONE | frozenset(["n", "false", "☐", "✗", "✘", "否", "没有"])
_SIGNS = (";", "|")


def texts(column: pd.Series) -> pd.Series:
    """Write a column of any type as texts without white space around them, empty cells as "".

    Examples
    --------
    >>> texts(pd.Series([1.0, None])).tolist(), texts(pd.Series([" UN ", None], dtype="str")).tolist()
    (['1', ''], ['UN', ''])
    """
    return to_text(column).fillna("").str.strip().reset_index(drop=True)


def says_yes(cells: pd.Series) -> pd.Series:
    """Tell which cells say that a code holds: 1, yes, x, да, иә, 是 and their like; 1.0, as some programs write 1."""
    return cells.str.casefold().isin(_YES)


def says_no(cells: pd.Series) -> pd.Series:
    """Tell which cells say that a code doesn't hold: 0, no, нет, жоқ, 否 and their like."""
    return cells.str.casefold().isin(_NO)


def says_none(cells: pd.Series) -> pd.Series:
    """Tell which cells say that no code of a column holds: 0, no, none, -, нет, жоқ, 无."""
    return cells.str.casefold().isin(_NONE)


def are_marks(cells: pd.Series) -> bool:
    """Tell whether a column says nothing but yes and no, and so is one code, which has its heading's name.

    Examples
    --------
    >>> are_marks(pd.Series(["1", "0", ""])), are_marks(pd.Series(["да", ""])), are_marks(pd.Series(["1", "2"]))
    (True, True, False)
    """
    filled = cells[cells != ""]
    return bool(len(filled)) and bool((says_yes(filled) | says_no(filled)).all())


def separator(cells: pd.Series) -> str:
    """Find the sign between the codes of a cell: a semicolon, a bar, or a comma between codes that also occur alone.

    Examples
    --------
    >>> separator(pd.Series(["UN;SCO", "UN"])), separator(pd.Series(["UN, SCO", "UN", "SCO"], dtype="str"))
    (';', ',')
    """
    found = next((sign for sign in _SIGNS if cells.str.contains(sign, regex=False).any()), "")
    return found or ("," if separates(cells[cells != ""].value_counts(), ",") else "")


def split(cells: pd.Series, sign: str) -> pd.Series:
    """Take cells apart into codes: a code a row, under the index of its cell; nones and empty parts are left out.

    Examples
    --------
    >>> split(pd.Series(["UN; SCO", "none", "", "UN;UN"]), ";").to_dict()
    {0: 'SCO', 3: 'UN'}
    >>> split(pd.Series(["UN; SCO", "none", "", "UN;UN"]), ";").tolist()
    ['UN', 'SCO', 'UN']
    """
    held = cells[(cells != "") & ~says_none(cells)]
    each = (held.str.split(sign, regex=False).explode() if sign else held).str.strip()
    each = each[(each != "") & ~says_none(each)]
    return each[~pd.DataFrame({"row": each.index, "code": each.to_numpy()}).duplicated().to_numpy()]
