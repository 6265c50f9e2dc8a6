"""Inside an Excel workbook: the cells of its sheets, read as a stream and with nothing that could run or swell.

A part with a document type (and so with entities) is refused, and formulas are never evaluated: the value kept
beside a formula is read.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from discourse.posts.readers.archive import Archive, Damaged

ROWS, COLUMNS = 1 << 20, 1 << 14
"""The size of a sheet in Excel."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_DIGITS = 30
_DEEPEST = 100


@dataclass
class Sheet:
    """One visible sheet.

    Attributes
    ----------
    name : str
    columns : dict of int to (array of int, list)
        The filled cells by 1-based column: their 1-based rows in order, and their values (texts, numbers, booleans,
        dates and times).
    merged : list of (int, int, int, int)
        First row, first column, last row and last column of each group of merged cells.
    uncalculated : int
        Formulas without a value kept beside them.
    errors : int
        Cells such as ``#REF!``; they are left empty.
    epoch : datetime
        The day that serial numbers of dates are counted from.
    """

    name: str
    columns: dict[int, tuple[array[int], list[object]]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncalculated: int = 0
    errors: int = 0
    epoch: dt.datetime = dt.datetime(1899, 12, 30)


def sheets(data: bytes) -> tuple[list[Sheet], list[str]]:
    """Read the visible sheets of a workbook; also gives the names of the hidden ones.

    Raises
    ------
    Damaged
        The archive or a part in it is damaged, larger than any honest one, or holds what no workbook needs.
    """
    archive = Archive(data)
    root = _relations(archive, "")
    main = next((path for kind, path in root.values() if kind == "officeDocument"), "xl/workbook.xml")
    book = _book(archive, main)
    related = _relations(archive, main)
    texts = _shared_texts(archive, next((p for k, p in related.values() if k == "sharedStrings"), ""))
    dates = _date_styles(archive, next((p for k, p in related.values() if k == "styles"), ""))
    found: list[Sheet] = []
    hidden: list[str] = []
    for name, state, key in book.sheets:
        kind, path = related.get(key, ("", ""))
        if kind != "worksheet":
            continue  # a chart or a dialog holds no cells
        if state == "visible":
            found.append(_cells(archive, path, name, texts, dates, book.epoch))
        else:
            hidden.append(name)
    return found, hidden


def _parse(
    archive: Archive,
    path: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Send the elements of a part, without the prefixes of their names, to the handlers."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Damaged(f"the part {path} has more than {_DEEPEST} elements within each other")
        start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2])

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text

    def refuse(*declared: Any) -> None:
        raise Damaged(f"the part {path} declares a document type, which no workbook does")

    parser.StartDoctypeDeclHandler = refuse
    try:
        for chunk in archive.stream(path):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise Damaged(f"the part {path} is damaged: {problem}") from problem
    except (ValueError, KeyError, IndexError, OverflowError) as problem:  # an attribute that is not what it must be
        raise Damaged(f"the part {path} is damaged: {type(problem).__name__}: {problem}"[:300]) from problem


def _relations(archive: Archive, path: str) -> dict[str, tuple[str, str]]:
    """Kind and path of each part that a part refers to, by key."""
    folder, name = posixpath.split(path)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target)

    if relations in archive:
        _parse(archive, relations, start)
    return found


@dataclass
class _Book:
    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    epoch: dt.datetime = dt.datetime(1899, 12, 30)


def _book(archive: Archive, path: str) -> _Book:
    """Name, state and key of each sheet, and the day that dates are counted from."""
    if path.endswith(".bin"):
        raise Damaged("it is a binary workbook (.xlsb)")
    book = _Book()

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            book.sheets.append((attributes["name"], attributes.get("state", "visible"), key))
        elif element == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            book.epoch = dt.datetime(1904, 1, 1)

    _parse(archive, path, start)
    return book


