"""How many posts of each period are to be coded, on which of them codes are most in doubt, and what to expect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discourse.errors import UsageError
from discourse.jobs.labellings import CONCEPTS, SCORES
from discourse.jobs.material import Material

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.codes.questions import Question

PROBABILITY = ":probability"
"""Stands after the name of a concept, in the column of its calibrated scores."""
_FEWEST = 2
"""Codes of a period below which it has no error."""


@dataclass(frozen=True)
class Plan:
    """What will be drawn.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a period that has posts: ``period``, ``posts``, ``to_code``, ``positives`` (how many of these are likely
        to have the rarest code; NaN where nothing is known of shares).
    period : numpy.ndarray, shape (posts,), int
        Row of the table that each post asked about belongs to.
    sizes : numpy.ndarray of int, shape (periods,)
    uncertainty : numpy.ndarray, shape (posts, concepts with scores)
    scored : list of str
        The concepts with scores.
    notes : list of str
    """

    table: pd.DataFrame
    period: np.ndarray
    sizes: np.ndarray
    uncertainty: np.ndarray
    scored: list[str]
    notes: list[str]


def plan(
    asked: Material,
    asked_of: Sequence[Question],
    *,
    n: int | None,
    half_width: float | None,
    share: float | None,
    period: str,
    cuts: Sequence[str],
) -> Plan:
    """Say how many posts of each period are drawn, and what to expect of that.

    Raises
    ------
    UsageError
        For a cut that is no date or leaves no posts on one side; for a width without an expected share.
    """
    import numpy as np
    import pandas as pd

    from discourse.codes.sampling import sizes_for_width
    from discourse.stats.coding_sample import equal_sizes

    names, when = _periods(asked, period, cuts)
    posts = np.bincount(when, minlength=len(names))
    chance, uncertainty, scored = _scores(asked, asked_of, share)
    expected = _expected(chance, when, len(names), share)
    notes = [_scored_note(asked_of, scored)]
    if n is not None:
        sizes = equal_sizes(posts, min(n, len(when)))
        if (sizes < np.minimum(_FEWEST, posts)).any():
            least = int(np.minimum(_FEWEST, posts).sum())
            raise UsageError(
                f"--n {n}: there are {len(names)} periods, and of one with fewer than {_FEWEST} codes nothing is "
                f"known. Draw {least} posts or more, or make periods longer (--period, --cut)."
            )
        if n > len(when):
            notes.append(f"--n {n:,}: there are {len(when):,} posts; all of them are to be coded.")
    else:
        if expected is None:
            raise UsageError(
                "--half-width: how many codes that takes depends on how common the code is. Add --share and a guess, "
                "for example --share 0.1; 0.5 takes most codes, and is never too few."
            )
        sizes = np.maximum(sizes_for_width(posts, expected, float(half_width or 0)), np.minimum(_FEWEST, posts))
        notes.append(_width_note(float(half_width or 0), expected, sizes, posts))
    notes += _positives_notes(expected, sizes, posts, names)
    table = pd.DataFrame({"period": names, "posts": posts, "to_code": sizes})
    table["positives"] = sizes * (np.full(len(names), np.nan) if expected is None else expected.min(axis=0))
    return Plan(table, when, sizes, uncertainty, scored, notes)


def _periods(asked: Material, period: str, cuts: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Name the periods that have posts, and number each post's."""
    import numpy as np

    from discourse.change import calendar
    from discourse.posts.periods import days

    day = days(asked.posts["date"])
    listed = calendar.periods(asked.covered, period, cuts)  # type: ignore[arg-type]
    when = np.searchsorted(listed["first"].to_numpy("datetime64[D]"), day, side="right") - 1
    held, number = np.unique(when, return_inverse=True)
    return listed["period"].astype("str").iloc[held].tolist(), number


