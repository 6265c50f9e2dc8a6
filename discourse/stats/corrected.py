"""How common a code is, from a sample coded by hand and a score for every post: shares that the codes correct."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from discourse.stats.shares import interval

_TINY = 1e-12
"""A variance this small is rounding."""
_UNTOLD = 4
"""Coded posts of which the score is taken to tell nothing when an interval is made, as if they came on top."""


@dataclass(frozen=True)
class Corrected:
    """What `corrected` found, one entry a period.

    Attributes
    ----------
    share : numpy.ndarray, shape (periods,)
        Corrected share. About 0 to 1; being unbiased, it may fall a little below 0 for a rare code. NaN without codes.
    low, high : numpy.ndarray, shape (periods,)
        Ends of its interval for the posts there are (the corpus target), 0 to 1.
    variance : numpy.ndarray, shape (periods,)
        Variance by the draw of the sample alone; 0 where every post is coded, NaN with a single code.
    process : numpy.ndarray, shape (periods,)
        Variance for the process behind the posts: of the draw and between blocks; NaN with a single block.
    naive : numpy.ndarray, shape (periods,)
        Mean of the score; NaN without one.
    labels, labels_low, labels_high : numpy.ndarray, shape (periods,)
        The share by the codes alone, with its interval.
    n, coded, positives : numpy.ndarray, shape (periods,)
        Posts, coded posts, and coded posts that have the code; unweighted.
    effective, labels_effective : numpy.ndarray, shape (periods,)
        Posts drawn at random that would tell as much; infinite where every post is coded.
    weight : float
        How much the score counts, 0 to 1, one for all periods.
    correlation : float
        Of codes and score within periods, weighted; NaN without a score or where either does not vary.
    outcome : numpy.ndarray, shape (n,)
        One number a post whose mean in a period is `share`: what differences, trends and tests by blocks go by in
        place of 0 and 1. NaN outside the periods and in periods without codes.
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    variance: np.ndarray
    process: np.ndarray
    naive: np.ndarray
    labels: np.ndarray
    labels_low: np.ndarray
    labels_high: np.ndarray
    n: np.ndarray
    coded: np.ndarray
    positives: np.ndarray
    effective: np.ndarray
    labels_effective: np.ndarray
    weight: float
    correlation: float
    outcome: np.ndarray


@dataclass(frozen=True)
class Difference:
    """What `difference` found.

    Attributes
    ----------
    difference, low, high : float
        Later share less the earlier one, with its interval for the posts there are: -1 to 1.
    variance : float
        By the draws of the two samples.
    df : float
        Degrees of freedom of it, after Welch; NaN where it is 0 or unknown.
    p_design : float
        Two-sided p-value that the shares of these posts are equal, by the draws alone. NaN where `variance` is 0 or
        unknown: a difference between posts that are all coded is known, not tested.
    """

    difference: float
    low: float
    high: float
    variance: float
    df: float
    p_design: float


