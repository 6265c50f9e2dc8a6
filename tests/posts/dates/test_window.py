"""--since and --until."""

import pandas as pd
import pytest

from discourse.errors import UsageError
from discourse.posts.dates import bounds, within


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2025", "2025-01-01", "2026-01-01"),
        ("2025-03", "2025-03-01", "2025-04-01"),
        ("2025Q1", "2025-01-01", "2025-04-01"),
        ("2025-q4", "2025-10-01", "2026-01-01"),
        ("2025-03-31", "2025-03-31", "2025-04-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
    ],
)
def test_days_months_quarters_and_years(text, first, after):
    assert [str(day) for day in bounds(text, "--since")] == [first, after]


@pytest.mark.parametrize("text", ["", "2025-13", "2025-02-30", "31.03.2025", "2025Q5", "soon", "20250331"])
def test_what_is_no_period_is_a_usage_error(text):
    with pytest.raises(UsageError, match="--until"):
        bounds(text, "--until")


def test_both_ends_are_inclusive_in_the_zone_of_the_dates():
    dates = pd.Series(
        pd.to_datetime(["2025-02-28T23:59", "2025-03-01T00:00", "2025-03-31T23:59", "2025-04-01T00:00"])
    ).dt.tz_localize("Asia/Almaty")
    assert within(dates, "2025-03", "2025-03-31").tolist() == [False, True, True, False]
    assert within(dates, None, None).all()
    with pytest.raises(UsageError, match="Swap"):
        within(dates, "2025-04", "2025-03")
