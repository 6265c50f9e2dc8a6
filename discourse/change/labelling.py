"""A labelling: which posts have which labels, be they themes, hand codes or keywords' codes, or how much of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

THEME, NOISE, CODE, TAG, GROUP = "theme", "noise", "code", "tag", "group"
CONCEPT, AXIS, CORRECTED = "concept", "axis", "corrected"
SCORES = (CONCEPT, AXIS)
"""Kinds of labels that every post has to some degree: a rank from 0 to 1, whose mean is no share."""
_RANKS = 1 / 3
"""Variance of an even spread over 0 to 1, as a part of that of yes or no."""
_BINARY = {"0": False, "1": True, "false": False, "true": True, "no": False, "yes": True}
_SEPARATORS = (";", "|")


@dataclass(frozen=True)
class Labelling:
    """Which of n posts have which labels.

    Attributes
    ----------
    labels : pandas.DataFrame
        One row a label: ``kind`` (theme, noise, code, tag, group, concept, axis or corrected), ``label_id`` (``7``,
        ``-1``, ``tags:Gaza``) and ``label``, for people.
    row, column : numpy.ndarray, shape (pairs,), int64
        A post and one of its labels.
    n_posts : int
    exclusive : bool
        Whether every post has one label and no more, noise being one.
    value : numpy.ndarray, shape (pairs,), float64, optional
        What the post counts for the label; 1 if not given. Labels of a kind in `SCORES` have a rank of every post, and
        those that are ``corrected`` the pseudo-outcome of every post, whose mean is the corrected share.
    code : numpy.ndarray, shape (pairs,), float64, optional
        What people said of the post, where a share is corrected: 1 or 0; NaN where nobody was asked.
    """

    labels: pd.DataFrame
    row: np.ndarray
    column: np.ndarray
    n_posts: int
    exclusive: bool
    value: np.ndarray | None = None
    code: np.ndarray | None = None

    @property
    def counted(self) -> np.ndarray:
        """Tell which labels a post has or has not: (labels,) bool; the others every post has to some degree."""
        return ~self.labels["kind"].isin([*SCORES, CORRECTED]).to_numpy(dtype=bool)

    @property
    def spread(self) -> np.ndarray:
        """Least variance of a post for each label, as a part of that of yes or no: (labels,)."""
        return np.where(self.labels["kind"].isin(SCORES), _RANKS, 1.0)

    def hits(self, cell: np.ndarray, n_cells: int) -> np.ndarray:
        """Count the posts of each label in each cell, or add up what they count.

        Parameters
        ----------
        cell : numpy.ndarray, shape (n_posts,), int
            Cell of each post, -1 for none.
        n_cells : int

        Returns
        -------
        numpy.ndarray, shape (labels, n_cells), float64

        Examples
        --------
        >>> two = from_cells(pd.Series(["a", "a;b", "b"]), "x", CODE)
        >>> two.hits(np.array([0, 0, 1]), 2).tolist()
        [[2.0, 0.0], [1.0, 1.0]]
        """
        where = cell[self.row]
        held = where >= 0
        value = None if self.value is None else self.value[held]
        counted = np.bincount(self.column[held] * n_cells + where[held], value, len(self.labels) * n_cells)
        return counted.reshape(len(self.labels), n_cells).astype("float64")

    def of(self, column: int) -> np.ndarray:
        """Tell which posts have a label: (n_posts,) bool."""
        held = np.zeros(self.n_posts, dtype=bool)
        held[self.row[self.column == column]] = True
        return held

    def narrowed(self, rows: np.ndarray) -> Labelling:
        """Keep some posts, given by their rows in rising order, and all labels."""
        place = np.full(self.n_posts, -1)
        place[rows] = np.arange(len(rows))
        kept = place[self.row] >= 0
        column, own = self.column[kept], self._own(kept)
        return Labelling(self.labels, place[self.row[kept]], column, len(rows), self.exclusive, *own)

    def only(self, columns: Sequence[int]) -> Labelling:
        """Keep some labels, in the order given, and all posts."""
        place = np.full(len(self.labels), -1)
        place[list(columns)] = np.arange(len(columns))
        kept = place[self.column] >= 0
        labels = self.labels.iloc[list(columns)].reset_index(drop=True)
        whole = self.exclusive and len(columns) == len(self.labels)
        return Labelling(labels, self.row[kept], place[self.column[kept]], self.n_posts, whole, *self._own(kept))

    def present(self) -> Labelling:
        """Keep the labels that some post has."""
        kept = np.flatnonzero(np.bincount(self.column, minlength=len(self.labels)))
        found = self.only(kept.tolist())
        return dataclasses.replace(found, exclusive=self.exclusive)

    def grouped(self, name: str, columns: Sequence[int]) -> Labelling:
        """Add a label that a post has if it has any of some.

        Examples
        --------
        >>> two = from_cells(pd.Series(["a", "a;b", "b"]), "x", CODE)
        >>> two.grouped("either", [0, 1]).hits(np.zeros(3, dtype=int), 1).ravel().tolist()
        [2.0, 2.0, 3.0]
        """
        if not self.counted[list(columns)].all():
            raise ValueError("every post has some of each of these labels: there is no having any of them")
        rows = np.unique(self.row[np.isin(self.column, list(columns))])
        labels = pd.concat([self.labels, _labels(GROUP, [f"{GROUP}:{name}"], [name])], ignore_index=True)
        column = np.r_[self.column, np.full(len(rows), len(self.labels))]
        added = np.ones(len(rows))
        own = (None if one is None else np.r_[one, added] for one in (self.value, self.code))
        return Labelling(labels, np.r_[self.row, rows], column, self.n_posts, False, *own)

    def _own(self, kept: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return what some pairs count, and their codes."""
        value, code = (None if one is None else one[kept] for one in (self.value, self.code))
        return value, code


