import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.posts import identify, language
from discourse.posts.language import detect

SHARED = Path(__file__).parents[2].parent / "shared"

GOLDEN = {
    "en": ["The central bank raised its key rate for the third time this year.", "Talks ended without a deal."],
    "ru": [
        "Центральный банк в третий раз за год повысил ключевую ставку.",
        "Переговоры завершились без соглашения.",
        "В Астане прошла встреча министров, сообщила пресс-служба Акорды.",
    ],
    "kk": [
        "Ұлттық банк базалық мөлшерлемені биыл үшінші рет көтерді.",
        "Келіссөздер келісімсіз аяқталды.",
        "Президент халыққа жолдау жасады",
        "Алматыда жол апаты болды",
    ],
    "zh": ["央行今年第三次上调基准利率。", "談判未達成協議就結束了。", "央视记者：COVID-19疫情最新情况"],
    "ar": ["رفع البنك المركزي سعر الفائدة للمرة الثالثة هذا العام."],
    "es": ["El banco central subió los tipos de interés por tercera vez este año."],
    "de": ["Die Zentralbank hat den Leitzins zum dritten Mal in diesem Jahr erhöht."],
    "ja": ["中央銀行は今年三回目の利上げを決めた。"],
    "ko": ["중앙은행이 올해 세 번째로 기준금리를 인상했다."],
}

NEIGHBOURS = {
    "uk": [
        "Президент України підписав закон про державний бюджет на наступний рік.",
        "Ціни на пальне знову зросли.",
        "Українці зібрали гроші на відбудову школи.",
    ],
    "be": ["Прэзідэнт падпісаў указ аб развіцці рэгіёнаў.", "Учора ў горадзе ішоў моцны дождж."],
    "bg": [
        "Правителството прие новия бюджет за следващата година.",
        "Цените на горивата отново се повишиха.",
        "Учените откриха нов вид риба в Черно море.",
    ],
    "sr": ["Влада Србије усвојила је нови закон о раду."],
    "ky": [
        "Кыргыз Республикасынын Президенти эл алдында сөз сүйлөдү.",
        "Бишкекте жаңы мектеп ачылды.",
        "Бүгүн шаарда жамгыр жаады.",
        "Балдар көчөдө топ ойноп жатышат.",
    ],
    "tt": [
        "Татарстан Рәисе яңа мәктәпне ачты.",
        "Казанда халыкара фестиваль узды.",
        "Хөкүмәт яңа программаны раслады.",
        "Яңа китап басылып чыкты.",
    ],
    "ba": ["Башҡортостан башлығы яңы мәктәпте асты.", "Өфөлә халыҡ-ара фестиваль үтте."],
    "uz": [
        "Ўзбекистон Республикаси Президенти янги қарорни имзолади.",
        "Бугун шаҳарда ёмғир ёғди.",
        "Toshkentda xalqaro anjuman boʻlib oʻtdi.",
    ],
    "mn": ["Монгол Улсын Ерөнхийлөгч шинэ хууль баталлаа."],
    "tg": ["Имрӯз дар шаҳри Душанбе борон борид."],
}


