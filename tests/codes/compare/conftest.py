"""Posts with labels of a machine and codes of people, made up so that the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.codes.compare.beside import Beside, cells
from discourse.codes.post_codes import PostCodes


@pytest.fixture(scope="session")
def post_codes():
    """Make PostCodes of what each coder gave: {(coder, scheme): {row: [codes]}} for n posts."""

    def make(n, given, codes=None):
        units = [(row, coder, scheme) for (coder, scheme), rows in given.items() for row in rows]
        pairs = [
            (row, coder, scheme, code)
            for (coder, scheme), rows in given.items()
            for row, some in rows.items()
            for code in some
        ]
        listed = codes or list(dict.fromkeys((scheme, code) for _, _, scheme, code in pairs))
        return PostCodes(
            np.array([f"p{row:04d}" for row in range(n)], dtype=object),
            pd.DataFrame(units, columns=["row", "coder", "scheme"]),
            pd.DataFrame(pairs, columns=["row", "coder", "scheme", "code"]),
            pd.DataFrame([(*one, "") for one in listed], columns=["scheme", "code", "definition"]),
            pd.DataFrame(columns=["file", "source", "text", "reason"]),
        )

    return make


@pytest.fixture(scope="session")
def beside(post_codes):
    """Lay themes, -1 for none, beside codes; ten posts a week from January 2024."""

    def make(theme, given, *, coder=None, lang=None, codes=None):
        n = len(theme)
        labels = pd.DataFrame({"label_id": [str(t) for t in range(max(theme) + 1)]})
        labels["label"] = ["тема " + one for one in labels["label_id"]]
        row = np.flatnonzero(np.asarray(theme) >= 0)
        cell, member = cells(row, np.asarray(theme)[row], n, len(labels))
        day = np.datetime64("2024-01-01") + np.arange(n) * 7 // 10
        posts = pd.DataFrame({"post_id": [f"p{at:04d}" for at in range(n)], "day": day.astype("datetime64[s]")})
        posts = posts.assign(lang=lang or "ru", text=[f"Пост {at}" for at in range(n)])
        return Beside(labels, cell, member, posts, np.arange(n) // 10, post_codes(n, given, codes), coder)

    return make
