"""Differences with their intervals, a row a label, on what could have been seen at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from discourse.report import paper, rows, words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Wording:
    """What the figure says of itself.

    Attributes
    ----------
    title : str
    about : str
        Of what: posts, periods, how many.
    compared : str
        Head of the column with both shares.
    """

    title: str
    about: str
    compared: str


def draw(table: pd.DataFrame, wording: Wording) -> paper.Page:
    """Draw a forest plot, sorted by difference.

    Parameters
    ----------
    table : pandas.DataFrame
        At least one row: ``label_id``, ``label``, ``verdict`` and, as shares of 0 to 1, ``share_from``, ``share_to``,
        ``difference``, ``low``, ``high``, ``mde`` (of the same sign as the difference; NaN where no change could
        have been seen), and ``q``. Of more than forty rows those with the largest differences are drawn.
    wording : Wording

    Returns
    -------
    Page
    """
    shown = rows.largest(table)
    left_out = f"; the {len(shown)} largest differences of {len(table)}" if len(shown) < len(table) else ""
    said = [
        rows.told(shown["verdict"]),
        "Line: 95 % interval. Light bar: from no change to the smallest change that would have been seen four times in "
        "five, on the side of the difference.",
    ]
    if (shown["mde"].isna() & shown["difference"].notna()).any():
        said.append("Bar to the edge: no change could have been seen.")
    if (shown["q"].isna() & shown["difference"].notna()).any():
        said.append("No q: too few posts for a test, weeks that differ no more than by chance, or withheld.")
    columns = [
        (wording.compared, 5.32, [_change(*pair) for pair in zip(shown["share_from"], shown["share_to"], strict=True)]),
        ("difference", 6.5, [_interval(row) for row in shown.to_dict("records")]),
        ("q", 6.92, [words.probability(q) for q in shown["q"]]),
    ]
    page, axes = rows.sheet(
        (wording.title, wording.about + left_out, " ".join(said)),
        shown["label"].tolist(),
        columns,
        rows.limits(shown["difference"], shown["low"], shown["high"], shown["mde"]),
    )
    for y, row in enumerate(shown.to_dict("records")):
        if np.isfinite(row["difference"]):
            _draw_row(axes, y, row)
    return page


def _draw_row(axes: Axes, y: int, row: dict[Any, Any]) -> None:
    edge = axes.get_xlim()[1 if row["difference"] >= 0 else 0]
    reach = row["mde"] if np.isfinite(row["mde"]) else edge
    axes.barh(y, reach, height=0.62, color=paper.PALE, linewidth=0, zorder=0)
    axes.hlines(y, row["low"], row["high"], color=paper.COLOURS[row["verdict"]], linewidth=1.0, zorder=4)
    rows.mark(axes, y, row["difference"], row["verdict"])


def _change(before: float, after: float) -> str:
    return f"{words.percent(before)} → {words.percent(after)}" if np.isfinite(before + after) else ""


def _interval(row: dict[Any, Any]) -> str:
    difference = rows.difference(row)
    if not np.isfinite(row["difference"] + row["low"] + row["high"]):
        return difference
    return f"{difference} [{words.percent(row['low'])}, {words.percent(row['high'])}]"
