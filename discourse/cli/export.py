"""``discourse export``: the user's own table back, with themes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Replace, RunPath, command


@command()
def export(
    path: RunPath = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write: .csv, .xlsx or .parquet; stdout by default.")
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Annotated[Literal["csv", "json"], typer.Option("--format", help="How to write on stdout.")] = "csv",
) -> None:
    """Give your own table back, with themes.

    Columns for theme, label and strength are added to it.

    Example: discourse export --out posts-with-themes.xlsx
    """
    from discourse.jobs.export import exported

    found = exported(path, out=out, replace=replace, duplicates=duplicates)
    if out is None:
        console.write_table(found.table, format)
        return
    for note in found.notes:
        console.say(note)
    console.say(f"{out}: {len(found.table):,} posts.")
