"""Posts, codes and codings as a project of REFI-QDA (``.qdpx``), and codes as a codebook (``.qdc``).

The formats are those of https://www.qdasoftware.org, version 1.5, which NVivo, ATLAS.ti, MAXQDA and others read.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

import pandas as pd

from discourse.codes.readers.refi_codebook import NAMESPACE as CODEBOOK
from discourse.codes.readers.refi_parts import FOLDER, PROJECT
from discourse.codes.xml_file import writable

NAMESPACE = "urn:QDA-XML:project:1.0"

_IDS = uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_QUOTE = 60
_KINDS = {"post_id": "Text", "date": "DateTime", "lang": "Text", "account": "Text"}


@dataclass(frozen=True)
class Project:
    """What goes into a project.

    Attributes
    ----------
    name : str
    created : str
        Moment, as ``2026-01-31T12:00:00+00:00``.
    posts : pandas.DataFrame
        ``post_id`` (each once), ``text``, ``date`` (NaT where unknown), ``lang``, ``account`` (NA where unknown).
    codes : pandas.DataFrame
        ``scheme`` ("" for codes without one), ``code`` (each once within its scheme) and ``definition``.
    codings : pandas.DataFrame
        ``row`` of a post, ``scheme``, ``code``, which are among the codes, and ``coder``.
    """

    name: str
    created: str
    posts: pd.DataFrame
    codes: pd.DataFrame
    codings: pd.DataFrame


def write(project: Project, path: Path) -> None:
    """Write a project: a source a post, whose whole text is coded; a case a post, with what is known of it.

    Identifiers are made from what they stand for, so that the same project always gives the same file.

    Parameters
    ----------
    project : Project
    path : Path
    """
    ids = [_guid("post", post_id) for post_id in project.posts["post_id"]]
    with zipfile.ZipFile(path, "w") as archive:
        with (
            archive.open(_entry(PROJECT), "w", force_zip64=True) as stream,
            io.TextIOWrapper(stream, "utf-8", newline="\n") as written,
        ):
            _write_xml(project, ids, written)
        for key, text in zip(ids, project.posts["text"], strict=True):
            encoding = "utf-8-sig" if text.startswith("\ufeff") else "utf-8"  # its first character is not a mark
            data = text.encode(encoding, "replace")
            archive.writestr(_entry(f"{FOLDER}/{key}.txt"), data)


def write_codebook(codes: pd.DataFrame, path: Path) -> None:
    """Write codes and their definitions as a codebook.

    Parameters
    ----------
    codes : pandas.DataFrame
        ``scheme``, ``code``, ``definition``; one row at least.
    path : Path
    """
    root = Element("CodeBook", {"xmlns": CODEBOOK, "origin": "discourse"})
    root.append(_codes(codes))
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _write_xml(project: Project, ids: list[str], stream: io.TextIOWrapper) -> None:
    """Write the XML element by element: a tree of all would take gigabytes."""
    coders = sorted(set(project.codings["coder"]) - {""})
    out = XMLGenerator(stream, encoding="utf-8")
    head = {"xmlns": NAMESPACE, "name": writable(project.name), "origin": "discourse"}
    out.startDocument()
    out.startElement("Project", AttributesImpl(head | {"creationDateTime": project.created}))
    groups: list[tuple[str, Iterator[Element]]] = [
        ("Users", (_new("User", _guid("user", coder), writable(coder)) for coder in coders)),
        ("CodeBook", iter([] if project.codes.empty else [_codes(project.codes)])),
        ("Variables", _variables()),
        ("Cases", _cases(project.posts, ids)),
        ("Sources", _sources(project, ids)),
    ]
    for name, elements in groups:
        first = next(elements, None)
        if first is None:
            continue
        out.startElement(name, AttributesImpl({}))
        for element in chain([first], elements):
            ElementTree.ElementTree(element).write(stream, encoding="unicode")
        out.endElement(name)
    out.endElement("Project")
    out.endDocument()


def _codes(codes: pd.DataFrame) -> Element:
    root = Element("Codes")
    for scheme, held in codes.groupby("scheme", sort=False):
        parent = root
        if scheme:
            parent = SubElement(root, "Code", _code(str(scheme), _guid("scheme", str(scheme)), codable=False))
        for code, definition in zip(held["code"], held["definition"], strict=True):
            element = SubElement(parent, "Code", _code(code, _guid("code", str(scheme), code), codable=True))
            if definition:
                SubElement(element, "Description").text = writable(definition)
    return root


def _code(name: str, guid: str, *, codable: bool) -> dict[str, str]:
    return {"guid": guid, "name": writable(name), "isCodable": "true" if codable else "false"}


def _variables() -> Iterator[Element]:
    for name, kind in _KINDS.items():
        variable = _new("Variable", _guid("variable", name), name)
        variable.set("typeOfVariable", kind)
        yield variable


def _cases(posts: pd.DataFrame, ids: list[str]) -> Iterator[Element]:
    refer = {name: _guid("variable", name) for name in _KINDS}
    for key, values in zip(ids, posts[[*_KINDS]].itertuples(index=False), strict=True):
        case = _new("Case", _guid("case", values[0]), writable(values[0]))
        for (name, kind), value in zip(_KINDS.items(), values, strict=True):
            if pd.isna(value):
                continue
            held = SubElement(case, "VariableValue")
            SubElement(held, "VariableRef", {"targetGUID": refer[name]})
            SubElement(held, f"{kind}Value").text = value.isoformat() if kind == "DateTime" else writable(value)
        SubElement(case, "SourceRef", {"targetGUID": key})
        yield case


def _sources(project: Project, ids: list[str]) -> Iterator[Element]:
    given: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row, *held in project.codings[["row", "scheme", "code", "coder"]].itertuples(index=False):
        given[row].append(tuple(held))
    refer = {
        (scheme, code): _guid("code", scheme, code)
        for scheme, code in project.codes[["scheme", "code"]].itertuples(index=False)
    }
    users = {coder: _guid("user", coder) for coder in project.codings["coder"].unique()}
    for row, (key, post_id, text) in enumerate(zip(ids, project.posts["post_id"], project.posts["text"], strict=True)):
        source = _new("TextSource", key, writable(post_id))
        source.set("plainTextPath", f"internal://{key}.txt")
        if row in given:
            whole = _new("PlainTextSelection", _guid("passage", post_id), writable(" ".join(text.split())[:_QUOTE]))
            whole.set("startPosition", "0")
            whole.set("endPosition", str(len(text)))
            source.append(whole)
            for scheme, code, coder in given[row]:
                coding = SubElement(whole, "Coding", {"guid": _guid("coding", post_id, scheme, code, coder)})
                if coder:
                    coding.set("creatingUser", users[coder])
                SubElement(coding, "CodeRef", {"targetGUID": refer[scheme, code]})
        yield source


def _new(kind: str, guid: str, name: str) -> Element:
    return Element(kind, {"guid": guid, "name": name})


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(_IDS, "\x1f".join(parts)))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
