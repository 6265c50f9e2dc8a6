"""Keywords: known answers in four languages, phrases, diversity, and what must not matter."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.themes.keywords import COLUMNS, keywords, related
from discourse.themes.terms import count
from discourse.themes.tokens import fold, stop_words

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

WAR = {
    "ru": [
        "Новая торговая война между странами",
        "США начали торговую войну с Китаем",
        "Конец торговой войны пока не виден",
        "Эксперты о торговой войне и тарифах",
        "Торговая война ударила по рынку, тарифы растут",
        "Повышение тарифов продолжается, говорят в США",
    ],
    "kk": [
        "Сыртқы істер министрлігі мәлімдеме жасады",
        "Сыртқы істер министрлігінің өкілі сөйледі",
        "Бұл туралы сыртқы істер министрлігінде айтылды",
        "Елші сыртқы істер министрлігіне шақырылды",
        "Сыртқы істер министрлігі елшіні қабылдады",
        "Елшілік сыртқы істер министрлігімен келісті",
    ],
    "zh": [
        "中方愿同各方共建一带一路，实现共同发展",
        "一带一路倡议得到广泛支持",
        "参与一带一路合作的国家越来越多",
        "高质量共建一带一路成果丰硕",
        "关于一带一路，我们欢迎更多国家加入",
        "一带一路国际合作高峰论坛",
    ],
    "en": [
        "China and the One Belt One Road initiative",
        "Ports along the One Belt One Road corridor",
        "Critics of One Belt One Road point to debt",
        "Is One Belt One Road about trade?",
        "Pakistan joins One Belt One Road",
        "The WTO and One Belt One Road",
    ],
}
OTHER = {
    "ru": ["Погода в Москве: дождь", "Сильный дождь и ветер", "Ветер стихнет, дождь тоже", "Снег с дождём в горах"],
    "kk": ["Ауа райы: жаңбыр жауады", "Қатты жаңбыр мен жел", "Жел басылады, жаңбыр да", "Тауда жаңбыр мен қар"],
    "zh": ["今天天气有暴雨", "暴雨和大风天气", "大风减弱，暴雨停止", "山区暴雨天气"],
    "en": ["Weather: heavy rain today", "Rain and wind", "Wind will drop, rain too", "Rain on the hills"],
}
PHRASE = {
    "ru": "торговая война",
    "kk": "Сыртқы істер министрлігі",
    "zh": "一带一路",
    "en": "One Belt One Road",
}


def corpus(*langs):
    posts, spoken, labels = [], [], []
    for lang in langs:
        for theme, texts in enumerate((WAR[lang], OTHER[lang])):
            posts += texts
            spoken += [lang] * len(texts)
            labels += [theme] * len(texts)
    return posts, spoken, np.array(labels)


@pytest.mark.parametrize("lang", sorted(WAR))
def test_the_phrase_of_a_theme_comes_first_in_a_form_that_agrees(lang):
    table = keywords(*corpus(lang))
    first = table[(table.theme == 0) & (table["rank"] == 1)].term.item()
    assert fold(first) == fold(PHRASE[lang])
    assert first.lower() == PHRASE[lang].lower()


@pytest.mark.parametrize("lang", sorted(WAR))
def test_no_stop_word_alone_nor_at_an_edge(lang):
    stop = stop_words(lang)
    for term in keywords(*corpus(lang)).term:
        parts = [fold(part) for part in term.split()]
        assert parts[0] not in stop.function
        assert parts[-1] not in stop.function
        assert not set(parts) <= stop.function | stop.light
        assert len(term) > 1
        assert any(c.isalpha() for c in term)


def test_the_table_is_as_promised():
    table = keywords(*corpus("ru", "en", "kk", "zh"))
    assert tuple(table.columns) == COLUMNS
    assert set(table.lang) == set(WAR)
    assert (table.score > 0).all()
    assert (table.n_posts >= 2).all()
    for _, part in table.groupby(["theme", "lang"]):
        assert part["rank"].tolist() == list(range(1, len(part) + 1))
        assert part.term.is_unique


def test_capitals_are_those_of_the_middle_of_sentences():
    posts = ["Trade with the WTO grows", "Our WTO case, our trade", "Trade and WTO rules for Kazakhstan"]
    posts += ["We sell to Kazakhstan by trade", "Rain", "Rain again", "More rain"]
    terms = set(keywords(posts, ["en"] * 7, np.array([0] * 4 + [1] * 3)).term)
    assert {"WTO", "trade", "Kazakhstan"} <= terms


def test_us_is_a_country_only_in_capitals():
    posts = ["The US tariffs", "US tariffs rise", "Tariffs of the US", "tell us of rain", "give us rain", "rain for us"]
    table = keywords(posts, ["en"] * 6, np.array([0, 0, 0, 1, 1, 1]))
    assert any("US" in term.split() for term in table[table.theme == 0].term)
    assert table[table.theme == 1].term.tolist() == ["rain"]


def test_one_repetitive_post_cannot_own_a_theme():
    posts = ["buy gold " * 50, "the river floods", "a river in flood", "flood at the river", "snow", "snow", "snow"]
    table = keywords(posts, ["en"] * 7, np.array([0, 0, 0, 0, 1, 1, 1]))
    assert not {"gold", "buy gold"} & set(table.term)


def test_copies_of_one_post_make_no_phrases():
    posts = ["alpha beta gamma delta"] * 20 + [f"other words {n}" for n in range(20)]
    terms = count(posts, "en")
    assert not any(len(words) > 1 and "alpha" in words for words in terms.words)


def test_phrase_and_its_own_words_do_not_both_take_places():
    table = keywords(*corpus("en", "ru", "kk", "zh"))
    for (_, lang), part in table.groupby(["theme", "lang"]):
        if lang == "zh":
            continue
        words = [fold(word) for term in part.term for word in term.split()]
        content = [word for word in words if word not in stop_words(lang).function | stop_words(lang).light]
        repeated = {word for word in content if content.count(word) > 1}
        assert not repeated - {"one"}


def test_noise_is_background_and_has_no_keywords():
    posts, langs, labels = corpus("en")
    noisy = keywords([*posts, "rain", "rain", "rain"], [*langs, "en", "en", "en"], np.append(labels, [-1, -1, -1]))
    assert set(noisy.theme) == {0, 1}
    assert (
        noisy[noisy.term == "rain"].score.item() < keywords(posts, langs, labels).query("term == 'rain'").score.item()
    )


@pytest.mark.parametrize(
    ("posts", "labels"), [([], []), (["word"], [0]), (["same text"] * 9, [0] * 9), (["", "!!!", "2024"], [0, 0, 0]),
                          (["a b", "b a", "a"], [-1, -1, -1])],
)  # fmt: skip
def test_odd_corpora_give_a_table(posts, labels):
    table = keywords(posts, ["en"] * len(posts), np.array(labels, dtype=int))
    assert tuple(table.columns) == COLUMNS


def test_one_theme_alone_is_said_by_its_commonest_words():
    posts = ["peace talks in Geneva", "talks on peace", "peace"]
    assert keywords(posts, ["en"] * 3, np.zeros(3, dtype=int)).term[0] == "peace"


def test_an_unlisted_language_drops_its_commonest_words():
    rng = np.random.default_rng(0)
    subject = ["terremoto", "tren", "volcán", "lluvia"]
    posts = [f"el {subject[n % 4]} de la ciudad en {rng.integers(99)}" for n in range(80)]
    table = keywords(posts, ["es"] * 80, np.arange(80) % 4)
    assert {part.term.iloc[0] for _, part in table.groupby("theme")} == set(subject)
    assert not {"el", "la", "de", "en"} & set(table.term)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_posts_does_not_matter(random):
    posts, langs, labels = corpus("ru", "kk", "zh", "en")
    order = list(range(len(posts)))
    random.shuffle(order)
    mixed = keywords([posts[i] for i in order], [langs[i] for i in order], labels[order])
    pd.testing.assert_frame_equal(mixed, keywords(posts, langs, labels))


def test_renaming_themes_only_renames():
    posts, langs, labels = corpus("ru", "kk", "zh", "en")
    renamed = keywords(posts, langs, np.where(labels == 0, 7, 3))
    renamed["theme"] = renamed["theme"].map({7: 0, 3: 1})
    renamed = renamed.sort_values(["theme", "lang", "rank"], ignore_index=True)
    pd.testing.assert_frame_equal(renamed, keywords(posts, langs, labels))


def test_derived_words_are_related_and_others_not():
    assert related("украин", "украинск")
    assert related("china", "chines")
    assert related("lac-mégantic", "lacmegantic")
    assert not related("интернет", "интернац")
    assert not related("中国", "中国人")
    assert not related("war", "warsaw")


@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpora are not here")
def test_real_chinese_answers_on_one_subject_are_said_by_it():
    path = SHARED / "china-mfa-qa" / "mfa_qa.jsonl"
    with path.open(encoding="utf-8") as lines:
        answers = [json.loads(line)["answer"] or "-" for line in lines][:2500]
    labels = np.array([0 if "新疆" in text else 1 if "台湾" in text else -1 for text in answers])
    table = keywords(answers, ["zh"] * len(answers), labels)
    assert "新疆" in "".join(table[table.theme == 0].term[:3])
    assert "台湾" in "".join(table[table.theme == 1].term)
    assert table.term.str.len().max() <= 20


@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpora are not here")
def test_real_russian_headlines_on_one_subject_are_said_by_it():
    headlines = pd.read_csv(SHARED / "channel-one" / "headlines_2022_2024.csv", nrows=4000).text.tolist()
    labels = np.array([0 if "Лавров" in text else 1 if "олимпи" in text.lower() else -1 for text in headlines])
    table = keywords(headlines, ["ru"] * len(headlines), labels)
    assert "Лавров" in table[(table.theme == 0) & (table["rank"] == 1)].term.item()
    assert not set(table.term.map(fold)) & stop_words("ru").function
