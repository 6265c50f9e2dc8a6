"""A thousand damaged files for every reader: each is read into sound rows or refused by name, and nothing else."""

import io
import json
import random
import struct
import zipfile
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from discourse.errors import DataError
from discourse.posts.readers import FORMATS, read_file

BYTES = {"CSV": 600, "Excel": 300, "CrowdTangle CSV": 1000, "4CAT CSV": 1000}
"""Examples of damaged bytes for readers that have not half of their thousand in a test of their own shape."""
FILE = "damaged.file"

POSTS = [
    ("2024-01-01 10:00:00", "Президент подписал указ", "a", 1),
    ("2024-01-02 11:30:00", "Қазақстан Үкіметі; жаңа, бағдарлама", "ә", 20),
    ("2024-01-03 12:00:00", '外交部发言人 "表示"', "新华", 300),
    ("2024-01-04 09:15:00", "أعلنت الحكومة\nعن خطة جديدة", "b", 4),
]


def delimited(header, rows, separator=","):
    return pd.DataFrame(rows, columns=header).to_csv(index=False, sep=separator).encode()


def workbook():
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as book:
        for sheet in ("one", "two"):
            table = pd.DataFrame(POSTS, columns=["date", "text", "author", "likes"])
            table["date"] = pd.to_datetime(table["date"])
            table.to_excel(book, sheet_name=sheet, index=False)
        book.sheets["one"].merge_cells("A2:A3")
    return out.getvalue()


def parquet():
    table = pd.DataFrame(POSTS, columns=["date", "text", "author", "likes"])
    table["date"] = pd.to_datetime(table["date"])
    table["author"] = table["author"].astype("category")
    table["tags"] = [["x"], None, [], ["y", "z"]]
    out = io.BytesIO()
    table.to_parquet(out)
    return out.getvalue()


TELEGRAM = {
    "name": "Арна",
    "type": "public_channel",
    "id": 1234,
    "messages": [
        {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "date_unixtime": "1704067200", "text": ""},
        *(
            {
                "id": n,
                "type": "message",
                "date": date.replace(" ", "T"),
                "date_unixtime": str(1704067200 + n),
                "from": author,
                "text": [text, {"type": "text_link", "text": "x", "href": "https://example.org"}],
                "reactions": [{"type": "emoji", "count": likes, "emoji": "👍"}],
            }
            for n, (date, text, author, likes) in enumerate(POSTS, start=2)
        ),
    ],
}
INSTAGRAM = [
    {
        "media": [{"uri": f"media/{n}.jpg", "creation_timestamp": 1704067200 + n, "title": ""}],
        "title": text.encode().decode("latin-1"),
        "creation_timestamp": 1704067200 + n,
    }
    for n, (_, text, _, _) in enumerate(POSTS)
]
TWEETS = [
    {
        "tweet": {
            "id_str": str(n),
            "created_at": "Wed Mar 12 08:00:00 +0000 2025",
            "full_text": text,
            "lang": "ru",
            "favorite_count": str(likes),
            "retweet_count": "0",
            "entities": {"urls": [{"expanded_url": "https://example.org"}], "hashtags": []},
        }
    }
    for n, (_, text, _, likes) in enumerate(POSTS)
]
RECORDS = [dict(zip(("date", "text", "author", "likes"), post, strict=True)) for post in POSTS]
JSON = {"JSON": (b"", RECORDS), "Telegram export": (b"", TELEGRAM), "Instagram export": (b"", INSTAGRAM)}
JSON["X archive"] = (b"window.YTD.tweets.part0 = ", TWEETS)


def dumped(prefix, value):
    return prefix + json.dumps(value, ensure_ascii=False, indent=1).encode()


