"""What tests of drift lay out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from discourse.change import calendar
from discourse.change.frame import Frame
from discourse.change.labelling import Labelling, of_themes


@pytest.fixture(scope="session")
def framed() -> Callable[..., Frame]:
    """Make the frame of posts from their days, all periods against the next, or two by name."""

    def make(
        day: np.ndarray,
        lang: Sequence[str] | str = "ru",
        by: str = "quarter",
        *,
        pair: tuple[str, str] | None = None,
        unit: str | None = None,
        keys: np.ndarray | None = None,
    ) -> Frame:
        day = np.asarray(day, dtype="datetime64[D]")
        periods, pairs = calendar.chosen(calendar.periods(day, by), day, day, *(pair or (None, None)))
        return Frame(day, np.broadcast_to(np.asarray(lang, dtype="str"), day.shape), periods, pairs, unit, keys)

    return make


@pytest.fixture(scope="session")
def themed() -> Callable[..., Labelling]:
    """Make the labelling of posts from the number of the theme of each, -1 for noise."""

    def make(theme: Sequence[int] | np.ndarray, themes: int | None = None) -> Labelling:
        theme = np.asarray(theme)
        numbers = np.arange(theme.max() + 1 if themes is None else themes)
        return of_themes(theme, pd.DataFrame({"theme": numbers, "label": [f"about {k}" for k in numbers]}), -1)

    return make


@pytest.fixture(scope="session")
def two_quarters() -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Draw posts of four themes in two quarters and two languages: days, languages, themes."""

    def make(seed: int = 0, n: int = 300, rise: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        day = np.datetime64("2024-01-01") + rng.integers(0, 182, n)
        theme = rng.integers(-1, 4, n)
        later = day >= np.datetime64("2024-04-01")
        theme = np.where(later & (rng.random(n) < rise), 2, theme)
        return day, np.where(rng.random(n) < 0.3, "kk", "ru"), theme

    return make
