"""``discourse export``: the user's own table back, with themes and codes; or a project for other software."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Replace, RunPath, command
from discourse.errors import UsageError


@command()
def export(
    path: RunPath = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write: .csv, .xlsx, .parquet, .qdpx or .qdc; stdout by default."),
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    codes: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="A file of hand codes to add; may be repeated.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A column of hand codes to add; may be repeated.")
    ] = None,
    format: Annotated[
        Literal["csv", "json"] | None, typer.Option("--format", help="How to write on stdout; csv by default.")
    ] = None,
) -> None:
    """Give your own table back, with themes.

    Columns for theme, label and strength are added to it, and for hand codes that you name. A .qdpx file is a project
    that NVivo, ATLAS.ti and MAXQDA open, a .qdc file its codebook.

    Example: discourse export --out posts-with-themes.xlsx
    """
    from discourse.jobs.export import exported

    if out is not None and format is not None:
        raise UsageError(
            f"--format {format}: is for stdout; of a file, the end of its name tells the format. Drop one."
        )
    found = exported(path, out=out, replace=replace, duplicates=duplicates, codes=codes or (), column=column or ())
    for note in found.notes:
        console.say(note)
    if out is None:
        console.write_table(found.table, format or "csv")
    else:
        console.say(f"{out}: {found.held}.")
