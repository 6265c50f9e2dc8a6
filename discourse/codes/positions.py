"""Where a passage lies in a text, however the program that says so counts characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

_EVIDENCE = 500
"""Passages by which the way of counting is found; all of a program's are counted in one way."""
_SHORTEST = 6
"""Least length of a quote that says where it stands; shorter ones stand in many places."""


@dataclass(frozen=True)
class Passage:
    """A passage as a program gives it.

    Attributes
    ----------
    text : str
        The whole text.
    marked : bool
        Whether the file of the text began with a byte-order mark, which is no part of ``text``.
    start, end : int
        Positions in the program's own counting.
    quote : str
        What the program says stands there, or another name of the passage.
    """

    text: str
    marked: bool
    start: int
    end: int
    quote: str = ""


@dataclass(frozen=True)
class Counting:
    r"""How a program counts characters.

    Attributes
    ----------
    wide : bool
        Characters beyond the Basic Multilingual Plane, such as emoji, count as two (units of UTF-16).
    line : int
        What an end of a line counts: 1 or 2, whichever way it is written; 0 as it is written.
    mark : bool
        A byte-order mark counts as one.
    last : bool
        The end is the passage's last character, and not the one after it.

    Examples
    --------
    >>> Counting(wide=True).place(Passage("🌾 wheat", False, 3, 8))
    (2, 7)
    """

    wide: bool = False
    line: int = 0
    mark: bool = False
    last: bool = False

    def place(self, passage: Passage) -> tuple[int, int]:
        """Return start and end of a passage in characters of its text, the end not within."""
        first = int(self.mark and passage.marked)
        start, end = passage.start - first, passage.end - first + self.last
        if self.wide or self.line:
            bounds = _bounds(passage.text, self.wide, self.line)
            start = int(np.searchsorted(bounds[1:], start, "right"))
            end = int(np.searchsorted(bounds, end, "left"))
        return max(start, 0), min(end, len(passage.text))

    def __str__(self) -> str:
        parts = [
            ("characters such as emoji as two", self.wide),
            ("ends of lines as one", self.line == 1),
            ("ends of lines as two", self.line == 2),
            ("the mark at the beginning of the file", self.mark),
            ("the last position as within", self.last),
        ]
        return ", ".join(name for name, holds in parts if holds)


def counting(passages: Sequence[Passage]) -> tuple[Counting, int, int]:
    """Find out how a program counts, from what it says stands in its passages.

    Parameters
    ----------
    passages : sequence of Passage
        All of one program. Quotes may be cut short; names that don't occur in the text are no quotes.

    Returns
    -------
    found : Counting
        The one by which most quotes stand where they are said to; code points, as the text has them, where no other
        explains more.
    right : int
        Quotes that stand where they are said to, among the first 500.
    quotes : int
        Those that occur in their text at all.

    Examples
    --------
    >>> text = "🌾 wheat is sown"
    >>> found, right, quotes = counting([Passage(text, False, 3, 16, "wheat is sown")])
    >>> found.wide, right, quotes
    (True, 1, 1)
    """
    quoted = [(one, quote) for one in passages[:_EVIDENCE] if _stands(quote := _plain_quote(one.quote), one.text)]
    texts = {one.text for one, _ in quoted}
    wide = (False, True) if any(max(text) > "\uffff" for text in texts) else (False,)
    line = (0, 1, 2) if any("\n" in text for text in texts) else (0,)
    mark = (False, True) if any(one.marked for one, _ in quoted) else (False,)
    best, most, right = Counting(), -1, 0
    for last, two, ends, begins in product((False, True), wide, line, mark):
        tried = Counting(two, ends, begins, last)
        agree = [_agrees(one, quote, tried) for one, quote in quoted]
        if sum(agree) > most:
            best, most, right = tried, sum(agree), sum(map(bool, agree))
    return best, right, len(quoted)


def _agrees(passage: Passage, quote: str, tried: Counting) -> int:
    """Tell whether a passage is the quote (2), begins with it (1) or is something else (0)."""
    start, end = tried.place(passage)
    said = _plain(passage.text[start : min(end, start + 2 * len(quote) + 100)])
    return 2 if said == quote else int(said.startswith(quote))


def _stands(quote: str, text: str) -> bool:
    return len(quote) >= _SHORTEST and quote in _plain(text)


def _plain_quote(quote: str) -> str:
    return _plain(quote).removesuffix("...").removesuffix("…").rstrip()


@lru_cache(maxsize=8)
def _plain(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=2)
def _bounds(text: str, wide: bool, line: int) -> np.ndarray:
    """Position before each character of a text, and after the last."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    width = np.ones(len(codes), dtype=np.int64)
    if wide:
        width[codes > 0xFFFF] = 2
    new = codes == 10
    returned = np.r_[False, codes[:-1] == 13] & new
    if line == 1:
        width[:-1][returned[1:]] = 0
    elif line == 2:
        width[new & ~returned] = 2
    return np.r_[0, np.cumsum(width)]
