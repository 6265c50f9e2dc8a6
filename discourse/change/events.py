"""Policy events, as a researcher lists them: a day, a name and where it is told of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from discourse import yaml_file


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes
    ----------
    date : datetime.date
    name : str
    about : str
        One sentence; "" if the file has none.
    source : str
        Where it is told of.
    """

    date: datetime.date
    name: str
    about: str
    source: str


def load(path: str | Path) -> tuple[Event, ...]:
    """Read a list of events.

    Parameters
    ----------
    path : path
        A YAML file: ``name``, ``about``, and ``events``, a list of ``date``, ``name``, ``source`` and, if wanted,
        ``about``.

    Returns
    -------
    tuple of Event
        By date.

    Raises
    ------
    DataError
        If the file is not so, or two events have one name, naming file and line.

    Examples
    --------
    >>> load("configs/events/us-china-2025.yaml")[0].date  # doctest: +SKIP
    datetime.date(2025, 1, 20)
    """
    top = yaml_file.read(path).table(needs=("name", "about", "events"), may=())
    found: dict[str, Event] = {}
    for place in top["events"].items():
        parts = place.table(needs=("date", "name", "source"), may=("about",))
        name = parts["name"].text()
        if name in found:
            raise parts["name"].wrong(f"two events are called {name!r}.")
        about = parts["about"].text() if "about" in parts else ""
        found[name] = Event(parts["date"].date(), name, about, parts["source"].text())
    if not found:
        raise top["events"].wrong("is empty.")
    return tuple(sorted(found.values(), key=lambda event: (event.date, event.name)))
