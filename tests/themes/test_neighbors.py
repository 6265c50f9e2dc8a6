import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import DataError
from discourse.themes.neighbors import nearest, search


def unit_rows(n, d, seed=0, groups=0, spread=0.5):
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, d))
    if groups:
        rows = random.normal(size=(groups, d))[random.integers(0, groups, n)] + spread * rows
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("n", [5, 40, 700, 3000])
def test_exact_neighbors_are_those_of_brute_force(n):
    from sklearn.neighbors import NearestNeighbors

    vectors = unit_rows(n, 48, seed=n)
    k = min(15, n)
    found = nearest(vectors, k, seed=0)
    distances, indices = (
        NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(vectors).kneighbors(n_neighbors=k - 1)
    )
    assert found.indices.dtype == np.int32 and found.distances.dtype == np.float32
    np.testing.assert_array_equal(found.indices[:, 0], np.arange(n))
    np.testing.assert_array_equal(found.indices[:, 1:], indices)
    np.testing.assert_allclose(found.distances[:, 1:], distances, atol=2e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(2, 20), st.integers(0, 99))
def test_neighbors_start_with_the_row_itself_and_ascend(n, d, k, seed):
    rows = unit_rows(n, d, seed)
    found = nearest(rows[np.random.default_rng(seed).integers(0, n, n)], k, seed=seed)
    assert found.indices.shape == (n, min(k, n))
    np.testing.assert_array_equal(found.indices[:, 0], np.arange(n))
    assert (found.distances[:, 0] == 0).all() and (np.diff(found.distances, axis=1) >= 0).all()
    assert all(len(set(row)) == len(row) for row in found.indices.tolist())


def test_identical_rows_are_at_one_distance_and_go_by_row_number():
    vectors = np.repeat(unit_rows(40, 32, seed=3), 25, axis=0)
    found = nearest(vectors, 10, seed=0)
    assert (found.distances < 1e-6).all()
    others = found.indices[:, 1:]
    assert (np.diff(others, axis=1) > 0).all()
    assert (others // 25 == np.arange(1000)[:, None] // 25).all()


def test_probed_neighbors_recall_nearly_all_and_repeat():
    vectors = unit_rows(6000, 64, seed=1, groups=200, spread=0.7)
    exact = nearest(vectors, 15, seed=0)
    probed = nearest(vectors, 15, seed=0, exact_limit=1000)
    again = nearest(vectors, 15, seed=0, exact_limit=1000)
    shared = [len(set(a) & set(b)) for a, b in zip(exact.indices.tolist(), probed.indices.tolist(), strict=True)]
    assert np.mean(shared) / 15 >= 0.95
    np.testing.assert_array_equal(probed.indices, again.indices)
    np.testing.assert_array_equal(probed.indices[:, 0], np.arange(6000))
    assert (np.diff(probed.distances, axis=1) >= 0).all()


def test_probed_neighbors_survive_thousands_of_identical_rows():
    vectors = np.concatenate([np.tile(unit_rows(1, 16), (1500, 1)), unit_rows(1500, 16, seed=2)])
    found = nearest(vectors, 15, seed=0, exact_limit=500)
    assert (found.indices >= 0).all() and (found.indices < 3000).all()
    assert (found.distances[:1500] < 1e-6).all()


def test_threads_of_the_matrix_product_do_not_change_neighbors():
    from threadpoolctl import threadpool_limits

    vectors = unit_rows(1500, 96, seed=5)
    with threadpool_limits(1):
        one = nearest(vectors, 15, seed=0)
    many = nearest(vectors, 15, seed=0)
    np.testing.assert_array_equal(one.indices, many.indices)
    np.testing.assert_array_equal(one.distances, many.distances)


def test_search_without_itself_finds_the_row_by_its_similarity():
    vectors = unit_rows(300, 24)
    indices, distances = search(vectors[7:9], vectors, 3)
    assert indices[:, 0].tolist() == [7, 8] and (distances[:, 0] < 1e-6).all()


@pytest.mark.parametrize("spoil", [np.nan, np.inf, 0.0, 5.0])
def test_vectors_without_a_direction_are_refused_by_row(spoil):
    vectors = unit_rows(30, 8)
    vectors[17] = spoil
    with pytest.raises(DataError, match="row 17"):
        nearest(vectors, 5, seed=0)


def test_no_vectors_are_refused():
    with pytest.raises(DataError, match="no vectors"):
        nearest(np.zeros((0, 8), np.float32), 5, seed=0)
