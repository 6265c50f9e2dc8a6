"""Codes from several places, put together: files of codes, and columns of the posts themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.codes.answers import refuse_contradictions
from discourse.codes.cells import texts
from discourse.codes.coded import CODES, table
from discourse.codes.decisions import codes_in_use, columns_of, wide
from discourse.codes.place import GIVEN, UNITS, UNMATCHED, Placed
from discourse.codes.post_codes import POSTS, PostCodes

_CODES = {name: CODES[name] for name in ("scheme", "code", "definition")}


def from_columns(posts: pd.DataFrame, complete: bool = False) -> tuple[Placed, pd.DataFrame]:
    """Take columns of the posts for hand codes: each a scheme, coded by `post_codes.POSTS`.

    A post counts as coded if any of the columns holds something, be it an explicit none.

    Parameters
    ----------
    posts : pandas.DataFrame, rows from 0
        The columns, by the names that their schemes get.
    complete : bool
        Every post counts as coded.

    Returns
    -------
    placed : Placed
    codes : pandas.DataFrame
        ``scheme, code, parent, definition``.

    Examples
    --------
    >>> from_columns(pd.DataFrame({"topic": ["trade;UN", "", "none"]}))[0].units["row"].tolist()
    [0, 2]
    """
    values = pd.DataFrame({header: texts(posts[header]) for header in posts.columns})
    columns = columns_of(values, list(values.columns))
    units, given = wide(values, columns, pd.Series(POSTS, index=values.index, dtype="str"))
    coded = units["row"].nunique()
    notes = [f"posts: {coded:,} of {len(posts):,} have codes in their columns {', '.join(values.columns)}."]
    if complete:
        schemes = pd.DataFrame({"coder": POSTS, "scheme": list(values.columns)})
        units = pd.DataFrame({"row": np.arange(len(posts))}).merge(schemes, how="cross")
    placed = Placed(units.astype(UNITS), given.assign(source=given["row"]), table([], UNMATCHED), notes)
    return placed, table([(scheme, code, "", "") for scheme, code in codes_in_use(columns, given)], CODES)


def together(post_ids: np.ndarray, parts: Sequence[Placed], codes: Sequence[pd.DataFrame]) -> PostCodes:
    """Put codes from several files and columns together.

    Where a coder coded a post of a scheme twice with other codes, it has all of them, which is said; but a question
    that has one answer can't have two of one coder.

    Parameters
    ----------
    post_ids : numpy.ndarray of str, shape (n,)
    parts : sequence of Placed
    codes : sequence of pandas.DataFrame
        The codebook of each part: ``scheme, code, parent, definition``.

    Returns
    -------
    PostCodes

    Raises
    ------
    DataError
        A coder contradicts themselves.
    """
    refuse_contradictions(pd.concat([part.answers for part in parts]), post_ids)
    given = pd.concat([part.given.assign(part=at) for at, part in enumerate(parts)], ignore_index=True)
    units = pd.concat([part.units for part in parts]).drop_duplicates()
    units = pd.concat([units, given[list(UNITS)]]).drop_duplicates()
    notes = [note for part in parts for note in part.notes] + _differing(given, post_ids)
    given = given[list(GIVEN)].drop_duplicates()
    return PostCodes(
        post_ids=post_ids,
        units=units.sort_values(list(UNITS), ignore_index=True).astype(UNITS),
        given=given.sort_values(list(GIVEN), ignore_index=True).astype(GIVEN),
        codes=_codes(given, codes),
        unmatched=pd.concat([part.unmatched for part in parts], ignore_index=True),
        notes=notes,
        asked=_asked(parts, codes),
    )


def _asked(parts: Sequence[Placed], codebooks: Sequence[pd.DataFrame]) -> dict[tuple[str, str], frozenset[str]]:
    """Which codes each coder could give in a scheme: those of all their files, if every file tells."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    unknown = set()
    for part, book in zip(parts, codebooks, strict=True):
        for coder, scheme in part.units[["coder", "scheme"]].drop_duplicates().itertuples(index=False, name=None):
            codes = frozenset(book.loc[book["scheme"] == scheme, "code"])
            found[coder, scheme] = found.get((coder, scheme), frozenset()) | codes
            if scheme not in part.closed:
                unknown.add((coder, scheme))
    return {key: codes for key, codes in found.items() if key not in unknown}


def _differing(given: pd.DataFrame, post_ids: np.ndarray) -> list[str]:
    """Say which posts one coder coded twice, not with the same codes."""
    unit, origin = list(UNITS), ["part", "source"]
    codes = given.groupby([*unit, *origin])["code"].agg(lambda some: "\n".join(sorted(set(some)))).reset_index()
    codes = codes[codes.duplicated(unit, keep=False)]
    differ = codes.groupby(unit)["code"].nunique()
    differ = differ[differ > 1]
    if differ.empty:
        return []
    row, coder, scheme = differ.index[0]
    whose = f"by {coder}" + (f" in {scheme}" if scheme else "")
    return [
        f"{len(differ):,} times a coder coded a post twice with other codes (the first: {post_ids[row]}, {whose}); "
        "such a post has all of them."
    ]


def _codes(given: pd.DataFrame, codebooks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """List every code, by scheme in order of appearance, those given to most posts first."""
    book = pd.concat([*codebooks, given[["scheme", "code"]].assign(definition="")])[list(_CODES)]
    book = book.sort_values("definition", key=lambda column: column == "", kind="stable")  # a definition goes first
    book = book.drop_duplicates(["scheme", "code"])
    schemes = list(dict.fromkeys(scheme for one in [*codebooks, given] for scheme in one["scheme"]))
    counts = given.drop_duplicates(["row", "scheme", "code"]).groupby(["scheme", "code"]).size()
    book["times"] = counts.reindex(pd.MultiIndex.from_frame(book[["scheme", "code"]])).fillna(0).to_numpy()
    book["place"] = book["scheme"].map(schemes.index)
    found = book.sort_values(["place", "times", "code"], ascending=[True, False, True], ignore_index=True)
    return found[list(_CODES)].astype(_CODES)
