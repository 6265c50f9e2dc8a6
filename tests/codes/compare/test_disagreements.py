from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.codes.compare.disagreements import COLUMNS, disagreements

THEME = np.tile([0, 0, 1, 1, -1], 80)
SAID = {row: [["Gaza", "Global"], ["trade"], []][one] for row, one in enumerate(THEME)}


def test_posts_are_in_the_order_of_their_surprise(beside):
    theme, said = THEME.copy(), dict(SAID)
    said[100] = ["trade"]  # labelled 0, coded as those of 1: both a code too many and two missing
    said[105] = ["Gaza"]  # one code missing
    said[107] = []  # labelled 1, and coded with nothing
    found = disagreements(beside(theme, {("Anna", "s"): said}))
    first = found.iloc[0]
    assert (first["post_id"], first["label_id"], first["fits_id"], first["codes"]) == ("p0100", "0", "1", "trade")
    assert set(first["why"].replace("(", "").split()) >= {"trade", "not", "Gaza", "Global"}
    seen = found.set_index("post_id")
    assert seen.loc["p0107", "fits"] == "(in none)" and "not trade" in seen.loc["p0107", "why"]
    assert seen.loc["p0107", "codes"] == ""
    assert found["bits"].is_monotonic_decreasing and (found["bits"] >= 3).all()
    assert "p0105" not in seen.index  # Gaza alone fits its label best all the same


def test_posts_without_a_label_that_codes_would_place(beside):
    said = SAID | {4: ["trade"]}
    found = disagreements(beside(THEME, {("Anna", "s"): said})).set_index("post_id")
    assert (found.loc["p0004", "label"], found.loc["p0004", "fits_id"]) == ("(in none)", "1")


def test_agreement_is_no_disagreement(beside):
    found = disagreements(beside(THEME, {("Anna", "s"): SAID}))
    assert found.empty and found.columns.tolist() == COLUMNS


def test_a_code_in_two_schemes_is_named_once(beside):
    said = SAID | {100: ["trade"]}
    found = disagreements(beside(THEME, {("Anna", "s"): said, ("Anna", "t"): said}))
    assert found.iloc[0]["codes"] == "trade" and found.iloc[0]["why"].count("not Gaza") == 1


def test_codes_of_a_week_do_not_vouch_for_each_other(beside):
    # All posts of theme 0 in one week are coded otherwise: each is a surprise, though nine others are like it.
    theme, said = np.r_[np.zeros(10, dtype=int), THEME], {row + 10: some for row, some in SAID.items()}
    said |= {row: ["trade"] for row in range(10)}
    found = disagreements(beside(theme, {("Anna", "s"): said}))
    assert set(found["post_id"][:10]) == {f"p{row:04d}" for row in range(10)}


def test_only_posts_that_were_coded_are_listed(beside):
    said = {row: some for row, some in SAID.items() if row < 300} | {100: ["trade"]}
    found = disagreements(beside(THEME, {("Anna", "s"): said}))
    assert found["post_id"].tolist() == ["p0100"]
    assert isinstance(found, pd.DataFrame) and found["date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
