"""Vectors made elsewhere, in a ``.npy`` or ``.parquet`` file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from discourse.encoders.base import unit_rows
from discourse.errors import DataError

SUFFIXES = (".npy", ".parquet")
ID_COLUMNS = ("post_id", "id")
VECTOR_COLUMNS = ("vector", "embedding", "vectors", "embeddings")


class Precomputed:
    """A file of vectors, matched to posts by row or by id.

    Parameters
    ----------
    path : str or path
        ``.npy``: one array of n rows by d columns, the rows as in the input. ``.parquet``: a column ``vector``
        or ``embedding`` of lists, or else numeric columns, one a dimension; with a column ``post_id`` or ``id``
        rows are matched by it, without one they are as in the input.

    Raises
    ------
    DataError
        If there is no such file, or it holds no table of numbers.
    """

    cacheable = False
    crosslingual: bool | None = None
    max_length = None

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).expanduser()
        if not self._path.is_file():
            raise DataError(f"{path}: there's no such file of vectors.")
        self.name = self._path.name
        with self._path.open("rb") as file:
            self.revision = "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
        self.ids: list[str] | None = None
        self._vectors = self._read_npy() if self._path.suffix.lower() == ".npy" else self._read_parquet()

    @staticmethod
    def is_file(name: str | os.PathLike[str]) -> bool:
        """Say whether a name is that of a file of vectors, there or not."""
        return Path(name).suffix.lower() in SUFFIXES

    @property
    def settings(self) -> Mapping[str, object]:
        """Nothing but the file decides."""
        return {}

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._vectors.shape[1])

    def vectors_for(self, post_ids: Sequence[str], input_rows: np.ndarray, n_input: int) -> np.ndarray:
        """Pick the vectors of the posts in use.

        Parameters
        ----------
        post_ids : sequence of str
            The n posts.
        input_rows : numpy.ndarray, shape (n,)
            Row of each post among all rows of the input, from 0, unusable rows counted.
        n_input : int
            Rows of the input in all.

        Returns
        -------
        numpy.ndarray, shape (n, d), float32
            Unit rows in the order of `post_ids`.

        Raises
        ------
        DataError
            If the file has another number of rows than the input, lacks a post, or holds a vector of one of the
            posts without a direction (zeros, NaN, infinity). Rows are numbered from 1.
        """
        if self.ids is None:
            if len(self._vectors) != n_input:
                raise DataError(
                    f"{self.name} has {len(self._vectors)} rows, the input has {n_input}: without ids there must be "
                    "a vector for every row of the input, in its order, unusable rows too. A .parquet file with a "
                    "column post_id may hold them in any order."
                )
            rows = np.asarray(input_rows, dtype=np.intp)
        else:
            rows = self._rows_of(post_ids, self.ids)
        try:
            return unit_rows(self._vectors[rows], what=self.name)
        except DataError:
            self._refuse(rows)
            raise

    def _rows_of(self, post_ids: Sequence[str], ids: list[str]) -> np.ndarray:
        place = {post_id: row for row, post_id in enumerate(ids)}
        missing = [post_id for post_id in post_ids if post_id not in place]
        if missing:
            raise DataError(
                f"{self.name} lacks {len(missing)} of {len(post_ids)} posts, such as {_some(missing)}; its own ids "
                f"look like {_some(ids)}. The ids must be those of the column named with --id."
            )
        return np.array([place[post_id] for post_id in post_ids], dtype=np.intp)

    def _refuse(self, rows: np.ndarray) -> None:
        """Say which rows of the file, as counted there, have no direction."""
        used = np.asarray(self._vectors[rows], dtype=np.float32)
        bad = np.sort(rows[~np.isfinite(used).all(axis=1) | ~used.any(axis=1)])
        raise DataError(
            f"{self.name}: {len(bad)} of {len(rows)} vectors are all zeros or hold NaN or infinity: row "
            f"{_some([str(row + 1) for row in bad], quote=False)}, counted from 1. Encode those posts again, or "
            "take their rows out of the input."
        )

    def _read_npy(self) -> np.ndarray:
        try:
            vectors = np.load(self._path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DataError(
                f'{self.name}: not an .npy file of numbers ({error}). Write it with np.save("{self.name}", vectors), '
                "vectors being a float array."
            ) from error
        return self._checked(vectors)

    def _read_parquet(self) -> np.ndarray:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(self._path)
        except (OSError, pa.ArrowInvalid) as error:
            raise DataError(f"{self.name}: not a readable Parquet file ({error}).") from error
        names = {name.lower(): name for name in table.column_names}
        id_column = next((names[name] for name in ID_COLUMNS if name in names), None)
        if id_column:
            ids = ["" if value is None else str(value) for value in table.column(id_column).to_pylist()]
            repeated = sorted({post_id for post_id in ids if not post_id} | _repeated(ids))
            if repeated:
                raise DataError(
                    f"{self.name}: the column {id_column} must name each row once, but it holds an empty or repeated "
                    f"id: {_some(repeated)}."
                )
            self.ids = ids
            table = table.drop_columns([id_column])
        lists = next((names[name] for name in VECTOR_COLUMNS if name in names), None)
        if lists is not None and _is_list(table.schema.field(lists).type):
            return self._checked(self._from_lists(table.column(lists).combine_chunks(), lists))
        columns = [f.name for f in table.schema if pa.types.is_floating(f.type) or pa.types.is_integer(f.type)]
        if not columns:
            raise DataError(
                f"{self.name}: no vectors found. It needs a column 'vector' of lists, or numeric columns, one a "
                f"dimension; its columns are {_some(table.column_names)}."
            )
        return self._checked(np.column_stack([table.column(name).to_numpy() for name in columns]))

    def _from_lists(self, column: object, name: str) -> np.ndarray:
        import pyarrow.compute as pc

        lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
        common = lengths[0] if len(lengths) else 0
        odd = np.flatnonzero(lengths != common)  # NaN, a missing vector, is odd too
        if len(odd) or not common > 0:
            row = int(odd[0]) if len(odd) else 0
            raise DataError(
                f"{self.name}: the vectors of column {name} must all be there and of one length; row {row + 1}, "
                f"counted from 1, has {lengths[row] if len(lengths) else 0} numbers, the first row {common}."
            )
        return np.asarray(pc.list_flatten(column).to_numpy(zero_copy_only=False)).reshape(len(lengths), int(common))

    def _checked(self, vectors: np.ndarray) -> np.ndarray:
        if vectors.ndim != 2 or vectors.shape[1] < 2 or vectors.dtype.kind not in "fiu":
            raise DataError(
                f"{self.name}: expected a table of numbers, n rows by d columns, got shape {vectors.shape} of "
                f"{vectors.dtype}."
            )
        return vectors


def _repeated(ids: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    return {post_id for post_id in ids if post_id in seen or seen.add(post_id)}  # type: ignore[func-returns-value]


def _is_list(kind: object) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _some(values: Sequence[str], *, quote: bool = True) -> str:
    shown = [repr(value) if quote else value for value in values[:5]]
    return ", ".join(shown) + (", ..." if len(values) > 5 else "")
