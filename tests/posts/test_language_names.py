"""Languages as people name them."""

import pandas as pd
import pytest

from discourse.posts.language_names import code, normalise


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        ("ru", "ru"),
        ("RU", "ru"),
        ("ru-RU", "ru"),
        ("en_US", "en"),
        ("zh-Hans-CN", "zh"),
        ("zh-CN", "zh"),
        ("kaz", "kk"),
        ("rus", "ru"),
        ("zho", "zh"),
        ("Russian", "ru"),
        ("русский", "ru"),
        ("Русский язык", "ru"),
        ("қазақша", "kk"),
        ("Қазақ тілі", "kk"),
        ("казахский", "kk"),
        ("中文", "zh"),
        ("English", "en"),
        ("العربية", "ar"),
        ("iw", "he"),
        ("sv", "sv"),
        ("", None),
        ("und", None),
        ("other", None),
        ("17", None),
        ("русско-казахский", None),
    ],
)
def test_names_and_codes(name, iso):
    assert code(name) == iso


def test_a_column_keeps_what_is_not_understood_as_missing():
    found = normalise(pd.Series(["ru", None, "??", "kk"], dtype="str"))
    assert found.isna().tolist() == [False, True, True, False]
    assert found.dtype == "str"
