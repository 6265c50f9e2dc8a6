"""Which words came and went: weighted log-odds of the posts that hold a word, with a test for the whole vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from discourse.stats.permutation import exchanged

_AT_ONCE = 64


@dataclass(frozen=True)
class Wording:
    """What `wording` found, one entry a word.

    Attributes
    ----------
    log_odds : numpy.ndarray, shape (words,)
        Logarithm of the odds that a later post holds the word over those of an earlier one, drawn to 0 by the prior.
    z : numpy.ndarray, shape (words,)
        The same over its standard error: for ranking.
    p : numpy.ndarray, shape (words,)
        Share of permutations in which any word's z is as large, in size: the chance of such a z among all words, at
        least ``1 / (permutations + 1)``.
    """

    log_odds: np.ndarray
    z: np.ndarray
    p: np.ndarray


def wording(
    hits: Any, posts: np.ndarray, after: np.ndarray, *, prior: float = 2.0, permutations: int = 999, seed: int = 0
) -> Wording:
    r"""Compare how many posts of two periods hold each word.

    .. math:: \delta_w = \operatorname{logit} \frac{y_{w1} + \alpha_w}{N_1 + a} -
              \operatorname{logit} \frac{y_{w0} + \alpha_w}{N_0 + a}, \qquad
              \operatorname{Var} = \sum_t \frac{1}{y_{wt} + \alpha_w} + \frac{1}{N_t + a - y_{wt} - \alpha_w}

    with :math:`\alpha_w = a f_w`, where :math:`f_w` is the share of all posts that hold the word.

    Parameters
    ----------
    hits : numpy.ndarray or scipy sparse array, shape (words, blocks)
        Posts of one language that hold each word, by block; every word in one post at least.
    posts : numpy.ndarray, shape (blocks,)
        All posts of that language, by block.
    after : numpy.ndarray, shape (blocks,), bool
    prior : float
        Posts that the prior counts for, above 0.
    permutations : int
    seed : int

    Returns
    -------
    Wording

    Raises
    ------
    ValueError
        The arrays don't fit each other, or a period has no posts.

    Notes
    -----
    Posts are counted, not occurrences: a word repeated within a post is no more evidence. z is not to be read as a
    p-value: posts of one week share words. Words of all languages together would show the language mix.

    References
    ----------
    Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008). Fightin' words: lexical feature selection and evaluation for
    identifying the content of political conflict. Political Analysis 16(4). Maximum over words: Westfall, P. H. and
    Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.

    Examples
    --------
    >>> found = wording(np.array([[5, 5, 0, 0], [1, 1, 1, 1]]), np.full(4, 10), np.arange(4) >= 2, permutations=9)
    >>> found.z.round(1).tolist()
    [-2.5, 0.0]
    """
    from scipy.sparse import csr_array

    y, n = csr_array(hits, dtype="float64"), np.asarray(posts, dtype="float64")
    later = np.asarray(after, dtype=bool)
    if n.ndim != 1 or y.shape[1:] != n.shape or later.shape != n.shape or prior <= 0 or permutations < 1:
        raise ValueError("needs hits of words by blocks, posts and a period for each block, a prior and permutations")
    total = np.asarray(y.sum(axis=1)).ravel()
    if min(n[later].sum(), n[~later].sum()) <= 0 or (total <= 0).any() or (total > n.sum()).any():
        raise ValueError("needs posts in both periods, and words that some posts hold")
    alpha = prior * total / n.sum()
    chosen = exchanged(later, permutations, np.random.default_rng(seed))
    log_odds, z = _scores(chosen[:1], y, n, total, alpha, prior)
    largest = np.concatenate(
        [
            np.abs(_scores(chosen[start : start + _AT_ONCE], y, n, total, alpha, prior)[1]).max(axis=1)
            for start in range(1, 1 + permutations, _AT_ONCE)
        ]
    )
    reached = permutations - np.searchsorted(np.sort(largest), np.abs(z[0]) - 1e-12)
    return Wording(log_odds[0], z[0], (1 + reached) / (1 + permutations))


def _scores(
    chosen: np.ndarray, y: Any, n: np.ndarray, total: np.ndarray, alpha: np.ndarray, prior: float
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds and z for each way of dividing the blocks: (ways, words) each."""
    later = (y @ chosen.T).T
    size = (chosen @ n)[:, None]
    log_odds, variance = np.zeros_like(later), np.zeros_like(later)
    for sign, hits, posts in ((1, later, size), (-1, total - later, n.sum() - size)):
        held, free = hits + alpha, posts + prior - hits - alpha
        log_odds += sign * np.log(held / free)
        variance += 1 / held + 1 / free
    return log_odds, log_odds / np.sqrt(variance)
