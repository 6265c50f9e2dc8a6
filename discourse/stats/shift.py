"""Did a share move between two periods: a difference within strata, tested by exchanging whole blocks of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.permutation import p_value
from discourse.stats.standardised import Periods, periods

TINY = 1e-15
"""Added to variances, so that labels without any spread have a statistic."""
_LEAST = 5
"""Posts of a label in a period below which its ratio is not shown."""


@dataclass(frozen=True)
class Shift:
    """What `shift` found, one entry a label.

    Attributes
    ----------
    difference : numpy.ndarray, shape (labels,)
        Share after minus share before, within strata: -1 to 1.
    error : numpy.ndarray, shape (labels,)
        Its standard error from the spread between blocks; NaN where no stratum has two blocks in both periods.
    p : numpy.ndarray, shape (labels,)
        Two-sided p-value of the block permutation, at least ``1 / (permutations + 1)``; NaN where no stratum has
        two blocks in both periods, or nothing that counts.
    strata : numpy.ndarray
        The strata compared: those with two blocks in both periods, or with one where none has two.
    df : int
        Degrees of freedom of `error`: blocks less one for each period; or cells less one for each stratum and period.
    """

    difference: np.ndarray
    error: np.ndarray
    p: np.ndarray
    strata: np.ndarray
    df: int = 0

    def interval(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the interval of each difference, by `error` and a quantile of t: -1 to 1, or NaN."""
        half = _quantile(level, self.df) * self.error
        return np.maximum(-1, self.difference - half), np.minimum(1, self.difference + half)


@dataclass(frozen=True)
class Ratio:
    """What `ratio` found, one entry a label; NaN for labels with fewer than five posts in either period.

    Attributes
    ----------
    ratio : numpy.ndarray, shape (labels,)
        Share after over share before, within strata.
    low, high : numpy.ndarray, shape (labels,)
        Ends of its interval; NaN where no stratum has two blocks in both periods, too.
    """

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray


def shift(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    block: np.ndarray | None = None,
    *,
    permutations: int = 1_999,
    seed: int = 0,
) -> Shift:
    r"""Compare shares of two periods, within strata, and test the difference by permuting blocks.

    .. math:: \Delta = \sum_l W_l (p_{1l} - p_{0l}), \qquad
              SE^2 = \sum_l W_l^2 (V_{1l} + V_{0l}), \qquad T = \Delta / SE

    with weights :math:`W_l = N_l / N` over both periods and the linearised variances between blocks :math:`V`
    (see `discourse.stats.blocks.design_effect`). The p-value is the share of permutations of cells between the
    periods, within strata, whose :math:`|T|` is no smaller. Where cells of several strata belong to one block, give
    `block`: whole blocks are exchanged then, and their variance holds what their strata have in common (see
    `discourse.stats.standardised.periods`).

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, cells) or (cells,)
        Posts that count in each cell, one row a label; or sums of what each counts, such as a score, or the
        pseudo-outcome of `discourse.stats.corrected.corrected`.
    posts : numpy.ndarray, shape (cells,)
        All posts of each cell; cells without any are left out.
    after : numpy.ndarray, shape (cells,), bool
        Whether a cell lies in the later period.
    stratum : numpy.ndarray, shape (cells,), optional
        What is held constant, such as language; one stratum if not given. Strata that lack one of the periods are
        left out, and so are those with a single block in one, whose spread can't be known, if others have more.
    block : numpy.ndarray, shape (cells,), optional
        Which cells belong together, such as a week's posts in all languages; each lies in one period.
    permutations : int
        At least 1.
    seed : int

    Returns
    -------
    Shift

    Raises
    ------
    ValueError
        The arrays don't fit each other, or no stratum has posts in both periods.

    Notes
    -----
    The test holds its level if blocks are exchangeable between the periods: a swing that lasts for many blocks passes
    for a shift, and so does one that all strata share, if their cells are exchanged each by itself. With G blocks a
    p-value can't be smaller than two over the number of ways to divide them.

    References
    ----------
    Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of Statistics 41(2).

    Examples
    --------
    >>> found = shift(np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.ones(8), np.arange(8) >= 4, permutations=9_999)
    >>> float(found.difference[0]), bool(abs(found.p[0] - 2 / 70) < 0.01)
    (1.0, True)
    """
    difference, variance, counted, found = exchanges(hits, posts, after, stratum, permutations, seed, block)
    t = np.abs(difference) / np.sqrt(variance + TINY)
    p = np.where(counted, p_value(t[0], t[1:]), np.nan)
    return Shift(difference[0], np.sqrt(variance[0]), p, found.strata, found.df)


def exchanges(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None,
    permutations: int,
    seed: int,
    block: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Periods]:
    """Compute differences of all labels as they are, and under exchanges of blocks that are the same for all labels.

    Parameters
    ----------
    hits, posts, after, stratum, permutations, seed, block
        As in `shift`.

    Returns
    -------
    difference, variance : numpy.ndarray, shape (1 + permutations, labels)
        The first row as found.
    counted : numpy.ndarray, shape (labels,), bool
        Whether a label has posts in the strata compared.
    periods : Periods
        What they are made of.

    Raises
    ------
    ValueError
        As in `shift`.
    """
    if permutations < 1:
        raise ValueError("needs at least one permutation")
    found = periods(hits, posts, after, stratum, block, permutations=permutations, seed=seed)
    return found.now - found.before, found.variance_before + found.variance_now, found.counted, found


def ratio(
    hits: np.ndarray,
    posts: np.ndarray,
    after: np.ndarray,
    stratum: np.ndarray | None = None,
    block: np.ndarray | None = None,
    *,
    level: float = 0.95,
) -> Ratio:
    r"""Compare shares of two periods, within strata, by their ratio.

    .. math:: \log r = \log \frac{\sum_l W_l\, p_{1l}}{\sum_l W_l\, p_{0l}}, \qquad
              SE^2 = \frac{\sum_l W_l^2 V_{1l}}{p_1^2} + \frac{\sum_l W_l^2 V_{0l}}{p_0^2}

    with weights, variances and strata as for `shift`; the interval is :math:`r\, e^{\pm t\, SE}` (delta method).

    Parameters
    ----------
    hits, posts, after, stratum, block
        As for `shift`.
    level : float
        Above 0 and below 1.

    Returns
    -------
    Ratio

    Raises
    ------
    ValueError
        As `shift` does; or the level is out of its range.

    Notes
    -----
    For display: whether a share moved is told by `shift`, whose test holds its level for rare labels, too. A ratio of
    fewer than five posts is not shown at all.

    Examples
    --------
    >>> found = ratio(np.array([2, 4, 2, 4, 3, 9, 3, 9]), np.full(8, 20), np.arange(8) >= 4)
    >>> [round(float(end), 2) for end in (found.ratio[0], found.low[0], found.high[0])]
    [2.0, 0.86, 4.67]
    """
    if not 0 < level < 1:
        raise ValueError("level must lie above 0 and below 1")
    found = periods(hits, posts, after, stratum, block)
    shown = found.fewest >= _LEAST
    before, now = (np.where(shown, share[0], np.nan) for share in (found.before, found.now))
    error = np.sqrt(found.variance_before[0] / before**2 + found.variance_now[0] / now**2)
    factor = np.exp(_quantile(level, found.df) * error)
    return Ratio(now / before, now / before / factor, now / before * factor)


def _quantile(level: float, df: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, df)) if df > 0 else float("nan")
