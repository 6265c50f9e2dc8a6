"""What a researcher makes of the themes of a run: names, merges, hidden ones; kept in the run, undone at will."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.errors import UsageError
from discourse.jobs.labellings import THEMES
from discourse.run import ASSIGNMENTS, EDITS, Run, open_run
from discourse.themes.edits import Edit, Log, State, checked_name, replay

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FOLDER, FILE = EDITS.split("/")
Where = str | Path | Run | None


@dataclass(frozen=True)
class Carried:
    """A run with the edits of another, and what came of each.

    Attributes
    ----------
    run : Run
    table : DataFrame
        ``theme`` (of the other run)``, edit, becomes`` (theme of this run; missing for none)``, jaccard, fate``.
    common : int
        Posts that both runs have.
    """

    run: Run
    table: pd.DataFrame
    common: int


def rename(run: Where, theme: int, name: str) -> Run:
    """Give a theme a name of your own.

    Parameters
    ----------
    run : path or Run, optional
        The latest run for None.
    theme : int
    name : str
        At most 200 characters, in one line.

    Returns
    -------
    Run
        As it is now. What was read before stays as it was.

    Raises
    ------
    UsageError
        When there is no such theme, or the name is none.

    Examples
    --------
    >>> run = discourse.edit.rename(run, 7, "Tariffs and trade")  # doctest: +SKIP
    """
    return _edited(run, "rename", (theme,), checked_name(name))


def merge(run: Where, into: int, *others: int) -> Run:
    """Put the posts of other themes into one; it keeps its number, theirs are gone.

    Raises
    ------
    UsageError
        When there is no such theme, or one is named twice or hidden.
    """
    return _edited(run, "merge", (into, *others))


def hide(run: Where, theme: int) -> Run:
    """Leave a theme out of every list; its posts stay in it, and in every total.

    Raises
    ------
    UsageError
        When there is no such theme, or it is hidden already.
    """
    return _edited(run, "hide", (theme,))


def unhide(run: Where, theme: int) -> Run:
    """List a theme again that was hidden.

    Raises
    ------
    UsageError
        When there is no such theme, or it isn't hidden.
    """
    return _edited(run, "unhide", (theme,))


def undo(run: Where = None) -> Run:
    """Take the last edit back, or all that were carried over at once.

    Raises
    ------
    UsageError
        When there is none.
    """
    run = _opened(run)
    return _written(run, run.edits.undo())


def redo(run: Where = None) -> Run:
    """Do again what was undone last.

    Raises
    ------
    UsageError
        When nothing was undone since the last edit.
    """
    run = _opened(run)
    return _written(run, run.edits.redo())


def carry(run: Where, old: str | Path | Run) -> Carried:
    """Carry names, merges and hidden themes of another run over to the same themes of this one.

    Posts are matched by ``post_id`` and failing that by their text; themes by the posts that both runs have
    (`discourse.themes.carry.carry`). All that follows is one edit, undone at once.

    Raises
    ------
    UsageError
        When the other run has no edits, is this run, or has no posts in common with it.
    """
    run, old = open_run(_opened(run).path), open_run(old.path if isinstance(old, Run) else old)
    if old.path.resolve() == run.path.resolve():
        raise UsageError(f"{run.path}: is one and the same run; carry takes the edits of another one.")
    if not old.edits.edits:
        raise UsageError(f"{old.path}: has no edits; its themes are as they were found.")
    edits, table, common = translated(old, run.posts, run.table(ASSIGNMENTS)["theme"].to_numpy(), run.state)
    if not common:
        raise UsageError(f"{run.path} and {old.path} have no posts in common, neither by post_id nor by text.")
    if edits:
        run = _written(run, run.edits.done(edits))
    return Carried(run, table, common)


def translated(old: Run, posts: pd.DataFrame, labels: np.ndarray, state: State) -> tuple[list[Edit], pd.DataFrame, int]:
    """Translate the edits of a run into those of other themes of the same posts.

    Parameters
    ----------
    old : Run
        With every copy.
    posts : DataFrame
        ``post_id, text``.
    labels : (n,) int
        The posts' themes as they were found.
    state : State
        What became of these themes.

    Returns
    -------
    edits, table
        As `discourse.themes.carry.carry` gives them.
    common : int
        Posts that are also in the run.
    """
    from discourse.posts.match import match
    from discourse.themes.carry import carry

    here, there = match(posts, old.posts)
    found = old.table(ASSIGNMENTS)["theme"].to_numpy()
    edits, table = carry(found[there], old.state, labels[here], state, when=_now(), origin=str(old.path))
    return edits, table, len(here)


def carry_into(
    staged: staging.Staging, old: Run, posts: pd.DataFrame, labels: np.ndarray
) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Write the edits of a run into the one that will take its place.

    Returns
    -------
    added : dict
        What the manifest says of them.
    notes : list of str
        Which edits follow their themes, and which are lost.
    """
    from discourse.themes.carry import FOLLOWED, IN_PART, THERE

    edits, table, _ = translated(old, posts, labels, replay([], range(int(labels.max(initial=-1)) + 1)))
    log = Log().done(edits)
    if edits:
        staged.write_json(EDITS, log.as_dict())
    rows = list(zip(table["edit"], table["becomes"], table["fate"], strict=True))
    kept = [f"{edit} (now theme {becomes})" for edit, becomes, fate in rows if fate in {FOLLOWED, THERE}]
    notes = [f"Edits of the run before follow their themes: {'; '.join(kept)}."] if kept else []
    for edit, becomes, fate in rows:
        if fate == IN_PART:
            notes.append(f"Of the edit {edit} only a part follows, in theme {becomes}: not all themes are there.")
        elif fate not in {FOLLOWED, THERE}:
            notes.append(f"Lost with the run before: {edit} ({fate}).")
    return {FOLDER: facts(log)} if edits else {}, notes


def facts(log: Log) -> dict[str, int]:
    """Count the edits of a log, for the manifest."""
    return {"edits": len(log.edits), "undone": len(log.undone)}


def made_before(run: Run) -> list[str]:
    """Name the results in a run that may show its themes as they were before the last edit."""
    return [name for name, facts in run.manifest.get("added", {}).items() if _tells_themes(name, facts)]


def _tells_themes(name: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether results name themes, or are about the posts of some."""
    if name.split("/")[0] not in {"drift", "events", "compare"}:
        return False
    on = facts.get("on", [])
    asked = [on] if isinstance(on, str) else on
    return THEMES in asked or any(condition.startswith("theme=") for condition in facts.get("where", []))


def _edited(run: Where, verb: str, themes: tuple[int, ...], text: str = "") -> Run:
    run = _opened(run)
    log = run.edits.done([Edit(0, _now(), verb, tuple(map(operator.index, themes)), text)])
    replay(log.edits, run.found["theme"].tolist())  # what can't be done is refused
    return _written(run, log)


def _opened(run: Where) -> Run:
    """Open a run as it is now: the edits of one opened earlier may not be the last."""
    return open_run(run.path, duplicates=run.duplicates) if isinstance(run, Run) else open_run(run)


def _written(run: Run, log: Log) -> Run:
    with staging.added(run.path, FOLDER, facts(log), replace=True) as staged:
        staged.write_json(FILE, log.as_dict())
    return open_run(run.path, duplicates=run.duplicates)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
