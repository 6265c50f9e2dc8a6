"""Measure encoders side by side: translations found, topics across languages, clusters, leakage of language, speed.

Run it as: python scripts/eval_encoder.py MODEL... [--data FILE.tsv...] [--json result.json]

MODEL is what ``--encoder`` takes: ``builtin``, ``lexical``, a folder, a hub name. What is measured and what the files
hold is said in `discourse.jobs.evaluate`; without files the sentences that come with the package are taken.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from discourse.cli.render_encoders import evaluation_table
from discourse.jobs.evaluate import SENTENCES, evaluate


def measures(result: dict[str, Any]) -> pd.Series[float]:
    """Lay out what `evaluate` found by file and measure, with the mean of both directions of each pair."""
    table = evaluation_table(result)
    found = table["measure"].str.extract(r"^translation first (\w+)-(\w+)$")
    pair = found.apply(lambda row: "-".join(sorted(row)) if row.notna().all() else None, axis=1)
    means = table.groupby(["file", "translation first " + pair + ", mean"], sort=False)["value"].mean()
    means.index.names = ["file", "measure"]
    return pd.concat([table.set_index(["file", "measure"])["value"], means])


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
    columns = {model: measures(result) for model, result in results.items()}
    with pd.option_context("display.max_rows", None, "display.width", 200):
        print(pd.DataFrame(columns).round(3))


if __name__ == "__main__":
    main(sys.argv[1:])
