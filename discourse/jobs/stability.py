"""Would the themes of a run be found again: with other posts, other seeds and other settings that make sense."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.errors import UsageError
from discourse.jobs.refit_plan import MULTIVERSE, PERIOD, SUBSAMPLE, Corpus, Task
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.jobs.refit_work import Done

FOLDER = "stability"
THEMES, SPECIFICATIONS, FITS, TRANSITIONS = "themes.csv", "specifications.csv", "fits.parquet", "transitions.csv"

_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Found:
    """What `stability` found, as the run holds it.

    Attributes
    ----------
    themes : pandas.DataFrame
        One row a theme: ``theme, label, n_posts, jaccard, low, high, refits, found, verdict, note, specifications,
        chance, group``.
    specifications : pandas.DataFrame
        One row a fit: ``fit, kind, seed, neighbors, min_size, assign_noise, posts, themes, noise_share, found, of``.
    transitions : pandas.DataFrame
        One row a theme of a quarter's own fit (see `discourse.jobs.lifecycle.lifecycle`).
    facts : dict
        What the run's manifest says of it.
    notes : list of str
    """

    themes: pd.DataFrame
    specifications: pd.DataFrame
    transitions: pd.DataFrame
    facts: dict[str, Any]
    notes: list[str]


def stability(
    run: str | Path | Run | None = None,
    *,
    budget: str = "10m",
    seed: int = 0,
    replace: bool = False,
    progress: Progress = silent,
) -> Found:
    """Find the themes of a run again and again, and say which are worth a claim.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    budget : str
        Time for refits: ``90s``, ``10m``, ``2h``. At least one is done. What an earlier call did is kept and counts;
        another call goes on where it stopped.
    seed : int
        Of the draws and of the refits.
    replace : bool
        Let it take the place of results with another seed.
    progress : Progress
        Called with ("refits", done, in all).

    Returns
    -------
    Found
        As written to ``stability`` in the run.

    Raises
    ------
    UsageError
        When there is no such run, the budget is no time, or there are results with another seed.

    Examples
    --------
    >>> found = discourse.stability(budget="90s")  # doctest: +SKIP
    >>> found.themes.query("verdict == 'artefact'")  # doctest: +SKIP
    """
    from discourse import staging
    from discourse.encoders import cache
    from discourse.jobs import refit_plan, refit_work
    from discourse.jobs import stability_tables as tables

    seconds = seconds_of(budget)
    if seed < 0:
        raise UsageError(f"--seed must be 0 or more; it is {seed}.")
    run = open_run(run.path if isinstance(run, Run) else run)  # copies are refitted as they were fitted
    earlier = run.manifest.get("added", {}).get(FOLDER)
    if earlier is not None and earlier["seed"] != seed and not replace:
        raise UsageError(
            f"{run.path / FOLDER}: holds refits with seed {earlier['seed']}. Go on with --seed {earlier['seed']}, "
            "or add --replace."
        )
    corpus = refit_plan.corpus(run)
    tasks = refit_plan.plan(corpus, seed)
    kept = cache.location().parent / FOLDER / corpus.identity
    done, times, notes = refit_work.within(corpus, tasks, kept, seconds, progress)
    fits = tables.fits_of(corpus, done)
    assigned = run.assignments["theme"]
    reference, counts = corpus.of_distinct(assigned.to_numpy()), dict(Counter(assigned.tolist()))
    labels = dict(sorted(run.labels.items()))
    specifications = tables.specifications(corpus, fits, reference, labels)
    themes = tables.themes(corpus, done, fits, specifications, reference, labels, counts, seed=seed)
    transitions = _transitions(corpus, done, reference, labels, seed)
    facts = {
        "seed": seed,
        "done": {kind: sum(task.kind == kind for task in done) for kind in (SUBSAMPLE, MULTIVERSE, PERIOD)},
        "planned": {kind: sum(task.kind == kind for task in tasks) for kind in (SUBSAMPLE, MULTIVERSE, PERIOD)},
        "now": len(times),
        "seconds_each": round(sum(times) / len(times), 3) if times else None,
        "block": corpus.blocks,
        "share": refit_work.SHARE,
        "periods": list(corpus.periods),
        "verdicts": dict(Counter(themes["verdict"].tolist())),
    }
    with staging.added(run.path, FOLDER, facts, replace=earlier is not None) as staged:
        staged.write_table(THEMES, themes)
        staged.write_table(SPECIFICATIONS, specifications.drop(columns="same"))
        staged.write_table(TRANSITIONS, transitions)
        staged.write_table(FITS, tables.columns(run, corpus, fits))
    return Found(themes, specifications.drop(columns="same"), transitions, facts, notes)


def seconds_of(budget: str) -> float:
    """Read a time such as ``90s``, ``10m`` or ``2h``.

    Raises
    ------
    UsageError
        For anything else.

    Examples
    --------
    >>> seconds_of("1.5m")
    90.0
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh])", budget.strip().lower())
    if not found or not float(found[1]):
        raise UsageError(f"--budget {budget}: is no time; write 90s, 10m or 2h.")
    return float(found[1]) * _UNITS[found[2]]


def _transitions(
    corpus: Corpus, done: Mapping[Task, Done], reference: np.ndarray, labels: Mapping[int, str], seed: int
) -> pd.DataFrame:
    import pandas as pd

    from discourse.jobs.lifecycle import COLUMNS, lifecycle

    made = {task.number: one for task, one in done.items() if task.kind == PERIOD}
    if 0 not in made:
        return pd.DataFrame(columns=COLUMNS)
    draws = [one for number, one in made.items() if number]
    return lifecycle(corpus, made[0], draws, reference, labels, seed=seed)
