"""The files of posts in a folder, what is left out of it, and whose account each file is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from discourse.errors import DataError
from discourse.posts.readers.formats import FORMATS

MOST = 100_000
"""Most files a folder may hold, the ones that are not read included; above it, the wrong folder was named."""

_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson", ".parquet", ".pq")
_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|webp|heic|svg|bmp|tiff?|mp4|mov|webm|mkv|avi|m4v|mp3|m4a|og[ga]|opus|wav|aac|flac|tgs|srt|vtt)",
    re.IGNORECASE,
)
_RUN = ("manifest.json", "posts.parquet", "assignments.parquet")
_GENERIC = re.compile(
    r"(?:posts?|results?|messages?|tweets?|data|content|media|export|reels|stories|igtv_videos|archived_posts|"
    r"your_instagram_activity|your_activity|chats?|files?|raw)(?:[-_ ]?(?:part)?[-_ ]?\d+| ?\(\d+\))*",
    re.IGNORECASE,
)
_HEAD = 1 << 16


@dataclass(frozen=True)
class Folder:
    """What a folder holds: files to read in order, the account of each, and what was left out and why."""

    files: list[str]
    accounts: dict[str, str]
    notes: list[str]


def look(folder: str) -> Folder:
    """Find the files of posts in a folder and in those below it, in the order of their names.

    Left out are hidden files, links that lead out of the folder, nowhere or to a file that is read anyway, run
    directories, media, JSON beside an Instagram export that holds none of its posts, and whatever no reader takes;
    text files (.txt) are read only where their content is one of the other formats.

    Raises
    ------
    DataError
        The folder is a run directory, holds nothing that can be read, or more than `MOST` files.
    """
    root = os.path.realpath(folder)
    taken: list[str] = []
    left: dict[str, list[str]] = {}
    media = met = 0
    shut: list[str] = []
    for here, below, names in os.walk(folder, onerror=lambda problem: shut.append(_shut(problem, folder))):
        names.sort()
        if all(name in names for name in _RUN):
            if here == folder:
                raise DataError(f"{folder} is a run of discourse and no input; try: discourse themes {folder}")
            left.setdefault("a run directory", []).append(os.path.relpath(here, folder))
            below.clear()
            continue
        for name in [name for name in below if name.startswith(".") or not _within(Path(here, name), root)]:
            below.remove(name)
            reason = "hidden" if name.startswith(".") else "a link that leads out of the folder"
            left.setdefault(reason, []).append(os.path.relpath(Path(here, name), folder))
        below.sort()
        met += len(names)
        if met > MOST:
            raise DataError(f"{folder}: more than {MOST:,} files. Name the folder that holds the posts.")
        for name in names:
            path = Path(here, name)
            if _MEDIA.fullmatch(path.suffix):
                media += 1
                continue
            reason = _left_out(path, root)
            if reason:
                left.setdefault(reason, []).append(os.path.relpath(path, folder))
            else:
                taken.append(str(path))
    if shut:
        left["no permission to read it"] = shut
    taken, twice = _without_links(taken, folder)
    if twice:
        left["a link to a file that is read anyway"] = twice
    taken, beside = _without_records(taken, folder)
    if beside:
        left["records of an Instagram export that are no posts"] = [os.path.relpath(path, folder) for path in beside]
    notes = [f"left out {_named(paths)} ({reason})" for reason, paths in left.items()]
    if media:
        notes.append(f"{media:,} media file(s) passed over")
    if not taken:
        said = f": {'; '.join(notes)}" if notes else ""
        raise DataError(f"{folder}: no file of posts in this folder{said}. Name the files, or another folder.")
    notes = [f"{folder}: {note}." for note in notes]
    taken.sort(key=lambda path: PurePath(path).parts)
    return Folder(taken, {path: account(path, folder) for path in taken}, notes)


def account(file: str, folder: str) -> str:
    """Name the account a file is of: the first folder below `folder` that it lies in, or the file itself.

    Names that programs give (``posts_1``, ``result``, ``data``) tell nothing; the folder's own name then stands in.

    Examples
    --------
    >>> account("all/alma/posts_1.json", "all"), account("all/alma.csv", "all"), account("alma/data/tweets.js", "alma")
    ('alma', 'alma', 'alma')
    """
    parts = PurePath(os.path.relpath(file, folder)).parts
    name = parts[0] if len(parts) > 1 else PurePath(file).stem
    return Path(folder).resolve().name if _GENERIC.fullmatch(name) else name


def _shut(problem: OSError, folder: str) -> str:
    """Name a folder that can't be looked into; where it is the one that was given, nothing can be read."""
    if problem.filename == folder:
        raise DataError(f"{folder}: can't be read ({problem.strerror}). Look at its owner and mode.") from problem
    return os.path.relpath(problem.filename, folder)


def _within(path: Path, root: str) -> bool:
    """Whether a path, links followed, stays in the folder."""
    real = os.path.realpath(path)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _left_out(path: Path, root: str) -> str:
    """Why a file of a folder is not read; empty where it is."""
    if path.name.startswith("."):
        return "hidden"
    if not _within(path, root):
        return "a link that leads out of the folder"
    if not path.is_file():
        return "a link that leads nowhere" if path.is_symlink() else "no regular file"
    if not os.access(path, os.R_OK):
        return "no permission to read it"
    if path.suffix.lower() in _TABLES or _reader(path) != "CSV":
        return ""
    return "no format that is read in a folder"


def _without_links(files: list[str], folder: str) -> tuple[list[str], list[str]]:
    """Take out the links to files that are there themselves."""
    links = [path for path in files if Path(path).is_symlink()]
    if not links:
        return files, []
    themselves = {os.path.realpath(path) for path in set(files).difference(links)}
    twice = {path for path in links if os.path.realpath(path) in themselves}
    return [path for path in files if path not in twice], [os.path.relpath(path, folder) for path in sorted(twice)]


def _reader(path: Path) -> str:
    """Name of the format whose reader would take a file, by its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as problem:
        raise DataError(f"{path}: can't be read ({problem.strerror}). Look at its owner and mode.") from problem
    return next(kind.name for kind in FORMATS if kind.recognises(head, path.suffix.lower()))


def _without_records(files: list[str], folder: str) -> tuple[list[str], list[str]]:
    """Take out the plain JSON files that lie in one account's folder with an Instagram export."""
    documents = {path: _reader(Path(path)) for path in files if path.lower().endswith(".json")}
    exported = {account(path, folder) for path, kind in documents.items() if kind == "Instagram export"}
    beside = [path for path, kind in documents.items() if kind == "JSON" and account(path, folder) in exported]
    dropped = set(beside)
    return [path for path in files if path not in dropped], beside


def _named(paths: list[str]) -> str:
    """Count files and name the first of them."""
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return f"{len(paths):,} file(s): {shown}"
