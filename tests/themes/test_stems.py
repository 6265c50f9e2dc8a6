"""Grouping keys against golden tables: forms of a word share a key, different words don't."""

from __future__ import annotations

import pytest

from discourse.themes.forms import reading_form
from discourse.themes.stems import keys
from discourse.themes.wordclass import ADJECTIVE, NOUN, VERB, word_class

RUSSIAN = """
тариф тарифы тарифов тарифам тарифами
война войны войне войну войной
торговый торговая торговые торгового торговую торговых
казахстан казахстана казахстане казахстаном казахстану
китай китая китае китаю китаем
иран ирана иране ираном
лавров лаврова лаврову лавровым
путин путина путину
россия россии россию россией
украина украины украине украину украиной
санкция санкции санкций санкциям санкциями
область области областей областях
безопасность безопасности безопасностью
министр министра министры министров министром
соглашение соглашения соглашению соглашением соглашений
президент президента президентом президенту
переговоры переговоров переговорам переговорах
состав состава составе составом
музей музея музее музеи музеев
рынок рынка рынке рынки
"""
KAZAKH = """
қазақстан қазақстанның қазақстанда қазақстанға қазақстандағы қазақстанмен қазақстаннан
министрлік министрлігі министрлігінің министрліктер министрлікке
халық халқы халықтың халқына халықтар халқымыз
мемлекет мемлекеттің мемлекеттер мемлекеті мемлекетіміз мемлекеттерде
бала балалар баласы балалардың балаға баланы
мектеп мектебі мектепте мектептер мектебінің мектептен
қала қаласы қаласында қалалар қаладағы қаланың
ел елдің елдер еліміз еліміздің елде елге
үкімет үкіметі үкіметтің үкіметке үкіметпен
теңге теңгенің теңгеге теңгесі теңгемен
желі желісі желілер желіде желідегі
кітап кітабы кітаптар кітапта кітаптың
жол жолы жолдар жолдың жолға жолдары
тіл тілі тілінде тілдер тілдің тілден
заң заңның заңы заңдар заңға заңмен
су суы судың суға суды
орын орны орнына орындар орында
банк банкі банктер банкінің банкте
"""
ENGLISH = """
tariff tariffs
country countries
agreement agreements
negotiation negotiations negotiating
sanction sanctions sanctioned
"""
APART = {
    "ru": ["война", "войско", "россия", "российский", "прав", "правительство", "кит", "китай", "тариф", "татары"],
    "kk": ["қазақ", "қазақстан", "бала", "балық", "алма", "алматы", "астана", "аста", "сан"],
    "en": ["china", "chin", "tariff", "tar", "minister", "mine"],
}


# A stem that changes needs a dictionary: the one group of the tables that stays torn.
KNOWN_TORN = {"ru": {"рынок": ["рынк", "рынок"]}}


@pytest.mark.parametrize(("lang", "table"), [("ru", RUSSIAN), ("kk", KAZAKH), ("en", ENGLISH)])
def test_forms_share_a_key_and_words_do_not(lang, table):
    groups = [line.split() for line in table.strip().splitlines()]
    words = [word for group in groups for word in group]
    assert lang == "en" or len(words) >= 60
    found = keys(words, lang)
    torn = {group[0]: sorted({found[word] for word in group}) for group in groups if len({found[w] for w in group}) > 1}
    assert torn == KNOWN_TORN.get(lang, {})
    firsts = [found[group[0]] for group in groups]
    assert len(set(firsts)) == len(groups)


@pytest.mark.parametrize("lang", sorted(APART))
def test_different_words_keep_different_keys(lang):
    found = keys(APART[lang], lang)
    together = {(a, b) for a in found for b in found if a < b and found[a] == found[b]}
    assert not together


def test_kazakh_keys_need_the_corpus_to_attest_the_stem():
    assert keys(["министрлігінің"], "kk") == {"министрлігінің": "министрлігінің"}
    found = keys(["наразылығы", "наразылығын", "наразылыққа", "наразылықта", "наразылықтар"], "kk")
    assert set(found.values()) == {"наразылық"}


def test_the_plural_or_possessive_tells_a_kazakh_stem_from_a_case_form():
    assert keys(["тең", "теңге", "теңгесі"], "kk") == {"тең": "тең", "теңге": "теңге", "теңгесі": "теңге"}


def test_keys_do_not_depend_on_the_order_of_words():
    words = KAZAKH.split() + APART["kk"]
    assert keys(words, "kk") == keys(words[::-1], "kk")
    words = RUSSIAN.split() + APART["ru"]
    assert keys(words, "ru") == keys(words[::-1], "ru")


def test_other_scripts_and_languages_keep_their_words():
    assert keys(["nato", "аэс", "US", "covid-19"], "ru") == {w: w for w in ["nato", "аэс", "US", "covid-19"]}
    assert keys(["casas", "casa"], "es") == {"casas": "casas", "casa": "casa"}


@pytest.mark.parametrize(
    ("lang", "stem", "forms", "shown"),
    [
        ("ru", "торгов", {"торговой войны": 9, "торговая война": 4, "торговую войну": 3}, "торговая война"),
        ("ru", "украин", {"украины": 200, "украине": 150, "украина": 30, "украину": 20, "украиной": 9}, "украина"),
        ("ru", "тариф", {"тарифов": 20, "тарифа": 9, "тарифы": 12, "тариф": 3, "тарифам": 4}, "тарифы"),
        ("ru", "санкц", {"санкции": 40, "санкций": 30, "санкция": 1, "санкциям": 6, "санкцию": 2}, "санкции"),
        ("ru", "росс", {"россии": 500, "россия": 90, "россию": 60, "россией": 40}, "россия"),
        ("ru", "област", {"области": 1400, "область": 100, "областью": 4}, "область"),
        ("ru", "казахстан", {"казахстана": 60, "казахстан": 20, "казахстане": 30}, "казахстан"),
        ("ru", "переговор", {"переговоров": 9, "переговоры": 7, "переговорах": 8}, "переговоры"),
        ("kk", "сыртқы", {"сыртқы істер министрлігінің": 9, "сыртқы істер министрлігі": 5}, "сыртқы істер министрлігі"),
        ("kk", "қазақстан", {"қазақстанның": 9, "қазақстанда": 9, "қазақстан": 2}, "қазақстан"),
        ("en", "tariff", {"tariffs": 5, "tariff": 4}, "tariffs"),
    ],
)  # fmt: skip
def test_the_form_shown_is_the_one_a_dictionary_lists(lang, stem, forms, shown):
    assert reading_form(forms, lang, stem=stem) == shown


def test_word_classes_are_told_by_all_forms_together():
    assert word_class({"обсудили": 4, "обсуждает": 1}, "ru") == VERB
    assert word_class({"цели": 6, "целей": 3, "цель": 1}, "ru") == NOUN
    assert word_class({"канал": 4, "канала": 3, "каналом": 1}, "ru") == NOUN
    assert word_class({"российский": 2, "российские": 5, "российских": 4}, "ru") == ADJECTIVE
    assert word_class({"решение": 4, "решения": 3}, "ru") == NOUN
    assert word_class({"көмектеседі": 3}, "kk") == VERB
    assert word_class({"бала": 3, "балалар": 3}, "kk") == NOUN
    assert word_class({"running": 3}, "en") == NOUN
