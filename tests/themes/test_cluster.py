import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from discourse.errors import DataError, UsageError
from discourse.themes import defaults
from discourse.themes.cluster import cluster
from discourse.themes.neighbors import nearest
from discourse.themes.reduce import reduce

SHARED = Path(__file__).parents[2].parent / "shared"
SIZES = (10, 15, 20, 30, 40)


def spots(sizes, seed=0, spread=0.3, noise=0):
    random = np.random.default_rng(seed)
    centres = random.uniform(-20, 20, size=(len(sizes), 5))
    points = [c + spread * random.normal(size=(n, 5)) for c, n in zip(centres, sizes, strict=True)]
    points.append(random.uniform(-25, 25, size=(noise, 5)))
    return np.concatenate(points).astype(np.float32), np.repeat(np.arange(len(sizes) + 1), [*sizes, noise])


def lexical_vectors(texts, seed=0):
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), min_df=4, max_features=15_000, sublinear_tf=True)
    rows = TruncatedSVD(100, n_iter=2, random_state=seed).fit_transform(weights.fit_transform(texts))
    lengths = np.linalg.norm(rows, axis=1)
    return (rows[lengths > 1e-3] / lengths[lengths > 1e-3, None]).astype(np.float32)


def test_planted_themes_come_back_through_the_whole_path():
    from sklearn.metrics import adjusted_rand_score

    random = np.random.default_rng(0)
    truth = random.integers(0, 8, 800)
    rows = random.normal(size=(8, 64))[truth] + 0.5 * random.normal(size=(800, 64))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    coords = reduce(vectors, nearest(vectors, 15, seed=0), seed=0).coords
    for min_size in (defaults.min_size(800), 40):
        assert adjusted_rand_score(truth, cluster(coords, min_size=min_size).labels) > 0.95


def test_themes_are_numbered_by_size_and_strength_is_a_share():
    coords, truth = spots([50, 200, 100], noise=40)
    found = cluster(coords, min_size=10)
    assert found.labels.dtype == np.int32 and found.strength.dtype == np.float32
    assert np.diff(np.bincount(found.labels[found.labels >= 0])).max() <= 0
    assert ((found.strength > 0) == (found.labels >= 0)).all() and found.strength.max() <= 1
    assert np.bincount(truth[found.labels == 0]).argmax() == 1
    assert (found.labels[truth == 3] < 0).mean() > 0.7


def test_the_tree_holds_every_theme_with_its_posts():
    coords, _ = spots([50, 200, 100, 30, 30], noise=40)
    found = cluster(coords, min_size=10)
    tree = found.tree.set_index("node")
    themes = tree[tree.kind == "theme"].set_index("theme").n_posts.sort_index()
    assert themes.tolist() == np.bincount(found.labels[found.labels >= 0]).tolist()
    assert tree.loc[0, "parent"] == -1 and tree.loc[0, "n_posts"] == len(coords)
    inner = tree[tree.parent >= 0]
    parents = tree.loc[inner.parent]
    assert (inner.n_posts.to_numpy() <= parents.n_posts.to_numpy()).all()
    assert (inner.birth.to_numpy() >= parents.birth.to_numpy()).all()
    assert set(parents.kind[(inner.kind == "finer").to_numpy()]) <= {"theme", "finer"}
    assert (parents.kind[(inner.kind != "finer").to_numpy()] == "broader").all()
    assert (tree.theme[tree.kind != "theme"] == -1).all()


def test_the_same_coordinates_give_the_same_themes():
    coords, _ = spots([60, 60, 60, 60], noise=60)
    one, other = cluster(coords, min_size=8), cluster(coords, min_size=8)
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_array_equal(one.strength, other.strength)


def nested(seed, per=60):
    """Themes within broader themes within two halves, closer at each level."""
    random = np.random.default_rng(seed)
    halves = np.array([[-12.0] * 5, [12.0] * 5])
    groups = np.repeat(halves, 4, axis=0) + 5 * random.normal(size=(8, 5))
    themes = np.repeat(groups, 4, axis=0) + 2 * random.normal(size=(32, 5))
    return np.repeat(themes, per, axis=0) + 0.5 * random.normal(size=(32 * per, 5))


