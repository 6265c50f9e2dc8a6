"""Which column is which."""

import pandas as pd
import pytest

from discourse.errors import DataError, UsageError
from discourse.posts.columns import ROLES, check_header, find

LONG = [
    "The government announced a new programme of support for small businesses today",
    "Snow is expected in the north of the country over the coming weekend, they said",
    "A new school for eight hundred pupils opened its doors in the capital on Monday",
]
SHORT = ["Support", "Snow", "School"]
DAYS = ["2025-01-01", "2025-01-02", "2025-01-03"]


def table(**columns):
    return pd.DataFrame({name.replace("__", " "): pd.Series(values) for name, values in columns.items()})


def roles(values, **named):
    return find(values, named, "a.csv")[0]


@pytest.mark.parametrize(
    ("text", "date", "author", "lang", "id_"),
    [
        ("text", "created_at", "author", "lang", "id"),
        ("Full Text", "Published At", "User Name", "Language", "Tweet_ID"),
        ("content", "timestamp", "channel", "lang", "message_id"),
        ("Текст", "Дата", "Автор", "Язык", "ид"),
        ("Сообщение", "Дата публикации", "Канал", "язык", "ID поста"),
        ("мәтін", "күні", "автор", "тіл", "нөмірі"),
        ("内容", "发布时间", "作者", "语言", "编号"),
        ("正文", "日期", "账号", "语言", "id"),
    ],
)
def test_usual_headers_in_four_languages(text, date, author, lang, id_):
    values = pd.DataFrame(
        {
            id_: ["1", "2", "3"],
            lang: ["en"] * 3,
            author: ["a", "b", "a"],
            date: DAYS,
            text: LONG,
            "likes": ["1", "2", "3"],
        }
    )
    found, notes = find(values, {}, "a.csv")
    assert found == dict(zip(ROLES, (text, date, author, lang, id_), strict=True))
    assert notes[0] == f'text: column "{text}" (by its name).'


def test_columns_without_telling_names_are_found_by_content():
    values = table(q1=["1", "2", "3"], q2=DAYS, q3=LONG, q4=["https://example.org/a"] * 3)
    found, notes = find(values, {}, "a.csv")
    assert found == {"text": "q3", "date": "q2"}
    assert notes == ['text: column "q3" (the only one with running text).', 'date: column "q2" (by what is in it).']


def test_a_title_is_the_text_only_where_there_is_nothing_longer():
    assert roles(table(date=DAYS, title=SHORT))["text"] == "title"
    assert roles(table(date=DAYS, title=SHORT, story=LONG))["text"] == "story"
    assert roles(table(date=DAYS, title=LONG, text=SHORT))["text"] == "text"


@pytest.mark.parametrize(
    "names", [("question", "answer"), ("text", "Текст"), ("content", "message"), ("text_en", "text_ru")]
)
def test_two_equal_texts_are_refused_with_both_named(names):
    values = pd.DataFrame({"date": DAYS, names[0]: LONG, names[1]: LONG[::-1]})
    with pytest.raises(DataError) as refused:
        roles(values)
    for name in names:
        assert f"--text {name}" in str(refused.value)
        assert roles(values, text=name)["text"] == name


def test_a_named_column_wins_and_is_found_whatever_its_case():
    values = table(date=DAYS, text=SHORT, Post__Body=LONG)
    assert roles(values, text="Post Body")["text"] == "Post Body"
    assert roles(values, text="post_body")["text"] == "Post Body"


def test_a_named_column_that_is_absent_is_refused_with_the_closest():
    with pytest.raises(DataError, match=r"no column \"txt\".*date, text.*Did you mean --text text"):
        roles(table(date=DAYS, text=LONG), text="txt")
    with pytest.raises(UsageError, match="both --text and --date"):
        roles(table(date=DAYS, text=LONG), text="text", date="text")


def test_two_columns_of_dates_without_a_name_are_refused():
    with pytest.raises(DataError, match="--date begin or --date end"):
        roles(table(begin=DAYS, end=DAYS, text=LONG))
    assert roles(table(begin=DAYS, date=DAYS, text=LONG))["date"] == "date"


def test_numbers_are_not_taken_for_dates_by_content():
    assert "date" not in roles(table(likes=[45000, 45001, 45002], text=LONG))
    assert roles(table(date=[45000, 45001, 45002], text=LONG))["date"] == "date"


def test_a_column_called_date_that_holds_none_gives_way():
    weekday = ["Mon", "Tue", "Wed"]
    assert roles(table(date=weekday, time=["1709634600"] * 3, text=LONG))["date"] == "time"
    assert roles(table(date=weekday, time=["10:30"] * 3, text=LONG))["date"] == "date"
    assert "date" not in roles(table(time=["10:30"] * 3, text=LONG))


def test_a_column_called_text_is_taken_at_its_word_even_where_all_posts_are_alike():
    assert roles(table(date=DAYS * 20, text=["same"] * 60))["text"] == "text"


def test_numbers_called_post_are_no_text():
    assert roles(table(post=["1", "2", "3"], story=LONG))["text"] == "story"


def test_nothing_like_a_text_is_refused_with_the_columns_there_are():
    with pytest.raises(DataError, match=r"no column looks like the text.*date, n.*--text"):
        roles(table(date=DAYS, n=["1", "2", "3"]))


@pytest.mark.parametrize("header", ["2025-01-01", "17", "https://example.org/1", "x" * 300])
def test_a_first_row_of_values_is_no_header(header):
    values = pd.DataFrame({header: DAYS, "something": LONG})
    with pytest.raises(DataError, match="first row seems to hold values"):
        check_header(values, "a.csv")
    check_header(table(date=DAYS, text=LONG), "a.csv")
    check_header(pd.DataFrame({"text": LONG, "2025": ["1", "2", "3"]}), "a.csv")


def test_a_second_column_of_dates_is_named():
    values = table(created__at=DAYS, published__at=DAYS[::-1], text=LONG)
    found, notes = find(values, {}, "a.csv")
    assert found["date"] == "created at"
    assert "date: \"published at\" holds dates too; to use it, type --date 'published at'" in notes
    assert not any("holds dates too" in note for note in find(values, {"date": "created at"}, "a.csv")[1])
    assert not any("holds dates too" in note for note in find(table(date=DAYS, day=DAYS, text=LONG), {}, "a.csv")[1])


def test_what_a_format_knows_goes_before_guesses_and_after_the_user():
    values = table(text=SHORT, body=LONG, date=DAYS, stamp=DAYS)
    known = {"text": "body", "date": "stamp"}
    found, notes = find(values, {}, "a.csv", known, "4CAT export")
    assert found == {"text": "body", "date": "stamp"}
    assert notes == ['text: column "body" (4CAT export).', 'date: column "stamp" (4CAT export).']
    assert find(values, {"text": "text"}, "a.csv", known, "4CAT export")[0] == {"text": "text", "date": "stamp"}
    assert find(values, {"date": "body", "text": "text"}, "a.csv", known, "x")[0]["date"] == "body"
