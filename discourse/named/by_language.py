"""Lists of words or sentences by language, as files of codes and concepts hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    found: dict[str, tuple[str, ...]] = {}
    for lang, listed in yaml_file.entries(place):
        known = code(lang)
        if known is None:
            raise listed.wrong(f"{lang!r} is no language; write en, ru, kk, zh ...")
        if known in found:
            raise listed.wrong(f"{lang!r} stands here twice: it is {known} too.")
        given: list[str] = []
        for entry in listed.items():
            text = read(entry)
            if text in given:
                raise entry.wrong(f"{text!r} stands here twice.")
            given.append(text)
        if not given:
            raise listed.wrong("is empty.")
        found[known] = tuple(given)
    return found
