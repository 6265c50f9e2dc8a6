import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.themes.tree import condense, gather, leaves


@st.composite
def hierarchies(draw):
    """Any single-linkage tree: random nodes joined by any two posts at ascending, sometimes equal, distances."""
    n = draw(st.integers(2, 150))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    lopsided = draw(st.floats(0, 1))
    distances = np.sort(random.lognormal(sigma=draw(st.floats(0.01, 3)), size=n - 1))
    if draw(st.booleans()):
        distances = np.round(distances, 1)
    alive, posts, merges, ends = list(range(n)), {post: [post] for post in range(n)}, [], []
    for merge, distance in enumerate(distances):
        one = alive.pop(-1 if random.random() < lopsided else random.integers(len(alive)))
        other = alive.pop(random.integers(len(alive)))
        posts[n + merge] = posts[one] + posts[other]
        merges.append([one, other, distance, len(posts[n + merge])])
        ends.append([random.choice(posts[one]), random.choice(posts[other])])
        alive.append(n + merge)
    return np.array(merges, dtype=float), np.array(ends)


@settings(max_examples=300, deadline=None)
@given(hierarchies(), st.sampled_from([1.0, 1.2, 1.5]), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_the_number_of_themes_never_rises_with_the_minimum_size(hierarchy, contrast, lasting):
    sizes = (2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 80)
    counts = [int(leaves(condense(*hierarchy, size, contrast=contrast, lasting=lasting)).sum()) for size in sizes]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=300, deadline=None)
@given(hierarchies(), st.integers(2, 12), st.sampled_from([0.0, 1.0]))
def test_groups_nest_and_hold_the_posts_they_say(hierarchy, min_size, lasting):
    tree = condense(*hierarchy, min_size, lasting=lasting)
    n = len(hierarchy[0]) + 1
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


@settings(max_examples=300, deadline=None)
@given(hierarchies(), st.integers(2, 12))
def test_gathered_groups_are_the_same_ones_and_large_enough(hierarchy, min_size):
    tree = condense(*hierarchy, min_size)
    found = gather(tree)
    np.testing.assert_array_equal(found.parent, tree.parent)
    held = np.bincount(found.home, minlength=len(tree.parent))
    themes = leaves(tree)
    assert (held[themes] >= min_size).all() or len(tree.parent) == 1
    assert found.size[0] == len(hierarchy[0]) + 1 and found.size[themes].tolist() == held[themes].tolist()
    stayed = np.isin(found.home, np.flatnonzero(themes)) & (found.home == tree.home)
    heart = np.zeros(len(tree.parent))
    np.maximum.at(heart, tree.home, tree.left)
    assert stayed[tree.left == heart[tree.home]][themes[tree.home[tree.left == heart[tree.home]]]].all()


@settings(max_examples=100, deadline=None)
@given(hierarchies(), st.integers(2, 12))
def test_plain_condensing_has_the_leaves_of_hdbscan(hierarchy, min_size):
    from hdbscan._hdbscan_tree import condense_tree

    merges, _ = hierarchy
    theirs = condense_tree(merges, min_size)
    groups = theirs[theirs["child_size"] > 1]
    ours = condense(*hierarchy, min_size, contrast=1.0, lasting=0.0)
    assert len(ours.parent) == len(groups) + 1
    assert sorted(ours.size[1:].tolist()) == sorted(groups["child_size"].tolist())


def chain(lengths):
    """Dense knots of the given sizes, each knot at distance 1 within and 10 from the next."""
    n, merges, ends, knots, start = sum(lengths), [], [], [], 0
    for length in lengths:
        node, size = start, 1
        for post in range(start + 1, start + length):
            size += 1
            merges.append([node, post, 1.0, size])
            ends.append([post - 1, post])
            node = n + len(merges) - 1
        knots.append((node, size))
        start += length
    node, size = knots[0]
    for other, more in knots[1:]:
        size += more
        merges.append([node, other, 10.0, size])
        ends.append([0, n - 1])
        node = n + len(merges) - 1
    return np.array(merges), np.array(ends)


def test_known_knots_are_found_and_small_ones_left_out():
    tree = condense(*chain([30, 20, 4, 10]), 5)
    assert sorted(tree.size[leaves(tree)].tolist()) == [10, 20, 30]
    themes = np.flatnonzero(leaves(tree))
    assert (~np.isin(tree.home[50:54], themes)).all()


@pytest.mark.parametrize("apart", [3.0, 10.0])
def test_posts_near_a_theme_belong_to_it_and_posts_far_from_all_to_none(apart):
    """Two knots of 30, post 60 at distance 4 from the first and post 61 at 8, before or after the knots part."""
    knots, within = chain([30, 30])
    knots = knots[:-1] + np.array([2, 2, 0, 0]) * (knots[:-1] >= 60)  # merged nodes are numbered from 62
    joins = sorted([(4.0, 60, [29, 60]), (8.0, 61, [29, 61]), (apart, 62 + 57, [29, 30])])
    merges, node, size = knots.tolist(), 62 + 28, 30
    for distance, other, _ in joins:
        size += 30 if other > 61 else 1
        merges.append([node, other, distance, size])
        node = 62 + len(merges) - 1
    tree = gather(condense(np.array(merges), np.array([*within[:-1], *(tie for _, _, tie in joins)]), 5))
    assert leaves(tree).sum() == 2
    assert tree.home[60] == tree.home[0] != tree.home[59]
    assert tree.home[61] == 0


def test_a_split_without_contrast_does_not_count():
    merges, ends = chain([30, 30])
    merges[-1, 2] = 1.1
    assert leaves(condense(merges, ends, 5)).sum() == 1
    assert leaves(condense(merges, ends, 5, contrast=1.0, lasting=0.0)).sum() == 2


def test_a_short_lived_split_does_not_count_in_a_lasting_group():
    (merges, ends), n = chain([200, 20, 20]), 240
    big, one, other = n + 198, n + 217, n + 236
    merges[-2:] = [[one, other, 1.5, 40], [big, n + 237, 30.0, 240]]
    assert leaves(condense(merges, ends, 5)).sum() == 2
    assert leaves(condense(merges, ends, 5, lasting=0.0)).sum() == 3


@pytest.mark.parametrize("n", [2, 3, 50])
def test_posts_all_in_one_place_are_one_group(n):
    merges, ends = chain([n])
    merges[:, 2] = 0.0
    tree = condense(merges, ends, 2)
    assert len(tree.parent) == 1 and np.isfinite(tree.left).all()
