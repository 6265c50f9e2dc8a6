from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.jobs.bunching import ASSUMED, as_much_as, bunching
from discourse.posts.audit.calendar import quarters

WORDS = {
    "ru": "министр посол экономика рост встреча погода снег дождь город дорога школа театр",
    "en": "minister ambassador economy growth meeting weather snow rain city road school theatre",
    "kk": "министр елші экономика өсім кездесу ауа қар жаңбыр қала жол мектеп театр",
    "zh": "部长 大使 经济 增长 会议 天气 下雪 下雨 城市 道路 学校 剧院",
    "ar": "وزير سفير اقتصاد نمو اجتماع طقس ثلج مطر مدينة طريق مدرسة مسرح",
}


def posts(lang, alike, n=4_000, a_week=40, seed=0):
    """Posts of one word among filler, the word drawn by week: `alike` is the correlation within a week."""
    rng = np.random.default_rng(seed)
    words = WORDS[lang].split()[:8]
    weeks = n // a_week
    table = []
    for week in range(weeks):
        scale = 1 / alike - 1 if alike else 0
        shares = np.full(8, 0.1) if not alike else rng.beta(0.1 * scale, 0.9 * scale, 8)
        for post in range(a_week):
            said = [word for word, share in zip(words, shares, strict=True) if rng.random() < share]
            table.append((week, f"{' '.join(said)} 1{post}"))
    start = pd.Timestamp("2023-01-02")
    return pd.DataFrame(
        {
            "post_id": [f"p{at}" for at in range(len(table))],
            "date": [start + pd.Timedelta(weeks=week) for week, _ in table],
            "message": pd.Series([said for _, said in table], dtype="str"),
            "lang": pd.Series([lang] * len(table), dtype="str"),
            "duplicate_of": pd.Series([None] * len(table), dtype="str"),
        }
    )


@pytest.mark.parametrize("lang", WORDS)
def test_words_at_random_have_no_design_effect(lang):
    table = posts(lang, 0)
    found = bunching(table, quarters(table))
    assert found["measured"]
    assert found["deff"] == pytest.approx(1, abs=0.15)
    assert found["words"] >= 6


@pytest.mark.parametrize("lang", ["ru", "zh"])
def test_words_that_bunch_up_show_and_in_a_sample_too(lang, monkeypatch):
    table = posts(lang, 0.1)
    found = bunching(table, quarters(table))
    assert found["deff"] == pytest.approx(1 + 39 * 0.1, rel=0.3)
    assert "tell as much as one would alone" in found["text"]
    monkeypatch.setattr("discourse.jobs.bunching._EFFORT", int(table["message"].str.len().sum() / 2))
    less = bunching(table, quarters(table))
    assert less["posts"] < len(table)
    assert less["deff"] == pytest.approx(found["deff"], rel=0.4)


def test_the_order_of_rows_makes_no_difference_to_bunching():
    table = posts("en", 0.05, n=1_200)
    turned = table.sample(frac=1, random_state=1).reset_index(drop=True)
    assert bunching(turned, quarters(turned)) == bunching(table, quarters(table))


def test_what_cannot_be_measured_is_assumed_and_said():
    few = posts("en", 0, n=80)
    found = bunching(few, quarters(few))
    assert (found["measured"], found["deff"], found["p75"]) == (False, ASSUMED, None)
    assert "3 are taken to tell as much as 2" in found["text"]
    assert bunching(few.assign(date=pd.NaT), None) is None


@pytest.mark.parametrize(("deff", "said"), [(1, (1, 1)), (1.5, (3, 2)), (1.36, (4, 3)), (2, (2, 1)), (38.2, (38, 1))])
def test_design_effects_in_small_numbers(deff, said):
    assert as_much_as(deff) == said
