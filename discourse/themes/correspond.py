"""Which themes of two runs are the same themes, and what became of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.stats.overlap import matches, overlap

SAME, SPLIT, MERGED, SHRANK, GREW, PARTLY = "same", "split", "merged", "shrank", "grew", "partly"
GONE, NEW = "gone", "new"
COLUMNS = {
    "theme_a": "Int64",
    "theme_b": "Int64",
    "relation": "str",
    "posts_a": "Int64",
    "posts_b": "Int64",
    "common": "int64",
    "jaccard": "float64",
    "label_a": "str",
    "label_b": "str",
}
_HALF = 0.5


def correspond(
    first: np.ndarray, second: np.ndarray, labels_a: dict[int, str], labels_b: dict[int, str]
) -> pd.DataFrame:
    """Say which themes correspond.

    Parameters
    ----------
    first, second : (n,) int
        Themes in either run of the posts that both have; -1 is noise.
    labels_a, labels_b : dict of int to str
        All themes of either run.

    Returns
    -------
    DataFrame
        A row for every two themes of which one holds most (more than half) of the other's posts, or which are each
        other's best match with a Jaccard similarity of .5 or more, and a row for each theme without any:
        ``theme_a, theme_b, relation, posts_a, posts_b, common, jaccard, label_a, label_b``. Posts that one run alone
        has count nowhere. The relation is ``same`` for best matches; ``split`` where A's theme holds most of several
        of B's, ``shrank`` where of one; ``merged`` where B's theme holds most of several of A's, ``grew`` where of
        one; ``partly`` where each holds most of the other and they are still no match; ``gone`` and ``new`` for
        themes of A and of B that have no row else. In the order of A's themes, the largest overlap first.

    Examples
    --------
    >>> a, b = np.array([0] * 6 + [1] * 4), np.array([0, 0, 0, 2, 2, 2, 1, 1, 1, -1])
    >>> correspond(a, b, {0: "x", 1: "y"}, {0: "p", 1: "q", 2: "r"})[["theme_a", "theme_b", "relation"]].values.tolist()
    [[0, 0, 'same'], [0, 2, 'split'], [1, 1, 'same']]
    """
    n_a, n_b = (max(labels, default=-1) + 1 for labels in (labels_a, labels_b))
    found = overlap(first, second, n_a, n_b)
    jaccard = np.nan_to_num(found.jaccard())
    of_first, of_second = np.nan_to_num(found.of_first()), np.nan_to_num(found.of_second())
    same = np.zeros(found.both.shape, dtype=bool)
    pair = matches(jaccard, at_least=_HALF)
    same[np.flatnonzero(pair >= 0), pair[pair >= 0]] = True
    b_in_a, a_in_b = of_second > _HALF, of_first > _HALF
    several_b, several_a = (same | b_in_a).sum(axis=1) > 1, (same | a_in_b).sum(axis=0) > 1
    rows: list[tuple[object, ...]] = []
    for a, b in zip(*np.nonzero(same | b_in_a | a_in_b), strict=True):
        if same[a, b]:
            relation = SAME
        elif b_in_a[a, b] and a_in_b[a, b]:
            relation = PARTLY
        elif b_in_a[a, b]:
            relation = SPLIT if several_b[a] else SHRANK
        else:
            relation = MERGED if several_a[b] else GREW
        one, other, both = int(a), int(b), int(found.both[a, b])
        sizes = int(found.first[a]), int(found.second[b])
        rows.append((one, other, relation, *sizes, both, float(jaccard[a, b]), labels_a[one], labels_b[other]))
    held_a, held_b = {row[0] for row in rows}, {row[1] for row in rows}
    for a in sorted(set(labels_a) - held_a):
        rows.append((a, None, GONE, int(found.first[a]), None, 0, 0.0, labels_a[a], ""))
    for b in sorted(set(labels_b) - held_b):
        rows.append((None, b, NEW, None, int(found.second[b]), 0, 0.0, "", labels_b[b]))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    order = ["theme_a", "common", "theme_b"]
    return table.sort_values(order, ascending=[True, False, True], na_position="last", ignore_index=True)
