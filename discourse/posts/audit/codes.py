"""Columns that may hold codes people gave by hand: few different values, each in many posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from discourse.posts.columns import plain
from discourse.posts.table import Posts

MOST_VALUES = 60
"""Codes that a codebook may have."""

_POSTS_A_VALUE = 5
_SEPARATORS = (";", "|", ",")
_LONGEST = 60
_EXAMPLES = 4

_MEASURES = (
    "likes|like count|likes count|favorites|favorite count|favourites|reactions|"
    "comments|comment count|comments count|num comments|replies|reply count|shares|share count|shares count|"
    "reposts|repost count|retweets|retweet count|quotes|quote count|forwards|views|view count|views count|"
    "post views|plays|impressions|reach|engagement|interactions|total interactions|score|upvotes|downvotes|"
    "followers|followers count|followers at posting|likes at posting|subscribers|saves|лайки|лайков|реакции|"
    "реакций|комментарии|комментариев|репосты|репостов|просмотры|просмотров|подписчики|подписчиков|ответы|ответов|"
    "лайктар|реакциялар|пікірлер|репосттар|қаралым|көрілім|жазылушылар|点赞|点赞数|评论数|转发|转发数|分享数|阅读数|阅读量|浏览量|播放量|收藏数|"
    "粉丝数"
)
"""Plain headings of numbers that a platform counts."""
_CROWDTANGLE = (
    "account|user name|page name|group name|type|title|photo|link|url|final link|image text|link text|video length|"
    "video share status|is video owner|page category|page admin top country|post created date|post created time|"
    "sponsor name|sponsor category|size of page|page description|overperforming score|total views|"
    "love|wow|haha|sad|angry|care"
)
_TOOL = (
    "subject|author|author name|author fullname|author username|author screen name|author followers|"
    "author verified|hashtags|mentions|url|urls|thread|media type|media url|image url|location|language guess|type|"
    "domain"
)
_BY_FORMAT = {
    "xlsx": {"sheet"},
    "telegram": {"chat", "chat type", "media type", "forwarded from", "signature", "edited", "link", "links"},
    "instagram": {"media", "uri"},
    "x": {"urls", "link", "in reply to screen name", "in reply to status id str"},
    "crowdtangle": set(_CROWDTANGLE.split("|")),
    "4cat": set(_TOOL.split("|")),
}
"""Plain headings of columns that a program or app fills, by the format that has them."""


def codes(posts: Posts) -> list[dict[str, Any]]:
    """Find columns with few different values, or few different parts between separators.

    Whether they are codes, only their owner knows. Identifiers, numbers that a platform counts, columns that an app's
    export fills and other names of the authors are none.

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
    formats = [source.get("format", "") for source in posts.sources]
    found = []
    for header, column in posts.stored.items():
        if header in roles or column not in posts.table.columns or filled_by_program(header, formats):
            continue
        looks = _looks(posts.table[column])
        if looks is not None and not _names(posts.table[column], posts.table["author"]):
            found.append({"column": header, **looks})
    return found


def filled_by_program(header: str, formats: Sequence[str]) -> bool:
    """Tell by its heading whether a program fills a column: with identifiers, counts, or what an app's export has.

    Parameters
    ----------
    header : str
    formats : sequence of str
        What the readers of the files call their formats: ``csv``, ``telegram``.

    Examples
    --------
    >>> filled_by_program("Like count", ["csv"]), filled_by_program("topic", ["csv"])
    (True, False)
    """
    called = plain(header)
    programs = set(_MEASURES.split("|")).union(*(_BY_FORMAT.get(format, ()) for format in formats))
    return called in programs or called.split()[-1:] == ["id"]


def _names(values: pd.Series, authors: pd.Series) -> bool:
    """Tell whether each value goes with one author and each author with one value: it is another name for them."""
    pairs = pd.DataFrame({"value": values.astype("str"), "author": authors}).loc[values.notna()].drop_duplicates()
    pairs = pairs[pairs["value"].str.strip() != ""]
    return bool(pairs["author"].notna().all() and pairs["value"].is_unique and pairs["author"].is_unique)


def _looks(values: pd.Series) -> dict[str, Any] | None:
    """Describe a column of codes; None for one that is not."""
    if not (pd.api.types.is_string_dtype(values.dtype) or pd.api.types.is_integer_dtype(values.dtype)):
        return None
    counts = values.value_counts()
    counts = counts[counts.index.astype(str).str.strip() != ""]
    posts = int(counts.sum())
    separator = next((mark for mark in _SEPARATORS if separates(counts, mark)), None)
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


def separates(counts: pd.Series, mark: str) -> bool:
    """Tell whether a mark stands between values that also occur alone or with others; a comma needs more of a case.

    Parameters
    ----------
    counts : pandas.Series
        How often each value of a column occurs, by value.
    mark : str

    Examples
    --------
    >>> separates(pd.Series(["UN", "SCO", "UN, SCO"], dtype="str").value_counts(), ",")
    True
    """
    if len(counts) > 20 * MOST_VALUES or not pd.api.types.is_string_dtype(counts.index.dtype):
        return False
    parts = counts.index.str.split(mark).to_series().explode().str.strip()
    joined = counts.index.str.contains(mark, regex=False)
    return bool(joined.any()) and parts.nunique() < len(counts) + (mark != ",")
