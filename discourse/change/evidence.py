"""Whether enough posts were coded for a corrected share to be told of just these posts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from discourse.change.labelling import CORRECTED, Labelling
from discourse.codes.sampling import FEWEST


def lacking(labelling: Labelling, sides: Mapping[str, np.ndarray]) -> list[str]:
    """Say of each label why the codes behind its shares don't do; "" if they do, or none are behind them.

    A corrected share may be asked of other periods than those it was corrected in. Its intervals hold what they promise
    where ten coded posts have the code, or all posts are coded.

    Parameters
    ----------
    labelling : Labelling
    sides : mapping of str to numpy.ndarray
        Rows of the posts of each period, in rising order, by its name.

    Examples
    --------
    >>> from discourse.change.labelling import from_values
    >>> codes = np.where(np.arange(60) < 30, np.arange(60) < 9, np.nan)[:, None]
    >>> labels = from_values(np.full((60, 1), 0.3), CORRECTED, ["a"], ["a"], codes)
    >>> lacking(labels, {"2024": np.arange(60)})
    ['2024: 9 of 30 coded posts have it, and 10 are needed']
    """
    reasons = [""] * len(labelling.labels)
    if labelling.code is None:
        return reasons
    for name, rows in sides.items():
        part = labelling.narrowed(rows)
        for at in np.flatnonzero(part.labels["kind"] == CORRECTED).tolist():
            codes = part.code[part.column == at]  # type: ignore[index]
            coded, positives = int(np.isfinite(codes).sum()), int((codes == 1).sum())
            if coded < len(codes) and positives < FEWEST and not reasons[at]:
                have = "has" if positives == 1 else "have"
                reasons[at] = f"{name}: {positives} of {coded} coded posts {have} it, and {FEWEST} are needed"
    return reasons
