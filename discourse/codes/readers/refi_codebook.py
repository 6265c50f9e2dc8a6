"""Codebooks of REFI-QDA (``.qdc``), and the codes within its projects.

The format is that of https://www.qdasoftware.org, version 1.5: codes within codes, each with a description; those
that only hold others are marked as not codable. Such a folder at the top is taken for a scheme.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandas as pd

from discourse.codes import xml_file
from discourse.codes.coded import CODES, CODINGS, READ, SOURCES, Coded, table
from discourse.codes.xml_file import Element
from discourse.errors import DataError

NAMESPACE = "urn:QDA-XML:codebook:1.0"
WITHIN = " > "
"""Between a code and the ones it is in, where its name alone is not enough."""


def recognises(data: bytes, name: str) -> bool:
    """Tell a codebook of REFI-QDA by its name or its namespace."""
    return name.lower().endswith(".qdc") or NAMESPACE.encode() in data[:4096]


def read(data: bytes, name: str) -> Coded:
    """Read a codebook: codes and their definitions, and no codings.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.

    Returns
    -------
    Coded

    Raises
    ------
    DataError
        Unsound XML, something else than a codebook, or one without codes.
    """
    root = xml_file.read(data, name)
    if root.name != "CodeBook":
        raise DataError(f"{name}: begins with <{root.name}>, and a codebook of REFI-QDA with <CodeBook>.")
    book = codes(root, name)
    if not book.rows:
        raise DataError(f"{name}: the codebook holds no codes.")
    notes = []
    if groups := len(xml_file.within(root, "Sets", "Set")):
        sets, them = ("set of codes is", "it") if groups == 1 else ("sets of codes are", "them")
        notes.append(f"{groups:,} {sets} passed over; the codes in {them} are read.")
    nothing = (table([], SOURCES), table([], READ), table([], CODINGS))
    return Coded(name, "REFI-QDA codebook", *nothing, book.table(), notes)


@dataclass(frozen=True)
class Book:
    """The codes of a codebook.

    Attributes
    ----------
    names : dict of str to (str, str)
        Scheme and name of every code, folders too, by its identifier.
    rows : dict of (str, str) to (str, str)
        Parent and definition of those that can be given, by scheme and name.
    """

    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """Make the table of codes that readers give."""
        return table([key + row for key, row in self.rows.items()], CODES)


def codes(parent: Element | None, file: str) -> Book:
    """Read the codes below an element that holds ``<Codes>``.

    A name that several codes of a scheme have is made one of its own by the codes it is in: ``taxes > fair``.
    """
    found = [one for top in xml_file.within(parent, "Codes", "Code") for one in _unfold(top, file)]
    named = Counter((one.scheme, one.path[-1]) for one in found)
    book = Book()
    for one in found:
        book.names[one.guid] = (one.scheme, one.name(named))
        if one.codable:
            above = one.above
            while above is not None and not above.codable:
                above = above.above
            book.rows.setdefault(
                (one.scheme, one.name(named)), ("" if above is None else above.name(named), one.definition)
            )
    return book


def guid(text: str) -> str:
    """Make identifiers comparable: programs write them in either case, with braces or without.

    Examples
    --------
    >>> guid("{A182CD3A-D83C-4D8C-BC80-26D9103EC6D6}")
    'a182cd3a-d83c-4d8c-bc80-26d9103ec6d6'
    """
    return text.strip().strip("{}").lower()


@dataclass(frozen=True)
class _Code:
    guid: str
    scheme: str
    path: tuple[str, ...]
    codable: bool
    definition: str
    above: _Code | None

    def name(self, named: Counter[tuple[str, str]]) -> str:
        return self.path[-1] if named[self.scheme, self.path[-1]] == 1 else WITHIN.join(self.path)


def _unfold(element: Element, file: str, above: _Code | None = None) -> list[_Code]:
    """List a code and those within it."""
    name = element.get("name")
    if not name:
        raise DataError(f"{file}: line {element.line}: a code without a name.")
    codable = element.get("isCodable").lower() not in ("false", "0")
    within = element.all("Code")
    description = element.first("Description")
    folder = above is None and not codable and bool(within)
    one = _Code(
        guid=guid(element.get("guid")),
        scheme="" if above is None else above.scheme,
        path=(name,) if above is None else (*above.path, name),
        codable=codable,
        definition="" if description is None else description.text.strip(),
        above=above,
    )
    if folder:
        top = _Code(one.guid, name, (), False, one.definition, None)
        return [one, *(code for child in within for code in _unfold(child, file, top))]
    return [one, *(code for child in within for code in _unfold(child, file, one))]
