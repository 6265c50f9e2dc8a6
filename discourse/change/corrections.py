"""Whether corrected shares moved: by how much in these posts, and beyond the swing of the blocks they come in."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from discourse.change import shifts
from discourse.change.frame import Frame
from discourse.change.labelling import from_values
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.codes.correction import CORRECTED, LABELS, NAIVE, Correction, Sampled
from discourse.stats.corrected import difference

_APART = 0.01
"""Change within languages and change as counted that differ by more are told both."""
_ALONE = {
    NAIVE: "machine shares, not corrected: for comparison",
    LABELS: "from the codes alone, for these posts: for comparison",
}
APART = "from the codes alone, for these posts: the intervals of both periods don't overlap"
"""Note on shares by codes alone, where no corrected change is told: they differ beyond the luck of the draw."""
_SURE = 0.99
"""Level at which the difference by codes alone must leave out none, too: intervals of very unequal width are apart more
often than they should be."""


@dataclass(frozen=True)
class Corrected:
    """Codes that were corrected in the periods of a frame.

    Attributes
    ----------
    corrections : sequence of discourse.codes.correction.Correction
    frame : discourse.change.frame.Frame
        Of the same posts and periods, as `held` makes it.
    by : str
        What the comparison is about, such as the name of an event; "" for periods.
    """

    corrections: Sequence[Correction]
    frame: Frame
    by: str = ""


def held(frame: Frame) -> Frame:
    """Leave out the periods without any post."""
    kept = np.flatnonzero(frame.periods["posts"].to_numpy() > 0)
    place = {int(at): new for new, at in enumerate(kept)}
    pairs = [(place[before], place[after]) for before, after in frame.pairs]
    return dataclasses.replace(frame, periods=frame.periods.iloc[kept].reset_index(drop=True), pairs=pairs)


def sampled(frame: Frame, probability: np.ndarray) -> Sampled:
    """Say of each post in which period and block it is.

    Parameters
    ----------
    frame : discourse.change.frame.Frame
        As from `held`.
    probability : numpy.ndarray, shape (n,)
        See `discourse.codes.correction.Sampled`.
    """
    period, block = np.full(len(frame.day), -1), np.zeros(len(frame.day), dtype="int64")
    for at in range(len(frame.periods)):
        rows = frame.inside(at)
        period[rows], block[rows] = at, frame.blocks(rows, frame.usual_unit(rows))
    return Sampled(probability, period, frame.periods["period"].astype(str).tolist(), block)


def corrected_shifts(asked: Sequence[Corrected], *, permutations: int = 1_999, seed: int = 0) -> pd.DataFrame:
    """Compare the corrected shares of periods, and beside them the naive ones and those of codes alone.

    Differences and their intervals are about the posts there are: nothing but the draw of the sample makes them
    uncertain. The p-value and verdict are about the process behind the posts: blocks of `Corrected.outcome`, in place
    of 0 and 1, are exchanged between the periods, within languages (see `discourse.change.shifts.shifts`).

    Parameters
    ----------
    asked : sequence of Corrected
        One family of tests.
    permutations, seed : int

    Returns
    -------
    pandas.DataFrame
        A row a kind, code and pair of periods (`discourse.change.shifts.COLUMNS`).
    """
    compared = [pair for one in asked for code in one.corrections for pair in _pairs(code, one)]
    tested, _ = shifts.shifts(compared, permutations=permutations, seed=seed)
    keys = ["by", "label_id", "from", "to"]
    found = {
        tuple(str(row[key]) for key in keys): {str(name): value for name, value in row.items()}
        for row in tested.to_dict("records")
    }
    rows = []
    for one in asked:
        for code in one.corrections:
            for pair in one.frame.pairs:
                before, now = one.frame.name(pair)
                key = (one.by, code.scored.label_id, before, now)
                rows += _rows(code, pair, dict(zip(keys, key, strict=True)), found.get(key))
    return pd.DataFrame(rows, columns=list(shifts.COLUMNS))


def _pairs(code: Correction, one: Corrected) -> list[shifts.Pair]:
    """Count the pseudo-outcomes of a code in all pairs of periods of which something is said."""
    told = [(before, after) for before, after in one.frame.pairs if code.told[before] and code.told[after]]
    if not told:
        return []
    values = from_values(code.found.outcome[:, None], CORRECTED, [code.scored.label_id], [code.scored.label])
    return shifts.pairs(values, dataclasses.replace(one.frame, pairs=told), by=one.by)


def _rows(
    code: Correction, pair: tuple[int, int], key: dict[str, str], tested: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Make the rows of one code and pair of periods: corrected, naive, and by codes alone."""
    before, now = pair
    label = {**key, "label": code.scored.label}
    made = [label | _corrected(code, pair, (key["from"], key["to"]), tested)]
    for kind, shares in ((NAIVE, code.found.naive), (LABELS, code.alone.share)):
        row: dict[str, Any] = {**label, "kind": kind, "verdict": WITHHELD, "note": _ALONE[kind]}
        row |= _shares(shares[before], shares[now])
        if kind == LABELS:
            between = difference(code.alone, before, now)
            row |= {"low": between.low, "high": between.high}
            if tested is None and apart(code, before, now):
                row["note"] = APART
        made.append(row)
    return made


