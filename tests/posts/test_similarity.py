import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.posts.similarity import NEAR, grams, jaccard, normal, normals

TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Тарифы США — «ответ» Китая!!!", "тарифы сша ответ китая"),
        ("  ТАРИФЫ\nсша ответ\tКитая ", "тарифы сша ответ китая"),
        ("Қазақстан мен Қытай: 🇰🇿🤝🇨🇳 достық", "қазақстан мен қытай достық"),
        ("中国将坚定不移扩大开放。", "中国将坚定不移扩大开放"),
        ("中国将坚定不移，扩大开放！ https://t.cn/A6x", "中国将坚定不移 扩大开放"),
        ("زيارةُ الوزير، اليوم", "زيارةُ الوزير اليوم"),
        ("Trade talks https://x.com/a?b=c#d resumed…", "trade talks resumed"),
        ("Ｔｒａｄｅ　２０２５", "trade 2025"),
        ("snow\u00adfall \u200eтоday\ufeff", "snowfall тоday"),
        ("ÉCOLE", unicodedata.normalize("NFKC", "école")),
        ("e\u0301cole", "école"),
        ("🔥🔥 !!", "🔥🔥!!"),
        ("https://t.me/akorda/1", "https://t.me/akorda/1"),
        ("", ""),
    ],
)
def test_normal_form_by_hand(text, form):
    assert normal(text) == form


@given(TEXT)
def test_the_normal_form_of_a_normal_form_is_itself(text):
    once = normal(text)
    assert normal(once) == once


@given(TEXT)
def test_case_space_and_punctuation_make_no_difference(text):
    # Signs alone have no letters to go by: there each sign counts.
    if any(sign.isalnum() for sign in normal(text)):
        assert normal(f" «{text}»!  😀") == normal(text)
    assert normals([text]) == [normal(text)]


@given(TEXT, TEXT)
def test_jaccard_is_a_share_symmetric_and_one_for_equal_forms(a, b):
    assert 0 <= jaccard(a, b) <= 1
    assert jaccard(a, b) == jaccard(b, a)
    assert jaccard(a, a) == 1
    assert (jaccard(a, b) == 1) >= (normal(a) == normal(b))


def test_jaccard_by_hand():
    # "abcdefghij" has 6 grams; a last letter changed changes one: 5 of 7 are common
    assert jaccard("abcdefghij", "abcdefghix") == pytest.approx(5 / 7)
    assert grams("abcdef") == {"abcde", "bcdef"}
    assert grams("abc") == {"abc"}
    assert pytest.approx(0.9) == NEAR
