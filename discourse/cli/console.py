"""What a command says and how: data to stdout, talk to stderr, at most 100 columns wide."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.progress import TaskID

    from discourse.progress import Progress

WIDTH = 100

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPE = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]"  # colours, cursor, screen
    "|\x1b[]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\\\)"  # titles, links, clipboard: up to their end, if they have one
    "|\x1b[ -/]*[0-OQ-WYZ\\\\`-~]"
)
"""What a terminal takes for one command; 8-bit forms are for `_CONTROL`: broken encodings are full of them."""


@dataclass
class _Manner:
    quiet: bool = False


_manner = _Manner()


def set_quiet(quiet: bool) -> None:
    """Leave out all talk but errors, until told otherwise."""
    _manner.quiet = quiet


def say(message: str = "") -> None:
    """Write a message to stderr in lines of at most 100 columns, unless the user asked for quiet."""
    if not _manner.quiet:
        print(_filled(message), file=sys.stderr)


def write(line: str = "") -> None:
    """Write a line of text to stdout, with nothing in it that could steer the terminal."""
    print(clean(line))


def clean(text: str) -> str:
    r"""Take control characters and direction overrides out of a text, so that a post can't steer the terminal.

    Examples
    --------
    >>> clean("a\x1b[2Jb\u202ec")
    'ab c'
    """
    return _CONTROL.sub(" ", _ESCAPE.sub("", text))


def wrapped(text: str, *, indent: str, lines: int) -> list[str]:
    """Break a text into lines of at most 100 columns, wide characters as two; cut at a word's end after ``lines``."""
    from rich.cells import cell_len, chop_cells

    room, made, line = WIDTH - len(indent), [], ""
    for word in clean(text).split():
        pieces = chop_cells(word, room) if cell_len(word) > room else [word]
        for piece in pieces:
            if line and cell_len(line) + 1 + cell_len(piece) > room:
                made.append(line)
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    if line:
        made.append(line)
    if len(made) > lines:
        last = made[lines - 1]
        while cell_len(last := last.rstrip(" .,;")) > room - 2:
            last = last.rpartition(" ")[0] or last[:-1]
        made = [*made[: lines - 1], last + " …"]
    return [indent + one for one in made]


def write_wrapped(text: str, *, indent: str = "", lines: int = 6) -> None:
    """Write a text to stdout in lines of at most 100 columns; cut after ``lines``."""
    for line in wrapped(text, indent=indent, lines=lines):
        write(line)


def complain(message: str) -> None:
    """Write an error to stderr, always, in lines of at most 100 columns."""
    print(_filled(f"discourse: {message}"), file=sys.stderr)


def _filled(message: str) -> str:
    """Break the lines of a message where they are too long; names of files stay whole."""
    import textwrap

    lines = []
    for line in clean(message).splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        fold = textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        lines += fold if len(line) > WIDTH else [line]
    return "\n".join(lines)


def say_list(title: str, lines: Sequence[str]) -> None:
    """Write a heading and a wrapped, dashed line for each entry to stderr."""
    import textwrap

    if lines:
        say(title)
    for line in lines:
        say(textwrap.fill(clean(line), WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False))


def write_table(table: pd.DataFrame, form: str) -> None:
    """Write data to stdout as CSV or JSON; CSV as it is, unless somebody looks at it."""
    from discourse import tables

    if form == "csv":
        text = tables.csv_text(table)
        sys.stdout.write(clean(text) if sys.stdout.isatty() else text)
    else:
        write_json(json.loads(table.to_json(orient="records", date_format="iso", force_ascii=False)))


def write_json(value: Any) -> None:
    """Write one JSON value to stdout, with escapes for what could steer a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.write(_CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n")


def draw(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> None:
    """Draw a table for a person to read on stdout.

    Parameters
    ----------
    columns : sequence of (heading, "left" | "right" | "text")
        "text" columns take the width that is left and wrap.
    rows : iterable of sequences of str
        Cells are shown as they are; nothing in them is taken for markup.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for heading, kind in columns:
        table.add_column(
            clean(heading),
            justify="right" if kind == "right" else "left",
            no_wrap=kind != "text",
            overflow="fold" if kind == "text" else "ellipsis",
            ratio=1 if kind == "text" else None,
        )
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    stdout().print(table)


def stdout() -> Console:
    """Return a console on stdout, no wider than 100 columns."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar with the time left on a terminal's stderr; elsewhere, and when quiet, show nothing."""
    from discourse.progress import silent

    if _manner.quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report
