"""How far coders agree with each other, from their files alone."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from discourse.codes.coded import Coded
    from discourse.codes.post_codes import PostCodes

_NAMED = 8
_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class AgreementResult:
    """What `agreement` found; docs/agreement.md tells the columns.

    Attributes
    ----------
    codes : pandas.DataFrame
        One row a code.
    overall : pandas.DataFrame
        One row a scheme: all its codes together.
    notes : list of str
        How posts were matched, and what was left out, in sentences.
    """

    codes: pd.DataFrame
    overall: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def agreement(
    files: Sequence[str | Path],
    *,
    coders: Sequence[str] = (),
    complete: bool = False,
    out: str | Path | None = None,
    replace: bool = False,
    seed: int = 0,
) -> AgreementResult:
    """Measure how far coders agree who coded the same posts.

    Posts of several files are the same by identifier, or by what they say. A coder that a file doesn't name is called
    after the file. In a longer text of which passages were coded, and not the whole alone, each paragraph is a post.

    Parameters
    ----------
    files : sequence of path
        Of hand codes, in any format (see docs/codes.md).
    coders : sequence of str
        Only these; all by default.
    complete : bool
        Every post of a source or table that a coder worked on counts as coded.
    out : path, optional
        Write the table of codes here as well: .csv, .xlsx or .parquet.
    replace : bool
        Overwrite a file that is there already.
    seed : int
        Of the intervals.

    Returns
    -------
    AgreementResult

    Raises
    ------
    UsageError
        There is no such coder, or ``out`` is not to be overwritten.
    DataError
        A file can't be read, or no two coders coded the same posts for the same codes.

    Examples
    --------
    >>> found = discourse.agreement(["anna.xlsx", "bo.qdpx"])  # doctest: +SKIP
    >>> found.codes[["code", "posts", "alpha", "alpha_low", "alpha_high", "ac1", "f1"]]  # doctest: +SKIP
    """
    from discourse import tables
    from discourse.codes.coded import uncoded
    from discourse.codes.compare.coders import by_code, by_scheme, disjoint, unshared
    from discourse.codes.place import place
    from discourse.codes.readers.formats import read
    from discourse.codes.together import together
    from discourse.target import check_target

    if not files:
        raise UsageError("name the files of the coders: discourse agreement anna.xlsx bo.xlsx")
    target = None if out is None else Path(out)
    check_target(target, replace=replace, files=[str(file) for file in files])
    given = _named([read(file) for file in dict.fromkeys(map(str, files))])
    for coded in given:
        if why := uncoded(coded):
            raise DataError(f"{coded.file}: {why}")
    posts, split = _posts(given)
    parts = [place(coded, posts, complete=complete) for coded in given]
    codes = together(posts["post_id"].to_numpy(dtype=object), parts, [coded.codes for coded in given])
    codes = _only(codes, coders)
    table, overall = by_code(codes, seed=seed), by_scheme(codes, seed=seed)
    if not (table["posts"] > 0).any() or disjoint(codes):
        raise DataError(f"{', '.join(map(str, files))}: {_apart(codes)}")
    notes = [*codes.notes, *unshared(codes)]
    if split:
        notes.append(f"{split:,} longer texts of which passages were coded are taken paragraph by paragraph.")
        if not complete and any(coded.read.empty for coded in given):
            notes.append(
                "Paragraphs to which a coder gave no code don't count as coded by them, which makes agreement look "
                "better than it is. If all was read, add --complete."
            )
    if target is not None:
        notes += tables.write_table(table, target)
    return AgreementResult(table, overall, notes)


def _named(given: list[Coded]) -> list[Coded]:
    """Tell the coders of files of one name apart, where they are called after their files."""
    stems = Counter(Path(coded.file).stem for coded in given)
    found = []
    for coded in given:
        path = Path(coded.file)
        own = path.stem if stems[path.stem] == 1 else str(path.with_suffix(""))
        codings, read, listed = (
            part.assign(coder=part["coder"].where(~part["coder"].fillna("").isin(["", path.stem]), own))
            for part in (coded.codings, coded.read, coded.listed)
        )
        found.append(dataclasses.replace(coded, codings=codings, read=read, listed=listed))
    return found


def _posts(given: list[Coded]) -> tuple[pd.DataFrame, int]:
    """Make one table of the posts of all files, each once; and count the texts that were split."""
    import pandas as pd

    from discourse.codes.locate import NOTHING, locate

    columns = ["post_id", "text", "message", "date"]
    posts = pd.DataFrame({name: pd.Series(dtype="object") for name in columns})
    split = 0
    # Files that hold the texts come first, so that others can be matched with them.
    for number, coded in enumerate(sorted(given, key=lambda one: one.sources["text"].isna().all()), start=1):
        sources = coded.sources
        new = range(len(sources)) if posts.empty else (locate(sources, posts).how == NOTHING).nonzero()[0].tolist()
        spans = _with_passages(coded)
        rows, taken = [], set(posts["post_id"])
        for at in new:
            text = sources["text"].iloc[at]
            text = "" if pd.isna(text) else text
            pieces = _pieces(text) if at in spans else [text]
            split += len(pieces) > 1
            name = sources["post_id"].iloc[at]
            for turn, piece in enumerate(pieces):
                key = (
                    name
                    if isinstance(name, str) and name not in taken and len(pieces) == 1
                    else f"{number}.{at}.{turn}"
                )
                taken.add(key)
                rows.append((key, piece, piece, pd.NaT))
        posts = pd.concat([posts, pd.DataFrame(rows, columns=columns)], ignore_index=True)
    return posts.assign(date=pd.to_datetime(posts["date"])), split


def _with_passages(coded: Coded) -> set[int]:
    """Find the sources of which a part was coded, and not only the whole."""
    spans = coded.codings[coded.codings["start"].notna() & coded.codings["end"].notna()]
    places = zip(spans["source"], spans["start"], spans["end"], strict=True)
    texts = coded.sources["text"].fillna("").tolist()
    return {at for at, start, end in places if texts[at][:start].strip() or texts[at][end:].strip()}


def _pieces(text: str) -> list[str]:
    """Part a text at its blank lines, or at its lines if it has none."""
    parts = _BLANK_LINE.split(text)
    parts = parts if len(parts) > 1 else text.split("\n")
    return [part.strip() for part in parts if part.strip()] or [text]


def _only(codes: PostCodes, coders: Sequence[str]) -> PostCodes:
    known = codes.coders()
    if len(set(coders)) == 1:
        raise UsageError(f"--coder {coders[0]}: names one; agreement takes two. There are: {', '.join(known)}.")
    for one in coders:
        if one not in known:
            raise UsageError(f"--coder {one}: is no coder; there are: {', '.join(known) or 'none'}.")
    if not coders:
        return codes
    units, given = (
        part[part["coder"].isin(list(coders))].reset_index(drop=True) for part in (codes.units, codes.given)
    )
    return dataclasses.replace(codes, units=units, given=given)


def _apart(codes: PostCodes) -> str:
    """Say why nothing can be compared."""
    from discourse.codes.compare.coders import disjoint
    from discourse.codes.compare.words import brief

    known = codes.coders()
    if len(known) < 2:
        who = f"all codes are those of {known[0]!r}" if known else "nobody coded anything"
        return f"{who}. Give the file of a second coder too."
    shared = [scheme for scheme in codes.units["scheme"].unique() if len(codes.coders(scheme)) > 1]
    if not shared:
        told = "; ".join(f"{scheme or '(without a name)'} by {codes.coders(scheme)[0]}" for scheme in
                         codes.units["scheme"].unique())  # fmt: skip
        return f"no two coders used the same scheme: {told}. Name the columns alike."
    if own := disjoint(codes):
        told = "; ".join(f"{', '.join(map(brief, some[:_NAMED]))} by {coder}" for coder, some in own.items())
        return f"no two coders used the same codes: {told}. Give files of one codebook, with codes named alike."
    return f"{' and '.join(known[:2])} coded no post both. Are identifiers or texts the same in both files?"
