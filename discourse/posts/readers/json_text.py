"""JSON as programs really write it: NaN, keys given twice, numbers of a million digits."""

from __future__ import annotations

import json
import math
from typing import Any

_DIGITS = 400
"""Most digits of a whole number that is kept as one; longer ones are kept as the text they are."""


class Loader:
    """Parses JSON texts of one file, and remembers what was odd about them."""

    def __init__(self) -> None:
        self._twice = 0
        self._no_numbers = 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=lambda digits: int(digits) if len(digits) <= _DIGITS else digits,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def loads(self, text: str) -> Any:
        """Parse one JSON text.

        Raises
        ------
        json.JSONDecodeError
            It is none.
        RecursionError
            It is nested some hundred levels deep or more.
        """
        return self._decoder.decode(text)

    def notes(self) -> list[str]:
        """Say what was odd, in plain sentences."""
        notes = []
        if self._twice:
            notes.append(f"{self._twice} object(s) give a key twice; the last value counts.")
        if self._no_numbers:
            notes.append(f"{self._no_numbers} value(s) such as NaN or Infinity are no numbers; they are left empty.")
        return notes

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self._twice += len(made) < len(pairs)
        return made

    def _float(self, digits: str) -> float | None:
        number = float(digits)
        if math.isfinite(number):
            return number
        self._no_numbers += 1
        return None

    def _constant(self, name: str) -> None:
        self._no_numbers += 1
