"""Whether a claim on a theme holds under other fits: the same difference, with the theme as each of them has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.change.cells import cells
from discourse.change.frame import Frame
from discourse.change.labelling import THEME, Labelling
from discourse.change.verdicts import FELL, ROSE
from discourse.stats.multiverse import multiverse
from discourse.stats.overlap import SAME, overlap

COLUMNS = ["kind", "label_id", "label", "from", "to", "specifications", "not_found", "same_sign", "significant"]
COLUMNS += ["median", "low", "high", "joint_p"]


def specifications(
    labelling: Labelling,
    frame: Frame,
    fits: np.ndarray,
    shifts: pd.DataFrame,
    *,
    permutations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compute every claimed shift of a theme again, with the theme as other fits of all posts found it.

    Parameters
    ----------
    labelling : Labelling
        Of themes.
    frame : Frame
    fits : numpy.ndarray, shape (n, fits), int
        Theme of each post in each fit, below 0 for none.
    shifts : pandas.DataFrame
        As from `discourse.change.shifts`.
    permutations, seed : int

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, a row a claim: fits that hold the theme with a Jaccard of .5 or more, fits that don't, the share of
        the former whose difference has the same sign, and whose own p is at most .05; median and quartiles of their
        differences; and the joint p-value (`discourse.stats.multiverse.multiverse`).
    """
    pairs: dict[tuple[str, str], tuple[int, int]] = {frame.name(pair): pair for pair in frame.pairs}
    claims = shifts[shifts["verdict"].isin([ROSE, FELL]) & (shifts["kind"] == THEME) & (shifts["by"] == "")]
    places = {label_id: at for at, label_id in enumerate(labelling.labels["label_id"])}
    rows = []
    for (before, now), of in claims.groupby(["from", "to"], sort=False):
        pair = pairs[str(before), str(now)]
        side = frame.side(pair)
        for claim in of.to_dict("records"):
            held = labelling.of(places[claim["label_id"]])
            found = [one for fit in fits.T if (one := _counterpart(held, fit)) is not None]
            values: Sequence[float] = [np.nan] * 6
            if found:
                counted = cells(_side_by_side(found, labelling.n_posts), frame, side)
                result = multiverse(
                    counted.hits,
                    counted.posts,
                    counted.after,
                    counted.stratum,
                    counted.block,
                    permutations=permutations,
                    seed=seed,
                )
                low, high = np.quantile(result.difference, [0.25, 0.75])
                same = float((np.sign(result.difference) == np.sign(claim["difference"])).mean())
                values = (same, result.significant, result.median, low, high, result.joint_p)
            named = (claim["kind"], claim["label_id"], claim["label"], before, now)
            rows.append((*named, len(found), fits.shape[1] - len(found), *values))
    return pd.DataFrame(rows, columns=COLUMNS)


def _counterpart(held: np.ndarray, fit: np.ndarray) -> np.ndarray | None:
    """Rows of the theme of a fit that is most like some posts; None if none is like enough."""
    known = np.where(fit < 0, -1, fit)
    jaccard = overlap(np.where(held, 0, -1), known, 1).jaccard()
    if not jaccard.size or jaccard[0].max() < SAME:
        return None
    return np.flatnonzero(known == int(np.argmax(jaccard[0])))


def _side_by_side(found: Sequence[np.ndarray], n_posts: int) -> Labelling:
    ids = [str(at) for at in range(len(found))]
    labels = pd.DataFrame({"kind": THEME, "label_id": ids, "label": ids})
    column = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
    return Labelling(labels, np.concatenate(found), column, n_posts, exclusive=False)
