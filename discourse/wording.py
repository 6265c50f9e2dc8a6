"""Words that sentences about numbers share."""

from __future__ import annotations


def counted(n: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "post"), counted(1200, "post")
    ('1 post', '1,200 posts')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
