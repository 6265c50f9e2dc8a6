"""Writing a run directory: under a temporary name, moved into place when whole.

What is killed on the way leaves a folder named ``.<name>.<pid>.part``, which nothing takes for a run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import tables
from discourse.errors import DataError, DiscourseError, UsageError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
_MARKS = (MANIFEST, "assignments.parquet")
"""Files that only the folder of a run has, both of them."""
_NAME = re.compile(r"\w[\w .-]*")
UNFINISHED = (".part", ".old")
"""Suffixes of folders that are on their way in or out."""


class Staging:
    """A run directory in the making; every file goes through here, so that each is hashed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        """Write ``name`` (.parquet or .csv) from a table."""
        target = self._target(name)
        if target.suffix == ".csv":
            tables.write_csv(table, target)
        else:
            table.to_parquet(target, index=False)

    def write_array(self, name: str, array: np.ndarray) -> None:
        """Write ``name`` (.npy) from a numeric array."""
        import numpy as np

        np.save(self._target(name), array, allow_pickle=False)

    def write_json(self, name: str, value: Any) -> None:
        """Write ``name`` (.json) from plain values."""
        write_json(self._target(name), value)

    def folder(self, name: str) -> Path:
        """Make a folder within the run, for what writes several files of its own."""
        target = self._target(name)
        target.mkdir()
        return target

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, last of all, with a hash of every file that stands beside it."""
        write_json(self._target(MANIFEST), {**manifest, "schema": SCHEMA_VERSION, "files": file_hashes(self.path)})

    def _target(self, name: str) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read: indented, not escaped, durable on return."""
    with path.open("w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=2, allow_nan=False)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())


def file_hashes(folder: Path) -> dict[str, dict[str, Any]]:
    """Map each file below a run directory, the manifest left out, to its size in bytes and its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != MANIFEST
    }


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def named_file(path: str | Path) -> dict[str, str]:
    """Record a file that results were made from, by its name and SHA-256.

    Raises
    ------
    DataError
        When it can't be read.
    """
    try:
        return {"file": Path(path).name, "sha256": hash_file(Path(path))}
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror or error}.") from None


def check_outside_runs(path: Path) -> None:
    """Refuse a place inside a run: it would no longer be what its manifest says.

    Raises
    ------
    UsageError
        When a folder above it is a run.
    """
    for folder in (path.parent.resolve() / path.name).parents:
        if all((folder / name).is_file() for name in _MARKS):
            raise UsageError(f"{path}: lies inside the run {folder}, which stays as it is; write beside it.")


def check_destination(path: Path, *, replace: bool) -> None:
    """Refuse early, before any work is done, a place where a run can't go.

    Raises
    ------
    UsageError
        When the folder holds a run and ``replace`` is false, or holds anything else, or lies inside a run.
    DiscourseError
        When it can't be written.
    """
    check_outside_runs(path)
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise UsageError(f"{path}: a run is a folder, and this is something else; give another --out.")
    if path.is_dir() and any(path.iterdir()):
        if not (path / MANIFEST).is_file():
            raise UsageError(f"{path}: this folder holds something that is not a run; give another --out.")
        if not replace:
            raise UsageError(f"{path}: there is a run already; add --replace, or give another --out.")
        if strangers := _strangers(path):
            raise UsageError(
                f"{path}: holds files that are not the run's ({', '.join(strangers[:3])}), and replacing it would "
                "delete them. Move them away, or give another --out."
            )
    ancestor = path.absolute().parent
    while not ancestor.exists():
        ancestor = ancestor.parent
    if not ancestor.is_dir() or not os.access(ancestor, os.W_OK):
        raise DiscourseError(f"{path}: {ancestor} can't be written to; give another --out.")


def _strangers(path: Path) -> list[str]:
    """Name the files in a run directory that its manifest does not know; all of them where it can't be read."""
    try:
        known = json.loads((path / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    files = (file.relative_to(path).as_posix() for file in sorted(path.rglob("*")) if not file.is_dir())
    return [name for name in files if name != MANIFEST and name not in known]


@contextmanager
def staged(path: Path, *, replace: bool = False) -> Iterator[Staging]:
    """Write a run directory that comes into being all at once, or not at all.

    Parameters
    ----------
    path : Path
        Where the run will stand. An empty folder may stand there already.
    replace : bool
        Let the new run take the place of an old one, which stays whole until the new one is.

    Yields
    ------
    Staging
        Where to write; the folder is moved to ``path`` when the block ends without an error.
    """
    check_destination(path, replace=replace)
    temporary = path.parent / f".{path.name}.{os.getpid()}.part"
    try:
        temporary.mkdir(parents=True)
    except OSError as error:
        raise DiscourseError(f"{path}: can't be written: {error.strerror or error}.") from None
    try:
        yield Staging(temporary)
        _sync(temporary)
        _move(temporary, path, replace=replace)
    except OSError as error:
        raise DiscourseError(f"{path}: can't be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_name(name: str) -> None:
    """Refuse a name for results that can't be that of a folder within a run.

    Raises
    ------
    UsageError
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r}: can't be the name of a folder; give a --name of letters and digits.")


@contextmanager
def added(run: Path, name: str, facts: dict[str, Any], *, replace: bool = False) -> Iterator[Staging]:
    """Add a folder of results to a finished run, all at once or not at all.

    Parameters
    ----------
    run : Path
        The run directory.
    name : str
        The folder within it, such as ``tags/embassy``.
    facts : dict
        What it was made from and how, as JSON values; the manifest keeps them under ``added``, by name, as they are
        when the block ends.
    replace : bool
        Let it take the place of results of that name.

    Yields
    ------
    Staging
        Where to write. When the block ends without an error, the folder is moved into the run and the manifest says
        so, with a hash of each new file.

    Raises
    ------
    UsageError
        When there are results of that name and ``replace`` is false, or files that the manifest doesn't know.
    """
    target = run / name
    if strangers := [file for file in _strangers(run) if file == name or file.startswith(f"{name}/")]:
        raise UsageError(f"{target}: holds what is not this run's ({', '.join(strangers[:3])}); move it away.")
    if name in _manifest(run).get("added", {}) and not replace:
        raise UsageError(f"{target}: is there already; add --replace, or give it another --name.")
    home = run.resolve()  # "." has no name
    temporary = home.parent / f".{home.name}.{os.getpid()}.part"
    new, draft = temporary / "new", temporary / MANIFEST
    try:
        new.mkdir(parents=True)
        yield Staging(new)
        manifest = _manifest(run)
        files = {file: entry for file, entry in manifest["files"].items() if not file.startswith(f"{name}/")}
        files |= {f"{name}/{file}": entry for file, entry in file_hashes(new).items()}
        write_json(draft, {**manifest, "added": {**manifest.get("added", {}), name: facts}, "files": files})
        _sync(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _swapped(new, target, temporary / "old"):
            draft.replace(run / MANIFEST)
    except OSError as error:
        raise DiscourseError(f"{target}: can't be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _manifest(run: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def _move(temporary: Path, path: Path, *, replace: bool) -> None:
    check_destination(path, replace=replace)  # somebody else may have been there in the meantime
    old = path.parent / f".{path.name}.{os.getpid()}.old"
    with _swapped(temporary, path, old):
        pass
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _swapped(new: Path, path: Path, old: Path) -> Iterator[None]:
    """Move a folder to its place and what was there to ``old``; all goes back where the block fails."""
    if path.is_dir():
        path.rename(old)
    try:
        new.rename(path)
        yield
    except BaseException:
        if not new.exists():
            path.rename(new)
        if old.is_dir():
            old.rename(path)
        raise
