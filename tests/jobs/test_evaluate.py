from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from discourse.errors import DataError, UsageError
from discourse.jobs import evaluate as job
from discourse.jobs.evaluate import SENTENCES, evaluate


@pytest.fixture(scope="module")
def lexical():
    return evaluate("lexical")


@pytest.mark.parametrize(("path", "of_a_topic"), [(SENTENCES[0], 12), (SENTENCES[1], 50)])
def test_the_sentences_are_whole(path, of_a_topic):
    table = pd.read_csv(path, sep="\t", dtype="str", quoting=3)
    assert list(table.columns) == ["topic", "en", "ru", "kk", "zh"]
    assert table["topic"].value_counts().eq(of_a_topic).all()
    assert table.notna().all(axis=None)
    for lang in ("en", "ru", "kk", "zh"):
        assert table[lang].is_unique
        assert table[lang].str.strip().eq(table[lang]).all()


@pytest.mark.parametrize("path", SENTENCES)
def test_sentences_are_in_the_language_of_their_column(path):
    from discourse.posts.language import detect

    table = pd.read_csv(path, sep="\t", dtype="str", quoting=3)
    for lang in ("en", "ru", "kk", "zh"):
        assert detect(table[lang].tolist())["lang"].eq(lang).mean() > 0.97, lang


def test_an_encoder_that_knows_no_translations_is_told_apart(lexical):
    assert json.loads(json.dumps(lexical, allow_nan=False)) == lexical
    assert [(file["rows"], file["topics"]) for file in lexical["files"]] == [(96, 8), (350, 7)]
    for file in lexical["files"]:
        assert len(file["retrieval"]) == 12
        assert np.mean([one["first"] for one in file["retrieval"]]) < 0.15
        assert file["leakage"]["probe"] > 0.95
        assert file["clustering"]["language"] > 0.5
    assert lexical["speed"]["posts"] > 100
    assert 0 < lexical["speed"]["first"] < 60


def test_own_files_are_measured_by_what_they_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "_timed_apart", lambda *_: {})
    rows = pd.read_csv(SENTENCES[0], sep="\t", dtype="str", quoting=3)
    pairs, topical = tmp_path / "pairs.tsv", tmp_path / "topics.tsv"
    rows[["ru", "kk"]].rename(columns={"ru": "Russian", "kk": "қазақша"}).assign(source="us").to_csv(
        pairs, sep="\t", index=False
    )
    rows[["topic", "en"]].to_csv(topical, sep="\t", index=False)
    one, other = evaluate("lexical", data=[pairs, topical])["files"]
    assert [(found["from"], found["to"]) for found in one["retrieval"]] == [("ru", "kk"), ("kk", "ru")]
    assert one["transfer"] is one["clustering"] is one["topics"] is None
    assert other["retrieval"] is other["leakage"] is None
    assert set(other["transfer"]["accuracy"]) == {"en"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("text\nsnow\n", "one column for each language"),
        ("en\truss\n" + "a\tb\n" * 3, "3 rows have a text in every column"),
        ("en\tEnglish\n" + "a\tb\n" * 20, "one column for each language"),
        ("", "can't be read"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path, content, says):
    path = tmp_path / "data.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        evaluate("lexical", data=path)


def test_what_cannot_encode_is_refused(tmp_path):
    np.save(tmp_path / "v.npy", np.eye(3))
    with pytest.raises(UsageError, match="file of vectors"):
        evaluate(tmp_path / "v.npy")
    with pytest.raises(DataError, match=r"nowhere\.tsv: can't be read"):
        evaluate("lexical", data="nowhere.tsv")
