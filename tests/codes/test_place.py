"""Hand codes laid on posts: found by identifier, by text and within longer texts, and nothing lost unsaid."""

from __future__ import annotations

import io
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.codes.coded import CODES, CODINGS, READ, SOURCES, Coded, table
from discourse.codes.locate import EXACT, ID, NEAR, NOTHING, WITHIN, locate
from discourse.codes.place import place

TEXTS = [
    "Снег закрыл дороги в столицу, и машины стоят с самого утра.",
    "Ұлттық құрама финалдық кездесуде жеңіске жетті, қала тойлап жатыр.",
    "国家队赢得了决赛，全城都在庆祝这场来之不易的胜利。",
    "أقر البرلمان ميزانية العام المقبل بعد نقاش طويل استمر حتى الليل.",
    "The UN met on the budget 🌍 and spoke of peace until late in the night.",
    "Снег закрыл дороги в столицу, и машины стоят с самого утра.",
]


@pytest.fixture
def posts():
    days = pd.to_datetime(["2024-03-02", "2024-03-03", "2024-03-04", "2024-03-05", "2024-03-06", "2024-03-01"])
    return pd.DataFrame({"post_id": [f"p{n}" for n in range(6)], "text": TEXTS, "message": TEXTS, "date": days})


def sources(*rows):
    return table([(f"s{n}", text, id) for n, (text, id) in enumerate(rows)], SOURCES)


def coded(sources, codings, read=(), codes=()):
    return Coded(
        file="beck.xyz", format="test", sources=sources, read=table(list(read), READ),
        codings=table([(s, a, b, q, scheme, code, coder) for s, a, b, q, scheme, code, coder in codings], CODINGS),
        codes=table(list(codes), CODES),
    )  # fmt: skip


def test_identifiers_count_whatever_the_text(posts):
    found = locate(
        sources((TEXTS[1], "p1"), ("another text, mended since", "p3"), (None, "p4"), (TEXTS[2], "p2")), posts
    )
    assert found.parts["row"].tolist() == [1, 3, 4, 2]
    assert set(found.how) == {ID}
    assert "1 of 3 texts differ" in found.notes[0]


def test_texts_that_nobody_coded_are_not_called_coded(posts):
    texts = sources(*((text, f"p{n}") for n, text in enumerate(TEXTS)))
    row = [(0, None, None, None, "", "snow", "Anna")]
    some = place(coded(texts, row, [(0, "Anna", ""), (1, "Anna", "")]), posts)
    assert "beck.xyz: all 6 texts are posts, by identifier." in some.notes
    every = place(coded(texts, row, [(n, "Anna", "") for n in range(6)]), posts)
    assert "beck.xyz: all 6 coded texts are posts, by identifier." in every.notes
    one = place(coded(sources((TEXTS[0], "p0")), row), posts)
    assert "beck.xyz: the coded text is a post, by identifier." in one.notes


def test_texts_are_nobodys_where_no_post_has_a_text(posts):
    blank = posts.assign(text="", message="")
    found = locate(sources((TEXTS[1], None), (TEXTS[2], "p2"), ("\n\n".join(TEXTS), None)), blank)
    assert found.how.tolist() == [NOTHING] * 3


def test_numbers_of_rows_are_not_taken_for_identifiers(posts):
    shifted = [(TEXTS[n + 1], f"p{n}") for n in range(4)]
    found = locate(sources(*shifted, (None, "p5")), posts)
    assert found.parts["row"].tolist() == [1, 2, 3, 4]
    assert found.how.tolist() == [EXACT] * 4 + [NOTHING]
    assert "numbers of rows" in found.notes[0]


def test_the_users_own_identifiers_where_ours_are_made(posts):
    posts["input_id"] = ["7", "8", "8", None, "9", "10"]
    found = locate(sources((None, "7"), (None, "8"), (None, "p4")), posts)
    assert found.parts[["source", "row"]].values.tolist() == [[0, 0], [2, 4]]


