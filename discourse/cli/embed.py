"""``discourse embed``: posts to vectors, in a file or in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Files, Replace, Request, command


@command("posts", "encoder")
def embed(
    files: Files,
    request: Request,
    out: Annotated[Path, typer.Option(help="Where to write the vectors: .parquet (with post_id) or .npy.")],
    replace: Replace = False,
) -> None:
    """Write posts as vectors.

    The file serves `cluster --encoder` and other software.

    Example: discourse embed posts.csv --encoder intfloat/multilingual-e5-base --out vectors.parquet
    """
    from discourse.jobs.embed import embed as job

    with console.progress_bar() as progress:
        result = job(files, out=out, replace=replace, settings=request.settings(), progress=progress)
    console.say_list("Read:", result.notes)
    console.say(f"{out}: {result.vectors.shape[0]:,} vectors of {result.vectors.shape[1]:,} numbers, by {result.name}.")
