"""``discourse agreement``: how far coders agree with each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Complete, Format, Replace, command


@command()
def agreement(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of hand codes, in any format.")],
    *,
    coder: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only these coders; may be repeated.")] = None,
    complete: Complete = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the table here: .csv, .xlsx or .parquet.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals.")] = 0,
    replace: Replace = False,
    format: Format = "table",
) -> None:
    """Measure how far coders agree with each other.

    By Krippendorff's alpha, Gwet's AC1, kappa and F1, code by code. Posts of several files are the same by
    identifier, or by what they say.

    Example: discourse agreement anna.xlsx bo.csv
    """
    from discourse.cli.render_agreement import agreement_tables
    from discourse.jobs.agreement import agreement as job

    found = job(files, coders=coder or (), complete=complete, out=out, replace=replace, seed=seed)
    if format == "table":
        agreement_tables(found.codes, found.overall)
    else:
        console.write_table(found.codes, format)
    for note in found.notes:
        console.say(note)
