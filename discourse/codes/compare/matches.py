"""Which labels of the machine stand for which code, how well, and how well people agree on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from discourse.codes.compare.beside import FEWEST, RESAMPLES, Beside, Scheme, spread
from discourse.stats.association import adjusted_mutual_information, explained
from discourse.stats.bcubed import bcubed
from discourse.stats.bootstrap import Estimate
from discourse.stats.mapping import Match, match, scores, shuffled

STANDS, NO_CODE, UNCODED = "stands for codes", "no code", "no coded posts"
FOUND, PARTLY, HARDLY, NOWHERE, WITHHELD = "found", "in part", "hardly", "not shown", "withheld"
_LEAST = {2 / 3: FOUND, 1 / 3: PARTLY}
"""F1 beyond chance from which a code is called so: thirds, a convention."""
_MUCH, _LITTLE = 2 / 3, 1 / 2
"""From which precision or recall labels hold most of a code, and under which they don't."""
_CEILING = ("alpha", "ac1", "f1")
PERMUTATIONS = 199
"""Draws behind the level of chance."""


def matches(
    beside: Beside, agreed: pd.DataFrame, *, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, dict[tuple[str, str], Match]]:
    """Score the machine's labels on each code, and on each scheme as a whole.

    Parameters
    ----------
    beside : Beside
    agreed : pandas.DataFrame
        Agreement between coders, from `discourse.codes.compare.coders.by_code`.
    seed : int

    Returns
    -------
    codes : pandas.DataFrame
        One row a code; docs/compare.md tells the columns.
    overall : pandas.DataFrame
        One row a scheme.
    found : dict
        The labels that stand for a code, by scheme and code; codes with too few posts are not in it.
    """
    people = {(row["scheme"], row["code"]): row for row in agreed.to_dict("records")}
    codes: list[dict[str, Any]] = []
    overall: list[dict[str, Any]] = []
    found: dict[tuple[str, str], Match] = {}
    for scheme in beside.schemes:
        every = scheme.groups.hits(np.arange(len(scheme.rows))).sum(axis=0)
        permuted = [shuffled(scheme.groups, given, PERMUTATIONS, seed + at) for at, given in enumerate(scheme.given)]
        hits = np.array([scheme.groups.hits(np.flatnonzero(given)).sum(axis=0) for given in scheme.given])
        told = explained(hits, every, np.stack([drawn.sum(axis=1) for drawn in permuted], axis=1))
        for at, code in enumerate(scheme.codes):
            given = scheme.given[at]
            row: dict[str, Any] = {
                "scheme": scheme.name,
                "code": code,
                "coded": len(given),
                "positives": int(given.sum()),
            }
            if FEWEST <= given.sum() < len(given):
                one = match(scheme.groups, given, permuted[at])
                found[scheme.name, code] = one
                row |= _scored(beside, scheme, at, one, seed)
                row["explained"] = float(told.adjusted()[at])
            row |= _ceiling(people.get((scheme.name, code)), row)
            codes.append(row | _verdict(row))
        overall.append(_whole(beside, scheme, told.together()))
    return pd.DataFrame(codes).reindex(columns=_columns()), pd.DataFrame(overall), found


def themes(beside: Beside, found: dict[tuple[str, str], Match], codes: pd.DataFrame) -> pd.DataFrame:
    """Say of each label of the machine which codes it stands for.

    Returns
    -------
    pandas.DataFrame
        One row a label: ``label_id, label, posts, coded, codes`` (those it stands for, alone or with others, best
        first), ``commonest`` (the codes that most of its coded posts have, with their part), ``verdict``.
    """
    known = codes[codes["verdict"].isin([FOUND, PARTLY])].sort_values("adjusted_f1", ascending=False, kind="stable")
    rows = []
    for at, label in enumerate(beside.labels.to_dict("records")):
        inside = beside.member[at][beside.cell]
        stands = [row["code"] for row in known.to_dict("records") if at in found[row["scheme"], row["code"]].groups]
        coded, commonest = 0, []
        for scheme in beside.schemes:
            held = inside[scheme.rows]
            coded = max(coded, int(held.sum()))
            if held.any():
                part = scheme.given[:, held].mean(axis=1)
                commonest += [(float(part[one]), scheme.codes[one]) for one in np.argsort(-part, kind="stable")[:3]]
        told = "; ".join(
            f"{code} {part:.0%}" for part, code in sorted(commonest, key=lambda one: -one[0]) if part >= 0.1
        )
        verdict = UNCODED if not coded else STANDS if stands else NO_CODE
        rows.append([label["label_id"], label["label"], int(inside.sum()), coded, "; ".join(stands), told, verdict])
    return pd.DataFrame(rows, columns=["label_id", "label", "posts", "coded", "codes", "commonest", "verdict"])


def alone(codes: pd.DataFrame) -> pd.DataFrame:
    """Take the codes that are all of their scheme, such as the yes-or-no columns of a sheet, named after both.

    Examples
    --------
    >>> table = pd.DataFrame({"scheme": ["Gaza", "tone", "topic", "topic"], "code": ["Gaza", "harsh", "trade", "UN"]})
    >>> alone(table)["code"].tolist()
    ['Gaza', 'tone: harsh']
    """
    single = codes[~codes["scheme"].duplicated(keep=False)]
    named = (single["scheme"] + ": " + single["code"]).astype("str")
    bare = (single["scheme"] == "") | (single["scheme"] == single["code"])
    return single.assign(code=single["code"].where(bare, named))


