"""Hand codes for the posts of a run: from files of any format, or from the posts' own columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.errors import DataError, UsageError
from discourse.jobs.labellings import column
from discourse.run import Run

if TYPE_CHECKING:
    import pandas as pd

    from discourse.codes.post_codes import PostCodes


def hand_codes(
    run: Run, *, files: Sequence[str | Path] = (), columns: Sequence[str] = (), complete: bool = False
) -> PostCodes:
    """Gather the hand codes of a run's posts.

    Parameters
    ----------
    run : Run
        Its ``duplicates`` says whether copies are among the posts.
    files : sequence of path
        In any format of `discourse.codes.readers.formats`.
    columns : sequence of str
        Headers of the posts' own columns, each a scheme coded by ``posts``. With neither files nor columns: those that
        the audit of the run takes for codes.
    complete : bool
        Every post of a table or source that a coder worked on counts as coded, with the codes it has.

    Returns
    -------
    PostCodes

    Raises
    ------
    UsageError
        There is no such column, or nothing is named and the posts have no columns of codes.
    DataError
        A file can't be read, or none of its texts is a post of the run.
    """
    from discourse.codes.coded import uncoded
    from discourse.codes.place import place
    from discourse.codes.readers.formats import read
    from discourse.codes.together import from_columns, together

    columns = list(columns) or ([] if files else _own_columns(run))
    parts, codebooks, empty = [], [], []
    posts = _posts(run)
    for file in dict.fromkeys(map(str, files)):
        coded = read(file)
        parts.append(place(coded, posts, complete=complete))
        codebooks.append(coded.codes)
        if len(coded.sources) and parts[-1].units.empty:
            raise DataError(f"{file}: {uncoded(coded) or _nothing(run, parts[-1].unmatched, len(coded.sources))}")
        empty.append(f"{file}: {uncoded(coded)}")
    if parts and not columns and all(part.units.empty for part in parts):
        raise DataError(empty[0])
    if columns:
        import pandas as pd

        own = pd.DataFrame({name: column(run, name).array for name in dict.fromkeys(columns)})
        placed, codes = from_columns(own, complete)
        parts.append(placed)
        codebooks.append(codes)
    return together(run.posts["post_id"].to_numpy(dtype=object), parts, codebooks)


def _own_columns(run: Run) -> list[str]:
    """Name the columns of the posts that the audit takes for codes."""
    found = [one["column"] for one in run.audit["codes"]]
    if not found:
        raise UsageError(
            f"{run.path}: the posts have no columns that look like codes. Name a file of codes (--codes FILE) or a "
            "column (--column NAME)."
        )
    return found


def _posts(run: Run) -> pd.DataFrame:
    """Make the table of posts that codes are laid on, with the user's identifiers where `post_id` are made ones."""
    from discourse.codes.cells import texts
    from discourse.posts.columns import by_name

    posts = run.posts
    table = posts[["post_id", "text", "message", "date"]].reset_index(drop=True)
    if "id" in run.manifest["columns"]:
        return table
    stored: dict[str, str] = run.manifest["stored"]
    header = by_name(posts.rename(columns={own: name for name, own in stored.items()}), "id", list(stored))
    if not header:
        return table
    given = texts(posts[stored[header]])
    return table.assign(input_id=given.mask(given == ""))


def _nothing(run: Run, unmatched: pd.DataFrame, n_sources: int) -> str:
    """Say that no text of a file is a post of the run."""
    from discourse.codes.place import DIFFERS

    first = unmatched.iloc[0]
    what = f'"{first["text"]}"' if first["text"] else f'"{first["source"]}"'
    if first["reason"] == DIFFERS:
        hint = "If the identifiers are right and the texts were changed, take the column of texts out of the file."
    else:
        hint = "Is it the right run? Identifiers or texts of the posts have to be in the file."
    return (
        f"none of its {n_sources:,} coded texts is a post of {run.path} (the first: {what}; {first['reason']}). {hint}"
    )
