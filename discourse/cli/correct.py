"""``discourse correct``: shares of codes, corrected by posts coded by hand."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, Only, Replace, RunPath, Since, Until, Where, command


@command()
def correct(
    path: RunPath = None,
    *,
    codes: Annotated[
        list[Path], typer.Option(metavar="SHEET", help="The coding sheet, filled in; may be repeated, one a coder.")
    ],
    sample: Annotated[str | None, typer.Option(help="The sample that was coded, where the sheet doesn't tell.")] = None,
    only: Only = None,
    coder: Annotated[str | None, typer.Option(help="Only this coder's codes.")] = None,
    scores: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[CODE=]COLUMN", help="A column of your own with probabilities, in place of those learned here."
        ),
    ] = None,
    cross_fitted: Annotated[
        bool, typer.Option("--cross-fitted", help="They were not learned from these codes, or out of fold.")
    ] = False,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="[quarter|month|week|year]", help="Length of a period; as the sample was drawn by default."
        ),
    ] = None,
    cut: Annotated[
        list[str] | None,
        typer.Option(metavar="[NAME=]DATE", help="Periods between days, not of the calendar; may be repeated."),
    ] = None,
    earlier: Annotated[str | None, typer.Option("--from", metavar="PERIOD", help="The earlier period.")] = None,
    later: Annotated[str | None, typer.Option("--to", metavar="PERIOD", help="The later period.")] = None,
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Also compare the weeks before and after this day.")
    ] = None,
    events: Annotated[str | None, typer.Option(metavar="FILE", help="The same for each event of a YAML file.")] = None,
    window: Annotated[
        int | None, typer.Option(help="Weeks on each side of an event; 8 by default.", show_default=False)
    ] = None,
    gap: Annotated[
        int | None, typer.Option(help="Weeks before an event that are left out; 2 by default.", show_default=False)
    ] = None,
    where: Where = None,
    since: Since = None,
    until: Until = None,
    seed: Annotated[int, typer.Option(min=0, help="Of folds and exchanges.")] = 0,
    permutations: Annotated[int, typer.Option(help="How often blocks are exchanged, at least.")] = 1_999,
    name: Annotated[
        str | None, typer.Option(help="Name of the results; made from what is asked by default.", show_default=False)
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """Tell how common codes are among all posts.

    In each period, from a coded sample and a machine's score for every post. What the machine gets wrong is
    measured on the posts that discourse sample drew and people coded, and taken off. Results are added to the run,
    in the folder corrected.

    Examples: discourse correct --codes half.xlsx; discourse correct --codes half.xlsx --cut 2025-01-20
    """
    from discourse.cli.render_correct import correct_tables
    from discourse.jobs.correct import METHODS
    from discourse.jobs.correct import correct as job

    with console.progress_bar() as progress:
        found = job(
            path,
            codes=codes,
            sample=sample,
            only=only or (),
            coder=coder,
            scores=scores or (),
            cross_fitted=cross_fitted,
            period=period,
            cuts=cut or (),
            earlier=earlier,
            later=later,
            date=date,
            events=events,
            window=window,
            gap=gap,
            where=where or (),
            since=since,
            until=until,
            seed=seed,
            permutations=permutations,
            name=name,
            replace=replace,
            duplicates=duplicates,
            progress=progress,
        )
    if format == "table":
        correct_tables(found)
    else:
        console.write_table(found.tables["coding"], format)
    for note in found.notes:
        console.say(note)
    console.say(f"Kept in the run as corrected/{found.name}, in words as corrected/{found.name}/{METHODS}.")
    if found.go_on:
        console.say(f"Go on: {shlex.join(['discourse', 'drift', *([path] if path else []), *found.go_on])}")
