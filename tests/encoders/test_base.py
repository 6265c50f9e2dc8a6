from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from discourse.encoders.base import pool, unit_rows
from discourse.errors import DataError


def test_rows_get_length_one_and_the_input_stays():
    given_rows = np.array([[3, 4], [0, 2]])
    np.testing.assert_allclose(unit_rows(given_rows), [[0.6, 0.8], [0, 1]], atol=1e-7)
    assert given_rows.tolist() == [[3, 4], [0, 2]]


@given(arrays(np.float32, (4, 3), elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_unit_rows_keep_direction_at_any_scale(rows):
    if not np.abs(rows).max(axis=1).all():
        with pytest.raises(DataError):
            unit_rows(rows)
        return
    unit = unit_rows(rows)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, atol=1e-5)
    assert (np.sign(unit) * np.sign(rows) >= 0).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0])
def test_rows_without_direction_are_named(bad):
    rows = np.ones((9, 4))
    rows[[2, 7]] = bad
    with pytest.raises(DataError, match=r"mine\.npy: 2 of 9 rows .*row 3, 8"):
        unit_rows(rows, what="mine.npy", first_row=1)


def test_a_single_column_of_numbers_is_no_table():
    with pytest.raises(DataError, match="shape"):
        unit_rows(np.ones(5))


def test_windows_are_averaged_by_weight():
    vectors = np.eye(3, dtype=np.float32)
    pooled = pool(vectors, np.array([1.0, 3.0, 5.0]), np.array([2, 1]))
    np.testing.assert_allclose(pooled, [[1 / 10**0.5, 3 / 10**0.5, 0], [0, 0, 1]], atol=1e-6)
