"""Exemplars: central, unlike each other, readable, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from discourse.themes.exemplars import exemplars


@pytest.fixture
def posts():
    rng = np.random.default_rng(3)
    vectors = np.concatenate([rng.normal(centre, 0.3, (40, 8)) for centre in np.eye(8)[:3] * 2])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.repeat([0, 1, -1], 40), np.ones(120)


def test_exemplars_are_central_members_of_their_theme(posts):
    vectors, labels, strength = posts
    table = exemplars(vectors, labels, strength)
    assert table.theme.tolist() == [0, 0, 0, 1, 1, 1]
    assert (labels[table["row"]] == table.theme).all()
    for theme, part in table.groupby("theme"):
        members = vectors[labels == theme]
        middle = members.mean(axis=0) / np.linalg.norm(members.mean(axis=0))
        assert part.similarity.min() > np.median(members @ middle) - 0.05
        assert np.allclose(vectors[part["row"]] @ middle, part.similarity, atol=1e-5)


def test_copies_give_one_exemplar_and_diversity_goes_first():
    assert len(exemplars(np.ones((9, 1)), np.zeros(9, int), np.ones(9))) == 1
    vectors = np.array([[1, 0], [1, 0.01], [0.9, 0.44], [0.9, -0.44]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chosen = exemplars(vectors, np.zeros(4, int), np.ones(4))["row"].tolist()
    assert {2, 3} <= set(chosen)
    assert not {0, 1} <= set(chosen)


def test_posts_of_odd_length_come_last(posts):
    vectors, labels, strength = posts
    first = exemplars(vectors, labels, strength)
    lengths = np.full(120, 100)
    lengths[first["row"]] = 5
    assert not set(exemplars(vectors, labels, strength, lengths=lengths.tolist())["row"]) & set(first["row"])


def test_strength_moves_the_middle():
    vectors = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert exemplars(vectors, np.zeros(2, int), np.array([0.1, 1.0]), per_theme=1)["row"].tolist() == [1]


def test_a_corpus_of_noise_has_none():
    assert exemplars(np.ones((3, 2)), np.full(3, -1), np.zeros(3)).empty


def test_every_time_the_same(posts):
    vectors, labels, strength = posts
    assert exemplars(vectors, labels, strength).equals(exemplars(vectors.copy(), labels, strength))
