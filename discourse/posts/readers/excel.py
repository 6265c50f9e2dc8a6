"""Excel workbooks (.xlsx): from the cells of its sheets to one table of posts."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.archive import Damaged
from discourse.posts.readers.rows import Rows, check_size, column, headers, rejected_rows
from discourse.posts.readers.workbook import Sheet, moment, sheets

SUFFIXES = (".xlsx", ".xlsm")
UNCALCULATED = "formula(s) have no value kept beside them"
"""What a note says of them."""

_LOOKED_AT = 100
"""Filled rows from which the shape of a sheet is told."""
_HEADING = 100
"""Most characters in one line of a heading of two lines."""


@dataclass(frozen=True)
class _Table:
    """One sheet as a table: values under headings, the blank rows at the end left out."""

    sheet: str
    first: int  # number of the first row of data in the sheet
    n_rows: int
    columns: dict[str, list[object]]
    notes: list[str] = field(default_factory=list)

    def most_text(self) -> int:
        """Characters in the column that holds the most of them."""
        texts = (sum(len(v) for v in values if isinstance(v, str)) for values in self.columns.values())
        return max(texts, default=0)


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes are a zip archive with a workbook inside, or a damaged one that is called so."""
    return data.startswith(b"PK\x03\x04") and (b"xl/workbook" in data or suffix in SUFFIXES)


def read(data: bytes, file: str, aside: Collection[str] = ()) -> Rows:
    """Read the sheets that hold the posts; those named in `aside` are left out.

    Rows above the headings (a title, a date of export) are left out. Headings in two rows, the upper one over
    several columns, are put together. A value in cells merged downwards holds for each of their rows. Sheets with
    the same headings are read as one table, with a column ``sheet``; of others the one with the most text is
    read. Hidden sheets are not read. For a formula the value kept beside it is read; nothing is evaluated.

    Blank rows between others count as rows (they are rejected later for want of a text), blank rows at the
    end do not.

    Raises
    ------
    DataError
        The workbook is damaged, unpacks to more than an honest one does, or holds no rows.
    """
    tables, hidden = _tables(data, file)
    tables = [table for table in tables if table.sheet not in aside]
    if not tables:
        only_hidden = f" (not read, since hidden: {_named(hidden)})" if hidden else ""
        raise DataError(f"{file}: the workbook is empty{only_hidden}. Give one with a header and at least one row.")
    alike: dict[frozenset[str], list[_Table]] = {}
    for table in tables:
        alike.setdefault(frozenset(table.columns), []).append(table)
    group = max(alike.values(), key=lambda tables: max(t.most_text() for t in tables))
    chosen = [table for table in group if table.n_rows]
    if not chosen:
        raise DataError(f"{file}: sheet {group[0].sheet} holds a header and no rows. Give at least one row of data.")
    notes = _which(chosen, [t.sheet for t in tables if t not in chosen], hidden)
    notes += dict.fromkeys(note for table in chosen for note in table.notes)
    names = list(chosen[0].columns)
    n_rows = sum(table.n_rows for table in chosen)
    check_size(n_rows, len(names), file)
    columns: dict[str, pd.Series] = {}
    cleaned = 0
    for name in names:
        columns[name], dirty = column([value for table in chosen for value in table.columns[name]])
        cleaned += dirty
    if cleaned:
        notes.append(f"{cleaned} value(s) cleaned of characters that no text may hold.")
    sizes = [table.n_rows for table in chosen]
    if len(chosen) > 1:
        title = headers([*names, "sheet"])[0][-1]
        columns[title] = pd.Series(np.repeat([table.sheet for table in chosen], sizes), dtype="str")
    return Rows(
        values=pd.DataFrame(columns, index=pd.RangeIndex(n_rows)),
        numbers=np.arange(1, n_rows + 1, dtype=np.int64),
        rejected=rejected_rows([]),
        n_rows=n_rows,
        format="xlsx",
        facts={"sheets": [t.sheet for t in chosen]} if len(chosen) > 1 else {"sheet": chosen[0].sheet},
        notes=notes,
        places=partial(_places, [(table.sheet, table.first) for table in chosen], np.cumsum([0, *sizes])),
    )


