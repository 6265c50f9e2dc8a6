"""The numbers of one event: what its labels did around it, in every window that fits, and at other dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from discourse.change.events import Event
from discourse.change.labelling import SCORES
from discourse.change.timeline import Timeline
from discourse.stats import event as test
from discourse.stats.blocks import design_effect, lag_one
from discourse.stats.changepoint import changepoint
from discourse.stats.contrast import contrast, log_odds
from discourse.stats.family import unevenness
from discourse.stats.multiple import smallest_p
from discourse.stats.power import detectable_share

LENGTHS, GAPS = (4, 8, 13), (0, 2, 4)
"""Windows and gaps, in weeks, over which an effect has to keep its direction."""
_NEAR = 26
"""Weeks before an event, and after, in which a change is dated: over years there is more than one."""
_SHORTEST = 3
"""Weeks on each side of a change that is dated."""


@dataclass(frozen=True)
class Around:
    """An event, and the posts around it.

    Attributes
    ----------
    event : Event
    line : Timeline
    window, gap : int
        Weeks on each side and between.
    settings : list of (int, int)
        Windows and gaps that fit, the one asked for among them if it does.
    unfit : str
        Why the one asked for doesn't fit; "" if it does.
    """

    event: Event
    line: Timeline
    window: int
    gap: int
    settings: list[tuple[int, int]]
    unfit: str

    @property
    def lengths(self) -> int:
        """Lengths of windows that fit."""
        return len({length for length, _ in self.settings})

    @property
    def dates(self) -> int:
        """Other dates that the event is ranked among."""
        starts = np.arange(self.window + self.gap, self.line.weeks - self.window + 1)
        return int((np.abs(starts - self.line.at) >= self.window).sum())

    def counts(self, hits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add up counts of weeks and strata, over those compared, before and after: (...,) each."""
        strata = self.line.compared(self.window, self.gap)
        before, after = (hits[..., side, :][..., strata].sum(axis=(-1, -2)) for side in self.sides)
        return before, after

    def weeks_held(self) -> np.ndarray:
        """Count the weeks of both windows in which each label has posts: (labels,) int."""
        strata = self.line.compared(self.window, self.gap)
        before, after = (self.line.hits[:, side][:, :, strata].any(axis=2).sum(axis=1) for side in self.sides)
        return np.asarray(before + after)

    @property
    def sides(self) -> tuple[slice, slice]:
        """Weeks before and after."""
        return self.line.sides(self.window, self.gap)


def around(event: Event, line: Timeline, *, window: int, gap: int) -> Around:
    """Find out which windows fit around an event."""
    every = sorted({(window, gap), *((length, between) for length in LENGTHS for between in GAPS)})
    settings = [one for one in every if test.fits(line.weeks, line.at, window=one[0], gap=one[1])]
    unfit = _unfit(line, window, gap)
    if not unfit:
        line = line.pooled(window, gap)
        if not line.compared(window, gap).any():
            unfit = "no language has posts in two weeks of each window"
    return Around(event, line, window, gap, settings, unfit)


def _unfit(line: Timeline, window: int, gap: int) -> str:
    after, before = max(0, min(line.weeks - line.at, line.weeks)), max(0, min(line.at, line.weeks))
    if after < window:
        return f"{_weeks(after)} of posts follow the event, and the window takes {window}"
    if before < window + gap:
        return f"{_weeks(before)} of posts come before the event, and the window and its gap take {window + gap}"
    return ""


def _weeks(number: int) -> str:
    return "only 1 whole week" if number == 1 else f"{'only ' if number else ''}{number or 'no'} whole weeks"


