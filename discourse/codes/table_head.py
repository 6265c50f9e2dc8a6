"""The first cells of a table, by which exports of programs are told from tables of one's own."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

from discourse.errors import DataError
from discourse.posts.readers.archive import Archive, Damaged
from discourse.posts.readers.delimited import SEPARATORS
from discourse.posts.readers.encoding import decode

_HEAD = 1 << 14
_TEXT = re.compile(r"<t(?:\s[^<>]*)?>([^<]*)</t>")
_STRINGS = ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")


def first_cells(data: bytes) -> list[str]:
    r"""Give the headings of delimited text, or the first texts of a workbook; none where the bytes are no table.

    Examples
    --------
    >>> first_cells(b"id;tag\n1;snow")
    ['id', 'tag']
    """
    if data.startswith(b"PK\x03\x04"):
        return _of_workbook(data)
    try:
        head = decode(data[:_HEAD], "").utf8.decode("utf-8", "ignore").lstrip()
        lines = [next(csv.reader(io.StringIO(head, newline=""), delimiter=mark), []) for mark in SEPARATORS]
    except (DataError, csv.Error):
        return []
    return [cell.strip() for cell in max(lines, key=len)]


def _of_workbook(data: bytes) -> list[str]:
    try:
        archive = Archive(data)
        part = next((part for part in _STRINGS if part in archive), None)
        head = b"" if part is None else next(archive.stream(part), b"")[:_HEAD]
    except Damaged:
        return []
    return [unescape(cell).strip() for cell in _TEXT.findall(head.decode("utf-8", "ignore"))]
