"""The finished model as files that model2vec and sentence-transformers read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from corpus import LANGUAGES
from safetensors.numpy import save as packed
from tokenizers import Tokenizer

_STATIC = "sentence_transformers.models.StaticEmbedding"
_NORMALIZE = "sentence_transformers.models.Normalize"


def save(folder: Path, tokenizer: Tokenizer, vectors: np.ndarray, empty: Sequence[int]) -> None:
    """Write tokenizer, vectors in 16 bits and what the libraries want to know.

    The `empty` pieces have no vector. The unknown one, because one library averages it in and the other leaves it out;
    a mean that is scaled to length 1 is then the same in both. The mark of a word alone, because it stands before every
    word in letters that the vocabulary lacks, and would make all such texts alike. The common scale of all vectors
    means nothing and is set so that 16 bits hold them well.
    """
    rows = vectors / np.linalg.norm(vectors, axis=1).mean()
    rows[list(empty)] = 0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(packed({"embeddings": rows.astype(np.float16)}))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write(
        folder / "config.json",
        {
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "normalize": True,
            "max_length": None,
            "hidden_dim": rows.shape[1],
            "embedding_dtype": "float16",
            "languages": list(LANGUAGES),
            "crosslingual": True,
            # The vocabulary's own splitting: no piece reaches over a space.
            "word_by_word": True,
        },
    )
    _write(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": ".", "type": _STATIC},
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": _NORMALIZE},
        ],
    )


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
