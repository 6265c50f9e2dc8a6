"""Place posts in the themes of a run by their nearest neighbours, without refitting anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from discourse.errors import DataError
from discourse.progress import Progress, silent
from discourse.themes.neighbors import check_vectors, search
from discourse.themes.noise import NOISE

_STRANGE = 0.02
_SAMPLE = 300


def assign(
    new_vectors: np.ndarray,
    run_vectors: np.ndarray,
    labels: np.ndarray,
    *,
    k: int,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Place new posts in themes, or say that they fit nowhere.

    The k nearest posts of the run vote, each with its cosine similarity. A new post fits nowhere when more than
    half of the vote is noise, or when it is less similar to the posts that chose its theme than all but 2 % of
    the theme's own posts are to theirs.

    Parameters
    ----------
    new_vectors : ndarray of shape (m, d), float32
        Unit rows, from the encoder of the run.
    run_vectors : ndarray of shape (n, d), float32
        The run's vectors.
    labels : ndarray of shape (n,), int
        The run's themes; -1 is noise.
    k : int
        Voters; the run's number of neighbours.
    progress : Progress
        Called with ("neighbours", posts done, posts in all).

    Returns
    -------
    DataFrame
        A row a new post: ``theme`` (int32; -1 fits nowhere), ``strength`` (float32, 0 to 1: the share of the
        vote; 0 where it fits nowhere) and ``similarity`` (float32: mean cosine similarity to the posts that
        voted for the winner).

    Raises
    ------
    DataError
        If vectors are unusable, of another dimension, or the run has no themes.
    """
    new_vectors, run_vectors, labels = _checked(new_vectors, run_vectors, labels)
    k = min(k, len(run_vectors))
    indices, distances = search(new_vectors, run_vectors, k, progress=progress)
    placed = _vote(labels[indices], 1.0 - distances)
    least = _least_similarity(run_vectors, labels, k)
    nowhere = (placed["theme"] < 0) | (placed["similarity"] < least[placed["theme"]])
    placed.loc[nowhere, ["theme", "strength"]] = (NOISE, 0.0)
    return placed.astype({"theme": "int32", "strength": "float32"})


@dataclass(frozen=True)
class Moved:
    """Themes of all posts of a run after its noise was placed.

    Attributes
    ----------
    labels : ndarray of shape (n,), int32
        No -1 is left.
    strength : ndarray of shape (n,), float32
        As it was for posts of a theme; the share of the vote for posts that were noise.
    """

    labels: np.ndarray
    strength: np.ndarray


def assign_noise(
    vectors: np.ndarray, labels: np.ndarray, strength: np.ndarray, *, k: int, progress: Progress = silent
) -> Moved:
    """Place every noise post of a run in the theme most of its nearest themed posts are in.

    Parameters
    ----------
    vectors : ndarray of shape (n, d), float32
        The run's vectors, unit rows.
    labels : ndarray of shape (n,), int
        Its themes; -1 is noise.
    strength : ndarray of shape (n,), float32
        Their strength.
    k : int
        Voters.
    progress : Progress
        Called with ("neighbours", posts done, posts in all).

    Returns
    -------
    Moved

    Raises
    ------
    DataError
        If vectors are unusable or there are no themes.
    """
    _, vectors, labels = _checked(vectors, vectors, labels)
    noise, themed = np.flatnonzero(labels < 0), np.flatnonzero(labels >= 0)
    indices, distances = search(vectors[noise], vectors[themed], min(k, len(themed)), progress=progress)
    placed = _vote(labels[themed][indices], 1.0 - distances)
    labels, strength = labels.astype(np.int32), np.array(strength, dtype=np.float32)
    labels[noise], strength[noise] = placed["theme"], placed["strength"]
    return Moved(labels, strength)


def _checked(
    new_vectors: np.ndarray, run_vectors: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    new_vectors, run_vectors, labels = check_vectors(new_vectors), check_vectors(run_vectors), np.asarray(labels)
    if new_vectors.shape[1] != run_vectors.shape[1]:
        raise DataError(
            f"The new posts have vectors of {new_vectors.shape[1]} numbers, the run's have {run_vectors.shape[1]}. "
            "Encode them with the encoder of the run."
        )
    if not (labels >= 0).any():
        raise DataError("The run has no themes to place posts in: all its posts are noise. Cluster it again.")
    return new_vectors, run_vectors, labels


def _vote(voters: np.ndarray, similarities: np.ndarray) -> pd.DataFrame:
    """Find the theme with the most similarity behind it; ties go to the theme of the nearest voter.

    Noise wins only with more than half of all: unlike a theme, it is no one place in the space.
    """
    similarities = np.maximum(similarities, 1e-6)
    total = similarities.sum(axis=1, keepdims=True)
    same = voters[:, :, None] == voters[:, None, :]
    behind = np.einsum("mij,mj->mi", same, similarities)
    behind[(voters == NOISE) & (behind <= 0.5 * total)] = 0.0
    rows, winner = np.arange(len(voters)), np.argmax(behind, axis=1)
    return pd.DataFrame(
        {
            "theme": voters[rows, winner].astype(np.int32),
            "strength": np.minimum(behind[rows, winner] / total[:, 0], 1.0).astype(np.float32),
            "similarity": (behind[rows, winner] / same[rows, winner].sum(axis=1)).astype(np.float32),
        }
    )


def _least_similarity(vectors: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Similarity to their own theme's voters that all but 2 % of a theme's posts reach, per theme.

    Posts are left out of their own vote; of a large theme, evenly spaced posts stand for all.
    """
    least = np.full(int(labels.max()) + 1, -1.0, dtype=np.float32)
    for theme in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == theme)
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLE)).astype(int)]
        indices, distances = search(vectors[rows], vectors, min(k + 1, len(vectors)), itself=rows)
        own = labels[indices[:, 1:]] == theme
        voted = own.any(axis=1)
        means = ((1.0 - distances[:, 1:]) * own).sum(axis=1)[voted] / own.sum(axis=1)[voted]
        least[theme] = np.quantile(means, _STRANGE) if len(means) else -1.0
    return least
