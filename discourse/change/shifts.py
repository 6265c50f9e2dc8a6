"""Which labels grew or shrank between two periods, and whether anything moved at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from discourse.change.cells import Cells, cells
from discourse.change.evidence import lacking
from discourse.change.frame import Frame, Side
from discourse.change.labelling import SCORES, Labelling
from discourse.change.prevalence import MEAN
from discourse.change.verdicts import FELL, MOVED, NOTHING, ROSE, WITHHELD
from discourse.stats.blocks import lag_one
from discourse.stats.divergence import divergence
from discourse.stats.family import FEW, unevenness
from discourse.stats.multiple import adjusted, smallest_p
from discourse.stats.power import detectable_share
from discourse.stats.resolution import unresolved
from discourse.stats.shift import Shift, ratio, shift

LEVEL, LEVEL_OF_ALL = 0.04, 0.01
"""q-values at which labels are said to have moved, and all of them together: a family each, of .05 between them."""
LASTING = 0.3
"""Correlation from week to week above which blocks of two weeks are exchanged."""
_LASTING_TOLD = (
    "shares hang together from week to week: a swing may pass for a shift",
    "shares hang together from week to week: two weeks at a time were exchanged",
)
SMALL, SMALL_RATIO = 0.01, 1.25
"""A change of less than this in share, and by less than this factor, is small, however sure it is."""

BY_LABEL = "by its labels"
NO_DISTRIBUTION = "labels that every post has to some degree are no distribution"
_EVEN = "its blocks differ no more than by chance, so that it is no member of the family"

COLUMNS = (
    *("kind", "label_id", "label", "by", "from", "to", "share_from", "share_to", "difference", "low", "high"),
    *("ratio", "p", "q", "mde", "verdict", "note"),
)
OMNIBUS = ("by", "from", "to", "n_from", "n_to", "divergence", "adjusted", "p", "q", "verdict", "note")


@dataclass(frozen=True)
class Pair:
    """Two periods of one group of posts, counted.

    Attributes
    ----------
    by, before, now : str
        Which posts, and the names of the periods.
    labels : pandas.DataFrame
    side : Side
    counts, doubled : Cells
        With the blocks of the side, and with blocks of two weeks; the same where blocks aren't weeks.
    lasting : numpy.ndarray, shape (labels,), bool
        Labels whose shares hang together from week to week.
    exclusive : bool
        Whether each post has one label.
    counted : numpy.ndarray, shape (labels,), bool
        Labels that a post has or has not.
    spread : numpy.ndarray, shape (labels,)
        Least variance of a post, as a part of that of yes or no.
    lacking : list of str
        For each label why the codes behind its corrected share don't do; "" if they do.
    """

    by: str
    before: str
    now: str
    labels: pd.DataFrame
    side: Side
    counts: Cells
    doubled: Cells
    lasting: np.ndarray
    exclusive: bool
    counted: np.ndarray
    spread: np.ndarray
    lacking: list[str]

    @property
    def sizes(self) -> tuple[float, float]:
        """Posts of each period."""
        after = self.counts.after
        return float(self.counts.posts[~after].sum()), float(self.counts.posts[after].sum())

    @property
    def totals(self) -> tuple[np.ndarray, np.ndarray]:
        """Posts of each label in each period: (labels,) each."""
        after = self.counts.after
        return self.counts.hits[:, ~after].sum(axis=1), self.counts.hits[:, after].sum(axis=1)


def pairs(labelling: Labelling, frame: Frame, *, by: str = "") -> list[Pair]:
    """Count the posts of all pairs of periods that are compared."""
    lasting = _lasting(labelling, frame)
    made = []
    for pair in frame.pairs:
        side = frame.side(pair)
        if side.after.all() or not side.after.any():
            continue
        counts = cells(labelling, frame, side)
        doubled = cells(labelling, frame, side, weeks=2) if side.unit == "week" and lasting.any() else counts
        named = frame.name(pair)
        ends = {name: side.rows[side.after == when] for name, when in zip(named, (False, True), strict=True)}
        made.append(
            Pair(
                by,
                *named,
                labels=labelling.labels,
                side=side,
                counts=counts,
                doubled=doubled,
                lasting=lasting,
                exclusive=labelling.exclusive,
                counted=labelling.counted,
                spread=labelling.spread,
                lacking=lacking(labelling, ends),
            )
        )
    return made


def shifts(
    compared: Sequence[Pair], withheld: Sequence[str] | None = None, *, permutations: int = 1_999, seed: int = 0
) -> tuple[pd.DataFrame, int]:
    """Test every label between every two periods.

    Parameters
    ----------
    compared : sequence of Pair
        One family of tests for the q-values (Benjamini-Hochberg).
    withheld : sequence of str, optional
        For each label why nothing is to be said of it; "" if something is. It is no member of the family.
    permutations : int
        More are made where only their number stands between a test and a claim.
    seed : int

    Returns
    -------
    (pandas.DataFrame, int)
        A row a label and pair (`COLUMNS`), and the size of the family: tests that could find anything, given how many
        posts the labels have, in how many blocks (Tarone 1990), and whose blocks differ by more than chance
        (`discourse.stats.family.unevenness`).
    """
    reasons = [""] * (len(compared[0].labels) if compared else 0) if withheld is None else list(withheld)
    quiet = [[one or other for one, other in zip(reasons, pair.lacking, strict=True)] for pair in compared]
    found = [_tested(pair, permutations, seed) for pair in compared]
    testable = [
        _testable(pair) & np.array([not reason for reason in each], dtype=bool)
        for pair, each in zip(compared, quiet, strict=True)
    ]
    member = testable
    if sum(one.sum() for one in testable) > FEW:
        member = [one & _uneven(pair) for one, pair in zip(testable, compared, strict=True)]
    made = np.full(len(compared), permutations)
    while True:
        p = [np.where(own, one.p, np.nan) for one, own in zip(found, member, strict=True)]
        every = np.concatenate([*p, np.zeros(0)])
        which, needed = unresolved(every, np.repeat(made, [len(one) for one in p]), level=LEVEL)
        if not len(which):
            break
        starts = np.cumsum([0, *(len(one) for one in p)])
        for at in np.unique(np.searchsorted(starts, which, side="right") - 1).tolist():
            found[at], made[at] = _tested(compared[at], needed, seed + 1), needed
    q = np.split(adjusted(every), np.cumsum([len(one) for one in p])[:-1]) if p else []
    tables = [_table(*each) for each in zip(compared, found, testable, q, quiet, strict=True)]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))
    return table[list(COLUMNS)], int(np.isfinite(every).sum())


def omnibus(
    compared: Sequence[Pair], shifts: pd.DataFrame, *, permutations: int = 1_999, seed: int = 0
) -> pd.DataFrame:
    """Test for every two periods whether the distribution over labels moved at all.

    Parameters
    ----------
    compared : sequence of Pair
        One family of tests for the q-values (Benjamini-Hochberg).
    shifts : pandas.DataFrame
        As from `shifts`: where a label is said to have moved, the distribution has.
    permutations, seed : int

    Returns
    -------
    pandas.DataFrame
        A row a pair (`OMNIBUS`).
    """
    rows = []
    for pair in compared:
        counts = pair.counts
        hits = counts.hits[pair.counted]
        if not pair.exclusive:  # posts without any label are a label, so that all of it can move
            none = np.maximum(counts.posts - hits.sum(axis=0), 0)
            hits = np.vstack([hits, none])
        held = hits.sum(axis=0) > 0
        note, values = "", (np.nan, np.nan, np.nan)
        if len(pair.labels) and not pair.counted.any():
            note = NO_DISTRIBUTION
        elif _blocks(pair) < 2:
            note = "a period has posts in one block alone"
        elif len({*counts.after[held].tolist()}) < 2:
            note = "a period has no labels"
        else:
            found = divergence(
                hits[:, held],
                counts.after[held],
                counts.stratum[held],
                counts.block[held],
                permutations=permutations,
                seed=seed,
            )
            values = (found.plain, found.adjusted, found.p)
        rows.append((pair.by, pair.before, pair.now, *(int(n) for n in pair.sizes), *values, note))
    table = pd.DataFrame(rows, columns=[name for name in OMNIBUS if name not in ("q", "verdict")])
    table["q"] = adjusted(table["p"].to_numpy(dtype="float64"))
    claimed = shifts[shifts["verdict"].isin([ROSE, FELL])]
    where = set(zip(claimed["by"], claimed["from"], claimed["to"], strict=True))
    by_label = np.array([one in where for one in zip(table["by"], table["from"], table["to"], strict=True)], dtype=bool)
    as_a_whole = (table["q"] <= LEVEL_OF_ALL).to_numpy()
    table["verdict"] = np.where(table["p"].isna(), WITHHELD, np.where(as_a_whole | by_label, MOVED, NOTHING))
    table["note"] = table["note"].mask(by_label & ~as_a_whole & table["p"].notna(), BY_LABEL)
    return table[list(OMNIBUS)]


def _lasting(labelling: Labelling, frame: Frame) -> np.ndarray:
    """Tell which labels' shares hang together from week to week, over all periods."""
    if frame.unit is not None:
        return np.zeros(len(labelling.labels), dtype=bool)
    cell = np.full(labelling.n_posts, -1)
    period: list[int] = []
    for at in range(len(frame.periods)):
        rows = frame.inside(at)
        if not len(rows):
            continue
        week = frame.blocks(rows, "week")
        first = int(week.min())
        cell[rows] = week - first + len(period)
        period += [at] * (int(week.max()) - first + 1)
    cells_of = np.bincount(cell[cell >= 0], minlength=len(period))
    with np.errstate(invalid="ignore"):
        return np.asarray(lag_one(labelling.hits(cell, len(period)), cells_of, np.array(period)) > LASTING)


