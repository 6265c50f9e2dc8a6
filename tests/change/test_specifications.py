from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change.shifts import pairs, shifts
from discourse.change.specifications import COLUMNS, specifications


@pytest.fixture
def claimed(framed, themed, two_quarters):
    """Posts of which theme 2 rose: labelling, frame, themes and the table of shifts."""
    day, lang, theme = two_quarters(0, 600, 0.4)
    labels, frame = themed(theme, 4), framed(day, lang)
    table, _ = shifts(pairs(labels, frame), permutations=499)
    assert "rose" in table.set_index("label_id").loc["2", "verdict"]
    return labels, frame, theme, table


def test_the_same_fit_gives_the_same_claim(claimed):
    labels, frame, theme, table = claimed
    found = specifications(labels, frame, np.stack([theme, theme[:]], axis=1), table, permutations=499)
    assert found.columns.tolist() == COLUMNS
    claims = table[table["verdict"].isin(["rose", "fell"]) & (table["kind"] == "theme")]
    assert found["label_id"].tolist() == claims["label_id"].tolist()
    assert (found[["specifications", "not_found", "same_sign", "significant"]] == [2, 0, 1, 1]).all().all()
    for name in ("median", "low", "high"):
        assert np.allclose(found[name], claims["difference"])
    assert np.allclose(found["joint_p"], 1 / 500)


def test_themes_are_found_by_their_posts_not_by_their_number(claimed):
    labels, frame, theme, table = claimed
    numbers = np.array([7, 5, 1, 3])
    renamed = np.where(theme < 0, -1, numbers[theme])
    part = np.where(np.random.default_rng(0).random(len(theme)) < 0.3, -2, theme)  # left out of that fit
    found = specifications(labels, frame, np.stack([renamed, part], axis=1), table, permutations=99)
    row = found.set_index("label_id").loc["2"]
    assert row[["specifications", "not_found", "same_sign"]].tolist() == [2, 0, 1]
    assert row["low"] <= row["median"] <= row["high"]


def test_a_theme_that_no_other_fit_has_is_not_found(claimed):
    labels, frame, theme, table = claimed
    fits = np.stack([np.arange(len(theme)) % 9, np.full(len(theme), -1), theme], axis=1)
    row = specifications(labels, frame, fits, table, permutations=99).set_index("label_id").loc["2"]
    assert row[["specifications", "not_found"]].tolist() == [1, 2]
    none = specifications(labels, frame, fits[:, :2], table, permutations=99).set_index("label_id").loc["2"]
    assert none[["specifications", "not_found"]].tolist() == [0, 2]
    assert none[["same_sign", "significant", "median", "low", "high", "joint_p"]].isna().all()


def test_only_claims_on_themes_of_all_posts_are_computed_again(claimed):
    labels, frame, theme, table = claimed
    one = table[table["label_id"] == "2"]
    others = pd.concat([one.assign(verdict="withheld"), one.assign(by="embassy"), one.assign(kind="code")])
    found = specifications(labels, frame, theme[:, None], others)
    assert found.empty
    assert found.columns.tolist() == COLUMNS
