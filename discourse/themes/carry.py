"""Names that last: what a researcher did to the themes of one run, done to the same themes of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.stats.overlap import Overlap, matches, overlap
from discourse.themes.edited import theme_of
from discourse.themes.edits import Edit, State

LEAST = 0.5
"""Jaccard's similarity from which two themes are the same theme."""
FOLLOWED, THERE, IN_PART = "followed", "there already", "followed in part"
NONE, NAMED, TAKEN = "found no theme", "has a name of its own there", "its theme got another's"
KEPT = (FOLLOWED, THERE)
COLUMNS = ("theme", "edit", "becomes", "jaccard", "fate")


@dataclass(frozen=True)
class _Group:
    """An edited theme, and the themes of the other run that hold its posts."""

    theme: int
    becomes: list[int]
    jaccard: float


def carry(
    found: np.ndarray, state: State, others: np.ndarray, other: State, *, when: str = "", origin: str = ""
) -> tuple[list[Edit], pd.DataFrame]:
    """Translate the edits of one run into edits of another.

    A theme of one run is that theme of the other which is its best match both ways, with a Jaccard similarity of .5
    or more over the posts that both runs have. Merged themes are merged again where their parts have matches of
    their own; otherwise the whole is looked for.

    Parameters
    ----------
    found : (n,) int
        Themes, as one run found them, of the posts that both runs have; -1 is noise.
    state : State
        What became of them.
    others : (n,) int
        Themes of the same posts, as the other run found them.
    other : State
        What became of these.
    when, origin : str
        For the edits that are made.

    Returns
    -------
    edits : list of Edit
        Not numbered yet.
    table : DataFrame
        ``theme, edit`` (in words)``, becomes`` (the theme of the other run; missing for none)``, jaccard, fate``: what
        was done to each theme, and what came of it.
    """
    parts = overlap(found, theme_of(others, other), _count(state), _count(other))
    whole = overlap(theme_of(found, state), theme_of(others, other), _count(state), _count(other))
    part_of, whole_of = matches(parts.jaccard(), at_least=LEAST), matches(whole.jaccard(), at_least=LEAST)
    edits: list[Edit] = []
    rows: list[tuple[int, str, int | None, float | None, str]] = []
    taken: set[int] = set()
    touched = sorted({*state.names, *state.hidden, *state.merged.values()})
    groups = [_counterpart(theme, state, other, whole, part_of, whole_of) for theme in touched]
    for group in sorted(groups, key=lambda group: (-group.jaccard, group.theme)):
        free = not taken.intersection(group.becomes)
        taken.update(group.becomes)
        for verb, text, fate in _fates(group, state, other, part_of, free=free):
            into, alike = (group.becomes[0], group.jaccard) if group.becomes else (None, None)
            rows.append((group.theme, _words(verb, group.theme, state), into, alike, fate))
            if fate in {FOLLOWED, IN_PART}:
                themes = group.becomes if verb == "merge" else group.becomes[:1]
                edits.append(Edit(0, when, verb, tuple(themes), text, origin))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"theme": "int64", "becomes": "Int64", "jaccard": "float64"})
    return edits, table.sort_values("theme", kind="stable", ignore_index=True)


def _count(state: State) -> int:
    return max([*state.parts, *state.merged], default=-1) + 1


def _counterpart(
    theme: int, state: State, other: State, whole: Overlap, part_of: np.ndarray, whole_of: np.ndarray
) -> _Group:
    """Find a theme in the other run: its parts' matches where these are it together, else the match of the whole."""
    each = list(dict.fromkeys(int(part_of[part]) for part in state.parts[theme] if part_of[part] >= 0))
    each = [match for match in each if len(each) == 1 or match not in other.hidden]
    for becomes in (each, [int(whole_of[theme])] if whole_of[theme] >= 0 else []):
        both = int(whole.both[theme, becomes].sum())
        union = int(whole.first[theme] + whole.second[becomes].sum()) - both
        if becomes and both >= LEAST * union:
            return _Group(theme, becomes, both / union)
    return _Group(theme, [], 0.0)


def _fates(
    group: _Group, state: State, other: State, part_of: np.ndarray, *, free: bool
) -> Iterator[tuple[str, str, str]]:
    """Say of each thing that was done to a theme what comes of it: verb, text, fate."""
    theme, becomes = group.theme, group.becomes
    lost = NONE if not becomes else TAKEN if not free else ""
    if len(state.parts[theme]) > 1:
        whole = all(part_of[part] in becomes for part in state.parts[theme])
        yield "merge", "", lost or (THERE if len(becomes) == 1 else FOLLOWED if whole else IN_PART)
    if theme in state.names:
        name, theirs = state.names[theme], {other.names[one] for one in becomes if one in other.names}
        yield "rename", name, lost or (FOLLOWED if not theirs else THERE if theirs == {name} else NAMED)
    if theme in state.hidden:
        yield "hide", "", lost or (THERE if becomes[0] in other.hidden else FOLLOWED)


def _words(verb: str, theme: int, state: State) -> str:
    themes = state.parts[theme] if verb == "merge" else (theme,)
    return str(Edit(0, "", verb, themes, state.names[theme] if verb == "rename" else ""))
