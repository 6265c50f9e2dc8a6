"""How text and numbers are set in a figure: labels are data, cut by the room they take."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Format characters that change the form of the letters beside them: they are part of the word."""


def plain(text: str) -> str:
    r"""Take out of a label what would be no sign on paper: control characters, direction overrides, double spaces.

    Examples
    --------
    >>> plain("a\x00b\u202e  c\n")
    'a b c'
    """
    composed = unicodedata.normalize("NFC", text)
    kept = (c if c in _JOINERS or not unicodedata.category(c).startswith("C") else " " for c in composed)
    return " ".join("".join(kept).split())


def cut(text: str, room: int) -> str:
    """Set a label on one line, with an ellipsis where it was longer.

    Parameters
    ----------
    text : str
    room : int
        Columns; Chinese, Japanese and Korean characters take two.

    Examples
    --------
    >>> cut("Global South", 8), cut("全球南方国家", 8)
    ('Global…', '全球南…')
    """
    return wrap(text, room, 1)


def wrap(text: str, room: int, lines: int) -> str:
    r"""Set a text on at most so many lines, parted by newlines, with an ellipsis where it was longer.

    Parameters
    ----------
    text : str
    room : int
        Columns in a line.
    lines : int

    Examples
    --------
    >>> wrap("official statements and visits", 14, 2)
    'official\nstatements an…'
    """
    from rich.cells import cell_len

    made: list[str] = []
    rest = plain(text)
    while rest and len(made) < lines:
        if cell_len(rest) <= room:
            made.append(rest)
            break
        if len(made) == lines - 1:
            made.append(_head(rest, room - 1).rstrip(" ·,;-") + "…")
            break
        head = _head(rest, room)
        if " " in head and not rest[len(head)].isspace():
            head = head[: head.rindex(" ")]
        made.append(head.rstrip())
        rest = rest[len(head) :].lstrip(" ·")
    return "\n".join(made)


def _head(text: str, room: int) -> str:
    """Take as much of a text as fits, and no letter without the marks above and below it; one letter at least."""
    from rich.cells import cell_len

    end, left = 0, room - cell_len(text[0])
    while left >= 0 and end + 1 < len(text):
        end += 1
        left -= cell_len(text[end])
    while end > 1 and unicodedata.category(text[end]).startswith("M"):
        end -= 1
    return text[: max(end, 1)]


def percent(share: float, *, signed: bool = False) -> str:
    """Set a share of 0 to 1 in per cent, without the sign for it.

    Examples
    --------
    >>> percent(0.0712), percent(-0.0712, signed=True), percent(0.00042), percent(0.0000123)
    ('7.1', '−7.1', '0.04', '0.0012')
    """
    value = 100 * share
    digits = f"{value:.1f}" if value == 0 or abs(value) >= 0.1 else f"{value:.2f}"
    if value and float(digits) == 0:
        digits = f"{value:.2g}"
    if float(digits) == 0:
        return digits.lstrip("-")
    return (f"+{digits}" if signed and value > 0 else digits).replace("-", "−")


def probability(value: float) -> str:
    """Set a p or q without the zero before the point, never as 0.

    Examples
    --------
    >>> probability(0.0284), probability(0.0002), probability(1.0), probability(float("nan"))
    ('.028', '<.001', '1', '')
    """
    if value != value:
        return ""
    if value < 0.001:
        return "<.001"
    return "1" if value >= 0.9995 else f"{value:.3f}".lstrip("0")
