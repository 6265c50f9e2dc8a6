"""Words and character n-grams of a text in any script, and how often each occurs.

This serves vectors only, where a rough cut does no harm; keywords that people read have a tokenizer of their own.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

LENGTHS = (4, 5)
"""Lengths of character n-grams, the marks for a word's start and end included."""

_START, _END = "\x02", "\x03"


@functools.cache
def _patterns() -> tuple[Any, Any]:
    import regex

    # Scripts that put no spaces between words.
    unspaced = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}"
    run = regex.compile(rf"[{unspaced}]+|[\p{{L}}\p{{M}}\p{{N}}--[{unspaced}]]+|\p{{So}}", regex.V1)
    return run, regex.compile(rf"[{unspaced}]")


def words(text: str) -> list[str]:
    """Cut a text into lower-case words; runs without spaces into overlapping pairs; pictographs alone.

    Examples
    --------
    >>> words("Қар жауды! 大雪天 2024")
    ['қар', 'жауды', '大雪', '雪天', '2024']
    """
    run, unspaced = _patterns()
    found: list[str] = []
    for word in run.findall(unicodedata.normalize("NFKC", text).casefold()):
        if len(word) > 2 and unspaced.match(word):
            found += [first + second for first, second in pairwise(word)]
        else:
            found.append(word)
    return found


def grams(word: str) -> list[str]:
    r"""List what a word shares with its relatives: its n-grams, or its characters in a script without spaces.

    Examples
    --------
    >>> [gram.strip("\x02\x03") for gram in grams("snow")]
    ['sno', 'snow', 'now', 'snow', 'snow']
    >>> grams("大雪")
    ['大', '雪']
    """
    if _patterns()[1].match(word):
        return list(dict.fromkeys(word))
    marked = f"{_START}{word}{_END}"
    parts = (marked[i : i + n] for n in LENGTHS for i in range(len(marked) - n + 1))
    return list(dict.fromkeys(parts)) or [marked]


def count_words(texts: Sequence[str]) -> tuple[list[str], Any]:
    """Count the words of each text.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    vocabulary : list of str
        In order of first appearance.
    counts : scipy.sparse.csr_matrix, shape (n, len(vocabulary)), float32
        1 + log of the number of times, 0 where a word does not occur.
    """
    from scipy import sparse

    index: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in texts:
        columns += [index.setdefault(word, len(index)) for word in words(text)]
        ends.append(len(columns))
    data = np.ones(len(columns), dtype=np.float32)
    counts = sparse.csr_matrix((data, np.array(columns, dtype=np.int32), ends), shape=(len(texts), len(index)))
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)).astype(np.float32)
    return list(index), counts


def gram_table(vocabulary: Iterable[str], index: dict[str, int] | None = None) -> tuple[dict[str, int], Any]:
    """Mark which n-grams each word has.

    Parameters
    ----------
    vocabulary : iterable of str
        m words.
    index : dict, optional
        Column of each n-gram to look for; all that occur if not given.

    Returns
    -------
    index : dict
        Column of each n-gram.
    table : scipy.sparse.csr_matrix, shape (m, len(index)), float32
        1 where the word has the n-gram.
    """
    from scipy import sparse

    every = index is None
    found: dict[str, int] = {} if index is None else index
    columns: list[int] = []
    ends = [0]
    for word in vocabulary:
        for gram in grams(word):
            column = found.setdefault(gram, len(found)) if every else found.get(gram, -1)
            if column >= 0:
                columns.append(column)
        ends.append(len(columns))
    data = np.ones(len(columns), dtype=np.float32)
    table = sparse.csr_matrix((data, np.array(columns, dtype=np.int32), ends), shape=(len(ends) - 1, len(found)))
    return found, table
