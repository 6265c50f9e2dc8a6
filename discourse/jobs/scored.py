"""For each code a probability for every post: learned from the codes, or given by the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from discourse.errors import DataError, UsageError, named
from discourse.jobs.labellings import CONCEPTS, SCORES, column, concepts
from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np

    from discourse.codes.correction import Scored

COLUMN = "own scores"
_SHOWN = 3


def learned(
    run: Run,
    vectors: np.ndarray,
    label_id: str,
    label: str,
    code: np.ndarray,
    weight: np.ndarray,
    block: np.ndarray,
    *,
    seed: int,
) -> Scored:
    """Learn from the coded posts how likely each post has a code; see `discourse.named.surrogate.surrogate`.

    Parameters
    ----------
    run : Run
        Where it has scores for a concept of the code's name, they help.
    vectors : numpy.ndarray, shape (posts, d)
        As from `discourse.named.centred.centred`.
    label_id, label : str
    code : numpy.ndarray, shape (posts,)
        1 or 0, NaN where not coded.
    weight : numpy.ndarray, shape (posts,)
        How many posts each coded one stands for.
    block : numpy.ndarray, shape (posts,), int
        What is never parted between posts learned from and posts scored.
    seed : int
    """
    import numpy as np

    from discourse.codes.correction import Scored
    from discourse.named.surrogate import surrogate

    found = surrogate(concept(run, label), vectors, code, block, weight=weight, seed=seed)
    known = np.isfinite(found.probability).all()
    return Scored(label_id, label, code, found.probability if known else None, found.stage, found.reason)


def concept(run: Run, label: str) -> np.ndarray | None:
    """Return the scores of a run's posts for the concept that has a code's name or label; None where there is none."""
    if CONCEPTS not in run.manifest.get("added", {}):
        return None
    for name, called in concepts(run).items():
        if label.casefold() in (name.casefold(), called.casefold()):
            scores = run.table(f"{CONCEPTS}/{SCORES}").set_index("post_id")[name]
            return scores.reindex(run.posts["post_id"]).to_numpy(dtype="float64")
    return None


def given(run: Run, columns: Sequence[str], labels: Sequence[str]) -> Mapping[str, np.ndarray]:
    """Read columns of probabilities, each for one of the codes.

    Parameters
    ----------
    run : Run
    columns : sequence of str
        ``CODE=COLUMN``; or ``COLUMN`` where there is one code.
    labels : sequence of str
        The codes.

    Raises
    ------
    UsageError
        A column or code that isn't there, or a column whose code isn't told.
    DataError
        A cell that is no number from 0 to 1.
    """
    import numpy as np
    import pandas as pd

    found: dict[str, np.ndarray] = {}
    for text in columns:
        label, equals, name = text.rpartition("=")
        label = label.strip()
        if not equals and len(labels) != 1:
            raise UsageError(f'--scores {text}: for which of the {len(labels)} codes? Write "{labels[0]}={text}".')
        if equals and label not in labels:
            raise UsageError(f"--scores {text}: there is no code {label!r}. There are: {named(labels)}.")
        cells = column(run, name.strip())
        values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        wrong = np.flatnonzero(~((values >= 0) & (values <= 1)))
        if len(wrong):
            rows = ", ".join(f"{run.posts['post_id'].iloc[at]}: {cells.iloc[at]!r}" for at in wrong[:_SHOWN])
            raise DataError(
                f"{run.path}: column {name.strip()!r} has {len(wrong):,} posts without a number from 0 to 1 ({rows}). "
                "Corrections need a probability for every post, coded or not."
            )
        found[label if equals else labels[0]] = values
    return found
