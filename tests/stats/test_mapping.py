from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.stats.association import explained
from discourse.stats.mapping import Groups, match, scores, shuffled


def themed(rng, n=300, themes=12, langs=1):
    """Posts of themes and noise (the last cell) in 30 weeks."""
    theme = rng.integers(0, themes + 1, n)
    member = np.eye(themes + 1, dtype=bool)[:themes]
    return Groups(theme, member, rng.integers(0, 30, n), rng.integers(0, langs, n))


def test_several_themes_may_stand_for_a_code():
    groups = themed(np.random.default_rng(0))
    code = np.isin(groups.cell, [2, 5, 7])
    found = match(groups, code, shuffled(groups, code, 99))
    assert sorted(found.groups) == sorted(found.halves[0]) == sorted(found.halves[1]) == [2, 5, 7]
    assert found.f1 == 1 and found.adjusted == 1
    assert (found.predicted == code).all()


def test_posts_in_no_theme_are_predicted_not_to_have_the_code():
    groups = themed(np.random.default_rng(1))
    code = np.isin(groups.cell, [3, 12])  # 12 is noise
    found = match(groups, code, shuffled(groups, code, 99))
    assert found.groups == [3]
    precision, recall, f1, _ = scores(code.astype(float), found.predicted, groups.block)
    assert precision.value == 1 and f1.value == pytest.approx(found.f1)
    assert recall.value == pytest.approx((groups.cell == 3).sum() / code.sum())


def test_what_is_chosen_is_scored_on_other_weeks():
    # Each half of the weeks has a theme of its own for the code: on the other half it is of no use.
    block = np.repeat(np.arange(10), 20)
    code = np.tile(np.arange(20) < 5, 10)
    cell = np.where(code, block % 2, 2)
    groups = Groups(cell, np.eye(3, dtype=bool)[:2], block, np.zeros(200))
    found = match(groups, code, shuffled(groups, code, 99))
    assert found.halves == ([0], [1]) and sorted(found.groups) == [0, 1]
    assert found.f1 == 0


def test_groups_may_overlap():
    # Posts of cell 2 are in both groups; the second group adds nothing that the first doesn't hold.
    member = np.array([[1, 0, 1, 0], [0, 0, 1, 0], [0, 1, 0, 0]], dtype=bool)
    cell = np.tile([0, 1, 2, 3], 50)
    groups = Groups(cell, member, np.repeat(np.arange(20), 10), np.zeros(200))
    code = np.isin(cell, [0, 2])
    assert match(groups, code, shuffled(groups, code, 9)).groups == [0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_properties(seed):
    rng = np.random.default_rng(seed)
    groups = themed(rng, 120, 5, 2)
    code = rng.random(120) < rng.beta(1, 3, 6)[groups.cell]
    drawn = shuffled(groups, code, 20, seed)
    assert (drawn.sum(axis=(1, 2)) == code.sum()).all()
    found = match(groups, code, drawn)
    assert 0 <= found.f1 <= 1 and 0 <= found.chance < 1
    _, _, f1, _ = scores(code.astype(float), found.predicted, groups.block, resamples=20)
    assert np.isclose(f1.value, found.f1) or not code.any()
    # No single group is better than the greedy set, which no set of groups beats by much.
    hits = groups.hits(np.flatnonzero(code)).sum(axis=0)[:5]
    posts = groups.hits(np.arange(120)).sum(axis=0)[:5]
    of = {
        some: 2 * hits[list(some)].sum() / (posts[list(some)].sum() + code.sum())
        for size in range(1, 6)
        for some in itertools.combinations(range(5), size)
    }
    if code.any() and found.groups:
        assert of[tuple(sorted(found.groups))] >= max(of[(at,)] for at in range(5)) - 1e-9
        assert of[tuple(sorted(found.groups))] >= max(of.values()) - 0.1


def test_codes_are_shuffled_within_strata():
    rng = np.random.default_rng(0)
    groups = themed(rng, 400, 4, 3)
    code = (rng.random(400) < 0.3) & (groups.stratum == 1)
    drawn = shuffled(groups, code, 50)
    elsewhere = groups.hits(np.flatnonzero(groups.stratum == 1))
    assert (drawn <= elsewhere).all()
    assert np.allclose(drawn.mean(axis=0), elsewhere * code.sum() / elsewhere.sum(), atol=3)


def test_machine_beside_people():
    block, code = np.arange(200) // 10, np.tile([1.0, 0, 0, np.nan], 50)
    predicted = np.tile([True, False, False, True], 50)
    predicted[::8] = False  # recall 1/2
    between = np.zeros((200, 2))
    between[:100:4] = [2, 0]
    between[1:51:4, 1] = 1
    precision, recall, f1, ratio = scores(code, predicted, block, between)
    assert (precision.value, recall.value) == (1, 0.5)
    people = 50 / (50 + 13)
    assert ratio.value == pytest.approx(f1.value / people)
    assert ratio.low < ratio.value < ratio.high
    assert np.isnan(scores(code, predicted, block)[3].value)


@pytest.mark.slow
@pytest.mark.parametrize(("posts", "themes"), [(300, 30), (1_400, 30)])
def test_codes_at_random_are_not_found(calibrated, posts, themes):
    """T20: of three languages with their own themes and codes, but within them at random."""
    f1, told, runs = [], [], 400
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        lang = rng.integers(0, 3, posts)
        weights = rng.dirichlet(np.ones(themes + 1), 3)
        theme = np.array([rng.choice(themes + 1, p=weights[one]) for one in lang])
        groups = Groups(theme, np.eye(themes + 1, dtype=bool)[:themes], rng.integers(0, 65, posts), lang)
        code = rng.random(posts) < np.array([0.05, 0.1, 0.2])[lang]
        drawn = shuffled(groups, code, 99, seed)
        f1.append(match(groups, code, drawn).adjusted)
        told.append(
            explained(
                groups.hits(np.flatnonzero(code)).sum(axis=0)[None],
                groups.hits(np.arange(posts)).sum(axis=0),
                drawn.sum(axis=1)[:, None],
            ).adjusted()[0]
        )
    for name, found in (("adjusted F1", f1), ("adjusted U", told)):
        error = 2 * np.std(found) / runs**0.5
        calibrated(
            f"mean of {name}, codes at random", f"{posts} posts, {themes} themes", np.mean(found), -error, error, runs
        )


@pytest.mark.slow
def test_intervals_of_f1_hold_the_truth(calibrated):
    runs, held = 400, 0

    def drawn(rng, weeks):
        """Weeks in which theme 0 is more or less common, and finds 70 % of the code."""
        n = rng.poisson(15, weeks)
        block = np.repeat(np.arange(weeks), n)
        level = rng.normal(0, 0.5, weeks)[block]
        code = rng.random(len(block)) < 1 / (1 + np.exp(2 - level))
        predicted = np.where(code, rng.random(len(block)) < 0.7, rng.random(len(block)) < 0.04)
        return code.astype(float), predicted, block

    truth = scores(*drawn(np.random.default_rng(99), 100_000), resamples=0)[2].value
    for seed in range(runs):
        f1 = scores(*drawn(np.random.default_rng(seed), 26), seed=seed)[2]
        held += f1.low <= truth <= f1.high
    calibrated("coverage of F1 of themes and a code", "26 weeks, 390 posts, 14 %", held / runs, 0.9, 0.98, runs)
