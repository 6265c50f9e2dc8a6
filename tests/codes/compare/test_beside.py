from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.codes.compare.beside import answers, cells
from discourse.errors import DataError, UsageError


@given(st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=30))
def test_posts_of_a_cell_have_the_same_labels(sets):
    pairs = [(row, label) for row, some in enumerate(sets) for label in some]
    row, column = (np.array([pair[at] for pair in pairs], dtype=int) for at in (0, 1))
    cell, member = cells(row, column, len(sets), 5)
    assert [set(np.flatnonzero(member[:, one])) for one in cell] == sets
    assert len(np.unique(cell)) == len({frozenset(one) for one in sets})
    assert (~member.any(axis=0)).any()  # a cell without a label there is always


def test_the_coder_who_coded_most_speaks_first(beside):
    anna = {row: ["UN"] for row in range(8)}
    bo = {row: [] for row in range(4, 12)} | {12: ["UN"]}
    found = beside([0] * 20, {("Anna", "org"): anna, ("Bo", "org"): bo})
    (scheme,) = found.schemes
    assert scheme.rows.tolist() == list(range(13))
    # Bo coded nine posts, Anna eight: of 4 to 7 Bo's none counts.
    assert np.flatnonzero(scheme.given[0]).tolist() == [0, 1, 2, 3, 12]
    (alone,) = beside([0] * 20, {("Anna", "org"): anna, ("Bo", "org"): bo}, coder="Anna").schemes
    assert alone.rows.tolist() == list(range(8))
    assert alone.given.all()


def test_what_coders_said_is_laid_out(post_codes):
    codes = post_codes(3, {("Anna", "s"): {0: ["a", "b"], 1: []}, ("Bo", "s"): {1: ["b"]}})
    names, found = answers(codes, "s")
    assert names == ["a", "b"]
    assert found.tolist() == [[[1, 0, -1], [-1, 0, -1]], [[1, 0, -1], [-1, 1, -1]]]


def test_pairs_of_coders_who_agree(beside):
    found = beside([0] * 3, {(who, "s"): {0: ["a"], 1: ["a"] if who != "Bo" else []} for who in ("Anna", "Bo", "Cy")})
    assert found.schemes[0].between(0).tolist() == [[6, 0], [2, 2], [0, 0]]


def test_schemes_that_a_coder_did_not_code_are_left_out(beside):
    both = {("Anna", "a"): {0: ["x"]}, ("Bo", "b"): {0: ["y"]}}
    assert [one.name for one in beside([0], both, coder="Bo").schemes] == ["b"]
    with pytest.raises(UsageError, match="Anna, Bo"):
        beside([0], both, coder="Cy").schemes


def test_nothing_coded(beside):
    with pytest.raises(DataError, match="nothing to compare"):
        beside([0], {}, codes=[("s", "a")]).schemes
