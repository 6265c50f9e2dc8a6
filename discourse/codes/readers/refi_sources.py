"""What stands in the XML of a REFI-QDA project: texts, the codes given to them, coders, and values of variables."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from discourse.codes import xml_file
from discourse.codes.positions import Passage
from discourse.codes.readers.refi_codebook import guid
from discourse.codes.readers.refi_parts import Parts
from discourse.codes.xml_file import Element
from discourse.errors import DataError

Place = Passage | tuple[int, int] | None


@dataclass(frozen=True)
class Given:
    """A code given, as the file has it.

    Attributes
    ----------
    source : int
    place : Passage, (int, int) or None
        In the program's counting, in characters of the text, or the whole source.
    code, coder : str
        Their identifiers.
    """

    source: int
    place: Place
    code: str
    coder: str


@dataclass
class Sources:
    """Collects what stands in a project, element by element.

    Attributes
    ----------
    parts : Parts
        Where texts are.
    file : str
        Name of the XML, for messages.
    rows : list of (str, str or None)
        Name and text of each source.
    by_guid : dict of str to list of int
        Rows of a source; a film has one a transcript.
    given : list of Given
    users : dict of str to (str, str)
        Name and shorter name of each coder, by identifier.
    variables : dict of str to str
        Names, by identifier.
    values : list of (str, str, list of str)
        Variable, value and the sources that have it.
    textless, unreachable : list of str
        Names of sources without a text, and paths of texts that are not in the project.
    elsewhere : int
        Codings of what is no passage of a text.
    passed : Counter of str
        What else stands in the project.
    """

    parts: Parts
    file: str
    rows: list[tuple[str, str | None]] = field(default_factory=list)
    by_guid: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    given: list[Given] = field(default_factory=list)
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, str, list[str]]] = field(default_factory=list)
    textless: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    elsewhere: int = 0
    passed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.handlers = {
            "User": self._user,
            "Variable": self._variable,
            "Case": self._case,
            "TextSource": lambda element: self._text(element, element),
            "PDFSource": self._page,
            "PictureSource": lambda element: self._text(element, element.first("TextDescription")),
            "AudioSource": self._recording,
            "VideoSource": self._recording,
            "Note": lambda _: self._count("note"),
            "Link": lambda _: self._count("link"),
            "Graph": lambda _: self._count("graph"),
            "Set": lambda _: self._count("set"),
        }

    def _count(self, what: str) -> None:
        self.passed[what] += 1

    def _user(self, element: Element) -> None:
        key = guid(element.get("guid"))
        self.users[key] = (element.get("name") or element.get("id") or key[:8], element.get("id") or key[:8])

    def _variable(self, element: Element) -> None:
        self.variables[guid(element.get("guid"))] = element.get("name")

    def _case(self, element: Element) -> None:
        self._valued(element, [guid(one.get("targetGUID")) for one in element.all("SourceRef")])

    def _valued(self, element: Element, of: list[str]) -> None:
        for value in element.all("VariableValue"):
            variable = next((guid(one.get("targetGUID")) for one in value.all("VariableRef")), "")
            said = next((one.text.strip() for one in value.children if one.name != "VariableRef"), "")
            self.values.append((variable, said, of))

    def _text(self, element: Element, said: Element | None, name: str = "") -> int | None:
        """Add a source with the text that an element says or refers to, and the codings in either."""
        name = name or element.get("name")
        text, marked = None, False
        if said is not None:
            content = said.first("PlainTextContent")
            path = said.get("plainTextPath")
            name = name or PurePosixPath(path).name
            if content is not None:
                text = content.text
            elif path:
                found = self.parts.text(path)
                if found is None:
                    self.unreachable.append(path)
                else:
                    text, marked = found
        whole = [*element.all("Coding"), *([] if said is None or said is element else said.all("Coding"))]
        if text is None and not whole and element.name != "TextSource":
            self.textless.append(name or element.name)
            self.elsewhere += sum(len(child.all("Coding")) for child in element.children)
            return None
        at = len(self.rows)
        self.rows.append((name or guid(element.get("guid")), text))
        self.by_guid[guid(element.get("guid"))].append(at)
        self._valued(element, [guid(element.get("guid"))])
        for coding in whole:
            self._give(at, None, coding)
        for selection in [] if said is None else said.all("PlainTextSelection"):
            start, end = self._number(selection, "startPosition"), self._number(selection, "endPosition")
            self._select(
                at, selection, None if text is None else Passage(text, marked, start, end, selection.get("name"))
            )
        self.elsewhere += sum(len(one.all("Coding")) for one in element.all("PictureSelection"))
        return at

    def _page(self, element: Element) -> None:
        at = self._text(element, element.first("Representation"))
        if at is None:
            return
        text = self.rows[at][1]
        for selection in element.all("PDFSelection"):
            words = "".join(
                one.text for one in xml_file.within(selection, "Representation", "PlainTextContent")
            ).strip()
            start = -1 if text is None or not words or text.count(words) > 1 else text.find(words)
            self._select(at, selection, None if start < 0 else (start, start + len(words)))

    def _recording(self, element: Element) -> None:
        transcripts = element.all("Transcript")
        if not transcripts:
            self._text(element, None)
        for transcript in transcripts:
            at = self._text(transcript, transcript, transcript.get("name") or element.get("name"))
            if at is None:
                continue
            self.by_guid[guid(element.get("guid"))].append(at)
            for coding in element.all("Coding"):
                self._give(at, None, coding)
            text = self.rows[at][1]
            points = {guid(one.get("guid")): one for one in transcript.all("SyncPoint") if one.get("position")}
            for selection in transcript.all("TranscriptSelection"):
                ends = [points.get(guid(selection.get(name))) for name in ("fromSyncPoint", "toSyncPoint")]
                if text is None or None in ends:
                    self._select(at, selection, None)
                else:
                    start, end = (self._number(one, "position") for one in ends if one is not None)
                    self._select(at, selection, Passage(text, False, start, end, selection.get("name")))
        self.elsewhere += sum(len(one.all("Coding")) for one in element.children if one.name.endswith("oSelection"))

    def _select(self, at: int, selection: Element, place: Place) -> None:
        for coding in selection.all("Coding"):
            if place is None:
                self.elsewhere += 1
            else:
                self._give(at, place, coding, selection.get("creatingUser"))

    def _give(self, at: int, place: Place, coding: Element, coder: str = "") -> None:
        code = next((guid(one.get("targetGUID")) for one in coding.all("CodeRef")), "")
        self.given.append(Given(at, place, code, guid(coding.get("creatingUser") or coder)))

    def _number(self, element: Element, attribute: str) -> int:
        value = element.get(attribute)
        if not (value.lstrip("+-").isdecimal() and len(value) < 19):
            raise DataError(f'{self.file}: line {element.line}: {attribute}="{value[:40]}" is no position.')
        return int(value)
