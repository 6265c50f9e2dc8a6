"""Vectors of posts and sentences, centred so that one language is as near to a concept as another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 20
"""Posts below which a language is not ranked by itself; how many posts or sentences a mean from elsewhere weighs."""
RARE = "rare"
"""Stands for all languages with fewer posts."""


@dataclass(frozen=True)
class Centred:
    """n posts with the mean of their language taken off.

    Attributes
    ----------
    vectors : numpy.ndarray, shape (n, d), float32
        Unit rows; zeros for posts that the encoder knows nothing of, which so are as near to everything.
    lang : numpy.ndarray of str, shape (n,)
    group : numpy.ndarray of str, shape (n,)
        Among which posts each is ranked: those of its language, or ``rare``.
    means : dict of str to numpy.ndarray, shape (d,)
        By language.
    mean : numpy.ndarray, shape (d,)
        Of all posts, for other languages.
    """

    vectors: np.ndarray
    lang: np.ndarray
    group: np.ndarray
    means: Mapping[str, np.ndarray]
    mean: np.ndarray

    def sentences(self, lang: str, vectors: np.ndarray, background: np.ndarray) -> np.ndarray:
        r"""Centre sentences of one language.

        Their centre is :math:`(\sum_j b_j + 20\,\mu) / (m + 20)`, with the m sentences :math:`b_j` of a background and
        the mean :math:`\mu` of the language's posts.

        Parameters
        ----------
        lang : str
        vectors : numpy.ndarray, shape (k, d)
        background : numpy.ndarray, shape (m, d)
            Sentences written in the same manner, on all subjects: posts and seeds are different kinds of text.

        Returns
        -------
        numpy.ndarray, shape (k, d), float32
            Unit rows.
        """
        centre = background.sum(axis=0, dtype="float64") + LEAST * self.means.get(lang, self.mean)
        return _unit(vectors - centre / (len(background) + LEAST))

    def ranked(self, values: np.ndarray) -> np.ndarray:
        """Rank numbers of posts within their group.

        Parameters
        ----------
        values : numpy.ndarray, shape (n,)

        Returns
        -------
        numpy.ndarray, shape (n,), float64
            (rank - 1/2) / posts: above 0, below 1, with a mean of .5 in each group; equal numbers share a rank.
        """
        import pandas as pd

        each = pd.Series(values).groupby(self.group)
        return np.asarray((each.rank() - 0.5) / each.transform("size"), dtype="float64")


def centred(vectors: np.ndarray, lang: Sequence[str] | np.ndarray, blank: np.ndarray | None = None) -> Centred:
    r"""Take the mean of its language off each post.

    The mean of a language of :math:`n` posts is shrunk towards that of all: :math:`(n \bar x + 20\,\mu) / (n + 20)`.
    Embeddings of one language lie together whatever is said in them; without that, the posts of one language would be
    nearer to every seed than those of another.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n, d)
        Unit rows.
    lang : sequence of str, length n
    blank : numpy.ndarray, shape (n,), bool, optional
        Posts that the encoder knows nothing of; none by default.

    Returns
    -------
    Centred

    Examples
    --------
    >>> found = centred(np.eye(2, dtype="float32")[[0, 1, 0, 1]], ["en"] * 4)
    >>> (found.vectors > 0).tolist(), set(found.group.tolist())
    ([[True, False], [False, True], [True, False], [False, True]], {'rare'})
    """
    lang = np.asarray(lang, dtype=object)
    kept = np.ones(len(lang), dtype=bool) if blank is None else ~blank
    mean = vectors[kept].mean(axis=0, dtype="float64") if kept.any() else np.zeros(vectors.shape[1])
    made = np.zeros(vectors.shape, dtype="float32")
    means, group = {}, np.full(len(lang), RARE, dtype=object)
    for one in sorted(set(lang.tolist())):
        rows = np.flatnonzero((lang == one) & kept)
        part = np.asarray(vectors[rows], dtype="float32")
        means[one] = (part.sum(axis=0, dtype="float64") + LEAST * mean) / (len(rows) + LEAST)
        made[rows] = _unit(part - means[one].astype("float32"))
        if (lang == one).sum() >= LEAST:
            group[lang == one] = one
    return Centred(made, lang, group, means, mean)


def _unit(vectors: np.ndarray) -> np.ndarray:
    rows = np.asarray(vectors, dtype="float32")
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1))
