"""What a comparison of labels and codes found, in sentences with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from discourse.codes.compare import coders, matches, over_time
from discourse.codes.compare.beside import FEWEST
from discourse.codes.compare.words import interval, percent, quoted
from discourse.wording import counted, listed


def results(tables: Mapping[str, pd.DataFrame], *, what: str) -> list[str]:
    """Write the results.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        ``codes, overall, agreement, agreement_codes, invariance, trends``.
    what : str
        What the machine's labels are: ``themes``, or ``labels``.

    Returns
    -------
    list of str
        Paragraphs, in Markdown. Every code is named; schemes of one code share a paragraph.
    """
    codes, overall = tables["codes"], tables["overall"]
    alone = matches.alone(codes)
    parts = [_people(tables["agreement"], tables["agreement_codes"])]
    for row in overall[~overall["scheme"].isin(alone["scheme"])].to_dict("records"):
        told = f"{_whole(row, what)} {_recovered(codes[codes['scheme'] == row['scheme']], what)}"
        parts.append(f"**{row['scheme'] or 'Codes'}.** {told}")
    if len(alone):
        parts.append(f"**Codes in a scheme of their own.** {_recovered(alone, what)}")
    return [*parts, _periods(tables["invariance"], tables["trends"], what)]


def _people(overall: pd.DataFrame, by_code: pd.DataFrame) -> str:
    if overall.empty:
        return (
            "**Agreement between coders.** No post was coded by two people, so that nothing is known of how far people "
            "would agree; how close the machine comes to that can't be said."
        )
    told = [
        f"{interval(row, 'alpha')} for {quoted(row['scheme'])} "
        f"({counted(row['posts'], 'post')}{', MASI distance' if row['distance'] == 'MASI' else ''})"
        for row in overall.to_dict("records")
        if not np.isnan(row["alpha"])
    ]
    if not told:
        return "**Agreement between coders.** Too few posts were coded by two people for agreement to be measured."
    known = by_code[by_code["verdict"] != coders.WITHHELD]
    single = ""
    if len(known) > 1:
        ranges = listed(
            [
                f"{name} from {some.min():.2f} to {some.max():.2f} (median {some.median():.2f})"
                for name, some in (
                    ("alpha ranged", known["alpha"]),
                    ("Gwet's AC1", known["ac1"]),
                    ("F1 between coders", known["f1"]),
                )
            ]
        )
        single = f" For the {len(known):,} codes that at least {FEWEST} of the posts coded twice have, {ranges}."
    return f"**Agreement between coders.** Krippendorff's alpha was {listed(told)}.{single}"


def _whole(row: Mapping[Any, Any], what: str) -> str:
    told = row["explained_adjusted"]
    if np.isnan(told):
        explained = ""
    elif told < 0.005:
        explained = f" {what.capitalize()} explained no more of the entropy of codes than chance would (Theil's U)."
    else:
        explained = (
            f" {what.capitalize()} explained {percent(told)} of the entropy of codes (Theil's U, corrected for chance)."
        )
    held = "were in a theme" if what == "themes" else "had a label"
    ami = ""
    if not np.isnan(row["ami"]):
        ami = f", and adjusted mutual information {row['ami']:z.2f} on the {percent(row['ami_coverage'])} with one code"
    return (
        f"Of {counted(row['coded'], 'coded post')}, {percent(row['labelled'])} {held}.{explained} On the "
        f"{percent(row['bcubed_coverage'])} of coded posts that have a code, B-cubed precision was "
        f"{row['bcubed_precision']:.2f}, recall {row['bcubed_recall']:.2f} and F1 {row['bcubed_f1']:.2f}{ami}."
    )


def _recovered(of: pd.DataFrame, what: str) -> str:
    """Say for which codes the labels recovered the code, and how well."""
    scored, n = of[of["verdict"] != matches.WITHHELD], len(of)
    told = []
    if len(scored) and not (scored["verdict"] == matches.FOUND).any():
        told.append(f"For none of {counted(n, 'code')} did {what} recover the code (F1 beyond chance at least 2/3).")
    for verdict, words in (
        (matches.FOUND, f"{what} recovered the code (F1 beyond chance at least 2/3)"),
        (matches.PARTLY, f"{what} recovered the code in part (at least 1/3)"),
        (matches.HARDLY, f"{what} hardly recovered the code (clearly above chance, but below 1/3)"),
        (matches.NOWHERE, "F1 was not clearly above chance"),
    ):
        some = of[of["verdict"] == verdict].sort_values("adjusted_f1", ascending=False, kind="stable")
        if len(some):
            names = "; ".join(_scored(one) for one in some.to_dict("records"))
            told.append(f"For {len(some):,} of {counted(n, 'code')} {words}: {names}.")
    left = of[of["verdict"] == matches.WITHHELD]
    for some, why in (
        (left[left["positives"] < FEWEST], f"fewer than {FEWEST} coded posts have the code"),
        (left[left["positives"] >= FEWEST], "every coded post has the code"),
    ):
        if len(some):
            names = listed([f"{row['code']} ({row['positives']:,})" for row in some.to_dict("records")])
            told.append(f"For {len(some):,} of {counted(n, 'code')} no score is given, since {why}: {names}.")
    return " ".join(told)


def _scored(row: Mapping[Any, Any]) -> str:
    people = "" if np.isnan(row["people_f1"]) else f"; between coders {row['people_f1']:.2f}"
    return f"{row['code']} (F1 {interval(row, 'f1')}, {row['adjusted_f1']:z.2f} beyond chance{people})"


def _periods(tests: pd.DataFrame, trends: pd.DataFrame, what: str) -> str:
    done = tests[tests["verdict"] != over_time.WITHHELD]
    if done.empty:
        return ""
    changed = done[done["verdict"] == over_time.CHANGED]
    seen = done["detectable_recall"].dropna()
    found = (
        f"For {listed(changed['code'].tolist())} recall or false positives changed (q of {over_time.LEVEL} or less)"
        if len(changed)
        else "No change of recall or false positives was shown for any"
    )
    power = (
        f"even for the code for which least is needed, recall had to differ by {seen.min():.2f} between earlier and "
        f"later posts to be seen four times in five, and by {seen.median():.2f} for the median one"
        if len(seen)
        else "no difference of recall, however large, would have been seen four times in five"
    )
    unseen = int(done["detectable_recall"].isna().sum())
    none = f"; for {unseen} no difference would have been" if unseen and len(seen) else ""
    gaps = trends[(trends["gap_low"] > 0) | (trends["gap_high"] < 0)]
    pairs = int(trends["gap"].notna().sum())
    gap = (
        f" Of {counted(pairs, 'comparison')} of a code's trend with that of its {what}, {len(gaps):,} differ beyond "
        "the interval."
        if pairs
        else ""
    )
    return (
        f"**Over time.** Measurement invariance was tested for {counted(len(done), 'code')}. {found}. Where no change "
        f"is shown, that is no evidence that there is none: {power}{none}.{gap}"
    )
