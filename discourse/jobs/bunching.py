"""How posts of one week bunch up: the design effect of words that about a tenth of the posts hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ASSUMED = 1.5
"""Design effect where too little is there to measure it: that of a share whose days are correlated by .1."""

_HELD, _LEAST_HELD, _MOST_HELD = 0.10, 0.03, 0.20
_WORDS, _LANGUAGES = 40, 4
_WEEKS, _POSTS = 6, 5
"""Weeks with posts that a quarter needs, and posts of it that a word needs."""

_LEAST_SHARES = 10
_EFFORT, _LENGTH = 6_000_000, 400
"""Characters looked at, about, in all and of each post; signs of Chinese, which take longer, count four times."""


def bunching(table: pd.DataFrame, quarters: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    """Measure, before there are themes, how much less posts of one week tell than as many posts at random.

    For each of up to 40 words that 3 to 20 % of the posts hold, those nearest to a tenth, and each quarter with 6 or
    more weeks with posts: the design effect of the word's share by week (`discourse.stats.blocks.design_effect`).
    Where there is much text, posts are drawn evenly over time, and the effect is that of all posts of a week
    (`discourse.stats.blocks.rescaled`). From a dozen weeks the effect comes out below its true value more often than
    above, as variances do; each is divided by the median that a true effect of 1 would have.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts with ``post_id, date, message, lang``.
    quarters : list of dict or None
        As counted by `discourse.posts.audit.calendar.quarters`; the full ones count, where there are two.

    Returns
    -------
    dict or None
        None without dates. ``text``: a sentence; ``deff``: the median over words and quarters, at least 1; ``p75``:
        the effect that a quarter of them exceed; ``words``, ``shares`` (words x quarters), ``posts`` looked at;
        ``measured``: False where there are fewer than 10 shares: ``deff`` is then 1.5 and ``p75`` None.
    """
    import numpy as np

    from discourse.posts import periods
    from discourse.posts.audit.calendar import full
    from discourse.stats.blocks import block_size, design_effect, rescaled

    if quarters is None:
        return None
    whole_ones = full(quarters)
    names = [one["period"] for one in (whole_ones if len(whole_ones) > 1 else quarters)]
    period = periods.names(table["date"]).astype("str")
    chosen = table[period.isin(names).to_numpy()]
    found: dict[str, Any] = {"deff": ASSUMED, "p75": None, "words": 0, "shares": 0, "posts": 0, "measured": False}
    some = _drawn(chosen)
    rows_of = _rows_of_words(some)
    found |= {"posts": len(some), "words": len(rows_of)}
    every_week = periods.weeks(periods.days(chosen["date"]))
    every_quarter = period.loc[chosen.index].to_numpy()
    week = periods.weeks(periods.days(some["date"]))
    quarter = period.loc[some.index].to_numpy()
    effects = []
    for name in np.unique(quarter):
        within = np.flatnonzero(quarter == name)
        weeks = week[within] - week[within].min()
        posts = np.bincount(weeks)
        if np.count_nonzero(posts) < _WEEKS:
            continue
        typical = _median_of_chance(int(np.count_nonzero(posts)) - 1)
        whole = every_week[every_quarter == name]
        size, other = block_size(posts), block_size(np.bincount(whole - whole.min()))
        for rows in rows_of:
            holds = np.isin(within, rows, assume_unique=True)
            if holds.sum() < _POSTS:
                continue
            deff = design_effect(np.bincount(weeks, holds, minlength=len(posts)), posts)
            if not math.isnan(deff):
                effects.append(rescaled(deff / typical, size, other))
    found["shares"] = len(effects)
    if len(effects) >= _LEAST_SHARES:
        middle, p75 = (max(1.0, round(float(effect), 3)) for effect in np.quantile(effects, [0.5, 0.75]))
        found |= {"deff": middle, "p75": p75, "measured": True}
    return {**found, "text": _sentence(found)}


def as_much_as(deff: float) -> tuple[int, int]:
    """Say a design effect in small numbers: so many posts tell as much as so many would alone.

    Examples
    --------
    >>> as_much_as(1.5), as_much_as(1.36), as_much_as(1), as_much_as(38.2)
    ((3, 2), (4, 3), (1, 1), (38, 1))
    """
    if deff > 5:
        return round(deff), 1
    alone = min(range(1, 6), key=lambda n: (round(abs(round(n * deff) / n - deff) / deff, 2), n))
    return round(alone * deff), alone


def _sentence(found: dict[str, Any]) -> str:
    posts, alone = as_much_as(found["deff"])
    tell = "tell as much as one would alone" if alone == 1 else f"tell as much as {alone} would alone"
    if not found["measured"]:
        return f"how posts of one week bunch up can't be measured here; {posts} are taken to {tell}."
    words = "words that about a tenth of the posts hold"
    if posts == alone:
        return f"{words} are spread over the weeks as by chance: each post counts."
    more, one = as_much_as(found["p75"])
    worse = (
        f"; for one word in four, {more} as much as {'one' if one == 1 else one}, or less"
        if more / one > posts / alone
        else ""
    )
    return f"{words} bunch up by weeks: {posts} posts {tell}{worse}."


def _median_of_chance(freedom: int) -> float:
    """Median of a variance over its true value, after Wilson and Hilferty (1931)."""
    return float((1 - 2 / (9 * freedom)) ** 3)


def _drawn(table: pd.DataFrame) -> pd.DataFrame:
    """Draw so many posts, evenly over time, that looking for their words takes a second or two."""
    text = table["message"].str.slice(0, _LENGTH)
    effort = int(text.str.len().sum()) + 3 * int(text.str.count(r"[\u3040-\u9fff]").sum())
    step = max(1, -(-effort // _EFFORT))
    return table.assign(message=text).sort_values(["date", "post_id"], kind="stable").iloc[::step]


def _rows_of_words(table: pd.DataFrame) -> list[np.ndarray]:
    """List the posts that hold a word, by position, for each word that about a tenth of them hold."""
    import numpy as np

    from discourse.themes.stems import keys
    from discourse.themes.tokens import fold, stop_words, tokenize

    lang, messages = table["lang"].to_numpy(), table["message"].tolist()
    least, most = _LEAST_HELD * len(table), _MOST_HELD * len(table)
    held: dict[tuple[str, str], set[int]] = {}
    for name, n in table["lang"].value_counts().head(_LANGUAGES).items():
        if n < least or name in ("und", "other"):
            continue
        function = stop_words(str(name)).function
        words: dict[str, list[int]] = {}
        for row in np.flatnonzero(lang == name):
            for word in {fold(word) for word in tokenize(messages[row], str(name))} - function:
                words.setdefault(word, []).append(int(row))
        for word, key in keys(words, str(name)).items():
            held.setdefault((str(name), key), set()).update(words[word])
    common = [
        (abs(math.log(len(rows) / len(table) / _HELD)), key) for key, rows in held.items() if least <= len(rows) <= most
    ]
    return [np.array(sorted(held[key])) for _, key in sorted(common)[:_WORDS]]
