"""Codebooks: codes by scheme, each with its definition and the words that give it away, in several languages."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from discourse import yaml_file
from discourse.named.by_language import ByLanguage, texts
from discourse.themes.tokens import marked, unspaced
from discourse.yaml_file import Place

ANY = "*"
"""Stands at the end of a keyword's word for any ending."""

_LEAST = 2


@dataclass(frozen=True)
class Code:
    """One code.

    Attributes
    ----------
    name : str
    definition : str
        What counts and what does not.
    keywords : mapping of str to tuple of str
        By language (ISO 639-1). A keyword is a word or a phrase in any of its forms; a word that ends in ``*`` stands
        for every word that begins so.
    """

    name: str
    definition: str
    keywords: ByLanguage


@dataclass(frozen=True)
class Scheme:
    """Codes that answer one question.

    Attributes
    ----------
    name : str
    about : str
    single : bool
        Whether a post gets one code at most.
    codes : tuple of Code
    """

    name: str
    about: str
    single: bool
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Codebook:
    """A codebook as its file has it."""

    name: str
    about: str
    schemes: tuple[Scheme, ...]


def load(path: str | Path) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : path
        A YAML file: ``name``, ``about``, and ``schemes``, each with ``about``, ``codes`` and, where a post gets one
        code at most, ``single: true``; a code has a ``definition`` and may have ``keywords`` by language.

    Returns
    -------
    Codebook

    Raises
    ------
    DataError
        If the file is not so, naming file and line.

    Examples
    --------
    >>> [scheme.name for scheme in load("configs/codebooks/embassy.yaml").schemes]  # doctest: +SKIP
    ['dimension', 'topics', 'subcategory', 'tags']
    """
    top = yaml_file.read(path).table(needs=("name", "about", "schemes"), may=())
    schemes = tuple(_scheme(name, place) for name, place in yaml_file.entries(top["schemes"]))
    return Codebook(top["name"].text(), top["about"].text(), schemes)


def _scheme(name: str, place: Place) -> Scheme:
    parts = place.table(needs=("about", "codes"), may=("single",))
    single = parts["single"].truth() if "single" in parts else False
    codes = tuple(_code(code, inner) for code, inner in yaml_file.entries(parts["codes"]))
    return Scheme(name, parts["about"].text(), single, codes)


def _code(name: str, place: Place) -> Code:
    if ";" in name or not name.strip():
        raise place.wrong("the name of a code must not be empty nor hold a semicolon, which parts codes in a table.")
    parts = place.table(needs=("definition",), may=("keywords",))
    keywords = texts(parts["keywords"], keyword) if "keywords" in parts else {}
    return Code(name, parts["definition"].text(), keywords)


def keyword(place: Place) -> str:
    """Read a keyword: words of letters with nothing between them, as they can stand in a post.

    Parameters
    ----------
    place : Place

    Raises
    ------
    DataError
        When it could never be found, or hardly fail to be: a number, punctuation between words, a star elsewhere
        than at the end of a word, a single letter.
    """
    written = " ".join(unicodedata.normalize("NFKC", place.text()).split())
    if unspaced(written):  # a single sign may be a word: 铀
        if ANY in written:
            raise place.wrong(f"{written!r} is looked for as it stands, wherever a word may end; leave the * out.")
        return written
    for part in written.split():
        word = part.removesuffix(ANY)
        if ANY in word:
            raise place.wrong(f"{written!r}: * stands for any ending, and only at the end of a word.")
        if marked(word, "") != [word]:
            raise place.wrong(
                f"{part!r} in {written!r} is no word: words are letters, with digits after them and hyphens or "
                "apostrophes between them. Posts are searched word by word."
            )
        if ANY in part and len(word) < _LEAST:
            raise place.wrong(f"{part!r} would stand for too many words.")
    if sum(map(str.isalnum, written)) < _LEAST:
        raise place.wrong(f"{written!r} is too short: a keyword has two letters at least.")
    return written
