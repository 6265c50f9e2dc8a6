"""Label Studio: its JSON export, and the shorter JSON-MIN."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from discourse.codes.coded import Coded
from discourse.codes.gather import CHARACTERS, UTF16, Gathered
from discourse.errors import DataError
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import load, opening

KIND = "Label Studio export"

_CODES = ("choices", "labels", "hypertextlabels", "paragraphlabels", "taxonomy", "rating")
"""Types of results that are codes, and the keys of their values. Free text, numbers and marks on images are none."""
_SPANS = ("labels", "hypertextlabels", "paragraphlabels")
_IDS = ("post_id", "id", "post")
_LATER = ("annotator", "annotation_id", "created_at", "updated_at", "lead_time")
_SHORT, _FEW = 60, 60


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is a JSON list of tasks with annotations, or of annotations as JSON-MIN has them."""
    if not opening(data).startswith((b"[", b"{")):
        return False
    whole = b'"data"' in data and (b'"annotations"' in data or b'"completions"' in data)
    return (whole and b'"result"' in data) or all(f'"{key}"'.encode() in data for key in _LATER[:2])


def read(data: bytes, name: str) -> Coded:
    """Read choices, labels, taxonomies and ratings; each control of the labelling interface is a scheme.

    A task that a person annotated is read by them for all schemes, so what they did not choose was decided against;
    cancelled annotations don't count, and predictions are a machine's. A task is a post; ``post_id``, ``id`` or
    ``post`` among its data is the post's identifier, the number of the task is not.

    Raises
    ------
    DataError
        The file is damaged, or has no annotated task.
    """
    whole, notes = load(decode(data, name), 0, name, KIND)
    items = whole if isinstance(whole, list) else [whole]
    tasks = [one for one in items if isinstance(one, dict)]
    left: Counter[str] = Counter({"item(s) are no tasks": len(items) - len(tasks)})
    full = [task for task in tasks if isinstance(task.get("data"), dict)]
    annotated = list(_full(full, left) if full else _short(tasks))
    if not annotated:
        raise DataError(f"{name}: no task in this {KIND} was annotated. Export the tasks with their annotations.")
    text_key = _text_key([one.data for one in annotated])
    if text_key not in ("", "text"):
        notes.append(f'the text of a task is its "{text_key}".')
    found = Gathered()
    rows: dict[str, int] = {}
    for one in annotated:
        if one.task not in rows:
            text = one.data.get(text_key)
            post = next((_plain(one.data[key]) for key in _IDS if _plain(one.data.get(key))), None)
            rows[one.task] = found.source(f"task {one.task}", text if isinstance(text, str) else None, post)
        for mark in one.marks:
            source = rows[one.task]
            found.give(source, mark.scheme, mark.code, one.coder, mark.span, mark.quote, (UTF16, CHARACTERS))
    for one in annotated:
        found.readers(rows[one.task], one.coder, found.schemes)
    notes += [f"{count:,} {what}." for what, count in left.items() if count]
    return found.coded(name, KIND, notes)


@dataclass(frozen=True)
class _Mark:
    scheme: str
    code: str
    span: tuple[int, int] | None = None
    quote: str | None = None


@dataclass(frozen=True)
class _Annotated:
    """A task as one person annotated it."""

    task: str
    data: dict[str, Any]
    coder: str
    marks: list[_Mark]


def _full(tasks: Sequence[dict[str, Any]], left: Counter[str]) -> Iterator[_Annotated]:
    """Read tasks of the whole export."""
    for place, task in enumerate(tasks, start=1):
        left["task(s) have a machine's predictions, which are no codes of people"] += bool(task.get("predictions"))
        for annotation in _objects(task.get("annotations", task.get("completions"))):
            if annotation.get("was_cancelled"):
                left["cancelled annotation(s) don't count"] += 1
                continue
            marks: list[_Mark] = []
            for result in _objects(annotation.get("result")):
                kind, value = str(result.get("type")), result.get("value")
                if kind in _CODES and isinstance(value, dict):
                    marks += _marks(str(result.get("from_name", "")), value, kind)
                else:
                    left["result(s) are free text, numbers, links or marks on images, and no codes"] += 1
            number = _plain(task.get("id")) or f"{place} of the file"
            yield _Annotated(number, task["data"], _coder(annotation.get("completed_by")), marks)


def _short(items: Sequence[dict[str, Any]]) -> Iterator[_Annotated]:
    """Read annotations of JSON-MIN: data, the task's number, controls, and who annotated, in this order.

    A control with one choice is written as a plain text, as data are; it is a control if it stands behind the number
    and has few and short values.
    """
    kept = [item for item in items if "annotation_id" in item]
    values: dict[str, set[str]] = {}
    for item in kept:
        for key in _behind(item):
            if isinstance(item[key], str):
                values.setdefault(key, set()).add(item[key])
    flat = {key for key, given in values.items() if len(given) <= _FEW and max(map(len, given)) <= _SHORT}
    for place, item in enumerate(kept, start=1):
        controls = [key for key in _behind(item) if isinstance(item[key], dict | list) or key in flat]
        marks: list[_Mark] = []
        for key in controls:
            for value in item[key] if isinstance(item[key], list) else [item[key]]:
                if isinstance(value, str):
                    marks.append(_Mark(key, value))
                elif isinstance(value, dict):
                    marks += [mark for kind in _CODES for mark in _marks(key, value, kind)]
        data = {key: value for key, value in item.items() if key not in (*controls, *_LATER, "id")}
        yield _Annotated(_plain(item.get("id")) or f"{place} of the file", data, _coder(item.get("annotator")), marks)


def _behind(item: dict[str, Any]) -> list[str]:
    """Give the keys behind the number of the task, up to who annotated it."""
    keys = list(item)
    first = keys.index("id") + 1 if "id" in keys else 0
    last = keys.index("annotator") if "annotator" in keys else len(keys)
    return [key for key in keys[first:last] if key not in (*_LATER, "text")]


def _marks(scheme: str, value: dict[str, Any], kind: str) -> list[_Mark]:
    given = value.get(kind)
    items = given if isinstance(given, list) else [given]
    if kind == "taxonomy":  # a path of names each
        items = [" > ".join(map(_plain, item)) if isinstance(item, list) else item for item in items]
    offsets = value.get("globalOffsets") if isinstance(value.get("globalOffsets"), dict) else value
    start, end = (offsets.get(key) for key in ("start", "end")) if isinstance(offsets, dict) else (None, None)
    span = (start, end) if isinstance(start, int) and isinstance(end, int) and kind in (*_SPANS, "choices") else None
    quote = value.get("text") if isinstance(value.get("text"), str) and kind in _SPANS else None
    return [_Mark(scheme, _plain(item), span, quote) for item in items if _plain(item)]


def _text_key(data: Sequence[dict[str, Any]]) -> str:
    """Find what the text is called: ``text``, or what holds the longest texts."""
    sizes: Counter[str] = Counter()
    for one in data:
        for key, value in one.items():
            if isinstance(value, str) and key not in _IDS and not value.startswith(("http://", "https://", "/data/")):
                sizes[key] += len(value)
    return "text" if "text" in sizes else max(sizes, key=lambda key: sizes[key], default="")


def _coder(value: object) -> str:
    """Name a person: by address, or by number where that is all that is told."""
    if isinstance(value, dict):
        return _plain(value.get("email")) or _plain(value.get("username")) or _plain(value.get("id"))
    return _plain(value)


def _plain(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
