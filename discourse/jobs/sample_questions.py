"""What coders are asked, as a file defines it, the concepts of a run, or nothing but a name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from discourse import yaml_file
from discourse.errors import DataError, UsageError
from discourse.jobs.labellings import CONCEPTS
from discourse.run import Run

if TYPE_CHECKING:
    from discourse.codes.questions import Question
    from discourse.named.definitions import Definitions

_DEFINITIONS = "definitions.json"


def questions(run: Run, concepts: Sequence[str], codebook: str | Path | None, scheme: str | None) -> list[Question]:
    """Gather what coders are asked.

    Parameters
    ----------
    run : Run
        Its concepts are known, where it has scores of any.
    concepts : sequence of str
        Concepts or codes, each to be answered by yes or no.
    codebook : path, optional
        A file of concepts, or a codebook.
    scheme : str, optional
        A scheme of the codebook.

    Raises
    ------
    UsageError
        Nothing is asked, or what isn't defined.
    DataError
        The file is not right, naming file and line.
    """
    from discourse.codes import questions as asked
    from discourse.named import codebook as codebooks
    from discourse.named import definitions

    names = [name.strip() for name in concepts if name.strip()]
    if codebook is not None:
        if "concepts" in yaml_file.read(codebook).table():
            if scheme is not None:
                raise UsageError(f"--scheme {scheme}: {codebook} defines concepts, without schemes; use --concept.")
            return asked.of_concepts(definitions.load(codebook), names, str(codebook))
        return asked.of_codebook(codebooks.load(codebook), names, scheme, str(codebook))
    if scheme is not None:
        raise UsageError(f"--scheme {scheme}: of which codebook? Add --codebook and its file.")
    if not names:
        raise UsageError('What is to be coded? Give --concept "Global South", or --codebook with a file of codes.')
    if CONCEPTS in run.manifest.get("added", {}):
        where = f"{run.path}, its concepts (--codebook defines others)"
        return asked.of_concepts(_definitions(run), names, where)
    return asked.plain(names)


def _definitions(run: Run) -> Definitions:
    """Read the concepts that the posts of a run were scored for."""
    from discourse.named.definitions import Concept, Definitions

    path = run.path / CONCEPTS / _DEFINITIONS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        concepts = tuple(Concept(**one) for one in found["concepts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path}: can't be read ({error}). `discourse verify` tells more.") from None
    return Definitions(found["name"], found["about"], concepts, ())
