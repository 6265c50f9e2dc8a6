"""``discourse concepts``: score posts for concepts that a researcher names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, RunPath, command


@command()
def concepts(
    path: RunPath = None,
    *,
    codebook: Annotated[Path, typer.Option(help="A YAML file of concepts and axes, with seeds by language.")],
    codes: Annotated[list[Path] | None, typer.Option(help="A file of hand codes; may be repeated.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="A column of the posts that holds hand codes; may be repeated.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let them take the place of scores in the run.")] = False,
    format: Format = "table",
) -> None:
    """Score posts for concepts and axes of your own.

    Shows the posts with the highest scores in each language, for you to judge. Scores are ranks, no shares. Hand codes
    make probabilities of them, and tell how good they are. What is found is added to the run, in the folder concepts.

    Example: discourse concepts --codebook configs/concepts/embassy.yaml
    """
    from discourse.cli.render_concepts import concept_tables, say_stages
    from discourse.jobs.concepts import concepts as job

    with console.progress_bar() as progress:
        found = job(
            path, codebook=codebook, codes=codes or (), columns=column or (), replace=replace, progress=progress
        )
    if format == "table":
        concept_tables(found)
    else:
        console.write_table(found.summary, format)
    console.say_list("Notes:", found.notes)
    say_stages(found)
