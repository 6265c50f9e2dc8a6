"""YAML files that people write by hand: read safely, checked, with errors that name file and line.

Only what a reader needs is understood: mappings, lists, and plain values. Anchors and tags are refused: the first can
make a small file huge, the second can make it a program.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from discourse.errors import DataError

_LARGEST = 1_000_000
_QUOTES = "Texts that begin with a sign such as * & ! [ or hold a colon or # go in quotes."


@dataclass(frozen=True)
class Place:
    """A value in a file, and where it stands.

    Attributes
    ----------
    value : dict of str to Place, list of Place, str, int, float, bool, datetime.date or None
    file : Path
    line : int
        From 1.
    name : str
        What leads to it, for messages: ``codes.Domestic.keywords``.
    written : str
        A plain value as it stands in the file: YAML reads ``no`` as false.
    """

    value: Any
    file: Path
    line: int
    name: str
    written: str = ""

    def wrong(self, what: str) -> DataError:
        """Make the error that says what is wrong here."""
        return DataError(f"{self.file}, line {self.line}: {self.name + ': ' if self.name else ''}{what}")

    def table(self, *, needs: tuple[str, ...] = (), may: tuple[str, ...] | None = None) -> dict[str, Place]:
        """Return the entries of a mapping.

        Parameters
        ----------
        needs
            Keys that must be there.
        may
            Further keys that may be; any, if not given.
        """
        if not isinstance(self.value, dict):
            raise self.wrong(f"must hold names and values{_of(needs)}, not {_shown(self)}.")
        for key, entry in self.value.items():
            if may is not None and key not in (*needs, *may):
                close = difflib.get_close_matches(key, (*needs, *may), n=1)
                hint = f" Did you mean {close[0]}?" if close else f" It may have: {', '.join((*needs, *may))}."
                raise entry.wrong(f"is not known here.{hint}")
        if missing := [key for key in needs if key not in self.value]:
            raise self.wrong(f"lacks {', '.join(missing)}.")
        return dict(self.value)

    def items(self) -> list[Place]:
        """Return the entries of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(f"must be a list, not {_shown(self)}.")
        return list(self.value)

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            hint = " Put it in quotes." if isinstance(self.value, bool | int | float | datetime.date) else ""
            raise self.wrong(f"must be a text, not {_shown(self)}.{hint}")
        return " ".join(self.value.split())

    def truth(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"must be true or false, not {_shown(self)}.")
        return self.value

    def date(self) -> datetime.date:
        """Return a day."""
        if type(self.value) is not datetime.date:
            raise self.wrong(f"must be a day such as 2025-01-20, without quotes, not {_shown(self)}.")
        return self.value


def read(path: str | Path) -> Place:
    """Read a file.

    Parameters
    ----------
    path : path

    Returns
    -------
    Place
        What stands at its top.

    Raises
    ------
    DataError
        If it can't be read, is no YAML, is larger than 1 MB, or holds a key twice, an anchor or a tag.

    Examples
    --------
    >>> read("configs/events/us-china-2025.yaml").table()["name"].text()  # doctest: +SKIP
    'us-china-2025'
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise DataError(f"{path}: can't be read ({error.strerror or error}).") from None
    if len(content) > _LARGEST:
        raise DataError(f"{path}: is larger than {_LARGEST // 1_000_000} MB; that is no file written by hand.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}, line {line}: is not in UTF-8; save the file as UTF-8.") from None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise DataError(f"{path}: is empty.")
        return _place(node, path, "", loader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise DataError(f"{path}, line {line}: holds a character that YAML does not allow ({error.reason}).") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        what = ", ".join(filter(None, (error.context, error.problem)))
        raise DataError(f"{path}{where}: can't be read as YAML: {what}. {_QUOTES}") from None
    except RecursionError:
        raise DataError(f"{path}: holds lists within lists without end.") from None


class _Loader(yaml.SafeLoader):
    """Reads YAML that has neither anchors nor tags."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(None, None, "anchors (&, *) and tags (!) are not read", event.start_mark)
        return super().compose_node(parent, index)


def _place(node: yaml.Node, path: Path, name: str, loader: _Loader) -> Place:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Place([_place(entry, path, name, loader) for entry in node.value], path, line, name)
    if not isinstance(node, yaml.MappingNode):
        return Place(_plain(node, loader), path, line, name, node.value)
    found: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key = _place(key_node, path, name, loader)
        if not isinstance(key.value, str):
            raise key.wrong(f"a name must be a text, not {_shown(key)}. Put it in quotes.")
        place = _place(value_node, path, f"{name}.{key.value}" if name else key.value, loader)
        place = replace(place, line=key.line)
        if key.value in found:
            raise place.wrong(f"stands here twice (first in line {found[key.value].line}).")
        found[key.value] = place
    return Place(found, path, line, name)


def _plain(node: yaml.Node, loader: _Loader) -> Any:
    """Read a plain value as YAML 1.1 has it; what only looks like one, such as 2025-02-30, stays a text."""
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.constructor.ConstructorError):
        return node.value


def _of(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _shown(place: Place) -> str:
    if isinstance(place.value, dict):
        return "names and values"
    if isinstance(place.value, list):
        return "a list"
    if not place.written:
        return "nothing"
    if place.value is None or isinstance(place.value, bool):
        read = {None: "nothing", True: "true", False: "false"}[place.value]
        return f"{place.written!r} (which YAML reads as {read})"
    return repr(place.written)


def entries(place: Place) -> Iterator[tuple[str, Place]]:
    """Yield the names and values of a mapping that has one at least."""
    found = place.table()
    if not found:
        raise place.wrong("is empty.")
    yield from found.items()
