"""Samples that were drawn to be coded: which posts, how likely each was to be among them, and what of it is coded."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from discourse.errors import DataError, UsageError
from discourse.run import Run

FOLDER = "samples"
SAMPLE, FRAME = "sample.parquet", "frame.parquet"
_SHOWN = 8


@dataclass(frozen=True)
class Drawn:
    """A sample of the posts of a run.

    Attributes
    ----------
    name : str
    facts : dict
        What was asked: ``period``, ``cuts``, ``where``, ``since``, ``until``, ``codes``, ``seed`` ...
    post_ids : numpy.ndarray of str, shape (n,)
    period : numpy.ndarray of str, shape (n,)
        Which posts it was drawn from, by the period that each was drawn in; "" for all others: the sample tells nothing
        of them.
    probability : numpy.ndarray, shape (n,)
        Of each of these posts to be drawn; NaN for the others.
    order : numpy.ndarray, shape (n,), int
        Place in the sheet, from 1; 0 for posts that were not drawn.
    """

    name: str
    facts: dict[str, Any]
    post_ids: np.ndarray
    period: np.ndarray
    probability: np.ndarray
    order: np.ndarray

    def of(self, coded: np.ndarray, places: Mapping[str, str] = MappingProxyType({})) -> np.ndarray:
        """Tell how likely each coded post was to be coded.

        Where coding stopped early, so that the first posts of a period in the sheet's order are coded and no others,
        they are a random part of its sample, and probabilities are smaller by that part.

        Parameters
        ----------
        coded : numpy.ndarray, shape (n,), bool
        places : mapping of str to str
            Where posts stand in the file that was filled in, by identifier, for messages.

        Returns
        -------
        numpy.ndarray, shape (n,)
            NaN for posts that are not coded, or were not drawn.

        Raises
        ------
        DataError
            Posts were passed over, naming them.
        """
        found = np.where(coded & (self.order > 0), self.probability, np.nan)
        passed: list[int] = []
        for rows in self._periods():
            done = coded[rows]
            k = int(done.sum())
            passed += [
                row for row, later in zip(rows, done[::-1].cumsum()[::-1], strict=True) if later and not coded[row]
            ]
            found[rows[done]] *= k / len(rows)
        if passed:
            listed = sorted(passed, key=lambda row: self.order[row])
            shown = ", ".join(self._where(row, places) for row in listed[:_SHOWN])
            more = f" and {len(listed) - _SHOWN:,} more" if len(listed) > _SHOWN else ""
            were = "1 post was" if len(listed) == 1 else f"{len(listed):,} posts were"
            raise DataError(
                f"sample {self.name}: {were} passed over, and posts that are left out may be "
                f"unlike the others: {shown}{more}. Code them too; or, where coding stopped early, sort the "
                "sheet by its numbers, and empty the codes of all rows below the first of them."
            )
        return found

    def notes(self, coded: np.ndarray) -> list[str]:
        """Say in a sentence of what part of the sample is coded, if not all of it is."""
        taken = self.order > 0
        done, drawn = int((coded & taken).sum()), int(taken.sum())
        if done in (0, drawn):
            return []
        if coded[taken & (self.order <= done)].all():
            part = f"the first {done:,} of its {drawn:,} posts are coded. Their order is random: they are"
        else:
            part = f"{done:,} of its {drawn:,} posts are coded, of each period the first in its random order. They are"
        return [f"Sample {self.name}: {part} a sample too, only a smaller one."]

    def _where(self, row: int, places: Mapping[str, str]) -> str:
        """Name a post that was drawn, and where it stands."""
        post = str(self.post_ids[row])
        if places:
            return f"{places.get(post, 'not in the sheet')} ({post})"
        return f"number {self.order[row]} ({post})"

    def _periods(self) -> Iterable[np.ndarray]:
        """Give the drawn posts of each period, in the order of the sheet."""
        order = np.argsort(self.order, kind="stable")
        order = order[self.order[order] > 0]
        for name in np.unique(self.period[order]):
            yield order[self.period[order] == name]


def samples(run: Run) -> list[str]:
    """List the samples that were drawn from a run."""
    return sorted(key.partition("/")[2] for key in run.manifest.get("added", {}) if key.startswith(f"{FOLDER}/"))


def open_drawn(run: Run, name: str) -> Drawn:
    """Read a sample that was drawn from a run.

    Raises
    ------
    UsageError
        When there is none of that name, naming those there are.
    DataError
        When its files can't be read, or the run's posts are not those it was drawn from.
    """
    there = samples(run)
    if name not in there:
        close = difflib.get_close_matches(name, there, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(there)}." if there else ""
        raise UsageError(
            f"{run.path}: no sample {name!r} was drawn from this run. "
            f"{hint or 'None was; draw one before coding: discourse sample --help'}"
        )
    facts = run.manifest["added"][f"{FOLDER}/{name}"]
    frame = run.table(f"{FOLDER}/{name}/{FRAME}").set_index("post_id")
    sample = run.table(f"{FOLDER}/{name}/{SAMPLE}").set_index("post_id")
    posts = run.posts
    ids = posts["post_id"].to_numpy(dtype=object).astype("str")
    if facts["corpus"] != corpus_hash(run.table("posts.parquet")):
        raise DataError(
            f"{run.path}: the posts are not those that sample {name!r} was drawn from. `discourse verify` tells more."
        )
    placed = frame.reindex(ids)
    return Drawn(
        name,
        facts,
        ids,
        placed["period"].fillna("").to_numpy(dtype=object).astype("str"),
        placed["probability"].to_numpy(dtype="float64"),
        sample["order"].reindex(ids).fillna(0).to_numpy(dtype="int64"),
    )


def probabilities(run: Run, name: str, coded: np.ndarray) -> np.ndarray:
    """Tell how likely each coded post of a run was to be drawn and coded; see `Drawn.of`."""
    return open_drawn(run, name).of(coded)


def corpus_hash(posts: pd.DataFrame) -> str:
    """Return a hash of posts and their texts, whatever their order."""
    digest = hashlib.sha256()
    ordered = posts[["post_id", "text"]].astype("str").sort_values("post_id")
    for pair in ordered.itertuples(index=False, name=None):
        for text in pair:
            raw = text.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "little") + raw)
    return digest.hexdigest()
