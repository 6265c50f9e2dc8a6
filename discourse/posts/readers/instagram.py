"""Instagram's account export in JSON: posts_1.json and its like."""

from __future__ import annotations

import re
from typing import Any

from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import as_rows, load, opening
from discourse.posts.readers.rows import Rows

SUFFIXES = (".json",)

_LIST = re.compile(rb'\[\s*\{\s*"(?:media|title|creation_timestamp|uri)"\s*:')
_WRAPPED = re.compile(rb'\{\s*"ig_(?:posts|reels|igtv|stories|archived_post)\w*"\s*:\s*\[')
_MEDIUM = re.compile(rb'"uri"\s*:')
_MOMENT = re.compile(rb'"creation_timestamp"\s*:\s*-?\d')


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes are a JSON list of posts made of media with an address and a moment."""
    head = opening(data)
    if not (_LIST.match(head) or _WRAPPED.match(head)):
        return False
    return _MEDIUM.search(head) is not None and _MOMENT.search(head) is not None


def read(data: bytes, file: str) -> Rows:
    """Read the posts, reels, stories or archived posts of one account.

    Instagram writes the bytes of UTF-8 as if they were Latin-1 characters; every caption that reads as UTF-8
    when this is undone is mended, and any other stays as it is. The caption of a post is its ``title``, that
    of a post with one picture the picture's. Moments are Unix seconds, UTC. Nothing in the file says whose
    account it is, what a post was liked, or where it can be seen.

    Raises
    ------
    DataError
        The file is damaged, or holds no post.
    """
    decoded = decode(data, file)
    whole, notes = load(decoded, 0, file, "Instagram export")
    if isinstance(whole, dict):
        whole = next(iter(whole.values()), [])
    found = whole if isinstance(whole, list) else []
    items = [_post(item) if isinstance(item, dict) else None for item in found]
    mended = 0
    for item in items:
        if item is not None and isinstance(item["caption"], str):
            caption = mend(item["caption"])
            mended += caption != item["caption"]
            item["caption"] = caption
    if mended:
        notes.append(f"{mended:,} caption(s) mended: their UTF-8 was written as Latin-1.")
    return as_rows(
        items,
        file,
        format="instagram",
        origin="Instagram export",
        roles={"text": "caption", "date": "creation_timestamp"},
        facts={"encoding": decoded.encoding},
        notes=notes,
    )


def mend(text: str) -> str:
    """Undo UTF-8 that was taken for Latin-1; a text of which this can't be true stays as it is.

    Examples
    --------
    >>> mend("Ð¡Ð½ÐµÐ³"), mend("Снег"), mend("café")
    ('Снег', 'Снег', 'café')
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _post(item: dict[str, Any]) -> dict[str, Any]:
    """One post as a record; a story is a medium without a post around it."""
    media = item.get("media", [item] if "uri" in item else [])
    media = [one for one in (media if isinstance(media, list) else [media]) if isinstance(one, dict)]
    titles = [item.get("title"), *(one.get("title") for one in media)]
    moments = [item.get("creation_timestamp"), *(one.get("creation_timestamp") for one in media)]
    return {
        "caption": next((title for title in titles if isinstance(title, str) and title.strip()), None),
        "creation_timestamp": next((moment for moment in moments if moment is not None), None),
        "media": len(media),
        "uri": " ".join(one["uri"] for one in media if isinstance(one.get("uri"), str)) or None,
    }
