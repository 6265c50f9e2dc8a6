"""Dates in all the ways they are written."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import DataError, UsageError
from discourse.posts.dates import parse, share_of_dates


def one(text, **options):
    found = parse(pd.Series([text]), **options)
    return None if found.values.isna()[0] else found.values[0].isoformat()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-05", "2024-03-05T00:00:00"),
        ("2024-03-05T10:30", "2024-03-05T10:30:00"),
        ("2024-03-05 10:30:15.123456", "2024-03-05T10:30:15.123456"),
        ("2024-03-05T10:30:00Z", "2024-03-05T10:30:00"),
        ("2024-03-05T10:30:00+05:00", "2024-03-05T05:30:00"),
        ("2024-03-05 10:30:00 +0530", "2024-03-05T05:00:00"),
        ("2024-03-05 10:30:00 +0000 UTC", "2024-03-05T10:30:00"),
        ("20240305T103000Z", "2024-03-05T10:30:00"),
        ("2024-03-05 10:30:00 EST", "2024-03-05T15:30:00"),
        ("2024-07-05 10:30:00 PDT", "2024-07-05T17:30:00"),
        ("2024-03-05 10:30 GMT", "2024-03-05T10:30:00"),
        ("2024-03-05 10:30 UTC+5", "2024-03-05T05:30:00"),
        ("2024/3/5 9:05", "2024-03-05T09:05:00"),
        ("2024.03.05", "2024-03-05T00:00:00"),
        ("25.03.2024", "2024-03-25T00:00:00"),
        ("25.03.24, 10:30", "2024-03-25T10:30:00"),
        ("3/25/2024 10:30 PM", "2024-03-25T22:30:00"),
        ("03-25-2024 12:05:09 a.m.", "2024-03-25T00:05:09"),
        ("2 января 2024 г.", "2024-01-02T00:00:00"),
        ("2 января 2024 г. в 10:30", "2024-01-02T10:30:00"),
        ("12 мая 2024", "2024-05-12T00:00:00"),
        ("5 сент. 2024, 08:00", "2024-09-05T08:00:00"),
        ("вторник, 5 марта 2024 года", "2024-03-05T00:00:00"),
        ("2 қаңтар 2024", "2024-01-02T00:00:00"),
        ("2024 жылғы 2 желтоқсан", "2024-12-02T00:00:00"),
        ("2024 жылғы 2 наурызда 10:30", "2024-03-02T10:30:00"),
        ("Jan 2, 2024", "2024-01-02T00:00:00"),
        ("January 2, 2024 at 10:30\u202fPM", "2024-01-02T22:30:00"),
        ("2-Jan-2024", "2024-01-02T00:00:00"),
        ("2nd of January 2024", "2024-01-02T00:00:00"),
        ("Tue, 5 Mar 2024 10:30:00 +0000", "2024-03-05T10:30:00"),
        ("Wed Mar 12 08:00:00 +0000 2025", "2025-03-12T08:00:00"),
        ("Wed Mar 12 08:00:00 2025", "2025-03-12T08:00:00"),
        ("2024年1月2日", "2024-01-02T00:00:00"),
        ("2024年1月2日 10:30", "2024-01-02T10:30:00"),
        ("2024年01月02日星期二 下午3:30", "2024-01-02T15:30:00"),
        ("2024年1月2日15时30分", "2024-01-02T15:30:00"),
        ("20240305", "2024-03-05T00:00:00"),
        ("45292.5", "2024-01-01T12:00:00"),
        ("٢٠٢٤-٠٣-٠٥ ١٠:٣٠", "2024-03-05T10:30:00"),
        ("۲۵/۰۳/۲۰۲۴", "2024-03-25T00:00:00"),
        ("١٧٠٩٦٣٤٦٠٠", "2024-03-05T10:30:00"),
        ("2024-02-28 24:00", "2024-02-29T00:00:00"),
        ("2024-12-31T24:00:00+05:00", "2024-12-31T19:00:00"),
        ("31.12.2024 24:00", "2025-01-01T00:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59"),
        ("2024-W05", "2024-01-29T00:00:00"),
        ("2024-W05-3", "2024-01-31T00:00:00"),
        ("2025W011", "2024-12-30T00:00:00"),
        ("2020-W53-7", "2021-01-03T00:00:00"),
        ("2024-03-05T10:30:00+14:00", "2024-03-04T20:30:00"),
        ("2024-03-05T10:30:00-12:00", "2024-03-05T22:30:00"),
        ("1709634600", "2024-03-05T10:30:00"),
        ("1709634600123", "2024-03-05T10:30:00.123000"),
        ("1709634600123456", "2024-03-05T10:30:00.123456"),
    ],
)
def test_every_form_is_read(text, iso):
    assert one(text) == iso + "+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "31.02.2024",
        "2024-13-01",
        "2024-01-01 25:00",
        "2024-01-01 24:01",
        "2024-01-01 24:00:00.5",
        "2024-01-01 24:00 pm",
        "2024-01-01 12:30:60",
        "2024-01-01 12:59:61",
        "2024-03-05T10:30:00+99:00",
        "2024-03-05T10:30:00+15:30",
        "2024-03-05T10:30:00+14:01",
        "2024-03-05T10:30:00-12:30",
        "2024-03-05T10:30:00+05:75",
        "2024-W00",
        "2024-W53",
        "2021-W53-1",
        "2024-W05-8",
        "1402-10-11",
        "13:30 pm",
        "1969-12-31",
        "2101-01-01",
        "0001-01-01",
        "9999-99-99",
        "yesterday",
        "5 foo 2024",
        "2024",
        "12",
        "5",
        "99999999999999999999",
        "2024-01",
        "40/40/2024",
        "32 января 2024",
        "2024年1月",
        "nan",
        "-1",
    ],
)
def test_what_is_no_date_gets_a_reason(text):
    found = parse(pd.Series([text, "2024-01-01"]))
    assert found.values.isna().tolist() == [True, False]
    assert found.reasons.index.tolist() == [0]
    assert found.reasons[0]


def test_missing_values_are_told_from_unreadable_ones():
    found = parse(pd.Series(["", None, "  ", "soon"], dtype="str"))
    assert found.reasons.tolist() == ["no date"] * 3 + ["not a date in any form that is known"]


def test_one_number_above_twelve_decides_the_column():
    day = parse(pd.Series(["03/04/2024", "13/04/2024"]))
    month = parse(pd.Series(["03/04/2024", "04/13/2024"]))
    assert day.values.dt.strftime("%m-%d").tolist() == ["04-03", "04-13"]
    assert month.values.dt.strftime("%m-%d").tolist() == ["03-04", "04-13"]
    assert day.notes == ['dates are day-first (told by "13/04/2024")']


@pytest.mark.parametrize("separator", "./-")
def test_an_open_order_is_refused_with_both_readings(separator):
    text = separator.join(["03", "04", "2024"])
    with pytest.raises(DataError) as refused:
        parse(pd.Series([text, text]), where='a.csv, column "date"')
    for part in (text, "3 April", "4 March", "--date-order day-first", "month-first", "a.csv"):
        assert part in str(refused.value)
    assert one(text, order="day-first").startswith("2024-04-03")
    assert one(text, order="month-first").startswith("2024-03-04")


def test_an_order_that_changes_nothing_is_not_asked_for():
    assert one("05.05.2024").startswith("2024-05-05")


def test_a_named_order_rejects_what_contradicts_it():
    found = parse(pd.Series(["03/04/2024", "04/13/2024"]), order="day-first")
    assert found.values.isna().tolist() == [False, True]
    assert found.reasons[1] == "does not fit the day-first order of the other dates in the column"


def test_a_few_contradictions_are_rejected_and_many_refused():
    few = parse(pd.Series([f"{day}.05.2024" for day in range(13, 28)] + ["05.13.2024"]))
    assert few.values.isna().sum() == 1
    with pytest.raises(DataError, match="mix two orders"):
        parse(pd.Series(["13.05.2024", "05.13.2024"]))


def test_naive_times_are_local_and_others_are_converted():
    found = parse(pd.Series(["2024-03-05 10:30", "2024-03-05T10:30Z", "1709634600"]), timezone="Asia/Almaty")
    assert found.values[0].isoformat() == "2024-03-05T10:30:00+05:00"
    assert found.values[1] == pd.Timestamp("2024-03-05 10:30", tz="UTC") == found.values[2]


def test_hours_that_clocks_repeat_or_skip_have_a_time():
    found = parse(pd.Series(["2024-10-27 02:30", "2024-03-31 02:30"]), timezone="Europe/Berlin")
    assert [value.isoformat() for value in found.values] == ["2024-10-27T02:30:00+02:00", "2024-03-31T03:00:00+02:00"]


def test_typed_columns_pass():
    aware = pd.Series(pd.to_datetime(["2024-03-05T10:30:00+05:00", None]))
    naive = pd.Series(pd.to_datetime(["2024-03-05T10:30:00", "1950-01-01T00:00:00"]))
    assert parse(aware).values[0] == pd.Timestamp("2024-03-05 05:30", tz="UTC")
    assert parse(naive, timezone="Asia/Almaty").values[0].hour == 10
    assert parse(naive).reasons.tolist() == ["the year is outside 1970 to 2100"]
    numbers = parse(pd.Series([45292, 1709634600, np.nan, 20240230, 7]))
    assert numbers.values.isna().tolist() == [False, False, True, True, True]
    assert numbers.values[0].isoformat() == "2024-01-01T00:00:00+00:00"


def test_an_unknown_zone_or_order_is_a_usage_error():
    with pytest.raises(UsageError, match="Asia/Almaty"):
        parse(pd.Series(["2024-01-01"]), timezone="Asia/Almatty")
    with pytest.raises(UsageError, match="day-first"):
        parse(pd.Series(["2024-01-01"]), order="dmy")


def test_share_of_dates_ignores_bare_numbers():
    assert share_of_dates(pd.Series(["2024-01-01", "12.12.2024", "13.13.24", "x"])) == 0.5
    assert share_of_dates(pd.Series(["45292", "1709634600"])) == 0
    assert share_of_dates(pd.Series([45292])) == 0
    assert share_of_dates(pd.Series([], dtype="str")) == 0


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%B %d, %Y %I:%M:%S %p",
    "%Y年%m月%d日 %H:%M:%S",
]
MOMENTS = st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2100, 12, 30)).map(lambda m: m.replace(microsecond=0))


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=10), st.sampled_from(FORMATS))
def test_what_strftime_writes_is_read(moments, form):
    found = parse(pd.Series([moment.strftime(form) for moment in moments]))
    assert [value.replace(tzinfo=None) for value in found.values.dt.to_pydatetime()] == moments


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_no_text_breaks_the_reader(texts):
    found = parse(pd.Series(texts, dtype="str"), order="day-first")
    assert len(found.reasons) == found.values.isna().sum()


@pytest.mark.slow
def test_a_million_dates_are_read_in_seconds():
    import time

    column = pd.Series([f"{1 + i % 28:02d}.{1 + i % 12:02d}.2024 {i % 24:02d}:{i % 60:02d}" for i in range(1_000_000)])
    start = time.perf_counter()
    assert parse(column).values.notna().all()
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CET", 1),
        ("CEST", 2),
        ("BST", 1),
        ("MSK", 3),
        ("NZDT", 13),
        ("ACST", 9.5),
    ],
)
def test_zones_by_their_abbreviation(zone, hours):
    found = parse(pd.Series([f"2021-01-05 13:22:11 {zone}"])).values[0]
    assert found == pd.Timestamp("2021-01-05 13:22:11", tz="UTC") - pd.Timedelta(hours=hours)


def test_times_without_a_zone_may_be_of_another_than_the_one_shown():
    given = pd.Series(["2025-01-01 10:00", "2025-01-01T10:00:00+03:00"])
    found = parse(given, timezone="Asia/Almaty", local="UTC").values
    assert [date.isoformat() for date in found] == ["2025-01-01T15:00:00+05:00", "2025-01-01T12:00:00+05:00"]


def test_a_lone_number_among_dates_written_out_is_no_moment():
    dates = ["2024-03-05"] * 19
    for number in ("1782847290117386240", "1709634600", "45292"):
        found = parse(pd.Series([*dates, number]))
        assert found.reasons.tolist() == ["a number, where nearly all other dates are written out"], number
        assert not found.notes
    assert parse(pd.Series([*dates, "20240305"])).values.notna().all()  # says itself what it is
    assert parse(pd.Series([*dates, "20240230"])).reasons.tolist()[0].startswith("no such date in the calendar")
    assert parse(pd.Series([*dates[:9], "45292"])).values.notna().all()
    assert parse(pd.Series([""] * 100 + ["45292"])).values.notna().sum() == 1


def test_a_week_without_a_day_is_its_monday_and_that_is_said():
    assert parse(pd.Series(["2024-W05", "2024-W06-2"])).notes == [
        "a week stands for its Monday where no day of it is said"
    ]
    assert share_of_dates(pd.Series(["2024-W05", "2024-W06"])) == 1


def test_the_zones_are_looked_up_once(monkeypatch):
    parse(pd.Series(["2024-01-01"]))
    monkeypatch.setattr("zoneinfo.available_timezones", lambda: pytest.fail("looked up again"))
    parse(pd.Series(["2024-01-01"]), timezone="Asia/Almaty")
