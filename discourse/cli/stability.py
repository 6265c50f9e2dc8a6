"""``discourse stability``: which themes would be found again."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, RunPath, command


@command()
def stability(
    path: RunPath = None,
    *,
    budget: Annotated[str, typer.Option(help="Time for refits, such as 90s, 10m or 2h.")] = "10m",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws and of the refits.")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite results that have another seed.")] = False,
    format: Format = "table",
) -> None:
    """Say which themes would be found again.

    Themes are found anew from 80 % of the weeks, with other seeds and with other settings, and from each quarter by
    itself, for as long as the budget lasts. Refits are kept: another call goes on where the last one stopped.

    Example: discourse stability --budget 10m
    """
    from discourse.cli.render_stability import sentences, stability_table
    from discourse.jobs.stability import stability as job

    with console.progress_bar() as progress:
        found = job(path, budget=budget, seed=seed, replace=replace, progress=progress)
    if format == "table":
        stability_table(found)
    else:
        console.write_table(found.themes, format)
    console.say_list("Note:", found.notes)
    for line in sentences(found):
        for part in console.wrapped(line, indent="", lines=4):
            console.say(part)
