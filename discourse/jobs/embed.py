"""From files of posts to a file of vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import config as configuration
from discourse.config import Settings
from discourse.errors import DiscourseError
from discourse.jobs.encoding import encode_posts, load_encoder
from discourse.jobs.reading import Paths, read_posts
from discourse.progress import Progress, silent
from discourse.target import check_target

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.posts import Posts


@dataclass(frozen=True)
class Embedded:
    """Posts as vectors: ``vectors`` (n, d) float32 unit rows, one for each row of ``posts``."""

    posts: pd.DataFrame
    vectors: np.ndarray
    name: str
    notes: list[str]


def embed(
    paths: Paths,
    *,
    out: str | Path | None = None,
    replace: bool = False,
    config: str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
    **overrides: Any,
) -> Embedded:
    """Encode posts, and write the vectors to a file if one is named.

    Parameters
    ----------
    paths : path or sequence of paths
        Files of posts, as for :func:`discourse.cluster`.
    out : path, optional
        ``.parquet`` (``post_id`` and ``vector``), or ``.npy`` with a row for each row of the input, where rows that
        could not be used hold zeros. Both can be given to ``cluster --encoder``.
    replace : bool
        Overwrite a file that is there already, unless it is among those that are read.
    config, settings, progress, **overrides
        As for :func:`discourse.cluster`.

    Raises
    ------
    UsageError
        For a file name that ends in neither, or a file that is not to be overwritten.
    DataError
        When there are no usable posts.
    DiscourseError
        When the file can't be written.
    """
    settings = configuration.gather(settings, config, overrides)
    target = None if out is None else Path(out)
    check_target(target, (".parquet", ".npy"), replace=replace, files=paths)
    posts = read_posts(paths, settings.posts, progress)
    encoder = load_encoder(settings.encoder)
    encoded = encode_posts(posts, encoder, progress, copies_share=False)
    vectors = encoded.of_posts()
    if target is not None:
        try:
            _write(target, posts, vectors)
        except OSError as error:
            raise DiscourseError(f"{target}: can't be written: {error.strerror or error}.") from None
    return Embedded(posts.table, vectors, encoder.name, posts.notes + encoded.notes)


def _write(target: Path, posts: Posts, vectors: np.ndarray) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    temporary = target.with_name(f".{target.name}.part")
    try:
        if target.suffix.lower() == ".parquet":
            flat = pa.array(np.ascontiguousarray(vectors).reshape(-1))
            lists = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
            ids = pa.array(posts.table["post_id"].tolist(), type=pa.string())
            pq.write_table(pa.table({"post_id": ids, "vector": lists}), temporary)
        else:
            rows = np.zeros((posts.n_input, vectors.shape[1]), dtype=np.float32)
            rows[posts.table["input_row"].to_numpy()] = vectors
            with temporary.open("wb") as stream:
                np.save(stream, rows, allow_pickle=False)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
