"""Where coding sheets go: one file a coder, in a folder that is made if it is not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from discourse import staging, tables
from discourse.errors import DiscourseError, UsageError
from discourse.run import Run
from discourse.target import check_target

SUFFIXES = (".xlsx", ".csv")


def sheet_name(number: int) -> str:
    """Name the sheet of a coder, from 0, within a run."""
    return "sheet" if number == 0 else f"sheet-coder{number + 1}"


def sheet_files(
    out: str | Path | None, name: str, coders: int, run: Run, *, replace: bool, read: Sequence[str | Path]
) -> list[Path]:
    """Name the files to be written, one a coder, and refuse early those that must not or can't be.

    Parameters
    ----------
    out : path, optional
        A folder, or the first coder's file; the current folder by default. Of a folder the last part may be new.
    name : str
        Of the sample.
    coders : int
    run : Run
        Its input is never overwritten.
    replace : bool
        Whether files that are there may be lost.
    read : sequence of path
        Files of codes that are read, which never are.

    Raises
    ------
    UsageError
        See `discourse.target.check_target`.
    """
    out = Path("." if out is None else out)
    if out.suffix.lower() in SUFFIXES:
        first = out
    elif out.is_dir():
        first = out / f"{name}{SUFFIXES[0]}"
    else:
        tables.check_target(out, SUFFIXES if out.suffix else ("",))
        staging.check_outside_runs(out)
        return _of_coders(out / f"{name}{SUFFIXES[0]}", coders)
    files = _of_coders(first, coders)
    for file in files:
        check_target(file, SUFFIXES, replace=replace, sources=run.manifest["inputs"])
        if file.exists() and any(Path(one).exists() and file.samefile(one) for one in read):
            raise UsageError(f"{file}: holds the codes that are read; write the new sheet elsewhere, by --out.")
    return files


def copy(source: Path, target: Path) -> None:
    """Copy a sheet out of the run, whole or not at all; its folder is made if it is not there.

    Raises
    ------
    DiscourseError
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        raise DiscourseError(f"{target}: can't be written: {error.strerror or error}. The sheet is {source}.") from None
    finally:
        temporary.unlink(missing_ok=True)


def _of_coders(first: Path, coders: int) -> list[Path]:
    return [
        first if number == 0 else first.with_name(f"{first.stem}-coder{number + 1}{first.suffix}")
        for number in range(coders)
    ]
