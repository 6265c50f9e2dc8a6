"""The names of posts."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.posts.ids import from_content, repeated


def series(values):
    return pd.Series(values, dtype="str")


def dates(values, zone="UTC"):
    return pd.Series(pd.to_datetime(values)).astype("datetime64[us]").dt.tz_localize("UTC").dt.tz_convert(zone)


def test_equal_posts_get_a_counter():
    day = dates(["2025-01-01"] * 4)
    found = from_content(series(["a", "a", "b", "a"]), day, series([None] * 4))
    assert found[1] == f"{found[0]}-2"
    assert found[3] == f"{found[0]}-3"
    assert found[2] != found[0]
    assert len(found[0]) == 16


def test_the_known_answer_and_the_zone_of_the_table_does_not_matter():
    here = from_content(series(["сәлем"]), dates(["2025-01-01T10:00"]), series(["а"]))
    there = from_content(series(["сәлем"]), dates(["2025-01-01T10:00"], "Asia/Almaty"), series(["а"]))
    assert here.tolist() == there.tolist()
    undated = from_content(series(["сәлем"]), pd.Series(pd.to_datetime([None])).dt.tz_localize("UTC"), series([None]))
    assert undated[0] != here[0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_ids_are_unique_and_row_order_does_not_matter(texts, random):
    shuffled = random.sample(texts, len(texts))
    made = [
        from_content(series(order), dates(["2025-01-01"] * len(order)), series([None] * len(order)))
        for order in (texts, shuffled)
    ]
    assert made[0].is_unique
    assert sorted(made[0]) == sorted(made[1])
    assert sorted(zip(texts, made[0], strict=True)) == sorted(zip(shuffled, made[1], strict=True))


def test_the_first_repeated_or_empty_id_is_found():
    assert repeated(series(["a", "b"])) is None
    assert repeated(series(["a", "b", "c", "b"])) == ("b", [1, 3])
    assert repeated(series(["a", None])) == ("", [1])
