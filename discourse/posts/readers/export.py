"""What the readers of apps' own exports share: sound JSON, one table from records, and headings that tell a format."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.delimited import SEPARATORS
from discourse.posts.readers.encoding import Decoded, decode
from discourse.posts.readers.json_text import Loader
from discourse.posts.readers.rows import Rows, column, rejected_rows

_HEAD = 1 << 14


def opening(data: bytes) -> bytes:
    """First bytes of a file as far as they matter for telling formats: no byte order mark, no zero bytes."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")
    return head.lstrip(b"\xff\xfe").lstrip()


def headings(data: bytes) -> frozenset[str]:
    r"""Column names on the first line of delimited text; none where the bytes are no text.

    Examples
    --------
    >>> sorted(headings(b"id;body\n1;snow"))
    ['body', 'id']
    """
    return _headings(data[:_HEAD])


@lru_cache(maxsize=1)
def _headings(start: bytes) -> frozenset[str]:
    """Remember the headings of one file, for which several readers ask."""
    try:
        head = decode(start, "").utf8.decode("utf-8", "ignore").lstrip()
        first = [next(csv.reader(io.StringIO(head, newline=""), delimiter=mark), []) for mark in SEPARATORS]
    except (DataError, csv.Error):
        return frozenset()
    return frozenset(name.strip() for name in max(first, key=len))


def load(decoded: Decoded, start: int, file: str, what: str) -> tuple[Any, list[str]]:
    """Parse the JSON of an export, from a byte of the decoded file on; and say what was odd about the file.

    Raises
    ------
    DataError
        It is damaged or cut short.
    """
    loader = Loader()
    try:
        whole = loader.loads(decoded.utf8[start:].decode().strip().removesuffix(";"))
    except (ValueError, RecursionError) as problem:
        why = "it is nested too deeply" if isinstance(problem, RecursionError) else str(problem)
        raise DataError(
            f"{file}: the {what} is damaged or cut short ({why}). Copy the file anew, or export it once more."
        ) from problem
    return whole, [*decoded.notes, *loader.notes()]


def as_rows(
    items: Sequence[Mapping[str, Any] | None],
    file: str,
    *,
    format: str,
    origin: str,
    roles: Mapping[str, str],
    facts: Mapping[str, Any],
    notes: Sequence[str],
    called: tuple[str, str] = ("", ""),
    within: str = "",
) -> Rows:
    """Rows from the records of an export, one a post; None stands for an item that is no post.

    Columns in which no record holds anything are left out, except those that play a role. A record is found again
    by what it is `called` (a word, and the column of its number), and by the column `within` that says where; by its
    place in the list where there is none.

    Raises
    ------
    DataError
        There is no record.
    """
    records = [(number, item) for number, item in enumerate(items, start=1) if item is not None]
    if not records:
        raise DataError(f"{file}: the {origin} holds no posts. Give an export with at least one.")
    keys = dict.fromkeys(key for _, record in records for key in record)
    columns: dict[str, pd.Series] = {}
    cleaned = 0
    for key in keys:
        values = [record.get(key) for _, record in records]
        if key in roles.values() or any(value is not None and value != "" for value in values):
            columns[key], dirty = column(values)
            cleaned += dirty
    said = [f"{cleaned} value(s) cleaned of NUL characters or broken surrogates."] if cleaned else []
    numbers = np.array([number for number, _ in records], dtype=np.int64)
    none = [(number, "", "", "not a post") for number, item in enumerate(items, start=1) if item is None]
    return Rows(
        values=pd.DataFrame(columns, index=pd.RangeIndex(len(records))),
        numbers=numbers,
        rejected=rejected_rows(none),
        n_rows=len(items),
        format=format,
        facts=dict(facts),
        notes=[*notes, *said],
        roles={role: header for role, header in roles.items() if header in columns},
        origin=origin,
        places=partial(_places, numbers, called[0], columns.get(called[1]), columns.get(within)),
    )


def _places(
    numbers: np.ndarray, noun: str, keys: pd.Series | None, within: pd.Series | None, rows: Sequence[int]
) -> list[str]:
    """Say which records rows are."""
    found = []
    for row, at in zip(rows, np.searchsorted(numbers, rows).tolist(), strict=True):
        known = keys is not None and at < len(numbers) and numbers[at] == row and not pd.isna(keys.iloc[at])
        place = f"{noun} {keys.iloc[at]}" if known else f"element {row}"  # type: ignore[union-attr]
        if known and within is not None and not pd.isna(within.iloc[at]):
            place += f' of "{within.iloc[at]}"'
        found.append(place)
    return found
