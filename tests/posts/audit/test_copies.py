from __future__ import annotations

import pytest

from discourse.posts import read
from discourse.posts.audit.copies import copies, most_copied


def test_copies_are_counted_by_kind_group_and_author(made):
    posts = made(
        ["Снег идёт", "снег идёт!", "Снег идёт.", "道路封闭", "道路封闭", "x"],
        ["2024-01-01", "2024-02-01", "2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04"],
        authors=["a", "a", "b", "c", "c", None],
        langs=["ru", "ru", "ru", "zh", "zh", "en"],
        copies={1: (0, "exact"), 2: (0, "near"), 4: (3, "exact")},
    )
    found = copies(posts.table, posts.dropped, 0)
    assert (found["exact"], found["near"], found["originals"], found["groups"]) == (2, 1, 3, 2)
    assert found["share"] == 0.5
    assert found["across_authors"] == 1
    assert found["largest"][0] == {
        "post_id": "p0",
        "posts": 3,
        "authors": 2,
        "first": "2024-01-01",
        "last": "2024-05-01",
        "excerpt": "Снег идёт",
    }
    assert found["by_quarter"] == [
        {"period": "2024Q1", "with": 2, "without": 1},
        {"period": "2024Q2", "with": 4, "without": 2},
    ]
    assert {"lang": "ru", "with": 0.5, "without": round(1 / 3, 4)} in found["by_language"]


def test_the_quarter_with_most_copies_has_to_have_posts():
    quarters = [
        {"period": "2024Q1", "with": 29, "without": 1},
        {"period": "2024Q2", "with": 100, "without": 90},
        {"period": "2024Q3", "with": 100, "without": 70},
    ]
    assert most_copied(quarters)["period"] == "2024Q3"
    assert most_copied(quarters[:1]) is None


def test_no_copies_leave_nothing_to_list(made):
    posts = made(["a", "b"], ["2024-01-01", "2024-01-02"])
    found = copies(posts.table, posts.dropped, 0)
    assert found["share"] == 0
    assert found["largest"] == found["by_quarter"] == found["by_language"] == []


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "zh", "ar"])
def test_the_same_is_said_of_copies_whether_they_are_kept_or_dropped(tmp_path, golden, lang):
    texts = [*golden[lang], golden[lang][0], golden[lang][1], golden[lang][0]]
    rows = [f'"{text}",2024-0{month}-03,a{month}' for month, text in enumerate(texts, 1)]
    path = tmp_path / "posts.csv"
    path.write_text("text,date,author\n" + "\n".join(rows), encoding="utf-8")
    kept, dropped = (read(path, duplicates=how) for how in ("keep", "drop"))
    assert len(kept.table) == 6
    assert len(dropped.table) == 3
    with_all, without = copies(kept.table, kept.dropped, 0), copies(dropped.table, dropped.dropped, 0)
    assert with_all == without
    assert with_all["exact"] == 3
    assert with_all["largest"][0]["excerpt"] == golden[lang][0]
    assert with_all["across_authors"] == 2


def test_without_dates_there_are_no_quarters_of_copies(made):
    posts = made(["a", "a"], copies={1: (0, "exact")})
    found = copies(posts.table, posts.dropped, 0)
    assert found["by_quarter"] == []
    assert found["largest"][0]["first"] is None