def test_a_title_is_a_name_where_the_text_agrees(posts):
    named = table([("p5", TEXTS[0], None), ("p1", TEXTS[2], None)], SOURCES)
    assert locate(named, posts).parts["row"].tolist() == [5, 2]


def test_equal_texts_go_to_the_earliest_first(posts):
    found = locate(sources((TEXTS[0].upper() + "!!", None)), posts)
    assert found.parts["row"].tolist() == [5]  # of the first of March
    assert "1 posts say the same as a coded one" in found.notes[0]
    both = locate(sources((TEXTS[0], None), (TEXTS[0], None)), posts)
    assert both.parts["row"].tolist() == [5, 0]
    one_by_name = locate(sources((TEXTS[0], "p5"), (TEXTS[0], None)), posts)
    assert one_by_name.parts["row"].tolist() == [5, 0]


def test_text_without_its_boilerplate(posts):
    posts["text"] = posts["text"] + " Подпишитесь на канал посольства @embassy"
    assert locate(sources((TEXTS[1], None)), posts).how.tolist() == [EXACT]


@pytest.mark.parametrize("at", range(5))
def test_near_text(posts, at):
    mended = TEXTS[at][:-1] + "!" + TEXTS[at][-2].upper()
    longer = posts.assign(text=posts["text"] + " " + posts["text"].str[::-1])
    found = locate(sources((mended + " " + TEXTS[at][::-1], None)), longer)
    assert found.how.tolist() == [NEAR]
    assert posts["text"].iloc[found.parts["row"].iloc[0]] == TEXTS[at]


def test_posts_within_a_document_and_spans_in_them(posts):
    long = f"{TEXTS[4]} Delegates of forty states took the floor before the vote was put off once more."
    posts.loc[4, ["text", "message"]] = long
    document = f"Досье, март 2024\n\n1) {TEXTS[1]}\n\n{TEXTS[2]}\n{long.replace('forty', 'fourty')}\n\nконец"
    budget = document.index("the budget")
    start, end = document.index("жеңіске"), document.index("国家队") + 2
    made = coded(
        sources((document, None)),
        [
            (0, budget, budget + 10, "the budget", "", "money", "Anna"),
            (0, start, end, None, "", "sport", "Anna"),
            (0, None, None, None, "", "dossier", "Anna"),
            (0, 0, 5, "Досье", "", "title", "Anna"),
            (0, None, None, "这场来之不易的胜利", "", "victory", "Anna"),
            (0, None, None, "а", "", "letter", "Anna"),
        ],
    )
    assert locate(made.sources, posts).how.tolist() == [WITHIN]
    placed = place(made, posts)
    found = {(row.row, row.code) for row in placed.given.itertuples()}
    assert found == {(4, "money"), (1, "sport"), (1, "dossier"), (2, "dossier"), (4, "dossier"), (2, "victory")}
    assert placed.unmatched[["text", "codings"]].values.tolist() == [["Досье", 1], ["а", 1]]
    assert "outside the posts" in placed.unmatched["reason"].iloc[0]
    said = " ".join(placed.notes)
    assert "5 codings of spans in 1 longer texts count for the post that holds most of each; 1 of them reach" in said
    assert "1 codings of whole longer texts count for all their posts" in said


def test_a_short_post_is_not_found_in_the_middle_of_a_sentence(posts):
    posts.loc[0, ["text", "message"]] = "Мир"
    assert locate(sources(("Мир вам\n\nи мирный договор", None)), posts).how.tolist() == [NOTHING]
    assert locate(sources(("Мир!\n\nи что-то ещё", None)), posts).parts["row"].tolist() == [0]


