from __future__ import annotations

import numpy as np

from discourse.stats.multiple import adjusted
from discourse.stats.resolution import unresolved


def test_one_strong_test_among_many_gets_the_permutations_it_needs():
    p = np.r_[1 / 2_000, np.linspace(0.05, 1, 1_999)]
    which, needed = unresolved(p, 1_999)
    assert which.tolist() == [0]
    assert adjusted(np.r_[1 / (needed + 1), p[1:]])[0] <= 0.05


def test_what_is_claimed_or_hopeless_is_left_alone():
    assert unresolved(np.full(100, 1 / 2_000), 1_999)[1] == 0
    assert unresolved(np.linspace(0.01, 1, 50), 1_999)[1] == 0
    assert unresolved(np.full(3, np.nan), 99)[1] == 0


def test_the_work_depends_on_the_family_alone():
    p = np.linspace(0.05, 1, 3_000)
    for few in (1, 4, 16):
        p[:few] = 1 / 1_000
        which, needed = unresolved(p, 999)
        assert len(which) == few
        assert abs(few * (needed + 1) - 2 * 3_000 / 0.05) <= few


def test_no_more_than_the_most_are_asked_for_and_only_once():
    p = np.r_[1e-3, np.linspace(0.05, 1, 9_999)]
    which, needed = unresolved(p, 999, most=5_000)
    assert (which.tolist(), needed) == ([0], 4_999)
    assert unresolved(p, np.r_[needed, np.full(9_999, 999)], most=5_000)[1] == 0
