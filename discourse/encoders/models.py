"""Hub models worth knowing, with what their cards say; docs/encoders.md gives the reasons and the sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RECOMMENDED = "intfloat/multilingual-e5-base"
"""The hub model to take when posts are in several languages, Kazakh among them."""

_XLM_ROBERTA = tuple(
    """
    af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id
    is it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl nn no om or pa pl ps pt ro ru sa
    sd si sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh
    """.split()  # noqa: SIM905
)
"""Languages of the text that XLM-RoBERTa, and every model that starts from it, has read (Conneau et al. 2020)."""

_LABSE = tuple(
    """
    af am ar as az be bg bn bo bs ca co cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr ht hu
    hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no ny or pa
    pl pt ro ru rw si sk sl sm sn so sq sr st su sv sw ta te tg th tk tl tr tt ug uk ur uz vi wo xh yi yo zh zu
    """.split()  # noqa: SIM905
)
"""Languages of LaBSE (Feng et al. 2022)."""


@dataclass(frozen=True)
class HubModel:
    """One model on the Hugging Face hub.

    Attributes
    ----------
    name : str
        Hub name.
    languages : str
        What it was trained on, for people.
    codes : tuple of str, or None
        The same as codes of ISO 639-1; None where its card does not list them.
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
    codes: tuple[str, ...] | None
    crosslingual: bool
    dimension: int
    millions: int
    prompt: str
    note: str


HUB_MODELS = (
    HubModel(
        RECOMMENDED, "about 100, with kk", _XLM_ROBERTA, True, 768, 278, "query: ",
        "recommended; MIT; reads 512 tokens",
    ),
    HubModel(
        "intfloat/multilingual-e5-small", "about 100, with kk", _XLM_ROBERTA, True, 384, 118, "query: ",
        "the same, smaller and faster; MIT; reads 512 tokens",
    ),
    HubModel(
        "BAAI/bge-m3", "over 100, with kk", _XLM_ROBERTA, True, 1024, 568, "",
        "for long posts; MIT; reads 8,192 tokens; slow without a GPU",
    ),
    HubModel(
        "sentence-transformers/LaBSE", "109, with kk", _LABSE, True, 768, 471, "",
        "made to find translations; Apache 2.0; reads 256 tokens",
    ),
    HubModel(
        "google/embeddinggemma-300m", "over 100", None, True, 768, 308, "task: clustering | query: ",
        "Gemma licence, to be accepted on the hub first; reads 2,048 tokens",
    ),
    HubModel(
        "sentence-transformers/all-MiniLM-L6-v2", "en", ("en",), False, 384, 23, "",
        "English only; Apache 2.0; reads 256 tokens",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What ``discourse encoders eval`` found of an encoder on the encyclopaedia's sentences of the package, for people.

    Attributes
    ----------
    quality : str
        How often the right translation comes first, mean of all pairs of en, ru, kk and zh; and how well clusters of
        all four languages together agree with topics (AMI; 0 is chance, 1 the same).
    speed : str
        Posts of 40 words a second, about, on two cores.
    """

    quality: str
    speed: str


MEASURED = {
    "builtin": Measured("translations 99 %, topics .51", "20,000 posts a second"),
    "lexical": Measured("translations 4 %, topics .02", "8,000 posts a second"),
    "sentence-transformers/all-MiniLM-L6-v2": Measured("translations 5 %, topics .04", "130 posts a second"),
}
"""By name; docs/encoders.md tells more."""


def known(name: str) -> HubModel | None:
    """Return what is known of a hub model, None where nothing is.

    Examples
    --------
    >>> known("intfloat/multilingual-e5-base").prompt
    'query: '
    """
    return next((model for model in HUB_MODELS if model.name.lower() == name.lower()), None)


def covering(languages: Iterable[str]) -> HubModel | None:
    """Return the first multilingual model on our list that was trained on all these languages, None where none was.

    Parameters
    ----------
    languages : iterable of str
        Codes of ISO 639-1.

    Examples
    --------
    >>> covering(["kk", "uz"]).name, covering(["kk", "tg"]).name, covering(["ho"])
    ('intfloat/multilingual-e5-base', 'sentence-transformers/LaBSE', None)
    """
    asked = set(languages)
    fit = (model for model in HUB_MODELS if model.crosslingual and model.codes and asked <= set(model.codes))
    return next(fit, None)
