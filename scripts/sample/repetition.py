"""Posts that an account sends out twice: as they were, or with a word put before them."""

from __future__ import annotations

import dataclasses

import numpy as np
from scheduling import PERIOD, Post, day_of, later

_AGAIN = ("Ещё раз: ", "Напоминаем. ", "Повтор. ")
_LONG = 380
"""Characters of a post that a word before it hardly changes."""
_UNREPEATED = ("american-tariffs", "tariffs", "special")


def repeated(posts: list[Post], wanted: np.ndarray, rng: np.random.Generator) -> list[Post]:
    """Add `wanted` repetitions to each period, every other one a near duplicate, all others exact ones."""
    added: list[Post] = []
    left = wanted.copy()
    for i in rng.permutation(len(posts)).tolist():
        post = posts[i]
        period = PERIOD[day_of(post.date)]
        date = later(post, rng)
        near = len(added) % 2 == 1
        if not left[period] or date is None or post.version.subject in _UNREPEATED:
            continue
        if near and len(post.text) < _LONG:
            continue
        again = str(rng.choice(_AGAIN)) + post.text if near else post.text
        added.append(dataclasses.replace(post, date=date, text=again, repeats=post))
        left[period] -= 1
    return posts + added
