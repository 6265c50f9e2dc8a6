"""B-cubed: how alike groups of posts and their codes are, seen from each post, where a post may have several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_NUMBERS = 4_000_000
"""Pairs of kinds of posts compared at once: 16 MB for each array of them."""


@dataclass(frozen=True)
class BCubed:
    """What `bcubed` found, each 0 to 1; NaN without posts.

    Attributes
    ----------
    precision, recall, f1 : float
    posts : int
    """

    precision: float
    recall: float
    f1: float
    posts: int


def bcubed(groups: np.ndarray, codes: np.ndarray) -> BCubed:
    r"""Compare overlapping groups of posts with their codes by extended B-cubed.

    With the groups :math:`T_i` and the codes :math:`C_i` of post :math:`i`, the precision is the mean over posts of

    .. math:: \operatorname{mean}_{j:\, T_i \cap T_j \neq \emptyset}
              \frac{\min(|T_i \cap T_j|, |C_i \cap C_j|)}{|T_i \cap T_j|}

    where :math:`j` may be :math:`i`; recall is the same with groups and codes exchanged, F1 their harmonic mean. A post
    without a group is a group of its own: its precision is 1, and it costs recall.

    Parameters
    ----------
    groups : numpy.ndarray, shape (posts, groups), bool
    codes : numpy.ndarray, shape (posts, codes), bool
        At least one a post.

    Returns
    -------
    BCubed

    Raises
    ------
    ValueError
        The arrays are of different posts, or a post has no code.

    Notes
    -----
    Not adjusted for chance: small groups raise precision, few large ones recall, whatever is in them. Posts with equal
    groups and codes are counted together, so that a million posts cost as much as the kinds of posts there are.

    References
    ----------
    Amigó, E., Gonzalo, J., Artiles, J. and Verdejo, F. (2009). A comparison of extrinsic clustering evaluation metrics
    based on formal constraints. Information Retrieval 12(4).

    Examples
    --------
    >>> themes, codes = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    >>> found = bcubed(np.eye(2, dtype=bool)[themes], np.eye(3, dtype=bool)[codes])
    >>> round(found.precision, 4), round(found.recall, 4), round(found.f1, 4)
    (0.5556, 0.8333, 0.6667)
    """
    t, c = np.asarray(groups, dtype=bool), np.asarray(codes, dtype=bool)
    if t.ndim != 2 or c.ndim != 2 or len(t) != len(c) or not c.any(axis=1).all():
        raise ValueError("needs groups and codes of the same posts, and a code at least of each")
    if not len(t):
        return BCubed(float("nan"), float("nan"), float("nan"), 0)
    of_each, times = _kinds(np.c_[t, c])
    t_kind, c_kind = t[of_each].astype("float32"), c[of_each].astype("float32")
    alone = t_kind.sum(axis=1) == 0
    precision, recall, alike = np.empty(len(times)), np.empty(len(times)), np.empty(len(times))
    step = max(1, _NUMBERS // len(times))
    for start in range(0, len(times), step):
        some = slice(start, start + step)
        groups_shared, codes_shared = t_kind[some] @ t_kind.T, c_kind[some] @ c_kind.T
        least = np.minimum(groups_shared, codes_shared)
        precision[some] = _mean(least, groups_shared, times)
        recall[some] = _mean(least, codes_shared, times)
        alike[some] = (codes_shared > 0) @ times
    precision[alone] = 1
    # Such a post shares its group with itself, and with no other of its kind.
    recall[alone] = (1 / c_kind.sum(axis=1) / alike)[alone]
    total = times.sum()
    p, r = float(times @ precision / total), float(times @ recall / total)
    return BCubed(p, r, 2 * p * r / (p + r), int(total))


def _kinds(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find a row of each kind, and how many are of it: 64 columns at a time, which takes a tenth of sorting rows."""
    packed = np.packbits(rows, axis=1)
    words = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view("uint64")
    kind = np.zeros(len(rows), dtype="int64")
    for word in words.T:
        number = np.unique(word, return_inverse=True)[1]
        kind = np.unique(kind * (int(number.max()) + 1) + number, return_inverse=True)[1]
    _, first, times = np.unique(kind, return_index=True, return_counts=True)
    return first, times


def _mean(least: np.ndarray, shared: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Average over the posts that share something."""
    parts = np.divide(least, shared, out=np.zeros_like(least), where=shared > 0)
    posts = (shared > 0) @ times
    return np.asarray((parts @ times) / np.maximum(posts, 1))
