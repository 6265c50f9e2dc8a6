"""From hand codes of some posts to a probability for every post, by models that never saw the post's own code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

UNCALIBRATED, CALIBRATED, HEAD = "uncalibrated", "calibrated", "head"
FEWEST, ENOUGH, OF_EACH = 30, 100, 5
"""Codes that a probability takes, those that a head on the embeddings takes, and those with and without the code."""
_FOLDS, _INNER = 5, 4
_PLATT = 10.0
_STRENGTHS = (0.3, 3.0, 30.0)
"""What C may be, where vectors have a mean squared length of 1 and the score a variance of 1."""


@dataclass(frozen=True)
class Surrogate:
    """What stands in for a code where nobody gave it.

    Attributes
    ----------
    stage : {"uncalibrated", "calibrated", "head"}
    probability : numpy.ndarray, shape (n,), float64
        0 to 1: by the model that saw no code of the post's block; the mean of all models where a block has no codes.
        All NaN if uncalibrated.
    reason : str
        Why this stage and not the next, in a sentence; empty for a head.
    """

    stage: str
    probability: np.ndarray
    reason: str


def surrogate(
    score: np.ndarray | None,
    vectors: np.ndarray | None,
    code: np.ndarray,
    block: np.ndarray,
    *,
    weight: np.ndarray | None = None,
    seed: int = 0,
) -> Surrogate:
    r"""Learn from coded posts how likely each post has the code.

    The coded posts are dealt to five folds, whole blocks at a time. For each fold, a logistic regression with an L2
    penalty is fitted to the codes of the others, and predicts all posts of the fold's blocks, coded or not
    (cross-fitting). Posts of blocks without codes get the mean of all models. Its features are

    - from 30 codes on: the score (Platt scaling);
    - from 100 codes on: the score and the vectors, each scaled to a variance of 1 in all, with the strength of the
      penalty chosen among three within the other folds, by the log loss when these are again parted by blocks; or the
      score alone, where that predicts better.

    Of the score only the order counts: it is replaced by normal quantiles of its ranks among all posts. Classes are
    not balanced, so that probabilities stay calibrated.

    Parameters
    ----------
    score : numpy.ndarray, shape (n,), optional
        Any numbers, the higher the likelier, as `discourse.named.score` gives them.
    vectors : numpy.ndarray, shape (n, d), optional
        Embeddings of the posts, better if centred per language (`discourse.named.centred`).
    code : numpy.ndarray, shape (n,)
        1 or 0, NaN where not coded.
    block : numpy.ndarray, shape (n,), int
        Weeks, or what else must not be parted: posts of one block are never both learned from and predicted.
    weight : numpy.ndarray, shape (n,), optional
        How many posts each coded one stands for, such as 1 / inclusion probability; above 0 where coded.
    seed : int
        Of the dealing of blocks.

    Returns
    -------
    Surrogate
        With fewer than 30 codes, fewer than 5 with or without the code, or all of them in one block, there is no
        probability. Without vectors a score is calibrated, however many the codes; without a score, 100 codes are
        needed.

    Raises
    ------
    ValueError
        The arrays don't fit each other, or hold what is no number; neither score nor vectors are given.

    Notes
    -----
    A probability from few codes is a rough one: it is made to lower the variance of corrected shares, which stay right
    however wrong it is (`discourse.stats.corrected`). To count posts above a threshold is not to know a share.
    The order of the posts doesn't matter but for rounding.

    Uncoded posts must not be scored by models that saw codes of their own block, while the block's coded posts are
    not: the error measured on the coded ones would then not be that of the others. Where blocks differ, corrected
    differences between periods were too large by a quarter of themselves in simulations, and intervals held the truth
    in 85 to 90 % of runs.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin Classifiers. MIT.
    Zrnic, T. and Candes, E. J. (2024). Cross-prediction-powered inference. PNAS 121(15).

    Examples
    --------
    >>> score = np.linspace(0, 1, 200)
    >>> code = np.where(np.arange(200) % 4 == 0, score > 0.5, np.nan)
    >>> found = surrogate(score, None, code, np.arange(200) // 10)
    >>> found.stage, bool(found.probability[180] > 0.9), bool(found.probability[20] < 0.1)
    ('calibrated', True, True)
    """
    code, block = np.asarray(code, dtype="float64"), np.asarray(block)
    weight = np.ones(len(code)) if weight is None else np.asarray(weight, dtype="float64")
    rows = np.flatnonzero(~np.isnan(code))
    _check(score, vectors, code, block, weight)
    n, held = len(rows), int(code[rows].sum())
    if reason := _too_little(n, held, len(np.unique(block[rows])), score is not None):
        return Surrogate(UNCALIBRATED, np.full(len(code), np.nan), reason)
    head = vectors is not None and n >= ENOUGH
    features = _features(score, vectors if head else None)
    sample = _Sample(features[rows].astype("float64"), code[rows], weight[rows] / weight[rows].mean(), block[rows])
    fold = _dealt(sample.block, _FOLDS, np.random.default_rng(seed))
    folds, every = int(fold.max()) + 1, _everywhere(fold, sample.block, block)
    probability = np.zeros(len(code))
    for number in range(folds):
        others = sample.only(fold != number)
        way = _best(others, score is not None, seed) if head else _Way(_PLATT, features.shape[1])
        model = others.fitted(way)
        own = np.flatnonzero((every == number) | (every < 0))
        probability[own] += model.of(features[own]) / np.where(every[own] < 0, folds, 1)
    return Surrogate(HEAD if head else CALIBRATED, probability, "" if head else _no_head(n, vectors is not None))


@dataclass(frozen=True)
class _Way:
    """How to fit: the C of the penalty, and how many of the features to use, the score first."""

    strength: float
    features: int


@dataclass(frozen=True)
class _Model:
    """A logistic regression; without features it says one probability of all posts."""

    slopes: np.ndarray
    constant: float

    def of(self, features: np.ndarray) -> np.ndarray:
        from scipy.special import expit

        return np.asarray(expit(features @ self.slopes + self.constant), dtype="float64")


@dataclass(frozen=True)
class _Sample:
    """Coded posts."""

    features: np.ndarray
    code: np.ndarray
    weight: np.ndarray
    block: np.ndarray

    def only(self, kept: np.ndarray) -> _Sample:
        return _Sample(self.features[kept], self.code[kept], self.weight[kept], self.block[kept])

    def fitted(self, way: _Way) -> _Model:
        from scipy.special import logit
        from sklearn.linear_model import LogisticRegression

        if len(np.unique(self.code)) == 1:  # half a post of each kind keeps the probability off 0 and 1
            share = ((self.weight * self.code).sum() + 0.5) / (self.weight.sum() + 1)
            return _Model(np.zeros(self.features.shape[1]), float(logit(share)))
        model = LogisticRegression(C=way.strength, max_iter=5_000)
        model.fit(self.features[:, : way.features], self.code, self.weight)
        slopes = np.zeros(self.features.shape[1])
        slopes[: way.features] = model.coef_[0]
        return _Model(slopes, float(model.intercept_[0]))

    def loss(self, model: _Model) -> float:
        p = np.clip(model.of(self.features), 1e-9, 1 - 1e-9)
        return float(-(self.weight * np.where(self.code == 1, np.log(p), np.log1p(-p))).sum())


def _features(score: np.ndarray | None, vectors: np.ndarray | None) -> np.ndarray:
    """Lay out what models see of n posts, (n, k) float32: the score, and vectors of a mean squared length of 1."""
    from scipy.stats import norm, rankdata

    first = 0 if score is None else 1
    n = len(score) if score is not None else len(vectors)  # type: ignore[arg-type]
    found = np.empty((n, first + (0 if vectors is None else vectors.shape[1])), dtype="float32")
    if score is not None:
        quantile = norm.ppf((rankdata(score) - 0.5) / n)
        found[:, 0] = quantile / (quantile.std() or 1.0)
    if vectors is not None:
        part = found[:, first:]
        part[:] = vectors
        part -= part.mean(axis=0, dtype="float64").astype("float32")
        part /= np.sqrt(np.square(part).sum(axis=1, dtype="float64").mean()) or 1.0
    return found


def _dealt(block: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Deal blocks to folds: the fold of each post, from 0; as many folds as blocks if there are fewer."""
    _, number = np.unique(block, return_inverse=True)
    blocks = int(number.max()) + 1
    return np.asarray(rng.permutation(np.arange(blocks) % min(folds, blocks))[number])


def _everywhere(fold: np.ndarray, coded: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Give every post the fold of its block; -1 where the block has no codes."""
    names, first = np.unique(coded, return_index=True)
    at = np.minimum(np.searchsorted(names, block), len(names) - 1)
    return np.where(names[at] == block, fold[first][at], -1)


def _best(sample: _Sample, score: bool, seed: int) -> _Way:
    """Choose the way to fit that predicts blocks it has not seen best; the simpler of equals."""
    whole = sample.features.shape[1]
    ways = [*([_Way(_PLATT, 1)] if score else []), *(_Way(strength, whole) for strength in _STRENGTHS)]
    fold = _dealt(sample.block, _INNER, np.random.default_rng(seed))
    if not fold.max():
        return ways[0]
    losses = [
        sum(sample.only(fold == one).loss(sample.only(fold != one).fitted(way)) for one in range(fold.max() + 1))
        for way in ways
    ]
    return ways[int(np.argmin(losses))]


def _too_little(n: int, held: int, blocks: int, score: bool) -> str:
    """Say why there can be no probability; empty if there can."""
    fewest = FEWEST if score else ENOUGH
    if n < fewest:
        without = "" if score else ", where there is no score"
        return f"{n:,} posts are coded; a probability takes {fewest}{without}."
    if min(held, n - held) < OF_EACH:
        return (
            f"{held:,} of {n:,} coded posts have the code; a probability takes {OF_EACH} with it and {OF_EACH} without."
        )
    if blocks < 2:
        return "all coded posts are of one block, and none is left to learn from."
    return ""


def _no_head(n: int, vectors: bool) -> str:
    if not vectors:
        return "there are no vectors, so the probability is learned from the score alone."
    return f"{n:,} posts are coded; from {ENOUGH} on the probability is learned from the embeddings too."


def _check(
    score: np.ndarray | None, vectors: np.ndarray | None, code: np.ndarray, block: np.ndarray, weight: np.ndarray
) -> None:
    n, coded = len(code), ~np.isnan(code)
    if score is None and vectors is None:
        raise ValueError("needs a score, or vectors")
    if any(one is not None and len(one) != n for one in (score, vectors, block, weight)):
        raise ValueError("score, vectors, code, block and weight must have one entry a post")
    if not np.isin(code[coded], (0, 1)).all() or not (np.isfinite(weight[coded]) & (weight[coded] > 0)).all():
        raise ValueError("codes are 1, 0 or NaN, and weights of coded posts above 0")
    if not all(one is None or np.isfinite(one).all() for one in (score, vectors)):
        raise ValueError("scores and vectors must be finite")