def apart(code: Correction, before: int, now: int) -> bool:
    """Tell whether the shares of two periods differ by the codes alone, few as these may be.

    Their 95 % intervals must not overlap, and the 99 % interval of their difference must leave out 0. Where nothing
    changed, that happens to about one pair in a hundred or fewer; where all posts of one of the periods are coded, its
    share has no interval, and nothing is said.

    Parameters
    ----------
    code : discourse.codes.correction.Correction
    before, now : int
        Two periods.
    """
    alone, pair = code.alone, [before, now]
    if not ((alone.coded[pair] > 0) & (alone.coded[pair] < alone.n[pair])).all():
        return False
    between = difference(alone, before, now, level=_SURE)
    return bool(alone.low[pair].max() > alone.high[pair].min() and (between.low > 0 or between.high < 0))


def _corrected(
    code: Correction, pair: tuple[int, int], names: tuple[str, str], tested: dict[str, Any] | None
) -> dict[str, Any]:
    before, now = pair
    if tested is None:
        periods = zip(names, (code.withheld[before], code.withheld[now]), strict=True)
        reasons = "; ".join(f"{name}: {reason}" for name, reason in periods if reason)
        return {"kind": CORRECTED, "verdict": WITHHELD, "note": reasons}
    between = difference(code.found, before, now)
    row = {name: tested[name] for name in ("p", "q", "mde", "verdict")}
    row |= {"kind": CORRECTED, **_shares(code.found.share[before], code.found.share[now])}
    row |= {"low": between.low, "high": between.high}
    row["note"] = "; ".join(filter(None, [*_said(row, tested), tested["note"]]))
    return row


def _shares(before: float, now: float) -> dict[str, float]:
    ratio = now / before if min(before, now) > 0 else np.nan
    return {"share_from": before, "share_to": now, "difference": now - before, "ratio": ratio}


def _said(row: dict[str, Any], tested: dict[str, Any]) -> list[str]:
    """Say what holds for these posts and for the process behind them, where the two differ."""
    said = []
    these = row["low"] > 0 or row["high"] < 0
    if these and tested["verdict"] == NOTHING:
        said.append("these posts differ, but no more than blocks of posts do from each other")
    elif not these and tested["verdict"] in (ROSE, FELL):
        said.append("of these posts alone the draw leaves it open")
    if np.isfinite(tested["low"]):
        said.append(f"as blocks vary: {_points(tested['low'])} to {_points(tested['high'])} points")
    if abs(tested["difference"] - row["difference"]) > _APART:
        said.append(f"within languages {_points(tested['difference'])} points")
    return said


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"
