"""What more than one simulation draws from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture(scope="session")
def themed() -> Callable[..., np.ndarray]:
    """Make posts of 30 themes in 26 weeks, 273 a quarter on average, on days that differ: counts by theme and week."""
    weights = np.random.default_rng(0).dirichlet(np.ones(30))

    def make(rng: np.random.Generator) -> np.ndarray:
        days = rng.standard_gamma(9 * weights + 1e-9, (182, 30))
        posts = rng.multinomial(rng.poisson(3, 182), days / days.sum(axis=1, keepdims=True))
        return posts.reshape(26, 7, 30).sum(axis=1).T

    return make


@pytest.fixture(scope="session")
def days() -> Callable[..., np.ndarray]:
    """Make numbers of posts on the 91 days of a quarter, some days with many, most with few (five on average)."""

    def make(rng: np.random.Generator, posts: int = 270) -> np.ndarray:
        return rng.multinomial(posts, rng.dirichlet(np.full(91, 1.5)))

    return make


@pytest.fixture(scope="session")
def languages() -> Callable[..., tuple[np.ndarray, ...]]:
    """Make cells of 26 weeks by languages, whose swings (sd .5 in log-odds) all languages share: a theme of 7 %.

    Gives hits, posts, whether a cell is later, its language, its week.
    """

    def make(rng: np.random.Generator, number: int, posts: int) -> tuple[np.ndarray, ...]:
        parts = np.full((26, number), 1 / number)
        n = rng.multinomial(rng.poisson(posts / 13, 26), parts)
        y = rng.binomial(n, 1 / (1 + 0.93 / 0.07 * np.exp(-0.5 * rng.standard_normal((26, 1)))))
        week, lang = np.repeat(np.arange(26), number), np.tile(np.arange(number), 26)
        return y.ravel(), n.ravel(), week >= 13, lang, week

    return make
