"""Errors a person is meant to read, each with the exit code the command line ends with.

Every message names what is wrong (file, row, column, value where there are any) and what to type next.
"""

from __future__ import annotations

from collections.abc import Sequence


def named(names: Sequence[str], most: int = 12) -> str:
    """List names for a message, in quotation marks where one of them holds a comma.

    Examples
    --------
    >>> named(["UN", "trade"]), named(["UN", "trade, and tariffs"]), named(["a", "b", "c"], 2)
    ('UN, trade', '"UN", "trade, and tariffs"', 'a, b and 1 more')
    """
    mark = '"' * any("," in name for name in names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"{mark}{name}{mark}" for name in names[:most]) + more


class DiscourseError(Exception):
    """Something failed for a reason worth telling; the command line ends with 1."""

    exit_code = 1


class UsageError(DiscourseError):
    """The request itself is off: an unknown setting, two options that exclude each other; ends with 2."""

    exit_code = 2


class DataError(DiscourseError):
    """The input can't be used as it is: no usable posts, an ambiguous column or date order; ends with 3."""

    exit_code = 3


class VerificationError(DiscourseError):
    """A run directory is not what its manifest says; ends with 4."""

    exit_code = 4
