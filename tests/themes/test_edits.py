"""A log of edits: replayed, undone, done again, and what it makes of the tables."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.errors import DataError, UsageError
from discourse.themes import edited
from discourse.themes.edits import LONGEST, VERBS, Edit, Log, State, checked_name, replay

THEMES = range(6)
NAMES = st.sampled_from(["Trade", "=cmd()", "<b>", "\u202eabc", "торговля"])
EDITS = st.builds(
    lambda verb, themes, name: Edit(
        0, "", verb, tuple(themes if verb == "merge" else themes[:1]), name if verb == "rename" else ""
    ),
    st.sampled_from(VERBS),
    st.lists(st.integers(0, 7), min_size=1, max_size=3),
    NAMES,
)


def edit(verb, *themes, text=""):
    return Edit(0, "2025-01-01T00:00:00+00:00", verb, themes, text)


def log_of(edits):
    """Keep the edits that can be done one after another, as the job does."""
    log = Log()
    for one in edits:
        longer = log.done([one])
        try:
            replay(longer.edits, THEMES)
        except UsageError:
            continue
        log = longer
    return log


@given(st.lists(EDITS, max_size=12))
def test_undoing_everything_gives_back_the_themes_as_they_were(edits):
    log = log_of(edits)
    states, back = [replay(log.edits, THEMES)], log
    while back.edits:
        back = back.undo()
        states.append(replay(back.edits, THEMES))
    assert states[-1] == State({theme: (theme,) for theme in THEMES})
    assert not states[-1].changed
    for state in states[-2::-1]:
        back = back.redo()
        assert replay(back.edits, THEMES) == state
    assert back == log


@given(st.lists(EDITS, max_size=12))
def test_every_theme_is_in_one_place_and_a_log_survives_the_disk(edits):
    log = log_of(edits)
    state = replay(log.edits, THEMES)
    assert sorted(part for parts in state.parts.values() for part in parts) == list(THEMES)
    assert all(parts[0] == theme for theme, parts in state.parts.items())
    assert state.hidden <= set(state.parts)
    assert set(state.names) <= set(state.parts)
    assert Log.from_dict(json.loads(json.dumps(log.as_dict()))) == log
    labels = np.array([*THEMES, -1, 3])
    now = edited.theme_of(labels, state)
    assert [theme for theme in now if theme >= 0 and theme not in state.parts] == []
    assert all(found in state.parts[theme] for found, theme in zip(labels, now, strict=True) if found >= 0)
    assert now[6] == -1


def test_the_last_name_counts():
    log = Log().done([edit("rename", 1, text="One")]).done([edit("rename", 1, text="  Uno ")])
    assert replay(log.edits, THEMES).names == {1: "Uno"}
    assert replay(log.undo().edits, THEMES).names == {1: "One"}


def test_merges_chain_and_the_name_that_was_given_stays():
    first = [edit("merge", 3, 5), edit("rename", 3, text="Both"), edit("merge", 1, 3, 0)]
    state = replay(first, THEMES)
    assert state.parts == {1: (1, 3, 5, 0), 2: (2,), 4: (4,)}
    assert state.names == {1: "Both"}
    assert state.merged == {3: 1, 5: 1, 0: 1}
    own = replay([edit("rename", 1, text="Mine"), *first], THEMES)
    assert own.names == {1: "Mine"}


def test_edits_made_together_are_undone_together():
    log = Log().done([edit("hide", 0)]).done([edit("hide", 1), edit("rename", 2, text="x")])
    assert [one.number for one in log.edits] == [1, 2, 2]
    assert log.undo().edits == log.edits[:1]
    assert log.undo().redo() == log
    assert log.undo().undo().redo() == log.undo()
    assert log.undo().done([edit("hide", 5)]).undone == ()


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([edit("rename", 9, text="x")], "there is no theme 9; themes are numbered 0 to 5"),
        ([edit("merge", 3, 3)], "can't be merged with itself"),
        ([edit("merge", 3, 1, 1)], "can't be merged with itself"),
        ([edit("merge", 3)], "with which?"),
        ([edit("merge", 3, 1), edit("merge", 3, 1)], "theme 1 was merged into 3"),
        ([edit("merge", 3, 1), edit("rename", 1, text="x")], "theme 1 was merged into 3"),
        ([edit("hide", 3), edit("hide", 3)], "hidden already"),
        ([edit("hide", 3), edit("merge", 1, 3)], "theme 3 is hidden .*unhide 3"),
        ([edit("unhide", 3)], "is not hidden"),
        ([edit("rename", 3, text="x"), edit("rename", 3, text="x ")], "this name already"),
        ([edit("hide", -1)], "no theme -1"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(edits, said):
    with pytest.raises(UsageError, match=said):
        replay(edits, THEMES)


def test_a_run_without_themes_says_so():
    with pytest.raises(UsageError, match="the run has no themes"):
        replay([edit("hide", 0)], [])


@pytest.mark.parametrize(
    "name", ["", "  ", "\u200b", "a\nb", "a\x1b[2J", "a\tb", "a\u2028b", "a\udc80", "x" * (LONGEST + 1)]
)
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(UsageError, match="name"):
        checked_name(name)


@pytest.mark.parametrize("name", ["=cmd()", "<b>x</b>", "\u202egnirt", "贸易与关税", "x" * LONGEST, "{0} %s '; --"])
def test_any_other_text_is_a_name(name):
    assert checked_name(f" {name} ") == name


def test_nothing_to_undo_or_to_do_again():
    with pytest.raises(UsageError, match="nothing to undo"):
        Log().undo()
    with pytest.raises(UsageError, match="nothing to do again"):
        Log().redo()


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {"edits": []},
        {"edits": [1], "undone": []},
        {"edits": [{"number": 1}], "undone": []},
        *(
            {"edits": [Log().done([edit("hide", 1)]).as_dict()["edits"][0] | change], "undone": []}
            for change in (
                {"verb": "drop"},
                {"themes": []},
                {"themes": ["1"]},
                {"themes": [1, 2]},
                {"number": True},
                {"text": 3},
                {"more": 1},
            )
        ),
    ],
)
def test_a_log_that_was_tampered_with_is_an_error(found):
    with pytest.raises(DataError, match="no log of edits"):
        Log.from_dict(found)


@pytest.fixture
def tables():
    labels = np.repeat([0, 1, 2, -1], [6, 4, 2, 3])
    posts = pd.DataFrame({"lang": ["ru"] * 10 + ["kk"] * 5, "date": pd.date_range("2025-01-01", periods=15)})
    themes = pd.DataFrame(
        {
            "theme": np.array([0, 1, 2], dtype="int32"),
            "label": ["A", "B", "C"],
            "keywords": ["a; x", "b", "c; X"],
            "n_posts": [6, 4, 2],
            "share": [0.4, 4 / 15, 2 / 15],
            "languages": ["ru 100%", "ru 100%", "kk 100%"],
            "first_date": ["2025-01-01", "2025-01-07", "2025-01-11"],
            "last_date": ["2025-01-06", "2025-01-10", "2025-01-12"],
            "exemplars": ["p0; p1", "p6", "p10"],
            "counterpart": ["", "Bee", "Cee"],
            "note": ["", "", ""],
        }
    )
    words = pd.DataFrame(
        {"theme": [0, 0, 1, 2, 2], "lang": ["ru"] * 5, "rank": [1, 2, 1, 1, 2], "term": ["a", "x", "b", "c", "X"]}
    )
    return labels, posts, themes, words


def test_merged_themes_are_counted_anew_and_named_after_the_largest(tables):
    labels, posts, themes, words = tables
    state = replay([edit("merge", 2, 0)], range(3))
    now = edited.theme_of(labels, state)
    ranked = edited.ranked(words, state, themes, ["lang"], "term")
    assert ranked.loc[ranked["theme"] == 2, "term"].tolist() == ["a", "x", "c"]  # X is x
    assert ranked.loc[ranked["theme"] == 2, "rank"].tolist() == [1, 2, 3]
    mix = pd.DataFrame({"theme": [1, 2, 2], "lang": ["ru", "ru", "kk"], "n": [4, 6, 2]})
    found = edited.recounted(edited.themes(themes, state, ranked, mix), now, posts)
    assert found["theme"].tolist() == [2, 1]
    first = found.iloc[0].to_dict()
    assert (first["label"], first["n_posts"], first["share"]) == ("A", 8, pytest.approx(8 / 15))
    assert (first["languages"], first["first_date"], first["last_date"]) == (
        "ru 75%; kk 25%",
        "2025-01-01",
        "2025-01-12",
    )
    assert first["keywords"] == "a; x; c"
    assert first["exemplars"] == "p0; p1; p10"
    assert found.dtypes.equals(themes.dtypes)


def test_a_name_takes_the_place_of_label_and_counterpart(tables):
    _, _, themes, words = tables
    state = replay([edit("rename", 1, text="Mine"), edit("hide", 2)], range(3))
    found = edited.themes(themes, state, words, pd.DataFrame())
    assert found["label"].tolist() == ["A", "Mine"]
    assert found["counterpart"].tolist() == ["", ""]
    assert edited.label_of(themes, state) == {0: "A", 1: "Mine", 2: "C"}
    assert edited.ranked(words, state, themes, ["lang"], "term")["theme"].unique().tolist() == [0, 1]


def test_the_tree_shows_names_and_passes_hidden_themes_over(tables):
    _, _, themes, _ = tables
    tree = pd.DataFrame({"node": range(5), "theme": [-1, 0, 1, 2, -1], "label": ["", "A", "B", "C", "finer"]})
    state = replay([edit("merge", 0, 1), edit("rename", 0, text="Both"), edit("hide", 2)], range(3))
    found = edited.tree(tree, state, edited.label_of(themes, state))
    assert found["theme"].tolist() == [-1, 0, 0, 2, -1]
    assert found["label"].tolist() == ["", "Both", "Both", "", "finer"]
