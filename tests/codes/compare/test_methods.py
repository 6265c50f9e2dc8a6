from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.codes.compare import coders, matches
from discourse.codes.compare.methods import methods
from discourse.codes.compare.over_time import over_time

THEME = np.random.default_rng(0).integers(0, 4, 400)


def told(beside, given):
    agreed = coders.by_code(beside.codes)
    codes, overall, found = matches.matches(beside, agreed)
    tests, _, trends = over_time(beside, found, ["a", "b"], np.arange(400) // 200, [(0, 1)])
    tables = {
        "codes": codes,
        "overall": overall,
        "agreement": coders.by_scheme(beside.codes),
        "agreement_codes": agreed,
        "invariance": tests,
        "trends": trends,
        "unmatched": pd.DataFrame({"file": ["x.csv"] * given}),
    }
    return methods(beside, tables, what="themes", chosen="How is not known.", unit="week"), tables


def test_the_numbers_are_those_of_the_tables(beside):
    said = {row: ["сотрудничество"] if theme == 2 else ["全球南方"] for row, theme in enumerate(THEME)}
    other = {row: said[(row + 1) % 400] if row % 9 == 0 else said[row] for row in range(0, 400, 2)}
    text, tables = told(beside(THEME, {("Анна", "s"): said, ("Bo", "s"): other}), 7)
    row = tables["agreement"].iloc[0]
    assert f"{row['alpha']:.2f} [{row['alpha_low']:.2f}, {row['alpha_high']:.2f}] for “s” (200 posts)" in text
    assert "400 of 400 posts by Анна and Bo" in text and "7 coded texts or passages could not be matched" in text
    assert "сотрудничество (F1 1.00" in text and "全球南方 (F1 1.00" in text
    assert "How is not known." in text and "no evidence that there is none" in text
    assert "nan" not in text


def test_one_coder_has_no_ceiling(beside):
    said = {row: [] if row % 2 else ["rare"] if row < 10 else [] for row in range(400)}
    text, _ = told(beside(THEME, {("Anna", ""): said}), 0)
    assert "No post was coded by two people" in text
    assert "none could be scored; 1 are too rare" in text and "Over time" not in text
    assert "nan" not in text
