"""Events: read by date, with every fault told by file and line."""

from __future__ import annotations

import datetime

import pytest

from discourse.change.events import Event, load
from discourse.errors import DataError

SOUND = """\
name: small
about: For tests.
events:
  - date: 2025-04-02
    name: Tariffs
    source: Federal Register
  - date: 2025-01-20
    name: Inauguration
    about: A president takes office.
    source: Congressional Record
"""


@pytest.fixture
def listed(reader):
    return reader(load, "events.yaml")


def test_events_come_by_date(listed):
    inauguration, tariffs = listed(SOUND)
    about = "A president takes office."
    assert inauguration == Event(datetime.date(2025, 1, 20), "Inauguration", about, "Congressional Record")
    assert (tariffs.name, tariffs.about) == ("Tariffs", "")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    source: Federal Register\n", "", 4, "lacks source"),
        ("    source: Federal", "    souce: Federal", 6, "Did you mean source?"),
        ("2025-04-02", "2025-04-31", 4, "must be a day such as 2025-01-20"),
        ("2025-04-02", "2 April 2025", 4, "must be a day"),
        ("2025-04-02", "2025-04-02 12:00:00", 4, "must be a day"),
        ("name: Inauguration", "name: Tariffs", 8, "two events are called 'Tariffs'"),
        ("name: Inauguration", "name: 2025", 8, "must be a text, not '2025'"),
    ],
)
def test_events_that_are_off_say_where(listed, fault_is_told, old, new, line, said):
    fault_is_told(listed, SOUND, old, new, f"events.yaml, line {line}", said)


@pytest.mark.parametrize(("events", "said"), [("[]", "is empty"), ("{a: 1}", "must be a list"), ("", "must be a list")])
def test_no_events_are_no_file_of_events(listed, events, said):
    with pytest.raises(DataError, match=said):
        listed(f"name: x\nabout: y\nevents: {events}\n")
