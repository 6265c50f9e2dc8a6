import numpy as np
import pytest

from discourse.themes.layout import optimise
from discourse.themes.neighbors import Neighbors, nearest
from discourse.themes.reduce import reduce


def planted(n, groups, seed=0, d=32, spread=0.35):
    random = np.random.default_rng(seed)
    truth = random.integers(0, groups, n)
    rows = random.normal(size=(groups, d))[truth] + spread * random.normal(size=(n, d))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), truth


def laid_out(vectors, **options):
    k = min(15, len(vectors))
    return reduce(vectors, nearest(vectors, k, seed=0), **({"seed": 0, "epochs": 60} | options))


def test_the_same_arguments_give_the_same_bits():
    vectors, _ = planted(500, 5)
    one, other = laid_out(vectors), laid_out(vectors)
    np.testing.assert_array_equal(one.coords, other.coords)
    np.testing.assert_array_equal(one.layout, other.layout)
    assert one.coords.shape == (500, 5) and one.layout.shape == (500, 2)
    assert one.coords.dtype == one.layout.dtype == np.float32
    assert not np.array_equal(one.coords, laid_out(vectors, seed=1).coords)


def test_threads_of_linear_algebra_do_not_change_coordinates():
    from threadpoolctl import threadpool_limits

    vectors, _ = planted(900, 5)
    with threadpool_limits(1):
        one = laid_out(vectors)
    np.testing.assert_array_equal(one.coords, laid_out(vectors).coords)


def test_progress_counts_the_rounds():
    seen = []
    laid_out(planted(60, 2)[0], progress=lambda *told: seen.append(told))
    assert seen == [("layout", 25, 60), ("layout", 50, 60), ("layout", 60, 60)]


def test_planted_groups_come_apart():
    from sklearn.neighbors import KNeighborsClassifier

    vectors, truth = planted(600, 6, seed=1)
    found = laid_out(vectors, epochs=200)
    for points in (found.coords, found.layout):
        assert KNeighborsClassifier(5).fit(points[::2], truth[::2]).score(points[1::2], truth[1::2]) > 0.98


def test_given_neighbors_are_the_ones_used_on_small_data():
    vectors, _ = planted(300, 3, seed=2)
    found = nearest(vectors, 15, seed=0)
    shuffled = np.random.default_rng(0).permutation(300)
    others = Neighbors(np.c_[np.arange(300), shuffled[found.indices[:, 1:]]].astype(np.int32), found.distances)
    assert not np.array_equal(
        reduce(vectors, found, seed=0, epochs=5).coords, reduce(vectors, others, seed=0, epochs=5).coords
    )


@pytest.mark.parametrize("n", [2, 3, 5, 8, 10, 20])
def test_few_posts_get_finite_coordinates(n):
    vectors, _ = planted(n, 2, d=16)
    found = laid_out(vectors)
    assert np.isfinite(found.coords).all() and np.isfinite(found.layout).all()


def test_identical_vectors_get_one_place():
    found = laid_out(np.tile(planted(1, 1)[0], (50, 1)))
    assert not found.coords.any() and not found.layout.any()


def test_two_distinct_vectors_by_the_hundred_get_finite_coordinates():
    vectors = np.repeat(planted(2, 2, d=8)[0], 150, axis=0)
    found = laid_out(vectors)
    assert np.isfinite(found.coords).all() and np.isfinite(found.layout).all()
    centres = found.coords[:150].mean(axis=0), found.coords[150:].mean(axis=0)
    assert np.linalg.norm(centres[0] - centres[1]) > 2


def test_fewer_dimensions_than_components_are_enough():
    vectors, _ = planted(120, 2, d=3)
    assert np.isfinite(laid_out(vectors).coords).all()


def test_joined_points_attract_and_strangers_repel():
    start = np.array([[0, 0], [6, 0], [0, 6], [6, 6]], np.float32)
    ends = np.array([0, 1, 2, 3], np.int32), np.array([1, 0, 3, 2], np.int32)
    moved = optimise(start, *ends, np.ones(4, np.float32), curve=(1.9, 0.8), epochs=200, seed=0)
    pair, stranger = np.linalg.norm(moved[0] - moved[1]), np.linalg.norm(moved[0] - moved[2])
    assert pair < 2 < stranger


def test_tabulated_strengths_are_the_gradient_of_the_cross_entropy():
    from discourse.themes.layout import _DROPPED_BITS, _strengths

    a, b = 1.9, 0.8
    pull, push = _strengths((a, b))
    squared = np.float32([1e-3, 0.02, 0.5, 1.0, 7.0, 300.0])
    place = squared.view(np.int32) >> _DROPPED_BITS
    x = squared.astype(float)
    np.testing.assert_allclose(pull[place], -2 * a * b * x ** (b - 1) / (1 + a * x**b), rtol=0.01)
    np.testing.assert_allclose(push[place], 2 * b / ((0.001 + x) * (1 + a * x**b)), rtol=0.01)
