"""Named concepts and axes: what they mean, and sentences that say so, in several languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from discourse import yaml_file
from discourse.named.by_language import ByLanguage, languages, several, texts
from discourse.named.codebook import keyword
from discourse.yaml_file import Place


@dataclass(frozen=True)
class Concept:
    """Something that a post says or does not say; several may hold for one post.

    Attributes
    ----------
    name, label, definition : str
    seeds : mapping of str to tuple of str
        Sentences that say it, by language.
    contrast : mapping of str to tuple of str
        Sentences close by that do not.
    keywords : mapping of str to tuple of str
        As in a codebook; empty if the file has none.
    positive, negative : mapping of str to tuple of str
        Posts, or passages of them, that a person judged: they say it, or don't. Empty if the file has none.
    """

    name: str
    label: str
    definition: str
    seeds: ByLanguage
    contrast: ByLanguage
    keywords: ByLanguage
    positive: ByLanguage = field(default_factory=dict)
    negative: ByLanguage = field(default_factory=dict)

    @property
    def said(self) -> ByLanguage:
        """Seeds, and examples that say it."""
        return _both(self.seeds, self.positive)

    @property
    def unsaid(self) -> ByLanguage:
        """Contrasts, and examples that don't."""
        return _both(self.contrast, self.negative)


@dataclass(frozen=True)
class Pole:
    """One end of an axis."""

    name: str
    label: str
    definition: str
    seeds: ByLanguage


@dataclass(frozen=True)
class Axis:
    """A scale between two ways of putting a thing.

    Attributes
    ----------
    name, label, definition : str
    low, high : Pole
    """

    name: str
    label: str
    definition: str
    low: Pole
    high: Pole


@dataclass(frozen=True)
class Definitions:
    """A file of concepts."""

    name: str
    about: str
    concepts: tuple[Concept, ...]
    axes: tuple[Axis, ...]


def load(path: str | Path) -> Definitions:
    """Read concepts and axes.

    Parameters
    ----------
    path : path
        A YAML file: ``name``, ``about``, ``concepts`` and, if wanted, ``axes``. A concept has ``label``,
        ``definition``, ``seeds`` and ``contrast`` (lists of sentences by language) and may have ``keywords``, and
        ``examples`` (by language, lists ``positive`` and ``negative``). An axis has ``label``, ``definition`` and two
        ``poles``, the low one first, each with ``label``, ``definition`` and ``seeds``.

    Returns
    -------
    Definitions

    Raises
    ------
    DataError
        If the file is not so, naming file and line.

    Examples
    --------
    >>> [axis.name for axis in load("configs/concepts/embassy.yaml").axes]  # doctest: +SKIP
    ['multilateralism', 'global_south_role', 'tone']
    """
    top = yaml_file.read(path).table(needs=("name", "about", "concepts"), may=("axes",))
    concepts = tuple(_concept(name, place) for name, place in yaml_file.entries(top["concepts"]))
    axes = tuple(_axis(name, place) for name, place in yaml_file.entries(top["axes"])) if "axes" in top else ()
    return Definitions(top["name"].text(), top["about"].text(), concepts, axes)


def _concept(name: str, place: Place) -> Concept:
    parts = place.table(needs=("label", "definition", "seeds", "contrast"), may=("keywords", "examples"))
    seeds, contrast = texts(parts["seeds"]), texts(parts["contrast"])
    if lacking := seeds.keys() ^ contrast.keys():
        raise parts["contrast"].wrong(
            f"seeds and contrast must be in the same languages; only one of them has {', '.join(sorted(lacking))}."
        )
    keywords = texts(parts["keywords"], keyword) if "keywords" in parts else {}
    judged: dict[str, dict[str, tuple[str, ...]]] = {"positive": {}, "negative": {}}
    if "examples" in parts:
        for lang, inner in languages(parts["examples"]):
            for answer, given in inner.table(may=tuple(judged)).items():
                judged[answer][lang] = several(given)
    return Concept(name, parts["label"].text(), parts["definition"].text(), seeds, contrast, keywords, **judged)


def _both(first: ByLanguage, second: ByLanguage) -> ByLanguage:
    return {lang: tuple(dict.fromkeys((*first.get(lang, ()), *second.get(lang, ())))) for lang in {**first, **second}}


def _axis(name: str, place: Place) -> Axis:
    parts = place.table(needs=("label", "definition", "poles"), may=())
    poles = [_pole(pole, inner) for pole, inner in yaml_file.entries(parts["poles"])]
    if len(poles) != 2:
        raise parts["poles"].wrong(f"an axis has two poles, from low to high, not {len(poles)}.")
    if lacking := poles[0].seeds.keys() ^ poles[1].seeds.keys():
        raise parts["poles"].wrong(
            f"both poles must have seeds in the same languages; only one has {', '.join(sorted(lacking))}."
        )
    return Axis(name, parts["label"].text(), parts["definition"].text(), *poles)


def _pole(name: str, place: Place) -> Pole:
    parts = place.table(needs=("label", "definition", "seeds"), may=())
    return Pole(name, parts["label"].text(), parts["definition"].text(), texts(parts["seeds"]))
