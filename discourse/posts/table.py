"""Files of posts to one table, with everything that was guessed, mended or turned away on record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.config import DROP, KEEP
from discourse.errors import DataError
from discourse.posts import beside, ids, language, language_names
from discourse.posts import columns as find_columns
from discourse.posts import dates as read_dates
from discourse.posts.duplicates import find as find_duplicates
from discourse.posts.join import Part, keep, roles_side_by_side, to_text
from discourse.posts.notes import accounts, left_out, once, refusal
from discourse.posts.readers import Rows, content, expand, read_file
from discourse.posts.readers.rows import scrub
from discourse.posts.similarity import normals
from discourse.posts.usable import Found, nothing_usable, usable
from discourse.progress import Progress, silent

OURS = [
    *("post_id", "text", "date", "author", "lang", "source_file", "source_row"),
    *("message", "set_aside", "langs", "duplicate_of", "duplicate_kind", "input_row"),
]
"""The first columns of every table of posts, in this order."""


DROPPED = ["post_id", "duplicate_of", "duplicate_kind", "date", "lang", "author", "source_file", "source_row"]
"""What is kept of a post that is dropped as a copy."""


@dataclass(frozen=True)
class Posts:
    """Posts that can be used, and an account of those that can't.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a usable post in the order of the input: ``post_id, text, date, author, lang, source_file,
        source_row, message, set_aside, langs, duplicate_of, duplicate_kind, input_row``, then every other column
        under its own header.
    rejected : pandas.DataFrame
        Rows that can't be used: ``file, row, place, column, value, reason``. A row's number counts the rows of data
        from 1; the header is not counted. Its place says where it stands in its file, as the file's own program
        shows it: ``line 62``, ``sheet "2024", row 10``, ``message 1001``.
    sources : list of dict
        A record a file: ``file, format, bytes, sha256, rows`` and what the format has to say (encoding, ...).
    columns : dict of str to str
        Header found for each role: ``text, date, author, lang, id`` (absent ones left out).
    stored : dict of str to str
        For each header of the input, in order, the column of `table` that holds its values as given.
    notes : list of str
        What was guessed and noticed, in plain sentences.
    n_input : int
        Rows of data read, the rejected and filtered ones included.
    n_filtered : int
        Usable rows outside ``since``/``until``.
    n_unsure : int
        Posts made like so many others that near copies among them may have been missed.
    dropped : pandas.DataFrame
        Posts left out of `table` because they repeat an earlier one, where that was asked for: ``post_id,
        duplicate_of, duplicate_kind, date, lang, author, source_file, source_row``.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    sources: list[dict]
    columns: dict[str, str]
    stored: dict[str, str]
    notes: list[str] = field(default_factory=list)
    n_input: int = 0
    n_filtered: int = 0
    n_unsure: int = 0
    dropped: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DROPPED))


