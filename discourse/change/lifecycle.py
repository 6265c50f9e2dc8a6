"""The life of a label from period to period, in one fit of all posts: there, emerging, declining, not yet seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.change.labelling import SCORES
from discourse.change.verdicts import FELL, ROSE, WITHHELD

COLUMNS = ["kind", "label_id", "label", "by", "period", "n", "n_total", "share", "high", "status"]
COLUMNS += ["seen_probability", "note"]
PRESENT = 3
"""Posts from which a label is present in a period."""
GROWN = 1.5
"""Factor by which a share that rose has grown if the label is emerging, or shrunk if it is declining."""


def lifecycle(prevalence: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Name the state of each label in each period.

    Parameters
    ----------
    prevalence, shifts : pandas.DataFrame
        As from `discourse.change.prevalence` and `discourse.change.shifts`. Scores have no life: every post has some.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. ``status`` is

        - ``not yet seen``, ``not seen any more``, ``not seen``: no post, before the first, after the last, or between;
        - ``rare``: one or two posts;
        - ``emerging`` or ``declining``: its share rose from the period before by half at least, or fell by a third;
        - ``withheld``: there, but whether its share moved from the period before may not be said;
        - ``present``: all else; and ``no posts`` for an empty period.

        ``seen_probability`` is that of seeing one post at least of a label that isn't there, had it the largest share
        that it has in any period; ``high`` bounds the share it may have had all the same.

    Notes
    -----
    Labels and their borders are those of one fit, blind to dates, so that a change is no artefact of fitting. Posts are
    taken as independent for ``seen_probability``, which is then a little too high.
    """
    life = prevalence[~prevalence["kind"].isin(SCORES)].reset_index(drop=True)
    order = {period: at for at, period in enumerate(dict.fromkeys(prevalence["period"]))}
    changed = _changed(shifts, order)
    told = {}
    for (by, label_id), of in life.groupby(["by", "label_id"], sort=False):
        n, total = of["n"].to_numpy(), of["n_total"].to_numpy()
        seen = np.flatnonzero(n > 0)
        largest = float(np.nanmax(of["share"])) if of["share"].notna().any() else 0.0
        for at, (row, period, count) in enumerate(zip(of.index, of["period"], n, strict=True)):
            chance = float(1 - (1 - largest) ** total[at]) if not count and total[at] else np.nan
            change = changed.get((str(by), str(label_id), str(period)))
            told[row] = (_status(at, int(count), int(total[at]), seen, change), chance)
    life["status"] = [told[row][0] for row in life.index]
    life["seen_probability"] = [told[row][1] for row in life.index]
    return life[COLUMNS]


def _status(at: int, n: int, total: int, seen: np.ndarray, change: str | None) -> str:
    if not total:
        return "no posts"
    if not n:
        if not len(seen) or seen[0] < at < seen[-1]:
            return "declining" if change == "declining" else "not seen"
        return "not yet seen" if at < seen[0] else "not seen any more"
    if change is not None:
        return change
    return "present" if n >= PRESENT else "rare"


def _changed(shifts: pd.DataFrame, order: dict[str, int]) -> dict[tuple[str, str, str], str]:
    """Map (by, label, period) to what the change from the period before makes of it."""
    found = {}
    for row in shifts.to_dict("records"):
        if row["from"] not in order or order[row["to"]] != order[row["from"]] + 1:
            continue
        before, now = row["share_from"], row["share_to"]
        key = (str(row["by"]), str(row["label_id"]), str(row["to"]))
        if row["verdict"] == WITHHELD:
            found[key] = WITHHELD
        if row["verdict"] == ROSE and now >= GROWN * before:
            found[key] = "emerging"
        elif row["verdict"] == FELL and now * GROWN <= before:
            found[key] = "declining"
    return found
