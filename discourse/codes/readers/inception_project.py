"""INCEpTION: a whole exported project, with every document as each person annotated it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from discourse.codes.coded import Coded
from discourse.codes.readers import inception_json, inception_tsv, inception_xmi
from discourse.codes.readers.inception_xmi import members
from discourse.codes.uima import Document, coded
from discourse.errors import DataError
from discourse.posts.readers.archive import LARGEST, Archive, Damaged
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import load

KIND = "INCEpTION project"

_MOST = 200_000
_NOBODY = "INITIAL_CAS"
_CURATOR = "CURATION_USER"
_DONE = {"FINISHED", "CURATION_FINISHED"}
_AGAIN = "Export the project again with UIMA CAS XMI or UIMA CAS JSON as the format"


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is a zip archive with the description of a project."""
    return data.startswith(b"PK\x03\x04") and any(_describes(part) for part in members(data))


def read(data: bytes, name: str) -> Coded:
    """Read the annotations of every person, and those of the curation, whose coder is called ``CURATION_USER``.

    A document that a person finished is read to its end by that person. Java-serialized parts are never opened, since
    opening them can run what a stranger wrote; what is in them alone is said.

    Raises
    ------
    DataError
        The archive is damaged, or no annotations are in it but serialized ones.
    """
    try:
        archive = Archive(data, most=_MOST)
        described = archive.read(next(part for part in archive.parts if _describes(part)))
        about, _ = load(decode(described, name), 0, name, "description of the project")
        return _project(archive, about if isinstance(about, dict) else {}, name)
    except Damaged as problem:
        raise DataError(f"{name}: the project can't be read: {problem}. Export it once more.") from problem


def _project(archive: Archive, about: dict[str, Any], file: str) -> Coded:
    finished = _finished(about)
    documents: list[Document] = []
    closed: dict[tuple[str, str], None] = {}
    left = LARGEST
    for part in archive.parts:
        path = PurePosixPath(part)
        if len(path.parts) != 3 or not path.parts[0].startswith(("annotation", "curation")) or path.stem == _NOBODY:
            continue
        title, suffix = path.parts[1], path.suffix.lower()
        if suffix not in _READERS:
            closed[title, path.stem] = None
            continue
        whole = archive.read(part)
        for one in _READERS[suffix](whole, f"{file} ({part})", title, path.stem):
            left -= len(one.text)
            if left < 0:
                raise Damaged("its documents are larger than any honest ones")
            one.finished = (title, one.coder) in finished
            documents.append(one)
    read = {(one.name, one.coder) for one in documents}
    only = [key for key in closed if key not in read]
    serialized = (
        f"{len(only):,} annotated document(s) are in the project only as plain text or Java-serialized (.ser), and "
        f"such parts are never opened, since opening them can run what a stranger wrote"
    )
    coding = (bool(given.values) or not one.layers.get(given.layer) for one in documents for given in one.annotations)
    if only and not any(coding):
        shown = ", ".join(f"{title} by {coder}" for title, coder in only[:3])
        raise DataError(f"{file}: no codes can be read: {serialized} ({shown}). {_AGAIN}.")
    notes = [f"{serialized}. {_AGAIN} to have them read."] if only else []
    if any(one.coder == _CURATOR for one in documents):
        notes.append(f"the curated annotations count as those of a coder, {_CURATOR}.")
    return coded(documents, file, KIND, definitions=_definitions(about), notes=notes)


def _tsv(data: bytes, file: str, title: str, stem: str) -> list[Document]:
    return [inception_tsv.document(data, file, title, stem)] if inception_tsv.recognises(data, file) else []


def _json(data: bytes, file: str, title: str, stem: str) -> list[Document]:
    return [_named(inception_json.document(data, file, stem), title)] if inception_json.recognises(data, file) else []


def _xmi(data: bytes, file: str, title: str, stem: str) -> list[Document]:
    return [_named(inception_xmi.document(data, file, stem), title)]


def _zip(data: bytes, file: str, title: str, stem: str) -> list[Document]:
    """Read an archive within the archive: an XMI file that is called as the person, and its type system."""
    inner = Archive(data)
    if any(part.lower().endswith(".xmi") for part in inner.parts):
        return [_named(one, title) for one in inception_xmi.unpacked(data, file) if one.coder != _NOBODY]
    found = []
    for part in inner.parts:
        reader = {".tsv": _tsv, ".json": _json}.get(PurePosixPath(part).suffix.lower())
        if reader:
            found += reader(inner.read(part), f"{file} ({part})", title, PurePosixPath(part).stem)
    return found


_READERS: dict[str, Callable[[bytes, str, str, str], list[Document]]] = {
    ".tsv": _tsv,
    ".json": _json,
    ".xmi": _xmi,
    ".zip": _zip,
}


def _named(document: Document, title: str) -> Document:
    document.name = title
    return document


def _describes(part: str) -> bool:
    return part.startswith("exportedproject") and part.endswith(".json")


def _finished(about: dict[str, Any]) -> set[tuple[str, str]]:
    """Give documents and the persons who finished them."""
    found = {
        (str(one.get("name")), str(one.get("user")))
        for one in _objects(about.get("annotation_documents"))
        if one.get("state") in _DONE
    }
    sources = _objects(about.get("source_documents"))
    return found | {(str(one.get("name")), _CURATOR) for one in sources if one.get("state") in _DONE}


def _definitions(about: dict[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    """Give the tag sets of the project by layer and feature."""
    sets = {
        str(one.get("name")): {
            str(tag.get("tag_name")): str(tag.get("tag_description") or "") for tag in _objects(one.get("tags"))
        }
        for one in _objects(about.get("tag_sets"))
    }
    found = {}
    for layer in _objects(about.get("layers")):
        for feature in _objects(layer.get("features")):
            chosen = feature.get("tag_set")
            if isinstance(chosen, dict) and str(chosen.get("name")) in sets:
                found[str(layer.get("name")), str(feature.get("name"))] = sets[str(chosen.get("name"))]
    return found


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
