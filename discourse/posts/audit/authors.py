"""Who writes: the most prolific, and quarters in which one voice outweighs all others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from discourse.posts import periods

_TOP = 5
_DOMINANT, _FEWEST = 0.5, 10


def authors(table: pd.DataFrame) -> dict[str, Any] | None:
    """Count posts by author.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts with ``author`` (NA where there is none) and ``date``.

    Returns
    -------
    dict or None
        ``different`` authors; posts ``without`` one; ``top``: the five with the most posts (``author, posts,
        share`` of all posts); ``dominated``: quarters of at least 10 posts in which, of several authors in the corpus,
        one has more than half (``period, author, share``). None where no post has an author.
    """
    counts = table["author"].value_counts()
    if counts.empty:
        return None
    top = sorted(counts.head(100).items(), key=lambda one: (-one[1], str(one[0])))[:_TOP]
    return {
        "different": len(counts),
        "without": int(table["author"].isna().sum()),
        "top": [{"author": str(name), "posts": int(n), "share": round(n / len(table), 4)} for name, n in top],
        "dominated": _dominated(table) if len(counts) > 1 else [],
    }


def _dominated(table: pd.DataFrame) -> list[dict[str, Any]]:
    dated = table.loc[table["date"].notna(), ["date", "author"]]
    if dated["author"].isna().all():
        return []
    period = periods.names(dated["date"]).astype("str").rename("period")
    counts = dated["author"].groupby(period).value_counts().rename("posts").reset_index()
    whole = counts["period"].map(period.value_counts())
    counts["share"] = counts["posts"] / whole
    most = counts[(counts["share"] > _DOMINANT) & (whole >= _FEWEST)].sort_values("period")
    return [
        {"period": str(one["period"]), "author": str(one["author"]), "share": round(one["share"], 4)}
        for one in most.to_dict("records")
    ]
