"""Texts as bags of pieces, and pieces as sums of what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from tokenizers import Tokenizer, models

_LENGTHS = (3, 4, 5, 6)


@dataclass(frozen=True)
class Bags:
    """Piece numbers of many texts: those of text i are ``ids[starts[i]:starts[i + 1]]``."""

    ids: np.ndarray
    starts: np.ndarray

    def take(self, rows: np.ndarray, dropped: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Get the pieces of `rows`, each left out with probability `dropped`, and where each row begins."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        begins = np.cumsum(lengths) - lengths
        ids = self.ids[np.repeat(self.starts[rows] - begins, lengths) + np.arange(lengths.sum())]
        kept = rng.random(len(ids)) >= dropped
        counts = np.bincount(np.repeat(np.arange(len(rows)), lengths)[kept], minlength=len(rows))
        return ids[kept].astype(np.int64), (np.cumsum(counts) - counts).astype(np.int64)


def bags(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Read texts in pieces."""
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in ids])]).astype(np.int64)
    return Bags(np.fromiter((piece for row in ids for piece in row), np.int32, starts[-1]), starts)


def wavering(tokenizer: Tokenizer, alpha: float) -> Tokenizer:
    """Get a tokenizer that draws among the ways a word can be cut; the smaller `alpha`, the freer.

    Kudo, T. (2018). Subword regularization. ACL.
    """
    import json

    stored = json.loads(tokenizer.to_str())["model"]
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.model = models.Unigram([tuple(entry) for entry in stored["vocab"]], stored["unk_id"], alpha=alpha)
    return copy


def composition(vocabulary: Sequence[str], shared_by: int) -> scipy.sparse.csr_matrix:
    """Say which parts each piece is made of: character 3- to 6-grams, characters and pairs of them in Chinese.

    What one form of a word learns, the others learn with it; once training is over, the parts are added up into the
    vectors of the pieces and are gone.

    Returns
    -------
    scipy.sparse.csr_matrix, shape (pieces, parts)
        Rows of length 1. Parts that fewer than `shared_by` pieces have are left out.
    """
    parts = [list(dict.fromkeys(_parts(piece))) for piece in vocabulary]
    counts = Counter(part for found in parts for part in found)
    number = {part: i for i, part in enumerate(part for part, n in counts.items() if n >= shared_by)}
    rows = [[number[part] for part in found if part in number] for found in parts]
    lengths = np.array([len(row) for row in rows])
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return scipy.sparse.csr_matrix((values, columns, starts), shape=(len(vocabulary), len(number)))


def _parts(piece: str) -> list[str]:
    if any("\u3400" <= character <= "\u9fff" for character in piece):
        return [*piece, *(piece[i : i + 2] for i in range(len(piece) - 1))]
    return [piece[i : i + n] for n in _LENGTHS for i in range(len(piece) - n + 1)]
