"""The archive that X (Twitter) gives to the owner of an account: tweets.js and its parts."""

from __future__ import annotations

import re
from typing import Any

from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import as_rows, load, opening
from discourse.posts.readers.rows import Rows

SUFFIXES = (".js",)

_ASSIGNMENT = re.compile(rb"\s*window\.YTD\.tweets?\.part\d+\s*=\s*")
_SIGNS = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPES = re.compile("|".join(_SIGNS))
_NO_LANGUAGE = {"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"}
_UNKNOWN_TO_X = re.compile("[әғқңөұүһ]", re.IGNORECASE)
"""Letters of Kazakh and its neighbours, none of which X can tell: it marks such posts as Russian or worse."""


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes assign a part of the account's posts, as the archive does."""
    return _ASSIGNMENT.match(opening(data)) is not None


def read(data: bytes, file: str) -> Rows:
    """Read one part of an archive; reposts ("RT @...") are posts like the others.

    X's own mark of the language is used where it is one; where X marks none, or the letters are Kazakh, which
    X does not know, the mark is left out and the language is detected. Nothing in the file says whose account
    it is.

    Raises
    ------
    DataError
        The file is damaged, or holds no post.
    """
    decoded = decode(data, file)
    start = _ASSIGNMENT.match(decoded.utf8)
    whole, notes = load(decoded, start.end() if start else 0, file, "X archive")
    items: list[dict[str, Any] | None] = []
    unmarked = 0
    for item in whole if isinstance(whole, list) else []:
        tweet = item.get("tweet", item) if isinstance(item, dict) else None
        if not isinstance(tweet, dict):
            items.append(None)
            continue
        post = _post(tweet)
        if str(post["lang"]) in _NO_LANGUAGE or _UNKNOWN_TO_X.search(str(post["full_text"])):
            post["lang"] = None
            unmarked += 1
        items.append(post)
    if unmarked:
        notes.append(
            f"lang: X's mark is not used for {unmarked:,} post(s) that are in Kazakh letters or without a mark; "
            "their language is detected."
        )
    return as_rows(
        items,
        file,
        format="x",
        origin="X archive",
        roles={"text": "full_text", "date": "created_at", "lang": "lang", "id": "id_str"},
        facts={"encoding": decoded.encoding},
        notes=notes,
        called=("post", "id_str"),
    )


def _post(tweet: dict[str, Any]) -> dict[str, Any]:
    """One post as a record."""
    number = tweet.get("id_str", tweet.get("id"))
    return {
        "id_str": number,
        "created_at": tweet.get("created_at"),
        "full_text": _unescaped(tweet.get("full_text", tweet.get("text"))),
        "lang": tweet.get("lang"),
        "favorite_count": _count(tweet.get("favorite_count")),
        "retweet_count": _count(tweet.get("retweet_count")),
        "link": f"https://x.com/i/web/status/{number}" if re.fullmatch(r"\d+", str(number)) else None,
        "urls": " ".join(_urls(tweet.get("entities"))) or None,
        "in_reply_to_screen_name": tweet.get("in_reply_to_screen_name"),
        "in_reply_to_status_id_str": tweet.get("in_reply_to_status_id_str"),
    }


def _unescaped(text: Any) -> Any:
    """Give back the three signs that the archive writes as ``&amp;``, ``&lt;`` and ``&gt;``."""
    return _ESCAPES.sub(lambda found: _SIGNS[found[0]], text) if isinstance(text, str) else text


def _count(value: Any) -> Any:
    """Read a number of likes or reposts, which the archive writes as text; anything else stays as it is."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value) else value


def _urls(entities: Any) -> list[str]:
    """Addresses behind the short links of a post."""
    urls = entities.get("urls") if isinstance(entities, dict) else None
    whole = [one.get("expanded_url") for one in urls if isinstance(one, dict)] if isinstance(urls, list) else []
    return [url for url in whole if isinstance(url, str)]
