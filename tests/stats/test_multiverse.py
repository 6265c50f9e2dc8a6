import numpy as np
import pytest

from discourse.stats.multiverse import multiverse
from discourse.stats.shift import shift

SHORT, LONG = (400, 0), pytest.param(2_000, 1, marks=pytest.mark.slow, id="long")


def corpus(rng, specifications=12, weeks=26, size=21, share=0.08, effect=0.0, agree=0.8):
    """Weeks of posts in two periods with week effects; specifications agree on most posts of the theme."""
    posts = np.full(weeks, size)
    after = np.arange(weeks) >= weeks // 2
    chance = np.clip(share + effect * after, 0, 1)
    true = rng.random((weeks, size)) < rng.beta(chance * 8, (1 - chance) * 8)[:, None]
    keep = rng.random((specifications, weeks, size)) < agree
    other = rng.random((specifications, weeks, size)) < share / 4
    return ((true[None] & keep) | other).sum(axis=2), posts, after


def test_one_specification_is_a_shift():
    hits, posts, after = corpus(np.random.default_rng(1), specifications=1)
    found, one = multiverse(hits, posts, after), shift(hits, posts, after)
    assert found.difference == one.difference
    assert found.p == one.p == found.joint_p
    assert (found.same_sign, found.median) == (1.0, one.difference[0])


def test_weeks_of_two_languages_change_periods_whole_as_in_a_shift():
    hits, posts, _ = corpus(np.random.default_rng(4), specifications=3)
    week, language = np.arange(26) // 2, np.arange(26) % 2
    given = (hits, posts, week >= 7, language, week)
    assert np.array_equal(multiverse(*given).p, shift(*given).p)
    assert not np.array_equal(multiverse(*given).p, multiverse(*given[:-1]).p)


def test_specifications_in_another_order_give_the_same():
    hits, posts, after = corpus(np.random.default_rng(2))
    found, other = multiverse(hits, posts, after), multiverse(hits[::-1], posts, after)
    assert np.array_equal(found.p[::-1], other.p)
    assert (found.joint_p, found.median, found.same_sign) == (other.joint_p, other.median, other.same_sign)


def test_swapped_periods_flip_the_sign_only():
    hits, posts, after = corpus(np.random.default_rng(3), effect=0.1)
    found, other = multiverse(hits, posts, after), multiverse(hits, posts, ~after)
    assert np.allclose(found.difference, -other.difference)
    assert found.joint_p == pytest.approx(other.joint_p, abs=0.02)
    assert found.joint_p > 0


def test_what_counts_nowhere_has_no_p():
    found = multiverse(np.zeros((3, 8)), np.full(8, 5), np.arange(8) >= 4)
    assert np.isnan(found.joint_p)
    assert np.isnan(found.p).all()
    assert (found.same_sign, found.significant) == (0.0, 0.0)


def test_no_specification_is_refused():
    with pytest.raises(ValueError, match="no specification"):
        multiverse(np.zeros((0, 8)), np.full(8, 5), np.arange(8) >= 4)


def rejections(rng, runs, effect=0.0):
    """Share of runs in which the joint test rejects, and in which any specification by itself does."""
    found = [multiverse(*corpus(rng, effect=effect), permutations=399, seed=run) for run in range(runs)]
    joint = np.mean([one.joint_p <= 0.05 for one in found])
    return joint, np.mean([np.nanmin(one.p) <= 0.05 for one in found])


@pytest.mark.parametrize(("runs", "seed"), [SHORT, LONG])
def test_size_of_the_joint_multiverse_test(runs, seed, at_level, calibrated):
    joint, naive = rejections(np.random.default_rng(seed), runs)
    setting = "12 specifications that agree on 80 % of a theme's posts, 26 weeks of 21 posts, 8 %, ICC of weeks 0.11"
    at_level("multiverse, joint test: size", setting, joint, runs)
    calibrated("multiverse, the best of all specifications (naive): size", setting, naive, 0.12, 1, runs)


@pytest.mark.parametrize(("runs", "seed"), [(100, 0), pytest.param(1_000, 1, marks=pytest.mark.slow, id="long")])
def test_power_of_the_joint_multiverse_test(runs, seed, calibrated):
    joint, _ = rejections(np.random.default_rng(seed), runs, effect=0.2)
    setting = "12 specifications that agree on 80 % of a theme's posts, 26 weeks of 21 posts, 8 to 28 %"
    calibrated("multiverse, joint test: power", setting, joint, 0.8, 1, runs)
