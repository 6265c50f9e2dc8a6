"""``discourse drift``: what moved between periods, and how sure."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, Group, On, Only, Replace, RunPath, Since, Until, Where, command


@command()
def drift(
    path: RunPath = None,
    *,
    period: Annotated[str, typer.Option(metavar="[quarter|month|week|year]", help="Length of a period.")] = "quarter",
    cut: Annotated[
        list[str] | None,
        typer.Option(metavar="[NAME=]DATE", help="Periods between days, not of the calendar; may be repeated."),
    ] = None,
    earlier: Annotated[
        str | None,
        typer.Option("--from", metavar="PERIOD", help="The earlier period: 2024Q1, 2024, 2024-10-01..2025-01-19."),
    ] = None,
    later: Annotated[str | None, typer.Option("--to", metavar="PERIOD", help="The later period.")] = None,
    since: Since = None,
    until: Until = None,
    block: Annotated[
        str | None,
        typer.Option(
            metavar="[week|day|COLUMN]",
            help="What is exchanged whole; weeks by default, days in short periods.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Compare the values of a column: account, platform, lang ...")
    ] = None,
    on: On = None,
    where: Where = None,
    group: Group = None,
    only: Only = None,
    semantic: Annotated[bool, typer.Option("--semantic", help="Did what is said under each label change?")] = False,
    lexical: Annotated[bool, typer.Option("--lexical", help="Which words came and went?")] = False,
    figures: Annotated[bool, typer.Option("--figures", help="Draw prevalence and shifts, as SVG and PNG.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the exchanges.")] = 0,
    permutations: Annotated[int, typer.Option(help="How often blocks are exchanged, at least.")] = 1_999,
    name: Annotated[
        str | None, typer.Option(help="Name of the results; made from what is asked by default.", show_default=False)
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """Ask which themes, codes or concepts grew or shrank.

    Each period is compared with the next and the first with the last, within languages. Results are added to the run,
    in the folder drift.

    Examples: discourse drift; discourse drift --on codes:tags --from 2024Q1 --to 2025Q1
    """
    from discourse.cli.render_drift import drift_tables
    from discourse.jobs.drift import drift as job

    with console.progress_bar() as progress:
        found = job(
            path,
            period=period,
            cuts=cut or (),
            earlier=earlier,
            later=later,
            since=since,
            until=until,
            block=block,
            by=by,
            on=on or ("themes",),
            where=where or (),
            groups=group or (),
            only=only or (),
            semantic=semantic,
            lexical=lexical,
            figures=figures,
            seed=seed,
            permutations=permutations,
            name=name,
            replace=replace,
            duplicates=duplicates,
            progress=progress,
        )
    if format == "table":
        drift_tables(found)
    else:
        console.write_table(found.tables["shifts"], format)
    for note in found.notes:
        console.say(note)
    console.say(f"Kept in the run as drift/{found.name}.")
