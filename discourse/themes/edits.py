"""What a researcher changed in the themes of a run: a log of edits that is replayed, undone and done again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from typing import Any

from discourse.errors import DataError, UsageError

VERBS = ("rename", "merge", "hide", "unhide")
LONGEST = 200
"""Characters a name may have."""


@dataclass(frozen=True)
class Edit:
    """One thing that was done.

    Attributes
    ----------
    number : int
        From 1; edits made together share a number, and are undone together.
    when : str
        Moment, UTC, as ISO 8601 writes it.
    verb : {"rename", "merge", "hide", "unhide"}
    themes : tuple of int
        The theme that it is about; of a merge the one that stays, then those that go into it.
    text : str
        The new name; empty but for a rename.
    origin : str
        The run that it was carried over from; empty for what was typed.
    """

    number: int
    when: str
    verb: str
    themes: tuple[int, ...]
    text: str = ""
    origin: str = ""

    def __str__(self) -> str:
        numbers = " ".join(map(str, self.themes))
        return f"{self.verb} {numbers} {self.text}".rstrip()


@dataclass(frozen=True)
class Log:
    """Edits in force, in order, and those that were undone, the last undone at the end."""

    edits: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    def __len__(self) -> int:
        return len(self.edits)

    def done(self, edits: Iterable[Edit]) -> Log:
        """Append edits as one step, numbered anew; what was undone before can't be done again after it.

        Examples
        --------
        >>> log = Log().done([Edit(0, "2025-01-01T00:00:00+00:00", "hide", (3,))])
        >>> [str(edit) for edit in log.edits], log.undo().edits, log.undo().redo() == log
        (['hide 3'], (), True)
        """
        number = self.edits[-1].number + 1 if self.edits else 1
        return Log(self.edits + tuple(replace(edit, number=number) for edit in edits))

    def undo(self) -> Log:
        """Take the last step back.

        Raises
        ------
        UsageError
            When there is none.
        """
        if not self.edits:
            raise UsageError("There is nothing to undo: the themes are as they were found.")
        step = _last_step(self.edits)
        return Log(self.edits[: -len(step)], self.undone + step)

    def redo(self) -> Log:
        """Do again what was undone last.

        Raises
        ------
        UsageError
            When nothing was undone since the last edit.
        """
        if not self.undone:
            raise UsageError("There is nothing to do again: nothing was undone since the last edit.")
        step = _last_step(self.undone)
        return Log(self.edits + step, self.undone[: -len(step)])

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Give JSON values."""
        return {"edits": [asdict(edit) for edit in self.edits], "undone": [asdict(edit) for edit in self.undone]}

    @classmethod
    def from_dict(cls, found: Any) -> Log:
        """Read what `as_dict` gave.

        Raises
        ------
        DataError
            When it is something else.
        """
        try:
            return cls(*(tuple(_edit(entry) for entry in found[key]) for key in ("edits", "undone")))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"is no log of edits ({error}).") from None


