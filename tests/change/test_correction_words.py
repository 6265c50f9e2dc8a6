"""Sentences on corrected shares: what codes moved, and what codes alone tell where no correction can be told."""

from __future__ import annotations

import pandas as pd
import pytest

from discourse.change.correction_words import apart, sentence
from discourse.change.corrections import APART
from discourse.change.verdicts import ROSE, WITHHELD

NAN = float("nan")


def coding(*rows):
    columns = ["period", "labels", "labels_low", "labels_high", "corrected", "moved"]
    return pd.DataFrame(rows, columns=columns).assign(n=1_000, coded=150, positives=30)


def shifts(*rows):
    columns = ["kind", "from", "to", "difference", "low", "high", "q", "verdict", "note"]
    return pd.DataFrame(rows, columns=columns)


RARE = ("до", 0.031, 0.014, 0.067, NAN, NAN)
COMMON = ("после", 0.134, 0.098, 0.181, 0.14, 0.02)
HIDDEN = ("corrected", "до", "после", NAN, NAN, NAN, NAN, WITHHELD, "до: 4 of 150")
ALONE = ("labels", "до", "после", 0.103, 0.05, 0.15, NAN, WITHHELD, APART)


def test_hardly_there_then_there_is_told_by_the_codes_alone():
    told = sentence(coding(RARE, COMMON), shifts(HIDDEN, ALONE))
    assert told == (
        "The codes move the machine's share by 2.0 points (после +2.0). No two periods can be compared. By the codes "
        "alone 3.1% [1.4, 6.7] and 13.4% [9.8, 18.1]: their intervals don't overlap, but with so few codes no "
        "corrected change is told."
    )
    assert "By the codes alone" in sentence(coding(RARE, ("после", 0.1, 0.07, 0.12, NAN, NAN)), shifts(HIDDEN, ALONE))
    near = (*ALONE[:-1], "from the codes alone, for these posts: for comparison")
    assert apart(coding(RARE, COMMON), shifts(HIDDEN, near)) == ""


def test_of_several_periods_those_compared_are_named():
    later = ("later", 0.13, 0.1, 0.17, 0.12, -0.03)
    change = ("corrected", "после", "later", -0.02, -0.05, 0.01, 0.0005, ROSE, "")
    told = sentence(coding(RARE, COMMON, later), shifts(HIDDEN, ALONE, change))
    assert "by up to 3.0 points (после +2.0, later -3.0). после → later: -2.0 points [-5.0, +1.0]" in told
    assert "rose beyond the swing of weeks, q < .001. до → после, by the codes alone 3.1%" in told


@pytest.mark.parametrize("n", [4, 5])
def test_many_periods_are_not_named_one_by_one(n):
    rows = [(f"2024-0{at}", 0.2, 0.1, 0.3, 0.2, 0.01 * at) for at in range(1, n + 1)]
    told = sentence(coding(*rows), shifts(HIDDEN))
    assert ("(2024-01 +1.0" in told) == (n == 4) and "by up to " in told
