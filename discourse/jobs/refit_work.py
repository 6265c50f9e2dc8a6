"""Refits of a run's themes, done in order within a time, and kept from call to call."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from discourse.jobs.refit_plan import MULTIVERSE, PERIOD, Corpus, Task
from discourse.progress import Progress
from discourse.stats.overlap import LEFT_OUT

SHARE = 0.8
"""Of the blocks, in a subsample."""

_MOST_WORKERS = 4
_RECENT = 8
"""Tasks done of late, the longest of which tells how long the next may take."""


@dataclass(frozen=True)
class Done:
    """What a task found.

    Attributes
    ----------
    labels : numpy.ndarray, shape (fits, m), int32
        Theme of each post, -1 for none, -2 for posts left out. Of a multiverse task two fits for each size: noise as
        the run has it, and placed in the nearest theme (or the other way round). Of periods, themes of each period by
        themselves, from 0.
    node, parent : numpy.ndarray, int32
        The hierarchy of the first fit (see `discourse.themes.refit.Refit`); -2 for posts left out; none for periods.
    forth, back : numpy.ndarray, shape (m,), int32
        Of periods: the theme that the fit of the next period, and of the one before, would give each post; else empty.
    """

    labels: np.ndarray
    node: np.ndarray
    parent: np.ndarray
    forth: np.ndarray
    back: np.ndarray


def within(
    corpus: Corpus, tasks: Sequence[Task], folder: Path, seconds: float, progress: Progress
) -> tuple[dict[Task, Done], list[float], list[str]]:
    """Do tasks in their order until the time is over, and at least one; those done before take no time.

    Parameters
    ----------
    corpus : Corpus
    tasks : sequence of Task
    folder : Path
        Where fits are kept.
    seconds : float
        No task is begun that, by the longest of late, would end later.
    progress : Progress
        Called with ("refits", tasks done, tasks in all).

    Returns
    -------
    done : dict of Task to Done
        In the order of the tasks.
    times : list of float
        Seconds that each task done now took.
    notes : list of str
        What was wrong with the folder.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    begun = time.monotonic()
    found = {task: kept for task in tasks if (kept := _load(folder / task.file, len(corpus.vectors))) is not None}
    waiting = [task for task in tasks if task not in found]
    times: list[float] = []
    notes: list[str] = []

    def work(task: Task) -> tuple[Task, Done, float, str]:
        start = time.monotonic()
        made = do(corpus, task)
        return task, made, time.monotonic() - start, _keep(folder / task.file, made)

    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    progress("refits", len(found), len(tasks))
    # Tasks share the cores among themselves; linear algebra that wants all of them for each would only wait.
    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        running: set[Future[tuple[Task, Done, float, str]]] = set()
        while True:
            while waiting and len(running) < workers:
                late = time.monotonic() - begun + max(times[-_RECENT:], default=0.0) > seconds
                if late and (times or running):
                    waiting.clear()
                else:
                    running.add(pool.submit(work, waiting.pop(0)))
            if not running:
                break
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for one in ended:
                task, made, took, trouble = one.result()
                found[task] = made
                times.append(took)
                notes += [trouble] if trouble and trouble not in notes else []
                progress("refits", len(found), len(tasks))
    return {task: found[task] for task in tasks if task in found}, times, notes


def do(corpus: Corpus, task: Task) -> Done:
    """Do one task, whatever was done before."""
    kept = _drawn(corpus, task) if task.kind != MULTIVERSE and task.number else np.ones(len(corpus.block), dtype=bool)
    return _of_periods(corpus, task, kept) if task.kind == PERIOD else _of_all(corpus, task, kept)


def smallest(corpus: Corpus, posts: int) -> int:
    """Fewest posts of a theme in a subsample: so many of its posts as the run's are of all."""
    return max(2, round(corpus.min_size * posts / len(corpus.vectors)))


def _drawn(corpus: Corpus, task: Task) -> np.ndarray:
    blocks = np.unique(corpus.block)
    rng = np.random.default_rng(task.seed)
    return np.isin(corpus.block, rng.choice(blocks, max(1, round(SHARE * len(blocks))), replace=False))


def _of_all(corpus: Corpus, task: Task, kept: np.ndarray) -> Done:
    from discourse.themes.refit import noise_placed, refit

    rows = np.flatnonzero(kept)
    vectors = np.ascontiguousarray(corpus.vectors[rows])
    sizes = task.sizes or (smallest(corpus, len(rows)),)
    k = min(task.neighbors, len(rows))
    made = refit(vectors, neighbors=k, min_sizes=sizes, granularity=corpus.granularity, seed=task.seed)
    ways = [corpus.assign_noise, not corpus.assign_noise] if task.kind == MULTIVERSE else [corpus.assign_noise]
    labels = np.full((len(sizes) * len(ways), len(kept)), LEFT_OUT, dtype=np.int32)
    fits = (noise_placed(vectors, one.labels, neighbors=k) if place else one.labels for one in made for place in ways)
    for row, of_rows in enumerate(fits):
        labels[row, rows] = of_rows
    node = np.full(len(kept), LEFT_OUT, dtype=np.int32)
    node[rows] = made[0].node
    none = np.zeros(0, dtype=np.int32)
    return Done(labels, node, made[0].parent, none, none)


def _of_periods(corpus: Corpus, task: Task, kept: np.ndarray) -> Done:
    """Fit each period by itself, then ask each fit about the posts of its neighbours."""
    from discourse.themes import defaults
    from discourse.themes.assign import assign
    from discourse.themes.refit import refit

    labels, forth, back = (np.full(len(kept), LEFT_OUT, dtype=np.int32) for _ in range(3))
    rows = [np.flatnonzero(kept & (corpus.period == number)) for number in range(len(corpus.periods))]
    for own in rows:
        if len(own) >= defaults.FEWEST_POSTS:
            k, size = defaults.neighbors(len(own)), defaults.min_size(len(own))
            vectors = np.ascontiguousarray(corpus.vectors[own])
            (made,) = refit(vectors, neighbors=k, min_sizes=[size], granularity=corpus.granularity, seed=task.seed)
            labels[own] = made.labels
    for one, other in itertools.pairwise(rows):
        for asked, asking, answer in ((other, one, forth), (one, other, back)):
            answer[asking] = -1
            if len(asking) and (labels[asked] >= 0).any():
                k = defaults.neighbors(len(asked))
                placed = assign(corpus.vectors[asking], corpus.vectors[asked], labels[asked], k=k)
                answer[asking] = placed["theme"].to_numpy()
    none = np.zeros(0, dtype=np.int32)
    return Done(labels[None], none, none, forth, back)


def _load(path: Path, posts: int) -> Done | None:
    """Read what an earlier call kept; None where there is nothing, or nothing sound."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            done = Done(**{name: kept[name] for name in Done.__dataclass_fields__})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return done if done.labels.shape[1:] == (posts,) else None


def _keep(path: Path, done: Done) -> str:
    """Write what a task found, whole or not at all; say so where that fails."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            np.savez_compressed(stream, **vars(done))
        part.replace(path)
    except OSError as error:
        return f"Refits can't be kept in {path.parent} ({error.strerror or error}); the next call begins anew."
    return ""