CROWDTANGLE = [
    "Account",
    "User Name",
    "Followers at Posting",
    "Post Created",
    "Type",
    "Likes",
    "Comments",
    "Views",
    "URL",
    "Link",
    "Photo",
    "Title",
    "Description",
]
FOURCAT = ["id", "thread_id", "author", "body", "timestamp", "unix_timestamp", "subject", "views"]
SEEDS = {
    "Parquet": parquet(),
    "Excel": workbook(),
    "CSV": delimited(["date", "text", "author", "likes"], POSTS),
    "CrowdTangle CSV": delimited(
        CROWDTANGLE,
        [
            ("Acc", a, "1,200", d + " EST", "Photo", n, 0, 0, "https://example.org/p", "", "", "", t)
            for d, t, a, n in POSTS
        ],
    ),
    "4CAT CSV": delimited(FOURCAT, [(i, i, a, t, d, 1704067200 + i, "", n) for i, (d, t, a, n) in enumerate(POSTS)]),
    **{name: dumped(*made) for name, made in JSON.items()},
}


def test_every_format_has_a_seed_which_its_reader_reads():
    assert set(SEEDS) == {kind.name for kind in FORMATS}
    for kind in FORMATS:
        assert next(one for one in FORMATS if one.recognises(SEEDS[kind.name], "")) is kind
        rows = sound(kind.read(SEEDS[kind.name], FILE))
        assert len(rows.values) in (len(POSTS), 2 * len(POSTS))
        assert not len(rows.rejected)


def sound(rows):
    """Check what every reader promises of its rows."""
    assert len(rows.values) == len(rows.numbers)
    assert rows.n_rows == len(rows.values) + len(rows.rejected)
    assert np.all(np.diff(rows.numbers) > 0)
    assert set(rows.numbers.tolist()).isdisjoint(rows.rejected["row"])
    if rows.n_rows:
        assert min([*rows.numbers.tolist(), *rows.rejected["row"]]) >= 1
        assert max([*rows.numbers.tolist(), *rows.rejected["row"]]) <= rows.n_rows
    assert rows.values.columns.is_unique
    assert not any(dtype.kind == "O" and dtype != "str" for dtype in rows.values.dtypes)
    assert set(rows.roles.values()) <= set(rows.values.columns)
    cells = [*rows.values.to_numpy(dtype=object).flat, *rows.rejected.to_numpy(dtype=object).flat]
    whole = "\n".join([*rows.values.columns, *rows.notes, *(cell for cell in cells if isinstance(cell, str))])
    whole.encode("utf-8")
    assert "\x00" not in whole
    return rows


def survives(read, data):
    """Check that a file is read into sound rows, or refused with an error that names it."""
    try:
        sound(read(data, FILE))
    except DataError as refusal:
        assert FILE in str(refusal)
        str(refusal).encode("utf-8", "surrogatepass")


def many(examples):
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
    )


