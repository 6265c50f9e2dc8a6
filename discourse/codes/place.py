"""Hand codes of a file, laid on the posts of a corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
import pandas as pd

from discourse.codes.coded import ANSWERS, Coded, table
from discourse.codes.locate import ID, NOTHING, WITHIN, Located, locate
from discourse.codes.within import occurrences
from discourse.wording import counted

UNITS = {"row": "int64", "coder": "str", "scheme": "str"}
GIVEN = {"row": "int64", "coder": "str", "scheme": "str", "code": "str"}
UNMATCHED = {"file": "str", "source": "str", "text": "str", "reason": "str", "codings": "int64"}

DIFFERS = "the post that has this identifier has another text"
_BEGINNING = 80


@dataclass(frozen=True)
class Placed:
    """Codes of one file on posts.

    Attributes
    ----------
    units : pandas.DataFrame
        ``row, coder, scheme``: which posts each coder coded, each once.
    given : pandas.DataFrame
        ``row, coder, scheme, code``, and the ``source`` they come from.
    unmatched : pandas.DataFrame
        ``file, source, text, reason``, and how many ``codings`` are lost with it.
    notes : list of str
    closed : frozenset of str
        Schemes of which the file's codebook has every code that could be given.
    answers : pandas.DataFrame
        As of `discourse.codes.coded.Coded`, but ``source`` is the row of the post.
    """

    units: pd.DataFrame
    given: pd.DataFrame
    unmatched: pd.DataFrame
    notes: list[str]
    closed: frozenset[str] = frozenset()
    answers: pd.DataFrame = field(default_factory=lambda: table([], ANSWERS))


def place(coded: Coded, posts: pd.DataFrame, *, complete: bool = False) -> Placed:
    """Lay the codes of a file on posts.

    A coding of a span counts for the post that holds most of it, one of a whole source for all its posts. Words coded
    in a text that the file doesn't hold count for the post that has them, if exactly one does.

    A coder coded the posts of the sources that they read (`Coded.read`). Where a file doesn't say what was read, they
    are those to which the coder gave a code, for every scheme that the coder used.

    Parameters
    ----------
    coded : Coded
    posts : pandas.DataFrame, rows from 0
        As for `discourse.codes.locate.locate`.
    complete : bool
        Every post of a source or table that a coder worked on counts as coded.

    Returns
    -------
    Placed
        Each coding is laid on a post or counted in ``unmatched``.
    """
    located = locate(coded.sources, posts, by_name=coded.by_name)
    own = PurePath(coded.file).stem
    codings, read, listed = (
        part.assign(coder=part["coder"].where(part["coder"].fillna("") != "", own))
        for part in (coded.codings, coded.read, coded.listed)
    )
    row, reason, notes = _rows_of(codings, coded, located, posts)
    laid = codings.loc[row.index, ["source", "coder", "scheme", "code"]].assign(row=row.to_numpy())
    units = _units(laid, codings, read, listed, located.parts, complete)
    given = laid[[*GIVEN, "source"]].drop_duplicates().astype(GIVEN).reset_index(drop=True)
    lost = _unmatched(coded, codings, located, reason)
    said = [*coded.notes, *_matched(coded, located, lost), *located.notes, *notes]
    whole = located.parts[located.parts["start"].isna()]
    answers = coded.answers.merge(whole[["source", "row"]], on="source").drop(columns="source")
    answers = answers.rename(columns={"row": "source"})[list(ANSWERS)]
    return Placed(units, given, lost, [f"{coded.file}: {note}" for note in said], coded.closed, answers)


def _rows_of(
    codings: pd.DataFrame, coded: Coded, located: Located, posts: pd.DataFrame
) -> tuple[pd.Series, pd.Series, list[str]]:
    """Find the posts of each coding, under its index, several for one of a whole document; and why others have none."""
    reason = pd.Series("", index=codings.index, dtype="str")
    how = located.how[codings["source"].to_numpy()]
    whole = located.parts[located.parts["start"].isna()].set_index("source")["row"]
    found = [codings.loc[~np.isin(how, (WITHIN, NOTHING)), "source"].map(whole)]
    inside = _with_places(codings[how == WITHIN], coded.sources["text"])
    rows, several, why = _spans(inside, located.parts)
    found.append(rows)
    reason.update(why)
    lone = codings[how == NOTHING]
    quoted = lone[lone["quote"].notna() & coded.sources["text"].isna().to_numpy()[lone["source"]]]
    rows, why = _quotes(quoted, posts)
    found.append(rows)
    reason[lone.index] = "no post says this"
    reason.update(why)
    reason[rows.index] = ""
    notes = []
    if spans := int(inside["start"].notna().sum()):
        documents = inside["source"].nunique()
        across = f"; {several:,} of them reach over several posts" if several else ""
        notes.append(
            f"{spans:,} codings of spans in {documents:,} longer texts count for the post that holds most of each"
            f"{across}."
        )
    if over := int(inside["start"].isna().sum()):
        notes.append(f"{over:,} codings of whole longer texts count for all their posts.")
    if len(rows):
        notes.append(f"{len(rows):,} quotations without their text count for the one post that holds the words.")
    return pd.concat(found).astype("int64"), reason, notes


def _with_places(codings: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """Look up the words of codings that tell no place; those that don't come exactly once lie nowhere, at -1."""
    lost = codings.loc[codings["start"].isna() & codings["quote"].notna(), ["source", "quote"]]
    found = [
        (text.index(quote), text.index(quote) + len(quote)) if text.count(quote) == 1 else (-1, -1)
        for text, quote in zip(texts.reindex(lost["source"]), lost["quote"], strict=True)
    ]
    places = pd.DataFrame(found, columns=["start", "end"], index=lost.index, dtype="Int64")
    places = places.reindex(codings.index)
    return codings.assign(start=codings["start"].fillna(places["start"]), end=codings["end"].fillna(places["end"]))


