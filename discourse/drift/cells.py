"""Posts of two periods, counted by block and stratum: all that tests of shares need of any number of posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.drift.frame import Frame, Side
from discourse.drift.labelling import Labelling

FEWEST_BLOCKS, FEWEST_POSTS = 3, 10
"""What a language needs in each of two periods to be compared by itself."""

OTHER = "other languages"


@dataclass(frozen=True)
class Cells:
    """Counts.

    Attributes
    ----------
    hits : numpy.ndarray, shape (labels, cells), float64
        Posts of each label.
    posts : numpy.ndarray, shape (cells,), float64
    after : numpy.ndarray, shape (cells,), bool
        Whether a cell lies in the later period.
    block, stratum : numpy.ndarray, shape (cells,)
    """

    hits: np.ndarray
    posts: np.ndarray
    after: np.ndarray
    block: np.ndarray
    stratum: np.ndarray


def cells(labelling: Labelling, frame: Frame, side: Side, *, weeks: int = 1) -> Cells:
    """Count the posts of two periods.

    Parameters
    ----------
    labelling : Labelling
    frame : Frame
    side : Side
        Of the frame.
    weeks : int
        Blocks that are taken together, where blocks are weeks.
    """
    block = side.block if weeks == 1 else side.block // 2 // weeks * 2 + side.after
    _, numbered = np.unique(block, return_inverse=True)
    names, stratum = np.unique(strata(frame.lang[side.rows], side.after, numbered), return_inverse=True)
    cell, which = np.unique(numbered * len(names) + stratum, return_inverse=True)
    of_post = np.full(labelling.n_posts, -1)
    of_post[side.rows] = which
    after = np.zeros(len(cell), dtype=bool)
    after[which] = side.after
    return Cells(
        labelling.hits(of_post, len(cell)),
        np.bincount(which, minlength=len(cell)).astype("float64"),
        after,
        cell // len(names),
        names[cell % len(names)],
    )


def strata(lang: np.ndarray, after: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Take languages together that have too few posts in one of two periods to be compared by themselves.

    Parameters
    ----------
    lang : numpy.ndarray of str, shape (n,)
    after : numpy.ndarray, shape (n,), bool
    block : numpy.ndarray, shape (n,), int
        Each within one period.

    Returns
    -------
    numpy.ndarray of str, shape (n,)
        The language; `OTHER` for small ones; where these are still too few, they count with the largest language, so
        that no post is lost.

    Examples
    --------
    >>> lang = np.array(["ru"] * 60 + ["kk"] * 2)
    >>> after, block = np.arange(62) % 2 == 0, np.arange(62)
    >>> set(strata(lang, after, block).tolist())
    {'ru'}
    """
    names, which, counts = np.unique(lang, return_inverse=True, return_counts=True)

    def enough(held: np.ndarray) -> bool:
        sides = (held & ~after, held & after)
        return all(side.sum() >= FEWEST_POSTS and len(np.unique(block[side])) >= FEWEST_BLOCKS for side in sides)

    small = np.array([not enough(which == at) for at in range(len(names))])
    if not small.any():
        return names[which]
    rest = small[which]
    largest = names[np.argmax(counts)]
    pool = OTHER if enough(rest) and not rest.all() else str(largest)
    return np.where(rest, pool, names[which].astype(object)).astype("str")
