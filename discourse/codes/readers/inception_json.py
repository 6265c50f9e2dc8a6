"""INCEpTION and other UIMA programs: UIMA CAS JSON."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from discourse.codes.coded import Coded
from discourse.codes.uima import TITLE, TOKEN, Annotation, Document, Types, coded
from discourse.errors import DataError
from discourse.posts.readers.encoding import decode
from discourse.posts.readers.export import load, opening

KIND = "UIMA CAS JSON file"


def recognises(data: bytes, name: str) -> bool:
    """Whether the file is a JSON object with the keywords of this format."""
    return opening(data).startswith(b"{") and b'"%FEATURE_STRUCTURES"' in data and b'"%TYPE"' in data


def read(data: bytes, name: str) -> Coded:
    """Read one document of one annotator, who is called as the file is.

    Raises
    ------
    DataError
        The file is damaged, or all its layers say what words are.
    """
    coder = PurePath(name).stem
    return coded([document(data, name, coder)], name, KIND, notes=[f'the coder is called "{coder}", after the file.'])


def document(data: bytes, file: str, coder: str) -> Document:
    """Read a JSON document. Begin and end count UTF-16 units, as Java writes them.

    Raises
    ------
    DataError
        It is damaged, or holds no text.

    Examples
    --------
    >>> topic = '{"%SUPER_TYPE": "uima.tcas.Annotation", "value": {"%RANGE": "uima.cas.String"}}'
    >>> text = '{"%TYPES": {"my.Topic": ' + topic + '}, '
    >>> text += '"%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "It snows"}, '
    >>> text += '{"%ID": 2, "%TYPE": "my.Topic", "@sofa": 1, "begin": 3, "end": 8, "value": "weather"}]}'
    >>> document(text.encode(), "a.json", "Anna").annotations
    [Annotation(layer='my.Topic', span=(3, 8), values={'value': ['weather']})]
    """
    whole, _ = load(decode(data, file), 0, file, KIND)
    structures = _structures(whole)
    sofas = {str(key): one for key, one in structures.items() if isinstance(one.get("sofaString"), str)}
    if not sofas:
        raise DataError(f"{file}: holds no text. Export the document as UIMA CAS JSON.")
    initial = (key for key, one in sofas.items() if one.get("sofaID") == "_InitialView")
    sofa = next(initial, next(iter(sofas)))
    found = Document(PurePath(file).stem, coder, sofas[sofa]["sofaString"], layers=_types(whole.get("%TYPES")).layers())
    for one in structures.values():
        if str(one.get("@sofa")) != sofa:
            continue
        layer = str(one.get("%TYPE"))
        if layer == TITLE and isinstance(one.get("documentTitle"), str):
            found.name = one["documentTitle"]
        found.words += layer == TOKEN
        if layer in found.layers:
            values = {feature: _values(one, feature, structures) for feature in found.layers[layer]}
            filled = {feature: given for feature, given in values.items() if given}
            found.annotations.append(Annotation(layer, _span(one, file), filled))
    return found


def _structures(whole: Any) -> dict[str, dict[str, Any]]:
    """Give the feature structures by number, whether they stand in a list or in an object."""
    given = whole.get("%FEATURE_STRUCTURES") if isinstance(whole, dict) else None
    if isinstance(given, dict):
        return {str(key): one for key, one in given.items() if isinstance(one, dict)}
    items = given if isinstance(given, list) else []
    return {str(one.get("%ID")): one for one in items if isinstance(one, dict)}


def _types(given: Any) -> Types:
    types = Types()
    for name, told in given.items() if isinstance(given, dict) else ():
        if isinstance(told, dict):
            types.above[name] = str(told.get("%SUPER_TYPE", ""))
            features = {key: one for key, one in told.items() if isinstance(one, dict)}
            types.ranges[name] = {key: str(one.get("%RANGE", "")) for key, one in features.items()}
    return types


def _values(one: dict[str, Any], feature: str, structures: dict[str, dict[str, Any]]) -> list[str]:
    """Give the values of a feature: one as it is, several by reference to an array."""
    value = one.get(feature)
    if value is None and f"@{feature}" in one:
        value = structures.get(str(one[f"@{feature}"]), {}).get("%ELEMENTS")
    given = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in given if _is_value(item)]


def _is_value(item: object) -> bool:
    return isinstance(item, str | int | float) and item != ""


def _span(one: dict[str, Any], file: str) -> tuple[int, int] | None:
    begin, end = (one.get(key, one.get(f"^{key}")) for key in ("begin", "end"))
    if begin is None and end is None:
        return None
    if not isinstance(begin, int) or not isinstance(end, int):
        raise DataError(f"{file}: annotation {one.get('%ID')} begins or ends at no number.")
    return begin, end
