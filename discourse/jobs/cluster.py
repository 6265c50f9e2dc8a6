"""From files of posts to a run: read, encode, find themes, name them, write."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import __version__, staging
from discourse import config as configuration
from discourse.config import Settings
from discourse.errors import DataError, UsageError
from discourse.jobs.check import audit_of
from discourse.jobs.edit import carry_into
from discourse.jobs.encoding import Encoded, encode_posts, encoder_facts, load_encoder
from discourse.jobs.reading import Paths, read_posts
from discourse.progress import Progress, silent
from discourse.run import ASSIGNMENTS, Run, default_destination, is_run, open_run, point_latest
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    from discourse.encoders import Encoder
    from discourse.encoders.precomputed import Precomputed
    from discourse.posts import Posts
    from discourse.themes.describe import Description
    from discourse.themes.find import Themes


@dataclass
class _Clock:
    """Seconds spent in each stage."""

    started: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 3)

    def total(self) -> dict[str, float]:
        return {**self.seconds, "total": round(time.perf_counter() - self.started, 3)}


def cluster(
    paths: Paths,
    *,
    out: str | Path | None = None,
    replace: bool = False,
    config: str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
    on_audit: Callable[[dict[str, Any]], None] | None = None,
    **overrides: Any,
) -> Run:
    """Find the themes in files of posts, label them and write a run.

    Parameters
    ----------
    paths : path or sequence of paths
        CSV, TSV, XLSX, JSON, JSON Lines or Parquet files, globs, or ``"-"`` for standard input.
    out : path, optional
        Folder of the run; ``runs/<date>-<hash>`` by default.
    replace : bool
        Let the run take the place of one in ``out``.
    config : path, optional
        A settings file.
    settings : Settings, optional
        Settings as a whole, in place of ``config`` and ``overrides``.
    progress : Progress
        Is told how far the work is.
    on_audit : callable, optional
        Is handed the audit of the posts (see :func:`discourse.check`) once they are read, before the long work.
    **overrides
        Single settings by name: ``min_size=15``, ``encoder="lexical"``, ``timezone="Asia/Almaty"``, ...

    Returns
    -------
    Run

    Raises
    ------
    DataError
        When there are no usable posts, or too few for themes.
    UsageError
        For settings that do not exist or contradict each other, or an ``out`` that is taken.

    Examples
    --------
    >>> run = discourse.cluster("posts.csv", min_size=15)  # doctest: +SKIP
    >>> run.themes.head()  # doctest: +SKIP
    """
    from discourse.posts.language_names import code
    from discourse.themes.describe import describe
    from discourse.themes.find import find_themes

    settings = configuration.gather(settings, config, overrides)
    reading_language = code(settings.labels.reading_language)
    if reading_language is None:
        raise UsageError(
            f"--reading-language {settings.labels.reading_language}: is no language known here. Write its name or its "
            "two letters, for example --reading-language ru"
        )
    labels = dataclasses.replace(settings.labels, reading_language=reading_language)
    edited = None
    if out is not None:
        staging.check_destination(Path(out), replace=replace)
        edited = _edited(Path(out))
    elif replace:
        raise UsageError("--replace goes with --out: it names the run to be replaced.")
    clock = _Clock()
    with clock.stage("read"):
        posts = read_posts(paths, settings.posts, progress)
        audit = audit_of(posts, settings)
    if on_audit is not None:
        on_audit(audit)
    with clock.stage("encode"):
        encoder = load_encoder(settings.encoder)
        encoded = encode_posts(posts, encoder, progress)
    with clock.stage("themes"):
        try:
            themes = find_themes(encoded.vectors, encoded.distinct, encoded.blank, settings.themes, progress)
        except DataError as error:  # too few posts
            rejected = f" {_listing(posts)}" if len(posts.rejected) else ""
            raise DataError(f"{error}{rejected}") from None
    with clock.stage("words"):
        described = describe(posts.table, encoded.vectors, encoded.distinct, themes, labels)
    run = _write(
        posts, audit, encoded, encoder, themes, described, settings, clock, out=out, replace=replace, edited=edited
    )
    point_latest(run.path)
    return run


def _listing(posts: Posts) -> str:
    from discourse.posts.usable import how_to_list

    n = f"{len(posts.rejected):,} of {posts.n_input:,} rows can't be used."
    return f"{n} {how_to_list([source['file'] for source in posts.sources])}"


def _write(
    posts: Posts,
    audit: dict[str, Any],
    encoded: Encoded,
    encoder: Encoder | Precomputed,
    themes: Themes,
    described: Description,
    settings: Settings,
    clock: _Clock,
    *,
    out: str | Path | None,
    replace: bool,
    edited: Run | None,
) -> Run:
    import pandas as pd

    from discourse.encoders.lexical import Lexical

    facts = encoder_facts(encoder, settings.encoder, encoded.vectors.shape[1])
    versions = _versions()
    today = datetime.date.today().isoformat()
    identity = [[source["sha256"] for source in posts.sources], settings.as_dict(), facts, versions]
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
    path = Path(out) if out is not None else default_destination(f"{today}-{digest}")
    assignments = pd.DataFrame(
        {
            "post_id": posts.table["post_id"],
            "theme": themes.labels,
            "strength": themes.strength,
            "x": themes.layout[:, 0],
            "y": themes.layout[:, 1],
        }
    )
    with staging.staged(path, replace=replace) as staged:
        staged.write_table("posts.parquet", posts.table)
        staged.write_table("rejected.csv", posts.rejected)
        if len(posts.dropped):
            staged.write_table("dropped.csv", posts.dropped)
        staged.write_json("audit.json", audit)
        staged.write_array("embeddings.npy", encoded.of_posts())
        staged.write_table(ASSIGNMENTS, assignments)
        staged.write_table("themes.parquet", described.themes)
        staged.write_table("themes.csv", described.themes)
        staged.write_table("keywords.parquet", described.keywords)
        staged.write_table("exemplars.parquet", described.exemplars)
        staged.write_table("languages.parquet", described.languages)
        staged.write_table("tree.parquet", described.tree)
        if isinstance(encoder, Lexical):
            encoder.save(staged.folder("encoder"))
        added, carried = ({}, []) if edited is None else carry_into(staged, edited, posts.table, themes.labels)
        staged.write_manifest(
            {
                "discourse": __version__,
                "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "inputs": posts.sources,
                "columns": posts.columns,
                "stored": posts.stored,
                "settings": settings.as_dict(),
                "seed": settings.themes.seed,
                "encoder": facts,
                "themes": themes.facts,
                "counts": _counts(posts, themes, described),
                "timings": clock.total(),
                "notes": {
                    "posts": posts.notes,
                    "themes": encoded.notes + themes.notes + described.notes + carried,
                },
                **({"added": added} if added else {}),
                "versions": versions,
            }
        )
    return open_run(path)


def _edited(path: Path) -> Run | None:
    """Open the run that is to be replaced, if somebody edited its themes."""
    run = open_run(path) if is_run(path) else None
    return run if run is not None and run.edits.edits else None


def _counts(posts: Posts, themes: Themes, described: Description) -> dict[str, Any]:
    return {
        "read": posts.n_input,
        "rejected": len(posts.rejected),
        "filtered": posts.n_filtered,
        "dropped": len(posts.dropped),
        "posts": len(posts.table),
        "copies": int(posts.table["duplicate_of"].notna().sum()),
        "distinct": themes.facts["distinct_posts"],
        "themes": len(described.themes),
        "noise": int((themes.labels == NOISE).sum()),
        "languages": {str(lang): int(n) for lang, n in posts.table["lang"].value_counts().items()},
    }


def _versions() -> dict[str, str]:
    """Return the versions of what can change a result."""
    import importlib.metadata
    import platform

    packages = ("numpy", "pandas", "scipy", "scikit-learn", "umap-learn", "hdbscan", "numba", "sentence-transformers")
    found = {name: importlib.metadata.version(name) for name in packages}
    return {"python": platform.python_version(), "platform": platform.platform(), **found}
