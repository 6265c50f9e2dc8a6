"""Where texts occur within other texts, many in many, by their letters and digits alone.

A text is looked up by a hash of its beginning, which rolls over all texts at once (Karp and Rabin 1987), and compared
where the hash is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_HALVES = (1, 2, 4, 8)
"""Halves of the beginnings that are hashed, of 2 to 16 letters: of each text the longest that it has."""
_MOST = 500_000
"""Places that are compared in all; those of the rarest beginnings come first."""
_BASE = 0x9E3779B97F4A7C15
_MODULUS = 1 << 64
_TABLE = np.uint64(64 - 22)


@dataclass(frozen=True)
class Letters:
    """Letters and digits of many texts in a row.

    Attributes
    ----------
    points : numpy.ndarray of uint32
        Their code points, in lower case.
    offsets : numpy.ndarray of int64
        Where each stands in its text.
    starts : numpy.ndarray of int64, shape (texts + 1,)
        Where each text begins in `points`.
    """

    points: np.ndarray
    offsets: np.ndarray
    starts: np.ndarray


def letters(texts: Sequence[str]) -> Letters:
    """Take the letters and digits of texts.

    Examples
    --------
    >>> found = letters(["Да, UN!", "米国"])
    >>> "".join(map(chr, found.points)), found.starts.tolist(), found.offsets.tolist()
    ('даun米国', [0, 4, 6], [0, 1, 4, 5, 0, 1])
    """
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = np.cumsum([0, *map(len, texts)])
    there = np.flatnonzero(np.bincount(points)) if len(points) else np.zeros(0, dtype=np.int64)
    lower = np.zeros(int(there.max(initial=0)) + 1, dtype=np.uint32)
    for point in there.tolist():
        sign = chr(point)
        if sign.isalnum():
            lower[point] = ord(sign.lower()) if len(sign.lower()) == 1 else point
    folded = lower[points]
    kept = np.flatnonzero(folded)
    starts = np.searchsorted(kept, ends)
    return Letters(folded[kept], kept - np.repeat(ends[:-1], np.diff(starts)), starts)


def occurrences(sought: Sequence[str], texts: Sequence[str]) -> tuple[pd.DataFrame, int]:
    r"""Find where texts occur within others, whatever stands between their letters and digits.

    Parameters
    ----------
    sought : sequence of str
        Those with fewer than two letters and digits are not found.
    texts : sequence of str

    Returns
    -------
    found : pandas.DataFrame
        One row an occurrence: ``sought`` and ``text`` (numbers), ``start`` and ``end`` (characters of the text, the end
        not within), by text and start, the longest first.
    cut_short : int
        Places that were left out, because common beginnings occur too often.

    Examples
    --------
    >>> occurrences(["Snow fell.", "sun"], ["All day snow\nfell; then sun"])[0].values.tolist()
    [[0, 0, 8, 17], [1, 0, 24, 27]]
    """
    needles, hay = letters(sought), letters(texts)
    length = np.diff(needles.starts)
    text_of = np.repeat(np.arange(len(texts)), np.diff(hay.starts))
    power = _BASE
    rolled, own = hay.points.astype(np.uint64), needles.points.astype(np.uint64)
    key = np.zeros(len(sought), dtype=np.uint64)
    places, keys = [], []
    for half in _HALVES:  # the hash of a beginning is made of those of its halves
        size, multiplier = 2 * half, np.uint64(power % _MODULUS)
        rolled, own = (part[: max(len(part) - half, 0)] * multiplier + part[half:] for part in (rolled, own))
        power = power * power
        those = np.flatnonzero((length >= size) & ((length < 2 * size) | (half == _HALVES[-1])))
        key[those] = own[needles.starts[those]] ^ np.uint64(size)
        met = np.flatnonzero(_among(rolled, np.unique(own[needles.starts[those]])))
        places.append(met[text_of[met] == text_of[met + size - 1]])
        keys.append(rolled[places[-1]] ^ np.uint64(size))
    place, keys_met = np.concatenate(places), np.concatenate(keys)
    cut_short = max(len(place) - _MOST, 0)
    if cut_short:
        _, which, counts = np.unique(keys_met, return_inverse=True, return_counts=True)
        rare = np.sort(np.argsort(counts[which], kind="stable")[:_MOST])
        place, keys_met = place[rare], keys_met[rare]
    return _compared(needles, hay, key, text_of, place, keys_met), cut_short


def _among(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Tell which values are wanted, most of the others being sorted out by a part of their bits."""
    table = np.zeros(1 << 22, dtype=bool)
    table[wanted >> _TABLE] = True
    found = table[values >> _TABLE]
    found[found] = np.isin(values[found], wanted)
    return found


def _compared(
    needles: Letters, hay: Letters, key: np.ndarray, text_of: np.ndarray, place: np.ndarray, keys_met: np.ndarray
) -> pd.DataFrame:
    """Compare letter by letter where beginnings are alike."""
    width = hay.points.itemsize
    whole, searched = needles.points.tobytes(), hay.points.tobytes()
    by_letters: dict[bytes, list[int]] = {}
    lengths: dict[int, set[int]] = {}
    for at, (start, end) in enumerate(zip(needles.starts[:-1].tolist(), needles.starts[1:].tolist(), strict=True)):
        if end - start >= 2 * _HALVES[0]:
            by_letters.setdefault(whole[start * width : end * width], []).append(at)
            lengths.setdefault(int(key[at]), set()).add(end - start)
    found: list[tuple[int, int, int, int]] = []
    ends = hay.starts[text_of[place] + 1].tolist()
    for start, met, end in zip(place.tolist(), keys_met.tolist(), ends, strict=True):
        for length in lengths[met]:
            if start + length <= end:
                for at in by_letters.get(searched[start * width : (start + length) * width], ()):
                    found.append((at, start, start + length - 1, length))
    rows = np.array(found, dtype=np.int64).reshape(-1, 4)
    table = pd.DataFrame(
        {
            "sought": rows[:, 0],
            "text": text_of[rows[:, 1]],
            "start": hay.offsets[rows[:, 1]],
            "end": hay.offsets[rows[:, 2]] + 1,
        }
    )
    order = np.lexsort((rows[:, 0], -rows[:, 3], rows[:, 1]))
    return table.iloc[order].reset_index(drop=True)
