"""What events did to labels, as tables: effects, the windows and dates they are held against, and contrasts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from discourse.change import around as of_event
from discourse.change import conclusions
from discourse.change.around import Around, around
from discourse.change.conclusions import Setting
from discourse.change.events import Event
from discourse.change.evidence import lacking
from discourse.change.labelling import Labelling
from discourse.change.timeline import timeline
from discourse.stats.family import FEW, worth_testing
from discourse.stats.multiple import adjusted

CONTRASTED = 15
"""Labels that are compared with each other, those with the most posts around an event."""
_WITHHELD = (
    "difference", "low", "high", "log_odds", "placebo_p", "p", "swing", "pretrend", "pretrend_p", "windows_agree",
    "mde", "change_date", "change_low", "change_high", "change_holds_event", "log_bayes_factor",
)  # fmt: skip
_COUNTS = ("n_before", "n_total_before", "n_after", "n_total_after", "n_weeks", "windows", "windows_agree")
_LABEL = ("kind", "label_id", "label")
EVENTS = (
    "event", "date", "window", "gap", "before_from", "before_to", "after_from", "after_to", "placebo_dates",
    "windows_that_fit", "overlaps", "note",
)  # fmt: skip
EFFECTS = (
    "event", "date", *_LABEL, "window", "gap", "n_before", "n_total_before", "n_after", "n_total_after", "n_weeks",
    "share_before", "share_after", "difference", "low", "high", "log_odds", "placebo_p", "placebo_floor", "p", "q",
    "swing", "pretrend", "pretrend_p", "lag_one", "windows", "windows_agree", "mde", "change_date", "change_low",
    "change_high", "change_holds_event", "log_bayes_factor", "verdict", "conclusion",
)  # fmt: skip
WINDOWS = ("event", *_LABEL, "window", "gap", "difference", "log_odds")
PLACEBOS = ("event", *_LABEL, "date", "difference", "score")
WEEKS = ("event", *_LABEL, "week", "first_day", "n", "n_total", "share")
CONTRASTS = (
    "event", "label_id_a", "label_a", "label_id_b", "label_b", "difference", "low", "high", "placebo_p",
    "placebo_floor", "p", "q", "pretrend", "pretrend_p", "windows", "windows_agree", "verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Effects:
    """What events did to labels; docs/event.md tells the columns.

    Attributes
    ----------
    events : pandas.DataFrame
        One row an event: its windows, and what can be asked of them.
    effects : pandas.DataFrame
        One row an event and label, with a verdict and a sentence.
    windows : pandas.DataFrame
        One row an event, label and setting of window and gap that fits.
    placebos : pandas.DataFrame
        One row an event, label and other date.
    weeks : pandas.DataFrame
        One row an event, label and week, from the first window to the last.
    contrasts : pandas.DataFrame
        One row an event and pair of labels.
    family : int
        Tests in the family of the q-values of effects.
    """

    events: pd.DataFrame
    effects: pd.DataFrame
    windows: pd.DataFrame
    placebos: pd.DataFrame
    weeks: pd.DataFrame
    contrasts: pd.DataFrame
    family: int


def effects(
    day: np.ndarray,
    lang: np.ndarray,
    labelling: Labelling,
    events: Sequence[Event],
    *,
    window: int = 8,
    gap: int = 2,
    withheld: Sequence[str] | None = None,
    span: tuple[np.datetime64, np.datetime64] | None = None,
    permutations: int = 9_999,
    seed: int = 0,
) -> Effects:
    """Ask of each event and label whether the share of the label changed there, and what may be concluded.

    Parameters
    ----------
    day : numpy.ndarray of datetime64[D], shape (n,)
    lang : numpy.ndarray of str, shape (n,)
        Shares are compared within languages. Those with posts in fewer than two weeks of either window count as one.
    labelling : Labelling
        Of these posts.
    events : sequence of Event
        Weeks are counted from the day of each.
    window, gap : int
        Weeks on each side, 2 or more, and weeks left out before the event.
    withheld : sequence of str, optional
        For each label why nothing is to be said of it; "" if something is.
    span : (datetime64[D], datetime64[D]), optional
        First and last day that the corpus covers; those of the posts by default.
    permutations, seed : int

    Returns
    -------
    Effects

    Examples
    --------
    >>> from discourse.change.labelling import CODE, from_cells
    >>> day = np.repeat(np.datetime64("2024-01-01") + np.arange(420), 3)
    >>> rises = (day >= np.datetime64("2024-10-01")) & (np.arange(len(day)) % 3 == 0)
    >>> topic = from_cells(pd.Series(np.where(rises, "a", "b")), "topic", CODE)
    >>> event = Event(datetime.date(2024, 10, 1), "announcement", "", "")
    >>> found = effects(day, np.full(len(day), "en"), topic, [event], permutations=199)
    >>> found.effects[["label", "share_before", "share_after", "verdict"]].round(2).to_numpy().tolist()
    [['b', 1.0, 0.67, 'fell'], ['a', 0.0, 0.33, 'rose']]
    """
    reasons = [""] * len(labelling.labels) if withheld is None else list(withheld)
    covered = (day.min(), day.max()) if span is None else span
    labels, drawn = labelling.labels, {"permutations": permutations, "seed": seed}
    asked = [
        around(event, timeline(day, lang, labelling, event.date, covered), window=window, gap=gap) for event in events
    ]
    found = [of_event.numbers(one, labels, **drawn) for one in asked]
    table = _whole([numbers for numbers, _ in found], (*EFFECTS, "least", "unevenness"))
    few = [lacking(labelling, _rows_of(one, day)) for one in asked]
    quiet = [[reason or own for reason, own in zip(reasons, each, strict=True)] for each in few]
    spoken = [np.array([not reason for reason in each], dtype=bool) for each in quiet]
    told, known = np.concatenate(spoken), ~np.array([reason for each in few for reason in each], dtype=bool)
    table = table.assign(**{name: table[name].where(told) for name in _WITHHELD})
    table = table.assign(**{name: table[name].where(known) for name in ("share_before", "share_after")})
    least, uneven = table.pop("least").where(told), table.pop("unevenness") >= 1
    testable = family = worth_testing(least.to_numpy(dtype="float64"))
    if family.sum() > FEW:
        family = worth_testing(least.where(uneven).to_numpy(dtype="float64"))
        testable = testable | family
    table["q"] = adjusted(table["p"].where(family).to_numpy(dtype="float64"))
    table = table.astype(dict.fromkeys(_COUNTS, "Int64"))
    settings = {one.event.name: _setting(one, int(family.sum())) for one in asked}
    said = [
        conclusions.conclude(row, settings[row["event"]], testable=counted, withheld=reason)
        for row, counted, reason in zip(_rows(table), testable, (one for each in quiet for one in each), strict=True)
    ]
    table["verdict"], table["conclusion"] = [verdict for verdict, _ in said], [sentence for _, sentence in said]
    compared = [_compared(one, mine) for one, mine in zip(asked, np.split(testable, len(asked)), strict=True)]
    pairs = _whole(
        [of_event.contrasts(one, labels, those, **drawn) for one, those in zip(asked, compared, strict=True)], CONTRASTS
    )
    pairs["q"] = adjusted(pairs["p"].to_numpy(dtype="float64"))
    pairs["verdict"] = [conclusions.called(row, settings[row["event"]]) for row in _rows(pairs)]
    said_of = [labels["label_id"][each] for each in spoken]
    return Effects(
        events=pd.DataFrame([_of_event(one, asked) for one in asked], columns=list(EVENTS)),
        effects=table,
        windows=_whole(
            [_some(of_event.windows(one, labels), ids) for one, ids in zip(asked, said_of, strict=True)], WINDOWS
        ),
        placebos=_whole([_some(placebos, ids) for (_, placebos), ids in zip(found, said_of, strict=True)], PLACEBOS),
        weeks=_whole([of_event.weeks(one, labels) for one in asked], WEEKS),
        contrasts=pairs,
        family=int(family.sum()),
    )


def _whole(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """Lay tables below each other, with the columns given; those that a table lacks are empty."""
    held = [part for part in parts if len(part)]
    return (pd.concat(held, ignore_index=True) if held else pd.DataFrame()).reindex(columns=list(columns))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _some(table: pd.DataFrame, label_ids: pd.Series) -> pd.DataFrame:
    return table[table["label_id"].isin(label_ids)]


def _rows_of(one: Around, day: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of the posts in both windows of an event; none where they don't fit."""
    if one.unfit:
        return {}
    date, week = np.datetime64(one.event.date, "D"), np.timedelta64(7, "D")
    ends = {"before": date - (one.gap + one.window) * week, "after": date}
    return {name: np.flatnonzero((day >= first) & (day < first + one.window * week)) for name, first in ends.items()}


