"""Names follow a theme into another run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.themes.carry import FOLLOWED, IN_PART, NAMED, NONE, TAKEN, THERE, carry
from discourse.themes.edits import Edit, replay


def edit(verb, *themes, text=""):
    return Edit(0, "", verb, themes, text)


def state_of(themes, *edits):
    return replay(edits, range(themes))


def done(found, state, others, other):
    edits, table = carry(np.array(found, dtype=int), state, np.array(others, dtype=int), other)
    replay(edits, other.parts)  # they can be done
    return [str(one) for one in edits], dict(zip(table["edit"], table["fate"], strict=True))


FOUND = [0] * 10 + [1] * 8 + [2] * 6 + [3] * 4 + [-1] * 3


def test_everything_follows_into_the_same_themes_with_other_numbers():
    state = state_of(
        4, edit("rename", 0, text="Trade"), edit("hide", 1), edit("merge", 2, 3), edit("rename", 2, text="=1+1")
    )
    others = [3 - theme if theme >= 0 else -1 for theme in FOUND]
    edits, fates = done(FOUND, state, others, state_of(4))
    assert sorted(edits) == ["hide 2", "merge 1 0", "rename 1 =1+1", "rename 3 Trade"]
    assert set(fates.values()) == {FOLLOWED}


def test_a_merge_that_the_other_run_found_by_itself_is_there_already():
    state = state_of(4, edit("merge", 2, 3), edit("rename", 2, text="Both"))
    others = [2 if theme == 3 else theme for theme in FOUND]
    assert done(FOUND, state, others, state_of(3)) == (
        ["rename 2 Both"],
        {"merge 2 3": THERE, "rename 2 Both": FOLLOWED},
    )


def test_a_theme_that_fell_apart_loses_its_name_out_loud():
    state = state_of(4, edit("rename", 0, text="Trade"), edit("hide", 3))
    others = [4, 4, 4, 4, 5, 5, 5, 6, 6, 6, *FOUND[10:-7], *[-1] * 7]
    assert done(FOUND, state, others, state_of(7)) == ([], {"rename 0 Trade": NONE, "hide 3": NONE})


def test_a_merge_follows_in_part_where_a_part_is_gone():
    state = state_of(4, edit("merge", 0, 1, 3))
    others = [-1 if theme == 3 else theme for theme in FOUND]
    assert done(FOUND, state, others, state_of(4)) == (["merge 0 1"], {"merge 0 1 3": IN_PART})


def test_a_name_given_there_stays():
    state = state_of(4, edit("rename", 0, text="Trade"), edit("rename", 1, text="Same"), edit("hide", 2))
    other = state_of(4, edit("rename", 0, text="Mine"), edit("rename", 1, text="Same"), edit("hide", 2))
    edits, fates = done(FOUND, state, FOUND, other)
    assert edits == []
    assert fates == {"rename 0 Trade": NAMED, "rename 1 Same": THERE, "hide 2": THERE}


def test_two_themes_that_became_one_dont_both_name_it():
    found, others = [0] * 10 + [1] * 10, [0] * 20
    state = state_of(2, edit("rename", 0, text="A"), edit("rename", 1, text="B"))
    edits, fates = done(found, state, others, state_of(1))
    assert edits == ["rename 0 A"]
    assert fates["rename 1 B"] in {TAKEN, NONE}


def test_runs_without_common_posts_or_themes_lose_everything_out_loud():
    state = state_of(4, edit("rename", 0, text="Trade"))
    assert done([], state, [], state_of(2)) == ([], {"rename 0 Trade": NONE})
    assert done(FOUND, state, [-1] * len(FOUND), state_of(0)) == ([], {"rename 0 Trade": NONE})


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=40), st.data())
def test_whatever_the_posts_each_edit_has_a_fate_and_what_is_made_can_be_done(pairs, data):
    state = state_of(
        4, *data.draw(st.permutations([edit("rename", 0, text="x"), edit("hide", 1), edit("merge", 2, 3)]))
    )
    found, others = [a for a, _ in pairs], [b for _, b in pairs]
    edits, fates = done(found, state, others, state_of(4, edit("hide", 3), edit("rename", 2, text="y")))
    assert len(fates) == 3
    assert len(edits) == sum(fate in {FOLLOWED, IN_PART} for fate in fates.values())


def test_a_match_needs_half_of_the_posts():
    state = state_of(1, edit("rename", 0, text="x"))
    _, table = carry(np.zeros(4, int), state, np.array([0, 0, -1, -1]), state_of(1))
    assert table["jaccard"].tolist() == [pytest.approx(0.5)]
    assert done([0] * 5, state, [0, 0, -1, -1, -1], state_of(1))[0] == []
