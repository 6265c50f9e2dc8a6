"""``discourse encoders``: what can turn posts into vectors here."""

from __future__ import annotations

from discourse.cli import console
from discourse.cli.command import Format, command


@command()
def encoders(format: Format = "table") -> None:
    """List the encoders, and which are here.

    Example: discourse encoders
    """
    from discourse.cli.render import encoders_list
    from discourse.encoders import available

    table = available()
    encoders_list(table) if format == "table" else console.write_table(table, format)