def read(
    paths: str | Path | Sequence[str | Path],
    *,
    text: str | None = None,
    date: str | None = None,
    author: str | None = None,
    lang: str | None = None,
    id: str | None = None,
    timezone: str = "UTC",
    date_order: str | None = None,
    since: str | None = None,
    until: str | None = None,
    keep_boilerplate: bool = False,
    duplicates: str = KEEP,
    progress: Progress = silent,
) -> Posts:
    """Read posts from files.

    Parameters
    ----------
    paths : str, Path or list of them
        Files, globs, folders, or ``-`` for standard input; CSV, TSV, XLSX, JSON, JSON Lines, Parquet, or an
        export of Telegram, Instagram, X, CrowdTangle or 4CAT, told apart by their content. Where no column
        names the author, a file found in a folder takes the name of its subfolder, or its own. What can't be
        read in a folder is left out with a note.
    text, date, author, lang, id : str, optional
        Headers of the columns that play these roles; found by name and content where not given.
    timezone : str
        Zone of the dates in the table, and of times that name none.
    date_order : {"day-first", "month-first"}, optional
        Settles what ``03/04/2024`` means where the column does not.
    since, until : str, optional
        Keep only posts from a day, month, quarter or year to another, both included.
    keep_boilerplate : bool
        Leave links, handles and repeated signatures in the message.
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one stay in the table; they are marked in any case.
    progress : Progress
        Told of each stage.

    Returns
    -------
    Posts

    Raises
    ------
    DataError
        A file that was named can't be read, a column is missing or ambiguous, the order of days and months is
        left open, a named id column repeats a value, or no row can be used.
    UsageError
        An unknown time zone, date order or period.

    Examples
    --------
    >>> posts = read("posts.csv", timezone="Asia/Almaty", since="2025Q1")  # doctest: +SKIP
    >>> posts.table[["post_id", "date", "lang"]]  # doctest: +SKIP
    """
    read_dates.check_timezone(timezone)
    named = {"text": text, "date": date, "author": author, "lang": lang, "id": id}
    files = expand(paths)
    names = files.names
    if lang is None:
        language.prepare()
    parts: list[Part] = []
    starts: list[int] = []
    sources: list[dict] = []
    rejected: list[pd.DataFrame] = []
    said: list[tuple[str, str]] = []
    n_input = 0
    unread: list[tuple[str, DataError]] = []
    faulty: list[tuple[str, DataError]] = []
    found: Found = {}
    for done, path in enumerate(names):
        progress("reading", done, len(names))
        name = scrub(path)  # a file's name may be no text
        try:
            data = content(path)
            rows = read_file(data, name)
        except DataError as problem:
            (unread if path in files.accounts else faulty).append((name, problem))
            continue
        source = _source(name, data, rows)
        del data
        try:
            part, turned_away, notes = usable(name, rows, named, timezone, date_order, files.accounts.get(path), found)
        except DataError as problem:
            faulty.append((name, problem))
            continue
        sources.append(source)
        parts.append(part)
        rejected.append(turned_away)
        said += [(name, note) for note in [*rows.notes, *notes]]
        starts.append(n_input)
        n_input += rows.n_rows
        del rows
    progress("reading", len(names), len(names))
    if faulty or not parts:
        raise refusal(faulty or unread)
    names = [part.file for part in parts]
    find_columns.check_named(named, [(part.file, list(part.values.columns), part.roles) for part in parts])
    dated = [part.dates is not None for part in parts]
    if any(dated) and not all(dated):
        raise DataError(
            f"{names[dated.index(False)]}: no column of dates, while {names[dated.index(True)]} has one. "
            "Type --date with the name of the column, or give the files apart."
        )
    all_rejected = pd.concat(rejected, ignore_index=True)
    if not sum(len(part.numbers) for part in parts):
        raise nothing_usable(names, n_input, all_rejected)

    columns: dict[str, str] = {}
    for part in reversed(parts):
        columns |= part.roles
    columns = {role: columns[role] for role in find_columns.ROLES if role in columns}
    table = roles_side_by_side(parts, starts, timezone)
    kept, stored = keep(parts, OURS)
    notes = [*files.notes, *left_out(unread), *once(said, len(names)), *accounts(parts)]
    without_id = [part.file for part in parts if "id" not in part.roles and len(part.numbers)]
    parts.clear()
    table["post_id"], columns = _post_ids(table, id is not None, columns, without_id, notes)
    if any(dated) or since is not None or until is not None:
        inside = _inside(table["date"], any(dated), since, until)
    else:
        inside = np.ones(len(table), dtype=bool)
        notes.append("date: no column holds dates, so nothing can be said about change over time.")
    n_filtered = int((~inside).sum())
    if n_filtered:
        table, kept = table[inside].reset_index(drop=True), kept[inside].reset_index(drop=True)
    languages = _Languages(table["text"], table["lang"], progress)
    table["message"], table["set_aside"] = _messages(table["text"], table["author"], keep_boilerplate, progress)
    progress("duplicates", 0, len(table))
    forms = normals(table["message"].tolist())
    table["lang"], table["langs"] = languages.found(columns.get("lang"), notes)
    table[["duplicate_of", "duplicate_kind"]], n_unsure = find_duplicates(table, forms)
    progress("duplicates", len(table), len(table))
    dropped = table["duplicate_of"].notna().to_numpy() & (duplicates == DROP)
    copies = table.loc[dropped, DROPPED].reset_index(drop=True)
    if dropped.any():
        table, kept = table[~dropped].reset_index(drop=True), kept[~dropped].reset_index(drop=True)
    return Posts(
        table=pd.concat([table[OURS], kept], axis=1),
        rejected=all_rejected,
        sources=sources,
        columns=columns,
        stored=stored,
        notes=notes,
        n_input=n_input,
        n_filtered=n_filtered,
        dropped=copies,
        n_unsure=n_unsure,
    )


