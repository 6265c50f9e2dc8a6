"""What was compared and found, in words for a methods section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from discourse.codes.compare import coders, matches, over_time
from discourse.codes.compare.beside import FEWEST, Beside

_NAMED = 12
"""Codes named in a sentence; more are counted."""

_REFERENCES = """\
- Amigó, E., Gonzalo, J., Artiles, J. and Verdejo, F. (2009). A comparison of extrinsic clustering evaluation metrics
  based on formal constraints. Information Retrieval 12(4). (B-cubed)
- Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British
  Journal of Mathematical and Statistical Psychology 61(1). (AC1)
- Krippendorff, K. (2019). Content Analysis: An Introduction to Its Methodology, 4th edition. Sage. (alpha)
- Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. LREC.
- Theil, H. (1970). On the estimation of relationships involving qualitative variables. American Journal of Sociology
  76(1).
- Vinh, N. X., Epps, J. and Bailey, J. (2010). Information theoretic measures for clusterings comparison. Journal of
  Machine Learning Research 11. (adjusted mutual information)
"""


def methods(beside: Beside, tables: Mapping[str, pd.DataFrame], *, what: str, chosen: str, unit: str) -> str:
    """Write the paragraphs.

    Parameters
    ----------
    beside : Beside
    tables : mapping of str to pandas.DataFrame
        ``codes, overall, agreement, agreement_codes, invariance, trends, unmatched``.
    what : str
        What the machine's labels are: ``themes``.
    chosen : str
        A sentence on how the coded posts were chosen.
    unit : str
        What blocks are: ``week``, ``day`` or ``post``.

    Returns
    -------
    str
        Markdown.
    """
    parts = [
        "# Codes and machine labels compared",
        _material(beside, chosen, tables["unmatched"]),
        _people(tables["agreement"], tables["agreement_codes"]),
        _how(what, unit),
        *_found(tables["codes"], tables["overall"], what),
        _periods(tables["invariance"], tables["trends"]),
        "**References**\n\n" + _REFERENCES.rstrip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _material(beside: Beside, chosen: str, unmatched: pd.DataFrame) -> str:
    n = len(beside.posts)
    told = []
    for scheme in beside.schemes:
        who = _listed(beside.codes.coders(scheme.name) if beside.coder is None else [beside.coder])
        name = f"“{scheme.name}”" if scheme.name else "the codes"
        told.append(f"{name} ({len(scheme.codes):,} codes) {len(scheme.rows):,} of {n:,} posts by {who}")
    several = any(len(beside.codes.coders(scheme.name)) > 1 for scheme in beside.schemes) and beside.coder is None
    rule = " Of posts coded more than once, the answer of the coder who coded most posts counts." if several else ""
    lost = f" {len(unmatched):,} coded texts or passages could not be matched with a post." if len(unmatched) else ""
    return f"**Material.** Coded by hand were: {'; '.join(told)}.{rule}{lost} {chosen}"


def _people(overall: pd.DataFrame, by_code: pd.DataFrame) -> str:
    if overall.empty:
        return (
            "**Agreement between coders.** No post was coded by two people, so that nothing is known of how far people "
            "would agree; how close the machine comes to that can't be said."
        )
    told = [
        f"{_interval(row, 'alpha')} for “{row['scheme']}” "
        f"({row['posts']:,} posts{', MASI distance' if row['distance'] == 'MASI' else ''})"
        for row in overall.to_dict("records")
        if not np.isnan(row["alpha"])
    ]
    known = by_code[by_code["verdict"] != coders.WITHHELD]
    single = ""
    if len(known):
        ranges = ", ".join(
            f"{name} from {known[column].min():.2f} to {known[column].max():.2f} (median {known[column].median():.2f})"
            for name, column in (("alpha", "alpha"), ("Gwet's AC1", "ac1"), ("F1 between coders", "f1"))
        )
        single = f" For the {len(known):,} codes that {FEWEST} of the posts coded twice have, {ranges}."
    return f"**Agreement between coders.** Krippendorff's alpha was {'; '.join(told)}; intervals are 95 %.{single}"


def _how(what: str, unit: str) -> str:
    every = "posts" if unit == "post" else f"{unit}s"
    return (
        f"**Procedure.** For each code, the set of {what} that stands for it best was chosen by F1, one after the "
        f"other being added as long as F1 grew. Sets were chosen on every other {unit} and scored on the others, and "
        "the other way round. Posts in none of them count as not having the code. Intervals (95 %) are percentiles of "
        f"a bootstrap of whole {every}. The chance level is the mean F1 of the same procedure after the code was given "
        f"to posts at random within each language. How much {what} tell about a code is Theil's U, less what they tell "
        "of codes given at random. Posts that nobody coded are left out, and nothing is said of codes that fewer than "
        f"{FEWEST} posts have."
    )


def _found(codes: pd.DataFrame, overall: pd.DataFrame, what: str) -> list[str]:
    parts = []
    for row in overall.to_dict("records"):
        of = codes[codes["scheme"] == row["scheme"]]
        told = []
        for verdict, words in (
            (matches.FOUND, "had {what} that stand for them (F1 beyond chance of 2/3 or more)"),
            (matches.PARTLY, "had such {what} in part (1/3 to 2/3)"),
            (matches.HARDLY, "hardly (above chance, but below 1/3)"),
            (matches.NOWHERE, "no better than by chance"),
        ):
            some = of[of["verdict"] == verdict].sort_values("adjusted_f1", ascending=False)
            if len(some):
                names = _listed([_scored(one) for one in some.head(_NAMED).to_dict("records")])
                rest = f" and {len(some) - _NAMED} more" if len(some) > _NAMED else ""
                told.append(f"{len(some)} {words.format(what=what)}: {names}{rest}")
        few = int((of["verdict"] == matches.WITHHELD).sum())
        share = f"{row['explained_adjusted']:.0%}" if not np.isnan(row["explained_adjusted"]) else "an unknown part"
        ami = f"; adjusted mutual information {row['ami']:.2f} on the {row['ami_coverage']:.0%} with one code"
        parts.append(
            f"**{row['scheme'] or 'Codes'}.** {row['labelled']:.0%} of the coded posts are in one of the {what}. They "
            f"tell {share} of what there is to tell about which post has which code, beyond chance. B-cubed precision "
            f"{row['bcubed_precision']:.2f}, recall {row['bcubed_recall']:.2f}, F1 {row['bcubed_f1']:.2f} (on the "
            f"{row['bcubed_coverage']:.0%} of coded posts that have a code{ami if not np.isnan(row['ami']) else ''}). "
            f"Of the {len(of):,} codes, {'; '.join(told) or 'none could be scored'}"
            f"{f'; {few} are too rare or too common to be scored' if few else ''}."
        )
    return parts


def _scored(row: Mapping[Any, Any]) -> str:
    people = "" if np.isnan(row["people_f1"]) else f"; coders {row['people_f1']:.2f}"
    return f"{row['code']} (F1 {_interval(row, 'f1')}{people})"


def _interval(row: Mapping[Any, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.2f}" + ("" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]")


def _periods(tests: pd.DataFrame, trends: pd.DataFrame) -> str:
    done = tests[tests["verdict"] != over_time.WITHHELD]
    if done.empty:
        return ""
    changed = done[done["verdict"] == over_time.CHANGED]
    seen = done["detectable_recall"].dropna()
    found = (
        f"It changed for {_listed(changed['code'].tolist()[:_NAMED])} (q of {over_time.LEVEL} or less)"
        if len(changed)
        else "No change was shown for any"
    )
    power = (
        f"even for the commonest code, recall had to differ by {seen.min():.2f} between earlier and later posts to be "
        f"seen four times in five, and by {seen.median():.2f} for the median one"
        if len(seen)
        else "no difference of recall, however large, would have been seen four times in five"
    )
    unseen = int(done["detectable_recall"].isna().sum())
    none = f"; for {unseen} no difference would have been" if unseen and len(seen) else ""
    gaps = trends[(trends["gap_low"] > 0) | (trends["gap_high"] < 0)]
    told = int(trends["gap"].notna().sum())
    gap = (
        f" Of {told:,} comparisons of a code's trend with that of its labels, {len(gaps):,} differ beyond the interval."
    )
    return (
        "**Over time.** Measurement invariance, whether the labels find posts of a code and mislabel others alike in "
        f"all periods, was tested for {len(done):,} codes (Pearson's chi-square among posts with and without the code; "
        f"blocks permuted whole; false discovery rate). {found}. Where no change is shown, that is no evidence that "
        f"there is none: {power}{none}.{gap if told else ''}"
    )


def _listed(names: Sequence[str]) -> str:
    some = list(names)
    return ", ".join(some[:-1]) + " and " + some[-1] if len(some) > 1 else "".join(some)
