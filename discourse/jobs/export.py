"""The user's own table back, with what the run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.run import Run, open_run
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Exported:
    """The user's table with themes, and what the reader of the file should know."""

    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def export(
    run: str | Path | Run | None = None,
    *,
    out: str | Path | None = None,
    replace: bool = False,
    duplicates: str | None = None,
) -> pd.DataFrame:
    """Give the user's own table back with columns for theme, label and strength.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    out : path, optional
        Write the table here as well: .csv, .xlsx or .parquet.
    replace : bool
        Overwrite a file that is there already, unless it is an input of the run.
    duplicates : {"keep", "drop"}, optional
        Whether posts that repeat an earlier one are in it; by default they are, or as an open ``run`` has it.

    Returns
    -------
    DataFrame
        The columns of the input under their own headings and in their own order, then ``post_id`` (where the input
        has no identifiers), ``theme`` (-1 for none), ``label``, ``strength`` and ``duplicate_of`` (empty for a post
        that repeats no other), under another name where the input has such a column. Rows are in input order; rows
        that could not be used are in ``rejected.csv`` instead.

    Raises
    ------
    UsageError
        When there is no such run, or a file ``out`` that is not to be overwritten.
    """
    return exported(run, out=out, replace=replace, duplicates=duplicates).table


def exported(
    run: str | Path | Run | None, *, out: str | Path | None, replace: bool, duplicates: str | None
) -> Exported:
    """Do what `export` says, and tell of cells that had to be cut."""
    from discourse import tables
    from discourse.target import check_target

    run = run if isinstance(run, Run) else open_run(run)
    target = None if out is None else Path(out)
    check_target(target, replace=replace, sources=run.manifest["inputs"])
    if duplicates is not None:
        run = open_run(run.path, duplicates=duplicates)
    table = with_themes(run.posts, run.manifest, run.assignments[["theme", "strength"]], run.labels)
    return Exported(table, [] if target is None else tables.write_table(table, target))


def with_themes(
    posts: pd.DataFrame, found: Mapping[str, Mapping[str, str]], placed: pd.DataFrame, labels: Mapping[int, str]
) -> pd.DataFrame:
    """Put themes beside the user's own columns.

    Parameters
    ----------
    posts : DataFrame
        Posts as they were read.
    found : mapping
        ``stored``: the user's headings and the columns of ``posts`` that hold their values; ``columns``: the
        heading found for each role.
    placed : DataFrame
        ``theme``, ``strength``, row for row with ``posts``.
    labels : mapping of int to str
        What each theme is called.
    """
    import pandas as pd

    own = pd.DataFrame({heading: posts[column].array for heading, column in found["stored"].items()})
    ours = {
        "theme": placed["theme"].to_numpy(),
        "label": placed["theme"].map({**labels, NOISE: ""}).to_numpy(),
        "strength": placed["strength"].to_numpy(),
        "duplicate_of": posts["duplicate_of"].to_numpy(),
    }
    if "id" not in found["columns"]:  # else the user's own identifiers are there already
        ours = {"post_id": posts["post_id"].to_numpy()} | ours
    for name, values in ours.items():
        own[name if name not in own else f"discourse_{name}"] = values
    return own
