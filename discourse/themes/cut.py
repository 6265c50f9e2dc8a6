"""Posts that were cut off before they came here: the last word of such a post is a piece of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

_NEARLY = 0.9  # of the longest post's length: a limit on length shows there, a common template anywhere
_LEAST = 20  # posts of one length that make a limit
_PILE = 3  # times as many as are a little shorter
_BELOW = 12  # lengths below that are looked at


def cut_short(texts: Sequence[str], messages: Sequence[str]) -> np.ndarray:
    """Tell which messages end within a word.

    Parameters
    ----------
    texts
        The corpus's n posts as they were given.
    messages
        What is left of them when boilerplate is set aside; a message that ends otherwise than its post is whole.

    Returns
    -------
    numpy.ndarray
        (n,) bool. A post that ends in a letter or digit is taken for cut where posts pile up at its length, close
        to the greatest: at least 20 of them, and three times as many as of the lengths a little below. So is one
        that ends in a word with an ellipsis sign.

    Examples
    --------
    >>> posts = ["a post in full", "that goes o…"] + ["a post that somebody cut o"] * 20
    >>> cut_short(posts, posts).tolist()[:3]
    [False, True, True]
    """
    lengths = Counter(map(len, texts))
    longest = max(lengths, default=0)
    limits = {
        n
        for n, times in lengths.items()
        if n >= _NEARLY * longest
        and times >= max(_LEAST, _PILE * float(np.median([lengths[n - less] for less in range(1, _BELOW + 1)])))
    }
    return np.array(
        [
            text[-2:] == message[-2:]
            and ((len(text) in limits and text[-1:].isalnum()) or (text[-1:] == "…" and text[-2:-1].isalnum()))
            for text, message in zip(texts, messages, strict=True)
        ],
        dtype=bool,
    )
