"""Posts that repeat others: how many, whose, and how much they matter."""

from __future__ import annotations

from typing import Any

import pandas as pd

from discourse.posts import periods
from discourse.posts.audit.calendar import FEWEST_POSTS
from discourse.posts.audit.texts import excerpt

_LARGEST = 5
_COLUMNS = ["post_id", "duplicate_of", "duplicate_kind", "date", "lang", "author"]


def copies(table: pd.DataFrame, dropped: pd.DataFrame, unsure: int) -> dict[str, Any]:
    """Count copies, those that were dropped included.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts in use, with ``duplicate_of`` (the post that one repeats, or NA) and ``duplicate_kind``.
    dropped : pandas.DataFrame
        Copies that are not in use.
    unsure : int
        Posts for which the search for near copies was cut short.

    Returns
    -------
    dict
        ``exact, near``: posts that repeat an earlier one; ``unsure`` as given: where it is not 0, there are at least
        so many near ones. ``originals``: posts in use that repeat none. ``share``:
        copies among all posts, the dropped ones included. ``groups``: posts that are repeated. ``across_authors``:
        groups in which two or more authors are named. ``largest``: groups by size: ``post_id, posts`` (the original
        and its copies), ``authors, first, last, excerpt``. ``by_quarter``: for each quarter with posts: ``period, with,
        without`` (copies). ``by_language``: ``lang, with, without``: shares of all posts. The lists are empty where
        there are no copies.
    """
    every = pd.concat([table[_COLUMNS], dropped[_COLUMNS]], ignore_index=True) if len(dropped) else table[_COLUMNS]
    repeats = every[every["duplicate_of"].notna()]
    kinds = repeats["duplicate_kind"].value_counts()
    found: dict[str, Any] = {
        "exact": int(kinds.get("exact", 0)),
        "near": int(kinds.get("near", 0)),
        "unsure": unsure,
        "originals": int(table["duplicate_of"].isna().sum()),
        "share": round(len(repeats) / len(every), 4),
        "groups": int(repeats["duplicate_of"].nunique()),
        "across_authors": 0,
        "largest": [],
        "by_quarter": [],
        "by_language": [],
    }
    if repeats.empty:
        return found
    groups = _groups(table, every)
    found["across_authors"] = int((groups["authors"] > 1).sum())
    found["largest"] = [
        {
            "post_id": str(one["post_id"]),
            "posts": int(one["posts"]),
            "authors": int(one["authors"]),
            "first": None if pd.isna(one["first"]) else f"{one['first']:%Y-%m-%d}",
            "last": None if pd.isna(one["last"]) else f"{one['last']:%Y-%m-%d}",
            "excerpt": excerpt(one["text"]),
        }
        for one in groups.head(_LARGEST).to_dict("records")
    ]
    original = every["duplicate_of"].isna()
    if every["date"].notna().any():
        found["by_quarter"] = _with_and_without(periods.names(every["date"]).astype("str"), original, "period")
        found["by_quarter"].sort(key=lambda one: one["period"])
    found["by_language"] = [
        {
            "lang": one["lang"],
            "with": round(one["with"] / len(every), 4),
            "without": round(one["without"] / int(original.sum()), 4),
        }
        for one in _with_and_without(every["lang"], original, "lang")
    ]
    return found


def most_copied(by_quarter: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Pick the quarter in which copies are the largest share, of those with enough posts."""
    large = [one for one in by_quarter if one["with"] >= FEWEST_POSTS]
    return max(large, key=lambda one: 1 - one["without"] / one["with"], default=None)


def _groups(table: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """One row a repeated post: ``post_id, posts, authors, first, last, text``, the most repeated first."""
    original = every["duplicate_of"].fillna(every["post_id"])
    members = every[original.duplicated(keep=False).to_numpy()].assign(original=original)
    grouped = members.groupby("original", sort=False)
    groups = grouped.agg(
        posts=("post_id", "size"), authors=("author", "nunique"), first=("date", "min"), last=("date", "max")
    )
    groups = groups.reset_index(names="post_id").sort_values(["posts", "post_id"], ascending=[False, True])
    largest = groups.head(_LARGEST)["post_id"]
    said = table.loc[table["post_id"].isin(largest)].set_index("post_id")["text"]
    return groups.assign(text=groups["post_id"].map(said.to_dict()))


def _with_and_without(values: pd.Series, original: pd.Series, name: str) -> list[dict[str, Any]]:
    with_copies = values.value_counts()
    without = values[original].value_counts()
    return [
        {name: str(value), "with": int(n), "without": int(without.get(value, 0))} for value, n in with_copies.items()
    ]
