from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.posts import periods

moments = st.lists(st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2040, 1, 1)), min_size=1, max_size=40)
kinds = st.sampled_from(["year", "quarter", "month", "week"])


def series(*texts, zone=None):
    return pd.Series(pd.to_datetime(list(texts))).dt.tz_localize(zone)


def test_periods_have_the_names_people_write():
    dates = series("2024-03-31 23:59")
    assert [periods.names(dates, by)[0] for by in ("year", "quarter", "month", "week")] == [
        *("2024", "2024Q1", "2024-03", "2024-W13"),
    ]
    assert periods.names(series("2027-01-01"), "week")[0] == "2026-W53"


def test_a_period_is_that_of_the_dates_own_zone():
    late = series("2024-03-31 22:00", zone="UTC").dt.tz_convert("Asia/Almaty")
    assert periods.names(late)[0] == "2024Q2"
    assert periods.table(late)["period"].tolist() == ["2024Q2"]


def test_posts_without_a_date_have_no_period():
    named = periods.names(series("2024-01-01", None))
    assert named.isna().tolist() == [False, True]
    assert periods.table(series(None, None)).empty
    assert periods.names(series(None)).isna().all()


def test_an_edge_is_partial_when_it_is_missed_by_more_than_the_usual_gap():
    daily = pd.Series(pd.date_range("2024-01-04", "2024-09-20"))
    found = periods.table(daily).set_index("period")
    assert found["partial"].tolist() == [False, False, True]
    assert found["covered"].tolist() == [88, 91, 82]
    assert periods.table(pd.Series(pd.date_range("2024-01-05", "2024-06-30")))["partial"].tolist() == [True, False]
    weekly = pd.Series(pd.date_range("2024-01-07", "2024-06-24", freq="7D"))
    assert not periods.table(weekly)["partial"].any()


@given(moments, kinds)
def test_periods_hold_every_post_once_and_follow_each_other(given_moments, by):
    dates = pd.Series(given_moments, dtype="datetime64[us]")
    found = periods.table(dates, by)
    assert found["posts"].sum() == len(dates)
    assert found["active"].sum() == dates.dt.date.nunique()
    assert found["covered"].sum() == (dates.dt.normalize().max() - dates.dt.normalize().min()).days + 1
    assert (found["first"].iloc[1:].to_numpy() == found["last"].iloc[:-1].to_numpy() + np.timedelta64(1, "D")).all()
    assert (found["covered"] <= found["days"]).all()
    assert (found["missing"] + found["active"] <= found["covered"]).all()
    named = periods.names(dates, by)
    assert named.cat.categories.tolist() == found["period"].tolist()
    assert named.value_counts(sort=False).tolist() == found["posts"].tolist()
    assert not found["partial"].iloc[1:-1].any()


@given(moments)
def test_quarters_and_months_agree_with_pandas(given_moments):
    dates = pd.Series(given_moments, dtype="datetime64[us]")
    assert periods.names(dates).astype(str).tolist() == dates.dt.to_period("Q").astype(str).tolist()
    assert periods.names(dates, "month").astype(str).tolist() == dates.dt.strftime("%Y-%m").tolist()
    assert periods.names(dates, "week").astype(str).tolist() == dates.dt.strftime("%G-W%V").tolist()


def test_a_hole_among_few_days_is_not_usual():
    weeks = pd.date_range("2024-02-27", periods=10, freq="7D")
    sparse = pd.Series([*weeks, *(weeks + pd.Timedelta(days=138))])
    assert periods.usual_gap(periods.days(sparse)) == 28
    found = periods.table(sparse).set_index("period")
    assert found["missing"].tolist() == [0, 61, 0]
    monthly = pd.Series(pd.date_range("2023-01-15", periods=24, freq="MS"))
    assert not periods.table(monthly)["missing"].any()


def test_holes_count_in_the_quarters_they_lie_in():
    days = [day for day in pd.date_range("2024-01-01", "2024-12-31") if day.month not in (5, 6)]
    assert periods.table(pd.Series(days))["missing"].tolist() == [0, 61, 0, 0]
    across = [
        day for day in pd.date_range("2024-01-01", "2024-12-31") if not "2024-03-20" <= f"{day:%F}" <= "2024-05-09"
    ]
    assert periods.table(pd.Series(across))["missing"].tolist() == [12, 39, 0, 0]
    holiday = [
        day for day in pd.date_range("2024-01-01", "2024-12-31") if not "2024-10-01" <= f"{day:%F}" <= "2024-10-10"
    ]
    assert not periods.table(pd.Series(holiday))["missing"].any()
    brief = [
        day for day in pd.date_range("2024-01-01", "2024-05-06") if not "2024-04-03" <= f"{day:%F}" <= "2024-04-20"
    ]
    assert periods.table(pd.Series(brief))["missing"].tolist() == [0, 18]


def test_the_usual_gap_is_at_least_a_long_weekend():
    assert periods.usual_gap(np.array(["2024-01-01"], dtype="datetime64[D]")) == 3
    assert periods.usual_gap(np.array([], dtype="datetime64[D]")) == 3


@pytest.mark.parametrize("by", ["year", "quarter", "month", "week"])
def test_a_million_dates_are_quick_to_name(by):
    dates = pd.Series(pd.date_range("2016-01-01", periods=200_000, freq="5min"))
    assert len(periods.names(dates, by).cat.categories) == len(periods.table(dates, by))
