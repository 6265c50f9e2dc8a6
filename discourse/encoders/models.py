"""Hub models worth knowing, with what their cards say; docs/encoders.md gives the reasons and the sources."""

from __future__ import annotations

from dataclasses import dataclass

RECOMMENDED = "intfloat/multilingual-e5-base"
"""The hub model to take when posts are in several languages, Kazakh among them."""


@dataclass(frozen=True)
class HubModel:
    """One model on the Hugging Face hub.

    Attributes
    ----------
    name : str
        Hub name.
    languages : str
        What it was trained on, for people.
    crosslingual : bool
        Whether translations lie close together.
    dimension : int
        Length of a vector.
    millions : int
        Millions of parameters; times four is megabytes of memory.
    prompt : str
        Text its card asks for before every post in clustering; "" for none.
    note : str
        One line for the table of `discourse encoders`.
    """

    name: str
    languages: str
    crosslingual: bool
    dimension: int
    millions: int
    prompt: str
    note: str


HUB_MODELS = (
    HubModel(
        RECOMMENDED, "about 100, with kk", True, 768, 278, "query: ",
        "recommended; MIT; reads 512 tokens",
    ),
    HubModel(
        "intfloat/multilingual-e5-small", "about 100, with kk", True, 384, 118, "query: ",
        "the same, smaller and faster; MIT; reads 512 tokens",
    ),
    HubModel(
        "BAAI/bge-m3", "over 100, with kk", True, 1024, 568, "",
        "for long posts; MIT; reads 8,192 tokens; slow without a GPU",
    ),
    HubModel(
        "sentence-transformers/LaBSE", "109, with kk", True, 768, 471, "",
        "made to find translations; Apache 2.0; reads 256 tokens",
    ),
    HubModel(
        "google/embeddinggemma-300m", "over 100", True, 768, 308, "task: clustering | query: ",
        "Gemma licence, to be accepted on the hub first; reads 2,048 tokens",
    ),
    HubModel(
        "sentence-transformers/all-MiniLM-L6-v2", "en", False, 384, 23, "",
        "English only; Apache 2.0; reads 256 tokens",
    ),
)  # fmt: skip


def known(name: str) -> HubModel | None:
    """Return what is known of a hub model, None where nothing is.

    Examples
    --------
    >>> known("intfloat/multilingual-e5-base").prompt
    'query: '
    """
    return next((model for model in HUB_MODELS if model.name.lower() == name.lower()), None)
