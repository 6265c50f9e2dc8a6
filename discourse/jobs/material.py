"""What an analysis is about: the posts of a run that were asked for, and their labels."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discourse.config import KEEP
from discourse.errors import DataError, UsageError, named
from discourse.jobs.labellings import AXIS, CONCEPTS, THEMES, labelling
from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.change.labelling import Labelling

USUAL: dict[str, Any] = {"groups": [], "only": [], "since": None, "until": None, "duplicates": KEEP, "seed": 0}
"""What is usually asked, and so is not told by the name of a folder."""
_LONGEST = 80


@dataclass(frozen=True)
class Material:
    """Posts and labels.

    Attributes
    ----------
    run : Run
    posts : pandas.DataFrame
        The dated posts asked about, with the columns of ``run.posts`` and rows from 0.
    rows : numpy.ndarray, shape (n,)
        Their rows in ``run.posts`` and ``run.embeddings``.
    labelling : Labelling
        Of these posts; it has a label at least.
    covered : numpy.ndarray of datetime64[D]
        Days of all dated posts between ``since`` and ``until``, whichever of them are asked about.
    facts : dict
        What was asked, as JSON values.
    notes : list of str
        What was left out, in sentences.
    """

    run: Run
    posts: pd.DataFrame
    rows: np.ndarray
    labelling: Labelling
    covered: np.ndarray
    facts: dict[str, Any]
    notes: list[str]


def material(
    run: Run,
    *,
    on: Sequence[str] = (THEMES,),
    where: Sequence[str] = (),
    groups: Sequence[str] = (),
    only: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Material:
    """Gather the posts and labels an analysis is about.

    Parameters
    ----------
    run : Run
        Its ``duplicates`` says whether copies count.
    on : sequence of str
        ``themes``, ``codes:COLUMN``, ``tags:NAME`` (``tags:NAME/SCHEME`` for one scheme), ``concepts``, ``axis:NAME``
        or ``corrected:NAME``.
    where : sequence of str
        ``COLUMN=VALUE``, ``theme=3`` or ``tags:NAME=CODE``; posts for which all hold. A cell that holds several values
        has each of them.
    groups : sequence of str
        ``NAME=A;B;C``: a label of that name for posts that have any of the labels.
    only : sequence of str
        Labels to keep, by name or id, several parted by semicolons.
    since, until : str, optional
        First and last day, month, quarter or year.

    Returns
    -------
    Material

    Raises
    ------
    UsageError
        For a column, labelling or label that isn't there, naming those that are.
    DataError
        When no post with a date is left, or none of them has a label.
    """
    import numpy as np

    from discourse.change import labelling as labellings
    from discourse.posts.dates import within
    from discourse.posts.periods import days

    posts, notes = run.posts, []
    wanted = posts["date"].notna().to_numpy(copy=True)
    if undated := int((~wanted).sum()):
        notes.append(f"{undated:,} posts have no date and are left out.")
    if not wanted.any():
        raise DataError(f"{run.path}: no post has a date. Make the run with --date and the name of the column.")
    if since is not None or until is not None:
        wanted &= within(posts["date"], since, until)
    covered = days(posts["date"][wanted])
    for condition in where:
        wanted &= _holding(run, condition)
    rows = np.flatnonzero(wanted)
    if not len(rows):
        asked = "; ".join([*where, *(f"--{n} {v}" for n, v in (("since", since), ("until", until)) if v is not None)])
        raise DataError(f"{run.path}: no dated post is left with {asked}. Look with: discourse themes {run.path}")
    if any(name == CONCEPTS or name.startswith(AXIS) for name in on):
        notes.append(
            "Scores are uncalibrated: what is told are mean ranks, of 100 in each language, and no shares. For shares, "
            "have a sample coded: discourse sample --help"
        )
    every = labellings.together([labelling(run, name) for name in dict.fromkeys(on)])
    for group in groups:
        every = _grouped(every, group)
    if only:
        every = every.only([_column(every, name.strip()) for names in only for name in names.split(";")])
        kept = every.narrowed(rows)
    else:
        kept = every.narrowed(rows).present()
    _check_values(run, kept)
    if kept.labels.empty:
        raise DataError(f"{run.path}: none of the {len(rows):,} posts asked about has a label of {', '.join(on)}.")
    facts = {
        "on": list(on),
        "where": list(where),
        "groups": list(groups),
        "only": list(only),
        "since": since,
        "until": until,
        "duplicates": run.duplicates,
        "posts": len(rows),
    }
    return Material(run, posts.iloc[rows].reset_index(drop=True), rows, kept, covered, facts, notes)


def named_after(parts: Sequence[str], facts: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
    """Make the name of a folder of what was asked; where more was asked than the name tells, a few signs tell it apart.

    Examples
    --------
    >>> named_after(["codes:tags", "2024Q1"], {"seed": 0}, {"seed": 0})
    'codes-tags-2024Q1'
    >>> named_after(["codes:tags", "2024Q1"], {"seed": 1}, {"seed": 0})
    'codes-tags-2024Q1-3099'
    """
    plain = "-".join(filter(None, (re.sub(r"[^\w.]+", "-", part).strip("-.") for part in parts)))
    rest = {key: facts[key] for key in usual if facts[key] != usual[key]}
    if not rest and len(plain) <= _LONGEST:
        return plain
    digest = hashlib.sha256(json.dumps([plain, rest], sort_keys=True).encode()).hexdigest()
    return f"{plain[:_LONGEST]}-{digest[:4]}"


def answered(run: Run, folder: str, facts: dict[str, Any]) -> bool:
    """Tell whether the same question was asked before: its answer, in that folder of the run, may be replaced."""
    before = run.manifest.get("added", {}).get(folder)
    asked = {key: value for key, value in facts.items() if key not in ("posts", "permutations")}
    return before is not None and all(before.get(key) == value for key, value in asked.items())


def _check_values(run: Run, kept: Labelling) -> None:
    """Refuse scores that not every post asked about has: the others would count as none.

    Raises
    ------
    DataError
    """
    import numpy as np

    held = np.bincount(kept.column, minlength=len(kept.labels))
    for at in np.flatnonzero(~kept.counted & (held < kept.n_posts))[:1]:
        raise DataError(
            f"{run.path}: {kept.n_posts - held[at]:,} of the {kept.n_posts:,} posts asked about have no value of "
            f"{kept.labels['label'].iloc[at]!r}, which is about fewer posts. Ask about the same posts, with --where, "
            "--since or --until."
        )


def _holding(run: Run, condition: str) -> np.ndarray:
    """Tell which posts of a run meet ``COLUMN=VALUE``: (posts,) bool."""
    name, equals, value = condition.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name or not value:
        raise UsageError(f"--where {condition}: write it as COLUMN=VALUE, for example --where dimension=Bilateral.")
    if name == "theme":
        name = THEMES
    elif not name.startswith(("codes:", "tags:")):
        name = f"codes:{name}"
    found = labelling(run, name)
    try:
        return found.of(_column(found, value))
    except UsageError:
        if len(found.labels) == 1 and value in ("0", "1"):  # a column of 0 and 1
            return found.of(0) == (value == "1")
        raise


def _grouped(every: Labelling, group: str) -> Labelling:
    name, equals, members = group.partition("=")
    if not equals or not name.strip() or not members.strip():
        raise UsageError(f'--group {group}: write it as NAME=A;B;C, for example --group "forums=UN;SCO;BRICS".')
    columns = [_column(every, member.strip()) for member in members.split(";")]
    if not every.counted[columns].all():
        raise UsageError(
            f"--group {group}: labels are grouped by the posts that have any of them, and these are estimates for all "
            "posts, be they scores or corrected shares. Group themes, codes or tags."
        )
    return every.grouped(name.strip(), columns)


def _column(every: Labelling, name: str) -> int:
    """Find a label by its id or its name."""
    for key in ("label_id", "label"):
        at = every.labels.index[every.labels[key] == name]
        if len(at) == 1:
            return int(at[0])
        if len(at) > 1:
            ids = ", ".join(every.labels.loc[at, "label_id"])
            raise UsageError(f"{name!r} names several labels; write one of {ids}.")
    known = every.labels["label"].tolist()
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are: {named(known)}."
    raise UsageError(f"There is no label {name!r}. {hint}")
