"""Codes corrected in periods of time, and in the weeks before and after events."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from discourse.jobs.coded_sample import CodedSample
from discourse.jobs.material import Material

if TYPE_CHECKING:
    from discourse.change.corrections import Corrected
    from discourse.change.events import Event
    from discourse.change.frame import Frame
    from discourse.codes.correction import Scored


def frame_of(
    asked: Material, period: str, cuts: Sequence[str], earlier: str | None = None, later: str | None = None
) -> Frame:
    """Lay out the time of the posts asked about, without empty periods."""
    from discourse.change import calendar
    from discourse.change.corrections import held
    from discourse.change.frame import Frame
    from discourse.posts.periods import days

    day = days(asked.posts["date"])
    listed = calendar.periods(asked.covered, period, cuts)  # type: ignore[arg-type]
    periods, pairs = calendar.chosen(listed, asked.covered, day, earlier, later)
    return held(Frame(day, asked.posts["lang"].to_numpy(dtype=object).astype("str"), periods, pairs))


def corrected(
    scored: Sequence[tuple[str, Scored]], drawn: CodedSample, asked: Material, frame: Frame, by: str = ""
) -> Corrected:
    """Correct all codes in the periods of a frame."""
    from discourse.change.corrections import Corrected, sampled
    from discourse.codes.correction import correct as of_code

    rows, found = asked.rows, []
    for scheme, one in scored:
        narrow = dataclasses.replace(one, code=one.code[rows], score=None if one.score is None else one.score[rows])
        found.append(of_code(narrow, sampled(frame, drawn.probability[scheme][rows])))
    return Corrected(found, frame, by)


def around(
    event: Event, scored: Sequence[tuple[str, Scored]], drawn: CodedSample, asked: Material, window: int, gap: int
) -> tuple[Corrected | None, str]:
    """Correct all codes in the weeks before and after an event; or say why that can't be done."""
    import numpy as np

    from discourse.posts.periods import days

    week, day = datetime.timedelta(weeks=1), datetime.timedelta(days=1)
    first, last = event.date - (gap + window) * week, event.date + window * week - day
    before, after = f"{first}..{event.date - gap * week - day}", f"{event.date}..{last}"
    if not asked.covered.min() <= np.datetime64(event.date) <= asked.covered.max():
        return None, f"{event.name}: no post is from then; they go from {asked.covered.min()} to {asked.covered.max()}."
    if asked.covered.min() > np.datetime64(first) or asked.covered.max() < np.datetime64(last):
        reach = f"the posts go from {asked.covered.min()} to {asked.covered.max()}"
        return None, f"{event.name}: {reach}, and its windows from {first} to {last}. Give a shorter --window."
    written = days(asked.posts["date"])
    for start, end in ((first, event.date - gap * week), (event.date, last + day)):
        if not ((written >= np.datetime64(start)) & (written < np.datetime64(end))).any():
            return None, f"{event.name}: no post asked about is from {start} to {end - day}. Give a longer --window."
    frame = frame_of(asked, "quarter", (), before, after)
    return corrected(scored, drawn, asked, frame, event.name), ""
