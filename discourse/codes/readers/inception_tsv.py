"""INCEpTION and WebAnno: TSV 3, a line a word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from discourse.codes.coded import Coded
from discourse.codes.uima import Annotation, Document, coded
from discourse.errors import DataError
from discourse.posts.readers.encoding import decode

KIND = "WebAnno TSV file"

_FORMAT = re.compile(rb"(?:\xef\xbb\xbf)?#FORMAT=WebAnno TSV 3")
_LAYER = re.compile(r"#T_(SP|CH|RL)=(.+)")
_WORD = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.\d{1,9})?\t(\d{1,9})-(\d{1,9})\t")
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_NUMBERED = re.compile(r"(.*?)(?<!\\)\[(\d{1,9})\]", re.DOTALL)
_PART = re.compile(r"(?:\\.|[^\\|])+", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def recognises(data: bytes, name: str) -> bool:
    """Whether the file begins as every one of this format does."""
    return _FORMAT.match(data) is not None


def read(data: bytes, name: str) -> Coded:
    """Read one document of one annotator, who is called as the file is.

    Raises
    ------
    DataError
        With the line: the file is damaged, or all its layers say what words are.
    """
    coder = PurePath(name).stem
    one = document(data, name, coder, coder)
    return coded([one], name, KIND, notes=[f'the coder is called "{coder}", after the file.'])


def document(data: bytes, file: str, name: str, coder: str) -> Document:
    r"""Read the document.

    Parameters
    ----------
    data : bytes
    file : str
        For messages.
    name, coder : str
        What the document and who annotated it are called.

    Notes
    -----
    Offsets count UTF-16 units, as Java does. Values that share a number in brackets belong to one annotation. Chains
    and relations between words are no codes.

    Examples
    --------
    >>> text = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Code|value\n\n\n#Text=It snows\n"
    >>> text += "1-1\t0-2\tIt\t_\t\n1-2\t3-8\tsnows\tweather\t\n"
    >>> found = document(text.encode(), "a.tsv", "a", "Anna")
    >>> found.text, found.annotations[0].span, found.annotations[0].values
    ('It snows', (3, 8), {'value': ['weather']})
    """
    lines = decode(data, file).utf8.decode().replace("\r\n", "\n").split("\n")
    layers = _layers(lines)
    text = _Text()
    words = 0
    open_: dict[tuple[str, str], _Open] = {}
    sentence: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("#Text="):
            sentence.append(_plain(line.removeprefix("#Text=")))
            continue
        if line.startswith("#") or not line.strip():
            continue
        found = _WORD.match(line)
        if not found:
            raise DataError(f"{file}: line {number}: is no word of a WebAnno TSV file; it may be damaged.")
        begin, end = int(found[3]), int(found[4])
        if sentence:
            text.add("\n".join(sentence), begin, file, number)
            sentence = []
        cells = line[found.end() :].split("\t")[1:]
        width = sum(layer.width for layer in layers)
        if len(cells) < width or any(cells[width:]):
            raise DataError(f"{file}: line {number}: has {len(cells)} columns of layers, the header tells {width}.")
        words += "." not in line[: found.end(2) + 1]
        at = 0
        for layer in layers:
            for key, values in layer.read(cells[at : at + layer.width], number):
                open_.setdefault((layer.name, key), _Open(layer.name)).add(begin, end, values)
            at += layer.width
    if sentence:
        text.add("\n".join(sentence), text.size, file, len(lines))
    return Document(
        name,
        coder,
        text.whole,
        [one.closed() for one in open_.values()],
        {layer.name: layer.features for layer in layers if layer.kind == "SP"},
        words,
    )


@dataclass
class _Layer:
    """A layer as the header declares it; `columns` holds a feature, or "" for a column without values to read."""

    kind: str
    name: str
    columns: list[str]

    @property
    def width(self) -> int:
        return max(1, len(self.columns))

    @property
    def features(self) -> list[str]:
        return [column for column in self.columns if column]

    def read(self, cells: list[str], line: int) -> list[tuple[str, dict[str, str]]]:
        """Give what a line says of the layer: for each annotation its key and the values of its features."""
        if self.kind != "SP" or all(cell == "_" for cell in cells):
            return []
        found: dict[str, dict[str, str]] = {}
        for column, cell in zip(self.columns or [""], cells, strict=True):
            if cell == "_" or (self.columns and not column):
                continue
            for place, part in enumerate(_PART.findall(cell)):
                numbered = _NUMBERED.fullmatch(part)
                value, key = (numbered[1], f"[{numbered[2]}]") if numbered else (part, f"{line}.{place}")
                values = found.setdefault(key, {})
                if column and value not in ("*", ""):
                    values[column] = _plain(value)
        return list(found.items())


@dataclass
class _Open:
    """An annotation, of which further words may follow."""

    layer: str
    begin: int = -1
    end: int = -1
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, begin: int, end: int, values: dict[str, str]) -> None:
        self.begin = begin if self.begin < 0 else min(self.begin, begin)
        self.end = max(self.end, end)
        for feature, value in values.items():
            self.values.setdefault(feature, [value])

    def closed(self) -> Annotation:
        return Annotation(self.layer, (self.begin, self.end), self.values)


class _Text:
    """The text, put together from its sentences; `size` counts UTF-16 units."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.size = 0

    def add(self, sentence: str, begin: int, file: str, line: int) -> None:
        gap = begin - self.size
        if not 0 <= gap <= 1_000_000:
            raise DataError(f"{file}: line {line}: the sentence begins at {begin:,}, the text so far ends elsewhere.")
        self._pieces += ["\n" * gap, sentence]
        self.size = begin + len(sentence.encode("utf-16-le", "surrogatepass")) // 2

    @property
    def whole(self) -> str:
        return "".join(self._pieces)


def _layers(lines: list[str]) -> list[_Layer]:
    """Read the header. Slot features link annotations: their two columns are passed over."""
    layers = []
    for line in lines:
        if line.startswith("#Text="):
            break
        found = _LAYER.fullmatch(line.rstrip())
        if found:
            name, *features = found[2].split("|")
            columns: list[str] = []
            for feature in features:
                slot = feature.startswith("ROLE_") or (bool(columns) and features[len(columns) - 1].startswith("ROLE_"))
                columns.append("" if slot else feature)
            layers.append(_Layer(found[1], name, columns))
    return layers


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), value) if "\\" in value else value
