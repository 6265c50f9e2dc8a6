"""Moments as texts: every form is tried on the whole column, and the column decides the order of day and month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.posts.dates.forms import FORMS, MONTH_NAMES
from discourse.posts.dates.numbers import (
    CONTRADICTS,
    IMPOSSIBLE,
    LONE,
    MISSING,
    UNREADABLE,
    Stamps,
    calendar,
    is_packed,
    numbers,
    week_days,
)
from discourse.posts.dates.parts import Parts
from discourse.posts.readers.rows import as_text

ORDERS = ("day-first", "month-first")

_CHUNK = 200_000
_MONDAY = "a week stands for its Monday where no day of it is said"
_FEW = 10
"""Among dates that are written out, numbers are moments only where they are one in so many, or more."""
_DIGITS = {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
"""Digits of Arabic and of Persian."""


def texts(column: pd.Series, order: str | None, where: str, notes: list[str]) -> Stamps:
    """Moments from texts: every form is tried on what the forms before it left."""
    import pyarrow as pa
    import pyarrow.compute as pc

    written = column if column.dtype == "str" else pd.Series([as_text(v) for v in column], dtype="str")
    array = pa.array(written, from_pandas=True).cast(pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = pc.utf8_lower(pc.replace_substring_regex(array.fill_null(""), r"[\s\p{Z}]+", " "))
    array = pc.utf8_trim(array, " ")
    if pc.any(pc.match_substring_regex(array, f"[{''.join(_DIGITS)}]")).as_py():
        for digit, plain in _DIGITS.items():
            array = pc.replace_substring(array, digit, plain)
    n = len(array)
    stamps = Stamps(np.full(n, "NaT", dtype="datetime64[us]"), np.full(n, np.nan), np.full(n, UNREADABLE, dtype=object))
    stamps.fault[pc.equal(array, "").to_numpy(zero_copy_only=False)] = MISSING

    number = pc.match_substring_regex(array, r"^\d+(?:\.\d+)?$").to_numpy(zero_copy_only=False)
    if number.any():
        value = array.filter(pa.array(number)).cast(pa.float64()).to_pandas()
        lone = number.sum() * _FEW < (stamps.fault != MISSING).sum()
        found = numbers(value.where(is_packed(value.to_numpy())) if lone else value, notes)
        stamps.local[number], stamps.offset[number] = found.local, found.offset
        stamps.fault[number] = np.where(found.fault == MISSING, LONE, found.fault)

    open_rows, firsts, seconds, years, clocks = [], [], [], [], []
    for start in range(0, n, _CHUNK):
        todo = np.flatnonzero(stamps.fault[start : start + _CHUNK] == UNREADABLE) + start
        for form in FORMS:
            if not len(todo):
                break
            groups = pc.extract_regex(array.take(pa.array(todo)), form)
            hit = groups.is_valid().to_numpy(zero_copy_only=False)
            if not hit.any():
                continue
            rows = todo[hit]
            todo = todo[~hit]
            parts = Parts(groups.filter(pa.array(hit)))
            clock, wrong = parts.clock()
            offset, nowhere = parts.offset()
            stamps.offset[rows] = np.where(nowhere, np.nan, offset)
            wrong |= nowhere
            year = parts.number("y")
            if "a" in parts.names:
                year = np.where(year < 100, np.where(year < 70, 2000 + year, 1900 + year), year)
                open_rows.append(rows)
                firsts.append(parts.number("a"))
                seconds.append(parts.number("b"))
                years.append(year)
                clocks.append(np.where(wrong, np.timedelta64("NaT"), clock))
                continue
            if "w" in parts.names:
                weekday = parts.number("d")
                _place(stamps, rows, week_days(year, parts.number("w"), weekday), clock, wrong)
                if not weekday.all() and _MONDAY not in notes:
                    notes.append(_MONDAY)
                continue
            months = parts.month() if "n" in parts.names else parts.number("m")
            _place(stamps, rows, calendar(year, months, parts.number("d")), clock, wrong)
            unnamed = months == 0 if "n" in parts.names else np.zeros(len(rows), bool)
            stamps.fault[rows[unnamed]] = UNREADABLE
    if open_rows:
        rows, a, b = np.concatenate(open_rows), np.concatenate(firsts), np.concatenate(seconds)
        year, clock = np.concatenate(years), np.concatenate(clocks)
        day_first = _day_first(a, b, order, written, rows, where, notes)
        day, mon = (a, b) if day_first else (b, a)
        _place(stamps, rows, calendar(year, mon, day), clock, np.isnat(clock))
        contradicts = (mon > 12) & (day <= 12) & (mon <= 31)
        stamps.fault[rows[contradicts]] = CONTRADICTS.format(order=ORDERS[0] if day_first else ORDERS[1])
    return stamps


def _place(
    stamps: Stamps, rows: np.ndarray, date: tuple[np.ndarray, np.ndarray], clock: np.ndarray, wrong: np.ndarray
) -> None:
    """Enter days, of which some are wrong, and times of day into the rows they belong to."""
    days, off = date[0], date[1] | wrong
    stamps.local[rows] = np.where(off, np.datetime64("NaT", "us"), days.astype("datetime64[us]") + clock)
    stamps.fault[rows] = np.where(off, IMPOSSIBLE, "")


def _day_first(
    a: np.ndarray,
    b: np.ndarray,
    order: str | None,
    written: pd.Series,
    rows: np.ndarray,
    where: str,
    notes: list[str],
) -> bool:
    """Whether the first of two numbers is the day, as the user said or the column tells."""
    if order is not None:
        return order == ORDERS[0]
    day_first = (a > 12) & (a <= 31) & (b <= 12)
    month_first = (b > 12) & (b <= 31) & (a <= 12)
    n_day, n_month = int(day_first.sum()), int(month_first.sum())
    how = "Type --date-order day-first or --date-order month-first"
    if min(n_day, n_month) * 10 > max(n_day, n_month):
        one, other = str(written.iloc[rows[day_first][0]]), str(written.iloc[rows[month_first][0]])
        raise DataError(
            f'{where}: the dates mix two orders: "{one}" can only be day-first, "{other}" only month-first. '
            f"{how}; dates that do not fit it are then listed as rejected."
        )
    if n_day or n_month:
        told = day_first if n_day > n_month else month_first
        example = str(written.iloc[rows[told][0]])
        word = ORDERS[0] if n_day > n_month else ORDERS[1]
        notes.append(f'dates are {word} (told by "{example}")')
        return n_day > n_month
    either = (a != b) & (a <= 12) & (b <= 12)
    if either.any():
        at = rows[either][0]
        one = f"{a[either][0]} {MONTH_NAMES[b[either][0] - 1]}"
        other = f"{b[either][0]} {MONTH_NAMES[a[either][0] - 1]}"
        raise DataError(
            f'{where}: "{written.iloc[at]}" may be {one} (day-first) or {other} (month-first), and no date in '
            f"the column tells which. {how}"
        )
    return True
