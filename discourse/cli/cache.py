"""``discourse cache``: where vectors are kept between runs."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, command


@command()
def cache(
    empty: Annotated[bool, typer.Option("--empty", help="Delete everything in it.")] = False,
    format: Format = "table",
) -> None:
    """Show or empty the cache of embeddings.

    Example: discourse cache --empty
    """
    from discourse.cli.render import cache_table
    from discourse.encoders import cache as store

    if empty:
        freed = store.empty()
        console.say(f"{store.location()}: emptied, {freed / 1e6:,.1f} MB freed.")
        return
    console.say(f"The cache of embeddings is {store.location()}")
    table = store.info()
    if format != "table":
        console.write_table(table, format)
    elif table.empty:
        console.say("It is empty.")
    else:
        cache_table(table)
