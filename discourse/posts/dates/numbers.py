"""Moments as numbers: Excel serial days, YYYYMMDD and Unix times; and the calendar they have to be in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = "no date"
UNREADABLE = "not a date in any form that is known"
LONE = "a number, where nearly all other dates are written out"
IMPOSSIBLE = "no such date in the calendar, no such time of day or no such distance from UTC"
CONTRADICTS = "does not fit the {order} order of the other dates in the column"


@dataclass
class Stamps:
    """Moments while they are put together: local microseconds, minutes from UTC (NaN: not said), fault."""

    local: np.ndarray
    offset: np.ndarray
    fault: np.ndarray


def numbers(column: pd.Series, notes: list[str]) -> Stamps:
    """Excel serial days, YYYYMMDD and Unix times, told apart by their size (the ranges do not meet)."""
    value = column.to_numpy(dtype="float64", na_value=np.nan)
    local = np.full(len(value), "NaT", dtype="datetime64[us]")
    offset = np.full(len(value), np.nan)
    fault = np.where(np.isnan(value), MISSING, UNREADABLE).astype(object)

    serial = (value >= 25_569) & (value < 73_416)
    local[serial] = np.datetime64("1899-12-30", "us") + np.round(value[serial] * 86_400e6).astype("timedelta64[us]")
    fault[serial] = ""
    packed = is_packed(value)
    digits = np.where(packed, value, 0).astype(np.int64)[packed]
    days, wrong = calendar(digits // 10_000, digits // 100 % 100, digits % 100)
    local[packed] = days.astype("datetime64[us]")
    fault[packed] = np.where(wrong, IMPOSSIBLE, "")
    kinds = {"Excel serial days": serial.any(), "days as YYYYMMDD": packed.any()}
    for unit, scale in (("seconds", 1.0), ("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)):
        unix = (value >= 1e8 * scale) & (value < 4.134e9 * scale)
        local[unix] = np.round(value[unix] / scale * 1e6).astype("int64").astype("datetime64[us]")
        offset[unix] = 0
        fault[unix] = ""
        kinds[f"Unix {unit} (UTC)"] = unix.any()
    named = [kind for kind, there in kinds.items() if there]
    if named:
        notes.append(f"numbers are read as {' and '.join(named)}")
    return Stamps(local, offset, fault)


def is_packed(value: np.ndarray) -> np.ndarray:
    """Which numbers may be days written as YYYYMMDD."""
    return (value >= 1970_01_01) & (value <= 2100_12_31) & (value == np.floor(value))


def calendar(year: np.ndarray, month_: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days as datetime64[D], and which of them are in no calendar."""
    wrong = (month_ < 1) | (month_ > 12)
    months = ((year - 1970) * 12 + np.where(wrong, 1, month_) - 1).astype("datetime64[M]")
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    wrong |= (day < 1) | (day > length)
    return months.astype("datetime64[D]") + np.where(wrong, 0, day - 1), wrong


def week_days(year: np.ndarray, week: np.ndarray, weekday: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days of ISO 8601 weeks as datetime64[D] (the Monday where `weekday` is 0), and which weeks no year has."""
    first, following = _first_monday(year), _first_monday(year + 1)
    days = first + 7 * (week - 1)
    return days + np.maximum(weekday - 1, 0), (week < 1) | (days >= following)


def _first_monday(year: np.ndarray) -> np.ndarray:
    """Monday of the week that holds the fourth of January."""
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 3
    return fourth - (fourth.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
