import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.posts import near
from discourse.posts.near import originals
from discourse.posts.similarity import grams


def by_comparing_all(forms, groups):
    """The definition, pair by pair, in whole numbers."""
    sets, kept, found = [grams(form) for form in forms], [], []
    for i, mine in enumerate(sets):
        best, at = 0.0, i
        for j in kept:
            common, total = len(mine & sets[j]), len(mine) + len(sets[j])
            if groups[i] == groups[j] and 19 * common >= 9 * total and common / (total - common) > best:
                best, at = common / (total - common), j
        if at == i:
            kept.append(i)
        found.append(at)
    return found


def slightly_changed(text, rng):
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(["", "ә", "x", " да", "国"]) + text[at + rng.randint(0, 2) :]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_what_comparing_all_pairs_finds(seed, golden):
    rng = random.Random(seed)
    sentences = [text.lower() for texts in golden.values() for text in texts]
    texts = [" ".join(rng.choices(sentences, k=rng.randint(1, 6))) for _ in range(80)]
    texts += [slightly_changed(rng.choice(texts), rng) for _ in range(400)]
    texts += ["".join(rng.choices("аб", k=rng.randint(1, 40))) for _ in range(200)]  # few grams, many times each
    texts += [f"курс доллара сегодня {rng.randrange(10**6)} тенге за один доллар в обменных пунктах" for _ in range(60)]
    rng.shuffle(texts)
    forms = list(dict.fromkeys(texts))
    groups = np.array([rng.randrange(2) for _ in forms])
    found, cut_short = originals(forms, groups)
    assert found.tolist() == by_comparing_all(forms, groups.tolist())
    assert cut_short == 0
    assert 0 < (found != np.arange(len(forms))).sum() < len(forms)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="абc国 ", max_size=30), unique=True, max_size=12))
def test_any_few_texts(forms):
    groups = np.zeros(len(forms), dtype=int)
    assert originals(forms, groups)[0].tolist() == by_comparing_all(forms, groups)


def test_at_the_threshold():
    # 95 grams, of which the change of the last sign leaves 94 common: 94 / 96; of the last nine 86 / 104.
    text = "".join(chr(0x4E00 + i) for i in range(99))
    close, far = text[:-1] + "x", text[:-9] + "x" * 9
    assert originals([text, close, far], np.zeros(3, dtype=int))[0].tolist() == [0, 0, 2]
    # 18 of 20 grams common is just 0.9: two texts of 19 grams each, one gram different
    a, b = "abcdefghijklmnopqrstuvw", "abcdefghijklmnopqrstuvx"
    assert len(grams(a) & grams(b)) / len(grams(a) | grams(b)) == 0.9
    assert originals([a, b], np.zeros(2, dtype=int))[0].tolist() == [0, 0]


def test_signs_beyond_the_basic_plane_are_told_apart():
    a, b = "\U00020000" * 30 + "甲", "\U00020001" * 30 + "甲"
    assert originals([a, b, a + "乙"], np.zeros(3, dtype=int))[0].tolist() == [0, 1, 2]


def test_a_template_filled_in_again_and_again_takes_bounded_time(monkeypatch):
    rng = random.Random(0)
    texts = [f"прогноз погоды в городе на завтра {rng.randrange(10**9)} {rng.randrange(10**9)}" for _ in range(6_000)]
    groups = np.zeros(len(texts), dtype=int)
    originals(texts[:10], groups[:10])
    monkeypatch.setattr(near, "_WORK", 1)
    started = time.perf_counter()
    found, cut_short = originals(texts, groups)
    assert time.perf_counter() - started < 5
    assert cut_short > 50
    for i in np.flatnonzero(found != np.arange(len(texts)))[:50]:
        mine, other = grams(texts[i]), grams(texts[found[i]])
        assert len(mine & other) / len(mine | other) >= 0.9


def test_a_copy_among_posts_of_one_template_is_found_by_what_it_shares_with_few(monkeypatch):
    rng = random.Random(0)
    words = ["".join(rng.choices("абвгдежзиклмнопрст", k=6)) for _ in range(300)]
    template = [rng.choice(words) for _ in range(400)]
    texts = [" ".join(rng.choice(words) if rng.random() < 0.05 else word for word in template) for _ in range(300)]
    texts.append(texts[0] + " да")
    monkeypatch.setattr(near, "_WORK", 30_000_000)
    found, _ = originals(texts, np.zeros(len(texts), dtype=int))
    assert found[-1] == 0
