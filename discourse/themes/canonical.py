"""Canonical order: the same posts in any row order look the same to everything random.

Posts with the same message (and, where vectors are given, the same vector) are one: they would only feign
density, and a theme of copies is no theme. Each distinct message is fitted once, and copies share its theme.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Distinct:
    """The distinct posts of a corpus, ordered by the hash of their content.

    Parameters
    ----------
    rows : (m,) int64
        For each distinct post the row of one of its copies, the first one.
    inverse : (n,) int64
        For each row the number of its distinct post: ``values[rows][inverse]`` gives each row its copy's value.
    """

    rows: np.ndarray
    inverse: np.ndarray


def distinct(messages: Sequence[str], vectors: np.ndarray | None = None) -> Distinct:
    """Find distinct posts and put them in canonical order.

    Parameters
    ----------
    messages : sequence of n str
    vectors : (n, d) array, optional
        Given vectors; the same message with two vectors is then two posts.

    Returns
    -------
    Distinct

    Examples
    --------
    >>> d = distinct(["b", "a", "b"])
    >>> sorted(d.rows.tolist()), (d.inverse[0] == d.inverse[2]).item()
    ([0, 1], True)
    """
    keys = np.empty(len(messages), dtype="S32")
    for row, message in enumerate(messages):
        digest = hashlib.sha256(message.encode("utf-8", "surrogatepass"))
        if vectors is not None:
            digest.update(np.ascontiguousarray(vectors[row]).tobytes())
        keys[row] = digest.digest().hex()[:32].encode()
    _, rows, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return Distinct(rows.astype(np.int64), inverse.reshape(-1).astype(np.int64))
