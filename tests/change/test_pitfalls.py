from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.change import reasons
from discourse.change.labelling import CODE, from_cells
from discourse.change.pitfalls import COLUMNS, _within, pitfalls
from discourse.change.prevalence import prevalence
from discourse.change.reasons import compositions, dominated
from discourse.change.shifts import pairs, shifts


@pytest.fixture
def told(framed):
    """Analyse posts in all ways, and map each pitfall found to its sentences."""

    def tell(day, labels, *, lang="ru", author=None, copies=0, pair=None):
        frame = framed(day, lang, pair=pair)
        compared = pairs(labels, frame)
        author = np.full(len(day), "one") if author is None else author
        table, family = shifts(compared, permutations=499)
        factors = {"lang": frame.lang, "author": author}
        mixes = pd.concat([compositions(labels, one, factors) for one in compared])
        authors = pd.concat([dominated(labels, one, author) for one in compared])
        shares = prevalence(labels, frame)
        found = pitfalls(compared, shares, table, mixes, authors, family=family, copies=copies)
        assert found.columns.tolist() == COLUMNS
        return found.groupby("pitfall")["text"].agg(list).to_dict()

    return tell


def daily(first: str, last: str, posts: int = 2) -> np.ndarray:
    return np.repeat(np.arange(np.datetime64(first), np.datetime64(last) + 1), posts)


def mixed(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, n)


def test_where_nothing_applies_little_is_said(told, themed):
    day = daily("2024-01-01", "2024-06-30")
    found = told(day, themed(mixed(len(day))))
    assert list(found) == ["many tests"]
    assert found["many tests"][0].startswith("q is over 3 tests")


def test_what_was_not_collected_is_told(told, themed):
    day = daily("2024-01-20", "2025-01-20")
    day = day[(day < np.datetime64("2024-04-01")) | (day > np.datetime64("2024-06-30"))]
    day = day[(day < np.datetime64("2024-07-20")) | (day > np.datetime64("2024-09-10"))]
    found = told(day, themed(mixed(len(day))), copies=1_234)
    assert found["empty periods"] == ["No posts in 2024Q2."]
    assert found["partial periods"] == ["The posts begin or end within 2024Q1, 2025Q1."]
    assert found["missing days"] == ["Days without posts in 2024Q3: were they collected?"]
    assert found["copies"][0].startswith("1,234 posts repeat an earlier one")


def test_few_blocks_are_told(told, themed):
    day = np.r_[daily("2024-01-01", "2024-03-31"), daily("2024-04-01", "2024-04-04", 20)]
    found = told(day, themed(mixed(len(day))))
    assert found["few blocks"] == ["2024Q1 → 2024Q2: a period with posts in fewer than 6 weeks or days; p is coarse."]


def test_a_changed_mix_is_told(told):
    day = daily("2024-01-01", "2024-06-30", 6)
    rng = np.random.default_rng(0)
    lang = np.where(rng.random(len(day)) < np.where(day < np.datetime64("2024-04-01"), 0.2, 0.7), "kk", "ru")
    labels = from_cells(
        pd.Series(np.where(rng.random(len(day)) < np.where(lang == "kk", 0.4, 0.1), "a", "b")), "x", CODE
    )
    found = told(day, labels, lang=lang)
    assert len(found["mix"]) == 1
    assert "The mix of languages changed, and moved" in found["mix"][0]
    assert "languages" not in found


def test_a_language_that_came_is_told(told, themed):
    day = np.r_[daily("2024-01-01", "2024-06-30"), daily("2024-04-01", "2024-06-30")]
    lang = np.array(["ru"] * 364 + ["kk"] * 182)
    found = told(day, themed(mixed(len(day))), lang=lang)
    assert found["languages"] == [
        "Kazakh has posts enough in one period alone (2024Q1 → 2024Q2): shifts are told within the others."
    ]


def test_one_author_is_told(told):
    day = daily("2024-01-01", "2024-06-30", 4)
    later = day >= np.datetime64("2024-04-01")
    author = np.array([f"author {at % 20}" for at in range(len(day))])
    one = later & (np.arange(len(day)) % 4 == 0)
    author[one] = "the one"
    held = one | (~later & (np.arange(len(day)) % 10 == 0)) | (later & (np.arange(len(day)) % 11 == 2) & ~one)
    found = told(day, from_cells(pd.Series(np.where(held, "a", None)), "x", CODE), author=author)
    assert found["one author"] == ["Without their main author a did not move that way; see authors.csv."]


def test_an_author_who_is_alone_in_a_period_turns_nothing(told, themed):
    day = daily("2024-01-01", "2024-06-30", 4)
    author = np.where(day < np.datetime64("2024-04-01"), "old", "new")
    held = np.random.default_rng(0).random(len(day)) < np.where(author == "old", 0.1, 0.5)
    assert "one author" not in told(day, themed(held.astype(int)), author=author)


def test_noise_that_moved_is_told(told, themed):
    day = daily("2024-01-01", "2024-06-30", 4)
    theme = mixed(len(day))
    theme[(day >= np.datetime64("2024-04-01")) & (np.arange(len(day)) % 3 == 0)] = -1
    found = told(day, themed(theme, 3))
    assert found["noise"][0].startswith("2024Q1 → 2024Q2: the share of posts in no theme changed")


def test_a_surge_that_took_the_room_of_others_is_told(told, themed):
    day = daily("2024-01-01", "2024-06-30", 6)
    theme = np.random.default_rng(1).integers(0, 3, len(day))
    theme[(day >= np.datetime64("2024-04-01")) & (np.arange(len(day)) % 2 == 0)] = 3
    found = told(day, themed(theme))
    assert "about 3 took 50% of all posts; of the rest, about 0" in found["squeeze"][0]
    assert "about 3 kept" not in found["squeeze"][0]


def test_claims_to_be_read_with_care_are_told():
    rows = [
        ("a", "rose", "2025Q1", "x; two weeks: shares hang together from week to week"),
        ("b", "fell", "2024Q2", ""),
    ]
    rows += [("c", "no detectable change", "2025Q1", "shares hang together from week to week")]
    claims = pd.DataFrame(rows, columns=["label", "verdict", "to", "note"])
    claims = claims.assign(**{"from": "2024Q1", "by": "", "kind": "code", "label_id": claims["label"]})
    claims = claims.assign(share_from=0.1, share_to=0.2, difference=0.1)
    shares = pd.DataFrame({"period": ["2024Q1"], "n_total": [9], "note": [""]})
    mixes, authors = pd.DataFrame(columns=reasons.COLUMNS), pd.DataFrame(columns=reasons.AUTHORS)
    found = pitfalls([], shares, claims, mixes, authors, family=0, copies=0).set_index("pitfall")["text"]
    assert list(found.index) == ["lasting swings"]
    assert found["lasting swings"].startswith("Shares of a hang together from week to week;")


def test_changes_within_languages_are_told_from_the_shares_beside_them():
    row = {"share_from": 0.1, "share_to": 0.2, "difference": 0.05}
    assert [name for name, _ in _within(pd.DataFrame([row]))] == ["within languages"]
    assert _within(pd.DataFrame([row | {"difference": 0.1003}, row | {"difference": np.nan}])) == []
