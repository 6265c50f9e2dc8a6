"""Posts that were cut off: their last word is a piece and counts for none."""

from __future__ import annotations

import numpy as np

from discourse.themes.cut import cut_short
from discourse.themes.terms import count


def test_posts_that_pile_up_at_the_greatest_length_are_cut():
    whole = ["w" * n for n in range(80, 100)]
    cut = [f"{n:02d}" + "x" * 98 for n in range(30)]
    told = cut_short(whole + cut, whole + cut)
    assert not told[:20].any()
    assert told[20:].all()
    finished = [text[:-1] + "." for text in cut]
    assert not cut_short(whole + finished, whole + finished).any()


def test_a_common_template_of_middling_length_is_whole():
    texts = ["programme of the day"] * 50 + ["y" * n for n in range(60, 100)]
    assert not cut_short(texts, texts).any()


def test_an_ellipsis_cuts_and_a_message_that_lost_its_tail_is_whole():
    assert cut_short(["crimes of Ukrai…"], ["crimes of Ukrai…"]).tolist() == [True]
    assert cut_short(["read it t.co/AbC…"], ["read it"]).tolist() == [False]
    assert cut_short(["", "…"], ["", ""]).tolist() == [False, False]


def test_the_piece_counts_for_no_word():
    messages = ["russia and japan talks wit", "greece and egypt talks wit", "peace talks in full"]
    terms = count(messages, "en", cut=np.array([True, True, False]).tolist())
    held = {key for words in terms.words for key in words}
    assert "wit" not in held
    assert "japan" in held
