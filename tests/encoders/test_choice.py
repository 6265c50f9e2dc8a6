from __future__ import annotations

import subprocess
import sys

import pytest

from discourse import encoders
from discourse.encoders.lexical import Lexical
from discourse.errors import UsageError


def test_the_table_of_encoders_names_what_is_here():
    table = encoders.available()
    assert list(table.columns) == [
        "name", "kind", "languages", "crosslingual", "dimension", "size", "speed", "quality", "here", "note",
    ]  # fmt: skip
    lexical = table.set_index("name").loc["lexical"]
    assert lexical["here"]
    assert not lexical["crosslingual"]
    assert table["name"].is_unique


def test_a_setting_that_would_change_nothing_is_refused(tmp_path):
    assert isinstance(encoders.load("lexical"), Lexical)
    with pytest.raises(UsageError, match="--prompt, --device"):
        encoders.load("lexical", prompt="query: ", device="cpu")
    with pytest.raises(UsageError, match="--batch-size"):
        encoders.load(tmp_path / "vectors.npy", batch_size=8)


def test_vectors_in_another_format_name_the_formats_that_work(tmp_path):
    (tmp_path / "vectors.npz").write_bytes(b"")
    with pytest.raises(UsageError, match=r"\.npy or \.parquet"):
        encoders.load(tmp_path / "vectors.npz")


def test_torch_stays_out_until_a_transformer_is_used(tiny_model):
    code = f"""
import sys
from discourse import encoders
encoders.load("lexical").encode(["a snow day", "a rainy day"])
encoders.available()
encoders.load({str(tiny_model)!r})
heavy = {{"torch", "sentence_transformers", "transformers", "sklearn", "umap", "numba"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)
