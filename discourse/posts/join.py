"""Several files with different columns to one table: the roles side by side, all other columns kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.posts.readers.rows import as_text

ROLE_COLUMNS = {"text": "text", "author": "author"}
"""Roles whose column in the table can stand for the one in the file: the values are the same."""


@dataclass(frozen=True)
class Part:
    """The usable rows of one file.

    Attributes
    ----------
    file : str
    values : pandas.DataFrame
        Columns as read.
    numbers : numpy.ndarray of int64
        1-based row numbers in the file.
    dates : pandas.Series of datetime64[us, timezone] or None
    roles : dict of str to str
        Header by role.
    plain : bool
        Whether the format knows only text.
    account : str or None
        Whose posts these are by the place of the file; used where no column names an author.
    """

    file: str
    values: pd.DataFrame
    numbers: np.ndarray
    dates: pd.Series | None
    roles: dict[str, str]
    plain: bool
    account: str | None = None


def roles_side_by_side(parts: Sequence[Part], starts: Sequence[int], timezone: str) -> pd.DataFrame:
    """Table of what plays a role, one row a post: ``text, date, author, lang, id, source_file, source_row, input_row``.

    Parameters
    ----------
    parts : sequence of Part
    starts : sequence of int
        Rows of input before each file.
    timezone : str
        Zone of the dates, for files that have none.

    Returns
    -------
    pandas.DataFrame
        ``author`` and ``lang`` are NA where there is none; ``id`` is as given.
    """
    columns: dict[str, pd.Series] = {}
    for role in ("text", "author", "lang", "id"):
        found = [part.values[part.roles[role]] if role in part.roles else None for part in parts]
        if role == "author":
            found = [_account(part) if column is None else column for part, column in zip(parts, found, strict=True)]
        column = concat(found, [len(part.numbers) for part in parts])
        if role != "id":
            column = _empty_to_na(to_text(column))
        columns[role] = column
    stamps = [
        part.dates
        if part.dates is not None
        else pd.Series(np.full(len(part.numbers), "NaT", "datetime64[us]")).dt.tz_localize(timezone)
        for part in parts
    ]
    columns["date"] = pd.concat(stamps, ignore_index=True)
    columns["source_file"] = pd.concat(
        [pd.Series(part.file, index=range(len(part.numbers)), dtype="str") for part in parts], ignore_index=True
    )
    columns["source_row"] = pd.Series(np.concatenate([part.numbers for part in parts]))
    columns["input_row"] = pd.Series(
        np.concatenate([part.numbers + start - 1 for part, start in zip(parts, starts, strict=True)])
    )
    return pd.DataFrame(columns)


def _account(part: Part) -> pd.Series | None:
    """Name the author of every post of a file by the place of the file; None where it says nothing."""
    return None if part.account is None else pd.Series([part.account] * len(part.numbers), dtype="str")


def keep(parts: Sequence[Part], ours: Sequence[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Collect all columns that the table would otherwise lose.

    Parameters
    ----------
    parts : sequence of Part
    ours : sequence of str
        Names that are taken; a header like one of them is stored as ``<header>_as_given``.

    Returns
    -------
    tuple of (pandas.DataFrame, dict of str to str)
        The kept columns, and for every header of the input the column that holds its values as given (one of
        the kept ones, or the role's own where that says the same).
    """
    order = list(dict.fromkeys(header for part in parts for header in part.values.columns))
    sizes = [len(part.numbers) for part in parts]
    stored: dict[str, str] = {}
    kept: dict[str, pd.Series] = {}
    for header in order:
        found = [part.values[header] if header in part.values.columns else None for part in parts]
        role = _role_that_says_the_same(header, parts)
        if role:
            stored[header] = role
            continue
        name = header
        while name in ours or (name != header and name in order) or name in kept:
            name += "_as_given"
        column = concat(found, sizes)
        holders = [part for part in parts if header in part.values.columns]
        if any(part.plain for part in holders) and all(
            part.plain or pd.api.types.is_numeric_dtype(part.values[header].dtype) for part in holders
        ):
            column = _numbers(_empty_to_na(to_text(column)))
        kept[name] = column
        stored[header] = name
    return pd.DataFrame(kept, index=pd.RangeIndex(sum(sizes))), stored


def _role_that_says_the_same(header: str, parts: Sequence[Part]) -> str:
    """Name of the role column that holds this header's values in every file, or an empty string."""
    for role, name in ROLE_COLUMNS.items():
        if all(part.roles.get(role) == header and part.values[header].dtype == "str" for part in parts):
            return name
    return ""


def concat(found: Sequence[pd.Series | None], sizes: Sequence[int]) -> pd.Series:
    """One column from several files: of their type where they agree, else text; NA where a file lacks it."""
    present = [column for column in found if column is not None]
    if not present:
        return pd.Series([None] * sum(sizes), dtype="str")
    if len(present) == len(found) == 1:
        return present[0].reset_index(drop=True)
    kinds = {column.dtype.name for column in present}
    if len(kinds) > 1:
        present = [to_text(column) for column in present]
    dtype = present[0].dtype
    if len(present) < len(found) and pd.api.types.is_integer_dtype(dtype):
        dtype = pd.Int64Dtype()
    filled = iter(present)
    whole = [
        next(filled).astype(dtype) if column is not None else pd.Series([pd.NA] * size, dtype="object").astype(dtype)
        for column, size in zip(found, sizes, strict=True)
    ]
    return pd.concat(whole, ignore_index=True)


def to_text(column: pd.Series) -> pd.Series:
    """Write a column of any type as text; whole numbers without ``.0``."""
    if column.dtype == "str":
        return column
    if pd.api.types.is_float_dtype(column.dtype):
        whole = column.dropna()
        if (whole == np.floor(whole)).all() and (whole.abs() < 2**53).all():
            column = column.astype("Int64")
    return pd.Series([as_text(value) for value in column], index=column.index, dtype="str")


def _empty_to_na(column: pd.Series) -> pd.Series:
    empty = column == ""
    return column.mask(empty.to_numpy(dtype=bool, na_value=False)) if empty.any() else column


def _numbers(column: pd.Series) -> pd.Series:
    """Numbers where each value, written out again, is the same text; else the texts as they are.

    So ``007``, ``+7``, ``-0``, ``1.50`` and codes of twenty digits stay the texts they are, and nothing a user wrote
    is lost when the table is given back.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(column, from_pandas=True)
    if texts.null_count == len(texts):
        return column
    is_number = pc.match_substring_regex(texts, r"^-?\d+(?:\.\d+)?$")
    if not pc.all(is_number).as_py() or pc.any(pc.equal(texts, "-0")).as_py():
        return column
    try:
        whole = texts.cast(pa.int64())
        if pc.all(pc.equal(whole.cast(texts.type), texts)).as_py():
            return whole.to_pandas() if not whole.null_count else pd.Series(column.astype("Int64"))
    except pa.ArrowInvalid:
        pass  # a decimal point, or more digits than a 64-bit integer has
    decimal = pd.Series(texts.cast(pa.float64()).to_pandas())
    written = decimal.dropna().astype("object").map(repr)
    same = written.to_numpy() == column.dropna().to_numpy()
    bare = written.str.removesuffix(".0").to_numpy() == column.dropna().to_numpy()
    return decimal if bool(same.all() or (same | bare).all()) else column
