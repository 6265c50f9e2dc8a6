"""What coders are asked of each post: one question a column of a coding sheet."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from discourse.errors import UsageError, named
from discourse.named.by_language import ByLanguage
from discourse.named.codebook import Code, Codebook, Scheme
from discourse.named.definitions import Concept, Definitions

YES, NO, NONE = "yes", "no", "none"


@dataclass(frozen=True)
class Answer:
    """A code that may be given.

    Attributes
    ----------
    name : str
        What stands in the sheet.
    definition : str
        "" where there is none.
    examples, contrast : mapping of str to tuple of str
        By language: texts that have the code, and texts close by that do not.
    """

    name: str
    definition: str = ""
    examples: ByLanguage = field(default_factory=dict)
    contrast: ByLanguage = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A column to be filled in.

    Attributes
    ----------
    header : str
        The column's heading: the label of a concept, the name of a code or of a scheme.
    answers : tuple of Answer
        One code, to be answered by yes or no; or the codes of a scheme of which a post has one at most.
    concept : str
        Name of the concept asked about, whose scores tell where codes are in doubt; "" where it is none.
    single : bool
        Whether one of several codes is picked.
    """

    header: str
    answers: tuple[Answer, ...]
    concept: str = ""
    single: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """What may stand in a cell."""
        return (*(one.name for one in self.answers), NONE) if self.single else (YES, NO)


def plain(names: Sequence[str]) -> list[Question]:
    """Ask about codes of which only the name is known.

    Examples
    --------
    >>> plain(["Global South"])[0].options
    ('yes', 'no')
    """
    return [Question(name, (Answer(name),), concept=name) for name in names]


def of_concepts(book: Definitions, names: Sequence[str], where: str) -> list[Question]:
    """Ask about concepts, by name or label in any case; about all of them if none is named.

    Parameters
    ----------
    book : Definitions
    names : sequence of str
    where : str
        What holds the definitions, for messages.

    Raises
    ------
    UsageError
        For a name that is none of them.
    """
    known = {text.casefold(): concept for concept in book.concepts for text in (concept.name, concept.label)}
    picked = [known[_key(name, known, where)] for name in names] if names else list(book.concepts)
    return [_asked(concept) for concept in {one.name: one for one in picked}.values()]


def of_codebook(book: Codebook, names: Sequence[str], scheme: str | None, where: str) -> list[Question]:
    """Ask about codes of a codebook: those named, each by yes or no; or a whole scheme.

    A scheme of which a post gets one code at most is one question with its codes to choose from; of any other scheme
    each code is a question.

    Parameters
    ----------
    book : Codebook
    names : sequence of str
        Codes; none for a whole scheme.
    scheme : str, optional
        May be left out where the codebook has one, or where the names tell.
    where : str
        The file, for messages.

    Raises
    ------
    UsageError
        For a code or scheme that isn't there, or where several schemes could be meant.
    """
    schemes = {one.name.casefold(): one for one in book.schemes}
    kept = list(book.schemes) if scheme is None else [schemes[_key(scheme, schemes, f"{where}, --scheme")]]
    if names:
        codes: dict[str, Code] = {}
        for code in (code for one in kept for code in one.codes):
            codes.setdefault(code.name.casefold(), code)
        picked = dict.fromkeys(_key(name, codes, where) for name in names)
        return [Question(codes[key].name, (Answer(codes[key].name, codes[key].definition),)) for key in picked]
    if len(kept) > 1:
        raise UsageError(
            f"{where}: has several schemes ({', '.join(one.name for one in kept)}). "
            "Say which is to be coded, by --scheme, or name codes, by --concept."
        )
    answers = tuple(Answer(code.name, code.definition) for code in kept[0].codes)
    if kept[0].single:
        return [Question(kept[0].name, answers, single=True)]
    return [Question(one.name, (one,)) for one in answers]


def _asked(concept: Concept) -> Question:
    examples, contrast = _before(concept.positive, concept.seeds), _before(concept.negative, concept.contrast)
    return Question(concept.label, (Answer(concept.label, concept.definition, examples, contrast),), concept.name)


def _before(judged: ByLanguage, written: ByLanguage) -> ByLanguage:
    """Put posts that a person judged before sentences that were written as examples."""
    return {lang: (*judged.get(lang, ()), *written.get(lang, ())) for lang in dict.fromkeys((*judged, *written))}


def _key(name: str, known: Mapping[str, Concept | Scheme | Code], where: str) -> str:
    key = name.strip().casefold()
    if key in known:
        return key
    close = difflib.get_close_matches(key, known, n=1)
    there = list(dict.fromkeys(one.label if isinstance(one, Concept) else one.name for one in known.values()))
    hint = f"Did you mean {close[0]}?" if close else f"There are: {named(there)}."
    raise UsageError(f"{where}: has no {name!r}. {hint}")
