"""``discourse check``: what a corpus holds, before anything is found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from discourse.cli import console
from discourse.cli.command import Files, Replace, Request, command


@command("posts", "encoder")
def check(
    files: Files,
    request: Request,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Write the rows that can't be used here: .csv, .xlsx or .parquet.", show_default=False),
    ] = None,
    replace: Replace = False,
    format: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to write the audit on stdout.")
    ] = "table",
) -> None:
    """Look at files of posts before anything else.

    It tells what is in them, what is odd, and which questions they can bear. Nothing is written but the rows
    that can't be used, where --rejected names a file for them.

    Example: discourse check posts.csv --timezone Asia/Almaty
    """
    from discourse.cli.render_audit import audit_page
    from discourse.jobs.check import check as job
    from discourse.wording import counted

    with console.progress_bar() as progress:
        audit = job(files, rejected=rejected, replace=replace, settings=request.settings(), progress=progress)
    if rejected is not None:
        console.say(f"{rejected}: {counted(audit['rows']['rejected'], 'row')} that can't be used.")
    if format == "json":
        console.write_json(audit)
        return
    console.say_list("Read:", audit["notes"])
    audit_page(audit)
