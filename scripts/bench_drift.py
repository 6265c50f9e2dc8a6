"""A run of made-up posts, for measuring `discourse drift`: python scripts/bench_drift.py FOLDER POSTS DIMENSION.

Posts in English, Russian and Chinese, 80 themes, 14 quarters; a tenth of the themes changes its vectors and its words
half-way.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.change.frame import Frame
from discourse.change.labelling import Labelling, of_themes
from discourse.config import Settings
from discourse.staging import staged

SIGNS = {
    "en": [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "ar", "en", "il")],
    "ru": [a + b for a in "бдфгклмнпрст" for b in ("а", "е", "и", "о", "у", "ар", "ен", "ил")],
    "zh": list("中国经济发展合作和平安全教育科学技术环境气候贸易市场政府人民世界国际社会文化历史会议问题"),
}
ENDINGS = {"en": ["", "s", "ing", "ed"], "ru": ["", "а", "ов", "ами"], "zh": [""]}


def made_up(
    n: int, *, themes: int = 80, dimension: int = 256, quarters: int = 14, seed: int = 0
) -> tuple[list[str], np.ndarray, Labelling, Frame]:
    """Make n posts: texts by Zipf's law, vectors about a centre for each theme, languages and days."""
    rng = np.random.default_rng(seed)
    size = 1 / np.arange(1, themes + 1) ** 0.5
    theme = rng.choice(themes, n, p=size / size.sum())
    first = np.datetime64("2021-01-01")
    ends = pd.date_range("2021-01-01", periods=quarters + 1, freq="QS").to_numpy("datetime64[D]")
    day = np.sort(first + rng.integers(0, (ends[-1] - first).astype(int), n))
    lang = rng.choice(["en", "ru", "zh"], n, p=[0.4, 0.4, 0.2])
    moved = (theme % 10 == 0) & (day >= ends[quarters // 2])
    centres = rng.normal(size=(2, themes, dimension)).astype("float32")
    vectors = centres[0][theme] + 0.5 * moved[:, None] * centres[1][theme]
    vectors += 1.5 * rng.normal(size=(n, dimension)).astype("float32")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = np.empty(n, dtype=object)
    for name, signs in SIGNS.items():
        known = np.array(["".join(rng.choice(signs, rng.integers(2, 4))) for _ in range(20_000)], dtype=object)
        rows = np.flatnonzero(lang == name)
        common = np.minimum(rng.zipf(1.25, (len(rows), 18)), 16_000)
        own = 16_000 + theme[rows, None] * 40 + rng.integers(0, 30, (len(rows), 7)) + 10 * moved[rows, None]
        chosen = known[np.hstack([common, own]) - 1]
        chosen = chosen + rng.choice(np.array(ENDINGS[name], dtype=object), chosen.shape)
        between = "" if name == "zh" else " "
        texts[rows] = [between.join(words) for words in chosen]
    periods = pd.DataFrame(
        {"period": [f"q{at}" for at in range(quarters)], "first": ends[:-1], "last": ends[1:] - np.timedelta64(1, "D")}
    )
    pairs = [*((at, at + 1) for at in range(quarters - 1)), (0, quarters - 1)]
    labels = pd.DataFrame({"theme": np.arange(themes), "label": [f"theme {at}" for at in range(themes)]})
    return list(texts), vectors, of_themes(theme, labels, -1), Frame(day, lang, periods, pairs)


def write_run(path: Path, n: int, *, dimension: int = 256) -> None:
    """Write a run of n made-up posts with given themes, as `discourse drift` reads it."""
    texts, vectors, labelling, frame = made_up(n, dimension=dimension)
    theme = np.empty(n, dtype=np.int32)
    theme[labelling.row] = labelling.column
    ids = [f"p{at}" for at in range(n)]
    lang = pd.Series(frame.lang, dtype="str")
    nothing = pd.Series([pd.NA] * n, dtype="str")
    posts = pd.DataFrame(
        {
            "post_id": ids,
            "text": texts,
            "date": pd.to_datetime(frame.day).tz_localize("UTC"),
            "author": pd.Series(np.random.default_rng(0).integers(0, 50, n).astype("str")),
            "lang": lang,
            "source_file": "made up",
            "source_row": np.arange(1, n + 1),
            "message": texts,
            "set_aside": "",
            "langs": lang,
            "duplicate_of": nothing,
            "duplicate_kind": nothing,
        }
    )
    themes = labelling.labels[labelling.labels["kind"] == "theme"]
    found = pd.DataFrame({"theme": themes["label_id"].astype(int), "label": themes["label"]})
    with staged(path) as folder:
        folder.write_table("posts.parquet", posts)
        folder.write_table("assignments.parquet", pd.DataFrame({"post_id": ids, "theme": theme}))
        folder.write_table("themes.parquet", found)
        folder.write_array("embeddings.npy", vectors)
        folder.write_manifest({"settings": Settings().as_dict(), "counts": {"posts": n, "themes": len(found)}})


if __name__ == "__main__":
    write_run(Path(sys.argv[1]), int(sys.argv[2]), dimension=int(sys.argv[3]))
