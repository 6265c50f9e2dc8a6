"""Intervals of whatever is made of sums over posts or blocks: these are drawn again, with replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_NUMBERS = 2_000_000
"""Numbers held at once: 16 MB."""
_UNDEFINED = 0.05
"""Share of draws that may be without a value before nothing is said of an interval."""


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; NaN where there is none.

    Attributes
    ----------
    value, low, high : float
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")


def estimate(
    statistic: Callable[[np.ndarray], np.ndarray],
    sums: np.ndarray,
    times: np.ndarray | None = None,
    *,
    resamples: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> list[Estimate]:
    r"""Estimate numbers that are functions of sums, with percentile intervals.

    Of :math:`G` units (posts or blocks of posts), :math:`G` are drawn with replacement, the sums added up and the
    statistics taken; the interval is from the :math:`(1 - l)/2` to the :math:`(1 + l)/2` quantile of many such draws.

    Parameters
    ----------
    statistic : callable
        From sums, shape (draws, k), to statistics, shape (draws, s).
    sums : numpy.ndarray, shape (kinds, k)
        What each unit adds. Units that add the same may be given once, as a kind.
    times : numpy.ndarray, shape (kinds,), int, optional
        Units of each kind; one if not given.
    resamples : int
        0 for no intervals.
    seed : int
    level : float
        Above 0 and below 1.

    Returns
    -------
    list of Estimate
        One a statistic. Draws without a value are left out. No interval where the value is NaN, where more than one
        draw in twenty is without, or where all draws are the same: that ten posts have no fault doesn't mean that there
        are none.

    Raises
    ------
    ValueError
        There are no units, or the level is out of its range.

    Notes
    -----
    What is drawn together has to be all that hangs together: blocks of weeks where posts come in bursts. From few
    units, or few that matter, such intervals are too short: with ten posts that count, 93 % hold the truth in place of
    95 (docs/calibration.md has more).

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application, chapters 3 and 5. Cambridge.

    Examples
    --------
    >>> share = lambda sums: sums[:, :1] / sums[:, 1:]
    >>> estimate(share, np.array([[0, 1], [1, 1]]), np.array([90, 10]))[0].value
    0.1
    """
    sums = np.asarray(sums, dtype="float64")
    units = np.ones(len(sums)) if times is None else np.asarray(times, dtype="float64")
    if not 0 < level < 1 or not units.sum() > 0:
        raise ValueError("needs units, and a level above 0 and below 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = statistic((units @ sums)[None, :])[0]
        drawn = np.full((resamples, len(found)), np.nan)
        rng, start = np.random.default_rng(seed), 0
        step = max(1, _NUMBERS // len(sums))
        while start < resamples:
            part = rng.multinomial(int(units.sum()), units / units.sum(), size=min(step, resamples - start))
            drawn[start : start + len(part)] = statistic(part @ sums)
            start += len(part)
    return [with_interval(float(value), column, level) for value, column in zip(found, drawn.T, strict=True)]


def with_interval(value: float, drawn: np.ndarray, level: float) -> Estimate:
    """Give a number the percentile interval of its draws, as `estimate` says."""
    known = drawn[np.isfinite(drawn)]
    if not np.isfinite(value):
        return Estimate(float("nan"))
    if not len(known) or len(known) < (1 - _UNDEFINED) * len(drawn):
        return Estimate(value)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high)) if low < high else Estimate(value)
