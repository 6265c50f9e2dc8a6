"""The life of labels: shares as streams from period to period, with where they emerge, decline and are not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from discourse.report import frames, paper, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STREAMS = 16
_NODE = 0.07
"""Half the width of a column, in periods."""
_MARKED = 24
"""Most periods at which each is still marked."""
_GAP = 0.008
"""Between streams, of the whole height."""
_BODY, _LEFT, _PLOT = 4.6, 0.15, 4.3
"""Inches: height of the drawing, its left edge, its width; the names have the rest."""
_APART = 0.03
"""Between two names, of the whole height."""
_COLOUR = {"emerging": paper.ROSE, "declining": paper.FELL}
_ORDER = {"emerging": 0, "": 1, "declining": 2}
_STEADY = ("#9fb3c1", "#c5cdd3")


@dataclass(frozen=True)
class Stream:
    """One label, or the rest of them.

    Attributes
    ----------
    label : str
    share : np.ndarray
        (periods,), NaN in a period without posts.
    status : tuple of str
        One a period; "" for nothing to tell.
    colour : str
    """

    label: str
    share: np.ndarray
    status: tuple[str, ...]
    colour: str


def draw(prevalence: pd.DataFrame, lifecycle: pd.DataFrame) -> paper.Page:
    """Draw the shares of labels as streams: what emerges on top, what declines below, the rest between.

    Parameters
    ----------
    prevalence, lifecycle : pandas.DataFrame
        Tidy, of all posts; at least two periods with posts.

    Returns
    -------
    Page
    """
    periods = list(dict.fromkeys(prevalence["period"]))
    streams = _streams(prevalence, lifecycle, periods)
    shares = np.array([stream.share for stream in streams])
    scale = float(np.nansum(shares, axis=0).max())
    posts = prevalence.drop_duplicates("period").set_index("period")["n_total"].to_numpy()
    partial = np.isin(periods, prevalence.loc[prevalence["note"].str.contains("partial"), "period"])
    page = paper.Page(
        f"Life-cycle of {frames.named(prevalence['kind'].tolist())}",
        f"n = {posts.sum():,.0f} posts, {periods[0]} to {periods[-1]}; shares of posts by period",
        _BODY + 0.38,
        _note(streams, shares, partial, scale),
    )
    axes = page.axes(_LEFT, 0, _PLOT, _BODY)
    lower = _stacked(shares, _GAP * scale)
    for stream, below in zip(streams, lower, strict=True):
        _draw_stream(axes, stream, below, partial)
    last = int(np.flatnonzero(np.isfinite(shares[0]))[-1])
    inch = (len(periods) + _NODE) / _PLOT
    _names(axes, streams, lower[:, last] + shares[:, last] / 2, last, inch, _APART * scale)
    _frame(axes, periods, posts, float(np.nanmax(lower[0] + shares[0])), scale)
    return page


def _streams(prevalence: pd.DataFrame, lifecycle: pd.DataFrame, periods: Sequence[str]) -> list[Stream]:
    """Give the streams from top to bottom."""
    wide = prevalence.set_index([*frames.KEY, "period"])["share"].unstack("period").reindex(columns=list(periods))
    status = {
        key: dict(zip(rows["period"], rows["status"], strict=True)) for key, rows in lifecycle.groupby(frames.KEY)
    }
    label = prevalence.drop_duplicates(frames.KEY).set_index(frames.KEY)["label"]
    size = wide.sum(axis=1)
    course = {key: _course(status.get(key, {}), periods) for key in wide.index}
    ranked = sorted((key for key in wide.index if key[0] != "noise"), key=lambda key: (not course[key], -size[key]))
    chosen = sorted(ranked[:STREAMS], key=lambda key: (_ORDER[course[key]], -size[key]))
    made = [
        Stream(
            label[key],
            wide.loc[key].to_numpy(),
            tuple(status.get(key, {}).get(period, "") for period in periods),
            _COLOUR.get(course[key], _STEADY[at % 2]),
        )
        for at, key in enumerate(chosen)
    ]
    nothing = ("",) * len(periods)
    if rest := ranked[STREAMS:]:
        share = wide.loc[rest].sum(axis=0, skipna=False).to_numpy()
        made.append(Stream(f"{len(rest)} others", share, nothing, paper.PALE))
    made += [
        Stream(label[key], wide.loc[key].to_numpy(), nothing, paper.PALE) for key in wide.index if key[0] == "noise"
    ]
    return made


def _course(status: dict[str, str], periods: Sequence[str]) -> str:
    """Say how a label went in the end: emerging, declining or neither."""
    told = [status.get(period, "") for period in periods]
    return next((word for word in reversed(told) if word in _COLOUR), "")


def _stacked(shares: np.ndarray, gap: float) -> np.ndarray:
    """Find the lower edge of each stream in each period, the last stream at the bottom: (streams, periods)."""
    upward = np.cumsum(np.nan_to_num(shares[::-1]) + gap, axis=0)
    return (upward - np.nan_to_num(shares[::-1]) - gap)[::-1]


def _draw_stream(axes: Axes, stream: Stream, lower: np.ndarray, partial: np.ndarray) -> None:
    share = stream.share
    bend = np.linspace(0, 1, 25)
    smooth = bend * bend * (3 - 2 * bend)
    for at in range(len(share) - 1):
        if np.isfinite(share[at] + share[at + 1]) and share[at] + share[at + 1] > 0:
            below = lower[at] + (lower[at + 1] - lower[at]) * smooth
            thick = share[at] + (share[at + 1] - share[at]) * smooth
            x = at + _NODE + (1 - 2 * _NODE) * bend
            axes.fill_between(x, below, below + thick, color=stream.colour, alpha=0.45, linewidth=0, zorder=1)
    told_apart = len(share) <= _MARKED
    for at in np.flatnonzero(share > 0).tolist():
        axes.bar(
            at, share[at], 2 * _NODE, lower[at], zorder=2, linewidth=0.6 if told_apart else 0, edgecolor=stream.colour,
            color="white" if partial[at] else stream.colour, alpha=None if told_apart or partial[at] else 0.45,
        )  # fmt: skip
    for at, status in enumerate(stream.status):
        middle = lower[at] + np.nan_to_num(share[at]) / 2
        if status in _COLOUR:
            sign = paper.MARKS["rose" if status == "emerging" else "fell"]
            axes.plot(at, middle, sign, ms=4.6, color=paper.INK, mec="white", mew=0.6, zorder=4)
        elif share[at] == 0 and told_apart:
            axes.plot(at, middle, "o", ms=2.6, mfc="white", mec=stream.colour, mew=0.8, zorder=3)


def _names(axes: Axes, streams: Sequence[Stream], middle: np.ndarray, last: int, inch: float, apart: float) -> None:
    """Write each share and name beside its stream's end; an inch is so many periods."""
    place = _spread(middle, apart)
    edge = last + _NODE
    look: dict[str, Any] = {"va": "center_baseline", "fontsize": paper.SMALL}
    for stream, y, text_y in zip(streams, middle, place, strict=True):
        bend = [edge + 0.03 * inch, edge + 0.13 * inch]
        axes.plot(bend, [y, text_y], color=paper.GREY, linewidth=0.4, clip_on=False)
        axes.text(edge + 0.45 * inch, text_y, words.percent(stream.share[last]), ha="right", **look)
        axes.text(edge + 0.53 * inch, text_y, words.cut(stream.label, 32), **look)


