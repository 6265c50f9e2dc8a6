"""What the settings are when nobody says: derived from the number of posts, with the reasons.

They are meant for anything from a few dozen posts to a few hundred thousand. What a run used is in its manifest.
"""

from __future__ import annotations

import math

from discourse.errors import DataError, UsageError

FEWEST_POSTS = 10
"""Fewer posts than this hold at most one theme of the smallest size, which isn't worth a map."""

_SMALLEST_THEME = 5
_PER_ROOT = 0.25
_MOST_NEIGHBORS = 15
_FEWEST_NEIGHBORS = 3


def min_size(n: int, given: int | None = None) -> int:
    """Fewest posts of a theme: a quarter of the square root of the number of posts, at least 5.

    A share of the corpus would hide small themes of large corpora, a constant would shatter large corpora into
    hundreds of themes; with the square root, the themes that fit and the posts each holds grow together. The
    factor is a balance measured on crisis tweets (300 to 9,000 posts): codes of what a post is about, the event,
    agree best with themes at 0.4, codes that cut across subjects at 0.15 or less.

    Parameters
    ----------
    n : int
        Posts.
    given : int, optional
        A value somebody chose, which then holds.

    Returns
    -------
    int

    Raises
    ------
    UsageError
        If the value given is below 2 or above the number of posts.

    Examples
    --------
    >>> [min_size(n) for n in (50, 300, 3_400, 10_000, 300_000)]
    [5, 5, 15, 25, 137]
    """
    if given is not None:
        return _within("--min-size", given, n)
    return max(_SMALLEST_THEME, round(_PER_ROOT * math.sqrt(n)))


def neighbors(n: int, given: int | None = None) -> int:
    """Neighbours per post, itself included: the square root of the number of posts, from 3 to 15.

    Fifteen is what UMAP's authors found to balance fine and broad structure and what most published topic models
    use. In a corpus below 200 posts fifteen would tie each post to much of the whole. On samples of 100 to 500 crisis
    tweets the square root agrees with the events people coded as well as fifteen, and better than half of it.

    Parameters
    ----------
    n : int
        Posts.
    given : int, optional
        A value somebody chose, which then holds.

    Returns
    -------
    int

    Raises
    ------
    UsageError
        If the value given is below 2 or above the number of posts.

    Examples
    --------
    >>> [neighbors(n) for n in (10, 100, 400, 300_000)]
    [3, 10, 15, 15]
    """
    if given is not None:
        return _within("--neighbors", given, n)
    return min(_MOST_NEIGHBORS, max(_FEWEST_NEIGHBORS, round(math.sqrt(n))))


def require_enough(n: int, *, of: int) -> None:
    """Refuse a corpus too small for themes.

    Parameters
    ----------
    n : int
        Different posts with something to go by.
    of : int
        Posts, copies and such without a known word among them.

    Raises
    ------
    DataError
        If there are fewer than 10.
    """
    if n < FEWEST_POSTS:
        raise DataError(
            f"Themes need at least {FEWEST_POSTS} different posts that have words in common with others; "
            f"of the {of:,} {'post' if of == 1 else 'posts'} here, {n} can be used so. "
            "Add posts, or widen --since/--until if they left posts out."
        )


def _within(option: str, given: int, n: int) -> int:
    if not 2 <= given <= n:
        raise UsageError(f"{option} {given} doesn't suit {n} different posts: choose from 2 to {n}.")
    return given
