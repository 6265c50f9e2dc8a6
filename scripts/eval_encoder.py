"""Measure encoders: translations found, topics across languages, clusters, leakage of language, speed, memory.

Run it as: python scripts/eval_encoder.py MODEL... --data FOLDER --json result.json

MODEL is what ``--encoder`` takes: ``lexical``, a folder, a hub name. A folder of data holds TSV files with a header.
Columns named ``en``, ``ru``, ``kk``, ``zh`` hold one text in that language, translations of each other in a row;
a file with a column ``topic`` is a topical set, one without it a set of translations. Other columns are ignored.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import discourse

LANGUAGES = ("en", "ru", "kk", "zh")
POSTS, WORDS, NEIGHBOURS, SEEDS, FOLDS = 10_000, 40, 10, 5, 5

Encode = Callable[[list[str]], np.ndarray]


def tables(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read the evaluation files of a folder, rows that lack a text left out."""
    for path in sorted(folder.glob("*.tsv")):
        table = pd.read_csv(path, sep="\t", quoting=3, dtype="str", keep_default_na=False)
        given = [lang for lang in LANGUAGES if lang in table]
        if given:
            yield path.stem, table[(table[given] != "").all(axis=1)].reset_index(drop=True)


def vectors(encode: Encode, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Encode all languages of a table at once: an encoder that is fitted on the texts shall see them together."""
    given = [lang for lang in LANGUAGES if lang in table]
    found = encode([text for lang in given for text in table[lang]])
    return dict(zip(given, np.split(found, len(given)), strict=True))


def retrieval(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Share of texts whose translation is the nearest of all, there and back, in percent."""
    cosines = one @ other.T
    right = np.arange(len(one))
    return float((cosines.argmax(1) == right).mean() * 100), float((cosines.argmax(0) == right).mean() * 100)


def transfer(by_language: dict[str, np.ndarray], topics: np.ndarray) -> dict[str, float]:
    """Accuracy of a classifier that has seen English only, on other rows, by language; without English nothing."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    scores: dict[str, list[float]] = {lang: [] for lang in by_language}
    if "en" in by_language:
        for known, new in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(topics, topics):
            model = LogisticRegression(C=10, max_iter=1000).fit(by_language["en"][known], topics[known])
            for lang, rows in by_language.items():
                scores[lang].append(float(model.score(rows[new], topics[new])))
    return {lang: float(np.mean(found)) for lang, found in scores.items() if found}


def clusters(by_language: dict[str, np.ndarray], topics: np.ndarray) -> dict[str, float]:
    """k-means against topics, each language alone and all pooled; and how much of the pooled clusters is language."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    def runs(rows: np.ndarray) -> list[np.ndarray]:
        k = len(set(topics))
        return [KMeans(k, n_init=3, random_state=seed).fit_predict(rows) for seed in range(SEEDS)]

    def agreement(found: list[np.ndarray], truth: np.ndarray) -> float:
        return float(np.mean([adjusted_mutual_info_score(truth, labels) for labels in found]))

    scores = {f"AMI {lang}": agreement(runs(rows), topics) for lang, rows in by_language.items()}
    if len(by_language) > 1:
        pooled = runs(np.vstack(list(by_language.values())))
        language = np.repeat(np.arange(len(by_language)), len(topics))
        scores["AMI pooled"] = agreement(pooled, np.tile(topics, len(by_language)))
        scores["language NMI"] = float(np.mean([normalized_mutual_info_score(language, found) for found in pooled]))
    return scores


def leakage(by_language: dict[str, np.ndarray]) -> dict[str, float]:
    """Can the language be told from the vector, and are neighbours of it more often than by chance."""
    from sklearn.linear_model import LogisticRegression

    count, n = len(by_language), len(next(iter(by_language.values())))
    rows = np.vstack(list(by_language.values()))
    language = np.repeat(np.arange(count), n)
    # Translations of one text are on one side of the split, so that no text is known by its other language.
    seen = np.tile(np.arange(n) % 2 == 0, count)
    probe = LogisticRegression(C=10, max_iter=1000).fit(rows[seen], language[seen])
    cosines = rows @ rows.T
    for shift in range(count):  # neither itself nor its translations count as neighbours
        cosines[np.arange(len(rows)), (np.arange(len(rows)) + shift * n) % len(rows)] = -2
    nearest = np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    return {
        "language probe": float(probe.score(rows[~seen], language[~seen])),
        "same-language neighbours": float((language[nearest] == language[:, None]).mean()),
        "chance": 1 / count,
    }


def speed(model: str, texts: list[str]) -> dict[str, float]:
    """Time and memory in a fresh process: the first vector with loading, then many posts."""
    words = itertools.cycle(word for text in texts for word in text.split())
    posts = [" ".join(itertools.islice(words, WORDS)) for _ in range(POSTS)]
    code = "import sys, eval_encoder; eval_encoder.timed(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, model],
        input=json.dumps(posts), capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def timed(model: str) -> None:
    """Print what `speed` asks for; runs in a process of its own."""
    posts = json.loads(sys.stdin.read())
    before = _peak_megabytes()
    start = time.perf_counter()
    encode = discourse.encoders.load(model).encode
    encode(posts[:1])
    first = time.perf_counter()
    encode(posts)
    last = time.perf_counter()
    memory = _peak_megabytes() - before
    print(json.dumps({"first vector s": first - start, f"{len(posts)} posts s": last - first, "memory MB": memory}))


def _peak_megabytes() -> float:
    """Read the most memory this process has held; Linux alone says it without counting the parent's."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), float("nan"))


def evaluate(model: str, folders: list[Path]) -> pd.DataFrame:
    """Measure one encoder on every file: columns set, measure, value."""
    name = str(Path(model).resolve()) if Path(model).exists() else model
    encode = discourse.encoders.load(name).encode
    found: list[tuple[str, str, float]] = []
    texts: list[str] = []

    def add(data: str, scores: dict[str, float]) -> None:
        found.extend((data, measure, value) for measure, value in scores.items())

    for data, table in (entry for folder in folders for entry in tables(folder)):
        by_language = vectors(encode, table)
        texts += [text for lang in by_language for text in table[lang][:500]]
        if "topic" in table:
            topics = table["topic"].to_numpy(dtype=str)
            add(data, {f"topic {lang}": value for lang, value in transfer(by_language, topics).items()})
            add(data, clusters(by_language, topics))
        else:
            for one, other in itertools.combinations(by_language, 2):
                there, back = retrieval(by_language[one], by_language[other])
                add(data, {f"{one}-{other}": there, f"{other}-{one}": back, f"{one}-{other} mean": (there + back) / 2})
        if len(by_language) > 1:
            add(data, leakage(by_language))
    add("speed", speed(name, texts))
    return pd.DataFrame(found, columns=["set", "measure", "value"])


def main(arguments: list[str]) -> None:
    """Print a table, one column a model, and write the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    results: dict[str, Any] = {model: evaluate(model, asked.data) for model in asked.models}
    columns = {model: scores.set_index(["set", "measure"])["value"] for model, scores in results.items()}
    with pd.option_context("display.max_rows", None, "display.width", 200):
        print(pd.DataFrame(columns).round(3))
    if asked.json:
        records = {model: scores.to_dict("records") for model, scores in results.items()}
        asked.json.write_text(json.dumps(records, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