@dataclass(frozen=True)
class State:
    """What became of the themes that a run found.

    Attributes
    ----------
    parts : dict of int to tuple of int
        For each theme there is, hidden ones too, the themes it consists of as they were found, itself first.
    names : dict of int to str
        Names that were given.
    hidden : frozenset of int
    """

    parts: dict[int, tuple[int, ...]]
    names: dict[int, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()

    @property
    def changed(self) -> bool:
        """Whether anything is other than it was found."""
        return bool(self.names or self.hidden or self.merged)

    @cached_property
    def merged(self) -> dict[int, int]:
        """Themes that went into another, and which."""
        return {part: theme for theme, parts in self.parts.items() for part in parts[1:]}

    def where(self, theme: int) -> str:
        """Say why no such theme is to be seen."""
        if theme in self.merged:
            return f"theme {theme} was merged into {self.merged[theme]}"
        if theme in self.hidden:
            return f"theme {theme} is hidden (to show it again: discourse themes RUN unhide {theme})"
        last = max([*self.parts, *self.merged], default=-1)
        known = f"themes are numbered 0 to {last}" if last >= 0 else "the run has no themes"
        return f"there is no theme {theme}; {known}"


def replay(edits: Iterable[Edit], themes: Iterable[int]) -> State:
    """Do all edits again, from the themes as they were found.

    Parameters
    ----------
    edits : iterable of Edit
        In the order in which they were made.
    themes : iterable of int
        Numbers of the themes.

    Returns
    -------
    State

    Raises
    ------
    UsageError
        When an edit is about a theme that isn't there, would change nothing, or gives a name that is none.

    Examples
    --------
    >>> when = "2025-01-01T00:00:00+00:00"
    >>> state = replay([Edit(1, when, "merge", (2, 0)), Edit(2, when, "rename", (2,), "Trade")], range(3))
    >>> state.parts, state.names
    ({1: (1,), 2: (2, 0)}, {2: 'Trade'})
    """
    state = State({int(theme): (int(theme),) for theme in themes})
    for edit in edits:
        state = _DO[edit.verb](state, edit)
    return state


def checked_name(text: str) -> str:
    """Return a name for a theme without blanks around it.

    Raises
    ------
    UsageError
        When it is empty or all of it invisible, has more than 200 characters, or holds control characters.
    """
    name = text.strip()
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in name):
        raise UsageError("A name is one line without control characters; this one holds some.")
    if not any(sign.isprintable() and not sign.isspace() for sign in name):
        raise UsageError('The name is empty. For example: discourse themes RUN rename 7 "Tariffs and trade"')
    if len(name) > LONGEST:
        raise UsageError(f"A name has {LONGEST} characters at the most; this one has {len(name):,}.")
    return name


def _rename(state: State, edit: Edit) -> State:
    theme, name = _only(state, edit), checked_name(edit.text)
    if state.names.get(theme) == name:
        raise UsageError(f"Theme {theme} has been given this name already.")
    return replace(state, names={**state.names, theme: name})


def _merge(state: State, edit: Edit) -> State:
    for theme in edit.themes:
        if theme not in state.parts or theme in state.hidden:
            raise UsageError(f"Can't merge: {state.where(theme)}. `discourse themes` lists them.")
    into, *others = edit.themes
    if not others:
        raise UsageError(f"Merge theme {into} with which? For example: discourse themes RUN merge {into} {into + 1}")
    if len(set(edit.themes)) < len(edit.themes):
        raise UsageError("A theme can't be merged with itself; name each once.")
    parts = {theme: parts for theme, parts in state.parts.items() if theme not in others}
    parts[into] = tuple(part for theme in edit.themes for part in state.parts[theme])
    names = {theme: name for theme, name in state.names.items() if theme not in edit.themes}
    given = [state.names[theme] for theme in edit.themes if theme in state.names]
    return replace(state, parts=parts, names=names | ({into: given[0]} if given else {}))


def _hide(state: State, edit: Edit) -> State:
    theme = _only(state, edit)
    if theme in state.hidden:
        raise UsageError(f"Theme {theme} is hidden already.")
    return replace(state, hidden=state.hidden | {theme})


def _unhide(state: State, edit: Edit) -> State:
    theme = _only(state, edit)
    if theme not in state.hidden:
        raise UsageError(f"Theme {theme} is not hidden.")
    return replace(state, hidden=state.hidden - {theme})


_DO = dict(zip(VERBS, (_rename, _merge, _hide, _unhide), strict=True))


def _only(state: State, edit: Edit) -> int:
    (theme,) = edit.themes
    if theme not in state.parts:
        raise UsageError(f"Can't {edit.verb}: {state.where(theme)}. `discourse themes` lists them.")
    return theme


def _last_step(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    number = edits[-1].number
    return tuple(takewhile(lambda edit: edit.number == number, reversed(edits)))[::-1]


def _edit(entry: Any) -> Edit:
    edit = Edit(**{**entry, "themes": tuple(entry["themes"])})
    numbers, texts = (edit.number, *edit.themes), (edit.when, edit.text, edit.origin)
    whole = all(type(number) is int for number in numbers) and all(isinstance(text, str) for text in texts)
    if not whole or edit.verb not in VERBS or not edit.themes or (edit.verb != "merge" and len(edit.themes) > 1):
        raise ValueError(f"edit {edit.number}")
    return edit
