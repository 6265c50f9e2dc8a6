"""Static embeddings: every token has its vector, and a text is the mean of its tokens.

Any folder in the open layout of model2vec or of sentence-transformers' StaticEmbedding is read, without torch:
``tokenizer.json`` by the tokenizers library, ``model.safetensors`` by safetensors. The built-in encoder is one of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from discourse.encoders.base import unit_rows
from discourse.errors import DiscourseError
from discourse.progress import Progress, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUILTIN = "builtin"
"""Name of the encoder that comes with the package."""

_HOME = Path(__file__).parent / BUILTIN
_TOKENIZER, _TENSORS, _CONFIG = "tokenizer.json", "model.safetensors", "config.json"
_MODEL2VEC, _STATIC_EMBEDDING = "embeddings", "embedding.weight"
_CHUNK = 2_000


class StaticEncoder:
    """Vectors of tokens, averaged.

    Parameters
    ----------
    folder : path
        ``tokenizer.json`` and ``model.safetensors``, in the folder itself or where its ``modules.json`` says. A
        ``config.json`` may name ``languages`` (list of ISO 639-1 codes) and tell whether the model is
        ``crosslingual`` and ``word_by_word`` (the tokens of a word are the same whatever stands beside it, so that
        every different word is read once): keys of ours, which the other libraries pass over.
    name : str, optional
        The folder's own name and ``/``, if not given.

    Raises
    ------
    DiscourseError
        If the files are missing or damaged, or do not belong together.

    Notes
    -----
    The vectors are those of model2vec's ``StaticModel`` and of sentence-transformers, scaled to length 1, up to
    rounding. They differ where those libraries do: a token that the vocabulary lacks counts for nothing in a model2vec
    file (tensor ``embeddings``), and as a token of its own in one of StaticEmbedding (``embedding.weight``); here
    too. Nothing is cut: a text of any length is the mean of all its tokens.

    References
    ----------
    Tulkens, S. and van Dongen, T. (2024). Model2Vec: fast state-of-the-art static embeddings.
    """

    max_length = None
    # Reading a vector back from disk takes longer than making it again.
    cacheable = False

    def __init__(self, folder: str | Path, *, name: str | None = None) -> None:
        folder = Path(folder)
        self.name = name or f"{folder.resolve().name}/"
        files = _files(folder)
        if files is None or not all(path.is_file() for path in files):
            raise DiscourseError(f"{self.name}: needs {_TOKENIZER} and {_TENSORS}; not both are in {folder}.")
        tokenizer, tensors = (path.read_bytes() for path in files)
        config = _json(folder / _CONFIG)
        languages = config.get("languages")
        self.languages: tuple[str, ...] | None = tuple(languages) if languages else None
        self.crosslingual: bool | None = config.get("crosslingual")
        self._word_by_word = bool(config.get("word_by_word"))
        self._tokenizer = _tokenizer(tokenizer, self.name)
        self._table = _table(tensors, self._tokenizer.get_vocab_size(), _unknown(self._tokenizer, tokenizer), self.name)
        self.revision = "sha256:" + hashlib.sha256(hashlib.sha256(tokenizer).digest() + tensors).hexdigest()

    @classmethod
    def builtin(cls) -> StaticEncoder:
        """Read the encoder that comes with the package.

        Raises
        ------
        DiscourseError
            If this copy of the package came without it.
        """
        if not has_builtin():
            raise DiscourseError(
                f"--encoder {BUILTIN}: this copy of discourse came without the model ({_HOME / _TENSORS}). Install the "
                "package again, or take --encoder lexical."
            )
        return cls(_HOME, name=BUILTIN)

    @property
    def settings(self) -> Mapping[str, object]:
        """Nothing changes the vectors besides the files."""
        return {}

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def encode(self, texts: Sequence[str], *, progress: Progress = silent) -> np.ndarray:
        """Encode `texts`.

        A text without one known token resembles nothing: it gets a corner of the cube (all numbers equal but for the
        sign), drawn from its hash.

        Parameters
        ----------
        texts : sequence of str
        progress : Progress
            Told of texts encoded, of all texts.

        Returns
        -------
        numpy.ndarray, shape (n, d), float32
            Unit rows.
        """
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            stop = min(start + _CHUNK, len(texts))
            self._add_up(texts[start:stop], rows[start:stop])
            progress("encode", stop, len(texts))
        for at in np.flatnonzero(~rows.any(axis=1)).tolist():
            rows[at] = _corner(texts[at], self.dimension)
        return unit_rows(rows, what=f"vectors of {self.name}")

    def _add_up(self, texts: Sequence[str], out: np.ndarray) -> None:
        """Write the sums of the texts' token vectors to `out`; each different word is read once."""
        number: dict[str, int] = {}
        words = [
            [number.setdefault(word, len(number)) for word in (text.split() if self._word_by_word else (text,))]
            for text in map(_sound, texts)
        ]
        tokens = self._tokenizer.encode_batch_fast(list(number), add_special_tokens=False)
        of_words = np.zeros((len(number), self.dimension), dtype=np.float32)
        _sums(self._table, (word.ids for word in tokens), of_words)
        _sums(of_words, words, out)

    def spans(self, texts: Sequence[str]) -> np.ndarray:
        """Every text is read whole: (n,) int32 of ones."""
        return np.ones(len(texts), dtype=np.int32)

    def blank(self, vectors: np.ndarray) -> np.ndarray:
        """Tell which vectors are of texts without one known token: (n,) bool."""
        sizes = np.abs(vectors)
        return np.asarray((sizes == sizes[:, :1]).all(axis=1))


