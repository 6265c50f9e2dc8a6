from __future__ import annotations

import numpy as np
import pytest

from discourse.stats.projection import projection


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("of_period", [False, True])
def test_the_direction_is_that_of_all_other_blocks(of_period):
    rng = np.random.default_rng(0)
    block, after = np.repeat(np.arange(12), 4), np.repeat(np.arange(12) >= 5, 4)
    lang = np.tile([0, 0, 1, 1], 12)
    vectors = unit(rng.standard_normal((48, 6)) + of_period * after[:, None] * np.eye(6)[0])
    found = projection(vectors, block, after, lang)
    for at in range(48):
        others = (block != block[at]) & (lang == lang[at])
        early, late = (vectors[others & (after == side)].mean(axis=0) for side in (False, True))
        way = (late - early) / np.linalg.norm(late - early)
        assert found[at] == pytest.approx((vectors[at] - (early + late) / 2) @ way)


def test_posts_have_no_share_in_their_own_direction():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(200):
        vectors, after = unit(rng.standard_normal((20, 40))), np.arange(20) >= 10
        along = projection(vectors, np.arange(20), after)
        found.append(along[after].mean() - along[~after].mean())
    assert np.mean(found) < 3 * np.std(found) / np.sqrt(200)


def test_a_post_without_others_has_no_place():
    found = projection(np.eye(3)[[0, 1, 2]], np.array([0, 1, 2]), np.array([False, False, True]))
    assert np.isfinite(found).tolist() == [True, True, False]
    with pytest.raises(ValueError, match="block"):
        projection(np.eye(3), np.arange(2), np.zeros(3, dtype=bool))