def numbers(one: Around, labels: pd.DataFrame, *, permutations: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute the effects of an event on all labels, and the differences at other dates.

    Returns
    -------
    (pandas.DataFrame, pandas.DataFrame)
        One row a label, without what depends on the family of tests; one row a label and date.
    """
    line, window, gap = one.line, one.window, one.gap
    table = labels.assign(event=one.event.name, date=one.event.date.isoformat(), window=window, gap=gap)
    if one.unfit:
        return table.assign(least=np.nan, unevenness=np.nan), labels.iloc[:0]
    drawn = {"permutations": permutations, "seed": seed}
    found = test.event(line.hits, line.posts, line.at, window=window, gap=gap, spread=line.spread, **drawn)
    (y0, y1), (n0, n1) = one.counts(line.hits), one.counts(line.posts)
    signs = np.stack([np.sign(difference) for difference, _ in _in_each(one)])
    held = one.weeks_held()
    deff = _deffs(one)
    table = table.assign(
        n_before=_posts(labels, y0, float(n0)),
        n_total_before=n0,
        n_after=_posts(labels, y1, float(n1)),
        n_total_after=n1,
        n_weeks=held,
        share_before=y0 / n0,
        share_after=y1 / n1,
        difference=found.difference,
        low=found.low,
        high=found.high,
        log_odds=log_odds(line.hits, line.posts, np.array([line.at]), window=window, gap=gap)[:, 0],
        placebo_p=found.placebo_p,
        placebo_floor=found.placebo_floor,
        p=found.p,
        swing=found.swing,
        pretrend=found.pretrend,
        pretrend_p=found.pretrend_p,
        windows=len(one.settings),
        windows_agree=(signs == np.sign(found.difference)).sum(axis=0),
        mde=[_mde(*given, float(n0), float(n1)) for given in zip(y0, found.difference, deff, strict=True)],
        lag_one=lag_one(line.hits.sum(axis=2), line.posts.sum(axis=1), np.arange(line.weeks) >= line.at),
        least=_least(one, y0 + y1, held, float(n0), float(n1)),
        unevenness=_unevenness(one),
    )
    dated = pd.DataFrame([_dated(one, *given) for given in zip(line.hits.sum(axis=2), deff, strict=True)])
    days = [line.day(int(week)).isoformat() for week in found.placebo_starts]
    placebos = _repeated(labels, len(days)).assign(
        event=one.event.name,
        date=days * len(labels),
        difference=found.placebos.ravel(),
        score=found.placebo_scores.ravel(),
    )
    return pd.concat([table, dated], axis=1), placebos


def _posts(labels: pd.DataFrame, hits: np.ndarray, posts: float) -> np.ndarray:
    """Count the posts behind each label: all of them for a score; of what is corrected, about so many."""
    return np.where(labels["kind"].isin(SCORES), posts, np.clip(np.round(hits), 0, posts))


def windows(one: Around, labels: pd.DataFrame) -> pd.DataFrame:
    """Compute the effects in every window and gap that fits: one row a setting and label."""
    parts = [
        labels.assign(event=one.event.name, window=length, gap=between, difference=difference, log_odds=odds)
        for (length, between), (difference, odds) in zip(one.settings, _in_each(one), strict=True)
    ]
    return pd.concat(parts, ignore_index=True) if parts else labels.iloc[:0]


def weeks(one: Around, labels: pd.DataFrame) -> pd.DataFrame:
    """Count the posts of every label by week, from the first window to the last: one row a label and week."""
    first, last = max(0, one.line.at - one.gap - one.window), min(one.line.weeks, one.line.at + one.window)
    which = np.arange(first, max(first, last))
    n, total = one.line.hits[:, which].sum(axis=2), one.line.posts[which].sum(axis=1)
    with np.errstate(invalid="ignore"):
        share = n / total
    return _repeated(labels, len(which)).assign(
        event=one.event.name,
        week=np.tile(which - one.line.at, len(labels)),
        first_day=[one.line.day(int(week)).isoformat() for week in which] * len(labels),
        n=n.ravel(),
        n_total=np.tile(total, len(labels)),
        share=share.ravel(),
    )


def contrasts(one: Around, labels: pd.DataFrame, columns: np.ndarray, *, permutations: int, seed: int) -> pd.DataFrame:
    """Compare the effects on some labels with each other: one row a pair."""
    pairs = np.stack(np.triu_indices(len(columns), 1), axis=1)
    if one.unfit or not len(pairs):
        return pd.DataFrame({"p": np.zeros(0)})
    first, second = columns[pairs].T
    line = one.line
    found = test.between(
        line.hits[columns],
        line.posts,
        line.at,
        pairs,
        window=one.window,
        gap=one.gap,
        spread=line.spread[columns],
        permutations=permutations,
        seed=seed,
    )
    signs = np.stack([np.sign(difference[first] - difference[second]) for difference, _ in _in_each(one)])
    named = {
        f"{name}_{side}": labels[name].to_numpy()[which]
        for side, which in (("a", first), ("b", second))
        for name in ("label_id", "label")
    }
    return pd.DataFrame(
        {
            "event": one.event.name,
            **named,
            "difference": found.difference,
            "low": found.low,
            "high": found.high,
            "placebo_p": found.placebo_p,
            "placebo_floor": found.placebo_floor,
            "p": found.p,
            "pretrend": found.pretrend,
            "pretrend_p": found.pretrend_p,
            "windows": len(one.settings),
            "windows_agree": (signs == np.sign(found.difference)).sum(axis=0),
        }
    )


def _in_each(one: Around) -> list[tuple[np.ndarray, np.ndarray]]:
    """Differences and log-odds in each setting that fits: (labels,) each."""
    y, n, at = one.line.hits, one.line.posts, np.array([one.line.at])
    return [
        (contrast(y, n, at, window=length, gap=gap)[0][:, 0], log_odds(y, n, at, window=length, gap=gap)[:, 0])
        for length, gap in one.settings
    ]


def _deffs(one: Around) -> np.ndarray:
    """Design effect of each label within the windows; the middle one where a label tells none."""
    measured = []
    for side in one.sides:
        posts = one.line.posts[side].sum(axis=1)
        measured.append([design_effect(hits, posts) for hits in one.line.hits[:, side].sum(axis=2)])
    with np.errstate(invalid="ignore"):
        known = np.isfinite(measured)
        mean = np.where(known, measured, 0).sum(axis=0) / known.sum(axis=0)
    usual = float(np.median(mean[np.isfinite(mean)])) if np.isfinite(mean).any() else 1.0
    return np.maximum(one.line.spread, np.where(np.isfinite(mean), mean, usual))


def _least(one: Around, hits: np.ndarray, held: np.ndarray, before: float, after: float) -> np.ndarray:
    """Smallest p-value that a label with so many posts, in so many weeks, could give."""
    strata = one.line.compared(one.window, one.gap)
    weeks = [int(one.line.posts[side][:, strata].any(axis=1).sum()) for side in one.sides]
    every = np.clip(np.round(hits), 0, before + after)
    return np.maximum(smallest_p(every, before, after), smallest_p(np.minimum(held, min(weeks)), *weeks))


def _unevenness(one: Around) -> np.ndarray:
    """How unevenly the posts of each label lie over the weeks of both windows: about 1 by chance."""
    strata = one.line.compared(one.window, one.gap)
    weeks = np.r_[one.sides]
    return unevenness(one.line.hits[:, weeks][:, :, strata], one.line.posts[weeks][:, strata]) / one.line.spread


def _mde(hits: float, difference: float, deff: float, before: float, after: float) -> float:
    """Smallest change of the direction found that would have been seen; NaN if none would."""
    share = min(max(hits, 0.5), before - 0.5) / before
    direction: Literal["rise", "fall"] = "fall" if difference < 0 else "rise"
    return detectable_share(share, before, after, direction=direction, deff=deff) - share


def _dated(one: Around, hits: np.ndarray, deff: float) -> dict[str, object]:
    """Date a single change of a label in the half years before and after; empty without posts to date it by."""
    at = one.line.at
    first, last = max(0, at - _NEAR), min(one.line.weeks, at + _NEAR)
    y, n = hits[first:last], one.line.posts[first:last].sum(axis=1)
    if len(n) < 2 * _SHORTEST or not 0 < y.sum() < n.sum():
        return dict.fromkeys(("change_date", "change_low", "change_high", "change_holds_event", "log_bayes_factor"))
    found = changepoint(np.clip(y, 0, n), n, deff=deff, shortest=_SHORTEST)
    region = first + found.region()
    likeliest = first + int(found.at[np.argmax(found.probability)])
    return {
        "change_date": one.line.day(likeliest).isoformat(),
        "change_low": one.line.day(int(region[0])).isoformat(),
        "change_high": one.line.day(int(region[-1])).isoformat(),
        "change_holds_event": bool(at in region),
        "log_bayes_factor": found.log_bayes_factor,
    }


def _repeated(labels: pd.DataFrame, times: int) -> pd.DataFrame:
    return labels.loc[labels.index.repeat(times)].reset_index(drop=True)
