"""What every encoder promises: the same texts give the same unit vectors, and it says what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from discourse.errors import DataError
from discourse.progress import Progress, silent


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose cosine says how alike two texts are.

    Attributes
    ----------
    name : str
        What people call it; together with `revision` and `settings` it identifies the vectors.
    revision : str
        Which weights: a commit, or a hash of the content.
    settings : mapping
        Everything else that changes the vectors (a prompt, a backend); JSON values.
    dimension : int or None
        Length of a vector; None where it is not known before the first text is encoded.
    max_length : int or None
        Tokens read at once, None where there is no limit. Longer texts are split and pooled, never cut.
    crosslingual : bool or None
        Whether a post and its translation lie close together; None where nobody has said.
    languages : tuple of str, or None
        The languages it was trained on, as codes of ISO 639-1; None where any language is as good as another, or
        nobody has said.
    cacheable : bool
        Whether a vector depends on its own text alone, so that it may be kept for another corpus, and takes longer to
        make than to keep.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def revision(self) -> str: ...  # noqa: D102
    @property
    def settings(self) -> Mapping[str, object]: ...  # noqa: D102
    @property
    def dimension(self) -> int | None: ...  # noqa: D102
    @property
    def max_length(self) -> int | None: ...  # noqa: D102
    @property
    def crosslingual(self) -> bool | None: ...  # noqa: D102
    @property
    def languages(self) -> tuple[str, ...] | None: ...  # noqa: D102
    @property
    def cacheable(self) -> bool: ...  # noqa: D102

    def encode(self, texts: Sequence[str], *, progress: Progress = silent) -> np.ndarray:
        """Encode `texts`: an (n, d) float32 array, every row of length 1."""
        ...

    def spans(self, texts: Sequence[str]) -> np.ndarray:
        """How many windows each text is read in, (n,) int32; 1 is a text read whole."""
        ...

    def blank(self, vectors: np.ndarray) -> np.ndarray:
        """Tell which of its vectors are of texts the encoder knows nothing about, (n,) bool."""
        ...


_ROUNDING = 1e-6


def unit_rows(vectors: np.ndarray, *, what: str = "vectors", first_row: int = 0) -> np.ndarray:
    """Scale every row to length 1; rows that have it, but for rounding, stay as they are to the last bit.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
        Any real numbers.
    what : str
        What the vectors are, for the message.
    first_row : int
        Number the message gives to the first row.

    Returns
    -------
    numpy.ndarray, shape (n, d), float32
        A new array; the input is left alone.

    Raises
    ------
    DataError
        If a row holds NaN or infinity, or has no length: it has no direction, and so no neighbours.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0]])).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    rows = np.array(vectors, dtype=np.float32)
    if rows.ndim != 2:
        raise DataError(f"{what}: expected a table of n rows by d columns, got shape {rows.shape}.")
    broken = np.asarray(~np.isfinite(rows).all(axis=1))
    # Scaled by the largest entry first, so that squares of tiny or huge numbers neither vanish nor overflow.
    top = np.abs(rows).max(axis=1, initial=0.0)
    empty = np.asarray(top == 0)
    _refuse(broken, "hold NaN or infinity", what, first_row)
    _refuse(empty, "are all zeros", what, first_row)
    lengths = np.linalg.norm(rows / top[:, None], axis=1)
    off = np.abs(top * lengths - 1) > _ROUNDING
    rows[off] = rows[off] / top[off, None] / lengths[off, None]
    return rows


def pool(vectors: np.ndarray, weights: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Average the windows of each text, weighted, back to unit rows.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (m, d)
        Unit rows, the windows of the first text first.
    weights : numpy.ndarray, shape (m,)
        Weight of each window, above 0: its number of tokens.
    counts : numpy.ndarray, shape (n,)
        Windows of each text, at least 1; they sum to m.

    Returns
    -------
    numpy.ndarray, shape (n, d), float32
    """
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    sums = np.add.reduceat(vectors * weights[:, None].astype(np.float32), starts, axis=0)
    return unit_rows(sums, what="pooled windows")


def _refuse(bad: np.ndarray, how: str, what: str, first_row: int) -> None:
    if bad.any():
        rows = np.flatnonzero(bad) + first_row
        shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
        raise DataError(f"{what}: {len(rows)} of {len(bad)} rows {how} (row {shown}).")
