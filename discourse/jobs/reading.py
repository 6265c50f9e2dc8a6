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
    """Read files of posts with the settings of a run."""
    import dataclasses

    from discourse import posts

    return posts.read(paths, **dataclasses.asdict(settings), progress=progress)
