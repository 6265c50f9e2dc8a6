"""How shares were corrected and what came of it, in words for a methods section."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from discourse.change.conclusions import points
from discourse.change.correction_words import apart, between, share
from discourse.change.shifts import LEVEL
from discourse.change.verdicts import FELL, NOTHING, ROSE, WITHHELD
from discourse.codes.correction import CORRECTED, HEAVIEST
from discourse.codes.sampling import FEWEST
from discourse.stats.coding_sample import UNIFORM
from discourse.wording import counted, listed

_STAGES = {
    "head": (
        "by a logistic regression with an L2 penalty on the posts' embeddings (encoder {encoder}), and on the score of "
        "a concept of that name where there was one"
    ),
    "calibrated": "by a logistic regression on the score of a concept (Platt scaling)",
    "own scores": "by the researchers' own scores, which are said to be cross-fitted",
    "uncalibrated": "not at all, since too few posts were coded: the codes stand alone",
}
_VERDICTS = {ROSE: "it rose", FELL: "it fell", NOTHING: "no change was detectable"}
_REFERENCES = """\
- Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023). Prediction-powered inference.
  Science 382.
- Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society
  B 57(1).
- Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for downstream inference. NeurIPS
  36.
- Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of confidence intervals for
  proportions in complex sample surveys. Journal of Survey Statistics and Methodology 7(3).
- Krippendorff, K. (2019). Content Analysis: An Introduction to Its Methodology, 4th edition. Sage. (alpha)
- Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in Medicine
  17(8).
- Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling. Springer.
- Zrnic, T. and Candès, E. J. (2024). Cross-prediction-powered inference. PNAS 121(15).
"""


@dataclass(frozen=True)
class Setting:
    """What a correction rests on.

    Attributes
    ----------
    version : str
        Of the software.
    encoder : str
        Of the posts' embeddings.
    posts : int
        Posts that shares are about.
    first, last : str
        Days of the first and the last of them.
    periods : sequence of str
        In words.
    asked : sequence of str
        What they were chosen by; none for all posts with a date.
    sample : str
        Name of the sample; "" where every post is coded.
    drawn : mapping
        What was asked when it was drawn (the facts of `discourse.sample`); empty where every post is coded.
    scores : sequence of str
        Concepts whose scores guided the draw; none where all posts of a period were alike.
    strata : pandas.DataFrame
        ``period, posts, drawn``: from how many posts of each period how many were drawn.
    weights : tuple of float
        For how many posts a coded post stands, at least and at most.
    coders : sequence of (str, int)
        Who coded, and how many posts.
    alone : bool
        Whether only the codes of one of several coders were asked for.
    agreement : pandas.DataFrame
        ``label_id`` beside the columns of `discourse.codes.compare.coders.by_code`; no rows without two coders.
    seed, permutations : int
    """

    version: str
    encoder: str
    posts: int
    first: str
    last: str
    periods: Sequence[str]
    asked: Sequence[str]
    sample: str
    drawn: Mapping[str, Any]
    scores: Sequence[str]
    strata: pd.DataFrame
    weights: tuple[float, float]
    coders: Sequence[tuple[str, int]]
    alone: bool
    agreement: pd.DataFrame
    seed: int
    permutations: int


def methods(setting: Setting, tables: Mapping[str, pd.DataFrame]) -> str:
    """Write the paragraphs.

    Parameters
    ----------
    setting : Setting
    tables : mapping of str to pandas.DataFrame
        ``coding``, ``shifts`` and, where events were asked about, ``effects``.

    Returns
    -------
    str
        Markdown.
    """
    coding, shifts = tables["coding"], tables["shifts"]
    effects = tables.get("effects", shifts[:0])
    parts = [
        "# Shares corrected by hand codes",
        "## Procedure",
        _posts(setting),
        _sample(setting, coding),
        _people(setting),
        _estimate(setting, coding),
        _tests(setting, pd.concat([one for one in (shifts, effects) if len(one)]) if len(effects) else shifts),
        "## Results",
        *(_result(*(one[one["label_id"] == name] for one in (coding, shifts, effects)))
          for name in dict.fromkeys(coding["label_id"])),
        "## References",
        _REFERENCES.rstrip(),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _posts(setting: Setting) -> str:
    names = setting.periods
    of = f", chosen by {listed([_plain(one) for one in setting.asked])}" if setting.asked else ""
    return (
        f"**Posts.** Shares are about {setting.posts:,} posts written from {setting.first} to {setting.last}{of}, in "
        f"{counted(len(names), 'period')}: {listed([_plain(name) for name in names])}."
    )


def _sample(setting: Setting, coding: pd.DataFrame) -> str:
    if not setting.sample:
        return "**Sample.** All of these posts were coded by hand, so that shares were counted, not estimated."
    drawn, strata = setting.drawn, setting.strata
    size, coded = int(strata["drawn"].sum()), int(coding.groupby("label_id")["coded"].sum().max())
    each = [f"{_quoted(one['period'])} {one['drawn']:,} of {one['posts']:,}" for one in strata.to_dict("records")]
    scores = [_plain(name) for name in setting.scores]
    how = (
        "Within a period, posts were drawn with unequal probabilities: "
        f"{UNIFORM:.0%} of them was the same for all posts, the rest in proportion to how much doubt the scores of "
        f"{listed(scores)} left of a post (systematic sampling in random order)."
        if scores
        else "Within a period, all posts were equally likely to be drawn (simple random sampling)."
    )
    low, high = setting.weights
    stands = f"{low:.1f}" if f"{low:.1f}" == f"{high:.1f}" else f"{low:.1f} to {high:.1f}"
    part = f" Of these, the first {coded:,} in the random order of the sheet were coded." if coded < size else ""
    date = "saw" if drawn.get("show_date") else "did not see"
    return (
        f"**Sample.** {size:,} of {int(strata['posts'].sum()):,} posts were drawn at random to be coded by hand, "
        f"stratified by period ({'; '.join(each)}), with *discourse* (sample {_quoted(setting.sample)}, seed "
        f"{drawn['seed']}). {how} Coders {date} the dates of posts.{part} Each coded post stands for {stands} posts."
    )


def _people(setting: Setting) -> str:
    who = listed([f"{_plain(name)} ({counted(n, 'post')})" for name, n in setting.coders])
    many = len(setting.coders) > 1 and not setting.alone
    rule = (
        " Of posts coded more than once, the answer of the coder who coded most posts counts, and where that one did "
        "not code them, of the next."
        if many
        else ""
    )
    if setting.agreement.empty:
        return (
            f"**Coding.** Coded by {who}.{rule} No post was coded by two people, so that nothing is known of how far "
            "people would agree."
        )
    told = [
        f"{_plain(row['label_id'])} "
        + (
            f"withheld ({row['note']})"
            if row["verdict"] == WITHHELD
            else f"alpha {_coefficient(row, 'alpha')}, AC1 {_coefficient(row, 'ac1')} ({counted(row['posts'], 'post')})"
        )
        for row in setting.agreement.to_dict("records")
    ]
    return (
        f"**Coding.** Coded by {who}.{rule} Agreement on posts that two people coded (Krippendorff's alpha, Gwet's "
        f"AC1; 95 % intervals): {'; '.join(told)}."
    )


def _estimate(setting: Setting, coding: pd.DataFrame) -> str:
    first = coding.drop_duplicates("label_id")
    kinds = [
        f"{_STAGES[str(stage)].format(encoder=setting.encoder)} ({listed([_plain(name) for name in of['label_id']])})"
        for stage, of in first.groupby("stage", sort=False)
    ]
    learned = first["stage"].isin(["head", "calibrated"]).any()
    folds = (
        " Models were cross-fitted in five folds of whole weeks: no post's probability comes from a model that has "
        f"seen its code, or another of its week (seed {setting.seed})."
        if learned
        else ""
    )
    return (
        f"**Estimation.** Shares were estimated with *discourse* {setting.version} by the difference estimator of "
        "survey sampling, known in machine learning as prediction-powered inference: the mean of a score over all "
        "posts of a period, times its weight λ, plus the mean of code less score, times λ, over the coded posts, each "
        "weighted by the inverse of its probability to be drawn. Errors of the score are so measured on the sample of "
        f"each period and taken off. Posts were scored {'; '.join(kinds)}.{folds} λ is the slope of codes on scores "
        "within periods, 0 to 1, and 0 where they hardly correlate. Intervals (95 %) are Wilson's with the effective "
        "number of posts that the variance by the draw gives, and quantiles of t; those of differences join them after "
        f"Newcombe. A period with fewer than {FEWEST} coded posts that have the code, or in which a coded post stands "
        f"for more than {HEAVIEST:.0f} times as many posts as the mean one, was withheld, unless all its posts were "
        "coded."
    )


def _tests(setting: Setting, shifts: pd.DataFrame) -> str:
    corrected = shifts[shifts["kind"] == CORRECTED]
    family = int(corrected["q"].notna().sum())
    return (
        "**Tests.** Whether a share changed beyond these posts was tested by exchanging whole weeks (days where a "
        "period has fewer than eight weeks with posts) between periods, within languages, at least "
        f"{setting.permutations:,} times (seed {setting.seed}). What is exchanged is the pseudo-outcome of each post, "
        "whose mean is the corrected share. The false discovery rate was controlled at "
        f"{LEVEL:.0%} over {counted(family, 'test')} (Benjamini and Hochberg). Naive shares and shares by codes alone "
        "were not tested."
    )


def _result(coding: pd.DataFrame, shifts: pd.DataFrame, effects: pd.DataFrame) -> str:
    first = coding.iloc[0]
    told = [_score(first)]
    told += [_period(row) for row in coding.to_dict("records")]
    for table in (shifts, effects):
        rows = table[(table["kind"] == CORRECTED) & (table["verdict"] != WITHHELD)]
        told += [_change(row) for row in rows.to_dict("records")]
    told.append(apart(coding, shifts))
    return f"**{_plain(first['label_id'])}.** {' '.join(filter(None, told))}"


def _score(row: pd.Series[Any]) -> str:
    if row["note"]:
        return f"No score was used: {row['note'].rstrip('.')}."
    if np.isnan(row["naive"]):
        return ""
    return f"Codes and scores correlate by {row['correlation']:.2f}; λ is {row['lambda']:.2f}."


def _period(row: Mapping[Any, Any]) -> str:
    have = f"{row['positives']:,} of {counted(row['coded'], 'coded post')} had it"
    machine = "" if np.isnan(row["naive"]) else f"the machine alone {share(row['naive'])}, "
    if row["withheld"]:
        alone = between(row["labels"], row["labels_low"], row["labels_high"])
        codes = f" The codes alone give {alone}." if alone else ""
        return f"{_quoted(row['period'])}: withheld, since {row['withheld'].partition(':')[0]}.{codes}"
    return (
        f"{_quoted(row['period'])}: {between(row['corrected'], row['low'], row['high'])} of "
        f"{counted(row['n'], 'post')} "
        f"({have}; {machine}codes alone {between(row['labels'], row['labels_low'], row['labels_high'])})."
    )


def _change(row: Mapping[Any, Any]) -> str:
    about = f"{_plain(row['by'])}: " if row["by"] else ""
    ends = f" [{points(row['low'])}, {points(row['high'])}]" if row["low"] < row["high"] else ""
    numbers = [f"{name} {_p(row[name])}" for name in ("p", "q") if not np.isnan(row[name])]
    verdict = _VERDICTS.get(row["verdict"], row["verdict"])
    note = f" ({row['note']})" if row["note"] else ""
    return (
        f"{about}From {_quoted(row['from'])} to {_quoted(row['to'])} the share of these posts differs by "
        f"{points(row['difference'])} points{ends}; beyond the swing of weeks {verdict}"
        f"{': ' + ', '.join(numbers) if numbers else ''}{note}."
    )


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else f"= {value:.3f}"


def _coefficient(row: Mapping[Any, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.2f}" + ("" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]")


def _quoted(name: str) -> str:
    return f"“{_plain(name)}”"


def _plain(name: str) -> str:
    """Take names as they are, whatever they mean in Markdown."""
    return re.sub(r"([\\`*<>\[\]])", r"\\\1", " ".join(str(name).split()))
