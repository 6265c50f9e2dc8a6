from __future__ import annotations

import dataclasses
import datetime

import pandas as pd
import pytest

from discourse.posts.audit import calendar

NOW = datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC)


def days(first, n, a_day=1):
    return [day for day in pd.date_range(first, periods=n).strftime("%Y-%m-%d") for _ in range(a_day)]


def test_span_counts_days_with_posts_and_without(made):
    posts = made(["a"] * 4, ["2024-01-01", "2024-01-01", "2024-01-05", "2024-01-06"])
    found = calendar.span(posts.table["date"])
    assert found == {
        "first": "2024-01-01",
        "last": "2024-01-06",
        "days": 6,
        "active": 3,
        "silent": 3,
        "usual_gap": 4,
    }
    assert calendar.gaps(posts.table["date"]) == [{"first": "2024-01-02", "last": "2024-01-04", "days": 3}]


def test_without_dates_nothing_is_said_of_time(made):
    posts = made(["a", "b"])
    assert calendar.span(posts.table["date"]) is None
    assert calendar.quarters(posts.table) is None
    assert calendar.gaps(posts.table["date"]) is None
    assert calendar.dates(posts, NOW) is None
    assert calendar.changes(None) is None


def test_quarters_hold_languages_and_copies_and_the_empty_ones(made):
    posts = made(
        ["x", "y", "x", "z"],
        ["2024-01-02", "2024-03-31", "2024-03-31", "2024-08-01"],
        langs=["ru", "kk;ru", "ru", "zh"],
        copies={2: (0, "exact")},
    )
    first, second, third = calendar.quarters(posts.table)
    assert (first["period"], first["posts"], first["languages"], first["copies"]) == (
        "2024Q1",
        3,
        {"kk": 1, "ru": 2},
        1,
    )
    assert (second["posts"], second["languages"], second["covered"], second["active"]) == (0, {}, 91, 0)
    assert (third["covered"], third["a_day"], third["last"]) == (32, round(1 / 32, 3), "2024-09-30")


def test_a_quarter_is_that_of_the_posts_own_time_zone(made):
    late = made(["x"], ["2024-04-01 01:00"], zone="Asia/Almaty")
    assert calendar.quarters(late.table)[0]["period"] == "2024Q2"
    assert calendar.span(late.table["date"])["first"] == "2024-04-01"


def test_dates_in_the_future_and_rows_without_a_date_are_counted(made):
    posts = made(["x", "y", "z"], ["2025-05-30", "2025-06-02", "2031-01-01"], stamp=["2025-05-30"] * 3)
    rejected = pd.DataFrame(
        {
            "file": "posts.csv",
            "row": [4, 5, 6, 7, 8, 9],
            "column": ["date", "date", "text", "", "date", "date"],
            "value": ["", "2024-02-31", "", "a,b,c", " N/A", "-"],
            "reason": ["no date", "no such day", "no text", "too many values", "not a date", "not a date"],
        }
    )
    found = calendar.dates(dataclasses.replace(posts, rejected=rejected), NOW)
    assert (found["missing"], found["impossible"], found["future"], found["latest"]) == (3, 1, 1, "2031-01-01")
    assert (found["midnight"], found["mixable"]) == (1, False)


def test_today_may_be_tomorrow_elsewhere(made):
    assert calendar.dates(made(["x"], ["2025-06-01 23:00"]), NOW)["future"] == 0
    assert calendar.dates(made(["x"], ["2025-06-02 00:01"]), NOW)["future"] == 1


@pytest.mark.parametrize(
    ("given", "mixable"), [("01/07/2031", True), ("1.7.31 10:00", True), ("2031-07-01", False), ("1 July 2031", False)]
)
def test_days_and_months_can_be_mixed_only_where_the_date_was_written_so(made, given, mixable):
    posts = made(["x", "y"], ["2024-01-01", "2031-07-01"], date_as_given=["2024-01-01", given])
    posts.stored["date"] = "date_as_given"
    assert calendar.dates(posts, NOW)["mixable"] is mixable


def test_a_quarter_with_a_hole_is_no_jump_and_its_rate_is_that_of_the_other_days(made):
    dates = [day for day in days("2024-01-01", 366, 3) if day[5:7] not in ("05", "06")]
    found = calendar.quarters(made(["x"] * len(dates), dates).table)
    assert [one["missing"] for one in found] == [0, 61, 0, 0]
    assert [one["a_day"] for one in found] == [3, 3, 3, 3]
    assert calendar.changes(found) == []


def test_a_few_posts_far_from_all_others_are_stray(made):
    posts = made(["x"] * 201, ["1970-01-01", *days("2024-01-01", 200)])
    found = calendar.dates(posts, NOW)["stray"]
    assert (found["before"], found["after"]) == (1, 0)
    assert (found["earliest"], found["others_from"]) == ("1970-01-01", "2024-01-01")
    both = made(["x"] * 302, ["1970-01-01", *days("2024-01-01", 300), "2027-01-01"])
    assert calendar.dates(both, NOW)["stray"]["after"] == 1
    assert calendar.settled(both.table["date"], calendar.dates(both, NOW)["stray"]).sum() == 300
    small = made(["x"] * 40, ["1970-01-01", *days("2024-01-01", 39)])
    assert calendar.dates(small, NOW)["stray"]["before"] == 1
    leap = made(["x"] * 40, ["2023-03-01", *days("2024-03-01", 39)])
    assert calendar.dates(leap, NOW)["stray"] is None
    even = made(["x"] * 40, days("2020-01-01", 20) + days("2024-01-01", 20))
    assert calendar.dates(even, NOW)["stray"] is None


def test_changes_of_rate_and_of_language_between_quarters(made):
    dates = days("2024-01-01", 91) + days("2024-04-01", 91, 2) + days("2024-07-01", 92, 2)
    langs = ["ru"] * 91 + ["ru"] * 182 + ["ru"] * 92 + ["kk"] * 92
    first, second = calendar.changes(calendar.quarters(made(["x"] * len(dates), dates, langs=langs).table))
    assert (first["before"], first["after"], first["factor"], first["languages"]) == ("2024Q1", "2024Q2", 2.0, [])
    assert (second["factor"], second["from"], second["to"]) == (None, 2.0, 2.0)
    assert second["languages"] == [{"lang": "kk", "from": 0, "to": 0.5}, {"lang": "ru", "from": 1, "to": 0.5}]


def test_small_quarters_and_scraps_of_quarters_are_not_compared(made):
    few = days("2024-03-03", 29) + days("2024-04-01", 91, 3)
    assert calendar.changes(calendar.quarters(made(["x"] * len(few), few).table)) == []
    short = days("2024-03-10", 22, 10) + days("2024-04-01", 91)
    assert calendar.changes(calendar.quarters(made(["x"] * len(short), short).table)) == []


def test_a_partial_quarter_is_compared_by_its_covered_days(made):
    dates = days("2024-02-15", 46) + days("2024-04-01", 91)
    found = calendar.quarters(made(["x"] * len(dates), dates).table)
    assert found[0]["partial"]
    assert calendar.changes(found) == []
