"""``discourse themes``: read what a run found, name it, and put it in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, Formats, command
from discourse.errors import UsageError

if TYPE_CHECKING:
    from discourse.run import Run

_VIEWS = ("show", "tree", "log")


_WORDS = (*_VIEWS, "rename", "merge", "hide", "unhide", "undo", "redo", "carry")


@command()
def themes(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN] [show THEME | tree | rename THEME NAME | ...]",
            help="A run, and what to see of it or do to it.",
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="With show: the posts of a period, such as 2025Q1 or 2025-03.", show_default=False),
    ] = None,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """List the themes of a run, show one, or name and order them.

    With `tree`, draw the hierarchy they were cut from. `rename 7 "Tariffs and trade"`, `merge 3 9` (posts of 9 go to
    3), `hide 5` and `unhide 5` are kept in the run; `log` lists them, `undo` and `redo` go back and forth, and
    `carry OLD` takes those of another run over.

    Examples: discourse themes; discourse themes show 7 --period 2025Q1; discourse themes runs/latest rename 7 Trade
    """
    from discourse.cli import render, render_edits
    from discourse.run import open_run

    path, rest = (None, words or []) if not words or words[0] in _WORDS else (words[0], words[1:])
    if period is not None and rest[:1] != ["show"]:
        raise UsageError("--period goes with show: discourse themes show 0 --period 2025Q1")
    run = open_run(path, duplicates=duplicates)
    match rest:
        case []:
            _list(run, path, format)
        case ["tree"]:
            render.tree(run) if format == "table" else console.write_table(run.tree, format)
        case ["show", number]:
            render.one_theme(run, _theme_number(number), period=period, form=format)
        case ["log"]:
            render_edits.log(run, format)
        case ["show"]:
            raise UsageError("Which theme? For example: discourse themes show 0")
        case [("show" | "tree" | "log") as view, *_]:
            raise UsageError(f"The run comes first: discourse themes RUN {view}{' 0' if view == 'show' else ''}")
        case ["carry", old]:
            _carry(run, path, old, format)
        case ["carry", *_]:
            raise UsageError("Whose edits? Name one run: discourse themes RUN carry OLD")
        case [word, *more] if word in _WORDS:
            _edit(run, path, word, more, format)
        case [word, *_]:
            raise UsageError(f"{word}: is not one of {', '.join(_WORDS)}. See: discourse themes --help")


def _edit(run: Run, path: str | None, verb: str, words: list[str], form: Formats) -> None:
    """Do one edit, say how to take it back, and list the themes."""
    from discourse.jobs import edit

    match verb, words:
        case "rename", [number, *name]:
            run = edit.rename(run, _theme_number(number), " ".join(name))
        case "merge", [number, *others]:
            run = edit.merge(run, _theme_number(number), *map(_theme_number, others))
        case (("hide" | "unhide"), [number]):
            run = (edit.hide if verb == "hide" else edit.unhide)(run, _theme_number(number))
        case (("undo" | "redo"), []):
            run = (edit.undo if verb == "undo" else edit.redo)(run)
        case (("undo" | "redo"), _):
            raise UsageError(f"{verb} takes one edit at a time: discourse themes RUN {verb}")
        case _:
            example = {"rename": '7 "Tariffs and trade"', "merge": "3 9"}.get(verb, "5")
            raise UsageError(f"Which theme? For example: discourse themes RUN {verb} {example}")
    _list(run, path, form)
    if before := edit.made_before(run):
        console.say(f"Made before this edit, and not changed by it: {', '.join(before)}.")


def _carry(run: Run, path: str | None, old: str, form: Formats) -> None:
    from discourse.cli import render_edits
    from discourse.jobs import edit
    from discourse.themes.carry import KEPT

    before = len(run.edits)
    found = edit.carry(run, old)
    render_edits.carried(found) if form == "table" else console.write_table(found.table, form)
    kept = int(found.table["fate"].isin(KEPT).sum())
    console.say(f"{kept} of {len(found.table)} edits of {old} hold here, by the {found.common:,} posts of both runs.")
    if len(found.run.edits) > before:
        console.say(f"To take them back: discourse themes{_name(path)} undo")


def _list(run: Run, path: str | None, form: Formats) -> None:
    from discourse.cli import render

    render.themes_table(run) if form == "table" else console.write_table(run.themes, form)
    if n := len(run.edits):
        console.say(f"{n} edit{'s' * (n > 1)}; discourse themes{_name(path)} log shows {'them' if n > 1 else 'it'}.")


def _name(path: str | None) -> str:
    return "" if path is None else f" {path}"


def _theme_number(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise UsageError(f"{word}: a theme is named by its number, for example: discourse themes show 0") from None
