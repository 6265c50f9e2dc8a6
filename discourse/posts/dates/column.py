"""Dates: a column in whatever way it is written, to one time zone, with a reason for each that is none."""

from __future__ import annotations

import difflib
import functools
import re
import zoneinfo
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.errors import UsageError
from discourse.posts.dates.numbers import CONTRADICTS, MISSING, numbers
from discourse.posts.dates.texts import ORDERS, texts

FIRST_YEAR, LAST_YEAR = 1970, 2100

_OUTSIDE = f"the year is outside {FIRST_YEAR} to {LAST_YEAR}"


@dataclass(frozen=True)
class Dates:
    """A column of dates.

    Attributes
    ----------
    values : pandas.Series of datetime64[us, timezone]
        NaT where the value is no date.
    reasons : pandas.Series of str
        Why, for the rows that are no date only (same index).
    notes : list of str
        What was decided about the column as a whole.
    """

    values: pd.Series
    reasons: pd.Series
    notes: list[str]


def check_timezone(name: str) -> str:
    """Give the name back where it is a time zone.

    Raises
    ------
    UsageError
        It is none; the closest names are suggested.
    """
    known = _zones()
    if name in known:
        return name
    # Etc/GMT+5 lies five hours behind Greenwich: suggested for UTC+5, it would shift every date by ten hours.
    cities = {zone.rsplit("/", 1)[-1].lower(): zone for zone in sorted(known) if not zone.startswith("Etc/")}
    close = [cities[c] for c in difflib.get_close_matches(name.rsplit("/", 1)[-1].lower(), cities, n=2)]
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    if re.search(r"[+-]\d", name):
        hint = " A time zone is named by a place, not by its distance from Greenwich, which changes over the years."
    raise UsageError(f"'{name}' is no time zone.{hint} Type one like --timezone Asia/Almaty or --timezone UTC")


@functools.cache
def _zones() -> frozenset[str]:
    """Names of all time zones; to look them up takes hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def parse(
    column: pd.Series, *, timezone: str = "UTC", order: str | None = None, where: str = "date", local: str = ""
) -> Dates:
    """Read a column of dates.

    Understood are ISO 8601, day-first and month-first numbers, dates with month names in English, Russian and
    Kazakh, Chinese dates, the form X (Twitter) writes, ``YYYYMMDD``, weeks of ISO 8601, Excel serial days and
    Unix times in seconds, milliseconds, microseconds or nanoseconds. Times that name no zone are taken to be in
    `timezone` (an hour that the clocks repeat in autumn is the first one, one they skip in spring moves on to the
    next that exists); Unix times are UTC; others are converted.

    Whether ``03/04/2024`` is 3 April or March 4 is decided by the whole column: one number above 12 tells.
    Where up to a tenth of the telling dates contradict the rest, they are faults. So are serial days and Unix
    times where fewer than a tenth of a column of texts are numbers.

    Parameters
    ----------
    column : pandas.Series
        Text, numbers or datetimes.
    timezone : str
        IANA name of the zone of the result, and of times that name none.
    order : {"day-first", "month-first"}, optional
        Settles the order instead of the column.
    where : str
        File and column, for messages.
    local : str
        Zone of times that name none, where it is known to be another than `timezone`.

    Returns
    -------
    Dates

    Raises
    ------
    DataError
        The column leaves the order open, or mixes both.
    UsageError
        `timezone` or `order` is unknown.

    Examples
    --------
    >>> str(parse(pd.Series(["31.03.2025", "2025年4月1日"])).values[1])
    '2025-04-01 00:00:00+00:00'
    """
    check_timezone(timezone)
    if order is not None and order not in ORDERS:
        raise UsageError(f"'{order}' is no order of dates. Type --date-order day-first or --date-order month-first")
    notes: list[str] = []
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        values = column.dt.tz_convert(timezone).astype(f"datetime64[us, {timezone}]")
        fault = np.where(values.isna(), MISSING, "").astype(object)
    elif pd.api.types.is_datetime64_dtype(column.dtype):
        naive = column.astype("datetime64[us]").to_numpy()
        values = _zoned(naive, np.full(len(naive), np.nan), timezone, local or timezone)
        fault = np.where(np.isnat(naive), MISSING, "").astype(object)
    else:
        stamps = numbers(column, notes) if _is_number(column) else texts(column, order, where, notes)
        values, fault = _zoned(stamps.local, stamps.offset, timezone, local or timezone), stamps.fault
    year = values.dt.year.to_numpy()
    fault[(fault == "") & ((year < FIRST_YEAR) | (year > LAST_YEAR))] = _OUTSIDE
    bad = fault != ""
    values = values.mask(bad)
    values.index = column.index
    return Dates(values, pd.Series(fault[bad], index=column.index[bad], dtype="str"), notes)


def share_of_dates(column: pd.Series, *, bare_numbers: bool = False) -> float:
    """Share of the given values that may be dates, 0 to 1.

    Parameters
    ----------
    column : pandas.Series
    bare_numbers : bool
        Whether numbers in the range of Excel serials and Unix times count; only a header that says date can
        tell them from likes or views.

    Returns
    -------
    float

    Examples
    --------
    >>> share_of_dates(pd.Series(["2024-01-01", "45292", "snow", ""])), share_of_dates(pd.Series([45292]))
    (0.3333333333333333, 0.0)
    """
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return 1.0
    if pd.api.types.is_bool_dtype(column.dtype) or (_is_number(column) and not bare_numbers):
        return 0.0
    given = column.dropna()
    if _is_number(column):
        faults = numbers(given, []).fault
    else:
        given = given[given.str.strip() != ""]
        said = given if bare_numbers else given[~given.str.fullmatch(r"\s*\d+(?:\.\d+)?\s*")]
        faults = texts(said, ORDERS[0], "", []).fault
    good = np.isin(faults, ["", CONTRADICTS.format(order=ORDERS[0])]).sum()
    return float(good) / len(given) if len(given) else 0.0


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def _zoned(local: np.ndarray, offset: np.ndarray, timezone: str, home: str) -> pd.Series:
    """Moments in `timezone` from local times and their minutes from UTC (NaN: local to `home`)."""
    said = ~np.isnan(offset)
    utc = local.copy()
    utc[said] -= (offset[said] * 60_000_000).astype("timedelta64[us]")
    if home != "UTC" and not said.all():
        index = pd.DatetimeIndex(local[~said])
        here = index.tz_localize(home, ambiguous=np.ones(len(index), bool), nonexistent="shift_forward")
        utc[~said] = here.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    return pd.Series(utc).dt.tz_localize("UTC").dt.tz_convert(timezone)
