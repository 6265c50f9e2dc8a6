"""Tables of hand codes: a row a post or a row a code, of one coder or several, as CSV, XLSX, JSON or Parquet."""

from __future__ import annotations

import dataclasses
from pathlib import PurePath

import numpy as np
import pandas as pd

from discourse.codes import decisions
from discourse.codes.answers import answers, refuse_contradictions, values_of
from discourse.codes.cells import texts
from discourse.codes.codebook_sheet import codebook, is_codebook
from discourse.codes.coded import ANSWERS, CODES, CODINGS, LISTED, READ, SOURCES, Coded, table
from discourse.codes.decisions import CodeColumn, codes_in_use
from discourse.codes.headings import Headings, headings, is_sheet, questions
from discourse.codes.stray import check_cells
from discourse.errors import DataError
from discourse.posts.readers import delimited, excel, formats, json, parquet
from discourse.posts.readers.rows import Rows, turn_away_monsters
from discourse.tables import unguarded


def recognises(data: bytes, name: str) -> bool:
    """Tell whether a file holds a table, or text that may be one."""
    suffix = PurePath(name).suffix.lower()
    typed = any(kind.recognises(data, suffix) for kind in (parquet, excel, json))
    return typed or (formats.foreign(data) is None and (suffix in delimited.SUFFIXES or b"\x00\x00" not in data[:4096]))


def read(data: bytes, name: str) -> Coded:
    """Read a table of hand codes.

    A row a post: a column of identifiers or texts, and columns of codes; each is a scheme. Columns of marks (1 and 0,
    yes and no, x) are one scheme together. A row a code: columns for the post and the code, and perhaps the scheme,
    the coder, and whether the code holds. Other columns are passed over, and named.

    An empty row was not coded. A row with a code, or an explicit none (``0, no, none, -, нет, жоқ, 无``), was read by
    its coder for every scheme in which they filled any cell.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        For messages; without folders and ending it is the coder where no column names one.

    Returns
    -------
    Coded
        Sources are posts: rows of one identifier (of one text where there are no identifiers) are one.

    Raises
    ------
    DataError
        The file is damaged, no column says which posts were coded, none holds codes, a question of a coding sheet has
        an answer that is none of its own, or a coder gives two to one that has one.
    """
    rows, definitions = table_of(data, name)
    if len(rows.rejected) > len(rows.values):
        raise DataError(
            f"{name}: is no table: most of its lines can't be read as rows. {rows.rejected['reason'].iloc[0]}."
        )
    values = pd.DataFrame({header: texts(column) for header, column in rows.values.items()})
    if is_sheet(values):
        check_cells(values.set_axis(places(rows)), questions(values), definitions, name)
    found = _headings(values, name, rows)
    own = pd.Series(PurePath(name).stem, index=values.index, dtype="str")
    coder = values[found.coder].mask(values[found.coder] == "", own) if found.coder else own
    if found.columns:
        read, given = decisions.wide(values, found.columns, coder)
        written = answers(values, found.columns, coder, _in(name, rows), sheet=found.sheet)
    else:
        none = pd.Series("", index=values.index, dtype="str")
        scheme = values[found.scheme] if found.scheme else none
        value = values.get(found.value)
        read, given = decisions.long(values[found.code], scheme, value, coder)
        written = table([], ANSWERS)
        if value is not None:
            written = values_of(values[found.code], scheme, value, coder, _in(name, rows))
    sources, source = _sources(rows, values, found, coder)
    written = _of_sources(written.rename(columns={"source": "row"}), source)
    refuse_contradictions(written, sources["post_id"].fillna(sources["name"]).to_numpy())
    notes = [*rows.notes, *found.notes, *_turned_away(rows)]
    if lost := int((source < 0).sum()):
        notes.append(f"{lost:,} rows have neither an identifier nor a text and are left out.")
    read, given = (_of_sources(part, source) for part in (read, given))
    if not found.columns:
        read = (
            read[["source", "coder"]].drop_duplicates().merge(read[["coder", "scheme"]].drop_duplicates(), on="coder")
        )  # who coded a post at all read it for all of their schemes
    quotes = values[found.quote] if found.quote else pd.Series("", index=values.index)
    codings = given.reindex(columns=[*given.columns, "start", "end"])
    codings["quote"] = _or_na(quotes.reindex(given["row"]))
    listed = _listed(found, source, coder)
    notes += _counted(read, listed)
    return Coded(
        file=name,
        format=f"{rows.format.upper()} table",
        sources=sources,
        read=read[list(READ)].drop_duplicates().astype(READ).reset_index(drop=True),
        codings=codings[list(CODINGS)].astype(CODINGS).reset_index(drop=True),
        codes=_codes(given, found.columns, definitions),
        notes=notes,
        listed=listed,
        answers=written[list(ANSWERS)].astype(ANSWERS).reset_index(drop=True),
        by_name=found.sheet,
        closed=frozenset(one.scheme for one in found.columns if one.code),
    )


