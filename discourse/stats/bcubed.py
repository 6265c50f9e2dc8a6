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
    group, group_first = _kinds(t)
    code, code_first = _kinds(c)
    groups_of, codes_of = t[group_first].astype("float32"), c[code_first].astype("float32")
    kind, times = np.unique(group * len(codes_of) + code, return_counts=True)
    group, code = kind // len(codes_of), kind % len(codes_of)
    shared = groups_of @ groups_of.T
    near = (shared > 0) @ np.bincount(group, times)
    alike = _sharing(codes_of, np.bincount(code, times))[code]
    precision, recall = np.ones(len(kind)), 1 / codes_of.sum(axis=1)[code] / alike  # of a post without a group
    for one in np.flatnonzero(groups_of.any(axis=1)):
        other = np.flatnonzero(shared[one, group] > 0)
        common = shared[one, group[other]]
        for mine in _in_parts(np.flatnonzero(group == one), len(other)):
            codes_shared = codes_of[code[mine]] @ codes_of[code[other]].T
            least = np.minimum(common, codes_shared)
            precision[mine] = (least / common) @ times[other] / near[one]
            parts = np.divide(least, codes_shared, out=np.zeros_like(least), where=codes_shared > 0)
            recall[mine] = parts @ times[other] / alike[mine]
    total = times.sum()
    p, r = float(times @ precision / total), float(times @ recall / total)
    return BCubed(p, r, 2 * p * r / (p + r), int(total))


def _sharing(sets: np.ndarray, posts: np.ndarray) -> np.ndarray:
    """Count the posts whose sets share something with each set."""
    parts = [(sets[rows] @ sets.T > 0) @ posts for rows in _in_parts(np.arange(len(sets)), len(sets))]
    return np.concatenate(parts)


def _in_parts(rows: np.ndarray, each: int) -> list[np.ndarray]:
    """Part rows so that no part holds too many numbers, at so many a row."""
    return np.array_split(rows, max(1, -(-len(rows) * each // _NUMBERS)))


def _kinds(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give equal rows one number, and the first row of each: 64 columns at a time, far quicker than sorting rows."""
    packed = np.packbits(rows, axis=1)
    words = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view("uint64")
    kind = np.zeros(len(rows), dtype="int64")
    for word in words.T:
        number = np.unique(word, return_inverse=True)[1]
        kind = np.unique(kind * (int(number.max()) + 1) + number, return_inverse=True)[1]
    return kind, np.unique(kind, return_index=True)[1]