@st.composite
def damaged(draw, seed, lines=b""):
    """Bytes of a seed with one to four faults: flipped, cut, put in, doubled, swapped."""
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(1, 40))
        match draw(st.integers(0, 6)):
            case 0 if data:
                data[at] = draw(st.integers(0, 255))
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = draw(st.binary(min_size=1, max_size=12))
            case 3:
                data[at:at] = data[at : at + size]
            case 4:
                other = draw(st.integers(0, max(len(data) - 1, 0)))
                block = data[at : at + size]
                data[at : at + size] = data[other : other + size]
                data[other : other + size] = block
            case 5:
                del data[at:]
            case 6:
                data[at:at] = draw(st.sampled_from([b"\x00", b'"', b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", *lines]))
    assume(bytes(data) != seed)
    return bytes(data)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_damaged_bytes(name):
    kind = next(kind for kind in FORMATS if kind.name == name)
    marks = [
        b",",
        b";",
        b"\t",
        b'""',
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"\\u0000",
        b"\\ud800",
        b"NaN",
        b"1e999",
        b"PK\x03\x04",
    ]

    @many(BYTES.get(name, 500))
    @given(damaged(SEEDS[name], marks))
    def run(data):
        survives(kind.read if data and kind.recognises(data, "") else read_file, data)

    run()


ODD = [None, True, 0, -1, 2**63, 2**70, 1.5, float("nan"), float("inf"), "", "\x00", "\ud800", "=1+1", "9" * 5000]
ODD += [[], {}, [None], {"": None}, [[[]]], {"text": [1, {"a": {}}]}, "2024", "ж"]


def changed(chance, value):
    """A JSON value in which some values are of another kind, some keys gone or new, and some items doubled."""
    if chance.random() < 0.04:
        return chance.choice(ODD)
    if isinstance(value, dict):
        kept = {key: changed(chance, item) for key, item in value.items() if chance.random() > 0.05}
        return {str(chance.choice(ODD)): 1} | kept if chance.random() < 0.05 else kept
    if isinstance(value, list):
        items = [changed(chance, item) for item in value]
        return items + items[:1] if chance.random() < 0.05 else items
    return value


@pytest.mark.parametrize("name", sorted(JSON))
def test_json_of_another_shape(name):
    kind = next(kind for kind in FORMATS if kind.name == name)
    prefix, seed = JSON[name]

    @many(600)
    @given(st.integers(0, 2**64))
    def run(start):
        whole = prefix + json.dumps(changed(random.Random(start), seed)).encode()
        survives(kind.read if kind.recognises(whole, "") else read_file, whole)

    run()


PARTS = {
    entry: zipfile.ZipFile(io.BytesIO(SEEDS["Excel"])).read(entry)
    for entry in zipfile.ZipFile(io.BytesIO(SEEDS["Excel"])).namelist()
}
READ = [name for name in PARTS if name.endswith((".xml", ".rels")) and "docProps" not in name and "theme" not in name]


@many(500)
@given(st.data())
def test_damage_within_the_parts_of_a_workbook(data):
    name = data.draw(st.sampled_from(READ))
    tokens = [
        b"<c>",
        b"</row>",
        b'r="A99999999"',
        b't="s"',
        b't="b"',
        b"<v>1</v>",
        b"&amp;",
        b"<f/>",
        b"\xff",
        b"-",
        b"9" * 30,
    ]
    part = data.draw(damaged(PARTS[name], tokens))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry, whole in PARTS.items():
            archive.writestr(entry, part if entry == name else whole)
    kind = next(kind for kind in FORMATS if kind.name == "Excel")
    survives(kind.read, out.getvalue())


@many(300)
@given(st.data())
def test_numbers_changed_in_the_parts_of_a_workbook(data):
    """Damage that leaves the XML whole: only digits and letters of attributes and values are changed."""
    name = data.draw(st.sampled_from(READ))
    part = bytearray(PARTS[name])
    places = [at for at, sign in enumerate(part) if sign in b"0123456789"]
    assume(places)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.sampled_from(places))
        part[at : at + 1] = data.draw(st.sampled_from([b"0", b"7", b"-", b"", b"9", b"x", b"."])).ljust(1, b"1")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry, whole in PARTS.items():
            archive.writestr(entry, bytes(part) if entry == name else whole)
    kind = next(kind for kind in FORMATS if kind.name == "Excel")
    survives(kind.read, out.getvalue())


def test_a_packed_part_that_is_damaged_says_so():
    data = bytearray(SEEDS["Excel"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + sum(struct.unpack_from("<HH", data, entry.header_offset + 26))
    data[start : start + entry.compress_size] = zlib.compress(b"x" * 2000, 0)[: entry.compress_size]
    with pytest.raises(DataError, match=r"damaged\.file: the workbook can't be read"):
        read_file(bytes(data), FILE)


@many(600)
@given(st.data())
def test_damage_in_the_footer_of_a_parquet_file(data):
    seed = SEEDS["Parquet"]
    size = struct.unpack("<L", seed[-8:-4])[0]
    start = len(seed) - 8 - size
    footer = data.draw(damaged(seed[start:-8]))
    length = data.draw(st.sampled_from([len(footer), size, 0, 2**31, 2**32 - 1, len(footer) + 1]))
    made = seed[:start] + footer + struct.pack("<L", length) + b"PAR1"
    kind = next(kind for kind in FORMATS if kind.name == "Parquet")
    survives(kind.read, made)


@many(500)
@given(
    st.lists(st.lists(st.text(max_size=6), max_size=5), min_size=1, max_size=8),
    st.sampled_from(',;\t|"\x00'),
    st.data(),
)
def test_lines_of_anything(rows, separator, data):
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    whole = newline.join(separator.join(row) for row in [["date", "text"], *rows])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251", "gb18030"]))
    kind = next(kind for kind in FORMATS if kind.name == "CSV")
    survives(kind.read, whole.encode(encoding, "replace"))
