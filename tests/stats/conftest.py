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
