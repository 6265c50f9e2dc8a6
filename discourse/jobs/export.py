"""The user's own table back, with what the run found; and a project that other software for coding reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from discourse import tables
from discourse.errors import UsageError
from discourse.run import Run, open_run
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import pandas as pd

    from discourse.codes.post_codes import PostCodes

SUFFIXES = (*tables.SUFFIXES, ".qdpx", ".qdc")


@dataclass(frozen=True)
class Exported:
    """The user's table with themes and codes.

    Attributes
    ----------
    table : DataFrame
    notes : list of str
        What the reader of the file should know.
    held : str
        What the file holds, counted.
    """

    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    held: str = ""


def export(
    run: str | Path | Run | None = None,
    *,
    out: str | Path | None = None,
    replace: bool = False,
    duplicates: str | None = None,
    codes: Sequence[str | Path] = (),
    column: Sequence[str] = (),
) -> pd.DataFrame:
    """Give the user's own table back with columns for theme, label and strength, and for hand codes if asked to.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    out : path, optional
        Write the table here as well: .csv, .xlsx or .parquet. Or write the posts with themes and codes as a project
        (.qdpx), or themes and codes without posts as a codebook (.qdc), both of REFI-QDA, which NVivo, ATLAS.ti,
        MAXQDA and others read.
    replace : bool
        Overwrite a file that is there already, unless it is an input of the run.
    duplicates : {"keep", "drop"}, optional
        Whether posts that repeat an earlier one are in it; by default they are, or as an open ``run`` has it.
    codes : sequence of paths
        Files of hand codes, in any format that can be read, to be added.
    column : sequence of str
        Columns of the posts that hold hand codes, to be added.

    Returns
    -------
    DataFrame
        The columns of the input under their own headings and in their own order, then ``post_id`` (where the input
        has no identifiers), ``theme`` (-1 for none), ``label``, ``strength`` and ``duplicate_of`` (empty for a post
        that repeats no other), under another name where the input has such a column. Then a column for the hand codes
        of each scheme and coder: codes with ``;`` between them, ``none`` where the coder gave none, and nothing where
        the coder did not code the post. Rows are in input order; rows that could not be used are in ``rejected.csv``
        instead.

    Raises
    ------
    UsageError
        When there is no such run, or a file ``out`` that is not to be overwritten.
    DataError
        When codes can't be read, or what there is does not fit the format.

    Examples
    --------
    >>> discourse.export(out="for-nvivo.qdpx", column=["topics"])  # doctest: +SKIP
    """
    return exported(run, out=out, replace=replace, duplicates=duplicates, codes=codes, column=column).table


def exported(
    run: str | Path | Run | None,
    *,
    out: str | Path | None,
    replace: bool,
    duplicates: str | None,
    codes: Sequence[str | Path] = (),
    column: Sequence[str] = (),
) -> Exported:
    """Do what `export` says, and tell of codes that found no post and of cells that had to be cut."""
    from discourse.jobs import qda
    from discourse.target import check_target

    run = run if isinstance(run, Run) else open_run(run)
    target = None if out is None else Path(out)
    check_target(target, SUFFIXES, replace=replace, sources=run.manifest["inputs"])
    if target is not None and target.exists() and any(Path(file).exists() and target.samefile(file) for file in codes):
        raise UsageError(f"{target}: holds the codes that are read and is not overwritten; give another name.")
    if duplicates is not None:
        run = open_run(run.path, duplicates=duplicates)
    given = _given(run, codes, column) if codes or column else None
    table = with_themes(run.posts, run.manifest, run.assignments[["theme", "strength"]], run.labels)
    notes = [] if given is None else list(given.notes)
    if given is not None:
        table = with_codes(table, given)
    held = f"{len(table):,} posts"
    if target is not None and target.suffix.lower() not in tables.SUFFIXES:
        held = qda.write(run, given, target)
    elif target is not None:
        notes += tables.write_table(table, target)
    return Exported(table, notes, held)


def _given(run: Run, files: Sequence[str | Path], columns: Sequence[str]) -> PostCodes:
    from discourse.jobs.codes import hand_codes

    return hand_codes(run, files=files, columns=columns)


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


def with_codes(table: pd.DataFrame, given: PostCodes) -> pd.DataFrame:
    """Put hand codes beside other columns, a column a scheme and coder.

    Parameters
    ----------
    table : DataFrame
        Row for row with the posts of ``given``.
    given : PostCodes
    """
    import numpy as np

    columns = {}
    for (scheme, coder), units in given.units.groupby(["scheme", "coder"]):
        held = given.given[(given.given["scheme"] == scheme) & (given.given["coder"] == coder)]
        cells = np.full(len(table), None, dtype=object)
        cells[units["row"].to_numpy()] = "none"
        joined = held.groupby("row")["code"].agg(";".join)
        cells[joined.index.to_numpy()] = joined.to_numpy()
        name = f"codes{': ' if scheme else ''}{scheme}{f' ({coder})' if coder else ''}"
        columns[name if name not in table else f"discourse_{name}"] = cells
    return table.assign(**columns).astype(dict.fromkeys(columns, "str"))
