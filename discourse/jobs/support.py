"""What a corpus can bear: which questions it is large and long enough for, and how small a change it could show."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from discourse.wording import counted

if TYPE_CHECKING:
    import pandas as pd

SHARE = 0.10
"""The share that statements about changes are made for."""
POWER, LEVEL = 0.80, 0.05
WEEKS, APART = 8, 2
"""Weeks on either side of an event, and weeks left out before it."""

_FEWEST = 10
_THEMES = (10, 3)
"""Themes there may be: posts by their smallest size, divided by this; corpora measured so far lay between."""
_EXPECTED = 5
"""Posts of a theme that a period has to be expected to hold, for anything to be said of it."""
_WEEKS_HELD, _QUARTER_WEEKS = 6, 6
"""Weeks with posts, of the 8 beside an event and of a quarter, from which alike posts can be told from a change."""
_PLACEBOS = 19
"""Other dates that an event needs for a p-value of .05."""
_HALF_WIDTH, _POSITIVES = 0.05, 10
_ALIKE = _NEARLY = 0.8


def supports(audit: dict[str, Any], dates: pd.Series, min_size: int | None = None) -> dict[str, dict[str, Any]]:
    """Say for each kind of question whether a corpus can bear it.

    Parameters
    ----------
    audit : dict
        See `discourse.posts.audit.audit`; with ``bunching`` (`discourse.jobs.bunching.bunching`).
    dates : pandas.Series of datetime64
        Dates of the posts.
    min_size : int, optional
        Fewest posts of a theme, where it was chosen.

    Returns
    -------
    dict
        ``cluster, drift, event, compare``, each with ``can`` (bool), ``text`` (a sentence or two) and, where it can,
        the numbers in it. Changes are those of one theme with a tenth of the posts, seen with 80 % power at the
        two-sided 5 % level, and the design effect that was measured (`discourse.stats.power`). They are withheld where
        fewer than 5 posts of the theme are expected, or posts of a week are too alike for any change to be seen.
    """
    themes = _cluster(audit, min_size)
    return {
        "cluster": themes,
        "drift": _drift(audit, themes.get("themes")),
        "event": _event(audit, dates),
        "compare": _compare(audit),
    }


def _cluster(audit: dict[str, Any], min_size: int | None) -> dict[str, Any]:
    from discourse.themes import defaults

    n = audit["duplicates"]["originals"]
    if n < _FEWEST:
        return _cannot(f"too few different posts: {n}, and {_FEWEST} are the least.")
    size = min_size or defaults.min_size(n)
    low, high = (max(1, round(n / size / by)) for by in _THEMES)
    many = f"{low:,} to {high:,} themes" if low < high else counted(low, "theme")
    text = (
        f"{n:,} different posts, the smallest theme {size:,}: about {many}, if it is like the corpora measured so far."
    )
    return {"can": True, "posts": n, "min_size": size, "themes": [low, high], "text": text}


def _drift(audit: dict[str, Any], themes: list[int] | None) -> dict[str, Any]:
    from discourse.posts.audit.calendar import full

    if audit["quarters"] is None:
        return _cannot("there are no dates.")
    held = [one for one in audit["quarters"] if one["posts"]]
    whole = full(held)
    which = whole if len(whole) > 1 else held
    if len(which) < 2:
        return _cannot(f"all posts lie in one quarter ({held[0]['period']}); change needs at least two.")
    sizes = [one["posts"] for one in which]
    middle, least = math.floor(statistics.median(sizes)), min(sizes)
    found = {"quarters": len(which), "kind": "full" if which is whole else "partial"}
    unlike = [one["period"] for one in which if one["partial"] or one["missing"]]
    which_ones = (
        f" Partial or with holes: {' and '.join(unlike[:3])}{' and others' * (len(unlike) > 3)}." if unlike else ""
    )
    if SHARE * middle < _EXPECTED:
        few = counted(middle, "post")
        return _cannot(f"too few posts: a quarter of median size has {few}, {_least_posts()}.{which_ones}") | found
    if statistics.median(one["weeks"] for one in which) < _QUARTER_WEEKS:
        return (
            _cannot(f"too few weeks: most quarters have posts in fewer than {_QUARTER_WEEKS} of them.{which_ones}")
            | found
        )
    deff = audit["bunching"]["deff"]
    usual, hard = _seen(middle, middle, deff), _seen(least, least, deff)
    if usual["rise"] is None:
        return _cannot(_too_alike(audit, f"between two quarters of median size ({counted(middle, 'post')})")) | found
    tested = round(sum(themes) / 2) if themes else 1
    every = _seen(middle, middle, deff, LEVEL / tested)
    digits = _digits(usual, every, *([hard] if least < _ALIKE * middle else []))
    text = (
        f"between two quarters of median size ({counted(middle, 'post')}) a theme with {SHARE:.0%} of the posts "
        f"(one theme and two quarters chosen beforehand) {_must(usual, digits)} to be seen"
    )
    if tested > 1:
        text += f"; {_to(every, digits)} where all themes are tested at once (taken as {tested})"
    if least < _ALIKE * middle:
        small = "too few posts" if SHARE * least < _EXPECTED else _to(hard, digits)
        text += f". Between two of the smallest size ({least:,}): {small}"
    return {
        "can": True,
        **found,
        "deff": deff,
        "tested": tested,
        "median": {"posts": middle, **usual},
        "all_themes": {"posts": middle, **every},
        "smallest": {"posts": least, **hard},
        "text": f"{text}.{which_ones}",
    }


def _event(audit: dict[str, Any], dates: pd.Series) -> dict[str, Any]:
    import numpy as np

    from discourse.posts import periods
    from discourse.posts.audit.calendar import settled

    if audit["dates"] is None:
        return _cannot("there are no dates.")
    weeks = periods.table(dates[settled(dates, audit["dates"]["stray"])], "week")
    least = 2 * WEEKS + APART
    if len(weeks) < least:
        return _cannot(
            f"too few weeks: {len(weeks)}, and {WEEKS} before, {WEEKS} after and {APART} between are needed."
        )
    posts = weeks["posts"].to_numpy()
    days = np.arange(WEEKS + APART, len(weeks) - WEEKS + 1)  # the weeks that an event could open
    sums, filled = (np.concatenate([[0], np.cumsum(counts)]) for counts in (posts, posts > 0))
    before, after = sums[days - APART] - sums[days - APART - WEEKS], sums[days + WEEKS] - sums[days]
    held = np.minimum(filled[days - APART] - filled[days - APART - WEEKS], filled[days + WEEKS] - filled[days])
    off = np.abs(days - (len(weeks) + APART) // 2)
    covered = (held >= _WEEKS_HELD) & (posts[np.minimum(days, len(posts) - 1)] > 0)
    if not covered.any():
        return _cannot(
            f"no day has posts in {_WEEKS_HELD} of the {WEEKS} weeks before it and of the {WEEKS} after it."
        ) | {"weeks": len(weeks)}
    enough = covered & (SHARE * np.minimum(before, after) >= _EXPECTED)
    at = int(np.argmin(np.where(enough if enough.any() else covered, off, len(weeks))))
    others = int((covered & (np.abs(days - days[at]) >= WEEKS)).sum())
    found: dict[str, Any] = {
        "weeks": len(weeks),
        "day": f"{weeks['first'].iloc[days[at]]:%Y-%m-%d}",
        "before": int(before[at]),
        "after": int(after[at]),
        "other_dates": others,
    }
    sides = (
        f"{counted(found['before'], 'post')} in the {WEEKS} weeks before and {found['after']:,} in the {WEEKS} after"
    )
    if not enough.any():
        return _cannot(f"too few posts: {sides} {found['day']}, {_least_posts()}.") | found
    seen = _seen(found["before"], found["after"], audit["bunching"]["deff"])
    near = "in the middle of the span" if not off[at] else "as near to the middle of the span as posts allow"
    if seen["rise"] is None:
        return _cannot(_too_alike(audit, f"around {found['day']}, with {sides},")) | found
    needs = _must(seen, _digits(seen), "at least ")
    text = f"on {found['day']} ({near}), with {sides}, a theme with {SHARE:.0%} {needs} to be seen. "
    if others < _PLACEBOS:
        text += f"A test ranks the day among {_PLACEBOS} other days or more; here there are {others}."
    else:
        text += "So much a comparison of the two windows needs; ranking the day among other days sees it 7 times in 10."
    return {"can": others >= _PLACEBOS, **found, **seen, "text": text}


def _compare(audit: dict[str, Any]) -> dict[str, Any]:
    from discourse.posts.audit.calendar import full
    from discourse.stats.power import codes_needed

    quarters = [one["posts"] for one in full(audit["quarters"] or [])]
    size = math.floor(statistics.median(quarters)) if quarters else sum(audit["languages"]["counts"].values())
    needed = min(size, max(codes_needed(SHARE, _HALF_WIDTH, size), math.ceil(_POSITIVES / SHARE)))
    total = sum(min(needed, n) for n in quarters)
    columns = audit["codes"]
    shown = ", ".join(f"{one['column']} ({one['values']} values)" for one in columns[:4])
    more = f" and {len(columns) - 4} more" if len(columns) > 4 else ""
    has = f"columns that may hold codes: {shown}{more}. " if columns else "no column looks like codes. "
    many = "all" if needed >= size else "nearly all" if needed >= _NEARLY * size else f"about {needed:,}"
    drawn = "" if needed >= size else ", drawn at random"
    if not quarters:
        known = f"{many} of the {size:,} posts{drawn}" if size > 1 else "the one post there is"
    elif len(quarters) == 1:
        known = f"{many} of the {counted(size, 'post')} of the quarter{drawn}"
    else:
        known = f"{many} of the {size:,} posts of a quarter{drawn}: {total:,} in {len(quarters)} quarters"
    text = f"{has}A code with {SHARE:.0%} of the posts is known to ±{100 * _HALF_WIDTH:.0f} points from {known}."
    return {
        "can": bool(columns),
        "columns": [one["column"] for one in columns],
        "codes": needed,
        "of": size,
        "quarters": len(quarters),
        "total": total if quarters else needed,
        "text": text,
    }


def _seen(before: int, after: int, deff: float, alpha: float = LEVEL) -> dict[str, float | None]:
    """Shares to which a tenth would have to rise or fall; None where none would be seen, or too few posts be left."""
    from discourse.stats.power import detectable_share

    rise = detectable_share(SHARE, before, after, deff=deff, power=POWER, alpha=alpha)
    fall = detectable_share(SHARE, before, after, direction="fall", deff=deff, power=POWER, alpha=alpha)
    return {
        "rise": None if math.isnan(rise) else round(rise, 4),
        "fall": None if math.isnan(fall) or fall * after < _EXPECTED else round(fall, 4),
    }


def _digits(*seen: dict[str, float | None]) -> int:
    """Choose the decimals for all shares of a sentence: one where any is close to what it was, or small."""
    shares = [share for one in seen for share in one.values() if share is not None]
    return int(any(abs(share - SHARE) < 0.05 or share < 0.01 for share in shares))


def _must(seen: dict[str, float | None], digits: int, least: str = "") -> str:
    rise = f"has to rise from {SHARE:.0%} {least}to {seen['rise']:.{digits}%}"
    return f"{rise} or fall to {seen['fall']:.{digits}%}" if seen["fall"] else f"{rise} (no fall could be seen)"


def _to(seen: dict[str, float | None], digits: int) -> str:
    reached = " or ".join(f"{share:.{digits}%}" for share in seen.values() if share is not None)
    return f"to {reached}" if reached else "no change is large enough"


def _least_posts() -> str:
    return f"and {math.ceil(_EXPECTED / SHARE)} are needed for {_EXPECTED} of a theme with {SHARE:.0%} to be expected"


def _too_alike(audit: dict[str, Any], where: str) -> str:
    from discourse.jobs.bunching import as_much_as

    posts, alone = as_much_as(audit["bunching"]["deff"])
    return f"posts of one week are so alike ({posts} tell as much as {alone}) that no change would be seen {where}."


def _cannot(why: str) -> dict[str, Any]:
    return {"can": False, "text": f"can't be asked: {why}"}
