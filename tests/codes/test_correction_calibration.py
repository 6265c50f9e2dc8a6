"""Corrected shares of the written corpus, drawn, learned and corrected again and again, held against its truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.codes.correction import Sampled, Scored, correct
from discourse.codes.sampling import drawn, prior
from discourse.jobs.concepts import concepts
from discourse.named.centred import centred
from discourse.named.surrogate import surrogate
from discourse.posts.periods import days, weeks
from discourse.stats.corrected import difference
from discourse.stats.shares import interval

COMMON = ("global_south", "security_sovereignty", "people_to_people")
"""Concepts of 12 % of the posts or more."""
RARE = ("anti_us_trade", "insurgent_multilateralism", "belt_and_road", "wolf_warrior")
"""Concepts of less than 3 % in one of the periods."""
NAMES, CODES = ["before", "inauguration"], 150


@dataclass(frozen=True)
class Corpus:
    """The posts of two periods: what is true of them, and what a machine has to go by."""

    period: np.ndarray
    week: np.ndarray
    vectors: np.ndarray
    rank: pd.DataFrame
    truth: pd.DataFrame

    def uncertainty(self, names, sampler):
        if sampler == "simple random":
            return np.empty((len(self.period), 0))
        chance = np.column_stack([prior(self.rank[name].to_numpy()) for name in names])
        return np.sqrt(chance * (1 - chance))

    def sampled(self, names, sampler, seed):
        found = drawn(self.period, np.full(2, CODES), self.uncertainty(names, sampler), seed=seed)
        probability = np.where(found.order > 0, found.probability, np.nan)
        return Sampled(probability, self.period, NAMES, self.week)

    def coded(self, name, sampled):
        return np.where(np.isnan(sampled.probability), np.nan, self.truth[name].to_numpy(dtype="float64"))

    def corrected(self, name, sampled, seed):
        code, weight = self.coded(name, sampled), np.nan_to_num(1 / sampled.probability, nan=1.0)
        learned = surrogate(self.rank[name].to_numpy(), self.vectors, code, self.week, weight=weight, seed=seed)
        return correct(Scored(name, name, code, learned.probability, learned.stage), sampled)


@pytest.fixture(scope="module")
def corpus(embassy_run, embassy, tmp_path_factory):
    import shutil

    path = shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("calibration") / "run")
    ranks = concepts(path, codebook=embassy.parents[1] / "configs" / "concepts" / "embassy.yaml").scores
    run = discourse.open_run(path)
    ids, day = run.posts["post_id"], days(run.posts["date"])
    truth = pd.read_csv(embassy / "truth_posts.csv").set_index("id").loc[ids]
    return Corpus(
        period=(day >= np.datetime64("2025-01-20")).astype(int),
        week=weeks(day),
        vectors=centred(run.embeddings, run.posts["lang"].to_numpy(dtype=object).astype("str")).vectors,
        rank=ranks.set_index("post_id").loc[ids, [*COMMON, *RARE]].reset_index(drop=True),
        truth=truth.reset_index(drop=True),
    )


def test_the_concepts_are_as_common_as_said(corpus):
    share = corpus.truth[[*COMMON, *RARE]].mean()
    assert (share[list(COMMON)] >= 0.12).all() and (share[list(RARE)] < 0.12).all()
    low = corpus.truth[list(RARE)].groupby(corpus.period).mean().min()
    assert (low < 0.03).all()


@pytest.mark.parametrize("sampler", ["simple random", "guided by scores"])
@pytest.mark.parametrize("draws", [4, pytest.param(300, marks=pytest.mark.slow)])
def test_intervals_hold_the_truth_and_naive_shares_miss(corpus, sampler, draws, calibrated):
    rows = []
    for seed in range(draws):
        sampled = corpus.sampled(COMMON, sampler, seed)
        for name in COMMON:
            found = corpus.corrected(name, sampled, seed)
            rows += _against_truth(found, corpus.truth[name].groupby(corpus.period).mean().to_numpy(), corpus.period)
    table = pd.DataFrame(rows)
    told = table[table["told"]]
    assert table["held"].mean() > 0.8
    if draws >= 300:
        _record(table, told, f"written corpus, {CODES} codes a period, {sampler}", draws, calibrated)
    narrower = told.groupby(["name", "what"])[["width", "alone"]].median()
    assert (narrower["width"] < narrower["alone"]).all()
    assert abs(told["error"].mean()) < 3 * told["error"].std() / len(told) ** 0.5 + 0.002


def _record(table, told, setting, draws, calibrated):
    shares = told[told["what"] != "difference"].groupby(["name", "what"])["counted"].mean()
    for name, measured, least, most in (
        ("Corrected shares and differences: 95 % intervals that held the truth", told["held"].mean(), 0.92, 0.98),
        ("The same, of all draws, refused or not", table["held"].mean(), 0.92, 0.98),
        ("Their width, as a part of that by codes alone", (told["width"] / told["alone"]).median(), 0, 0.8),
        ("Mean probabilities, uncorrected: intervals of the same width that held", told["naive"].mean(), 0, 0.92),
        ("Posts of a probability above 1/2, counted: Wilson intervals that held", shares.mean(), 0, 0.75),
        ("The same, worst of six", shares.min(), 0, 0.3),
    ):
        calibrated(name, setting, measured, least, most, draws)


def _against_truth(found, truth, period):
    one, alone = found.found, found.alone
    for at, what in enumerate(NAMES):
        above = found.scored.score[period == at] > 0.5
        wilson = interval(above.mean(), len(above))
        yield {
            "name": found.scored.label, "what": what, "told": found.told[at],
            "held": one.low[at] <= truth[at] <= one.high[at],
            "width": one.high[at] - one.low[at], "alone": alone.high[at] - alone.low[at],
            "naive": abs(one.naive[at] - truth[at]) <= (one.high[at] - one.low[at]) / 2,
            "counted": wilson[0] <= truth[at] <= wilson[1], "error": one.share[at] - truth[at],
        }  # fmt: skip
    change, ours, codes = truth[1] - truth[0], difference(one, 0, 1), difference(alone, 0, 1)
    yield {
        "name": found.scored.label, "what": "difference", "told": found.told.all(),
        "held": ours.low <= change <= ours.high,
        "width": ours.high - ours.low, "alone": codes.high - codes.low,
        "naive": abs(one.naive[1] - one.naive[0] - change) <= (ours.high - ours.low) / 2,
        "counted": np.nan, "error": ours.difference - change,
    }  # fmt: skip


@pytest.mark.parametrize("sampler", ["simple random", "guided by scores"])
def test_rarer_concepts_end_in_the_refusal(corpus, sampler, calibrated):
    refused = []
    for seed in range(100):
        sampled = corpus.sampled(RARE, sampler, seed)
        for name in RARE:
            found = correct(Scored(name, name, corpus.coded(name, sampled), None, ""), sampled)
            refused.append(any("10 are needed" in reason for reason in found.withheld))
    setting = f"written corpus, {CODES} codes a period, {sampler}"
    calibrated("Concepts below 3 % in a period that are refused there", setting, np.mean(refused), 0.9, 1, 100)
