from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, rankdata

from discourse.codes.drawn import Drawn
from discourse.codes.sampling import codes_for_positives, drawn, least_share, prior, sizes_for_width
from discourse.stats.coding_sample import _probability, most_without_certainty
from discourse.stats.corrected import corrected
from discourse.stats.power import codes_needed


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("area", [0.6, 0.8, 0.95])
def test_the_prior_rises_and_has_the_share_for_its_mean(share, area):
    rank = (np.arange(20_000) + 0.5) / 20_000
    found = prior(rank, share, area)
    assert (np.diff(found) >= 0).all()
    assert ((found >= 0) & (found <= 1)).all()
    assert found.mean() == pytest.approx(share, rel=0.01)


def test_widths_take_what_the_formula_says_and_the_code_that_needs_most_decides():
    sizes = sizes_for_width(np.array([270, 0, 20]), np.array([[0.1, 0.1, 0.1], [0.3, 0, 0.02]]), 0.05)
    assert sizes.tolist() == [codes_needed(0.3, 0.05, 270), 0, codes_needed(0.1, 0.05, 20)]
    assert sizes_for_width(np.array([10]), np.array([[0.0]]), 0.05)[0] > 0  # a share of nothing is never certain


def test_ten_positives_in_nine_of_ten_samples():
    for share in (0.03, 0.1, 0.4):
        needed = codes_for_positives(share)
        assert binom.sf(9, needed, share) >= 0.9 > binom.sf(9, needed - 1, share)
        assert least_share(needed) == pytest.approx(share, rel=0.02)
    assert np.isnan(least_share(9))
    assert least_share(10) > 0.95


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 9_999))
def test_properties_of_a_sample(seed):
    rng = np.random.default_rng(seed)
    n = 150
    period = rng.integers(-1, 4, n)
    posts = np.bincount(period[period >= 0], minlength=4)
    sizes = (posts * rng.random(4)).astype(int)
    found = drawn(period, sizes, rng.random((n, int(rng.integers(0, 3)))), seed=seed)
    taken = found.order > 0
    assert sorted(found.order[taken]) == list(range(1, sizes.sum() + 1))
    assert np.bincount(period[taken], minlength=4).tolist() == sizes.tolist()
    assert np.isnan(found.probability).tolist() == (period < 0).tolist()
    for at in range(4):
        assert found.probability[period == at].sum() == pytest.approx(sizes[at])
        part = np.sort(found.order[taken & (period == at)])  # spread over the whole sheet
        for half in (0.25, 0.5, 0.75):
            assert abs((part <= half * sizes.sum()).sum() - half * sizes[at]) <= 4


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 9_999), codes=st.integers(0, 2))
def test_a_larger_sample_begins_with_the_smaller_one(seed, codes):
    rng = np.random.default_rng(seed)
    period = rng.integers(0, 2, 150)
    doubt = rng.random((150, codes))
    most = [most_without_certainty(doubt[period == at]) for at in (0, 1)]
    large = np.minimum(most, rng.integers(2, 75, 2))
    small = large // 2
    ours, theirs = (drawn(period, sizes, doubt, seed=seed) for sizes in (large, small))
    for at in (0, 1):
        rows = np.flatnonzero(period == at)
        first = rows[np.argsort(ours.order[rows], kind="stable")]
        first = first[ours.order[first] > 0][: small[at]]
        assert set(first) == set(rows[theirs.order[rows] > 0])
        assert theirs.probability[rows] * large[at] == pytest.approx(ours.probability[rows] * small[at])


