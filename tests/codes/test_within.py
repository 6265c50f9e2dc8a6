"""Where texts occur within others."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.codes import within
from discourse.codes.within import occurrences

SIGNS = "abАб 1.\n米🌾"


def brute(sought, texts):
    """Every occurrence, letter by letter."""

    def letters(text):
        kept = [
            (at, sign.lower() if len(sign.lower()) == 1 else sign) for at, sign in enumerate(text) if sign.isalnum()
        ]
        return [at for at, _ in kept], [sign for _, sign in kept]

    found = set()
    for number, text in enumerate(texts):
        places, signs = letters(text)
        for key, one in enumerate(sought):
            wanted = letters(one)[1]
            for start in range(len(signs) - len(wanted) + 1 if len(wanted) > 1 else 0):
                if signs[start : start + len(wanted)] == wanted:
                    found.add((key, number, places[start], places[start + len(wanted) - 1] + 1))
    return found


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text("abАб 1.\n米🌾", max_size=24), max_size=5),
    st.lists(st.text("abАб 1.\n米🌾", max_size=60), max_size=4),
)
def test_all_occurrences_and_no_others(sought, texts):
    table, cut_short = occurrences(sought, texts)
    rows = [tuple(row) for row in table.itertuples(index=False, name=None)]
    assert cut_short == 0
    assert len(rows) == len(set(rows))
    assert set(rows) == brute(sought, texts)
    assert rows == sorted(rows, key=lambda row: (row[1], row[2], -row[3], row[0]))


def test_whatever_stands_between_the_letters(golden):
    for lang, (one, two, _) in golden.items():
        text = f"🎉 {two}\r\n\r\n« {one.upper().replace(' ', '  ')} »"
        found, _ = occurrences([one, two], [text])
        assert found["sought"].tolist() == [1, 0], lang
        assert text[found["start"].iloc[1] : found["end"].iloc[1]].startswith(one[0].upper())


def test_what_is_too_common_is_cut_short_the_rare_first(monkeypatch):
    monkeypatch.setattr(within, "_MOST", 10)
    found, cut_short = occurrences(["ab", "the long and winding road"], ["ab " * 50, "x the long and winding road"])
    assert cut_short == 41
    assert (found["sought"] == 1).sum() == 1


@pytest.mark.slow
def test_20_000_quotations_in_100_000_posts_take_seconds():
    import time

    words = random.Random(0)
    pool = ["".join(words.choices("абвгдежзиклмнопрст", k=words.randint(2, 9))) for _ in range(5000)]
    posts = [" ".join(words.choices(pool, k=30)) for _ in range(100_000)]
    began = time.monotonic()
    found, _ = occurrences([post[20:80] for post in posts[:20_000]], posts)
    assert time.monotonic() - began < 20
    assert found["text"].tolist() == list(range(20_000))