class _Texts:
    """Collects the text of ``<t>`` and ``<v>`` elements, the readings written above Japanese left out."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._open = False
        self._aside = 0

    def start(self, element: str) -> None:
        if element == "rPh":
            self._aside += 1
        self._open = element in ("t", "v") and not self._aside

    def end(self, element: str) -> None:
        if element == "rPh":
            self._aside -= 1
        self._open = False

    def text(self, piece: str) -> None:
        if self._open:
            self.pieces.append(piece)

    def take(self) -> str:
        whole = "".join(self.pieces)
        self.pieces.clear()
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), whole) if "_x" in whole else whole


def _shared_texts(archive: Archive, path: str) -> list[str]:
    found: list[str] = []
    texts = _Texts()

    def end(element: str) -> None:
        texts.end(element)
        if element == "si":
            found.append(texts.take())

    if path in archive:
        _parse(archive, path, lambda element, _: texts.start(element), end, texts.text)
    return found


def _date_styles(archive: Archive, path: str) -> set[int]:
    """Numbers of the cell styles that show a number as a date."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    formats = dict(BUILTIN_FORMATS)
    formats |= dict.fromkeys([*range(27, 37), *range(50, 59)], "yyyy-mm-dd")  # East Asian dates, not in the list
    styles: list[int] = []
    inside = ""

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element in ("cellXfs", "cellStyleXfs"):
            inside = element
        elif element == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif element == "xf" and inside == "cellXfs":
            styles.append(int(attributes.get("numFmtId", 0)))

    if path in archive:
        _parse(archive, path, start)
    dated = {key for key, code in formats.items() if "h]" not in code.lower() and is_date_format(code)}
    return {style for style, key in enumerate(styles) if key in dated}


def _cells(archive: Archive, path: str, name: str, shared: list[str], dates: set[int], epoch: dt.datetime) -> Sheet:
    """Read the filled cells of one sheet."""
    sheet = Sheet(name, epoch=epoch)
    texts = _Texts()
    row = column = style = 0
    kind = ""
    formula = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, style, kind, formula
        if element == "c":
            column += 1
            if "r" in attributes:
                row, column = _place(attributes["r"])
            kind = attributes.get("t", "n")
            style = int(attributes.get("s", 0))
            formula = False
        elif element == "row":
            row = int(attributes.get("r", row + 1))
            column = 0
        elif element == "f":
            formula = True
        elif element == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            sheet.merged.append((*_place(first), *_place(last or first)))
        else:
            texts.start(element)

    def end(element: str) -> None:
        if element != "c":
            texts.end(element)
            return
        value = _value(texts.take(), kind, style in dates, shared, epoch)
        if kind == "e":
            sheet.errors += 1
        elif value is not None and value != "":
            if not (0 < row <= ROWS and 0 < column <= COLUMNS):
                raise Damaged(f"a cell lies beyond what a sheet can hold (row {row}, column {column})")
            if column not in sheet.columns:
                sheet.columns[column] = (array("l"), [])
            rows, values = sheet.columns[column]
            if rows and row <= rows[-1]:
                raise Damaged(f"the rows of sheet {name} are out of order")
            rows.append(row)
            values.append(value)
        elif formula and kind != "str":
            sheet.uncalculated += 1

    _parse(archive, path, start, end, texts.text)
    return sheet


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as ``B7``."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(f"{reference[:40]} is no cell")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _value(text: str, kind: str, dated: bool, shared: list[str], epoch: dt.datetime) -> object:
    """Value of a cell; a number that is none is kept as the text it is."""
    if kind == "s":
        return shared[int(text)] if text else None
    if kind == "e":
        return None
    if kind in ("str", "inlineStr") or not text:
        return text or None
    if kind == "b":
        return text in ("1", "true")
    if kind == "d":
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return text
    try:
        number = int(text) if len(text) < _DIGITS and text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
    if number != number or number in (float("inf"), float("-inf")):
        return text
    return moment(number, epoch) if dated else number


def moment(number: float, epoch: dt.datetime) -> object:
    """Moment that a serial number stands for, to the millisecond; the number itself where the calendar has none."""
    days = number + 1 if 1 <= number < 60 and epoch.year == 1899 else number  # Excel counts a 29 February 1900
    try:
        found = epoch + dt.timedelta(milliseconds=round(days * 86_400_000))
    except (OverflowError, ValueError):
        return number
    return found.time() if 0 <= number < 1 else found
