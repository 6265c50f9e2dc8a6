"""Posts of two periods, counted by block and stratum: all that tests of shares need of any number of posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from discourse.change.frame import Frame, Side
from discourse.change.labelling import Labelling

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
    alone : tuple of str
        Languages that have posts enough in one period alone, and are not compared.
    """

    hits: np.ndarray
    posts: np.ndarray
    after: np.ndarray
    block: np.ndarray
    stratum: np.ndarray
    alone: tuple[str, ...] = ()


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
    within, alone = strata(frame.lang[side.rows], side.after, numbered)
    names, stratum = np.unique(within, return_inverse=True)
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
        alone,
    )


def strata(lang: np.ndarray, after: np.ndarray, block: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Say within what posts of two periods are compared: their language, where it has posts enough in both.

    Parameters
    ----------
    lang : numpy.ndarray of str, shape (n,)
    after : numpy.ndarray, shape (n,), bool
    block : numpy.ndarray, shape (n,), int
        Each within one period.

    Returns
    -------
    stratum : numpy.ndarray of str, shape (n,)
        The language; `OTHER` for those with too few posts in either period; where these are still too few, they count
        with the largest language. A language that has enough in one period alone is a stratum in each period, which
        nothing is compared with: its coming or going is a change of languages, not of what is said. Where no language
        has enough in both, all posts count together.
    alone : tuple of str
        The languages that have enough in one period alone.

    Examples
    --------
    >>> lang = np.array(["ru"] * 60 + ["kk"] * 2)
    >>> after, block = np.arange(62) % 2 == 0, np.arange(62)
    >>> set(strata(lang, after, block)[0].tolist())
    {'ru'}
    >>> strata(np.array(["ru", "kk"] * 60), after=np.arange(120) >= 58, block=np.arange(120))[1]
    ()
    """
    names, which, counts = np.unique(lang, return_inverse=True, return_counts=True)

    def enough(held: np.ndarray) -> tuple[bool, bool]:
        earlier, later = (
            int(side.sum()) >= FEWEST_POSTS and len(np.unique(block[side])) >= FEWEST_BLOCKS
            for side in (held & ~after, held & after)
        )
        return earlier, later

    sides = np.array([enough(which == at) for at in range(len(names))])
    held, whole = np.asarray(sides.any(axis=1)), np.asarray(sides.all(axis=1))
    alone = held & ~whole
    if not whole.any():
        return np.full(len(lang), names[np.argmax(counts)]), ()
    found = names[which].astype(object)
    little = ~held[which]
    found[little] = OTHER if all(enough(little)) else names[np.argmax(np.where(whole, counts, 0))]
    apart = alone[which]
    found[apart] = np.char.add(names[which][apart], np.where(after[apart], " later", " earlier"))
    return found.astype("str"), tuple(names[alone].tolist())
