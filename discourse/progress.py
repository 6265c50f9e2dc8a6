"""How long work reports on itself, without knowing who listens.

A library function takes ``progress: Progress = silent`` and calls ``progress(stage, done, total)`` now and
then; the command line hands in a bar with the time left, a notebook may hand in nothing.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``: the stage's name, units done so far, units in all (0 = not known)."""


def silent(stage: str, done: int, total: int) -> None:
    """Report to nobody."""
