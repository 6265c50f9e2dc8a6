"""Train the built-in encoder: from parallel text to a tokenizer and a table of vectors.

Run it as: python scripts/train_encoder.py --out FOLDER [--parallel FOLDER]

Data and recipe are set in scripts/encoder/recipe.toml. The parallel text is a folder of ``<l1>-<l2>.tsv`` (source, l1
text, l2 text).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE / "encoder"))

import corpus  # noqa: E402
import export  # noqa: E402
import learning  # noqa: E402
import pieces  # noqa: E402
import teacher  # noqa: E402
import vocabulary  # noqa: E402
from corpus import LANGUAGES, Meaning  # noqa: E402

_WORD = "teacher's word"


def held_out(meanings: Sequence[Meaning], own: Sequence[Meaning], recipe: dict[str, Any]) -> dict[str, list[Meaning]]:
    """Choose what tuning is measured on: sentences by news in three languages, and Kazakh rows."""
    chosen: dict[str, list[Meaning]] = {}
    for source in recipe["sources"]:
        threefold = [m for m in meanings if m.source == source and {"en", "ru", "zh"} <= m.sides.keys()]
        chosen[source] = list({m.sides["en"]: m for m in threefold}.values())
    chosen["kazakh-sites"] = [m for m in meanings if m.source in recipe["kazakh_sources"]]
    chosen["kazakh-own"] = [m for m in own if corpus.kept_out(m, recipe["kazakh_share"])]
    return chosen


def write_sets(sets: dict[str, list[Meaning]], folder: Path) -> None:
    """Write what is held out as files of eval_encoder.py; rows of our own have their file as topic."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, meanings in sets.items():
        given = [lang for lang in LANGUAGES if all(lang in m.sides for m in meanings)]
        lines = ["\t".join(given)] + ["\t".join(m.sides[lang] for lang in given) for m in meanings]
        (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if name == "kazakh-own":
            topical = [f"{m.source.removeprefix('own:')}\t{line}" for m, line in zip(meanings, lines[1:], strict=True)]
            text = "\n".join([f"topic\t{lines[0]}", *topical]) + "\n"
            (folder / "kazakh-topics.tsv").write_text(text, encoding="utf-8")


def taught(meanings: Sequence[Meaning], cache: Path | None, recipe: dict[str, Any]) -> dict[str, np.ndarray]:
    """Get the teacher's vectors of all English sides, those known already from the cache."""
    texts = list(dict.fromkeys(m.sides["en"] for m in meanings if "en" in m.sides))
    known: dict[str, np.ndarray] = {}
    if cache and cache.is_file():
        with np.load(cache, allow_pickle=False) as stored:
            known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    new = [text for text in texts if _key(text) not in known]
    if new:
        vectors = teacher.encode(_teacher(recipe), new, recipe["longest_text"], _progress)
        known.update(zip(map(_key, new), vectors.astype(np.float16), strict=True))
        if cache:
            np.savez(cache, keys=np.array(list(known)), vectors=np.array(list(known.values())))
    return {text: known[_key(text)].astype(np.float32) for text in texts}


def main(arguments: list[str]) -> None:
    """Read, learn the vocabulary, ask the teacher, learn the vectors, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parallel", type=Path, metavar="FOLDER", help="the recipe's, if not given")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--recipe", type=Path, default=_HERE / "encoder" / "recipe.toml")
    parser.add_argument("--hold-out", type=Path, metavar="FOLDER", help="keep evaluation rows out and write them here")
    parser.add_argument("--never", type=Path, nargs="*", default=[], metavar="TSV", help="rows never to be trained on")
    parser.add_argument("--vocabulary", type=Path, metavar="TOKENIZER.JSON", help="take this instead of learning one")
    parser.add_argument("--teacher-cache", type=Path, metavar="FILE.npz", help="keep the teacher's vectors here")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    recipe = tomllib.loads(asked.recipe.read_text(encoding="utf-8"))

    torch.set_num_threads(2)
    parallel = corpus.pairs(asked.parallel or Path(recipe["data"]["parallel"]))
    own = corpus.fourfold(Path(recipe["data"]["own"]))
    out = {text for path in asked.never for row in corpus.rows(path) for text in row[1:]}
    if asked.hold_out:
        sets = held_out(parallel, own, recipe["hold_out"])
        write_sets(sets, asked.hold_out)
        out |= {text for meanings in sets.values() for m in meanings for text in m.sides.values()}
    meanings = [m for m in [*parallel, *own] if out.isdisjoint(m.sides.values())]
    _say(f"{len(meanings)} meanings: {_by_source(meanings, recipe['sources'])}")

    if recipe["teacher"]["words"]:
        words = teacher.english_words(_teacher(recipe["teacher"]) / "tokenizer.json")
        meanings += [Meaning(_WORD, {"en": word}) for word in words]
    if asked.vocabulary:
        tokenizer = Tokenizer.from_file(str(asked.vocabulary))
    else:
        tokenizer = _vocabulary(meanings, recipe["vocabulary"], asked.seed)
    names = [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])]
    _say(f"{len(names)} pieces")
    vectors = taught(meanings, asked.teacher_cache, recipe["teacher"])
    width = len(next(iter(vectors.values())))
    targets = np.array([vectors[m.sides["en"]] if "en" in m.sides else np.zeros(width) for m in meanings], np.float32)
    english = np.array(["en" in m.sides for m in meanings])
    sentences = english & np.array([m.source != _WORD for m in meanings])
    dimensions = recipe["learning"]["dimensions"]
    aims = np.where(english[:, None], teacher.reduced(targets, sentences, dimensions), 0).astype(np.float32)
    _say("teacher asked")

    drawn = pieces.wavering(tokenizer, recipe["pieces"]["alpha"])
    ways = [tokenizer] + [drawn] * (recipe["pieces"]["readings"] - 1)
    readings = [
        {lang: pieces.bags(way, [m.sides.get(lang, "") for m in meanings]) for lang in LANGUAGES} for way in ways
    ]
    composition = pieces.composition(names, recipe["pieces"]["shared_by"])
    _say(f"texts read in {len(ways)} ways; pieces have {composition.shape[1]} parts in common")

    def report(epoch: int, loss: float, table: np.ndarray) -> None:
        export.save(asked.out, tokenizer, table, [names.index(vocabulary.UNKNOWN), names.index(vocabulary.MARK)])
        _say(f"epoch {epoch + 1}: loss {loss:.3f}")

    material = learning.Material(meanings, readings, composition, aims)
    learning.learn(material, learning.Settings(**recipe["learning"]), _repeats(recipe["repeats"]), asked.seed, report)


def _by_source(meanings: Sequence[Meaning], listed: Sequence[dict[str, str]]) -> dict[str, int]:
    """Count the meanings of each source that the recipe lists with its licence; any other is an error."""
    counts: Counter[str] = Counter()
    for meaning in meanings:
        name = next((entry["name"] for entry in listed if meaning.source.startswith(entry["name"])), None)
        if name is None:
            raise SystemExit(f"The recipe lists no source {meaning.source!r}: add it, with its licence.")
        counts[name] += 1
    return dict(counts)


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _repeats(said: dict[str, dict[str, int]]) -> Any:
    def repeats(source: str, first: str, second: str) -> int:
        times = said.get("kk" if first == "kk" else f"{first}-{second}", {})
        return next((n for name, n in times.items() if source.startswith(name)), 1)

    return repeats


def _vocabulary(meanings: Sequence[Meaning], said: dict[str, Any], seed: int) -> Tokenizer:
    texts = {(meaning.source == _WORD, *side): None for meaning in meanings for side in meaning.sides.items()}
    weights = said["weights"]
    weighted = [text for word, lang, text in texts for _ in range(weights["words" if word else lang])]
    random.Random(seed).shuffle(weighted)
    return vocabulary.learn(weighted, said["size"], said["longest_piece"])


def _teacher(said: dict[str, Any]) -> Path:
    return Path(str(importlib.import_module(said["package"]).__file__)).parent / "model"


def _progress(done: int, of: int) -> None:
    _say(f"teacher: {done} of {of}")


_START = time.monotonic()


def _say(what: str) -> None:
    print(f"{time.monotonic() - _START:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    main(sys.argv[1:])
