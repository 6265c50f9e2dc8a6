from __future__ import annotations

import numpy as np
import pytest

from discourse.codes.compare.coders import RELIABLE, UNRELIABLE, WITHHELD, by_code, by_scheme
from discourse.stats.agreement import agreement


def test_a_code_of_two_coders(post_codes):
    a, b = "0100000010" * 4, "1110010000" * 4
    codes = post_codes(
        50,
        {
            (who, "темы"): {row: ["الجنوب العالمي"] if one == "1" else [] for row, one in enumerate(said)}
            for who, said in (("Anna", a), ("Бо", b))
        },
    )
    (row,) = by_code(codes).to_dict("records")
    expected = agreement(np.array([[float(one) for one in said] for said in (a, b)]))
    assert (row["posts"], row["either"], row["both"], row["coders"]) == (40, 20, 4, "Anna; Бо")
    assert (row["alpha"], row["ac1"], row["f1"]) == (expected.alpha.value, expected.ac1.value, expected.f1.value)
    assert (row["alpha_low"], row["verdict"]) == (expected.alpha.low, UNRELIABLE)
    (whole,) = by_scheme(codes).to_dict("records")
    assert whole["distance"] == "nominal" and whole["alpha"] == pytest.approx(row["alpha"])
    assert whole["ac1"] == pytest.approx(row["ac1"])
    assert whole["same"] == 24 / 40


def test_sets_of_codes_are_compared_by_masi(post_codes):
    given = {row: ["全球南方", "UN"] if row % 2 else ["UN"] for row in range(20)}
    other = given | {0: ["全球南方", "UN"], 2: ["WTO"]}
    (row,) = by_scheme(post_codes(20, {("a", ""): given, ("b", ""): other})).to_dict("records")
    assert (row["distance"], row["codes"], row["same"]) == ("MASI", 3, 0.9)
    assert np.isnan(row["ac1"])
    # One of 20 posts differs by 2/3, one by 1; of the 40 judgements 18 are UN alone, 21 both, one WTO.
    n = np.array([18, 21, 1])
    apart = np.array([[0, 2 / 3, 1], [2 / 3, 0, 1], [1, 1, 0]])
    assert row["alpha"] == pytest.approx(1 - (2 * (2 / 3 + 1) * 39) / (n @ apart @ n))


def test_few_posts_and_no_disagreement(post_codes):
    given = {row: ["often", *(["rare"] if row < 9 else [])] if row < 20 else [] for row in range(40)}
    found = by_code(post_codes(40, {("a", ""): given, ("b", ""): given})).set_index("code")
    assert found.loc["rare", "verdict"] == WITHHELD and np.isnan(found.loc["rare", "alpha"])
    assert "9 posts" in found.loc["rare", "note"] and found.loc["rare", "both"] == 9
    assert (found.loc["often", "alpha"], found.loc["often", "verdict"]) == (1, RELIABLE)
    assert np.isnan(found.loc["often", "alpha_low"]) and "never a disagreement" in found.loc["often", "note"]


def test_all_posts_with_a_code_are_nothing_to_agree_about(post_codes):
    given = {row: ["x"] for row in range(40)}
    found = by_code(post_codes(40, {("a", ""): given, ("b", ""): given}))
    assert found["verdict"].tolist() == [WITHHELD] and "nothing to agree" in found["note"][0]
    assert by_scheme(post_codes(40, {("a", ""): given, ("b", ""): given}))["verdict"].tolist() == [WITHHELD]


def test_one_coder_agrees_with_nobody(post_codes):
    codes = post_codes(10, {("a", "s"): {row: ["x"] for row in range(10)}})
    assert by_code(codes).empty and by_scheme(codes).empty
    apart = post_codes(10, {("a", "s"): {0: ["x"]}, ("b", "s"): {1: ["x"]}})
    assert by_code(apart)["posts"].tolist() == [0] and by_code(apart)["verdict"].tolist() == [WITHHELD]
    assert by_scheme(apart)["verdict"].tolist() == [WITHHELD]


def test_a_scheme_of_one_code_has_the_numbers_of_the_code(post_codes):
    anna, bo = ({row: ["Газа"] if row % 5 == 0 or row == also else [] for row in range(100)} for also in (3, 7))
    codes = post_codes(100, {("Anna", "Gaza"): anna, ("Bo", "Gaza"): bo})
    (one,), (whole,) = (table.to_dict("records") for table in (by_code(codes), by_scheme(codes)))
    for name in ("posts", "alpha", "alpha_low", "alpha_high", "ac1", "verdict"):
        assert one[name] == whole[name]
    few = post_codes(100, {(who, "Gaza"): {row: ["Газа"] if row < 5 else [] for row in range(100)} for who in "ab"})
    assert by_code(few)["verdict"].tolist() == by_scheme(few)["verdict"].tolist() == [WITHHELD]
    assert by_scheme(few)["alpha"].isna().all()
