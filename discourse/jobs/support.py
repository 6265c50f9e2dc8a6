"""What a corpus can bear: which questions it is large and long enough for, and how small a change it could show."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from discourse.jobs.findings import counted

if TYPE_CHECKING:
    import pandas as pd

SHARE = 0.10
"""The share that statements about changes are made for."""
DEFF = 1.5
"""Posts of one week are taken to be so much more alike than any others that 3 of them tell as much as 2."""
POWER = 0.80
WEEKS, APART = 8, 2
"""Weeks on either side of an event, and weeks left out before it."""

_FEWEST = 10
_THEMES = (10, 3)
"""Themes there may be: posts by their smallest size, divided by this; corpora measured so far lay between."""
_PLACEBOS = 19
"""Other dates that an event needs for a p-value of .05."""
_HALF_WIDTH = 0.05
_TWICE = 100
_ALIKE = _NEARLY = 0.8


def supports(audit: dict[str, Any], dates: pd.Series, min_size: int | None = None) -> dict[str, dict[str, Any]]:
    """Say for each kind of question whether a corpus can bear it.

    Parameters
    ----------
    audit : dict
        See `discourse.posts.audit.audit`.
    dates : pandas.Series of datetime64
        Dates of the posts.
    min_size : int, optional
        Fewest posts of a theme, where it was chosen.

    Returns
    -------
    dict
        ``cluster, drift, event, compare``, each with ``can`` (bool), ``text`` (a sentence or two) and, where it can,
        the numbers in it. Changes are those of a theme with a tenth of the posts, seen with 80 % power at the two-sided
        5 % level, with a design effect of 1.5 for posts of one week (`discourse.stats.power`).
    """
    return {
        "cluster": _cluster(audit, min_size),
        "drift": _drift(audit),
        "event": _event(dates.dropna()),
        "compare": _compare(audit),
    }


def _cluster(audit: dict[str, Any], min_size: int | None) -> dict[str, Any]:
    from discourse.themes import defaults

    n = audit["duplicates"]["originals"]
    if n < _FEWEST:
        return _cannot(f"too few different posts: {n}, and {_FEWEST} are the least.")
    size = min_size or defaults.min_size(n)
    low, high = (max(1, round(n / size / by)) for by in _THEMES)
    text = (
        f"{n:,} different posts, the smallest theme {size:,}: about {low:,} to {high:,} themes, "
        "if it is like the corpora measured so far."
    )
    return {"can": True, "posts": n, "min_size": size, "themes": [low, high], "text": text}


def _drift(audit: dict[str, Any]) -> dict[str, Any]:
    if audit["quarters"] is None:
        return _cannot("there are no dates.")
    held = [one for one in audit["quarters"] if one["posts"]]
    full = [one for one in held if not one["partial"]]
    which = full if len(full) > 1 else held
    if len(which) < 2:
        return _cannot(f"all posts lie in one quarter ({held[0]['period']}); change needs at least two.")
    sizes = [one["posts"] for one in which]
    middle, least = math.floor(statistics.median(sizes)), min(sizes)
    usual, hard = _seen(middle, middle), _seen(least, least)
    kind = "full" if which is full else "partial"
    text = (
        f"between two quarters of median size ({counted(middle, 'post')}) a theme with {SHARE:.0%} of the posts "
        f"{_must(usual)} to be seen"
    )
    text += f"; between two of the smallest size ({least:,}) it {_must(hard)}." if least < _ALIKE * middle else "."
    if which is not full:
        text += " The quarters are partial ones."
    return {
        "can": usual["rise"] is not None,
        "quarters": len(which),
        "kind": kind,
        "median": {"posts": middle, **usual},
        "smallest": {"posts": least, **hard},
        "text": text,
    }


def _event(dates: pd.Series) -> dict[str, Any]:
    from discourse.posts import periods

    if dates.empty:
        return _cannot("there are no dates.")
    weeks = periods.table(dates, "week")
    least = 2 * WEEKS + APART
    if len(weeks) < least:
        return _cannot(
            f"too few weeks: {len(weeks)}, and {WEEKS} before, {WEEKS} after and {APART} between are needed."
        )
    middle = (len(weeks) + APART) // 2
    before = int(weeks["posts"].iloc[middle - APART - WEEKS : middle - APART].sum())
    after = int(weeks["posts"].iloc[middle : middle + WEEKS].sum())
    others = max(0, len(weeks) - least + 1 - (2 * WEEKS - 1))
    day = f"{weeks['first'].iloc[middle]:%Y-%m-%d}"
    found = {"weeks": len(weeks), "day": day, "before": before, "after": after, "other_dates": others}
    if not before or not after:
        side = "before" if not before else "after"
        return _cannot(f"the {WEEKS} weeks {side} the middle of the span ({day}) hold no posts.") | found
    seen = _seen(before, after)
    text = (
        f"in the middle of the span ({day}), with {counted(before, 'post')} in the {WEEKS} weeks before and {after:,} "
        f"in the {WEEKS} after, a theme with {SHARE:.0%} {_must(seen)} to be seen."
    )
    if others < _PLACEBOS:
        enough = least + 2 * WEEKS - 2 + _PLACEBOS
        text += f" A test compares it with other dates, and needs {enough} weeks; there are {len(weeks)}."
    return {"can": seen["rise"] is not None and others >= _PLACEBOS, **found, **seen, "text": text}


def _compare(audit: dict[str, Any]) -> dict[str, Any]:
    from discourse.stats.power import codes_needed

    quarters = [one["posts"] for one in audit["quarters"] or [] if one["posts"] and not one["partial"]]
    size = math.floor(statistics.median(quarters)) if quarters else audit["duplicates"]["originals"]
    needed = codes_needed(SHARE, _HALF_WIDTH, size)
    of_what = f"a quarter of {counted(size, 'post')}" if quarters else f"the {counted(size, 'post')}"
    known = (
        f"{needed:,} coded posts, drawn at random, of {of_what}"
        if needed < _NEARLY * size
        else f"nearly all of {of_what}"
    )
    columns = audit["codes"]
    shown = ", ".join(f"{one['column']} ({one['values']} values)" for one in columns[:4])
    more = f" and {len(columns) - 4} more" if len(columns) > 4 else ""
    has = f"columns that may hold codes: {shown}{more}. " if columns else "no column looks like codes. "
    text = (
        f"{has}A code with {SHARE:.0%} of the posts is known to ±{100 * _HALF_WIDTH:.0f} points from {known}; "
        f"how far coders agree, from about {_TWICE} posts coded by two."
    )
    return {
        "can": bool(columns),
        "columns": [one["column"] for one in columns],
        "codes": needed,
        "of": size,
        "text": text,
    }


def _seen(before: int, after: int) -> dict[str, float | None]:
    """Shares to which a tenth would have to rise or fall; None where no change would be seen."""
    from discourse.stats.power import detectable_share

    rise = detectable_share(SHARE, before, after, deff=DEFF, power=POWER)
    fall = detectable_share(SHARE, before, after, direction="fall", deff=DEFF, power=POWER)
    return {name: None if math.isnan(to) else round(to, 4) for name, to in (("rise", rise), ("fall", fall))}


def _must(seen: dict[str, float | None]) -> str:
    if seen["rise"] is None:
        return "can't change enough"
    if seen["fall"] is None:
        return f"has to rise to {seen['rise']:.0%} (no fall is large enough)"
    return f"has to rise to {seen['rise']:.0%} or fall to {seen['fall']:.1%}"


def _cannot(why: str) -> dict[str, Any]:
    return {"can": False, "text": f"can't be asked: {why}"}
