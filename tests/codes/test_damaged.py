"""A thousand damaged files: each is read or refused by name, in little time and memory, and nothing is written."""

import io
import json
import random
import resource
import time
import zipfile

import pytest

from discourse.codes.readers import formats
from discourse.errors import DataError

QUICK, ALL = 100, 1000
SECONDS, MEMORY = 30.0, 1 << 30
"""What one file may take; a bomb is known as one when 64 MiB of it are unpacked and looked at."""

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><XMI xmlns="http://www.omg.org/XMI">&i;</XMI>'
).encode()
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name="&e;"/></Codes></CodeBook>'
)
DEEP = b'<XMI xmlns:xmi="http://www.omg.org/XMI">' + b"<a>" * 100_000
ODD = [None, True, -1, 2**63, 2**70, 1.5, "", "\x00", "\ud800", "=1+1", "9" * 5000, [], {}, [[[]]], "../../etc/passwd"]
ODD += [1e308, -(2**31), {"": None}, "ж" * 3000]
PATHS = ["../../escaped", "/tmp/escaped", "a/../../b", "C:\\escaped", "con", "x" * 400, "", "a\x00b"]
TOKENS = [
    b"\x00",
    b'"',
    b"\n",
    b"\r\n",
    b"\xff\xfe",
    b"<",
    b"&",
    b"]]>",
    b"{",
    b"[",
    b"\\ud800",
    b"1e999",
    b"-1",
    b"\t",
    b"PK\x03\x04",
]


def flipped(chance, data):
    whole = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(whole))
        whole[at] ^= 1 << chance.randrange(8)
    return bytes(whole)


def cut(chance, data):
    return data[: chance.randrange(1, len(data))]


def holed(chance, data):
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 200) :]


def swapped(chance, data):
    first, second, third = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def put_in(chance, data):
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(TOKENS) * chance.choice([1, 2, 50]) + data[at:]


def digits(chance, data):
    """Numbers that become huge, negative or none, in place."""
    whole = bytearray(data)
    places = [at for at, sign in enumerate(whole) if sign in b"0123456789"]
    for at in chance.sample(places, min(len(places), chance.randint(1, 12))):
        whole[at : at + 1] = chance.choice([b"0", b"9", b"-", b"x", b".", b" "])
    return bytes(whole)


def swollen(chance, data):
    """One number becomes very long."""
    places = [at for at, sign in enumerate(data) if sign in b"0123456789"]
    at = chance.choice(places or [0])
    return data[:at] + b"9" * chance.choice([20, 400, 5000]) + data[at:]


