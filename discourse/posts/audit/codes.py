"""Columns that may hold codes people gave by hand: few different values, each in many posts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from discourse.posts.table import Posts

MOST_VALUES = 60
"""Codes that a codebook may have."""

_POSTS_A_VALUE = 5
_SEPARATORS = (";", "|", ",")
_LONGEST = 60
_EXAMPLES = 4


def codes(posts: Posts) -> list[dict[str, Any]]:
    """Find columns with few different values, or few different parts between separators.

    Whether they are codes, only their owner knows: the type of a post looks the same.

    Parameters
    ----------
    posts : Posts

    Returns
    -------
    list of dict
        ``column`` (the user's header), ``values`` (how many different ones), ``posts`` (with a value),
        ``separator`` (None where a post has one value at most), ``examples`` (the commonest values).
    """
    roles = set(posts.columns.values())
    found = []
    for header, column in posts.stored.items():
        if header in roles or column not in posts.table.columns:
            continue
        looks = _looks(posts.table[column])
        if looks is not None:
            found.append({"column": header, **looks})
    return found


def _looks(values: pd.Series) -> dict[str, Any] | None:
    """Describe a column of codes; None for one that is not."""
    if not (pd.api.types.is_string_dtype(values.dtype) or pd.api.types.is_integer_dtype(values.dtype)):
        return None
    counts = values.value_counts()
    counts = counts[counts.index.astype(str).str.strip() != ""]
    posts = int(counts.sum())
    separator = next((mark for mark in _SEPARATORS if _separates(counts, mark)), None)
    if separator is not None:
        parts = counts.rename_axis("value").reset_index()
        parts["value"] = parts["value"].str.split(separator)
        parts = parts.explode("value")
        counts = parts.groupby(parts["value"].str.strip())["count"].sum()
        counts = counts[counts.index != ""].sort_values(ascending=False, kind="stable")
    few = 2 <= len(counts) <= MOST_VALUES and posts >= _POSTS_A_VALUE * len(counts)
    if not few or counts.index.astype(str).str.len().max() > _LONGEST:
        return None
    examples = [str(value) for value in counts.index[:_EXAMPLES]]
    return {"values": len(counts), "posts": posts, "separator": separator, "examples": examples}


def _separates(counts: pd.Series, mark: str) -> bool:
    """Tell whether a mark stands between values that also occur alone or with others; a comma needs more of a case."""
    if len(counts) > 20 * MOST_VALUES or not pd.api.types.is_string_dtype(counts.index.dtype):
        return False
    parts = counts.index.str.split(mark).to_series().explode().str.strip()
    joined = counts.index.str.contains(mark, regex=False)
    return bool(joined.any()) and parts.nunique() < len(counts) + (mark != ",")
