"""Telegram Desktop's export (result.json): one chat, or all chats of an account."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from discourse.errors import DataError
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import as_rows, load, opening
from discourse.posts.readers.rows import Rows

SUFFIXES = (".json",)

_KINDS = rb"personal_chat|bot_chat|saved_messages|replies|(?:private|public)_(?:group|supergroup|channel)"
_CHAT = re.compile(rb'"type"\s*:\s*"(?:' + _KINDS + rb')"|"type"\s*:\s*"(?:message|service)"')
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')
_ACCOUNT = re.compile(rb'"chats"\s*:\s*\{(?:\s*"about"\s*:\s*"(?:[^"\\]|\\.){0,2000}"\s*,)?\s*"list"\s*:\s*\[')
_LINKED = ("channel", "supergroup")


def recognises(data: bytes, suffix: str) -> bool:
    """Whether the bytes are a JSON object with a chat's messages, or with a list of chats."""
    head = opening(data)
    if not head.startswith(b"{"):
        return False
    if _MESSAGES.search(head) and _CHAT.search(head):
        return True
    return b'"chats"' in data and _ACCOUNT.search(data) is not None and _MESSAGES.search(data) is not None


def read(data: bytes, file: str) -> Rows:
    """Read the messages of all chats in the file, in its order.

    Service messages (somebody joined, a call, a pinned message) are no posts: they are not counted as rows,
    and a note says how many there are. A row's number is its place among the other messages. Messages without
    words (a photo alone) are rows, and are rejected later for want of a text.

    The moment of a message is ``date_unixtime`` (UTC); exports made before Telegram wrote it have only
    ``date``, which is local to the machine that made the export. Where only some messages lack it, the column
    ``moment`` has the one or else the other.

    Raises
    ------
    DataError
        The file is damaged, or holds no message.
    """
    decoded = decode(data, file)
    whole, notes = load(decoded, 0, file, "Telegram export")
    chats = [chat for chat in _chats(whole) if isinstance(chat.get("messages"), list)]
    if not chats:
        raise DataError(f"{file}: no messages in this Telegram export. Export the chat anew, as JSON.")
    items: list[dict[str, Any] | None] = []
    service = 0
    for chat in chats:
        for message in chat["messages"]:
            if isinstance(message, dict) and message.get("type") == "service":
                service += 1
            else:
                items.append(_post(message, chat) if isinstance(message, dict) else None)
    if len(chats) > 1:
        notes.append(f"{len(chats)} chats are read.")
    if service:
        notes.append(f"{service:,} service message(s) left out; they are no posts and not counted as rows.")
    date = _date(items, notes)
    return as_rows(
        items,
        file,
        format="telegram",
        origin="Telegram export",
        roles={"text": "text", "date": date, "author": "from", "id": "id"},
        facts={"encoding": decoded.encoding, "chats": len(chats), "service_messages": service},
        notes=notes,
        called=("message", "id"),
        within="chat" if len(chats) > 1 else "",
    )


def _chats(whole: Any) -> list[dict[str, Any]]:
    """List the chats of an export: the one it is of, or those of the account, left ones included."""
    if not isinstance(whole, dict):
        return []
    if "messages" in whole:
        return [whole]
    lists = [whole[key].get("list") for key in ("chats", "left_chats") if isinstance(whole.get(key), dict)]
    return [chat for found in lists if isinstance(found, list) for chat in found if isinstance(chat, dict)]


def _date(items: list[dict[str, Any] | None], notes: list[str]) -> str:
    """Choose the column of the moment, and make one where some messages lack theirs in UTC."""
    posts = [item for item in items if item is not None]
    local = sum(item["date_unixtime"] in (None, "") for item in posts)
    if not local:
        return "date_unixtime"
    which = f"{local:,} of {len(posts):,} messages are" if local < len(posts) else "messages"
    notes.append(
        f"{which} without date_unixtime: their times are local to the machine that made the export, "
        "so --timezone should name its time zone."
    )
    if local == len(posts):
        return "date"
    for item in posts:
        item["moment"] = _utc(item["date_unixtime"]) or item["date"]
    return "moment"


def _utc(unixtime: Any) -> str:
    """Write a Unix time in ISO form; what is none stays the text it is."""
    written = "" if unixtime is None else str(unixtime)
    if not re.fullmatch(r"[0-9]{9,10}", written):
        return written
    return dt.datetime.fromtimestamp(int(written), dt.UTC).isoformat()


def _post(message: Mapping[str, Any], chat: Mapping[str, Any]) -> dict[str, Any]:
    """One message as a record."""
    text, links = _text(message.get("text") or message.get("text_entities") or "")
    number, kind = message.get("id"), str(chat.get("type", ""))
    linked = kind.endswith(_LINKED) and isinstance(chat.get("id"), int) and isinstance(number, int)
    return {
        "id": number,
        "date": message.get("date"),
        "date_unixtime": message.get("date_unixtime"),
        "from": message.get("from") or message.get("from_id") or chat.get("name"),
        "text": text,
        "link": f"https://t.me/c/{chat['id']}/{number}" if linked else None,
        "links": " ".join(links) or None,
        "chat": chat.get("name"),
        "chat_type": chat.get("type"),
        "media_type": message.get("media_type") or ("photo" if message.get("photo") else None),
        "reactions": _reactions(message.get("reactions")),
        "reply_to_message_id": message.get("reply_to_message_id"),
        "forwarded_from": message.get("forwarded_from"),
        "edited": message.get("edited"),
        "signature": message.get("author"),
    }


def _text(value: Any) -> tuple[str, list[str]]:
    """Words of a message, its parts joined, and the addresses that it links to."""
    if isinstance(value, str):
        return value, []
    words: list[str] = []
    links: list[str] = []
    for part in value if isinstance(value, list) else []:
        said = part.get("text") if isinstance(part, dict) else part
        words.append(said if isinstance(said, str) else "")
        if isinstance(part, dict) and part.get("type") in ("text_link", "link"):
            target = part.get("href", said)
            links += [target] if isinstance(target, str) else []
    return "".join(words), links


def _reactions(value: Any) -> int | None:
    """How many reactions a message has; None where the export does not say."""
    if not isinstance(value, list):
        return None
    counts = [one.get("count") for one in value if isinstance(one, dict)]
    return sum(count for count in counts if isinstance(count, int) and not isinstance(count, bool))
