"""XML from strangers: small trees of plain texts, with nothing declared, fetched or expanded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from discourse.errors import DataError

DEEPEST = 200
"""Elements within elements that a file may have; trees of codes rarely go beyond ten."""
MOST = 2_000_000
"""Elements that are kept at a time."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True)
class Element:
    """One element.

    Attributes
    ----------
    name : str
        Without prefix.
    line : int
        Line of the file in which it begins.
    attributes : dict of str to str
        By name, without prefix.
    children : list of Element
    text : str
        What stands in it outside its children.
    prefix : str
        Of its name; empty where there is none. What the prefix stands for is an attribute of the root, by prefix.
    """

    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""
    prefix: str = ""

    def get(self, attribute: str) -> str:
        """Return an attribute, trimmed; empty where there is none."""
        return self.attributes.get(attribute, "").strip()

    def all(self, name: str) -> list[Element]:
        """List the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """Return the first child of a name."""
        return next((child for child in self.children if child.name == name), None)


def read(
    data: bytes | Iterable[bytes], file: str, *, take: Mapping[str, Callable[[Element], object]] | None = None
) -> Element:
    """Read XML into a tree.

    Parameters
    ----------
    data : bytes or iterable of bytes
        The file, whole or in pieces.
    file : str
        Its name, for messages.
    take : mapping of str to callable, optional
        By name: elements that are handed over when they end, and not kept in the tree, so that a file may hold more
        of them than memory does.

    Returns
    -------
    Element
        The root.

    Raises
    ------
    DataError
        With the file and line: XML that is not well-formed, a document type (and so entities), more than `DEEPEST`
        elements within each other or more than `MOST` to be kept.

    Examples
    --------
    >>> root = read(b'<a xmlns="urn:x"><b n="1">one</b><b/></a>', "a.xml")
    >>> root.name, [child.text for child in root.all("b")]
    ('a', ['one', ''])
    """
    tree = _Tree(file, {} if take is None else take)
    for piece in (data,) if isinstance(data, bytes) else data:
        tree.parse(piece, last=False)
    tree.parse(b"", last=True)
    return tree.root


def within(parent: Element | None, *path: str) -> list[Element]:
    """List the elements at the end of a path of names below an element, of which there may be none.

    Examples
    --------
    >>> root = read(b"<a><b><c/><c/></b><b><c/></b></a>", "a.xml")
    >>> len(within(root, "b", "c"))
    3
    """
    found = [] if parent is None else [parent]
    for name in path:
        found = [child for element in found for child in element.children if child.name == name]
    return found


def writable(text: str) -> str:
    r"""Put U+FFFD for what XML can't hold: control characters other than tabs and line ends, and lone surrogates.

    Examples
    --------
    >>> writable("one\x0btwo")
    'one�two'
    """
    return _UNWRITABLE.sub("\ufffd", text)


class _Tree:
    """Builds the tree from what the parser reports."""

    def __init__(self, file: str, take: Mapping[str, Callable[[Element], object]]) -> None:
        self._file = file
        self._take = take
        self._open: list[Element] = []
        self._before: list[int] = []
        self._texts: list[list[str]] = []
        self._kept = 0
        self.root = Element("", 0, {})
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse

    def parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as problem:
            why = expat.ErrorString(problem.code)
            raise DataError(f"{self._file}: line {problem.lineno}: is no sound XML ({why}).") from None
        except (LookupError, ValueError) as problem:  # an encoding that is none, or of several bytes a letter
            if self._kept:
                raise
            raise DataError(f"{self._file}: is no sound XML ({problem}).") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if len(self._open) == DEEPEST:
            raise DataError(f"{self._file}: line {line}: more than {DEEPEST} elements within each other.")
        self._before.append(self._kept)
        self._kept += 1
        if self._kept > MOST:
            raise DataError(f"{self._file}: line {line}: more than the {MOST:,} elements that can be read.")
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        prefix, _, local = name.rpartition(":")
        self._open.append(Element(local, line, plain, prefix=prefix))
        self._texts.append([])

    def _end(self, _name: str) -> None:
        element, before = self._open.pop(), self._before.pop()
        element.text = "".join(self._texts.pop())
        if element.name in self._take:
            self._take[element.name](element)
            self._kept = before
        elif self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element

    def _text(self, piece: str) -> None:
        self._texts[-1].append(piece)

    def _refuse(self, *_declared: Any) -> None:
        line = self._parser.CurrentLineNumber
        raise DataError(
            f"{self._file}: line {line}: declares a document type, through which a file can swell or reach for others; "
            "no export of codes has one."
        )
