"""``discourse tag``: codes by keyword."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, Replace, RunPath, command


@command()
def tag(
    path: RunPath = None,
    *,
    codebook: Annotated[Path, typer.Option(help="A codebook: a YAML file of codes with keywords.")],
    name: Annotated[str | None, typer.Option(help="Name of the labelling; the codebook's by default.")] = None,
    replace: Replace = False,
    format: Format = "table",
) -> None:
    """Give posts the codes whose keywords they hold.

    Words match in all their forms, in every language that the codebook has keywords for. What is found is added to
    the run, in the folder tags.

    Example: discourse tag --codebook configs/codebooks/embassy.yaml
    """
    from discourse.cli.render_tags import tags_table
    from discourse.jobs.tag import tag as job

    found = job(path, codebook=codebook, name=name, replace=replace)
    if format == "table":
        tags_table(found)
    else:
        console.write_table(found.summary, format)
    if found.unread:
        told = ", ".join(f"{lang} {n:,}" for lang, n in found.unread.items())
        console.say(f"No keywords in these languages: {told} posts.")
    tagged = found.labels["post_id"].nunique()
    console.say(f"{tagged:,} of {found.n_posts:,} posts have a code. Kept in the run as tags/{found.name}.")
