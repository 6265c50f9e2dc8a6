"""Exports of apps and tools: what goes in comes out, whatever the file is called."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.errors import DataError
from discourse.posts import read
from discourse.posts.readers import FORMATS, read_file
from discourse.posts.readers.instagram import mend

FORMAT = {
    "telegram": "telegram",
    "telegram account": "telegram",
    "instagram": "instagram",
    "x": "x",
    "crowdtangle instagram": "crowdtangle",
    "crowdtangle facebook": "crowdtangle",
    "4cat": "4cat",
}
COUNTS = {
    "telegram": "reactions",
    "telegram account": "reactions",
    "x": "favorite_count",
    "crowdtangle instagram": "Total Interactions",
    "crowdtangle facebook": "Total Interactions",
    "4cat": "num_likes",
}
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@pytest.mark.parametrize("kind", FORMAT)
@pytest.mark.parametrize("name", ["posts.txt", "export", "posts.csv", "result.json"])
def test_an_export_gives_back_what_went_in(kind, name, exports, tmp_path):
    (tmp_path / name).write_bytes(exports.BUILDERS[kind]())
    posts = read(tmp_path / name, timezone="Asia/Almaty")
    table = posts.table
    assert posts.sources[0]["format"] == FORMAT[kind]
    assert len(posts.rejected) == 0
    text = [post["text"] for post in exports.POSTS]
    assert table["text"].tolist() == text
    assert [int(moment.timestamp()) for moment in table["date"]] == [post["unix"] for post in exports.POSTS]
    assert str(table["date"].dtype) == "datetime64[us, Asia/Almaty]"
    assert table["date"][0].isoformat() == "2025-01-01T15:00:00+05:00"
    assert "&amp;" not in " ".join(table["message"])
    if kind not in ("instagram", "x"):
        authors = [post["author"] for post in exports.POSTS]
        assert table["author"].tolist() == ([a.lower() for a in authors] if kind.endswith(" instagram") else authors)
        assert table["lang"].tolist() == ["ru", "kk", "zh", "en", "ar"]
    if kind in COUNTS:
        assert table[COUNTS[kind]].tolist() == [post["likes"] for post in exports.POSTS]
    if kind.startswith("telegram"):
        assert table["link"][0] == "https://t.me/c/1234567890/11"
        assert table["links"][1] == "https://example.org/12"


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=6),
    unix=st.lists(st.integers(10**9, 2 * 10**9), min_size=6, max_size=6),
)
def test_any_text_survives_an_export(texts, unix, exports):
    posts = [
        {"id": n, "unix": unix[n], "text": text, "author": f"a{n}", "likes": n * 1000} for n, text in enumerate(texts)
    ]
    for kind, build in exports.BUILDERS.items():
        found = read_file(build(posts), "posts")
        assert found.format == FORMAT[kind]
        column = found.values[found.roles["text"]].tolist()
        assert column == texts, kind


def test_every_export_says_which_column_is_which(export, tmp_path):
    (tmp_path / "a").write_bytes(export)
    notes = read(tmp_path / "a").notes
    assert any(note.startswith("text: column ") and note.endswith((" export).", " archive).")) for note in notes), notes
    (tmp_path / "b.txt").write_bytes(export)
    assert any(note.startswith("the name says CSV, the content is ") for note in read(tmp_path / "b.txt").notes)


def test_what_the_user_names_goes_before_what_the_format_knows(exports, tmp_path):
    (tmp_path / "ct.csv").write_bytes(exports.crowdtangle_facebook())
    posts = read(tmp_path / "ct.csv", text="Link Text", author="Facebook Id")
    assert posts.columns["text"] == "Link Text"
    assert posts.table["author"][0] == "100044"


def test_a_name_holds_for_the_files_that_have_such_a_column(exports, tmp_path):
    (tmp_path / "result.json").write_bytes(exports.telegram_export())
    (tmp_path / "notes.csv").write_text("date,said,heard\n2025-01-01,snow in the capital today,rain in the north\n")
    posts = read(tmp_path, text="Heard")
    assert posts.table["text"][0] == "rain in the north"
    assert posts.table["text"].tolist()[1:] == [post["text"] for post in exports.POSTS]
    for place in (tmp_path, tmp_path / "result.json"):
        with pytest.raises(DataError, match='there is no column "herd"'):
            read(place, text="herd")


WEIRD = [None, True, -1, 1e308, "", "\x00", [], {}, [None], {"a": 1}, [{"text": 1}], [["x"]]]


@pytest.mark.parametrize("kind", ["telegram", "telegram account", "instagram", "x"])
def test_values_of_any_kind_in_any_place_are_read_or_refused(kind, exports):
    data = exports.BUILDERS[kind](exports.POSTS[:2])
    start = data.index(b"=") + 1 if kind == "x" else 0

    def places(value, path=()):
        yield path
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from places(value[key], (*path, key))

    for number, path in enumerate(list(places(json.loads(data[start:])))[1:]):
        whole = json.loads(data[start:])
        holder = whole
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = WEIRD[number % len(WEIRD)]
        try:
            rows = read_file(data[:start] + json.dumps(whole).encode(), "a")
        except DataError:
            continue
        assert len(rows.values) + len(rows.rejected) == rows.n_rows


def test_a_cut_export_is_refused_or_its_last_row_is_rejected(exports):
    for kind in ("telegram", "telegram account", "instagram", "x"):
        whole = exports.BUILDERS[kind]()
        with pytest.raises(DataError, match=r"a\.json: the .*(export|archive) is damaged or cut short"):
            read_file(whole[: int(0.9 * len(whole))], "a.json")


def test_exports_without_posts_are_refused():
    for data in (
        b'{"name": "a", "type": "public_channel", "id": 1, "messages": []}',
        b'{"name": "a", "type": "public_channel", "id": 1, "messages": [{"type": "service"}]}',
        b"window.YTD.tweets.part0 = []",
    ):
        with pytest.raises(DataError, match="holds no posts"):
            read_file(data, "a")
    with pytest.raises(DataError, match="part of an X archive that holds no posts"):
        read_file(b'window.YTD.follower.part0 = [{"follower": {}}]', "follower.js")


# Telegram


def test_service_messages_are_counted_apart_and_are_no_rows(exports, tmp_path):
    (tmp_path / "result.json").write_bytes(exports.telegram_export())
    posts = read(tmp_path / "result.json")
    assert posts.n_input == 5
    assert posts.table["input_row"].tolist() == [0, 1, 2, 3, 4]
    assert posts.sources[0]["service_messages"] == 1
    assert any("1 service message(s) left out" in note for note in posts.notes)


def test_a_message_without_words_is_rejected(exports, tmp_path):
    chat = exports.telegram_chat(exports.POSTS)
    chat["messages"][1] |= {"text": "", "text_entities": [], "photo": "photos/1.jpg"}
    chat["messages"].insert(3, "no message")
    (tmp_path / "result.json").write_text(json.dumps(chat))
    posts = read(tmp_path / "result.json")
    assert posts.rejected[["row", "reason"]].to_numpy().tolist() == [[1, "no text"], [3, "not a post"]]
    assert posts.table["source_row"].tolist() == [2, 4, 5, 6]


def test_old_telegram_exports_have_local_times_only(exports, tmp_path):
    (tmp_path / "result.json").write_bytes(exports.telegram_export(unixtime=False))
    posts = read(tmp_path / "result.json", timezone="Europe/Moscow")
    assert int(posts.table["date"][0].timestamp()) == exports.POSTS[0]["unix"]
    assert any("--timezone should name its time zone" in note for note in posts.notes)


def test_all_chats_of_an_account_are_read_with_their_names(exports, tmp_path):
    one = exports.telegram_chat(exports.POSTS[:2], name="Ауыл", number=1)
    other = exports.telegram_chat(exports.POSTS[2:], name="城", kind="private_group", number=2)
    del other["messages"][1]["from"], other["messages"][1]["from_id"], other["messages"][2]["from"]
    (tmp_path / "result.json").write_bytes(exports.telegram_account([one, other]))
    posts = read(tmp_path / "result.json")
    assert posts.table["chat"].tolist() == ["Ауыл", "Ауыл", "城", "城", "城"]
    assert posts.table["author"].tolist() == ["Газета", "Арна", "城", "channel2", "الصحيفة"]
    assert posts.table["link"].isna().tolist() == [False, False, True, True, True]
    assert "2 chats are read." in posts.notes


# Instagram


@given(TEXTS)
def test_broken_utf8_is_mended_and_sound_text_stays(text):
    assert mend(text.encode().decode("latin-1")) == text
    if any(c > "\xff" for c in text):
        assert mend(text) == text


def test_captions_that_are_sound_stay(exports):
    data = json.dumps(
        [{"media": [{"uri": "a.jpg", "creation_timestamp": 1735725600, "title": "Снег в café"}]}], ensure_ascii=False
    )
    found = read_file(data.encode(), "posts_1.json")
    assert found.values["caption"].tolist() == ["Снег в café"]
    assert found.notes == []


@pytest.mark.parametrize("wrapper", ["ig_reels_media", "ig_igtv_media", "ig_archived_post_media"])
def test_reels_are_wrapped_posts(exports, wrapper):
    found = read_file(exports.instagram_export(wrapper=wrapper), "reels.json")
    assert found.format == "instagram"
    assert found.values["caption"].tolist() == [post["text"] for post in exports.POSTS]
    assert found.values["media"].tolist() == [1, 2, 1, 2, 1]


# X


def test_older_archives_and_parts_are_read(exports):
    for name, part in (("tweet", 0), ("tweets", 1)):
        found = read_file(exports.x_archive(name=name, part=part), "tweet.js")
        assert found.values["id_str"].tolist()[0] == "1750000000000000011"
        assert found.values["link"][0] == "https://x.com/i/web/status/1750000000000000011"
        assert found.values["urls"][0] == "https://example.org/a"
        assert found.values["retweet_count"].tolist() == [2] * 5


def test_kazakh_is_detected_since_x_does_not_know_it(exports, tmp_path):
    (tmp_path / "tweets.js").write_bytes(exports.x_archive())
    posts = read(tmp_path / "tweets.js")
    assert posts.table["lang"].tolist()[:2] == ["ru", "kk"]  # X marks both ru
    assert posts.table["lang"][3] == "en"  # X marks it und


# CrowdTangle and 4CAT


@pytest.mark.parametrize(
    ("zone", "hours"), [("EST", -5), ("PDT", -7), ("CEST", 2), ("MSK", 3), ("+05", 5), ("ACDT", 10.5)]
)
def test_crowdtangle_names_its_zone(exports, tmp_path, zone, hours):
    (tmp_path / "a.csv").write_bytes(exports.crowdtangle_instagram(zone=zone, hours=hours))
    dates = read(tmp_path / "a.csv", timezone="Asia/Almaty").table["date"]
    assert [int(date.timestamp()) for date in dates] == [post["unix"] for post in exports.POSTS]


def test_a_zone_that_may_be_two_is_no_date(exports, tmp_path):
    (tmp_path / "a.csv").write_bytes(exports.crowdtangle_instagram(zone="IST"))
    with pytest.raises(DataError, match="not a date in any form"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("platform", ["instagram", "telegram", "twitter", "tiktok", "vk"])
def test_fourcat_of_every_platform(exports, tmp_path, platform):
    (tmp_path / "a.csv").write_bytes(exports.fourcat(platform=platform))
    table = read(tmp_path / "a.csv", timezone="Asia/Almaty").table
    assert table["author"].tolist() == [post["author"] for post in exports.POSTS]
    assert [int(date.timestamp()) for date in table["date"]] == [post["unix"] for post in exports.POSTS]
    assert table["lang"].tolist() == ["ru", "kk", "zh", "en", "ar"]


def test_fourcat_says_what_has_only_a_subject(tmp_path):
    header = b"id,thread_id,author,body,subject,timestamp\n"
    (tmp_path / "a.csv").write_bytes(
        header + b"1,1,a,snow falls,,2025-01-01 10:00:00\n2,1,b,,roads closed,2025-01-02\n"
    )
    posts = read(tmp_path / "a.csv", timezone="Asia/Almaty")
    assert any("1 row(s) have a subject and no body" in note for note in posts.notes)
    assert posts.table["date"][0].isoformat() == "2025-01-01T15:00:00+05:00"
    assert read(tmp_path / "a.csv", text="subject").table["text"].tolist() == ["roads closed"]


def test_plain_tables_are_not_taken_for_exports(tmp_path):
    for data, kind in (
        (b"id,text,date\n1,snow,2025-01-01\n", "csv"),
        (b'[{"media": "tv", "text": "snow", "date": "2025-01-01"}]', "json"),
        (b'{"messages": [{"text": "snow", "date": "2025-01-01"}]}', "json"),
        (b'{"type": "message", "text": "snow"}\n{"type": "message", "text": "rain"}\n', "jsonl"),
    ):
        assert read_file(data, "a").format == kind


def test_formats_have_names_of_their_own():
    assert len({kind.name for kind in FORMATS}) == len(FORMATS)


# Several at once


def test_a_mixed_folder_is_one_table(exports, tmp_path):
    folder = tmp_path / "all"
    for name, data in {
        "channel/result.json": exports.telegram_export(exports.POSTS[:1]),
        "alma/your_instagram_activity/media/posts_1.json": exports.instagram_export(exports.POSTS[1:2]),
        "alma/connections/followers_1.json": b'[{"title": "", "string_list_data": [{"value": "x"}]}]',
        "alma/media/posts/202501/12.jpg": b"\xff\xd8\xff",
        "xinhua/data/tweets.js": exports.x_archive(exports.POSTS[2:3]),
        "xinhua/data/tweets-part1.js": exports.x_archive(exports.POSTS[3:4], part=1),
        "xinhua/data/follower.js": b'window.YTD.follower.part0 = [{"follower": {}}]',
        "الصحيفة.csv": "Дата;Текст;reactions\n2025-05-01 12:00;أغلقت الثلوج الكثيفة الطرق إلى العاصمة;3\n".encode(),
        "README.txt": b"How these files came about, and when.",
        ".hidden.csv": b"text\nx\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    posts = read(folder, timezone="Asia/Almaty")
    table = posts.table.sort_values("date", ignore_index=True)
    assert [int(date.timestamp()) for date in table["date"]] == [post["unix"] for post in exports.POSTS]
    assert table["text"].tolist() == [post["text"] for post in exports.POSTS]
    assert table["author"].tolist() == ["Газета", "alma", "xinhua", "xinhua", "الصحيفة"]
    assert table["reactions"].fillna(-1).tolist() == [5, -1, -1, -1, 3]
    assert pd.api.types.is_integer_dtype(table["reactions"].dtype)
    assert posts.columns["text"] in posts.stored
    said = "\n".join(posts.notes)
    assert "followers_1.json (records of an Instagram export that are no posts)" in said
    assert "2 file(s): README.txt, xinhua/data/follower.js (no format that is read in a folder)" in said
    assert "1 file(s): .hidden.csv (hidden)" in said
    assert "1 media file(s) passed over" in said
    assert "the folder or file name stands in: alma, xinhua, الصحيفة." in said


def test_parts_of_an_export_are_one_table(exports, tmp_path):
    for number, posts in enumerate((exports.POSTS[:2], exports.POSTS[2:]), start=1):
        (tmp_path / f"posts_{number}.json").write_bytes(exports.instagram_export(posts))
    table = read(tmp_path).table
    assert table["text"].tolist() == [post["text"] for post in exports.POSTS]
    assert set(table["author"]) == {tmp_path.name}


def test_a_telegram_message_without_a_moment_in_utc_falls_back_alone(exports, tmp_path):
    chat = exports.telegram_chat(exports.POSTS)
    del chat["messages"][2]["date_unixtime"]
    chat["messages"][3]["date_unixtime"] = "soon"
    (tmp_path / "result.json").write_text(json.dumps(chat))
    posts = read(tmp_path / "result.json", timezone="Europe/Moscow")
    unix = [post["unix"] for n, post in enumerate(exports.POSTS) if n != 2]
    assert [int(date.timestamp()) for date in posts.table["date"]] == unix
    assert posts.rejected[["column", "value"]].to_numpy().tolist() == [["moment", "soon"]]
    assert posts.columns["date"] == "moment"
    assert any(note.startswith("1 of 5 messages are without date_unixtime") for note in posts.notes)
    shifted = read(tmp_path / "result.json").table["date"]  # in another zone than the machine's only that one moves
    assert [int(date.timestamp()) - at for date, at in zip(shifted, unix, strict=True)] == [0, 3 * 3600, 0, 0]


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        ({"author": "77", "author_name": "acc2"}, "author_name"),
        ({"author": "77", "author_fullname": "Алма", "author_id": "77"}, "author_fullname"),
        ({"author": "77", "username": "alma"}, "username"),
        ({"author": "77", "author_username": "", "author_name": "Алма"}, "author_name"),
        ({"author": "alma", "author_fullname": "Алма Б."}, "author"),
        ({"author": "77", "author_name": "2024"}, "author"),
        ({"author_id": "77"}, "author_id"),
    ],
)
def test_a_4cat_author_is_a_name_before_a_number(columns, chosen):
    header = ["id", "thread_id", "timestamp", "body", *columns]
    row = ["1", "1", "2025-01-01 10:00:00", "snow", *columns.values()]
    assert read_file(f"{','.join(header)}\n{','.join(row)}\n".encode(), "a.csv").roles["author"] == chosen


def test_x_escapes_three_signs_and_nothing_else(exports):
    said = "a < b && c > d; &lt; is no sign, nor is &amp;amp;, &copy; or &quot;"
    escaped = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    data = exports.x_archive([exports.POSTS[0] | {"text": "PLACE"}]).replace(b"PLACE", escaped.encode())
    assert read_file(data, "tweets.js").values["full_text"].tolist() == [said]


def test_posts_whose_mark_x_cannot_know_are_counted(exports, tmp_path):
    (tmp_path / "tweets.js").write_bytes(exports.x_archive())
    notes = read(tmp_path / "tweets.js").notes
    assert any("X's mark is not used for 2 post(s) that are in Kazakh letters or without a mark" in n for n in notes)
