"""Which themes of two runs are the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from discourse.themes.correspond import COLUMNS, correspond


def relations(first, second, n_a, n_b):
    names = [{number: f"{run}{number}" for number in range(n)} for run, n in (("a", n_a), ("b", n_b))]
    table = correspond(np.array(first, dtype=int), np.array(second, dtype=int), *names)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    rows = table[["theme_a", "theme_b", "relation"]].astype(object)
    rows = rows.where(rows.notna(), None)
    return [tuple(row) for row in rows.values.tolist()]


def test_each_relation_has_its_word():
    assert relations([0] * 10, [0] * 9 + [-1], 1, 1) == [(0, 0, "same")]
    assert relations([0] * 9, [0, 0, 0, 1, 1, 1, 2, 2, 2], 1, 3) == [(0, 0, "split"), (0, 1, "split"), (0, 2, "split")]
    assert relations([0, 0, 0, 1, 1, 1, 2, 2, 2], [0] * 9, 3, 1) == [
        (0, 0, "merged"),
        (1, 0, "merged"),
        (2, 0, "merged"),
    ]
    assert relations([0] * 9, [0] * 3 + [-1] * 6, 1, 1) == [(0, 0, "shrank")]
    assert relations([0] * 3 + [-1] * 6, [0] * 9, 1, 1) == [(0, 0, "grew")]
    assert relations([0] * 5 + [-1] * 2, [-1] * 2 + [0] * 5, 1, 1) == [(0, 0, "partly")]
    assert relations([0] * 4, [-1] * 4, 1, 2) == [(0, None, "gone"), (None, 0, "new"), (None, 1, "new")]
    assert relations([], [], 1, 0) == [(0, None, "gone")]
    assert relations([], [], 0, 0) == []


def test_a_theme_may_stay_and_lose_a_part():
    assert relations([0] * 10, [0] * 7 + [1] * 3, 1, 2) == [(0, 0, "same"), (0, 1, "split")]


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=40), st.permutations(range(4)))
def test_every_theme_has_a_row_and_numbers_mean_nothing(pairs, order):
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    rows = relations(first, second, 4, 4)
    assert {a for a, _, _ in rows} - {None} == {b for _, b, _ in rows} - {None} == set(range(4))
    assert sorted((a, b) for a, b, relation in rows if relation == "same") == sorted(
        {(a, b) for a, b, relation in rows if relation == "same"}
    )
    renamed = [order[theme] if theme >= 0 else -1 for theme in second]
    again = {(a, None if b is None else order.index(b), relation) for a, b, relation in relations(first, renamed, 4, 4)}
    tied = {b for _, b, relation in rows if relation == "same"} != {b for _, b, relation in again if relation == "same"}
    assert tied or again == set(rows)


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=40))
def test_a_run_is_the_same_as_itself(labels):
    held = set(labels) - {-1}
    rows = relations(labels, labels, 4, 4)
    assert [row for row in rows if row[2] == "same"] == [(theme, theme, "same") for theme in sorted(held)]
    assert {relation for _, _, relation in rows} <= {"same", "gone", "new"}
