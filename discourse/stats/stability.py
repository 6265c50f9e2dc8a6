"""Would these groups be found again: how alike they are to the groups of other fits of the same posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discourse.stats.overlap import SAME, Overlap, best, overlap

DISSOLVED, DOUBTFUL = 0.6, 0.75
"""Mean similarity below which a group is not to be trusted, and below which its members are in doubt (Hennig 2007)."""
FEWEST_REFITS = 10
AGREEMENT = 0.9
"""Share of specifications in which a robust group is found."""

_WITHIN = 0.6
"""Share of a group that lies in one other, or in the parts it splits into."""
_SHUFFLES = 200

FOUND, MERGED, SPLIT, SCATTERED = range(4)


@dataclass(frozen=True)
class Stability:
    """How well each of K groups was found again in R refits.

    Attributes
    ----------
    similarity : numpy.ndarray, shape (R, K)
        Jaccard similarity to the group most like it, on the posts of both fits; NaN where the refit has none of its
        posts.
    mean, low, high : numpy.ndarray, shape (K,)
        Mean over refits, and the 95 % interval of the mean; NaN without refits, the interval with fewer than two.
    fate : numpy.ndarray, shape (R, K), int8
        ``FOUND``; else ``MERGED``, most of it in one larger group; ``SPLIT``, most of it in several groups that are
        mostly made of it; or ``SCATTERED``.
    partner : numpy.ndarray, shape (R, K), int64
        The group of the reference that makes most of the rest of that larger group, where it is merged; else -1.
    """

    similarity: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    fate: np.ndarray
    partner: np.ndarray


def stability(reference: np.ndarray, refits: Sequence[np.ndarray], groups: int) -> Stability:
    r"""Compare groups with those of refits, each with the one most like it.

    .. math:: \gamma_k = \frac 1 R \sum_r \max_j \frac{|A_k \cap B_{rj}|}{|A_k \cup B_{rj}|}

    over the posts that refit r was made from.

    Parameters
    ----------
    reference : numpy.ndarray, shape (n,), integers
        Group of each post, from 0; negative for none.
    refits : sequence of numpy.ndarray, each of shape (n,)
        The same of each refit; -2 for posts that it left out.
    groups : int
        K, where the last ones may hold no post.

    Returns
    -------
    Stability

    Notes
    -----
    Chance alone makes large groups alike: see :func:`by_chance`. Subsamples without replacement serve better than
    bootstrap samples, whose copies feign density.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics and Data Analysis 52(1).

    Examples
    --------
    >>> reference = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> found = stability(reference, [np.array([1, 1, 1, 1, 0, 0, 0, -1]), np.zeros(8, int)], 2)
    >>> found.mean.tolist(), found.fate.tolist(), found.partner.tolist()
    ([0.75, 0.625], [[0, 0], [0, 0]], [[-1, -1], [-1, -1]])
    """
    shape = (len(refits), groups)
    similarity, fate, partner = np.full(shape, np.nan), np.zeros(shape, np.int8), np.full(shape, -1)
    for row, labels in enumerate(refits):
        found = overlap(reference, labels, groups)
        _, value = best(found.jaccard())
        similarity[row] = np.where(found.first > 0, value, np.nan)
        fate[row], partner[row] = _fates(found, value)
    mean, low, high = _of_mean(similarity)
    return Stability(similarity, mean, low, high, fate, partner)


def by_chance(
    reference: np.ndarray, refits: Sequence[np.ndarray], groups: int, *, level: float = 0.95, seed: int = 0
) -> np.ndarray:
    """Similarity that groups of these sizes reach with refits of these sizes if posts are in them at random.

    Parameters
    ----------
    reference, refits, groups
        As in :func:`stability`; which post is in which group of the reference is shuffled.
    level : float
        Share of the shuffled groups that reach less.
    seed : int

    Returns
    -------
    numpy.ndarray, shape (groups,)
        NaN without refits.

    Examples
    --------
    >>> one_large = np.repeat([0, 1], [95, 5])
    >>> by_chance(one_large, [one_large], 2).round(2).tolist()
    [0.92, 0.11]
    """
    if not len(refits):
        return np.full(groups, np.nan)
    rng = np.random.default_rng(seed)
    drawn = np.empty((max(_SHUFFLES, len(refits)), groups))
    for row in range(len(drawn)):
        shuffled = rng.permutation(reference)
        drawn[row] = best(overlap(shuffled, refits[row % len(refits)], groups).jaccard())[1]
    return np.quantile(drawn, level, axis=0)


def verdict(refits: int, jaccard: float, chance: float, group: float, agreement: float) -> str:
    """Say in a word what to make of a group.

    Parameters
    ----------
    refits : int
    jaccard : float
        Mean similarity over refits.
    chance : float
        What chance reaches (see :func:`by_chance`).
    group : float
        Mean similarity to the likest group of the refits' hierarchies.
    agreement : float
        Share of the specifications that could hold it in which it is found; NaN where none was tried.

    Returns
    -------
    {"robust", "fragile", "artefact", "not measured"}
        "not measured" below 10 refits, or without a specification that could tell robust from fragile. An artefact has
        a mean below .6, or no more than chance gives; but it is fragile if hierarchies hold it with .75 or more, as
        then only the level of the cut is in doubt. Robust are a mean from .75 and being found in at least 90 % of the
        specifications.

    Examples
    --------
    >>> verdict(50, 0.9, 0.1, 0.9, 1.0), verdict(50, 0.9, 0.1, 0.9, 0.8), verdict(50, 0.5, 0.1, 0.6, 1.0)
    ('robust', 'fragile', 'artefact')
    """
    if refits < FEWEST_REFITS:
        return "not measured"
    if jaccard <= chance or (jaccard < DISSOLVED and group < DOUBTFUL):
        return "artefact"
    if np.isnan(agreement):
        return "not measured"
    return "robust" if jaccard >= DOUBTFUL and agreement >= AGREEMENT else "fragile"


def _fates(found: Overlap, similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell what became of each group of the reference, and with which other it is merged."""
    groups, others = found.both.shape
    fate, partner = np.full(groups, FOUND, np.int8), np.full(groups, -1)
    lost = np.flatnonzero((similarity < SAME) & (found.first > 0))
    if not others:
        fate[lost] = SCATTERED
        return fate, partner
    inside, own = found.of_first(), np.nan_to_num(found.of_second())
    for k in lost:
        home = int(inside[k].argmax())
        parts = (own[k] >= SAME) & (found.both[k] > 1)
        if inside[k, home] >= _WITHIN and own[k, home] < SAME:
            fate[k] = MERGED
            rest = found.both[:, home].copy()
            rest[k] = 0
            partner[k] = rest.argmax() if rest.any() else -1
        elif parts.sum() > 1 and inside[k, parts].sum() >= _WITHIN:
            fate[k] = SPLIT
        else:
            fate[k] = SCATTERED
    return fate, partner


def _of_mean(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over rows and its 95 % interval from the quantile of t, within 0 to 1."""
    from scipy.stats import t as student

    n = (~np.isnan(values)).sum(axis=0)
    mean = np.divide(np.nansum(values, axis=0), n, out=np.full(values.shape[1], np.nan), where=n > 0)
    squares = np.nansum((values - mean) ** 2, axis=0)
    error = np.sqrt(np.divide(squares, n * (n - 1.0), out=np.full(len(mean), np.nan), where=n > 1))
    half = student.ppf(0.975, np.maximum(n - 1, 1)) * error
    return mean, np.maximum(0.0, mean - half), np.minimum(1.0, mean + half)
