import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.overlap import best, matches, overlap

pairs = st.lists(st.tuples(st.integers(-2, 4), st.integers(-2, 4)), max_size=60)


def columns(posts):
    table = np.array(posts, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(pairs)
def test_overlap_is_what_sets_give(posts):
    a, b = columns(posts)
    found = overlap(a, b, 5, 5)
    jaccard, of_first, of_second = found.jaccard(), found.of_first(), found.of_second()
    common = (a != -2) & (b != -2)
    for i in range(5):
        for j in range(5):
            one, other = set(np.flatnonzero((a == i) & common)), set(np.flatnonzero((b == j) & common))
            both = len(one & other)
            assert found.both[i, j] == both
            assert (found.first[i], found.second[j]) == (len(one), len(other))
            for value, whole in (
                (jaccard[i, j], len(one | other)),
                (of_first[i, j], len(one)),
                (of_second[i, j], len(other)),
            ):
                assert np.isnan(value) if whole == 0 else value == both / whole


@given(pairs)
def test_overlap_turned_round_is_its_transpose(posts):
    a, b = columns(posts)
    assert np.array_equal(overlap(a, b, 5, 5).jaccard(), overlap(b, a, 5, 5).jaccard().T, equal_nan=True)


@given(pairs)
def test_matches_are_one_to_one_and_the_same_from_either_side(posts):
    a, b = columns(posts)
    similarity = overlap(a, b, 5, 5).jaccard()
    there = matches(similarity, at_least=0.51)
    back = matches(similarity.T, at_least=0.51)
    held = np.flatnonzero(there >= 0)
    assert len(set(there[held])) == len(held)
    assert all(back[there[i]] == i for i in held)


def test_a_labeling_matches_itself_renumbered():
    labels = np.array([0, 0, 0, 1, 1, 2, 2, -1])
    new = np.array([2, 0, 1])[labels]
    assert matches(overlap(labels, np.where(labels < 0, -1, new)).jaccard()).tolist() == [2, 0, 1]


def test_without_groups_nothing_matches():
    none = overlap(np.array([0, 1]), np.array([-1, -1]))
    assert none.both.shape == (2, 0)
    which, value = best(none.jaccard())
    assert (which.tolist(), value.tolist()) == ([-1, -1], [0.0, 0.0])
    assert matches(none.jaccard()).tolist() == [-1, -1]
    assert overlap(np.zeros(0, int), np.zeros(0, int)).both.shape == (0, 0)


@pytest.mark.parametrize(
    ("a", "b", "sizes"), [([0], [0, 1], (None, None)), ([3], [0], (3, 1)), ([0], [3], (1, 3)), ([[0]], [[0]], (1, 1))]
)
def test_overlap_refuses_what_does_not_fit(a, b, sizes):
    with pytest.raises(ValueError, match=r"posts|group"):
        overlap(np.array(a), np.array(b), *sizes)
