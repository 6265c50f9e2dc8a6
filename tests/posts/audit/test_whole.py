from __future__ import annotations

import dataclasses
import datetime
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.posts import read
from discourse.posts.audit import audit

NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)

CORPORA = [
    ("channel-one/headlines_2022_2024.csv", "text", "date"),
    ("china-mfa-qa/mfa_qa.jsonl", "question", "date"),
    pytest.param("crisislex/crisislex_t26.jsonl", "text", "created_at", marks=pytest.mark.slow),
    pytest.param("russia-mfa-telegram/mfa_russia_telegram_en.jsonl", "text", "date", marks=pytest.mark.slow),
]


posts_by_hand = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=30),
        st.one_of(st.none(), st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))),
        st.sampled_from(["ru", "kk;ru", "zh", "en", "und"]),
        st.sampled_from([None, "a", "b"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@given(posts_by_hand)
@settings(max_examples=60, deadline=None)
def test_an_audit_adds_up_and_is_plain_json(made, rows):
    texts, dates, langs, authors, copied = zip(*rows, strict=True)
    copies = {row: (0, "exact") for row, copy in enumerate(copied) if copy and row}
    posts = made(list(texts), list(dates), langs=list(langs), authors=list(authors), copies=copies)
    found = audit(posts, now=NOW)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert sum(found["languages"]["counts"].values()) == found["rows"]["usable"] == len(rows)
    duplicates = found["duplicates"]
    assert duplicates["exact"] + duplicates["near"] + duplicates["originals"] == len(rows)
    dated = sum(day is not None for day in dates)
    if not dated:
        assert found["span"] is found["quarters"] is found["dates"] is None
        return
    stray = found["dates"]["stray"] or {"before": 0, "after": 0}
    assert sum(one["posts"] for one in found["quarters"]) == dated - stray["before"] - stray["after"]
    assert all(sum(one["languages"].values()) == one["posts"] for one in found["quarters"])
    assert sum(one["covered"] for one in found["quarters"]) == found["span"]["days"]
    assert sum(one["active"] for one in found["quarters"]) == found["span"]["active"]
    assert found["span"]["active"] + found["span"]["silent"] == found["span"]["days"]
    if copies:
        assert sum(one["with"] for one in duplicates["by_quarter"]) == dated


def test_the_order_of_rows_makes_no_difference(made):
    dates = [f"2024-0{n % 7 + 1}-1{n % 9}" for n in range(60)]
    texts = [f"post {n % 13}" for n in range(60)]
    authors = [f"a{n % 3}" for n in range(60)]
    forwards = made(texts, dates, authors=authors, copies={50: (0, "near"), 51: (0, "exact")})
    backwards = made(texts, dates, authors=authors, copies={50: (0, "near"), 51: (0, "exact")})
    turned = backwards.table.sort_values("text", ascending=False, ignore_index=True)
    backwards = dataclasses.replace(backwards, table=turned)
    first, second = audit(forwards, now=NOW), audit(backwards, now=NOW)
    for found in (first, second):
        del found["texts"]["longest_post"]
    assert first == second


def test_rejected_rows_are_grouped_by_reason_with_an_example(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text(
        "text,date\nСнег идёт сегодня,2024-01-02\n,2024-01-03\nДождь,2024-02-31\nВетер,\nГрад,2024-02-30\n", "utf-8"
    )
    found = audit(read(path), now=NOW)
    assert found["rows"] == {"read": 5, "usable": 1, "rejected": 4, "filtered": 0, "dropped": 0}
    assert found["rejected"][0]["rows"] == 2
    assert (found["rejected"][0]["row"], found["rejected"][0]["place"]) == (3, "line 4")
    assert found["rejected"][0]["value"] == "2024-02-31"
    assert (found["dates"]["missing"], found["dates"]["impossible"]) == (1, 2)


@pytest.mark.parametrize(("name", "text", "date"), CORPORA)
def test_the_audit_of_a_real_corpus_is_what_pandas_counts(shared_data, name, text, date):
    path = shared_data / name
    found = audit(read(path, text=text, date=date), now=NOW)
    lines = name.endswith("jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if lines else None
    raw = pd.DataFrame(rows) if lines else pd.read_csv(path, dtype=str)
    said = raw[text].fillna("").str.strip() != ""
    posts = raw[said]
    moments = pd.to_datetime(posts[date])
    assert found["rows"]["read"] == len(raw)
    assert found["rows"]["usable"] == len(posts)
    assert found["rows"]["rejected"] == int((~said).sum())
    quarters = moments.dt.to_period("Q")
    counts = quarters.value_counts().sort_index()
    assert {one["period"]: one["posts"] for one in found["quarters"] if one["posts"]} == {
        str(quarter): n for quarter, n in counts.items()
    }
    whole = pd.date_range(moments.min().normalize(), moments.max().normalize())
    active = pd.DatetimeIndex(moments.dt.normalize().unique())
    assert found["span"]["days"] == len(whole)
    assert found["span"]["silent"] == len(whole.difference(active))
    assert (found["span"]["first"], found["span"]["last"]) == (f"{whole[0]:%Y-%m-%d}", f"{whole[-1]:%Y-%m-%d}")
    silent = whole.difference(active).to_series()
    runs = silent.groupby((silent.diff() != pd.Timedelta(days=1)).cumsum()).agg(["first", "last", "size"])
    assert found["gaps"][0]["days"] == (runs["size"].max() if len(runs) else 0)
    assert [one["active"] for one in found["quarters"] if one["posts"]] == [
        day.nunique() for _, day in moments.dt.date.groupby(quarters)
    ]
    lengths = posts[text].str.len()
    assert found["texts"]["longest"] == lengths.max()
    assert found["texts"]["median"] == lengths.quantile(0.5, interpolation="lower")
    if found["texts"]["cut"]:
        length = found["texts"]["cut"]["length"]
        different = posts[text].drop_duplicates().str.len()
        assert found["texts"]["cut"]["texts"] == pytest.approx(int((different == length).sum()), rel=0.01)
        assert found["texts"]["cut"]["longer"] <= int((lengths > length).sum())
    assert found["dates"]["midnight"] == round(float((moments == moments.dt.normalize()).mean()), 4)
    same = posts[text].duplicated().sum()
    assert found["duplicates"]["exact"] + found["duplicates"]["near"] >= same
    for one in found["codes"]:
        assert one["values"] == raw.loc[said, one["column"]].nunique()
