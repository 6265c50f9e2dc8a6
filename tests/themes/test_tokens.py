"""The tokenizer: golden texts by script, what is left out, and that no text breaks it."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from discourse.themes.tokens import LISTED, fold, marked, stop_words, tokenize

GOLDEN = [
    ("en", "Russia's U.S. ambassador won't go: COVID-19, G20 & 5G.",
     ["Russia's", "U.S.", "ambassador", "won't", "go", "COVID-19", "G20", "5G"]),
    ("en", "In 2024 the 10th summit cost 3.5% more, see p. 12", ["In", "the", "summit", "cost", "more", "see", "p"]),
    ("ru", "Торгово-экономическое сотрудничество: АЭС в 2022-м, «Шёлковый путь».",
     ["Торгово-экономическое", "сотрудничество", "АЭС", "в", "Шёлковый", "путь"]),
    ("kk", "Қазақстанның сыртқы істер министрлігі — Әуезов, Ғабит, үйі.",
     ["Қазақстанның", "сыртқы", "істер", "министрлігі", "Әуезов", "Ғабит", "үйі"]),
    ("zh", "中国外交部2021年5月表示，COVID-19疫情。", ["中国外交部", "年", "月", "表示", "COVID-19", "疫情"]),
    ("ar", "الصِّيـــن والوِلايات المتحدة", ["الصين", "والولايات", "المتحدة"]),
    ("th", "ภาษา", ["ภา", "าษ", "ษา"]),
    ("ja", "東京でも", ["東京", "京で", "でも"]),
    ("en", "see https://t.co/x @user cnn.com/a me@mail.org &amp; #OneBelt_OneRoad", ["see", "OneBelt", "OneRoad"]),
    ("en", "", []),
    ("en", "2024 :-) !!! 12:30", []),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "words"), GOLDEN)
def test_golden_texts_give_these_words(lang, text, words):
    assert tokenize(text, lang) == words


def test_marks_stand_where_punctuation_parts_words():
    assert marked("Война. Мир, труд", "ru") == ["Война", ".", "Мир", ",", "труд"]


def test_a_shouted_text_is_lowered_and_an_acronym_kept():
    assert tokenize("WE WANT PEACE NOW", "en") == ["we", "want", "peace", "now"]
    assert "NATO" in tokenize("what NATO wants from the others", "en")


def test_folding_joins_spellings_and_keeps_us_apart():
    assert fold("China’s") == fold("CHINA") == "china"
    assert fold("Шёлковый") == "шелковый"
    assert fold("U.S.") == "US" != fold("us")
    assert fold("أخبار") == fold("اخبار")


@given(
    st.text(st.characters(), max_size=200), st.sampled_from(["en", "ru", "kk", "zh", "ja", "ar", "other", "und", ""])
)
def test_no_text_breaks_the_tokenizer(text, lang):
    for word in tokenize(text, lang):
        assert word
        assert not any(c.isspace() for c in word)
        assert fold(word) == fold(fold(word)) or "." in word or "'" in word or not word.isascii()


def test_lone_surrogates_and_long_runs_pass():
    assert tokenize("a\ud800b 中\ud800国", "zh")
    assert len(tokenize("中国" * 30_000, "zh")) > 10_000
    assert tokenize("a" * 60_000, "en") == ["a" * 60_000]
    assert tokenize("a." * 30_000 + " @b " + "c" * 60_000, "en")[-1] == "c" * 60_000


@pytest.mark.parametrize("lang", LISTED)
def test_stop_lists_are_clean(lang):
    stop = stop_words(lang)
    assert len(stop.function) >= 150
    assert len(stop.light) >= 50
    assert stop.link <= stop.function
    assert not stop.light & stop.function
    for word in stop.function | stop.light:
        assert fold(word) == word
        assert not any(c in word for c in "[]#*,.")


def test_stop_words_of_an_unlisted_language_are_none():
    assert not stop_words("es").function
