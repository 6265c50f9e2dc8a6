"""All that an audit counts, in one record."""

from __future__ import annotations

import datetime
from typing import Any

from discourse.posts.audit.authors import authors
from discourse.posts.audit.calendar import changes, dates, gaps, quarters, settled, span
from discourse.posts.audit.codes import codes
from discourse.posts.audit.copies import copies
from discourse.posts.audit.texts import languages, set_aside, texts
from discourse.posts.table import Posts


def audit(posts: Posts, *, now: datetime.datetime) -> dict[str, Any]:
    """Count what is in a corpus, and what is odd about it.

    Parameters
    ----------
    posts : Posts
    now : datetime.datetime
        With a time zone; posts dated later are in the future.

    Returns
    -------
    dict
        JSON values only. Counts are of usable posts unless they are said to be of rows. ``None`` stands for what
        can't be said: everything about time without dates, ``authors`` without authors.

        ``rows``
            ``read, usable, rejected, filtered, dropped`` (copies, with ``--duplicates drop``).
        ``rejected``
            For each reason, the commonest first: ``column, reason, rows`` and an example: ``file, row, place, value``.
        ``span``
            Of the posts that are not far from all others, as are ``quarters, gaps, changes``:
            ``first, last`` (days), ``days`` (both included), ``active`` (days with posts), ``silent`` (without),
            ``usual_gap`` (days that usually pass between days with posts, at most; `discourse.posts.periods`).
        ``quarters``
            For each from first to last: ``period, first, last, days, covered, missing`` (covered days in
            holes; `discourse.posts.periods.table`), ``active, weeks`` (with posts)``, posts, partial, a_day`` (posts a
            covered day outside holes), ``languages`` (posts by language), ``copies``.
        ``gaps``
            The longest stretches of days without posts: ``first, last, days``.
        ``dates``
            ``missing, impossible`` (rejected rows), ``future`` (posts more than a day ahead, as today is tomorrow
            elsewhere), ``mixable`` (day and month of a future date could be mixed up), ``latest``, ``midnight`` (share
            of posts at 0:00; 1 where the dates have no time of day), ``stray``: posts far from all others, or None.
        ``changes``
            Between neighbouring quarters with at least 30 posts and 28 covered days outside holes each: ``before,
            after, from, to`` (posts a day), ``factor`` (None if it lies between 2/3 and 1.5), ``languages`` (``lang,
            from, to``: shares that differ by 10 points or more). Described, not tested.
        ``languages``
            ``counts`` by language, ``mixed`` (posts in two or more), ``mixtures`` (the commonest).
        ``texts``
            In characters: ``shortest, median, mean, p90, p99, longest``; ``long`` posts above ``long_above``;
            ``longest_post``; ``wordless`` (no letter outside links, handles and hashtags); ``cut``: where
            texts seem to have been cut (``length, texts, of, longer``: different texts), or None.
        ``set_aside``
            ``posts`` from which something was taken; ``characters`` (share of all), ``looked_at, kinds, commonest``.
        ``duplicates``
            ``exact, near`` (copies), ``unsure``, ``originals`` (posts in use that repeat none), ``share``, ``groups``,
            ``across_authors``, ``largest``, and how they matter: ``by_quarter``, ``by_language``. See
            `discourse.posts.audit.copies`.
        ``authors``
            ``different, without`` (posts), ``top``, ``dominated`` quarters, in which one has more than half.
        ``codes``
            Columns that may hold codes: ``column, values, posts, separator, examples``.

    Examples
    --------
    >>> found = audit(read("posts.csv"), now=datetime.datetime.now(datetime.UTC))  # doctest: +SKIP
    >>> found["rows"]["usable"], found["span"]["days"]  # doctest: +SKIP
    """
    table = posts.table
    found_dates = dates(posts, now)
    steady = table[settled(table["date"], found_dates and found_dates["stray"])]
    counted = quarters(steady)
    return {
        "rows": {
            "read": posts.n_input,
            "usable": len(table) + len(posts.dropped),
            "rejected": len(posts.rejected),
            "filtered": posts.n_filtered,
            "dropped": len(posts.dropped),
        },
        "rejected": _rejected(posts),
        "span": span(steady["date"]),
        "quarters": counted,
        "gaps": gaps(steady["date"]),
        "dates": found_dates,
        "changes": changes(counted),
        "languages": languages(table),
        "texts": texts(table),
        "set_aside": set_aside(table),
        "duplicates": copies(table, posts.dropped, posts.n_unsure),
        "authors": authors(table),
        "codes": codes(posts),
    }


def _rejected(posts: Posts) -> list[dict[str, Any]]:
    """Count rejected rows by reason, with one example each."""
    reasons = posts.rejected.groupby(["column", "reason"], sort=False, dropna=False)
    found = [
        {
            "column": str(rows["column"].iloc[0]),
            "reason": str(rows["reason"].iloc[0]),
            "rows": len(rows),
            "file": str(rows["file"].iloc[0]),
            "row": int(rows["row"].iloc[0]),
            "place": str(rows["place"].iloc[0]),
            "value": str(rows["value"].iloc[0])[:200],
        }
        for _, rows in reasons
    ]
    return sorted(found, key=lambda one: -one["rows"])
