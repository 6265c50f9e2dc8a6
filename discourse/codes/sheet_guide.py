"""What coders go by, as tables of a coding sheet: the rules, and the codebook with its examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import pandas as pd

from discourse.codes.questions import NONE, Answer, Question

_COLUMNS = ["scheme", "code", "definition", "language", "yes", "no"]
_EXAMPLES = 3
"""Examples of a code in each language."""


def codebook(questions: Sequence[Question], langs: Sequence[str]) -> pd.DataFrame:
    """List every code with its definition, and what has it and what doesn't, an example of each a row.

    Parameters
    ----------
    questions : sequence of Question
    langs : sequence of str
        Languages of the posts; where a code has examples in any of these, others are left out.

    Returns
    -------
    pandas.DataFrame
        ``scheme, code, definition, language, yes, no``, without columns in which nothing would stand. Code and
        definition stand in the first row of each.

    Examples
    --------
    >>> south = Answer("South", "Its rise.", {"en": ("It rises.", "It grows.")}, {"en": ("The sun rises.",)})
    >>> codebook([Question("South", (south,))], ["en"]).values.tolist()
    [['South', 'Its rise.', 'en', 'It rises.', 'The sun rises.'], ['', '', 'en', 'It grows.', '']]
    """
    rows = []
    for question in questions:
        for answer in question.answers:
            head = (question.header if question.single else "", answer.name, answer.definition)
            for number, example in enumerate(_examples(answer, langs)):
                rows.append((*(head if number == 0 else ("", "", "")), *example))
    made = pd.DataFrame(rows, columns=_COLUMNS)
    return made.drop(columns=[name for name in _COLUMNS if name not in _COLUMNS[1:3] and (made[name] == "").all()])


def _examples(answer: Answer, langs: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give language, what has a code, and what doesn't; nothing thrice where there are no examples."""
    there = list(dict.fromkeys((*answer.examples, *answer.contrast)))
    known = [lang for lang in langs if lang in there] or there
    for lang in known:
        has, has_not = (texts.get(lang, ())[:_EXAMPLES] for texts in (answer.examples, answer.contrast))
        for yes, no in zip_longest(has, has_not, fillvalue=""):
            yield lang, yes, no
    if not known:
        yield "", "", ""


def how_to(questions: Sequence[Question], posts: str, codes: str, note: str, *, begun: bool) -> pd.DataFrame:
    """Write the rules for coders.

    Parameters
    ----------
    questions : sequence of Question
    posts, codes, note : str
        Names of the sheets with the posts and the codebook, and of the column for remarks.
    begun : bool
        Whether some posts have answers already.
    """
    lines = [
        f"Read each post whole. Then answer in every coloured column of the sheet {posts}: a list opens in each cell.",
        f"What counts, and what does not, stands in the sheet {codes}. What is not defined there, agree on before you "
        "begin.",
        "Leave no cell empty: an empty cell means that the post was not coded. If in doubt, decide, and say why under "
        f"{note}: other answers than those of the list can't be read.",
    ]
    if any(question.single for question in questions):
        lines.append(f"Where none of the codes applies, pick {NONE}.")
    if begun:
        lines.append("Some posts were coded before, and have their answers: pass on to the next.")
    lines += [
        "Go from the top to the bottom and pass no post over. The order is random: if you stop early, what is above is "
        "still a sample.",
        "Don't look up when a post is from. Judge what it says, and not what you know of the time.",
        "Several coders work each by themselves, and talk about posts when all are done.",
        "Leave the rows as they are, and the hidden columns, by which the sheet is read. Columns of your own may be "
        "added on the right.",
    ]
    return pd.DataFrame({"how to code": lines})
