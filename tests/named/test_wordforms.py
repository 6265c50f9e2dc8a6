"""Which words are forms of a keyword, and that it takes no other posts to tell."""

from __future__ import annotations

import pytest

from discourse.named.wordforms import keys

FORMS = {
    "ru": {
        "тариф": "тариф тарифа тарифы тарифов тарифами тарифах",
        "саммит": "саммит саммита саммиту саммитом саммите саммиты саммитов",
        "визит": "визит визита визиту визитом визите визиты визитами",
        "Китай": "китай китая китаю китаем китае",
        "Казахстан": "казахстан казахстана казахстану казахстаном казахстане",
        "Киев": "киев киева киеву киевом киеве",
        "Лавров": "лавров лаврова лаврову лавровым лаврове",
        "торговля": "торговля торговли торговле торговлю торговлей",
        "музей": "музей музея музею музеем музее музеи музеев",
        "посол": "посол",
        "торговый": "торговый торговая торговое торговой торговых",
        "ООН": "оон",
        "шёлк": "шелк шелка шелком шелке",
    },
    "kk": {
        "сауда": "сауда сауданың саудаға саудада саудасы",
        "Қазақстан": "қазақстан қазақстанның қазақстанда қазақстанға қазақстанмен",
        "елшілік": "елшілік елшіліктің елшілікте елшілікке елшілігі елшілігінің",
        "теңге": "теңге теңгенің теңгеге теңгесі",
        "халық": "халық халқы халықтың халқымыз",
    },
    "en": {
        "tariff": "tariff tariffs",
        "country": "country countries",
        "sanction": "sanction sanctions sanctioned",
        "China": "china",
    },
    "ar": {"التجارة": "التجاره"},
    "zh": {"CPEC": "cpec"},
}
APART = {
    "ru": [("визит", "виза"), ("уран", "урал"), ("Китай", "кит"), ("роман", "рома"), ("Киев", "кий")],
    "kk": [("бала", "балық"), ("Астана", "аста"), ("алма", "алматы")],
    "en": [("China", "chin"), ("minister", "mine")],
    "ar": [("تجارة", "تجار")],
}  # fmt: skip


@pytest.mark.parametrize(("lang", "keyword"), [(lang, word) for lang, words in FORMS.items() for word in words])
def test_forms_of_a_keyword_are_found_one_at_a_time(lang, keyword):
    first, *_ = forms = FORMS[lang][keyword].split()
    found = {form: keys([form], [keyword], lang) for form in forms}
    assert [form for form in forms if found[form][form] != found[form][first]] == []


@pytest.mark.parametrize(
    ("lang", "keyword", "word"), [(lang, *pair) for lang, pairs in APART.items() for pair in pairs]
)
def test_other_words_are_not(lang, keyword, word):
    found = keys([word], [keyword], lang)
    assert found[word] != found[keyword.casefold().replace("ة", "ه")]


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_other_words_of_a_corpus_change_nothing(lang):
    keywords = list(FORMS[lang])
    words = {form for forms in FORMS[lang].values() for form in forms.split()} | {word for _, word in APART[lang]}
    together = keys(words, keywords, lang)
    assert all(keys([word], keywords, lang)[word] == together[word] for word in words)


def test_plurals_that_end_like_names_are_told_by_their_small_letter():
    assert keys(["послы"], ["послов"], "ru")["послы"] == keys(["послы"], ["послов"], "ru")["послов"]
