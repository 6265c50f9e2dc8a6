"""How near posts are to concepts: likeness to their seeds, less that to contrasts, and keywords, as ranks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.named.centred import Centred
from discourse.named.definitions import Definitions

Encode = Callable[[Sequence[str]], np.ndarray]
"""From k texts to unit rows, (k, d)."""

CONTRAST = 0.25
"""How much of the lead of contrasts over seeds is taken off."""
KEYWORD = 2.0
"""How many standard deviations of likeness a keyword is worth."""
_NEAREST = 2
_CHUNK = 20_000


@dataclass(frozen=True)
class Score:
    """Scores of n posts for one concept or axis.

    Attributes
    ----------
    rank : numpy.ndarray, shape (n,), float64
        Above 0, below 1, .5 on average in each language.
    raw : numpy.ndarray, shape (n,), float64
        What it is the rank of, before keywords: a difference of cosines. Not comparable between languages.
    """

    rank: np.ndarray
    raw: np.ndarray


def score(posts: Centred, defined: Definitions, held: Mapping[str, np.ndarray], encode: Encode) -> dict[str, Score]:
    r"""Score posts for concepts.

    With the mean :math:`a` of a post's cosines to the seeds in its language, and the mean :math:`b` of those to the two
    contrasts nearest to it, all vectors centred per language,

    .. math:: s = a - \tfrac14 \max(0, b - a)

    and, with the standard deviation :math:`\sigma` of :math:`s` in the language and :math:`k = 1` for posts that hold a
    keyword of the concept, else 0, the score is the rank of :math:`s / \sigma + 2k` within the language.

    Parameters
    ----------
    posts : Centred
    defined : Definitions
        Its concepts are scored. All its sentences make the centre of a language, see `Centred.sentences`. Examples
        count as seeds (``positive``) and contrasts (``negative``).
    held : mapping of str to numpy.ndarray, shape (n,), bool
        By a concept's name, which posts hold a keyword of it.
    encode : callable
        The posts' own encoder.

    Returns
    -------
    dict of str to Score
        By the name of the concept. In languages without seeds, posts are held against the seeds of all languages.
        Posts that the encoder knows nothing of have a raw score of 0.

    Notes
    -----
    A rank says which posts to read first, not how many say it: half of the posts are above .5 whether the concept is
    common or absent. The mean rank of a period moves with the concept, and with what else is written about.

    The rule was chosen among some hundred of its kind by average precision over the eight concepts and four languages
    of the sample corpus (docs/concepts.md). The single seed that is nearest is a worse guide than all of them;
    contrasts at full weight take away the subject that they share with the seeds.

    References
    ----------
    Atari, M., Omrani, A. and Dehghani, M. (2023). Contextualized construct representation: leveraging psychometric
    scales to advance theory-driven text analysis. PsyArXiv. Chen, Y. et al. (2024). Surveying the dead minds.
    arXiv:2403.00509.

    Examples
    --------
    >>> from discourse.named.centred import centred
    >>> from discourse.named.definitions import Concept
    >>> vectors = np.eye(3, dtype="float32")
    >>> encode = lambda texts: vectors[[{"a": 0, "b": 1}[text] for text in texts]]
    >>> concept = Concept("first", "First", "Says a.", {"en": ("a",)}, {"en": ("b",)}, {})
    >>> defined = Definitions("small", "", (concept,), ())
    >>> found = score(centred(vectors, ["en"] * 3), defined, {"first": np.zeros(3, dtype=bool)}, encode)
    >>> found["first"].rank.round(2).tolist()
    [0.83, 0.17, 0.5]
    """
    background, found = backgrounds(defined, encode), {}
    for concept in defined.concepts:
        seeds, contrasts = (
            {lang: posts.sentences(lang, encode(several), background[lang]) for lang, several in part.items()}
            for part in (concept.said, concept.unsaid)
        )
        raw = likeness(posts, seeds, mean)
        raw = raw - CONTRAST * np.maximum(0, likeness(posts, contrasts, _nearest) - raw)
        found[concept.name] = Score(posts.ranked(_lifted(posts, raw, held[concept.name])), raw)
    return found


def backgrounds(defined: Definitions, encode: Encode) -> dict[str, np.ndarray]:
    """Encode all sentences of a file, by language."""
    return {lang: encode(texts) for lang, texts in sentences(defined).items()}


def sentences(defined: Definitions) -> dict[str, list[str]]:
    """List all sentences of a file by language, each once."""
    parts = [part for one in defined.concepts for part in (one.said, one.unsaid)]
    parts += [pole.seeds for axis in defined.axes for pole in (axis.low, axis.high)]
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for lang, texts in part.items():
            found.setdefault(lang, {}).update(dict.fromkeys(texts))
    return {lang: list(texts) for lang, texts in found.items()}


def likeness(
    posts: Centred, sentences: Mapping[str, np.ndarray], summed: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Hold posts against the sentences of their language, or of all languages if theirs has none.

    Parameters
    ----------
    posts : Centred
    sentences : mapping of str to numpy.ndarray, shape (k, d)
        By language, centred, unit rows.
    summed : callable
        From cosines, (m, k), to one number a post, (m,).

    Returns
    -------
    numpy.ndarray, shape (n,), float64
    """
    found = np.zeros(len(posts.lang))
    every = np.concatenate([sentences[lang] for lang in sorted(sentences)])
    for lang in np.unique(posts.lang):
        rows, against = np.flatnonzero(posts.lang == lang), sentences.get(lang, every)
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            found[part] = summed(posts.vectors[part] @ against.T)
    return found


def mean(cosines: np.ndarray) -> np.ndarray:
    """Take the mean cosine of each post."""
    return np.asarray(cosines.mean(axis=1))


def _nearest(cosines: np.ndarray) -> np.ndarray:
    return np.asarray(np.sort(cosines, axis=1)[:, -_NEAREST:].mean(axis=1))


def _lifted(posts: Centred, raw: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Add the keywords, in standard deviations of each group."""
    found = np.empty(len(raw))
    for group in np.unique(posts.group):
        rows = posts.group == group
        found[rows] = raw[rows] / (raw[rows].std() or 1) + KEYWORD * held[rows]
    return found
