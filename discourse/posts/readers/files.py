"""From what the user typed to files: names, globs and standard input."""

from __future__ import annotations

import difflib
import glob
import sys
from collections.abc import Sequence
from pathlib import Path

from discourse.errors import DataError

STDIN = "-"


def expand(paths: str | Path | Sequence[str | Path]) -> list[str]:
    """List the files that the given names, globs and ``-`` stand for, each once, in the order given.

    Raises
    ------
    DataError
        A file is not there (the closest name is suggested), a pattern matches nothing, or a folder is given.

    Examples
    --------
    >>> expand("-")
    ['-']
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    if not given:
        raise DataError("no file given. Type the file of posts, for example: discourse cluster posts.csv")
    found: list[str] = []
    for item in given:
        name = str(item)
        if name == STDIN or Path(name).is_file():
            found.append(name)
        elif Path(name).is_dir():
            raise DataError(f"{name} is a folder. Name the files in it, for example: '{Path(name) / '*.csv'}'")
        elif glob.has_magic(name):
            matches = sorted(m for m in glob.glob(name, recursive=True) if Path(m).is_file())  # noqa: PTH207 (absolute patterns)
            if not matches:
                raise DataError(f"no file matches '{name}'. Look at the pattern and the folder you are in.")
            found += matches
        elif Path(name).exists():
            found.append(name)  # a pipe or a device: it can be read once
        else:
            raise DataError(f"{name}: no such file.{_closest(Path(name))}")
    return list(dict.fromkeys(found))


def content(name: str) -> bytes:
    """Bytes of a file, or of standard input for ``-``.

    Raises
    ------
    DataError
        The file can't be read: no permission, or it is gone.
    """
    try:
        return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except PermissionError as problem:
        raise DataError(f"{name}: no permission to read it. Look at its owner and mode: ls -l {name}") from problem
    except OSError as problem:
        raise DataError(f"{name}: can't be read ({problem.strerror or problem}).") from problem


def _closest(path: Path) -> str:
    """Sentence that names a file of a similar name beside the one that is not there."""
    try:
        beside = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f" The folder {path.parent} can't be read either."
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f" Did you mean {path.parent / close[0]}?" if close else ""
