from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from discourse.stats.power import codes_needed, detectable_share, half_width, posts_needed

shares = st.floats(0.01, 0.99)
sizes = st.integers(5, 100_000)


@pytest.mark.parametrize(
    ("share", "alike", "once_and_a_half"),
    [(0.02, 0.070, 0.086), (0.05, 0.117, 0.135), (0.07, 0.144, 0.165), (0.10, 0.184, 0.206), (0.20, 0.305, 0.330)],
)
def test_detectable_share_of_two_quarters_of_270_posts(share, alike, once_and_a_half):
    assert detectable_share(share, 270, 270) == pytest.approx(alike, abs=0.0006)
    assert detectable_share(share, 270, 270, deff=1.5) == pytest.approx(once_and_a_half, abs=0.0006)


def test_detectable_share_to_five_digits():
    assert round(detectable_share(0.07, 270, 270), 5) == 0.14444
    assert round(detectable_share(0.07, 270, 270, deff=1.5), 5) == 0.16474


@given(shares, sizes, sizes, st.floats(1, 4))
def test_what_is_detectable_has_the_power_it_says(share, before, after, deff):
    found = detectable_share(share, before, after, deff=deff)
    if math.isnan(found):
        return
    pooled = (share * before + found * after) / (before + after)
    null = math.sqrt(deff * pooled * (1 - pooled) * (1 / before + 1 / after))
    spread = math.sqrt(deff * (share * (1 - share) / before + found * (1 - found) / after))
    assert share < found <= 1
    assert norm.cdf((found - share - norm.isf(0.025) * null) / spread) == pytest.approx(0.8, abs=1e-6)


@given(shares, sizes, sizes)
def test_a_fall_is_the_rise_of_the_rest(share, before, after):
    fall = detectable_share(share, before, after, direction="fall")
    rise = detectable_share(1 - share, before, after)
    assert math.isnan(fall) == math.isnan(rise)
    assert math.isnan(fall) or (0 <= fall < share and fall == pytest.approx(1 - rise))


@given(shares, st.integers(30, 10_000))
def test_posts_needed_is_the_inverse(share, n):
    found = detectable_share(share, n, n, deff=1.5)
    if not math.isnan(found):
        assert posts_needed(share, found, deff=1.5) == pytest.approx(n, abs=1)


def test_too_few_posts_can_show_nothing():
    assert math.isnan(detectable_share(0.5, 2, 2))
    assert math.isnan(detectable_share(0.1, 30, 30, direction="fall"))


def test_codes_needed_for_five_points_around_a_tenth():
    assert codes_needed(0.10, 0.05, 270, correlation=0.6) == 67
    assert codes_needed(0.10, 0.05) == 139
    assert codes_needed(0.10, 0.05, 50) <= 50
    assert half_width(0.10, 50, 50) == 0


@given(shares, st.floats(0.01, 0.3), st.integers(10, 100_000), st.floats(-0.9, 0.9))
def test_half_width_is_no_wider_than_asked_for(share, width, posts, correlation):
    coded = codes_needed(share, width, posts, correlation=correlation)
    assert 0 < coded <= posts
    assert half_width(share, coded, posts, correlation=correlation) <= width + 1e-9


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    "call",
    [
        lambda: detectable_share(0, 10, 10),
        lambda: detectable_share(1, 10, 10),
        lambda: detectable_share(NAN, 10, 10),
        lambda: detectable_share(0.1, 0, 10),
        lambda: detectable_share(0.1, NAN, 10),
        lambda: detectable_share(0.1, INF, 10),
        lambda: detectable_share(0.1, 10, INF),
        lambda: detectable_share(0.1, 10, 10, deff=0.0),
        lambda: detectable_share(0.1, 10, 10, deff=NAN),
        lambda: detectable_share(0.1, 10, 10, deff=INF),
        lambda: detectable_share(0.1, 10, 10, power=NAN),
        lambda: detectable_share(0.1, 10, 10, alpha=0),
        lambda: detectable_share(0.1, 10, 10, direction="up"),
        lambda: posts_needed(0.1, 0.1),
        lambda: posts_needed(0.1, 0.1 + 1e-12),
        lambda: posts_needed(NAN, 0.1),
        lambda: posts_needed(0.1, 0.2, deff=INF),
        lambda: codes_needed(0.1, 0),
        lambda: codes_needed(0.1, 1e-300),
        lambda: codes_needed(0.1, NAN),
        lambda: codes_needed(0.1, INF, 100),
        lambda: codes_needed(0, 0.05),
        lambda: codes_needed(1, 0.05, 10),
        lambda: codes_needed(NAN, 0.05),
        lambda: codes_needed(0.1, 0.05, NAN),
        lambda: codes_needed(0.1, 0.05, 0),
        lambda: half_width(0.1, 20, 10),
        lambda: half_width(2, 20, 100),
        lambda: half_width(0.1, INF, INF),
        lambda: half_width(0.1, NAN, 10),
        lambda: half_width(0.1, 10, 20, correlation=NAN),
    ],
)
def test_power_refuses_what_makes_no_sense(call):
    with pytest.raises(ValueError, match=r"needs|must"):
        call()


@given(
    st.floats(1e-6, 1 - 1e-6),
    st.floats(1e-3, 1e15),
    st.floats(1e-3, 1e15),
    st.floats(1, 1e9),
    st.sampled_from(["rise", "fall"]),
)
def test_detectable_share_never_breaks(share, before, after, deff, direction):
    found = detectable_share(share, before, after, deff=deff, direction=direction)
    assert math.isnan(found) or 0 <= found <= 1
