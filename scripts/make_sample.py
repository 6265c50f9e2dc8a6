"""Make the sample corpus, data/embassy, out of the bodies written for it in scripts/sample.

Run it as: python scripts/make_sample.py [--out data/embassy]

Every post is one version of one body, in the words it was written in; what is drawn is which version stands in which
period, its day and hour, which posts are repeated, and where a second coder differs. How many posts of each subject
a period has is said in scripts/sample/plan.toml.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE / "sample"))

import bodies  # noqa: E402
import coder  # noqa: E402
import repetition  # noqa: E402
import scheduling  # noqa: E402
import truth  # noqa: E402

_SEED = 1
_PLATFORM = "instagram"
_ACCOUNT = "embassy_kz"
_COUNTERPARTS = {"kk": "ministry_kazakh", "zh": "ministry_chinese", "en": "ministry_english"}
_CODED_TWICE = 150


def corpus(plan: dict, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write out the posts and their counterparts; columns ``marks`` and ``duplicate_of`` are the truth about them."""
    subjects = plan["subjects"]
    written = bodies.read(_HERE / "sample" / "bodies", subjects)
    posts = scheduling.dated(written, subjects, np.array(plan["repetitions"]), rng)
    posts = repetition.repeated(posts, np.array(plan["repetitions"]), rng)
    posts.sort(key=lambda post: (post.date, post.version.body, post.version.text))
    rows = []
    for number, post in enumerate(posts, 1):
        said = subjects[post.version.subject]
        rows.append(
            {
                "id": f"e{number:04}",
                "date": _minute(post.date),
                "text": post.text,
                "account": _ACCOUNT,
                "platform": _PLATFORM,
                "lang": post.version.lang,
                "dimension": said["dimension"],
                "topics": ";".join(post.version.topics),
                "subcategory": said.get("subcategory", ""),
                "tags": ";".join(post.version.tags),
                "marks": ";".join(post.version.marks),
                "body": post.version.body,
            }
        )
    table = pd.DataFrame(rows)
    number = {id(post): row["id"] for post, row in zip(posts, rows, strict=True)}
    table["duplicate_of"] = [number[id(post.repeats)] if post.repeats else "" for post in posts]
    others = []
    for post, row in zip(posts, rows, strict=True):
        if post.version.counterpart and not post.repeats:
            lang, text = post.version.counterpart
            hours = np.timedelta64(int(rng.integers(0, 240)), "m")
            date = min(post.date + hours, post.date.astype("datetime64[D]") + np.timedelta64(23 * 60 + 30, "m"))
            others.append(row | {"date": _minute(date), "text": text, "account": _COUNTERPARTS[lang], "lang": lang,
                                 "counterpart_of": row["id"]})  # fmt: skip
    others.sort(key=lambda row: (row["account"], row["date"], row["counterpart_of"]))
    for i, row in enumerate(others, 1):
        row["id"] = f"m{i:04}"
    return table, pd.DataFrame(others)


def main(arguments: list[str]) -> None:
    """Write posts.csv, multilingual.csv, second_coder.csv and the truth about them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=_HERE.parent / "data" / "embassy")
    out = parser.parse_args(arguments).out
    plan = tomllib.loads((_HERE / "sample" / "plan.toml").read_text(encoding="utf-8"))
    rng = np.random.default_rng(_SEED)
    posts, others = corpus(plan, rng)
    out.mkdir(parents=True, exist_ok=True)
    told = ["marks", "body", "duplicate_of"]
    _write(posts.drop(columns=told), out / "posts.csv")
    _write(others.drop(columns=["marks", "body"]), out / "multilingual.csv")
    _write(coder.second_coder(posts, _CODED_TWICE, rng), out / "second_coder.csv")
    _write(truth.of_posts(posts, others), out / "truth_posts.csv")
    _write(truth.of_shifts(posts, plan["shifts"]), out / "truth_shifts.csv")


def _minute(date: np.datetime64) -> str:
    return str(date.astype("datetime64[m]"))


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
