"""From columns of codes to decisions: who read which row for which scheme, and which codes were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from discourse.codes.cells import are_marks, says_no, says_yes, separator, split

READ = ["row", "coder", "scheme"]
GIVEN = ["row", "coder", "scheme", "code"]


@dataclass(frozen=True)
class CodeColumn:
    """A column that holds codes.

    Attributes
    ----------
    header : str
    scheme : str
        What its codes belong to.
    code : str
        The code that its marks (1 and 0, yes and no, x) stand for; "" where its cells hold the codes themselves.
    coder : str
        Whose column it is; "" where rows tell, or nothing does.
    blank_is_no : bool
        Whether an empty cell is a decision, in rows that have been coded: a code not given. It is none where noes are
        written out.
    """

    header: str
    scheme: str
    code: str = ""
    coder: str = ""
    blank_is_no: bool = True


def wide(values: pd.DataFrame, columns: Sequence[CodeColumn], coder: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a table with a row a post.

    A coder who filled any cell of a row has read it for every scheme of theirs in which they filled anything at all;
    where an empty cell is no decision (`CodeColumn.blank_is_no`), only for those that are filled.

    Parameters
    ----------
    values : pandas.DataFrame, rows from 0
        Texts, as `cells.texts` makes them.
    columns : sequence of CodeColumn
    coder : pandas.Series
        Who coded each row, where a column doesn't say.

    Returns
    -------
    read : pandas.DataFrame
        ``row, coder, scheme``, each once.
    given : pandas.DataFrame
        ``row, coder, scheme, code``, each once.

    Examples
    --------
    >>> values = pd.DataFrame({"topic": ["trade;UN", "none", ""]})
    >>> read, given = wide(values, [CodeColumn("topic", "topic")], pd.Series(["Anna"] * 3))
    >>> read["row"].tolist(), given["code"].tolist()
    ([0, 1], ['trade', 'UN'])
    """
    filled, given = [], []
    for column in columns:
        cells = values[column.header]
        who = pd.Series(column.coder, index=cells.index) if column.coder else coder
        there = cells[cells != ""].index
        filled.append(
            pd.DataFrame({"row": there, "coder": who[there], "scheme": column.scheme, "spreads": column.blank_is_no})
        )
        codes = marked(cells, column.code) if column.code else split(cells, separator(cells))
        given.append(
            pd.DataFrame(
                {"row": codes.index, "coder": who[codes.index].to_numpy(), "scheme": column.scheme, "code": codes.array}
            )
        )
    told = pd.concat(filled, ignore_index=True)
    coded = told[["row", "coder"]].drop_duplicates()
    spread = told.loc[told["spreads"], ["coder", "scheme"]].drop_duplicates()
    read = pd.concat([told[READ], coded.merge(spread, on="coder")[READ]]).drop_duplicates()
    return _sorted(read), _sorted(pd.concat(given)[GIVEN].drop_duplicates())


def marked(cells: pd.Series, code: str) -> pd.Series:
    """Give a code to the cells that say yes: a code a row, under the index of its cell."""
    return pd.Series(code, index=cells.index[says_yes(cells)], dtype="str")


def long(
    codes: pd.Series, scheme: pd.Series, value: pd.Series | None, coder: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a table with a row a code.

    Parameters
    ----------
    codes : pandas.Series of texts, rows from 0
        The codes of each row, or an explicit none.
    scheme : pandas.Series of texts
    value : pandas.Series of texts, optional
        Yes or no, whether the code holds; a row where it is empty says nothing.
    coder : pandas.Series of texts

    Returns
    -------
    read, given : pandas.DataFrame
        As of `wide`, with a decision a row: who reads which posts for which schemes is told by all rows of a post.
    """
    filled = codes != ""
    if value is not None:
        filled &= value != ""
    told = pd.DataFrame({"row": codes.index, "coder": coder, "scheme": scheme})[filled]
    holds = filled if value is None else filled & ~says_no(value)
    each = split(codes[holds], separator(codes))
    given = pd.DataFrame(
        {"row": each.index, "coder": coder[each.index].array, "scheme": scheme[each.index].array, "code": each.array}
    )
    return _sorted(told.drop_duplicates()), _sorted(given.drop_duplicates())


def columns_of(values: pd.DataFrame, headers: Sequence[str]) -> list[CodeColumn]:
    """Take columns for schemes of their own, one each; a column of marks is one code.

    Parameters
    ----------
    values : pandas.DataFrame
        Texts, as `cells.texts` makes them.
    headers : sequence of str

    Examples
    --------
    >>> columns_of(pd.DataFrame({"topic": ["a", "b"], "UN": ["1", "0"]}), ["topic", "UN"])[1].code
    'UN'
    """
    marks = {header: are_marks(values[header]) for header in headers}
    return [
        CodeColumn(
            header, header, header if marks[header] else "", "", not (marks[header] and writes_no(values[header]))
        )
        for header in headers
    ]


def codes_in_use(columns: Sequence[CodeColumn], given: pd.DataFrame) -> list[tuple[str, str]]:
    """List scheme and code of columns of marks, and of the codes given, in the order of the columns.

    Parameters
    ----------
    columns : sequence of CodeColumn
        None for a table with a row a code.
    given : pandas.DataFrame
        ``scheme, code``.

    Examples
    --------
    >>> codes_in_use([CodeColumn("b", "b", "b")], pd.DataFrame({"scheme": ["a"], "code": ["x"]}))
    [('b', 'b'), ('a', 'x')]
    """
    pairs = dict.fromkeys(zip(given["scheme"], given["code"], strict=True))
    by_column = [
        pair
        for column in columns
        for pair in ([(column.scheme, column.code)] if column.code else [p for p in pairs if p[0] == column.scheme])
    ]
    return list(dict.fromkeys([*by_column, *pairs]))


def writes_no(cells: pd.Series) -> bool:
    """Tell whether a column of marks writes its noes out, so that an empty cell in it is no decision."""
    return bool(says_no(cells[cells != ""]).any())


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("row", kind="stable", ignore_index=True)