def table_of(data: bytes, name: str) -> tuple[Rows, pd.DataFrame]:
    """Read the rows of the table, and the codebook that lies beside it in a workbook.

    Raises
    ------
    DataError
        The file is damaged, or holds no posts.
    """
    none = table([], CODES)
    if not excel.recognises(data, PurePath(name).suffix.lower()):
        return _unguarded(formats.read_file(data, name)), none
    sheets = excel.tables_by_sheet(data, name)
    books = [sheet for sheet, values in sheets.items() if is_codebook(values)]
    coded = [sheet for sheet, values in sheets.items() if is_sheet(values)]
    aside = [sheet for sheet in sheets if sheet not in coded] if coded else books
    if len(aside) == len(sheets):
        raise DataError(f"{name}: holds a codebook and no posts. Give a workbook with a sheet of coded posts.")
    rows = turn_away_monsters(excel.read(data, name, aside))
    return rows, pd.concat([none, *(codebook(sheets[sheet]) for sheet in books)], ignore_index=True)


def _headings(values: pd.DataFrame, name: str, rows: Rows) -> Headings:
    """Find out what each column is; where none holds codes, say whether formulas could be why."""
    try:
        return headings(values, name, rows.format)
    except DataError as problem:
        formulas = next((note for note in rows.notes if excel.UNCALCULATED in note), "")
        raise DataError(f"{problem} {formulas}".strip()) from problem


def places(rows: Rows) -> list[str]:
    """Say where each row of a table stands, as a spreadsheet program counts."""
    if rows.format != "xlsx":
        return [f"row {number + 1}" for number in rows.numbers]
    found = rows.places(rows.numbers.tolist())
    return found if "sheets" in rows.facts else [place.rpartition(", ")[2] for place in found]


def _in(name: str, rows: Rows) -> list[str]:
    return [f"{name}, {place}" for place in places(rows)]


def _unguarded(rows: Rows) -> Rows:
    """Undo, in a coding sheet that was written as CSV, what keeps its texts from being formulas."""
    headers = [unguarded(header) for header in rows.values.columns]
    if not (rows.plain and is_sheet(rows.values)) or len(set(headers)) < len(headers):
        return rows
    values = rows.values.map(unguarded, na_action="ignore").set_axis(headers, axis=1)
    return dataclasses.replace(rows, values=values.astype("str"))