def _tested(pair: Pair, permutations: int, seed: int) -> Shift:
    """Test all labels, those that last with blocks of two weeks."""

    def by(counts: Cells, labels: np.ndarray) -> Shift:
        return shift(
            counts.hits[labels],
            counts.posts,
            counts.after,
            counts.stratum,
            counts.block,
            permutations=permutations,
            seed=seed,
        )

    every = np.ones(len(pair.labels), dtype=bool)
    found = by(pair.counts, every)
    if pair.doubled is pair.counts or not pair.lasting.any():
        return found
    slow = by(pair.doubled, pair.lasting)
    p, error = found.p.copy(), found.error.copy()
    p[pair.lasting], error[pair.lasting] = slow.p, np.fmax(slow.error, error[pair.lasting])
    return Shift(found.difference, error, p, found.strata, found.df)


def _testable(pair: Pair) -> np.ndarray:
    """Tell which labels have posts in so many blocks that any change could be told: (labels,) bool."""
    posts = smallest_p(np.clip(np.round(np.add(*pair.totals)), 0, sum(pair.sizes)), *pair.sizes)
    held, sizes = [], []
    for when in (False, True):
        here = pair.counts.after == when
        _, block = np.unique(pair.counts.block[here], return_inverse=True)
        count = np.zeros((len(pair.labels), block.max() + 1))
        np.add.at(count.T, block, pair.counts.hits[:, here].T != 0)
        held.append((count > 0).sum(axis=1))
        sizes.append(count.shape[1])
    few = np.minimum(np.add(*held), min(sizes))  # a label that is in more blocks than a period has is held back by none
    return np.asarray((posts <= LEVEL) & (smallest_p(few, *sizes) <= LEVEL))