def has_builtin() -> bool:
    """Tell whether the encoder that comes with the package came with this copy of it."""
    return (_HOME / _TENSORS).is_file()


@dataclass(frozen=True)
class Facts:
    """What a list of encoders says of the built-in one; ``megabytes`` are those of its vectors in memory."""

    languages: tuple[str, ...]
    crosslingual: bool
    dimension: int
    megabytes: float


def builtin_facts() -> Facts | None:
    """Describe the built-in encoder without reading its vectors; None where it is missing."""
    from safetensors import safe_open

    if not has_builtin():
        return None
    config = _json(_HOME / _CONFIG)
    with safe_open(_HOME / _TENSORS, framework="numpy") as tensors:
        rows, dimension = tensors.get_slice(_MODEL2VEC).get_shape()
    return Facts(tuple(config["languages"]), config["crosslingual"], dimension, rows * dimension * 4 / 1e6)


def is_static(folder: Path) -> bool:
    """Tell whether a folder holds static embeddings, and nothing after them but a scaling to length 1.

    Parameters
    ----------
    folder : Path
    """
    from safetensors import SafetensorError, safe_open

    files = _files(folder)
    if files is None or not all(path.is_file() for path in files):
        return False
    if _json(folder / "config_sentence_transformers.json").get("default_prompt_name"):
        return False
    try:
        with safe_open(files[1], framework="numpy") as tensors:
            names = set(tensors.keys())
    except (OSError, SafetensorError):
        return False
    return names == {_STATIC_EMBEDDING} or _MODEL2VEC in names <= {_MODEL2VEC, "mapping", "weights"}


def _files(folder: Path) -> tuple[Path, Path] | None:
    """Say where tokenizer and vectors should be; None where the folder's own list of modules has others."""
    modules = _json(folder / "modules.json") or [{"type": "StaticEmbedding", "path": ""}]
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds[0] != "StaticEmbedding" or set(kinds[1:]) - {"Normalize"}:
        return None
    return folder / modules[0]["path"] / _TOKENIZER, folder / modules[0]["path"] / _TENSORS


def _json(path: Path) -> Any:
    """Read a configuration; an absent one says nothing."""
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise DiscourseError(f"{path}: not a readable configuration of a model ({error}).") from error


def _tokenizer(content: bytes, name: str) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises nothing more precise
        raise DiscourseError(f"{name}: {_TOKENIZER} is no readable tokenizer ({error}).") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _unknown(tokenizer: Tokenizer, content: bytes) -> int | None:
    """Find the id of the token that stands for all that the vocabulary lacks."""
    model = tokenizer.model
    if hasattr(model, "unk_token"):
        return None if model.unk_token is None else tokenizer.token_to_id(model.unk_token)
    # A unigram model does not tell. Within a JSON string the quotes would be escaped: this is the key itself.
    stated = re.search(rb'(?<!\\)"unk_id"\s*:\s*(\d+)', content)
    return int(stated[1]) if stated else None


def _table(content: bytes, n_tokens: int, unknown: int | None, name: str) -> np.ndarray:
    """Read the vector of every token: (tokens, d) float32."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        tensors = load(content)
    except (SafetensorError, TypeError, KeyError) as error:  # the last two for numbers that numpy lacks
        raise DiscourseError(f"{name}: {_TENSORS} can't be read ({error}).") from error
    table = tensors.get(_MODEL2VEC, tensors.get(_STATIC_EMBEDDING))
    if table is None or table.ndim != 2 or table.dtype.kind not in "fi":
        raise DiscourseError(f"{name}: {_TENSORS} holds no table of token vectors, but {', '.join(sorted(tensors))}.")
    if "mapping" in tensors:
        table = table[tensors["mapping"]]
    table = table.astype(np.float32)
    if "weights" in tensors:
        table *= tensors["weights"][:, None]
    if len(table) < n_tokens:
        raise DiscourseError(
            f"{name}: {_TOKENIZER} has {n_tokens:,} tokens, {_TENSORS} {len(table):,} vectors: they don't "
            "belong together."
        )
    if _MODEL2VEC in tensors and unknown is not None:
        table[unknown] = 0
    return table


def _sums(table: np.ndarray, rows: Iterable[Sequence[int]], out: np.ndarray) -> None:
    for members, total in zip(rows, out, strict=True):
        if members:
            table.take(members, axis=0).sum(axis=0, out=total)


def _sound(text: str) -> str:
    """Replace halves of characters, which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _corner(text: str, dimension: int) -> np.ndarray:
    drawn = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(-(-dimension // 8))
    signs = np.unpackbits(np.frombuffer(drawn, dtype=np.uint8))[:dimension]
    return (signs * np.float32(2) - 1) / np.float32(np.sqrt(dimension))
