"""How well a ranking brings to the top what is looked for: average precision, with what chance would give beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.bootstrap import with_interval

_FEWEST = 5


@dataclass(frozen=True)
class Precision:
    """What `average_precision` found.

    Attributes
    ----------
    value, low, high : float
        0 to 1; NaN where there is too little to say.
    chance : float
        What a ranking at random would have on average: the share of posts that are looked for.
    n, positives : int
    """

    value: float
    low: float
    high: float
    chance: float
    n: int
    positives: int


def average_precision(
    score: np.ndarray,
    wanted: np.ndarray,
    block: np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = 499,
    seed: int = 0,
) -> Precision:
    r"""Average precision of a ranking, with an interval from drawing blocks again.

    Over the thresholds :math:`k` that scores set, from the highest down, with the share :math:`P_k` of posts above
    that are wanted and the share :math:`R_k` of wanted posts that are above,

    .. math:: AP = \sum_k (R_k - R_{k-1}) P_k.

    Parameters
    ----------
    score : numpy.ndarray, shape (n,)
        Any numbers; equal ones are above a threshold together.
    wanted : numpy.ndarray, shape (n,), bool
    block : numpy.ndarray, shape (n,), int
        Posts that hang together.
    level : float
    resamples : int
    seed : int

    Returns
    -------
    Precision
        Withheld where fewer than five posts are wanted, or all are; then the interval too, and also where the posts
        are of one block.

    Raises
    ------
    ValueError
        The arrays don't fit each other, or scores are not finite.

    Notes
    -----
    The interval is a percentile one, over blocks; from few wanted posts it is too short, and a little too high: a post
    that is drawn twice finds itself above.

    References
    ----------
    Boyd, K., Eng, K. H. and Page, C. D. (2013). Area under the precision-recall curve: point estimates and confidence
    intervals. ECML PKDD.

    Examples
    --------
    >>> found = average_precision(np.arange(12.0), np.arange(12) >= 6, np.arange(12))
    >>> found.value, found.chance
    (1.0, 0.5)
    """
    score, wanted, block = np.asarray(score, dtype="float64"), np.asarray(wanted, dtype=bool), np.asarray(block)
    if not score.shape == wanted.shape == block.shape or score.ndim != 1 or not np.isfinite(score).all():
        raise ValueError("needs a finite score, a truth and a block for each post")
    n, positives = len(score), int(wanted.sum())
    chance = positives / n if n else float("nan")
    if positives < _FEWEST or positives == n:
        return Precision(float("nan"), float("nan"), float("nan"), chance, n, positives)
    order = np.argsort(-score, kind="stable")
    hit, last = wanted[order].astype("float64"), np.r_[np.diff(score[order]) != 0, True]
    names, place = np.unique(block[order], return_inverse=True)

    def of(times: np.ndarray) -> float:
        """Average precision where each block counts so many times."""
        each = times[place]
        above, found = np.cumsum(each)[last], np.cumsum(each * hit)[last]
        if not found[-1]:
            return float("nan")
        return float((np.diff(found, prepend=0) * found / np.maximum(above, 1)).sum() / found[-1])

    rng, even = np.random.default_rng(seed), np.full(len(names), 1 / len(names))
    drawn = [of(rng.multinomial(len(names), even)) for _ in range(resamples if len(names) > 1 else 0)]
    found = with_interval(of(np.ones(len(names))), np.array(drawn), level)
    return Precision(found.value, found.low, found.high, chance, n, positives)
