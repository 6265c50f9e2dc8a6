"""Hand codes as a file has them, before they are laid on posts."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pandas as pd

MACHINE = "discourse"
"""Who gave the themes in files that we write: no person, and so none of the coders."""
SOURCES = {"name": "str", "text": "str", "post_id": "str"}
READ = {"source": "int64", "coder": "str", "scheme": "str"}
LISTED = {"source": "int64", "coder": "str"}
CODINGS = {
    "source": "int64", "start": "Int64", "end": "Int64", "quote": "str", "scheme": "str", "code": "str", "coder": "str",
}  # fmt: skip
ANSWERS = {"source": "int64", "coder": "str", "scheme": "str", "code": "str", "answer": "str", "place": "str"}
CODES = {"scheme": "str", "code": "str", "parent": "str", "definition": "str"}


@dataclass(frozen=True)
class Coded:
    """What a reader of hand codes gives.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    format : str
        What it is, for people: ``REFI-QDA project``, ``CSV``.
    sources : pandas.DataFrame
        One row a text that was coded, a post or a document of many: ``name`` (a row number, a title, a file),
        ``text`` (NA where the file doesn't hold it) and ``post_id`` (NA where the file gives no identifier of a post).
    read : pandas.DataFrame
        Which ``coder`` read which ``source`` (row of `sources`) as a whole for which ``scheme``, so that codes not
        given were decided against: a row of a table with a code or an explicit none. Empty where the file doesn't say.
    codings : pandas.DataFrame
        One row a code given: ``source``, ``start`` and ``end`` (characters of the source's text, counted from 0, the
        end not within; NA for the whole source), ``quote`` (the words coded, NA where not given), ``scheme`` (the
        column or layer, "" where there is one alone), ``code``, ``coder`` ("" where not told).
    codes : pandas.DataFrame
        The codebook, one row a code: ``scheme``, ``code``, ``parent`` and ``definition`` ("" where there is none).
        Codes that nobody gave are in it.
    notes : list of str
        What was passed over, in sentences.
    listed : pandas.DataFrame
        Which ``coder`` has which ``source`` in their table, whatever stands there, an empty row too: what they read
        if somebody says that they read everything. Empty where sources are not listed.
    answers : pandas.DataFrame
        As of `discourse.codes.answers.answers`, and where in the file each stands: answers to questions that have one.
    by_name : bool
        Whether identifiers are those of posts, as in a sheet that was made here, even where texts were changed.
    closed : frozenset of str
        Schemes of which `codes` has every code that could be given, as of columns of marks; of others it may have only
        those that were.
    """

    file: str
    format: str
    sources: pd.DataFrame
    read: pd.DataFrame
    codings: pd.DataFrame
    codes: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    listed: pd.DataFrame = field(default_factory=lambda: table([], LISTED))
    closed: frozenset[str] = frozenset()
    answers: pd.DataFrame = field(default_factory=lambda: table([], ANSWERS))
    by_name: bool = False


def by_people(coded: Coded) -> Coded:
    """Leave out what `MACHINE` gave: a run's themes, in a project that came from here and was worked on elsewhere."""
    ours = coded.codings["coder"] == MACHINE
    if not ours.any():
        return coded
    machine = set(coded.codings.loc[ours, "scheme"]) - set(coded.codings.loc[~ours, "scheme"])
    parts = {name: getattr(coded, name) for name in ("read", "listed", "codings")}
    kept = {name: part[part["coder"] != MACHINE].reset_index(drop=True) for name, part in parts.items()}
    codes = coded.codes[~coded.codes["scheme"].isin(machine)].reset_index(drop=True)
    told = f"{int(ours.sum()):,} codings that {MACHINE} gave, a machine's themes, are left out."
    return dataclasses.replace(coded, **kept, codes=codes, notes=[*coded.notes, told])


def uncoded(coded: Coded) -> str:
    """Say why a file has no decision of a person, and what to do; nothing where it has one."""
    if len(coded.codings) or len(coded.read):
        return ""
    if coded.sources.empty:
        return f"is a codebook: it holds {len(coded.codes):,} codes and no codings. Give the file with the codings."
    ours = [note for note in coded.notes if f"that {MACHINE} gave" in note]
    if ours:
        return f"{' '.join(ours)} No person coded anything in it. Give a file that people coded."
    return "no post has a code, and none is said to have none. Fill it in first, or give another file."


def table(rows: list[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    """Make one of the tables of `Coded` from its rows.

    Examples
    --------
    >>> table([("UN", "", "")], {"code": "str", "parent": "str", "definition": "str"}).shape
    (1, 3)
    """
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
