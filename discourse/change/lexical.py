"""Which words came and went under each label, language by language, between periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from discourse.change.frame import Frame, Side
from discourse.change.labelling import NOISE, Labelling
from discourse.change.words import Words, words
from discourse.stats.movement import LEAST_BLOCKS, LEAST_POSTS
from discourse.stats.multiple import adjusted
from discourse.stats.resolution import unresolved
from discourse.stats.wording import Wording, wording
from discourse.themes.cut import cut_short

LEVEL = 0.05
"""Level of a claim, for a word within its table and for the table among all tables."""

TOP = 15
"""Words of each direction that are kept."""

LEAST_HELD = 5
"""Posts of both periods that must hold a word."""

EVERYTHING = "all"
"""Kind and id of the table of all posts, whatever their labels."""

COLUMNS = (
    *("kind", "label_id", "label", "lang", "from", "to", "direction", "rank", "word"),
    *("posts_from", "posts_to", "n_from", "n_to", "log_odds", "z", "p", "q", "claimed"),
)

_MOST = 50_000  # permutations


@dataclass(frozen=True)
class _Case:
    """A label, a language and a pair of periods: posts of each block, and those that hold each word."""

    column: int
    pair: tuple[int, int]
    words: Words
    chosen: np.ndarray
    hits: Any
    posts: np.ndarray
    after: np.ndarray

    def found(self, permutations: int, seed: int) -> Wording:
        rate = self.words.rate[self.chosen]
        return wording(self.hits, self.posts, self.after, rate=rate, permutations=permutations, seed=seed)


def lexical(
    texts: Sequence[str],
    messages: Sequence[str],
    labelling: Labelling,
    frame: Frame,
    *,
    permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Rank the words that came and went, and say which of them are more than chance.

    Parameters
    ----------
    texts, messages : sequence of str
        The n posts as given, which tell where some were cut off, and without boilerplate, whose words count.
    labelling : Labelling
        Of the n posts; noise is passed over.
    frame : Frame
        Of the n posts.
    permutations : int
        More are made where only their number stands between a table and a claim.
    seed : int

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: the `TOP` words of each direction by z, for each pair of periods, language, and label; all posts
        together are label_id `EVERYTHING`. ``p`` is of the largest \|z\| among all words of the table
        (`discourse.stats.wording.wording`), ``q`` that of the table's smallest p among all tables
        (Benjamini-Hochberg); a word is ``claimed`` if both are .05 at the most.

    Notes
    -----
    A table needs five posts in three blocks of each period, blocks that can be divided in twenty ways, and words that
    five of its posts hold. Words in more than 30 % of a language's posts, and function words, are left out.
    """
    cut = cut_short(texts, messages)
    cases = []
    for lang in np.unique(frame.lang):
        rows = np.flatnonzero(frame.lang == lang)
        known = words([messages[at] for at in rows.tolist()], str(lang), cut[rows].tolist(), least=LEAST_HELD)
        for pair in frame.pairs:
            cases += _cases(known, rows, labelling, frame.side(pair), pair)
    results = [case.found(permutations, seed) for case in cases]
    made = np.full(len(cases), permutations)
    while True:
        p = np.array([result.p.min() for result in results])
        which, needed = unresolved(p, made, level=LEVEL, most=_MOST)
        if not len(which):
            break
        for at in which.tolist():
            results[at], made[at] = cases[at].found(needed, seed + 1), needed
    tables = zip(cases, results, adjusted(p), strict=True)
    found = [row for case, result, q in tables for row in _rows(case, result, float(q), labelling, frame)]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _cases(found: Words, rows: np.ndarray, labelling: Labelling, side: Side, pair: tuple[int, int]) -> list[_Case]:
    """Count words by block, for all posts of a language and for each label's."""
    from scipy.sparse import csr_array

    _, at, here = np.intersect1d(side.rows, rows, assume_unique=True, return_indices=True)
    blocks, block = np.unique(side.block[at], return_inverse=True)
    is_later = np.zeros(len(blocks), dtype=bool)
    is_later[block] = side.after[at]
    place = np.full(labelling.n_posts, -1)
    place[side.rows[at]] = np.arange(len(at))
    of_label = place[labelling.row]
    held = found.incidence[here]
    cases = []
    for column in (-1, *np.flatnonzero(labelling.labels["kind"] != NOISE).tolist()):
        own = np.arange(len(at)) if column < 0 else of_label[(labelling.column == column) & (of_label >= 0)]
        posts = np.bincount(block[own], minlength=len(blocks))
        used = np.flatnonzero(posts)
        after = is_later[used]
        if not _enough(posts[used], after):
            continue
        number = np.cumsum(posts > 0) - 1
        member = csr_array((np.ones(len(own), dtype="float32"), (number[block[own]], np.arange(len(own)))))
        hits = (member @ held[own]).T.tocsr()
        kept = np.flatnonzero(hits.sum(axis=1) >= LEAST_HELD)
        if len(kept):
            cases.append(_Case(column, pair, found, kept, hits[kept], posts[used], after))
    return cases


def _enough(posts: np.ndarray, after: np.ndarray) -> bool:
    """Tell whether a table has posts and blocks enough for a claim."""
    sizes = [(posts[side].sum(), side.sum()) for side in (after, ~after)]
    return (
        all(n >= LEAST_POSTS and blocks >= LEAST_BLOCKS for n, blocks in sizes)
        and comb(len(after), int(after.sum())) * LEVEL >= 1
    )


def _rows(case: _Case, result: Wording, q: float, labelling: Labelling, frame: Frame) -> list[dict[str, object]]:
    """Write the table's rows of one label, language and pair."""
    names = ("kind", "label_id", "label")
    values = (
        labelling.labels.loc[case.column, list(names)] if case.column >= 0 else (EVERYTHING, EVERYTHING, "all posts")
    )
    before, now = frame.name(case.pair)
    sums = [case.hits @ side for side in (~case.after, case.after)]
    found: list[dict[str, object]] = []
    for direction, sign in (("came", 1), ("went", -1)):
        towards = np.round(sign * result.z, 9)
        order = sorted(
            np.flatnonzero(towards > 0).tolist(), key=lambda at: (-towards[at], case.words.keys[case.chosen[at]])
        )
        for rank, at in enumerate(order[:TOP], start=1):
            found.append(
                {
                    **dict(zip(names, values, strict=True)),
                    "lang": case.words.lang,
                    "from": before,
                    "to": now,
                    "direction": direction,
                    "rank": rank,
                    "word": case.words.readable(case.chosen[at]),
                    "posts_from": int(sums[0][at]),
                    "posts_to": int(sums[1][at]),
                    "n_from": int(case.posts[~case.after].sum()),
                    "n_to": int(case.posts[case.after].sum()),
                    "log_odds": result.log_odds[at],
                    "z": result.z[at],
                    "p": result.p[at],
                    "q": q,
                    "claimed": bool(result.p[at] <= LEVEL and q <= LEVEL),
                }
            )
    return found
