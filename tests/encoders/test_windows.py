from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from discourse.encoders.windows import split


def letters(texts):
    """A tokenizer of one token a character, spaces apart."""
    return [sum(not c.isspace() for c in text) for text in texts]


def by_word(texts):
    return [len(text.split()) for text in texts]


def test_a_short_text_is_left_whole():
    assert split("One two.", 2, by_word) == [("One two.", 2)]


def test_sentences_are_kept_whole_while_they_fit():
    text = 'He said "go." They went. Nobody stayed! Why? Снег идёт. Қар жауды.'
    assert [window for window, _ in split(text, 5, by_word)] == [
        'He said "go." They went.',
        " Nobody stayed! Why? Снег идёт.",
        " Қар жауды.",
    ]


def test_a_decimal_point_ends_no_sentence():
    assert [w for w, _ in split("It rose by 3.5 percent. Fine.", 5, by_word)] == ["It rose by 3.5 percent.", " Fine."]


def test_chinese_is_cut_after_sentences_and_inside_long_ones():
    assert [w for w, _ in split("大雪封路。议会通过预算。", 8, letters)] == ["大雪封路。", "议会通过预算。"]
    assert max(n for _, n in split("议会通过了明年的预算" * 20, 16, letters)) <= 16


def test_a_combining_mark_stays_with_its_letter():
    windows = split("й" * 40, 7, letters)
    assert not any(window.startswith("\u0306") for window, _ in windows)


def test_one_character_of_many_tokens_stays_whole():
    assert split("🙂🙂", 3, lambda texts: [4 * len(text) for text in texts]) == [("🙂", 4), ("🙂", 4)]


@given(st.text(alphabet="ab й。.!\n 大雪\u0301", max_size=200), st.integers(1, 20))
def test_nothing_is_lost_and_every_window_fits(text, capacity):
    windows = split(text, capacity, letters)
    assert "".join(window for window, _ in windows) == text
    assert all(n <= capacity for _, n in windows)
    assert [n for _, n in windows] == letters([window for window, _ in windows])


@given(st.text(alphabet="abc ", min_size=1, max_size=120), st.integers(2, 12))
def test_a_tokenizer_that_reads_joined_pieces_longer_is_checked(text, capacity):
    def surcharge(texts):
        return [len(text.split()) + len(text) // 7 for text in texts]

    assert all(n <= capacity or len(window) == 1 for window, n in split(text, capacity, surcharge))
