"""A labelling by codebook, added to a run."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.run import open_run, verify

BOOK = """\
name: small
about: For tests.
schemes:
  tags:
    about: What it is about.
    codes:
      trade:
        definition: Goods and duties.
        keywords: {en: ["trad*", tariff], ru: ["торг*", тариф], kk: ["сауда*", "тариф*"], zh: [贸易, 关税]}
      culture:
        definition: Arts and customs.
        keywords: {en: ["cultur*", museum], ru: ["культур*", музей], kk: ["мәдени*"], zh: [文化]}
      =1+1:
        definition: Nothing has it.
        keywords: {en: [xyzzy]}
      by hand:
        definition: No word gives it away.
  main:
    about: The one thing.
    single: true
    codes:
      trade: {definition: Goods., keywords: {en: ["trad*"], ru: ["торг*"]}}
      culture: {definition: Arts., keywords: {en: ["cultur*"], ru: ["культур*"]}}
"""


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    """A copy of the run, and the codebook beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


def test_a_labelling_is_added_as_documented(run):
    found = discourse.tag(run, codebook="book.yaml")
    folder = run.path / "tags" / "small"
    assert sorted(path.name for path in folder.iterdir()) == ["codes.csv", "labels.parquet", "summary.csv"]
    labels = pd.read_parquet(folder / "labels.parquet")
    assert labels.columns.tolist() == ["post_id", "scheme", "label", "hits", "keywords"]
    assert not labels.duplicated(["post_id", "scheme", "label"]).any()
    assert not labels[labels["scheme"] == "main"].duplicated("post_id").any()
    assert set(labels["post_id"]) <= set(run.posts["post_id"])
    assert (labels["hits"] >= 1).all()
    pd.testing.assert_frame_equal(labels, found.labels)
    codes = pd.read_csv(folder / "codes.csv")
    assert codes.columns.tolist() == ["scheme", "label", "definition", "keywords"]
    assert codes["label"].tolist() == ["trade", "culture", "'=1+1", "by hand", "trade", "culture"]  # no formula
    assert codes["keywords"][2] == "xyzzy"
    assert found.name == "small"
    assert found.n_posts == len(run.posts)
    assert verify(run) == []


def test_the_summary_counts_what_the_labels_hold(run):
    found = discourse.tag(run, codebook="book.yaml")
    summary = pd.read_csv(run.path / "tags" / "small" / "summary.csv")
    assert summary.columns.tolist() == ["scheme", "label", "lang", "n_posts", "n_total", "share"]
    assert (summary["share"] == summary["n_posts"] / summary["n_total"]).all()
    lang = run.posts.set_index("post_id")["lang"]
    assert summary["lang"].nunique() == lang.nunique() + 1
    labels = found.labels.assign(lang=found.labels["post_id"].map(lang))
    for row in found.summary.to_dict("records"):
        there = labels[(labels["scheme"] == row["scheme"]) & (labels["label"] == row["label"])]
        assert row["n_posts"] == len(there if row["lang"] == "all" else there[there["lang"] == row["lang"]])
        assert row["n_total"] == (len(lang) if row["lang"] == "all" else (lang == row["lang"]).sum())
    assert found.summary.query("label == '=1+1'")["n_posts"].eq(0).all()
    assert found.summary["label"].unique().tolist() == ["trade", "culture", "=1+1"]  # the others could have no post
    assert found.summary.query("label == 'trade' and scheme == 'tags'")["n_posts"].gt(0).sum() >= 4


def test_the_manifest_tells_what_it_was_made_from(run):
    from discourse.staging import hash_file

    found = discourse.tag(run.path, codebook="book.yaml", name="mine")
    facts = open_run(run.path).manifest["added"]["tags/mine"]
    assert facts == {
        "codebook": {"file": "book.yaml", "name": "small", "sha256": hash_file(run.path.parent / "book.yaml")},
        "posts": len(run.posts),
        "tagged": found.labels["post_id"].nunique(),
    }
    assert verify(run) == []


def test_several_labellings_lie_side_by_side_and_one_is_replaced_when_asked(run):
    discourse.tag(run, codebook="book.yaml")
    discourse.tag(run, codebook="book.yaml", name="Ұлы тізім 2")
    with pytest.raises(UsageError, match="--replace"):
        discourse.tag(run, codebook="book.yaml")
    discourse.tag(run, codebook="book.yaml", replace=True)
    assert set(open_run(run.path).manifest["added"]) == {"tags/small", "tags/Ұлы тізім 2"}
    assert verify(run) == []


def test_the_same_posts_get_the_same_labels_byte_for_byte(run):
    discourse.tag(run, codebook="book.yaml", name="a")
    discourse.tag(run, codebook="book.yaml", name="b")
    files = open_run(run.path).manifest["files"]
    assert all(files[f"tags/a/{name}"] == files[f"tags/b/{name}"] for name in ("labels.parquet", "summary.csv"))


def test_copies_are_labelled_like_their_originals(run):
    labels = discourse.tag(run, codebook="book.yaml").labels
    exact = run.posts[run.posts["duplicate_kind"] == "exact"]
    assert len(exact)
    held = labels.groupby("post_id").apply(lambda rows: set(rows["label"]), include_groups=False)
    for post, original in zip(exact["post_id"], exact["duplicate_of"], strict=True):
        assert held.get(post, set()) == held.get(original, set())
    kept = open_run(run.path, duplicates="drop")
    assert discourse.tag(kept, codebook="book.yaml", name="again").n_posts == len(run.posts)


def test_no_post_with_a_code_is_a_labelling_too(run):
    (run.path.parent / "none.yaml").write_text(
        "name: none\nabout: x\nschemes: {s: {about: x, codes: {c: {definition: x, keywords: {en: [xyzzy]}}}}}\n",
        encoding="utf-8",
    )
    found = discourse.tag(run, codebook="none.yaml")
    assert len(found.labels) == 0
    assert found.summary["n_posts"].sum() == 0
    assert found.unread == {lang: n for lang, n in run.posts["lang"].value_counts().items() if lang != "en"}
    assert verify(run) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".hidden", "a\\b", "a\x00b", "a\nb", "-x"])
def test_a_name_that_leads_elsewhere_is_refused(run, name):
    with pytest.raises(UsageError, match="--name"):
        discourse.tag(run, codebook="book.yaml", name=name)
    assert verify(run) == []


def test_a_codebook_without_keywords_is_refused(run):
    (run.path.parent / "none.yaml").write_text(
        "name: none\nabout: x\nschemes: {s: {about: x, codes: {c: {definition: x}}}}\n", encoding="utf-8"
    )
    with pytest.raises(UsageError, match="no code has keywords"):
        discourse.tag(run, codebook="none.yaml")
    with pytest.raises(DataError, match=r"missing\.yaml"):
        discourse.tag(run, codebook="missing.yaml")
    assert verify(run) == []


def test_a_run_with_labels_can_be_made_anew(run, demo_csv):
    discourse.tag(run, codebook="book.yaml")
    again = discourse.cluster(demo_csv, timezone="Asia/Almaty", out=run.path, replace=True)
    assert not (run.path / "tags").exists()
    assert "added" not in again.manifest
    assert verify(run) == []
