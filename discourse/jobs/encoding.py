"""Vectors for posts: from a file, from the cache, or from an encoder, each distinct post once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discourse.config import EncoderSettings
from discourse.errors import UsageError
from discourse.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.encoders import Encoder
    from discourse.encoders.precomputed import Precomputed
    from discourse.posts import Posts
    from discourse.run import Run
    from discourse.themes.canonical import Distinct

_NO_LANGUAGE = ("und", "other")
_MUCH = 0.05
"""Share of posts in languages new to the encoder from which on people are told."""
_WORTH_NAMING = 0.01


@dataclass(frozen=True)
class Encoded:
    """Posts as vectors.

    Parameters
    ----------
    vectors : (m, d) float32
        Unit rows, one for each distinct post, in canonical order.
    given : (n, d) float32 or None
        Unit rows, one for each post, where they came from a file.
    distinct : Distinct
        Which rows of the posts they stand for.
    blank : (m,) bool
        Distinct posts the encoder can say nothing about.
    notes : list of str
        What a person should know: posts that had to be split, a language barrier.
    """

    vectors: np.ndarray
    given: np.ndarray | None
    distinct: Distinct
    blank: np.ndarray
    notes: list[str]

    def of_posts(self) -> np.ndarray:
        """Return a vector for each post, (n, d): as given, or that of the post it repeats."""
        return self.vectors[self.distinct.inverse] if self.given is None else self.given


def load_encoder(settings: EncoderSettings) -> Encoder | Precomputed:
    """Load the encoder the settings name."""
    from discourse import encoders

    options = dataclasses.asdict(settings)
    return encoders.load(options.pop("name"), **options)


def encoder_of(run: Run, settings: EncoderSettings | None = None) -> Encoder:
    """Load the encoder a run was made with, just as it was then.

    Parameters
    ----------
    run : Run
    settings : EncoderSettings, optional
        How to run it (a device, a batch size); as then by default.

    Raises
    ------
    UsageError
        When the run was made from a file of vectors, the settings name another encoder, or the model that is here
        is another.
    """
    from discourse.encoders.lexical import Lexical
    from discourse.encoders.precomputed import Precomputed
    from discourse.encoders.static import StaticEncoder

    facts = run.manifest["encoder"]
    used = EncoderSettings(**facts["options"])
    settings = settings or used
    if Precomputed.is_file(used.name):
        raise UsageError(
            f"{run.path} was made from the vectors in {used.name}; what made them can't be asked here. Make a run with "
            "the model itself: discourse encoders lists those that are known."
        )
    if settings.name != used.name:
        raise UsageError(f"{run.path} was encoded by {used.name}; vectors of {settings.name} are of another space.")
    if facts["name"] == Lexical.name:
        return Lexical.load(run.path / "encoder")
    encoder = load_encoder(dataclasses.replace(settings, revision=used.revision))
    assert not isinstance(encoder, Precomputed)  # its name is no file's
    if encoder.revision != facts["revision"]:
        if isinstance(encoder, StaticEncoder):
            raise UsageError(
                f"{run.path} was encoded by {used.name} as it was then ({facts['revision'][:16]}); the model here is "
                f"another ({encoder.revision[:16]}). Find the themes anew with it, or take the version of discourse "
                "or the folder that made the run."
            )
        raise UsageError(
            f"{run.path} was encoded by {used.name} in revision {facts['revision']}, here is {encoder.revision}. "
            f"Encode with that one: --revision {facts['revision']}"
        )
    return encoder


def encode_posts(
    posts: Posts, encoder: Encoder | Precomputed, progress: Progress, *, copies_share: bool = True
) -> Encoded:
    """Encode the messages of posts.

    Parameters
    ----------
    posts : Posts
    encoder : Encoder or Precomputed
    progress : Progress
    copies_share : bool
        Whether near copies have the vector of the post they repeat; equal messages always share one.

    Raises
    ------
    DataError
        When a file of vectors does not fit the posts.
    """
    import numpy as np

    from discourse.encoders import cache
    from discourse.encoders.precomputed import Precomputed
    from discourse.themes.canonical import distinct, original_rows

    table = posts.table
    messages = table["message"].tolist()
    order = distinct(messages, original_rows(table) if copies_share else None)
    if isinstance(encoder, Precomputed):
        given = encoder.vectors_for(table["post_id"].tolist(), table["input_row"].to_numpy(), posts.n_input)
        return Encoded(given[order.rows], given, order, np.zeros(len(order.rows), dtype=bool), [])
    texts = [messages[row] for row in order.rows]
    embedded = cache.encode_cached(encoder, texts, progress=progress)
    split = table["lang"].iloc[order.rows][embedded.spans > 1]
    notes = [
        *embedded.notes,
        *_split_notes(encoder, split),
        *barrier_notes(encoder, table["lang"]),
        *coverage_notes(encoder, table["lang"]),
    ]
    blank = encoder.blank(embedded.vectors)
    if blank.any():
        notes.append(f"{int(blank.sum()):,} posts {_blank_reason(encoder)}; they are in no theme.")
    return Encoded(embedded.vectors, None, order, blank, notes)


def encoder_facts(encoder: Encoder | Precomputed, settings: EncoderSettings, dimension: int) -> dict[str, Any]:
    """Return what a manifest says of the encoder of a run."""
    return {
        "name": encoder.name,
        "revision": encoder.revision,
        "dimension": dimension,
        "max_length": encoder.max_length,
        "crosslingual": encoder.crosslingual,
        "options": dataclasses.asdict(settings),
    }


def _split_notes(encoder: Encoder, split: pd.Series[Any]) -> list[str]:
    """Count by language the posts that are longer than the encoder reads at once."""
    if split.empty:
        return []
    counts = ", ".join(f"{n:,} {lang}" for lang, n in split.value_counts().items())
    return [
        f"{len(split):,} posts are longer than the {encoder.max_length} tokens {encoder.name} reads at once "
        f"({counts}); they were split and their parts averaged."
    ]


def barrier_notes(encoder: Encoder, langs: pd.Series[Any]) -> list[str]:
    """Say so where a corpus of several languages meets an encoder that knows no translations."""
    from discourse.encoders.static import BUILTIN, builtin_facts
    from discourse.posts.language_names import english

    shares = langs.value_counts(normalize=True)
    large = [str(lang) for lang, share in shares.items() if share >= 0.05]
    if encoder.crosslingual is not False or len(large) < 2:
        return []
    builtin = builtin_facts()
    other = f"--encoder {BUILTIN}" if builtin and set(large) <= set(builtin.languages) else "A multilingual model"
    return [
        f"The {encoder.name} encoder is not crosslingual: posts in {', '.join(map(english, large))} can share a theme "
        f"only where they share words. {other} finds themes across languages; see `discourse encoders`."
    ]


def coverage_notes(encoder: Encoder, langs: pd.Series[Any]) -> list[str]:
    """Say so where much of a corpus is in languages that the encoder was not trained on, and name a model that was."""
    from discourse.encoders.models import covering
    from discourse.posts.language_names import english

    if encoder.languages is None:
        return []
    shares = langs[~langs.isin(_NO_LANGUAGE)].value_counts() / max(1, len(langs))
    strange = shares[~shares.index.isin(encoder.languages)]
    if strange.sum() < _MUCH:
        return []
    named = strange[strange >= _WORTH_NAMING]
    model = covering(map(str, named.index))
    which = ", ".join(f"{english(str(lang))} {share:.0%}" for lang, share in named.head(5).items())
    return [
        f"{strange.sum():.0%} of the posts are in languages that the {encoder.name} encoder was not trained on"
        + (f" ({which})" if which else "")
        + ": don't rely on their themes."
        + (f" This model was: --encoder {model.name}" if model else "")
    ]


def _blank_reason(encoder: Encoder) -> str:
    from discourse.encoders.lexical import Lexical

    if isinstance(encoder, Lexical):
        return "share no word with any other post"
    return f"hold nothing that the {encoder.name} encoder knows"
