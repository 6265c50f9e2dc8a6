"""What events did to the themes, codes or tags of a run: effects with their tests, kept beside the run's themes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.config import KEEP
from discourse.errors import UsageError
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import pandas as pd

    from discourse.change.events import Event

FOLDER = "events"
_LONGEST = 52
"""Weeks of the longest window and gap."""


@dataclass(frozen=True)
class EventResult:
    """What `event` found; docs/event.md tells the columns of the tables.

    Attributes
    ----------
    name : str
        Name of the results within the run.
    effects : pandas.DataFrame
        One row an event and label, with a verdict and a sentence on what may be concluded.
    events, windows, placebos, weeks, contrasts : pandas.DataFrame
        The events; the effects in other windows, at other dates, by week; and the labels against each other.
    family : int
        Tests in the family of the q-values.
    notes : list of str
        What to keep in mind, in sentences.
    """

    name: str
    effects: pd.DataFrame
    events: pd.DataFrame
    windows: pd.DataFrame
    placebos: pd.DataFrame
    weeks: pd.DataFrame
    contrasts: pd.DataFrame
    family: int
    notes: list[str]


def event(
    run: str | Path | Run | None = None,
    *,
    date: str | None = None,
    events: str | Path | None = None,
    on: Sequence[str] = ("themes",),
    where: Sequence[str] = (),
    groups: Sequence[str] = (),
    only: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    window: int = 8,
    gap: int = 2,
    name: str | None = None,
    replace: bool = False,
    seed: int = 0,
    permutations: int = 9_999,
    duplicates: str = KEEP,
    figures: bool = False,
    progress: Progress = silent,
) -> EventResult:
    """Ask whether shares of themes, codes or tags changed at an event, and what may be concluded.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    date : str, optional
        Day of the event, such as ``2025-01-20``; or
    events : path, optional
        a YAML file of events (see `discourse.change.events.load`).
    on, where, groups, only, since, until
        Which labels and posts (see `discourse.jobs.material.material`).
    window, gap : int
        Weeks on each side of an event, 2 or more, and weeks before it that are left out.
    name : str, optional
        What the results are called; made from what was asked by default.
    replace : bool
        Let them take the place of results of that name.
    seed, permutations : int
        Of the exchanges of weeks.
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one count.
    figures : bool
        Draw the effects too (see `discourse.report.figures.draw_event`).
    progress : callable

    Returns
    -------
    EventResult
        As written to ``events/NAME`` in the run.

    Raises
    ------
    UsageError
        When it isn't said which event, a window is out of range, or something is asked for that isn't there; when
        matplotlib is needed and isn't there.
    DataError
        When the file of events is not right, or no dated post with a label is left.

    Examples
    --------
    >>> found = discourse.event(date="2025-01-20")  # doctest: +SKIP
    >>> found.effects[["label", "difference", "verdict", "conclusion"]]  # doctest: +SKIP
    """
    from discourse import staging
    from discourse.change.effects import effects
    from discourse.jobs.labellings import THEMES
    from discourse.jobs.material import USUAL, answered, material, named_after
    from discourse.jobs.trust import notes, trust, withheld
    from discourse.posts.periods import days
    from discourse.report import check, draw_event

    if figures:
        check()
    listed = named_events(date, events)
    if not (2 <= window <= _LONGEST and 0 <= gap <= _LONGEST):
        raise UsageError(f"--window takes 2 to {_LONGEST} weeks and --gap 0 to {_LONGEST}, not {window} and {gap}.")
    if permutations < 1:
        raise UsageError("--permutations must be 1 or more.")
    if name is not None:
        staging.check_name(name)
    run = open_run(run.path if isinstance(run, Run) else run, duplicates=duplicates)
    asked = material(run, on=on, where=where, groups=groups, only=only, since=since, until=until)
    labels = asked.labelling.labels
    trusted = trust(run)
    facts: dict[str, Any] = {
        **asked.facts,
        "events": [{"date": one.date.isoformat(), "name": one.name} for one in listed],
        "file": None if events is None else {"file": str(events), "sha256": staging.hash_file(Path(events))},
        "window": window,
        "gap": gap,
        "seed": seed,
        "permutations": permutations,
    }
    if name is None:
        parts = [str(date) if events is None else Path(events).stem, *(one for one in on if one != THEMES), *where]
        name = named_after(parts, facts, {**USUAL, "window": 8, "gap": 2})
    folder = f"{FOLDER}/{name}"
    with staging.added(run.path, folder, facts, replace=replace or answered(run, folder, facts)) as staged:
        progress("events", 0, len(listed))
        found = effects(
            days(asked.posts["date"]),
            asked.posts["lang"].to_numpy(dtype=object).astype("str"),
            asked.labelling,
            listed,
            window=window,
            gap=gap,
            withheld=withheld(trusted, labels),
            span=(asked.covered.min(), asked.covered.max()),
            permutations=permutations,
            seed=seed,
        )
        progress("events", len(listed), len(listed))
        facts["family"] = found.family
        tables = ("effects", "events", "windows", "placebos", "weeks", "contrasts")
        for table in tables:
            staged.write_table(f"{table}.csv", getattr(found, table))
        drawn = draw_event(staged.folder("figures"), found.effects, found.placebos).notes if figures else []
    told = [*asked.notes, *notes(trusted, labels), *drawn]
    return EventResult(name, **{table: getattr(found, table) for table in tables}, family=found.family, notes=told)


def named_events(date: str | None, events: str | Path | None) -> tuple[Event, ...]:
    """Return the events of a file, or the one of a day.

    Raises
    ------
    UsageError
        When neither or both are given, or the day is none.
    DataError
        When the file is not right.
    """
    from discourse.change.events import Event, load

    if (date is None) == (events is None):
        raise UsageError("Which event? Give --date 2025-01-20, or --events with a file of events, and not both.")
    if events is not None:
        return load(events)
    try:
        day = datetime.date.fromisoformat(str(date))
    except ValueError:
        raise UsageError(f"--date {date}: write the day of the event as in 2025-01-20.") from None
    return (Event(day, day.isoformat(), "", ""),)
