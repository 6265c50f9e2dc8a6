"""``discourse cluster``: from a file of posts to themes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from discourse.cli import console
from discourse.cli.command import Files, Format, Request, command


@command("posts", "encoder", "themes", "labels")
def cluster(
    files: Files,
    request: Request,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; runs/<date>-<hash> by default.", show_default=False)
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let the run take the place of one in --out.")] = False,
    format: Format = "table",
) -> None:
    """Find the themes in files of posts.

    They are named, and everything is written to a run directory.

    Example: discourse cluster posts.csv --timezone Asia/Almaty --reading-language en
    """
    from discourse.cli.render import themes_table
    from discourse.jobs.cluster import cluster as job

    with console.progress_bar() as progress:
        run = job(files, out=out, replace=replace, settings=request.settings(), progress=progress, on_audit=_say_audit)
    console.say_list("Note:", run.manifest["notes"]["themes"])
    if format == "table":
        themes_table(run)
    else:
        console.write_table(run.themes, format)
    counts = run.manifest["counts"]
    if counts["rejected"]:
        console.say(f"{counts['rejected']:,} rows could not be used; they are listed in {run.path / 'rejected.csv'}")
    console.say(
        f"{counts['posts']:,} posts, {counts['themes']:,} themes, {counts['noise']:,} posts in none "
        f"({counts['noise'] / counts['posts']:.0%}), {run.manifest['timings']['total']:.1f} s."
    )
    console.say(f"Run: {run.path}")
    console.say("Next: discourse themes show 0    discourse themes tree    discourse export --out themes.xlsx")


def _say_audit(audit: dict[str, Any]) -> None:
    """Say what was read, and what it is like, before the long work begins."""
    from discourse.cli.render_audit import short_form

    console.say_list("Read:", audit["notes"])
    for line in short_form(audit):
        console.say(console.clean(line))
    console.say("  `discourse check` with the same files shows more.")
