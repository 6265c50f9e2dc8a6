"""What may be said of a label, in a word: the same words for periods, events and meaning."""

from __future__ import annotations

ROSE, FELL, MOVED = "rose", "fell", "moved"
NOTHING, NOT_ESTIMABLE, WITHHELD = "no detectable change", "not estimable", "withheld"
