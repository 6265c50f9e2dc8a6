"""Parallel text as meanings: what one sentence says, in as many of the four languages as there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("en", "ru", "kk", "zh")


@dataclass
class Meaning:
    """One sentence and its translations."""

    source: str
    sides: dict[str, str] = field(default_factory=dict)


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a TSV file, its header left out and every cell stripped."""
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            yield [cell.strip() for cell in line.rstrip("\n").split("\t")]


def pairs(folder: Path) -> list[Meaning]:
    """Read ``<l1>-<l2>.tsv`` (source, l1, l2) and join rows of one source that share a side.

    Joining goes through English first and through Russian then, so that a sentence translated into three languages
    is one meaning. A second translation of the same sentence into the same language begins a meaning of its own.
    """
    meanings: list[Meaning] = []
    of_side: dict[tuple[str, str, str], list[Meaning]] = {}
    for path in sorted(folder.glob("*-*.tsv")):
        first, second = path.stem.split("-")
        for source, one, other in rows(path):
            new = {first: one, second: other}
            known = [m for side in new.items() for m in of_side.get((source, *side), [])]
            if any(new.items() <= meaning.sides.items() for meaning in known):
                continue
            fits = (m for m in known if all(m.sides.get(lang, text) == text for lang, text in new.items()))
            meaning = next(fits, None)
            if meaning is None:
                meaning = Meaning(source)
                meanings.append(meaning)
            for side in new.items() - meaning.sides.items():
                of_side.setdefault((source, *side), []).append(meaning)
            meaning.sides.update(new)
    return meanings


def fourfold(folder: Path) -> list[Meaning]:
    """Read tables whose columns are languages: every row is a meaning; the source is ``own:`` and the file's name."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8") as file:
            languages = file.readline().strip().split("\t")
        found += [Meaning(f"own:{path.stem}", dict(zip(languages, row, strict=True))) for row in rows(path)]
    return found


def kept_out(meaning: Meaning, share: float) -> bool:
    """Tell whether a row belongs to the fixed `share` of rows that tuning keeps out, by a hash of its Kazakh."""
    digest = hashlib.sha256(meaning.sides["kk"].encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32
