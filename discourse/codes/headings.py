"""Which columns of a table of codes are what: the post, who coded it, and the codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from discourse.codes.cells import are_marks, separator, split
from discourse.codes.decisions import CodeColumn, writes_no
from discourse.errors import DataError
from discourse.posts.audit.codes import MOST_VALUES, filled_by_program
from discourse.posts.columns import RUNNING, by_name, plain, wordiness
from discourse.posts.dates import share_of_dates

_POSTS_A_VALUE = 5
_LONGEST = 60
_IDENTIFIERS = 20
"""Rows from which a column with another value in each, or the same in all, is none of codes."""
_WORDY = 15
"""Median length in letters from which a column called body or content is believed to hold texts."""


def _names(joined: str) -> frozenset[str]:
    return frozenset(joined.split("|"))


_CODER = _names(
    "coder|coders|coder name|coded by|rater|annotator|кодер|кодировщик|кодировщица|разметчик|аннотатор|"
    "кодтаушы|кодтаған|аннотатор аты|编码员|编码者|标注员|标注者|评分者|المرمز"
)
_CODE = _names("code|codes|label|tag|category|код|коды|метка|категория|кодтар|санат|代码|编码|标签|类别|الرمز|رمز")
_SCHEME = _names("scheme|variable|codebook|схема|переменная|айнымалы|сызба|变量|方案|المتغير")
_VALUE = _names("value|значение|мәні|мән|值|القيمة")
_QUOTE = _names("quote|quotation|segment|excerpt|snippet|coded text|цитата|фрагмент|дәйексөз|үзінді|引文|片段|اقتباس")
_NOTE = _names(
    "note|notes|comment|comments|remark|remarks|memo|заметка|заметки|примечание|комментарий|комментарии|ескерту|"
    "ескертпе|пікір|备注|注释|评论|ملاحظة"
)
_TEXT = _names("text|full text|post text|текст|мәтін|文本|正文")
_ID = _names("document id|doc id|item id|unit id|unit|item")
_BESIDE = _names("platform|платформа|平台|sheet|source file|source row|row|index|order|no|nr|номер|case|respondent")
_FOUND = ("theme", "label", "strength")
"""Columns that `discourse export` adds."""
_SHEET = frozenset({"sample", "post id"})
"""Columns that tell a coding sheet made by `discourse sample`."""
_GIVEN = _SHEET | {"number", "lang", "date", "text"}
"""Its columns in which nothing is asked."""

_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[（]\s*([^()\[\]（）]+?)\s*[)\]）]")
_LETTER = re.compile(
    r"(.*[^\W_])[\s_.-]+([A-Z]|(?:coder|rater|annotator|кодер|кодировщик|编码员|标注员|c|r)[\s_]?\w{1,2})"
)
_NAME = re.compile(r"(.*[^\W_])_([^\W\d_]{2,})")


@dataclass(frozen=True)
class Headings:
    """What the columns of a table of codes are.

    Attributes
    ----------
    id, text, quote, coder : str
        Header of each, "" where there is none.
    sheet : bool
        Whether it is a coding sheet made by `discourse sample`.
    columns : list of CodeColumn
        Columns of codes of a table with a row a post; empty where it has a row a code.
    code, scheme, value : str
        Headers of a table with a row a code.
    notes : list of str
        What was passed over or decided, in sentences.
    """

    id: str
    text: str
    quote: str
    coder: str
    sheet: bool
    columns: list[CodeColumn]
    code: str
    scheme: str
    value: str
    notes: list[str]


def headings(values: pd.DataFrame, file: str, format: str) -> Headings:
    """Find out what each column is, by its heading and by what is in it.

    Parameters
    ----------
    values : pandas.DataFrame
        Texts, as `discourse.codes.cells.texts` makes them.
    file : str
        For messages.
    format : str
        What the reader of the file calls its format, for columns that a program fills.

    Returns
    -------
    Headings

    Raises
    ------
    DataError
        No column names the posts, or none holds codes.
    """
    called = {header: plain(header) for header in values.columns}

    def first(names: frozenset[str]) -> str:
        return next((header for header, name in called.items() if name in names), "")

    coder, quote = first(_CODER), first(_QUOTE)
    notes_of_coders = [header for header, name in called.items() if name in _NOTE]
    free = [header for header in values.columns if header not in (coder, quote, *notes_of_coders)]
    id = by_name(values, "id", free) or first(_ID)
    text = by_name(values, "text", [header for header in free if header != id])
    if text and called[text] not in _TEXT and wordiness(values[text]) < _WORDY:
        text = ""
    if not (id or text or quote):
        text = _running(values, [*free, *notes_of_coders])
    if not (id or text or quote):
        raise DataError(
            f"{file}: no column says which posts were coded. The columns are: {_listed(list(values.columns))}. "
            "Call the one with the identifiers post_id, or the one with the texts text."
        )
    roles = {coder, quote, id, text, *notes_of_coders} - {""}
    roles |= {by_name(values, role, [h for h in free if h not in roles]) for role in ("date", "author", "lang")} - {""}
    if set(_FOUND) <= set(called.values()):
        roles |= {header for header, name in called.items() if name in (*_FOUND, "duplicate of")}
    code, scheme, value = (next((h for h in values.columns if h not in roles and called[h] in names), "")
                           for names in (_CODE, _SCHEME, _VALUE))  # fmt: skip
    sheet = is_sheet(values)
    if not sheet and _is_long(values, [id or text, coder], code, scheme, value, quote):
        notes = _passed(values, [h for h in values.columns if h not in roles | {code, scheme, value}], "is no code")
        return Headings(id, text, quote, coder, False, [], code or value, scheme, value if code else "", notes)
    roles |= {header for header, name in called.items() if name in _GIVEN} if sheet else set()
    rest = [header for header in values.columns if header not in roles]
    ids = set(values[id]) if id else set()
    reasons = {header: _no_codes(values[header], header, called[header], format, ids) for header in rest}
    columns, notes = _columns(values, [header for header in rest if not reasons[header]], sheet)
    if sheet and not columns and all(reasons[header] == "is empty" for header in rest):
        raise DataError(f"{file}: nothing is filled in yet. Fill in a column of codes: {_listed(rest)}.")
    if not columns:
        raise DataError(
            f"{file}: no column holds codes. The columns are: {_listed(list(values.columns))}. "
            "A column of codes has few different values, or 1 and 0."
        )
    for reason in dict.fromkeys(filter(None, reasons.values())):
        notes += _passed(values, [header for header in rest if reasons[header] == reason], reason)
    return Headings(id, text, quote, coder, sheet, columns, "", "", "", notes)


def is_sheet(values: pd.DataFrame) -> bool:
    """Tell by its headings whether a table is a coding sheet made by `discourse sample`.

    Examples
    --------
    >>> is_sheet(pd.DataFrame(columns=["number", "sample", "post_id", "text", "UN"]))
    True
    """
    return set(map(plain, values.columns)) >= _SHEET


def questions(values: pd.DataFrame) -> list[str]:
    """List the columns of a coding sheet that may be questions: all but what stands there already, coders and notes.

    Examples
    --------
    >>> questions(pd.DataFrame(columns=["number", "sample", "post_id", "text", "UN", "note"]))
    ['UN']
    """
    return [header for header in values.columns if plain(header) not in _GIVEN | _CODER | _NOTE]


def _running(values: pd.DataFrame, free: Sequence[str]) -> str:
    """Find the column with the longest running text; "" where there is none."""
    lengths = {header: wordiness(values[header]) for header in free}
    longest = max(lengths, key=lambda header: lengths[header], default="")
    return longest if longest and lengths[longest] >= RUNNING else ""


def _is_long(values: pd.DataFrame, key: list[str], code: str, scheme: str, value: str, quote: str) -> bool:
    """Tell whether a table has a row a code: it names a scheme, a value or a quotation, or a coder has a post twice."""
    if not code:
        return bool(scheme and value)
    twice = values[[header for header in key if header]].duplicated().any() if any(key) else False
    return bool(scheme or value or quote or twice)


def _no_codes(cells: pd.Series, header: str, called: str, format: str, ids: set[str]) -> str:
    """Say why a column holds no codes; "" where it does."""
    filled = cells[cells != ""]
    if filled.empty:
        return "is empty"
    if called in _BESIDE or filled_by_program(header, [format]):
        return "is no code by its heading"
    if are_marks(cells):
        return ""
    some = filled.head(1000)
    if some.str.match(r"https?://").mean() > 0.5 or share_of_dates(some) > 0.5:
        return "holds dates or links"
    if some.str.fullmatch(r"-?\d*[.,]\d+").mean() > 0.5:
        return "holds measurements"
    if len(filled) >= 2 and filled.isin(ids).all():
        return "holds identifiers of posts"
    codes = split(cells, separator(cells))
    if (codes.str.len() > _LONGEST).mean() > 0.1:
        return "holds running text"
    different = codes.nunique()
    if different > MOST_VALUES and len(codes) < _POSTS_A_VALUE * different:
        return "has too many different values for codes"
    if different == len(codes) >= _IDENTIFIERS:
        return "has another value in each row"
    if different == 1 and len(filled) == len(cells) >= _IDENTIFIERS and called not in _CODE:
        return "says the same in every row"
    return ""


def _columns(values: pd.DataFrame, headers: list[str], sheet: bool) -> tuple[list[CodeColumn], list[str]]:
    """Tell which scheme, code and coder each column of codes stands for."""
    whose = _coders(values, headers)
    marks = [header for header in headers if are_marks(values[header])]
    bases = {header: whose[header][0] for header in marks}
    schemes = {header: ("", base) for header, base in bases.items()} if sheet else _prefixed(bases)
    spelled = [header for header in marks if writes_no(values[header])]
    partly = values[spelled] == ""
    apart = sheet or bool((partly.any(axis=1) & ~partly.all(axis=1)).any())
    lone = len({whose[header][0] for header in headers if header not in marks}) == 1 and not marks
    found = []
    for header in headers:
        base, coder = whose[header]
        if header not in marks:
            scheme = "" if lone and plain(base) in _CODE else base
            found.append(CodeColumn(header, scheme, "", coder, blank_is_no=not sheet))
            continue
        scheme, code = schemes[header]
        own = sheet or (apart and header in spelled)
        found.append(CodeColumn(header, code if own else scheme, code, coder, not sheet and header not in spelled))
    notes = []
    if coders := list(dict.fromkeys(coder for _, coder in whose.values() if coder)):
        named = [header for header in headers if whose[header][1]]
        notes.append(f"{_listed(named)}: read as the codes of {len(coders)} coders, {', '.join(coders)}.")
    if apart and not sheet:
        notes.append(
            f"{_listed(spelled)}: some cells are empty where others of the row say yes or no. Each is a scheme of its "
            "own, and an empty cell is no decision."
        )
    return found, notes


def _prefixed(bases: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Scheme and code of columns of marks: what stands before a colon or a slash, where several share it."""
    parts = {base: re.split(r"\s*[:/：]\s*", base, maxsplit=1) for base in bases.values()}
    prefixes = [part[0] for part in parts.values() if len(part) == 2 and all(part)]
    return {
        header: (parts[base][0], parts[base][1]) if prefixes.count(parts[base][0]) > 1 else ("", base)
        for header, base in bases.items()
    }


