"""Which encoder a name stands for, and which there are."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.encoders.base import Encoder
from discourse.encoders.hub import suggestion
from discourse.encoders.lexical import Lexical
from discourse.encoders.models import HUB_MODELS, MEASURED
from discourse.encoders.precomputed import Precomputed
from discourse.encoders.sentence_transformer import SentenceTransformerEncoder
from discourse.encoders.static import BUILTIN, StaticEncoder, builtin_facts, is_static
from discourse.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd


def load(
    name: str | os.PathLike[str],
    *,
    revision: str | None = None,
    prompt: str | None = None,
    batch_size: int = 32,
    device: str | None = None,
    backend: str = "torch",
) -> Encoder | Precomputed:
    """Get an encoder by its name.

    Parameters
    ----------
    name : str or path
        ``builtin`` or ``lexical``; a file of vectors, ``.npy`` or ``.parquet``; a folder where a lexical encoder,
        static embeddings or a sentence-transformers model was saved; or the hub name of such a model.
    revision, prompt, batch_size, device, backend
        For models that sentence-transformers runs, see `SentenceTransformerEncoder`.

    Returns
    -------
    Encoder or Precomputed
        A file of vectors comes as `Precomputed`, which has ``vectors_for`` in place of ``encode``.

    Raises
    ------
    UsageError
        If the name stands for nothing, or a setting is given that would change nothing.
    DiscourseError
        If a model is damaged, or neither on this machine nor to be had from the hub.

    Examples
    --------
    >>> load("lexical").encode(["Snow in Astana", "Snow in Almaty"]).shape
    (2, 18)
    """
    path = Path(name).expanduser()
    idle = [
        flag
        for flag, given in {
            "--revision": revision is not None,
            "--prompt": prompt is not None,
            "--batch-size": batch_size != 32,
            "--device": device is not None,
            "--backend": backend != "torch",
        }.items()
        if given
    ]
    text = os.fspath(name)
    own: Callable[[], Encoder | Precomputed] | None = None
    if text == Lexical.name:
        own = Lexical
    elif text == BUILTIN:
        own = StaticEncoder.builtin
    elif (path / "lexical.json").is_file():
        own = partial(Lexical.load, path)
    elif Precomputed.is_file(path):
        own = partial(Precomputed, path)
    elif is_static(path):
        own = partial(StaticEncoder, path)
    if own and idle:
        raise UsageError(f"{', '.join(idle)}: for transformers only; {name} is not one. Leave it out.")
    if own:
        return own()
    if path.suffix.lower() in {".npz", ".csv", ".pkl", ".pt", ".safetensors"} and path.is_file():
        raise UsageError(f"--encoder {text}: vectors are read from .npy or .parquet files.{suggestion(text)}")
    return SentenceTransformerEncoder(
        text, revision=revision, prompt=prompt, batch_size=batch_size, device=device, backend=backend
    )


def available() -> pd.DataFrame:
    """List the encoders there are, without asking the network.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``kind``, ``languages``, ``crosslingual`` (True, False, or NA where it depends),
        ``dimension``, ``size`` (of the weights in memory), ``speed`` and ``quality`` (as measured by ``discourse
        encoders eval``, see `discourse.encoders.models.MEASURED`; empty where nobody has), ``here`` (whether it is on
        this machine) and ``note``. Hub models that are here without being on our list come last.
    """
    import pandas as pd

    facts = builtin_facts()
    rows: list[dict[str, object]] = []
    if facts:
        rows.append(
            {"name": BUILTIN, "kind": "built in", "languages": ", ".join(facts.languages),
             "crosslingual": facts.crosslingual, "dimension": str(facts.dimension),
             "size": f"{facts.megabytes:.0f} MB", "here": True, "note": "vectors of tokens, averaged; no download"}
        )  # fmt: skip
    rows += [
        {"name": Lexical.name, "kind": "built in", "languages": "any", "crosslingual": False, "dimension": "to 150",
         "size": "", "here": True, "note": "words and letters of the posts themselves; no download"},
        {"name": "vectors.npy, vectors.parquet", "kind": "vectors file", "languages": "any", "crosslingual": pd.NA,
         "dimension": "any", "size": "", "here": True, "note": "vectors made elsewhere, a row a post or with ids"},
    ]  # fmt: skip
    here = _models_here()
    for model in HUB_MODELS:
        rows.append(
            {"name": model.name, "kind": "hub model", "languages": model.languages,
             "crosslingual": model.crosslingual, "dimension": str(model.dimension),
             "size": f"{model.millions * 4 / 1000:.1f} GB", "here": model.name in here, "note": model.note}
        )  # fmt: skip
    for name in sorted(here - {model.name for model in HUB_MODELS}):
        rows.append(
            {"name": name, "kind": "hub model", "languages": "see its card", "crosslingual": pd.NA, "dimension": "",
             "size": "", "here": True, "note": "found on this machine"}
        )  # fmt: skip
    for row in rows:
        measured = MEASURED.get(str(row["name"]))
        row |= {"speed": measured.speed if measured else "", "quality": measured.quality if measured else ""}
    order = ["name", "kind", "languages", "crosslingual", "dimension", "size", "speed", "quality", "here", "note"]
    table = pd.DataFrame(rows)[order]
    table["crosslingual"] = table["crosslingual"].astype("boolean")
    return table


def _models_here() -> set[str]:
    """Name the sentence-transformers models in the local copy of the hub."""
    from huggingface_hub.constants import HF_HUB_CACHE

    snapshots = Path(HF_HUB_CACHE).glob("models--*/snapshots/*/modules.json")
    return {path.parts[-4].removeprefix("models--").replace("--", "/") for path in snapshots}
