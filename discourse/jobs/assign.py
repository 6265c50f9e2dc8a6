"""New posts, placed in the themes of a finished run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import config as configuration
from discourse.config import EncoderSettings, Settings
from discourse.errors import DataError, UsageError
from discourse.jobs.encoding import encode_posts, encoder_of, load_encoder
from discourse.jobs.export import with_themes
from discourse.jobs.reading import Paths, read_posts
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import pandas as pd

    from discourse.encoders import Encoder
    from discourse.encoders.precomputed import Precomputed


@dataclass(frozen=True)
class Placed:
    """New posts with themes.

    Parameters
    ----------
    table : DataFrame
        The new posts under the user's own headings, then ``theme`` (-1: fits nowhere), ``label``, ``strength``
        (0 to 1) and ``similarity`` (cosine to the nearest posts of the run, -1 to 1).
    notes : list of str
    """

    table: pd.DataFrame
    notes: list[str]


def assign(
    paths: Paths,
    *,
    run: str | Path | Run | None = None,
    out: str | Path | None = None,
    replace: bool = False,
    settings: Settings | None = None,
    progress: Progress = silent,
    **overrides: Any,
) -> Placed:
    """Place new posts in the themes of a run by their neighbours in embedding space; nothing is refitted.

    Parameters
    ----------
    paths : path or sequence of paths
        Files of new posts.
    run : path or Run, optional
        The latest run by default; it is not changed.
    out : path, optional
        Write the table here as well: .csv, .xlsx or .parquet.
    replace : bool
        Overwrite a file that is there already, unless it is among those that are read.
    settings : Settings, optional
        How to read and encode, as a whole; by default as the run did, with ``overrides``.
    progress : Progress
    **overrides
        Single settings by name, such as ``text="content"``.

    Returns
    -------
    Placed

    Raises
    ------
    UsageError
        When the run's encoder can't encode new posts: it was a file of vectors and no other is named, or its
        model is there in another revision only. For a file ``out`` that is not to be overwritten.
    DataError
        When there are no usable posts.
    """
    from discourse import tables
    from discourse.target import check_target
    from discourse.themes.assign import assign as place

    run = run if isinstance(run, Run) else open_run(run)
    target = None if out is None else Path(out)
    check_target(target, replace=replace, files=paths, sources=run.manifest["inputs"])
    if settings is None:
        settings = configuration.load(base=run.settings, overrides=overrides)
    encoder = _encoder_of(run, settings.encoder)
    posts = read_posts(paths, settings.posts, progress)
    encoded = encode_posts(posts, encoder, progress)
    if encoded.vectors.shape[1] != run.embeddings.shape[1]:
        raise DataError(
            f"{encoder.name}: has vectors of {encoded.vectors.shape[1]:,} numbers, the run of "
            f"{run.embeddings.shape[1]:,}; encode the new posts with the model that encoded the run."
        )
    found = place(
        encoded.vectors,
        run.embeddings,
        run.assignments["theme"].to_numpy(),
        k=run.manifest["themes"]["neighbors"],
    ).iloc[encoded.distinct.inverse]
    found = found.reset_index(drop=True)
    table = with_themes(posts.table, {"stored": posts.stored, "columns": posts.columns}, found, run.labels)
    table["similarity"] = found["similarity"].to_numpy()
    written = [] if target is None else tables.write_table(table, target)
    return Placed(table, posts.notes + encoded.notes + written)


def _encoder_of(run: Run, settings: EncoderSettings) -> Encoder | Precomputed:
    """Load the encoder a run was made with, or a file of vectors where it was made from another."""
    from discourse.encoders.precomputed import Precomputed

    used = run.manifest["encoder"]["options"]["name"]
    if not Precomputed.is_file(used):
        return encoder_of(run, settings)
    if settings.name == used:
        raise UsageError(
            f"{run.path} was made from the vectors in {used}. "
            "Name those of the new posts: discourse assign new.csv --encoder new-vectors.npy"
        )
    return load_encoder(settings)
