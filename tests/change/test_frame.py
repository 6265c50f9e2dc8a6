from __future__ import annotations

import numpy as np
import pytest


def daily(first: str, last: str) -> np.ndarray:
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def test_a_week_across_the_edge_of_a_quarter_is_two_blocks(framed):
    days = daily("2024-07-01", "2024-12-31")  # 1 October is a Tuesday
    side = framed(days).side((0, 1))
    assert side.unit == "week"
    week = {str(day): block for day, block in zip(days, side.block, strict=True)}
    assert week["2024-09-30"] != week["2024-10-01"]
    assert week["2024-10-01"] == week["2024-10-06"] != week["2024-10-07"]
    assert len(set(side.block[~side.after])) == 14
    assert len(set(side.block[side.after])) == 14


def test_a_week_runs_from_monday_to_sunday(framed):
    frame = framed(daily("2024-01-01", "2024-01-14"))  # 1 January is a Monday
    week = frame.blocks(np.arange(14), "week")
    assert (week[:7] == week[0]).all()
    assert (week[7:] == week[0] + 1).all()
    assert len(set(frame.blocks(np.arange(14), "day"))) == 14
    early = framed(np.array(["1969-12-28", "1969-12-29", "1970-01-04", "1970-01-05"]), by="year")
    assert np.diff(early.blocks(np.arange(4), "week")).tolist() == [1, 0, 1]


@pytest.mark.parametrize(("last", "unit"), [("2024-05-20", "week"), ("2024-05-19", "day")])
def test_days_are_blocks_where_a_period_has_fewer_than_eight_weeks(framed, last, unit):
    days = daily("2024-01-01", last)  # 1 April is a Monday
    side = framed(days, pair=("2024Q1", "2024Q2")).side((0, 1))
    assert side.unit == unit
    assert len(set(side.block)) == (13 + 8 if unit == "week" else 91 + 49)


def test_blocks_asked_for_are_kept(framed):
    days = daily("2024-01-01", "2024-06-30")
    assert framed(days, unit="day").side((0, 1)).unit == "day"
    short = framed(days[::30], unit="week").side((0, 1))
    assert short.unit == "week"
    author = np.arange(182) % 5
    side = framed(days, unit="author", keys=author).side((0, 1))
    assert side.unit == "author"
    assert len(set(side.block)) == 10  # an author is two blocks, one a period
    assert ((side.block % 2 == 1) == side.after).all()


def test_the_rows_of_a_side_are_those_of_its_periods(framed):
    days = np.random.default_rng(0).permutation(daily("2024-01-01", "2024-09-30"))
    frame = framed(days)
    side = frame.side((0, 2))
    assert (np.diff(side.rows) > 0).all()
    assert set(side.rows) == set(
        np.flatnonzero((days < np.datetime64("2024-04-01")) | (days >= np.datetime64("2024-07-01")))
    )
    assert (side.after == (days[side.rows] >= np.datetime64("2024-07-01"))).all()
    assert frame.name((0, 2)) == ("2024Q1", "2024Q3")


def test_the_first_and_last_day_lie_within(framed):
    frame = framed(np.array(["2024-01-01", "2024-03-31", "2024-04-01"]))
    assert frame.inside(0).tolist() == [0, 1]
    assert frame.inside(1).tolist() == [2]
