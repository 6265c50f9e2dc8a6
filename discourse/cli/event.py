"""``discourse event``: did shares change at an event."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, Group, On, Only, Replace, RunPath, Since, Until, Where, command


@command()
def event(
    path: RunPath = None,
    *,
    date: Annotated[str | None, typer.Option(help="Day of the event, such as 2025-01-20.")] = None,
    events: Annotated[Path | None, typer.Option(help="A list of events: a YAML file.")] = None,
    on: On = None,
    where: Where = None,
    group: Group = None,
    only: Only = None,
    since: Since = None,
    until: Until = None,
    window: Annotated[int, typer.Option(help="Weeks on each side of an event.")] = 8,
    gap: Annotated[int, typer.Option(help="Weeks before an event that are left out: it may have been expected.")] = 2,
    permutations: Annotated[int, typer.Option(help="How often weeks are exchanged.")] = 9_999,
    seed: Annotated[int, typer.Option(min=0, help="Of the exchanges.")] = 0,
    name: Annotated[str | None, typer.Option(help="Name of the results; made from what is asked by default.")] = None,
    figures: Annotated[bool, typer.Option("--figures", help="Draw the effects, as SVG and PNG.")] = False,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """Ask whether anything changed at an event.

    The weeks from the event on are compared with those before it, within languages. Results are added to the run, in
    the folder events.

    Examples: discourse event --date 2025-01-20; discourse event --events configs/events/us-china-2025.yaml
    """
    from discourse.cli.render_event import event_tables
    from discourse.jobs.event import event as job

    with console.progress_bar() as progress:
        found = job(
            path,
            date=date,
            events=events,
            on=on or ("themes",),
            where=where or (),
            groups=group or (),
            only=only or (),
            since=since,
            until=until,
            window=window,
            gap=gap,
            permutations=permutations,
            seed=seed,
            name=name,
            replace=replace,
            duplicates=duplicates,
            figures=figures,
            progress=progress,
        )
    if format == "table":
        event_tables(found)
    else:
        console.write_table(found.effects, format)
    for note in found.notes:
        console.say(note)
    console.say(f"Kept in the run as events/{found.name}.")
