"""Numbers and names as sentences have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from discourse.codes.post_codes import POSTS

_LONGEST = 60


def brief(name: str) -> str:
    """Cut a name that is longer than a line of a table.

    Examples
    --------
    >>> brief("UN"), len(brief("UN" * 1000))
    ('UN', 60)
    """
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def percent(part: float) -> str:
    """Write a part as a percentage, as journals do; no part that is less than all as all, or more than none as none.

    Examples
    --------
    >>> percent(0.236), percent(0.998), percent(1.0)
    ('24 %', '99.8 %', '100 %')
    """
    plain = f"{part:z.0%}"
    told = f"{part:z.1%}" if plain in ("100%", "0%") and part not in (0, 1) else plain
    return told.replace("%", " %")


def interval(row: Mapping[Any, Any], name: str) -> str:
    """Write a number of a row of a table with its interval, where it has one."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:z.2f}" + ("" if np.isnan(low) else f" [{low:z.2f}, {high:z.2f}]")


def quoted(scheme: str) -> str:
    """Name a scheme; one of a file that has it alone has no name."""
    return f"“{scheme}”" if scheme else "the codes"


def whose(coder: str) -> str:
    """Name a coder; for columns of the posts nobody is known."""
    return "the posts' own columns" if coder == POSTS else coder
