"""Near duplicates among many texts, without comparing all pairs.

Two sets of 5-grams with a Jaccard coefficient of 0.9 or more differ in at most D grams, and D follows from their
sizes. If all grams there are are dealt out to D + 1 parts, at least one part has to be the same in both sets: the
differences can't spoil them all (the pigeonhole principle, as in the partition-based joins of Arasu, Ganti and
Kaushik 2006). So each text is found by the hashes of its parts, and only texts that share a part are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from discourse.posts.similarity import GRAM

_WORK = 1_000_000_000
"""What the search may cost in all, in grams compared; each text gets its share of it."""

_LEAST_WORK = 20_000
"""Share of a text at least, however many texts there are; it may always be compared with a few as long as itself."""


def originals(forms: Sequence[str], groups: np.ndarray) -> tuple[np.ndarray, int]:
    """Find for each text the earlier one that it nearly repeats.

    The texts are gone through in the order given. Each is a near duplicate of the most similar original before it
    in its group, if there is one with a Jaccard coefficient of at least 0.9; else it is an original itself. So no
    two originals are near duplicates, and each copy is one of its original, not only of another copy.

    Parameters
    ----------
    forms : sequence of m str
        Different texts in normal form.
    groups : ndarray of shape (m,), int
        Only texts of the same group (language) are compared.

    Returns
    -------
    tuple of (ndarray of shape (m,) int32, int)
        For each text the place of its original, its own for an original; and for how many texts the search was cut
        short, because too many others share one of their parts (0 in corpora that are not made from a template).

    Examples
    --------
    >>> texts = ["министр принял посла в астане сегодня утром", "снег", "министр принял посла в астане сегодня утро"]
    >>> originals(texts, np.zeros(3, dtype=int))[0].tolist()
    [0, 1, 0]
    """
    found = np.arange(len(forms), dtype=np.int32)
    if len(forms) < 2:
        return found, 0
    points, starts = _points(forms)
    lengths = np.diff(starts) - GRAM + 1
    first_of_class, parts = _classes(int(lengths.max()))
    class_of = np.searchsorted(first_of_class, np.arange(int(lengths.max()) + 1), side="right") - 1
    entries = int(parts[class_of[lengths]].sum())
    cells = 1 << max(10, int(entries).bit_length())
    cut_short = _loop()(
        points,
        starts,
        groups.astype(np.uint64),
        class_of,
        parts,
        np.full(cells, -1, dtype=np.int32),
        np.zeros(cells, dtype=np.int32),
        np.empty((entries, 2), dtype=np.int32),
        np.empty(entries, dtype=np.uint32),
        found,
        max(_LEAST_WORK, _WORK // len(forms)),
    )
    return found, int(cut_short)


def _points(forms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Characters of all texts in a row as numbers, each text at least a 5-gram long; and where each begins."""
    pieces, lengths = [], np.empty(len(forms), dtype=np.int64)
    narrow = True
    for first in range(0, len(forms), 1 << 16):
        some = [form.ljust(GRAM, "\0") for form in forms[first : first + (1 << 16)]]
        lengths[first : first + len(some)] = [len(form) for form in some]
        piece = np.frombuffer("".join(some).encode("utf-32-le"), dtype=np.uint32)
        fits = bool((piece < 1 << 16).all())
        narrow &= fits
        pieces.append(piece.astype(np.uint16) if fits else piece)
    points = np.concatenate(pieces, dtype=np.uint16 if narrow else np.uint32)
    return points, np.concatenate([[0], np.cumsum(lengths)])


