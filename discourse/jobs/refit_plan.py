"""Which refits of a run's themes there are to do, in which order, and of which posts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from discourse.run import Run
from discourse.themes.canonical import Distinct

if TYPE_CHECKING:
    import pandas as pd

SUBSAMPLE, MULTIVERSE, PERIOD = "subsample", "multiverse", "period"
SUBSAMPLES, DRAWS, SEEDS = 50, 50, 3

_NEIGHBORS = (10, 15, 30)
_SIZES, _SMALLEST = (0.005, 0.01, 0.02), 10
_FEWEST_BLOCKS = 8
_PERIOD_POSTS = 100
_FIRST, _ROUND = (10, 3, 1), (4, 1, 4)
_METHOD = 1
"""Counted up when the same task would give other fits."""


@dataclass(frozen=True)
class Corpus:
    """What is refitted: m distinct posts with something to go by, in canonical order, and the settings of the run.

    Attributes
    ----------
    vectors : numpy.ndarray, shape (m, d), float32
    order : Distinct
        Which of the run's posts are which distinct post.
    telling : numpy.ndarray, shape (m,), int64
        Which of the distinct posts these are.
    block : numpy.ndarray, shape (m,), int64
        Posts that are drawn or left out together.
    blocks : {"week", "day", "post"}
        What they have in common.
    period : numpy.ndarray, shape (m,), int64
        Quarter of each post, as its place in `periods`; -1 for none, and in quarters with too few posts.
    periods : tuple of str
        Quarters with enough posts for themes of their own, in order.
    neighbors, min_size, granularity, assign_noise, seed
        What the run was made with.
    identity : str
        Differs wherever a fit would.
    """

    vectors: np.ndarray
    order: Distinct
    telling: np.ndarray
    block: np.ndarray
    blocks: str
    period: np.ndarray
    periods: tuple[str, ...]
    neighbors: int
    min_size: int
    granularity: float
    assign_noise: bool
    seed: int
    identity: str

    def of_distinct(self, of_posts: np.ndarray) -> np.ndarray:
        """Take a value for each of the m distinct posts from the values of all posts."""
        taken: np.ndarray = of_posts[self.order.rows][self.telling]
        return taken

    def of_posts(self, labels: np.ndarray) -> np.ndarray:
        """Give each post of the run the label of its distinct post; -1 where that has nothing to go by."""
        every = np.full(len(self.order.rows), -1, dtype=np.int32)
        every[self.telling] = labels
        return every[self.order.inverse]


@dataclass(frozen=True)
class Task:
    """One layout of posts, and all that is cut from it.

    Attributes
    ----------
    kind : {"subsample", "multiverse", "period"}
    number : int
        Counted from 1; the period fits of all posts are number 0.
    seed : int
        Of the layout, and of the draw of blocks.
    neighbors : int
        0 for periods, whose number of posts decides.
    sizes : tuple of int
        Smallest themes to cut for; none for periods.
    """

    kind: str
    number: int
    seed: int
    neighbors: int = 0
    sizes: tuple[int, ...] = ()

    @property
    def file(self) -> str:
        """Name of the file that keeps what it found."""
        return f"{self.kind}-{self.number}-seed{self.seed}-k{self.neighbors}-{'-'.join(map(str, self.sizes))}.npz"


def corpus(run: Run) -> Corpus:
    """Gather what is refitted.

    Parameters
    ----------
    run : Run
        With all its posts, copies too.

    Returns
    -------
    Corpus
    """
    from discourse import __version__
    from discourse.themes.canonical import distinct, original_rows

    posts, settings, facts = run.posts, run.settings.themes, run.manifest["themes"]
    order = distinct(posts["message"].tolist(), original_rows(posts))
    vectors = np.asarray(run.embeddings[order.rows], dtype=np.float32)
    telling = np.flatnonzero(np.einsum("nd,nd->n", vectors, vectors) > 0.5)
    dates = posts["date"].iloc[order.rows[telling]]
    blocks, block = _blocks(dates)
    periods, period = _periods(dates)
    files = run.manifest["files"]
    parts = [
        _METHOD,
        __version__,
        *(files[name]["sha256"] for name in ("embeddings.npy", "posts.parquet")),
        facts["min_size"],
        settings.granularity,
        settings.assign_noise,
    ]
    return Corpus(
        vectors=np.ascontiguousarray(vectors[telling]),
        order=order,
        telling=telling,
        block=block,
        blocks=blocks,
        period=period,
        periods=periods,
        neighbors=facts["neighbors"],
        min_size=facts["min_size"],
        granularity=settings.granularity,
        assign_noise=settings.assign_noise,
        seed=settings.seed,
        identity=hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16],
    )


def plan(corpus: Corpus, seed: int) -> list[Task]:
    """List the tasks in an order that makes the first of them useful by themselves.

    Ten subsamples, the run's own seed with each number of neighbours and the periods come first, then rounds of all
    three kinds.

    Parameters
    ----------
    corpus : Corpus
    seed : int
        All new seeds follow from it.

    Returns
    -------
    list of Task
    """
    m, first = len(corpus.vectors), 1_000 * (seed + 1)
    neighbors = sorted({min(k, m) for k in (*_NEIGHBORS, corpus.neighbors)})
    sizes = tuple(sorted({max(_SMALLEST, round(share * m)) for share in _SIZES} | {corpus.min_size}))
    subsamples = [Task(SUBSAMPLE, b, first + b, corpus.neighbors) for b in range(1, SUBSAMPLES + 1)]
    seeds = [corpus.seed, *(first + 500 + i for i in range(1, SEEDS))]
    layouts = [(own, k) for own in seeds for k in neighbors]
    multiverse = [Task(MULTIVERSE, i, own, k, sizes) for i, (own, k) in enumerate(layouts, start=1)]
    draws = DRAWS + 1 if len(corpus.periods) > 1 else 0
    periods = [Task(PERIOD, d, first + 200 + d if d else corpus.seed) for d in range(draws)]
    kinds = (subsamples, multiverse, periods)
    order: list[Task] = []
    taken = [0, 0, 0]
    step = _FIRST
    while len(order) < sum(map(len, kinds)):
        for kind, tasks in enumerate(kinds):
            order += tasks[taken[kind] : taken[kind] + step[kind]]
            taken[kind] += step[kind]
        step = _ROUND
    return order


def _blocks(dates: pd.Series) -> tuple[str, np.ndarray]:
    """Weeks, or days or posts where there are few; posts without a date are each by themselves."""
    from discourse.posts.periods import days, names

    day = days(dates)
    by_day = (day - np.datetime64("1970-01-01", "D")).astype(np.int64)
    alone = by_day.max(initial=0) + 1 + np.arange(len(day))
    for name, block in (("week", names(dates, "week").cat.codes.to_numpy().astype(np.int64)), ("day", by_day)):
        if len(np.unique(block[~np.isnat(day)])) >= _FEWEST_BLOCKS:
            return name, np.where(np.isnat(day), alone, block)
    return "post", np.arange(len(day))


def _periods(dates: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    """Quarters with enough posts, and which of them each post is in."""
    from discourse.posts.periods import names

    quarters = names(dates)
    codes = quarters.cat.codes.to_numpy()
    counts = np.bincount(codes[codes >= 0], minlength=len(quarters.cat.categories))
    enough = np.flatnonzero(counts >= _PERIOD_POSTS)
    place = np.full(len(counts) + 1, -1)
    place[enough] = np.arange(len(enough))
    return tuple(quarters.cat.categories[enough]), place[codes]
