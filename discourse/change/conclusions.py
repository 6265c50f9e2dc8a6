"""What may be concluded of a label at an event: a verdict, and one plain sentence that gives the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from discourse.change.labelling import SCORES
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD

LEVEL = 0.05
"""Largest p of the placebo rank, and q of the permutation, with which a change is called."""
UNDER_WAY = 0.2
"""Largest p with which a change of the same direction, one window earlier, counts as begun before the event ..."""
BEGUN = 1 / 3
"""... if it is this part of the effect's size at least: a stir before an earthquake is no earthquake."""
FEWEST_LENGTHS = 2
"""Lengths of windows that have to fit around an event."""


@dataclass(frozen=True)
class Setting:
    """What holds for all labels at an event.

    Attributes
    ----------
    window, gap : int
        Weeks on each side and between.
    unfit : str
        Why the windows don't fit around the event; "" if they do.
    lengths : int
        Lengths of windows that fit.
    dates : int
        Other dates that the event is ranked among.
    family : int
        Tests in the family of the q-values.
    """

    window: int
    gap: int
    unfit: str
    lengths: int
    dates: int
    family: int


def conclude(row: Mapping[str, Any], setting: Setting, *, testable: bool, withheld: str) -> tuple[str, str]:
    """Say what may be concluded of one label.

    A change is called only if it is large among all other dates, is not one of the few that a family of tests gives
    by chance, has one direction in all windows that fit, and had not begun before.

    Parameters
    ----------
    row : mapping
        ``kind, n_before, n_after, n_weeks, share_before, share_after, difference, low, high, placebo_p, q, p, pretrend,
        pretrend_p, windows, windows_agree, mde, change_date, change_low, change_high, change_holds_event``.
    setting : Setting
    testable : bool
        Whether any change of so few posts could be told among so many tests.
    withheld : str
        Why nothing is said of the label; "" if something is.

    Returns
    -------
    (str, str)
        ``rose``, ``fell``, ``no detectable change`` or ``withheld``; and the sentence.
    """
    if withheld:
        return WITHHELD, f"Withheld: {withheld}"
    if blocked := _blocked(row, setting, testable):
        return NOTHING, f"Cannot be concluded: {blocked}."
    against = _against(row)
    if against:
        what = "change peculiar to this date" if against in ("placebo_p", "pretrend") else "detectable change"
        return NOTHING, f"No {what}: {_change(row)}; {_told(against, row, setting)}."
    verdict = ROSE if row["difference"] > 0 else FELL
    others = _as_large(row, setting)
    rank = "as large as at no other date" if others == 0 else f"as large as at {others} of {setting.dates} other dates"
    sure = (
        f"{rank} ({_p('p', row['placebo_p'])}; {_p('q', row['q'])}), and so in all {row['windows']} settings that fit"
    )
    return verdict, f"{verdict.capitalize()} {_change(row)}, {sure}{_dated(row)}."


def called(row: Mapping[str, Any], setting: Setting) -> str:
    """Give the verdict on the difference between two labels, by the same rules: which way the first moved.

    Parameters
    ----------
    row : mapping
        ``difference, placebo_p, q, p, pretrend, pretrend_p, windows, windows_agree``.
    setting : Setting

    Returns
    -------
    str
        ``rose``, ``fell`` or ``no detectable change``.
    """
    if setting.unfit or setting.lengths < FEWEST_LENGTHS or _against(row):
        return NOTHING
    return ROSE if row["difference"] > 0 else FELL


def _blocked(row: Mapping[str, Any], setting: Setting, testable: bool) -> str:
    """Say why no answer could be had, whatever the numbers."""
    if setting.unfit:
        return setting.unfit
    if setting.lengths < FEWEST_LENGTHS:
        return f"no window fits but that of {setting.window} weeks, and an effect has to hold in another length too"
    if 1 / (1 + setting.dates) > LEVEL:
        return (
            f"there are {setting.dates} other dates to rank it among, and the least p they can give is "
            f"{1 / (1 + setting.dates):.2f}"
        )
    if not testable:
        posts = int(row["n_before"] + row["n_after"])
        told = f"{posts} {'post' if posts == 1 else 'posts'} in {row['n_weeks']} of {2 * setting.window} weeks"
        return f"with {told} no change could be told among so many tests"
    if math.isnan(row["p"]):
        return "no language has posts in two weeks of each window"
    return ""


def _against(row: Mapping[str, Any]) -> str:
    """Name the first rule that a change doesn't meet; "" if it meets all."""
    if not row["p"] <= LEVEL:
        return "p"
    if not row["q"] <= LEVEL:
        return "q"
    if not row["placebo_p"] <= LEVEL:
        return "placebo_p"
    if row["windows_agree"] < row["windows"]:
        return "windows"
    if row["pretrend_p"] <= UNDER_WAY and row["pretrend"] / row["difference"] >= BEGUN:
        return "pretrend"
    return ""


def _told(against: str, row: Mapping[str, Any], setting: Setting) -> str:
    match against:
        case "p":
            return _unseen(row)
        case "q" if math.isnan(row["q"]):
            return "its posts lie over the weeks of both windows as evenly as by chance"
        case "q":
            return f"{_p('p', row['p'])} is nothing rare among {setting.family} tests (q = {row['q']:.2f})"
        case "placebo_p":
            return f"it is as large at {_as_large(row, setting)} of {setting.dates} other dates"
        case "windows":
            return f"its direction depends on the window ({row['windows_agree']} of {row['windows']} agree)"
        case _:
            return f"it had begun before, in the {setting.window} weeks up to the event (p = {row['pretrend_p']:.2f})"


def _p(name: str, value: float) -> str:
    return f"{name} = {value:.3f}" if value >= 0.001 else f"{name} < 0.001"


def _as_large(row: Mapping[str, Any], setting: Setting) -> int:
    return round(row["placebo_p"] * (1 + setting.dates)) - 1


def _change(row: Mapping[str, Any]) -> str:
    interval = f"{points(row['low'])} to {points(row['high'])}"
    before, after = (level(row["kind"], row[f"share_{side}"]) for side in ("before", "after"))
    what = "a mean rank of " if row["kind"] in SCORES else ""
    return f"from {what}{before} to {after} ({points(row['difference'])} points, 95 % interval {interval})"


def _unseen(row: Mapping[str, Any]) -> str:
    if math.isnan(row["mde"]):
        way = "rise" if row["difference"] >= 0 else "fall"
        return f"no {way} at all could have been seen in so few posts"
    way = "rise" if row["mde"] > 0 else "fall"
    return f"a {way} of less than {abs(row['mde']) * 100:.1f} points can't be seen here"


def _dated(row: Mapping[str, Any]) -> str:
    if not isinstance(row["change_date"], str):
        return ""
    where = "and may be" if row["change_holds_event"] else "and is not"
    return (
        f". A single change is likeliest in the week of {row['change_date']} (95 %: {row['change_low']} to "
        f"{row['change_high']}), {where} at the event"
    )


def level(kind: str, share: float) -> str:
    """Write a share in per cent, or the mean rank of a score, of 100, without the sign; a dash for none.

    Examples
    --------
    >>> level("theme", 0.1234), level("concept", 0.5167), level("corrected", math.nan)
    ('12.3%', '51.7', '–')
    """
    if math.isnan(share):
        return "–"
    return f"{share * 100:.1f}" if kind in SCORES else f"{share:.1%}"


def points(share: float) -> str:
    """Write a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0852), points(-0.00001)
    ('+8.5', '0.0')
    """
    text = f"{share * 100:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text