def table(beside: Beside) -> pd.DataFrame:
    """Count the posts that have a label of the machine and a code.

    Returns
    -------
    pandas.DataFrame
        One row a label and code that share a post, with a row a code for posts in no label (``label_id`` empty):
        ``scheme, code, label_id, label, posts, of_label`` (their part of the label's coded posts), ``of_code`` (of the
        code's posts).
    """
    ids, names = [*beside.labels["label_id"], ""], [*beside.labels["label"], "(in none)"]
    rows = []
    for scheme in beside.schemes:
        member = np.r_[beside.member, ~beside.member.any(axis=0, keepdims=True)]
        every = member @ scheme.groups.hits(np.arange(len(scheme.rows))).sum(axis=0)
        for code, given in zip(scheme.codes, scheme.given, strict=True):
            hits = member @ scheme.groups.hits(np.flatnonzero(given)).sum(axis=0)
            for at in np.argsort(-hits, kind="stable"):
                if hits[at]:
                    parts = (hits[at] / every[at], hits[at] / given.sum())
                    rows.append([scheme.name, code, ids[at], names[at], int(hits[at]), *parts])
    return pd.DataFrame(rows, columns=["scheme", "code", "label_id", "label", "posts", "of_label", "of_code"])


def _scored(beside: Beside, scheme: Scheme, at: int, one: Match, seed: int) -> dict[str, Any]:
    """Score the labels that stand for a code, with the F1 between coders drawn from the same weeks."""
    n = len(beside.posts)
    answer, predicted = np.full(n, np.nan), np.zeros(n, dtype=bool)
    answer[scheme.rows], predicted[scheme.rows] = scheme.given[at], one.predicted
    between = scheme.between(at)
    precision, recall, f1, ratio = scores(answer, predicted, beside.block, between, resamples=RESAMPLES, seed=seed)
    ids, labels = beside.named(one.groups)
    halves = " | ".join(beside.named(half)[0] for half in one.halves)
    told: dict[str, Any] = {"label_ids": ids, "labels": labels, "halves": halves}
    told |= spread("precision", precision) | spread("recall", recall) | spread("f1", f1)
    return told | {"chance_f1": one.chance, "adjusted_f1": one.adjusted} | spread("of_people", ratio)


def _ceiling(people: dict[Any, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    """Take over what is known of agreement between coders on a code; without it, F1 can't be held against theirs."""
    told: dict[str, Any] = {"twice": 0 if people is None else people["posts"]}
    if people is not None:
        told |= {f"people_{name}{end}": people[f"{name}{end}"] for name in _CEILING for end in ("", "_low", "_high")}
    if np.isnan(told.get("people_f1", np.nan)) and "of_people" in row:
        told |= spread("of_people", Estimate(float("nan")))
    return told


def _verdict(row: dict[str, Any]) -> dict[str, str]:
    if "f1" not in row:
        few = row["positives"] < FEWEST
        why = f"{row['positives']} posts have it, and {FEWEST} are needed" if few else "every post has it"
        return {"verdict": WITHHELD, "note": why}
    if not np.nan_to_num(row["f1_low"], nan=row["f1"]) > row["chance_f1"]:
        return {"verdict": NOWHERE, "note": "F1 is not clearly above chance"}
    word = next((word for least, word in _LEAST.items() if row["adjusted_f1"] >= least), HARDLY)
    notes = [_kind(row["precision"], row["recall"]), _beside_people(row)]
    return {"verdict": word, "note": "; ".join(filter(None, notes))}


def _kind(precision: float, recall: float) -> str:
    """Say how labels and a code lie to each other, where one holds the other."""
    if recall >= _MUCH and precision < _LITTLE:
        return "broader: most posts with the code, and many without"
    if precision >= _MUCH and recall < _LITTLE:
        return "narrower: posts with the code, but not most of them"
    return ""


def _beside_people(row: dict[str, Any]) -> str:
    if np.isnan(row.get("of_people_low", np.nan)):
        return ""
    if row["of_people_high"] < 1:
        return "people agree better with each other"
    if row["of_people_low"] > 1:
        return "agrees better with the codes than people with each other"
    return "not told apart from agreement between people"


def _whole(beside: Beside, scheme: Scheme, told: tuple[float, float]) -> dict[str, Any]:
    """Compare labels and codes of one scheme as groups of posts."""
    cell, member = scheme.groups.cell, beside.member
    labelled = np.asarray(member.any(axis=0))[cell]
    some, one = scheme.given.any(axis=0), scheme.given.sum(axis=0) == 1
    found = bcubed(member.T[cell[some]], scheme.given.T[some])
    ami = float("nan")
    if scheme.single:
        ami = adjusted_mutual_information(cell[one], scheme.given[:, one].argmax(axis=0))
    coded = len(scheme.rows)
    return {
        "scheme": scheme.name,
        "coded": coded,
        "labelled": float(labelled.mean()),
        "codes": int(scheme.given.any(axis=1).sum()),
        "explained": told[0],
        "explained_adjusted": told[1],
        "bcubed_precision": found.precision,
        "bcubed_recall": found.recall,
        "bcubed_f1": found.f1,
        "bcubed_coverage": found.posts / coded,
        "ami": ami,
        "ami_coverage": one.sum() / coded if scheme.single else float("nan"),
    }


def _columns() -> list[str]:
    def ends(*names: str) -> list[str]:
        return [f"{name}{end}" for name in names for end in ("", "_low", "_high")]

    return [
        *("scheme", "code", "coded", "positives", "label_ids", "labels", "halves"),
        *ends("precision", "recall", "f1"),
        *("chance_f1", "adjusted_f1", "explained", "twice"),
        *ends(*(f"people_{name}" for name in _CEILING), "of_people"),
        *("verdict", "note"),
    ]
