from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.findings import findings
from discourse.jobs.prospect import _characters, _cost
from discourse.stats.power import detectable_share


def corpus(folder, texts, dates=None, **columns):
    path = folder / "posts.csv"
    table = pd.DataFrame({"text": texts, **({"date": dates} if dates is not None else {}), **columns})
    table.to_csv(path, index=False)
    return path


def said(audit, section):
    return " ".join(one["text"] for one in audit["findings"] if one["section"] == section)


@pytest.fixture(scope="module")
def demo(demo_csv):
    return discourse.check(demo_csv, timezone="Asia/Almaty")


def test_check_is_json_and_says_where_its_numbers_come_from(demo, demo_csv):
    assert json.loads(json.dumps(demo, allow_nan=False)) == demo
    assert demo["files"] == [str(demo_csv)]
    assert demo["rows"]["usable"] == 320
    assert demo["authors"]["different"] == 4
    assert {one["column"] for one in demo["codes"]} == {"topic"}
    assert any("text" in note for note in demo["notes"])


def test_what_the_demo_can_bear(demo):
    supports, deff = demo["supports"], demo["bunching"]["deff"]
    full = sorted(one["posts"] for one in demo["quarters"] if not one["partial"])
    middle = int(np.median(full))
    drift = supports["drift"]
    assert drift["median"]["posts"] == middle
    assert drift["median"]["rise"] == round(detectable_share(0.1, middle, middle, deff=deff), 4)
    assert drift["all_themes"]["rise"] == round(
        detectable_share(0.1, middle, middle, deff=deff, alpha=0.05 / drift["tested"]), 4
    )
    assert drift["median"]["fall"] is None
    assert "no fall could be seen" in drift["text"]
    assert "from 10% to" in drift["text"]
    assert "too few posts" in supports["event"]["text"]
    assert supports["compare"]["codes"] == middle
    assert supports["compare"]["total"] == sum(min(n, middle) for n in full)
    assert supports["cluster"]["min_size"] == 5
    low, high = supports["cluster"]["themes"]
    assert low <= 8 <= high


def keys_of(found):
    """Names of all fields, but for those that are data: languages and their mixtures."""
    if isinstance(found, list):
        return set().union(*map(keys_of, found[:1]))
    if not isinstance(found, dict):
        return set()
    data = {"counts", "mixtures", "languages"}
    return set(found) | set().union(*(keys_of(value) for key, value in found.items() if key not in data))


def test_every_key_is_documented(demo):
    page = (Path(__file__).parents[2] / "docs" / "check.md").read_text("utf-8").partition("## JSON")[2]
    assert {key for key in keys_of(demo) if not re.search(rf"[`., ]{key}[`., ]", page)} == set()


def weekly(n_weeks, a_week=20, skip=()):
    mondays = pd.date_range("2024-01-01", periods=n_weeks, freq="7D")
    return [f"{day:%F}" for at, day in enumerate(mondays) if at not in skip for _ in range(a_week)]


def said_of(dates, folder):
    return discourse.check(corpus(folder, [f"post {n} on snow" for n in range(len(dates))], dates))["supports"]


def test_changes_are_withheld_where_five_posts_of_the_theme_cannot_be_expected(tmp_path):
    few = said_of(weekly(52, 3), tmp_path)
    assert (few["drift"]["can"], few["event"]["can"]) == (False, False)
    assert "too few posts: a quarter of median size has 39 posts, and 50 are needed" in few["drift"]["text"]
    assert "too few posts: 24 posts in the 8 weeks before and 24" in few["event"]["text"]
    some = said_of(weekly(52, 5), tmp_path)["drift"]
    assert some["can"]
    assert some["median"]["fall"] is None


def test_an_event_stays_out_of_holes(tmp_path):
    found = said_of(weekly(80, skip=range(36, 44)), tmp_path)["event"]
    day = (pd.Timestamp(found["day"]) - pd.Timestamp("2024-01-01")).days // 7
    assert not 36 <= day < 44
    assert "as near to the middle of the span as posts allow" in found["text"]
    assert min(found["before"], found["after"]) >= 6 * 20
    torn = said_of(weekly(60, skip=[at for at in range(60) if at % 3]), tmp_path)["event"]
    assert "no day has posts in 6 of the 8 weeks before it" in torn["text"]