NAMES = {
    "ru": [
        "Қасым-Жомарт Токаев провёл встречу",
        "Посол посетил город Өскемен и встретился с акимом",
        "Аким Өскемена доложил о ходе строительства",
        "Тоқаев подписал закон о бюджете",
        "Президент Тоқаев прибыл в Астану",
        "В Қостанае открыли новую школу",
        "Олжас Бектенов посетил Қызылорду",
        "Пожар произошёл в селе Ақтөбе",
        "Газета «Егемен Қазақстан» вышла новым тиражом",
        "Матч Қайрат — Астана завершился вничью",
        "Жители Жаңаөзена вышли на площадь",
        "Рейс Алматы — Өскемен задержали на три часа",
        "Компания ҚазМұнайГаз отчиталась о прибыли",
        "Министр Мұрат Нұртілеу провёл переговоры в Пекине",
        "Суд арестовал бывшего акима Түркістана",
        "В Шымкенте прошёл концерт Димаша Құдайбергена",
        "Премия «Алтын Сапа» вручена предпринимателям",
        "Әлихан Смаилов назначен на должность",
        "Умер писатель Мұхтар Мағауин",
        "Цены на бензин в Өскемене выросли",
        "Қазақстан Темір Жолы повысит тарифы",
        "Бауыржан Байбек встретился с жителями Ұлытау",
        "В центре «Қазақфильм» прошла премьера картины",
        "Боксёр Жәнібек Әлімханұлы защитил титул",
        "Команда «Барыс» проиграла в Нұр-Сұлтане",
        "Спикер мажилиса Ерлан Қошанов выступил с докладом",
        "Apple выпустила iPhone 15 Pro Max",
        "Tesla снизила цены на Model 3",
        "OpenAI представила GPT-5",
        "Samsung показал Galaxy S24 Ultra",
    ],
    "kk": [
        "Сергей Лавров Астанаға келді",
        "Путин мен Токаев келіссөз жүргізді",
        "Ресей президенті Владимир Путин Қазақстанға келді",
        "Михаил Мишустин Алматыда саммитке қатысты",
        "Тоқаев Мәскеуде Путинмен кездесті",
        "Қасым-Жомарт Тоқаев Алматыда болды",
        "Президент Қасым-Жомарт Тоқаев жиын өткізді",
        "Өскеменде өрт шықты",
        "Лавров пен Ван И телефонмен сөйлесті",
        "Әлихан Смайылов Атырауға барды",
        "Елена Рыбакина жартылай финалға шықты",
        "Геннадий Головкин рингке қайта оралды",
        "Қайрат Астанада ойнады",
        "Александр Лукашенко Қазақстанға сапармен келді",
        "Қазақстан құрамасы Ресейді жеңді",
        "Нұр-Сұлтан қаласы Астана болып аталды",
        "Мұхтар Мағауин дүниеден озды",
        "Дмитрий Песков бұл туралы айтты",
        "Қостанайда жаңа мектеп ашылды",
        "Димаш Құдайберген Мәскеуде концерт берді",
        "Зеленский Байденмен кездесті",
        "Қазақстан Темір Жолы тариф көтерді",
        "Тоқаев Пекинге барды",
        "Ербол Қарашөкеев Шымкентке келді",
        "Алматыда Мұрат Нұртілеу баспасөз мәслихатын берді",
        "Полковник С.Ғ. Дәулетовтің байланыс телефоны жаңарды",
    ],
    "zh": [
        "Apple发布iPhone 15",
        "Microsoft与OpenAI合作",
        "NBA总决赛今晚开打",
        "Tesla Model 3降价",
        "GPT-4o上线",
        "华为发布Mate 60 Pro",
        "AMD推出Ryzen 9000系列",
    ],
    "uk": [
        "Зеленський прибув до Києва",
        "Володимир Зеленський відвідав Одесу",
        "Міністр Дмитро Кулеба виступив у парламенті",
        "Київ та Харків зазнали атаки",
        "У Києві лунають вибухи",
    ],
    "ky": [
        "Садыр Жапаров Бишкекте болду",
        "Өзгөн шаарында мектеп ачылды",
        "Ысык-Көлдө форум өттү",
    ],
    "tt": [
        "Рөстәм Миңнеханов Казанда булды",
        "Әлмәттә мәктәп ачылды",
    ],
}


@pytest.mark.parametrize("lang", GOLDEN)
def test_plain_sentences_are_named(lang):
    found = detect(GOLDEN[lang])
    assert found["lang"].tolist() == [lang] * len(GOLDEN[lang])
    assert found["langs"].tolist() == found["lang"].tolist()


def test_neighbours_of_russian_and_kazakh_are_not_taken_for_them():
    truth = [lang for lang, texts in NEIGHBOURS.items() for _ in texts]
    found = detect([text for texts in NEIGHBOURS.values() for text in texts])["lang"].tolist()
    assert np.mean([a in (b, "other") for a, b in zip(found, truth, strict=True)]) == 1.0
    assert np.mean([a == b for a, b in zip(found, truth, strict=True)]) >= 0.8


@pytest.mark.parametrize("lang", NAMES)
def test_names_of_another_language_dont_decide(lang):
    found = detect(NAMES[lang])["langs"]
    assert [text for text, langs in zip(NAMES[lang], found, strict=True) if langs != lang] == []


def test_without_letters_undetermined():
    posts = ["", "  \n", "👍🔥", "2024-01-01 10:00", "https://t.me/akorda", "@akorda", "!!!", "press@gov.kz"]
    assert set(detect(posts)["lang"]) == {"und"}


