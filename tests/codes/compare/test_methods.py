from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.codes.compare import coders, matches
from discourse.codes.compare.methods import methods
from discourse.codes.compare.origin import ALL, UNKNOWN, Standing
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
    standings = [Standing(one.name, ALL if len(one.rows) == 400 else UNKNOWN, f"{len(one.rows)} of 400 posts")
                 for one in beside.schemes]  # fmt: skip
    text = methods(beside, tables, what="themes", material="400 posts.", standings=standings, unit="week", seed=7)
    return text, tables


def test_the_numbers_are_those_of_the_tables(beside):
    said = {row: ["сотрудничество"] if theme == 2 else ["全球南方"] for row, theme in enumerate(THEME)}
    other = {row: said[(row + 1) % 400] if row % 9 == 0 else said[row] for row in range(0, 400, 2)}
    text, tables = told(beside(THEME, {("Анна", "s"): said, ("Bo", "s"): other}), 7)
    row = tables["agreement"].iloc[0]
    assert f"{row['alpha']:.2f} [{row['alpha_low']:.2f}, {row['alpha_high']:.2f}] for “s” (200 posts)" in text
    assert "400 of 400 posts; coded by Анна (400 posts) and Bo (200 posts)" in text
    assert "7 coded texts or passages could not be matched" in text
    assert "сотрудничество (F1 1.00, 1.00 beyond chance; between coders" in text and "全球南方 (F1 1.00" in text
    assert "For 2 of 2 codes themes recovered the code (F1 beyond chance at least 2/3): " in text
    assert "400 posts." in text and "no evidence that there is none" in text and "The seed was 7." in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Procedure",
        "## Results",
        "## References",
    ]
    assert "nan" not in text


def test_each_scheme_stands_for_its_own_posts(beside):
    """All posts have codes of one scheme, a few those of another: only of the first results hold for the corpus."""
    said = {row: ["UN"] if theme == 2 else ["WTO"] for row, theme in enumerate(THEME)}
    some = {row: ["calm"] if row % 2 else ["harsh"] for row in range(100)}
    text, _ = told(beside(THEME, {("Anna", "topic"): said, ("Bo", "tone"): some}), 0)
    assert "All posts were coded for “topic”: results on these hold for the corpus." in text
    assert "How posts were chosen for “tone” is not known" in text
    assert "“tone” (2 codes): 100 of 400 posts; coded by Bo." in text


def test_every_code_is_named(beside):
    said = {row: [f"c{row % 40}", f"rare{row % 80}"] for row in range(400)}
    text, tables = told(beside(THEME, {("Anna", "s"): said}), 0)
    for code in tables["codes"]["code"]:
        assert f"{code} (" in text
    assert " more" not in text.split("## Results")[1].split("## References")[0].replace("no more", "")


def test_codes_in_schemes_of_their_own_share_a_paragraph(beside):
    held = {
        name: {row: [name] if theme == at else [] for row, theme in enumerate(THEME)} for at, name in enumerate("ab")
    }
    text, _ = told(beside(THEME, {("Anna", "a"): held["a"], ("Anna", "b"): held["b"]}), 0)
    assert "**Codes in a scheme of their own.** For 2 of 2 codes themes recovered the code" in text
    assert "**a.**" not in text and "“a” (1 code)" in text


def test_one_coder_has_no_ceiling(beside):
    said = {row: [] if row % 2 else ["rare"] if row < 10 else [] for row in range(400)}
    text, _ = told(beside(THEME, {("Anna", ""): said}), 0)
    assert "No post was coded by two people" in text
    assert "For 1 of 1 code no score is given, since fewer than 10 coded posts have the code: rare (5)." in text
    assert "Over time" not in text
    assert "nan" not in text
