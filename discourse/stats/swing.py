"""How much shares swing where no event is: more than weeks that differ from each other by chance would make them."""

from __future__ import annotations

import numpy as np

_MEDIAN = 0.4549
"""Median of a squared standard normal variable."""


def swing(scores: np.ndarray, hits: np.ndarray, posts: np.ndarray, variance: np.ndarray) -> np.ndarray:
    r"""Compare scores at dates without an event with what weeks that don't hang together would give.

    .. math:: r^2 = \max\left(1, \frac{\min(\overline{z^2}, \operatorname{median} z^2 / 0.455)}
              {\max(1, \phi)}\right), \qquad
              \phi = \frac{1}{W - 1} \sum_{w=1}^{W-1} \frac{(s_{w+1} - s_w)^2}{v_{w+1} + v_w}

    with the scores :math:`z` in units of what chance makes of so many posts, and the weeks' shares :math:`s_w` about
    the mean of their strata, and variances :math:`v_w` by chance. Posts that come in bursts raise :math:`\phi` as they
    raise :math:`z^2`; weeks that go on from each other raise :math:`z^2` alone. The mean is the surer of
    the two, the median, over that of a squared standard normal variable, is that of usual dates: a change that lasts
    is large at the dates after it, too, and must not be held against itself.

    Parameters
    ----------
    scores : numpy.ndarray, shape (labels, dates)
        NaN where there is none.
    hits : numpy.ndarray, shape (labels, weeks, strata)
        What counts, by week, in order of time, and stratum.
    posts : numpy.ndarray, shape (weeks, strata)
        Weeks without any are passed over.
    variance : numpy.ndarray, shape (labels, strata)
        Variance of a single post, such as :math:`p (1 - p)`.

    Returns
    -------
    numpy.ndarray, shape (labels,)
        The factor :math:`r` by which a score is to be shrunk: 1 or more; 1 without scores.

    References
    ----------
    Variance inflation learnt where nothing is sought: Devlin, B. and Roeder, K. (1999). Genomic control for association
    studies. Biometrics 55(4). Differences of neighbours: von Neumann, J. (1941). Distribution of the ratio of the mean
    square successive difference to the variance. Annals of Mathematical Statistics 12(4).

    Examples
    --------
    >>> hits, posts = np.array([[[1], [3], [1], [3]]]), np.full((4, 1), 4)
    >>> swing(np.array([[2.0, -2.0]]), hits, posts, np.array([[0.25]])).tolist()
    [1.4142135623730951]
    """
    total = posts.sum(axis=0)
    mean = hits.sum(axis=1) / np.where(total > 0, total, 1)
    size = posts.sum(axis=1)
    held = size > 0
    share = (hits - mean[:, None, :] * posts).sum(axis=2)[:, held] / size[held]
    chance = (variance @ posts.T)[:, held] / size[held] ** 2
    pairs = chance[:, 1:] + chance[:, :-1]
    steps = np.divide(np.diff(share, axis=1) ** 2, pairs, out=np.zeros_like(pairs), where=pairs > 0)
    known = np.isfinite(scores)
    usual = np.zeros(len(scores))
    if len(some := np.flatnonzero(known.any(axis=1))):
        squares = scores[some] ** 2
        usual[some] = np.fmin(np.nanmean(squares, axis=1), np.nanmedian(squares, axis=1) / _MEDIAN)
    burst = np.maximum(1.0, steps.sum(axis=1) / max(1, steps.shape[1]))
    return np.asarray(np.sqrt(np.maximum(1.0, usual / burst)))
