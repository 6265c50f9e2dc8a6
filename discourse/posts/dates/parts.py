"""The pieces of a date that a form has matched, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from discourse.posts.dates.forms import ZONES, month

_WEST, _EAST = -12 * 60, 14 * 60
"""Minutes from UTC between which all zones of the world lie."""


class Parts:
    """The groups of one form (a pyarrow.StructArray), taken apart into numbers."""

    def __init__(self, groups: Any) -> None:
        self.names = {groups.type.field(i).name for i in range(groups.type.num_fields)}
        self._groups = groups

    def number(self, name: str) -> np.ndarray:
        """Numbers of a group; 0 where it is absent."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if name not in self.names:
            return np.zeros(len(self._groups), dtype=np.int64)
        texts = self._groups.field(name)
        filled = pc.if_else(pc.equal(texts, ""), "0", texts)
        return filled.cast(pa.int64()).to_numpy(zero_copy_only=False)

    def words(self, name: str) -> np.ndarray:
        """Texts of a group; "" where it is absent."""
        if name not in self.names:
            return np.full(len(self._groups), "", dtype=object)
        return self._groups.field(name).to_numpy(zero_copy_only=False)

    def month(self) -> np.ndarray:
        """Months of the names in group ``n``; 0 for a word that names none."""
        words = self.words("n")
        known = {word: month(word) for word in set(words)}
        return np.array([known[word] for word in words], dtype=np.int64)

    def clock(self) -> tuple[np.ndarray, np.ndarray]:
        """Time of day as timedelta64[us], and which are none.

        ``24:00`` ends its day, and a leap second is taken for the second before it.
        """
        hour, minute, second = self.number("h"), self.number("i"), self.number("s")
        leap = (second == 60) & (minute % 15 == 14)  # where the zone is a quarter of an hour off, so is the end
        second = np.where(leap, 59, second)
        half, fraction = self.words("p"), self.words("f")
        midnight = (hour == 24) & (minute == 0) & (second == 0) & (half == "")
        wrong = ((hour > 23) & ~midnight) | (minute > 59) | (second > 59)
        if (half != "").any():
            late = np.char.startswith(half.astype(str), "p") | (half == "下午")
            early = np.char.startswith(half.astype(str), "a") | (half == "上午")
            latin = np.char.startswith(half.astype(str), "p") | np.char.startswith(half.astype(str), "a")
            wrong |= latin & ((hour < 1) | (hour > 12))
            hour = np.where(late & (hour < 12), hour + 12, np.where(early & (hour == 12), 0, hour))
        micro = np.zeros(len(hour), dtype=np.int64)
        if (fraction != "").any():
            micro = np.array([int(f[:6].ljust(6, "0")) if f else 0 for f in fraction], dtype=np.int64)
            wrong |= midnight & (micro > 0)
        return (((hour * 60 + minute) * 60 + second) * 1_000_000 + micro).astype("timedelta64[us]"), wrong

    def offset(self) -> tuple[np.ndarray, np.ndarray]:
        """Minutes from UTC (NaN where none is said), and which are of no zone in the world."""
        words = self.words("o")
        known = {word: _minutes(word) for word in set(words)}
        minutes = np.array([known[word] for word in words], dtype=np.float64)
        return minutes, (minutes < _WEST) | (minutes > _EAST)


def _minutes(offset: str) -> float:
    """Minutes east of UTC: ``+0530``, ``-03:00``, ``utc+5``, ``z``; NaN for an empty text."""
    if not offset:
        return np.nan
    if offset in ZONES:
        return 60.0 * ZONES[offset]
    digits = offset.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if digits in {"", "z"}:
        return 0.0
    sign, digits = (-1 if digits[0] == "-" else 1), digits[1:]
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(minutes) > 59:
        return float(_EAST + 1)
    return float(sign * (int(hours) * 60 + int(minutes)))
