"""Labellings of a run's posts by name: themes, codes, tags, scores of concepts and axes, corrected shares."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from discourse.errors import DataError, UsageError
from discourse.jobs import tag
from discourse.run import Run
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.change.labelling import Labelling

THEMES = "themes"
CONCEPTS, CORRECTED = "concepts", "corrected"
"""Folders of a run: scores of concepts and axes, and corrected shares by name."""
SCORES, OUTCOMES = "scores.parquet", "outcomes.parquet"
CODE = "code:"
"""Stands before a code's id, in the column of outcomes that holds the codes themselves."""
AXIS = "axis:"
"""Stands before the name of an axis, in a column of scores too."""


def labelling(run: Run, name: str) -> Labelling:
    """Make the labelling of all posts of a run that a name stands for; see `discourse.jobs.material.material`.

    Raises
    ------
    UsageError
        When it stands for none.
    DataError
        When corrected shares lack what they need.
    """
    from discourse.change import labelling as labellings

    what, colon, which = name.partition(":")
    if what == THEMES and not colon:
        return labellings.of_themes(run.assignments["theme"].to_numpy(), run.themes, NOISE)
    if what == "codes" and which:
        header = _header(run, which)
        return labellings.from_cells(run.posts[header], which, labellings.CODE)
    if what == "tags" and which:
        return _tags(run, which)
    if what == "concepts" and not colon:
        return _scores(run, labellings.CONCEPT)
    if what == "axis" and which:
        return _scores(run, labellings.AXIS, which)
    if what == "corrected" and which:
        return _corrected(run, which)
    raise UsageError(
        f"--on {name}: write themes, codes:COLUMN, tags:NAME, concepts, axis:NAME or corrected:NAME, for example "
        "--on codes:topic."
    )


def column(run: Run, name: str) -> pd.Series[Any]:
    """Return a column of a run's posts by its name, in the run or in the user's file.

    Raises
    ------
    UsageError
        When there is none, naming those that are.
    """
    return run.posts[_header(run, name)]


def _header(run: Run, name: str) -> str:
    stored: dict[str, str] = run.manifest.get("stored", {})
    if name in stored:
        return stored[name]
    if name in run.posts.columns:
        return name
    known = [*stored, *(c for c in ("author", "lang", "source_file") if c not in stored)]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
    raise UsageError(f"{run.path}: the posts have no column {name!r}. {hint}")


def _tags(run: Run, which: str) -> Labelling:
    import pandas as pd

    from discourse.change import labelling as labellings

    name, _, scheme = which.partition("/")
    _there(run, tag.FOLDER, name, "tags", "tag")
    found = run.table(f"{tag.FOLDER}/{name}/{tag.LABELS}")
    if scheme:
        schemes = found["scheme"].unique().tolist()
        if scheme not in schemes:
            raise UsageError(f"{run.path}: tags {name!r} have no scheme {scheme!r}. There are: {', '.join(schemes)}.")
        found = found[found["scheme"] == scheme]
    found = found[["post_id", "label"]].drop_duplicates()  # a code may be in several schemes
    row = pd.Index(run.posts["post_id"]).get_indexer(found["post_id"])
    held = row >= 0  # copies don't count where they are dropped
    return labellings.from_pairs(row[held], found["label"][held], len(run.posts), which, labellings.TAG)


def concepts(run: Run) -> dict[str, str]:
    """Map the columns of a run's scores to labels for people: concepts by name, axes as ``axis:NAME``.

    Raises
    ------
    UsageError
        When the run has no scores.
    """
    if CONCEPTS not in run.manifest.get("added", {}):
        raise UsageError(
            f"{run.path}: its posts have no scores of concepts yet; make them: "
            "discourse concepts --codebook configs/concepts/embassy.yaml"
        )
    labels: dict[str, str] = run.manifest["added"][CONCEPTS]["labels"]
    return labels


def _scores(run: Run, kind: str, axis: str = "") -> Labelling:
    from discourse.change import labelling as labellings

    labels = concepts(run)
    wanted = [name for name in labels if name.startswith(AXIS) == (kind == labellings.AXIS)]
    if axis:
        known = [name.removeprefix(AXIS) for name in wanted]
        if axis not in known:
            hint = f"There are: {', '.join(known)}." if known else "The definitions that it was scored for have none."
            raise UsageError(f"{run.path}: there is no axis {axis!r}. {hint}")
        wanted = [AXIS + axis]
    values = _columns(run, f"{CONCEPTS}/{SCORES}", wanted)
    return labellings.from_values(values, kind, wanted, [labels[name] for name in wanted])


def _corrected(run: Run, name: str) -> Labelling:
    from discourse.change import labelling as labellings

    _there(run, CORRECTED, name, "corrected shares", "correct")
    labels = run.manifest["added"][f"{CORRECTED}/{name}"]["labels"]
    if not labels:
        raise UsageError(
            f"{run.path}: all codes of corrected shares {name!r} were withheld in some period. Pool periods: "
            "discourse correct --help"
        )
    table = f"{CORRECTED}/{name}/{OUTCOMES}"
    wanted = {*labels, *(f"{CODE}{one}" for one in labels)}
    if not wanted <= set(run.table(table).columns):
        raise DataError(
            f"{run.path}: corrected shares {name!r} were made by an older version of discourse, or are damaged; make "
            "them again: discourse correct --help"
        )
    codes = _columns(run, table, [f"{CODE}{one}" for one in labels])
    values = _columns(run, table, list(labels))
    return labellings.from_values(values, labellings.CORRECTED, list(labels), list(labels.values()), codes)


def _columns(run: Run, table: str, names: list[str]) -> np.ndarray:
    """Return columns of a table that has a row a post, (posts, names); posts without one have no value."""
    import pandas as pd

    found = run.table(table).set_index("post_id")[names].reindex(pd.Index(run.posts["post_id"]))
    return found.to_numpy(dtype="float64")


def _there(run: Run, folder: str, name: str, what: str, command: str) -> None:
    """Refuse a name of results that a run doesn't have."""
    names = (key.partition("/") for key in run.manifest.get("added", {}))
    there = sorted(rest for first, slash, rest in names if slash and first == folder)
    if name not in there:
        hint = (
            f"There are: {', '.join(there)}." if there else f"There are none yet; make some: discourse {command} --help"
        )
        raise UsageError(f"{run.path}: there are no {what} {name!r}. {hint}")
