from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.posts import Posts
from discourse.posts.table import DROPPED


def made(texts, dates=None, *, authors=None, langs=None, copies=None, zone="UTC", **more):
    """Posts by hand: texts, dates as text, and copies as ``{row: (row of the original, kind)}``."""
    n = len(texts)
    stamps = pd.Series(pd.to_datetime(dates if dates is not None else [None] * n)).astype("datetime64[us]")
    ids = [f"p{row}" for row in range(n)]
    repeats = copies or {}
    langs = langs if langs is not None else ["en"] * n
    table = pd.DataFrame(
        {
            "post_id": pd.Series(ids, dtype="str"),
            "text": pd.Series(texts, dtype="str"),
            "date": stamps.dt.tz_localize(zone),
            "author": pd.Series(authors if authors is not None else [None] * n, dtype="str"),
            "lang": pd.Series([one.split(";")[0] for one in langs], dtype="str"),
            "source_file": pd.Series(["posts.csv"] * n, dtype="str"),
            "source_row": np.arange(1, n + 1),
            "message": pd.Series(texts, dtype="str"),
            "set_aside": pd.Series([""] * n, dtype="str"),
            "langs": pd.Series(langs, dtype="str"),
            "duplicate_of": pd.Series(
                [ids[repeats[row][0]] if row in repeats else None for row in range(n)], dtype="str"
            ),
            "duplicate_kind": pd.Series([repeats[row][1] if row in repeats else None for row in range(n)], dtype="str"),
            "input_row": np.arange(n),
            **more,
        }
    )
    return Posts(
        table=table,
        rejected=pd.DataFrame({name: [] for name in ("file", "row", "place", "column", "value", "reason")}),
        sources=[{"file": "posts.csv"}],
        columns={"text": "text", **({"date": "date"} if dates is not None else {})},
        stored={"text": "text", **{name: name for name in more}},
        n_input=n,
        dropped=table.iloc[:0][DROPPED],
    )


@pytest.fixture(scope="session", name="made")
def _made():
    return made
