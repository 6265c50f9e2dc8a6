"""Posts, read the way the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.config import PostsSettings
from discourse.progress import Progress

if TYPE_CHECKING:
    from discourse.posts import Posts

Paths = str | Path | Sequence[str | Path]


def read_posts(paths: Paths, settings: PostsSettings, progress: Progress) -> Posts:
    """Read files of posts with the settings of a run, and note how many rows were left out and why."""
    import dataclasses

    from discourse import posts

    found = posts.read(paths, **dataclasses.asdict(settings), progress=progress)
    return dataclasses.replace(found, notes=[*found.notes, *_left_out(found)])


def _left_out(posts: Posts) -> list[str]:
    notes = []
    if len(posts.rejected):
        reasons = posts.rejected["reason"].value_counts()
        most = "; ".join(f"{n:,} × {reason}" for reason, n in reasons.head(3).items())
        more = f"; {len(reasons) - 3} other reasons" if len(reasons) > 3 else ""
        notes.append(f"{len(posts.rejected):,} of {posts.n_input:,} rows can't be used: {most}{more}.")
    if posts.n_filtered:
        notes.append(f"{posts.n_filtered:,} of {posts.n_input:,} rows lie outside --since and --until.")
    if len(posts.dropped):
        notes.append(f"{len(posts.dropped):,} posts that repeat an earlier one are left out, as asked.")
    return notes