def test_quotations_alone(posts):
    quotes = ["финалдық кездесуде", "закрыл дороги", "国家队赢得", "nowhere to be found"]
    made = coded(sources(*[(None, None)] * 4), [(n, None, None, quote, "", "c", "") for n, quote in enumerate(quotes)])
    placed = place(made, posts)
    assert placed.given[["row", "coder"]].values.tolist() == [[1, "beck"], [2, "beck"]]
    assert placed.unmatched["reason"].tolist() == ["several posts have these words", "no post has these words"]
    assert "2 quotations" in placed.notes[-1]


def test_who_coded_what(posts):
    two = sources((TEXTS[1], "p1"), (TEXTS[2], "p2"), (TEXTS[3], "p3"))
    codings = [(0, None, None, None, "topic", "a", "Anna"), (1, None, None, None, "tone", "x", "Anna"),
               (1, None, None, None, "topic", "b", "Ben")]  # fmt: skip
    units = place(coded(two, codings), posts).units
    # where a file doesn't say what was read: whoever coded a post coded it for all of their schemes
    assert {tuple(row) for row in units.to_numpy()} == {
        (1, "Anna", "tone"), (1, "Anna", "topic"), (2, "Anna", "tone"), (2, "Anna", "topic"), (2, "Ben", "topic"),
    }  # fmt: skip
    units = place(coded(two, codings, read=[(2, "Ben", "topic")]), posts).units
    assert {tuple(row) for row in units.to_numpy()} == {
        (1, "Anna", "topic"), (2, "Anna", "tone"), (2, "Ben", "topic"), (3, "Ben", "topic"),
    }  # fmt: skip


def test_complete_makes_every_post_of_a_document_coded(posts):
    document = "\n\n".join(TEXTS[1:5])
    made = coded(sources((document, None)), [(0, 2, 9, None, "", "sport", "Anna")])
    assert place(made, posts).units["row"].tolist() == [1]
    assert place(made, posts, complete=True).units["row"].tolist() == [1, 2, 3, 4]


def test_what_matches_nothing_is_told_with_its_reason(posts):
    made = coded(
        sources(("Something else entirely", None), (None, "p77"), (None, None), ("Read, and without codes", None)),
        [(0, 0, 9, None, "", "a", "A"), (0, None, None, None, "", "b", "A"), (1, None, None, None, "", "a", "A"),
         (2, None, None, None, "", "a", "A")],
        read=[(3, "A", "")],
    )  # fmt: skip
    placed = place(made, posts)
    assert placed.given.empty
    assert placed.unmatched[["source", "text", "codings"]].values.tolist() == [
        ["s0", "Something", 1], ["s0", "Something else entirely", 1], ["p77", "", 1], ["s2", "", 1],
        ["s3", "Read, and without codes", 0],
    ]  # fmt: skip
    assert placed.unmatched["reason"].tolist() == [
        "no post says this", "no post says this", "no post has this identifier",
        "neither a text nor an identifier is given", "no post says this",
    ]  # fmt: skip
    assert "4 of 4 codings could not be laid on a post" in placed.notes[0]


pieces = st.sampled_from([*TEXTS, "Something that nobody posted", "Мир", ""])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(pieces, min_size=1, max_size=4), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_no_coding_is_lost(documents, chance):
    days = pd.Series(pd.to_datetime(["2024-03-01"] * len(TEXTS)))
    posts = pd.DataFrame({"post_id": [f"p{n}" for n in range(6)], "text": TEXTS, "message": TEXTS, "date": days})
    texts = ["\n\n".join(parts) for parts in documents]
    codings = []
    for number, text in enumerate(texts):
        for code in range(4):
            start = chance.randint(0, max(len(text) - 1, 0))
            end = chance.randint(start, len(text))
            codings.append((number, *((None, None) if code == 0 else (start, end)), None, "", f"{number}-{code}", "A"))
    made = coded(sources(*((text, None) for text in texts)), codings)
    placed = place(made, posts)
    laid = set(placed.given["code"])
    assert len(laid) + placed.unmatched["codings"].sum() == len(codings)
    assert (placed.unmatched["reason"] != "").all()


