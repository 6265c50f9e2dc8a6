from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import discourse
from discourse.encoders.models import RECOMMENDED
from discourse.errors import UsageError
from discourse.jobs.encoding import coverage_notes


def told(languages, **counts):
    langs = pd.Series([lang for lang, n in counts.items() for _ in range(n)])
    return " ".join(coverage_notes(SimpleNamespace(name="tiny", languages=languages), langs))


def test_languages_new_to_an_encoder_are_named_with_a_model_that_knows_them():
    said = told(("en", "ru", "kk", "zh"), ru=70, uz=20, ar=10)
    assert "30% of the posts" in said
    assert "Uzbek 20%, Arabic 10%" in said
    assert f"--encoder {RECOMMENDED}" in said
    assert "--encoder sentence-transformers/LaBSE" in told(("en",), en=50, tg=30, uz=20)


def test_nothing_is_said_of_a_few_posts_of_no_language_or_of_encoders_for_all():
    assert told(("en", "ru"), en=96, fr=4) == ""
    assert told(("en", "ru"), en=50, und=30, other=20) == ""
    assert told(None, en=10, uz=90) == ""


def test_no_model_is_named_where_none_is_known():
    assert "--encoder" not in told(("en",), en=10, ho=90)


def corpus(path, golden, *langs):
    texts = [text for lang in langs for text in golden[lang]]
    pd.DataFrame({"text": texts, "lang": [lang for lang in langs for _ in golden[lang]]}).to_csv(path, index=False)
    return path


def test_check_and_embed_warn_of_languages_the_encoder_does_not_cover(tmp_path, golden, static_model):
    path = corpus(tmp_path / "posts.csv", golden, "ru", "kk", "ar")
    audit = discourse.check(path, encoder=str(static_model))
    (said,) = [one for one in audit["findings"] if "was not trained on" in one["text"]]
    assert (said["section"], said["weight"]) == ("encoder", 2)
    assert "67% of the posts" in said["text"]
    assert audit["encoder"]["coverage"] == said["text"]
    notes = discourse.embed(path, encoder=str(static_model)).notes
    assert said["text"] in notes
    covered = discourse.check(corpus(tmp_path / "covered.csv", golden, "ru", "en"), encoder=str(static_model))
    assert covered["encoder"]["coverage"] is None


def test_posts_that_static_embeddings_know_nothing_of_are_counted(tmp_path, golden, static_model):
    path = tmp_path / "posts.csv"
    pd.DataFrame({"text": [*golden["en"], "zzz qqq"]}).to_csv(path, index=False)
    notes = discourse.embed(path, encoder=str(static_model)).notes
    assert any(note.startswith("1 posts hold nothing that the words/ encoder knows") for note in notes)


def test_a_run_is_not_extended_by_another_model_of_the_same_name(tmp_path, golden, static_model, monkeypatch):
    import shutil

    import numpy as np
    from safetensors.numpy import load_file, save_file

    monkeypatch.chdir(tmp_path)
    shutil.copytree(static_model, "words")
    words = [word for text in golden["en"] + golden["ru"] for word in text.split()]
    rows = [" ".join(words[at : at + 9 : step]) for step in (1, 2) for at in range(len(words) - 9)]
    pd.DataFrame({"text": rows}).to_csv("posts.csv", index=False)
    discourse.cluster("posts.csv", encoder="words", out="run", min_size=5)
    assert len(discourse.assign("posts.csv", run="run").table) == len(rows)
    table = load_file("words/model.safetensors")["embeddings"]
    save_file({"embeddings": np.ascontiguousarray(table[::-1])}, "words/model.safetensors")
    with pytest.raises(UsageError, match="the model here is another"):
        discourse.assign("posts.csv", run="run")
