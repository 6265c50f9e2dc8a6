"""Measure encoders side by side: translations found, topics across languages, clusters, leakage of language, speed.

Run it as: python scripts/eval_encoder.py MODEL... [--data FILE.tsv...] [--json result.json]

MODEL is what ``--encoder`` takes: ``builtin``, ``lexical``, a folder, a hub name. What is measured and what the files
hold is said in `discourse.jobs.evaluate`; without files the sentences that come with the package are taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.jobs.evaluate import SENTENCES, WORDS, evaluate


def measures(result: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Lay out what `evaluate` found as rows of set, measure, value; shares in percent."""
    for file in result["files"]:
        name = f"{Path(file['file']).stem} ({file['rows']})"
        both = defaultdict(list)
        for found in file["retrieval"] or []:
            yield name, f"first {found['from']} to {found['to']} %", 100 * found["first"]
            both["-".join(sorted((found["from"], found["to"])))].append(100 * found["first"])
        for pair, shares in both.items():
            yield name, f"first {pair}, mean %", sum(shares) / len(shares)
        for lang, share in (file["transfer"] or {"accuracy": {}})["accuracy"].items():
            yield name, f"topic of {lang}", share
        if clusters := file["clustering"]:
            for lang, agreement in clusters["agreement"].items():
                yield name, f"AMI {lang}", agreement
            yield name, "AMI together", clusters["together"]
            yield name, "language NMI", clusters["language"]
        for what, share in (file["leakage"] or {}).items():
            yield name, f"language: {what}", share
    speed = result["speed"]
    yield "speed", "first vector s", speed["first"]
    yield "speed", f"posts of {WORDS} words a second", speed["posts"] / speed["seconds"]
    if speed["megabytes"] is not None:
        yield "speed", "MB", speed["megabytes"]


def main(arguments: list[str]) -> None:
    """Print a table, one column a model, and write what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--data", nargs="+", type=Path, default=SENTENCES, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    results = {model: evaluate(model, data=asked.data) for model in asked.models}
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    columns = {
        model: {(name, what): value for name, what, value in measures(result)} for model, result in results.items()
    }
    with pd.option_context("display.max_rows", None, "display.width", 200):
        print(pd.DataFrame(columns).round(3))


if __name__ == "__main__":
    main(sys.argv[1:])
