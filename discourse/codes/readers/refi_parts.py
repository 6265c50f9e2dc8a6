"""The parts of a REFI-QDA project: its XML, and texts by the paths under which sources name them."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import PurePosixPath

from discourse.errors import DataError
from discourse.posts.readers.archive import Archive

PROJECT = "project.qde"
FOLDER = "sources"


class Parts:
    """The parts of a project, found whatever the case of their names; nothing outside the archive is looked at.

    Raises
    ------
    DataError
        For an archive without ``project.qde``, or with several.
    """

    def __init__(self, archive: Archive, file: str) -> None:
        self._archive = archive
        self._file = file
        self._names = {part.lower(): part for part in archive.parts}
        found = [part for part in self._names if PurePosixPath(part).name == PROJECT]
        if len(found) != 1:
            many = f"{len(found)} parts named" if found else "no part named"
            raise DataError(f"{file}: the archive holds {many} {PROJECT}, by which a project of REFI-QDA is known.")
        self._project = found[0]

    def project(self) -> Iterable[bytes]:
        """Unpack the project's XML, piece by piece."""
        return self._archive.stream(self._names[self._project])

    def text(self, path: str) -> tuple[str, bool] | None:
        """Read a text, and whether it began with a byte-order mark; None for one that is not in the archive.

        Raises
        ------
        DataError
            For a path out of the archive, and a text that is not UTF-8.
        """
        scheme, _, inside = path.rpartition("://")
        if scheme.lower() not in ("", "internal"):
            return None
        place = PurePosixPath(inside.replace("\\", "/").lstrip("/").lower())
        if ".." in place.parts:
            raise DataError(f"{self._file}: a source is at {path[:100]}, which leads out of the project.")
        home = PurePosixPath(self._project).parent
        for folder in (home / FOLDER, home):
            part = self._names.get((folder / place).as_posix())
            if part is not None:
                return self._decoded(part)
        return None

    def _decoded(self, part: str) -> tuple[str, bool]:
        data = self._archive.read(part)
        marked = data.startswith(codecs.BOM_UTF8)
        try:
            return data.decode("utf-8-sig"), marked
        except UnicodeDecodeError as problem:
            raise DataError(
                f"{self._file}: {part} is not UTF-8, as the texts of a project have to be (byte {problem.start + 1:,})."
            ) from None
