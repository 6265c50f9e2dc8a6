"""What every reader hands on: raw values in columns, the number of each row, and what could not be read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError

MOST_COLUMNS = 1 << 14
"""Most columns a table may have: as many as a sheet in Excel."""
MOST_CELLS = 1 << 27
"""Most cells a table may have: a million rows of 128 columns."""
LONGEST = 1_000_000
"""Most characters in one cell; no post is longer, and a book is not much."""

INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\x00"
"""Characters a header may carry without anyone seeing them."""


def counted(noun: str) -> Callable[[Sequence[int]], list[str]]:
    """Name the places of rows by their numbers: ``element 7``."""
    return lambda rows: [f"{noun} {row}" for row in rows]


_by_row = counted("row")


@dataclass(frozen=True)
class Rows:
    """The rows of one file, before anybody knows which column is which.

    Attributes
    ----------
    values : pandas.DataFrame
        One row a readable row of the file, one column a header. Every column is of dtype ``str``, a number,
        ``boolean`` or ``datetime64``; never ``object``. In plain-text formats an empty cell is ``""``.
    numbers : numpy.ndarray of int64, shape (len(values),)
        1-based data row in the file of each row of `values`; the header is not counted.
    rejected : pandas.DataFrame
        Rows that could not be read: ``row, column, value, reason``.
    n_rows : int
        All data rows of the file, the rejected ones included.
    format : str
        What the file turned out to be: ``csv``, ``tsv``, ``xlsx``, ``json``, ``jsonl``, ``parquet``.
    facts : dict
        What is worth recording about the format: encoding, separator, sheet.
    notes : list of str
        What was guessed or mended while reading, as plain sentences.
    plain : bool
        True where the format knows only text, so that a column of digits may stand for numbers.
    places : callable
        Says where rows, given by ascending numbers, stand in the file as its own program shows it: ``line 62``,
        ``sheet "2024", row 10``, ``message 1001``. Asked for the rejected rows alone.
    roles : dict of str to str
        Header by role (``text, date, author, lang, id``), where the format itself says which column is which.
    origin : str
        What said so, for the notes: ``Telegram export``; empty where nothing did.
    timezone : str
        Zone of times that name none, where the format fixes it; empty where it does not.
    """

    values: pd.DataFrame
    numbers: np.ndarray
    rejected: pd.DataFrame
    n_rows: int
    format: str
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    plain: bool = False
    places: Callable[[Sequence[int]], list[str]] = _by_row
    roles: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    timezone: str = ""


def rejected_rows(rows: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Table of rejected rows from ``(row, column, value, reason)`` tuples; values are cut at 200 characters."""
    return _rejected(rows) if rows else _NONE.copy()


def _rejected(rows: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": np.array([r[0] for r in rows], dtype=np.int64),
            "column": pd.Series([r[1] for r in rows], dtype="str"),
            "value": pd.Series([scrub(r[2][:200]) for r in rows], dtype="str"),
            "reason": pd.Series([r[3] for r in rows], dtype="str"),
        }
    )


_NONE = _rejected([])  # made once: most files have none, and there may be thousands of them


def check_size(n_rows: int, n_columns: int, file: str) -> None:
    """Refuse a table that no collection of posts is like, before memory is spent on it.

    Raises
    ------
    DataError
        More than `MOST_COLUMNS` columns or `MOST_CELLS` cells.
    """
    if n_columns > MOST_COLUMNS:
        raise DataError(
            f"{file}: more than {MOST_COLUMNS:,} columns, and no more can be read. "
            "Is each post a row? Keep the columns you need, or look whether rows and columns are swapped."
        )
    if n_rows * n_columns > MOST_CELLS:
        raise DataError(
            f"{file}: {n_rows:,} rows of {n_columns:,} columns, more than the {MOST_CELLS:,} cells that can be read "
            "from one file. Keep the columns you need, or give the rows in several files."
        )


