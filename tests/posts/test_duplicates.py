import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse import posts as reading
from discourse.posts import duplicates
from discourse.posts.similarity import jaccard, normal, normals


def find(table):
    return duplicates.find(table, normals(table["message"].tolist()))


def posts(*rows):
    """Rows of (post_id, message, lang, date)."""
    table = pd.DataFrame(rows, columns=["post_id", "message", "lang", "date"])
    return table.assign(date=pd.to_datetime(table["date"], utc=True).astype("datetime64[us, UTC]"))


LONG = {
    "ru": "Посол встретился с министром транспорта и обсудил открытие нового пункта пропуска на границе двух стран",
    "kk": "Елші көлік министрімен кездесіп, екі елдің шекарасында жаңа өткізу пунктін ашуды талқылады және келісті",
    "zh": "大使会见交通部长，双方就在两国边境开设新的口岸、进一步便利人员往来和货物运输、深化互联互通合作深入交换意见",
    "en": "The ambassador met the minister of transport to discuss a new crossing point between the two countries",
    "ar": "التقى السفير وزير النقل وبحث معه افتتاح معبر جديد على الحدود بين البلدين وتسهيل حركة البضائع والركاب",
}


@pytest.mark.parametrize("lang", LONG)
def test_exact_and_near_copies_in_every_language(lang):
    text = LONG[lang]
    found, n_unsure = find(
        posts(
            ("a", text, lang, "2025-01-01"),
            ("b", f"«{text.upper()}»!!! 🔥 https://t.me/x/1", lang, "2025-01-03"),
            ("c", text + " 7", lang, "2025-01-02"),
            ("d", text[: len(text) // 2], lang, "2025-01-04"),
        )
    )
    assert found["duplicate_of"].fillna("").tolist() == ["", "a", "a", ""]
    assert found["duplicate_kind"].fillna("").tolist() == ["", "exact", "near", ""]
    assert n_unsure == 0


def test_the_earliest_is_the_original_wherever_it_stands():
    found, _ = find(posts(("late", LONG["ru"], "ru", "2025-02-01"), ("early", LONG["ru"], "ru", "2025-01-01")))
    assert found["duplicate_of"].fillna("").tolist() == ["early", ""]


def test_a_post_without_a_date_is_no_original_of_one_with():
    found, _ = find(posts(("none", LONG["ru"], "ru", None), ("dated", LONG["ru"], "ru", "2025-01-01")))
    assert found["duplicate_of"].fillna("").tolist() == ["dated", ""]


def test_an_exact_copy_of_a_near_copy_is_a_near_copy_of_the_original():
    near = LONG["en"] + " 7"
    found, _ = find(
        posts(("a", LONG["en"], "en", "2025-01-01"), ("b", near, "en", "2025-01-02"), ("c", near, "en", "2025-01-03"))
    )
    assert found["duplicate_of"].fillna("").tolist() == ["", "a", "a"]
    assert found["duplicate_kind"].fillna("").tolist() == ["", "near", "near"]


def test_near_copies_are_looked_for_within_a_language_and_exact_ones_everywhere():
    found, _ = find(
        posts(
            ("a", LONG["ru"], "ru", "2025-01-01"),
            ("b", LONG["ru"] + " 7", "bg", "2025-01-02"),
            ("c", LONG["ru"], "bg", "2025-01-03"),
        )
    )
    assert found["duplicate_of"].fillna("").tolist() == ["", "", "a"]


def test_posts_of_signs_alone_are_copies_only_if_the_signs_are_the_same():
    found, _ = find(
        posts(
            ("a", "👍👍", "und", "2025-01-01"), ("b", "🔥🔥", "und", "2025-01-02"), ("c", "👍 👍", "und", "2025-01-03")
        )
    )
    assert found["duplicate_of"].fillna("").tolist() == ["", "", "a"]


MESSAGES = st.sampled_from(
    [*LONG.values(), *(text + " 7" for text in LONG.values()), "👍", "снег", "Снег!", "снег идёт"]
)
ROWS = st.lists(st.tuples(MESSAGES, st.sampled_from(["ru", "en"]), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_originals_are_no_copies_copies_are_near_and_the_order_of_rows_has_no_say(rows, rng):
    table = posts(*((f"p{i}", text, lang, f"2025-01-0{1 + day}") for i, (text, lang, day) in enumerate(rows)))
    found = find(table)[0].set_index(table["post_id"])
    message = table.set_index("post_id")["message"]
    copies = found["duplicate_of"].dropna()
    assert found.loc[copies, "duplicate_of"].isna().all()
    for copy, original in copies.items():
        assert jaccard(message[copy], message[original]) >= 0.9
        assert (found.at[copy, "duplicate_kind"] == "exact") == (normal(message[copy]) == normal(message[original]))
    shuffled = table.sample(frac=1, random_state=rng.randrange(2**32)).reset_index(drop=True)
    again = find(shuffled)[0].set_index(shuffled["post_id"]).loc[found.index]
    pd.testing.assert_frame_equal(again, found)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "posts.csv"
    rows = [
        ("2025-01-02", "one", LONG["ru"]),
        ("2025-01-01", "two", LONG["ru"] + " https://t.me/two/1"),
        ("2025-01-03", "three", LONG["zh"]),
        ("2025-01-04", "one", LONG["zh"] + "！"),
        ("2025-01-05", "one", "Совсем другой пост о погоде"),
    ]
    pd.DataFrame(rows, columns=["date", "account", "text"]).to_csv(path, index=False)
    return path


def test_read_marks_copies_across_accounts(file):
    table = reading.read(file).table
    ids = table["post_id"]
    assert table["duplicate_of"].fillna("").tolist() == [ids[1], "", "", ids[2], ""]


def test_read_drops_copies_and_keeps_account_of_them(file):
    found = reading.read(file, duplicates="drop")
    assert len(found.table) == 3
    assert found.n_input == 5
    assert found.dropped["duplicate_kind"].tolist() == ["exact", "exact"]
    assert found.dropped["source_row"].tolist() == [1, 4]
    assert set(found.dropped["duplicate_of"]) <= set(found.table["post_id"])
    assert found.table["duplicate_of"].isna().all()
    assert np.isin(found.table["input_row"], [1, 2, 4]).all()