def test_quarters_with_holes_and_strays_are_set_aside(tmp_path):
    dates = [*weekly(78, 30, skip=range(14, 24)), "1970-01-01"]
    audit = discourse.check(corpus(tmp_path, [f"post {n} on snow" for n in range(len(dates))], dates))
    assert audit["quarters"][0]["period"] == audit["span"]["first"][:4] + "Q1" == "2024Q1"
    assert "Holes in 2024Q2 (" in said(audit, "dates")
    assert "1 post lies more than a year before or after all the rest (such as 1970-01-01" in said(audit, "dates")
    assert audit["supports"]["drift"]["quarters"] == 5
    assert audit["supports"]["drift"]["smallest"]["posts"] > 300
    assert "jump" not in said(audit, "changes")


def test_partial_quarters_are_named_where_there_are_no_others(tmp_path):
    drift = said_of(weekly(12, 60), tmp_path)["drift"]
    assert "one quarter" in drift["text"]
    days = [day for day in pd.date_range("2024-02-10", "2024-05-12").strftime("%F") for _ in range(10)]
    assert "Partial or with holes: 2024Q1 and 2024Q2." in said_of(days, tmp_path)["drift"]["text"]


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        (["one post"], "from the one post there is"),
        (["one post"] * 60 + [f"post {n} on snow" for n in range(40)], "from all of the 100 posts"),
        ([f"post {n} on snow" for n in range(2_000)], "from about 130 of the 2,000 posts, drawn at random"),
    ],
)
def test_codes_have_one_denominator_and_ten_positives(tmp_path, texts, text):
    found = discourse.check(corpus(tmp_path, texts))["supports"]["compare"]
    assert text in found["text"]
    assert found["codes"] >= min(100, len(texts))


def test_an_event_in_the_middle_counts_eight_weeks_on_either_side(tmp_path):
    days = pd.date_range("2024-01-01", periods=52 * 7)  # a post a day: 56 in eight weeks
    path = corpus(tmp_path, [f"post {n} on snow" for n in range(len(days))], days.strftime("%Y-%m-%d"))
    found = discourse.check(path)["supports"]["event"]
    assert (found["weeks"], found["before"], found["after"]) == (52, 56, 56)
    assert found["other_dates"] == 20
    assert found["can"]
    short = corpus(tmp_path, [f"post {n} on snow" for n in range(140)], days[:140].strftime("%Y-%m-%d"))
    found = discourse.check(short)["supports"]["event"]
    assert (found["can"], found["other_dates"]) == (False, 0)
    assert "ranks the day among 19 other days or more; here there are 0" in found["text"]
    shorter = corpus(tmp_path, [f"post {n} on snow" for n in range(70)], days[:70].strftime("%Y-%m-%d"))
    assert "too few weeks: 10" in discourse.check(shorter)["supports"]["event"]["text"]


def test_what_cannot_be_said_is_withheld_with_the_reason(tmp_path, golden):
    texts = golden["en"] + golden["ru"]
    found = discourse.check(corpus(tmp_path, texts))["supports"]
    assert not any(one["can"] for one in found.values())
    assert "too few different posts: 6" in found["cluster"]["text"]
    assert "no dates" in found["drift"]["text"]
    assert "no column looks like codes" in found["compare"]["text"]
    one_quarter = discourse.check(corpus(tmp_path, texts, [f"2024-01-0{day}" for day in range(1, 7)]))
    assert "one quarter (2024Q1)" in one_quarter["supports"]["drift"]["text"]


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "zh", "ar"])
def test_check_reads_every_language(tmp_path, golden, lang):
    texts = golden[lang] * 2
    found = discourse.check(corpus(tmp_path, texts, [f"2024-0{month}-05" for month in range(1, 7)]))
    assert found["languages"]["counts"] == {lang: 6}
    assert found["duplicates"]["exact"] == 3
    assert "3 posts repeat an earlier one (50%: 3 exactly, 0 nearly)" in said(found, "copies")


def test_the_lexical_encoder_is_warned_of_where_languages_meet(demo, demo_csv):
    lexical = discourse.check(demo_csv, encoder="lexical")
    assert lexical["encoder"]["name"] == "lexical"
    assert lexical["encoder"]["split"] is None
    assert "not crosslingual" in said(lexical, "encoder")
    assert "--encoder builtin finds themes across languages" in said(lexical, "encoder")
    assert demo["encoder"]["name"] == "builtin"
    assert "not crosslingual" not in said(demo, "encoder")


