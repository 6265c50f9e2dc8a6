"""A sample of posts to code by hand: how many of each period, which of them, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.stats.coding_sample import draw, most_without_certainty
from discourse.stats.power import codes_needed

FEWEST = 10
"""Coded posts with the code that a period needs to be corrected."""
AREA = 0.8
"""How well the rank of a score tells posts with a code from others, before any is coded: the area under its curve."""
USUAL = 0.1
"""Share of a code that nothing is known about."""
_SURE = 0.9
_EDGE = 0.005


@dataclass(frozen=True)
class Sample:
    """Posts drawn.

    Attributes
    ----------
    probability : numpy.ndarray, shape (n,)
        Of each post to be drawn; NaN outside the periods.
    order : numpy.ndarray, shape (n,), int
        Place of each post in the sheet, from 1; 0 for posts that were not drawn.
    """

    probability: np.ndarray
    order: np.ndarray


def prior(rank: np.ndarray, share: float = USUAL, area: float = AREA) -> np.ndarray:
    r"""Turn ranks of a score into probabilities of a code, before any post is coded.

    Scores are taken for two normal distributions of unit variance, of posts with the code and without, whose means lie
    :math:`\sqrt 2\,\Phi^{-1}(a)` apart for an area under the curve a. The rank then tells the score, and the score, by
    Bayes, the probability.

    Parameters
    ----------
    rank : numpy.ndarray, shape (n,)
        0 to 1, the highest score last.
    share : float
        Of posts that have the code, above 0 and below 1.
    area : float
        Above .5 and below 1.

    Returns
    -------
    numpy.ndarray, shape (n,)
        It rises with the rank, and its mean over evenly spread ranks is `share`.

    Notes
    -----
    It decides only which posts are looked at more often, and can't bias anything. On the written corpus, with 150 codes
    in each of two periods, it makes the standard errors of eight concepts 10 to 30 % smaller than a simple random
    sample does; a score that has nothing to do with its code would make them 4 to 16 % larger. A larger area would
    make more of good scores, and lose more by bad ones.

    Examples
    --------
    >>> prior(np.array([0.05, 0.5, 0.95, 0.999])).round(2).tolist()
    [0.01, 0.06, 0.34, 0.79]
    """
    from scipy.special import expit, ndtr, ndtri

    apart = np.sqrt(2) * ndtri(area)
    score = np.linspace(-6, 6 + apart, 4_001)
    below = (1 - share) * ndtr(score) + share * ndtr(score - apart)
    at = np.interp(rank, below, score)
    found: np.ndarray = expit(np.log(share / (1 - share)) + apart * (at - apart / 2))
    return found


def sizes_for_width(posts: np.ndarray, shares: np.ndarray, half_width: float) -> np.ndarray:
    """Count the codes that each period needs for shares known to plus or minus `half_width`, by the codes alone.

    Parameters
    ----------
    posts : numpy.ndarray of int, shape (periods,)
    shares : numpy.ndarray, shape (codes, periods)
        Expected shares; the code that needs most decides.
    half_width : float

    Returns
    -------
    numpy.ndarray of int, shape (periods,)

    See Also
    --------
    discourse.stats.power.codes_needed

    Examples
    --------
    >>> sizes_for_width(np.array([270, 20]), np.array([[0.1, 0.1]]), 0.05).tolist()
    [92, 18]
    """
    kept = np.clip(np.atleast_2d(shares), _EDGE, 1 - _EDGE)
    return np.array(
        [
            max((codes_needed(float(share), half_width, float(n)) for share in column), default=0) if n else 0
            for n, column in zip(posts, kept.T, strict=True)
        ],
        dtype="int64",
    )


def codes_for_positives(share: float) -> int:
    """Count the codes after which ten posts with a code of that share are found in nine of ten random samples.

    Examples
    --------
    >>> codes_for_positives(0.1)
    140
    """
    from scipy.stats import nbinom

    return int(nbinom.ppf(_SURE, FEWEST, share)) + FEWEST


def least_share(size: int) -> float:
    """Give the share of a code of which ten posts are found in nine of ten random samples of that size; NaN below 10.

    Examples
    --------
    >>> round(least_share(140), 2)
    0.1
    """
    from scipy.stats import beta

    return float(beta.ppf(_SURE, FEWEST, size - FEWEST + 1)) if size >= FEWEST else np.nan


def drawn(period: np.ndarray, sizes: np.ndarray, uncertainty: np.ndarray, *, seed: int) -> Sample:
    """Draw a sample of each period, and put all of them in one random order.

    Parameters
    ----------
    period : numpy.ndarray, shape (n,), int
        0, 1, ...; -1 for posts outside.
    sizes : numpy.ndarray of int, shape (periods,)
        Posts to be drawn of each.
    uncertainty : numpy.ndarray, shape (n, codes)
        How much in doubt each code is (see `discourse.stats.coding_sample.draw`); no columns for simple random samples.
    seed : int

    Returns
    -------
    Sample
        Any beginning of its order holds about as large a part of each period's posts, chosen at random among them: what
        is coded when coding stops early is a sample, too.

    Notes
    -----
    A larger sample by the same seed begins, in each period, with the posts of the smaller one, as long as no post is
    sure to be drawn: of the largest sample in which none is, in random order, each takes the first posts, which have
    probabilities in proportion to its size (permanent random numbers: Ohlsson 1995, Coordination of samples, in Cox et
    al., Business Survey Methods, Wiley). Beyond that it is drawn by itself.

    Raises
    ------
    ValueError
        More are to be drawn than a period has.

    Examples
    --------
    >>> found = drawn(np.array([0, 0, 0, 0, 1, 1]), np.array([2, 1]), np.empty((6, 0)), seed=0)
    >>> found.probability.tolist(), sorted(found.order.tolist())
    ([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [0, 0, 0, 1, 2, 3])
    """
    when = np.asarray(period)
    probability, place = np.full(len(when), np.nan), np.full(len(when), np.inf)
    for at, size in enumerate(sizes):
        rows = np.flatnonzero(when == at)
        source, order = np.random.SeedSequence([seed, at]).generate_state(2)
        pool = max(int(size), most_without_certainty(uncertainty[rows]))
        chosen, chance = draw(uncertainty[rows], pool, seed=int(source))
        probability[rows] = chance * (size / max(1, pool))
        rng = np.random.default_rng(order)
        taken = rng.permutation(rows[chosen])[:size]
        place[taken] = (np.arange(len(taken)) + rng.random(len(taken))) / max(1, len(taken))
    held = np.argsort(place, kind="stable")[: int(np.isfinite(place).sum())]
    order = np.zeros(len(when), dtype="int64")
    order[held] = np.arange(1, len(held) + 1)
    return Sample(probability, order)
