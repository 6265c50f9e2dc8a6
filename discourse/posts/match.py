"""Which posts of two tables are the same posts: by their names, and failing that by what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.posts.similarity import normal

_MEANT = 0.5
"""Share of the posts of one name that must say the same for names to be those of posts, not of rows."""


def match(first: pd.DataFrame, second: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Pair the posts that both tables hold.

    Parameters
    ----------
    first, second : DataFrame
        ``post_id`` (each once), ``text``.

    Returns
    -------
    first, second : (pairs,) int64
        Rows of either table, in the order of the first; no row is there twice. Posts of one ``post_id`` are paired,
        whatever they say: a text may have been mended. Where more than half of them say something else, the names
        are those of rows, and only those that say the same are paired. The others are paired by their text
        (`discourse.posts.similarity.normal`), of equal ones the earlier with the earlier.

    Examples
    --------
    >>> a = pd.DataFrame({"post_id": ["1", "2", "3"], "text": ["one", "two", "three"]})
    >>> b = pd.DataFrame({"post_id": ["2", "9"], "text": ["two", "Three!"]})
    >>> [rows.tolist() for rows in match(a, b)]
    [[1, 2], [0, 1]]
    """
    one, other = (
        table[["post_id", "text"]].reset_index(drop=True).rename_axis("row").reset_index() for table in (first, second)
    )
    named = one.merge(other, on="post_id")
    alike = named["text_x"] == named["text_y"]
    alike[~alike] = named.loc[~alike, "text_x"].map(normal) == named.loc[~alike, "text_y"].map(normal)
    named = named[believed(alike.to_numpy())]
    left, right = one[~one["row"].isin(named["row_x"])], other[~other["row"].isin(named["row_y"])]
    left, right = (rest.assign(said=rest["text"].map(normal).astype("str")) for rest in (left, right))
    left, right = (rest.assign(turn=rest.groupby("said").cumcount()) for rest in (left, right))
    said = left.merge(right, on=["said", "turn"])
    pairs = pd.concat([named[["row_x", "row_y"]], said[["row_x", "row_y"]]]).sort_values("row_x")
    return pairs["row_x"].to_numpy(dtype=np.int64), pairs["row_y"].to_numpy(dtype=np.int64)


def believed(alike: np.ndarray) -> np.ndarray:
    """Tell which pairs of one name are the same post: all, but where most say something else, those that say the same.

    Parameters
    ----------
    alike : (pairs,) bool
        Whether the two of a pair say the same.

    Examples
    --------
    >>> believed(np.array([True, True, False])).tolist(), believed(np.array([True, False, False])).tolist()
    ([True, True, True], [True, False, False])
    """
    return alike if alike.size and alike.mean() < _MEANT else np.ones(len(alike), dtype=bool)
