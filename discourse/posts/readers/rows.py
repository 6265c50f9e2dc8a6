"""What every reader hands on: raw values in columns, the number of each row, and what could not be read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\x00"
"""Characters a header may carry without anyone seeing them."""


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
    """

    values: pd.DataFrame
    numbers: np.ndarray
    rejected: pd.DataFrame
    n_rows: int
    format: str
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    plain: bool = False


def rejected_rows(rows: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Table of rejected rows from ``(row, column, value, reason)`` tuples; values are cut at 200 characters."""
    return pd.DataFrame(
        {
            "row": np.array([r[0] for r in rows], dtype=np.int64),
            "column": pd.Series([r[1] for r in rows], dtype="str"),
            "value": pd.Series([scrub(r[2][:200]) for r in rows], dtype="str"),
            "reason": pd.Series([r[3] for r in rows], dtype="str"),
        }
    )


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
    found: list[str] = []
    notes: list[str] = []
    trimmed = ["" if name is None else scrub(str(name)).strip().strip(INVISIBLE).strip() for name in names]
    for position, name in enumerate(trimmed, start=1):
        unique = name or f"column_{position}"
        number = 2
        while unique in found or (unique != name and unique in trimmed):
            unique = f"{name or 'column'}_{number}"
            number += 1
        if not name:
            notes.append(f"column {position} has no name; it is called {unique}.")
        elif unique != name:
            notes.append(f'the column name "{name}" comes twice; the later one is called {unique}.')
        found.append(unique)
    return found, notes


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
    if kinds and kinds <= {int, float}:
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
