"""``discourse themes``: read what a run found."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, command
from discourse.errors import UsageError

_VIEWS = ("show", "tree")


@command()
def themes(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN] [show THEME | tree]", help="A run, and what to see of it.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="With show: the posts of a period, such as 2025Q1 or 2025-03.", show_default=False),
    ] = None,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """List the themes of a run, or show one.

    With `tree`, draw the hierarchy they were cut from.

    Examples: discourse themes; discourse themes show 7 --period 2025Q1; discourse themes runs/latest tree
    """
    from discourse.cli import render
    from discourse.run import open_run

    path, rest = (None, words or []) if not words or words[0] in _VIEWS else (words[0], words[1:])
    run = open_run(path, duplicates=duplicates)
    match rest:
        case []:
            _no_period(period)
            render.themes_table(run) if format == "table" else console.write_table(run.themes, format)
        case ["tree"]:
            _no_period(period)
            render.tree(run) if format == "table" else console.write_table(run.tree, format)
        case ["show", number]:
            render.one_theme(run, _theme_number(number), period=period, form=format)
        case ["show"]:
            raise UsageError("Which theme? For example: discourse themes show 0")
        case [("show" | "tree") as view, *_]:
            raise UsageError(f"The run comes first: discourse themes RUN {view}{' 0' if view == 'show' else ''}")
        case [word, *_]:
            raise UsageError(f"{word}: is not one of {', '.join(_VIEWS)}. See: discourse themes --help")


def _theme_number(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise UsageError(f"{word}: a theme is named by its number, for example: discourse themes show 0") from None


def _no_period(period: str | None) -> None:
    if period is not None:
        raise UsageError("--period goes with show: discourse themes show 0 --period 2025Q1")
