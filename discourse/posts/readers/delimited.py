"""CSV and its relatives: values set apart by a comma, a semicolon, a tab or a bar."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.rows import Rows, check_size, headers, rejected_rows

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SUFFIXES = (".csv", ".tsv", ".txt", ".tab")

_NO_SEPARATOR = "\x1f"
_SNIFFED = 200


def recognises(data: bytes, suffix: str) -> bool:
    """Any file that no other reader claims is tried as delimited text."""
    return True


def read(data: bytes, file: str) -> Rows:
    """Read delimited text: encoding and separator are found, every value is kept as the text it is.

    Quoted cells may hold separators, line breaks and doubled quotes. Blank lines are no rows. A row with more
    or fewer values than the header is rejected with its number, and so is one that repeats the header; the rest
    is read.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for messages.

    Returns
    -------
    Rows
        ``plain`` rows; an empty cell is ``""``.

    Raises
    ------
    DataError
        The file is empty, holds a header only, or is no text.
    """
    decoded = decode(data, file)
    notes = list(decoded.notes)
    utf8, told = _told_separator(decoded.utf8)
    if not utf8.strip():
        raise DataError(f"{file}: the file is empty. Give a file with a header and at least one row.")
    head = utf8[: 1 << 20].decode("utf-8", "ignore")
    separator = told or _separator(head)
    try:
        first = next(row for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator) if row)
    except csv.Error as problem:
        raise DataError(f"{file}: the first row is no header ({problem}). Put column names on top: date,text") from None
    check_size(0, len(first), file)
    names, name_notes = headers(first)
    notes += name_notes

    quoted = True
    table, ragged = _parse(utf8, separator, len(names), quoted=True)
    if _quotes_swallow_rows(utf8, table, separator):
        bare, bare_ragged = _parse(utf8, separator, len(names), quoted=False)
        if len(names) > 1 and not bare_ragged and not _has_quoted_cells(bare):
            table, ragged, quoted = bare, bare_ragged, False
            notes.append("quotation marks are read as part of the text, since they do not pair up.")
    n_rows = table.num_rows + len(ragged)
    rejected = [
        (number, "", text, f"{actual} value(s) where the header has {len(names)}") for number, actual, text in ragged
    ]
    numbers = np.setdiff1d(np.arange(1, n_rows + 1), [row[0] for row in rejected])
    values = table.rename_columns(names).to_pandas()
    odd = utf8.count(b'"') % 2 == 1
    if odd and len(numbers) and numbers[-1] == n_rows and _cut_short(utf8, str(values.iloc[-1, -1])):
        reason = "a quotation mark opens and never closes; the file may be cut short"
        rejected.append((n_rows, names[-1], str(values.iloc[-1, -1]), reason))
        values, numbers = values.iloc[:-1], numbers[:-1]
    again = _is_heading(values, first)
    if again.any():
        rejected += [(number, "", separator.join(first), "the heading again") for number in numbers[again].tolist()]
        values, numbers = values[~again].reset_index(drop=True), numbers[~again]
    if n_rows == again.sum():
        raise DataError(f"{file}: a header and no rows. Give a file with at least one row of data.")
    places = partial(_lines_of, utf8, separator, 2 if told else 1, quoted)
    flat = utf8.count(b"\n") + utf8.count(b"\r") <= n_rows + utf8.endswith(b"\n")  # no line is left for within a cell
    swallowed = np.array([], np.int64) if flat else _rows_inside_cells(values, separator)
    if len(swallowed):
        notes.append(
            f"{places([int(numbers[swallowed[0]])])[0]} seems to hold other rows inside a quotation"
            f" ({len(swallowed)} such row(s)); look for a quotation mark there that never closes."
        )
    label = "none" if separator == _NO_SEPARATOR else SEPARATORS.get(separator, separator)
    return Rows(
        values=values,
        numbers=numbers.astype(np.int64),
        rejected=rejected_rows(rejected),
        n_rows=n_rows,
        format="tsv" if separator == "\t" else "csv",
        facts={"encoding": decoded.encoding, "separator": label},
        notes=notes,
        plain=True,
        places=places,
    )


def _lines_of(utf8: bytes, separator: str, first: int, quoted: bool, rows: Sequence[int]) -> list[str]:
    """Lines on which records begin, as an editor counts them; `first` is the number of the first line of `utf8`.

    The file is gone through once more, as far as the last of the rows asked for.
    """
    wanted, found = set(rows), {}
    longest = csv.field_size_limit(sys.maxsize)  # the readers' own limit on cells has been seen to already
    try:
        with io.TextIOWrapper(io.BytesIO(utf8), encoding="utf-8", newline="") as text:
            records = csv.reader(text, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
            row, begins = -1, first
            for record in records:
                row += bool(record)
                if record and row in wanted:
                    found[row] = begins
                    if len(found) == len(wanted):
                        break
                begins = first + records.line_num
    finally:
        csv.field_size_limit(longest)
    return [f"line {found[row]}" if row in found else f"row {row}" for row in rows]


def _is_heading(values: pd.DataFrame, first: Sequence[str]) -> np.ndarray:
    """Which rows say what the first line says, as where files were put together; none in a table of one column."""
    same = np.full(len(values), len(first) > 1)
    for header, name in zip(values.columns, first, strict=True):
        if not same.any():
            break
        same &= (values[header] == name).to_numpy(dtype=bool, na_value=False)
    return same


def _told_separator(utf8: bytes) -> tuple[bytes, str]:
    """Honour the ``sep=;`` line which spreadsheet programs put on top; without one the separator is ''."""
    found = re.match(rb'"?sep=([,;\t|])"?\r?\n', utf8)
    return (utf8[found.end() :], found.group(1).decode()) if found else (utf8, "")


def _separator(head: str) -> str:
    """Find the separator under which most first rows have as many values as the header, and more than one."""
    best, found = (0.0, 0), _NO_SEPARATOR
    for separator in SEPARATORS:
        rows: list[int] = []
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        try:
            for row in reader:
                if row:
                    rows.append(len(row))
                if len(rows) >= _SNIFFED:
                    break
        except csv.Error:
            pass  # a cell above the csv module's limit: what was read before it is enough
        if not rows or rows[0] < 2:
            continue
        even = sum(width == rows[0] for width in rows) / len(rows)
        if (round(even, 1), rows[0]) > best:
            best, found = (round(even, 1), rows[0]), separator
    return found


def _parse(utf8: bytes, separator: str, width: int, *, quoted: bool) -> tuple[Any, list[tuple[int, int, str]]]:
    """Table of text columns without the header row, and the ragged rows as (row, number of values, text)."""
    import pyarrow as pa
    from pyarrow import csv as pacsv

    ragged: list[tuple[int, int, str]] = []

    def skip(row: pacsv.InvalidRow) -> str:
        ragged.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    names = [f"c{i}" for i in range(width)]
    table = pacsv.read_csv(
        pa.BufferReader(utf8),
        # one block, one thread: a cell may be as long as the file, and rows are numbered only then
        read_options=pacsv.ReadOptions(
            use_threads=False, block_size=min(max(len(utf8) + 1, 1 << 12), 2**31 - 1), column_names=names
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=separator,
            quote_char='"' if quoted else False,
            newlines_in_values=quoted,
            invalid_row_handler=skip,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return table.slice(1), ragged


def _quotes_swallow_rows(utf8: bytes, table: Any, separator: str) -> bool:
    """Whether quotation marks may be plain text here: an odd number of them, or whole rows inside a cell."""
    import pyarrow.compute as pc

    if utf8.count(b'"') % 2:
        return True
    if separator != "\t":
        return False
    return any(pc.any(pc.match_substring_regex(column, r"\n[^\t]*\t")).as_py() for column in table.columns)


def _rows_inside_cells(values: pd.DataFrame, separator: str) -> np.ndarray:
    """Positions of rows with a line inside a cell that begins as rows begin: same shape, then the separator."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first = values.iloc[:_SNIFFED, 0]
    shapes = first.map(lambda value: re.sub(r"\d+", r"\\d+", re.escape(value))).unique()
    if values.shape[1] < 2 or len(shapes) != 1 or shapes[0].count(r"\d+") < 2:
        return np.array([], dtype=np.int64)
    pattern = rf'\n"?{shapes[0]}"?{re.escape(separator)}'
    inside = np.zeros(len(values), dtype=bool)
    for name in values.columns:
        found = pc.match_substring_regex(pa.array(values[name]), pattern)
        inside |= found.to_numpy(zero_copy_only=False)
    return np.flatnonzero(inside)


def _has_quoted_cells(table: Any) -> bool:
    """Whether any cell, read as it stands, opens and closes with a quotation mark."""
    import pyarrow.compute as pc

    return any(pc.any(pc.match_substring_regex(column, r'^".*"$')).as_py() for column in table.columns)


def _cut_short(utf8: bytes, last: str) -> bool:
    """Whether the last cell runs from a quotation mark to the end of the file."""
    tail = ('"' + last.replace('"', '""')).encode()
    return utf8.endswith(tail)
