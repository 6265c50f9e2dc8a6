"""Answers that leave no room for another: a code holds or does not, and of a list one code is picked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.codes.cells import says_no, says_none, says_yes, separator
from discourse.codes.coded import ANSWERS, table
from discourse.codes.decisions import CodeColumn
from discourse.errors import DataError

_YES, _NO, _NONE = "yes", "no", "none"


def answers(
    values: pd.DataFrame, columns: Sequence[CodeColumn], coder: pd.Series, places: Sequence[str], *, sheet: bool
) -> pd.DataFrame:
    """List the answers that are written in a table with a row a post.

    Columns of marks are questions of yes or no. A column of codes is one of a single answer in a coding sheet, where no
    cell of it holds several; elsewhere a post may have a row for each of its codes.

    Parameters
    ----------
    values : pandas.DataFrame, rows from 0
        Texts, as `cells.texts` makes them.
    columns : sequence of CodeColumn
    coder : pandas.Series
        Who coded each row, where a column doesn't say.
    places : sequence of str
        Where each row stands, for messages.
    sheet : bool
        Whether it is a coding sheet made by `discourse sample`.

    Returns
    -------
    pandas.DataFrame
        ``source`` (the row), ``coder, scheme, code`` ("" where one of several is picked), ``answer, place``.

    Examples
    --------
    >>> values = pd.DataFrame({"UN": ["1", "", "no"]})
    >>> column, anna = CodeColumn("UN", "", "UN"), pd.Series(["Anna"] * 3)
    >>> answers(values, [column], anna, ["row 2", "row 3", "row 4"], sheet=False)["answer"].tolist()
    ['yes', 'no']
    """
    parts = [table([], ANSWERS)]
    for column in columns:
        cells = values[column.header]
        if not column.code and not (sheet and not separator(cells)):
            continue
        there = np.flatnonzero(cells != "")
        filled = cells.iloc[there]
        said = _yes_or_no(filled) if column.code else filled.mask(says_none(filled), _NONE)
        who = column.coder or coder.iloc[there].array
        parts.append(_told(there, who, column.scheme, column.code, said, places))
    return pd.concat(parts, ignore_index=True)


def values_of(
    codes: pd.Series, scheme: pd.Series, value: pd.Series, coder: pd.Series, places: Sequence[str]
) -> pd.DataFrame:
    """List the answers of a table that has a row a code, and says whether it holds; see `answers`.

    Examples
    --------
    >>> one = pd.Series(["UN", "UN"])
    >>> values_of(one, one, pd.Series(["1", "0"]), one, ["row 2", "row 3"])["answer"].tolist()
    ['yes', 'no']
    """
    there = np.flatnonzero((codes != "") & (says_yes(value) | says_no(value)))
    code, schemes, who = (part.iloc[there].array for part in (codes, scheme, coder))
    return _told(there, who, schemes, code, _yes_or_no(value.iloc[there]), places)


def refuse_contradictions(found: pd.DataFrame, names: Sequence[str] | np.ndarray) -> None:
    """Refuse two answers of one coder to one question about one post.

    Parameters
    ----------
    found : pandas.DataFrame
        As from `answers`; ``source`` may be anything that tells posts apart.
    names : sequence of str
        What to call the post of each source.

    Raises
    ------
    DataError
        Naming post, coder, and where both answers stand.

    Examples
    --------
    >>> rows = [(0, "Anna", "", "UN", "yes", "a.csv, row 2"), (0, "Anna", "", "UN", "no", "a.csv, row 9")]
    >>> refuse_contradictions(pd.DataFrame(rows, columns=list(ANSWERS)), ["p1"])
    Traceback (most recent call last):
    discourse.errors.DataError: a.csv, row 2: Anna says 'yes' to UN for post p1, and 'no' in a.csv, row 9. ...
    """
    question = ["source", "coder", "scheme", "code"]
    given = found.drop_duplicates([*question, "answer"])
    twice = given[given.duplicated(question, keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    other = twice[(twice[question] == first[question]).all(axis=1)].iloc[1]
    times = len(twice.drop_duplicates(question))
    more = f" There are {times - 1:,} more of such contradictions." if times > 1 else ""
    raise DataError(
        f"{first['place']}: {first['coder']} says {first['answer']!r} to {first['code'] or first['scheme']} for post "
        f"{names[int(first['source'])]}, and {other['answer']!r} in {other['place']}. A coder has one answer for a "
        "post: keep the right one. If they are of two people, name them in a column coder, or in the names of two "
        f"files.{more}"
    )


def _yes_or_no(cells: pd.Series) -> np.ndarray:
    return np.where(says_no(cells), _NO, _YES)


def _told(
    rows: np.ndarray, coder: object, scheme: object, code: object, answer: object, places: Sequence[str]
) -> pd.DataFrame:
    columns = {
        "source": rows, "coder": coder, "scheme": scheme, "code": code, "answer": np.asarray(answer, dtype=object),
        "place": np.asarray(places, dtype=object)[rows],
    }  # fmt: skip
    return pd.DataFrame(columns, index=range(len(rows))).astype(ANSWERS)
