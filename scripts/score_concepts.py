"""Score concepts and axes against the truth of the sample corpus.

Run it as: python scripts/score_concepts.py [--codebook configs/concepts/embassy.yaml] [--codes 300]

The rule of the score was chosen on this corpus, and the keywords were written with it at hand: the numbers say what
such definitions can do here, and a little less is to be expected elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from discourse import encoders
from discourse.encoders.base import Encoder
from discourse.named.axis import positions
from discourse.named.centred import Centred, centred
from discourse.named.codebook import Code, Codebook, Scheme
from discourse.named.definitions import Definitions, load
from discourse.named.score import score
from discourse.named.surrogate import surrogate
from discourse.named.tagger import tag
from discourse.posts.boilerplate import set_aside
from discourse.posts.periods import weeks

_ROOT = Path(__file__).parents[1]
LANGS = {"ru": "Russian", "kk": "Kazakh", "zh": "Chinese", "en": "English"}


def read() -> pd.DataFrame:
    """Read the posts in four languages with what is true of them, and their messages as a run has them."""
    folder = _ROOT / "data" / "embassy"
    posts = pd.concat([pd.read_csv(folder / name) for name in ("posts.csv", "multilingual.csv")], ignore_index=True)
    posts = posts[posts["lang"].isin(LANGS)].merge(pd.read_csv(folder / "truth_posts.csv"), on="id")
    return posts.assign(message=set_aside(posts["text"].tolist(), posts["account"].tolist())["message"].to_numpy())


def ranks(
    posts: pd.DataFrame, defined: Definitions, encoder: Encoder, *, keywords: bool
) -> tuple[Centred, dict[str, np.ndarray]]:
    """Score the posts for concepts, by name, and axes, as ``axis_NAME``."""
    every = centred(encoder.encode(posts["message"].tolist()), posts["lang"].tolist())
    held = {one.name: np.zeros(len(posts), dtype=bool) for one in defined.concepts}
    if keywords:
        codes = tuple(Code(one.name, one.definition, one.keywords) for one in defined.concepts)
        book = Codebook("concepts", "", (Scheme("concepts", "", False, codes),))
        found = tag(posts["text"].tolist(), posts["lang"].tolist(), book)
        for name, rows in found.groupby("label")["row"]:
            held[str(name)][rows.to_numpy()] = True
    given = {name: one.rank for name, one in score(every, defined, held, encoder.encode).items()}
    given |= {f"axis_{name}": one.rank for name, one in positions(every, defined, encoder.encode).items()}
    return every, given


def precision(posts: pd.DataFrame, found: dict[str, np.ndarray], defined: Definitions) -> pd.DataFrame:
    """Average precision by concept and language, with chance: ``name, lang, n, share, average_precision``."""
    from sklearn.metrics import average_precision_score

    rows = []
    for one in defined.concepts:
        for lang in LANGS:
            held = (posts["lang"] == lang).to_numpy()
            truth = posts[one.name].to_numpy()[held]
            value = average_precision_score(truth, found[one.name][held])
            rows.append((one.name, lang, int(truth.sum()), float(truth.mean()), float(value)))
    return pd.DataFrame(rows, columns=["name", "lang", "n", "share", "average_precision"])


def poles(posts: pd.DataFrame, found: dict[str, np.ndarray], defined: Definitions) -> pd.DataFrame:
    """How axes do: pairs of posts at opposite poles in the right order, and average precision at both ends."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    rows = []
    for axis in defined.axes:
        for lang in LANGS:
            held = (posts["lang"] == lang).to_numpy()
            truth, rank = posts[f"axis_{axis.name}"].to_numpy()[held], found[f"axis_{axis.name}"][held]
            right = roc_auc_score(truth[truth != 0] > 0, rank[truth != 0])
            ends = [average_precision_score(truth == side, side * rank) for side in (-1, 1)]
            rows.append((axis.name, lang, (truth == -1).mean(), ends[0], (truth == 1).mean(), ends[1], right))
    columns = ["name", "lang", "share_low", "low", "share_high", "high", "right"]
    return pd.DataFrame(rows, columns=columns)


def learned(posts: pd.DataFrame, every: Centred, found: dict[str, np.ndarray], n: int, draws: int = 5) -> pd.DataFrame:
    """How well probabilities go with the truth after n codes at random among Russian posts: correlation, by stage."""
    rows = np.flatnonzero(posts["lang"] == "ru")
    block = weeks(pd.to_datetime(posts["date"]).to_numpy().astype("datetime64[D]"))[rows]
    made = []
    for name, rank in found.items():
        if name.startswith("axis_"):
            continue
        truth = posts[name].to_numpy(dtype="float64")[rows]
        each = []
        for seed in range(draws):
            code = np.full(len(rows), np.nan)
            chosen = np.random.default_rng(seed).choice(len(rows), n, replace=False)
            code[chosen] = truth[chosen]
            kept = [surrogate(rank[rows], given, code, block) for given in (None, every.vectors[rows])]
            if all(np.isfinite(one.probability).all() for one in kept):
                each.append([np.corrcoef(one.probability[chosen], truth[chosen])[0, 1] for one in kept])
        made.append((name, len(each), *(np.mean(each, axis=0) if each else (np.nan, np.nan))))
    return pd.DataFrame(made, columns=["name", "draws", "score alone", "head"])


def main(arguments: list[str]) -> None:
    """Print average precision with and without keywords, how axes do, and what codes add."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codebook", type=Path, default=_ROOT / "configs" / "concepts" / "embassy.yaml")
    parser.add_argument("--codes", type=int, default=300, help="codes for the last table")
    asked = parser.parse_args(arguments)
    posts, defined, encoder = read(), load(asked.codebook), encoders.load("builtin")
    assert isinstance(encoder, Encoder)
    every, with_keywords = ranks(posts, defined, encoder, keywords=True)
    _, alone = ranks(posts, defined, encoder, keywords=False)
    for title, found in (("seeds and keywords", with_keywords), ("seeds alone", alone)):
        table = precision(posts, found, defined)
        table["cell"] = [f"{row.average_precision:.2f} ({row.share:.2f})" for row in table.itertuples()]
        shown = table.pivot(index="name", columns="lang", values="cell").loc[[one.name for one in defined.concepts]]
        print(f"\n{title}: average precision (chance); mean {table['average_precision'].mean():.2f}")
        print(shown[list(LANGS)].to_string())
    print(f"\naxes\n{poles(posts, with_keywords, defined).round(2).to_string(index=False)}")
    print(f"\ncorrelation of probabilities, out of fold, with the truth after {asked.codes} codes")
    print(learned(posts, every, with_keywords, asked.codes).round(2).to_string(index=False))


if __name__ == "__main__":
    main(sys.argv[1:])
