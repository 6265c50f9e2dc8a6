"""Documents annotated in INCEpTION, in whichever of its formats: which of their layers hold codes, and the codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from discourse.codes.coded import Coded
from discourse.codes.gather import UTF16, Gathered
from discourse.errors import DataError

ENTITIES = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
OWN = {"id", "sofa", "begin", "end"}
"""Features that every annotation has."""
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
TITLE = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
ENDS = {"Governor", "Dependent"}
"""Features of every layer of relations between annotations, which are no codes."""
_DEEPEST = 50
_ANNOTATIONS = {"uima.tcas.Annotation", "uima.cas.AnnotationBase"}
_VALUES = {f"uima.cas.{kind}" for kind in ("String", "Boolean", "Byte", "Short", "Integer", "Long", "StringArray")}
_BUILT_IN = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.",
    "de.tudarmstadt.ukp.clarin.",
    "de.tudarmstadt.ukp.inception.",
    "org.dkpro.core.",
)
"""Packages of layers that say what words are in a language, or that programs keep for themselves."""
_CHUNKS = "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.chunk.Chunk"
_NEARLY_ALL, _ENOUGH_WORDS = 0.9, 10
_UNSEEN = {"identifier", "order", "uiOrder"}
"""Features that are links to a knowledge base or for display."""


@dataclass(frozen=True)
class Types:
    """A type system: by type its supertype, and by type and feature what the values are."""

    above: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, dict[str, str]] = field(default_factory=dict)

    def line(self, name: str) -> list[str]:
        """List a type and those it descends from."""
        found = [name]
        while len(found) < _DEEPEST and (over := self.above.get(found[-1], "")):
            found.append(over)
        return found

    def layers(self) -> dict[str, list[str]]:
        """Give the layers of annotations, with their features that hold values and not links."""
        found = {}
        for name in self.above:
            line = self.line(name)
            ranges = {feature: kind for one in reversed(line) for feature, kind in self.ranges.get(one, {}).items()}
            if _ANNOTATIONS & set(line) and not ranges.keys() >= ENDS:
                found[name] = [
                    feature
                    for feature, kind in ranges.items()
                    if feature not in OWN and (kind in _VALUES or "uima.cas.String" in self.line(kind))
                ]
        return found


@dataclass(frozen=True)
class Annotation:
    """One annotation: its layer, its span in UTF-16 units (None where it is of the whole document), its values."""

    layer: str
    span: tuple[int, int] | None
    values: Mapping[str, Sequence[str]]


@dataclass
class Document:
    """One document as one person annotated it.

    Attributes
    ----------
    name, coder, text : str
    annotations : list of Annotation
    layers : dict of str to list of str
        The layers that can be annotated, with their features, those that were not used included.
    words : int
        Tokens of the text.
    finished : bool
        Whether the project says that the person read it to the end.
    """

    name: str
    coder: str
    text: str
    annotations: list[Annotation] = field(default_factory=list)
    layers: dict[str, list[str]] = field(default_factory=dict)
    words: int = 0
    finished: bool = False


def coded(
    documents: Iterable[Document],
    file: str,
    kind: str,
    *,
    definitions: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
    notes: Sequence[str] = (),
) -> Coded:
    """Take the codes from annotated documents.

    Every layer of spans or of whole documents is a scheme, called by its short name, or by name and feature where it
    has several features; the values are the codes. A layer without features gives its own name as a code. Of a feature
    with no values but true and false only true is a code. Layers that come with the program and say what words are
    (parts of speech, lemmas, dependencies and the like) are passed over, and so is a layer that annotates 90 % of the
    words or more, one at a time; named entities are read.

    Parameters
    ----------
    documents : iterable of Document
    file, kind : str
        Name of the file, and what it is, for messages.
    definitions : mapping, optional
        By layer and feature: the codes of a tag set with their definitions.
    notes : sequence of str

    Returns
    -------
    Coded

    Raises
    ------
    DataError
        When all layers are passed over.
    """
    documents = list(documents)
    layers: dict[str, dict[str, None]] = {}
    for document in documents:
        for layer, features in document.layers.items():
            layers.setdefault(layer, {}).update(dict.fromkeys(features))
    words = sum(document.words for document in documents)
    counts = Counter(one.layer for document in documents for one in document.annotations)
    kept: list[str] = []
    passed: list[str] = []
    for layer in layers:
        of_words = words >= _ENOUGH_WORDS and counts[layer] >= _NEARLY_ALL * words
        (passed if of_words or _built_in(layer) else kept).append(layer)
    told = [*notes]
    if passed:
        told.append(f"layers that say what words are hold no codes and are passed over: {_names(passed)}.")
    if not kept:
        which = f"its layers say what words are ({_names(passed)})" if passed else "it has no layers"
        raise DataError(
            f"{file}: this {kind} holds no codes: {which}. Export the documents with the layer that holds your codes."
        )
    schemes = _Schemes({layer: list(layers[layer]) for layer in kept}, documents)
    found = Gathered()
    for key, tags in (definitions or {}).items():
        for tag, definition in tags.items() if key in schemes.names else ():
            found.code(schemes.names[key], tag, definition=definition)
    rows: dict[tuple[str, str], int] = {}
    empty: Counter[str] = Counter()
    for document in documents:
        key = (document.name, document.text)
        if key not in rows:
            rows[key] = found.source(document.name, document.text)
        if document.finished:
            found.readers(rows[key], document.coder, dict.fromkeys(schemes.names.values()))
        for annotation in document.annotations:
            if annotation.layer in kept:
                codes = schemes.codes(annotation)
                for scheme, code in codes:
                    found.give(rows[key], scheme, code, document.coder, annotation.span, units=(UTF16,))
                empty[annotation.layer] += not codes
    without = {layer: count for layer, count in empty.items() if count}
    if without:
        parts = ", ".join(f"{short(layer)} ({count:,})" for layer, count in without.items())
        told.append(f"annotations without a value give no code: {parts}.")
    if not found.given:
        told.append(f"nobody gave a code in the layers {_names(kept)}.")
    return found.coded(file, kind, told)


def short(layer: str) -> str:
    """Give the name of a layer without its package."""
    return layer.rpartition(".")[2]


class _Schemes:
    """How layers and features become schemes and codes."""

    def __init__(self, layers: Mapping[str, list[str]], documents: Sequence[Document]) -> None:
        values: dict[tuple[str, str], set[str]] = {}
        for document in documents:
            for one in document.annotations:
                for feature, given in one.values.items():
                    values.setdefault((one.layer, feature), set()).update(given)
        self._yes_no = {key for key, given in values.items() if given <= {"true", "false"}}
        self.names: dict[tuple[str, str], str] = {}
        for layer, features in layers.items():
            used = [feature for feature in features if feature not in _UNSEEN]
            for feature in used:
                self.names[layer, feature] = short(layer) if len(used) == 1 else f"{short(layer)}.{feature}"
            if not used:
                self.names[layer, ""] = short(layer)

    def codes(self, annotation: Annotation) -> list[tuple[str, str]]:
        """Give the scheme and code of each value of an annotation."""
        layer = annotation.layer
        if (layer, "") in self.names:
            return [(self.names[layer, ""], short(layer))]
        found = []
        for feature, given in annotation.values.items():
            scheme = self.names.get((layer, feature))
            hidden = {"false"} if (layer, feature) in self._yes_no else set()
            found += [(scheme, code) for code in given if scheme is not None and code.strip() and code not in hidden]
        return found


def _built_in(layer: str) -> bool:
    return layer not in (ENTITIES, _CHUNKS) and layer.startswith(_BUILT_IN)


def _names(layers: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(short, layers)))