def _sources(rows: Rows, values: pd.DataFrame, found: Headings, coder: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    """Find the posts of a table, and which of them each row is about, -1 for none.

    Rows of one identifier are one post unless their texts differ. Without identifiers rows of one text are one post in
    a table with a row a code, and as many posts as a coder has such rows in one with a row a post.
    """
    none = pd.Series("", index=values.index, dtype="str")
    id = values[found.id] if found.id else none
    text = _as_given(rows.values[found.text]) if found.text else none
    if found.id and found.text:  # some tables give the text once
        text = text.mask(text.eq("") & id.ne(""), text.mask(text.eq("")).groupby(id).transform("first")).fillna("")
    quote = values[found.quote] if found.quote else none
    lone = id.eq("") & text.eq("")
    key = pd.DataFrame({"id": id, "text": text, "quote": quote.where(lone, ""), "turn": 0})
    if found.columns and not found.id:
        key["turn"] = key.groupby([coder, "text"]).cumcount()
    groups = key.groupby(list(key.columns), sort=False)
    source = groups.ngroup().to_numpy()
    usable = ~(lone & key["quote"].eq("")).to_numpy()
    kept, source = np.unique(np.where(usable, source, -1), return_inverse=True)
    source -= int(len(kept) > 0 and kept[0] < 0)
    first = pd.Series(source).drop_duplicates()
    at = first.index[first.to_numpy() >= 0].to_numpy()
    at = at[np.argsort(source[at])]
    sources = pd.DataFrame(
        {
            "name": np.array(places(rows), dtype=object)[at],
            "text": _or_na(text.iloc[at]),
            "post_id": _or_na(id.iloc[at]),
        }
    )
    return sources.astype(SOURCES), source


def _as_given(column: pd.Series) -> pd.Series:
    """Texts as they are, "" for those without anything in them."""
    given = column.astype("str").fillna("").reset_index(drop=True)
    return given.where(given.str.strip() != "", "")


def _or_na(values: pd.Series) -> np.ndarray:
    """Values with NA for empty ones."""
    return values.mask(values == "").to_numpy()


def _of_sources(part: pd.DataFrame, source: np.ndarray) -> pd.DataFrame:
    part = part.assign(source=source[part["row"].to_numpy(dtype="int64")])
    return part[part["source"] >= 0]


def _listed(found: Headings, source: np.ndarray, coder: pd.Series) -> pd.DataFrame:
    """Which coder has which post in their rows or columns."""
    named = list(dict.fromkeys(one.coder for one in found.columns))
    parts = [
        pd.DataFrame({"source": source, "coder": pd.Series(who, index=coder.index) if who else coder})
        for who in named or [""]
    ]
    listed = pd.concat(parts).drop_duplicates()
    return listed[listed["source"] >= 0].astype(LISTED).reset_index(drop=True)


def _codes(given: pd.DataFrame, columns: list[CodeColumn], definitions: pd.DataFrame) -> pd.DataFrame:
    """Make the codebook: codes given and codes of columns of marks, defined where a codebook lies beside them.

    A codebook without schemes defines the codes of every scheme that has them; its other codes belong to the scheme of
    the table, if it has one alone.
    """
    there = codes_in_use(columns, given)
    schemes = list(dict.fromkeys(scheme for scheme, _ in there))
    defined = {(row.scheme, row.code): row.definition for row in definitions.itertuples()}
    others = [
        (scheme or (schemes[0] if len(schemes) == 1 else ""), code)
        for scheme, code in defined
        if (scheme, code) not in there and (scheme or code not in {code for _, code in there})
    ]
    found: list[tuple[object, ...]] = [
        (scheme, code, "", defined.get((scheme, code), defined.get(("", code), "")))
        for scheme, code in dict.fromkeys([*there, *others])
    ]
    return table(found, CODES)


def _turned_away(rows: Rows) -> list[str]:
    """Say which rows could not be read."""
    if rows.rejected.empty:
        return []
    first = rows.rejected.iloc[0]
    place = rows.places([int(first["row"])])[0]
    return [f"{len(rows.rejected):,} rows can't be read; the first is {place}: {first['reason']}."]


def _counted(read: pd.DataFrame, listed: pd.DataFrame) -> list[str]:
    """Say how many posts were coded, and how many were left empty."""
    coded = len(read[["source", "coder"]].drop_duplicates())
    if coded == len(listed):
        return []
    return [
        f"{len(listed) - coded:,} of {len(listed):,} posts have no code, nor a word that says none (0, no, none), and "
        "count as not coded."
    ]