def tables_by_sheet(data: bytes, file: str) -> dict[str, pd.DataFrame]:
    """Read each visible sheet as a table of its own, by its name.

    Raises
    ------
    DataError
        As `read`, but for sheets without rows, which are tables without rows.
    """
    return {
        table.sheet: pd.DataFrame(
            {name: column(values)[0] for name, values in table.columns.items()}, index=pd.RangeIndex(table.n_rows)
        )
        for table in _tables(data, file)[0]
    }


def _tables(data: bytes, file: str) -> tuple[list[_Table], list[str]]:
    """Read the visible sheets that hold anything, and the names of the hidden ones."""
    if data.startswith(b"PK\x03\x04") and b"xl/workbook" not in data and b"PK\x05\x06" in data:
        raise DataError(
            f"{file}: this is a zip archive, but no Excel workbook. Unpack it first, or save the table as .xlsx."
        )
    try:
        found, hidden = sheets(data)
    except Damaged as problem:
        raise DataError(
            f"{file}: the workbook can't be read: {problem}. "
            "Open it in a spreadsheet program and save it anew as .xlsx, or as CSV in UTF-8."
        ) from problem
    return [_table(sheet, file) for sheet in found if sheet.columns], hidden


def _places(tables: Sequence[tuple[str, int]], starts: np.ndarray, rows: Sequence[int]) -> list[str]:
    """Say in which sheet and row of it, as a spreadsheet program counts them, rows stand."""
    found = []
    for row, at in zip(rows, np.searchsorted(starts, rows, side="left") - 1, strict=True):
        sheet, first = tables[at]
        found.append(f'sheet "{sheet}", row {first + row - 1 - starts[at]}')
    return found


