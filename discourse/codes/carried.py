"""Answers that posts have already, from codes given before, for the questions of a new sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from discourse.codes.decided import decided
from discourse.codes.post_codes import PostCodes
from discourse.codes.questions import NO, NONE, YES, Question


def carried(hand: PostCodes, questions: Sequence[Question]) -> dict[str, np.ndarray]:
    """Find answers to questions among hand codes.

    A question is answered by the column of its name: a column of yes and no, or a scheme. Where several people coded a
    post, the answer is that of the one who coded most (`discourse.codes.decided.decided`).

    Parameters
    ----------
    hand : PostCodes
        Of n posts.
    questions : sequence of Question

    Returns
    -------
    dict of str to numpy.ndarray of str, shape (n,)
        By heading: what stands in the sheet, "" for posts that were not coded, or were with a code that can't be
        picked. Without the questions that nobody was asked before.

    Examples
    --------
    >>> import pandas as pd
    >>> from discourse.codes.questions import plain
    >>> units = pd.DataFrame({"row": [0, 1], "coder": "Anna", "scheme": "UN"})
    >>> codes = pd.DataFrame({"scheme": ["UN"], "code": ["UN"]})
    >>> hand = PostCodes(np.array(["a", "b", "c"]), units, units.head(1).assign(code="UN"), codes, pd.DataFrame())
    >>> carried(hand, plain(["UN", "SCO"]))["UN"].tolist()
    ['yes', 'no', '']
    """
    found = {}
    for question in questions:
        answers = _picked(hand, question) if question.single else _marked(hand, question)
        if answers is not None:
            found[question.header] = answers
    return found


def _marked(hand: PostCodes, question: Question) -> np.ndarray | None:
    """Answers by yes or no: of a column that is a scheme of its own, or one of several columns of marks."""
    for scheme in (question.header, ""):
        pairs = hand.codes[(hand.codes["scheme"] == scheme) & (hand.codes["code"] == question.header)]
        if len(pairs) and hand.coders(scheme):
            code = decided(hand, scheme, question.header)
            return np.select([code == 1, code == 0], [YES, NO], "")
    return None


def _picked(hand: PostCodes, question: Question) -> np.ndarray | None:
    """Answers by one of several codes; a post that has more than one, or another, has none of them."""
    if not hand.coders(question.header):
        return None
    codes = hand.codes.loc[hand.codes["scheme"] == question.header, "code"].tolist()
    if not codes:
        return None
    given = np.stack([decided(hand, question.header, code) for code in codes])
    held = given.sum(axis=0)  # NaN where not coded
    there = {answer.name for answer in question.answers}
    names = np.array([code if code in there else "" for code in codes], dtype=object)
    return np.select([held == 0, held == 1], [np.full(len(held), NONE), names[np.argmax(given == 1, axis=0)]], "")
