"""With which probability the coded posts of a run were chosen: by a sample drawn from it, or because all are coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from discourse.errors import DataError, UsageError
from discourse.jobs.material import Material
from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np

    from discourse.codes.drawn import Drawn
    from discourse.codes.returned import Returned

_SHOWN = 3


@dataclass(frozen=True)
class CodedSample:
    """How the coded posts of a run were chosen.

    Attributes
    ----------
    name : str or None
        The sample; None where every post asked about is coded.
    probability : mapping of str to numpy.ndarray, shape (posts,)
        By scheme; NaN for posts that were not coded or not drawn.
    facts : mapping
        What was asked when the sample was drawn: ``period``, ``cuts`` ...
    notes : list of str
    """

    name: str | None
    probability: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]
    notes: list[str]


def coded_sample(
    asked: Material, coded: Mapping[str, np.ndarray], files: Sequence[str | Path], name: str | None
) -> CodedSample:
    """Find out with which probability each coded post of a run was chosen.

    Parameters
    ----------
    asked : Material
        The posts that shares are about.
    coded : mapping of str to numpy.ndarray, shape (posts,), bool
        By scheme, which posts of the run are coded.
    files : sequence of path
        Where the codes stand; coding sheets name their sample.
    name : str, optional
        The sample.

    Raises
    ------
    UsageError
        There is no such sample, or the sheets are of several, or of another.
    DataError
        A sheet is of another draw, or lacks a question (see `discourse.codes.returned.check`). Nothing says how the
        posts were chosen, none of those coded was drawn, posts of the sample were passed over, or posts asked about
        could not be drawn.
    """
    import numpy as np

    from discourse.codes.drawn import open_drawn, samples
    from discourse.codes.returned import check, returned

    run = asked.run
    sheets = returned(files)
    if name is None and (name := _named(sheets)) is not None:
        _check_here(run, name, files)
    if name is None:
        for here in coded.values():
            if lacking := int((~here[asked.rows]).sum()):
                there = samples(run)
                hint = (
                    "If these posts were drawn by discourse sample, say by which: --sample NAME (there are: "
                    f"{', '.join(there)})"
                    if there
                    else "Draw posts to code: discourse sample --help"
                )
                raise DataError(
                    f"{Path(files[0]).name}: {len(asked.rows) - lacking:,} of {len(asked.rows):,} posts are coded, and "
                    "nothing says with which probability they were chosen. Shares of all posts don't follow from codes "
                    f"of a convenience sample. {hint}."
                )
        note = f"All {len(asked.rows):,} posts are coded: their shares are counted, not estimated."
        return CodedSample(None, {scheme: np.where(here, 1.0, np.nan) for scheme, here in coded.items()}, {}, [note])
    drawn = open_drawn(run, name)
    _check_reach(asked, drawn)
    notes = [note for sheet in sheets for note in check(sheet, drawn)]
    notes += dict.fromkeys(note for here in coded.values() for note in drawn.notes(here))
    strangers = np.flatnonzero(np.any(list(coded.values()), axis=0) & (drawn.order == 0))
    if len(strangers):
        ids = ", ".join(drawn.post_ids[strangers[:_SHOWN]]) + (" ..." if len(strangers) > _SHOWN else "")
        were = "1 coded post was" if len(strangers) == 1 else f"{len(strangers):,} coded posts were"
        notes.append(f"{were} not drawn ({ids}): of help to train the machine, and no part of the estimate.")
    places = {post: place for sheet in reversed(sheets) for post, place in sheet.places.items()}
    probability = {scheme: drawn.of(here, places) for scheme, here in coded.items()}
    if all(np.isnan(of).all() for of in probability.values()):
        raise DataError(
            f"{Path(files[0]).name}: none of its {len(strangers):,} coded posts was drawn for sample {name}. Shares "
            "don't follow from codes of a convenience sample; give the sheet of the sample, filled in."
        )
    return CodedSample(name, probability, drawn.facts, notes)


def _check_here(run: Run, name: str, files: Sequence[str | Path]) -> None:
    """Refuse sheets of a sample that was drawn from another run.

    Raises
    ------
    DataError
    """
    from discourse.codes.drawn import samples

    there = samples(run)
    if name in there:
        return
    has = f"it has: {', '.join(there)}" if there else "it has none"
    raise DataError(
        f"{Path(files[0]).name}: is a sheet of sample {name!r}, and {run.path} has no sample of that name ({has}). "
        f"Name the run that it was drawn from: discourse correct RUN --codes {quote(str(files[0]))}."
    )


def _check_reach(asked: Material, drawn: Drawn) -> None:
    """Refuse posts that the sample could not have held.

    Raises
    ------
    DataError
    """
    outside = int((drawn.period[asked.rows] == "").sum())
    if not outside:
        return
    limits = [f"--where {text}" for text in drawn.facts.get("where", ())]
    limits += [f"--{flag} {drawn.facts[flag]}" for flag in ("since", "until") if drawn.facts.get(flag)]
    what = f" Ask about the posts it was drawn from: {' '.join(limits)}." if limits else ""
    raise DataError(
        f"sample {drawn.name}: {outside:,} of the {len(asked.rows):,} posts asked about were not among those that it "
        f"was drawn from, so that it tells nothing of them.{what}"
    )


def _named(sheets: Sequence[Returned]) -> str | None:
    """Return the sample that coding sheets are of; None where no file tells.

    Raises
    ------
    UsageError
        They are of several.
    """
    names = {name for sheet in sheets for name in sheet.samples}
    if len(names) > 1:
        raise UsageError(f"The codes are of several samples ({', '.join(sorted(names))}); correct them one by one.")
    return names.pop() if names else None
