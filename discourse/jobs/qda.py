"""Themes and hand codes of a run as a project or a codebook of REFI-QDA, for work to go on in other software."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from discourse import tables
from discourse.errors import DataError
from discourse.run import Run

if TYPE_CHECKING:
    import pandas as pd

    from discourse.codes.post_codes import PostCodes

CODEBOOK = ".qdc"
THEMES = "themes"


def write(run: Run, given: PostCodes | None, target: Path) -> str:
    """Write a project (.qdpx), or a codebook (.qdc).

    Themes are codes of a scheme of that name, given by a coder called discourse; hand codes are in schemes of their
    own, given by their coders. A coder who read a post and gave it no code of a scheme gave it ``none``.

    Parameters
    ----------
    run : Run
    given : PostCodes, optional
        Hand codes of its posts.
    target : Path

    Returns
    -------
    str
        What the file holds, counted.

    Raises
    ------
    DataError
        When there are no codes for a codebook, or more posts than a project can hold.
    """
    from discourse.codes import refi_project
    from discourse.codes.readers.refi import MOST_PARTS

    codes, codings = _codes(run, given), _codings(run, given)
    if target.suffix.lower() == CODEBOOK:
        if codes.empty:
            raise DataError(f"{target}: the run has no themes and no codes were named; there is nothing to write.")
        with tables.whole(target) as temporary:
            refi_project.write_codebook(codes, temporary)
        return f"{len(codes):,} codes"
    if len(run.posts) >= MOST_PARTS:
        raise DataError(
            f"{target}: {len(run.posts):,} posts, and a project holds fewer than {MOST_PARTS:,}; write .csv."
        )
    posts = run.posts[["post_id", "text", "date", "lang"]].assign(account=run.posts["author"])
    project = refi_project.Project(run.path.resolve().name, run.manifest["created"], posts, codes, codings)
    with tables.whole(target) as temporary:
        refi_project.write(project, temporary)
    return f"{len(posts):,} posts, {len(codes):,} codes, {len(codings):,} codings"


def _theme_scheme(given: PostCodes | None) -> str:
    """Name the scheme of themes, unless people have one of that name."""
    from discourse.codes.coded import MACHINE

    return THEMES if given is None or THEMES not in set(given.codes["scheme"]) else f"{THEMES} ({MACHINE})"


def _theme_names(run: Run) -> pd.Series:
    """Name each theme that is shown, by number; themes of one label by their number as well."""
    labels = run.themes.set_index("theme")["label"]
    numbered = labels + " (" + labels.index.astype("str") + ")"
    return labels.where(~labels.duplicated(keep=False), numbered)


def _codes(run: Run, given: PostCodes | None) -> pd.DataFrame:
    import pandas as pd

    themes = run.themes
    about = "Theme " + themes["theme"].astype("str") + ": " + themes["keywords"]
    parts = [
        pd.DataFrame(
            {"scheme": _theme_scheme(given), "code": _theme_names(run).to_numpy(), "definition": about.to_numpy()}
        )
    ]
    if given is not None:
        parts.append(given.codes[["scheme", "code", "definition"]])
        parts.append(_none(given)[["scheme", "code"]].drop_duplicates().assign(definition="None of the codes holds."))
    return pd.concat(parts, ignore_index=True)


def _codings(run: Run, given: PostCodes | None) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    from discourse.codes.coded import MACHINE

    names = _theme_names(run)
    theme = run.assignments["theme"].to_numpy()
    row = np.flatnonzero(np.isin(theme, names.index))
    found = {"row": row, "scheme": _theme_scheme(given), "code": names[theme[row]].to_numpy(), "coder": MACHINE}
    parts = [pd.DataFrame(found)]
    if given is not None:
        parts += [given.given[["row", "scheme", "code", "coder"]], _none(given)]
    return pd.concat(parts, ignore_index=True)


def _none(given: PostCodes) -> pd.DataFrame:
    """List the posts that a coder coded without giving a code of the scheme."""
    from discourse.codes.readers.refi import NONE

    keys = ["row", "scheme", "coder"]
    both = given.units[keys].merge(given.given[keys].drop_duplicates(), how="left", indicator="found")
    return both.loc[both["found"] == "left_only", keys].assign(code=NONE)
