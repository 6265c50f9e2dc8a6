"""Where posts lie on axes: how much nearer to one pole than to the other, as ranks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from discourse.named.centred import Centred
from discourse.named.definitions import Definitions, Pole
from discourse.named.score import Encode, Score, backgrounds, likeness, mean


def positions(posts: Centred, defined: Definitions, encode: Encode) -> dict[str, Score]:
    r"""Place posts on axes.

    With the mean :math:`h` of a post's cosines to the seeds of the high pole in its language and the mean :math:`l` of
    those to the low one, all vectors centred per language (as in `discourse.named.score.score`), the position is

    .. math:: \max(0, h)^2 - \max(0, l)^2

    and its rank within the language. The squares keep posts that are near neither pole in between.

    Parameters
    ----------
    posts : Centred
    defined : Definitions
        Its axes.
    encode : callable
        The posts' own encoder.

    Returns
    -------
    dict of str to Score
        By the name of the axis. Ranks are near 0 at the low pole, near 1 at the high one.

    Notes
    -----
    Posts that speak of nothing that the axis is about are many, and each lies a little to one side by chance. Where the
    subject becomes more common, both ends fill: ask about the posts on the subject alone (``--where``) where you can.
    How well axes did on the sample corpus is in docs/concepts.md.

    References
    ----------
    Kozlowski, A. C., Taddy, M. and Evans, J. A. (2019). The geometry of culture: analyzing the meanings of class
    through word embeddings. American Sociological Review 84(5).

    Examples
    --------
    >>> from discourse.named.centred import centred
    >>> from discourse.named.definitions import Axis, Pole
    >>> vectors = np.eye(3, dtype="float32")
    >>> encode = lambda texts: vectors[[{"mild": 0, "harsh": 1}[text] for text in texts]]
    >>> poles = [Pole(text, text, text, {"en": (text,)}) for text in ("mild", "harsh")]
    >>> defined = Definitions("small", "", (), (Axis("tone", "Tone", "How.", *poles),))
    >>> positions(centred(vectors, ["en"] * 3), defined, encode)["tone"].rank.round(2).tolist()
    [0.17, 0.83, 0.5]
    """
    background, found = backgrounds(defined, encode), {}
    for axis in defined.axes:
        low, high = (_near(posts, pole, background, encode) for pole in (axis.low, axis.high))
        raw = high**2 - low**2
        found[axis.name] = Score(posts.ranked(raw), raw)
    return found


def _near(posts: Centred, pole: Pole, background: Mapping[str, np.ndarray], encode: Encode) -> np.ndarray:
    """Mean cosine of each post to the seeds of a pole, 0 if below."""
    seeds = {lang: posts.sentences(lang, encode(texts), background[lang]) for lang, texts in pole.seeds.items()}
    return np.maximum(0, likeness(posts, seeds, mean))
