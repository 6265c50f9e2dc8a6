"""Projects of REFI-QDA (``.qdpx``), as NVivo, ATLAS.ti, MAXQDA and others exchange them.

The format is that of https://www.qdasoftware.org, version 1.5: an archive with ``project.qde`` (XML) and a folder of
texts. Nothing is unpacked to disk, and no text outside the archive is looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from discourse.codes import xml_file
from discourse.codes.coded import CODINGS, READ, SOURCES, Coded, table
from discourse.codes.positions import Counting, Passage, counting
from discourse.codes.readers.refi_codebook import Book, codes
from discourse.codes.readers.refi_parts import PROJECT, Parts
from discourse.codes.readers.refi_sources import Sources
from discourse.errors import DataError
from discourse.posts.readers.archive import Archive, Damaged
from discourse.wording import counted

NONE = "none"
"""A code of this name says that a coder found none of the codes of its scheme in the text."""
MOST_PARTS = 250_000

_IDENTIFIERS = ("post id", "tweet id", "message id", "status id", "comment id", "id")
"""Names of variables whose value is the identifier of a post, the surest first."""
_EXAMPLES = 3


def recognises(data: bytes, name: str) -> bool:
    """Tell a project by its name, or an archive by the part that only a project has."""
    return name.lower().endswith(".qdpx") or (data[:4] == b"PK\x03\x04" and PROJECT.encode() in data)


def read(data: bytes, name: str) -> Coded:
    """Read the texts, codes and codings of a project.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.

    Returns
    -------
    Coded
        One source a text; of a PDF, a picture or a film the text that stands for it. Positions are in characters of
        the text whichever way the program counts, which is found out from what it says stands in its passages. A
        folder at the top of the codes is a scheme. A variable named like an identifier of posts (``post_id``), of a
        source or of a case that has one source, gives ``post_id``.

    Raises
    ------
    DataError
        A damaged archive, one without ``project.qde``, XML that is unsound, declares a document type or is larger
        than any honest one, a text that is not UTF-8, and a source that points out of the archive.
    """
    try:
        parts = Parts(Archive(data, most=MOST_PARTS), name)
        sources = Sources(parts, f"{name}: {PROJECT}")
        root = xml_file.read(parts.project(), f"{name}: {PROJECT}", take=sources.handlers)
    except Damaged as problem:
        raise DataError(f"{name}: {problem}.") from None
    if root.name != "Project":
        raise DataError(f"{name}: {PROJECT} begins with <{root.name}>, and a project with <Project>.")
    return _assembled(name, sources, codes(root.first("CodeBook"), f"{name}: {PROJECT}"))


def _assembled(file: str, sources: Sources, book: Book) -> Coded:
    """Put names for identifiers, and characters of the texts for the program's positions."""
    how, right, quotes = counting([one.place for one in sources.given if isinstance(one.place, Passage)])
    coders = _coders(sources.users)
    codings: list[tuple[object, ...]] = []
    read_whole: dict[tuple[object, ...], None] = {}
    lost: Counter[str] = Counter()
    for one in sources.given:
        start, end = how.place(one.place) if isinstance(one.place, Passage) else one.place or (None, None)
        if one.code not in book.names:
            lost["with a code that the project doesn't have"] += 1
        elif start is not None and end is not None and start >= end:
            lost["of a passage without a character of its text"] += 1
        else:
            scheme, code = book.names[one.code]
            coder = coders.get(one.coder, "")
            if code.casefold() == NONE:
                read_whole[one.source, coder, scheme] = None
                continue
            text = sources.rows[one.source][1]
            quote = None if text is None or start is None else text[start:end]
            codings.append((one.source, start, end, quote, scheme, code, coder))
            book.rows.setdefault((scheme, code), ("", ""))
    for scheme, code in [key for key in book.rows if key[1].casefold() == NONE]:
        del book.rows[scheme, code]
    posts = _post_ids(sources)
    return Coded(
        file=file,
        format="REFI-QDA project",
        sources=table([(name, text, posts.get(at)) for at, (name, text) in enumerate(sources.rows)], SOURCES),
        read=table([*read_whole], READ),
        codings=table(codings, CODINGS),
        codes=book.table(),
        notes=[*_counting_notes(how, right, quotes), *_lost_notes(lost, sources), *_passed_notes(sources)],
    )


def _coders(users: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Name each user; those of one name by what tells them apart as well."""
    named = Counter(name for name, _ in users.values())
    return {key: name if named[name] == 1 else f"{name} ({short})" for key, (name, short) in users.items()}


def _post_ids(sources: Sources) -> dict[int, str]:
    """Find identifiers of posts among the values of variables, by source."""
    names = {key: _plain(name) for key, name in sources.variables.items()}
    found: dict[int, tuple[int, str]] = {}
    for variable, value, of in sources.values:
        held = [at for one in of for at in sources.by_guid.get(one, [])]
        if value and len(held) == 1 and names.get(variable) in _IDENTIFIERS:
            rank = _IDENTIFIERS.index(names[variable])
            if rank <= found.get(held[0], (rank, ""))[0]:
                found[held[0]] = (rank, value)
    return {at: value for at, (_, value) in found.items()}


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _counting_notes(how: Counting, right: int, quotes: int) -> list[str]:
    notes = []
    if how != Counting():
        notes.append(f"positions count {how}: so read, {right:,} of {quotes:,} passages say what is quoted of them.")
    elif right < quotes:
        notes.append(
            f"{quotes - right:,} of {quotes:,} passages don't say what is quoted of them; they are taken "
            "to be where their positions are."
        )
    return notes


def _lost_notes(lost: Counter[str], sources: Sources) -> list[str]:
    notes = [f"passed over: {counted(n, 'coding')} {why}." for why, n in lost.items()]
    if sources.unreachable:
        notes.append(
            f"not in the project: {counted(len(sources.unreachable), 'text')} ({_listed(sources.unreachable)})."
        )
    if sources.textless:
        notes.append(
            f"passed over: {counted(len(sources.textless), 'source')} without a text ({_listed(sources.textless)})."
        )
    if sources.elsewhere:
        notes.append(
            f"passed over: {counted(sources.elsewhere, 'coding')} of parts of pictures, pages, sounds or films, or of "
            "passages without a text."
        )
    return notes


def _passed_notes(sources: Sources) -> list[str]:
    passed = [counted(n, what) for what, n in sorted(sources.passed.items())]
    others = [name for name in sources.variables.values() if _plain(name) not in _IDENTIFIERS]
    passed += [f"the variables {_listed(others)}"] if others else []
    return [f"passed over, since they are no codes: {'; '.join(passed)}."] if passed else []


def _listed(names: Sequence[str]) -> str:
    shown = [name[:60] for name in names[:_EXAMPLES]]
    return ", ".join(shown) + (f" and {len(names) - _EXAMPLES:,} more" if len(names) > _EXAMPLES else "")
