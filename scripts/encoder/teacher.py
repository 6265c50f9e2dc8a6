"""What the English sides mean to a real sentence transformer: the directions that the encoder learns to point in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

_BATCH, _REPORT = 64, 8192


def english_words(tokenizer_file: Path) -> list[str]:
    """List the whole English words that the teacher's own vocabulary knows."""
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(tokenizer_file)).get_vocab()
    return sorted(word for word in words if word.isascii() and word.isalpha() and len(word) > 2)


def encode(folder: Path, texts: Sequence[str], longest: int, progress: Callable[[int, int], None]) -> np.ndarray:
    """Average the transformer's last layer over each text's tokens, in 16 bits where the processor has them.

    Parameters
    ----------
    folder : Path
        A BERT-like model whose sentence vectors are means of its token vectors.
    texts : sequence of str
        What to encode; texts of one length are encoded together, so that none is padded.
    longest : int
        Tokens read of a text.
    progress : callable
        Told of texts done, of all.

    Returns
    -------
    numpy.ndarray, shape (n, d), float32
        Rows of length 1.
    """
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    model = AutoModel.from_pretrained(folder).eval().bfloat16()
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    found = np.empty((len(ids), model.config.hidden_size), dtype=np.float32)
    start = 0
    with torch.inference_mode():
        while start < len(order):
            same = [row for row in order[start : start + _BATCH] if len(ids[row]) == len(ids[order[start]])]
            batch = torch.tensor([ids[row] for row in same])
            hidden = model(input_ids=batch, attention_mask=torch.ones_like(batch)).last_hidden_state
            found[same] = torch.nn.functional.normalize(hidden.float().mean(1), dim=1).numpy()
            start += len(same)
            if start // _REPORT > (start - len(same)) // _REPORT or start == len(order):
                progress(start, len(order))
    return found


def reduced(vectors: np.ndarray, common: np.ndarray, dimensions: int) -> np.ndarray:
    """Centre `vectors` on the mean of the rows `common` and keep their first principal axes; rows of length 1."""
    centred = vectors - vectors[common].mean(axis=0)
    _, axes = np.linalg.eigh(centred[common].T @ centred[common])
    kept = centred @ axes[:, ::-1][:, :dimensions]
    return kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
