"""What the posts are like: their languages, their lengths, and what was set aside from them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from discourse.posts.marks import HASHTAG, IN_PASSING

LONG = 10_000
"""Characters above which a post is more of a document."""

_CUT_FROM = 50
_CUT_SHARE, _CUT_TIMES, _LONGER = 0.05, 5, 0.03
_HEADS, _TAILS = (20, 0.1), (12, 0.5)
"""Characters at the beginning and the end, and the share of cut texts in which they differ."""

_EXCERPT = 160
_SAMPLED, _PIECES, _REPEATED = 50_000, 3, 3
_BESIDES = re.compile(rf"{IN_PASSING.pattern}|{HASHTAG.pattern}", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERS = re.compile(r"\d+")
_MAY_LACK_LETTERS = r"^[^\p{L}]*$|[@#＃＠]|://|www\.|[\w-]\.\w+/"


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
        "wordless": _wordless(table["message"]),
        "cut": _cut(table["text"].drop_duplicates()),
    }


def set_aside(table: pd.DataFrame) -> dict[str, Any]:
    """Count posts from which something was set aside, how much of all text that is, and what it is.

    Returns
    -------
    dict
        ``posts``; ``characters``: share of all; ``kinds``: of up to 50,000 posts, evenly drawn, those with ``links,
        handles, hashtags`` and ``repeated`` pieces, which are speakers' names, signatures and stock phrases;
        ``looked_at``: how many these were; ``commonest`` of the repeated: ``piece, posts``.
    """
    pieces = table["set_aside"]
    taken = pieces.str.len().to_numpy()
    whole = int(table["text"].str.len().sum())
    some = pieces[taken > 0]
    some = some.iloc[:: max(1, -(-len(some) // _SAMPLED))]
    kinds, repeated = Counter[str](), Counter[str]()
    for said in some:
        found = {_kind(piece): piece for piece in said.split("\n")}
        kinds.update(found.keys())
        repeated.update({piece.strip() for piece in said.split("\n") if _kind(piece) == "repeated"})
    common = sorted(((n, piece) for piece, n in repeated.items() if n >= _REPEATED), key=lambda one: (-one[0], one[1]))
    return {
        "posts": int((taken > 0).sum()),
        "characters": round(float(taken.sum()) / max(whole, 1), 4),
        "looked_at": len(some),
        "kinds": {kind: kinds[kind] for kind in ("links", "handles", "hashtags", "repeated")},
        "commonest": [{"piece": piece, "posts": n} for n, piece in common[:_PIECES]],
    }


def _kind(piece: str) -> str:
    """Tell what a piece is that was set aside."""
    rest = _BESIDES.sub("", piece)
    if _LETTER.search(rest):
        return "repeated"
    if "#" in piece or "＃" in piece:
        return "hashtags"
    return (
        "links" if "/" in piece or "www." in piece.lower() else "handles" if "@" in piece or "＠" in piece else "other"
    )


def _wordless(messages: pd.Series) -> int:
    """Count posts without a letter outside links, handles and hashtags."""
    import pyarrow as pa
    import pyarrow.compute as pc

    may = pc.match_substring_regex(pa.array(messages, from_pandas=True), _MAY_LACK_LETTERS)
    some = messages[may.fill_null(True).to_numpy(zero_copy_only=False)]
    return sum(not _LETTER.search(_BESIDES.sub(" ", said)) for said in some)


def excerpt(text: str) -> str:
    """Take the beginning of a text, in one line."""
    line = " ".join(text[: 4 * _EXCERPT].split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"


def _cut(texts: pd.Series) -> dict[str, Any] | None:
    """Find a length at which different texts pile up, with next to none above it: where somebody cut them.

    At least 5 % of the texts have exactly this length, five times as many as have each of the ten lengths below it on
    average, at most 3 % are longer, and they begin and end in many ways: texts made from one template, which have one
    length too, do not.
    """
    lengths = texts.str.len().to_numpy()
    counts = np.bincount(lengths)
    longer = len(lengths) - np.cumsum(counts)
    last = max(_CUT_FROM, int(np.argmax(longer <= _LONGER * len(lengths))))
    if last >= len(counts):
        return None
    length = last + int(counts[last:].argmax())
    below = counts[length - 10 : length].mean()
    n = int(counts[length])
    if n < max(2, _CUT_SHARE * len(lengths)) or n < _CUT_TIMES * below:
        return None
    alike = [_NUMBERS.sub("0", said) for said in texts[lengths == length]]
    heads = {said[: _HEADS[0]] for said in alike}
    tails = {said.rstrip(".… ")[-_TAILS[0] :] for said in alike}
    if len(heads) < max(2, _HEADS[1] * n) or len(tails) < max(2, _TAILS[1] * n):
        return None
    return {"length": length, "texts": n, "of": len(lengths), "longer": int(longer[length])}


def _counts(values: pd.Series) -> dict[str, int]:
    """Count values, the commonest first, equal ones by name."""
    found = [(str(value), int(n)) for value, n in values.value_counts().items()]
    return dict(sorted(found, key=lambda one: (-one[1], one[0])))
