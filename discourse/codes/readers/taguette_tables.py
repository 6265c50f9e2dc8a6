"""Taguette: its exports of highlights and of the codebook (CSV, XLSX)."""

from __future__ import annotations

from discourse.codes.cells import texts
from discourse.codes.coded import Coded
from discourse.codes.gather import Gathered
from discourse.codes.table_head import first_cells
from discourse.errors import DataError
from discourse.posts.readers import read_file

HIGHLIGHTS, CODEBOOK = "Taguette export of highlights", "Taguette codebook"

_HIGHLIGHTS = ["id", "document", "tag", "content"]
_BOOK = "number of highlights"


def recognises(data: bytes, name: str) -> bool:
    """Whether the headings are those of one of these exports."""
    return _is_book(head := first_cells(data)) or head[:4] == _HIGHLIGHTS


def read(data: bytes, name: str) -> Coded:
    """Read highlights: which words of a document have which tag; or the tags with their descriptions.

    Who made a highlight is not in the file.

    Raises
    ------
    DataError
        The file is damaged.
    """
    book = _is_book(first_cells(data))
    rows = read_file(data, name)
    columns = {header: texts(rows.values[header]) for header in rows.values.columns}
    needed = ["tag"] if book else _HIGHLIGHTS
    if not columns.keys() >= set(needed):
        raise DataError(f"{name}: the export lacks its columns ({', '.join(needed)}). Export it once more.")
    notes = [*rows.notes]
    if len(rows.rejected):
        notes.append(f"{len(rows.rejected):,} rows can't be read: {rows.rejected['reason'].iloc[0]}.")
    found = Gathered()
    if book:
        for at, tag in enumerate(columns["tag"]):
            parent, description = (columns[one].iloc[at] if one in columns else "" for one in ("parent", "description"))
            found.code("", tag, parent, description)
        return found.coded(name, CODEBOOK, [*notes, "a codebook, without codings."])
    sources: dict[str, int] = {}
    for title, tag, content in zip(columns["document"], columns["tag"], columns["content"], strict=True):
        if title not in sources:
            sources[title] = found.source(title)
        found.give(sources[title], "", tag, "", quote=content or None)
    without = int((columns["tag"] == "").sum())
    if without:
        notes.append(f"{without:,} highlight(s) without a tag give no code.")
    return found.coded(name, HIGHLIGHTS, notes)


def _is_book(head: list[str]) -> bool:
    return head[:1] == ["tag"] and _BOOK in head[:4]
