"""Whether labels stand for a code in the same way at all times, and whether both moved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from discourse.codes.compare.beside import FEWEST, RESAMPLES, Beside, Scheme, spread
from discourse.stats.invariance import Invariance, invariance, trend_gap
from discourse.stats.mapping import Match
from discourse.stats.multiple import adjusted

CHANGED, NOT_SHOWN, WITHHELD = "changed", "no change shown", "withheld"
LEVEL = 0.05
PERMUTATIONS = 1_999
_FEW = 5
"""Posts that must have a code, and be predicted to, in each period for their trends to be compared."""


def over_time(
    beside: Beside,
    found: dict[tuple[str, str], Match],
    names: Sequence[str],
    period: np.ndarray,
    pairs: Sequence[tuple[int, int]],
    *,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Test measurement invariance of each code, tell recall and false positives by period, and compare trends.

    The labels that stand for a code are those chosen on all posts: they were chosen without their dates.

    Parameters
    ----------
    beside : Beside
    found : dict
        From `discourse.codes.compare.matches.matches`.
    names : sequence of str
        The periods, in order.
    period : numpy.ndarray, shape (n,), int
        Period of each post, -1 for none.
    pairs : sequence of (int, int)
        Periods whose trends are compared, earlier first.
    seed : int

    Returns
    -------
    invariance, rates, trends : pandas.DataFrame
        One row a code; a code and period; a code and pair of periods. docs/compare.md tells the columns.
    """
    tests: list[dict[str, Any]] = []
    rates: list[dict[str, Any]] = []
    trends: list[dict[str, Any]] = []
    for scheme in beside.schemes:
        dated = period[scheme.rows] >= 0
        when = period[scheme.rows][dated]
        # A week across the edge of two periods is two blocks.
        block = scheme.groups.block[dated] * len(names) + when
        for code, given in zip(scheme.codes, scheme.given, strict=True):
            one = found.get((scheme.name, code))
            if one is None:
                continue
            named = {"scheme": scheme.name, "code": code}
            y, z = given[dated], _predicted(beside, scheme, one)[dated]
            if why := _unfit(y, z, when, block):
                tests.append({**named, "p": float("nan"), "verdict": WITHHELD, "note": why})
                continue
            test = invariance(z, y, when, block, permutations=PERMUTATIONS, seed=seed)
            tests.append({**named, **_tested(test)})
            rates += [{**named, **row} for row in _rates(test, z, y, when, names)]
            trends += [{**named, **_trend(y, z, when, block, pair, names, seed)} for pair in pairs]
    if tests:
        q = adjusted(np.array([row["p"] for row in tests]))
        for row, value in zip(tests, q, strict=True):
            row["q"] = float(value)
            if row["verdict"] != WITHHELD:
                row["verdict"] = CHANGED if value <= LEVEL else NOT_SHOWN
    return (
        pd.DataFrame(tests).reindex(columns=_TESTS),
        pd.DataFrame(rates).reindex(columns=_RATES),
        pd.DataFrame(trends).reindex(columns=_TRENDS),
    )


_TESTS = [
    *("scheme", "code", "statistic", "df", "p", "q", "detectable_recall", "detectable_false_positives"),
    *("verdict", "note"),
]
_RATES = [
    *("scheme", "code", "period", "coded", "with_code", "share_coded", "share_predicted"),
    *(f"{name}{end}" for name in ("recall", "false_positives") for end in ("", "_low", "_high")),
]
_TRENDS = [
    *("scheme", "code", "from", "to", "coded_from", "coded_to", "predicted_from", "predicted_to"),
    *("gap", "gap_low", "gap_high", "same_sign", "note"),
]


def _predicted(beside: Beside, scheme: Scheme, one: Match) -> np.ndarray:
    held: np.ndarray = np.asarray(beside.member[one.groups].any(axis=0))
    return held[scheme.groups.cell]


def _unfit(y: np.ndarray, z: np.ndarray, when: np.ndarray, block: np.ndarray) -> str:
    """Say why recall can't be compared over time; "" if it can."""
    if y.sum() < FEWEST:
        return f"{int(y.sum())} dated posts have it, and {FEWEST} are needed"
    if len(np.unique(when[y])) < 2:
        return "all posts with it are of one period"
    if len(np.unique(block)) < 6:
        return "all coded posts are of fewer than six weeks"
    if not z.any() or z.all():
        return "what stands for it holds none of the coded posts, or all"
    return ""


def _tested(test: Invariance) -> dict[str, Any]:
    notes = []
    if np.isnan(test.detectable_recall):
        notes.append("no change of recall would have been seen")
    elif test.detectable_recall > 0.2:
        notes.append(f"a change of recall under {test.detectable_recall:.2f} would have been missed")
    return {
        "statistic": test.statistic,
        "df": test.df,
        "p": test.p,
        "detectable_recall": test.detectable_recall,
        "detectable_false_positives": test.detectable_false_positives,
        "verdict": "",
        "note": "; ".join(notes),
    }


def _rates(
    test: Invariance, z: np.ndarray, y: np.ndarray, when: np.ndarray, names: Sequence[str]
) -> list[dict[str, Any]]:
    rows = []
    for at in range(len(test.recall)):
        inside = when == at
        if not inside.any():
            continue
        row: dict[str, Any] = {"period": names[at], "coded": int(inside.sum()), "with_code": int(y[inside].sum())}
        row |= {"share_coded": float(y[inside].mean()), "share_predicted": float(z[inside].mean())}
        for name, of in (("recall", test.recall[at]), ("false_positives", test.false_positives[at])):
            if of is not None:
                row |= {name: float(of.share[0]), f"{name}_low": float(of.low[0]), f"{name}_high": float(of.high[0])}
        rows.append(row)
    return rows


def _trend(
    y: np.ndarray,
    z: np.ndarray,
    when: np.ndarray,
    block: np.ndarray,
    pair: tuple[int, int],
    names: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    told: dict[str, Any] = {"from": names[pair[0]], "to": names[pair[1]]}
    inside = np.isin(when, pair)
    counts = [int(one[when == at].sum()) for one in (y, z) for at in pair]
    if not all((when == at).any() for at in pair):
        return told | {"note": "a period has no coded posts"}
    if min(counts) < _FEW:
        return told | {"note": f"fewer than {_FEW} posts with the code, or predicted to have it, in a period"}
    found = trend_gap(z[inside], y[inside], when[inside] == pair[1], block[inside], resamples=RESAMPLES, seed=seed)
    told |= {"coded_from": found.coded[0], "coded_to": found.coded[1]}
    told |= {"predicted_from": found.predicted[0], "predicted_to": found.predicted[1]}
    return told | spread("gap", found.gap) | {"same_sign": found.same_sign, "note": ""}