def _source(name: str, data: bytes, rows: Rows) -> dict:
    """Describe one file for the record of a run."""
    digest = hashlib.sha256(data).hexdigest()
    return {"file": name, "format": rows.format, "bytes": len(data), "sha256": digest, "rows": rows.n_rows} | rows.facts


def _post_ids(
    table: pd.DataFrame, is_named: bool, columns: dict[str, str], without: list[str], notes: list[str]
) -> tuple[pd.Series, dict[str, str]]:
    """Ids of the user's column where they tell the posts apart, else made ones; and the columns in use."""
    if "id" in columns:
        header = columns["id"]
        given = to_text(table["id"])
        twice = ids.repeated(given)
        if twice is None:
            if not is_named:
                notes.append(f'id: column "{header}" (by its name).')
            return given, columns
        value, rows = twice
        places = " and ".join(f"{table['source_file'][at]} row {table['source_row'][at]}" for at in rows)
        fault = f'repeats "{value}" ({places})' if value else f"is empty ({places})"
        if without:
            fault = f"is not in {without[0]}" + (f" and {len(without) - 1} more file(s)" if len(without) > 1 else "")
        if is_named:
            raise DataError(f'the id column "{header}" {fault}. Mend it, or leave --id out: ids are then made.')
        notes.append(f'id: column "{header}" {fault}, so post_id is made from text, date and author.')
    others = {role: header for role, header in columns.items() if role != "id"}
    return ids.from_content(table["text"], table["date"], table["author"]), others


def _inside(dates: pd.Series, dated: bool, since: str | None, until: str | None) -> np.ndarray:
    """Which posts lie between since and until."""
    if not dated:
        raise DataError("--since and --until need dates, and no column holds any. Type --date NAME")
    inside = read_dates.within(dates, since, until)
    if not inside.any():
        first, last = f"{dates.min():%Y-%m-%d}", f"{dates.max():%Y-%m-%d}"
        raise DataError(f"no post lies in the window: the {len(dates)} usable posts run from {first} to {last}.")
    return inside


class _Languages:
    """Language of each post: as given where that is understood, else as detected, beside other work."""

    def __init__(self, texts: pd.Series, given: pd.Series, progress: Progress) -> None:
        self._given, self._progress = given, progress
        self._codes = language_names.normalise(given)
        self._unknown = self._codes.isna().to_numpy()
        self._detected = beside.begin(texts[self._unknown]) if self._unknown.any() else None

    def found(self, header: str | None, notes: list[str]) -> tuple[pd.Series, pd.Series]:
        codes, langs, unknown = self._codes, self._codes.copy(), self._unknown
        if self._detected is not None:
            self._progress("language", 0, len(codes))
            found = self._detected()
            codes[unknown] = found["lang"].to_numpy()
            langs[unknown] = found["langs"].to_numpy()
            self._progress("language", len(codes), len(codes))
            if header is not None:
                what = self._given[unknown].dropna()
                fault = f'{len(what):,} value(s) like "{what.iloc[0]}" name no language' if len(what) else ""
                empty = f"{unknown.sum() - len(what):,} post(s) have no value" if unknown.sum() > len(what) else ""
                notes.append(f'lang: column "{header}": {"; ".join(filter(None, [fault, empty]))}; detected.')
        return codes.astype("str"), langs.astype("str")


def _messages(
    texts: pd.Series, authors: pd.Series, keep_boilerplate: bool, progress: Progress
) -> tuple[pd.Series, pd.Series]:
    """Make the text that is encoded, and keep what was set aside from it."""
    from discourse.posts import boilerplate

    if keep_boilerplate:
        return texts.str.strip(), pd.Series("", index=texts.index, dtype="str")
    progress("setting boilerplate aside", 0, len(texts))
    names = None if authors.isna().all() else [None if a is pd.NA or a != a else a for a in authors]
    found = boilerplate.set_aside(texts.tolist(), names)
    progress("setting boilerplate aside", len(texts), len(texts))
    return (
        pd.Series(found["message"].to_numpy(), index=texts.index, dtype="str"),
        pd.Series(found["set_aside"].to_numpy(), index=texts.index, dtype="str"),
    )
