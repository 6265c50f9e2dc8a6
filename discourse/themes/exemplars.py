"""The posts that show best what a theme is: near its middle, and different from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_BALANCE = 0.7  # of closeness to the middle, against difference from the posts already chosen
_POOL = 300  # candidates a theme: the more central of its firmer half first
_TOO_SHORT, _TOO_LONG = 0.5, 4.0  # of the theme's median length
_SAME = 0.98  # cosine from which two posts say the same


def exemplars(
    vectors: np.ndarray,
    labels: np.ndarray,
    strength: np.ndarray,
    *,
    per_theme: int = 3,
    lengths: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Choose exemplar posts for each theme.

    Parameters
    ----------
    vectors
        (n, d) unit rows.
    labels
        (n,) theme of each post; -1 is noise and has no exemplars.
    strength
        (n,) strength of membership, 0 to 1: posts count for the theme's middle as strongly as they belong.
    per_theme
        Exemplars for each theme at the most.
    lengths
        The n posts' lengths in characters. With them, posts far shorter or longer than the theme's median come
        only after the others, since a post of two words explains nothing and a very long one is not read.

    Returns
    -------
    pandas.DataFrame
        Columns theme, rank (from 1), row (into `vectors`) and similarity (cosine to the theme's middle, -1 to 1).

    Notes
    -----
    Maximal marginal relevance (Carbonell & Goldstein 1998) among the 300 most central posts of the theme, those of
    at least its median strength first: .7 of the cosine to the middle less .3 of the greatest cosine to a chosen
    post. A post that says the same as a chosen one (cosine from .98) is left out, so that a theme of copies has one
    exemplar. Equals go by row.

    Examples
    --------
    >>> rows = np.array([[1, 0], [0.8, 0.6], [0.8, 0.6], [0, 1]])
    >>> exemplars(rows, np.zeros(4, int), np.ones(4), per_theme=2)["row"].tolist()
    [1, 0]
    """
    rows: list[tuple[int, int, int, float]] = []
    for theme in sorted(set(np.asarray(labels).tolist()) - {-1}):
        members = np.flatnonzero(np.asarray(labels) == theme)
        unit = np.asarray(vectors[members], dtype=np.float64)
        middle = (unit * np.maximum(strength[members], 1e-3)[:, None]).sum(axis=0)
        middle /= max(float(np.linalg.norm(middle)), 1e-12)
        # Rounded: copies of a post must tie, however the matrix product adds their numbers up.
        closeness = np.round(unit @ middle, 6)
        handy = np.ones(len(members), dtype=bool)
        if lengths is not None:
            size = np.asarray(lengths)[members]
            handy = (size >= _TOO_SHORT * np.median(size)) & (size <= _TOO_LONG * np.median(size))
        handy &= strength[members] >= np.median(strength[members])
        pool = np.lexsort((members, -closeness, ~handy))[:_POOL]
        for rank, i in enumerate(_spread(unit[pool], closeness[pool], handy[pool], per_theme), start=1):
            rows.append((theme, rank, int(members[pool[i]]), float(closeness[pool[i]])))
    table = pd.DataFrame(rows, columns=["theme", "rank", "row", "similarity"])
    return table.astype({"theme": "int64", "rank": "int64", "row": "int64", "similarity": "float64"})


def _spread(unit: np.ndarray, closeness: np.ndarray, handy: np.ndarray, wanted: int) -> list[int]:
    """Pick rows greedily: close to the middle, far from those picked."""
    between = np.round(unit @ unit.T, 6)
    nearest = np.full(len(unit), -np.inf)
    chosen: list[int] = []
    while len(chosen) < wanted:
        free = nearest < _SAME
        if not free.any():
            break
        if (free & handy).any():
            free &= handy
        gain = closeness if not chosen else _BALANCE * closeness - (1 - _BALANCE) * nearest
        best = int(np.argmax(np.where(free, gain, -np.inf)))
        chosen.append(best)
        nearest = np.maximum(nearest, between[best])
        nearest[best] = np.inf
    return chosen