def corrected(
    score: np.ndarray | None,
    code: np.ndarray,
    probability: np.ndarray,
    period: np.ndarray,
    block: np.ndarray,
    *,
    cross_fitted: bool = False,
    weight: float | None = None,
    level: float = 0.95,
) -> Corrected:
    r"""Estimate the share of a code in each period, from codes of a random sample and a machine's score for all posts.

    With a score :math:`F_i` for each of the N posts of a period, codes :math:`Y_i` for the m posts in the sample L,
    their probabilities of being drawn :math:`\pi_i`, weights :math:`w_i = 1/\pi_i` and :math:`e_i = Y_i - \lambda F_i`,

    .. math:: \bar e = \frac{\sum_L w_i e_i}{\sum_L w_i}, \qquad
              \hat\theta = \frac{\lambda}{N} \sum_i F_i + \bar e,

    the difference estimator of survey sampling: whatever the score gets wrong, and however that changes from period to
    period, is measured on the sample and taken off. By the draw alone, and by block b of posts,

    .. math:: V_d = \frac{m}{m-1} \sum_L (1 - \pi_i) \left(\frac{w_i (e_i - \bar e)}{N}\right)^2, \qquad
              V_p = \frac{G}{G-1} \sum_b \Big(\sum_{i \in b} \frac{\tilde Y_i - \hat\theta}{N}\Big)^2,

    where :math:`\tilde Y_i = \lambda F_i + \bar e + R_i w_i (e_i - \bar e)`, with :math:`R_i = 1` in the sample, has
    the mean :math:`\hat\theta` whatever the probabilities. The interval is Wilson's with
    :math:`\hat\theta(1-\hat\theta)/V` posts and the quantile of t for m - 1 degrees of freedom, where
    :math:`V = (m V_d + 4 V_Y) / (m + 4)` leans a little towards the variance :math:`V_Y` by the codes alone: a good
    score errs so seldom that a sample may hold hardly any of its errors, and :math:`V_d` is too small then.

    Parameters
    ----------
    score : numpy.ndarray, shape (n,), or None
        0 to 1, for every post of a period, coded or not; None for the codes alone.
    code : numpy.ndarray, shape (n,)
        1 or 0; NaN where not coded.
    probability : numpy.ndarray, shape (n,)
        Of being drawn, above 0 and at most 1; used where there is a code.
    period : numpy.ndarray, shape (n,), int
        0, 1, ...; -1 for posts outside.
    block : numpy.ndarray, shape (n,), int
        Which posts belong together, such as those of a week; blocks don't reach over periods.
    cross_fitted : bool
        That the score of a coded post comes from a model which has not seen its code: out of fold, or not trained on
        codes at all.
    weight : float, optional
        :math:`\lambda`. By default the slope of codes on scores within periods, pooled over them, each post counted
        :math:`w_i` times, from 0 to 1; and 0 where their correlation is below :math:`1/\sqrt{m-2}` over all m codes,
        since so weak a score adds noise. Give 1 for codes that exclude each other, so that their shares add up to 1.
    level : float
        Of the intervals, above 0 and below 1.

    Returns
    -------
    Corrected

    Raises
    ------
    ValueError
        A score without `cross_fitted`; arrays that don't fit each other; codes other than 0 and 1; scores that are
        missing or out of range; codes without a probability; or a period where all that is coded was certain to be
        drawn, and yet posts are not coded.

    Notes
    -----
    `share` and `variance` are for the posts there are and need no assumption on them, only that the sample was drawn
    as the probabilities say. From fewer than 10 coded posts with the code in a period the interval is not to be
    trusted. Where the residuals of all codes are the same, `variance` is 0 by the formula, and the interval is that of
    a random sample of :math:`(\sum w)^2 / \sum w^2` posts. A score that was fitted to the same codes makes the
    residuals small by itself: intervals then hold the truth in a quarter to two fifths of cases, not 95 %.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, chapter 6. Springer.
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023). Prediction-powered inference.
    Science 382. Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for downstream
    inference. NeurIPS 36. Zrnic, T. and Candès, E. J. (2024). Cross-prediction-powered inference. PNAS 121(15). When
    the score is left out: Mani, P., Xu, P., Lipton, Z. C. and Oberst, M. (2025), arXiv 2505.20178.

    Examples
    --------
    >>> score = np.array([0.9, 0.8, 0.2, 0.1, 0.1, 0.1, 0.7, 0.3, 0.2, 0.6])
    >>> code = np.full(10, np.nan)
    >>> code[[0, 2, 4, 6]] = [1, 0, 0, 1]
    >>> one = np.zeros(10, dtype=int)
    >>> found = corrected(score, code, np.full(10, 0.4), one, np.arange(10), cross_fitted=True, weight=1)
    >>> round(float(found.share[0]), 3), round(float(found.variance[0]), 6), round(float(found.naive[0]), 3)
    (0.425, 0.007375, 0.4)
    """
    given = score is not None
    if given and not cross_fitted:
        raise ValueError(
            "the score must be cross-fitted: out of fold for posts whose codes trained it; say so by cross_fitted=True"
        )
    y, chance, when, blocks = _checked(code, probability, period, block)
    f = np.asarray(score, dtype="float64") if given else np.zeros(len(y))
    inside = when >= 0
    if f.shape != y.shape or not ((f[inside] >= 0) & (f[inside] <= 1)).all():
        raise ValueError("needs a score from 0 to 1 for each post")
    if not (0 < level < 1 and (weight is None or 0 <= weight <= 1)):
        raise ValueError("needs a level above 0 and below 1, and a weight from 0 to 1")
    w = np.where(np.isnan(y), 0.0, 1 / np.where(np.isnan(y), 1.0, chance))
    slope, correlation = _slope(f, y, w, when)
    counted = weight if weight is not None else slope
    members = [np.flatnonzero(when == at) for at in range(int(when.max(initial=-1)) + 1)]
    ours = [_estimate(counted * f[rows], y[rows], w[rows], blocks[rows], level) for rows in members]
    alone = [_estimate(np.zeros(len(rows)), y[rows], w[rows], blocks[rows], level) for rows in members]
    outcome = np.full(len(y), np.nan)
    for rows, one in zip(members, ours, strict=True):
        outcome[rows] = one.outcome
    main, codes = (np.array([one.numbers for one in each]).reshape(-1, 6).T for each in (ours, alone))
    return Corrected(
        share=main[0],
        low=main[1],
        high=main[2],
        variance=main[3],
        process=main[4],
        naive=np.array([f[rows].mean() if given and len(rows) else np.nan for rows in members]),
        labels=codes[0],
        labels_low=codes[1],
        labels_high=codes[2],
        n=np.array([len(rows) for rows in members]),
        coded=np.array([np.isfinite(y[rows]).sum() for rows in members]),
        positives=np.array([(y[rows] == 1).sum() for rows in members]),
        effective=main[5],
        labels_effective=codes[5],
        weight=float(counted) if given else 0.0,
        correlation=correlation,
        outcome=outcome,
    )


