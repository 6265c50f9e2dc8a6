"""``discourse init``: a commented settings file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from discourse import config, staging
from discourse.cli import console
from discourse.cli.command import command
from discourse.errors import UsageError


@command()
def init(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path(config.FILE_NAME),
) -> None:
    """Write a commented settings file.

    The other commands find it in the working folder.

    Example: discourse init
    """
    staging.check_outside_runs(out)
    try:
        with out.open("x", encoding="utf-8") as stream:
            stream.write(config.template())
    except FileExistsError:
        raise UsageError(
            f"{out}: is there already; nothing was changed. Another name: discourse init --out FILE"
        ) from None
    except OSError as error:
        raise UsageError(f"{out}: can't be written: {error.strerror or error}.") from None
    console.say(f"{out}: written. Every setting in it stands at its default; keep the lines you change.")
