"""What refits say of the themes of a run, in tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discourse.jobs.refit_plan import MULTIVERSE, PERIOD, SUBSAMPLE, Corpus, Task
from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.jobs.refit_work import Done
    from discourse.stats.stability import Stability


@dataclass(frozen=True)
class Fit:
    """One labeling of the m distinct posts of a corpus.

    Attributes
    ----------
    name : str
        Its column in ``fits.parquet``.
    task : Task
        What it is part of.
    labels : numpy.ndarray, shape (m,), int32
    min_size, assign_noise
        Settings; None for periods, whose number of posts decides.
    """

    name: str
    task: Task
    labels: np.ndarray
    min_size: int | None
    assign_noise: bool | None


def fits_of(corpus: Corpus, done: Mapping[Task, Done]) -> list[Fit]:
    """Name the single fits of all tasks, kind by kind."""
    from discourse.jobs.refit_work import smallest

    made = []
    order = (SUBSAMPLE, MULTIVERSE, PERIOD)
    for task in sorted(done, key=lambda task: (order.index(task.kind), task.number)):
        labels = done[task].labels
        if task.kind == PERIOD:
            made.append(Fit(f"period-{task.number}", task, labels[0], None, None))
        elif task.kind == SUBSAMPLE:
            size = smallest(corpus, int((labels[0] != -2).sum()))
            made.append(Fit(f"subsample-{task.number}", task, labels[0], size, corpus.assign_noise))
        else:
            for row, of_posts in enumerate(labels):
                size, noise = task.sizes[row // 2], corpus.assign_noise ^ bool(row % 2)
                name = f"multiverse-{task.number}-{size}" + ("-placed" if noise else "")
                made.append(Fit(name, task, of_posts, size, noise))
    return made


def specifications(corpus: Corpus, fits: list[Fit], reference: np.ndarray, labels: Mapping[int, str]) -> pd.DataFrame:
    """List fits.

    Parameters
    ----------
    corpus : Corpus
    fits : list of Fit
    reference : numpy.ndarray, shape (m,)
        The run's theme of each post.
    labels : mapping of int to str
        What its themes are called.

    Returns
    -------
    pandas.DataFrame
        The columns of ``specifications.csv``, and ``same``: how like its best match in the fit each theme is.
    """
    import numpy as np
    import pandas as pd

    from discourse.stats.overlap import SAME, best, overlap

    rows = []
    groups = max(labels, default=-1) + 1
    for fit in fits:
        whole = fit.task.kind != PERIOD
        posts = fit.labels != -2
        same = best(overlap(reference, fit.labels, groups).jaccard())[1] if whole else np.zeros(groups)
        rows.append(
            {
                "fit": fit.name,
                "kind": fit.task.kind,
                "seed": fit.task.seed,
                "neighbors": fit.task.neighbors or None,
                "min_size": fit.min_size,
                "assign_noise": fit.assign_noise,
                "posts": int(posts.sum()),
                "themes": _n_themes(corpus, fit),
                "noise_share": float((fit.labels[posts] == -1).mean()) if posts.any() else None,
                "found": int((same[list(labels)] >= SAME).sum()) if whole else None,
                "of": len(labels) if whole else None,
                "same": same,
            }
        )
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(("neighbors", "min_size", "found", "of"), "Int64") | {"assign_noise": "boolean"})


def _n_themes(corpus: Corpus, fit: Fit) -> int:
    import numpy as np

    held = fit.labels >= 0
    within = corpus.period if fit.task.kind == PERIOD else np.zeros(len(held), dtype=np.int64)
    return len(np.unique(np.stack([within[held], fit.labels[held]]), axis=1).T)


def themes(
    corpus: Corpus,
    done: Mapping[Task, Done],
    fits: list[Fit],
    specifications: pd.DataFrame,
    reference: np.ndarray,
    labels: Mapping[int, str],
    counts: Mapping[int, int],
    *,
    seed: int,
) -> pd.DataFrame:
    """Measure the themes of a run.

    Parameters
    ----------
    corpus : Corpus
    done : mapping of Task to Done
    fits : list of Fit
        Those of the tasks done.
    specifications : pandas.DataFrame
        As :func:`specifications` lists them.
    reference, labels
        As there.
    counts : mapping of int to int
        Posts of each theme, copies counted.
    seed : int

    Returns
    -------
    pandas.DataFrame
        The columns of ``themes.csv``.
    """
    import numpy as np
    import pandas as pd

    from discourse.stats import stability as stats
    from discourse.stats.overlap import SAME, best, nested

    groups = max(labels, default=-1) + 1
    refits = [fit.labels for fit in fits if fit.task.kind == SUBSAMPLE]
    found = stats.stability(reference, refits, groups)
    chance = stats.by_chance(reference, refits, groups, seed=seed)
    trees = [one for task, one in done.items() if task.kind == SUBSAMPLE]
    group = [best(nested(reference, one.node, one.parent, groups).jaccard())[1] for one in trees]
    in_tree = np.mean(group, axis=0) if group else np.full(groups, np.nan)
    others = specifications[(specifications["kind"] == MULTIVERSE) & ~_own(corpus, specifications)]
    same = np.stack(others["same"].tolist()) if len(others) else np.zeros((0, groups))
    sizes = np.bincount(reference[reference >= 0], minlength=groups)
    able = others["min_size"].to_numpy(dtype=np.int64)[:, None] <= sizes
    held, tried = ((same >= SAME) & able).sum(axis=0), able.sum(axis=0)
    agreement = np.divide(held, tried, out=np.full(groups, np.nan), where=tried > 0)
    counted = (~np.isnan(found.similarity)).sum(axis=0)
    rows = [
        {
            "theme": k,
            "label": label,
            "n_posts": int(counts.get(k, 0)),
            "jaccard": found.mean[k],
            "low": found.low[k],
            "high": found.high[k],
            "refits": int(counted[k]),
            "found": int(held[k]),
            "verdict": stats.verdict(int(counted[k]), found.mean[k], chance[k], in_tree[k], agreement[k]),
            "note": _note(found, k, chance[k], in_tree[k]),
            "specifications": int(tried[k]),
            "chance": chance[k],
            "group": in_tree[k],
        }
        for k, label in labels.items()
    ]
    return pd.DataFrame(rows)


def _own(corpus: Corpus, specifications: pd.DataFrame) -> pd.Series[bool]:
    """Tell which fits are made as the run was: that they find its themes again says nothing."""
    s = specifications
    same_layout = (s["seed"] == corpus.seed) & (s["neighbors"] == corpus.neighbors)
    return same_layout & (s["min_size"] == corpus.min_size) & (s["assign_noise"] == corpus.assign_noise)


def _note(found: Stability, k: int, chance: float, in_tree: float) -> str:
    """Say what becomes of a theme where it isn't found."""
    from discourse.stats import stability as stats

    refits, fate = len(found.fate), found.fate[:, k]
    if refits < stats.FEWEST_REFITS:
        return ""
    said = []
    if found.mean[k] <= chance:
        said.append(f"posts at random would be as alike ({chance:.2f})")
    if found.mean[k] < stats.DISSOLVED and in_tree >= stats.DOUBTFUL:
        said.append(f"a group of its own in the hierarchy of the refits ({in_tree:.2f}), not always parted as a theme")
    lost = Counter(fate[fate != stats.FOUND].tolist())
    for what, times in lost.most_common(1):
        if 4 * times < refits:
            continue
        if what == stats.MERGED:
            with_whom, often = Counter(found.partner[fate == stats.MERGED, k].tolist()).most_common(1)[0]
            named = f", mostly with theme {with_whom}" if with_whom >= 0 and 2 * often >= times else ""
            said.append(f"part of a broader theme in {times} of {refits} refits{named}")
        elif what == stats.SPLIT:
            said.append(f"splits in {times} of {refits} refits")
        else:
            said.append(f"its posts are spread over other themes in {times} of {refits} refits")
    return "; ".join(said)


def columns(run: Run, corpus: Corpus, fits: list[Fit]) -> pd.DataFrame:
    """List the posts of a run with their theme in each fit: the columns of ``fits.parquet``."""
    import pandas as pd

    made = {"post_id": run.posts["post_id"], **{fit.name: corpus.of_posts(fit.labels) for fit in fits}}
    return pd.DataFrame(made)
