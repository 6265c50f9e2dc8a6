"""How a function becomes a command: shared flags, settings from every source, errors as exit codes.

The flags of settings are made from the settings themselves, so that a flag has one name, one meaning and one
description in every command that takes it.
"""

from __future__ import annotations

import functools
import inspect
import signal
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from discourse import config
from discourse.cli import console
from discourse.errors import DiscourseError

_INTERRUPTED, _TERMINATED = 130, 143
"""Exit codes: 128 and the number of the signal, as shells have it."""


@dataclass(frozen=True)
class Request:
    """The settings as the user gave them: a file, ``--set`` pairs, flags."""

    file: Path | None
    assignments: list[str]
    overrides: dict[str, Any]

    def settings(self, base: config.Settings | None = None) -> config.Settings:
        """Gather the settings, on top of those of a run if one is given, else of ``./discourse.toml``."""
        file = self.file
        if file is None and base is None and Path(config.FILE_NAME).is_file():
            file = Path(config.FILE_NAME)
            console.say(f"Settings from ./{config.FILE_NAME}.")
        return config.load(file=file, assignments=self.assignments, overrides=self.overrides, base=base)


Formats = typing.Literal["table", "csv", "json"]
Format = Annotated[Formats, typer.Option("--format", help="How to write the data on stdout.")]
Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Files or folders of posts, globs, or - for stdin.")]
Duplicates = Annotated[
    str,
    typer.Option("--duplicates", metavar="[keep|drop]", help="Count posts that repeat an earlier one, or not."),
]
Replace = Annotated[bool, typer.Option("--replace", help="Overwrite a file that is there already.")]
Complete = Annotated[
    bool, typer.Option("--complete", help="Count every post of a file that a coder worked on as coded.")
]
On = Annotated[
    list[str] | None,
    typer.Option(
        help="themes (the default), codes:COLUMN, tags:NAME, concepts, axis:NAME or corrected:NAME; may be repeated.",
        show_default=False,
    ),
]
Where = Annotated[
    list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Only posts for which this holds; may be repeated.")
]
Group = Annotated[
    list[str] | None, typer.Option(metavar="NAME=A;B;C", help="Labels that count as one more; may be repeated.")
]
Only = Annotated[list[str] | None, typer.Option(metavar="A;B", help="Only these labels; may be repeated.")]
Since = Annotated[str | None, typer.Option(help="Only posts from this day, month or year on.")]
Until = Annotated[str | None, typer.Option(help="Only posts up to this day, month or year.")]
RunPath = Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run directory; the latest by default.")]


def command(*sections: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Turn a function into a command.

    Parameters
    ----------
    *sections : str
        Sections of the settings whose flags the command takes, with ``--config`` and ``--set``. The function is
        then handed a ``request``.

    Returns
    -------
    callable
        A decorator; what it returns has the flags ``--quiet`` and ``--debug`` as well, and ends the process with
        the exit code of the error that was raised.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = [p for p in signature.parameters.values() if p.name != "request"]
        added = [*_setting_parameters(sections), *_common_parameters(with_settings=bool(sections))]

        @functools.wraps(function)
        def wrapper(**given: Any) -> None:
            console.set_quiet(given.pop("quiet"))
            debug = given.pop("debug")
            try:
                if sections:
                    given["request"] = _request(sections, given)
                with _terminable():
                    function(**given)
            except BrokenPipeError:
                raise typer.Exit(0) from None
            except KeyboardInterrupt as stop:
                console.complain("stopped. Nothing half-done is left behind; vectors encoded so far are kept.")
                raise typer.Exit(_TERMINATED if isinstance(stop, _Terminated) else _INTERRUPTED) from None
            except DiscourseError as error:
                if debug:
                    raise
                console.complain(str(error))
                raise typer.Exit(error.exit_code) from None
            except typer.Exit:
                raise
            except Exception as error:
                if debug:
                    raise
                console.complain(
                    f"unexpected {type(error).__name__}: {error}\n"
                    "This is a bug in discourse. Run again with --debug and report what it prints."
                )
                raise typer.Exit(1) from None

        wrapper.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
        wrapper.__annotations__ = {p.name: p.annotation for p in [*own, *added]}
        return wrapper

    return decorate


class _Terminated(KeyboardInterrupt):
    """The process was asked to end, by SIGTERM."""


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does, so that what is half-written goes; a second one ends it at once."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _setting_parameters(sections: tuple[str, ...]) -> list[inspect.Parameter]:
    parameters = []
    for flag, (section, key) in config.flags().items():
        if section not in sections:
            continue
        kind = typing.get_type_hints(config.section_type(section))[key]
        kind = typing.get_args(kind)[0] if isinstance(kind, types.UnionType) else kind
        option = typer.Option(
            f"--{flag.replace('_', '-')}",
            help=_sentence(config.help_for(flag)),
            show_default=False,
            rich_help_panel=section.capitalize(),
        )
        parameters.append(_keyword(flag, Annotated[kind | None, option], None))
    return parameters


def _common_parameters(*, with_settings: bool) -> list[inspect.Parameter]:
    parameters = []
    if with_settings:
        file = typer.Option("--config", help=f"Settings file; ./{config.FILE_NAME} by default, where there is one.")
        setting = typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Set one setting; may be repeated.")
        parameters += [
            _keyword("config_file", Annotated[Path | None, file], None),
            _keyword("assignments", Annotated[list[str] | None, setting], None),
        ]
    quiet = typer.Option("--quiet", help="No talk on stderr but errors.")
    debug = typer.Option("--debug", help="Show where an error came from.")
    return [
        *parameters,
        _keyword("quiet", Annotated[bool, quiet], False),
        _keyword("debug", Annotated[bool, debug], False),
    ]


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _request(sections: tuple[str, ...], given: dict[str, Any]) -> Request:
    """Take the settings' flags out of what the command was given."""
    overrides = {flag: given.pop(flag) for flag, (section, _) in config.flags().items() if section in sections}
    return Request(given.pop("config_file"), given.pop("assignments") or [], overrides)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
