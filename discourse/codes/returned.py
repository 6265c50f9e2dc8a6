"""Coding sheets that were filled in, held against the sample that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.codes.cells import texts
from discourse.codes.drawn import Drawn
from discourse.codes.headings import headings, is_sheet, questions
from discourse.codes.readers import tables
from discourse.codes.stray import check_marks, check_picks
from discourse.errors import DataError, UsageError
from discourse.posts.columns import plain
from discourse.posts.readers.intake import content

_SHOWN = 8


@dataclass(frozen=True)
class Returned:
    """A coding sheet that somebody filled in.

    Attributes
    ----------
    file : str
    values : pandas.DataFrame
        Texts, as `discourse.codes.cells.texts` makes them, under the place of each row.
    columns : dict of str to str
        The question of each column that may hold answers, by its heading.
    """

    file: str
    values: pd.DataFrame
    columns: dict[str, str]

    @property
    def samples(self) -> list[str]:
        """The samples that its rows name."""
        named = self._column("sample")
        return sorted(set(named[named != ""]))

    @property
    def filled(self) -> pd.Series:
        """Identifiers of the posts with an answer to anything, under the place of their row."""
        answered = (self.values[list(self.columns)] != "").any(axis=1)
        return self._column("post id")[answered]

    @property
    def places(self) -> dict[str, str]:
        """In which row each post stands."""
        ids = self._column("post id")
        return dict(zip(ids.tolist(), ids.index.tolist(), strict=True))

    def _column(self, called: str) -> pd.Series:
        return self.values[next(header for header in self.values if plain(str(header)) == called)]


def returned(files: Sequence[str | Path]) -> list[Returned]:
    """Read those files that are coding sheets made by `discourse sample`.

    Raises
    ------
    DataError
        A table is damaged, or has no codes.
    """
    found = []
    for file in map(str, files):
        if not Path(file).is_file():  # a project that is a folder
            continue
        data = content(file)
        if not tables.recognises(data, file):
            continue
        rows, _ = tables.table_of(data, file)
        values = pd.DataFrame({header: texts(column) for header, column in rows.values.items()})
        if not is_sheet(values):
            continue
        asked = {header: header for header in questions(values)}
        asked |= {one.header: one.code or one.scheme for one in headings(values, file, rows.format).columns}
        found.append(Returned(file, values.set_axis(tables.places(rows)), asked))
    return found


def check(sheet: Returned, drawn: Drawn) -> list[str]:
    """Refuse a sheet of another sample or another draw, without what was asked, or with answers of its own.

    A sheet that has all posts of the sample may have more of them.

    Parameters
    ----------
    sheet : Returned
    drawn : Drawn
        The sample that codes are said to be of.

    Returns
    -------
    list of str
        What it asks over and above, in sentences.

    Raises
    ------
    UsageError
        It names another sample.
    DataError
        Naming posts, columns or cells.
    """
    others = [name for name in sheet.samples if name != drawn.name]
    if others:
        raise UsageError(
            f"{sheet.file}: is a sheet of sample {', '.join(others)}, as its column sample says, and not of "
            f"{drawn.name}. Leave out --sample, or give the sheet of {drawn.name}."
        )
    at = pd.Index(drawn.post_ids).get_indexer(pd.Index(sheet.filled))
    strange = sheet.filled[(at >= 0) & (drawn.order[np.maximum(at, 0)] == 0)]
    if len(strange) and not set(drawn.post_ids[drawn.order > 0]) <= set(sheet.places):
        were = "1 coded post" if len(strange) == 1 else f"{len(strange):,} coded posts"
        raise DataError(
            f"{sheet.file}: {were} of this sheet are not in sample {drawn.name} (the first: {strange.iloc[0]}, "
            f"{strange.index[0]}): it belongs to another draw. Give the sheet that was drawn with this sample; "
            f"it lies in the run, under samples/{drawn.name}."
        )
    asked = {one["header"]: one for one in drawn.facts["codes"]}
    there = set(sheet.columns.values())
    own = [header for header, question in sheet.columns.items() if question not in asked]
    if missing := [header for header in asked if header not in there]:
        has = f"; it has {_listed(own)}" if own else ""
        raise DataError(
            f"{sheet.file}: sample {drawn.name} asked {_listed(missing)}, and the sheet has no such column{has}. Give "
            "the column the heading back that it had."
        )
    for header, question in sheet.columns.items():
        if question in asked:
            cells = sheet.values[header]
            if asked[question]["single"]:
                check_picks(cells, asked[question]["answers"], sheet.file)
            else:
                check_marks(cells, sheet.file)
    own = [header for header in own if (sheet.values[header] != "").any()]
    return [f"{sheet.file}: {_listed(own)}: not asked by sample {drawn.name}."] if own else []


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
