import numpy as np
import pytest

from discourse.errors import DataError
from discourse.themes.assign import assign, assign_noise


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def corpus(n=600, groups=6, d=48, seed=0):
    random = np.random.default_rng(seed)
    centres, truth = random.normal(size=(groups, d)), random.integers(0, groups, n)
    return unit(centres[truth] + 0.4 * random.normal(size=(n, d))), truth, centres


def test_new_posts_find_their_themes():
    vectors, truth, centres = corpus()
    random = np.random.default_rng(1)
    new_truth = random.integers(0, 6, 300)
    placed = assign(unit(centres[new_truth] + 0.4 * random.normal(size=(300, 48))), vectors, truth, k=15)
    assert placed.columns.tolist() == ["theme", "strength", "similarity"]
    assert placed.dtypes.astype(str).tolist() == ["int32", "float32", "float32"]
    assert (placed.theme == new_truth).mean() >= 0.9
    assert placed.theme[placed.theme != new_truth].eq(-1).all()
    assert placed.strength.between(0, 1).all()


def test_members_are_assigned_to_their_own_theme():
    vectors, truth, _ = corpus()
    assert (assign(vectors, vectors, truth, k=15).theme == truth).mean() >= 0.9


def test_strangers_fit_nowhere():
    vectors, truth, _ = corpus()
    placed = assign(unit(np.random.default_rng(5).normal(size=(100, 48))), vectors, truth, k=15)
    assert (placed.theme == -1).mean() > 0.95 and (placed.strength[placed.theme == -1] == 0).all()


def test_noise_wins_only_with_more_than_half_of_the_vote():
    vectors = unit(np.array([[1.0, 0.01 * i] for i in range(10)]))
    mostly_noise = np.array([-1] * 6 + [0] * 4)
    mostly_theme = np.array([-1] * 4 + [0] * 3 + [1] * 3)
    assert assign(vectors[:1], vectors, mostly_noise, k=10).theme.tolist() == [-1]
    assert assign(vectors[5:6], vectors, mostly_theme, k=10).theme.tolist()[0] >= 0


def test_noise_is_placed_and_members_stay():
    vectors, truth, _ = corpus()
    labels = truth.copy()
    labels[::7] = -1
    strength = np.where(labels < 0, 0, 0.5).astype(np.float32)
    moved = assign_noise(vectors, labels, strength, k=15)
    assert (moved.labels == truth).all()
    assert (moved.strength[labels >= 0] == 0.5).all() and (moved.strength[labels < 0] > 0.5).all()
    assert (labels[::7] == -1).all() and (strength[::7] == 0).all()


def test_nothing_to_place_leaves_all_as_it_is():
    vectors, truth, _ = corpus(60, 3)
    moved = assign_noise(vectors, truth, np.ones(60, np.float32), k=15)
    assert (moved.labels == truth).all()


def test_more_voters_than_posts_are_as_many_as_there_are():
    vectors, truth, _ = corpus(8, 2)
    assert len(assign(vectors[:3], vectors, truth, k=50)) == 3


def test_unusable_runs_and_vectors_are_refused():
    vectors, truth, _ = corpus(60, 3)
    with pytest.raises(DataError, match="no themes"):
        assign(vectors, vectors, np.full(60, -1), k=5)
    with pytest.raises(DataError, match="48"):
        assign(unit(vectors[:, :20]), vectors, truth, k=5)
    with pytest.raises(DataError, match="row 2"):
        assign(np.where(np.arange(60)[:, None] == 2, np.nan, vectors), vectors, truth, k=5)
