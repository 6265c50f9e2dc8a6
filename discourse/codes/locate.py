"""Which posts a coded text is or holds: by identifier, by exact and by near text, and within longer texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from discourse.codes.within import occurrences
from discourse.posts.match import believed
from discourse.posts.near import originals
from discourse.posts.similarity import normal, normals

ID, EXACT, NEAR, WITHIN, NOTHING = "identifier", "exact text", "near text", "within a longer text", ""

_SHORT = 16
"""Letters up to which a post within a document must be a line of its own."""
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*", re.MULTILINE)
_LINE = re.compile(r"\S.*")


@dataclass(frozen=True)
class Located:
    """Where the posts are in coded texts.

    Attributes
    ----------
    parts : pandas.DataFrame
        One row a post in a source: ``source``, ``row`` (of the post), ``start`` and ``end`` (characters of the source's
        text; NA where the whole source is the post), by source and start.
    how : numpy.ndarray of str, shape (sources,)
        One of ``identifier``, ``exact text``, ``near text``, ``within a longer text``, or "" where no post was found.
    differs : numpy.ndarray of bool, shape (sources,)
        Whether a source has the identifier of a post that says something else, and was not believed.
    notes : list of str
    """

    parts: pd.DataFrame
    how: np.ndarray
    differs: np.ndarray
    notes: list[str] = field(default_factory=list)


def locate(sources: pd.DataFrame, posts: pd.DataFrame, *, by_name: bool = False) -> Located:
    r"""Find the posts of a corpus in coded texts.

    A source is the post that has its identifier; where most of them say something else, the identifiers are those of
    rows, and only pairs that say the same count (`discourse.posts.match`). Failing that it is the post of equal text
    (`discourse.posts.similarity.normal`), of several the earliest that no other source is; failing that the post whose
    text is nearest, with at least nine tenths of the 5-grams in common. A longer text is searched for posts: their
    letters and digits in a row, then near text paragraph by paragraph and line by line.

    Parameters
    ----------
    sources : pandas.DataFrame
        ``name, text, post_id``, as in `discourse.codes.coded.Coded`.
    posts : pandas.DataFrame, rows from 0
        ``post_id`` (each once), ``text, message, date``, and perhaps ``input_id``, an identifier of the user's own.
    by_name : bool
        Identifiers are those of posts, whatever the texts say.

    Returns
    -------
    Located

    Examples
    --------
    >>> posts = pd.DataFrame({"post_id": ["1", "2"], "text": ["Snow fell all day today.", "The match was won."]})
    >>> posts = posts.assign(message=posts["text"], date=pd.NaT)
    >>> text = "Snow fell all day, today!\n\nThe match was won"
    >>> locate(pd.DataFrame({"name": ["a"], "text": [text], "post_id": [None]}), posts).parts["row"].tolist()
    [0, 1]
    """
    texts = sources["text"].fillna("").tolist()
    forms = normals(texts)
    row = np.full(len(sources), -1)
    how = np.full(len(sources), NOTHING, dtype=object)
    notes: list[str] = []
    differs = _by_identifier(sources, forms, posts, row, how, notes, by_name)
    left = np.flatnonzero((row < 0) & np.array([form != "" for form in forms], dtype=bool))
    parts = pd.DataFrame({"source": [], "row": [], "start": [], "end": []}, dtype="Int64")
    if len(left):
        order = posts["date"].sort_values(kind="stable", na_position="last").index.to_numpy()
        said = normals(posts["text"].iloc[order].tolist())
        _by_text(left, forms, said, order, posts, row, how, notes)
        left = left[row[left] < 0]
        pieces = _pieces(left, texts)
        near = _near([forms[at] for at in left] + normals([piece[3] for piece in pieces]), said, order, notes)
        row[left] = near[: len(left)]
        how[left[row[left] >= 0]] = NEAR
        left = left[row[left] < 0]
        parts = _within(left, texts, posts["text"].iloc[order].tolist(), order, pieces, near[len(near) - len(pieces) :])
        how[parts["source"].unique().astype("int64")] = WITHIN
    whole = np.flatnonzero(row >= 0)
    alone = pd.DataFrame({"source": whole, "row": row[whole], "start": pd.NA, "end": pd.NA}).astype("Int64")
    parts = pd.concat([alone, parts]).sort_values(["source", "start"], kind="stable", ignore_index=True)
    return Located(parts.astype({"source": "int64", "row": "int64"}), how, differs, notes)


def _by_identifier(
    sources: pd.DataFrame,
    forms: Sequence[str],
    posts: pd.DataFrame,
    row: np.ndarray,
    how: np.ndarray,
    notes: list[str],
    by_name: bool,
) -> np.ndarray:
    """Pair sources and posts by their names, as far as these are those of posts; tell where they are not."""
    differs = np.zeros(len(sources), dtype=bool)
    worded = np.array([form != "" for form in forms], dtype=bool)
    for column in (name for name in ("post_id", "input_id") if name in posts):
        at, to = _named(sources["post_id"], posts[column], row)
        told = worded[at]
        alike = _alike(at[told], to[told], forms, posts)
        kept = np.ones(len(at), dtype=bool)
        kept[told] = by_name | believed(alike)
        if other := int((~alike).sum()):
            much = f"{other:,} of {len(alike):,} texts differ from that of the post with their identifier"
            if kept.all():
                notes.append(f"{much}; the identifier counts.")
            else:
                notes.append(
                    f"{much}. Such identifiers are numbers of rows, and only texts that are alike are paired. If the "
                    "identifiers are right, take the column of texts out of the file."
                )
                kept &= told
                differs[at[told][~alike]] = True
        row[at[kept]], how[at[kept]] = to[kept], ID
        # a title may be the name of a post, and is believed where both say the same
        at, to = _named(sources["name"].mask(sources["post_id"].notna() | ~worded), posts[column], row)
        kept = _alike(at, to, forms, posts)
        row[at[kept]], how[at[kept]] = to[kept], ID
    return differs


def _named(names: pd.Series, posts: pd.Series, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find sources that have no post yet, and the posts that alone have their names."""
    keyed = np.flatnonzero(posts.notna().to_numpy() & ~posts.duplicated(keep=False).to_numpy())
    place = pd.Index(posts.iloc[keyed]).get_indexer(pd.Index(names))
    at = np.flatnonzero((place >= 0) & names.notna().to_numpy() & (row < 0))
    return at, keyed[place[at]]


