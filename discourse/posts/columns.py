"""Which column is which: by what the user named, by the header, by what is in it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from discourse.errors import DataError, UsageError
from discourse.posts.dates import share_of_dates

ROLES = ("text", "date", "author", "lang", "id")

_TEXT = (
    "text|full text|post text|message text|text of the post|текст|текст поста|текст сообщения|мәтін|мәтіні|文本|正文",
    "message|content|contents|body|post|caption|tweet|selftext|сообщение|содержание|пост|публикация|твит|"
    "жазба|хабарлама|мазмұны|内容|內容|消息|帖子|微博正文|推文",
    "comment|comments|description|комментарий|описание|пікір|сипаттама|评论|描述|留言",
)
_WEAK_TEXT = {"title", "headline", "subject", "заголовок", "название", "тақырып", "тақырыбы", "标题"}
_NAMES: dict[str, tuple[str, ...]] = {
    "date": (
        "date|datetime|date time|timestamp|created at|published at|post created|post created date|created|published|"
        "created time|created utc|creation time|publish date|published date|publication date|pubdate|post date|"
        "posted at|date published|date created|create time|дата|дата публикации|дата и время|дата создания|"
        "дата поста|опубликовано|күні|күн|дата күні|жарияланған күні|уақыты мен күні|日期|发布时间|发布日期|发表时间|"
        "创建时间|时间戳|日期时间|發布時間|發佈時間",
        "time|day|date utc|date unixtime|unix time|unixtime|время|день|уақыты|уақыт|时间|時間",
    ),
    "author": (
        "author|author name|username|user name|screen name|user screen name|автор|имя автора|авторы|作者|用户名|发布者",
        "user|account|account name|handle|channel|channel name|from|page name|nickname|аккаунт|канал|пользователь|"
        "источник канал|арна|пайдаланушы|тіркелгі|账号|账户|用户|频道|昵称|博主|帳號",
    ),
    "lang": ("lang|language|language code|lang code|язык|тіл|тілі|语言|语种|語言",),
    "id": (
        "post id|tweet id|message id|status id|comment id|id str|ид поста|ид сообщения|id поста|id сообщения|"
        "帖子id|微博id|消息id",
        "id|ид|идентификатор|нөмірі|编号|序号|編號",
    ),
}
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_SAMPLE = 1000
RUNNING = 40
"""Median length, in letters of an alphabet, from which a column is taken for running text."""


def find(
    values: pd.DataFrame,
    named: Mapping[str, str | None],
    file: str,
    known: Mapping[str, str] | None = None,
    origin: str = "",
) -> tuple[dict[str, str], list[str]]:
    """Find the columns of one file that play a role.

    Parameters
    ----------
    values : pandas.DataFrame
        The file's columns under their headers.
    named : mapping of str to str or None
        What the user named, by role: ``{"text": "answer"}``.
    file : str
        For messages.
    known : mapping of str to str, optional
        What the format of the file knows, by role; what the user named goes before it where the file has such
        a column, guesses after it.
    origin : str
        What knows it, for the sentences: ``Telegram export``.

    Returns
    -------
    tuple of (dict of str to str, list of str)
        Header by role (only the roles found), and one sentence for each column that the user did not name.

    Raises
    ------
    DataError
        A named column is not there, no column looks like text, or two do equally.
    UsageError
        One column is named for two roles.

    Examples
    --------
    >>> table = pd.DataFrame({"Дата": ["2025-01-02"], "Текст": ["Снег идёт"]}, dtype="str")
    >>> find(table, {}, "a.csv")[0]
    {'text': 'Текст', 'date': 'Дата'}
    """
    roles: dict[str, str] = {}
    notes: list[str] = []
    for role in ROLES:
        name = named.get(role)
        if name is not None and not (role in (known or {}) and not _alike(name, list(values.columns))):
            header = _named(name, list(values.columns), role, file)
            if header in roles.values():
                other = next(r for r, h in roles.items() if h == header)
                raise UsageError(f'column "{header}" is named for both --{other} and --{role}; name two columns')
            roles[role] = header
    for role in ROLES:
        header = (known or {}).get(role, "")
        if header and role not in roles and header not in roles.values():
            roles[role] = header
            if role != "id":  # whether it is used depends on its values
                notes.append(f'{role}: column "{header}" ({origin}).')
    for role in ("date", "author", "lang", "id"):
        if role not in roles:
            header = by_name(values, role, [h for h in values.columns if h not in roles.values()])
            if header:
                roles[role] = header
                if role != "id":
                    notes.append(f'{role}: column "{header}" (by its name).')
                if role == "date":
                    notes += _other_dates(values, header)
    if "date" not in roles:
        dated = _dated(values, list(roles.values()), file)
        if dated:
            roles["date"] = dated
            notes.append(f'date: column "{dated}" (by what is in it).')
    if "text" not in roles:
        header, how = _text(values, [h for h in values.columns if h not in roles.values()], file)
        roles["text"] = header
        notes.insert(0, f'text: column "{header}" ({how}).')
    return {role: roles[role] for role in ROLES if role in roles}, notes


def make(values: pd.DataFrame) -> Hashable:
    """Tell the make of a table, by which its columns play the same roles: headings, types, and which hold anything."""
    return tuple((header, column.dtype, _holds(column)) for header, column in values.items())


def _holds(column: pd.Series) -> bool:
    """Whether a column holds anything; the first cells mostly tell."""
    if column.dtype == "str":
        return any(isinstance(text, str) and text.strip() for text in column.iloc[:10]) or _filled(column) > 0
    return bool(column.notna().any())


def check_named(named: Mapping[str, str | None], files: Sequence[tuple[str, Sequence[str], Mapping[str, str]]]) -> None:
    """Refuse a name that no file has a column for.

    Parameters
    ----------
    named : mapping of str to str or None
        What the user named, by role.
    files : sequence of (str, sequence of str, mapping of str to str)
        Name, headers and header by role of each file.

    Raises
    ------
    DataError
        A named column is in none of them.
    """
    for role, name in named.items():
        if name is not None and not any(_alike(name, [roles.get(role, "")]) for _, _, roles in files):
            _named(name, files[0][1], role, files[0][0])


def _alike(name: str, there: Sequence[str]) -> list[str]:
    """Headers that are a name as typed, or else those alike but for case and spaces."""
    return [name] if name in there else [header for header in there if plain(header) == plain(name)]


def _named(name: str, there: Sequence[str], role: str, file: str) -> str:
    """Find the header the user means: as typed, or the only one alike but for case and spaces."""
    alike = _alike(name, there)
    if len(alike) == 1:
        return alike[0]
    close = difflib.get_close_matches(name, there, n=1, cutoff=0.5)
    hint = f" Did you mean --{role} {_quoted(close[0])}?" if close else f" Type --{role} with one of these."
    raise DataError(f'{file}: there is no column "{name}". The columns are: {", ".join(there)}.{hint}')


def plain(header: str) -> str:
    """Reduce a header to its lower-case words with single spaces.

    Examples
    --------
    >>> plain("created_at") == plain("Created At")
    True
    """
    spaced = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", unicodedata.normalize("NFKC", header))
    return " ".join(re.findall(r"[^\W_]+", spaced.casefold()))


def _quoted(header: str) -> str:
    """Write a header as it is typed in a shell."""
    return header if re.fullmatch(r"[\w.-]+", header) else f"'{header}'"


def by_name(values: pd.DataFrame, role: str, free: Sequence[str]) -> str:
    """Find the header of a role by its name, the commonest name first; "" for none.

    An empty column is passed over, and so is one called like a date that holds none, unless there is no other
    and its name leaves no doubt.

    Parameters
    ----------
    values : pandas.DataFrame
    role : {"text", "date", "author", "lang", "id"}
    free : sequence of str
        Headers that may play it.
    """
    called = {header: plain(header) for header in free}
    sure = ""
    for tier in _TEXT if role == "text" else _NAMES[role]:
        for name in tier.split("|"):
            for header in free:
                if called[header] != name or not _filled(values[header]):
                    continue
                if role != "date" or share_of_dates(_sample(values[header]), bare_numbers=True) > 0.5:
                    return header
                if tier is _NAMES["date"][0]:
                    sure = sure or header
    return sure


def _other_dates(values: pd.DataFrame, chosen: str) -> list[str]:
    """Name the columns that by name and content might as well have been the date."""
    tier = next((tier.split("|") for tier in _NAMES["date"] if plain(chosen) in tier.split("|")), [])
    others = [
        header
        for header in values.columns
        if header != chosen
        and plain(header) in tier
        and _filled(values[header])
        and share_of_dates(_sample(values[header]), bare_numbers=True) > 0.5
    ]
    return [f'date: "{header}" holds dates too; to use it, type --date {_quoted(header)}' for header in others]


def _filled(column: pd.Series) -> float:
    """Share of a column's cells that hold anything."""
    filled = column.notna()
    if column.dtype == "str":
        filled &= column.str.strip() != ""
    return float(filled.mean())