def turn_away_monsters(rows: Rows) -> Rows:
    """Reject the rows with a text of more than `LONGEST` characters in a cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    where: dict[int, tuple[str, str, str]] = {}
    for name in rows.values.columns[(rows.values.dtypes == "str").to_numpy()]:
        if rows.values[name].nbytes <= LONGEST:
            continue
        given = pa.array(rows.values[name], from_pandas=True)
        lengths = pc.utf8_length(given)
        begins = pc.utf8_slice_codeunits(given, 0, 200) if (pc.max(lengths).as_py() or 0) > LONGEST else given
        for at in np.flatnonzero(pc.fill_null(pc.greater(lengths, LONGEST), False).to_numpy(zero_copy_only=False)):
            reason = f"{lengths[int(at)].as_py():,} characters in one cell, more than any post has ({LONGEST:,})"
            where.setdefault(int(at), (name, begins[int(at)].as_py(), reason))
    if not where:
        return rows
    new = rejected_rows([(int(rows.numbers[at]), *found) for at, found in sorted(where.items())])
    rejected = pd.concat([rows.rejected, new], ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    good = np.ones(len(rows.values), dtype=bool)
    good[list(where)] = False
    return replace(rows, values=rows.values[good].reset_index(drop=True), numbers=rows.numbers[good], rejected=rejected)


def headers(names: Sequence[object]) -> tuple[list[str], list[str]]:
    """Make the headers of a file usable: trimmed, none empty, none twice.

    Returns
    -------
    tuple of (list of str, list of str)
        The headers in order, and a note for each that had to be changed beyond trimming.

    Examples
    --------
    >>> headers([" text", "", "text"])[0]
    ['text', 'column_2', 'text_2']
    """
    found: dict[str, None] = {}
    notes: list[str] = []
    trimmed = ["" if name is None else scrub(str(name)).strip().strip(INVISIBLE).strip() for name in names]
    taken = set(trimmed)
    again: dict[str, int] = {}
    for position, name in enumerate(trimmed, start=1):
        unique = name or f"column_{position}"
        while unique in found or (unique != name and unique in taken):
            again[name] = again.get(name, 1) + 1
            unique = f"{name or 'column'}_{again[name]}"
        if not name:
            notes.append(f"column {position} has no name; it is called {unique}.")
        elif unique != name:
            notes.append(f'the column name "{name}" comes twice; the later one is called {unique}.')
        found[unique] = None
    return list(found), notes


def scrub(text: str) -> str:
    """Take out NUL characters and put U+FFFD for lone surrogates, so that the text can be written as UTF-8."""
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def as_text(value: object) -> str | None:
    """Write one typed value as text: dates in ISO form, lists and objects as JSON, a missing value as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float | np.floating) and np.isnan(value):
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dict | list | tuple | np.ndarray):
        plain = value.tolist() if isinstance(value, np.ndarray) else value
        return json.dumps(plain, ensure_ascii=False, default=str)
    return str(value)


def column(values: Sequence[object]) -> tuple[pd.Series, int]:
    """Make one column from Python values: typed where they have one type, text where they are mixed.

    Returns
    -------
    tuple of (pandas.Series, int)
        The column, and how many of its texts had NUL characters or lone surrogates to be cleaned.
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean"), 0
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in values):  # type: ignore[arg-type]
        whole = not any(value is None for value in values)
        return pd.Series(list(values), dtype="int64" if whole else "Int64"), 0
    if kinds and kinds <= {int, float} and all(type(v) is not int or abs(v) <= 2**53 for v in values):
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=np.float64)), 0
    if kinds == {dt.datetime} and len({getattr(value, "tzinfo", None) for value in values}) <= 2:
        try:
            return pd.Series(pd.to_datetime(np.array(values, dtype=object))).astype("datetime64[us]"), 0
        except (ValueError, TypeError, OverflowError):
            pass  # aware and naive mixed, or beyond the calendar: the text form keeps every value
    return strings([as_text(value) for value in values])


def strings(texts: Sequence[str | None]) -> tuple[pd.Series, int]:
    """Make a ``str`` column that can always be written as UTF-8; also says how many texts were cleaned."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        array = pa.array(texts, pa.large_string())
        dirty = pc.sum(pc.match_substring(array, "\x00")).as_py() or 0
    except (UnicodeEncodeError, pa.ArrowInvalid):
        dirty = -1
    if not dirty:
        return array.to_pandas(), 0
    clean = [None if text is None else scrub(text) for text in texts]
    changed = sum(a != b for a, b in zip(clean, texts, strict=True))
    return pd.Series(clean, dtype="str"), changed
