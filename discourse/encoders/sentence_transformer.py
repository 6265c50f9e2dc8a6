"""Any sentence-transformers model, by hub name or folder."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from discourse.encoders.base import pool, unit_rows
from discourse.encoders.hub import Located, locate
from discourse.encoders.models import known
from discourse.encoders.windows import split
from discourse.errors import DiscourseError, UsageError
from discourse.progress import Progress, silent

BACKENDS = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}
"""What runs a model, and the library each needs."""
_PADDED_POSITIONS = ("roberta", "xlm-roberta", "camembert", "mpnet")
"""Families whose table of positions has a few entries that no token can use."""
_BATCHES_A_CALL = 16
"""Batches handed over at once: rare enough to cost nothing, often enough for a progress bar."""


class SentenceTransformerEncoder:
    """A transformer that turns a text into one vector.

    The files are found, and the revision pinned, at once; torch is imported and the weights are read when the
    first text is encoded, so that a run whose vectors are all in the cache never waits for them.

    Parameters
    ----------
    name : str
        Hub name or folder.
    revision : str, optional
        Commit, tag or branch of a hub model.
    batch_size : int
        Texts encoded at once. Changes speed and memory, not the vectors.
    device : str, optional
        ``cpu``, ``cuda``, ``cuda:1``, ``mps``; the fastest there is if not given.
    backend : {"torch", "onnx", "openvino"}
        What runs the model.
    prompt : str, optional
        Text put before every post, or the name of one of the model's own prompts. If not given, the one that
        the model's card asks for, where it is among the models we know, else the model's own default; ``""``
        is none.

    Raises
    ------
    UsageError, DiscourseError
        See `discourse.encoders.hub.locate`.
    """

    cacheable = True

    def __init__(
        self,
        name: str,
        *,
        revision: str | None = None,
        batch_size: int = 32,
        device: str | None = None,
        backend: str = "torch",
        prompt: str | None = None,
    ) -> None:
        if backend not in BACKENDS:
            raise UsageError(f"--backend {backend}: choose one of {', '.join(BACKENDS)}.")
        if importlib.util.find_spec(BACKENDS[backend]) is None:
            raise DiscourseError(
                f"--backend {backend} needs an extra of sentence-transformers that is not installed. Type:\n"
                f'  pip install "sentence-transformers[{backend}]"\nor leave --backend out.'
            )
        if batch_size < 1:
            raise UsageError(f"--batch-size {batch_size}: at least 1 is needed.")
        self.batch_size = batch_size
        self.device = device
        self.backend = backend
        self._located: Located = locate(name, revision=revision, backend=backend)
        self.name = self._located.name
        self.revision = self._located.revision
        card = known(self.name)
        self.crosslingual: bool | None = card.crosslingual if card else None
        self.languages: tuple[str, ...] | None = card.codes if card else None
        self._max_length = _stated_length(self._located.folder)
        self.prompt = self._prompt(prompt, card.prompt if card else None)
        self._model: Any = None

    @property
    def settings(self) -> Mapping[str, object]:
        """What changes the vectors besides the weights."""
        return {"backend": self.backend, "prompt": self.prompt}

    @property
    def dimension(self) -> int | None:
        """Length of a vector; None until the model has been read."""
        return self._model.get_embedding_dimension() if self._model is not None else None

    @property
    def max_length(self) -> int | None:
        """Tokens read at once, the model's own marks and the prompt included."""
        return self._max_length

    def encode(self, texts: Sequence[str], *, progress: Progress = silent) -> np.ndarray:
        """Encode `texts`; the windows of a long one are encoded one by one and averaged by their tokens.

        Parameters
        ----------
        texts : sequence of str
            Not empty ones.
        progress : Progress
            Told of windows encoded, of all windows.

        Returns
        -------
        numpy.ndarray, shape (n, d), float32
            Unit rows in the order of `texts`. A text's vector depends neither on the others nor on
            `batch_size`, but for rounding (about 1e-6).
        """
        model = self._loaded()
        pieces = self._pieces(texts)
        windows = [window for text in pieces for window, _ in text]
        tokens = np.array([max(n, 1) for text in pieces for _, n in text], dtype=np.float32)
        if not windows:
            return np.empty((0, model.get_embedding_dimension()), dtype=np.float32)
        # Texts of one length together waste no padding; the longest first, so that a lack of memory shows at once.
        order = np.argsort(-tokens, kind="stable")
        vectors: np.ndarray | None = None
        step = self.batch_size * _BATCHES_A_CALL
        for start in range(0, len(order), step):
            rows = order[start : start + step]
            part = model.encode(
                [windows[row] for row in rows],
                prompt=self.prompt,
                batch_size=self.batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            if vectors is None:
                vectors = np.empty((len(windows), part.shape[1]), dtype=np.float32)
            vectors[rows] = unit_rows(part, what=f"vectors of {self.name}")
            progress("encode", min(start + step, len(order)), len(order))
        assert vectors is not None
        return pool(vectors, tokens, np.array([len(text) for text in pieces]))

    def spans(self, texts: Sequence[str]) -> np.ndarray:
        """How many windows each text is read in, (n,) int32."""
        return np.array([len(text) for text in self._pieces(texts)], dtype=np.int32)

    def blank(self, vectors: np.ndarray) -> np.ndarray:
        """No text is blank to a model whose vocabulary ends in single characters: (n,) bool, all False."""
        return np.zeros(len(vectors), dtype=bool)

    def _pieces(self, texts: Sequence[str]) -> list[list[tuple[str, int]]]:
        """Cut each text into windows, each with its number of tokens."""
        self._loaded()
        limit = self._max_length
        counts = self._count(texts)
        if limit is None:
            return [[(text, n)] for text, n in zip(texts, counts, strict=True)]
        capacity = limit - self._overhead()
        if capacity < 8:
            raise UsageError(
                f"The prompt {self.prompt!r} leaves {max(capacity, 0)} of the {limit} tokens that {self.name} "
                "reads at once. Take a shorter --prompt."
            )
        return [
            [(text, n)] if n <= capacity else split(text, capacity, self._count)
            for text, n in zip(texts, counts, strict=True)
        ]

    def _count(self, texts: Sequence[str]) -> list[int]:
        tokenizer = self._loaded().tokenizer
        if not texts:
            return []
        if hasattr(tokenizer, "encode_batch"):  # static embeddings carry a bare tokenizer
            return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        encoded = tokenizer(
            list(texts), add_special_tokens=False, truncation=False, return_attention_mask=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def _overhead(self) -> int:
        """Tokens that are not the text's: the model's own marks and the prompt."""
        tokenizer = self._loaded().tokenizer
        special = getattr(tokenizer, "num_special_tokens_to_add", None)
        return (int(special()) if special else 0) + (self._count([self.prompt])[0] if self.prompt else 0)

    def _prompt(self, asked: str | None, card: str | None) -> str:
        stated = _stated(self._located.folder / "config_sentence_transformers.json")
        prompts: dict[str, str] = stated.get("prompts") or {}
        if asked is not None:
            return prompts.get(asked, asked)
        if card is not None:
            return card
        return prompts.get(stated.get("default_prompt_name") or "", "")

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _read(self._located, self.name, self.device, self.backend)
            # What is said to be read at once is what is read at once.
            if self._max_length is not None and hasattr(self._model.tokenizer, "model_max_length"):
                self._model.max_seq_length = self._max_length
        return self._model


def _stated(path: Path) -> Any:
    """Read one of a model's configuration files; an absent one states nothing."""
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise DiscourseError(f"{path}: not a readable configuration of a model ({error}).") from error


def _stated_length(folder: Path) -> int | None:
    """Tokens that a model reads at once, by its files, so that the weights need not be read to know it."""
    modules = _stated(folder / "modules.json")
    first = folder / (modules[0]["path"] if modules else "")
    stated = _stated(first / "sentence_bert_config.json").get("max_seq_length")
    config = _stated(first / "config.json")
    positions = config.get("max_position_embeddings")
    if positions and config.get("model_type") in _PADDED_POSITIONS:
        positions -= config.get("pad_token_id", 1) + 1
    lengths = [stated or _stated(first / "tokenizer_config.json").get("model_max_length"), positions]
    # Tokenizers without a limit state an astronomical one.
    known_lengths = [int(length) for length in lengths if length and 0 < length < 1_000_000]
    return min(known_lengths, default=None)


def _read(located: Located, name: str, device: str | None, backend: str) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            str(located.folder),
            device=device,
            backend=cast(Any, backend),
            local_files_only=True,
            trust_remote_code=False,
            # In 32 bits whatever the weights were saved in: the same vectors on every machine.
            model_kwargs={"use_safetensors": True, "dtype": "float32"} if backend == "torch" else {},
        )
    except Exception as error:  # whatever is wrong with the files, each model family says it in its own way
        custom = " Models that bring their own program code are not run." if "trust_remote_code" in str(error) else ""
        raise DiscourseError(
            f"{name} can't be read as a sentence-transformers model ({type(error).__name__}: {error}).{custom}"
        ) from error
    finally:
        if bar:
            logging.enable_progress_bar()
    model.eval()
    return model
