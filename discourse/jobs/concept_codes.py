"""What hand codes make of the scores of concepts: probabilities, and how good the ranking is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.errors import UsageError
from discourse.jobs.blocks import blocks
from discourse.run import Run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.codes.post_codes import PostCodes
    from discourse.named.centred import Centred
    from discourse.named.definitions import Concept
    from discourse.named.score import Score
    from discourse.stats.ranking import Precision

ALL = "all"
_FIFTHS = 5
STAGES = {
    "name": "str", "label": "str", "stage": "str", "scheme": "str", "code": "str", "coder": "str", "n_coded": "int64",
    "n_with": "int64", "correlation": "float64", "reason": "str",
}  # fmt: skip
CALIBRATION = {
    "name": "str", "fifth": "int64", "n": "int64", "predicted": "float64", "coded": "float64", "low": "float64",
    "high": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class OfCodes:
    """What hand codes say of concepts.

    Attributes
    ----------
    probability : dict of str to numpy.ndarray, shape (posts,)
        Of the concepts that have codes enough.
    precision : dict of (str, str) to Precision
        Average precision of the ranks among coded posts, by concept and language (``all`` for all posts).
    stages : pandas.DataFrame
        One row a concept: ``name, label, stage, scheme, code, coder, n_coded, n_with, correlation, reason``.
    calibration : pandas.DataFrame
        One row a concept and fifth of its coded posts, by probability out of fold: ``name, fifth, n, predicted, coded,
        low, high``.
    notes : list of str
    """

    probability: dict[str, np.ndarray]
    precision: dict[tuple[str, str], Precision]
    stages: pd.DataFrame
    calibration: pd.DataFrame
    notes: list[str]


def of_codes(
    run: Run,
    concepts: Sequence[Concept],
    scores: Mapping[str, Score],
    posts: Centred,
    files: Sequence[str | Path],
    columns: Sequence[str],
) -> OfCodes:
    """Find the codes of each concept, and learn a probability from them where they are enough.

    Raises
    ------
    UsageError
        When no code has the name or label of a concept, or several have that of one.
    DataError
        When a file can't be read.
    """
    import numpy as np
    import pandas as pd

    from discourse.jobs.codes import hand_codes
    from discourse.named.surrogate import UNCALIBRATED, surrogate
    from discourse.stats.ranking import average_precision

    hand = hand_codes(run, files=files, columns=columns) if files or columns else None
    named = {} if hand is None else _named(hand, concepts)
    block, groups = blocks(run)[0], [ALL, *np.unique(posts.group)]
    probability: dict[str, np.ndarray] = {}
    precision: dict[tuple[str, str], Precision] = {}
    stages, calibration = [], []
    for one in concepts:
        if hand is None or one.name not in named:
            reason = "no posts are coded." if hand is None else "none of the codes has its name or label."
            stages.append((one.name, one.label, UNCALIBRATED, "", "", "", 0, 0, np.nan, reason))
            continue
        scheme, code = named[one.name]
        given, rank = hand.outcome(scheme, code), scores[one.name].rank
        coded = ~np.isnan(given)
        found = surrogate(rank, posts.vectors, given, block)
        correlation = float("nan")
        if found.stage != UNCALIBRATED:
            probability[one.name] = found.probability
            correlation = _correlation(found.probability[coded], given[coded])
            calibration += [(one.name, *row) for row in _fifths(found.probability[coded], given[coded])]
        for group in groups:
            rows = coded & ((posts.group == group) | (group == ALL))
            precision[one.name, str(group)] = average_precision(rank[rows], given[rows] == 1, block[rows])
        counts = (int(coded.sum()), int((given == 1).sum()))
        coder = hand.coders(scheme)[0]
        stages.append((one.name, one.label, found.stage, scheme, code, coder, *counts, correlation, found.reason))
    return OfCodes(
        probability,
        precision,
        pd.DataFrame(stages, columns=list(STAGES)).astype(STAGES),
        pd.DataFrame(calibration, columns=list(CALIBRATION)).astype(CALIBRATION),
        [] if hand is None else hand.notes,
    )


def _named(hand: PostCodes, concepts: Sequence[Concept]) -> dict[str, tuple[str, str]]:
    """Find the scheme and code of each concept that has one: the code has its name or label."""
    there = [
        (str(scheme), str(code))
        for scheme, code in zip(hand.codes["scheme"], hand.codes["code"], strict=True)
        if hand.coders(scheme)
    ]
    found = {}
    for one in concepts:
        wanted = {_plain(one.name), _plain(one.label)}
        same = [pair for pair in there if _plain(pair[1]) in wanted]
        if len(same) > 1:
            told = ", ".join(f"{code!r} of {scheme!r}" if scheme else repr(code) for scheme, code in same)
            raise UsageError(
                f"which codes are those of {one.name}? There are {told}; give the files or columns of one."
            )
        if same:
            found[one.name] = same[0]
    if not found:
        codes = ", ".join(dict.fromkeys(code for _, code in there[:12]))
        names = ", ".join(one.name for one in concepts)
        raise UsageError(f"no code has the name or label of a concept. Codes: {codes}. Concepts: {names}.")
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _correlation(probability: np.ndarray, code: np.ndarray) -> float:
    import numpy as np

    if not (probability.std() and code.std()):
        return float("nan")
    return float(np.corrcoef(probability, code)[0, 1])


def _fifths(probability: np.ndarray, code: np.ndarray) -> list[tuple[int, int, float, float, float, float]]:
    """Hold probabilities against codes, in five parts of as many posts, from the lowest up."""
    import numpy as np

    from discourse.stats.shares import interval

    rows = []
    for number, part in enumerate(np.array_split(np.lexsort((code, probability)), _FIFTHS), 1):
        share = float(code[part].mean())
        low, high = interval(share, len(part))
        rows.append((number, len(part), float(probability[part].mean()), share, float(low), float(high)))
    return rows
