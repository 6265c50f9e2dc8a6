"""One small coded corpus, in the files of every program whose hand codes are read."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from html import escape
from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest

TEXTS = [
    "Снег 😀 закрыл дороги в столицу.",
    "Ұлттық құрама финалда жеңіске жетті.",
    "国家队赢得了决赛。",
    "أقر البرلمان ميزانية العام المقبل.",
    "The UN met 🌍 on the budget & <peace>.",
]
SPANS = [
    ("Anna", 0, "закрыл дороги", "weather"),
    ("Anna", 1, "финалда", "sport"),
    ("Anna", 2, "国家队", "sport"),
    ("Anna", 3, "ميزانية", "budget"),
    ("Anna", 4, "The UN met 🌍", "UN"),
    ("Anna", 4, "the budget", "budget"),
    ("Bo", 0, "Снег 😀", "weather"),
    ("Bo", 4, "& <peace>.", "UN"),
]
DEFINITIONS = {"weather": "What the sky does", "sport": "", "budget": "Деньги", "UN": "联合国"}
DOCUMENT = "\n".join(TEXTS)
LAYER = "webanno.custom.Topic"


def units(text):
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def places(coder):
    """Begin, end and code of the spans of a coder in the whole document, in characters."""
    found = []
    for who, post, words, code in SPANS:
        if who == coder:
            begin = sum(len(text) + 1 for text in TEXTS[:post]) + TEXTS[post].index(words)
            found.append((begin, begin + len(words), code))
    return found


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, whole in parts.items():
            archive.writestr(name, whole)
    return out.getvalue()


def tsv(coder):
    """Words are set apart by spaces; a span that covers part of a word is a sub-token."""
    lines = ["#FORMAT=WebAnno TSV 3.3", f"#T_SP={LAYER}|value|note"]
    lines += ["#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue", "", ""]
    spans = [(number, *span) for number, span in enumerate(places(coder), start=1)]
    at = 0
    for sentence, text in enumerate(TEXTS, start=1):
        lines.append(f"#Text={text}")
        for token, word in enumerate(text.split(" "), start=1):
            begin, end = at, at + len(word)
            at = end + 1
            inside = [s for s in spans if s[1] <= begin and end <= s[2]]
            within = [s for s in spans if begin <= s[1] and s[2] <= end and s not in inside]
            begins, ends = units(DOCUMENT[:begin]), units(DOCUMENT[:end])
            cell = "|".join(f"{code}[{number}]" for number, _, _, code in inside) or "_"
            empty = "|".join(f"*[{number}]" for number, *_ in inside) or "_"
            lines.append(f"{sentence}-{token}\t{begins}-{ends}\t{word}\t{cell}\t{empty}\tX\t")
            for part, (_, first, last, code) in enumerate(within, start=1):
                begins, ends = units(DOCUMENT[:first]), units(DOCUMENT[:last])
                piece = DOCUMENT[first:last]
                lines.append(f"{sentence}-{token}.{part}\t{begins}-{ends}\t{piece}\t{code}\t*\t_\t")
        lines.append("")
    return "\n".join(lines).encode()


def xmi(coder):
    marks = [
        f'<custom:Topic xmi:id="{20 + n}" sofa="1" begin="{units(DOCUMENT[:begin])}" '
        f'end="{units(DOCUMENT[:end])}" value={quoteattr(code)}/>'
        for n, (begin, end, code) in enumerate(places(coder))
    ]
    gone = '<custom:Topic xmi:id="99" sofa="1" begin="0" end="4" value="gone"/>'
    pos = '<pos:POS xmi:id="98" sofa="1" begin="0" end="4" PosValue="NN"/>'
    members = " ".join(["98", *(str(20 + n) for n in range(len(marks)))])
    names = {
        "cas": "uima/cas",
        "custom": "webanno/custom",
        "pos": "de/tudarmstadt/ukp/dkpro/core/api/lexmorph/type/pos",
    }
    spaces = "".join(f' xmlns:{prefix}="http:///{path}.ecore"' for prefix, path in names.items())
    text = quoteattr(DOCUMENT, {"\n": "&#10;"})
    sofa = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={text}/>'
    view = f'<cas:View sofa="1" members="{members}"/>'
    body = f'<cas:NULL xmi:id="0"/>{pos}{"".join(marks)}{gone}{sofa}{view}'
    head = f'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"{spaces} xmi:version="2.0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{body}</xmi:XMI>'.encode()


def _type(name, above, **features):
    told = "".join(
        f"<featureDescription><name>{one}</name><rangeTypeName>{kind}</rangeTypeName></featureDescription>"
        for one, kind in features.items()
    )
    return (
        f"<typeDescription><name>{name}</name><supertypeName>{above}</supertypeName>"
        f"<features>{told}</features></typeDescription>"
    )


TYPES = (
    '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>'
    + _type(LAYER, "uima.tcas.Annotation", value="uima.cas.String", next=LAYER)
    + _type(
        "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS", "uima.tcas.Annotation", PosValue="uima.cas.String"
    )
    + _type("webanno.custom.Link", "uima.tcas.Annotation", Governor=LAYER, Dependent=LAYER, label="uima.cas.String")
    + "</types></typeSystemDescription>"
).encode()


def cas_json(coder):
    given = [
        {
            "%ID": 2 + n,
            "%TYPE": LAYER,
            "@sofa": 1,
            "begin": units(DOCUMENT[:b]),
            "end": units(DOCUMENT[:e]),
            "value": code,
        }
        for n, (b, e, code) in enumerate(places(coder))
    ]
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaID": "_InitialView", "sofaString": DOCUMENT}
    kind = {"%SUPER_TYPE": "uima.tcas.Annotation", "value": {"%NAME": "value", "%RANGE": "uima.cas.String"}}
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in given]}}
    whole = {"%TYPES": {LAYER: kind}, "%FEATURE_STRUCTURES": [sofa, *given], "%VIEWS": views}
    return json.dumps(whole, ensure_ascii=False).encode()


def project():
    tags = [{"tag_name": code, "tag_description": told} for code, told in DEFINITIONS.items()]
    about = {
        "source_documents": [{"name": "posts.txt", "state": "ANNOTATION_FINISHED"}],
        "annotation_documents": [
            {"name": "posts.txt", "user": "Anna", "state": "FINISHED"},
            {"name": "posts.txt", "user": "Bo", "state": "IN_PROGRESS"},
        ],
        "tag_sets": [{"name": "topics", "tags": [*tags, {"tag_name": "never", "tag_description": "Not given"}]}],
        "layers": [{"name": LAYER, "features": [{"name": "value", "tag_set": {"name": "topics"}}]}],
    }
    return zipped(
        {
            "exportedproject1.json": json.dumps(about, ensure_ascii=False),
            "source/posts.txt": DOCUMENT,
            "annotation/posts.txt/Anna.zip": zipped({"Anna.xmi": xmi("Anna"), "TypeSystem.xml": TYPES}),
            "annotation/posts.txt/Bo.json": cas_json("Bo"),
            "annotation/posts.txt/INITIAL_CAS.zip": zipped({"INITIAL_CAS.xmi": xmi("?"), "TypeSystem.xml": TYPES}),
            "annotation_ser/posts.txt/Anna.ser": b"\xac\xed\x00\x05sr",
            "annotation_ser/posts.txt/Bo.ser": b"\xac\xed\x00\x05sr",
            "annotation_ser/posts.txt/Cy.ser": b"\xac\xed\x00\x05sr",
        }
    )


def label_studio():
    tasks = []
    for number, text in enumerate(TEXTS):
        annotations = []
        for key, coder in enumerate(("Anna", "Bo")):
            result = [
                {
                    "from_name": "topic",
                    "to_name": "text",
                    "type": "labels",
                    "value": {
                        "start": units(text[: text.index(words)]),
                        "end": units(text[: text.index(words)]) + units(words),
                        "text": words,
                        "labels": [code],
                    },
                }
                for who, post, words, code in SPANS
                if who == coder and post == number
            ]
            annotations.append({"id": key, "completed_by": {"id": key, "email": coder}, "result": result})
        result = [{"from_name": "topic", "type": "labels", "value": {"start": 0, "end": 2, "labels": ["machine"]}}]
        tasks.append(
            {
                "id": 100 + number,
                "data": {"text": text, "post_id": f"p{number}", "lang": "xx"},
                "annotations": [*annotations, {"completed_by": 7, "was_cancelled": True, "result": result}],
                "predictions": [{"result": result}],
            }
        )
    return json.dumps(tasks, ensure_ascii=False).encode()


def label_studio_min():
    items = []
    for number, text in enumerate(TEXTS):
        for key, coder in enumerate(("Anna", "Bo")):
            given = list(dict.fromkeys(code for who, post, _, code in SPANS if who == coder and post == number))
            controls = {} if not given else {"topic": given[0] if len(given) == 1 else {"choices": given}}
            told = {"annotator": coder, "annotation_id": key, "created_at": "", "updated_at": "", "lead_time": 1.5}
            items.append({"text": text, "lang": "xx", "id": 100 + number, **controls, **told})
    return json.dumps(items, ensure_ascii=False).encode()


def database(script, rows):
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(script)
        for table, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            base.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        base.commit()
        return base.serialize()


def qualcoder():
    cids = {code: number for number, code in enumerate(DEFINITIONS, start=1)}
    codings = [
        (cids[code], 1, DOCUMENT[begin:end], begin, end, coder, "", "", n)
        for n, (coder, (begin, end, code)) in enumerate((who, one) for who in ("Anna", "Bo") for one in places(who))
    ]
    return database(
        "CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text);"
        "CREATE TABLE code_cat (catid integer primary key, name text, owner text, memo text, supercatid integer);"
        "CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, color text);"
        "CREATE TABLE code_text (cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, "
        "date text, memo text, ctid integer);"
        "CREATE TABLE code_image (imid integer primary key, cid integer);"
        "CREATE TABLE code_av (avid integer primary key, cid integer);",
        {
            "source": [(1, "posts", DOCUMENT, None, "", "Anna"), (2, "photo.jpg", None, "/images/photo.jpg", "", "Bo")],
            "code_cat": [(1, "politics", "Anna", "", None)],
            "code_name": [
                (cid, code, DEFINITIONS[code], 1 if code in ("UN", "budget") else None, "Anna", "#FF0000")
                for code, cid in cids.items()
            ],
            "code_text": codings,
            "code_image": [(1, 1)],
        },
    )


def qualcoder_report():
    rows = [("posts", who, words, f"ctid:{n}", code, "", "") for n, (who, _, words, code) in enumerate(SPANS)]
    rows.append(("photo.jpg", "Bo", "image", "imid:1", "weather", "", ""))
    return pd.DataFrame(rows, columns=["File/case", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category"])


def taguette(commands=True):
    html = "".join(f"<p>{escape(text)}</p>" for text in TEXTS)
    joined = "".join(TEXTS)
    highlights = []
    for number, (_, post, words, _code) in enumerate(SPANS, start=1):
        begin = len("".join(TEXTS[:post]).encode()) + len(TEXTS[post][: TEXTS[post].index(words)].encode())
        highlights.append((number, 1, begin, begin + len(words.encode()), escape(words)))
    assert len(joined.encode()) >= max(row[3] for row in highlights)
    tags = {code: number for number, code in enumerate(DEFINITIONS, start=1)}
    log = [
        (n, who, 1, json.dumps({"type": "highlight_add", "highlight_id": n}))
        for n, (who, *_) in enumerate(SPANS, start=1)
    ]
    rows = {
        "projects": [(1, "Embassy")],
        "documents": [(1, "posts", "", "posts.txt", 1, html)],
        "tags": [(tags[code], 1, code, DEFINITIONS[code]) for code in tags],
        "highlights": [*highlights, (99, 1, 0, 4, "untagged")],
        "highlight_tags": [(n, tags[code]) for n, (*_, code) in enumerate(SPANS, start=1)],
    }
    return database(
        "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT, "
        "project_id INTEGER, contents TEXT);"
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);"
        "CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, "
        "end_offset INTEGER, snippet TEXT);"
        "CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);"
        "CREATE TABLE commands (id INTEGER PRIMARY KEY, user_login TEXT, project_id INTEGER, payload TEXT);",
        rows | ({"commands": log} if commands else {}),
    )


def taguette_highlights():
    rows = [(n, "posts", code, words) for n, (_, _, words, code) in enumerate(SPANS)]
    return pd.DataFrame(rows, columns=["id", "document", "tag", "content"])


def book(table):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as sheets:
        table.to_excel(sheets, sheet_name="codes", index=False)
    return out.getvalue()


CODEBOOK = pd.DataFrame(
    [(code, "", told, 2) for code, told in DEFINITIONS.items()],
    columns=["tag", "parent", "description", "number of highlights"],
)
WIDE = pd.DataFrame(
    {"post_id": [f"p{n}" for n in range(5)], "text": TEXTS, "topic": ["weather", "sport", "", "none", "UN;budget"]}
)
CODE_LIST = "weather\tWhat the sky does\nsport\npolitics>>budget\tДеньги\npolitics>>world>>UN\t联合国\n"


@pytest.fixture(scope="session")
def honest() -> dict[str, bytes]:
    """Files of every program that hold the same spans, coded by Anna and Bo, by name."""
    return {
        "Anna.tsv": tsv("Anna"),
        "Anna.xmi": xmi("Anna"),
        "xmi.zip": zipped({"Anna.xmi": xmi("Anna"), "TypeSystem.xml": TYPES}),
        "Anna.json": cas_json("Anna"),
        "project.zip": project(),
        "tasks.json": label_studio(),
        "min.json": label_studio_min(),
        "data.qda": qualcoder(),
        "report.csv": qualcoder_report().to_csv(index=False).encode("utf-8-sig"),
        "report.xlsx": book(qualcoder_report()),
        "codes.txt": CODE_LIST.encode(),
        "taguette.sqlite3": taguette(),
        "highlights.csv": taguette_highlights().to_csv(index=False).encode(),
        "highlights.xlsx": book(taguette_highlights()),
        "codebook.csv": CODEBOOK.to_csv(index=False).encode(),
        "wide.csv": WIDE.to_csv(index=False).encode(),
        "wide.xlsx": book(WIDE),
    }


@pytest.fixture(scope="session")
def spans() -> set[tuple[str, str, str]]:
    """Coder, words and code of every span."""
    return {(who, words, code) for who, _, words, code in SPANS}


@pytest.fixture
def read_bytes(tmp_path):
    """Read a file of hand codes from bytes, in whatever format they are."""
    from discourse.codes.readers.formats import read

    def give(data, name):
        path = tmp_path / name
        path.write_bytes(data)
        return read(path)

    return give


@pytest.fixture
def found_spans():
    """Coder, words and code of each coding: the words from the text where there is one, else from the quote."""

    def give(coded):
        texts = coded.sources["text"].tolist()
        return {
            (row.coder, row.quote if pd.isna(row.start) else texts[row.source][row.start : row.end], row.code)
            for row in coded.codings.itertuples()
        }

    return give
