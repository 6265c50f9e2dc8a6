"""QualCoder: the database of a project, ``data.qda``."""

from __future__ import annotations

from discourse.codes import sqlite_file
from discourse.codes.coded import Coded
from discourse.codes.gather import CHARACTERS, UTF16, Gathered
from discourse.codes.sqlite_file import number, text

KIND = "QualCoder project"

_TABLES = {
    "source": ("id", "name", "fulltext"),
    "code_name": ("cid", "name", "memo?", "catid?"),
    "code_cat": ("catid", "name"),
    "code_text": ("cid", "fid", "seltext", "pos0", "pos1", "owner"),
    "code_image?": ("cid",),
    "code_av?": ("cid",),
}


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is an SQLite database with the tables of QualCoder."""
    return sqlite_file.holds(data, "code_text", "code_name", "code_cat", "seltext")


def read(data: bytes, name: str) -> Coded:
    """Read the codings of texts. A code's category is its parent, its memo its definition, the owner the coder.

    Positions count characters; where a passage that they point to is not what was coded, they are read as UTF-16
    units, as the text widget of the program counts.

    Raises
    ------
    DataError
        The database is damaged, or has no codes.
    """
    tables = sqlite_file.read(data, name, _TABLES)
    found = Gathered()
    categories = {number(key): text(title) for key, title in tables["code_cat"]}
    codes = {}
    for cid, title, memo, catid in tables["code_name"]:
        codes[number(cid)] = text(title)
        found.code("", text(title), categories.get(number(catid), ""), text(memo))
    sources = {
        number(key): found.source(text(title), None if whole is None else text(whole))
        for key, title, whole in tables["source"]
    }
    lost = 0
    for cid, fid, words, begin, end, owner in tables["code_text"]:
        code, source, start, stop = codes.get(number(cid)), sources.get(number(fid)), number(begin), number(end)
        if code is None or source is None or start is None or stop is None:
            lost += 1
            continue
        found.give(source, "", code, text(owner), (start, stop), text(words) or None, (CHARACTERS, UTF16))
    media = len(tables["code_image"]) + len(tables["code_av"])
    notes = [
        f"{count:,} {what}."
        for count, what in (
            (lost, "coding(s) of a code or file that the project no longer has are left out"),
            (media, "coding(s) of images, audio and video are left out; only texts are read"),
        )
        if count
    ]
    return found.coded(name, KIND, notes)
