"""``discourse encoders``: what can turn posts into vectors here, and how well."""

from __future__ import annotations

from typing import Annotated

import typer

from discourse.cli import console
from discourse.cli.command import Format, command
from discourse.errors import UsageError


@command()
def encoders(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[eval MODEL]", help="Measure a model: what --encoder takes.")
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE.tsv",
            help="With eval: texts to measure it on, a column for each language, and topic. May be repeated.",
            show_default=False,
        ),
    ] = None,
    format: Format = "table",
) -> None:
    """List the encoders, and which are here; or measure one.

    With `eval`: are translations found, are topics known across languages and found as clusters, can the language be
    told from a vector, how long does it take. On sentences that come with discourse, or your own.

    Examples: discourse encoders; discourse encoders eval lexical
    """
    match words or []:
        case []:
            _list(data, format)
        case ["eval", model]:
            _evaluate(model, data, format)
        case ["eval", *_]:
            raise UsageError("Which model? One at a time, for example: discourse encoders eval lexical")
        case [word, *_]:
            raise UsageError(f"{word}: is not eval. See: discourse encoders --help")


def _list(data: list[str] | None, format: Format) -> None:
    from discourse.cli.render_encoders import encoders_list
    from discourse.encoders import available

    if data:
        raise UsageError("--data goes with eval: discourse encoders eval lexical --data FILE.tsv")
    table = available()
    encoders_list(table) if format == "table" else console.write_table(table, format)


def _evaluate(model: str, data: list[str] | None, format: Format) -> None:
    from discourse.cli.render_encoders import evaluation_page, evaluation_table
    from discourse.jobs.evaluate import SENTENCES, evaluate

    with console.progress_bar() as progress:
        found = evaluate(model, data=data or SENTENCES, progress=progress)
    match format:
        case "json":
            console.write_json(found)
        case "csv":
            console.write_table(evaluation_table(found), "csv")
        case "table":
            evaluation_page(found)
