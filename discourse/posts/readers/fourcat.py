"""CSV files of 4CAT, the capture and analysis toolkit, whatever platform it collected from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from discourse.posts.readers import delimited
from discourse.posts.readers.export import headings
from discourse.posts.readers.rows import Rows

SUFFIXES = (".csv",)

_HEADINGS = {"id", "thread_id", "body", "timestamp"}
_AUTHORS = (
    *("author_username", "author", "author_screen_name", "username", "author_name", "author_fullname", "author_full"),
    "author_id",
)
"""Who wrote a post, the name that people know first; on Telegram and VK ``author`` and ``author_id`` are numbers."""


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the headings are those which 4CAT gives to every data set."""
    found = headings(data)
    return found >= _HEADINGS and any(name in found for name in (*_AUTHORS, "unix_timestamp"))


def read(data: bytes, file: str) -> Rows:
    """Read a 4CAT file: any CSV, with columns that are known.

    The text is the ``body``; the moment is ``unix_timestamp``, or else ``timestamp``, which 4CAT writes in UTC;
    the author is the first of `_AUTHORS` that most rows hold, names before numbers. Links, likes,
    views and the like keep the names they have for each platform.

    Raises
    ------
    DataError
        As for any delimited text.
    """
    rows = delimited.read(data, file)
    given = {name: float((rows.values[name].str.strip() != "").mean()) for name in rows.values.columns}
    held = [name for name in _AUTHORS if given.get(name, 0) >= 0.5]
    author = min(held, key=lambda name: _share_of_numbers(rows.values, name) > 0.5, default="")
    roles = {
        "text": "body",
        "date": "unix_timestamp" if given.get("unix_timestamp") == 1 else "timestamp",
        "author": author,
        "id": "id",
    }
    notes = list(rows.notes)
    if given.get("subject"):
        body, subject = (rows.values[name].str.strip() for name in ("body", "subject"))
        bare = int(((body == "") & (subject != "")).sum())
        if bare:
            notes.append(f"{bare:,} row(s) have a subject and no body; to read subjects instead, type --text subject.")
    return replace(
        rows,
        format="4cat",
        notes=notes,
        roles={role: header for role, header in roles.items() if header in given},
        origin="4CAT export",
        timezone="UTC",
    )


def _share_of_numbers(values: pd.DataFrame, name: str) -> float:
    """Tell how many of a column's values are numbers, 0 to 1, empty ones apart."""
    held = values[name][values[name].str.strip() != ""]
    return float(held.str.fullmatch(r"\s*-?\d+\s*").mean())
