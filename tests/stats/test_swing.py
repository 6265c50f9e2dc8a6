from __future__ import annotations

import numpy as np
import pytest

from discourse.stats.contrast import contrast
from discourse.stats.swing import swing

WEEKS, STARTS = 200, np.arange(10, 193)


def measured(logit, seed=0, per_week=21):
    """Swing of each label, whose log-odds by week are given."""
    rng = np.random.default_rng(seed)
    posts = rng.poisson(per_week, WEEKS)[:, None]
    hits = rng.binomial(posts[:, 0], 1 / (1 + np.exp(-logit)))[:, :, None]
    difference, error = contrast(hits, posts, STARTS, window=8, gap=2)
    share = hits.sum(axis=1) / posts.sum(axis=0)
    return swing(difference / error, hits, posts, share * (1 - share))


def test_only_weeks_that_hang_together_swing():
    rng = np.random.default_rng(1)
    chance = rng.standard_normal((400, WEEKS))
    lasting = chance.copy()
    for week in range(1, WEEKS):
        lasting[:, week] = 0.8 * lasting[:, week - 1] + 0.6 * lasting[:, week]
    steady, bursts, waves = (
        measured(np.log(0.08 / 0.92) + sd * of) for sd, of in ((0, chance), (1, chance), (1, lasting))
    )
    assert 1 <= steady.mean() < 1.15
    assert 1 <= bursts.mean() < 1.2
    assert waves.mean() > 2


def test_dates_without_a_score_and_weeks_without_posts_are_passed_over():
    posts = np.array([[4.0], [0], [4], [4], [4]])
    hits = np.array([[[1.0], [0], [3], [1], [3]]])
    with_gap = swing(np.array([[2.0, np.nan, -2.0]]), hits, posts, np.array([[0.25]]))
    held = [0, 2, 3, 4]
    assert with_gap == pytest.approx(swing(np.array([[2.0, -2.0]]), hits[:, held], posts[held], np.array([[0.25]])))
    assert with_gap == pytest.approx(np.sqrt(4 / 2))
    assert swing(np.full((1, 3), np.nan), hits, posts, np.array([[0.25]])).tolist() == [1]
    assert swing(np.zeros((1, 0)), hits, posts, np.array([[0.25]])).tolist() == [1]
    assert swing(np.zeros((1, 2)), 0 * hits, posts, np.zeros((1, 1))).tolist() == [1]
