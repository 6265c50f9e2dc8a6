"""SQLite databases from strangers: read from memory, tables alone, with nothing in them that runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from discourse.errors import DataError

MAGIC = b"SQLite format 3\x00"
MOST = 5_000_000
"""Rows that are read of one table."""

_LONGEST = 1 << 27
_STEPS = 1000
_PATIENCE = 2_000_000
_JOURNAL = slice(18, 20)


def holds(data: bytes, *tables: str) -> bool:
    """Tell whether the bytes are an SQLite database in which the names of tables occur."""
    return data.startswith(MAGIC) and all(name.encode() in data for name in tables)


def read(data: bytes, file: str, tables: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Read columns of tables, in the order in which the rows were written.

    Parameters
    ----------
    data : bytes
    file : str
        Name, for messages.
    tables : mapping of str to sequence of str
        By table: the columns. A name that ends with ``?`` is optional: of a table that isn't there no rows are given,
        of a column None.

    Returns
    -------
    dict of str to list of tuple
        By table, its name without ``?``.

    Raises
    ------
    DataError
        It is damaged, lacks a table or column, or has a view or a virtual table in its place; or reading it takes more
        steps than any honest file does.

    Notes
    -----
    The bytes are loaded into memory and never opened as a file. Everything but reading is denied by an authorizer, no
    function of the schema is trusted, and no extension can be loaded.
    """
    kept = bytearray(data)
    if kept[_JOURNAL] == b"\x02\x02":  # written ahead: without its log it opens as one that is not
        kept[_JOURNAL] = b"\x01\x01"
    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(bytes(kept))
            base.text_factory = lambda whole: whole.decode("utf-8", "replace")
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            base.execute("PRAGMA query_only = ON")
            base.set_authorizer(_only_reading)
            steps = iter(range(_PATIENCE))
            base.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
            return dict(_tables(base, file, tables))
    except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError) as problem:
        why = "it takes longer than any honest file" if "interrupted" in str(problem) else str(problem)
        raise DataError(f"{file}: the database is damaged ({why}). Copy or export the project once more.") from problem


def _tables(
    base: sqlite3.Connection, file: str, tables: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    there = {
        str(name).lower(): str(sql).lower().split()
        for name, sql in base.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    for asked, columns in tables.items():
        table = asked.removesuffix("?")
        if asked.endswith("?") and table not in there:
            yield table, []
            continue
        if there.get(table, [])[:2] != ["create", "table"]:
            raise DataError(f"{file}: the database has no table {table}. Copy or export the project once more.")
        known = {str(row[1]).lower() for row in base.execute(f"PRAGMA table_info({table})")}
        missing = [column for column in columns if not column.endswith("?") and column.lower() not in known]
        if missing:
            raise DataError(f"{file}: table {table} has no column {missing[0]}. Copy or export the project once more.")
        chosen = [
            column.removesuffix("?") if column.removesuffix("?").lower() in known else "NULL" for column in columns
        ]
        rows = base.execute(f"SELECT {', '.join(chosen)} FROM {table} LIMIT {MOST + 1}").fetchall()
        if len(rows) > MOST:
            raise DataError(f"{file}: table {table} has more than the {MOST:,} rows that can be read.")
        yield table, rows


def _only_reading(action: int, first: str | None, *_more: str | None) -> int:
    pragma = action == sqlite3.SQLITE_PRAGMA and first == "table_info"
    reading = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if reading or pragma else sqlite3.SQLITE_DENY


def text(value: object) -> str:
    """Give a cell as text; empty for NULL and for bytes."""
    return "" if value is None or isinstance(value, bytes) else str(value)


def number(value: object) -> int | None:
    """Give a cell as a whole number; None where it is none."""
    return value if isinstance(value, int) else None
