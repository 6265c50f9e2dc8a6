from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, DiscourseError, UsageError
from discourse.run import verify

THEMES_COLUMNS = ["theme", "label", "keywords", "n_posts", "share", "languages", "first_date", "last_date", "exemplars"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, texts, **columns):
    table = pd.DataFrame({"text": texts, **columns})
    if "date" not in table:
        table["date"] = [f"2025-01-{i % 28 + 1:02}" for i in range(len(table))]
    table.to_csv(path, index=False)
    return path


def by_text(run):
    return dict(zip(run.posts["text"], run.assignments["theme"], strict=True))


def test_a_run_holds_what_is_promised(demo_run):
    names = {p.name for p in demo_run.path.iterdir()}
    assert names >= {
        "manifest.json", "posts.parquet", "rejected.csv", "embeddings.npy", "assignments.parquet", "themes.parquet",
        "themes.csv", "keywords.parquet", "exemplars.parquet", "languages.parquet", "tree.parquet", "audit.json",
    }  # fmt: skip
    leading = ["post_id", "text", "date", "author", "lang", "source_file", "source_row"]
    assert demo_run.posts.columns[:7].tolist() == leading
    assert "topic" in demo_run.posts
    assert demo_run.assignments.columns.tolist() == ["post_id", "theme", "strength", "x", "y"]
    assert demo_run.themes.columns[:9].tolist() == THEMES_COLUMNS
    assert demo_run.embeddings.dtype == np.float32
    assert np.allclose(np.linalg.norm(demo_run.embeddings, axis=1), 1, atol=1e-5)
    assert verify(demo_run) == []


def test_the_tables_of_a_run_agree(demo_run):
    themes, assignments = demo_run.themes, demo_run.assignments
    clustered = assignments[assignments["theme"] != -1]
    assert themes["n_posts"].sum() == len(clustered)
    assert themes["n_posts"].is_monotonic_decreasing
    assert np.allclose(themes["share"], themes["n_posts"] / len(assignments))
    assert (assignments.loc[assignments["theme"] == -1, "strength"] == 0).all()
    assert clustered["strength"].between(0, 1).all()
    exemplars = demo_run.exemplars.merge(assignments, on="post_id", suffixes=("", "_of_post"))
    assert (exemplars["theme"] == exemplars["theme_of_post"]).all()
    assert demo_run.languages.groupby("theme")["n"].sum().tolist() == themes.sort_values("theme")["n_posts"].tolist()
    pd.testing.assert_frame_equal(
        pd.read_csv(demo_run.path / "themes.csv", keep_default_na=False)[["theme", "label", "n_posts"]],
        themes[["theme", "label", "n_posts"]],
        check_dtype=False,
    )


def test_the_manifest_says_where_everything_came_from(demo_run, demo_csv):
    manifest = demo_run.manifest
    assert manifest["inputs"][0]["sha256"]
    assert manifest["inputs"][0]["rows"] == 320
    assert manifest["encoder"]["name"] == "builtin"
    assert manifest["encoder"]["revision"]
    assert manifest["seed"] == 0
    assert manifest["counts"]["posts"] == 320
    assert manifest["counts"]["distinct"] == 316
    assert manifest["timings"]["total"] > 0
    assert {"python", "umap-learn", "hdbscan"} <= set(manifest["versions"])
    assert json.dumps(manifest, allow_nan=False)


def test_copies_share_their_theme(demo_run):
    table = demo_run.posts.assign(theme=demo_run.assignments["theme"])
    assert (table.groupby("message")["theme"].nunique() == 1).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_row_order_changes_nothing(demo_run, demo_csv, seed, here):
    shuffled = pd.read_csv(demo_csv, dtype=str).sample(frac=1, random_state=seed)
    shuffled.to_csv(here / "shuffled.csv", index=False)
    run = discourse.cluster(here / "shuffled.csv", timezone="Asia/Almaty")
    a = demo_run.posts[["post_id"]].join(demo_run.assignments.drop(columns="post_id")).set_index("post_id")
    b = run.posts[["post_id"]].join(run.assignments.drop(columns="post_id")).set_index("post_id")
    pd.testing.assert_frame_equal(a.sort_index(), b.sort_index())
    words = ["theme", "label", "keywords", "n_posts", "share", "languages", "first_date", "last_date"]
    pd.testing.assert_frame_equal(demo_run.themes[words], run.themes[words])
    pd.testing.assert_frame_equal(demo_run.keywords, run.keywords)


def test_row_order_changes_nothing_on_real_input(shared_data, here):
    rows = pd.read_csv(shared_data / "channel-one" / "headlines_2022_2024.csv", dtype=str).head(1_500)
    rows.to_csv(here / "a.csv", index=False)
    rows.sample(frac=1, random_state=3).to_csv(here / "b.csv", index=False)
    a, b = discourse.cluster("a.csv"), discourse.cluster("b.csv")
    assert by_text(a) == by_text(b)
    assert a.themes["label"].tolist() == b.themes["label"].tolist()


def test_vectors_of_rows_follow_their_rows(here):
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, 16))
    theme = np.repeat([0, 1, 2], 30)
    vectors = centres[theme] + 0.3 * rng.normal(size=(90, 16))
    texts = [f"post number {i} of subject {'abc'[t]}" for i, t in enumerate(theme)]
    texts[5] = ""  # a row that can't be used keeps its place among the vectors
    np.save("v.npy", vectors)
    run = discourse.cluster(write("p.csv", texts), encoder="v.npy", min_size=10)
    found = run.assignments["theme"].to_numpy()
    truth = np.delete(theme, 5)
    assert len(run.themes) == 3
    assert all(len(set(found[(truth == t) & (found != -1)])) == 1 for t in range(3))
    assert (found == -1).mean() < 0.2
    assert run.manifest["counts"]["rejected"] == 1


