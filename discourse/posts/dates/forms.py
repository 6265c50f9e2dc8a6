"""The ways in which people and programs write a date, as patterns, and the names of the months."""

from __future__ import annotations

import re

MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_NAMES = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
    "январ": 1,
    "феврал": 2,
    "март": 3,
    "апрел": 4,
    "май": 5,
    "мая": 5,
    "мае": 5,
    "июн": 6,
    "июл": 7,
    "август": 8,
    "сентябр": 9,
    "октябр": 10,
    "ноябр": 11,
    "декабр": 12,
    "қаңтар": 1,
    "ақпан": 2,
    "наурыз": 3,
    "сәуір": 4,
    "мамыр": 5,
    "маусым": 6,
    "шілде": 7,
    "тамыз": 8,
    "қыркүйек": 9,
    "қазан": 10,
    "қараша": 11,
    "желтоқсан": 12,
}
"""Months in English, Russian (without the case ending) and Kazakh."""

_CLOCK = r"(?P<h>\d{1,2}):(?P<i>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
_HOURS = (
    "hst-10 akst-9 akdt-8 pst-8 pdt-7 mst-7 mdt-6 cst-6 cdt-5 est-5 edt-4 wet+0 west+1 bst+1 cet+1 cest+2 wat+1 cat+2 "
    "sast+2 eet+2 eest+3 eat+3 msk+3 msd+4 pkt+5 wib+7 wita+8 wit+9 hkt+8 awst+8 jst+9 kst+9 acst+9.5 acdt+10.5 "
    "aest+10 aedt+11 nzst+12 nzdt+13"
)
ZONES = {name: float(hours) for name, hours in re.findall(r"([a-z]+)(\S+)", _HOURS)}
"""Hours from UTC of the abbreviations that RFC 2822 and the time zone database use, where they mean one zone.

IST is not among them (India, Israel and Ireland use it). CST is North America's, as RFC 2822 has it, BST Britain's.
"""

_ZONE = rf"(?P<o>z|utc|gmt|{'|'.join(ZONES)}|(?:utc|gmt)?[+-]\d{{1,2}}:?(?:\d{{2}})?)"
_TIME = rf"(?:(?:[t, ]|at |в |сағат )*{_CLOCK} ?(?P<p>[ap]\.?m\.?)?(?: ?\(?{_ZONE}\)?(?: utc)?)?)?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|-?го|-?е)?"
_MONTH = r"(?P<n>\p{L}{3,})\.?"
_WEEKDAY = r"(?:\p{L}{2,}\.?,? )?"
_YEAR = r"(?P<y>\d{4})(?: ?(?:г\.?|года|году|ж\.?|жыл\p{L}*))?"

FORMS = (
    # 2024-03-05, 2024/3/5 10:30, 2024-03-05T10:30:00Z
    rf"^(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}$",
    # 2024-W05, 2024-W05-3, 2024W053
    r"^(?P<y>\d{4})-?w(?P<w>\d{2})(?:-?(?P<d>[1-7]))?$",
    # 20240305T103000Z
    rf"^(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}})t(?P<h>\d{{2}}):?(?P<i>\d{{2}}):?(?P<s>\d{{2}})?{_ZONE}?$",
    # 05.03.2024, 3/5/24 10:30 PM: day-first or month-first
    rf"^(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}})(?: ?г\.?| ?ж\.?)?{_TIME}$",
    # Tue, 5 March 2024 10:30:00 +0000; 5 марта 2024 г., 10:30; 5-Mar-2024; 5 наурыз 2024
    rf"^{_WEEKDAY}{_DAY}[ .-]+(?:of )?{_MONTH},?[ -]+{_YEAR}{_TIME}$",
    # March 5, 2024 at 10:30 PM
    rf"^{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}{_TIME}$",
    # Tue Mar 05 10:30:00 +0000 2024
    rf"^\p{{L}}{{3}} {_MONTH} {_DAY} {_CLOCK} ?{_ZONE}? (?P<y>\d{{4}})$",
    # 2024 жылғы 5 наурыз
    rf"^(?P<y>\d{{4}}) ?(?:жыл\p{{L}}*|ж\.?) {_DAY}[ -]{_MONTH}{_TIME}$",
    # 2024年3月5日 下午3:30, 2024年3月5日15时30分
    r"^(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号號]?(?: ?(?:星期|周|週)[一二三四五六日天])?"
    r" ?(?P<p>上午|下午)?(?: ?(?P<h>\d{1,2}) ?[:：时時点點] ?(?:(?P<i>\d{1,2}) ?分?(?:[:：]?(?P<s>\d{1,2})秒?)?)?)?$",
)
"""Patterns (RE2, on lower-case trimmed text), each whole; groups: y m d, w (week), a b (order open), n (month name),
h i s f (time and fraction), p (half of the day), o (offset from UTC)."""


def month(word: str) -> int:
    """Tell the number of the month that a lower-case word names: whole, abbreviated or with a case ending; 0 for none.

    Examples
    --------
    >>> month("марта"), month("sept"), month("қаң"), month("monday")
    (3, 9, 1, 0)
    """
    for name, number in _NAMES.items():
        if name.startswith(word) or (word.startswith(name) and len(word) <= len(name) + 3):
            return number
    return 0
