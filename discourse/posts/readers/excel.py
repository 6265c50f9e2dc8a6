"""Excel workbooks (.xlsx): the first sheet that holds anything, with the types the cells have."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.rows import Rows, column, headers, rejected_rows

SUFFIXES = (".xlsx", ".xlsm")
LARGEST = 1 << 30
"""Most bytes a workbook may unpack to; a sheet of a million full rows stays below."""


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes are a zip archive with a workbook inside."""
    return data.startswith(b"PK") and b"xl/workbook" in data


def read(data: bytes, file: str) -> Rows:
    """Read the first non-empty sheet; its first non-empty row is the header.

    Blank rows between others count as rows (they are rejected later for want of a text), blank rows at the
    end do not.

    Raises
    ------
    DataError
        The workbook is damaged, unpacks to more than `LARGEST` bytes, or holds no rows.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST or (size > 1 << 26 and size > 100 * len(data)):
            raise DataError(
                f"{file}: the workbook unpacks to {size / 2**20:.0f} MiB, more than an honest one of its "
                "size would. Save the sheet as CSV in UTF-8 and give that."
            )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet, cells = _first_filled(book)
        others = [name for name in book.sheetnames if name != sheet]
    except DataError:
        raise
    except Exception as problem:  # a damaged workbook fails in openpyxl, zipfile or the XML parser alike
        raise DataError(
            f"{file}: the workbook can't be read ({type(problem).__name__}: {problem}). "
            "Open it in a spreadsheet program and save it anew as .xlsx or as CSV in UTF-8."
        ) from problem
    if not cells:
        raise DataError(f"{file}: the workbook is empty. Give one with a header and at least one row.")
    header, body = cells[0], cells[1:]
    if not body:
        raise DataError(f"{file}: sheet {sheet} holds a header and no rows. Give at least one row of data.")
    width = max(len(header), max(len(row) for row in body))
    names, notes = headers([*header, *[None] * (width - len(header))])
    columns: dict[str, pd.Series] = {}
    cleaned = 0
    for position, name in enumerate(names):
        series, dirty = column([row[position] if position < len(row) else None for row in body])
        columns[name] = series
        cleaned += dirty
    if others:
        notes.append(f'sheet "{sheet}" is read; {len(others)} other sheet(s) are not.')
    if cleaned:
        notes.append(f"{cleaned} value(s) cleaned of characters that no text may hold.")
    return Rows(
        values=pd.DataFrame(columns),
        numbers=np.arange(1, len(body) + 1, dtype=np.int64),
        rejected=rejected_rows([]),
        n_rows=len(body),
        format="xlsx",
        facts={"sheet": sheet},
        notes=notes,
    )


def _first_filled(book: Any) -> tuple[str, list[tuple[object, ...]]]:
    """Name and cells of the first sheet with anything in it; no blank rows before the header or at the end."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
        cells: list[tuple[object, ...]] = []
        filled = 0
        for row in sheet.iter_rows(values_only=True):
            used = len(row)
            while used and (row[used - 1] is None or row[used - 1] == ""):
                used -= 1
            if used or cells:
                cells.append(tuple(row[:used]))
            if used:
                filled = len(cells)
        if filled:
            return sheet.title, cells[:filled]
    return "", []
