"""``discourse check``: what a corpus holds, before anything is found in it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from discourse.cli import console
from discourse.cli.command import Files, Request, command


@command("posts", "encoder")
def check(
    files: Files,
    request: Request,
    format: Annotated[
        Literal["table", "json"], typer.Option("--format", help="How to write the audit on stdout.")
    ] = "table",
) -> None:
    """Look at files of posts before anything else.

    It tells what is in them, what is odd, and which questions they can bear. Nothing is written.

    Example: discourse check posts.csv --timezone Asia/Almaty
    """
    from discourse.cli.render_audit import audit_page
    from discourse.jobs.check import check as job

    with console.progress_bar() as progress:
        audit = job(files, settings=request.settings(), progress=progress)
    if format == "json":
        console.write_json(audit)
        return
    console.say_list("Read:", audit["notes"])
    audit_page(audit)
