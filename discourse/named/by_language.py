"""Lists of words or sentences by language, as files of codes and concepts hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from discourse import yaml_file
from discourse.posts.language_names import code
from discourse.yaml_file import Place

ByLanguage = Mapping[str, tuple[str, ...]]
"""Texts by language (ISO 639-1)."""


def texts(place: Place, read: Callable[[Place], str] = Place.text) -> ByLanguage:
    """Read a mapping of languages to lists of texts, none of which is empty or holds a text twice.

    Parameters
    ----------
    place : Place
    read : callable
        What reads, and checks, one text.

    Raises
    ------
    DataError
        Naming file and line.
    """
    return {lang: several(listed, read) for lang, listed in languages(place)}


def languages(place: Place) -> Iterator[tuple[str, Place]]:
    """Yield the languages of a mapping, as their codes, and what stands there.

    Raises
    ------
    DataError
        For what is no language, or stands there twice.
    """
    found: set[str] = set()
    for lang, inner in yaml_file.entries(place):
        known = code(lang)
        if known is None:
            raise inner.wrong(f"{lang!r} is no language; write en, ru, kk, zh ...")
        if known in found:
            raise inner.wrong(f"{lang!r} stands here twice: it is {known} too.")
        found.add(known)
        yield known, inner


def several(place: Place, read: Callable[[Place], str] = Place.text) -> tuple[str, ...]:
    """Read a list of texts that is not empty and holds no text twice.

    Raises
    ------
    DataError
    """
    given: list[str] = []
    for entry in place.items():
        text = read(entry)
        if text in given:
            raise entry.wrong(f"{text!r} stands here twice.")
        given.append(text)
    if not given:
        raise place.wrong("is empty.")
    return tuple(given)
