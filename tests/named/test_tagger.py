"""Codes by keyword, against golden texts in five languages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.named import wordforms
from discourse.named.codebook import Code, Codebook, Scheme, load
from discourse.named.tagger import tag
from discourse.themes.tokens import fold, marked

ROOT = Path(__file__).parents[2]

CODES = {
    "tariffs": {
        "ru": ("тариф", "таможенная пошлина"), "kk": ("тариф*", "кедендік баж"), "zh": ("关税", "加征"),
        "en": ("tariff", "customs dut*"), "ar": ("رسوم",),
    },
    "visits": {
        "ru": ("визит", "переговоры"), "kk": ("ресми сапар", "келіссөз*"), "zh": ("访问", "会谈"),
        "en": ("state visit", "talks"),
    },
    "Kazakhstan": {"ru": ("Казахстан",), "kk": ("Қазақстан",), "zh": ("哈萨克斯坦",), "en": ("Kazakhstan",)},
    "construction": {"ru": ("строительств*",), "kk": ("құрылыс*",), "en": ("construct*",)},
    "none": {},
}  # fmt: skip
GOLDEN = [
    ("ru", "США вводят новые ТАРИФЫ на товары из Китая.", {"tariffs": 1}),
    ("ru", "О тарифах, таможенных пошлинах и снова о таможенной пошлине", {"tariffs": 3}),
    ("ru", "В ходе визита в Казахстан прошли переговоры о тарифах.", {"tariffs": 1, "visits": 2, "Kazakhstan": 1}),
    ("ru", "Строительство и строительные бригады; строительством занят завод", {"construction": 2}),
    ("ru", "Виза, визы и визой", {}),
    ("ru", "Таможенная, а не пошлина", {}),
    ("ru", "Решение таможенная. Пошлина позже", {}),
    ("kk", "Қазақстанның тарифтері мен кедендік баждары", {"Kazakhstan": 1, "tariffs": 2}),
    ("kk", "Президенттің ресми сапары аясында келіссөздер өтті", {"visits": 2}),
    ("kk", "Қазақстанда құрылыстың басталуы", {"Kazakhstan": 1, "construction": 1}),
    ("zh", "美国对中国商品加征关税，哈萨克斯坦总统访问北京", {"tariffs": 2, "Kazakhstan": 1, "visits": 1}),
    ("zh", "双方举行会谈。会谈后签署文件", {"visits": 2}),
    ("zh", "关，税", {}),
    ("en", "Tariffs on KAZAKHSTAN’s goods: customs duties and customs, duties", {"tariffs": 2, "Kazakhstan": 1}),
    ("en", "State visits and talks; the state of visits", {"visits": 2}),
    ("en", "constructed, constructive and deconstructed", {"construction": 2}),
    ("ar", "رسوم جديدة على السلع", {"tariffs": 1}),
    ("ar", "الرسوم الجديدة", {}),
    ("other", "тариф tariff 关税", {}),
]


def book(codes=CODES, *, single=False):
    made = tuple(Code(name, "", words) for name, words in codes.items())
    return Codebook("test", "", (Scheme("tags", "", single, made),))


def of(text, lang, codes=CODES, *, single=False):
    return tag([text], [lang], book(codes, single=single)).set_index("label")["hits"].to_dict()


@pytest.mark.parametrize(("lang", "text", "found"), GOLDEN)
def test_forms_of_words_are_found_in_every_language(lang, text, found):
    assert of(text, lang) == found


def test_all_posts_at_once_have_the_codes_that_each_has_alone():
    table = tag([text for _, text, _ in GOLDEN], [lang for lang, _, _ in GOLDEN], book())
    assert table.columns.tolist() == ["row", "scheme", "label", "hits", "keywords"]
    assert table["row"].is_monotonic_increasing
    for row, (_, _, found) in enumerate(GOLDEN):
        assert table[table["row"] == row].set_index("label")["hits"].to_dict() == found


def test_the_keywords_that_were_found_are_told():
    table = tag(["Пошлина таможенная; таможенная пошлина, тарифы, тариф"], ["ru"], book())
    assert table.to_dict("records") == [
        {"row": 0, "scheme": "tags", "label": "tariffs", "hits": 3, "keywords": "таможенная пошлина; тариф"}
    ]


def test_no_code_at_all_is_a_table_too():
    for texts, langs in (([], []), (["nothing here"], ["en"])):
        table = tag(texts, langs, book())
        assert len(table) == 0
        assert table["row"].dtype == table["hits"].dtype == "int64"


def test_keywords_of_every_language_of_a_post_are_looked_for_and_of_no_other():
    text = "Пошлины: таможенная пошлина. Қазақстанның келіссөздері. Tariffs."
    assert of(text, "ru;kk") == {"tariffs": 1, "Kazakhstan": 1, "visits": 1}
    assert of(text, "kk;ru;en") == {"tariffs": 2, "Kazakhstan": 1, "visits": 1}
    assert of(text, "kk") == {"Kazakhstan": 1, "visits": 1}


def test_a_word_of_two_languages_counts_once_where_it_stands():
    codes = {"summits": {"ru": ("саммит",), "kk": ("саммит",)}}
    assert of("Саммит. Саммит!", "ru;kk", codes) == {"summits": 2}


def test_a_single_scheme_takes_the_code_with_most_hits_and_the_first_of_equals():
    assert of("тариф, визит и визит", "ru", single=True) == {"visits": 2}
    assert of("визит и тариф", "ru", single=True) == {"tariffs": 1}
    codes = dict(reversed(CODES.items()))
    assert of("визит и тариф", "ru", codes, single=True) == {"visits": 1}


def test_schemes_do_not_get_in_each_others_way():
    trade, visits = Code("trade", "", {"en": ("tariff",)}), Code("visits", "", {"en": ("visit",)})
    schemes = (Scheme("one", "", True, (trade, visits)), Scheme("all", "", False, (visits, trade)))
    table = tag(["A visit on tariffs, tariffs"], ["en"], Codebook("x", "", schemes))
    assert list(zip(table["scheme"], table["label"], strict=True)) == [
        ("one", "trade"), ("all", "visits"), ("all", "trade"),
    ]  # fmt: skip


def test_a_star_stands_for_any_ending_also_none():
    codes = {"x": {"en": ("trad* war*",), "ru": ("зелен* энергети*",)}}
    assert of("Trade wars, trading war; trad warrior, trades and wars", "en", codes) == {"x": 3}
    assert of("Зелёная энергетика и зеленой энергетической отрасли", "ru", codes) == {"x": 2}


@pytest.mark.parametrize("between", [",", ".", " - ", " — ", "; ", "\n", " 5 ", "…", " / ", " @them ", " 😀 ", "»"])
def test_nothing_is_found_across_punctuation(between):
    assert of(f"a state{between}visit", "en") == {}
    assert of("a state\u00a0 visit", "en") == {"visits": 1}


def test_words_within_hashtags_and_quotes_count_and_within_links_do_not():
    assert of("#Kazakhstan «тарифы»", "en;ru") == {"Kazakhstan": 1, "tariffs": 1}
    assert of("https://kazakhstan.kz/kazakhstan @kazakhstan", "en") == {}


def test_capitals_tell_us_from_the_us():
    codes = {"US": {"en": ("US", "U.S.")}}
    assert of("They told us of the US, of the U.S. too.", "en", codes) == {"US": 4}
    assert of("They told us.", "en", codes) == {}


PIECES = {
    "ru": "тарифы тарифов визит визите виза переговоров Киеве Казахстане Лаврова лавровым таможенной пошлины , .",
    "en": "tariffs tariff state visit visits talks talk Kazakhstan customs duty and constructive , .",
    "zh": "关税 加征 访问 会谈 哈萨克斯坦 和 ， 。 北京",
}  # fmt: skip
NAMES = {"names": {"ru": ("Лавров", "Киев", "саммит", "уран")}}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), lang=st.sampled_from(sorted(PIECES)))
def test_order_and_company_of_posts_change_nothing(data, lang):
    joined = "" if lang == "zh" else " "
    post = st.lists(st.sampled_from(PIECES[lang].split()), max_size=8).map(joined.join)
    texts = data.draw(st.lists(post, min_size=1, max_size=6))
    order = data.draw(st.permutations(range(len(texts))))
    codes = CODES | NAMES
    alone = pd.concat([tag([text], [lang], book(codes)).assign(row=row) for row, text in enumerate(texts)])
    together = tag(texts, [lang] * len(texts), book(codes))
    pd.testing.assert_frame_equal(together, alone.reset_index(drop=True))
    mixed = tag([texts[row] for row in order], [lang] * len(texts), book(codes))
    back = mixed.assign(row=mixed["row"].map(dict(enumerate(order)))).sort_values("row", kind="stable")
    pd.testing.assert_frame_equal(together, back.reset_index(drop=True))


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_order_of_keywords_changes_nothing(data):
    texts, langs = [text for _, text, _ in GOLDEN], [lang for lang, _, _ in GOLDEN]
    codes = {
        name: {lang: tuple(data.draw(st.permutations(words[lang]))) for lang in data.draw(st.permutations(list(words)))}
        for name, words in CODES.items()
    }
    pd.testing.assert_frame_equal(tag(texts, langs, book(codes)), tag(texts, langs, book()))


def test_texts_are_passed_over_only_where_no_keyword_is(monkeypatch):
    """Every word of the sample corpus begins as its key says, and the codes are those of cutting every text."""
    posts = pd.concat([pd.read_csv(ROOT / "data" / "embassy" / name) for name in ("posts.csv", "multilingual.csv")])
    texts, langs = posts["text"].tolist(), posts["lang"].fillna("ru").tolist()
    hard = ["flexibility", "skies", "dying", "hoping", "countries", "happily", "realization", "early", "U.S.", "пьёт"]
    for lang in ("ru", "en"):
        said = [text for text, of in zip(texts, langs, strict=True) if of == lang]
        words = {fold(word) for text in [*said, *hard] for word in marked(text, lang)}
        for word, key in wordforms.keys(words, (), lang).items():
            assert word.startswith(wordforms.beginning(key, lang)), (word, key)
    for file in ("embassy", "agenda"):
        book = load(ROOT / "configs" / "codebooks" / f"{file}.yaml")
        quick = tag(texts, langs, book)
        with monkeypatch.context() as patched:
            patched.setattr(wordforms, "beginning", lambda key, lang: "")
            pd.testing.assert_frame_equal(quick, tag(texts, langs, book))


def test_the_order_of_kazakh_posts_changes_nothing():
    rows = [(text, lang) for lang, text, _ in GOLDEN if lang == "kk"]
    there, back = (tag([text for text, _ in part], [lang for _, lang in part], book()) for part in (rows, rows[::-1]))
    back["row"] = len(rows) - 1 - back["row"]
    pd.testing.assert_frame_equal(there, back.sort_values("row", kind="stable").reset_index(drop=True))


def test_the_kazakh_words_of_other_posts_may_tell_where_an_ending_begins():
    codes = {"ministers": {"kk": ("министрі",)}}
    alone = tag(["министрлер келді"], ["kk"], book(codes))
    beside = tag(["министрлер келді", "министр келді"], ["kk", "kk"], book(codes))
    assert len(alone) == 0
    assert beside["row"].tolist() == [0, 1]
