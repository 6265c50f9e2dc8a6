"""The stretch of time between ``--since`` and ``--until``."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from discourse.errors import UsageError

_FORMS = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|-?[Qq]([1-4]))?")


def bounds(text: str, flag: str) -> tuple[np.datetime64, np.datetime64]:
    """First day of a day, month, quarter or year, and the day after its last.

    Parameters
    ----------
    text : str
        ``2025``, ``2025-03``, ``2025Q1`` or ``2025-03-31``.
    flag : str
        The flag it was given with, for the message.

    Returns
    -------
    tuple of numpy.datetime64[D]

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> [str(day) for day in bounds("2025Q1", "--since")]
    ['2025-01-01', '2025-04-01']
    """
    found = _FORMS.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day, quarter = found.groups()
        if day:
            first = np.datetime64(f"{year}-{int(month):02d}-{int(day):02d}", "D")
            return first, first + 1
        start = np.datetime64(f"{year}-{int(month or 1):02d}", "M") + 3 * (int(quarter or 1) - 1)
        months = 1 if month else 3 if quarter else 12
        return start.astype("datetime64[D]"), (start + months).astype("datetime64[D]")
    except ValueError:
        raise UsageError(
            f"{flag} '{text}' is no day or period. Type one like {flag} 2025-03-31, 2025-03, 2025Q1 or 2025"
        ) from None


def within(dates: pd.Series, since: str | None, until: str | None) -> np.ndarray:
    """Tell which dates lie in the window; both ends are inclusive, in the time zone of `dates`.

    Parameters
    ----------
    dates : pandas.Series of datetime64[us, timezone]
    since, until : str, optional
        As in `bounds`; ``until="2025-03"`` includes all of March.

    Returns
    -------
    numpy.ndarray of bool

    Raises
    ------
    UsageError
        A bound is no day or period, or the window is empty.
    """
    start = bounds(since, "--since")[0] if since is not None else None
    end = bounds(until, "--until")[1] if until is not None else None
    if start is not None and end is not None and start >= end:
        raise UsageError(f"--since {since} comes after --until {until}; no post can lie between. Swap them.")
    inside = np.ones(len(dates), dtype=bool)
    local = dates.dt.tz_localize(None).to_numpy()
    if start is not None:
        inside &= local >= start
    if end is not None:
        inside &= local < end
    return inside
