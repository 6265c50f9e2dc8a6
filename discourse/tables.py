"""Tables on disk and on the way out: CSV, XLSX and Parquet that open anywhere and execute nothing.

A cell of text that a spreadsheet would take for a formula is written as text: in CSV with a leading apostrophe,
in XLSX as a string cell. Numbers are never touched.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from discourse.errors import DataError, DiscourseError, UsageError

if TYPE_CHECKING:
    import pandas as pd

_BEFORE = r"[\s\"\x00-\x20\x7f-\xa0\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_FORMULA = re.compile(rf"[\t\r]|{_BEFORE}[=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]")
"""How a formula may begin: with one of its signs, in full width too, after anything that a program may trim."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XLSX_ROWS = 1_048_576
_XLSX_COLUMNS = 16_384
_XLSX_DIGITS = 10**15
_XLSX_CELL = 32_767

SUFFIXES = (".csv", ".xlsx", ".parquet")


def formula_safe(value: str) -> str:
    r"""Return the text so that no spreadsheet runs it as a formula.

    Texts that begin with ``= + - @``, in full width too, with a tab or a carriage return get a leading apostrophe,
    unless they are plain numbers (``-5``, ``+7.2``). Blanks, quotation marks and invisible characters before the
    sign change nothing: a spreadsheet may drop them.

    Examples
    --------
    >>> formula_safe('=HYPERLINK("http://x")')
    '\'=HYPERLINK("http://x")'
    >>> formula_safe("-5")
    '-5'
    """
    return "'" + value if _FORMULA.match(value) and not _NUMBER.fullmatch(value) else value


def unguarded(value: str) -> str:
    """Take off the apostrophe that `formula_safe` put before a text; other texts stay as they are.

    Examples
    --------
    >>> unguarded("'=cmd()"), unguarded("'tis"), unguarded("-5")
    ('=cmd()', "'tis", '-5')
    """
    return value[1:] if value.startswith("'") and formula_safe(value[1:]) == value else value


def write_csv(table: pd.DataFrame, target: Path | IO[str], *, for_spreadsheet: bool = False) -> None:
    """Write a table as CSV: UTF-8, comma, one header line, formula-safe.

    Parameters
    ----------
    table : DataFrame
    target : path or text stream
    for_spreadsheet : bool
        Begin a file with a byte-order mark, without which Excel shows Cyrillic and Chinese as garbage.
    """
    if isinstance(target, Path):
        encoding = "utf-8-sig" if for_spreadsheet else "utf-8"
        with target.open("w", encoding=encoding, newline="") as stream:
            write_csv(table, stream)
        return
    writer = csv.writer(_Lines(target), lineterminator="\r\n")
    writer.writerow([formula_safe(str(name)) for name in table.columns])
    columns = [_as_text(table[name]) for name in table.columns]
    writer.writerows(zip(*columns, strict=True) if columns else [])


class _Lines:
    """A stream that ends lines as Unix does, under a writer which has to know that both signs of an end need quotes.

    Python 3.11 leaves a cell bare that holds a carriage return alone, and its second half would begin a row.
    """

    def __init__(self, target: IO[str]) -> None:
        self._target = target

    def write(self, line: str) -> int:
        return self._target.write(line.removesuffix("\r\n") + "\n")


def csv_text(table: pd.DataFrame) -> str:
    """Return the table as one string of formula-safe CSV."""
    buffer = io.StringIO()
    write_csv(table, buffer)
    return buffer.getvalue()


