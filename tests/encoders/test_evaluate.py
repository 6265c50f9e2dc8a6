from __future__ import annotations

import numpy as np
import pytest

from discourse.encoders.evaluate import clustering, leakage, retrieval, transfer


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def topics():
    return [f"topic {n % 4}" for n in range(80)]


def space(topics, *, shift=0.0, noise=0.3):
    """Texts round the centre of their topic; languages apart by `shift`."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((4, 16))
    own = rng.standard_normal((80, 16)) * noise
    apart = rng.standard_normal((2, 16)) * shift
    base = centres[[int(topic[-1]) for topic in topics]] + own
    return {lang: unit(base + apart[at] + rng.standard_normal((80, 16)) * 0.05) for at, lang in enumerate(("en", "kk"))}


def test_translations_are_found_where_they_are_nearest():
    rows = np.eye(5, dtype=np.float32)
    assert retrieval(rows, rows) == (1.0, 1.0)
    assert retrieval(rows, rows[::-1]) == (0.2, 0.2)
    assert retrieval(np.ones((5, 2)), np.ones((5, 2))) == (0.0, 0.0)
    there, back = retrieval(unit(np.array([[1, 0], [1, 0.1]])), unit(np.array([[1, 0.02], [1, 0.06]])))
    assert (there, back) == (1.0, 1.0)


def test_retrieval_counts_alike_in_every_size():
    rng = np.random.default_rng(1)
    first, second = unit(rng.standard_normal((4_100, 8))), unit(rng.standard_normal((4_100, 8)))
    cosines = first @ second.T
    right = np.arange(len(first))
    assert retrieval(first, second) == (
        pytest.approx((cosines.argmax(axis=1) == right).mean()),
        pytest.approx((cosines.argmax(axis=0) == right).mean()),
    )


def test_topics_carry_over_where_languages_share_a_space(topics):
    assert transfer(space(topics), topics, "en") == {"en": 1.0, "kk": 1.0}
    mirrored = space(topics)
    mirrored["kk"] = -mirrored["kk"]
    assert transfer(mirrored, topics, "en")["kk"] < 0.3


def test_clusters_follow_topics_or_languages(topics):
    agreement, language = clustering(space(topics), topics)
    assert agreement > 0.95
    assert language < 0.05
    agreement, language = clustering(space(topics, shift=8.0), topics)
    assert agreement < 0.7
    assert language > 0.4
    alone, nothing = clustering({"en": space(topics)["en"]}, topics)
    assert alone > 0.95
    assert nothing == 0


def test_language_is_seen_where_it_is_and_not_where_it_is_not(topics):
    together, apart = leakage(space(topics)), leakage(space(topics, shift=8.0))
    assert together["chance"] == 0.5
    assert together["probe"] < 0.65
    assert 0.4 < together["same"] < 0.6
    assert apart["probe"] > 0.99
    assert apart["same"] > 0.99