@pytest.mark.parametrize("seed", range(4))
def test_no_cliffs_on_nested_themes(seed):
    coords = nested(seed)
    counts, largest = [], []
    for min_size in SIZES:
        labels = cluster(coords, min_size=min_size).labels
        counts.append(labels.max() + 1)
        largest.append((labels == 0).mean())
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= counts[0] / 5 and counts[-1] > 2
    assert max(largest) <= 0.5


def test_coarser_and_finer_granularity_order_the_number_of_themes():
    counts = [cluster(nested(0), min_size=15, granularity=g).labels.max() for g in (0, 0.25, 0.5, 0.75, 1)]
    assert counts == sorted(counts) and counts[0] < counts[-1]


@pytest.mark.parametrize("corpus", ["headlines", "ministry"])
def test_no_cliffs_on_real_posts(corpus):
    path = (
        SHARED
        / "data"
        / {
            "headlines": "channel-one/headlines_2022_2024.csv",
            "ministry": "russia-mfa-telegram/mfa_russia_telegram_en.jsonl",
        }[corpus]
    )
    if not path.exists():
        pytest.skip("the real corpora aren't here")
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines] if path.suffix == ".jsonl" else lines[1:]
    texts = sorted({text for text in texts if len(text) > 25})
    vectors = lexical_vectors([texts[i] for i in np.random.default_rng(0).choice(len(texts), 3400, replace=False)])
    coords = reduce(vectors, nearest(vectors, 15, seed=0), seed=0, epochs=100).coords
    found = [cluster(coords, min_size=size) for size in SIZES]
    counts = [int(one.labels.max()) + 1 for one in found]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 5 and min(b / a for a, b in pairwise(counts)) > 0.4
    assert max((one.labels == 0).mean() for one in found) <= 0.5


def test_one_theme_is_one_theme_and_says_so():
    coords = np.random.default_rng(0).normal(size=(1000, 5))
    found = cluster(coords, min_size=15)
    assert found.labels.max() == 0 and "one theme" in found.notes[0]


@pytest.mark.parametrize("n", [2, 3, 5, 6, 7, 12, 20])
def test_few_posts_give_a_result(n):
    random = np.random.default_rng(n)
    found = cluster(random.normal(size=(n, 5)), min_size=2)
    assert len(found.labels) == n and np.isfinite(found.strength).all()


def test_posts_in_one_place_and_in_two():
    one = cluster(np.zeros((30, 5)), min_size=5)
    assert (one.labels == 0).all() and (one.strength == 1).all()
    two = cluster(np.repeat(np.eye(2), 30, axis=0), min_size=5)
    assert np.bincount(two.labels).tolist() == [30, 30]


def test_repeated_posts_by_the_hundred_among_others():
    coords, _ = spots([80, 80], noise=20)
    found = cluster(np.concatenate([coords, np.tile(coords[:1], (300, 1))]), min_size=10)
    assert np.isfinite(found.strength).all() and found.labels.max() >= 1


def test_wrong_requests_are_refused():
    coords, _ = spots([30, 30])
    with pytest.raises(UsageError, match="--min-size"):
        cluster(coords, min_size=1)
    with pytest.raises(UsageError, match="--granularity"):
        cluster(coords, min_size=5, granularity=2)
    with pytest.raises(DataError, match="at least 61"):
        cluster(coords, min_size=61)
    coords[3, 1] = np.nan
    with pytest.raises(DataError, match="row 3"):
        cluster(coords, min_size=5)


def test_defaults_grow_with_the_corpus_and_say_what_they_need():
    sizes = [defaults.min_size(n) for n in range(1, 5000)]
    assert sizes == sorted(sizes) and sizes[0] == 5 and defaults.min_size(100, 7) == 7
    assert all(2 < defaults.neighbors(n) < n for n in range(10, 300)) and defaults.neighbors(100, 30) == 30
    with pytest.raises(UsageError, match="--neighbors 50"):
        defaults.neighbors(40, 50)
    with pytest.raises(DataError, match="at least 10"):
        defaults.require_enough(9, of=9)
    defaults.require_enough(10, of=10)
