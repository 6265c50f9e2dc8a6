"""From what the user typed to files: names, globs, folders and standard input."""

from __future__ import annotations

import difflib
import errno
import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from discourse.errors import DataError, UsageError
from discourse.posts.readers import folders
from discourse.posts.readers.intake import STDIN

_NAMED = 5
"""Most files that are named for one reason; the rest is counted."""


@dataclass(frozen=True)
class Files:
    """The files to read.

    Attributes
    ----------
    names : list of str
        In the order in which they are read.
    accounts : dict of str to str
        Whose posts a file holds, where it was found in a folder and its place there says so.
    notes : list of str
        What was left out.
    """

    names: list[str]
    accounts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def expand(paths: str | Path | Sequence[str | Path]) -> Files:
    """List the files that the given names, globs, folders and ``-`` stand for, each once, in the order given.

    Raises
    ------
    DataError
        A file is not there (the closest name is suggested), a pattern matches nothing, or a folder holds no
        file of posts.
    UsageError
        Something else than names is given.

    Examples
    --------
    >>> expand("-").names
    ['-']
    """
    given = [paths] if isinstance(paths, str | Path) else _names(paths)
    if not given:
        raise DataError("no file given. Type the file of posts, for example: discourse cluster posts.csv")
    found: list[str] = []
    accounts: dict[str, str] = {}
    notes: list[str] = []
    for item in given:
        name = str(item)
        if not name.strip():
            raise DataError("the name of a file is missing: an empty one is given. Type . for the folder you are in.")
        if name == STDIN or Path(name).is_file():
            found.append(name)
        elif Path(name).is_dir():
            folder = folders.look(name)
            found += folder.files
            accounts |= folder.accounts
            notes += folder.notes
        elif Path(name).is_symlink() and not _exists(name):
            raise DataError(f"{name}: {_led(name)}")
        elif glob.has_magic(name):
            matches = sorted(m for m in glob.glob(name, recursive=True) if Path(m).is_file())  # noqa: PTH207 (absolute patterns)
            if not matches:
                raise DataError(f"no file matches '{name}'. Look at the pattern and the folder you are in.")
            found += matches
        elif Path(name).exists():
            found.append(name)  # a pipe or a device: it can be read once
        else:
            raise DataError(f"{name}: no such file.{_closest(Path(name))}")
    first: dict[str, str] = {}
    again: list[str] = []
    for name in found:
        same = name if name == STDIN else os.path.realpath(name)
        if same not in first:
            first[same] = name
        else:
            again.append(name if name == first[same] else f"{name}, the same file as {first[same]},")
    again = list(dict.fromkeys(again))
    notes += [f"{name} is given more than once; it is read once." for name in again[:_NAMED]]
    if len(again) > _NAMED:
        notes.append(f"{len(again) - _NAMED:,} more files are given more than once; each is read once.")
    return Files(list(first.values()), accounts, list(dict.fromkeys(notes)))


def _exists(name: str) -> bool:
    """Whether there is anything behind a name; a link that leads to itself has nothing."""
    try:
        return Path(name).exists()
    except OSError:
        return False


def _led(link: str) -> str:
    """Say where a link leads behind which there is nothing."""
    try:
        Path(link).stat()
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            return "this link leads to itself. Give the file that it should lead to."
    return f"this link leads nowhere: {Path(link).readlink()} is not there. Give the file itself."


def _names(paths: object) -> list[str | Path]:
    """Refuse what is no list of file names, such as a table."""
    if isinstance(paths, list | tuple | set | frozenset) and all(isinstance(item, str | Path) for item in paths):
        return list(paths)
    kind = type(paths).__name__
    way = 'Write it to a file first, table.to_parquet("posts.parquet"), and give' if kind == "DataFrame" else "Give"
    raise UsageError(f'posts are read from files, and a {kind} names none. {way} "posts.parquet"')


def _closest(path: Path) -> str:
    """Sentence that names a file of a similar name beside the one that is not there."""
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f" The folder {path.parent} can't be read either."
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f" Did you mean {path.parent / close[0]}?" if close else ""
