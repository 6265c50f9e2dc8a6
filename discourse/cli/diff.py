"""``discourse diff``: two runs side by side."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from discourse.cli import console
from discourse.cli.command import Format, command


@command()
def diff(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A", help="A run directory.")],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B", help="Another one.")],
    part: Annotated[
        Literal["themes", "settings", "findings"] | None,
        typer.Option(help="One part of it alone; CSV has no other way, and takes the themes.", show_default=False),
    ] = None,
    format: Format = "table",
) -> None:
    """Compare two runs.

    Which themes correspond, which settings differ, and which findings of drift and event have another verdict or
    sign. Themes correspond by the posts that both runs have.

    Example: discourse diff runs/first runs/second
    """
    from discourse.cli import render_diff
    from discourse.jobs.diff import diff as job

    found = job(run_a, run_b)
    if format == "table":
        render_diff.page(found, part)
    elif format == "json" and part is None:
        render_diff.whole(found)
    else:
        console.write_table(getattr(found, part or "themes"), format)
    for note in found.notes:
        console.say(note)
