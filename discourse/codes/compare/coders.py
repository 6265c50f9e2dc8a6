"""How far coders agree with each other: code by code, and on whole schemes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from discourse.codes.compare.beside import FEWEST, RESAMPLES, answers, spread
from discourse.codes.compare.words import brief
from discourse.codes.post_codes import PostCodes
from discourse.stats.agreement import Agreement, ac1, agreement, alpha, masi
from discourse.stats.bootstrap import Estimate

RELIABLE, TENTATIVE, UNRELIABLE, WITHHELD = "reliable", "tentative", "not reliable", "withheld"
CUSTOMARY = {0.8: RELIABLE, 0.667: TENTATIVE}
"""Alpha from which conclusions are customarily drawn, and from which tentative ones (Krippendorff 2004)."""
_SKEWED = 0.1
"""Share of posts with a code under which alpha is hard on coders."""
_NOTHING = Estimate(float("nan"))
_NAMED = 8
_COEFFICIENTS = ("observed", "alpha", "ac1", "kappa", "f1")


def by_code(codes: PostCodes, *, seed: int = 0) -> pd.DataFrame:
    """Measure agreement on each code, among posts that two or more coders judged.

    Parameters
    ----------
    codes : PostCodes
    seed : int
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a code that two coders or more could give: ``scheme, code, coders, posts`` (judged twice), ``either``
        and ``both`` (with the code), ``observed, alpha, ac1, kappa, f1`` each with ``_low`` and ``_high``, ``verdict``
        and ``note``. Only counts where fewer than ten posts have the code.
    """
    rows: list[dict[str, Any]] = []
    for scheme in codes.codes["scheme"].unique():
        coders = codes.coders(str(scheme))
        if len(coders) < 2:
            continue
        names, every = answers(codes, str(scheme))
        for code, said in zip(names, every, strict=True):
            asked = [at for at, coder in enumerate(coders) if _could(codes, coder, str(scheme), code)]
            if len(asked) < 2:
                continue
            found, verdict, note = _on_one(said[asked], seed)
            who = "; ".join(coders[at] for at in asked)
            told = {"scheme": scheme, "code": code, "coders": who, "posts": found.posts}
            told |= {"either": found.either, "both": found.both}
            for name in _COEFFICIENTS:
                told |= spread(name, _NOTHING if verdict == WITHHELD else getattr(found, name))
            rows.append(told | {"verdict": verdict, "note": note})
    ends = [f"{name}{end}" for name in _COEFFICIENTS for end in ("", "_low", "_high")]
    columns = ["scheme", "code", "coders", "posts", "either", "both", *ends, "verdict", "note"]
    return pd.DataFrame(rows, columns=columns)


def by_scheme(codes: PostCodes, *, seed: int = 0) -> pd.DataFrame:
    """Measure agreement on all codes of a scheme together: on the set of codes that each coder gave a post.

    Parameters
    ----------
    codes : PostCodes
    seed : int
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a scheme with two coders or more, of the codes that all of them could give: ``scheme, coders, posts``
        (judged twice), ``codes`` (given at least once), ``same`` (share of these posts in which all gave the same),
        ``distance`` (``nominal`` where no coder gave a post two codes, else ``MASI``), ``alpha, alpha_low,
        alpha_high``, ``ac1`` (nominal only), ``verdict``. Of a scheme of one code all is as `by_code` says of the code.
    """
    columns = ["scheme", "coders", "posts", "codes", "same", "distance"]
    columns += ["alpha", "alpha_low", "alpha_high", "ac1", "verdict"]
    rows = []
    for scheme in codes.codes["scheme"].unique():
        coders = codes.coders(str(scheme))
        shared = in_common(codes, str(scheme))
        if len(coders) < 2 or shared.codes.empty:
            continue
        sets, twice = _sets(shared, str(scheme), coders)
        single = all(len(one) <= 1 for one in sets)
        top, low = twice.max(axis=0, initial=-1), np.where(twice < 0, len(sets), twice).min(axis=0, initial=len(sets))
        told: dict[str, Any] = {"scheme": scheme, "coders": "; ".join(coders), "posts": twice.shape[1]}
        told |= {"codes": len(set().union(*sets)), "same": float((top == low).mean()) if len(top) else float("nan")}
        told["distance"] = "nominal" if single else "MASI"
        names, every = answers(shared, str(scheme))
        if len(names) == 1:
            one, verdict, _ = _on_one(every[0], seed)
            found, chance_corrected = (one.alpha, one.ac1.value) if verdict != WITHHELD else (_NOTHING, _NOTHING.value)
        else:
            found = alpha(twice, None if single else masi(sets), resamples=RESAMPLES, seed=seed)
            chance_corrected = ac1(twice, len(sets)) if single and len(sets) >= 2 else _NOTHING.value
            verdict = WITHHELD if np.isnan(found.value) else _word(found.value)
        rows.append(told | {**spread("alpha", found), "ac1": chance_corrected, "verdict": verdict})
    return pd.DataFrame(rows, columns=columns)


def in_common(codes: PostCodes, scheme: str) -> PostCodes:
    """Leave only a scheme, and of its codes those that every coder could give."""
    coders = codes.coders(scheme)
    there = codes.codes[codes.codes["scheme"] == scheme]
    kept = there[[all(_could(codes, coder, scheme, code) for coder in coders) for code in there["code"]]]
    given = codes.given[(codes.given["scheme"] == scheme) & codes.given["code"].isin(kept["code"])]
    return dataclasses.replace(codes, codes=kept, given=given)


def unshared(codes: PostCodes) -> list[str]:
    """Name the codes that not all coders could give, with those who could, in sentences: one a scheme."""
    told = []
    for scheme in codes.codes["scheme"].unique():
        coders = codes.coders(str(scheme))
        of = codes.codes.loc[codes.codes["scheme"] == scheme, "code"]
        who = {code: [one for one in coders if _could(codes, one, str(scheme), code)] for code in of}
        alone = [f"{brief(code)} ({', '.join(some)})" for code, some in who.items() if len(some) < len(coders)]
        if len(coders) > 1 and alone:
            more = f"; and {len(alone) - _NAMED:,} more" if len(alone) > _NAMED else ""
            told.append(
                "Not all coders have these codes, which is no decision against them: "
                f"{'; '.join(alone[:_NAMED])}{more}. They are left out of what is said of all codes together."
            )
    return told


def disjoint(codes: PostCodes) -> dict[str, list[str]]:
    """Give each coder's codes where no two coders who coded anything share one; else nothing."""
    own: dict[str, set[tuple[str, str]]] = {}
    for coder, scheme in codes.units[["coder", "scheme"]].drop_duplicates().itertuples(index=False, name=None):
        gave = codes.given[(codes.given["coder"] == coder) & (codes.given["scheme"] == scheme)]["code"]
        could = codes.asked.get((coder, scheme), gave)
        own.setdefault(coder, set()).update((scheme, code) for code in could)
    every = [pair for pairs in own.values() for pair in pairs]
    if len(own) < 2 or not all(own.values()) or len(every) > len(set(every)):
        return {}
    return {coder: sorted(code for _, code in pairs) for coder, pairs in own.items()}


