"""How far people who coded the same posts agree: Krippendorff's alpha, Gwet's AC1, Cohen's kappa, F1 between coders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.stats.bootstrap import Estimate, estimate

_SUBSET, _OVERLAP = 2 / 3, 1 / 3


@dataclass(frozen=True)
class Agreement:
    """Agreement on one code.

    Attributes
    ----------
    posts : int
        Posts that two or more coders judged; all else is about these.
    either, both : int
        Posts to which one coder at least gave the code, and to which every coder who judged them did.
    observed : Estimate
        Share of pairs of judgements of one post that are the same, 0 to 1.
    alpha, ac1, kappa : Estimate
        At most 1; 0 for what chance gives. Kappa for two coders only.
    f1 : Estimate
        F1 of one coder taken as the truth for another, which is positive agreement, 0 to 1.
    """

    posts: int
    either: int
    both: int
    observed: Estimate
    alpha: Estimate
    ac1: Estimate
    kappa: Estimate
    f1: Estimate


def agreement(codes: np.ndarray, *, resamples: int = 999, seed: int = 0, level: float = 0.95) -> Agreement:
    r"""Measure agreement of two or more coders on one code.

    With :math:`k` of the :math:`m` judgements of a post saying that it has the code, over posts with :math:`m \ge 2`,
    :math:`M = \sum m` and :math:`K = \sum k`:

    .. math::

        \alpha = 1 - (M - 1) \frac{\sum k (m - k) / (m - 1)}{K (M - K)}, \qquad
        F_1 = \frac{\sum k (k - 1)}{\sum k (k - 1) + \sum k (m - k)}, \qquad
        A = \frac{1}{n} \sum \frac{k (k - 1) + (m - k)(m - k - 1)}{m (m - 1)},

    .. math::

        AC_1 = \frac{A - e}{1 - e}, \quad e = 2 \pi (1 - \pi), \; \pi = \frac{1}{n} \sum k / m, \qquad
        \kappa = \frac{A - e'}{1 - e'}, \quad e' = p_1 p_2 + (1 - p_1)(1 - p_2),

    where :math:`p_1, p_2` are the shares of two coders. Of two coders F1 is :math:`2a / (2a + b + c)`, with the posts
    that both, only one and only the other gave the code.

    Parameters
    ----------
    codes : numpy.ndarray, shape (coders, posts)
        1, 0, or NaN where a coder did not judge a post.
    resamples, seed, level
        Of the intervals, for which posts are drawn again (see `discourse.stats.bootstrap.estimate`).

    Returns
    -------
    Agreement
        All NaN where no post was judged twice. Alpha and kappa are NaN where nobody, or everybody, gave the code to
        every post: there is nothing to agree about. F1 is NaN where nobody gave it.

    Raises
    ------
    ValueError
        There is a value other than 1, 0 and NaN, or the array hasn't two axes.

    Notes
    -----
    Where a code is rare, alpha and kappa ask for the rare posts to be found by both, while AC1 is high as soon as both
    leave the same posts alone; of 100 posts with one that both and two that one coder marked, alpha is .49 and AC1 .98.
    Neither is wrong; they answer different questions, and F1 tells of the posts with the code alone.

    References
    ----------
    Krippendorff, K. (2019). Content Analysis, 4th edition, chapter 12. Sage. Gwet, K. L. (2008). Computing inter-rater
    reliability and its variance in the presence of high agreement. British Journal of Mathematical and Statistical
    Psychology 61(1). Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20(1). Hripcsak, G. and Rothschild, A. S. (2005). Agreement, the F-measure, and reliability in
    information retrieval. Journal of the American Medical Informatics Association 12(3).

    Examples
    --------
    >>> a, b = np.zeros(100), np.zeros(100)
    >>> a[[1, 2]], b[[1, 4]] = 1, 1
    >>> found = agreement(np.array([a, b]))
    >>> [round(one.value, 4) for one in (found.alpha, found.ac1, found.kappa, found.f1)]
    [0.4923, 0.9792, 0.4898, 0.5]
    """
    given = np.asarray(codes, dtype="float64")
    if given.ndim != 2 or not np.isin(given[~np.isnan(given)], (0, 1)).all():
        raise ValueError("codes must be 1, 0 or NaN, one row a coder")
    held = given[:, (~np.isnan(given)).sum(axis=0) >= 2]
    nothing = Estimate(float("nan"))
    if not held.shape[1]:
        return Agreement(0, 0, 0, *[nothing] * 5)
    patterns, times = np.unique(np.where(np.isnan(held), -1, held), axis=1, return_counts=True)
    judged = patterns >= 0
    m, k = judged.sum(axis=0), (patterns == 1).sum(axis=0)
    two = len(given) == 2
    same = (k * (k - 1) + (m - k) * (m - k - 1)) / (m * (m - 1))
    first, second = (patterns[0], patterns[-1]) if two else (np.full(len(m), np.nan),) * 2
    sums = np.c_[np.ones(len(m)), m, k, k * (m - k) / (m - 1), same, k / m, k * (k - 1), k * (m - k), first, second]

    def statistics(total: np.ndarray) -> np.ndarray:
        n, values, given, apart, alike, shares, found, missed, one, other = total.T
        observed, share = alike / n, shares / n
        by_chance = 2 * share * (1 - share)
        expected = (one * other + (n - one) * (n - other)) / n**2
        return np.c_[
            observed,
            1 - (values - 1) * apart / (given * (values - given)),
            (observed - by_chance) / (1 - by_chance),
            (observed - expected) / (1 - expected),
            found / (found + missed),
        ]

    observed, alpha, ac1, kappa, f1 = estimate(statistics, sums, times, resamples=resamples, seed=seed, level=level)
    return Agreement(
        int(times.sum()), int(times[k > 0].sum()), int(times[k == m].sum()), observed, alpha, ac1, kappa, f1
    )


def alpha(
    values: np.ndarray,
    distance: np.ndarray | None = None,
    *,
    resamples: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    r"""Krippendorff's alpha of any number of coders, with missing judgements, for values of which each post has one.

    .. math:: \alpha = 1 - (M - 1) \frac{\sum_u \frac{1}{m_u - 1} \sum_{c,k} n_{uc} n_{uk} \delta_{ck}}
              {\sum_{c,k} n_c n_k \delta_{ck}}

    where :math:`n_{uc}` of the :math:`m_u` judgements of post :math:`u` are the value :math:`c`, :math:`n_c` of all
    :math:`M`, over posts with two judgements or more, and :math:`\delta` is how far two values are apart.

    Parameters
    ----------
    values : numpy.ndarray, shape (coders, posts), int
        From 0; negative where a coder did not judge a post.
    distance : numpy.ndarray, shape (values, values), optional
        0 on the diagonal. By default 1 for any two different values: the alpha of nominal values. For sets of codes
        see `masi`.
    resamples, seed, level
        Of the interval, for which posts are drawn again.

    Returns
    -------
    Estimate
        At most 1; 0 for what chance gives. NaN where no post was judged twice, or only one value was given.

    Raises
    ------
    ValueError
        The arrays don't fit each other.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.

    Examples
    --------
    >>> round(alpha(np.array([[0, 1, 1, 0, 2], [0, 1, 0, 0, -1]])).value, 4)
    0.5333
    """
    given = np.asarray(values)
    if given.ndim != 2:
        raise ValueError("values must have one row a coder")
    found, numbered = np.unique(given, return_inverse=True)
    names = found[found >= 0]
    apart = 1.0 - np.eye(int(names.max(initial=-1)) + 1) if distance is None else np.asarray(distance, dtype="float64")
    if apart.ndim != 2 or apart.shape[0] != apart.shape[1] or (names >= len(apart)).any() or np.diag(apart).any():
        raise ValueError("the distance must have a row and a column for each value, and zeros on its diagonal")
    column = numbered.reshape(given.shape) - (len(found) - len(names))
    held = column[:, (column >= 0).sum(axis=0) >= 2]
    if not held.shape[1]:
        return Estimate(float("nan"))
    patterns, times = np.unique(np.sort(np.maximum(held, -1), axis=0), axis=1, return_counts=True)
    counts = np.zeros((patterns.shape[1], len(names)))
    for row in patterns:
        at = np.flatnonzero(row >= 0)
        np.add.at(counts, (at, row[at]), 1)
    delta = apart[np.ix_(names, names)]
    m = counts.sum(axis=1)
    observed = ((counts @ delta) * counts).sum(axis=1) / (m - 1)

    def statistic(total: np.ndarray) -> np.ndarray:
        all_values, apart_within, by_value = total[:, 0], total[:, 1], total[:, 2:]
        by_chance = ((by_value @ delta) * by_value).sum(axis=1)
        return (1 - (all_values - 1) * apart_within / by_chance)[:, None]

    return estimate(statistic, np.c_[m, observed, counts], times, resamples=resamples, seed=seed, level=level)[0]


def ac1(values: np.ndarray, n_values: int) -> float:
    r"""Gwet's AC1 of any number of coders, with missing judgements, for values of which each post has one.

    :math:`(A - e) / (1 - e)` with the mean :math:`A` over posts judged twice of the share of pairs that are the same,
    and :math:`e = \frac{1}{q - 1} \sum_c \pi_c (1 - \pi_c)`, where :math:`\pi_c` is the mean over all posts judged of
    the share of their judgements that is :math:`c`.

    Parameters
    ----------
    values : numpy.ndarray, shape (coders, posts), int
        From 0; negative where a coder did not judge a post.
    n_values : int
        Values :math:`q` that there are, 2 at least, whether or not they were given.

    Returns
    -------
    float
        At most 1; NaN where no post was judged twice.

    References
    ----------
    Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th edition, chapter 5. Advanced Analytics.

    Examples
    --------
    >>> round(ac1(np.array([[0, 1, 1, 0, 2], [0, 1, 0, 0, -1]]), 3), 4)
    0.6377
    """
    given = np.asarray(values)
    if given.ndim != 2 or n_values < 2 or given.max(initial=-1) >= n_values:
        raise ValueError("values must have one row a coder and lie below their number, 2 at least")
    counts = np.array([(given == value).sum(axis=0) for value in range(n_values)]).T
    m = counts.sum(axis=1)
    twice = m >= 2
    if not twice.any():
        return float("nan")
    pairs, same = (m * (m - 1))[twice], (counts * (counts - 1)).sum(axis=1)[twice]
    share = (counts[m > 0] / m[m > 0, None]).mean(axis=0)
    by_chance = (share * (1 - share)).sum() / (n_values - 1)
    return float(((same / pairs).mean() - by_chance) / (1 - by_chance))


def masi(sets: Sequence[Collection[object]]) -> np.ndarray:
    r"""MASI distance of sets of codes: :math:`1 - J \cdot M`, Jaccard's similarity and how one lies in the other.

    :math:`M` is 1 for equal sets, 2/3 if one is part of the other, 1/3 if they overlap, 0 if they have nothing in
    common. Two empty sets are equal.

    Parameters
    ----------
    sets : sequence of collections

    Returns
    -------
    numpy.ndarray, shape (sets, sets)
        0 to 1, symmetric, 0 on the diagonal.

    Notes
    -----
    Implementations that write the weights as .67 and .33 differ in the third digit.

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation.
    Proceedings of LREC.

    Examples
    --------
    >>> masi([{"UN"}, {"UN", "SCO"}, {"SCO", "WTO"}]).round(3).tolist()
    [[0.0, 0.667, 1.0], [0.667, 0.0, 0.889], [1.0, 0.889, 0.0]]
    """
    codes = {code: at for at, code in enumerate(dict.fromkeys(code for one in sets for code in one))}
    held = np.zeros((len(sets), max(1, len(codes))), dtype="float32")
    for row, one in enumerate(sets):
        held[row, [codes[code] for code in one]] = 1
    both, size = held @ held.T, held.sum(axis=1)
    union = size[:, None] + size[None, :] - both
    smaller, larger = np.minimum(size[:, None], size[None, :]), np.maximum(size[:, None], size[None, :])
    weight = np.where(both == larger, 1, np.where(both == smaller, _SUBSET, np.where(both > 0, _OVERLAP, 0)))
    similarity = np.divide(both, union, out=np.ones_like(both, dtype="float64"), where=union > 0)
    return np.asarray(1 - similarity * weight)
