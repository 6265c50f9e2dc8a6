"""What a reader of prevalence and shifts must keep in mind: said where the numbers call for it, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.change.labelling import NOISE
from discourse.change.shifts import Pair
from discourse.change.verdicts import FELL, ROSE
from discourse.posts.language_names import english

COLUMNS = ["pitfall", "text"]
FEWEST_BLOCKS = 6
_MIX = 0.005
"""Change of a share by mix alone from which it is told."""
_SURGE = 0.1
SEEN = 0.001
"""Difference that shows where shares are written in tenths of a point."""
WITHIN = "Points are changes within languages; the shares beside them are of all posts, and move with the mix too."
_MANY = 4


def pitfalls(
    compared: Sequence[Pair],
    prevalence: pd.DataFrame,
    shifts: pd.DataFrame,
    composition: pd.DataFrame,
    authors: pd.DataFrame,
    *,
    family: int,
    copies: int,
) -> pd.DataFrame:
    """List what applies to an analysis.

    Parameters
    ----------
    compared : sequence of Pair
    prevalence, shifts, composition, authors : pandas.DataFrame
        The tables of the analysis.
    family : int
        Tests behind the q-values.
    copies : int
        Posts that repeat an earlier one and were counted.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: the name of the pitfall, and a sentence.
    """
    found = [
        *_coverage(prevalence),
        *_blocks(compared),
        *_alone(compared),
        *_lasting(shifts),
        *_noise(shifts),
        *_within(shifts),
        *_mix(composition),
        *_one_author(authors),
        *_squeeze(shifts),
    ]
    if copies:
        repeat = "post repeats an earlier one and counts" if copies == 1 else "posts repeat an earlier one and count"
        found.append(("copies", f"{copies:,} {repeat}; --duplicates drop leaves out what repeats."))
    if family:
        tests = "one test, the one" if family == 1 else f"{family:,} tests, those"
        found.append(("many tests", f"q is over {tests} that could find anything in so many posts."))
    return pd.DataFrame(found, columns=COLUMNS)


def _coverage(prevalence: pd.DataFrame) -> list[tuple[str, str]]:
    first = prevalence.drop_duplicates("period")
    empty = first.loc[first["n_total"] == 0, "period"].tolist()
    partial = first.loc[first["note"].str.contains("partial", regex=False), "period"].tolist()
    holes = first.loc[first["note"].str.contains("without any post", regex=False), "period"].tolist()
    found = []
    if empty:
        found.append(("empty periods", f"No posts in {_named(empty)}."))
    if partial:
        found.append(("partial periods", f"The posts begin or end within {_named(partial)}."))
    if holes:
        found.append(("missing days", f"Days without posts in {_named(holes)}: were they collected?"))
    return found


def _blocks(compared: Sequence[Pair]) -> list[tuple[str, str]]:
    few = [_of(pair.by, f"{pair.before} → {pair.now}") for pair in compared if _fewest(pair) < FEWEST_BLOCKS]
    if not few:
        return []
    return [
        ("few blocks", f"{_named(few)}: a period with posts in fewer than {FEWEST_BLOCKS} weeks or days; p is coarse.")
    ]


def _fewest(pair: Pair) -> int:
    return min(len(np.unique(pair.counts.block[pair.counts.after == when])) for when in (False, True))


def _alone(compared: Sequence[Pair]) -> list[tuple[str, str]]:
    where: dict[str, list[str]] = {}
    for pair in compared:
        for lang in () if pair.by else pair.counts.alone:
            where.setdefault(english(lang), []).append(f"{pair.before} → {pair.now}")
    return [
        ("languages", f"{lang} has posts enough in one period alone ({_named(at)}): shifts are told within the others.")
        for lang, at in where.items()
    ]


def _lasting(shifts: pd.DataFrame) -> list[tuple[str, str]]:
    claimed = shifts[shifts["verdict"].isin([ROSE, FELL]) & shifts["note"].str.contains("hang together", regex=False)]
    labels = list(dict.fromkeys(claimed["label"]))
    if not labels:
        return []
    told = "swings that last pass for shifts between two periods: read these as description"
    return [("lasting swings", f"Shares of {_named(labels)} hang together from week to week; {told}.")]


def _noise(shifts: pd.DataFrame) -> list[tuple[str, str]]:
    moved = shifts[(shifts["kind"] == NOISE) & shifts["verdict"].isin([ROSE, FELL])]
    where = [f"{row['from']} → {row['to']}" for row in moved.to_dict("records")]
    if not where:
        return []
    told = "the share of posts in no theme changed, so shares among clustered posts are not comparable"
    return [("noise", f"{_named(where)}: {told}; ours are of all posts.")]


def _within(shifts: pd.DataFrame) -> list[tuple[str, str]]:
    """Tell that differences are not those of the shares beside them, where a reader may see it."""
    off = (shifts["difference"] - (shifts["share_to"] - shifts["share_from"])).abs() >= SEEN
    return [("within languages", WITHIN)] if off.any() else []


def _mix(composition: pd.DataFrame) -> list[tuple[str, str]]:
    found = []
    what = {"lang": "languages", "author": "accounts", "platform": "platforms"}
    for factor, of in composition.groupby("factor", sort=False):
        telling = of[(of["mix"].abs() >= _MIX) & (of["mix"].abs() >= of["within"].abs() / 2)]
        if len(telling):
            labels = list(dict.fromkeys(telling.sort_values("mix", key=abs, ascending=False)["label"]))
            name = what.get(str(factor), str(factor))
            found.append(
                (
                    "mix",
                    f"The mix of {name} changed, and moved {_named(labels)}; composition.csv parts it from the rest.",
                )
            )
    return found


def _one_author(authors: pd.DataFrame) -> list[tuple[str, str]]:
    turned = authors[np.sign(authors["difference"]) != np.sign(authors["without"])]
    turned = turned[(turned["difference"].abs() >= _MIX) & turned["without"].notna()]
    found = []
    if len(turned):
        labels = list(dict.fromkeys(map(_of, turned["by"], turned["label"])))
        found.append(
            ("one author", f"Without their main author {_named(labels)} did not move that way; see authors.csv.")
        )
    return found


def _squeeze(shifts: pd.DataFrame) -> list[tuple[str, str]]:
    """Tell where labels fell because one of them took their room."""
    found = []
    themes = shifts[shifts["kind"].isin(["theme", NOISE]) & (shifts["by"] == "")]
    for (before, now), of in themes.groupby(["from", "to"], sort=False):
        surge = of[(of["verdict"] == ROSE) & (of["difference"] >= _SURGE)]
        if len(surge) != 1:
            continue
        grown = surge.iloc[0]
        rest = of[(of["verdict"] == FELL)]
        left = rest["share_to"] / (1 - grown["share_to"]) - rest["share_from"] / (1 - grown["share_from"])
        held = rest.loc[left.abs() < rest["difference"].abs() / 2, "label"].tolist()
        if held:
            found.append(
                (
                    "squeeze",
                    f"{before} → {now}: {grown['label']} took {grown['difference']:.0%} of all posts; of the rest, "
                    f"{_named(held)} kept about the same share.",
                )
            )
    return found


def _of(by: str, what: str) -> str:
    """Put the group of posts before what is said of it."""
    return f"{by}: {what}" if by else what


def _named(names: Sequence[str]) -> str:
    listed = [str(name) for name in names[:_MANY]]
    rest = len(names) - len(listed)
    return ", ".join(listed) + (f" and {rest} more" if rest else "")