def _setting(one: Around, family: int) -> Setting:
    return Setting(one.window, one.gap, one.unfit, one.lengths, one.dates, family)


def _compared(one: Around, testable: np.ndarray) -> np.ndarray:
    """Choose the labels that are compared with each other: columns of the labelling, in their order."""
    columns = np.flatnonzero(testable)
    size = sum(one.counts(one.line.hits[columns])) if len(columns) else np.zeros(0)
    return np.sort(columns[np.argsort(-size, kind="stable")[:CONTRASTED]])


def _of_event(one: Around, others: Sequence[Around]) -> dict[str, object]:
    """Describe an event: its windows, what fits, and which events share weeks with it."""
    date, week = one.event.date, datetime.timedelta(weeks=1)
    before, after = date - (one.gap + one.window) * week, date + one.window * week
    last = datetime.timedelta(days=1)
    reach = (2 * one.window + one.gap) * week
    overlaps = [other.event.name for other in others if other is not one and abs(other.event.date - date) < reach]
    return {
        "event": one.event.name,
        "date": date.isoformat(),
        "window": one.window,
        "gap": one.gap,
        "before_from": before.isoformat(),
        "before_to": (date - one.gap * week - last).isoformat(),
        "after_from": date.isoformat(),
        "after_to": (after - last).isoformat(),
        "placebo_dates": 0 if one.unfit else one.dates,
        "windows_that_fit": len(one.settings),
        "overlaps": "; ".join(overlaps),
        "note": one.unfit,
    }
