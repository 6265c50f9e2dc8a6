"""Settings: what they are, their defaults, and where their values come from.

A value is looked for in four places, the later ones winning: the default here, a TOML file (``discourse.toml``
in the working folder, or ``--config FILE``), ``--set section.key=value``, and the flag or keyword argument of
its own. An unknown key or a value of the wrong kind is an error that names the place and suggests the nearest key.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from discourse.errors import UsageError

FILE_NAME = "discourse.toml"
KEEP, DROP = "keep", "drop"
"""What may be done with posts that repeat an earlier one."""


def _setting(
    default: Any,
    help: str,
    *,
    flag: str | None = None,
    choices: tuple[str, ...] = (),
    between: tuple[float, float] | None = None,
) -> Any:
    return field(default=default, metadata={"help": help, "flag": flag, "choices": choices, "between": between})


@dataclass(frozen=True)
class PostsSettings:
    """How the file of posts is read."""

    text: str | None = _setting(None, "column that holds the text; found by its name and content if not given")
    date: str | None = _setting(None, "column that holds the date")
    author: str | None = _setting(None, "column that holds the author or account")
    lang: str | None = _setting(None, "column that holds the language; detected from the text if there is none")
    id: str | None = _setting(None, "column that holds an identifier, unique to each post")
    timezone: str = _setting("UTC", "time zone of dates that state none, and of all dates in the results")
    date_order: str | None = _setting(
        None,
        "how to read dates such as 03/04/2025, where the column leaves it open",
        choices=("day-first", "month-first"),
    )
    since: str | None = _setting(None, "leave out earlier posts: a day, month, quarter or year (2025Q1)")
    until: str | None = _setting(None, "leave out later posts; the whole day, month, quarter or year is kept")
    keep_boilerplate: bool = _setting(
        False, "encode posts as they are, with links, handles, trailing hashtags and signatures"
    )
    duplicates: str = _setting(
        KEEP, "whether posts that repeat an earlier one are counted; they share its theme", choices=(KEEP, DROP)
    )


@dataclass(frozen=True)
class EncoderSettings:
    """What turns posts into vectors."""

    name: str = _setting(
        "builtin",
        "builtin, lexical, a sentence-transformers model (hub name or folder), or a .npy or .parquet file of vectors",
        flag="encoder",
    )
    revision: str | None = _setting(None, "revision of a hub model; the one in use is recorded in the run")
    prompt: str | None = _setting(None, "text put before every post, for models that were trained with one")
    batch_size: int = _setting(32, "posts encoded at once by a transformer", between=(1, 100_000))
    device: str | None = _setting(None, "device of a transformer: cpu, cuda, mps; chosen by torch if not given")
    backend: str = _setting("torch", "what runs a transformer", choices=("torch", "onnx", "openvino"))


@dataclass(frozen=True)
class ThemesSettings:
    """How themes are found."""

    min_size: int | None = _setting(
        None, "fewest posts a theme may hold; grows with the corpus if not given", between=(2, 10_000_000)
    )
    neighbors: int | None = _setting(
        None,
        "nearest posts each post is compared with; 15, or fewer in a small corpus, if not given",
        between=(2, 1_000),
    )
    granularity: float = _setting(0.5, "from 0, few broad themes, to 1, many narrow ones", between=(0, 1))
    seed: int = _setting(
        0, "seed of everything random; another seed gives another, equally valid, solution", between=(0, 2**32 - 1)
    )
    assign_noise: bool = _setting(False, "place posts that belong to no theme in the nearest one; recorded in the run")


@dataclass(frozen=True)
class LabelsSettings:
    """How themes are named."""

    reading_language: str = _setting(
        "en", "language of the reader: themes get a counterpart of their label in it, where it occurs"
    )
    keywords: int = _setting(10, "keywords kept for each theme and language", between=(1, 1_000))


@dataclass(frozen=True)
class Settings:
    """All settings of a run, one section for each stage.

    Examples
    --------
    >>> load(overrides={"min_size": 15}).themes.min_size
    15
    """

    posts: PostsSettings = field(default_factory=PostsSettings)
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    themes: ThemesSettings = field(default_factory=ThemesSettings)
    labels: LabelsSettings = field(default_factory=LabelsSettings)

    @classmethod
    def from_dict(cls, values: Mapping[str, Mapping[str, Any]]) -> Settings:
        """Rebuild the settings that :meth:`as_dict` returned."""
        return cls(**{name: kind(**values[name]) for name, kind in _SECTIONS.items()})

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Return the settings as nested dictionaries of plain values, as the manifest keeps them."""
        return dataclasses.asdict(self)


_SECTIONS: dict[str, type] = {
    "posts": PostsSettings,
    "encoder": EncoderSettings,
    "themes": ThemesSettings,
    "labels": LabelsSettings,
}


def section_type(name: str) -> type:
    """Return the settings class of a section."""
    return _SECTIONS[name]


def flags() -> dict[str, tuple[str, str]]:
    """Map each keyword argument (and, with dashes, each flag) to its section and key."""
    return {
        f.metadata["flag"] or f.name: (section, f.name) for section, kind in _SECTIONS.items() for f in fields(kind)
    }


def help_for(flag: str) -> str:
    """Return the one-line description of a setting, by the name of its keyword argument."""
    section, key = flags()[flag]
    entry = next(f for f in fields(_SECTIONS[section]) if f.name == key)
    choices = entry.metadata["choices"]
    text = str(entry.metadata["help"])
    return f"{text} ({' or '.join(choices)})" if choices else text