def _scores(
    asked: Material, asked_of: Sequence[Question], share: float | None
) -> tuple[list[np.ndarray], np.ndarray, list[str]]:
    """Return calibrated probabilities, how much each scored concept is in doubt, and the names of these concepts."""
    import numpy as np
    import pandas as pd

    from discourse.codes.sampling import USUAL, prior

    chances: list[np.ndarray] = []
    doubts: list[np.ndarray] = []
    names: list[str] = []
    if CONCEPTS in asked.run.manifest.get("added", {}):
        table = asked.run.table(f"{CONCEPTS}/{SCORES}").set_index("post_id").reindex(pd.Index(asked.posts["post_id"]))
        for question in asked_of:
            if not question.concept or question.concept not in table:
                continue
            chance = prior(table[question.concept].to_numpy(dtype="float64"), USUAL if share is None else share)
            if f"{question.concept}{PROBABILITY}" in table:
                chance = table[f"{question.concept}{PROBABILITY}"].to_numpy(dtype="float64")
                chances.append(chance)
            doubts.append(np.sqrt(chance * (1 - chance)))
            names.append(question.concept)
    return chances, np.array(doubts).reshape(len(doubts), len(asked.posts)).T, names


def _expected(chances: Sequence[np.ndarray], when: np.ndarray, periods: int, share: float | None) -> np.ndarray | None:
    """Return the shares to expect, (codes, periods); None where nothing is known."""
    import numpy as np

    if share is not None:
        return np.full((1, periods), share)
    if not chances:
        return None
    return np.array([np.bincount(when, chance) / np.bincount(when) for chance in chances])


def _scored_note(asked_of: Sequence[Question], scored: Sequence[str]) -> str:
    if not scored:
        return (
            "Within a period all posts are drawn alike. Where the run has scores of a concept (discourse concepts), "
            "posts on which they leave most doubt are drawn more often, and fewer codes do."
        )
    told = [one.header for one in asked_of if one.concept in scored]
    return (
        f"Posts on which the scores of {', '.join(told)} leave most doubt are drawn more often; how much more often is "
        "kept with the sample, and taken into account."
    )


def _width_note(half_width: float, expected: np.ndarray, sizes: np.ndarray, posts: np.ndarray) -> str:
    import numpy as np

    most = int(np.argmax(sizes))
    worst = expected[int(np.argmax(expected[:, most] * (1 - expected[:, most]))), most]
    return (
        f"For shares known to plus or minus {100 * half_width:g} points {sizes.sum():,} codes are needed: "
        f"{sizes[most]:,} in a period of {posts[most]:,} posts where a code has a share of {worst:.0%}, fewer in "
        "smaller ones. That is by the codes alone; with a good score the intervals are narrower."
    )


def _positives_notes(
    expected: np.ndarray | None, sizes: np.ndarray, posts: np.ndarray, names: Sequence[str]
) -> list[str]:
    """Say where fewer than ten coded posts with a code must be expected, and what would do."""
    import numpy as np

    from discourse.codes.sampling import FEWEST, codes_for_positives, least_share

    part = np.flatnonzero(sizes < posts).tolist()
    if not part:
        return []
    if expected is None:
        size = int(sizes[part].min())
        takes = least_share(size)
        told = f"that takes a share of about {takes:.0%}" if math.isfinite(takes) else "no share is large enough"
        return [
            f"A period needs {FEWEST} coded posts with a code to be corrected; with {size:,} posts coded {told}. Add "
            "--share and a guess to see how many codes would do."
        ]
    lowest = np.clip(expected.min(axis=0), 1e-4, 1 - 1e-4)
    needed = np.array([codes_for_positives(float(one)) for one in lowest])
    short = [at for at in part if sizes[at] < needed[at]]
    if not short:
        return []
    worst = max(short, key=lambda at: needed[at] / max(1, sizes[at]))
    pooled = math.ceil(needed[worst] / max(1, sizes[worst]))
    found = (
        f"A period needs {FEWEST} coded posts with a code to be corrected, and {len(short)} of {len(names)} may have "
        f"fewer: in {names[worst]}, {sizes[worst]:,} posts to code hold about {sizes[worst] * lowest[worst]:.0f}, at a "
        f"share of {lowest[worst]:.1%}. {FEWEST} in nine of ten samples take about {needed[worst]:,} codes"
    )
    ways = []
    if needed[worst] <= posts[worst]:
        ways.append(f"draw more (--n {np.minimum(np.maximum(needed, sizes), posts).sum()})")
    if pooled <= len(names):
        ways.append(f"correct {pooled} such periods as one (--cut, --period year)")
    if not ways and needed[worst] <= posts.sum():
        ways.append(f"draw that many in all (--n {needed[worst]}), and correct all periods as one")
    return [f"{found}: {', or '.join(ways) or 'more than there are posts. It is too rare here to be corrected'}."]