def test_gibberish_and_unknown_languages_are_other():
    posts = ["asdkj qweoiu zxcmnb lkjhg", "йцукен фывап олдж", "sdfg hjkl", "Чӑваш Республикин Пуҫлӑхӗ шкул уҫнӑ."]
    assert detect(posts)["lang"].tolist() == ["other"] * 4


@pytest.mark.parametrize(
    ("post", "langs"),
    [
        (f"{GOLDEN['ru'][0]} {GOLDEN['ru'][2]}\n{GOLDEN['kk'][0]}", "ru;kk"),
        (f"{GOLDEN['kk'][0]} {GOLDEN['kk'][1]} {GOLDEN['ru'][1]}", "kk;ru"),
        (f"{GOLDEN['zh'][0]}{GOLDEN['en'][0]}", "en;zh"),
        (f"{GOLDEN['ru'][0]}\n{GOLDEN['en'][1]} {GOLDEN['en'][0]}", "en;ru"),
    ],
)
def test_post_in_two_languages_is_marked_main_one_first(post, langs):
    found = detect([post])
    assert found["langs"].tolist() == [langs]
    assert found["lang"].tolist() == [langs.split(";")[0]]


@pytest.mark.parametrize(
    ("post", "lang"),
    [
        ("Глава компании Apple представил iPhone 15 Pro Max и MacBook Air в Купертино", "ru"),
        ("В прокат вышел фильм «The Lord of the Rings: The Return of the King», собравший всех", "ru"),
        ("外交部发言人表示，Bloomberg News 的报道与事实不符，中方对此坚决反对。", "zh"),
        ("Президент Қасым-Жомарт Тоқаев бүгін #Astana #Kazakhstan қаласында кездесу өткізді", "kk"),
        ("The minister thanked the newspaper Егемен Қазақстан for its work over many years", "en"),
    ],
)
def test_names_brands_and_hashtags_dont_make_a_post_mixed(post, lang):
    assert detect([post])["langs"].tolist() == [lang]


def test_links_and_handles_are_no_evidence():
    link = "https://www.example.com/news/world/the-central-bank-raised-its-key-rate-for-the-third-time"
    assert detect([f"@the_english_channel Рақмет {link} {link}"])["langs"].tolist() == ["kk"]


def test_long_post_is_read_at_both_ends():
    post = GOLDEN["ru"][0] * 400 + "\n" + GOLDEN["kk"][0] * 400
    assert set(detect([post]).loc[0, "langs"].split(";")) == {"ru", "kk"}


def test_no_posts():
    found = detect([])
    assert found.columns.tolist() == ["lang", "langs"]
    assert len(found) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=8), st.randoms(use_true_random=False))
def test_any_text_gets_an_answer_whatever_stands_around_it(texts, random):
    found = detect(texts)
    assert found["langs"].str.startswith(tuple(found["lang"])).all() if texts else True
    order = list(range(len(texts)))
    random.shuffle(order)
    assert detect([texts[i] for i in order])["langs"].tolist() == [found["langs"][i] for i in order]


def test_scores_are_those_of_the_library():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    texts = [text for texts in (*GOLDEN.values(), *NEIGHBOURS.values()) for text in texts]
    texts = [text for text in texts if not text.isupper()]  # the library writes these small, detect does too
    points, n_bytes = identify.scores(texts)
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE)
    for i, text in enumerate(texts):
        ranked = dict(theirs.rank(text))
        np.testing.assert_allclose(points[i], [ranked[name] for name in identify.languages()], rtol=1e-4, atol=1e-2)
        assert n_bytes[i] == len(text.encode())


MEMORY = """
import random, resource, numpy, pandas, pyarrow, regex, discourse.posts.language as language
from discourse.posts.near import originals  # numba is in every process that reads posts: its own memory is not counted
from pathlib import Path

words = "Центральный банк повысил ключевую ставку Ұлттық мөлшерлемені көтерді the bank raised its rate 央行".split()
chance = random.Random(1)
texts = [" ".join(chance.choices(words, k={words})) + f" {{i}}" for i in range({posts})]
originals(["ab", "cd"], numpy.zeros(2, dtype=int))
Path("/proc/self/clear_refs").write_text("5")
before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
language.detect(texts)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print((int(peak.split()[1]) * 1024 - before) / 1e6)
"""