def write_xlsx(table: pd.DataFrame, path: Path, *, sheet: str = "posts") -> int:
    """Write a table as one sheet of an XLSX file; every text is a string cell, never a formula.

    Returns
    -------
    int
        How many cells were cut, because XLSX holds at most 32,767 characters in one.

    Raises
    ------
    DataError
        When the table has more rows or columns than a sheet can hold.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(table) >= _XLSX_ROWS:
        raise DataError(f"{path}: {len(table):,} rows do not fit an XLSX sheet; write .csv or .parquet instead.")
    if table.shape[1] > _XLSX_COLUMNS:
        raise DataError(f"{path}: {table.shape[1]:,} columns do not fit an XLSX sheet; write .csv or .parquet instead.")
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    cut = 0

    def cell(value: Any) -> Any:
        nonlocal cut
        if not isinstance(value, str):
            return value
        text, shortened = xlsx_text(value)
        cut += shortened
        made = WriteOnlyCell(page, text)
        made.data_type = "s"
        return made

    page.append([cell(str(name)) for name in table.columns])
    columns = [_as_cells(table[name]) for name in table.columns]
    for row in zip(*columns, strict=True) if columns else []:
        page.append([cell(value) for value in row])
    book.save(path)
    return cut


def xlsx_text(text: str) -> tuple[str, bool]:
    """Return a text as a cell of an XLSX file can hold it, and whether it had to be cut; its data type must be "s"."""
    kept, cut = _NO_XML.sub("", text), False
    units = len(kept) if kept.isascii() else len(kept.encode("utf-16-le")) // 2
    if units > _XLSX_CELL:
        kept, cut = _first_units(kept, _XLSX_CELL - 1) + "…", True
    return _ESCAPE.sub(lambda code: "_x005F" + code[0], kept), cut


def _first_units(text: str, units: int) -> str:
    """Begin of a text of so many UTF-16 units, in which Excel counts."""
    return text[:units].encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def write_table(table: pd.DataFrame, path: Path) -> list[str]:
    """Write a table in the format its suffix names, whole or not at all.

    Returns
    -------
    list of str
        What the reader of the file should know (cells that had to be cut).

    Raises
    ------
    UsageError
        For a suffix other than .csv, .xlsx and .parquet.
    DiscourseError
        When the folder does not exist or can't be written.
    DataError
        When the table does not fit the format.
    """
    check_target(path)
    notes = []
    with whole(path) as temporary:
        match path.suffix.lower():
            case ".csv":
                write_csv(table, temporary, for_spreadsheet=True)
            case ".xlsx":
                cut = write_xlsx(table, temporary)
                if cut:
                    notes.append(f"{path.name}: {cut:,} cells longer than {_XLSX_CELL:,} characters were cut.")
            case ".parquet":
                table.to_parquet(temporary, index=False)
    return notes


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all.

    Yields
    ------
    Path
        Where to write; it is moved to ``path`` when the block ends without an error.

    Raises
    ------
    DiscourseError
        When it can't be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise DiscourseError(f"{path}: can't be written: {error.strerror or error}.") from None
    finally:
        temporary.unlink(missing_ok=True)


def check_target(path: Path, suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Refuse early, before any work is done, a file that could not be written.

    Raises
    ------
    UsageError
        For a suffix that is not among ``suffixes``, or where the folder does not exist.
    """
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{path}: the name must end in {', '.join(suffixes[:-1])} or {suffixes[-1]}.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}. Make it first (mkdir), or give another place.")


def _as_text(column: pd.Series[Any]) -> Iterable[str]:
    """Give the column's values as CSV cells: dates in ISO form, nothing for what is missing."""
    import pandas as pd

    if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(column.dtype):
        return ("" if pd.isna(value) else value.isoformat() for value in column)
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return ("" if pd.isna(value) else str(value) for value in column)
    return (formula_safe(value) if isinstance(value, str) else _plain(value) for value in column)


def _plain(value: Any) -> str:
    import pandas as pd

    return "" if pd.api.types.is_scalar(value) and pd.isna(value) else formula_safe(str(value))


def _as_cells(column: pd.Series[Any]) -> Iterable[Any]:
    """Give the column's values as XLSX cells; what a cell can't hold as it is becomes text.

    That is a date with a time zone or before 1900, an infinite number, and a number of more digits than Excel
    keeps, such as an identifier.
    """
    import pandas as pd

    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return ("" if pd.isna(value) else value.isoformat() for value in column)
    return (None if pd.api.types.is_scalar(value) and pd.isna(value) else _cell(value) for value in column)


def _cell(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, (str, bool)):
        return plain
    if isinstance(plain, (int, float)):
        return plain if abs(plain) < _XLSX_DIGITS or (isinstance(plain, float) and math.isfinite(plain)) else str(plain)
    if hasattr(plain, "isoformat"):
        return (
            plain
            if getattr(plain, "year", 1900) >= 1900 and getattr(plain, "tzinfo", None) is None
            else plain.isoformat()
        )
    return str(plain)
