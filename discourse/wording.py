"""Numbers and names as sentences have them."""

from __future__ import annotations

from collections.abc import Sequence


def counted(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "post"), counted(1200, "post")
    ('1 post', '1,200 posts')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Enumerate names.

    Examples
    --------
    >>> listed(["UN", "WTO", "SCO"])
    'UN, WTO and SCO'
    """
    some = list(names)
    return ", ".join(some[:-1]) + " and " + some[-1] if len(some) > 1 else "".join(some)
