from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.agreement import ac1, agreement, alpha, masi

# Krippendorff (2011), four coders and twelve units, some judgements missing; Gwet (2014) takes the same data.
FOUR = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    )
    - 1
)
TWO = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float)


def test_worked_example_with_missing_judgements():
    assert alpha(FOUR).value == pytest.approx(0.743, abs=5e-4)
    assert ac1(FOUR, 5) == pytest.approx(0.77544, abs=5e-6)


def test_two_coders_of_ten_posts():
    found = agreement(TWO)
    assert found.alpha.value == pytest.approx(0.09524, abs=5e-6)
    assert found.ac1.value == pytest.approx(0.31034, abs=5e-6)
    assert found.kappa.value == pytest.approx(0.09091, abs=5e-6)
    assert (found.posts, found.either, found.both) == (10, 5, 1)
    assert found.f1.value == pytest.approx(2 * 1 / (2 + 1 + 3))
    assert found.observed.value == pytest.approx(0.6)


def test_a_rare_code_of_a_hundred_posts():
    a, b = np.zeros(100), np.zeros(100)
    a[[1, 2]], b[[1, 4]] = 1, 1
    found = agreement(np.array([a, b]))
    assert [round(one.value, 4) for one in (found.alpha, found.kappa, found.ac1)] == [0.4923, 0.4898, 0.9792]


def test_gwets_paradox():
    # Cohen's kappa falls below 0 at 90 % agreement, of 125 posts 118 of which both coded one way (Gwet 2008, table 1).
    a = np.repeat([1, 1, 0, 0], [118, 5, 2, 0]).astype(float)
    b = np.repeat([1, 0, 1, 0], [118, 5, 2, 0]).astype(float)
    found = agreement(np.array([a, b]))
    assert found.observed.value == pytest.approx(0.944)
    assert found.kappa.value == pytest.approx(-0.0234, abs=5e-5)
    assert found.ac1.value == pytest.approx(0.9408, abs=5e-5)


def test_masi_of_sets():
    # Passonneau weighs 2/3; nltk writes .67, and so has .665.
    assert masi([{1, 2}, {1, 2, 3, 4}])[0, 1] == pytest.approx(0.665, abs=0.002)
    assert masi([{1, 2}, {1, 2}, {3}, set(), set()]).tolist() == [
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 1],
        [1, 1, 0, 1, 1],
        [1, 1, 1, 0, 0],
        [1, 1, 1, 0, 0],
    ]
    assert masi([]).shape == (0, 0)


def test_what_nobody_can_agree_about():
    nothing = agreement(np.array([[1.0, np.nan], [np.nan, 0.0]]))
    assert nothing.posts == 0 and np.isnan(nothing.alpha.value) and np.isnan(nothing.f1.value)
    none = agreement(np.zeros((2, 50)))
    assert np.isnan([none.alpha.value, none.kappa.value, none.f1.value]).all()
    assert (none.observed.value, none.ac1.value) == (1, 1)
    assert np.isnan(alpha(np.full((3, 4), -1)).value)
    assert np.isnan(alpha(np.zeros((2, 4), dtype=int)).value)
    assert np.isnan(ac1(np.array([[0, -1], [-1, 0]]), 2))


def test_three_coders_have_no_kappa_and_count_by_pairs():
    found = agreement(np.array([[1, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, np.nan]]))
    assert np.isnan(found.kappa.value)
    # Post 1: three pairs agree on the code; post 2: one does, two don't.
    assert found.f1.value == pytest.approx(2 * 4 / (2 * 4 + 2))


@pytest.mark.parametrize("codes", [np.array([0.0, 1.0]), np.array([[0, 2], [1, 0]])])
def test_what_is_no_table_of_codes_is_refused(codes):
    with pytest.raises(ValueError):
        agreement(codes)


def test_values_without_a_distance_are_refused():
    with pytest.raises(ValueError):
        alpha(np.array([[0, 2], [1, 2]]), np.array([[0, 1], [1, 0]]))
    with pytest.raises(ValueError):
        alpha(np.array([[0, 1], [1, 1]]), np.ones((2, 2)))
    with pytest.raises(ValueError):
        ac1(np.array([[0, 1], [1, 1]]), 1)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), coders=st.integers(2, 4), posts=st.integers(1, 40))
def test_properties(seed, coders, posts):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, (coders, posts)).astype(float)
    codes[rng.random(codes.shape) < 0.2] = np.nan
    found = agreement(codes, resamples=50)
    shuffled = agreement(codes[:, rng.permutation(posts)][rng.permutation(coders)], resamples=50)
    values = [getattr(one, name).value for name in ("observed", "alpha", "ac1", "f1") for one in (found, shuffled)]
    assert np.allclose(values[::2], values[1::2], equal_nan=True)
    assert found.both <= found.either <= found.posts <= posts
    nominal = np.where(np.isnan(codes), -1, codes).astype(int)
    assert np.isclose(found.alpha.value, alpha(nominal, resamples=0).value, equal_nan=True)
    # Only posts judged twice are in the one; the other takes all posts for its shares, as Gwet does.
    twice = nominal[:, (nominal >= 0).sum(axis=0) >= 2]
    assert np.isclose(found.ac1.value, ac1(twice, 2), equal_nan=True)
    for one in (found.observed, found.alpha, found.ac1, found.f1):
        assert np.isnan(one.low) or one.low <= one.high <= 1 + 1e-12
    other = agreement(1 - codes, resamples=0)
    assert np.isclose(found.alpha.value, other.alpha.value, equal_nan=True)
    assert np.isclose(found.ac1.value, other.ac1.value, equal_nan=True)


def test_alpha_agrees_with_another_implementation():
    krippendorff = pytest.importorskip("krippendorff")
    assert alpha(FOUR).value == pytest.approx(
        krippendorff.alpha(np.where(FOUR < 0, np.nan, FOUR), level_of_measurement="nominal")
    )
    for seed in range(20):
        rng = np.random.default_rng(seed)
        values = rng.integers(-1, 4, (rng.integers(2, 6), 30))
        distance = rng.random((4, 4))
        distance = (distance + distance.T) * (1 - np.eye(4))
        theirs = np.where(values < 0, np.nan, values)
        assert alpha(values, resamples=0).value == pytest.approx(
            krippendorff.alpha(theirs, level_of_measurement="nominal")
        )

        def metric(v1, v2, i1, i2, n_v, dtype=np.float64, distance=distance):
            return distance[i1, i2]

        assert alpha(values, distance, resamples=0).value == pytest.approx(
            krippendorff.alpha(theirs, value_domain=range(4), level_of_measurement=metric)
        )


@pytest.mark.slow
@pytest.mark.parametrize(("posts", "share"), [(200, 0.1), (100, 0.1), (300, 0.3)])
def test_intervals_hold_the_truth(calibrated, posts, share):
    def drawn(rng, n):
        y = rng.random(n) < share
        return np.array([np.where(y, rng.random(n) < 0.8, rng.random(n) < 0.02) for _ in range(2)], dtype=float)

    names = ("alpha", "ac1", "f1")
    truth = agreement(drawn(np.random.default_rng(99), 2_000_000), resamples=0)
    rng, held = np.random.default_rng(0), np.zeros(3)
    for seed in range(400):
        found = agreement(drawn(rng, posts), seed=seed)
        held += [getattr(found, n).low <= getattr(truth, n).value <= getattr(found, n).high for n in names]
    for name, times in zip(names, held / 400, strict=True):
        calibrated(f"coverage of {name} between coders", f"{posts} posts, {share:.0%}", times, 0.9, 0.98, 400)