def _coders(values: pd.DataFrame, headers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Heading without its coder, and the coder, of each column: ``dimension (Anna)``, ``dimension_A``.

    Names after an underscore are coders only where two columns or more have the same ones, and share their codes.
    """
    for pattern in (_IN_BRACKETS, _LETTER):
        found = {header: match.groups() for header in headers if (match := pattern.fullmatch(header))}
        shared = {base for base, _ in found.values() if sum(base == other for other, _ in found.values()) > 1}
        if shared:
            return {h: found[h] if h in found and found[h][0] in shared else (h, "") for h in headers}  # type: ignore[misc]
    named = {header: match.groups() for header in headers if (match := _NAME.fullmatch(header))}
    by_base: dict[str, dict[str, str]] = {}
    for header, (base, coder) in named.items():
        by_base.setdefault(base, {})[coder] = header
    for columns in by_base.values():
        same = [other for other in by_base if set(by_base[other]) == set(columns)]
        if len(columns) > 1 and len(same) > 1 and all(_share_codes(values, by_base[one].values()) for one in same):
            return {h: named[h] if h in named and named[h][0] in same else (h, "") for h in headers}  # type: ignore[misc]
    return {header: (header, "") for header in headers}


def _share_codes(values: pd.DataFrame, headers: Iterable[str]) -> bool:
    """Tell whether columns hold codes of one codebook: none of them marks, and a code that all have."""
    columns = [values[header] for header in headers]
    each = [set() if are_marks(cells) else set(split(cells, separator(cells))) for cells in columns]
    return bool(set.intersection(*each))


def _passed(values: pd.DataFrame, headers: Sequence[str], reason: str) -> list[str]:
    return [f"passed over, since it {reason}: {_listed(headers)}."] if headers else []


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(f'"{header}"' for header in headers[:8])
    return f"{shown} and {len(headers) - 8} more" if len(headers) > 8 else shown