def _spans(codings: pd.DataFrame, parts: pd.DataFrame) -> tuple[pd.Series, int, pd.Series]:
    """Find the posts of codings within documents, how many spans reach over several posts, and why others have none."""
    by_source = {
        source: [part[name].to_numpy(dtype=np.int64) for name in ("start", "end", "row")]
        for source, part in parts[parts["start"].notna()].groupby("source")
    }
    at: list[int] = []
    rows: list[int] = []
    several = 0
    why: dict[int, str] = {}
    columns = ["source", "start", "end"]
    for index, source, start, end in codings[columns].itertuples(name=None):
        starts, ends, posts = by_source[source]
        if pd.isna(start) or pd.isna(end):
            at += [index] * len(posts)
            rows += posts.tolist()
            continue
        first, last = np.searchsorted(ends, start, side="right"), np.searchsorted(starts, end, side="left")
        if first >= last:
            why[index] = "the words lie outside the posts found in the text"
            continue
        shared = np.minimum(ends[first:last], end) - np.maximum(starts[first:last], start)
        several += last - first > 1
        at.append(index)
        rows.append(int(posts[first + int(shared.argmax())]))
    return pd.Series(rows, index=at, dtype="int64"), several, pd.Series(why, dtype="str")


def _quotes(codings: pd.DataFrame, posts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Find the post of each quotation that exactly one has, and why others have none."""
    quotes = codings["quote"].drop_duplicates().tolist()
    if not quotes:
        return pd.Series(dtype="int64"), pd.Series(dtype="str")
    found, cut_short = occurrences(quotes, posts["text"].tolist())
    found = found[["sought", "text"]].drop_duplicates()
    times = np.bincount(found["sought"], minlength=len(quotes))
    one = found[times[found["sought"].to_numpy()] == 1]
    row = codings["quote"].map(dict(zip([quotes[at] for at in one["sought"]], one["text"], strict=True)))
    many = codings["quote"].map(dict(zip(quotes, times, strict=True)))
    common = " or are too common to be looked up" if cut_short else ""
    why = pd.Series(f"no post has these words{common}", index=codings.index).mask(
        many > 1, "several posts have these words"
    )
    return row.dropna().astype("int64"), why


def _units(
    laid: pd.DataFrame,
    codings: pd.DataFrame,
    read: pd.DataFrame,
    listed: pd.DataFrame,
    parts: pd.DataFrame,
    complete: bool,
) -> pd.DataFrame:
    """Which posts each coder coded for which schemes."""
    posts = parts[["source", "row"]]
    used = pd.concat([codings[["coder", "scheme"]], read[["coder", "scheme"]]]).drop_duplicates()
    units = [laid[list(UNITS)], read.merge(posts, on="source")[list(UNITS)]]
    if read.empty:
        units.append(laid[["row", "coder"]].drop_duplicates().merge(used, on="coder")[list(UNITS)])
    if complete:
        worked = pd.concat([one[["source", "coder"]] for one in (codings, read, listed)]).drop_duplicates()
        units.append(worked.merge(posts, on="source").merge(used, on="coder")[list(UNITS)])
    return pd.concat(units).astype(UNITS).drop_duplicates().sort_values(list(UNITS), ignore_index=True)


def _unmatched(coded: Coded, codings: pd.DataFrame, located: Located, reason: pd.Series) -> pd.DataFrame:
    """List what was not laid on a post: a row a source or quotation and reason."""
    lost = codings[reason != ""].assign(reason=reason[reason != ""])
    words = lost["quote"].fillna(coded.sources["text"].reindex(lost["source"]).set_axis(lost.index))
    spans = lost["start"].notna() & lost["quote"].isna()
    words = words.where(~spans, [
        text if pd.isna(start) or pd.isna(text) else text[int(start) : int(end)]
        for text, start, end in zip(
            coded.sources["text"].reindex(lost["source"]), lost["start"], lost["end"], strict=True)
    ])  # fmt: skip
    rows = lost.assign(text=words.fillna("")).groupby(["source", "text", "reason"], sort=False).size()
    lines = rows.rename("codings").reset_index()
    without = np.setdiff1d(np.flatnonzero(located.how == NOTHING), codings["source"].to_numpy())
    without = np.intersect1d(without, coded.read["source"].to_numpy())
    empty = pd.DataFrame(
        {
            "source": without,
            "text": coded.sources["text"].reindex(without).fillna("").array,
            "reason": "no post says this",
            "codings": 0,
        }
    )
    lines = pd.concat([lines, empty]) if len(lines) else empty
    ids = coded.sources["post_id"].reindex(lines["source"])
    named = pd.Series(ids.fillna(coded.sources["name"].reindex(lines["source"])).array, index=lines.index)
    bare = lines["reason"].eq("no post says this") & lines["text"].eq("")
    lines["reason"] = (
        lines["reason"]
        .mask(bare, "no post has this identifier")
        .mask(bare & ids.isna().to_numpy(), "neither a text nor an identifier is given")
        .mask(~bare & located.differs[lines["source"].to_numpy()], DIFFERS)
    )
    found = lines.assign(file=coded.file, source=named, text=lines["text"].str.slice(0, _BEGINNING))
    return found[list(UNMATCHED)].astype(UNMATCHED).reset_index(drop=True)


def _matched(coded: Coded, located: Located, lost: pd.DataFrame) -> list[str]:
    """Say how many texts were matched, and how; they are coded texts unless some have no code and were not read."""
    done = pd.concat([coded.codings["source"], coded.read["source"]]).nunique()
    text = "coded text" if done == len(coded.sources) else "text"
    texts = counted(len(coded.sources), text)
    counts = pd.Series(located.how).value_counts()
    ways = [f"{n:,} by {how}" if how != WITHIN else f"{n:,} hold posts" for how, n in counts.items() if how != NOTHING]
    missing = int(counts.get(NOTHING, 0))
    if missing == 0 and set(counts.index) <= {ID}:
        all_are = f"the {text} is a post" if len(coded.sources) == 1 else f"all {texts} are posts"
        return [f"{all_are}, by identifier."]
    rest = f"; {missing:,} match no post" if missing else ""
    codings = int(lost["codings"].sum())
    also = f" {codings:,} of {len(coded.codings):,} codings could not be laid on a post." if codings else ""
    return [f"of {texts}: {', '.join(ways) or 'none matched'}{rest}.{also}"]
