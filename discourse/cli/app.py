"""The command line, put together: one file a command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from discourse.cli import (
    agreement,
    assign,
    cache,
    check,
    cluster,
    compare,
    concepts,
    correct,
    diff,
    drift,
    embed,
    encoders,
    event,
    export,
    init,
    sample,
    stability,
    tag,
    themes,
    verify,
)

app = typer.Typer(
    help="Themes, drift and manual codes in dated posts of several languages.",
    epilog="Start with: discourse cluster posts.csv",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich costs more to import than everything else here together
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for module in (
    check,
    cluster,
    themes,
    stability,
    drift,
    event,
    tag,
    concepts,
    sample,
    correct,
    compare,
    agreement,
    assign,
    diff,
    export,
    embed,
    verify,
    encoders,
    cache,
    init,
):
    name = module.__name__.rpartition(".")[2]
    app.command(name, context_settings=getattr(module, "CONTEXT", None))(getattr(module, name))


def _print_version(asked: bool) -> None:
    if asked:
        from discourse import __version__

        print(__version__)
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Themes, drift and manual codes in dated posts of several languages."""
    # Posts hold every script there is; a terminal that can't show one must not end a run.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
