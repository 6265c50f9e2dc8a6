from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.findings import findings
from discourse.jobs.prospect import _measured
from discourse.stats.power import codes_needed, detectable_share


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
    supports = demo["supports"]
    full = sorted(one["posts"] for one in demo["quarters"] if not one["partial"])
    middle = int(np.median(full))
    assert supports["drift"]["median"]["posts"] == middle
    assert supports["drift"]["median"]["rise"] == round(detectable_share(0.1, middle, middle, deff=1.5), 4)
    assert supports["drift"]["median"]["fall"] is None
    assert "no fall is large enough" in supports["drift"]["text"]
    assert supports["compare"]["codes"] == codes_needed(0.1, 0.05, middle)
    assert supports["cluster"]["min_size"] == 5
    low, high = supports["cluster"]["themes"]
    assert low <= 8 <= high


def test_an_event_in_the_middle_counts_eight_weeks_on_either_side(tmp_path):
    days = pd.date_range("2024-01-01", periods=52 * 7)
    path = corpus(tmp_path, [f"post {n} on snow" for n in range(len(days))], days.strftime("%Y-%m-%d"))
    found = discourse.check(path)["supports"]["event"]
    assert (found["weeks"], found["before"], found["after"]) == (52, 56, 56)
    assert found["other_dates"] == 20
    assert found["can"]
    short = corpus(tmp_path, [f"post {n} on snow" for n in range(140)], days[:140].strftime("%Y-%m-%d"))
    found = discourse.check(short)["supports"]["event"]
    assert (found["can"], found["other_dates"]) == (False, 0)
    assert "needs 51 weeks; there are 20" in found["text"]
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


def test_the_lexical_encoder_is_warned_of_where_languages_meet(demo):
    assert demo["encoder"]["name"] == "lexical"
    assert demo["encoder"]["split"] is None
    assert "not crosslingual" in said(demo, "encoder")


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


def test_measured_costs_are_met_and_grow():
    assert _measured(12_000) == (20.0, 0.6)
    assert _measured(10) == _measured(320) == (7.0, 0.5)
    sizes = [320, 1_000, 12_000, 20_000, 28_000, 90_000, 100_000, 1_000_000]
    costs = [_measured(n) for n in sizes]
    assert costs == sorted(costs)
    assert costs[-1][0] > 300


def test_findings_name_what_is_odd(tmp_path):
    days = [day for day in pd.date_range("2024-01-01", "2024-12-31") if day.month not in (5, 6)]
    texts = [f"Number {n} of the news of snow and roads" for n in range(len(days))]
    authors = ["loud"] * 200 + ["quiet"] * (len(days) - 200)
    path = corpus(tmp_path, [*texts, "Late"], [*days, "2061-01-01"], author=[*authors, None])
    audit = discourse.check(path)
    assert "1 post is dated after today, the last 2061-01-01" in said(audit, "dates")
    assert "--until 2024-12-31" in said(audit, "dates")
    assert "61 days from 2024-05-01 to 2024-06-30" in said(audit, "dates")
    assert "1 of 306 posts (0.3%) has no author" in said(audit, "authors")
    assert "2024Q1 (loud 100%)" in said(audit, "authors")
    weights = [one["weight"] for one in audit["findings"] if "dated after today" in one["text"]]
    assert weights == [2]
    assert findings(audit) == audit["findings"]
