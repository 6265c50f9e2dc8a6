"""Fixtures that more than one folder of tests uses."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from discourse import Run
from discourse.errors import DataError

GOLDEN = {
    "en": [
        "The parliament adopted the budget for the coming year.",
        "Heavy snow closed the roads to the capital.",
        "The national team won the final match.",
    ],
    "ru": [
        "Парламент принял бюджет на будущий год.",
        "Сильный снегопад закрыл дороги в столицу.",
        "Сборная выиграла финальный матч.",
    ],
    "kk": [
        "Парламент келесі жылғы бюджетті қабылдады.",
        "Қалың қар астанаға апаратын жолдарды жауып тастады.",
        "Ұлттық құрама финалдық кездесуде жеңіске жетті.",
    ],
    "zh": ["议会通过了明年的预算。", "大雪封闭了通往首都的道路。", "国家队赢得了决赛。"],
    "ar": [
        "أقر البرلمان ميزانية العام المقبل.",
        "أغلقت الثلوج الكثيفة الطرق إلى العاصمة.",
        "فاز المنتخب الوطني بالمباراة النهائية.",
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test out of the user's cache of embeddings."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DISCOURSE_CACHE", str(folder))
    return folder


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test that records what it measures, so that `make calibrate` finds it."""
    if {"calibrated", "at_level"} & set(getattr(item, "fixturenames", ())):
        item.add_marker("calibration")


@pytest.fixture
def calibrated(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Accept what a simulation of `runs` runs measured if it lies in its band, and record it for docs/calibration.md.

    A row goes to the folder that the environment variable DISCOURSE_CALIBRATION names, where there is one, to a file
    of its own, which the same simulation writes over when it is run again.
    """

    def check(name: str, setting: str, measured: float, low: float, high: float, runs: int) -> None:
        folder = os.environ.get("DISCOURSE_CALIBRATION")
        if folder:
            file = request.path.relative_to(request.config.rootpath).as_posix()
            row = {"file": file, "name": name, "setting": setting, "runs": int(runs)}
            key = hashlib.sha256(json.dumps(row).encode()).hexdigest()[:16]
            row |= {"measured": float(measured), "low": float(low), "high": float(high)}
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / f"{key}.json").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        assert low <= measured <= high, f"{name}, {setting}: {measured:.4g}, which is not {low:.4g} to {high:.4g}"

    return check


@pytest.fixture
def at_level(calibrated: Callable[..., None]) -> Callable[..., None]:
    """Accept a rate of false positives of a test at 5 % if it is within three standard errors of 5 %."""

    def check(name: str, setting: str, measured: float, runs: int) -> None:
        error = 3 * (0.05 * 0.95 / runs) ** 0.5
        calibrated(name, setting, measured, 0.05 - error, 0.05 + error, runs)

    return check


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the two slow steps of reading, for tests of everything else."""
    import pandas as pd

    from discourse.posts import boilerplate, language

    monkeypatch.setattr(language, "prepare", lambda: None)
    monkeypatch.setattr(
        language, "detect", lambda texts: pd.DataFrame({"lang": ["en"] * len(texts), "langs": ["en"] * len(texts)})
    )
    monkeypatch.setattr(
        boilerplate,
        "set_aside",
        lambda texts, authors: pd.DataFrame({"message": texts, "set_aside": [""] * len(texts)}),
    )


@pytest.fixture(scope="session")
def golden() -> dict[str, list[str]]:
    """Three sentences, on a budget, snow and a match, in five languages."""
    return GOLDEN


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real corpora beside the project, where there are any."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project: real corpora are not part of it")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a BERT of two layers with random weights: everything of a real model but its sense.

    Reads 32 tokens at once and gives 32 numbers; knows the letters and a few words of the golden texts.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    texts = [text.lower() for texts in GOLDEN.values() for text in texts]
    letters = sorted({letter for text in texts for letter in text if not letter.isspace()})
    whole = sorted({word.strip(".。") for text in texts for word in text.split()} - set(letters))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters), *whole]
    source = folder / "bert"
    source.mkdir()
    (source / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(source / "vocab.txt"), strip_accents=False, model_max_length=32).save_pretrained(source)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(source)
    transformer = Transformer(str(source), max_seq_length=32)
    target = folder / "model"
    SentenceTransformer(modules=[transformer, Pooling(32)], device="cpu").save(str(target))
    return target


@pytest.fixture(scope="session")
def static_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save static embeddings of eight random numbers for each golden word, which say they know English and Russian."""
    import json

    import numpy as np
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("static") / "words"
    folder.mkdir()
    words = ["[UNK]", *sorted({word for texts in GOLDEN.values() for text in texts for word in text.split()})]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(0).standard_normal((len(words), 8)).astype(np.float16)
    save_file({"embeddings": table}, folder / "model.safetensors")
    config = {"model_type": "model2vec", "max_length": None, "languages": ["en", "ru"], "crosslingual": True}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def demo_csv() -> Path:
    """320 short posts in four languages, with a topic each (tests/data/README.md)."""
    return Path(__file__).resolve().parent / "data" / "posts.csv"


@pytest.fixture(scope="session")
def demo_run(demo_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Cluster the demonstration corpus, once for all tests that only read."""
    import discourse

    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return discourse.cluster(demo_csv, timezone="Asia/Almaty", out=folder / "run")


@pytest.fixture(scope="session")
def embassy() -> Path:
    """The sample corpus for users, with the truth about it (data/embassy/TRUTH.md)."""
    return Path(__file__).resolve().parents[1] / "data" / "embassy"


@pytest.fixture(scope="session")
def embassy_run(embassy: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Cluster the sample corpus with its true concepts as columns, once for all tests that only read."""
    import pandas as pd

    import discourse

    folder = tmp_path_factory.mktemp("embassy")
    posts, truth = (pd.read_csv(embassy / name, dtype="str") for name in ("posts.csv", "truth_posts.csv"))
    posts.merge(truth, on="id").to_csv(folder / "posts.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DISCOURSE_CACHE", str(folder / "cache"))
        return discourse.cluster("posts.csv", timezone="Asia/Almaty", out=folder / "run")


@pytest.fixture
def reader(tmp_path: Path):
    """Make a function that writes a text to a file of the given name and loads it."""

    def make(load, name):
        def read(content):
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            return load(path)

        return read

    return make


@pytest.fixture
def fault_is_told():
    """Change one thing in a sound text, and see that reading it names the line and says what is wrong."""

    def check(read, sound, old, new, where, said):
        assert sound.count(old) == 1
        with pytest.raises(DataError) as caught:
            read(sound.replace(old, new))
        assert f"{where}: " in str(caught.value)
        assert said in str(caught.value)

    return check
