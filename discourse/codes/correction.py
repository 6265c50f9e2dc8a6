"""A code's share in each period, corrected by posts coded by hand, beside what the machine and the codes say alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.codes.sampling import FEWEST
from discourse.stats.corrected import Corrected, corrected
from discourse.stats.shares import interval

HEAVIEST = 20.0
"""How many times as many posts as the mean one a coded post may stand for."""
PLENTY = 15
"""Coded posts with the code from which it hardly depends on chance whether a share is told."""
SCARCE = f"fewer than {PLENTY} coded posts have it: of shares as rare, those that are told are too high on average"
CORRECTED, NAIVE, LABELS = "corrected", "naive", "labels"
_TINY = 1e-9
_POOL = "pool periods (--period year, or --cut)"
_MORE = "discourse sample, with a larger --n and --codes with this sheet, takes over the answers that are there"
_LEFT_OUT = "every coded post of it was sure to be drawn, and others could not be: they were left out of the sample"

PREVALENCE = ("kind", "label_id", "label", "by", "period", "n", "n_total", "share", "low", "high", "note")
CODING = (
    *("label_id", "label", "period", "n", "coded", "positives", "stage", "correlation", "lambda"),
    *("naive", "labels", "labels_low", "labels_high", "corrected", "low", "high", "process_low", "process_high"),
    *("moved", "width", "labels_width", "codes_worth", "withheld", "note"),
)


@dataclass(frozen=True)
class Scored:
    """A code of n posts, as people gave it to some and a machine scored all.

    Attributes
    ----------
    label_id, label : str
    code : numpy.ndarray, shape (n,)
        1 or 0, NaN where not coded.
    score : numpy.ndarray, shape (n,), or None
        How likely each post has the code, 0 to 1, by a machine that did not learn it from the post's own code.
    stage : str
        Where the score comes from, in a word.
    note : str
        Why there is none.
    """

    label_id: str
    label: str
    code: np.ndarray
    score: np.ndarray | None
    stage: str
    note: str = ""


@dataclass(frozen=True)
class Sampled:
    """The posts that shares are about, and how those to be coded were drawn.

    Attributes
    ----------
    probability : numpy.ndarray, shape (n,)
        Of each post to be coded, above 0 and at most 1; NaN for posts that were not coded, or not drawn.
    period : numpy.ndarray, shape (n,), int
        Number of each post's period, -1 for none.
    names : sequence of str
        Of the periods, which all have posts.
    block : numpy.ndarray, shape (n,), int
        What binds posts together, such as their week.
    """

    probability: np.ndarray
    period: np.ndarray
    names: Sequence[str]
    block: np.ndarray


@dataclass(frozen=True)
class Correction:
    """What became of one code; arrays have an entry a period.

    Attributes
    ----------
    scored : Scored
    found : discourse.stats.corrected.Corrected
        With the score, where it is worth anything.
    alone : discourse.stats.corrected.Corrected
        From the codes alone.
    blocks : numpy.ndarray
        Blocks with posts.
    withheld : list of str
        Why nothing is said of a period, and what would do; "" where something is.
    """

    scored: Scored
    found: Corrected
    alone: Corrected
    blocks: np.ndarray
    withheld: list[str]

    @property
    def told(self) -> np.ndarray:
        """Tell of which periods something is said: (periods,) bool."""
        return np.array([not reason for reason in self.withheld], dtype=bool)


def correct(scored: Scored, sampled: Sampled) -> Correction:
    """Correct the shares of one code.

    Parameters
    ----------
    scored : Scored
    sampled : Sampled
        Codes of posts without a probability are left out.

    Returns
    -------
    Correction
        A period is withheld where it has no coded post; fewer than `FEWEST` with the code, unless all its posts are
        coded; or a coded post that stands for more than `HEAVIEST` times as many posts as the mean coded post does.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(400) < 0.2
    >>> score = np.where(truth, 0.7, 0.1)
    >>> probability = np.where(np.arange(400) % 4 == 0, 0.25, np.nan)
    >>> scored = Scored("UN", "UN", np.where(np.isnan(probability), np.nan, truth), score, "head")
    >>> found = correct(scored, Sampled(probability, np.repeat([0, 1], 200), ["2024", "2025"], np.arange(400) // 10))
    >>> found.found.share.round(3).tolist(), [float(truth[:200].mean()), float(truth[200:].mean())]
    ([0.191, 0.212], [0.185, 0.22])
    """
    code = np.where(np.isnan(sampled.probability), np.nan, scored.code)
    inside = [sampled.period == at for at in range(len(sampled.names))]
    withheld = []
    for held in inside:
        drawn = held & ~np.isnan(code)
        withheld.append(_reason(int(held.sum()), code[drawn], 1 / sampled.probability[drawn]))
        if withheld[-1] == _LEFT_OUT:
            code[held] = np.nan
    told = code, sampled.probability, sampled.period, sampled.block
    alone = corrected(None, *told)
    found = alone if scored.score is None else corrected(scored.score, *told, cross_fitted=True)
    blocks = np.array([len(np.unique(sampled.block[held])) for held in inside])
    return Correction(scored, found, alone, blocks, withheld)


def _reason(posts: int, code: np.ndarray, weights: np.ndarray) -> str:
    """Say why a period of so many posts is withheld, and what would do."""
    coded, positives = len(code), int(code.sum())
    if not coded:
        return f"none of its {posts:,} posts was drawn and coded: {_POOL}, or draw some with discourse sample"
    if coded == posts:
        return ""
    if (weights == 1).all():
        return _LEFT_OUT
    heaviest = float(weights.max() / weights.mean())
    if heaviest > HEAVIEST:
        return (
            f"one coded post stands for {heaviest:.0f} times as many posts as the mean one, and {HEAVIEST:.0f} is the "
            f"most: {_POOL}, or draw a new sample with discourse sample"
        )
    if positives >= FEWEST:
        return ""
    have = f"{positives} of {coded} coded posts {'has' if positives == 1 else 'have'} it, and {FEWEST} are needed"
    more = codes_lacking(positives, coded)
    if coded + more > posts:
        return f"{have}, which all {posts:,} posts of the period would hardly hold: {_POOL}"
    return f"{have}: {_POOL}, or code about {more:,} more ({_MORE})"


def codes_lacking(positives: int, coded: int) -> int:
    """Count the posts still to be coded until ten have the code, going by the share so far.

    Examples
    --------
    >>> codes_lacking(4, 60), codes_lacking(0, 60)
    (90, 610)
    """
    rate = positives / coded if positives else 1 / (coded + 1)
    return math.ceil((FEWEST - positives) / rate - _TINY)


def prevalence(one: Correction, names: Sequence[str]) -> pd.DataFrame:
    """Lay out the shares of a code: a row a period for corrected and naive shares and those of codes alone.

    Parameters
    ----------
    one : Correction
    names : sequence of str
        Of the periods.

    Returns
    -------
    pandas.DataFrame
        `PREVALENCE`. ``n`` is the number of coded posts with the code, ``n_total`` that of all posts of the period;
        intervals are about the share of these posts. A naive share has none: its error is not one of chance.
    """
    told, unknown = one.told, np.full(len(names), np.nan)
    told_of = zip(one.withheld, np.where(scarce(one), SCARCE, ""), strict=True)
    kept = {
        CORRECTED: (one.found.share, one.found.low, one.found.high, [reason or rare for reason, rare in told_of]),
        NAIVE: (one.found.naive, unknown, unknown, ["the machine's share, not corrected"] * len(names)),
        LABELS: (one.alone.share, one.alone.low, one.alone.high, ["from the codes alone"] * len(names)),
    }
    parts = []
    for kind, (share, low, high, notes) in kept.items():
        shown = told if kind == CORRECTED else np.ones(len(names), dtype=bool)
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "label_id": one.scored.label_id,
                    "label": one.scored.label,
                    "by": "",
                    "period": list(names),
                    "n": one.alone.positives,
                    "n_total": one.alone.n,
                    "share": np.where(shown, share, np.nan),
                    "low": np.where(shown, low, np.nan),
                    "high": np.where(shown, high, np.nan),
                    "note": notes,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({"n": "int64", "n_total": "int64"})[list(PREVALENCE)]


def coding(one: Correction, names: Sequence[str]) -> pd.DataFrame:
    r"""Lay out what the codes did: a row a period.

    ``codes_worth`` is the number of codes of a simple random sample that would give an interval as narrow without any
    score: of :math:`N` posts, with the effective number :math:`n` behind the interval,
    :math:`1 / (1 / n + 1 / N)`.

    Parameters
    ----------
    one : Correction
    names : sequence of str
        Of the periods.

    Returns
    -------
    pandas.DataFrame
        `CODING`. Where a period is withheld, what rests on its correction is NaN.
    """
    found, alone, told = one.found, one.alone, one.told
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = found.share * (1 - found.share) / found.process
        worth = 1 / (1 / found.effective + 1 / alone.n)
    ends = [
        interval(share, n, blocks - 1) if np.isfinite(n) and n > 0 else (np.nan, np.nan)
        for share, n, blocks in zip(found.share, spread, one.blocks, strict=True)
    ]
    corrected_only = {
        "corrected": found.share,
        "low": found.low,
        "high": found.high,
        "process_low": np.array([float(low) for low, _ in ends]),
        "process_high": np.array([float(high) for _, high in ends]),
        "moved": found.share - found.naive,
        "width": found.high - found.low,
        "codes_worth": worth,
    }
    table = pd.DataFrame(
        {
            "label_id": one.scored.label_id,
            "label": one.scored.label,
            "period": list(names),
            "n": alone.n,
            "coded": alone.coded,
            "positives": alone.positives,
            "stage": one.scored.stage,
            "correlation": found.correlation,
            "lambda": found.weight,
            "naive": found.naive,
            "labels": alone.share,
            "labels_low": alone.low,
            "labels_high": alone.high,
            "labels_width": alone.high - alone.low,
            "withheld": one.withheld,
            "note": one.scored.note if one.scored.score is None else _unused(one),
            **{name: np.where(told, values, np.nan) for name, values in corrected_only.items()},
        }
    )
    return table.astype({"n": "int64", "coded": "int64", "positives": "int64"})[list(CODING)]


def scarce(one: Correction) -> np.ndarray:
    """Tell in which periods chance decided whether anything is said, so few coded posts have the code: (periods,) bool.

    Shares are told from ten coded posts with the code on. Where about ten are to be expected, those told are the
    luckier draws: a share of 6 % is told in four of ten draws of 150 posts, and is then a seventh too high on average.
    """
    alone = one.alone
    return np.asarray(one.told & (alone.coded < alone.n) & (alone.positives < PLENTY))


def _unused(one: Correction) -> str:
    if one.found.weight > 0:
        return ""
    return "the score follows the codes too loosely to be of use: codes alone"
