"""How common each label is in each period, with intervals that know posts come in blocks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.change.evidence import lacking
from discourse.change.frame import Frame
from discourse.change.labelling import SCORES, Labelling
from discourse.stats.shares import shares

COLUMNS = ["kind", "label_id", "label", "by", "period", "n", "n_total", "share", "low", "high", "note"]
FEWEST_BLOCKS = 6
"""Blocks below which an interval is a guess."""
MEAN = "mean rank of a score, no share: uncalibrated"
_KEYS = ["kind", "label_id", "label"]


def prevalence(labelling: Labelling, frame: Frame, *, by: str = "") -> pd.DataFrame:
    """Count each label in each period.

    Parameters
    ----------
    labelling : Labelling
    frame : Frame
        Of the same posts.
    by : str
        Which posts these are, for the column of that name.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: a row a label and period, in order of time; empty periods have no share. ``note`` says what a period
        lacks. Of a score, ``share`` is the mean rank and ``n`` all posts; of what is corrected, ``n`` is rounded.
    """
    parts = [_of_period(labelling, frame, at) for at in range(len(frame.periods))]
    table = pd.concat(parts, ignore_index=True).assign(by=by)
    return table[COLUMNS]


def _of_period(labelling: Labelling, frame: Frame, at: int) -> pd.DataFrame:
    period, rows = frame.periods.iloc[at], frame.inside(at)
    table = labelling.labels[_KEYS].assign(period=str(period["period"]), n_total=len(rows))
    if not len(rows):
        nothing = dict.fromkeys(("share", "low", "high"), np.nan)
        return table.assign(n=0, **nothing, note="no posts")
    unit = frame.usual_unit(rows)
    blocks, number = np.unique(frame.blocks(rows, unit), return_inverse=True)
    cell = np.full(labelling.n_posts, -1)
    cell[rows] = number
    hits = labelling.hits(cell, len(blocks))
    found = shares(hits, np.bincount(number), least_deff=labelling.spread)
    scored = table["kind"].isin(SCORES).to_numpy(dtype=bool)
    name = str(period["period"])
    withheld = lacking(labelling, {name: rows})
    told = np.array([not reason for reason in withheld], dtype=bool)
    notes = []
    if period["partial"]:
        notes.append("partial: the posts begin or end within it")
    if period["missing"]:
        notes.append(f"{period['missing']} days without any post")
    if len(blocks) < FEWEST_BLOCKS:
        notes.append(f"only {len(blocks)} {unit}{'s' if len(blocks) != 1 else ''} with posts: intervals are guesses")
    return table.assign(
        n=np.where(scored, len(rows), np.clip(np.round(hits.sum(axis=1)), 0, len(rows))).astype("int64"),
        share=np.where(told, found.share, np.nan),
        low=np.where(told, found.low, np.nan),
        high=np.where(told, found.high, np.nan),
        note=[
            "; ".join([*([MEAN] if score else []), *([reason.removeprefix(f"{name}: ")] if reason else []), *notes])
            for score, reason in zip(scored, withheld, strict=True)
        ],
    )
