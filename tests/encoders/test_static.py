from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse import encoders
from discourse.encoders.base import Encoder
from discourse.encoders.static import BUILTIN, StaticEncoder, has_builtin, is_static
from discourse.errors import DiscourseError, UsageError

WORDS = ["[UNK]", "snow", "in", "astana", "снег", "в", "астане", "қар", "жауды", "大", "雪", "rain"]
TEXTS = ["Snow in Astana", "Снег в Астане", "қар жауды", "大雪", "snow and rain", "rain rain snow " * 400]

needs_builtin = pytest.mark.skipif(
    not has_builtin(), reason="discourse/encoders/builtin/model.safetensors is not in this copy of the package"
)


def tokenizer(unigram=False):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    if unigram:
        made = Tokenizer(models.Unigram([(word, -float(i)) for i, word in enumerate(WORDS)], 0))
    else:
        made = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, "[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("大", "isolated")]
    )
    # What a careless saver leaves in the file changes nothing.
    made.enable_truncation(2)
    made.enable_padding()
    return made


def save(folder, tensors=None, config=None, *, unigram=False):
    from safetensors.numpy import save_file

    folder.mkdir(exist_ok=True)
    tokenizer(unigram).save(str(folder / "tokenizer.json"))
    save_file(tensors or {"embeddings": table()}, folder / "model.safetensors")
    config = {"model_type": "model2vec", "normalize": True, "max_length": None, **(config or {})}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def table(dtype=np.float16):
    return np.random.default_rng(0).standard_normal((len(WORDS), 8)).astype(dtype)


def mean(rows):
    total = table(np.float16).astype(np.float32)[rows].sum(axis=0)
    return total / np.linalg.norm(total)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save(
        tmp_path_factory.mktemp("static") / "small",
        config={"languages": ["en", "ru", "kk", "zh"], "crosslingual": True},
    )


def test_a_text_is_the_mean_of_its_tokens(folder):
    encoder = encoders.load(folder)
    assert isinstance(encoder, StaticEncoder)
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    known = [[1, 2, 3], [4, 5, 6], [7, 8], [9, 10], [1, 11], [11, 11, 1]]
    assert np.allclose(vectors, [mean(rows) for rows in known], atol=1e-6)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.spans(TEXTS).tolist() == [1] * len(TEXTS)
    assert encoder.encode([]).shape == (0, 8)


def test_it_says_what_it_is(folder, tmp_path):
    encoder = StaticEncoder(folder)
    assert encoder.name == "small/"
    assert (encoder.dimension, encoder.max_length, encoder.cacheable) == (8, None, False)
    assert (encoder.languages, encoder.crosslingual) == (("en", "ru", "kk", "zh"), True)
    silent = StaticEncoder(save(tmp_path / "silent"))
    assert (silent.languages, silent.crosslingual) == (None, None)
    assert silent.revision == encoder.revision
    other = StaticEncoder(save(tmp_path / "other", {"embeddings": -table()}))
    assert other.revision != encoder.revision


@pytest.mark.parametrize("unigram", [False, True])
def test_what_the_vocabulary_lacks_counts_for_nothing(tmp_path, unigram):
    encoder = StaticEncoder(save(tmp_path / "m", unigram=unigram))
    known, mixed = encoder.encode(["snow", "snow ☃"])
    assert np.allclose(known, mixed)


def test_texts_without_a_known_token_are_blank_and_unlike_each_other(folder):
    encoder = StaticEncoder(folder)
    texts = ["snow", "☃☃", "", "unheard of", "\ud83d", "大"]
    vectors = encoder.encode(texts)
    assert encoder.blank(vectors).tolist() == [False, True, True, True, True, False]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert len(np.unique(vectors[[1, 2, 3, 4]], axis=0)) >= 3
    assert (encoder.encode(texts) == vectors).all()