def _could(codes: PostCodes, coder: str, scheme: str, code: str) -> bool:
    """Whether a coder could give a code, as far as is known."""
    known = codes.asked.get((coder, scheme))
    return known is None or code in known


def _on_one(said: np.ndarray, seed: int) -> tuple[Agreement, str, str]:
    """Measure agreement on one code, with its verdict and a note; ``said`` is (coders, posts), -1 where not judged."""
    twice = (said >= 0).sum(axis=0) >= 2
    given = said[:, twice].astype("float64")
    found = agreement(np.where(given < 0, np.nan, given), resamples=RESAMPLES, seed=seed)
    return found, *_judged(found)


def _sets(codes: PostCodes, scheme: str, coders: list[str]) -> tuple[list[frozenset[str]], np.ndarray]:
    """List the sets of codes of posts judged twice, and number each coder's of each: (coders, posts), -1 for none."""
    units, given = (table[table["scheme"] == scheme] for table in (codes.units, codes.given))
    judged = units[["coder", "row"]].drop_duplicates()
    judged = judged[judged.duplicated("row", keep=False)]
    given = given[given["row"].isin(judged["row"])]
    of = {key: frozenset(some) for key, some in given.groupby(["coder", "row"])["code"]}
    numbers: dict[frozenset[str], int] = {}
    place = {row: at for at, row in enumerate(sorted(judged["row"].unique()))}
    values = np.full((len(coders), len(place)), -1)
    for coder, row in judged.itertuples(index=False, name=None):
        one = of.get((coder, row), frozenset())
        values[coders.index(coder), place[row]] = numbers.setdefault(one, len(numbers))
    return list(numbers), values


def _judged(found: Agreement) -> tuple[str, str]:
    if not found.posts:
        return WITHHELD, "no post was judged by two coders"
    if found.either < FEWEST:
        return WITHHELD, f"{found.either} posts judged twice have the code, and {FEWEST} are needed"
    if np.isnan(found.alpha.value):
        return WITHHELD, "every post has the code, so that there is nothing to agree about"
    notes = []
    if found.observed.value == 1:
        notes.append("never a disagreement, so that an interval can't be had")
    if not np.isnan(found.alpha.low) and _word(found.alpha.low) != _word(found.alpha.value):
        notes.append(f"alpha may be as low as {found.alpha.low:.2f}")
    if found.either / found.posts < _SKEWED:
        notes.append(f"rare ({found.either / found.posts:.0%}): alpha asks more of coders here, AC1 less")
    return _word(found.alpha.value), "; ".join(notes)


def _word(value: float) -> str:
    return next((word for least, word in CUSTOMARY.items() if value >= least), UNRELIABLE)
