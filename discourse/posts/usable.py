"""Which rows of a file can be used, and why the others can't."""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts import columns as find_columns
from discourse.posts import dates as read_dates
from discourse.posts.join import Part, to_text
from discourse.posts.readers import Rows
from discourse.posts.readers.rows import as_text, rejected_rows

Found = dict[Hashable, tuple[dict[str, str], list[str]]]
"""For each make of file (format, headings, which columns are filled) header by role, and what was said about them."""

_QUOTE = (
    "Texts that hold the separator have to stand in quotation marks: export the table once more, as CSV with quoted "
    "texts, or as XLSX."
)


class NothingUsable(DataError):
    """There is no post to go on with; ``rejected`` has the rows and what is wrong with them."""

    def __init__(self, message: str, rejected: pd.DataFrame) -> None:
        super().__init__(message)
        self.rejected = rejected


def how_to_list(names: Sequence[str]) -> str:
    """Sentence that says how the rows that can't be used are listed."""
    files = " ".join(shlex.quote(name) for name in names) if len(names) <= 3 else "FILES"
    return f"All such rows, and what is wrong with each: discourse check {files} --rejected rejected.csv"


def usable(
    name: str,
    rows: Rows,
    named: Mapping[str, str | None],
    timezone: str,
    date_order: str | None,
    account: str | None = None,
    found: Found | None = None,
) -> tuple[Part, pd.DataFrame, list[str]]:
    """Keep the rows of a file that have a text and a date.

    Parameters
    ----------
    name : str
        The file.
    rows : Rows
    named : mapping of str to str or None
        Headers that the user named, by role.
    timezone : str
    date_order : {"day-first", "month-first"}, optional
    account : str, optional
        Whose posts these are, where no column says it.
    found : dict, optional
        What was found in the files before, and is added to: of files made alike the first tells the columns.

    Returns
    -------
    tuple of (Part, pandas.DataFrame, list of str)
        The usable rows; the others as ``file, row, place, column, value, reason``; and what was guessed.

    Raises
    ------
    DataError
        A column is missing or ambiguous, or the order of days and months is left open.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    values = rows.values
    found = {} if found is None else found
    make = (rows.format, tuple(rows.roles.items()), find_columns.make(values))
    if make not in found:
        if named["text"] is None and "text" not in rows.roles:
            find_columns.check_header(values, name)
        try:
            found[make] = find_columns.find(values, named, name, rows.roles, rows.origin)
        except DataError as problem:
            raise _ragged(name, rows) or problem from None
    roles, notes = dict(found[make][0]), list(found[make][1])
    texts = to_text(values[roles["text"]])
    said = pc.match_substring_regex(pa.array(texts, from_pandas=True), r"[^\s\p{C}\p{Z}]").fill_null(False)
    empty = ~said.to_numpy(zero_copy_only=False)
    tables = [rows.rejected]
    if empty.any():
        tables.append(_faults(rows, empty, roles["text"], ["no text"] * int(empty.sum())))
    good = ~empty
    dates = None
    if "date" in roles:
        where = f'{name}, column "{roles["date"]}"'
        parsed = read_dates.parse(
            values[roles["date"]], timezone=timezone, order=date_order, where=where, local=rows.timezone
        )
        notes += [f"date: {note}." for note in parsed.notes]
        dates = parsed.values
        bad = dates.isna().to_numpy() & good
        if bad.any():
            reasons = parsed.reasons.reindex(pd.Index(np.flatnonzero(bad))).tolist()
            tables.append(_faults(rows, bad, roles["date"], reasons))
        good &= ~bad
    rejected = _in_file(pd.concat(tables, ignore_index=True), name, rows) if any(map(len, tables)) else _NONE
    if not good.all():
        values = values[good].reset_index(drop=True)
        dates = dates[good].reset_index(drop=True) if dates is not None else None
    return Part(name, values, rows.numbers[good], dates, roles, rows.plain, account), rejected, notes


def _ragged(name: str, rows: Rows) -> NothingUsable | None:
    """Make the error for delimited text most of whose rows do not fit the header: naming a column won't mend that."""
    unfit = rows.rejected[rows.rejected["column"] == ""]
    if not rows.plain or len(unfit) * 2 <= rows.n_rows:
        return None
    rejected = _in_file(rows.rejected, name, rows)
    first = rejected[rejected["column"] == ""].iloc[0]
    return NothingUsable(
        f"{name}: {len(unfit):,} of {rows.n_rows:,} rows do not fit the line of headings ({first['place']}: "
        f"{first['reason']}). {_QUOTE}",
        rejected,
    )


def _in_file(rejected: pd.DataFrame, name: str, rows: Rows) -> pd.DataFrame:
    """Say of rejected rows where they stand: ``file, row, place``, and the rest of what is known of them."""
    rejected = rejected.sort_values("row", kind="stable", ignore_index=True)
    places = rows.places(rejected["row"].tolist()) if len(rejected) else []
    rejected.insert(0, "file", pd.Series(name, index=rejected.index, dtype="str"))
    rejected.insert(2, "place", pd.Series(places, index=rejected.index, dtype="str"))
    return rejected


def nothing_usable(names: Sequence[str], n_input: int, rejected: pd.DataFrame) -> NothingUsable:
    """Make the error for input without one usable row: how many there are, and the commonest reasons."""
    common = rejected[["column", "reason"]].value_counts().head(3).reset_index(name="rows")
    reasons = "; ".join(
        f"{count} x {reason}" + (f" in {column}{_example(rejected, column, reason)}" if column else "")
        for column, reason, count in zip(common["column"], common["reason"], common["rows"], strict=True)
    )
    shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    unfit = 2 * int((rejected["column"] == "").sum()) > n_input
    advice = _QUOTE.rstrip(".") if unfit else "Name the columns that hold them: --text NAME --date NAME"
    return NothingUsable(
        f"nothing usable in {shown}: {n_input} row(s), none with both a text and a date ({reasons}). {advice}. "
        f"{how_to_list(names)}",
        rejected,
    )


def _faults(rows: Rows, mask: np.ndarray, header: str, reasons: list[str]) -> pd.DataFrame:
    """Rejected rows of one column, with the value that was at fault."""
    values = [as_text(value) or "" for value in rows.values[header][mask]]
    found = zip(rows.numbers[mask].tolist(), values, reasons, strict=True)
    return rejected_rows([(number, header, value, reason) for number, value, reason in found])


def _example(rejected: pd.DataFrame, column: str, reason: str) -> str:
    """One value that was rejected for a reason, where it says anything."""
    values = rejected["value"][(rejected["column"] == column) & (rejected["reason"] == reason)]
    values = values[values.str.strip() != ""]
    return f', for example "{values.iloc[0][:60]}"' if len(values) else ""


_NONE = _in_file(rejected_rows([]), "", Rows(pd.DataFrame(), np.array([], np.int64), rejected_rows([]), 0, ""))
"""The rejected rows of a file that has none; made once, since it takes as long as to read a small file."""
