from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from discourse.stats import multiple
from discourse.stats.multiple import adjusted, smallest_p
from discourse.stats.shift import shift


def test_q_values_by_the_book():
    assert np.allclose(adjusted([0.01, 0.02, 0.03, 0.5]), (0.04, 0.04, 0.04, 0.5))
    assert np.allclose(adjusted([0.01, 0.02, 0.03, 0.5], "by"), (0.0833, 0.0833, 0.0833, 1), atol=5e-5)


def test_what_was_not_tested_is_not_in_the_family():
    found = adjusted([[0.01, np.nan], [0.5, np.nan]])
    assert np.allclose(found, [[0.02, np.nan], [0.5, np.nan]], equal_nan=True)
    assert np.isnan(adjusted([np.nan, np.nan])).all()
    assert adjusted([]).shape == (0,)
    for outside in ([1.1], [-0.1]):
        with pytest.raises(ValueError):
            adjusted(outside)
    with pytest.raises(ValueError):
        adjusted([0.1], "bonferroni")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.sampled_from(["bh", "by"]))
def test_properties_of_q_values(p, method):
    q = adjusted(p, method)
    assert ((q >= np.array(p) - 1e-12) & (q <= 1)).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= -1e-12).all()
    assert np.allclose(adjusted(p[::-1], method), q[::-1])


def test_how_few_posts_can_show_a_change():
    assert np.allclose(smallest_p([4, 5, 6, 7], 270, 270), (0.1236, 0.0613, 0.0304, 0.0150), atol=5e-5)
    assert multiple.testable([5, 6], 270, [270, 270], alpha=0.05).tolist() == [False, True]
    assert smallest_p([0, 540], 270, 270).tolist() == [1, 1]
    assert smallest_p(500_000, 500_000, 500_000) > 0


@given(st.integers(1, 20), st.integers(1, 20), st.data())
def test_no_table_has_a_smaller_tail(before, after, data):
    m = data.draw(st.integers(0, before + after))
    found = smallest_p(m, before, after)
    assert found == smallest_p(m, after, before)
    tables = [[[x, after - x], [m - x, before - m + x]] for x in range(max(0, m - before), min(m, after) + 1)]
    tails = [fisher_exact(table, side).pvalue for table in tables for side in ("less", "greater")]
    assert found == pytest.approx(min(1, 2 * min(tails)))
    if before == after:
        assert found == pytest.approx(min(fisher_exact(table).pvalue for table in tables))


@pytest.mark.parametrize("given", [(-1, 2, 2), (5, 2, 2), (1, -2, 4), (np.nan, 2, 2)])
def test_hits_that_do_not_fit_are_refused(given):
    with pytest.raises(ValueError):
        smallest_p(*given)
    with pytest.raises(ValueError):
        multiple.testable(1, 2, 2, alpha=1)


@pytest.mark.parametrize(
    ("runs", "seed"), [pytest.param(200, 0, id="short"), pytest.param(1_000, 1, marks=pytest.mark.slow, id="long")]
)
def test_a_family_of_themes_claims_nothing_where_nothing_moved(runs, seed, themed, calibrated):
    rng = np.random.default_rng(seed)
    later, claimed = np.arange(26) >= 13, np.zeros(4)
    for run in range(runs):
        counts = themed(rng)
        p = shift(counts, counts.sum(axis=0), later, permutations=1_999, seed=run).p
        posts = counts[:, ~later].sum(), counts[:, later].sum()
        family = np.where(multiple.testable(counts.sum(axis=1), *posts), p, np.nan)
        claimed += [np.nanmin(each) <= 0.05 for each in (adjusted(family), adjusted(p), adjusted(family, "by"), family)]
    setting = "30 themes, 273 and 273 posts, days that differ (ICC 0.1)"
    most = 0.08 if runs >= 1_000 else 0.1
    for name, rate in zip(("testable themes", "all themes", "testable themes, BY"), claimed / runs, strict=False):
        calibrated(f"q-values of {name}: runs with any claim", setting, rate, 0, most, runs)
    calibrated("naive p-values of themes: runs with any claim", setting, claimed[3] / runs, 0.5, 1, runs)
