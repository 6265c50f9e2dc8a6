"""Figures with a row a label: names on the left, the drawing, columns of numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from discourse.report import paper, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 40
"""Rows on one page."""
_ROW, _HEAD, _AXIS = 0.19, 0.17, 0.4
"""Heights in inches: of a row, above the first, below the last."""
_LABEL, _PLOT = 2.25, 2.3


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Sort labels by difference, from the highest to the lowest; of more than fit, keep those furthest from none.

    Parameters
    ----------
    table : pandas.DataFrame
        ``label_id`` and ``difference``; labels without a difference come last.
    """
    ordered = table.sort_values(["difference", "label_id"], ascending=[False, True], kind="stable", na_position="last")
    size = ordered["difference"].abs().fillna(-1.0)
    return ordered[size.rank(method="first", ascending=False) <= MOST]


def sheet(
    page_of: tuple[str, str, str],
    labels: Sequence[str],
    columns: Sequence[tuple[str, float, Sequence[str]]],
    limits: tuple[float, float],
) -> tuple[paper.Page, Axes]:
    """Lay out the page; row y of the axes is label y.

    Parameters
    ----------
    page_of : (str, str, str)
        Title, what it is about, note.
    labels : sequence of str
    columns : sequence of (head, right edge in inches, cells)
        The edges are counted from the left edge of the page.
    limits : (float, float)
        Lowest and highest difference, as shares.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    title, about, note = page_of
    height = len(labels) * _ROW
    page = paper.Page(title, about, _HEAD + height + _AXIS, note)
    axes = page.axes(_LABEL, _HEAD, _PLOT, height)
    axes.set_xlim(*limits)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.axvline(0, color=paper.GREY, linewidth=0.6, zorder=1)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(paper.points_tick))
    axes.set_xlabel("difference in share (percentage points)", fontsize=paper.SMALL, labelpad=2)
    across: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline", "fontsize": paper.SMALL}
    for y, label in enumerate(labels):
        axes.text(-0.04, y, words.cut(label, 36), ha="right", **across)
    for head, edge, cells in columns:
        x = (edge - _LABEL) / _PLOT
        axes.text(x, -0.95, head, ha="right", color=paper.GREY, **across)
        for y, cell in enumerate(cells):
            axes.text(x, y, cell, ha="right", **across)
    return page, axes


def limits(*differences: pd.Series) -> tuple[float, float]:
    """Find an axis that holds no difference and all of these, with a little room on both sides."""
    every = pd.concat(list(differences)).dropna()
    low, high = min(0.0, float(every.min())), max(0.0, float(every.max()))
    room = 0.06 * (high - low) if high > low else 0.01
    return low - room, high + room


def mark(axes: Axes, y: float, difference: float, verdict: str) -> None:
    """Mark a difference with the sign of its verdict: form and filling tell it, colour only says it again."""
    colour = paper.COLOURS[verdict]
    filled = verdict in paper.SIGNS
    axes.plot(
        difference, y, paper.MARKS[verdict], ms=4.6 if filled else 4.0, mew=0.9, color=colour,
        mfc=colour if filled else "white", zorder=5, clip_on=False,
    )  # fmt: skip


def difference(row: dict[Any, Any]) -> str:
    """Set a difference in percentage points, or why there is none."""
    value: float = row["difference"]
    return words.percent(value, signed=True) if value == value else _told(row["verdict"])


def told(verdicts: pd.Series) -> str:
    """Explain the signs of the verdicts that occur."""
    found = [verdict for verdict in paper.MARKS if (verdicts == verdict).any()]
    called = ", ".join(_told(verdict) for verdict in found if verdict in paper.SIGNS)
    others = ", ".join(_told(verdict) for verdict in found if verdict not in paper.SIGNS)
    return "; ".join(part for part in (called, others) if part) + "."


def _told(verdict: str) -> str:
    return {**paper.SIGNS, "no detectable change": "○", "withheld": "×"}[verdict] + " " + verdict
