"""Whether a measure means the same at all times: does what it finds and misses of a code depend on the period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from discourse.stats.blocks import design_effect
from discourse.stats.bootstrap import Estimate, with_interval
from discourse.stats.permutation import p_value
from discourse.stats.shares import Shares, shares

_POWER = 0.8
_NUMBERS = 2_000_000


@dataclass(frozen=True)
class Invariance:
    """What `invariance` found.

    Attributes
    ----------
    statistic, df : float
        Pearson's chi-square in both strata together, and its degrees of freedom.
    p : float
        Of the exchange of blocks; NaN where there is nothing to compare.
    recall, false_positives : list of Shares
        One a period (see `discourse.stats.shares.shares`), None where it has no post with the code, or without.
    detectable_recall, detectable_false_positives : float
        The smallest change between the earlier and the later half of the posts, up or down, that would have been seen
        four times in five; NaN if none would.
    """

    statistic: float
    df: int
    p: float
    recall: list[Shares | None]
    false_positives: list[Shares | None]
    detectable_recall: float
    detectable_false_positives: float


def invariance(
    predicted: np.ndarray,
    code: np.ndarray,
    period: np.ndarray,
    block: np.ndarray,
    *,
    permutations: int = 1_999,
    seed: int = 0,
    level: float = 0.95,
) -> Invariance:
    r"""Test whether a prediction depends on the period, given the code.

    .. math:: X^2 = \sum_{y} \sum_{t} \frac{(z_{yt} - n_{yt} p_y)^2}{n_{yt}\, p_y (1 - p_y)}

    where :math:`z_{yt}` of the :math:`n_{yt}` posts of period :math:`t` with (:math:`y = 1`) or without the code
    (:math:`y = 0`) are predicted to have it, and :math:`p_y` is the share in all periods. Blocks change periods whole,
    those with and those without the code together: what happens in a week happens to both.

    Parameters
    ----------
    predicted, code : numpy.ndarray, shape (n,), bool
    period : numpy.ndarray, shape (n,), int
        From 0.
    block : numpy.ndarray, shape (n,), int
        A block lies in one period.
    permutations, seed : int
    level : float
        Of the intervals.

    Returns
    -------
    Invariance

    Raises
    ------
    ValueError
        A block lies in two periods, or the arrays don't fit each other.

    Notes
    -----
    If it holds, with recall :math:`r` and a rate :math:`f` of false positives, the share of posts predicted is
    :math:`f + (r - f)\, b` where :math:`b` is that of posts with the code: an attenuated stand-in that moves the same
    way. From few coded posts even a large change of recall is not seen; that nothing was found is no evidence that
    nothing is there, and the detectable changes say what could have been.

    References
    ----------
    Putnick, D. L. and Bornstein, M. H. (2016). Measurement invariance conventions and reporting. Developmental Review
    41. That blocks are exchanged: Winkler, A. M. and others (2015). Multi-level block permutation. NeuroImage 123.

    Examples
    --------
    >>> code = np.tile([True, False], 40)
    >>> predicted, period = code & (np.arange(80) < 40), np.arange(80) // 40
    >>> found = invariance(predicted, code, period, np.arange(80) // 4)
    >>> found.statistic, found.p < 0.01, [float(one.share[0]) for one in found.recall]
    (40.0, True, [1.0, 0.0])
    """
    z, y = np.asarray(predicted, dtype=bool), np.asarray(code, dtype=bool)
    number = np.unique(block, return_inverse=True)[1]
    if not z.shape == y.shape == np.shape(period) == number.shape:
        raise ValueError("needs one entry a post")
    blocks, periods = int(number.max(initial=-1)) + 1, int(np.max(period, initial=-1)) + 1
    when = np.zeros(blocks, dtype="int64")
    when[number] = period
    if (when[number] != period).any():
        raise ValueError("a block must lie in one period")
    sides = [_counts(z, number, blocks, y == with_code) for with_code in (True, False)]
    recall, wrong = ([_of_period(*side, when == at, level) for at in range(periods)] for side in sides)
    df = sum(_df(hits, posts, when) for hits, posts in sides)
    order, first = np.argsort(when, kind="stable"), np.unique(np.sort(when), return_index=True)[1]
    found = _statistic(sides, order[None], first)[0]
    rng, null = np.random.default_rng(seed), []
    step = max(1, _NUMBERS // max(1, blocks))
    for start in range(0, permutations if df else 0, step):
        drawn = rng.permuted(np.tile(order, (min(step, permutations - start), 1)), axis=1)
        null.append(_statistic(sides, drawn, first))
    p = float(p_value(found, np.concatenate(null))) if df else float("nan")
    detectable = [_detectable(*side, df, level) for side in sides]
    return Invariance(float(found), df, p, recall, wrong, detectable[0], detectable[1])


@dataclass(frozen=True)
class Gap:
    """What `trend_gap` found.

    Attributes
    ----------
    gap : Estimate
        0 where predicted posts and posts with the code grew by the same factor.
    same_sign : float
        Share of draws in which both moved the same way, 0 to 1.
    predicted, coded : tuple of float
        Shares before and after.
    """

    gap: Estimate
    same_sign: float
    predicted: tuple[float, float]
    coded: tuple[float, float]


def trend_gap(
    predicted: np.ndarray,
    code: np.ndarray,
    after: np.ndarray,
    block: np.ndarray,
    *,
    resamples: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Gap:
    r"""Compare how a prediction and the code it stands for moved between two periods.

    :math:`\log(a_1 / a_0) - \log(b_1 / b_0)` with the shares :math:`a` of posts predicted and :math:`b` of posts with
    the code, before (0) and after (1). Blocks of either period are drawn again, the same for both.

    Parameters
    ----------
    predicted, code, after : numpy.ndarray, shape (n,), bool
        Posts of two periods.
    block : numpy.ndarray, shape (n,), int
    resamples, seed, level
        Of the interval (see `discourse.stats.bootstrap.estimate`).

    Returns
    -------
    Gap
        NaN where one of the shares is 0.

    Raises
    ------
    ValueError
        One of the periods has no posts.

    Notes
    -----
    A prediction that finds the same part of the posts and adds the same noise moves less than the code: the gap is then
    not 0, but the sign is the same.

    Examples
    --------
    >>> code = np.tile([1, 0, 0, 0, 1, 1, 0, 0], 5).astype(bool)
    >>> after = np.tile([0, 0, 0, 0, 1, 1, 1, 1], 5).astype(bool)
    >>> found = trend_gap(code, code, after, np.arange(40))
    >>> found.gap.value, found.coded
    (0.0, (0.25, 0.5))
    """
    number = np.unique(np.asarray(block) * 2 + after, return_inverse=True)[1]
    sums = np.array([np.bincount(number, one) for one in (np.ones(len(number)), predicted, code)], dtype="float64").T
    when = np.zeros(len(sums), dtype=bool)
    when[number] = after
    if when.all() or not when.any():
        raise ValueError("needs posts of both periods")
    rng = np.random.default_rng(seed)

    def total(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add up one side: as it is, and as drawn again."""
        times = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=resamples)
        return rows.sum(axis=0), times @ rows

    (before, drawn_before), (now, drawn_now) = total(sums[~when]), total(sums[when])
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _logs(before, now)
        drawn = _logs(drawn_before, drawn_now)
        gaps = drawn[:, 0] - drawn[:, 1]
    value = float(found[..., 0] - found[..., 1])
    sign = np.sign(drawn)
    same = float((sign[:, 0] == sign[:, 1]).mean())
    shares = [(float(before[at] / before[0]), float(now[at] / now[0])) for at in (1, 2)]
    return Gap(with_interval(value, gaps, level), same, *shares)


