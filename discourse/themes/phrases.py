"""Which sequences of words are phrases.

A phrase is two to five neighbouring words that stand together more often than chance would have it, in several
different posts, and that are not just a piece of a longer phrase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST_PHRASE = 5
"""Words in a phrase at the most."""

COHESION = 0.3
"""Least normalised pointwise mutual information between the two sides of every cut through a phrase."""

FUNCTION, LIGHT, ADJECTIVE, NOUN = 0, 1, 2, 3
"""Kinds of words. Function words part phrases, light ones are none alone, and a term needs one of the others."""

_WHOLE = 0.75  # a phrase found in one longer phrase this often is a piece of it


@dataclass(frozen=True)
class Tally:
    """Counts over the row of posts."""

    post: np.ndarray
    is_first: np.ndarray
    n_posts: int

    def documents(self, ids: np.ndarray, size: int, *, everywhere: bool = False) -> np.ndarray:
        """Count the posts that hold each id; only the first of identical posts, unless `everywhere`."""
        here = ids >= 0 if everywhere else (ids >= 0) & self.is_first[self.post]
        pairs = np.sort(ids[here] * self.n_posts + self.post[here])
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        return np.bincount(pairs // self.n_posts, minlength=size)

    def places(self, ids: np.ndarray, size: int) -> np.ndarray:
        """Count the places where each id stands, in the first of identical posts."""
        return np.bincount(ids[(ids >= 0) & self.is_first[self.post]], minlength=size)


def grow(
    key: np.ndarray, kind: np.ndarray, links: np.ndarray, tally: Tally, least: int
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Grow sequences of keys word by word, and tell which are phrases.

    Returns, for each length, the sequence's number at each place (or -1), a place where each sequence stands,
    and whether it is a phrase.
    """
    n_keys = len(kind)
    grams, starts = {1: key}, {1: _first_places(key, n_keys)}
    valid: dict[int, np.ndarray] = {1: np.zeros(n_keys, dtype=bool)}
    held = {1: tally.documents(key, n_keys)}
    places = {1: tally.places(key, n_keys)}
    total = max(2, int(places[1].sum()))
    frequent = {1: held[1] >= least}
    for length in range(2, LONGEST_PHRASE + 2):
        before = np.where(grams[length - 1] >= 0, frequent[length - 1][grams[length - 1]], False)
        go_on = np.zeros(len(key), dtype=bool)
        go_on[:-1] = before[:-1] & before[1:]
        at = np.flatnonzero(go_on)
        code, inverse = np.unique(grams[length - 1][at] * n_keys + key[at + length - 1], return_inverse=True)
        if not len(code):
            break
        ids = np.full(len(key), -1, dtype=np.int64)
        ids[at] = inverse
        docs = tally.documents(ids, len(code))
        kept = docs >= least
        renumber = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
        ids = renumber[ids]
        size = int(kept.sum())
        if not size:
            break
        grams[length], held[length], places[length] = ids, docs[kept], tally.places(ids, size)
        starts[length], frequent[length] = _first_places(ids, size), np.ones(size, dtype=bool)
        # A shorter phrase that nearly always goes on with the same content word is a piece of this one.
        start = starts[length]
        for shorter, added in ((start, start + length - 1), (start + 1, start)):
            whole = grams[length - 1][shorter]
            mostly = held[length] >= _WHOLE * held[length - 1][whole]
            valid[length - 1][whole[mostly & (kind[key[added]] != FUNCTION)]] = False
        if length > LONGEST_PHRASE:
            break
        edges = (kind[key[start]] != FUNCTION) & (kind[key[start + length - 1]] != FUNCTION)
        kinds = np.stack([kind[key[start + step]] for step in range(length)])
        linked = np.stack([links[key[start + step]] for step in range(length)])
        joined = ((kinds != FUNCTION) | linked).all(axis=0)
        valid[length] = (
            edges
            & joined
            & (kinds >= ADJECTIVE).any(axis=0)
            & (_cohesion(length, start, grams, places, total) >= COHESION)
        )
    return {n: grams[n] for n in valid}, starts, valid


def _cohesion(
    length: int, start: np.ndarray, grams: dict[int, np.ndarray], places: dict[int, np.ndarray], total: int
) -> np.ndarray:
    """Least normalised pointwise mutual information over the cuts through each sequence."""
    together = places[length] / total
    lowest = np.full(len(start), np.inf)
    for cut in range(1, length):
        left = places[cut][grams[cut][start]] / total
        right = places[length - cut][grams[length - cut][start + cut]] / total
        with np.errstate(divide="ignore", invalid="ignore"):
            lowest = np.minimum(lowest, np.log(together / (left * right)) / -np.log(together))
    return np.nan_to_num(lowest, nan=0.0)


def _first_places(ids: np.ndarray, size: int) -> np.ndarray:
    """Find a place where each id stands."""
    first = np.zeros(size, dtype=np.int64)
    here = np.flatnonzero(ids >= 0)[::-1]
    first[ids[here]] = here
    return first
