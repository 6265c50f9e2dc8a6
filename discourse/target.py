"""Where a command may write a file: never over its own input or into a run, over other files only when asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from discourse import staging, tables
from discourse.errors import UsageError


def check_target(
    path: Path | None,
    suffixes: tuple[str, ...] = tables.SUFFIXES,
    *,
    replace: bool = False,
    files: str | Path | Sequence[str | Path] = (),
    sources: Sequence[dict[str, Any]] = (),
) -> None:
    """Refuse early, before any work is done, a file that must not or can't be written.

    Parameters
    ----------
    path : Path, optional
        The file to be written; without one there is nothing to replace.
    suffixes : tuple of str
        How its name may end.
    replace : bool
        Whether a file that is there already may be lost.
    files : path or sequence of paths
        What the command reads, as the user named it; it is refused whatever ``replace`` says.
    sources : sequence of dict
        The ``inputs`` of a run's manifest (``file, bytes, sha256``), refused likewise, wherever they now are.

    Raises
    ------
    UsageError
        For ``replace`` without a file, a name that ends otherwise, a file that is there, an input, inside a run, and
        where the folder does not exist.
    """
    if path is None:
        if replace:
            raise UsageError("--replace lets a file be overwritten, and none is named to be written.")
        return
    tables.check_target(path, suffixes)
    staging.check_outside_runs(path)
    if not os.path.lexists(path):
        return
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; give the name of a file.")
    if _is_read(path, files) or any(_is_source(path, source) for source in sources):
        raise UsageError(f"{path}: holds the posts themselves and is not overwritten; give another name.")
    if not replace:
        raise UsageError(f"{path}: is there already; add --replace to overwrite it, or give another name.")


def _is_read(path: Path, files: str | Path | Sequence[str | Path]) -> bool:
    """Whether a file is among those that names, globs and folders stand for."""
    from discourse.posts.readers import expand

    return bool(files) and any(_same(path, Path(name)) for name in expand(files).names)


def _is_source(path: Path, source: dict[str, Any]) -> bool:
    """Whether a file is an input of a run: by its place, or by what it holds if it was moved or named elsewhere."""
    if _same(path, Path(source["file"])):
        return True
    return path.is_file() and path.stat().st_size == source["bytes"] and staging.hash_file(path) == source["sha256"]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