def _logs(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Take logarithms of the ratios of shares, predicted and coded."""
    return np.log(now[..., 1:] / now[..., :1]) - np.log(before[..., 1:] / before[..., :1])


def _counts(z: np.ndarray, number: np.ndarray, blocks: int, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.bincount(number[held], z[held], blocks), np.bincount(number[held], minlength=blocks).astype("float64")


def _of_period(hits: np.ndarray, posts: np.ndarray, inside: np.ndarray, level: float) -> Shares | None:
    return shares(hits[inside], posts[inside], level=level) if posts[inside].sum() else None


def _df(hits: np.ndarray, posts: np.ndarray, when: np.ndarray) -> int:
    if not 0 < hits.sum() < posts.sum():
        return 0
    return max(0, len(np.unique(when[posts > 0])) - 1)


def _statistic(sides: list[tuple[np.ndarray, np.ndarray]], order: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Take Pearson's statistic of both strata: (draws,) for orders of the blocks, parted where periods begin."""
    total = np.zeros(len(order))
    for hits, posts in sides:
        share = hits.sum() / posts.sum() if posts.sum() else 0.0
        if not 0 < share < 1:
            continue
        z, n = (np.add.reduceat(one[order], first, axis=1) for one in (hits, posts))
        off = (z - n * share) ** 2
        total += np.divide(off, n * share * (1 - share), out=np.zeros_like(off), where=n > 0).sum(axis=1)
    return total


def _detectable(hits: np.ndarray, posts: np.ndarray, df: int, level: float) -> float:
    r"""Smallest change of a share between two halves of the posts that the test would see four times in five.

    The statistic has a noncentrality of :math:`n \delta^2 / (4 d\, p (1 - p))` with the design effect :math:`d`.
    """
    n = posts.sum()
    if not df or not 0 < hits.sum() < n:
        return float("nan")
    share = hits.sum() / n
    measured = design_effect(hits, posts)
    deff = max(1.0, measured) if np.isfinite(measured) else 1.0
    needed = _noncentrality(df, level)
    change = float(2 * np.sqrt(needed * deff * share * (1 - share) / n))
    return change if change <= 2 * min(share, 1 - share) else float("nan")


@lru_cache
def _noncentrality(df: int, level: float) -> float:
    """Find the noncentrality with which a chi-square test is significant four times in five."""
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    critical = chi2.ppf(level, df)
    return float(brentq(lambda off: ncx2.sf(critical, df, off) - _POWER, 1e-6, 1e4))