def difference(found: Corrected, before: int, after: int, *, level: float = 0.95) -> Difference:
    r"""Compare the shares of two periods, whose samples were drawn independently.

    The interval joins those of the two shares (Newcombe's way): with :math:`\hat\theta_0 \in [l_0, u_0]` and
    :math:`\hat\theta_1 \in [l_1, u_1]` it reaches from
    :math:`\Delta - \sqrt{(\hat\theta_1 - l_1)^2 + (u_0 - \hat\theta_0)^2}` to
    :math:`\Delta + \sqrt{(u_1 - \hat\theta_1)^2 + (\hat\theta_0 - l_0)^2}`. The p-value is that of
    :math:`\Delta / \sqrt{V_1 + V_0}` by t with Welch's degrees of freedom.

    Parameters
    ----------
    found : Corrected
    before, after : int
        The two periods.
    level : float

    Returns
    -------
    Difference
        All NaN where one of the periods has no codes.

    Raises
    ------
    ValueError
        There is no such period, or both are the same.

    Notes
    -----
    It is about the posts there are. Whether the process behind them changed is asked by blocks, of `Corrected.outcome`.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine 17(8). Welch, B. L. (1947). The generalization of 'Student's' problem when
    several different population variances are involved. Biometrika 34(1/2).

    Examples
    --------
    >>> code = np.repeat([1, 0, np.nan, 1, 0, np.nan], [10, 30, 60, 20, 20, 60])
    >>> found = corrected(None, code, np.full(200, 0.4), np.repeat([0, 1], 100), np.arange(200))
    >>> between = difference(found, 0, 1)
    >>> round(between.difference, 2), round(between.low, 2), round(between.high, 2), round(between.p_design, 3)
    (0.25, 0.08, 0.4, 0.003)
    """
    from scipy.stats import t as student

    if before == after or not (0 <= before < len(found.share) and 0 <= after < len(found.share)):
        raise ValueError("needs two different periods")
    at = [before, after]
    share, variance, coded = found.share[at], found.variance[at], found.coded[at]
    ends = [_ends(*one, level) for one in zip(share, found.effective[at], coded, strict=True)]
    (low_0, high_0), (low_1, high_1) = ends
    change, both = float(share[1] - share[0]), float(variance.sum())
    if np.isnan(change):
        return Difference(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
    low = max(-1.0, change - float(np.hypot(share[1] - low_1, high_0 - share[0])))
    high = min(1.0, change + float(np.hypot(high_1 - share[1], share[0] - low_0)))
    if not both > _TINY:  # NaN too
        return Difference(change, low, high, both, np.nan, np.nan)
    df = both**2 / float((variance**2 / np.maximum(coded - 1, 1)).sum())
    p = float(2 * student.sf(abs(change) / np.sqrt(both), df))
    return Difference(change, low, high, both, df, max(p, sys.float_info.min))  # never 0


@dataclass(frozen=True)
class _Estimate:
    """Share, low, high, design variance, process variance and effective number of one period; outcome of its posts."""

    numbers: tuple[float, ...]
    outcome: np.ndarray


def _estimate(f: np.ndarray, y: np.ndarray, w: np.ndarray, block: np.ndarray, level: float) -> _Estimate:
    """Estimate the share in one period; `f` is the score times its weight, `w` is 0 where there is no code."""
    has = w > 0
    n, m = len(y), int(has.sum())
    if not m:
        return _Estimate((np.nan,) * 6, np.full(n, np.nan))
    if m == n:  # however they were drawn, nothing is left to chance
        w = np.ones(n)
    e = np.where(has, np.nan_to_num(y) - f, 0.0)
    centre = float((w * e).sum() / w.sum())
    share = float(f.mean() + centre)
    pull = w * (e - centre)
    if m == n:
        variance, effective = 0.0, np.inf
    else:
        if (w[has] == 1).all():
            raise ValueError("all that is coded in a period was certain to be drawn, and yet posts are not coded")
        variance, alone = (_by_draw(values[has], w[has], n) for values in (e, y))
        effective = _effective(share, variance, (m * variance + _UNTOLD * alone) / (m + _UNTOLD), w[has], n)
    outcome = f + centre + pull
    held = np.unique(block, return_inverse=True)[1]
    sums = np.bincount(held, outcome - share)
    groups = len(sums)
    process = float(groups / (groups - 1) * (sums**2).sum() / n**2) if groups > 1 else np.nan
    return _Estimate((share, *_ends(share, effective, m, level), variance, process, effective), outcome)


def _by_draw(values: np.ndarray, w: np.ndarray, n: int) -> float:
    """Variance by the draw alone of the weighted mean of what coded posts have; NaN of a single one."""
    m = len(w)
    if m < 2:
        return np.nan
    pull = w * (values - (w * values).sum() / w.sum())
    return float(((1 - 1 / w) * pull**2).sum() * m / (m - 1) / n**2)


def _effective(share: float, residual: float, variance: float, w: np.ndarray, n: int) -> float:
    """Count the posts at random that would tell as much of a share; it counts as half a coded post at least."""
    m = len(w)
    if not residual > _TINY:
        alike = w.sum() ** 2 / (w**2).sum()
        return float(alike / (1 - m / n))
    half = 0.5 / m
    kept = min(max(share, half), 1 - half)
    return kept * (1 - kept) / variance


def _ends(share: float, effective: float, m: float, level: float) -> tuple[float, float]:
    """Return the interval of one share: the share itself where all is coded."""
    if np.isnan(share):
        return np.nan, np.nan
    kept = min(max(share, 0.0), 1.0)
    if np.isinf(effective):
        return kept, kept
    low, high = interval(kept, effective, m - 1, level=level)
    return float(low), float(high)


def _slope(f: np.ndarray, y: np.ndarray, w: np.ndarray, period: np.ndarray) -> tuple[float, float]:
    """Return slope, 0 to 1, and correlation of codes on scores within periods, weighted; slope 0 if that is weak."""
    rows = np.flatnonzero((w > 0) & (period >= 0))
    if not len(rows):
        return 0.0, np.nan
    weight, at = w[rows], np.unique(period[rows], return_inverse=True)[1]

    def spread(values: np.ndarray) -> np.ndarray:
        return values - (np.bincount(at, weight * values) / np.bincount(at, weight))[at]

    code, score = spread(y[rows]), spread(f[rows])
    of_code, of_score = float(weight @ code**2), float(weight @ score**2)
    if min(of_code, of_score) <= _TINY * weight.sum():
        return 0.0, np.nan
    together = float(weight @ (code * score))
    correlation = together / np.sqrt(of_code * of_score)
    strong = len(rows) > 2 and correlation >= 1 / np.sqrt(len(rows) - 2)
    return (min(1.0, together / of_score) if strong else 0.0), float(correlation)


def _checked(
    code: np.ndarray, probability: np.ndarray, period: np.ndarray, block: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    y, chance = np.asarray(code, dtype="float64"), np.asarray(probability, dtype="float64")
    when, blocks = np.asarray(period), np.asarray(block)
    if y.ndim != 1 or not y.shape == chance.shape == when.shape == blocks.shape:
        raise ValueError("needs one code, probability, period and block for each post")
    inside = when >= 0
    coded = np.isfinite(y)
    if not (np.isin(y[coded], (0, 1)).all() and (coded | np.isnan(y)).all()):
        raise ValueError("a code is 0 or 1, or NaN where there is none")
    drawn = chance[coded & inside]
    if not ((drawn > 0) & (drawn <= 1)).all():
        raise ValueError("each coded post needs a probability of being drawn, above 0 and at most 1")
    return np.where(inside, y, np.nan), chance, when, blocks