def _which(chosen: Sequence[_Table], others: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """Say which sheets are read and which are not."""
    notes = []
    if len(chosen) > 1:
        notes.append(f"{len(chosen)} sheets with the same headings are read as one table: {_named(_sheets(chosen))}.")
    if others:
        why = "" if len(chosen) > 1 else f'sheet "{chosen[0].sheet}" is read, since it holds the most text; '
        notes.append(f"{why}not read: {_named(others)}. To read another sheet, save it as a file of its own.")
    if hidden:
        notes.append(f"{len(hidden)} hidden sheet(s) not read: {_named(hidden)}.")
    return notes


def _sheets(tables: Sequence[_Table]) -> list[str]:
    return [table.sheet for table in tables]


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown


def _table(sheet: Sheet, file: str) -> _Table:
    """Find headings and rows of one sheet."""
    top = _top(sheet)
    upper, lower = _heading(sheet, top)
    notes = []
    above = [str(value) for row, cells in top if row < (upper or lower) for value in cells.values()]
    if above:
        notes.append(f'what stands above the headings in row {lower} of the sheet is left out ("{above[0][:60]}").')
    rows = dict(top)
    titles = {at: value for at, value in rows[lower].items() if not isinstance(value, dt.time)}
    if upper:
        notes.append(f"the headings are put together from rows {upper} and {lower} of the sheet.")
        titles = _put_together(rows[upper], titles, sheet.merged, upper)
    last = max(numbers[-1] for numbers, _ in sheet.columns.values())
    n_rows = max(last - lower, 0)
    used = sorted(at for at, (numbers, _) in sheet.columns.items() if at in titles or numbers[-1] > lower)
    check_size(n_rows, len(used), file)
    names, name_notes = headers([titles.get(at) for at in used])
    merged: dict[int, list[tuple[int, int]]] = {}
    for first, left, end, _ in sheet.merged:
        if first > lower and end > first:
            merged.setdefault(left, []).append((first - lower - 1, min(end - lower, n_rows)))
    columns: dict[str, list[object]] = {}
    filled = 0
    for name, at in zip(names, used, strict=True):
        values: list[object] = [None] * n_rows
        for row, value in zip(*sheet.columns[at], strict=True):
            if row > lower:
                values[row - lower - 1] = value
        filled += _fill(values, merged.get(at, []))
        columns[name] = _dates(values, sheet.epoch)
    if filled:
        notes.append(f"{filled} cell(s) take the value of the merged cell they are part of.")
    if sheet.uncalculated:
        notes.append(
            f"{sheet.uncalculated} {UNCALCULATED} and are read as empty; open the workbook in a spreadsheet program "
            "and save it, then they have one."
        )
    if sheet.errors:
        notes.append(f"{sheet.errors} cell(s) hold an error such as #REF! and are read as empty.")
    return _Table(sheet.name, lower + 1, n_rows, columns, notes + name_notes)


def _top(sheet: Sheet) -> list[tuple[int, dict[int, object]]]:
    """First filled rows of a sheet: number, and value by column."""
    first = sorted({row for numbers, _ in sheet.columns.values() for row in numbers[:_LOOKED_AT]})[:_LOOKED_AT]
    cells: dict[int, dict[int, object]] = {row: {} for row in first}
    for at, (numbers, values) in sheet.columns.items():
        for row, value in zip(numbers[:_LOOKED_AT], values[:_LOOKED_AT], strict=True):
            if row in cells:
                cells[row][at] = value
    return list(cells.items())


def _heading(sheet: Sheet, top: Sequence[tuple[int, dict[int, object]]]) -> tuple[int, int]:
    """Rows of the headings, the upper one 0 where there is one row only.

    One or two cells above rows that are much fuller are a title, and no headings.
    """
    typical = statistics.median(len(cells) for _, cells in top)
    at = 0
    while at < len(top) - 1 and len(top[at][1]) <= 2 and 3 * len(top[at][1]) < 2 * typical:
        at += 1
    width = len({column for _, cells in top for column in cells})
    across = {first for first, left, _, right in sheet.merged if 0 < right - left < width - 1}
    row, cells = top[at]
    below = top[at + 1] if at + 1 < len(top) else (0, {})
    if row in across and below[0] == row + 1 and _are_headings(cells) and _are_headings(below[1]):
        return row, below[0]
    if at and top[at - 1][0] == row - 1 and row - 1 in across and _are_headings(top[at - 1][1]):
        return row - 1, row
    return 0, row


def _are_headings(cells: dict[int, object]) -> bool:
    return all(isinstance(value, str) and len(value) <= _HEADING for value in cells.values())


def _put_together(
    upper: dict[int, object], lower: dict[int, object], merged: Sequence[tuple[int, int, int, int]], row: int
) -> dict[int, object]:
    """Headings of two rows as one: the lower, the upper where there is no lower, both where the lower comes twice."""
    over = dict(upper)
    for first, left, _, right in merged:
        if first == row and left in upper:
            over |= dict.fromkeys(range(left, right + 1), upper[left])
    given = list(lower.values())
    both = {at: f"{over[at]}: {name}" if at in over and given.count(name) > 1 else name for at, name in lower.items()}
    return upper | both


def _fill(values: list[object], merged: Sequence[tuple[int, int]]) -> int:
    """Give each empty cell of a merged group the value of its first one, in place; says how many."""
    filled = 0
    done = 0
    for first, end in sorted(merged):
        if first >= len(values):
            break
        value = values[first]
        for at in range(max(first + 1, done), end):
            if value is not None and values[at] is None:
                values[at] = value
                filled += 1
        done = max(done, end)
    return filled


def _dates(values: list[object], epoch: dt.datetime) -> list[object]:
    """Read plain numbers as dates in a column where other cells are dates: they lack nothing but the format."""
    if not any(isinstance(value, dt.datetime) for value in values):
        return values
    return [moment(v, epoch) if type(v) in (int, float) and 1 <= v < 2_958_466 else v for v in values]  # type: ignore[arg-type, operator]
