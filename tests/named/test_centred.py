"""Centred vectors: languages on a par, small ones shrunk, ranks within each."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.named.centred import LEAST, RARE, centred


def two_languages(shift: float, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Posts on two subjects in two languages, the second of which lies elsewhere."""
    subject = np.eye(4, dtype="float32")[np.arange(n) % 2]
    lang = np.where(np.arange(n) < n // 2, "ru", "kk")
    vectors = subject + np.where(lang == "kk", shift, 0)[:, None] * np.eye(4, dtype="float32")[3]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), lang


def test_a_language_that_lies_elsewhere_comes_to_where_the_others_are():
    vectors, lang = two_languages(3)
    found = centred(vectors, lang).vectors
    same = found[lang == "ru"][::2] @ found[lang == "kk"][::2].T
    other = found[lang == "ru"][::2] @ found[lang == "kk"][1::2].T
    assert same.min() > other.max()
    assert (vectors[lang == "ru"] @ vectors[lang == "kk"].T).max() < 0.4  # as they were


def test_the_mean_of_few_posts_is_mostly_that_of_all():
    vectors, lang = two_languages(3)
    lang[:1] = "de"
    found = centred(vectors, lang)
    expected = (vectors[0] + LEAST * vectors.mean(axis=0)) / (1 + LEAST)
    assert np.allclose(found.means["de"], expected, atol=1e-6)
    assert found.group[0] == RARE
    assert found.group[1] == "ru"


def test_sentences_in_a_language_without_posts_are_centred_on_each_other_and_all_posts():
    vectors, lang = two_languages(0)
    found = centred(vectors, lang)
    said = np.eye(4, dtype="float32")[:2]
    centre = (said.sum(axis=0) + LEAST * vectors.mean(axis=0)) / (2 + LEAST)
    expected = (said - centre) / np.linalg.norm(said - centre, axis=1, keepdims=True)
    assert np.allclose(found.sentences("zh", said, said), expected, atol=1e-6)


def test_posts_that_say_nothing_are_as_near_to_everything():
    vectors, lang = two_languages(3)
    blank = np.arange(60) == 7
    found = centred(vectors, lang, blank)
    assert not found.vectors[7].any()
    assert np.allclose(np.linalg.norm(found.vectors[~blank], axis=1), 1)
    assert np.allclose(found.means["ru"], centred(np.delete(vectors, 7, 0), np.delete(lang, 7)).means["ru"], atol=1e-2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=80), st.integers(0, 9))
def test_ranks_have_a_mean_of_one_half_in_each_language(values, turn):
    lang = np.where(np.arange(len(values)) % 3 == turn % 3, "en", "zh")
    found = centred(np.eye(2, dtype="float32")[np.array(values) % 2], lang)
    ranks = found.ranked(np.array(values, dtype="float64"))
    for group in np.unique(found.group):
        held = found.group == group
        assert abs(ranks[held].mean() - 0.5) < 1e-12
        assert ((ranks[held] > 0) & (ranks[held] < 1)).all()
        order = np.argsort(np.array(values)[held], kind="stable")
        assert (np.diff(ranks[held][order]) >= 0).all()


def test_all_posts_blank_is_no_disaster():
    found = centred(np.ones((3, 2), dtype="float32"), ["en"] * 3, np.ones(3, dtype=bool))
    assert found.ranked(np.zeros(3)).tolist() == [0.5, 0.5, 0.5]
