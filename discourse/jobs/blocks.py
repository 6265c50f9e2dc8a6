"""The blocks that the posts of a run come in, for what is not asked of two periods alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np


def blocks(run: Run) -> tuple[np.ndarray, str]:
    """Give each post the number of its week, or of its day if there are few weeks; one without a date is by itself.

    Returns
    -------
    block : numpy.ndarray, shape (posts,), int64
        The same whatever the order of the posts.
    unit : str
        ``week``, ``day``, or ``post`` where none has a date.
    """
    import numpy as np

    from discourse.change.frame import FEWEST_WEEKS
    from discourse.posts.periods import days, weeks

    day = days(run.posts["date"])
    dated = ~np.isnat(day)
    week = weeks(day[dated])
    unit = "week" if len(np.unique(week)) >= FEWEST_WEEKS else "day"
    block = np.empty(len(day), dtype="int64")
    block[dated] = week if unit == "week" else day[dated].astype("int64")
    order = np.argsort(run.posts["post_id"].to_numpy(dtype="str")[~dated])
    lone = np.empty(len(order), dtype="int64")
    lone[order] = np.arange(len(order))
    block[~dated] = block[dated].max(initial=0) + 1 + lone
    return block, unit if dated.any() else "post"
