import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.themes.tree import condense, leaves


@st.composite
def hierarchies(draw):
    """Any single-linkage tree: random pairs of nodes merged at ascending, sometimes equal, distances."""
    n = draw(st.integers(2, 150))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    lopsided = draw(st.floats(0, 1))
    distances = np.sort(random.lognormal(sigma=draw(st.floats(0.01, 3)), size=n - 1))
    if draw(st.booleans()):
        distances = np.round(distances, 1)
    alive, sizes, merges = list(range(n)), dict.fromkeys(range(n), 1), []
    for merge, distance in enumerate(distances):
        one = alive.pop(-1 if random.random() < lopsided else random.integers(len(alive)))
        other = alive.pop(random.integers(len(alive)))
        sizes[n + merge] = sizes[one] + sizes[other]
        merges.append([one, other, distance, sizes[n + merge]])
        alive.append(n + merge)
    return np.array(merges, dtype=float)


@settings(max_examples=300, deadline=None)
@given(hierarchies(), st.sampled_from([1.0, 1.2, 1.5]), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_the_number_of_themes_never_rises_with_the_minimum_size(merges, contrast, lasting):
    sizes = (2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 80)
    counts = [int(leaves(condense(merges, size, contrast=contrast, lasting=lasting)).sum()) for size in sizes]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=300, deadline=None)
@given(hierarchies(), st.integers(2, 12), st.sampled_from([0.0, 1.0]))
def test_groups_nest_and_hold_the_posts_they_say(merges, min_size, lasting):
    tree = condense(merges, min_size, lasting=lasting)
    n = len(merges) + 1
    assert tree.parent[0] == -1 and (tree.parent[1:] < np.arange(1, len(tree.parent))).all()
    held = np.bincount(tree.home, minlength=len(tree.parent))
    for group in range(len(tree.parent) - 1, 0, -1):
        held[tree.parent[group]] += held[group]
    np.testing.assert_array_equal(held, tree.size)
    assert tree.size[0] == n and (tree.size[1:] >= min_size).all()
    assert (tree.birth <= tree.death).all()
    assert (tree.birth[1:] >= tree.birth[tree.parent[1:]]).all()
    assert (tree.left <= tree.death[tree.home]).all() and (tree.left >= tree.birth[tree.home]).all()
    splits = np.bincount(tree.parent[1:], minlength=len(tree.parent))
    assert set(splits.tolist()) <= {0, 2}


@settings(max_examples=100, deadline=None)
@given(hierarchies(), st.integers(2, 12))
def test_plain_condensing_has_the_leaves_of_hdbscan(merges, min_size):
    from hdbscan._hdbscan_tree import condense_tree

    theirs = condense_tree(merges, min_size)
    groups = theirs[theirs["child_size"] > 1]
    ours = condense(merges, min_size, contrast=1.0, lasting=0.0)
    assert len(ours.parent) == len(groups) + 1
    assert sorted(ours.size[1:].tolist()) == sorted(groups["child_size"].tolist())


def chain(lengths):
    """Dense knots of the given sizes, each knot at distance 1 within and 10 from the next."""
    n, merges, knots, start = sum(lengths), [], [], 0
    for length in lengths:
        node, size = start, 1
        for post in range(start + 1, start + length):
            size += 1
            merges.append([node, post, 1.0, size])
            node = n + len(merges) - 1
        knots.append((node, size))
        start += length
    node, size = knots[0]
    for other, more in knots[1:]:
        size += more
        merges.append([node, other, 10.0, size])
        node = n + len(merges) - 1
    return np.array(merges)


def test_known_knots_are_found_and_small_ones_left_out():
    tree = condense(chain([30, 20, 4, 10]), 5)
    assert sorted(tree.size[leaves(tree)].tolist()) == [10, 20, 30]
    themes = np.flatnonzero(leaves(tree))
    assert (~np.isin(tree.home[50:54], themes)).all()


def test_a_split_without_contrast_does_not_count():
    merges = chain([30, 30])
    merges[-1, 2] = 1.1
    assert leaves(condense(merges, 5)).sum() == 1
    assert leaves(condense(merges, 5, contrast=1.0, lasting=0.0)).sum() == 2


def test_a_short_lived_split_does_not_count_in_a_lasting_group():
    merges, n = chain([200, 20, 20]), 240
    big, one, other = n + 198, n + 217, n + 236
    merges[-2:] = [[one, other, 1.5, 40], [big, n + 237, 30.0, 240]]
    assert leaves(condense(merges, 5)).sum() == 2
    assert leaves(condense(merges, 5, lasting=0.0)).sum() == 3


@pytest.mark.parametrize("n", [2, 3, 50])
def test_posts_all_in_one_place_are_one_group(n):
    merges = chain([n])
    merges[:, 2] = 0.0
    tree = condense(merges, 2)
    assert len(tree.parent) == 1 and np.isfinite(tree.left).all()
