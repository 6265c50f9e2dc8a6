from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.change.labelling import CODE, GROUP, NOISE, TAG, THEME, Labelling, from_cells, of_themes, together

CELLS = st.lists(st.sets(st.sampled_from(["Газа", "ШОС", "贸易", "қауіпсіздік", "a b", "7"])), min_size=1, max_size=40)


def ids(labelling: Labelling) -> list[str]:
    return labelling.labels["label_id"].tolist()


@pytest.mark.parametrize(
    ("cells", "names", "rows"),
    [
        (["b", "a;b", None, ""], ["b", "a"], [[0, 1], [1]]),
        (["b", "a | b ", " ", "c"], ["b", "a", "c"], [[0, 1], [1], [3]]),
        (["a|b;c", "c"], ["c", "a|b"], [[0, 1], [0]]),  # a bar is no separator where there are semicolons
        (["a;a; ;a", "a"], ["a"], [[0, 1]]),
        ([1, 0, 1], ["x"], [[0, 2]]),
        ([1.0, 0.0, np.nan], ["x"], [[0]]),
        ([True, None, False], ["x"], [[0]]),
        (["Yes", "no", "FALSE"], ["x"], [[0]]),
        ([0, 0], ["x"], [[]]),
        ([3.0, 12.0, np.nan, 3.0], ["3", "12"], [[0, 3], [1]]),
        ([-1, 0, 1, 1], ["1", "-1", "0"], [[2, 3], [0], [1]]),
        ([0.5, 2.0], ["0.5", "2.0"], [[0], [1]]),
        (["нет", "торговля;Газа", "贸易;қауіпсіздік"], None, None),
        ([None, None], [], []),
        ([], [], []),
    ],
)
def test_cells_hold_codes(cells, names, rows):
    made = from_cells(pd.Series(cells, index=range(5, 5 + len(cells))), "x", CODE)
    assert made.n_posts == len(cells)
    assert not made.exclusive
    if names is None:
        names = ["Газа", "нет", "торговля", "贸易", "қауіпсіздік"]
        assert sorted(made.labels["label"]) == sorted(names)
        return
    assert made.labels["label"].tolist() == names
    assert ids(made) == [f"x:{name}" for name in names]
    assert [np.flatnonzero(made.of(at)).tolist() for at in range(len(names))] == rows


@given(cells=CELLS, data=st.data())
def test_counts_of_cells_are_those_by_hand(cells, data):
    places = data.draw(st.lists(st.integers(-1, 3), min_size=len(cells), max_size=len(cells)))
    made = from_cells(pd.Series([";".join(sorted(codes)) for codes in cells]), "x", TAG)
    if {code for codes in cells for code in codes} == {"7"}:
        assert ids(made) == ["x:7"]
    hits = made.hits(np.array(places), 4)
    for at, code in enumerate(made.labels["label"]):
        for cell in range(4):
            held = sum(code in codes for codes, place in zip(cells, places, strict=True) if place == cell)
            assert hits[at, cell] == held
    assert hits.sum() == sum(len(codes) for codes, place in zip(cells, places, strict=True) if place >= 0)


@given(cells=CELLS, data=st.data())
def test_the_order_of_posts_changes_nothing(cells, data):
    order = np.array(data.draw(st.permutations(range(len(cells)))))
    texts = pd.Series([";".join(sorted(codes)) for codes in cells])
    one, other = (from_cells(given, "x", TAG) for given in (texts, texts.iloc[order]))
    pd.testing.assert_frame_equal(one.labels, other.labels)
    for at in range(len(one.labels)):
        assert (one.of(at)[order] == other.of(at)).all()


@given(cells=CELLS, data=st.data())
def test_narrowing_is_the_same_as_labelling_fewer(cells, data):
    kept = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=len(cells), max_size=len(cells))))
    made = from_cells(pd.Series([";".join(sorted(codes)) for codes in cells]), "x", TAG).narrowed(kept)
    assert made.n_posts == len(kept)
    for at, code in enumerate(made.labels["label"]):
        assert made.of(at).tolist() == [code in cells[row] for row in kept]
    assert set(made.present().labels["label"]) == {code for row in kept for code in cells[row]}


def test_themes_are_exclusive_and_noise_comes_last():
    themes = pd.DataFrame({"theme": [4, 2], "label": ["行业", "ШОС"]})
    made = of_themes(np.array([2, 4, 4, -1]), themes, -1)
    assert made.labels.values.tolist() == [
        [THEME, "4", "行业"],
        [THEME, "2", "ШОС"],
        [NOISE, "-1", "(in no theme)"],
    ]
    assert made.exclusive
    assert made.hits(np.zeros(4, dtype=int), 1).ravel().tolist() == [2, 1, 1]


def test_posts_of_themes_that_are_not_listed_count_in_none():
    made = of_themes(np.array([2, 9, -1]), pd.DataFrame({"theme": [2], "label": ["a"]}), -1)
    assert made.hits(np.zeros(3, dtype=int), 1).ravel().tolist() == [1, 1]


def test_fewer_labels_are_no_longer_exclusive():
    made = of_themes(np.array([0, 1, -1]), pd.DataFrame({"theme": [0, 1], "label": ["a", "b"]}), -1)
    assert not made.only([1]).exclusive
    assert made.only([2, 1, 0]).exclusive
    assert ids(made.only([2, 0])) == ["-1", "0"]
    assert made.only([2, 0]).of(0).tolist() == [False, False, True]
    assert made.present().exclusive


def test_a_group_counts_each_post_once():
    made = from_cells(pd.Series(["UN;SCO", "SCO", "BRICS", None]), "tags", CODE)
    names = made.labels["label"].tolist()
    made = made.grouped("forums", [names.index("UN"), names.index("SCO")])
    assert made.labels.iloc[-1].tolist() == [GROUP, "group:forums", "forums"]
    assert made.of(3).tolist() == [True, True, False, False]
    assert made.hits(np.zeros(4, dtype=int), 1)[3] == 2
    assert not made.exclusive


def test_labellings_lie_side_by_side():
    one = from_cells(pd.Series(["a", "b", "a"]), "x", CODE)
    other = from_cells(pd.Series([0, 1, 1]), "y", TAG)
    both = together([one, other])
    assert ids(both) == ["x:a", "x:b", "y:y"]
    assert [both.of(at).tolist() for at in range(3)] == [one.of(0).tolist(), one.of(1).tolist(), other.of(0).tolist()]
    assert together([one]) is one