def test_vectors_that_do_not_fit_are_refused(here):
    np.save("v.npy", np.eye(5))
    with pytest.raises(DataError, match=r"v\.npy"):
        discourse.cluster(write("p.csv", [f"post {i}" for i in range(30)]), encoder="v.npy")


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_too_few_posts_are_refused_with_the_number_needed(n, here):
    with pytest.raises(DataError) as caught:
        discourse.cluster(write("p.csv", [f"сообщение номер {chr(1072 + i)}" for i in range(n)]))
    assert str(n) in str(caught.value) or "no" in str(caught.value).lower()
    assert not list(here.glob("runs/*"))


def test_identical_posts_are_refused_for_what_they_are(here):
    with pytest.raises(DataError, match="different posts"):
        discourse.cluster(write("p.csv", ["С Новым годом!"] * 50))


@pytest.mark.parametrize("n", [10, 20, 35])
def test_a_handful_of_posts_gives_a_result(n, here):
    words = ["trade", "tariff", "train", "border", "visa", "museum", "glacier", "summit"]
    texts = [f"{words[i % 8]} {words[(i * 3 + 1) % 8]} {i * 7919} {words[(i * 5 + 2) % 8]} note" for i in range(n)]
    run = discourse.cluster(write("p.csv", texts))
    assert len(run.assignments) == n
    assert verify(run) == []


def test_posts_that_have_nothing_in_common_are_a_result(here):
    rng = np.random.default_rng(1)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    texts = [" ".join("".join(rng.choice(letters, 7)) for _ in range(8)) for _ in range(60)]
    run = discourse.cluster(write("p.csv", texts))
    assert verify(run) == []
    assert run.manifest["counts"]["noise"] + run.themes["n_posts"].sum() == 60


def test_posts_of_sixty_thousand_characters_are_read(here):
    long = "Торговля между странами растёт. " * 2_000
    texts = [f"{long} Итог {i}" for i in range(4)] + [
        f"Короткое {i * 7919} сообщение {i * 104729} о погоде" for i in range(20)
    ]
    run = discourse.cluster(write("p.csv", texts))
    assert run.posts["text"].str.len().max() > 60_000
    assert verify(run) == []


def test_posts_without_dates_have_themes(here):
    pd.DataFrame({"text": [f"trade and trains {i} and wares {i % 5}" for i in range(40)]}).to_csv("p.csv", index=False)
    run = discourse.cluster("p.csv")
    assert run.themes["first_date"].isna().all()


def test_noise_is_assigned_only_when_asked_and_then_said(here, demo_csv, monkeypatch):
    monkeypatch.setattr("discourse.themes.tree.CLOSE", 0.5)  # the demonstration corpus has no noise otherwise
    options = {"timezone": "Asia/Almaty", "min_size": 5, "neighbors": 6, "granularity": 1.0}
    plain = discourse.cluster(demo_csv, out="plain", **options)
    moved = discourse.cluster(demo_csv, out="moved", assign_noise=True, **options)
    assert plain.manifest["counts"]["noise"] > 0
    assert moved.manifest["counts"]["noise"] == 0
    assert moved.manifest["themes"]["noise_assigned"] > 0
    kept = plain.assignments["theme"] != -1
    assert len(plain.themes) == len(moved.themes)
    pairs = pd.crosstab(plain.assignments.loc[kept, "theme"], moved.assignments.loc[kept, "theme"])
    assert ((pairs > 0).sum(axis=1) == 1).all()


def test_a_transformer_reads_each_text_once(here, tiny_model, golden):
    from discourse.encoders import cache

    texts = [f"{text} {i}" for i in range(6) for texts in golden.values() for text in texts]
    first = discourse.cluster(write("p.csv", texts), encoder=str(tiny_model), out="first")
    assert cache.info()["vectors"].sum() == first.manifest["counts"]["distinct"]
    second = discourse.cluster("p.csv", encoder=str(tiny_model), out="second")
    assert by_text(first) == by_text(second)
    assert first.manifest["encoder"]["revision"] == second.manifest["encoder"]["revision"]
    placed = discourse.assign("p.csv", run=second)
    assert len(placed.table) == len(texts)


def test_a_model_that_is_not_there_names_what_works(here, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DiscourseError, match="lexical"):
        discourse.cluster(write("p.csv", [f"post {i}" for i in range(30)]), encoder="no-such/model")
    assert not list(here.glob("runs/*"))


def test_a_fitted_encoder_stays_with_the_run(here, golden):
    texts = [f"{text} {i}" for i in range(6) for texts in golden.values() for text in texts]
    run = discourse.cluster(write("p.csv", texts), encoder="lexical", out="fitted")
    assert {path.name for path in (run.path / "encoder").iterdir()} == {"lexical.json", "lexical.safetensors"}
    assert not (discourse.cluster("p.csv", out="other").path / "encoder").exists()
    placed = discourse.assign("p.csv", run=run)
    assert len(placed.table) == len(texts)


def test_settings_given_twice_are_refused(here):
    with pytest.raises(UsageError, match="not both"):
        discourse.cluster("p.csv", settings=discourse.config.Settings(), min_size=5)


def test_the_functions_take_what_the_commands_take(demo_run):
    exported = discourse.export(demo_run)
    assert exported["theme"].tolist() == demo_run.assignments["theme"].tolist()
    assert discourse.verify(demo_run.path) == []
    assert discourse.open_run(demo_run.path).manifest == demo_run.manifest
