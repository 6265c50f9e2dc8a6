from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change.frame import Frame
from discourse.change.labelling import of_themes
from discourse.change.nearest import nearest
from discourse.change.semantic import COLUMNS, EXAMPLES, semantic

START = np.datetime64("2024-01-01")  # a Monday


def corpus(rng, *, themes=4, quarters=3, n=900, d=24, of_week=0.1, second=0.3):
    """Posts about a centre for each theme, with effects of weeks: vectors, themes, labelling, frame."""
    day = START + rng.integers(0, 91 * quarters, n)
    theme = rng.integers(0, themes, n)
    lang = np.where(rng.random(n) < second, "ru", "en")
    week = (day - START).astype(int) // 7
    centres, offset = rng.standard_normal((themes, d)), rng.standard_normal(d) * (lang == "ru")[:, None] * 0.3
    effects = rng.standard_normal((13 * quarters, themes, d)) * of_week
    vectors = centres[theme] + offset + effects[week, theme] + rng.standard_normal((n, d)) * 0.8
    first = START + 91 * np.arange(quarters)
    periods = pd.DataFrame({"period": [f"p{at}" for at in range(quarters)], "first": first, "last": first + 90})
    pairs = [*((at, at + 1) for at in range(quarters - 1)), *([(0, quarters - 1)] if quarters > 2 else [])]
    labels = pd.DataFrame({"theme": np.arange(themes), "label": [f"about {at}" for at in range(themes)]})
    return unit(vectors), theme, of_themes(theme, labels, -1), Frame(day, lang, periods, pairs)


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float32")


def test_a_theme_that_moved_is_told_with_its_posts():
    rng = np.random.default_rng(0)
    vectors, theme, labelling, frame = corpus(rng)
    later = (theme == 2) & (frame.day >= START + 182)
    vectors = unit(vectors + later[:, None] * 0.3 * unit(rng.standard_normal((1, 24))))
    ids = np.array([f"post{at}" for at in range(len(theme))])
    table, examples = semantic(vectors, labelling, frame, ids, permutations=499)
    assert list(table.columns) == list(COLUMNS)
    assert set(table.loc[table["verdict"].str.startswith("moved"), "label_id"]) == {"2"}
    moved = table[(table["label_id"] == "2") & (table["to"] == "p2")]
    assert (moved["verdict"].str.startswith("moved")).all()
    assert ((moved["drift"] > moved["floor"]) & (moved["fraction"] > 0) & (moved["langs"] == "en;ru")).all()
    assert table.loc[table["drift"] <= table["floor"], "fraction"].isna().all()
    shown = examples[(examples["from"] == "p1") & (examples["side"] == "to")]
    assert len(shown) == EXAMPLES
    rows = shown["post_id"].str.removeprefix("post").astype(int)
    assert later[rows].all()
    assert (np.diff(shown["projection"]) <= 0).all()
    assert (shown["projection"] > 0).all()


def test_the_order_of_posts_changes_nothing():
    vectors, theme, labelling, frame = corpus(np.random.default_rng(1))
    ids = np.arange(len(theme))
    order = np.random.default_rng(2).permutation(len(theme))
    labels = labelling.labels.iloc[:-1].assign(theme=lambda t: t["label_id"].astype(int))
    other = Frame(frame.day[order], frame.lang[order], frame.periods, frame.pairs)
    one, _ = semantic(vectors, labelling, frame, ids, permutations=99)
    two, _ = semantic(vectors[order], of_themes(theme[order], labels, -1), other, ids[order], permutations=99)
    pd.testing.assert_frame_equal(one, two)


def test_what_cannot_be_compared_is_said():
    vectors, theme, labelling, frame = corpus(np.random.default_rng(3))
    lang = np.where((theme == 0) & (frame.day >= START + 91), "en", frame.lang)
    absent = (theme == 1) & (frame.day >= START + 91)
    theme = np.where(absent, 0, theme)
    labels = labelling.labels.iloc[:-1].assign(theme=lambda t: t["label_id"].astype(int))
    changed = Frame(frame.day, np.where(absent, "en", lang), frame.periods, frame.pairs[:1])
    table, _ = semantic(vectors, of_themes(theme, labels, -1), changed, np.arange(len(theme)), permutations=99)
    first, gone = table.iloc[0], table.iloc[1]
    assert first["langs"] == "en"
    assert "only English posts compared" in first["note"]
    assert (gone["verdict"], gone["n_to"]) == ("not estimable", 0)
    assert gone[["drift", "floor", "drift_p", "drift_q", "spread", "spread_p", "spread_q", "scale"]].isna().all()


def test_the_nearest_theme_is_at_the_distance_that_drift_would_measure():
    rng = np.random.default_rng(4)
    vectors, theme, labelling, frame = corpus(rng, themes=3, second=0.0, of_week=0.0)
    vectors = np.where(theme[:, None] == 2, unit(0.5 * vectors + vectors[theme == 0].mean(axis=0)), vectors)
    found = nearest(vectors, labelling, frame)
    assert found.column.tolist() == [2, found.column[1], 0, -1]
    week = frame.blocks(np.arange(len(theme)), "week")
    cosine, apart = vectors @ vectors.T, week[:, None] != week[None, :]

    def mean(one, other):
        block = np.ix_(theme == one, theme == other)
        return cosine[block][apart[block]].mean()

    assert found.distance[0] == pytest.approx(1 - mean(0, 2) / np.sqrt(mean(0, 0) * mean(2, 2)), abs=1e-5)
    assert np.isnan(found.distance[3])


@pytest.mark.parametrize("runs", [12, pytest.param(300, marks=pytest.mark.slow)])
def test_a_family_of_movements_claims_hardly_anything_where_nothing_moved(runs, calibrated):
    claims = []
    for run in range(runs):
        vectors, _, labelling, frame = corpus(np.random.default_rng(run), themes=20, quarters=5, n=3_000, d=16)
        table, _ = semantic(vectors, labelling, frame, np.arange(len(vectors)), permutations=199, seed=run)
        claims.append(not table["verdict"].isin(["no detectable change", "not estimable"]).all())
    high = 0.08 if runs >= 200 else 0.25
    calibrated("semantic, any claim", "20 themes, 5 pairs of periods, nothing moved", np.mean(claims), 0.0, high, runs)
