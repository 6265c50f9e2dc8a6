"""What the posts are like: their languages, their lengths, and what was set aside from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

LONG = 10_000
"""Characters above which a post is more of a document."""

_CUT_FROM = 50
_CUT_SHARE, _CUT_TIMES, _LONGER = 0.05, 5, 0.03
_EXCERPT = 160


def languages(table: pd.DataFrame) -> dict[str, Any]:
    """Count posts by language, and those in more than one."""
    mixed = table.loc[table["langs"].str.contains(";", regex=False), "langs"]
    return {
        "counts": _counts(table["lang"]),
        "mixed": len(mixed),
        "mixtures": dict(list(_counts(mixed).items())[:5]),
    }


def texts(table: pd.DataFrame) -> dict[str, Any]:
    """Describe the lengths of texts in characters, and whether many were cut at one length."""
    lengths = table["text"].str.len().to_numpy()
    middle, p90, p99 = np.quantile(lengths, [0.5, 0.9, 0.99], method="inverted_cdf")
    longest = table.iloc[int(lengths.argmax())]
    return {
        "shortest": int(lengths.min()),
        "median": int(middle),
        "mean": round(float(lengths.mean()), 1),
        "p90": int(p90),
        "p99": int(p99),
        "longest": int(lengths.max()),
        "long_above": LONG,
        "long": int((lengths > LONG).sum()),
        "longest_post": {
            "post_id": str(longest["post_id"]),
            "file": str(longest["source_file"]),
            "row": int(longest["source_row"]),
        },
        "wordless": int((table["message"].str.strip() == "").sum()),
        "cut": _cut(lengths),
    }


def set_aside(table: pd.DataFrame) -> dict[str, Any]:
    """Count posts from which something was set aside, and how much of all text that is."""
    taken = table["set_aside"].str.len().to_numpy()
    whole = int(table["text"].str.len().sum())
    return {"posts": int((taken > 0).sum()), "characters": round(float(taken.sum()) / max(whole, 1), 4)}


def excerpt(text: str) -> str:
    """Take the beginning of a text, in one line."""
    line = " ".join(text[: 4 * _EXCERPT].split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"


def _cut(lengths: np.ndarray) -> dict[str, Any] | None:
    """Find a length at which texts pile up, with next to none above it: where somebody cut them.

    At least 5 % of the texts have exactly this length, five times as many as have each of the ten lengths below it on
    average, and at most 3 % are longer.
    """
    counts = np.bincount(lengths)
    longer = len(lengths) - np.cumsum(counts)
    last = max(_CUT_FROM, int(np.argmax(longer <= _LONGER * len(lengths))))
    if last >= len(counts):
        return None
    length = last + int(counts[last:].argmax())
    below = counts[length - 10 : length].mean()
    posts = int(counts[length])
    if posts < max(2, _CUT_SHARE * len(lengths)) or posts < _CUT_TIMES * below:
        return None
    return {"length": length, "posts": posts, "longer": int(longer[length])}


def _counts(values: pd.Series) -> dict[str, int]:
    """Count values, the commonest first, equal ones by name."""
    found = [(str(value), int(n)) for value, n in values.value_counts().items()]
    return dict(sorted(found, key=lambda one: (-one[1], one[0])))
