"""Scores for concepts and axes: known answers, languages on a par, and what seeds, contrasts and keywords do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from discourse.named.axis import positions
from discourse.named.centred import centred
from discourse.named.definitions import Axis, Concept, Definitions, Pole, load
from discourse.named.score import KEYWORD, score

TEXTS = {"seed": 0, "near": 1, "far": 2, "seme": 0, "loin": 2}
"""Sentences by the direction they point in; those in French point a little elsewhere too."""


def encode(texts):
    vectors = np.array(
        [np.eye(5)[TEXTS[text]] + (0.5 * np.eye(5)[4] if text in ("seme", "loin") else 0) for text in texts]
    )
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("float32")


def posts(directions, lang=None):
    """Posts that point between directions."""
    vectors = np.array(directions, dtype="float32")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return centred(vectors, ["en"] * len(vectors) if lang is None else lang)


def concept(seeds=None, contrast=None, **more):
    return Concept("one", "One", "Says it.", seeds or {"en": ("seed",)}, contrast or {"en": ("far",)}, {}, **more)


SPREAD = [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [0, 0, 1, 0, 0], [0, 1, 1, 0, 0]] * 5


def scores(every, concepts, held):
    found = score(every, Definitions("small", "", tuple(concepts), ()), held, encode)
    return [found[one.name] for one in concepts]


def places(every, low, high):
    axis = Axis("way", "Way", "Which way.", low, high)
    return positions(every, Definitions("small", "", (), (axis,)), encode)["way"]


def no_keywords(n=30):
    return {"one": np.zeros(n, dtype=bool)}


def test_posts_that_point_to_the_seeds_come_first_and_to_the_contrasts_last():
    (found,) = scores(posts(SPREAD), [concept()], no_keywords())
    assert set(np.argsort(found.rank)[-5:]) == set(range(0, 30, 6))
    assert found.rank[4] < 0.3
    assert found.rank.mean() == pytest.approx(0.5)
    assert found.raw[0] > 0 > found.raw[4]


def test_the_formula_by_hand():
    every = posts(SPREAD)
    (found,) = scores(every, [concept()], no_keywords())
    both = encode(["seed", "far"])
    centre = (both.sum(axis=0) + 20 * every.means["en"]) / 22
    near, far = (row / np.linalg.norm(row) for row in both - centre)
    a, b = every.vectors @ near, every.vectors @ far
    assert np.allclose(found.raw, a - 0.25 * np.maximum(0, b - a), atol=1e-6)


def test_a_contrast_takes_off_only_where_it_leads():
    # the centre of the sentences stays the same: all that differs is which of them is a contrast of the first
    second = Concept("two", "Two", "Else.", {"en": ("far",)}, {"en": ("near",)}, {})
    held = {**no_keywords(), "two": np.zeros(len(SPREAD), dtype=bool)}
    with_far = scores(posts(SPREAD), [concept(contrast={"en": ("far", "near")}), second], held)[0].raw
    with_near = scores(posts(SPREAD), [concept(contrast={"en": ("near",)}), second], held)[0].raw
    assert with_far[0] == pytest.approx(with_near[0])
    assert with_far[4] < with_near[4]


def test_a_keyword_lifts_a_post_by_two_standard_deviations():
    every, held = posts(SPREAD), no_keywords()
    plain = scores(every, [concept()], held)[0]
    held["one"][4] = True
    lifted = scores(every, [concept()], held)[0]
    assert np.array_equal(plain.raw, lifted.raw)
    strength = plain.raw / plain.raw.std()
    strength[4] += KEYWORD
    assert np.array_equal(lifted.rank, every.ranked(strength))
    assert lifted.rank[4] > plain.rank[4]


def test_languages_without_seeds_are_held_against_all_seeds():
    doubled = [*SPREAD, *([*row[:4], 0.5] for row in SPREAD)]
    lang = ["en"] * 30 + ["kk"] * 30
    (found,) = scores(posts(doubled, lang), [concept()], no_keywords(60))
    assert np.argmax(found.rank[30:]) % 6 == 0
    assert found.rank[30:].mean() == pytest.approx(0.5)


def test_a_language_has_its_own_seeds_where_there_are_any():
    doubled = [*SPREAD, *SPREAD]
    lang = ["en"] * 30 + ["fr"] * 30
    turned = concept({"en": ("seed",), "fr": ("loin",)}, {"en": ("far",), "fr": ("seme",)})
    (found,) = scores(posts(doubled, lang), [turned], no_keywords(60))
    assert np.argmax(found.rank[:30]) % 6 == 0
    assert np.argmax(found.rank[30:]) % 6 == 4


def test_examples_are_seeds_and_contrasts():
    judged = concept({"en": ("near",)}, {"en": ("far",)}, positive={"en": ("seed",)})
    written = concept({"en": ("near", "seed")}, {"en": ("far",)})
    first, second = (scores(posts(SPREAD), [one], no_keywords())[0] for one in (judged, written))
    assert np.array_equal(first.raw, second.raw)


def test_scores_do_not_depend_on_the_order_of_posts():
    order = np.random.default_rng(0).permutation(30)
    (first,) = scores(posts(SPREAD), [concept()], no_keywords())
    (second,) = scores(posts(np.array(SPREAD)[order]), [concept()], no_keywords())
    assert np.allclose(first.raw[order], second.raw, atol=1e-6)


def test_an_axis_goes_from_its_low_pole_to_its_high_one():
    low, high = Pole("far", "Far", "Far.", {"en": ("far",)}), Pole("seed", "Seed", "Near.", {"en": ("seed",)})
    found = places(posts(SPREAD), low, high)
    turned = places(posts(SPREAD), high, low)
    assert np.argmax(found.rank) % 6 == 0
    assert found.rank[4] == found.rank.min()
    assert np.allclose(found.raw, -turned.raw)


@pytest.fixture(scope="module")
def scored():
    """Posts of the sample corpus in four languages, with the truth, and their scores."""
    import pandas as pd

    from discourse import encoders
    from discourse.encoders.static import has_builtin

    folder = Path(__file__).parents[2]
    if not has_builtin():
        pytest.skip("the built-in encoder is not in this copy")
    names = ("posts.csv", "multilingual.csv")
    table = pd.concat([pd.read_csv(folder / "data" / "embassy" / name) for name in names], ignore_index=True)
    truth = pd.read_csv(folder / "data" / "embassy" / "truth_posts.csv").set_index("id").loc[table["id"]]
    encoder = encoders.load("builtin")
    definitions = load(folder / "configs" / "concepts" / "embassy.yaml")
    every = centred(encoder.encode(table["text"].tolist()), table["lang"].str[:2].tolist())
    held = {one.name: np.zeros(len(table), dtype=bool) for one in definitions.concepts}
    return every, truth, definitions, score(every, definitions, held, encoder.encode), encoder


def test_seeds_alone_find_concepts_in_every_language(scored):
    from sklearn.metrics import average_precision_score

    every, truth, definitions, found, _ = scored
    gain = []
    for one in definitions.concepts:
        for lang in ("ru", "kk", "zh", "en"):
            held, code = every.group == lang, truth[one.name].to_numpy()
            gain.append(average_precision_score(code[held], found[one.name].rank[held]) / code[held].mean())
    assert np.median(gain) > 5
    assert sum(np.array(gain) > 2) >= 30  # of 32


def test_axes_tell_opposite_poles_apart_in_every_language(scored):
    from sklearn.metrics import roc_auc_score

    every, truth, definitions, _, encoder = scored
    placed = positions(every, definitions, encoder.encode)
    for axis in definitions.axes:
        at, where = truth[f"axis_{axis.name}"].to_numpy(), placed[axis.name].rank
        for lang in ("ru", "kk", "zh", "en"):
            held = (every.group == lang) & (at != 0)
            assert roc_auc_score(at[held] > 0, where[held]) > 0.7, (axis.name, lang)
