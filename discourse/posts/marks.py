"""What posts carry besides words: links, e-mail addresses, @handles, hashtags.

One set of patterns for the whole package. Each takes time linear in the length of the text: what repeats is
bounded or possessive.
"""

from __future__ import annotations

import re

_TOP = (
    r"(?:com|org|net|info|news|media|tv|me|io|ly|gl|gd|be|co|app|live|ru|рф|su|kz|қаз|uz|kg|ua|by|cn|中国|hk|tw|mo|"
    r"jp|kr|uk|us|eu|de|fr|es|it|pt|br|tr|in|int|gov|mil|edu)"
)
_IN_LINK = r"[^\s<>\"«»“”‘’（），。；！？：、《》「」【】\u2e80-\u9fff\uac00-\ud7ff]"
_SITE = "[a-zа-яё0-9-]"
LINK = re.compile(  # Chinese text stands before and behind a link without a space
    rf"(?<![a-z0-9])https?:[ ]?/{{1,2}}[ ]?{_IN_LINK}*+|(?<![a-z0-9])www\.{_IN_LINK}*+"
    rf"|(?<![a-zа-яё0-9_@.-])(?:{_SITE}{{1,63}}+\.){{1,4}}{_TOP}/{_IN_LINK}*+",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    rf"(?<![a-z0-9_.+-])[a-z0-9_.+-]{{1,64}}+@(?:{_SITE}{{1,63}}+\.){{1,4}}[a-zа-яё]{{2,24}}(?![a-z0-9_@])",
    re.IGNORECASE,
)
MENTION = re.compile(r"(?<![a-z0-9_@＠])[@＠](?:[a-z0-9_](?:[a-z0-9_.]{0,62}[a-z0-9_])?|\w{1,64})", re.IGNORECASE)
IN_PASSING = re.compile(
    rf"{LINK.pattern}|(?<![\w@＠])\b(?:RT|MT)[ ]?:?[ ]?{MENTION.pattern}(?:[ ]?:)?"
    rf"|\(?\b(?:via|vía|h/t|cc)[ ]?:?[ ]?{MENTION.pattern}\)?"
    rf"|{ADDRESS.pattern}|{MENTION.pattern}(?::(?=\s|$))?",
    re.IGNORECASE,
)
"""All that stands in a text but is not said in it: links, addresses and handles with the "RT" or "via" before."""

_IN_HASHTAG = "[\\w\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u109f\u200c]"  # marks on letters too
HASHTAG = re.compile(rf"(?<![\w#＃&])[#＃](?=[^\W\d]|\d{{1,20}}[^\W\d]){_IN_HASHTAG}{{1,140}}+(?:[#＃](?=\s|$))?")