@given(st.lists(st.text(st.characters() | st.sampled_from("snow в қар大 "), max_size=30), max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_it_and_none_depends_on_another(texts):
    encoder = _shared()
    together = encoder.encode(texts)
    assert np.isfinite(together).all()
    for at, text in enumerate(texts):
        assert (encoder.encode([text])[0] == together[at]).all()


def _shared(made=[]):  # noqa: B006 one encoder for all examples
    if not made:
        import tempfile

        with tempfile.TemporaryDirectory() as home:
            made.append(StaticEncoder(save(Path(home) / "m")))
    return made[0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_vectors_may_be_stored_in_any_float(tmp_path, folder, dtype):
    encoder = StaticEncoder(save(tmp_path / "m", {"embeddings": table().astype(dtype)}))
    assert np.allclose(encoder.encode(TEXTS), StaticEncoder(folder).encode(TEXTS), atol=1e-6)


def test_a_quantised_vocabulary_is_read(tmp_path):
    mapping = np.array([0, 1, 2, 1] + [3] * (len(WORDS) - 4))
    weights = np.linspace(0.5, 2, len(WORDS)).astype(np.float32)
    rows = table()[:4]
    tensors = {"embeddings": rows, "mapping": mapping, "weights": weights}
    found = StaticEncoder(save(tmp_path / "m", tensors)).encode(["snow astana", "snow rain"])
    wide = rows.astype(np.float32)[mapping] * weights[:, None]
    wanted = np.stack([wide[1] + wide[3], wide[1] + wide[11]])
    assert np.allclose(found, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)


def test_the_same_vectors_as_model2vec(folder):
    model2vec = pytest.importorskip("model2vec", reason="model2vec is not installed: its vectors can't be compared")
    theirs = model2vec.StaticModel.from_pretrained(folder).encode(TEXTS)
    assert np.allclose(StaticEncoder(folder).encode(TEXTS), theirs, atol=1e-3)


def test_the_same_vectors_as_sentence_transformers(folder, tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    bare = tokenizer()
    bare.no_truncation()
    module = StaticEmbedding(bare, embedding_weights=table(np.float32))
    model = SentenceTransformer(modules=[module, Normalize()], device="cpu")
    texts = TEXTS[:4]  # what the vocabulary lacks is a token to it
    model.save(str(tmp_path / "theirs"))
    ours = encoders.load(tmp_path / "theirs")
    assert isinstance(ours, StaticEncoder)
    assert np.allclose(ours.encode(TEXTS), model.encode(TEXTS), atol=1e-3)
    assert np.allclose(StaticEncoder(folder).encode(texts), model.encode(texts), atol=1e-3)


def test_only_static_embeddings_pass_for_them(folder, tiny_model, tmp_path):
    assert is_static(folder)
    assert not is_static(tiny_model)
    assert not is_static(tmp_path)
    dense = save(tmp_path / "dense")
    modules = [{"path": "", "type": "x.StaticEmbedding"}, {"path": "1_Dense", "type": "x.Dense"}]
    (dense / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    assert not is_static(dense)
    (dense / "modules.json").write_text(json.dumps(modules[:1]), encoding="utf-8")
    assert is_static(dense)
    (dense / "config_sentence_transformers.json").write_text('{"default_prompt_name": "query"}', encoding="utf-8")
    assert not is_static(dense)
    (dense / "model.safetensors").write_bytes(b"nonsense")
    assert not is_static(dense)


def test_settings_of_transformers_are_refused(folder):
    with pytest.raises(UsageError, match="--prompt, --device"):
        encoders.load(folder, prompt="query: ", device="cpu")


def test_damaged_models_say_what_is_wrong(tmp_path):
    made = save(tmp_path / "m")
    (made / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(DiscourseError, match=r"tokenizer\.json is no readable tokenizer"):
        StaticEncoder(made)
    made = save(made, {"embeddings": table()[:3]})
    with pytest.raises(DiscourseError, match=r"12 tokens.*3 vectors.*don't belong together"):
        StaticEncoder(made)
    made = save(made, {"head": table()})
    with pytest.raises(DiscourseError, match="no table of token vectors, but head"):
        StaticEncoder(made)
    (made / "model.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(DiscourseError, match=r"model\.safetensors can't be read"):
        StaticEncoder(made)
    (made / "model.safetensors").unlink()
    with pytest.raises(DiscourseError, match="not both are in"):
        StaticEncoder(made)


def test_numbers_that_numpy_lacks_are_named(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    made = save(tmp_path / "m")
    save_file({"embeddings": torch.zeros(len(WORDS), 4, dtype=torch.bfloat16)}, made / "model.safetensors")
    with pytest.raises(DiscourseError, match="BF16"):
        StaticEncoder(made)


@pytest.mark.skipif(has_builtin(), reason="the built-in model is here")
def test_a_copy_without_the_model_says_so():
    with pytest.raises(DiscourseError, match="came without the model"):
        encoders.load(BUILTIN)
    assert BUILTIN not in set(encoders.available()["name"])


def test_neither_torch_nor_pandas_is_needed(folder):
    code = f"""
import sys
from discourse import encoders
encoders.load({str(folder)!r}).encode(["a snow day"])
heavy = {{"torch", "sentence_transformers", "transformers", "sklearn", "scipy", "pandas", "huggingface_hub"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@needs_builtin
def test_the_builtin_model_is_one_of_the_ecosystem(golden):
    folder = Path(encoders.__file__).parent / BUILTIN
    texts = [text for texts in golden.values() for text in texts] + ["", "☃", "word " * 2_000]
    encoder = encoders.load(BUILTIN)
    ours = encoder.encode(texts)
    told = ~encoder.blank(ours)
    assert told[: 3 * 4].all()
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)
    assert np.allclose(ours[told], theirs[told], atol=1e-3)
    model2vec = pytest.importorskip("model2vec", reason="model2vec is not installed: its vectors can't be compared")
    assert np.allclose(ours[told], model2vec.StaticModel.from_pretrained(folder).encode(texts)[told], atol=1e-3)


@needs_builtin
def test_texts_in_letters_that_the_builtin_model_lacks_are_blank(golden):
    encoder = encoders.load(BUILTIN)
    unknown = [*golden["ar"], "ყველა ადამიანი იბადება", "כל בני האדם נולדו"]
    vectors = encoder.encode([*unknown, *golden["kk"]])
    assert encoder.blank(vectors).tolist() == [True] * len(unknown) + [False] * len(golden["kk"])
    assert (vectors @ vectors.T - np.eye(len(vectors)))[: len(unknown)].max() < 0.5


@needs_builtin
def test_the_builtin_model_is_small_and_says_what_it_is():
    folder = Path(encoders.__file__).parent / BUILTIN
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 25_000_000
    encoder = encoders.load(BUILTIN)
    assert (encoder.name, encoder.crosslingual) == (BUILTIN, True)
    assert encoder.languages == ("en", "ru", "kk", "zh")
    assert encoders.available().set_index("name").loc[BUILTIN, "languages"] == "en, ru, kk, zh"


@needs_builtin
def test_the_builtin_model_brings_translations_together(golden):
    encoder = encoders.load(BUILTIN)
    for lang in ("ru", "kk", "zh"):
        cosines = encoder.encode(golden["en"]) @ encoder.encode(golden[lang]).T
        assert (cosines.argmax(axis=1) == np.arange(3)).all(), lang


@pytest.fixture(scope="module")
def both_ways(tmp_path_factory):
    """The built-in model as it is, and without the key that lets every word be read alone."""
    import shutil

    folder = tmp_path_factory.mktemp("whole") / "builtin"
    shutil.copytree(Path(encoders.__file__).parent / BUILTIN, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config.pop("word_by_word") is True
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return encoders.load(BUILTIN), StaticEncoder(folder)


@needs_builtin
@given(
    text=st.text(max_size=60)
    | st.lists(st.sampled_from([*" ,.-_'’#@%№́ ½ﷺ\u3000\x1c", "ё", "6G", "习", "қ"])).map("".join)
)
@settings(deadline=None, max_examples=300)
def test_a_word_of_the_builtin_model_is_read_alike_beside_any_other(both_ways, text):
    by_word, whole = both_ways
    one, other = by_word.encode([text, f"Снег {text} 在"]), whole.encode([text, f"Снег {text} 在"])
    assert np.allclose(one, other, atol=1e-6)
