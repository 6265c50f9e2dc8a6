"""What is said of many files: each thing once, with the files that it holds for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discourse.errors import DataError
from discourse.posts.join import Part

Problems = Sequence[tuple[str, DataError]]
"""Files, and why each can't be used."""

_NAMED = 3
_SHOWN = 10
_ALIKE = 5
"""Most sentences that differ in names and numbers only and are all said."""
_VARIES = re.compile(r'"[^"]*"|\d[\d,.]*\d|\d')


def once(said: Sequence[tuple[str, str]], n_files: int) -> list[str]:
    """Say each sentence once: bare where it holds for every file, else with the files it holds for.

    Where many sentences differ only in what is quoted and in numbers, the first of them stands for all.

    Parameters
    ----------
    said : sequence of (str, str)
        File and sentence.
    n_files : int
        Files in all.

    Returns
    -------
    list of str

    Examples
    --------
    >>> once([("a.csv", "not UTF-8."), ("b.csv", "not UTF-8."), ("b.csv", "cut short.")], 2)
    ['not UTF-8.', 'b.csv: cut short.']
    """
    files: dict[str, list[str]] = {}
    for file, note in said:
        files.setdefault(note, []).append(file)
    alike: dict[str, list[str]] = {}
    for note in files:
        alike.setdefault(_VARIES.sub("#", note), []).append(note)
    sentences: list[str] = []
    for notes in alike.values():
        shown = notes if len(notes) <= _ALIKE else notes[:1]
        for note in shown:
            where = files[note]
            sentences.append(note if len(where) == n_files else f"{_named(where)}: {note}")
        if len(shown) < len(notes):
            more = sum(len(files[note]) for note in notes[1:])
            sentences[-1] += f" The like holds for {more:,} more file(s), with other names or numbers."
    return sentences


def accounts(parts: Sequence[Part]) -> list[str]:
    """Say whose posts those of files without a column of authors are taken to be."""
    found = [part.account for part in parts if part.account is not None and "author" not in part.roles]
    if not found:
        return []
    names = list(dict.fromkeys(found))
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return [f"author: no column in {len(found)} file(s); the folder or file name stands in: {shown}."]


def left_out(problems: Problems) -> list[str]:
    """Say which files of folders were not read, and why."""
    return [f"left out, since it can't be read: {told}" for told in _grouped(problems)]


def refusal(problems: Problems) -> DataError:
    """Make one error of all that is wrong with the files."""
    if len(problems) == 1:
        return problems[0][1]
    told = _grouped(problems)
    more = [f"and {len(told) - _SHOWN:,} more faults"] if len(told) > _SHOWN else []
    return DataError("\n  ".join([f"{len(problems):,} files can't be used:", *told[:_SHOWN], *more]))


def _grouped(problems: Problems) -> list[str]:
    """Each fault once, after the files that have it."""
    files: dict[str, list[str]] = {}
    for file, problem in problems:
        files.setdefault(str(problem).removeprefix(f"{file}: "), []).append(file)
    return [
        fault if fault.startswith(where[0]) and len(where) == 1 else f"{_named(where)}: {fault}"
        for fault, where in files.items()
    ]


def _named(files: Sequence[str]) -> str:
    """Name a few files, or the first of many."""
    if len(files) <= _NAMED:
        return ", ".join(files)
    return f"{files[0]} and {len(files) - 1:,} more"
