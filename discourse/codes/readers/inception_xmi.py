"""INCEpTION and other UIMA programs: XMI, alone or in a zip archive with its type system."""

from __future__ import annotations

from functools import lru_cache
from pathlib import PurePath

from discourse.codes.coded import Coded
from discourse.codes.uima import ENDS, OWN, TITLE, TOKEN, Annotation, Document, Types, coded
from discourse.codes.xml_file import Element
from discourse.codes.xml_file import read as read_xml
from discourse.errors import DataError
from discourse.posts.readers.archive import Archive, Damaged

KIND = "UIMA CAS XMI file"

_ROOT = b"http://www.omg.org/XMI"


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is XMI, or a zip archive with an XMI file in it."""
    if data.startswith(b"PK\x03\x04"):
        return any(part.lower().endswith(".xmi") for part in members(data)) and not any(
            part.startswith("exportedproject") for part in members(data)
        )
    head = data[:4096]
    return _ROOT in head and b"<" in head


def read(data: bytes, name: str) -> Coded:
    """Read one document of one annotator, who is called as the file is; or the documents of an archive.

    Raises
    ------
    DataError
        The file is damaged, or all its layers say what words are.
    """
    if data.startswith(b"PK\x03\x04"):
        documents = unpacked(data, name)
        told = "coders are called as the files in the archive are" if len(documents) > 1 else ""
    else:
        documents = [document(data, name, PurePath(name).stem)]
        told = ""
    told = told or f'the coder is called "{documents[0].coder}", after the file'
    return coded(documents, name, KIND, notes=[f"{told}."])


def members(data: bytes) -> list[str]:
    """List the parts of an archive; none where it is no whole one."""
    try:
        return Archive(data).parts
    except Damaged:
        return []


def unpacked(data: bytes, file: str) -> list[Document]:
    """Read the documents of an archive of XMI files with their type system."""
    try:
        archive = Archive(data)
        parts = [part for part in archive.parts if part.lower().endswith(".xmi")]
        system = next((part for part in archive.parts if PurePath(part).name.lower() == "typesystem.xml"), None)
        types = None if system is None else _told(archive.read(system), file)
        found = [document(archive.read(part), f"{file} ({part})", PurePath(part).stem, types) for part in parts]
    except Damaged as problem:
        raise DataError(f"{file}: the archive can't be read: {problem}. Export it once more.") from problem
    if not found:
        raise DataError(f"{file}: no XMI file is in this archive. Export the document as UIMA CAS XMI.")
    return found


def _told(data: bytes, file: str) -> Types:
    try:
        return type_system(data)
    except DataError as problem:
        raise DataError(f"{file}: {problem}") from None


@lru_cache(maxsize=2)
def type_system(data: bytes) -> Types:
    """Read a UIMA type system description, which all documents of a project bring with them."""
    types = Types()
    root = read_xml(data, "TypeSystem.xml")
    for kind in [one for group in root.all("types") for one in group.all("typeDescription")]:
        name = _text(kind, "name")
        types.above[name] = _text(kind, "supertypeName")
        features = [one for group in kind.all("features") for one in group.all("featureDescription")]
        types.ranges[name] = {_text(one, "name"): _text(one, "rangeTypeName") for one in features}
    return types


def document(data: bytes, file: str, coder: str, types: Types | None = None) -> Document:
    """Read an XMI document.

    Without a type system, every attribute of an annotation is taken for a value, and layers that were not used are
    not known.

    Raises
    ------
    DataError
        It is damaged, or holds no text.

    Examples
    --------
    >>> head = 'xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///my/codes.ecore"'
    >>> body = '<cas:Sofa xmi:id="1" sofaString="It snows"/><c:Topic sofa="1" begin="3" end="8" value="weather"/>'
    >>> document(f"<xmi:XMI {head}>{body}</xmi:XMI>".encode(), "a.xmi", "Anna").annotations
    [Annotation(layer='my.codes.Topic', span=(3, 8), values={'value': ['weather']})]
    """
    root = read_xml(data, file)
    sofas = [one for one in root.all("Sofa") if "sofaString" in one.attributes]
    if root.name != "XMI" or not sofas:
        raise DataError(f"{file}: holds no text. Export the document as UIMA CAS XMI.")
    sofa = next((one for one in sofas if one.get("sofaID") == "_InitialView"), sofas[0])
    known = None if types is None else types.layers()
    arrays = {one.get("id"): [item.text for item in one.all("elements")] for one in root.all("StringArray")}
    members = {number for view in root.all("View") for number in view.get("members").split()}
    found = Document(PurePath(file).stem, coder, sofa.attributes["sofaString"], layers=dict(known or {}))
    for element in root.children:
        layer = _type(element, root)
        if element.get("sofa") != sofa.get("id") or (members and element.get("id") not in members):
            continue
        if layer == TITLE:
            found.name = element.get("documentTitle") or found.name
        found.words += layer == TOKEN
        if known is None and not element.attributes.keys() >= ENDS:
            features = dict.fromkeys([*element.attributes, *(child.name for child in element.children)])
            told = found.layers.setdefault(layer, [])
            told += [one for one in features if one not in OWN and one not in told]
        if layer in found.layers:
            span = _span(element, file)
            values = {one: _values(element, one, arrays) for one in found.layers[layer]}
            found.annotations.append(Annotation(layer, span, {one: given for one, given in values.items() if given}))
    return found


def _values(element: Element, feature: str, arrays: dict[str, list[str]]) -> list[str]:
    """Give the values of a feature: one as an attribute, several as elements or as an array the attribute points to."""
    value = element.attributes.get(feature)
    if value is None:
        return [child.text for child in element.all(feature) if child.text]
    return arrays.get(value, [value])


def _span(element: Element, file: str) -> tuple[int, int] | None:
    if "begin" not in element.attributes:
        return None
    try:
        return int(element.get("begin")[:20]), int(element.get("end")[:20])
    except ValueError:
        raise DataError(f"{file}: line {element.line}: an annotation begins or ends at no number.") from None


def _type(element: Element, root: Element) -> str:
    """Give the full name of a type: what its prefix stands for is ``http:///`` and the package with slashes."""
    place = root.attributes.get(element.prefix, "").removeprefix("http:///").removesuffix(".ecore")
    place = place.removeprefix("uima/noNamespace")
    return ".".join([*filter(None, place.split("/")), element.name])


def _text(element: Element, name: str) -> str:
    found = element.first(name)
    return "" if found is None else found.text.strip()
