"""Which installed fonts draw the characters of a figure; those that none can draw are told, not left as boxes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BASE = "DejaVu Sans"
"""Comes with matplotlib, so that a figure has the same measures everywhere; has Latin, Cyrillic with Kazakh, Arabic."""

_LIKED = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "SimHei",
    "Droid Sans Fallback",
    "Noto Serif CJK SC",
    "Arial Unicode MS",
)
"""Tried before others: without serifs as the base, and with the forms of characters that are usual in China."""

_NO_LETTERS = ("last resort", "lastresort", "color emoji", "adobe blank", "adobe notdef")
"""Parts of names of fonts that have a box, a coloured picture or nothing for a character."""


@dataclass(frozen=True)
class Found:
    """Fonts for a text.

    Attributes
    ----------
    families : list of str
        In the order in which they are asked for a character; the base first.
    missing : str
        Characters that none of the installed fonts has, each once, in order.
    """

    families: list[str]
    missing: str


def covering(text: str) -> Found:
    """Find as few installed fonts as will draw a text, judged by the characters they have and not by their names.

    Parameters
    ----------
    text : str

    Returns
    -------
    Found
    """
    needed = _lacking(BASE, sorted({character for character in text if not character.isspace()}))
    families, needed = _chosen(needed, installed()) if needed else ([], needed)
    if needed and _look_again():
        families, needed = _chosen(_lacking(BASE, sorted(set(text) - set(" \n"))), installed())
    return Found([BASE, *families], "".join(needed))


def advice(missing: str) -> str:
    """Say which characters can't be drawn and what to install.

    Parameters
    ----------
    missing : str
        As in `Found`.
    """
    import numpy as np

    from discourse.posts.scripts import HAN, HANGUL, KANA, script_of, to_points

    shown = missing if len(missing) <= 12 else f"{missing[:12]}… ({len(missing)} characters)"
    east_asian = np.isin(script_of()[to_points(missing)], [HAN, KANA, HANGUL]).any()
    font = "Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk)" if east_asian else "a font that has them"
    return f"No installed font has {shown}; the figures show boxes there. Install {font} and draw them again."


def installed() -> list[str]:
    """Name the font families that matplotlib knows and that have letters, those liked best first."""
    from matplotlib import font_manager

    names = {entry.name for entry in font_manager.fontManager.ttflist}
    usable = (name for name in names if not any(part in name.lower() for part in _NO_LETTERS))
    rank = {name: place for place, name in enumerate(_LIKED)}
    return sorted(usable, key=lambda name: (rank.get(name, len(rank)), "Sans" not in name, name))


def _chosen(needed: list[str], names: Iterable[str]) -> tuple[list[str], list[str]]:
    families = []
    for name in names:
        if not needed:
            break
        left = _lacking(name, needed)
        if len(left) < len(needed):
            families.append(name)
            needed = left
    return families, needed


def _lacking(name: str, characters: list[str]) -> list[str]:
    """List the characters that a font family has not."""
    from matplotlib import font_manager

    try:
        path = font_manager.findfont(font_manager.FontProperties(family=[name]), fallback_to_default=False)
        font = font_manager.get_font(path)
    except (OSError, RuntimeError, ValueError):  # gone or damaged since matplotlib made its list
        return characters
    return [character for character in characters if not font.get_char_index(ord(character))]


def _look_again() -> bool:
    """Add fonts that were installed after matplotlib made its list, which it keeps; say whether there are any."""
    from matplotlib import font_manager

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    new = [path for path in sorted(font_manager.findSystemFonts()) if path not in known]
    for path in new:
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # not a font that can be drawn from
            continue
    return bool(new)