def _uneven(pair: Pair) -> np.ndarray:
    """Tell which labels' blocks differ by more than chance, as they would after a change: (labels,) bool."""
    counts = pair.counts
    (blocks, block), (names, of) = (np.unique(one, return_inverse=True) for one in (counts.block, counts.stratum))
    hits = np.zeros((len(pair.labels), len(blocks), len(names)))
    posts = np.zeros((len(blocks), len(names)))
    hits[:, block, of], posts[block, of] = counts.hits, counts.posts
    return np.asarray(unevenness(hits, posts) >= pair.spread)


def _blocks(pair: Pair) -> int:
    """Count the blocks of the period that has fewer."""
    return min(len(np.unique(pair.counts.block[pair.counts.after == when])) for when in (False, True))


def _table(pair: Pair, found: Shift, testable: np.ndarray, q: np.ndarray, reasons: list[str]) -> pd.DataFrame:
    (n0, n1), (y0, y1) = pair.sizes, pair.totals
    share0, share1 = y0 / n0, y1 / n1
    low, high = found.interval()
    times = ratio(pair.counts.hits, pair.counts.posts, pair.counts.after, pair.counts.stratum, pair.counts.block)
    mde = _detectable(found, share0, share1, (n0, n1), y0 + y1, pair.spread)
    claimed = q <= LEVEL
    verdict = np.where(claimed, np.where(found.difference > 0, ROSE, FELL), NOTHING).astype(object)
    elsewhere = testable & np.isnan(found.p) & ~np.isnan(found.error)
    withheld = [reason or _unmeasured(pair, found.error[at], elsewhere[at]) for at, reason in enumerate(reasons)]
    verdict[[bool(reason) for reason in withheld]] = WITHHELD
    notes = []
    for at, reason in enumerate(withheld):
        if reason:
            notes.append(reason)
            continue
        said = [MEAN] if pair.labels["kind"].iloc[at] in SCORES else []
        if not testable[at]:
            said.append(f"too few posts for any change to be told ({int(y0[at] + y1[at])} in both periods)")
        elif not claimed[at]:
            said += [_unseen(mde[at], found.difference[at]), *([_EVEN] if np.isnan(q[at]) else [])]
        elif abs(found.difference[at]) < SMALL and 1 / SMALL_RATIO < share1[at] / max(share0[at], 1e-9) < SMALL_RATIO:
            said.append("sure, but small")
        if pair.lasting[at]:
            said.append(_LASTING_TOLD[pair.doubled is not pair.counts])
        notes.append("; ".join(said))
    hidden = np.array([bool(reason) for reason in reasons], dtype=bool) | elsewhere
    unknown = np.array([bool(reason) for reason in pair.lacking], dtype=bool)

    def shown(values: np.ndarray) -> np.ndarray:
        return np.where(hidden, np.nan, values)

    columns: dict[str, Any] = {
        "by": pair.by,
        "from": pair.before,
        "to": pair.now,
        "share_from": np.where(unknown, np.nan, share0),
        "share_to": np.where(unknown, np.nan, share1),
        "difference": shown(found.difference),
        "low": shown(low),
        "high": shown(high),
        "ratio": shown(np.where(pair.labels["kind"].isin(SCORES), np.nan, times.ratio)),
        "p": shown(np.where(testable, found.p, np.nan)),
        "q": q,
        "mde": shown(mde),
        "verdict": verdict,
        "note": notes,
    }
    return pair.labels[["kind", "label_id", "label"]].assign(**columns)


