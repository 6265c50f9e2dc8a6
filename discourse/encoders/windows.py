"""Long texts, cut where a reader would pause, into windows that a model can read whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

Count = Callable[[Sequence[str]], list[int]]
"""Number of tokens of each text, without the special ones that the model adds to every text."""

# The punctuation that ends a sentence, with closing quotes, or a line break. Full-width marks need no space after.
_SENTENCE_END = re.compile(r"[。！？；]+[」』”’）]*|[.!?…؟۔।]+[\"'»”’)\]]*(?=\s)|\n+")
_WORD_END = re.compile(r"(?<=\s)(?=\S)")


def split(text: str, capacity: int, count: Count) -> list[tuple[str, int]]:
    """Cut `text` into windows of at most `capacity` tokens.

    Sentences are kept whole while they fit, then words, and text without spaces (Chinese, a long URL) is cut
    between characters. Nothing is dropped: the windows joined are the text.

    Parameters
    ----------
    text : str
    capacity : int
        Tokens that fit into a window, at least 1.
    count : callable
        Number of tokens of each of several texts.

    Returns
    -------
    list of (str, int)
        Each window with its number of tokens. A single character of more tokens than `capacity` stays whole.

    Examples
    --------
    >>> split("One two. Three four.", 3, lambda texts: [len(t.split()) for t in texts])
    [('One two.', 2), (' Three four.', 2)]
    """
    (total,) = count([text])
    if total <= capacity:
        return [(text, total)]
    pieces = _cut(text, (_sentences, _words, _halves), capacity, count)
    packed = _pack(pieces, capacity)
    # A tokenizer may read joined pieces a little differently from the pieces alone.
    sure: list[tuple[str, int]] = []
    for window, n in zip(packed, count(packed), strict=True):
        sure += [(window, n)] if n <= capacity else _cut(window, (_words, _halves), capacity, count)
    return sure


def _cut(text: str, ways: Sequence[Callable[[str], list[str]]], capacity: int, count: Count) -> list[tuple[str, int]]:
    parts = ways[0](text)
    finer = ways[1:] or ways
    pieces: list[tuple[str, int]] = []
    for part, n in zip(parts, count(parts), strict=True):
        if n <= capacity or len(part) == 1:
            pieces.append((part, n))
        else:
            pieces += _cut(part, finer, capacity, count)
    return pieces


def _pack(pieces: Sequence[tuple[str, int]], capacity: int) -> list[str]:
    windows: list[list[str]] = []
    room = 0
    for piece, n in pieces:
        if not windows or n > room:
            windows.append([])
            room = capacity
        windows[-1].append(piece)
        room -= n
    return ["".join(window) for window in windows]


def _sentences(text: str) -> list[str]:
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


def _words(text: str) -> list[str]:
    return [part for part in _WORD_END.split(text) if part]


def _halves(text: str) -> list[str]:
    middle = len(text) // 2
    # A combining mark stays with its letter, unless the text is nothing but marks.
    while middle < len(text) - 1 and unicodedata.combining(text[middle]):
        middle += 1
    return [text[:middle], text[middle:]]
