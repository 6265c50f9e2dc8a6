"""JSON: an array of objects, an object that holds one such array, or JSON Lines with one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.json_text import Loader
from discourse.posts.readers.rows import MOST_COLUMNS, Rows, check_size, column, counted, headers, rejected_rows

SUFFIXES = (".json", ".jsonl", ".ndjson")

_OPENING = re.compile(rb'\s*(\{\s*["}]|\[\s*[\{\[\]"\d])')

_PERHAPS = re.compile(rb"[\{\[]|\A\s*\d")

Record = tuple[int, dict[str, Any]]
Reject = tuple[int, str, str, str]


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the content opens as JSON does, or the name says so and nothing speaks against it."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return _OPENING.match(start) is not None or (suffix in SUFFIXES and _PERHAPS.search(start) is not None)


def read(data: bytes, file: str) -> Rows:
    """Read JSON or JSON Lines; every key that occurs becomes a column, nested values stay as JSON text.

    A line of JSON Lines that is no object is rejected with its line number, and so is an array's item.

    Raises
    ------
    DataError
        The file is empty, is no JSON, or holds no list of objects (or several).
    """
    decoded = decode(data, file)
    notes = list(decoded.notes)
    text = decoded.utf8.decode()
    if not text.strip():
        raise DataError(f"{file}: the file is empty. Give a file with at least one post.")
    loader = Loader()
    try:
        whole = loader.loads(text)
    except (ValueError, RecursionError) as problem:
        places: Callable[[Sequence[int]], list[str]]
        kind, (records, rejected) = "jsonl", _lines(text, loader)
        if not records or len(rejected) > len(records):
            raise DataError(
                f"{file}: neither JSON nor JSON Lines ({_why(problem)}). The file may be cut short or hold something "
                "else; give an array of objects, or one object a line."
            ) from problem
        places = partial(_lines_of, text)
    else:
        places = counted("element")
        lines = isinstance(whole, dict) and not any(_is_table(value) for value in whole.values())
        kind = "jsonl" if lines else "json"
        records, rejected = _items([whole] if lines else _table(whole, file, notes))
    n_rows = len(records) + len(rejected)
    if not any(record for _, record in records):
        raise DataError(f"{file}: no objects with anything in them. Give an array of objects, or one object a line.")
    values, cleaned = _columns([record for _, record in records], file, notes)
    notes += loader.notes()
    if cleaned:
        notes.append(f"{cleaned} value(s) cleaned of NUL characters or broken surrogates.")
    return Rows(
        values=values,
        numbers=np.array([number for number, _ in records], dtype=np.int64),
        rejected=rejected_rows(rejected),
        n_rows=n_rows,
        format=kind,
        facts={"encoding": decoded.encoding},
        notes=notes,
        places=places,
    )


def _lines_of(text: str, rows: Sequence[int]) -> list[str]:
    """Lines on which rows stand: each is on a line of its own, and blank lines are none."""
    filled = [number for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return [f"line {filled[row - 1]}" for row in rows]


def _why(problem: Exception) -> str:
    return "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem)


def _lines(text: str, loader: Loader) -> tuple[list[Record], list[Reject]]:
    """Objects of JSON Lines by row, and the lines that are none; blank lines are no rows."""
    records: list[Record] = []
    rejected: list[Reject] = []
    row = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row += 1
        try:
            value = loader.loads(line)
        except (ValueError, RecursionError) as problem:
            reason = problem.msg if isinstance(problem, json.JSONDecodeError) else "nested too deeply"
            rejected.append((row, "", line, f"line {number} is no JSON: {reason}"))
            continue
        if isinstance(value, dict):
            records.append((row, value))
        else:
            rejected.append((row, "", line, f"line {number} is no object"))
    return records, rejected


def _items(items: list[Any]) -> tuple[list[Record], list[Reject]]:
    """Objects of an array by row, and the items that are none."""
    records = [(row, item) for row, item in enumerate(items, start=1) if isinstance(item, dict)]
    rejected = [
        (row, "", json.dumps(item, ensure_ascii=False), "not an object")
        for row, item in enumerate(items, start=1)
        if not isinstance(item, dict)
    ]
    return records, rejected


def _is_table(value: object) -> bool:
    """Whether a value is an array that holds an object."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _table(whole: Any, file: str, notes: list[str]) -> list[Any]:
    """Find the one array of objects in a JSON document."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        raise DataError(f"{file}: a single JSON value, not a list of posts. Give an array of objects.")
    tables = [key for key, value in whole.items() if _is_table(value)]
    if len(tables) > 1:
        named = ", ".join(f'"{key}"' for key in tables)
        raise DataError(
            f"{file}: several arrays of objects ({named}), and nothing says which holds the posts. "
            "Save the one you mean as a file of its own."
        )
    notes.append(f'the posts are the array "{tables[0]}".')
    array: list[Any] = whole[tables[0]]
    return array


def _columns(records: list[dict[str, Any]], file: str, notes: list[str]) -> tuple[pd.DataFrame, int]:
    """One column a key, in the order in which keys first occur."""
    seen: dict[str, None] = {}
    for record in records:
        seen.update(dict.fromkeys(record))
        if len(seen) > MOST_COLUMNS:
            break
    keys = list(seen)
    check_size(len(records), len(keys), file)
    names, name_notes = headers(keys)
    notes += name_notes
    cleaned = 0
    columns: dict[str, pd.Series] = {}
    for key, name in zip(keys, names, strict=True):
        series, dirty = column([record.get(key) for record in records])
        columns[name] = series
        cleaned += dirty
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records))), cleaned
