"""An encoder on trial: translations, topics, clusters, languages, speed and memory, on sentences of known meaning."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from discourse.errors import DataError, DiscourseError, UsageError
from discourse.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from discourse.encoders import Encoder

_HOME = Path(__file__).parents[1] / "encoders" / "evaluation"
SENTENCES = (_HOME / "news.tsv", _HOME / "encyclopaedia.tsv")
"""Sentences by topic in four languages, written for this purpose."""

WORDS = 40
"""Length of the posts that are timed."""
_MOST_TIMED, _ENOUGH = 10_000, 1.0
_TOPIC, _LEAST = "topic", 12


def evaluate(
    model: str | Path, *, data: str | Path | Sequence[str | Path] = SENTENCES, progress: Progress = silent
) -> dict[str, Any]:
    """Try an encoder on texts whose translations, and topics, are known.

    Parameters
    ----------
    model : str or path
        As ``--encoder``.
    data : path or sequence of paths
        TSV files with a header. Columns headed by a language (``en``, ``Russian``, ``қазақша``) hold texts, a row the
        same text in each; a column ``topic``, where there is one, what it is about. Other columns are left alone, and
        so are rows that lack a text or topic. By default the sentences that come with the package.
    progress : Progress

    Returns
    -------
    dict
        JSON values: ``encoder, revision, dimension``; ``files``, each with ``file, rows, topics`` (number),
        ``retrieval`` (``from, to, first``: share of texts whose translation comes first), ``transfer`` (``source``, and
        ``accuracy`` by language), ``clustering`` (``agreement`` by language, ``together`` and ``language``, see
        `discourse.encoders.evaluate.clustering`) and ``leakage``, each None where the file has too little for it;
        ``speed``: ``first`` (seconds from importing the encoders to the first vector, in a new process), ``posts`` of
        40 words encoded then, in ``seconds``, and the ``megabytes`` by which the process grew (None where the system
        does not tell).

    Raises
    ------
    UsageError
        If the name stands for no encoder, or for a file of vectors.
    DataError
        If a file is not as described.
    """
    from discourse import encoders
    from discourse.encoders.precomputed import Precomputed

    paths = [data] if isinstance(data, str | Path) else list(data)
    tables = [(str(path), _read(Path(path))) for path in paths]
    encoder = encoders.load(model)
    if isinstance(encoder, Precomputed):
        raise UsageError(f"{model}: is a file of vectors, and can't encode the texts it would be tried on.")
    files = []
    for done, (name, table) in enumerate(tables):
        progress("trying the encoder", done, len(tables) + 1)
        used = _fresh(str(model)) if encoder.name == "lexical" else encoder
        files.append({"file": name, **_measured(used, table)})
    texts = tables[0][1].drop(columns=_TOPIC, errors="ignore")
    progress("trying the encoder", len(tables), len(tables) + 1)
    speed = _timed_apart(str(model), _posts(texts))
    progress("trying the encoder", len(tables) + 1, len(tables) + 1)
    return {
        "encoder": encoder.name,
        "revision": encoder.revision,
        "dimension": encoder.dimension,
        "files": files,
        "speed": speed,
    }


def _read(path: Path) -> pd.DataFrame:
    """Read texts under the codes of their languages, and topics."""
    import csv

    import pandas as pd

    from discourse.posts.language_names import code

    try:
        table = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, no columns, rows of unequal length
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path}: can't be read as tab-separated text in UTF-8 ({reason}).") from error
    heads = {head: _TOPIC if head.strip().casefold() == _TOPIC else code(head) for head in table.columns}
    known = [head for head in table.columns if heads[head]]
    table = table[known].rename(columns=heads).apply(lambda column: column.str.strip())
    langs = [head for head in table.columns if head != _TOPIC]
    if not langs or len(set(table.columns)) < len(table.columns):
        raise DataError(
            f"{path}: needs a heading with one column for each language, such as en, ru, kk, zh, and topic where "
            f"topics are known; its columns are {', '.join(heads) or 'none'}."
        )
    table = table[(table != "").all(axis=1)].reset_index(drop=True)
    if len(table) < _LEAST:
        raise DataError(f"{path}: {len(table)} rows have a text in every column; at least {_LEAST} are needed.")
    return table


def _measured(encoder: Encoder, table: pd.DataFrame) -> dict[str, Any]:
    """All measures of one encoder on one file; every text is encoded once."""
    import numpy as np

    from discourse.encoders import evaluate as measures

    langs = [head for head in table.columns if head != _TOPIC]
    vectors = encoder.encode([text for lang in langs for text in table[lang]])
    by_language = dict(zip(langs, np.split(vectors, len(langs)), strict=True))
    found: dict[str, Any] = dict.fromkeys(("topics", "retrieval", "transfer", "clustering", "leakage"))
    found["rows"] = len(table)
    if len(langs) > 1:
        found["retrieval"] = []
        for one, other in itertools.combinations(langs, 2):
            there, back = measures.retrieval(by_language[one], by_language[other])
            found["retrieval"] += [
                {"from": one, "to": other, "first": round(there, 4)},
                {"from": other, "to": one, "first": round(back, 4)},
            ]
        found["leakage"] = _rounded(measures.leakage(by_language))
    topics = table[_TOPIC].tolist() if _TOPIC in table else []
    if len(set(topics)) > 1:
        found["topics"] = len(set(topics))
        source = "en" if "en" in langs else langs[0]
        if min(map(topics.count, set(topics))) >= 5:
            scores = measures.transfer(by_language, topics, source)
            found["transfer"] = {"source": source, "accuracy": _rounded(scores)}
        alone = {lang: measures.clustering({lang: rows}, topics)[0] for lang, rows in by_language.items()}
        together, language = measures.clustering(by_language, topics)
        found["clustering"] = {
            "agreement": _rounded(alone),
            "together": round(together, 4),
            "language": round(language, 4),
        }
    return found


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(score, 4) for name, score in scores.items()}


def _posts(texts: pd.DataFrame) -> list[str]:
    """Make posts of 40 words out of sentences, each of one language; a word of Chinese counts as two characters."""
    posts = []
    for column in texts:
        joined = " ".join(texts[column])
        spaced = joined.count(" ") > 2 * len(texts)
        words = joined.split() if spaced else ["".join(pair) for pair in zip(joined[::2], joined[1::2], strict=False)]
        for start in range(0, max(1, len(words) - WORDS), 3):
            posts.append((" " if spaced else "").join(words[start : start + WORDS]))
    return posts


def _timed_apart(model: str, posts: list[str]) -> dict[str, Any]:
    """Time an encoder in a process of its own, which nothing has warmed."""
    done = subprocess.run(
        [sys.executable, "-c", "from discourse.jobs import evaluate; evaluate.timed()"],
        input=json.dumps({"model": model, "posts": posts}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise DiscourseError(f"{model}: can't be timed ({done.stderr.strip().splitlines()[-1:]}).")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def timed() -> None:
    """Time the encoder that standard input names, and write what `evaluate` tells of it; for a process of its own."""
    asked = json.load(sys.stdin)
    before = _peak()
    begun = time.perf_counter()
    encoder = _fresh(asked["model"])
    encoder.encode(asked["posts"][:1])
    first = time.perf_counter() - begun
    n, seconds = 4, 0.0
    while n < _MOST_TIMED and seconds < _ENOUGH:
        n = min(4 * n, _MOST_TIMED)
        texts = list(itertools.islice(itertools.cycle(asked["posts"]), n))
        if encoder.name == "lexical":
            encoder = _fresh(asked["model"])
        begun = time.perf_counter()
        encoder.encode(texts)
        seconds = time.perf_counter() - begun
    after = _peak()
    grown = None if before is None or after is None else round(after - before)
    print(json.dumps({"first": round(first, 3), "posts": n, "seconds": round(seconds, 3), "megabytes": grown}))


def _fresh(model: str) -> Encoder:
    """Load an encoder that has seen no texts: a lexical one is fitted on those it is given first."""
    from discourse import encoders

    return cast(Any, encoders.load(model))


def _peak() -> float | None:
    """Largest memory of this process so far, in MB; None on systems other than Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    # Not the count of getrusage, which a process inherits from the one that started it.
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), None)