def _unmeasured(pair: Pair, error: float, elsewhere: bool) -> str:
    if elsewhere:
        return "all its posts are in languages that one of the periods lacks"
    if np.isnan(error):
        return f"one of the periods has posts in a single {pair.side.unit}: how much these differ can't be known"
    return ""


def _detectable(
    found: Shift,
    share0: np.ndarray,
    share1: np.ndarray,
    sizes: tuple[float, float],
    hits: np.ndarray,
    least_deff: np.ndarray,
) -> np.ndarray:
    """Smallest change of each share that would have been seen, with the sign of the one found; NaN if none would."""
    n0, n1 = sizes
    share0, share1 = np.clip(share0, 0, 1), np.clip(share1, 0, 1)
    chance = share0 * (1 - share0) / n0 + share1 * (1 - share1) / n1
    with np.errstate(invalid="ignore", divide="ignore"):
        measured = np.where(hits >= 5, found.error**2 / chance, np.nan)
    known = measured[np.isfinite(measured)]
    usual = float(np.median(known)) if len(known) else 1.0
    deff = np.maximum(least_deff, np.where(np.isfinite(measured), measured, usual))
    least = 1e-6
    changes = np.full(len(share0), np.nan)
    for at, (share, difference) in enumerate(zip(share0, found.difference, strict=True)):
        if np.isnan(difference):
            continue
        before = float(np.clip(share, least, 1 - least))
        way = "rise" if difference >= 0 else "fall"
        reached = detectable_share(before, n0, n1, direction=way, deff=float(deff[at]))  # type: ignore[arg-type]
        changes[at] = reached - before
    return changes


def _unseen(mde: float, difference: float) -> str:
    way = "rise" if difference >= 0 else "fall"
    if np.isnan(mde):
        return f"not even a {way} to {'all' if way == 'rise' else 'none'} could have been seen"
    if abs(difference) >= abs(mde):
        return f"a {way} that a single test might have seen is not sure among all tests"
    return f"cannot detect a {way} below {abs(mde) * 100:.1f} points"
