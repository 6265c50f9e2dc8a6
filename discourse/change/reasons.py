"""Why shares moved: within languages, accounts and platforms or by their mix, and whether one author alone did it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from discourse.change.frame import Side
from discourse.change.labelling import Labelling
from discourse.change.shifts import Pair
from discourse.stats.composition import composition

COLUMNS = ["kind", "label_id", "label", "by", "from", "to", "factor", "difference", "within", "mix"]
AUTHORS = ["kind", "label_id", "label", "by", "from", "to", "author", "part", "difference", "without"]
_MOST = 50
"""Values of a factor that stand for themselves, the commonest."""
DOMINATING = 0.2
"""Part of a label's posts from which one author is said to dominate it."""
_KEYS = ["kind", "label_id", "label"]


def compositions(labelling: Labelling, pair: Pair, factors: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Split the change of every label's share into change within values of a factor and change of their mix.

    Parameters
    ----------
    labelling : Labelling
    pair : Pair
        Of posts that have it.
    factors : mapping of str to numpy.ndarray of str, shape (n,)
        ``lang``, ``author`` ... of each post. Those with one value among these posts are left out; of those with more
        than fifty, the rarer ones count together.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; ``difference`` is the crude one, the sum of ``within`` and ``mix``.
    """
    tables = []
    for factor, values in factors.items():
        which, names = _common(values[pair.side.rows])
        if len(names) < 2:
            continue
        hits, posts, after, stratum = _counted(labelling, pair.side, which, len(names))
        found = composition(hits, posts, after, stratum)
        table = labelling.labels[_KEYS].assign(factor=factor, difference=found.difference)
        told = [not reason for reason in pair.lacking]
        tables.append(table.assign(within=found.within, mix=found.mix)[told])
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return table.assign(**{"by": pair.by, "from": pair.before, "to": pair.now})[COLUMNS]


def dominated(labelling: Labelling, pair: Pair, author: np.ndarray) -> pd.DataFrame:
    """Say how shares would have changed without the author who wrote most of a label's posts, if that is a fifth.

    Parameters
    ----------
    labelling : Labelling
    pair : Pair
    author : numpy.ndarray of str, shape (n,)
        "" for none.

    Returns
    -------
    pandas.DataFrame
        `AUTHORS`: ``part`` is the author's part of the label's posts, ``difference`` the crude change of its share, and
        ``without`` that of all other authors' posts. Nothing, where there is one author alone.
    """
    which, names = _common(author[pair.side.rows])
    rows = []
    if len(names) > 1:
        hits, posts, after, of = _counted(labelling, pair.side, which, len(names))
        mine = np.stack([hits[:, of == at].sum(axis=1) for at in range(len(names))], axis=1)
        total = mine.sum(axis=1)
        with np.errstate(invalid="ignore"):
            part = mine / total[:, None]
        crude = _difference(hits, posts, after)
        for label in np.flatnonzero((total > 0) & pair.counted):
            first = int(np.argmax(part[label]))
            if part[label, first] < DOMINATING or not names[first]:
                continue
            rest = of != first
            without = _difference(hits[:, rest], posts[rest], after[rest])[label]
            rows.append(
                (
                    *labelling.labels[_KEYS].iloc[label],
                    *(pair.by, pair.before, pair.now, names[first], part[label, first], crude[label], without),
                )
            )
    return pd.DataFrame(rows, columns=AUTHORS).astype(dict.fromkeys(["part", "difference", "without"], "float64"))


def _common(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Give values numbers, the rarest of many one together."""
    names, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(names) <= _MOST:
        return which, [str(name) for name in names]
    order = np.argsort(-counts, kind="stable")
    place = np.full(len(names), _MOST - 1)
    place[order[: _MOST - 1]] = np.arange(_MOST - 1)
    return place[which], [*(str(name) for name in names[order[: _MOST - 1]]), ""]


def _counted(
    labelling: Labelling, side: Side, which: np.ndarray, values: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count posts by label, period and value: hits, posts, after and value of each cell."""
    cell = np.full(labelling.n_posts, -1)
    cell[side.rows] = 2 * which + side.after
    posts = np.bincount(cell[side.rows], minlength=2 * values).astype("float64")
    held = np.flatnonzero(posts)
    return labelling.hits(cell, 2 * values)[:, held], posts[held], held % 2 == 1, held // 2


def _difference(hits: np.ndarray, posts: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Crude change of each share; NaN where a period has no posts."""
    with np.errstate(invalid="ignore", divide="ignore"):
        later, earlier = (hits[:, side].sum(axis=1) / posts[side].sum() for side in (after, ~after))
        return np.asarray(later - earlier)
