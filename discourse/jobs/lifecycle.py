"""What became of themes from quarter to quarter, by fits of each quarter alone, and how sure that is."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from discourse.stats.overlap import SAME, best, overlap
from discourse.stats.transitions import BEGINS, UNCLEAR, Transitions, transitions

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.refit_plan import Corpus
    from discourse.jobs.refit_work import Done

FEWEST_DRAWS = 10
SURE = 0.7
"""Share of the draws that must agree."""

_JITTER = 0.1
COLUMNS = [
    *("from", "to", "period", "theme", "n_posts", "run_theme", "run_label", "run_share"),
    *("change", "counterparts", "support", "draws", "verdict"),
]


def lifecycle(
    corpus: Corpus, whole: Done, draws: Sequence[Done], reference: np.ndarray, labels: Mapping[int, str], *, seed: int
) -> pd.DataFrame:
    """Name what became of the themes of each quarter's own fit, and count how many draws of its weeks agree.

    Parameters
    ----------
    corpus : Corpus
    whole : Done
        Fits of the quarters from all of their posts.
    draws : sequence of Done
        The same from draws of 80 % of the blocks each. Thresholds are shifted by up to .1 in each.
    reference : numpy.ndarray, shape (m,)
        The run's theme of each post.
    labels : mapping of int to str
        What the run's themes are called.
    seed : int
        Of the shifts.

    Returns
    -------
    pandas.DataFrame
        One row a theme of a quarter and a pair of quarters: all of the earlier one, and of the later one those that
        begin or are unclear. ``run_theme`` is the theme of the run that most of its posts are in.
    """
    import pandas as pd

    rows = []
    shifts = np.random.default_rng(seed).uniform(-_JITTER, _JITTER, len(draws))
    for pair, (start, end) in enumerate(itertools.pairwise(corpus.periods)):
        found = _between(corpus, whole, pair)
        again = [
            (
                _between(corpus, one, pair, shift),
                [_same(corpus, whole, one, pair + side) for side in (0, 1)],
            )
            for one, shift in zip(draws, shifts, strict=True)
        ]
        for side, (period, names, others) in enumerate(
            ((start, found.before, found.into), (end, found.after, found.out_of))
        ):
            own = np.where(corpus.period == pair + side, whole.labels[0], -1)
            for theme, name in enumerate(names):
                if side and name not in (BEGINS, UNCLEAR):
                    continue
                same = [
                    (drawn.after if side else drawn.before)[match[side][theme]] == name
                    for drawn, match in again
                    if match[side][theme] >= 0
                ]
                support = sum(same) / len(draws) if len(draws) >= FEWEST_DRAWS else float("nan")
                held = reference[own == theme]
                mostly = int(np.bincount(held + 1).argmax()) - 1
                rows.append(
                    {
                        "from": start,
                        "to": end,
                        "period": period,
                        "theme": theme,
                        "n_posts": len(held),
                        "run_theme": mostly,
                        "run_label": labels.get(mostly, ""),
                        "run_share": float((held == mostly).mean()),
                        "change": name,
                        "counterparts": "; ".join(map(str, others[theme])),
                        "support": support,
                        "draws": len(draws),
                        "verdict": "not measured" if np.isnan(support) else "sure" if support >= SURE else "uncertain",
                    }
                )
    return pd.DataFrame(rows, columns=COLUMNS)


def _between(corpus: Corpus, done: Done, pair: int, shift: float = 0.0) -> Transitions:
    earlier, later = (np.where(corpus.period == pair + side, done.labels[0], -2) for side in (0, 1))
    n_earlier, n_later = (max(int(each.max(initial=-1)) + 1, 0) for each in (earlier, later))
    forth = overlap(earlier, np.where(earlier != -2, done.forth, -2), n_earlier, n_later).of_first()
    back = overlap(later, np.where(later != -2, done.back, -2), n_later, n_earlier).of_first()
    return transitions(forth, back, shift=shift)


def _same(corpus: Corpus, whole: Done, drawn: Done, period: int) -> np.ndarray:
    """For each theme of a period's fit the one of the drawn fit that is the same; -1 for none."""
    own, other = (np.where(corpus.period == period, one.labels[0], -2) for one in (whole, drawn))
    which, value = best(overlap(own, other).jaccard())
    return np.where(value >= SAME, which, -1)
