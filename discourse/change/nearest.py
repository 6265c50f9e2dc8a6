"""How far labels lie apart: the measure by which a movement within one of them is large or small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.change.frame import Frame
from discourse.change.labelling import NOISE, Labelling
from discourse.stats.movement import LEAST_BLOCKS, LEAST_POSTS


@dataclass(frozen=True)
class Nearest:
    """For each label the other one that its posts are most like.

    Attributes
    ----------
    column : numpy.ndarray, shape (labels,), int64
        Which one; -1 where none can be compared.
    distance : numpy.ndarray, shape (labels,)
        How far it is, as drift is measured; NaN where there is none.
    """

    column: np.ndarray
    distance: np.ndarray


def nearest(vectors: np.ndarray, labelling: Labelling, frame: Frame) -> Nearest:
    r"""Find the nearest other label of the same kind: the drift that would make one of them the other.

    .. math:: \text{distance}(j, k) = 1 - \frac{\sum_l W_l\, c_{jkl}}{\sum_l W_l \sqrt{u_{jl}\, u_{kl}}}

    with mean cosines, in each language l, of posts of different weeks: :math:`u_j` of one label's posts with each
    other, :math:`c_{jk}` of one label's posts with the other's; :math:`W_l` are the posts of both.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
    labelling : Labelling
    frame : Frame

    Returns
    -------
    Nearest
        Compared are languages in which both labels have the posts and weeks that drift needs. Noise is no label to
        move to, nor is one at a distance of 0 or less, which has mostly the same posts.
    """
    k = len(labelling.labels)
    across, alike = np.zeros((2, k, k))
    for lang in np.unique(frame.lang):
        cosine, posts, enough = _cosines(vectors, labelling, frame, lang)
        with np.errstate(invalid="ignore"):
            own = np.sqrt(np.maximum(np.diag(cosine), 0))
        both = np.outer(enough, enough)
        weight = np.where(both, posts[:, None] + posts[None, :], 0)
        across += np.where(both, weight * cosine, 0)
        alike += np.where(both, weight * np.outer(own, own), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(alike > 0, 1 - across / alike, np.nan)
    kind = labelling.labels["kind"].to_numpy()
    fit = (kind[:, None] == kind[None, :]) & (kind != NOISE)[:, None] & ~np.eye(k, dtype=bool) & (distance > 0)
    distance = np.where(fit, distance, np.inf)
    column = distance.argmin(axis=1) if k else np.zeros(0, dtype=int)
    found = fit.any(axis=1)
    return Nearest(np.where(found, column, -1), np.where(found, distance[np.arange(k), column], np.nan))


def _cosines(
    vectors: np.ndarray, labelling: Labelling, frame: Frame, lang: object
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean cosines of posts of one language between labels, over different weeks; posts; which labels have enough."""
    from scipy.sparse import csr_array

    k, d = len(labelling.labels), vectors.shape[1]
    held = np.flatnonzero(frame.lang[labelling.row] == lang)
    row, column = labelling.row[held], labelling.column[held]
    week = frame.blocks(row, "week")
    order = np.lexsort((row, week))
    starts = np.flatnonzero(np.diff(week[order], prepend=week.min() - 1)) if len(week) else np.zeros(0, dtype=int)
    total, products, pairs = np.zeros((k, d)), np.zeros((k, k)), np.zeros((k, k))
    posts, weeks = np.zeros(k), np.zeros(k)
    for here in np.split(order, starts[1:]) if len(starts) else []:
        member = csr_array((np.ones(len(here)), (column[here], np.arange(len(here)))), shape=(k, len(here)))
        sums, n = member @ vectors[row[here]], np.bincount(column[here], minlength=k)
        total, posts, weeks = total + sums, posts + n, weeks + (n > 0)
        products, pairs = products + sums @ sums.T, pairs + np.outer(n, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (total @ total.T - products) / (np.outer(posts, posts) - pairs)
    return cosine, posts, (posts >= LEAST_POSTS) & (weeks >= LEAST_BLOCKS)
