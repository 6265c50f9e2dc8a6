"""Letters by script: which script a sign belongs to, and how much of each script there is in a text."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np

NONE, LATIN, CYRILLIC, HAN, KANA, HANGUL, ARABIC, REST = range(8)
# letters of an alphabet that a sign is worth: parallel news has 3.3 English letters a Chinese character
WORTH = np.array([0, 1, 1, 3, 2, 3, 1, 1])

_ENDS = " \n.!?…؟۔'’-/|•"  # signs that part words and sentences; all others tell nothing about the language


@cache
def script_of() -> np.ndarray:
    """Give the script class of every code point; letters outside the named scripts are REST."""
    table = np.zeros(0x110000, dtype=np.uint8)
    for point in range(0x10000):
        if unicodedata.category(chr(point))[0] == "L":
            table[point] = REST
    letters = table > 0
    for script, ranges in {
        LATIN: [(0x41, 0x24F), (0x250, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF)],
        CYRILLIC: [(0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)],
        HAN: [(0x3005, 0x3007), (0x3400, 0x9FFF), (0xF900, 0xFAFF)],
        KANA: [(0x3041, 0x30FF), (0x31F0, 0x31FF)],
        HANGUL: [(0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7FF)],
        ARABIC: [(0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)],
    }.items():
        for first, last in ranges:
            table[first : last + 1][letters[first : last + 1]] = script
    table[0x20000:0x40000] = HAN
    table[0x30FC] = KANA
    return table


@cache
def says_nothing() -> np.ndarray:
    """Mark the code points that are neither letters, nor marks on letters, nor ends of words and sentences."""
    table = script_of() == NONE
    for point in range(0x10000):
        if unicodedata.category(chr(point))[0] == "M":
            table[point] = False
    table[[ord(sign) for sign in _ENDS]] = False
    return table


def to_points(text: str) -> np.ndarray:
    """Give the code points of a text, (letters,) uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def to_text(points: np.ndarray) -> str:
    """Join code points to a text; halves of surrogate pairs become replacement signs."""
    return points.tobytes().decode("utf-32-le", "replace")


def counted(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give the code points of all texts in a row, where each text begins and ends, and its amounts by script."""
    points = to_points("".join(texts))
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    post_of = np.repeat(np.arange(len(texts)), lengths)
    counts = np.bincount(post_of * 8 + script_of()[points], minlength=8 * len(texts)).reshape(-1, 8)
    return points, ends - lengths, ends, _amounts(counts)


def _amounts(counts: np.ndarray) -> np.ndarray:
    """Weigh counts of letters by script, (n, 8); Han and kana go to whichever of zh and ja they make up."""
    amounts = counts * WORTH
    signs = amounts[:, HAN] + amounts[:, KANA]
    japanese = counts[:, KANA] > 0.1 * (counts[:, KANA] + counts[:, HAN])
    amounts[:, KANA] = np.where(japanese, signs, 0)
    amounts[:, HAN] = np.where(japanese, 0, signs)
    return amounts
