"""The name of each post: the user's own id, or one made from what the post says, when and by whom."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def repeated(ids: pd.Series) -> tuple[str, list[int]] | None:
    """Find the first id that is empty or comes twice, with the rows; None if all differ."""
    empty = np.flatnonzero((ids.isna() | (ids == "")).to_numpy())
    if len(empty):
        return "", [int(empty[0])]
    again = np.flatnonzero(ids.duplicated().to_numpy())
    if not len(again):
        return None
    value = ids.iloc[again[0]]
    return str(value), [int(np.flatnonzero((ids == value).to_numpy())[0]), int(again[0])]


def from_content(text: pd.Series, date: pd.Series, author: pd.Series) -> pd.Series:
    """Ids made from text, moment and author; a post that says the same again gets ``-2``, ``-3``.

    The same post has the same id in every file, row order and time zone of the result. Only rows that are
    alike in all three share a counter, so its order changes nothing that can be told apart.

    Parameters
    ----------
    text, author : pandas.Series of str
    date : pandas.Series of datetime64[us, timezone]

    Returns
    -------
    pandas.Series of str
        16 hexadecimal digits of the SHA-256, unique.
    """
    moments = np.datetime_as_string(date.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), unit="s")
    names = author.fillna("")
    digests = [
        hashlib.sha256(f"{t}\x1f{m}\x1f{a}".encode()).hexdigest()[:16]
        for t, m, a in zip(text, moments, names, strict=True)
    ]
    base = pd.Series(digests, index=text.index, dtype="str")
    number = base.groupby(base).cumcount()
    again = (number > 0).to_numpy()
    base[again] = base[again] + "-" + (number[again] + 1).astype("str")
    return base
