"""Average precision: known answers, ties, what is withheld, and intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from discourse.stats.ranking import average_precision


def test_average_precision_by_hand():
    # wanted at ranks 1, 2, 4, 5, 6: precision there 1, 1, 3/4, 4/5, 5/6
    found = average_precision(-np.arange(8.0), np.array([1, 1, 0, 1, 1, 1, 0, 0], dtype=bool), np.arange(8))
    assert found.value == pytest.approx((1 + 1 + 3 / 4 + 4 / 5 + 5 / 6) / 5)
    assert (found.n, found.positives, found.chance) == (8, 5, 5 / 8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=6, max_size=60))
def test_average_precision_is_that_of_scikit_learn_with_ties(pairs):
    score, wanted = (np.array(one) for one in zip(*pairs, strict=True))
    found = average_precision(score, wanted, np.arange(len(score)), resamples=0)
    if 5 <= wanted.sum() < len(wanted):
        assert found.value == pytest.approx(average_precision_score(wanted, score))
        turned = average_precision(score[::-1], wanted[::-1], np.arange(len(score)), resamples=0)
        assert turned.value == pytest.approx(found.value)
    else:
        assert np.isnan(found.value)


def test_a_constant_score_does_as_chance_does():
    found = average_precision(np.zeros(40), np.arange(40) % 4 == 0, np.arange(40))
    assert found.value == found.chance == 0.25


def test_too_few_wanted_posts_or_one_block_give_no_number_or_no_interval():
    score = np.linspace(0, 1, 40)
    assert np.isnan(average_precision(score, np.arange(40) < 4, np.arange(40)).value)
    one = average_precision(score, np.arange(40) < 9, np.zeros(40))
    assert np.isfinite(one.value)
    assert np.isnan([one.low, one.high]).all()


def test_average_precision_is_the_same_with_the_same_seed():
    rng = np.random.default_rng(0)
    score, wanted = rng.random(200), rng.random(200) < 0.2
    first, second = (average_precision(score, wanted, np.arange(200) // 5, seed=3) for _ in range(2))
    assert first == second
    assert first.low <= first.value <= first.high


@pytest.mark.parametrize("bad", [np.full(6, np.nan), np.zeros(5)])
def test_scores_that_do_not_fit_are_refused(bad):
    with pytest.raises(ValueError, match="finite score"):
        average_precision(bad, np.ones(6, dtype=bool), np.arange(6))


@pytest.mark.slow
@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_of_average_precision_hold_the_truth(calibrated, clustered):
    """Posts of a population with a known average precision; blocks of ten alike in score and truth."""

    def drawn(blocks, rng):
        level = rng.normal(size=blocks).repeat(10) if clustered else np.zeros(blocks * 10)
        score = rng.normal(size=blocks * 10) + level
        wanted = rng.random(blocks * 10) < 1 / (1 + np.exp(2.5 - 1.5 * score - level))
        return score, wanted, np.arange(blocks).repeat(10)

    rng = np.random.default_rng(0)
    truth = average_precision(*drawn(100_000, rng), resamples=0).value
    runs = 300
    found = [average_precision(*drawn(40, rng), resamples=299) for _ in range(runs)]
    share = np.mean([one.low <= truth <= one.high for one in found])
    setting = f"400 posts in 40 blocks, {'blocks alike' if clustered else 'posts at random'}"
    calibrated("Average precision: intervals", setting, float(share), 0.88, 0.985, runs)