def _alike(at: np.ndarray, to: np.ndarray, forms: Sequence[str], posts: pd.DataFrame) -> np.ndarray:
    """Tell which pairs of a source and a post say the same: (pairs,) bool."""
    own = [forms[source] for source in at.tolist()]
    same = [
        one == normal(text) or one == normal(message)
        for one, text, message in zip(
            own, posts["text"].iloc[to].tolist(), posts["message"].iloc[to].tolist(), strict=True
        )
    ]
    return np.array(same, dtype=bool)


def _by_text(
    left: np.ndarray,
    forms: Sequence[str],
    said: Sequence[str],
    order: np.ndarray,
    posts: pd.DataFrame,
    row: np.ndarray,
    how: np.ndarray,
    notes: list[str],
) -> None:
    """Pair the others by equal text, of equal ones the earlier with the earlier."""
    taken = set(row[row >= 0].tolist())
    wanted = {forms[at] for at in left}
    rows: dict[str, dict[int, None]] = {}
    shortened = order[(posts["message"] != posts["text"]).to_numpy()[order]]
    messages = normals(posts["message"].iloc[shortened].tolist())
    for texts, those in ((said, order), (messages, shortened)):
        for form, at in zip(texts, those.tolist(), strict=True):
            if form in wanted:
                rows.setdefault(form, {})[at] = None
    free = {form: iter([at for at in those if at not in taken]) for form, those in rows.items()}
    for at in left:
        if alike := rows.get(forms[at]):
            row[at], how[at] = next(free[forms[at]], next(iter(alike))), EXACT
    met = {forms[at] for at in left if row[at] >= 0}
    found = set(row[row >= 0].tolist())
    if over := sum(at not in found for form in met for at in rows[form]):
        notes.append(
            f"{over:,} posts say the same as a coded one and have no codes of their own: without an identifier, codes "
            "go to the earliest."
        )


