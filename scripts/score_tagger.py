"""Score the keyword tagger against the codes given by hand to the sample corpus.

Run it as: python scripts/score_tagger.py [--codebook configs/codebooks/embassy.yaml] [--missed TAG]

The keywords were tuned on this corpus, so the scores say how well words can stand for these codes at best, not how the
tagger does on other posts.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from discourse.named import codebook, tagger

_ROOT = Path(__file__).parents[1]
_SCHEMES = ("tags", "topics", "subcategory")


def read(*names: str) -> pd.DataFrame:
    """Read files of the sample corpus as one table."""
    folder = _ROOT / "data" / "embassy"
    return pd.concat([pd.read_csv(folder / name, keep_default_na=False) for name in names], ignore_index=True)


def scores(posts: pd.DataFrame, book: codebook.Codebook) -> pd.DataFrame:
    """Compare by scheme, code and language: hand, machine, both, precision, recall, F1."""
    found = tagger.tag(posts["text"].tolist(), posts["lang"].tolist(), book)
    machine = found.groupby(["scheme", "label"])["row"].agg(set).to_dict()
    rows = []
    for scheme in book.schemes:
        if scheme.name not in _SCHEMES:
            continue
        given = [set(cell.split(";")) for cell in posts[scheme.name]]
        asked = set(range(len(posts)))
        if scheme.name == "subcategory":  # which bilateral posts alone have
            asked = {row for row, dimension in enumerate(posts["dimension"]) if dimension == "Bilateral"}
        for code in scheme.codes:
            if not code.keywords:
                continue
            hand = {row for row, codes in enumerate(given) if code.name in codes}
            tagged = machine.get((scheme.name, code.name), set()) & asked
            both = len(hand & tagged)
            precision = both / len(tagged) if tagged else float("nan")
            recall = both / len(hand) if hand else float("nan")
            f1 = 2 * both / (len(hand) + len(tagged)) if hand or tagged else float("nan")
            rows.append((scheme.name, code.name, len(hand), len(tagged), both, precision, recall, f1))
    columns = ["scheme", "code", "hand", "machine", "both", "precision", "recall", "F1"]
    return pd.DataFrame(rows, columns=columns)


def main(arguments: list[str]) -> None:
    """Print scores for all posts and each language, or the texts on which hand and machine differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codebook", type=Path, default=_ROOT / "configs" / "codebooks" / "embassy.yaml")
    parser.add_argument("--missed", metavar="TAG", help="show where hand and machine differ on this tag")
    asked = parser.parse_args(arguments)
    book = codebook.load(asked.codebook)
    posts = read("posts.csv", "multilingual.csv")
    if asked.missed:
        found = tagger.tag(posts["text"].tolist(), posts["lang"].tolist(), book)
        tagged = found[found["label"] == asked.missed].set_index("row")["keywords"].to_dict()
        for row, (codes, text) in enumerate(zip(posts["tags"], posts["text"], strict=True)):
            if (asked.missed in codes.split(";")) != (row in tagged):
                print(f"{posts['id'][row]} [{codes}] {tagged.get(row, '(not tagged)')}: {' '.join(text.split())[:160]}")
        return
    for name, part in (("all", posts), *posts.groupby("lang")):
        if len(part) > 50:
            table = scores(part.reset_index(drop=True), book)
            total = table.groupby("scheme")[["hand", "machine", "both"]].sum()
            total["precision"], total["recall"] = total["both"] / total["machine"], total["both"] / total["hand"]
            print(f"\n{name}: {len(part):,} posts, micro-averaged\n{total.round(2)}")
            if name == "all":
                print(table.round(2).to_string(index=False))


if __name__ == "__main__":
    main(sys.argv[1:])