def test_the_same_whatever_the_order_of_the_posts(posts):
    made = sources((TEXTS[0], None), ("\n\n".join(TEXTS[1:4]), None), (None, "p4"))
    one = locate(made, posts).parts["row"].map(posts["post_id"])
    mixed = posts.sample(frac=1, random_state=3).reset_index(drop=True)
    assert locate(made, mixed).parts["row"].map(mixed["post_id"]).tolist() == one.tolist()


@pytest.mark.slow
def test_20_000_codes_on_100_000_posts_take_seconds():
    chance = np.random.default_rng(0)
    words = np.array(["".join(chance.choice(list("абвгдежзиклмнопрст"), chance.integers(2, 9))) for _ in range(5000)])
    texts = [" ".join(words[chance.integers(0, 5000, 30)]) for _ in range(100_000)]
    days = pd.Series(pd.date_range("2024-01-01", periods=100_000, freq="min"))
    posts = pd.DataFrame({"post_id": [f"p{n}" for n in range(100_000)], "text": texts, "message": texts, "date": days})
    exact, near = texts[:8000], [text[:-2] + "яя" for text in texts[8000:16_000]]
    documents = ["\n\n".join(texts[at : at + 40]) for at in range(16_000, 20_000, 40)]
    given_sources = [*exact, *near, *documents]
    codings = [(n, None, None, None, "", "a", "A") for n in range(16_000)]
    codings += [
        (16_000 + n, start, start + 20, None, "", "b", "A")
        for n, document in enumerate(documents)
        for start in range(0, len(document) - 300, len(document) // 40)
    ]
    made = coded(sources(*((text, None) for text in given_sources)), codings)
    began = time.monotonic()
    placed = place(made, posts)
    took = time.monotonic() - began
    assert took < 20, took
    assert placed.unmatched["codings"].sum() < 20
    assert set(range(16_000)) <= set(placed.given["row"])


@pytest.mark.parametrize(
    "name",
    ["Anna.tsv", "Anna.xmi", "Anna.json", "project.zip", "tasks.json", "min.json", "data.qda", "taguette.sqlite3"],
)
def test_the_files_of_every_program_are_laid_on_their_posts(name, honest, spans, read_bytes):
    said = pd.read_csv(io.BytesIO(honest["wide.csv"]))["text"].tolist()
    days = pd.Series(pd.to_datetime(["2024-03-01"] * len(said)))
    posts = pd.DataFrame({"post_id": [f"p{n}" for n in range(len(said))], "text": said, "message": said, "date": days})
    placed = place(read_bytes(honest[name], name), posts)
    people = {"Anna"} if name.startswith("Anna") else {"Anna", "Bo"}
    post_of = {words: next(at for at, text in enumerate(said) if words in text) for _, words, _ in spans}
    assert set(placed.given[["row", "coder", "code"]].itertuples(index=False, name=None)) == {
        (post_of[words], who, code) for who, words, code in spans if who in people
    }
    assert placed.unmatched["codings"].sum() == 0


def test_changed_texts_under_right_identifiers(posts):
    rewritten = sources(*[(f"Summary of post number {n}", f"p{n}") for n in range(4)])
    found = locate(rewritten, posts)
    assert found.how.tolist() == [NOTHING] * 4 and found.differs.all()
    assert "take the column of texts out of the file" in found.notes[0]
    lost = place(coded(rewritten, [(n, None, None, None, "", "a", "A") for n in range(4)]), posts).unmatched
    assert set(lost["reason"]) == {"the post that has this identifier has another text"}
    of_ours = locate(rewritten, posts, by_name=True)
    assert of_ours.parts["row"].tolist() == [0, 1, 2, 3]
    assert of_ours.notes == ["4 of 4 texts differ from that of the post with their identifier; the identifier counts."]
