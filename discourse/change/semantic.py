"""Did what is said under a label change: direction and spread of its posts' vectors, between periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.change.frame import Frame, Side
from discourse.change.labelling import NOISE, Labelling
from discourse.change.nearest import Nearest, nearest
from discourse.change.verdicts import MOVED, NOT_ESTIMABLE, NOTHING
from discourse.posts.language_names import english
from discourse.stats.movement import LEAST_BLOCKS, LEAST_POSTS, Movement, Sums, movement, summed
from discourse.stats.multiple import adjusted
from discourse.stats.projection import projection
from discourse.stats.resolution import unresolved

LEVEL = 0.05
"""q-value at which a change is claimed."""

EXAMPLES = 3
"""Posts shown of each period for each movement."""

BROADER, NARROWER = "broader", "narrower"

COLUMNS = (
    *("kind", "label_id", "label", "by", "from", "to", "langs", "n_from", "n_to"),
    *("drift", "floor", "drift_p", "drift_q", "spread", "spread_p", "spread_q", "scale"),
    *("nearest", "fraction", "verdict", "note"),
)
EXAMPLE_COLUMNS = ("label_id", "from", "to", "side", "rank", "post_id", "projection")

_SAME = 0.95  # cosine of posts that say the same: one of them is example enough


@dataclass(frozen=True)
class _Case:
    """A label in a pair of periods: its sums by block and language."""

    column: int
    pair: tuple[int, int]
    sums: Sums
    after: np.ndarray
    lang: np.ndarray
    block: np.ndarray

    def found(self, permutations: int, seed: int) -> Movement:
        return movement(self.sums, self.after, self.lang, self.block, permutations=permutations, seed=seed)

    def posts(self, langs: tuple[str, ...] | None = None) -> tuple[int, int]:
        """Count its posts in each period, in some languages or all."""
        here = np.ones(len(self.lang), dtype=bool) if langs is None else np.isin(self.lang, langs)
        return int(self.sums.posts[here & ~self.after].sum()), int(self.sums.posts[here & self.after].sum())


def semantic(
    vectors: np.ndarray,
    labelling: Labelling,
    frame: Frame,
    post_id: np.ndarray,
    *,
    permutations: int = 1_999,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Test for every label and pair of periods whether its posts moved in meaning, or grew broader or narrower.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
        Unit rows, may be mapped from a file.
    labelling : Labelling
        Of the n posts; noise is passed over, since it is no subject that could move.
    frame : Frame
        Of the n posts: periods, pairs, blocks, languages.
    post_id : numpy.ndarray, shape (n,)
    permutations : int
        More are made where only their number stands between a test and a claim.
    seed : int

    Returns
    -------
    (pandas.DataFrame, pandas.DataFrame)
        A row for each label and pair (`COLUMNS`), and for those that moved the posts that show it
        (`EXAMPLE_COLUMNS`): the ones furthest along the way from the earlier mean to the later one.

    Notes
    -----
    See `discourse.stats.movement.movement` for the statistics. The p-values of drift and of spread, of all labels and
    pairs, are one family for the q-values (Benjamini-Hochberg).
    """
    cases = [case for pair in frame.pairs for case in _cases(vectors, labelling, frame, pair)]
    results = [case.found(permutations, seed) for case in cases]
    made = np.full(len(cases), permutations)
    while True:
        p = np.array([(one.drift_p, one.spread_p) for one in results]).reshape(-1, 2)
        which, needed = unresolved(p.ravel(), np.repeat(made, 2), level=LEVEL)
        if not len(which):
            break
        for at in np.unique(which // 2).tolist():
            results[at], made[at] = cases[at].found(needed, seed + 1), needed
    q = adjusted(p)
    to_others = nearest(vectors, labelling, frame)
    rows = [_row(*each, labelling, frame, to_others) for each in zip(cases, results, q, strict=True)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    shown = [
        example
        for case, result, verdict in zip(cases, results, table["verdict"], strict=True)
        if verdict.startswith(MOVED)
        for example in _examples(vectors, labelling, frame, post_id, case, result)
    ]
    return table, pd.DataFrame(shown, columns=list(EXAMPLE_COLUMNS))


def _cases(vectors: np.ndarray, labelling: Labelling, frame: Frame, pair: tuple[int, int]) -> list[_Case]:
    """Sum the vectors of a pair's posts by label, language and block."""
    side = frame.side(pair)
    row, column, place = _members(labelling, side)
    langs, lang = np.unique(frame.lang[row], return_inverse=True)
    blocks, block = np.unique(side.block[place], return_inverse=True)
    cell = (column * max(len(langs), 1) + lang) * max(len(blocks), 1) + block
    sums, cells = summed(vectors, cell, row)
    is_later = np.zeros(len(blocks), dtype=bool)
    is_later[block] = side.after[place]
    of_lang, of_block = np.divmod(cells, max(len(blocks), 1))
    of_column, of_lang = np.divmod(of_lang, max(len(langs), 1))
    found = []
    for number, kind in enumerate(labelling.labels["kind"]):
        if kind != NOISE:
            here = np.flatnonzero(of_column == number)
            part = Sums(sums.vectors[here], sums.posts[here])
            found.append(_Case(number, pair, part, is_later[of_block[here]], langs[of_lang[here]], of_block[here]))
    return found


def _members(labelling: Labelling, side: Side) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List which of a side's posts have which label: the post's row, the label, the post's place in the side."""
    place = np.full(labelling.n_posts, -1)
    place[side.rows] = np.arange(len(side.rows))
    kept = np.flatnonzero(place[labelling.row] >= 0)
    kept = kept[np.argsort(labelling.row[kept], kind="stable")]
    row = labelling.row[kept]
    return row, labelling.column[kept], place[row]


def _row(
    case: _Case, result: Movement, q: np.ndarray, labelling: Labelling, frame: Frame, to_others: Nearest
) -> dict[str, object]:
    """Write the table's row of one label and pair."""
    before, now = case.posts(result.strata or None)
    above = result.drift > result.floor
    distance = to_others.distance[case.column]
    other = to_others.column[case.column]
    return {
        **{name: labelling.labels[name].iloc[case.column] for name in ("kind", "label_id", "label")},
        "by": "",
        **dict(zip(("from", "to"), frame.name(case.pair), strict=True)),
        "langs": ";".join(result.strata),
        "n_from": before,
        "n_to": now,
        "drift": result.drift,
        "floor": result.floor,
        "drift_p": result.drift_p,
        "drift_q": q[0],
        "spread": result.spread,
        "spread_p": result.spread_p,
        "spread_q": q[1],
        "scale": result.scale,
        "nearest": labelling.labels["label_id"].iloc[other] if other >= 0 else "",
        "fraction": result.drift / distance if above and other >= 0 else np.nan,
        "verdict": _verdict(result, q),
        "note": _note(case, result, above),
    }


def _verdict(result: Movement, q: np.ndarray) -> str:
    if not result.strata:
        return NOT_ESTIMABLE
    seen = [MOVED] if q[0] <= LEVEL else []
    if q[1] <= LEVEL:
        seen.append(BROADER if result.spread > 0 else NARROWER)
    return ", ".join(seen) or NOTHING


def _note(case: _Case, result: Movement, above: bool) -> str:
    """Say what a reader should know of the row besides its numbers."""
    if not result.strata:
        return f"needs {LEAST_POSTS} posts on {LEAST_BLOCKS} different weeks or days, in one language, in each period"
    notes = []
    if np.isnan(result.drift):
        notes.append("the posts don't resemble each other: no direction to speak of")
    elif not above:
        notes.append("within the noise floor")
    everything, compared = sum(case.posts()), sum(case.posts(result.strata))
    if compared < everything:
        names = " and ".join(english(lang) for lang in result.strata)
        notes.append(f"only {names} posts compared, {compared:,} of {everything:,}")
    return "; ".join(notes)


def _examples(
    vectors: np.ndarray, labelling: Labelling, frame: Frame, post_id: np.ndarray, case: _Case, result: Movement
) -> list[tuple[object, ...]]:
    """Choose the posts that show a movement, on both sides."""
    side = frame.side(case.pair)
    row, column, place = _members(labelling, side)
    row, place = row[column == case.column], place[column == case.column]
    compared = np.isin(frame.lang[row], result.strata)
    row, place = row[compared], place[compared]
    of_post, after = vectors[row], side.after[place]
    along = projection(of_post, side.block[place], after, frame.lang[row])
    before, now = frame.name(case.pair)
    found: list[tuple[object, ...]] = []
    for name, here, sign in (("from", ~after, 1), ("to", after, -1)):
        own = np.flatnonzero(here & np.isfinite(along))
        order = own[np.lexsort((post_id[row[own]], np.round(sign * along[own], 9)))]
        chosen: list[int] = []
        for at in order.tolist():
            if len(chosen) < EXAMPLES and all(of_post[at] @ of_post[other] < _SAME for other in chosen):
                chosen.append(at)
        label = labelling.labels["label_id"].iloc[case.column]
        found += [
            (label, before, now, name, rank, post_id[row[at]], along[at]) for rank, at in enumerate(chosen, start=1)
        ]
    return found
