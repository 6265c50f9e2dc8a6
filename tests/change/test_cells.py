from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.change.cells import OTHER, cells, strata

SEEDS = st.integers(0, 10_000)


def drawn(langs: dict[str, tuple[int, int]], seed: int = 0):
    """Posts of languages before and after, each in a block of its own: languages, after, blocks."""
    lang = np.concatenate([[name] * sum(sizes) for name, sizes in langs.items()]).astype("str")
    after = np.concatenate([[False] * before + [True] * now for before, now in langs.values()]).astype(bool)
    order = np.random.default_rng(seed).permutation(len(lang))
    return lang[order], after[order], np.arange(len(lang))


@pytest.mark.parametrize(
    ("langs", "found", "alone"),
    [
        ({"ru": (30, 30)}, {"ru": "ru"}, ()),
        ({"ru": (30, 30), "kk": (10, 10)}, {"ru": "ru", "kk": "kk"}, ()),
        ({"ru": (30, 30), "kk": (9, 9)}, {"ru": "ru", "kk": "ru"}, ()),
        ({"ru": (30, 30), "kk": (9, 9), "zh": (9, 1)}, {"ru": "ru", "kk": OTHER, "zh": OTHER}, ()),
        ({"ru": (30, 30), "kk": (9, 9), "en": (99, 99)}, {"ru": "ru", "kk": "en", "en": "en"}, ()),
        ({"ru": (5, 5), "kk": (7, 4)}, {"ru": "kk", "kk": "kk"}, ()),
        ({"ru": (30, 30), "kk": (0, 200)}, {"ru": "ru", "kk": "kk later"}, ("kk",)),
        ({"ru": (30, 30), "kk": (0, 200), "zh": (2, 2)}, {"ru": "ru", "kk": "kk later", "zh": "ru"}, ("kk",)),
    ],
)
def test_languages_are_compared_where_they_have_posts_enough(langs, found, alone):
    lang, after, block = drawn(langs)
    stratum, left = strata(lang, after, block)
    assert {name: set(stratum[lang == name].tolist()) for name in langs} == {k: {v} for k, v in found.items()}
    assert left == alone


def test_a_language_of_one_period_has_nothing_to_be_compared_with():
    lang, after, block = drawn({"ru": (30, 30), "kk": (4, 200)})
    stratum, alone = strata(lang, after, block)
    assert set(stratum[(lang == "kk") & after]) == {"kk later"}
    assert set(stratum[(lang == "kk") & ~after]) == {"kk earlier"}
    assert alone == ("kk",)


def test_where_no_language_is_in_both_periods_all_count_together():
    lang, after, block = drawn({"ru": (50, 0), "kk": (0, 30)})
    stratum, alone = strata(lang, after, block)
    assert set(stratum) == {"ru"}
    assert alone == ()


def test_many_posts_of_few_blocks_are_not_enough():
    lang, after, _ = drawn({"ru": (30, 30), "kk": (30, 30)})
    block = np.where(lang == "ru", np.arange(120), 1_000 + np.arange(120) % 2)
    stratum, _ = strata(lang, after, 2 * block + after)
    assert set(stratum) == {"ru"}


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1), SEEDS
)
def test_no_post_of_a_small_language_is_lost(langs, seed):
    lang, after, block = drawn(langs, seed)
    if not len(lang):
        return
    stratum, alone = strata(lang, after, block)
    for name in np.unique(stratum[~np.isin(lang, alone)]):
        here = stratum == name
        assert (after[here].any() and not after[here].all()) or len(set(stratum)) == 1
    again, _ = strata(lang[::-1], after[::-1], block[::-1])
    assert (again[::-1] == stratum).all()


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, weeks=st.sampled_from([1, 2]))
def test_cells_add_up_to_counts_by_hand(framed, themed, two_quarters, seed, weeks):
    day, lang, theme = two_quarters(seed, 120)
    frame, labelling = framed(day, lang), themed(theme, 4)
    if len(frame.periods) < 2:
        return
    side = frame.side((0, 1))
    found = cells(labelling, frame, side, weeks=weeks)
    assert found.posts.sum() == len(side.rows)
    assert (found.hits.sum(axis=0) == found.posts).all()  # each post has one label
    for when in (False, True):
        assert found.posts[found.after == when].sum() == (side.after == when).sum()
        for label in range(5):
            held = labelling.of(label)[side.rows][side.after == when].sum()
            assert found.hits[label, found.after == when].sum() == held
    for block in np.unique(found.block):
        assert len(set(found.after[found.block == block])) == 1
    week = (day[side.rows].astype(int) + 3) // 7 // weeks
    assert len(np.unique(found.block)) == len(set(zip(week.tolist(), side.after.tolist(), strict=True)))
