"""Parquet files: typed columns as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.readers.rows import MOST_COLUMNS, Rows, check_size, column, headers, rejected_rows

SUFFIXES = (".parquet", ".pq")

_FOOTER = 1 << 24
_LARGEST = 1 << 31
"""Most bytes that a file may unpack to."""


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes open as Parquet does."""
    return data.startswith(b"PAR1")


def read(data: bytes, file: str) -> Rows:
    """Read a Parquet file; nested values become JSON text, dictionaries are spelled out.

    What the file says of its own size is checked before anything is unpacked, and texts are kept packed until
    it is known how long they are: a few bytes can stand for a milliard of rows.

    Raises
    ------
    DataError
        The file is damaged or cut short, holds no rows, or more than any collection of posts.
    """
    import pyarrow as pa

    try:
        table = _table(data, file)
        names, notes = headers(table.column_names)
        converted = [_column(values) for values in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError, NotImplementedError) as problem:
        raise DataError(
            f"{file}: the Parquet file can't be read ({str(problem)[:300]}). It may be cut short; write it anew."
        ) from problem
    cleaned = sum(dirty for _, dirty in converted)
    if cleaned:
        notes.append(f"{cleaned} value(s) cleaned of NUL characters or broken text.")
    return Rows(
        values=pd.DataFrame({name: series for name, (series, _) in zip(names, converted, strict=True)}),
        numbers=np.arange(1, table.num_rows + 1, dtype=np.int64),
        rejected=rejected_rows([]),
        n_rows=table.num_rows,
        format="parquet",
        notes=notes,
    )


def _table(data: bytes, file: str) -> Any:
    """Arrow table of a file that is no larger than it may be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    footer = int.from_bytes(data[-8:-4], "little")
    if data.endswith(b"PAR1") and _FOOTER < footer < len(data):
        raise DataError(
            f"{file}: the description of its columns takes {footer / 2**20:.0f} MiB, so there are far more than the "
            f"{MOST_COLUMNS:,} columns that can be read. Keep the columns you need."
        )
    facts = pq.read_metadata(pa.BufferReader(data))
    if facts.num_rows == 0:
        raise DataError(f"{file}: a Parquet file without rows. Give one with at least one row.")
    check_size(facts.num_rows, facts.num_columns, file)
    # what there is to know of single chunks is not asked: pyarrow ends the process where a damaged file lies there
    _check_bytes(sum(max(facts.row_group(g).total_byte_size, 0) for g in range(facts.num_row_groups)), file)
    leaves = [facts.schema.column(c) for c in range(facts.num_columns)]
    texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
    table = pq.read_table(pa.BufferReader(data), read_dictionary=texts)
    table.validate(full=True)
    _check_bytes(sum(_spelled_out(values) for values in table.columns), file)
    return table


def _check_bytes(size: int, file: str) -> None:
    if size > _LARGEST:
        raise DataError(
            f"{file}: unpacks to {size / 2**20:,.0f} MiB, more than the {_LARGEST >> 20:,} that can be read from one "
            "file. Keep the columns you need, or give the rows in several files."
        )


def _spelled_out(values: Any) -> int:
    """Bytes of a column once each row has its own value."""
    import pyarrow.compute as pc
    from pyarrow import types

    if not types.is_dictionary(values.type):
        return int(values.nbytes)
    lengths = (pc.take(pc.binary_length(chunk.dictionary), chunk.indices) for chunk in values.chunks if len(chunk))
    return sum(pc.sum(pc.cast(found, "int64")).as_py() or 0 for found in lengths)


def _column(values: Any) -> tuple[pd.Series, int]:
    """Turn one Arrow column into a pandas column of dtype str, number, boolean or datetime64."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    if types.is_dictionary(values.type):
        kind = values.type.value_type
        values = values.cast(pa.large_string() if types.is_string(kind) else kind)
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
