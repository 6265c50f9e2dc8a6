"""What a person sees of events: a table of effects, what changed in sentences, and what to keep in mind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.change.conclusions import level, points
from discourse.change.labelling import SCORES
from discourse.change.pitfalls import SEEN, WITHIN
from discourse.change.shifts import LASTING
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.cli import console
from discourse.cli.render import sparkline, withheld
from discourse.wording import counted

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.event import EventResult

_ROWS = 20
"""Labels shown of an event."""
_WEEKS = 8
"""Weeks drawn on each side."""
_ORDER = {ROSE: 0, FELL: 1, NOTHING: 2, WITHHELD: 3}


def event_tables(found: EventResult) -> None:
    """Draw what was found at each event."""
    for number, (_, event) in enumerate(found.events.iterrows()):
        if number:
            console.write()
        name, date = event["event"], event["date"]
        console.write(f"{date}" if name == date else f"{date}  {name}")
        effects = found.effects[found.effects["event"] == name]
        if event["note"]:
            console.write_wrapped(f"Cannot be concluded: {event['note']}.")
            continue
        what = "Mean ranks" if effects["kind"].isin(SCORES).all() else "Shares"
        spans = (f"from {event[f'{side}_from']} to {event[f'{side}_to']}" for side in ("before", "after"))
        console.write(f"{what} {', and '.join(spans)}:\n")
        weeks = found.weeks[found.weeks["event"] == name]
        _table(effects, weeks, int(event["window"]), int(event["gap"]))
        _sentences(effects)
        for note in _notes(event, effects, found):
            console.write_wrapped(note)


def _table(effects: pd.DataFrame, weeks: pd.DataFrame, window: int, gap: int) -> None:
    order = effects["verdict"].map(_ORDER)
    shown = effects.assign(order=order).sort_values(["order", "q", "p"], kind="stable", na_position="last")
    series = dict(iter(weeks.groupby("label_id", sort=False)))
    rows = [
        [
            str(row["label"]),
            f"{level(row['kind'], row['share_before'])} → {level(row['kind'], row['share_after'])}",
            _difference(row),
            _sparkline(series[row["label_id"]], window, gap),
            _verdict(row),
        ]
        for _, row in shown.head(_ROWS).iterrows()
    ]
    heads = [("label", "text"), ("before → after", "right"), ("points", "right"), ("by week", "left"), ("", "left")]
    console.draw(heads, rows)
    if len(shown) > _ROWS:
        console.write(f"and {len(shown) - _ROWS} more labels (--format csv shows all)")


def _verdict(row: pd.Series[Any]) -> str:
    if row["verdict"] != NOTHING:
        return str(row["verdict"])
    return "can't be told" if row["conclusion"].startswith("Cannot") else "not detectable"


def _difference(row: pd.Series[Any]) -> str:
    if math.isnan(row["difference"]):
        return ""
    return f"{points(row['difference'])} [{points(row['low'])}, {points(row['high'])}]"


def _sparkline(weeks: pd.DataFrame, window: int, gap: int) -> str:
    """Draw the weeks next to the event, the gap left out: ▁▁▂▁│▄▇▅▆."""
    largest = weeks["share"].max()
    near = min(window, _WEEKS)
    share = weeks.set_index("week")["share"]

    def bars(first: int) -> str:
        return sparkline([share.get(week, math.nan) for week in range(first, first + near)], largest)

    return f"{bars(-gap - near)}│{bars(0)}"


def _sentences(effects: pd.DataFrame) -> None:
    console.write()
    changed = effects[effects["verdict"].isin([ROSE, FELL])]
    for label, conclusion in zip(changed["label"], changed["conclusion"], strict=True):
        console.write_wrapped(f"{label}: {conclusion[0].lower()}{conclusion[1:]}")
    if changed.empty:
        console.write_wrapped("No label changed detectably here; --format csv says of each what speaks against it.")
    unsure = int(effects["conclusion"].str.startswith("Cannot").sum())
    if unsure:
        console.write_wrapped(
            f"Of {unsure} of {len(effects)} labels nothing can be concluded: they have too few posts, or too few dates."
        )
    hidden = effects[effects["verdict"] == WITHHELD]
    withheld(hidden["label"], hidden["conclusion"].str.removeprefix("Withheld: "))


def _notes(event: pd.Series[Any], effects: pd.DataFrame, found: EventResult) -> list[str]:
    """Say what to keep in mind at an event."""
    notes = []
    dates = int(event["placebo_dates"])
    notes.append(
        f"q is over {counted(found.family, 'test')}; p ranks this date among {dates} others, and can't be below "
        f"{1 / (1 + dates):.3f}."
    )
    off = effects["difference"] - (effects["share_after"] - effects["share_before"])
    if (off.abs() >= SEEN).any():
        notes.append(WITHIN)
    noise = effects[(effects["kind"] == "noise") & effects["verdict"].isin([ROSE, FELL])]
    if len(noise):
        notes.append("The share of posts in no theme changed too: shares of themes are not comparable as they stand.")
    swinging = effects.loc[effects["verdict"].isin([ROSE, FELL]) & (effects["lag_one"] > LASTING), "label"]
    if len(swinging):
        named = ", ".join(swinging)
        notes.append(f"Shares of {named} hang together from week to week: q is too small, and the rank alone counts.")
    if event["overlaps"]:
        notes.append(f"Shares weeks with {event['overlaps']}: which of them a change goes back to can't be told.")
    notes.append("A change at a date is no proof that the event caused it.")
    return notes
