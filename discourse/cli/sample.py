"""``discourse sample``: posts to code by hand, and the sheet to code them in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Duplicates, Format, Replace, RunPath, Since, Until, Where, command


@command()
def sample(
    path: RunPath = None,
    *,
    concept: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="What is asked of each post, yes or no; may be repeated.")
    ] = None,
    n: Annotated[int | None, typer.Option("--n", help="Posts to code, in all.", show_default=False)] = None,
    half_width: Annotated[
        float | None,
        typer.Option(help="As many as make each period's share known to plus or minus this.", show_default=False),
    ] = None,
    share: Annotated[float | None, typer.Option(help="About how common it is, 0 to 1.", show_default=False)] = None,
    codebook: Annotated[
        Path | None, typer.Option(help="A file of concepts or codes with their definitions.", show_default=False)
    ] = None,
    scheme: Annotated[
        str | None, typer.Option(help="A scheme of the codebook, to be coded as a whole.", show_default=False)
    ] = None,
    codes: Annotated[
        list[Path] | None,
        typer.Option(help="A sheet filled in before; its answers are taken over.", show_default=False),
    ] = None,
    period: Annotated[str, typer.Option(metavar="[quarter|month|week|year]", help="Length of a period.")] = "quarter",
    cut: Annotated[
        list[str] | None,
        typer.Option(metavar="[NAME=]DATE", help="Periods between days, not of the calendar; may be repeated."),
    ] = None,
    where: Where = None,
    since: Since = None,
    until: Until = None,
    show_date: Annotated[bool, typer.Option("--show-date", help="Let coders see when a post is from.")] = False,
    coders: Annotated[int, typer.Option(help="Sheets to write; the first holds all posts.")] = 1,
    double: Annotated[
        int | None, typer.Option(help="Posts that the other coders code too; 50 by default.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw.")] = 0,
    name: Annotated[
        str | None, typer.Option(help="Name of the sample; made from what is asked by default.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="A folder (made if need be) or a file (.xlsx, .csv); here by default.", show_default=False),
    ] = None,
    replace: Replace = False,
    duplicates: Duplicates = "keep",
    format: Format = "table",
) -> None:
    """Draw posts to code by hand, with a sheet for it.

    Periods give the same number of posts each, and every post's probability to be drawn is kept, so that discourse
    correct can tell from the codes how common a concept is among all posts. The sample is added to the run, in the
    folder samples.

    Examples: discourse sample --concept "Global South" --n 300; discourse sample --concept trade --half-width 0.05
    --share 0.1
    """
    from discourse.cli.render_sample import sample_table
    from discourse.jobs.sample import sample as job

    found = job(
        path,
        concepts=concept or (),
        n=n,
        half_width=half_width,
        share=share,
        codebook=codebook,
        scheme=scheme,
        codes=codes or (),
        period=period,
        cuts=cut or (),
        where=where or (),
        since=since,
        until=until,
        show_date=show_date,
        coders=coders,
        double=double,
        seed=seed,
        name=name,
        replace=replace,
        duplicates=duplicates,
        out=out,
    )
    if format == "table":
        sample_table(found)
    else:
        console.write_table(found.periods, format)
    console.say_list("Notes:", found.notes)
    console.say(f"Kept in the run as samples/{found.name}. To be filled in: {', '.join(map(str, found.sheets))}.")
