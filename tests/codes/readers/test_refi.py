"""Projects of REFI-QDA are read whole, and refused where they are damaged or reach out of themselves."""

import io
import zipfile
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.codes.readers import formats, refi
from discourse.errors import DataError

ANN, BEN = "11111111-0000-0000-0000-000000000001", "11111111-0000-0000-0000-000000000002"
TEXT = "Билік 🌾🌾 бидай экспортын арттырды.\r\nAnd then 🚜 came the tractors.\r\n丝绸之路经济带。"


def archive(parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return held.getvalue()


def project(inside, texts=None, **parts):
    head = '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="p">'
    sources = {f"Sources/{name}": text for name, text in (texts or {}).items()}
    return archive({"project.qde": f"{head}{inside}</Project>", **sources, **parts})


USERS = f'<Users><User guid="{ANN}" name="Ann"/><User guid="{{{BEN.upper()}}}" id="B"/></Users>'
CODES = """<CodeBook><Codes>
<Code guid="c0" name="Topic" isCodable="false"><Description>a folder</Description>
  <Code guid="c1" name="economy" isCodable="true"><Description>Trade, work and prices.</Description>
    <Code guid="c2" name="grain" isCodable="true"/></Code>
  <Code guid="c9" name="shelf" isCodable="false"><Code guid="c3" name="tractors" isCodable="true"/></Code>
  <Code guid="c6" name="none" isCodable="true"/>
</Code>
<Code guid="c4" name="praise" isCodable="true"/>
</Codes></CodeBook>"""


def coding(code, who=None):
    by = f' creatingUser="{who}"' if who else ""
    return f'<Coding guid="g"{by}><CodeRef targetGUID="{code}"/></Coding>'


def selection(quote, codings, text=TEXT, name=None, shift=lambda at: at):
    start = text.index(quote)
    called = f" name={quoteattr(quote if name is None else name)}"
    at = f'startPosition="{shift(start)}" endPosition="{shift(start + len(quote))}"'
    return f'<PlainTextSelection guid="s" {at}{called} creatingUser="{BEN}">{codings}</PlainTextSelection>'


def source(inside, path="internal://T.txt", kind="TextSource", name="a text"):
    return f'<Sources><{kind} guid="t1" name="{name}" plainTextPath="{path}">{inside}</{kind}></Sources>'


def test_codings_of_passages_and_whole_texts_by_two_coders_are_all_read():
    inside = (
        selection("🌾 бидай", coding("C2", ANN) + coding("c1"))
        + selection("丝绸之路", coding("c4", ANN), name="Quotation 1:3")
        + coding("c3", BEN)
    )
    found = refi.read(project(USERS + CODES + source(inside), {"t.TXT": TEXT}), "p.qdpx")
    assert found.sources.to_dict("list")["text"] == [TEXT]
    assert found.codings[["quote", "scheme", "code", "coder"]].fillna("whole").to_numpy().tolist() == [
        ["whole", "Topic", "tractors", "B"],
        ["🌾 бидай", "Topic", "grain", "Ann"],
        ["🌾 бидай", "Topic", "economy", "B"],
        ["丝绸之路", "", "praise", "Ann"],
    ]
    assert found.codings["start"].isna().tolist() == [True, False, False, False]
    assert found.notes == []
    assert found.codes.to_numpy().tolist() == [
        ["Topic", "economy", "", "Trade, work and prices."],
        ["Topic", "grain", "economy", ""],
        ["Topic", "tractors", "", ""],
        ["", "praise", "", ""],
    ]


def test_codes_of_one_name_are_told_apart_by_the_codes_they_are_in():
    inside = """<CodeBook><Codes><Code guid="1" name="UN" isCodable="true"><Code guid="2" name="for" isCodable="true"/>
    </Code><Code guid="3" name="US" isCodable="true"><Code guid="4" name="for" isCodable="true"/></Code></Codes>
    </CodeBook>"""
    found = refi.read(project(inside), "p.qdpx").codes
    assert found[["code", "parent"]].to_numpy().tolist() == [
        ["UN", ""],
        ["UN > for", "UN"],
        ["US", ""],
        ["US > for", "US"],
    ]


def test_a_code_named_none_says_that_a_coder_found_nothing():
    found = refi.read(project(USERS + CODES + source(coding("c6", ANN)), {"T.txt": TEXT}), "p.qdpx")
    assert found.codings.empty
    assert found.read.to_numpy().tolist() == [[0, "Ann", "Topic"]]
    assert "none" not in found.codes["code"].tolist()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_positions_that_count_as_windows_does_are_found_out_and_told(mark):
    def wide(at):
        return len(TEXT[:at].encode("utf-16-le")) // 2

    quotes = ["бидай экспортын", "And then 🚜 came", "came the tractors."]
    inside = "".join(selection(quote, coding("c1"), shift=wide) for quote in quotes)
    data = project(USERS + CODES + source(inside), {"T.txt": mark + TEXT.encode()})
    found = refi.read(data, "p.qdpx")
    assert found.codings["quote"].tolist() == quotes
    assert found.sources["text"].tolist() == [TEXT]
    assert found.notes == [
        "positions count characters such as emoji as two: so read, 3 of 3 passages say what is quoted of them."
    ]


def test_text_within_the_xml_and_its_lost_line_ends_are_counted_right():
    def as_written(at):
        return at

    said = TEXT.replace("\r\n", "\n")
    quotes = ["And then 🚜 came", "丝绸之路经济带"]
    inside = f"<PlainTextContent>{said}</PlainTextContent>"
    inside += "".join(selection(quote, coding("c1"), shift=as_written) for quote in quotes)
    whole = f'<Sources><TextSource guid="t">{inside}</TextSource></Sources>'
    found = refi.read(project(USERS + CODES + whole), "p.qdpx")
    assert found.codings["quote"].tolist() == quotes
    assert "ends of lines as two" in found.notes[0]


def test_the_text_that_stands_for_a_pdf_is_read_and_what_has_none_is_told():
    words = selection("🌾 бидай", coding("c2", ANN))
    words = f'<Representation guid="r" plainTextPath="internal://T.txt">{words}</Representation>'
    page = (
        '<PDFSelection guid="q" page="0" firstX="1" firstY="1" secondX="2" secondY="2"><Representation guid="x">'
        f"<PlainTextContent> came the tractors. </PlainTextContent></Representation>{coding('c3', ANN)}</PDFSelection>"
        f'<PDFSelection guid="q" page="0" firstX="1" firstY="1" secondX="2" secondY="2">{coding("c3")}</PDFSelection>'
    )
    area = f'<PictureSelection guid="z">{coding("c1")}</PictureSelection>'
    picture = f'<PictureSource guid="i" name="map.png">{area}</PictureSource>'
    film = (
        '<VideoSource guid="v" name="film"><Transcript guid="w" plainTextPath="internal://T.txt">'
        '<SyncPoint guid="a1" position="6"/><SyncPoint guid="a2" position="8"/>'
        f'<TranscriptSelection guid="b" fromSyncPoint="A1" toSyncPoint="a2">{coding("c2")}</TranscriptSelection>'
        f"</Transcript>{coding('c4', BEN)}</VideoSource>"
    )
    inside = f'<Sources><PDFSource guid="d" name="paper.pdf">{page}{words}</PDFSource>{picture}{film}</Sources>'
    found = refi.read(project(USERS + CODES + inside, {"T.txt": TEXT}), "p.qdpx")
    assert found.sources["name"].tolist() == ["paper.pdf", "film"]
    assert found.codings["quote"].fillna("whole").tolist() == ["🌾 бидай", "came the tractors.", "whole", "🌾🌾"]
    assert found.notes == [
        "passed over: 1 source without a text (map.png).",
        "passed over: 2 codings of parts of pictures, pages, sounds or films, or of passages without a text.",
    ]


def test_identifiers_of_posts_come_from_variables_of_cases_and_sources():
    variables = (
        '<Variables><Variable guid="v1" name="Post-ID" typeOfVariable="Text"/>'
        '<Variable guid="v2" name="id" typeOfVariable="Integer"/><Variable guid="v3" name="mood"/></Variables>'
    )

    def value(key, said):
        return f'<VariableValue><VariableRef targetGUID="{key}"/><TextValue>{said}</TextValue></VariableValue>'

    cases = (
        f'<Cases><Case guid="k" name="k">{value("v2", "7")}{value("V1", "e0007")}<SourceRef targetGUID="t1"/></Case>'
        f'<Case guid="l">{value("v1", "many")}<SourceRef targetGUID="t2"/><SourceRef targetGUID="t3"/></Case></Cases>'
    )
    texts = "".join(
        f'<TextSource guid="t{i}"><PlainTextContent>text {i}</PlainTextContent>{own}</TextSource>'
        for i, own in ((1, ""), (2, ""), (3, value("v2", "9")))
    )
    found = refi.read(project(variables + cases + f"<Sources>{texts}</Sources>"), "p.qdpx")
    assert found.sources["post_id"].fillna("").tolist() == ["e0007", "", "9"]
    assert found.notes == ["passed over, since they are no codes: the variables mood."]


def test_two_coders_of_one_name_stay_two():
    users = f'<Users><User guid="{ANN}" name="Coder" id="A"/><User guid="{BEN}" name="Coder" id="B"/></Users>'
    inside = source(coding("c1", ANN) + coding("c1", BEN))
    found = refi.read(project(users + CODES + inside, {"T.txt": TEXT}), "p.qdpx")
    assert found.codings["coder"].tolist() == ["Coder (A)", "Coder (B)"]


def test_what_has_no_place_is_counted_and_told():
    inside = source(
        coding("c77")
        + selection("came", coding("c1"), shift=lambda at: at + 10_000)
        + selection("came", coding("c1"), name="")
    )
    notes_ = '<Notes><Note guid="n"><PlainTextContent>aside</PlainTextContent></Note></Notes>'
    sets = '<Sets><Set guid="z" name="z"/></Sets>'
    found = refi.read(project(CODES + inside + notes_ + sets, {"T.txt": TEXT}), "p.qdpx")
    assert len(found.codings) == 1
    assert sorted(found.notes) == [
        "passed over, since they are no codes: 1 note; 1 set.",
        "passed over: 1 coding of a passage without a character of its text.",
        "passed over: 1 coding with a code that the project doesn't have.",
    ]


def test_a_text_outside_the_project_is_not_looked_for(tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    inside = source(coding("c1"), path=f"absolute://{tmp_path}/secret.txt")
    found = refi.read(project(CODES + inside), "p.qdpx")
    assert found.sources["text"].isna().all()
    assert found.notes[0].startswith("not in the project: 1 text (absolute://")
    bare = refi.read(project(CODES + source("", path=f"{tmp_path}/secret.txt")), "p.qdpx")
    assert bare.sources["text"].isna().all()


LAUGHS = '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Project name="&b;"/>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive({"other.xml": "<a/>"}), "the archive holds no part named project.qde"),
        (archive({"a/project.qde": "<a/>", "b/project.qde": "<a/>"}), "2 parts named project.qde"),
        (archive({"project.qde": LAUGHS}), "project.qde: line 1: declares a document type"),
        (archive({"project.qde": "<Project>\n<Users>"}), "project.qde: line 2: is no sound XML (no element found)"),
        (archive({"project.qde": "<CodeBook/>"}), "begins with <CodeBook>"),
        (b"PK\x03\x04 cut off", "is no whole zip archive"),
        (b"not a zip", "is no whole zip archive"),
        (project(source("", path="internal://../../etc/passwd")), "leads out of the project"),
        (project(source("", path="internal://..\\..\\x.txt")), "leads out of the project"),
        (project(source(""), {"T.txt": "Привет".encode("cp1251")}), "Sources/T.txt is not UTF-8, as the texts of"),
        (project(source(""), {"T.txt": b"\0" * 200_000_000}), "unpacks to more than"),
        (project(source('<PlainTextSelection startPosition="x"/>')), "is no position"),
        (project('<CodeBook><Codes><Code guid="c"/></Codes></CodeBook>'), "a code without a name"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)  # fmt: skip
def test_projects_that_are_damaged_or_reach_out_are_refused(data, said):
    with pytest.raises(DataError, match=r"^p\.qdpx: ") as caught:
        refi.read(data, "p.qdpx")
    assert said in str(caught.value)


def test_archives_with_too_many_parts_are_refused(monkeypatch):
    monkeypatch.setattr(refi, "MOST_PARTS", 5)
    with pytest.raises(DataError, match="more parts than the 5"):
        refi.read(project("", {f"{i}.txt": "a" for i in range(6)}), "p.qdpx")


SOUND = project(USERS + CODES + source(selection("🌾 бидай", coding("c2", ANN)) + coding("c4", BEN)), {"T.txt": TEXT})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_project_with_bytes_changed_is_read_or_refused_and_crashes_nothing(data):
    damaged = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(damaged), len(damaged) // 2]))
    try:
        refi.read(bytes(damaged[:cut]), "p.qdpx")
    except DataError as problem:
        assert str(problem).startswith("p.qdpx: ")


def test_a_project_is_known_by_what_is_in_it(tmp_path):
    (tmp_path / "renamed.zip").write_bytes(SOUND)
    assert formats.read(tmp_path / "renamed.zip").format == "REFI-QDA project"


def test_the_projects_of_other_programs_are_read(shared_data):
    folder = shared_data / "formats" / "refi-qda"
    if not folder.is_dir():
        pytest.skip("no projects of REFI-QDA in ../shared/data")
    found = {path.name: formats.read(path) for path in sorted(folder.glob("*.qdpx"))}
    demo = found["demo.qdpx"]
    assert (len(demo.sources), len(demo.codings), len(demo.codes)) == (2, 205, 262)
    for row in demo.codings.itertuples():
        assert demo.sources["text"][row.source][row.start : row.end] == row.quote
        assert row.quote.strip() and "\n" not in row.quote.strip("\n"), "each passage of this project is a line"
    assert demo.codings["coder"].unique().tolist() == ["cp"]
    assert demo.codes["code"].is_unique
    assert len(found["nvivo_project.qdpx"].codes) == 262
    assert found["target-atlas-project.qdpx"].codes["parent"].tolist() == ["", "Commits", "Commits"]
    assert all(coded.notes == [] for coded in found.values())