def _classes(largest: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes of sizes, a tenth apart, and the parts that the grams are dealt out to in each.

    Sets with a Jaccard coefficient of 0.9 lie in one class or in two that adjoin. With sizes a and b they differ in
    at most (a + b) / 19 grams; with b at most 10/9 of a, in at most a / 9.
    """
    firsts = [1]
    while firsts[-1] <= largest:
        firsts.append(max(firsts[-1] + 1, -(-firsts[-1] * 10 // 9)))
    first = np.array(firsts, dtype=np.int64)
    return first[:-1], (first[1:] - 1) // 9 + 1


@cache
def _loop() -> Callable[..., Any]:
    """Compile the search, or take its machine code from numba's cache on disk."""
    from discourse.compiled import compiled

    return compiled(_search)


def _search(
    points: np.ndarray,
    starts: np.ndarray,
    groups: np.ndarray,
    class_of: np.ndarray,
    parts: np.ndarray,
    heads: np.ndarray,
    filled: np.ndarray,
    chain: np.ndarray,
    checks: np.ndarray,
    found: np.ndarray,
    share: int,
) -> int:
    spread, mixer = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
    half, low = np.uint64(32), np.uint64(0xFFFFFFFF)
    m = len(starts) - 1
    longest = 1
    for i in range(m):
        longest = max(longest, starts[i + 1] - starts[i])
    cells = 16
    while cells < 2 * longest:
        cells *= 2
    key, owner, counted = np.empty(cells, np.uint64), np.full(cells, -1, np.int32), np.zeros(cells, np.int64)
    grams, signatures = np.empty(longest, np.uint64), np.empty(3 * parts.max(), np.uint64)
    lengths = np.empty(3 * parts.max(), np.int32)
    sizes, seen, shared = np.zeros(m, np.int32), np.full(m, -1, np.int32), np.empty(m, np.int32)
    met = np.empty(m, np.int32)
    mask, bucket = np.uint64(cells - 1), np.uint64(len(heads) - 1)
    used = cut_short = comparison = 0
    for i in range(m):
        # The set of the text's grams, as hashes, in an open-addressed table that is cleared by its owner's number.
        n = 0
        for at in range(starts[i], starts[i + 1] - 4):
            gram = groups[i]
            for offset in range(5):
                gram = (gram ^ np.uint64(points[at + offset])) * spread
                gram ^= gram >> half
            slot = gram & mask
            while owner[slot] == i and key[slot] != gram:
                slot = (slot + np.uint64(1)) & mask
            if owner[slot] != i:
                owner[slot], key[slot] = i, gram
                grams[n] = gram
                n += 1
        sizes[i] = n
        # The hashes of its parts, as they are in its own class of sizes, which comes first, and in the adjoining ones.
        own = class_of[n]
        n_signatures = 0
        for turn in range(3):
            size_class = own + (turn if turn < 2 else -1)
            if size_class < 0 or size_class >= len(parts):
                continue
            p = parts[size_class]
            sums = signatures[n_signatures : n_signatures + p]
            sums[:] = np.uint64(0)
            for k in range(n):
                mixed = grams[k] * mixer
                sums[((mixed >> half) * np.uint64(p)) >> half] += mixed ^ (mixed >> np.uint64(29))
            for part in range(p):
                signature = (sums[part] + np.uint64(size_class * 65_537 + part + 1)) * spread
                signature ^= signature >> np.uint64(31)
                sums[part] = signature * mixer
                lengths[n_signatures + part] = filled[(sums[part] >> half) & bucket]
            n_signatures += p
        # Who shares how many of them: what few texts share comes first, and takes up to half of the text's work.
        left = max(share, 8 * n)
        least = left // 2
        n_met = 0
        for place in np.argsort(lengths[:n_signatures]):
            check = np.uint32(signatures[place] & low)
            entry = heads[(signatures[place] >> half) & bucket]
            while entry >= 0 and left > least:
                j = chain[entry, 0]
                if checks[entry] == check and groups[j] == groups[i]:
                    if seen[j] != i:
                        seen[j], shared[j] = i, 0
                        met[n_met] = j
                        n_met += 1
                    shared[j] += 1
                entry = chain[entry, 1]
                left -= 10
            if entry >= 0:
                break
        was_cut = left <= least
        # Those that share most are compared first.
        best, original = 0.0, -1
        for place in np.argsort(-shared[met[:n_met]]):
            if left <= 0:
                was_cut = True
                break
            j = met[place]
            total = n + sizes[j]
            comparison += 1
            common, to_come = 0, starts[j + 1] - starts[j] - 4
            for at in range(starts[j], starts[j + 1] - 4):
                if 19 * (common + to_come) < 9 * total:
                    break
                to_come -= 1
                gram = groups[j]
                for offset in range(5):
                    gram = (gram ^ np.uint64(points[at + offset])) * spread
                    gram ^= gram >> half
                slot = gram & mask
                while owner[slot] == i and key[slot] != gram:
                    slot = (slot + np.uint64(1)) & mask
                if owner[slot] == i and counted[slot] != comparison:
                    counted[slot] = comparison
                    common += 1
            left -= 50 + starts[j + 1] - starts[j] - to_come
            if 19 * common >= 9 * total:
                alike = common / (total - common)
                if alike > best or (alike == best and j < original):
                    best, original = alike, j
        cut_short += was_cut
        if original >= 0:
            found[i] = original
            continue
        for part in range(parts[own]):
            place = (signatures[part] >> half) & bucket
            chain[used, 0], chain[used, 1] = i, heads[place]
            checks[used] = np.uint32(signatures[part] & low)
            heads[place] = used
            filled[place] += 1
            used += 1
    return cut_short
