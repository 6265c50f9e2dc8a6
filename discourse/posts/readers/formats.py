"""The formats that can be read, told apart by what is in a file and not by its name alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from discourse.errors import DataError
from discourse.posts.readers import (
    crowdtangle,
    delimited,
    excel,
    fourcat,
    instagram,
    json,
    parquet,
    telegram,
    x_archive,
)
from discourse.posts.readers.rows import Rows, turn_away_monsters


@dataclass(frozen=True)
class Format:
    """One readable format.

    Attributes
    ----------
    name : str
        What a person calls it.
    suffixes : tuple of str
        File name endings it usually has.
    recognises : callable
        ``recognises(data, suffix) -> bool``, from the content first.
    read : callable
        ``read(data, file) -> Rows``.
    """

    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes, str], bool]
    read: Callable[[bytes, str], Rows]


FORMATS = (
    Format("Parquet", parquet.SUFFIXES, parquet.recognises, parquet.read),
    Format("Excel", excel.SUFFIXES, excel.recognises, excel.read),
    Format("X archive", x_archive.SUFFIXES, x_archive.recognises, x_archive.read),
    Format("Telegram export", telegram.SUFFIXES, telegram.recognises, telegram.read),
    Format("Instagram export", instagram.SUFFIXES, instagram.recognises, instagram.read),
    Format("JSON", json.SUFFIXES, json.recognises, json.read),
    Format("CrowdTangle CSV", crowdtangle.SUFFIXES, crowdtangle.recognises, crowdtangle.read),
    Format("4CAT CSV", fourcat.SUFFIXES, fourcat.recognises, fourcat.read),
    Format("CSV", delimited.SUFFIXES, delimited.recognises, delimited.read),
)
"""Asked in this order; the first that recognises a file reads it. Of those with one ending the plainest is last."""

_FOREIGN = (
    (b"\x1f\x8b", "a gzip archive", "Unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "Save it as .xlsx or as CSV in UTF-8"),
    (b"%PDF", "a PDF document", "Give the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
    (b"PK\x03\x04", "a zip archive, but no Excel workbook", "Unpack it first, or save the table as .xlsx"),
    (b"SQLite format 3", "an SQLite database", "Export the table of posts as CSV in UTF-8"),
    (b"\x93NUMPY", "a NumPy array", "It goes with --encoder; the posts come as CSV, XLSX, JSON or Parquet"),
    (b"\x89PNG", "an image", "Give the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
    (b"\xff\xd8\xff", "an image", "Give the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
    (b"<!doctype html", "a web page", "Export the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
    (b"<html", "a web page", "Export the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
    (b"window.ytd.", "a part of an X archive that holds no posts", "The posts are in its data/tweets.js"),
    (b"<?xml", "an XML document", "Export the posts as CSV, XLSX, JSON, JSON Lines or Parquet"),
)


def read_file(data: bytes, file: str) -> Rows:
    """Read one file of posts in whatever format its content is.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name as the user gave it: for messages, and for the ending where the content leaves a doubt.

    Returns
    -------
    Rows
        A note is added where the name promises another format than the one found.

    Raises
    ------
    DataError
        The file is empty, damaged, or in a format that can't be read.
    """
    suffix = PurePath(file).suffix.lower()
    if not data:
        raise DataError(f"{file}: the file is empty. Give a file with a header and at least one row.")
    found = next(kind for kind in FORMATS if kind.recognises(data, suffix))
    if found.name == "CSV" and (other := foreign(data)):
        raise DataError(f"{file}: this is {other[0]}. {other[1]}.")
    try:
        rows = turn_away_monsters(found.read(data, file))
    except RecursionError:
        raise DataError(
            f"{file}: values are nested too deeply. Give one object a post, without others inside."
        ) from None
    promised = next((kind for kind in reversed(FORMATS) if suffix in kind.suffixes), found)
    if suffix not in found.suffixes and promised is not found:
        note = f"the name says {promised.name}, the content is {found.name}; read as {found.name}."
        rows = replace(rows, notes=[note, *rows.notes])
    return rows


def foreign(data: bytes) -> tuple[str, str] | None:
    """Tell by its first bytes what a file is that holds no table, and what to do with it; None where they don't tell.

    Examples
    --------
    >>> foreign(b"%PDF-1.7")[0]
    'a PDF document'
    """
    start = data[:64].lstrip().lower()
    return next(
        ((what, advice) for magic, what, advice in _FOREIGN if data.startswith(magic) or start.startswith(magic)), None
    )