def _sample(column: pd.Series) -> pd.Series:
    """Up to a thousand values, evenly spread over the column."""
    return column.iloc[:: max(1, len(column) // _SAMPLE)].head(_SAMPLE)


def _dated(values: pd.DataFrame, taken: Sequence[str], file: str) -> str:
    """Find the one column whose values are written as dates, or an empty string."""
    found = [h for h in values.columns if h not in taken and share_of_dates(_sample(values[h])) >= 0.9]
    if len(found) > 1:
        raise DataError(
            f"{file}: several columns hold dates ({', '.join(found)}), and none is called date. "
            f"Type --date {_quoted(found[0])} or --date {_quoted(found[1])}"
        )
    return found[0] if found else ""


def _text(values: pd.DataFrame, free: Sequence[str], file: str) -> tuple[str, str]:
    """Header of the text column, by its name or else by holding the only running text."""
    wordy = {header: wordiness(_sample(values[header])) for header in free}
    called = {header: plain(header) for header in free}
    exact = [h for h in free if called[h] in _TEXT[0].split("|")]
    if len(exact) == 1:  # a column that says it is the text is taken at its word, whatever is in it
        return exact[0], "by its name"
    holds = [header for header in free if wordy[header] > 0]
    for tier in _TEXT:
        found = [h for h in holds if called[h] in tier.split("|")]
        if len(found) > 1:
            raise _two_texts(found, file)
        if found:
            return found[0], "by its name"
    holds = [header for header in holds if _varies(_sample(values[header]))]
    running = [h for h in holds if wordy[h] >= RUNNING and called[h] not in _WEAK_TEXT and _filled(values[h]) >= 0.5]
    if len(running) > 1:
        raise _two_texts(sorted(running, key=lambda h: -wordy[h]), file)
    if running and len(running[0]) >= RUNNING and len(running[0].split()) > 4:
        raise DataError(
            f"{file}: the first line seems to be a post, not a line of headings ({_quoted(running[0][:60] + '…')}). "
            "Write a line such as text or text,date above it."
        )
    if running:
        return running[0], "the only one with running text"
    partly = [h for h in holds if set(called[h].split()) & set(_TEXT[0].split("|"))]
    weak = [h for h in holds if called[h] in _WEAK_TEXT]
    rest = partly or weak or [h for h in holds if len(holds) == 1 or wordy[h] >= 15]
    if len(rest) > 1:
        raise _two_texts(sorted(rest, key=lambda h: -wordy[h]), file)
    if rest:
        return rest[0], "by its name" if partly or weak else "the only one with words in it"
    _no_header(values, file)
    raise DataError(
        f"{file}: no column looks like the text of posts. The columns are: {', '.join(values.columns)}. "
        "Type --text with the name of the one that holds it."
    )


def _two_texts(found: Sequence[str], file: str) -> DataError:
    return DataError(
        f"{file}: {len(found)} columns may be the text of the posts: {', '.join(found)}. "
        f"Type --text {_quoted(found[0])} or --text {_quoted(found[1])}"
    )


def wordiness(sample: pd.Series) -> float:
    """Tell the median length of a column's texts, a Chinese character counting as two and a half letters.

    0 for a column that is no text: numbers, dates, links.
    """
    if sample.dtype != "str":
        return 0.0
    texts = sample.dropna().str.strip()
    texts = texts[texts != ""]
    if texts.empty:
        return 0.0
    words = texts[~texts.str.fullmatch(r"https?://\S+|[\d\s.,:+%/-]+")]
    if len(words) < 0.5 * len(texts) or share_of_dates(words.head(50)) > 0.5:
        return 0.0
    return float(pd.Series([len(text) + 1.5 * len(_HAN.findall(text)) for text in words]).median())


def _varies(sample: pd.Series) -> bool:
    """Whether a column says something else in most rows, as no column of categories does."""
    given = sample.dropna()
    return len(given) < 20 or given.nunique() >= 0.05 * len(given)


def check_header(values: pd.DataFrame, file: str) -> None:
    """Refuse a table whose first row holds values instead of column names.

    Raises
    ------
    DataError
        A header is a number, a date or a link, and none is a name that is known.
    """
    known = {name for tiers in (_TEXT, *_NAMES.values()) for tier in tiers for name in tier.split("|")}
    if not any(plain(header) in known | _WEAK_TEXT for header in values.columns):
        _no_header(values, file)


def _no_header(values: pd.DataFrame, file: str) -> None:
    for header in values.columns:
        bare = re.sub(r"_\d+$", "", header)
        if (
            re.fullmatch(r"-?\d+(?:[.,]\d+)?|https?://\S+", bare)
            or len(header) > 200
            or (share_of_dates(pd.Series([bare], dtype="str")) == 1.0)
        ):
            raise DataError(
                f'{file}: the first row seems to hold values and not column names ("{header[:60]}"). '
                "Put a row with names on top, for example: date,text"
            )
