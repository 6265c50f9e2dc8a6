"""Taguette: the database of a project, ``.sqlite3``."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape

import numpy as np

from discourse.codes import sqlite_file
from discourse.codes.coded import Coded
from discourse.codes.gather import Gathered
from discourse.codes.sqlite_file import number, text

KIND = "Taguette project"

_TABLES = {
    "projects?": ("id", "name"),
    "documents": ("id", "name", "contents", "project_id?"),
    "tags": ("id", "path", "description?", "project_id?", "parent_id?"),
    "highlights": ("id", "document_id", "start_offset", "end_offset", "snippet"),
    "highlight_tags": ("highlight_id", "tag_id"),
    "commands?": ("user_login", "payload"),
}
_BLOCKS = {
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
}
_BLOCKS |= {"section", "table", "td", "th", "tr", "ul"}
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>")


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is an SQLite database with the tables of Taguette."""
    return sqlite_file.holds(data, "highlight_tags", "start_offset", "documents", "tags")


def read(data: bytes, name: str) -> Coded:
    """Read the highlights of a project, or of all projects of a server, whose names are then the schemes.

    Documents are HTML; offsets count the bytes of their text in UTF-8, tags aside. Who made a highlight is told by the
    log of commands where there is one, and not at all where the project was exported.

    Raises
    ------
    DataError
        The database is damaged, or has no tags.
    """
    tables = sqlite_file.read(data, name, _TABLES)
    found = Gathered()
    projects = {number(key): text(title) for key, title in tables["projects"]}
    several = len(projects) > 1
    documents: dict[int | None, tuple[int, Page]] = {}
    for key, title, contents, _ in tables["documents"]:
        page = Page(text(contents))
        documents[number(key)] = (found.source(text(title), page.text), page)
    paths = {number(key): text(path)[:1000] for key, path, *_ in tables["tags"]}
    named = set(paths.values())
    tags: dict[int | None, tuple[str, str]] = {}
    for key, path, description, project, parent in tables["tags"]:
        scheme = projects.get(number(project), "") if several else ""
        tags[number(key)] = (scheme, text(path))
        over = paths.get(number(parent)) or _above(text(path)[:1000], named)
        found.code(scheme, text(path), over, text(description))
    coders = _coders(tables["commands"])
    given: dict[int | None, list[tuple[str, str]]] = {}
    for highlight, tag in tables["highlight_tags"]:
        if number(tag) in tags:
            given.setdefault(number(highlight), []).append(tags[number(tag)])
    left: Counter[str] = Counter()
    for key, document, begin, end, snippet in tables["highlights"]:
        start, stop = number(begin), number(end)
        if number(document) not in documents or start is None or stop is None:
            left["highlight(s) of documents that the project no longer has are left out"] += 1
            continue
        source, page = documents[number(document)]
        codes = given.get(number(key), [])
        left["highlight(s) without a tag give no code"] += not codes
        for scheme, code in codes:
            span = page.place(start, stop)
            found.give(
                source, scheme, code, coders.get(number(key), ""), span, Page(text(snippet)).text.strip() or None
            )
    notes = [f"{count:,} {what}." for what, count in left.items() if count]
    if several:
        notes.append(f"{len(projects):,} projects are in the file; their names are the schemes.")
    return found.coded(name, KIND, notes)


class Page:
    r"""The text of an HTML document as Taguette keeps it, with a line end after each block.

    Examples
    --------
    >>> page = Page("<p>Снег</p><p>goes <b>on</b></p>")
    >>> page.text, page.place(8, 15)
    ('Снег\ngoes on\n', (5, 12))
    """

    def __init__(self, html: str) -> None:
        pieces: list[str] = []
        marks: list[int] = []
        size = at = 0
        ended = True
        for tag in _TAG.finditer(html):
            pieces.append(unescape(html[at : tag.start()]))
            size += len(pieces[-1])
            at = tag.end()
            ended = pieces[-1].endswith("\n") if pieces[-1] else ended
            if tag[1].lower() in _BLOCKS and not ended:
                pieces.append("\n")
                marks.append(size)
                size += 1
                ended = True
        self.text = "".join([*pieces, unescape(html[at:])])
        letters = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        width = 1 + (letters > 0x7F) + (letters > 0x7FF) + (letters > 0xFFFF)
        width[marks] = 0
        self._bounds = np.concatenate([[0], np.cumsum(width)])

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the characters that a span of bytes covers; one that lies outside the text stays outside."""
        if not 0 <= start < end <= self._bounds[-1]:
            return -1, -1
        first = np.searchsorted(self._bounds[1:], start, side="right")
        return int(first), int(np.searchsorted(self._bounds, end, side="left"))


def _coders(commands: list[tuple[object, ...]]) -> dict[int | None, str]:
    """Give who touched each highlight last."""
    found: dict[int | None, str] = {}
    for login, payload in commands:
        try:
            told = json.loads(text(payload)[:10_000])
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("type") == "highlight_add" and isinstance(told.get("highlight_id"), int):
            found[told["highlight_id"]] = text(login)
    return found


def _above(path: str, paths: set[str]) -> str:
    """Give the longest beginning of a path of names with dots that is a tag too."""
    while "." in path:
        path = path.rpartition(".")[0]
        if path in paths:
            return path
    return ""
