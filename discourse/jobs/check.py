"""From files of posts to an audit: what is in them, and what it can bear."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import config as configuration
from discourse.config import Settings
from discourse.jobs.bunching import bunching
from discourse.jobs.findings import findings
from discourse.jobs.reading import Paths, read_posts
from discourse.jobs.support import supports
from discourse.progress import Progress, silent

if TYPE_CHECKING:
    from discourse.posts import Posts


def check(
    paths: Paths,
    *,
    rejected: str | Path | None = None,
    replace: bool = False,
    config: str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
    **overrides: Any,
) -> dict[str, Any]:
    """Look at files of posts before anything is found in them; the network is not asked.

    Parameters
    ----------
    paths : path or sequence of paths
        Files of posts, as for :func:`discourse.cluster`.
    rejected : path, optional
        Write the rows that can't be used here: .csv, .xlsx or .parquet, with ``file, row, place, column, value,
        reason``; where no row can be used, too. Nothing else is written.
    replace : bool
        Overwrite a file ``rejected`` that is there already, unless it is among those that are read.
    config, settings, progress, **overrides
        As for :func:`discourse.cluster`.

    Returns
    -------
    dict
        JSON values only: what `discourse.posts.audit.audit` counts; ``files``, ``notes`` (what was guessed when they
        were read), ``encoder`` (`discourse.jobs.prospect.prospect`), ``bunching``
        (`discourse.jobs.bunching.bunching`), ``supports`` (`discourse.jobs.support.supports`)
        and ``findings`` (`discourse.jobs.findings.findings`).

    Raises
    ------
    DataError
        When there are no usable posts.
    UsageError
        For settings that do not exist, an encoder that does not, or a file that is not to be overwritten.

    Examples
    --------
    >>> audit = discourse.check("posts.csv")  # doctest: +SKIP
    >>> audit["supports"]["drift"]["text"]  # doctest: +SKIP
    """
    from discourse import tables
    from discourse.jobs.prospect import prospect
    from discourse.posts.usable import NothingUsable
    from discourse.target import check_target

    settings = configuration.gather(settings, config, overrides)
    target = None if rejected is None else Path(rejected)
    check_target(target, replace=replace, files=paths)
    try:
        posts = read_posts(paths, settings.posts, progress)
    except NothingUsable as nothing:
        if target is not None:
            tables.write_table(nothing.rejected, target)
        raise
    if target is not None:
        tables.write_table(posts.rejected, target)
    foreseen = prospect(posts, settings.encoder, progress)
    return audit_of(posts, settings, encoder=foreseen)


def audit_of(posts: Posts, settings: Settings, *, encoder: dict[str, Any] | None = None) -> dict[str, Any]:
    """Audit posts that have been read; the encoder is left out where nothing was foreseen of it."""
    from discourse.posts.audit import audit

    found = {
        "files": [source["file"] for source in posts.sources],
        **audit(posts, now=datetime.datetime.now(datetime.UTC)),
        "notes": posts.notes,
    }
    if encoder is not None:
        found["encoder"] = encoder
    found["bunching"] = bunching(posts.table, found["quarters"])
    found["supports"] = supports(found, posts.table["date"], settings.themes.min_size)
    found["findings"] = findings(found)
    return found