ANY = (flipped, cut, holed, swapped, put_in, digits, swollen)


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, whole in parts:
            archive.writestr(zipfile.ZipInfo(name), whole, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def within(chance, data):
    """Damage in the parts of an archive, which itself stays whole."""
    parts = parts_of(data)
    for name in chance.sample(sorted(parts), min(len(parts), chance.randint(1, 2))):
        if parts[name]:
            parts[name] = chance.choice(ANY)(chance, parts[name])
    return packed(parts.items())


def shuffled(chance, data):
    """Parts under each other's names, missing, twice, or under names that lead out of a folder."""
    parts = list(parts_of(data).items())
    names = [name for name, _ in parts]
    match chance.randrange(4):
        case 0:
            chance.shuffle(names)
        case 1:
            names[chance.randrange(len(names))] = chance.choice(PATHS)
        case 2:
            del parts[at := chance.randrange(len(parts))], names[at]
        case 3:
            parts.append(chance.choice(parts))
            names.append(chance.choice([*names, *PATHS]))
    return packed((name, whole) for name, (_, whole) in zip(names, parts, strict=True))


def bombed(chance, data):
    """A part that unpacks to a hundred megabytes or more, and one that says that it is small."""
    parts = parts_of(data)
    name = chance.choice(sorted(parts))
    bomb = chance.choice([b"\x00", b" ", b"<a>", b"["]) * (1 << 27)
    made = packed((parts | {name: bomb}).items())
    if chance.random() < 0.5:
        made = made.replace((len(bomb)).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    return made


def foreign_xml(chance, data):
    """XML with entities, with a file from elsewhere, or endlessly nested, in place of the XML of an archive."""
    parts = parts_of(data)
    xml = [name for name, whole in parts.items() if whole.lstrip()[:1] == b"<"] or sorted(parts)
    parts[chance.choice(xml)] = chance.choice([ENTITIES, OUTSIDE, DEEP])
    return packed(parts.items())


def changed(chance, value):
    """A JSON value in which some values are of another kind, some keys gone or new, and some items doubled."""
    if chance.random() < 0.04:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: changed(chance, item) for key, item in value.items() if chance.random() > 0.05}
    if isinstance(value, list):
        items = [changed(chance, item) for item in value]
        return items + items[:1] if chance.random() < 0.05 else items
    return value


def reshaped(chance, data):
    return json.dumps(changed(chance, json.loads(data))).encode()


def nested(chance, data):
    deep = chance.choice([b"[", b'{"data": {"text": "", "a":', b'[{"result": ']) * chance.choice([500, 200_000])
    return data.replace(b": ", b": " + deep, 1) if chance.random() < 0.5 else deep + data


def pages(chance, data):
    """Pages of a database swapped or overwritten."""
    size = int.from_bytes(data[16:18], "big") or 4096
    blocks = [bytearray(data[at : at + size]) for at in range(0, len(data), size)]
    for _ in range(chance.randint(1, 3)):
        a, b = chance.randrange(len(blocks)), chance.randrange(len(blocks))
        if chance.random() < 0.5:
            blocks[a], blocks[b] = blocks[b], blocks[a]
        else:
            at = chance.randrange(size)
            blocks[a][at : at + 16] = chance.randbytes(16)[: size - at]
    return b"".join(blocks)


def faults(data):
    if data.startswith(b"PK\x03\x04"):
        return (*ANY, within, within, within, shuffled, shuffled, bombed, foreign_xml)
    if data.startswith(b"SQLite"):
        return (*ANY, pages, pages, pages)
    if data.startswith((b"[{", b"{")):
        return (*ANY, reshaped, reshaped, reshaped, nested)
    return ANY


def codebook():
    codes = '<Code guid="A-1" name="weather" isCodable="true"><Description>sky</Description></Code>'
    return f'<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{codes}</Codes></CodeBook>'.encode()


def refi(text):
    span = (
        '<PlainTextSelection guid="S-1" startPosition="0" endPosition="4" name="Снег">'
        '<Coding guid="K-1" creatingUser="U-1"><CodeRef targetGUID="A-1"/></Coding></PlainTextSelection>'
    )
    source = f'<TextSource guid="T-1" name="p0" plainTextPath="internal://T-1.txt">{span}</TextSource>'
    users = '<Users><User guid="U-1" name="Anna"/></Users>'
    codes = '<CodeBook><Codes><Code guid="A-1" name="weather" isCodable="true"/></Codes></CodeBook>'
    body = f"{users}{codes}<Sources>{source}</Sources>"
    whole = f'<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0" name="x">{body}</Project>'
    return packed([("project.qde", whole.encode()), ("Sources/T-1.txt", text.encode())])


pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


@pytest.fixture(scope="module")
def seeds(honest):
    """Honest files that every reader reads."""
    made = honest | {"codes.qdc": codebook(), "project.qdpx": refi("Снег 😀 закрыл дороги в столицу.")}
    return dict(sorted(made.items()))


def everything(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def survives(data, path):
    """Read a file: it gives sound tables or a refusal with its name; tell how long it took."""
    path.write_bytes(data)
    start = time.process_time()
    try:
        coded = formats.read(path)
    except DataError as refusal:
        assert path.name in str(refusal)
        str(refusal).encode("utf-8")
    else:
        sound(coded)
    return time.process_time() - start


def sound(coded):
    """Check what every reader promises of its tables."""
    n = len(coded.sources)
    for table in (coded.codings, coded.read, coded.listed):
        assert table["source"].between(0, n - 1).all()
    held = coded.codings.dropna(subset=["start"])
    lengths = coded.sources["text"].str.len()
    ends = held["source"].map(lengths)
    assert (held["start"] >= 0).all()
    assert (held["start"] <= held["end"]).all()
    assert (held["end"] <= ends).all()
    assert (coded.codings["code"].str.strip() != "").all()
    for table in (coded.sources, coded.codings, coded.codes, coded.read):
        for name in table.columns[table.dtypes == "str"]:
            "\n".join(table[name].dropna()).encode()
    "\n".join(coded.notes).encode()


def run(seeds, numbers, folder, monkeypatch):
    """Damage files, each by its own seed; look at time, memory, and every folder that could be written to."""
    place, here, temporary = folder / "in", folder / "here", folder / "temporary"
    for one in (place, here, temporary):
        one.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    names = list(seeds)
    slow = {}
    for number in numbers:
        chance = random.Random(number)
        name = names[number % len(names)]
        fault = chance.choice(faults(seeds[name]))
        damaged = fault(chance, seeds[name]) or b"\x00"
        took = survives(damaged, place / f"damaged-{name}")
        if took > SECONDS:
            slow[number] = (name, fault.__name__, took)
        (place / f"damaged-{name}").unlink()
    assert slow == {}
    assert everything(folder) == []
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MEMORY + (1 << 28), f"{grown / 2**20:.0f} MiB"  # what the damage itself is made with comes on top


def test_every_honest_file_is_read(seeds, tmp_path):
    for name, data in seeds.items():
        (tmp_path / name).write_bytes(data)
        coded = formats.read(tmp_path / name)
        sound(coded)
        assert len(coded.codes), name


def test_some_damaged_files(seeds, tmp_path, monkeypatch):
    run(seeds, range(QUICK), tmp_path, monkeypatch)


@pytest.mark.slow
def test_a_thousand_damaged_files(seeds, tmp_path, monkeypatch):
    run(seeds, range(ALL), tmp_path, monkeypatch)


@pytest.mark.slow
def test_damaged_real_files(shared_data, tmp_path, monkeypatch):
    real = {
        path.name: path.read_bytes()
        for folder in ("refi-qda", "inception", "qualcoder")
        for path in sorted((shared_data / "formats" / folder).iterdir())
        if path.suffix in (".qdpx", ".zip", ".tsv", ".csv", ".xlsx", ".txt")
    }
    run(real, range(300), tmp_path, monkeypatch)


@pytest.mark.parametrize("name", ["../x.tsv", "/abs/x.tsv", "a/b/c/../../../../x.tsv"])
def test_names_that_lead_out_of_an_archive_are_names_and_nothing_else(name, honest, tmp_path, read_bytes, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = parts_of(honest["project.zip"])
    coded = read_bytes(
        packed([*parts.items(), (name, b"x"), (f"annotation/{name}", honest["Anna.tsv"])]), "project.zip"
    )
    assert {path.name for path in tmp_path.rglob("*")} == {"project.zip"}
    assert set(coded.codings["coder"]) <= {"Anna", "Bo", "x"}


def test_bombs_and_entities_are_refused_with_their_reason(honest, read_bytes):
    parts = parts_of(honest["project.zip"])
    name = "annotation/posts.txt/Bo.json"
    with pytest.raises(DataError, match=r"project\.zip: .*unpacks to more than"):
        read_bytes(packed((parts | {name: b" " * (1 << 27)}).items()), "project.zip")
    sheets = parts_of(honest["wide.xlsx"]) | {"xl/worksheets/sheet1.xml": b"<a>" * 100_000}
    with pytest.raises(DataError, match=r"wide\.xlsx: .*elements within each other"):
        read_bytes(packed(sheets.items()), "wide.xlsx")
    with pytest.raises(DataError, match=r"declares a document type"):
        read_bytes(ENTITIES, "x.xmi")