def of_themes(theme: np.ndarray, themes: pd.DataFrame, noise: int) -> Labelling:
    """Make the labelling of themes: each post has one, or is noise, which comes last.

    Parameters
    ----------
    theme : numpy.ndarray, shape (n,), int
        Theme of each post.
    themes : pandas.DataFrame
        ``theme`` and ``label``. Posts of themes that are not listed have no label.
    noise : int
        The number that stands for no theme.
    """
    numbers = [*themes["theme"].tolist(), noise]
    labels = pd.concat(
        [
            _labels(THEME, [str(number) for number in numbers[:-1]], themes["label"].tolist()),
            _labels(NOISE, [str(noise)], ["(in no theme)"]),
        ],
        ignore_index=True,
    )
    column = pd.Index(numbers).get_indexer(pd.Index(theme))
    row = np.flatnonzero(column >= 0)
    return Labelling(labels, row, column[row].astype("int64"), len(theme), exclusive=len(row) == len(theme))


def from_cells(cells: pd.Series[Any], name: str, kind: str) -> Labelling:
    """Make a labelling of a column, whose cells hold a code or several, parted by semicolons or bars.

    Parameters
    ----------
    cells : pandas.Series, shape (n,)
        A column of 0 and 1 (true and false, yes and no) is one code, which has the column's name. An empty cell is a
        post without a code.
    name : str
        Name of the column, which makes codes unique among columns.
    kind : str

    Returns
    -------
    Labelling
        Codes by frequency, the commonest first.

    Examples
    --------
    >>> from_cells(pd.Series(["UN; SCO", "SCO", None]), "tags", CODE).labels["label_id"].tolist()
    ['tags:SCO', 'tags:UN']
    """
    texts = _texts(cells)
    values = set(texts.dropna().str.lower())
    if values and values <= set(_BINARY):
        rows = np.flatnonzero(texts.str.lower().map(_BINARY).eq(True).to_numpy())  # NA is not 1
        return Labelling(
            _labels(kind, [f"{name}:{name}"], [name]), rows, np.zeros(len(rows), dtype="int64"), len(texts), False
        )
    held = texts.dropna()
    separator = next((sign for sign in _SEPARATORS if held.str.contains(sign, regex=False).any()), None)
    each = held.str.split(separator, regex=False).explode() if separator else held
    each = each.str.strip()
    each = each[each != ""]
    pairs = pd.DataFrame({"row": each.index, "code": each.to_numpy()}).drop_duplicates()
    return from_pairs(pairs["row"].to_numpy(), pairs["code"], len(texts), name, kind)


def from_pairs(row: np.ndarray, code: pd.Series[Any], n_posts: int, name: str, kind: str) -> Labelling:
    """Make a labelling of pairs of a post's row and a code, each given once; codes by frequency."""
    counts = code.value_counts()
    names = sorted(counts.index, key=lambda one: (-counts[one], one))
    column = pd.Index(names).get_indexer(pd.Index(code)) if names else np.zeros(0)
    labels = _labels(kind, [f"{name}:{one}" for one in names], names)
    return Labelling(labels, row.astype("int64"), column.astype("int64"), n_posts, exclusive=False)


def from_values(
    values: np.ndarray, kind: str, ids: Sequence[str], names: Sequence[str], codes: np.ndarray | None = None
) -> Labelling:
    """Make a labelling of what every post counts for each label.

    Parameters
    ----------
    values : numpy.ndarray, shape (n, labels), float
        NaN for posts that are no part of it.
    kind : str
        One of `SCORES`, or ``corrected``.
    ids, names : sequence of str, length labels
    codes : numpy.ndarray, shape (n, labels), optional
        Those behind shares that are corrected, NaN where nobody was asked.

    Examples
    --------
    >>> from_values(np.array([[0.2], [0.8]]), CONCEPT, ["south"], ["Global South"]).hits(np.array([0, 0]), 1).tolist()
    [[1.0]]
    """
    row, column = np.nonzero(~np.isnan(values))
    labels = _labels(kind, list(ids), list(names))
    given = None if codes is None else codes[row, column]
    return Labelling(labels, row, column, len(values), False, values[row, column].astype("float64"), given)


def together(parts: Sequence[Labelling]) -> Labelling:
    """Lay several labellings of the same posts side by side."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.labels) for part in parts)])
    return Labelling(
        pd.concat([part.labels for part in parts], ignore_index=True),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.column + start for part, start in zip(parts, starts, strict=False)]),
        parts[0].n_posts,
        exclusive=False,
        value=_joined(parts, [part.value for part in parts]),
        code=_joined(parts, [part.code for part in parts]),
    )


def _joined(parts: Sequence[Labelling], given: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """Put what pairs of several labellings have in a row; 1 for those of labellings that have none."""
    if all(one is None for one in given):
        return None
    return np.concatenate(
        [np.ones(len(part.row)) if one is None else one for part, one in zip(parts, given, strict=True)]
    )


def _labels(kind: str, ids: list[str], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"kind": [kind] * len(ids), "label_id": ids, "label": names}, dtype="str")


def _texts(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Read cells as texts: whole numbers without a decimal point, empty ones as NA; index 0 to n."""
    cells = cells.reset_index(drop=True)
    if pd.api.types.is_bool_dtype(cells):
        cells = cells.astype("boolean").map({True: "1", False: "0"})
    elif pd.api.types.is_float_dtype(cells) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")
    texts = cells.astype("str").where(cells.notna()).str.strip()
    return texts.where(texts != "")