def test_a_model_that_is_not_here_is_not_fetched(tmp_path, golden, monkeypatch):
    monkeypatch.setattr("discourse.encoders.hub._fetched", lambda *_: pytest.fail("asked the hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = discourse.check(corpus(tmp_path, golden["en"]), encoder="nobody/such-model")
    assert (found["encoder"]["here"], found["encoder"]["seconds"]) == (False, None)
    assert "is not on this machine" in said(found, "encoder")


def test_an_encoder_that_does_not_exist_is_refused(tmp_path, golden):
    with pytest.raises(UsageError):
        discourse.check(corpus(tmp_path, golden["en"]), encoder="no such thing?")
    with pytest.raises(DataError):
        discourse.check(corpus(tmp_path, golden["en"]), encoder="nowhere.npy")


def test_a_transformer_is_timed_and_what_it_would_split_is_counted(tmp_path, golden, tiny_model):
    texts = [*golden["en"], *golden["zh"], " ".join(golden["ru"] * 4), " ".join(golden["en"] * 5)]
    path = corpus(tmp_path, texts)
    found = discourse.check(path, encoder=str(tiny_model))["encoder"]
    assert found["max_length"] == 32
    assert found["timed"] == 8
    assert found["split"]["posts"] >= 2
    assert {"ru", "en"} <= set(found["split"]["languages"])
    assert found["split"]["sampled"] is None
    discourse.embed(path, encoder=str(tiny_model))
    again = discourse.check(path, encoder=str(tiny_model))["encoder"]
    assert (again["cached"], again["timed"]) == (8, 0)


def test_vectors_that_do_not_fit_are_a_finding(tmp_path, golden):
    np.save(tmp_path / "vectors.npy", np.ones((2, 4), dtype=np.float32))
    path = corpus(tmp_path, golden["en"])
    found = discourse.check(path, encoder=str(tmp_path / "vectors.npy"))
    assert "has 2 rows, the input has 3" in said(found, "encoder")
    np.save(tmp_path / "vectors.npy", np.ones((3, 4), dtype=np.float32))
    assert discourse.check(path, encoder=str(tmp_path / "vectors.npy"))["encoder"]["problem"] is None


@pytest.mark.parametrize(
    ("posts", "characters", "seconds", "gigabytes"),
    [
        (320, 0.06e6, 5.2, 0.50),
        (12_247, 0.98e6, 16.4, 0.59),
        (22_231, 2.5e6, 26.2, 0.60),
        (27_933, 3.2e6, 33, 1.00),
        (9_521, 10.8e6, 38, 0.79),
        (9_235, 3 * 0.8e6, 20.8, 0.62),
        (100_000, 13e6, 79, 2.8),
    ],
)
def test_measured_costs_are_met_within_a_half(posts, characters, seconds, gigabytes):
    found = _cost(posts, characters)
    assert 1 / 1.5 < found[0] / seconds < 1.5
    assert 1 / 1.5 < found[1] / gigabytes < 1.5


def test_chinese_takes_longer():
    assert _characters(pd.Series(["snow", "снег", "大雪"], dtype="str")) == 4 + 4 + 6


def test_findings_name_what_is_odd(tmp_path):
    days = [day for day in pd.date_range("2024-01-01", "2024-12-31") if day.month not in (5, 6)]
    texts = [f"Number {n} of the news of snow and roads" for n in range(len(days))]
    authors = ["loud"] * 200 + ["quiet"] * (len(days) - 200)
    path = corpus(tmp_path, [*texts, "Late"], [*days, "2061-01-01"], author=[*authors, None])
    audit = discourse.check(path)
    assert "1 post is dated after tomorrow, the last 2061-01-01" in said(audit, "dates")
    assert "--until 2024-12-31" in said(audit, "dates")
    assert "61 days from 2024-05-01 to 2024-06-30" in said(audit, "dates")
    assert "1 of 306 posts (0.3%) has no author" in said(audit, "authors")
    assert "2024Q1 (loud 100%)" in said(audit, "authors")
    weights = [one["weight"] for one in audit["findings"] if "dated after tomorrow" in one["text"]]
    assert weights == [2]
    assert findings(audit) == audit["findings"]