def test_the_largest_sample_without_certainty():
    rng = np.random.default_rng(0)
    for doubt in (rng.random((90, 2)) ** 3, rng.random((40, 1)), np.ones((7, 1)), np.empty((5, 0))):
        most = most_without_certainty(doubt)
        assert _probability(doubt, most).max() <= 1
        assert most == len(doubt) or (_probability(doubt, most + 1) == 1).any()
    assert most_without_certainty(np.empty((0, 1))) == 0


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(20_000, 1, marks=pytest.mark.slow, id="long")]
)
@pytest.mark.parametrize("size", [40, 140], ids=["small", "with posts that are sure"])
def test_posts_are_in_the_sheet_as_often_as_their_probability_says(size, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    score = rng.beta(0.3, 3, (200, 2))
    doubt = np.sqrt(score * (1 - score))
    times = np.zeros(200)
    for run in range(runs):
        found = drawn(np.zeros(200, dtype=int), np.array([size]), doubt, seed=seed * 1_000_000 + run)
        times += found.order > 0
    assert (times[found.probability == 1] == runs).all()
    times, chance = (of[found.probability < 1] for of in (times, found.probability))
    error = np.abs(times / runs - chance) / np.sqrt(chance * (1 - chance) / runs)
    setting = f"{size} of 200 posts by doubt on two codes, in the order of a sheet"
    calibrated(
        "coding sample: largest error of a post's frequency, in standard errors", setting, error.max(), 0, 4, runs
    )
    calibrated("coding sample: mean square of these errors", setting, (error**2).mean(), 0.8, 1.2, runs)


def test_places_in_the_sheet_tell_nothing():
    """Posts drawn with a high probability stand no earlier than others, and no period does."""
    rng = np.random.default_rng(0)
    doubt = rng.random((200, 1)) ** 4
    places = np.zeros(200)
    times = np.zeros(200)
    for seed in range(600):
        found = drawn(np.repeat([0, 1], 100), np.array([30, 30]), doubt, seed=seed)
        places += found.order
        times += found.order > 0
    mean = places / times
    assert abs(np.corrcoef(mean, doubt[:, 0])[0, 1]) < 0.25
    assert mean[:100].mean() == pytest.approx(mean[100:].mean(), rel=0.03)


@pytest.mark.parametrize("area", [0.7, 0.85])
@pytest.mark.parametrize("share", [0.05, 0.12, 0.25])
def test_doubt_by_rank_makes_errors_smaller(share, area, calibrated):
    """Before any code is given; by the variance of the draw, with the score as a calibrated probability."""
    rng = np.random.default_rng(1)
    apart = np.sqrt(2) * norm.ppf(area)
    gains, losses = [], []
    for _ in range(100):
        code = (rng.permutation(280) < share * 280).astype(float)
        value = rng.normal(apart * code)
        odds = share / (1 - share) * np.exp(apart * (value - apart / 2))
        rank = (rankdata(value) - 0.5) / 280
        for ranks, gathered in ((rank, gains), (rng.permutation(rank), losses)):
            f = prior(ranks)
            score = odds / (1 + odds)
            residual = code - score - (code - score).mean()
            errors = [
                np.sqrt(((1 / _probability(doubt, 80) - 1) * residual**2).sum())
                for doubt in (np.sqrt(f * (1 - f))[:, None], np.empty((280, 0)))
            ]
            gathered.append(errors[0] / errors[1])
    setting = f"80 of 280 posts, share {share:.0%}, area under the curve {area}"
    calibrated("coding sample by doubt: standard error over a random sample's", setting, np.mean(gains), 0.7, 1.0, 100)
    calibrated(
        "coding sample by doubt, of a score that knows nothing: the same", setting, np.mean(losses), 1.0, 1.12, 100
    )


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(400, 0, id="short"), pytest.param(4_000, 1, marks=pytest.mark.slow, id="long")]
)
@pytest.mark.parametrize("part", [1.0, 0.5])
def test_a_sheet_that_was_left_half_way_is_a_sample_too(part, runs, seed, calibrated):
    rng = np.random.default_rng(seed)
    period = np.repeat([0, 1], 280)
    held = 0
    for _ in range(runs):
        code = rng.permuted(np.tile(np.arange(280) < 0.15 * 280, (2, 1)), axis=1).ravel().astype(float)
        value = rng.normal(1.812 * code)
        odds = 0.15 / 0.85 * np.exp(1.812 * (value - 0.906))
        f = odds / (1 + odds)
        doubt = prior((rankdata(value) - 0.5) / 560)
        found = drawn(
            period, np.array([120, 120]), np.sqrt(doubt * (1 - doubt))[:, None], seed=int(rng.integers(2**31))
        )
        coded = (found.order > 0) & (found.order <= part * 240)
        sample = Drawn("s", {}, np.arange(560).astype(str), period.astype(str), found.probability, found.order)
        estimate = corrected(
            f, np.where(coded, code, np.nan), sample.of(coded), period, np.arange(560), cross_fitted=True
        )
        held += bool(estimate.low[0] <= code[:280].mean() <= estimate.high[0])
    low, high = (0.92, 0.975) if runs >= 1_000 else (0.9, 0.99)
    setting = f"120 of 280 posts by doubt, 15%, {part:.0%} of the sheet coded"
    calibrated("interval of a corrected share: coverage", setting, held / runs, low, high, runs)


def test_the_table_of_the_page_is_what_the_formula_gives():
    page = (Path(__file__).parents[2] / "docs" / "sample.md").read_text(encoding="utf-8")
    for share in (0.05, 0.1, 0.2, 0.5):
        cells = [codes_needed(share, 0.05, 270), codes_needed(share, 0.05, 2_700), codes_needed(share, 0.03, 2_700)]
        assert f"| {share:.0%} | {' | '.join(map(str, cells))} |".replace("%", " %") in page
    assert f"take {codes_for_positives(0.1)} codes; at 5 %, {codes_for_positives(0.05)}." in page
