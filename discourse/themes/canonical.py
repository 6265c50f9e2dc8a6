"""Canonical order: the same posts in any row order look the same to everything random.

Posts that say the same are one: they would only feign density, and a theme of copies is no theme. Each is fitted
once, and copies share its theme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Distinct:
    """The distinct posts of a corpus, ordered by the hash of their content.

    Parameters
    ----------
    rows : (m,) int64
        For each distinct post the row of the one that stands for all its copies.
    inverse : (n,) int64
        For each row the number of its distinct post: ``values[rows][inverse]`` gives each row its copy's value.
    """

    rows: np.ndarray
    inverse: np.ndarray


def distinct(messages: Sequence[str], originals: np.ndarray | None = None) -> Distinct:
    """Find distinct posts and put them in canonical order.

    Parameters
    ----------
    messages : sequence of n str
    originals : (n,) int64, optional
        For each post the row of the one it repeats, its own for an original, as :func:`original_rows` gives them;
        if not given, only posts of equal messages are one, and the first stands for all.

    Returns
    -------
    Distinct

    Examples
    --------
    >>> d = distinct(["b", "a", "b"])
    >>> sorted(d.rows.tolist()), (d.inverse[0] == d.inverse[2]).item()
    ([0, 1], True)
    >>> distinct(["b", "a", "b."], np.array([2, 1, 2])).rows.tolist() in ([1, 2], [2, 1])
    True
    """
    rows = np.arange(len(messages)) if originals is None else np.flatnonzero(originals == np.arange(len(messages)))
    keys = np.empty(len(rows), dtype="S32")
    for place, row in enumerate(rows.tolist()):
        keys[place] = hashlib.sha256(messages[row].encode("utf-8", "surrogatepass")).hexdigest()[:32].encode()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    number = np.empty(len(messages), dtype=np.int64)
    number[rows] = inverse.reshape(-1)
    return Distinct(rows[first].astype(np.int64), number if originals is None else number[originals])


def original_rows(posts: pd.DataFrame) -> np.ndarray:
    """Rows of the posts that others repeat.

    Parameters
    ----------
    posts : pandas.DataFrame
        ``post_id, duplicate_of`` of n posts, originals among them.

    Returns
    -------
    (n,) int64
        For each post the row of its original, its own for an original.

    Examples
    --------
    >>> original_rows(pd.DataFrame({"post_id": ["a", "b"], "duplicate_of": ["b", None]})).tolist()
    [1, 1]
    """
    rows = np.arange(len(posts))
    copies = posts["duplicate_of"].notna().to_numpy()
    rows[copies] = pd.Index(posts["post_id"]).get_indexer(posts["duplicate_of"][copies])
    return rows