def _spread(middle: np.ndarray, apart: float) -> np.ndarray:
    """Move heights, from the top down, no further than it takes for each to lie so far below the one before."""
    from sklearn.isotonic import isotonic_regression

    steps = apart * np.arange(len(middle))
    level = isotonic_regression(middle + steps, increasing=False)
    return np.asarray(level - steps)


def _frame(axes: Axes, periods: Sequence[str], posts: np.ndarray, top: float, scale: float) -> None:
    axes.set_xlim(-0.5, len(periods) - 0.5 + _NODE)
    axes.set_ylim(-0.01 * scale, top + 0.01 * scale)
    axes.set_yticks([])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    step = -(-len(periods) * min(14, max(len(period) + 2 for period in periods)) // 80)
    shown = range((len(periods) - 1) % step, len(periods), step)
    axes.set_xticks(list(shown), [f"{words.cut(periods[at], 12)}\n{posts[at]:,.0f}" for at in shown])
    axes.tick_params(length=0)
    length = 0.1 if scale > 0.2 else 0.01
    axes.plot([-0.3, -0.3], [0, length], color=paper.INK, linewidth=1, clip_on=False)
    axes.text(-0.38, length / 2, f"{100 * length:g} %", rotation=90, ha="right", va="center", fontsize=paper.SMALL)


def _note(streams: Sequence[Stream], shares: np.ndarray, partial: np.ndarray, scale: float) -> str:
    told = {status for stream in streams for status in stream.status}
    said = ["Height: share of posts; under each period its posts; beside each name its share at the end, %."]
    if "emerging" in told:
        said.append("▲ emerging (blue).")
    if "declining" in told:
        said.append("▼ declining (vermilion).")
    if (shares == 0).any() and shares.shape[1] <= _MARKED:
        said.append("○ no post seen.")
    if partial.any():
        said.append("Hollow column: the posts cover part of the period.")
    if np.isnan(shares).any():
        said.append("Gap: no posts.")
    if scale > 1.0001:
        said.append("Posts may have several labels: heights add up to more than all posts.")
    return " ".join(said)
