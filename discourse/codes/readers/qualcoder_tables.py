"""QualCoder: its report of codings (CSV, XLSX), its lists of codes, and its surveys, which hold none."""

from __future__ import annotations

import re
from pathlib import PurePath

from discourse.codes.cells import texts
from discourse.codes.coded import Coded
from discourse.codes.gather import Gathered
from discourse.codes.table_head import first_cells
from discourse.errors import DataError
from discourse.posts.readers import read_file
from discourse.posts.readers.encoding import decode

REPORT, LIST = "QualCoder report of codings", "QualCoder list of codes"

_REPORT = {"Coder", "Coded", "Id", "Codename"}
_COLUMNS = 60
_POSTS = {"id", "post_id", "post id", "text", "message", "code", "codes", "coder", "label"}
"""Headings of a table of one's own, in which cases may be posts."""
_ENTRY = re.compile(r"[^\t]{1,300}(?:\t.*)?")
_LINES = 20_000


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is one of these, by its headings or, for a list of codes, by its ``>>``."""
    head = first_cells(data)[:_COLUMNS]
    return set(head) >= _REPORT or _is_survey(head) or _is_list(data, name)


def read(data: bytes, name: str) -> Coded:
    """Read a report of codings, or a list of codes without codings.

    A report says which words of a file were coded, and by whom. In a list ``category>>code``, a tab and a memo is a
    code with its parent and definition.

    Raises
    ------
    DataError
        The file is damaged, or a table of cases with attributes.
    """
    head = first_cells(data)[:_COLUMNS]
    if set(head) >= _REPORT:
        return _report(data, name)
    if _is_survey(head):
        raise DataError(
            f"{name}: this is a table of cases and what is known of them, as QualCoder takes surveys. It holds no "
            "codes. Give the data.qda of the project or its report of codings; if the cases are posts that were coded, "
            "call the first column post_id."
        )
    return _list(data, name)


def _report(data: bytes, name: str) -> Coded:
    rows = read_file(data, name)
    columns = {header: texts(rows.values[header]) for header in rows.values.columns}
    if not columns.keys() >= _REPORT:
        raise DataError(f"{name}: the report of codings lacks its columns. Export it once more from QualCoder.")
    file = next((columns[header] for header in ("File/case", "File") if header in columns), columns["Id"])
    above = columns.get("Category")
    found = Gathered()
    sources: dict[str, int] = {}
    media = 0
    for at, (title, code) in enumerate(zip(file, columns["Codename"], strict=True)):
        if not columns["Id"].iloc[at].startswith("ctid"):
            media += 1
            continue
        if title not in sources:
            sources[title] = found.source(title)
        found.code("", code, "" if above is None else above.iloc[at])
        found.give(sources[title], "", code, columns["Coder"].iloc[at], quote=columns["Coded"].iloc[at] or None)
    notes = [*rows.notes]
    if len(rows.rejected):
        notes.append(f"{len(rows.rejected):,} rows can't be read: {rows.rejected['reason'].iloc[0]}.")
    if media:
        notes.append(f"{media:,} coding(s) of images, audio and video are left out; only texts are read.")
    return found.coded(name, REPORT, notes)


def _list(data: bytes, name: str) -> Coded:
    found = Gathered()
    for line in decode(data, name).utf8.decode().splitlines():
        path, _, memo = line.partition("\t")
        *above, code = (part.strip() for part in path.split(">>"))
        found.code("", code, above[-1] if above else "", memo)
    return found.coded(name, LIST, ["a list of codes, without codings."])


def _is_survey(head: list[str]) -> bool:
    plain = [cell.casefold() for cell in head]
    return len(plain) > 1 and plain[0] == "case" and not _POSTS & set(plain)


def _is_list(data: bytes, name: str) -> bool:
    if PurePath(name).suffix.lower() != ".txt" or b">>" not in data or len(data) > 1 << 24:
        return False
    try:
        lines = [line for line in decode(data, name).utf8.decode().splitlines() if line.strip()]
    except DataError:
        return False
    return len(lines) <= _LINES and all(_ENTRY.fullmatch(line) for line in lines)
