from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats import bcubed as module
from discourse.stats.bcubed import bcubed


def by_hand(t, c):
    """Extended B-cubed of all pairs of posts; a post without a group is one of its own."""
    n, p, r = len(t), [], []
    for i in range(n):
        group = [int((t[i] & t[j]).sum()) if t[i].any() or i != j else 1 for j in range(n)]
        code = [int((c[i] & c[j]).sum()) for j in range(n)]
        p.append(np.mean([min(g, k) / g for g, k in zip(group, code, strict=True) if g]))
        r.append(np.mean([min(g, k) / k for g, k in zip(group, code, strict=True) if k]))
    return np.mean(p), np.mean(r)


def test_six_posts():
    themes, codes = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    found = bcubed(np.eye(2, dtype=bool)[themes], np.eye(3, dtype=bool)[codes])
    assert [round(one, 4) for one in (found.precision, found.recall, found.f1)] == [0.5556, 0.8333, 0.6667]


def test_the_same_overlapping_sets_are_the_same():
    # Amigó and others (2009), figure 12: gray and black, and the groups that they are.
    sets = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=bool)
    found = bcubed(sets, sets)
    assert (found.precision, found.recall, found.f1) == (1, 1, 1)
    worse = sets[:, [0, 1, 0]]  # the last two posts lie with the first ones
    assert bcubed(worse, sets).precision < 1


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 25))
def test_kinds_of_posts_stand_for_posts(seed, n):
    rng = np.random.default_rng(seed)
    t, c = rng.random((n, 3)) < 0.4, rng.random((n, 4)) < 0.4
    c[~c.any(axis=1), 0] = True
    found = bcubed(t, c)
    assert np.allclose([found.precision, found.recall], by_hand(t, c), atol=1e-5)
    shuffled = rng.permutation(n)
    assert np.isclose(bcubed(t[shuffled], c[shuffled]).f1, found.f1)


def test_many_kinds_are_compared_in_parts(monkeypatch):
    rng = np.random.default_rng(0)
    t, c = rng.random((300, 4)) < 0.4, rng.random((300, 4)) < 0.4
    c[:, 0] |= ~c.any(axis=1)
    whole = bcubed(t, c)
    monkeypatch.setattr(module, "_NUMBERS", 700)
    assert np.isclose(bcubed(t, c).f1, whole.f1)


def test_many_posts_of_few_kinds_and_many_codes():
    rng = np.random.default_rng(0)
    t, c = (
        np.eye(30, dtype=bool)[rng.integers(0, 30, 200_000)],
        np.eye(10, dtype=bool)[rng.integers(0, 10, 200_000)],
    )
    assert bcubed(t, c).posts == 200_000


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError):
        bcubed(np.ones((2, 1), dtype=bool), np.zeros((2, 1), dtype=bool))
    assert np.isnan(bcubed(np.ones((0, 1), dtype=bool), np.ones((0, 1), dtype=bool)).f1)