def _pieces(left: np.ndarray, texts: Sequence[str]) -> list[tuple[int, int, int, str]]:
    """Paragraphs of longer texts, then their lines: source, start, end and words, where there are several."""
    found = []
    for source in left.tolist():
        paragraphs = [match.span() for match in _PARAGRAPH.finditer(texts[source])]
        lines = [match.span() for match in _LINE.finditer(texts[source])]
        spans = (paragraphs if len(paragraphs) > 1 else []) + (lines if len(lines) > len(paragraphs) else [])
        found += [(source, start, end, texts[source][start:end]) for start, end in spans]
    return found


def _near(sought: Sequence[str], said: Sequence[str], order: np.ndarray, notes: list[str]) -> np.ndarray:
    """Row of the post that each form nearly repeats, -1 for none."""
    if not sought:
        return np.zeros(0, dtype=np.int64)
    first = {form: at for at, form in reversed(list(enumerate(said))) if form}
    if not first:
        return np.full(len(sought), -1)
    longest = max(map(len, first)) * 10 // 9 + 1
    forms = dict.fromkeys([*first, *(form for form in sought if form and len(form) <= longest)])
    found, cut_short = originals(list(forms), np.zeros(len(forms), dtype=np.int64))
    if cut_short:
        notes.append(f"the search for near texts was cut short for {cut_short:,} texts that are like very many others.")
    number = {form: at for at, form in enumerate(forms)}
    rows = np.array([order[first[form]] for form in first], dtype=np.int64)
    near = np.array([found[number[form]] if form in number else len(rows) for form in sought], dtype=np.int64)
    return np.where(near < len(rows), rows[np.minimum(near, len(rows) - 1)], -1)


def _within(
    left: np.ndarray,
    texts: Sequence[str],
    said: Sequence[str],
    order: np.ndarray,
    pieces: list[tuple[int, int, int, str]],
    near: np.ndarray,
) -> pd.DataFrame:
    """Find posts within longer texts: word for word, the longest of those that begin together; then near ones."""
    documents = [texts[source] for source in left]
    first: dict[str, list[int]] = {}
    for text, at in zip(said, order.tolist(), strict=True):
        first.setdefault(text, []).append(at)
    sought = list(first)
    found, _ = occurrences(sought, documents)
    kept: dict[int, list[tuple[int, int, int]]] = {}
    turns = {text: iter(rows) for text, rows in first.items()}
    for at, document, start, end in found.itertuples(index=False):
        source = int(left[document])
        spans = kept.setdefault(source, [])
        if (spans and start < spans[-1][1]) or not _stands_alone(documents[document], start, end):
            continue
        spans.append((start, end, next(turns[sought[at]], first[sought[at]][0])))
    for (source, start, end, _), post in zip(pieces, near.tolist(), strict=True):
        spans = kept.get(source, [])
        if post >= 0 and all(end <= other or stop <= start for other, stop, _ in spans):
            kept.setdefault(source, []).append((start, end, post))
    rows = [(source, row, start, end) for source, spans in kept.items() for start, end, row in spans]
    return pd.DataFrame(rows, columns=["source", "row", "start", "end"]).astype("Int64")


def _stands_alone(document: str, start: int, end: int) -> bool:
    """Tell whether a post may stand here: not within words, and a short one as a line of its own."""
    before, after = document[max(0, start - 40) : start], document[end : end + 40]
    if sum(map(str.isalnum, document[start:end])) >= _SHORT:
        return True
    alone = not before.rpartition("\n")[2].strip() if "\n" in before or start < 40 else False
    return alone and (
        not after.partition("\n")[0].strip(" \t\r.,!?…。！？;:)»”\"'") and ("\n" in after or end + 40 > len(document))
    )