def _added_megabytes(**sizes):
    if not sys.platform.startswith("linux"):
        pytest.skip("resident memory is read from /proc")
    done = subprocess.run([sys.executable, "-c", MEMORY.format(**sizes)], capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.parametrize(("posts", "words"), [(20_000, 10), (250, 4_000)])
def test_memory_stays_within_150_megabytes(posts, words):
    assert _added_megabytes(posts=posts, words=words) < 150


@pytest.mark.slow
def test_memory_stays_within_150_megabytes_for_a_million_posts():
    assert _added_megabytes(posts=1_000_000, words=8) < 150


def test_posts_are_held_a_few_at_a_time(monkeypatch):
    sizes = []
    seen = language._detect
    monkeypatch.setattr(language, "_detect", lambda batch: sizes.append(sum(map(len, batch))) or seen(batch))
    texts = [f"Президент {i} подписал закон. " * (1 + i % 50) for i in range(3_000)]
    detect(texts)
    assert max(sizes) < 150_000 + 30_000
    assert len(sizes) > 5


def test_posts_that_come_again_are_read_once(monkeypatch):
    read = []
    seen = language._detect
    monkeypatch.setattr(language, "_detect", lambda batch: read.extend(batch) or seen(batch))
    texts = [["Сәлем, әлем және бүкіл ел", "Hello to all the world"][i % 2] for i in range(7_000)]
    found = detect(texts)
    assert len(read) == 2
    assert found["lang"].tolist() == ["kk", "en"] * 3_500


def test_an_arrow_column_reads_like_a_list():
    texts = [text for texts in GOLDEN.values() for text in texts]
    assert detect(pd.array(texts, dtype="str")).equals(detect(texts))


def test_models_are_loaded_once_whoever_asks():
    script = """
import threading
from discourse.posts import identify
from py3langid.langid import LanguageIdentifier
load, loaded = LanguageIdentifier.from_model_file, []
LanguageIdentifier.from_model_file = lambda *args: loaded.append(1) or load(*args)
assert identify.prepare() is None
asking = [threading.Thread(target=identify.languages) for _ in range(8)]
[one.start() for one in asking], [one.join() for one in asking]
print(len(loaded), len(identify.languages()) > 90)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True"]


def test_a_script_of_libraries_is_not_loaded_on_import():
    script = "import sys, discourse.posts.language; print(sorted({'py3langid', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _column(file, name, sources=("",)):
    path = SHARED / "encoder" / file
    if not path.exists():
        pytest.skip(f"{path.name} of the shared data is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        texts = [row[name] for row in rows if row["source"].startswith(sources)]
    return [text for text in dict.fromkeys(texts) if text and sum(sign.isalpha() for sign in text) >= 25][:3000]


@pytest.mark.parametrize(
    ("lang", "file", "sources"),
    [
        ("en", "train/en-ru.tsv", ("wmt",)),
        ("ru", "train/en-ru.tsv", ("wmt",)),
        ("ru", "train/ru-kk.tsv", ("apertium-gov",)),
        ("kk", "train/ru-kk.tsv", ("apertium-gov",)),
        ("zh", "train/en-zh.tsv", ("wmt",)),
    ],
)
def test_news_sentences_at_least_98_percent_right(lang, file, sources):
    texts = _column(file, lang, sources)
    found = detect(texts)
    assert (found["lang"] == lang).mean() >= 0.98
    assert found["langs"].str.contains(";").mean() <= 0.005


def test_two_real_sentences_make_a_mixed_post():
    russian = _column("train/ru-kk.tsv", "ru", ("qorgau",))[:300]
    kazakh = _column("train/ru-kk.tsv", "kk", ("qorgau",))[300:600]
    both = [f"{a.rstrip('.?! ')}.\n{b}" for a, b in zip(russian, kazakh, strict=False)]
    parted = detect(both)["langs"].str.split(";").map(set)
    assert (parted == {"ru", "kk"}).mean() >= 0.85


def test_real_tweets_in_romance_languages():
    path = SHARED / "data" / "crisislex" / "crisislex_t26.jsonl"
    if not path.exists():
        pytest.skip("the crisis tweets of the shared data are not here")
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    share = {
        lang: (detect([row["text"] for row in rows if place in row["event"]])["lang"] == lang).mean()
        for lang, place in {"es": "Venezuela", "it": "Sardinia"}.items()
    }
    assert min(share.values()) > 0.75
