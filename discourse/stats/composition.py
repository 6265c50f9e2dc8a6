"""Why a share moved: because shares within languages (accounts, platforms) did, or because the mix of them did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Composition:
    """What `composition` found, one entry a label.

    Attributes
    ----------
    difference : numpy.ndarray, shape (labels,)
        Share after minus share before, over all strata together: -1 to 1.
    within : numpy.ndarray, shape (labels,)
        What of it comes from changes within strata.
    mix : numpy.ndarray, shape (labels,)
        What of it comes from strata growing or shrinking. ``within + mix`` is `difference`, exactly.
    """

    difference: np.ndarray
    within: np.ndarray
    mix: np.ndarray


def composition(hits: np.ndarray, posts: np.ndarray, after: np.ndarray, stratum: np.ndarray) -> Composition:
    r"""Split the crude change of a share into change within strata and change of their mix.

    .. math:: p_1 - p_0 = \sum_l \tfrac{1}{2} (w_{0l} + w_{1l}) (p_{1l} - p_{0l})
              + \sum_l \tfrac{1}{2} (p_{0l} + p_{1l}) (w_{1l} - w_{0l})

    with the share of a label within stratum :math:`l`, :math:`p_{tl}`, and the stratum's part of the period's posts,
    :math:`w_{tl}`. The first sum is `within`, the second `mix`.

    Parameters
    ----------
    hits : numpy.ndarray, shape (labels, cells) or (cells,)
        Posts that count in each cell, or sums of what each counts, one row a label.
    posts : numpy.ndarray, shape (cells,)
        All posts of each cell.
    after : numpy.ndarray, shape (cells,), bool
        Whether a cell lies in the later period.
    stratum : numpy.ndarray, shape (cells,)
        Language, account or platform of each cell.

    Returns
    -------
    Composition
        A stratum that has posts in one period only can't have changed within: all it adds is mix.

    Raises
    ------
    ValueError
        The arrays don't fit each other, or a period has no posts.

    Notes
    -----
    An identity, not an estimate: it has no error for these posts, and says nothing of causes. With few posts in a
    stratum its share is chance, and so are both parts. `within` weighs strata by the mean of their two parts, and
    `discourse.stats.shift.shift` by their posts, so that the two differ a little.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of the American Statistical
    Association 50(272).

    Examples
    --------
    Shares of 4 and 12 % become 5 and 12 %; the second stratum grows from 30 to 60 % of the posts:

    >>> n, after, lang = np.array([700, 300, 400, 600]), np.array([False, False, True, True]), np.array([0, 1, 0, 1])
    >>> found = composition(np.array([28, 36, 20, 72]), n, after, lang)
    >>> found.difference.round(4).tolist(), found.within.round(4).tolist(), found.mix.round(4).tolist()
    ([0.028], [0.0055], [0.0225])
    """
    y, n = np.atleast_2d(np.asarray(hits, dtype="float64")), np.asarray(posts, dtype="float64")
    later, groups = np.asarray(after, dtype=bool), np.asarray(stratum)
    if not (n.ndim == 1 and y.shape[1:] == n.shape == later.shape == groups.shape):
        raise ValueError("hits, posts, after and stratum must have one entry a cell")
    if not ((n >= 0).all() and np.isfinite(y).all() and n[later].any() and n[~later].any()):
        raise ValueError("needs finite hits, and posts in both periods")
    names, number = np.unique(groups, return_inverse=True)
    before, now = (_by_stratum(y[:, side], n[side], number[side], len(names)) for side in (~later, later))
    (part0, share0), (part1, share1) = before, now
    share0, share1 = np.where(part0 > 0, share0, share1), np.where(part1 > 0, share1, share0)
    within = ((part0 + part1) / 2 * (share1 - share0)).sum(axis=1)
    mix = ((share0 + share1) / 2 * (part1 - part0)).sum(axis=1)
    return Composition(within + mix, within, mix)


def _by_stratum(y: np.ndarray, n: np.ndarray, number: np.ndarray, strata: int) -> tuple[np.ndarray, np.ndarray]:
    """Each stratum's part of the posts, (strata,), and the labels' shares within it, (labels, strata)."""
    posts = np.bincount(number, n, strata)
    hits = np.array([np.bincount(number, row, strata) for row in y]).reshape(len(y), strata)
    return posts / posts.sum(), hits / np.where(posts > 0, posts, 1)
