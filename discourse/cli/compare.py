"""``discourse compare``: themes beside the codes that people gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Complete, Duplicates, Format, Replace, RunPath, command


@command()
def compare(
    path: RunPath = None,
    *,
    codes: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Hand codes, in any format; may be repeated.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A column of the posts that holds codes; may be repeated."),
    ] = None,
    on: Annotated[str, typer.Option(help="What is compared with them: themes, tags:NAME or codes:COLUMN.")] = "themes",
    coder: Annotated[
        str | None, typer.Option(help="Whose codes count; those of who coded most by default.", show_default=False)
    ] = None,
    complete: Complete = False,
    period: Annotated[str, typer.Option(metavar="[quarter|month|week|year]", help="Length of a period.")] = "quarter",
    cut: Annotated[
        list[str] | None,
        typer.Option(metavar="[NAME=]DATE", help="Periods between days, not of the calendar; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of intervals and permutations.")] = 0,
    name: Annotated[
        str | None, typer.Option(help="Name of the results; made from what is asked by default.", show_default=False)
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """Compare themes with the codes that people gave.

    Which stand for which, how well, and where they disagree. Without --codes and --column, the columns of the posts
    that look like codes are taken. Results are added to the run, in the folder compare: tables, the posts to read,
    and a text for a methods section.

    Examples: discourse compare; discourse compare --codes second_coder.csv --column tags
    """
    from discourse.cli.render_compare import compare_tables
    from discourse.jobs.compare import compare as job

    found = job(
        path,
        codes=codes or (),
        columns=column or (),
        on=on,
        coder=coder,
        complete=complete,
        period=period,
        cuts=cut or (),
        seed=seed,
        name=name,
        replace=replace,
        duplicates=duplicates,
    )
    if format == "table":
        compare_tables(found)
    else:
        console.write_table(found.tables["codes"], format)
    for note in found.notes:
        console.say(note)
    console.say(f"Kept in the run as compare/{found.name}; methods.md in it says it in words.")
