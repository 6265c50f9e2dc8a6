import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.stats.stability import FOUND, MERGED, SCATTERED, SPLIT, by_chance, stability, verdict

labelings = st.lists(st.tuples(*[st.integers(-2, 3)] * 3), min_size=1, max_size=50)


def test_known_answers():
    reference = np.repeat([0, 1, 2], [6, 4, 2])
    same = reference.copy()
    merged = np.where(reference == 2, 0, reference)
    half = np.where(np.arange(12) % 2, -2, reference)
    found = stability(reference, [same, merged, half], 4)
    assert found.similarity[:, :3].round(3).tolist() == [[1, 1, 1], [0.75, 1, 0.25], [1, 1, 1]]
    assert np.isnan(found.similarity[:, 3]).all()
    assert np.isnan(found.mean[3])
    assert found.mean[:3].round(3).tolist() == [0.917, 1.0, 0.75]
    assert (found.low <= found.mean)[:3].all()
    assert (found.high >= found.mean)[:3].all()


def test_what_becomes_of_a_group_is_told():
    reference = np.repeat([0, 1, 2], [40, 10, 12])
    merged = np.where(reference == 1, 0, reference)
    split = np.where(reference == 2, 3 + np.arange(62) % 3, reference)
    scattered = np.where(reference == 1, 20 + np.arange(62), reference)
    found = stability(reference, [merged, split, scattered], 3)
    assert found.fate.tolist() == [[FOUND, MERGED, FOUND], [FOUND, FOUND, SPLIT], [FOUND, SCATTERED, FOUND]]
    assert found.partner[0].tolist() == [-1, 0, -1]
    assert (found.partner[1:] == -1).all()


def test_without_refits_and_without_groups():
    found = stability(np.array([0, 1]), [], 2)
    assert np.isnan(found.mean).all()
    assert np.isnan(by_chance(np.array([0, 1]), [], 2)).all()
    assert stability(np.array([0, 1]), [np.array([-1, -1])], 2).fate.tolist() == [[SCATTERED, SCATTERED]]
    one = stability(np.array([0, 1]), [np.array([0, 1])], 2)
    assert one.mean.tolist() == [1, 1]
    assert np.isnan(one.low).all()


@given(labelings, st.permutations(range(4)))
def test_the_numbers_of_groups_and_the_order_of_posts_do_not_matter(posts, numbers):
    table = np.array(posts)
    reference, one, other = table.T
    found = stability(reference, [one, other], 4)
    renumbered = np.where(one < 0, one, np.array(numbers)[one])
    shuffled = np.random.default_rng(0).permutation(len(table))
    again = stability(reference[shuffled], [renumbered[shuffled], other[shuffled]], 4)
    assert np.array_equal(found.similarity, again.similarity, equal_nan=True)


def test_chance_is_what_shuffled_groups_reach():
    rng = np.random.default_rng(0)
    reference, refit = rng.integers(0, 3, 300), rng.integers(0, 3, 300)
    chance = by_chance(reference, [refit], 3)
    assert ((chance > 0.2) & (chance < 0.3)).all()
    assert (stability(reference, [refit], 3).mean < chance + 0.03).all()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((50, 0.9, 0.1, 0.9, 0.95), "robust"),
        ((50, 0.9, 0.1, 0.9, 0.85), "fragile"),
        ((50, 0.7, 0.1, 0.7, 1.0), "fragile"),
        ((50, 0.59, 0.1, 0.7, 1.0), "artefact"),
        ((50, 0.55, 0.1, 0.8, 1.0), "fragile"),
        ((50, 0.95, 0.97, 0.97, 1.0), "artefact"),
        ((9, 0.9, 0.1, 0.9, 1.0), "not measured"),
        ((50, 0.9, 0.1, 0.9, float("nan")), "not measured"),
        ((50, 0.4, 0.1, 0.4, float("nan")), "artefact"),
    ],
)
def test_verdicts(given, word):
    assert verdict(*given) == word
