"""What encoding and clustering a corpus would take: time, memory, and posts too long for the encoder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from discourse.config import EncoderSettings
from discourse.errors import DataError
from discourse.jobs.encoding import barrier_notes, coverage_notes, load_encoder
from discourse.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from discourse.encoders import Encoder
    from discourse.posts import Posts

_SECONDS = (5.0, 0.0006, 3e-6)
_GIGABYTES = (0.5, 8e-6, 5e-8)
"""Of a whole run without a transformer: at least, a post, a character; fitted to docs/performance.md."""

_HAN = 3
"""Characters of another script that a Chinese one takes as long as: words have to be found in it."""

_TIMED = 32
_SAMPLED = 2_000


def prospect(posts: Posts, settings: EncoderSettings, progress: Progress) -> dict[str, Any]:
    """Foresee what an encoder makes of a corpus, without the network.

    Returns
    -------
    dict
        ``name``; ``here``: whether it is on this machine; ``problem``: why a file of vectors does not fit, or None;
        ``max_length`` in tokens and ``crosslingual``, None where there is none or nobody has said; ``different``
        messages, copies left out, ``cached`` of them; ``split``: posts longer than it reads at once: ``posts,
        languages, sampled`` (posts looked at; None where all were), None where it is not known; ``seconds`` and
        ``gigabytes`` of a run, about, None where nothing can be said; ``timed``: posts encoded to estimate the time;
        ``barrier``: a sentence where languages meet an encoder that knows no translations, or None; ``coverage``: a
        sentence where much is in languages that the encoder was not trained on, or None.

    Raises
    ------
    UsageError
        The name stands for no encoder.
    """
    from discourse.encoders import cache
    from discourse.encoders.hub import is_here
    from discourse.encoders.lexical import Lexical
    from discourse.encoders.precomputed import Precomputed
    from discourse.encoders.static import BUILTIN
    from discourse.themes.canonical import distinct, original_rows

    every = posts.table["message"].tolist()
    messages = [every[row] for row in distinct(every, original_rows(posts.table)).rows]
    seconds, gigabytes = _cost(len(posts.table), _characters(posts.table["text"]))
    found: dict[str, Any] = {
        "name": settings.name,
        "here": True,
        "problem": None,
        "max_length": None,
        "crosslingual": None,
        "different": len(messages),
        "cached": 0,
        "split": None,
        "seconds": seconds,
        "gigabytes": gigabytes,
        "timed": 0,
        "barrier": None,
        "coverage": None,
    }
    local = settings.name in (Lexical.name, BUILTIN) or Precomputed.is_file(settings.name)
    if not local and not is_here(settings.name, revision=settings.revision, backend=settings.backend):
        return {**found, "here": False, "seconds": None, "gigabytes": None}
    encoder = load_encoder(settings)
    if isinstance(encoder, Precomputed):
        try:
            encoder.vectors_for(posts.table["post_id"].tolist(), posts.table["input_row"].to_numpy(), posts.n_input)
        except DataError as error:
            found["problem"] = str(error)
        return found
    found |= {"name": encoder.name, "max_length": encoder.max_length, "crosslingual": encoder.crosslingual}
    found["barrier"] = next(iter(barrier_notes(encoder, posts.table["lang"])), None)
    found["coverage"] = next(iter(coverage_notes(encoder, posts.table["lang"])), None)
    if isinstance(encoder, Lexical):
        return found
    progress("trying the encoder", 0, 1)
    found["cached"] = cache.n_cached(encoder, messages)
    found["split"] = _split(encoder, posts) if encoder.max_length else None
    missing = len(messages) - found["cached"]
    if missing:
        each, found["timed"] = _seconds_each(encoder, messages)
        found["seconds"] = round(seconds + each * missing, 1)
    progress("trying the encoder", 1, 1)
    return found


def _cost(posts: int, characters: int) -> tuple[float, float]:
    """Estimate seconds of processor time and GiB of a run, reading included."""
    seconds, gigabytes = (
        at_least + a_post * posts + each * characters for at_least, a_post, each in (_SECONDS, _GIGABYTES)
    )
    return round(seconds, 1), round(gigabytes, 2)


def _characters(texts: pd.Series) -> int:
    """Count characters, Chinese ones threefold."""
    return int(texts.str.len().sum()) + (_HAN - 1) * int(texts.str.count(r"[\u3400-\u9fff]").sum())


def _split(encoder: Encoder, posts: Posts) -> dict[str, Any]:
    """Count the posts that an encoder can't read at once; of many posts, by an even sample of them."""
    table = posts.table[["message", "lang"]]
    step = max(1, -(-len(table) // _SAMPLED))
    looked_at = table.iloc[::step]
    long = looked_at[encoder.spans(looked_at["message"].tolist()) > 1]
    scale = len(table) / len(looked_at)
    languages = {str(lang): round(n * scale) for lang, n in long["lang"].value_counts().items()}
    return {
        "posts": round(len(long) * scale),
        "languages": languages,
        "sampled": len(looked_at) if step > 1 else None,
    }


def _seconds_each(encoder: Encoder, messages: list[str]) -> tuple[float, int]:
    """Time the encoding of a few messages of all lengths, once it is warm."""
    by_length = sorted(messages, key=len)
    texts = by_length[:: max(1, len(by_length) // _TIMED)][:_TIMED]
    encoder.encode(texts[:2])
    begun = time.perf_counter()
    encoder.encode(texts)
    return (time.perf_counter() - begun) / len(texts), len(texts)
