"""One answer a post from several coders."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.codes.decided import answers, decided
from discourse.codes.post_codes import PostCodes
from discourse.errors import UsageError


@pytest.fixture
def two_coders():
    """Анна coded posts 0 to 2, 李 2 to 4; both coded 2, and say otherwise of it."""
    units = pd.DataFrame({"row": [0, 1, 2, 2, 3, 4], "coder": ["Анна"] * 3 + ["李"] * 3, "scheme": ["topics"] * 6})
    given = pd.DataFrame(
        {"row": [0, 2, 4], "coder": ["Анна", "Анна", "李"], "scheme": ["topics"] * 3, "code": ["ООН"] * 3}
    )
    codes = pd.DataFrame({"scheme": ["topics"], "code": ["ООН"], "definition": [""]})
    return PostCodes(np.array(list("abcdef")), units, given, codes, pd.DataFrame())


def test_the_first_coder_decides_and_the_next_fills_in(two_coders):
    assert decided(two_coders, "topics", "ООН").tolist()[:5] == [1, 0, 1, 0, 1]
    assert np.isnan(decided(two_coders, "topics", "ООН")[5])


def test_one_coder_alone(two_coders):
    found = decided(two_coders, "topics", "ООН", "李")
    assert np.isnan(found[:2]).all() and found[2:5].tolist() == [0, 0, 1]
    with pytest.raises(UsageError, match="no coder"):
        decided(two_coders, "topics", "ООН", "Bo")


def test_answers_lie_side_by_side(two_coders):
    assert answers(two_coders, "topics", "ООН")[:, 2].tolist() == [1, 0]


def test_a_scheme_nobody_coded(two_coders):
    with pytest.raises(UsageError, match="nobody coded"):
        decided(two_coders, "tone", "warm")
