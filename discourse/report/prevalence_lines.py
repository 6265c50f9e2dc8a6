"""Prevalence by period: a small panel a label, with the interval as a band and events as marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from discourse.report import frames, paper, words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from discourse.change.events import Event

PANELS = 12
_ACROSS = 3
_PANEL = 1.74
"""Width, inches."""
_ONE_SCALE = 4.0
"""Largest ratio between the panels' highest values at which they still share one scale."""
_MARKED = 24
"""Most periods at which each is still marked."""


def draw(prevalence: pd.DataFrame, shifts: pd.DataFrame, events: Sequence[Event] = ()) -> paper.Page:
    """Draw the most telling labels, at most twelve.

    Parameters
    ----------
    prevalence, shifts : pandas.DataFrame
        Tidy, of all posts; at least one label with posts.
    events : sequence of Event

    Returns
    -------
    Page
    """
    periods = list(dict.fromkeys(prevalence["period"]))
    chosen = frames.telling(prevalence, shifts, PANELS)
    by_label = dict(iter(prevalence.groupby(frames.KEY)))
    panels = [by_label[key].set_index("period").reindex(periods) for key in chosen]
    tops = np.array([np.nanmax([panel["high"].max(), panel["share"].max(), 0.001]) for panel in panels])
    one_scale = bool(tops.max() / tops.min() <= _ONE_SCALE)
    marks = _event_marks(events, periods)
    pair = frames.widest(shifts, periods)
    rows = math.ceil(len(panels) / _ACROSS)
    page = paper.Page(
        f"Prevalence of {frames.named([kind for kind, _ in chosen])} by period",
        _about(prevalence, periods, len(panels), len(by_label)),
        rows * 1.5 + 0.1,
        _note(panels, one_scale, pair, marks),
    )
    for at, (key, panel) in enumerate(zip(chosen, panels, strict=True)):
        axes = page.axes(0.48 + (at % _ACROSS) * 2.26, 0.3 + (at // _ACROSS) * 1.5, _PANEL, 0.96)
        _lines(axes, panel)
        own = shifts[(shifts["kind"] == key[0]) & (shifts["label_id"] == key[1])]
        _moves(axes, panel, own, periods)
        _frame(axes, periods, 1.08 * (tops.max() if one_scale else tops[at]))
        _title(axes, panel, own, pair)
        for letter, x, _ in marks:
            axes.axvline(x, color=paper.GREY, linewidth=0.6, linestyle=(0, (1.5, 1.5)), zorder=0)
            axes.annotate(
                letter, (x, 1), (1, -1), xycoords=("data", "axes fraction"), textcoords="offset points",
                va="top", fontsize=5.5, color=paper.GREY,
            )  # fmt: skip
    return page


def _lines(axes: Axes, panel: pd.DataFrame) -> None:
    share, low, high = (panel[name].to_numpy() for name in ("share", "low", "high"))
    partial = panel["note"].str.contains("partial", na=False).to_numpy()
    x = np.arange(len(panel))
    axes.fill_between(x, low, high, color=paper.PALE, linewidth=0, zorder=1)  # a period without posts parts the band
    known = np.isfinite(share)
    for at in np.flatnonzero(known):
        if (at == 0 or not known[at - 1]) and (at + 1 == len(x) or not known[at + 1]):
            axes.vlines(at, low[at], high[at], color=paper.PALE, linewidth=3, zorder=1)
        if at and known[at - 1]:
            dashes = (0, (2.5, 1.5)) if partial[at] or partial[at - 1] else "solid"
            axes.plot(x[at - 1 : at + 1], share[at - 1 : at + 1], color=paper.INK, lw=0.9, ls=dashes, zorder=2)
    if len(x) <= _MARKED:
        axes.plot(x[~partial], share[~partial], "o", ms=2.4, color=paper.INK, zorder=3)
    axes.plot(x[partial], share[partial], "o", ms=2.8, mfc="white", mec=paper.INK, mew=0.7, zorder=3)


def _moves(axes: Axes, panel: pd.DataFrame, shifts: pd.DataFrame, periods: Sequence[str]) -> None:
    """Mark the periods that rose or fell against the one before."""
    at = {period: place for place, period in enumerate(periods)}
    for first, second, verdict in shifts[["from", "to", "verdict"]].itertuples(index=False):
        if verdict in paper.SIGNS and second in at and at[second] - at.get(first, -9) == 1:
            colour = paper.COLOURS[verdict]
            axes.plot(at[second], panel["share"].iloc[at[second]], paper.MARKS[verdict], ms=5, color=colour, zorder=4)


def _frame(axes: Axes, periods: Sequence[str], top: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(paper.percent_tick))
    axes.set_xlim(-0.5, len(periods) - 0.5)
    longest = min(12, max(len(period) for period in periods))
    step = math.ceil(len(periods) * (longest + 2) * 0.058 / _PANEL)
    shown = range((len(periods) - 1) % step, len(periods), step)  # the last is among them
    axes.set_xticks(list(shown), [words.cut(periods[at], 12) for at in shown])
    axes.set_xticks(range(len(periods)), minor=True)
    axes.tick_params(axis="x", which="minor", length=1.2)


def _title(axes: Axes, panel: pd.DataFrame, shifts: pd.DataFrame, pair: tuple[str, str] | None) -> None:
    first, second = pair or ("", "")
    verdict = next(iter(shifts.loc[(shifts["from"] == first) & (shifts["to"] == second), "verdict"]), "")
    sign = f"{paper.SIGNS[verdict]} " if verdict in paper.SIGNS else ""
    label = panel["label"].dropna().iloc[0]
    text = sign + words.wrap(label, 37 - len(sign), 2)
    colour = paper.COLOURS[verdict] if sign else paper.INK
    axes.set_title(text, loc="left", x=-0.2, fontsize=paper.TEXT, pad=6.5, color=colour)


def _event_marks(events: Sequence[Event], periods: Sequence[str]) -> list[tuple[str, float, str]]:
    """Give each event within the periods a letter (or number, if many), its place on the axis, its line in the note."""
    placed = [(event, at) for event in events if (at := frames.place(event.date, periods)) is not None]
    letters = ascii_uppercase if len(placed) <= len(ascii_uppercase) else [str(at + 1) for at in range(len(placed))]
    return [
        (letter, at, f"{letter} {event.date}: {words.cut(event.name, 60)}")
        for letter, (event, at) in zip(letters, placed, strict=False)
    ]


def _about(prevalence: pd.DataFrame, periods: Sequence[str], shown: int, labels: int) -> str:
    posts = prevalence.drop_duplicates("period").set_index("period")["n_total"]
    full = posts[posts > 0]
    each = f"{full.min():,.0f}" if full.min() == full.max() else f"{full.min():,.0f} to {full.max():,.0f}"
    which = f"; {shown} of {labels} labels, those that moved first, then the largest" if shown < labels else ""
    return f"n = {posts.sum():,.0f} posts, {periods[0]} to {periods[-1]}, {each} a period{which}"


def _note(
    panels: Sequence[pd.DataFrame],
    one_scale: bool,
    pair: tuple[str, str] | None,
    marks: Sequence[tuple[str, float, str]],
) -> str:
    said = ["Line: share of posts; band: 95 % interval that allows for posts coming in bursts."]
    if any(panel["note"].str.contains("partial", na=False).any() for panel in panels):
        said.append("Hollow, dashed: the posts cover part of the period.")
    if any(panel["share"].isna().any() for panel in panels):
        said.append("Gap: no posts.")
    said.append("Triangle on the line: rose or fell against the period before.")
    if pair:
        said.append(f"▲ ▼ before a name: rose or fell from {pair[0]} to {pair[1]}.")
    if not one_scale:
        said.append("Scales differ from panel to panel.")
    if marks:
        said.append("Events: " + "; ".join(line for _, _, line in marks) + ".")
    return " ".join(said)
