"""Languages as people name them, to the two letters of ISO 639-1."""

from __future__ import annotations

import re

import pandas as pd

_ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""

_ALSO = {
    "ar": "ara arabic арабский 阿拉伯语 العربية عربي",
    "az": "aze azerbaijani азербайджанский",
    "be": "bel belarusian белорусский",
    "bg": "bul bulgarian болгарский",
    "cs": "ces cze czech чешский",
    "de": "deu ger german deutsch немецкий неміс 德语",
    "en": "eng english английский англ ағылшын ағылшынша 英语 英文",
    "es": "spa spanish español испанский 西班牙语",
    "fa": "fas per persian farsi персидский فارسی",
    "fr": "fra fre french français французский 法语",
    "he": "heb iw hebrew иврит",
    "hi": "hin hindi хинди",
    "hy": "hye arm armenian армянский",
    "id": "ind in indonesian индонезийский",
    "it": "ita italian italiano итальянский",
    "ja": "jpn japanese японский 日语 日文 日本語",
    "ka": "kat geo georgian грузинский",
    "kk": "kaz kazakh қазақ қазақша казахский каз 哈萨克语",
    "ko": "kor korean корейский 韩语 한국어",
    "ky": "kir kyrgyz kirghiz кыргызча киргизский кыргызский қырғыз",
    "mn": "mon mongolian монгольский",
    "nl": "nld dut dutch nederlands нидерландский голландский",
    "pl": "pol polish polski польский",
    "pt": "por portuguese português португальский 葡萄牙语",
    "ro": "ron rum romanian румынский",
    "ru": "rus russian русский рус орыс орысша 俄语 俄文",
    "sr": "srp serbian сербский",
    "tg": "tgk tajik таджикский",
    "tk": "tuk turkmen туркменский",
    "tr": "tur turkish türkçe турецкий түрік",
    "tt": "tat tatar татарский татарча",
    "ug": "uig uyghur uighur уйгурский 维吾尔语",
    "uk": "ukr ukrainian українська украинский",
    "ur": "urd urdu урду",
    "uz": "uzb uzbek узбекский oʻzbekcha ўзбекча өзбек",
    "vi": "vie vietnamese вьетнамский",
    "zh": "zho chi cmn chinese mandarin китайский қытай қытайша 中文 汉语 漢語 普通话 简体中文 繁體中文",
}
_NAMES = {name: code for code, names in _ALSO.items() for name in names.split()} | {c: c for c in _ISO_639_1.split()}


def code(name: str) -> str | None:
    """Two letters of the language that a code or name stands for; None where it is not understood.

    Examples
    --------
    >>> code("ru-RU"), code("Қазақша"), code("中文"), code("zho"), code("Russian language"), code("?")
    ('ru', 'kk', 'zh', 'zh', 'ru', None)
    """
    words = re.findall(r"[^\W_]+", name.casefold())
    return _NAMES.get(words[0]) if words else None


def english(code: str) -> str:
    """Name a language in English, by its code where it has no name here.

    Examples
    --------
    >>> english("kk"), english("it"), english("eo")
    ('Kazakh', 'Italian', '"eo"')
    """
    names = (name for name in _ALSO.get(code, "").split() if name.isascii() and len(name) > 3)
    return next(names, f'"{code}"').capitalize()


def normalise(column: pd.Series) -> pd.Series:
    """Codes of a column of languages; NA where a value is empty or not understood."""
    known = {value: code(value) for value in column.dropna().unique()}
    return column.map(known, na_action="ignore").astype("str")
