"""``discourse assign``: place new posts in the themes of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, Replace, Request, command
from discourse.errors import UsageError


@command("posts", "encoder")
def assign(
    words: Annotated[
        list[str], typer.Argument(metavar="[RUN] FILE", help="A run (the latest by default) and files of new posts.")
    ],
    request: Request,
    out: Annotated[
        Path | None, typer.Option(help="Write the posts with their themes here: .csv, .xlsx or .parquet.")
    ] = None,
    replace: Replace = False,
    format: Format = "table",
) -> None:
    """Place new posts in the themes of a run.

    Nothing is refitted and the run is not changed; posts that fit nowhere get theme -1.

    Columns are looked for anew. The encoder is the run's own; --encoder is needed only where the run was made
    from a file of vectors.

    Example: discourse assign new.csv --out new-with-themes.xlsx
    """
    from discourse.cli.render import placed_table
    from discourse.jobs.assign import assign as job
    from discourse.run import open_run

    path, files = _run_and_files(words)
    if not files:
        raise UsageError("Which posts? For example: discourse assign new.csv")
    run = open_run(path)
    with console.progress_bar() as progress:
        settings = request.settings(base=run.settings)
        placed = job(files, run=run, out=out, replace=replace, settings=settings, progress=progress)
    console.say_list("Read:", placed.notes)
    if out is not None:
        console.say(f"Written: {out}")
    if format == "table":
        placed_table(placed.table, run)
        if out is None:
            console.say("Add --out new-with-themes.xlsx to keep the posts with their themes.")
    else:
        console.write_table(placed.table, format)


def _run_and_files(words: list[str]) -> tuple[str | None, list[str]]:
    """Take a leading run directory, if there is one, off the words."""
    import glob

    from discourse.run import resolve

    if words[0] == "-" or Path(words[0]).is_file():
        return None, words
    try:
        return str(resolve(words[0])), words[1:]
    except UsageError:
        if len(words) == 1 or glob.has_magic(words[0]):
            return None, words
        raise
