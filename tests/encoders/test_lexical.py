from __future__ import annotations

import csv
import json
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.encoders import Encoder, load
from discourse.encoders.lexical import Lexical
from discourse.encoders.ngrams import grams, words
from discourse.errors import DataError, DiscourseError, UsageError


@pytest.fixture(scope="module")
def corpus(golden):
    generator = random.Random(0)
    return [
        f"{text} {' '.join(generator.choices(text.split(), k=2))} {i}"
        for i in range(20)
        for language in golden.values()
        for text in language
    ]


def test_words_of_five_scripts(golden):
    assert words(golden["ru"][0])[:2] == ["парламент", "принял"]
    assert words(golden["kk"][1])[:2] == ["қалың", "қар"]
    assert words(golden["zh"][1])[:3] == ["大雪", "雪封", "封闭"]
    assert words(golden["ar"][0])[0] == "أقر"
    assert words("ＦＵＬＬ width ﬁne 🙂🙂 x²") == ["full", "width", "fine", "🙂", "🙂", "x2"]
    assert words(" .,!—  ") == []


def test_forms_of_one_word_share_ngrams():
    astana, forms = set(grams("астана")), [set(grams(form)) for form in ("астанаға", "астанадан", "астананың")]
    assert all(len(astana & form) >= 5 for form in forms)
    assert grams("大雪") == ["大", "雪"]
    assert grams("я") == ["\x02я\x03"]


def test_vectors_are_unit_rows(corpus):
    encoder = Lexical().fit(corpus)
    vectors = encoder.encode(corpus)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(corpus), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert isinstance(encoder, Encoder)
    assert encoder.spans(corpus).tolist() == [1] * len(corpus)


def test_texts_on_one_thing_lie_together(corpus):
    vectors = Lexical().fit(corpus).encode(corpus)
    kinds = np.arange(len(corpus)) % 15
    near = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:6]
    assert (kinds[near] == kinds[:, None]).mean() > 0.98


def test_neither_order_nor_repetition_changes_the_fit(corpus):
    encoder, other = Lexical().fit(corpus), Lexical().fit(corpus[::-1] + corpus[:50])
    assert encoder.revision == other.revision
    np.testing.assert_array_equal(encoder.encode(corpus), other.encode(corpus))
    np.testing.assert_allclose(encoder.encode(corpus[7:9]), encoder.encode(corpus)[7:9], atol=1e-6)


def test_the_fit_is_the_same_in_another_process(corpus):
    code = (
        "import json, sys; from discourse.encoders.lexical import Lexical;"
        "print(Lexical().fit(json.load(sys.stdin)).revision)"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(corpus), capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == Lexical().fit(corpus).revision


def test_saved_and_loaded_it_gives_the_same_vectors(corpus, tmp_path):
    encoder = Lexical(dimension=20).fit(corpus)
    files = encoder.save(tmp_path)
    assert sorted(path.name for path in files) == ["lexical.json", "lexical.safetensors"]
    again = load(tmp_path)
    later = [*corpus[:5], "Парламент қар туралы 大雪 snowstorm", "zzz", ""]
    np.testing.assert_allclose(again.encode(later), encoder.encode(later), atol=1e-6)
    assert again.revision == encoder.revision
    assert again.settings == encoder.settings


def test_damaged_files_are_refused(corpus, tmp_path):
    encoder = Lexical(dimension=20).fit(corpus)
    encoder.save(tmp_path)
    data = bytearray((tmp_path / "lexical.safetensors").read_bytes())
    data[-1] ^= 255
    (tmp_path / "lexical.safetensors").write_bytes(data)
    with pytest.raises(DiscourseError, match="belong together"):
        Lexical.load(tmp_path)
    (tmp_path / "lexical.safetensors").write_bytes(b"x")
    with pytest.raises(DiscourseError, match="no readable lexical encoder"):
        Lexical.load(tmp_path)
    (tmp_path / "lexical.json").write_text("{}")
    with pytest.raises(DiscourseError, match="no readable lexical encoder"):
        Lexical.load(tmp_path)
    with pytest.raises(DiscourseError, match="before fit"):
        Lexical().save(tmp_path)


def test_a_text_with_nothing_known_resembles_nothing(corpus):
    encoder = Lexical().fit(corpus)
    first, same, other = encoder.encode(["ωψφ", "ωψφ", "..."])
    np.testing.assert_array_equal(first, same)
    assert abs(first @ other) < 0.5
    assert np.abs(encoder.encode(corpus) @ first).max() < 0.6


@pytest.mark.parametrize(
    "texts",
    [
        ["one"],
        ["one", "one"],
        ["one", "two"],
        ["🙂", "..."],
        ["a" * 60_000, "б"],
        ["大"],
        ["议会通过了明年的预算" * 6_000],
    ],
)
def test_tiny_and_odd_corpora(texts):
    vectors = Lexical().encode(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, Lexical().fit(texts).encode(texts), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=30))
def test_any_texts_give_unit_rows_or_a_clear_refusal(texts):
    if not any(words(text) for text in texts):
        with pytest.raises(DataError, match="one word"):
            Lexical().encode(texts)
        return
    np.testing.assert_allclose(np.linalg.norm(Lexical().encode(texts), axis=1), 1, atol=1e-4)


def test_a_dimension_without_room_is_a_usage_error():
    with pytest.raises(UsageError):
        Lexical(dimension=1)


def test_neighbours_among_real_headlines_are_of_the_same_week(shared_data):
    with (shared_data / "channel-one" / "headlines_2022_2024.csv").open(encoding="utf-8") as file:
        rows = random.Random(0).sample(list(csv.DictReader(file)), 3000)
    day = np.array([row["date"] for row in rows], dtype="datetime64[D]").astype(int)
    vectors = Lexical().encode([row["text"] for row in rows])
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -1)
    near = similar.argsort(axis=1)[:, -3:]
    together = (np.abs(day[near] - day[:, None]) <= 7).mean()
    by_chance = (np.abs(day[:, None] - day[None, :]) <= 7).mean()
    assert together > 2 * by_chance


def test_neighbours_among_real_tweets_are_of_the_same_event(shared_data):
    with (shared_data / "crisislex" / "crisislex_t26.jsonl").open(encoding="utf-8") as file:
        rows = random.Random(0).sample([json.loads(line) for line in file], 3000)
    events = np.array([row["event"] for row in rows])
    vectors = Lexical().encode([row["text"] for row in rows])
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -1)
    assert (events[similar.argsort(axis=1)[:, -5:]] == events[:, None]).mean() > 0.6