def load(
    *,
    file: str | Path | None = None,
    assignments: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
    base: Settings | None = None,
) -> Settings:
    """Gather the settings of a run.

    Parameters
    ----------
    file : path, optional
        A TOML file with the sections ``[posts] [encoder] [themes] [labels]``.
    assignments : iterable of str
        ``section.key=value`` pairs; the value is read as TOML, or else as a plain string.
    overrides : mapping, optional
        Keyword arguments by their flat name (``min_size=15``, ``encoder="lexical"``); ``None`` means not given.
    base : Settings, optional
        What the other sources are laid on; the defaults if not given.

    Returns
    -------
    Settings

    Raises
    ------
    UsageError
        For a file that can't be read, an unknown section or key, or a value of the wrong kind.
    """
    values = (base or Settings()).as_dict()
    if file is not None:
        for section, table in _read_toml(Path(file)).items():
            if section not in _SECTIONS or not isinstance(table, dict):
                raise UsageError(
                    f"{file}: there is no section [{section}]{_nearest(section, _SECTIONS, '[{}]')}. "
                    f"Sections: {', '.join(f'[{s}]' for s in _SECTIONS)}."
                )
            for key, value in table.items():
                values[section][key] = _checked(section, key, value, where=str(file))
    for assignment in assignments:
        section, key, value = _parse_assignment(assignment)
        values[section][key] = _checked(section, key, value, where=f"--set {assignment}")
    known = flags()
    for flag, value in (overrides or {}).items():
        if flag not in known:
            raise UsageError(f"There is no setting {flag!r}{_nearest(flag, known)}.")
        if value is not None:
            section, key = known[flag]
            values[section][key] = checked(flag, value)
    return Settings.from_dict(values)


def gather(settings: Settings | None, file: str | Path | None, overrides: Mapping[str, Any]) -> Settings:
    """Return the settings a Python caller asked for, as a whole or by file and single names.

    Raises
    ------
    UsageError
        When both are given.
    """
    if settings is None:
        return load(file=file, overrides=overrides)
    if file is not None or overrides:
        raise UsageError("Give settings as a whole, or a config file and single settings, not both.")
    return settings


def template() -> str:
    """Return a commented ``discourse.toml`` in which every setting stands at its default."""
    lines = [
        "# Settings of discourse. Every line is optional; what is shown is the default.",
        "# A flag of the command line, or --set section.key=value, overrides what stands here.",
    ]
    for section, kind in _SECTIONS.items():
        lines += ["", f"# {(kind.__doc__ or '').strip()}", f"[{section}]"]
        for entry in fields(kind):
            lines.append(f"# {entry.metadata['help']}")
            if entry.metadata["choices"]:
                lines.append(f"# one of: {', '.join(entry.metadata['choices'])}")
            value = entry.default
            if value is None:
                lines.append(f"# {entry.name} =")
            else:
                lines.append(f"{entry.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. `discourse init` writes a commented {FILE_NAME}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: can't be read as TOML: {error}") from None


def _parse_assignment(assignment: str) -> tuple[str, str, Any]:
    name, equals, raw = assignment.partition("=")
    section, dot, key = name.strip().partition(".")
    if not equals or not dot:
        raise UsageError(f"--set {assignment}: write it as section.key=value, for example --set themes.min_size=15.")
    if section not in _SECTIONS:
        raise UsageError(f"--set {assignment}: there is no section {section!r}{_nearest(section, _SECTIONS)}.")
    try:
        value = tomllib.loads(f"value = {raw}")["value"]
    except tomllib.TOMLDecodeError:
        value = raw.strip()
    return section, key.strip(), value


def checked(flag: str, value: Any) -> Any:
    """Return the value if the setting that a flag stands for takes it.

    Raises
    ------
    UsageError
        When it does not, naming what it takes.
    """
    section, key = flags()[flag]
    return _checked(section, key, value, where=f"--{flag.replace('_', '-')}")


def _checked(section: str, key: str, value: Any, *, where: str) -> Any:
    """Return the value if the setting exists and takes it, converted where nothing is lost."""
    entries = {f.name: f for f in fields(_SECTIONS[section])}
    if key not in entries:
        raise UsageError(
            f"{where}: [{section}] has no setting {key!r}{_nearest(key, entries)}. It has: {', '.join(entries)}."
        )
    wanted = typing.get_type_hints(_SECTIONS[section])[key]
    kinds = typing.get_args(wanted) if isinstance(wanted, types.UnionType) else (wanted,)
    if str in kinds and isinstance(value, Path):
        value = str(value)
    if str in kinds and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if str in kinds and hasattr(value, "isoformat"):  # an unquoted date in TOML
        value = value.isoformat()
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    called = "" if where.startswith("--") and "=" not in where else f" {section}.{key}"
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
        raise UsageError(f"{where}:{called} must be {next(names[k] for k in kinds if k in names)}, not {value!r}.")
    choices = entries[key].metadata["choices"]
    if choices and value not in choices:
        raise UsageError(f"{where}:{called} must be {' or '.join(choices)}, not {value!r}{_nearest(value, choices)}.")
    between = entries[key].metadata["between"]
    if between and not between[0] <= value <= between[1]:
        raise UsageError(f"{where}:{called} must lie between {between[0]:,} and {between[1]:,}, not {value!r}.")
    return value


def _nearest(name: Any, known: Iterable[str], form: str = "{}") -> str:
    close = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f" (did you mean {form.format(close[0])}?)" if close else ""
