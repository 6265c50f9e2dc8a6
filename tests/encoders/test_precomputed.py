from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.encoders import load
from discourse.encoders.precomputed import Precomputed
from discourse.errors import DataError

IDS = ["a", "b", "c", "d"]


@pytest.fixture
def table():
    return np.random.default_rng(0).standard_normal((4, 3))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f8", np.int16])
def test_npy_rows_follow_the_input(table, tmp_path, kind):
    np.save(tmp_path / "v.npy", (table * 10).astype(kind))
    vectors = load(tmp_path / "v.npy")
    picked = vectors.vectors_for(["d", "b"], np.array([3, 1]), 4)
    assert picked.dtype == np.float32
    wanted = (table * 10).astype(kind)[[3, 1]].astype(float)
    np.testing.assert_allclose(picked, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)
    assert (vectors.name, vectors.dimension, vectors.cacheable) == ("v.npy", 3, False)
    assert vectors.revision.startswith("sha256:")


def test_another_number_of_rows_is_refused_with_both_numbers(table, tmp_path):
    np.save(tmp_path / "v.npy", table)
    with pytest.raises(DataError, match=r"v\.npy has 4 rows, the input has 7"):
        load(tmp_path / "v.npy").vectors_for(IDS, np.arange(4), 7)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0])
def test_rows_without_direction_are_named_as_in_the_file(table, tmp_path, bad):
    table[2] = bad
    np.save(tmp_path / "v.npy", table)
    vectors = load(tmp_path / "v.npy")
    with pytest.raises(DataError, match=r"1 of 3 vectors.*row 3, counted from 1"):
        vectors.vectors_for(["b", "c", "d"], np.array([1, 2, 3]), 4)
    # The row of a post that is not used does no harm.
    assert vectors.vectors_for(["a"], np.array([0]), 4).shape == (1, 3)


def test_objects_and_other_shapes_are_refused(tmp_path):
    np.save(tmp_path / "o.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.save(tmp_path / "s.npy", np.array([["a", "b"]]))
    np.save(tmp_path / "f.npy", np.ones(5))
    (tmp_path / "x.npy").write_text("hello")
    (tmp_path / "e.npy").write_bytes(b"")
    (tmp_path / "x.parquet").write_text("hello")
    for name in ("o.npy", "s.npy", "f.npy", "x.npy", "e.npy", "x.parquet", "absent.npy"):
        with pytest.raises(DataError, match=name):
            load(tmp_path / name)


@pytest.mark.parametrize("id_column", ["post_id", "id", "ID"])
@pytest.mark.parametrize("layout", ["vector", "embedding", "columns"])
def test_parquet_is_matched_by_id(table, tmp_path, id_column, layout):
    order = [2, 0, 3, 1]
    ids = {id_column: [IDS[i] for i in order]}
    if layout == "columns":
        frame = pd.DataFrame(ids | {f"d{j}": table[order, j] for j in range(3)})
    else:
        frame = pd.DataFrame(ids | {layout: list(table[order])})
    frame.to_parquet(tmp_path / "v.parquet")
    picked = load(tmp_path / "v.parquet").vectors_for(IDS[:3], np.arange(3), 99)
    np.testing.assert_allclose(picked, table[:3] / np.linalg.norm(table[:3], axis=1, keepdims=True), atol=1e-6)


def test_number_ids_match_as_text(table, tmp_path):
    pd.DataFrame({"id": [10, 11, 12, 13], "vector": list(table)}).to_parquet(tmp_path / "v.parquet")
    assert load(tmp_path / "v.parquet").vectors_for(["12"], np.array([0]), 1).shape == (1, 3)


def test_parquet_without_ids_follows_the_input(table, tmp_path):
    pd.DataFrame({"embedding": list(table.astype(np.float32))}).to_parquet(tmp_path / "v.parquet")
    vectors = Precomputed(tmp_path / "v.parquet")
    assert vectors.vectors_for(IDS, np.arange(4), 4).shape == (4, 3)
    with pytest.raises(DataError, match="4 rows, the input has 5"):
        vectors.vectors_for(IDS, np.arange(4), 5)


def test_missing_and_repeated_ids_are_named(table, tmp_path):
    path = tmp_path / "v.parquet"
    pd.DataFrame({"post_id": IDS, "vector": list(table)}).to_parquet(path)
    with pytest.raises(DataError, match=r"lacks 2 of 3 posts, such as 'x', 'y'.*--id"):
        load(path).vectors_for(["a", "x", "y"], np.arange(3), 3)
    for ids, named in ((["a", "a", "b", "c"], "'a'"), (["a", None, "b", "c"], "''")):
        pd.DataFrame({"post_id": ids, "vector": list(table)}).to_parquet(path)
        with pytest.raises(DataError, match=f"repeated id: {named}"):
            load(path)


def test_ragged_and_missing_vectors_are_named_by_row(tmp_path):
    path = tmp_path / "v.parquet"
    pd.DataFrame({"vector": [[1.0, 2.0], [1.0], [3.0, 4.0]]}).to_parquet(path)
    with pytest.raises(DataError, match="row 2, counted from 1"):
        load(path)
    pd.DataFrame({"vector": [[1.0, 2.0], None, [3.0, 4.0]]}).to_parquet(path)
    with pytest.raises(DataError, match="row 2, counted from 1"):
        load(path)
    pd.DataFrame({"post_id": ["a"], "words": ["x"]}).to_parquet(path)
    with pytest.raises(DataError, match="no vectors found"):
        load(path)


def test_the_revision_is_the_content(table, tmp_path):
    np.save(tmp_path / "a.npy", table)
    np.save(tmp_path / "b.npy", table)
    np.save(tmp_path / "c.npy", table + 1)
    a, b, c = (load(tmp_path / f"{name}.npy").revision for name in "abc")
    assert a == b != c
