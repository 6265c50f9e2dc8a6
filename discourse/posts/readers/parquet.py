"""Parquet files: typed columns as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.rows import Rows, column, headers, rejected_rows

SUFFIXES = (".parquet", ".pq")


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes open as Parquet does."""
    return data.startswith(b"PAR1")


def read(data: bytes, file: str) -> Rows:
    """Read a Parquet file; nested values become JSON text, dictionaries are spelled out.

    Raises
    ------
    DataError
        The file is damaged or cut short, or holds no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        table.validate(full=True)
    except (pa.ArrowException, OSError) as problem:
        raise DataError(
            f"{file}: the Parquet file can't be read ({problem}). It may be cut short; write it anew."
        ) from problem
    if table.num_rows == 0:
        raise DataError(f"{file}: a Parquet file without rows. Give one with at least one row.")
    names, notes = headers(table.column_names)
    columns: dict[str, pd.Series] = {}
    cleaned = 0
    for name, values in zip(names, table.columns, strict=True):
        series, dirty = _column(values)
        columns[name] = series
        cleaned += dirty
    if cleaned:
        notes.append(f"{cleaned} value(s) cleaned of NUL characters or broken text.")
    return Rows(
        values=pd.DataFrame(columns),
        numbers=np.arange(1, table.num_rows + 1, dtype=np.int64),
        rejected=rejected_rows([]),
        n_rows=table.num_rows,
        format="parquet",
        notes=notes,
    )


def _column(values: Any) -> tuple[pd.Series, int]:
    """Turn one Arrow column into a pandas column of dtype str, number, boolean or datetime64."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    if types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if types.is_string(values.type) or types.is_large_string(values.type):
        if pc.any(pc.match_substring(values, "\x00")).as_py():
            return column(values.to_pylist())
        return values.cast(pa.large_string()).to_pandas(), 0
    if types.is_integer(values.type):
        return pd.Series(values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)) if (
            values.null_count and values.type == pa.int64()
        ) else values.to_pandas(), 0
    if types.is_boolean(values.type):
        return values.to_pandas().astype("boolean"), 0
    if types.is_floating(values.type):
        return values.to_pandas().astype("float64"), 0
    if types.is_timestamp(values.type):
        return values.to_pandas(), 0
    if types.is_date(values.type):
        return pd.Series(pd.to_datetime(values.cast(pa.timestamp("ms")).to_pandas())), 0
    if types.is_binary(values.type) or types.is_large_binary(values.type):
        return column([None if v is None else v.decode("utf-8", "replace") for v in values.to_pylist()])
    return column(values.to_pylist())
