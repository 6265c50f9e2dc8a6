"""Hand codes in the files of INCEpTION, Label Studio, QualCoder and Taguette: the same spans in all of them."""

import json

import pandas as pd
import pytest

from discourse.codes.readers import formats
from discourse.errors import DataError

ANNA = {"Anna.tsv", "Anna.xmi", "xmi.zip", "Anna.json"}
SPANS = [*sorted(ANNA), "project.zip", "tasks.json", "data.qda", "report.csv", "report.xlsx", "taguette.sqlite3"]


@pytest.mark.parametrize("name", SPANS)
def test_spans_of_every_program_are_the_same(name, honest, spans, read_bytes, found_spans):
    coded = read_bytes(honest[name], name)
    assert found_spans(coded) == {one for one in spans if name not in ANNA or one[0] == "Anna"}
    held = coded.codings.dropna(subset=["quote", "start"])
    texts = coded.sources["text"].tolist()
    assert all(texts[row.source][row.start : row.end] == row.quote for row in held.itertuples())
    assert coded.file.endswith(name)
    assert set(coded.codings["code"]) <= set(coded.codes["code"])


@pytest.mark.parametrize("name", ["highlights.csv", "highlights.xlsx"])
def test_exported_highlights_have_words_and_no_coder(name, honest, spans, read_bytes):
    coded = read_bytes(honest[name], name)
    assert set(zip(coded.codings["quote"], coded.codings["code"], strict=True)) == {one[1:] for one in spans}
    assert set(coded.codings["coder"]) == {""}
    assert coded.sources["text"].isna().all()


def test_a_project_of_inception_tells_who_finished_what_and_what_codes_mean(honest, read_bytes):
    coded = read_bytes(honest["project.zip"], "project.zip")
    assert coded.sources[["name", "post_id"]].to_numpy(na_value=None).tolist() == [["posts.txt", None]]
    assert coded.read.to_dict("records") == [{"source": 0, "coder": "Anna", "scheme": "Topic"}]
    meaning = dict(zip(coded.codes["code"], coded.codes["definition"], strict=True))
    assert meaning["UN"] == "联合国"
    assert meaning["never"] == "Not given"
    assert set(coded.codings["scheme"]) == {"Topic"}
    assert any("1 annotated document(s) are in the project only as" in note for note in coded.notes)
    assert any("POS" in note for note in coded.notes)


def test_a_project_with_serialized_annotations_alone_is_refused(read_bytes, honest):
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest["project.zip"])) as whole, zipfile.ZipFile(out, "w") as archive:
        for part in whole.namelist():
            if not part.startswith("annotation/"):
                archive.writestr(part, whole.read(part))
    with pytest.raises(DataError, match=r"project\.zip: no codes can be read: 3 .*UIMA CAS XMI"):
        read_bytes(out.getvalue(), "project.zip")


def test_annotations_that_were_deleted_are_no_codes(honest, read_bytes):
    for name in ("Anna.xmi", "xmi.zip"):
        assert "gone" not in set(read_bytes(honest[name], name).codes["code"])


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Code|topic|stance|sure
#T_SP=webanno.custom.Frame|FE|ROLE_webanno.custom.Frame:Roles_webanno.custom.FrameRolesLink|webanno.custom.Lu
#T_SP=webanno.custom.Mark
#T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceType|referenceRelation
#T_RL=webanno.custom.Rel|label|BT_webanno.custom.Code


#Text=I like it 😊 .
#Text=Second line
1-1\t0-1\tI\tUN[1]|A\\|B[2]\t*[1]|pro[2]\ttrue[1]|false[2]\t_\t_\t_\t_\t_\t_\t_\t_\t
1-2\t2-6\tlike\tUN[1]\t*[1]\ttrue[1]\t_\t_\t_\t_\t_\t_\t_\t_\t
1-3\t7-9\tit\t_\t_\t_\ttrans\tseller;goods\t2-1;2-3[4]\t*\t_\t_\t_\t_\t
1-4\t10-12\t😊\temo\\_ji\t*\t*\t_\t_\t_\t_\t_\t_\t_\t_\t

#Sentence.id=2
#Text=New one
2-1\t27-30\tNew\tx\\[1\\]\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t
2-2\t31-34\tone\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t_\t
"""


def test_features_stacks_escapes_and_slots_of_webanno_tsv(read_bytes):
    coded = read_bytes(TSV.encode(), "user1.tsv")
    text = coded.sources["text"].iloc[0]
    assert text == "I like it 😊 .\nSecond line\nNew one"
    got = [(row.scheme, row.code, text[row.start : row.end]) for row in coded.codings.itertuples()]
    assert sorted(got) == sorted(
        [
            ("Code.topic", "UN", "I like"),
            ("Code.sure", "true", "I like"),
            ("Code.topic", "A|B", "I"),
            ("Code.stance", "pro", "I"),
            ("Frame", "trans", "it"),
            ("Mark", "Mark", "it"),
            ("Code.topic", "emo_ji", "😊"),
            ("Code.topic", "x[1]", "New"),
        ]
    )
    assert set(coded.codings["coder"]) == {"user1"}
    assert not any("without a value" in note for note in coded.notes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2-1\t27-30", "2-1\t2-30", "line 18: the sentence begins at 2,"),
        ("2-2\t31-34\tone\t_\t_", "2-2\t31-34\tone", "line 19: has 10 columns of layers, the header tells 11"),
        ("2-2\t31-34", "two\t31-34", "line 19: is no word of a WebAnno TSV file"),
    ],
)
def test_faults_of_webanno_tsv_are_told_with_their_line(old, new, said, read_bytes):
    assert TSV.count(old) == 1
    with pytest.raises(DataError, match=said):
        read_bytes(TSV.replace(old, new).encode(), "user1.tsv")


def test_annotations_of_a_whole_document_are_codes_of_the_whole_source(read_bytes):
    head = (
        'xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///webanno/custom.ecore"'
    )
    body = (
        '<cas:Sofa xmi:id="1" sofaString="Снег"/><c:Post sofa="1"><topics>weather</topics><topics>Kazakhstan</topics>'
    )
    coded = read_bytes(f"<xmi:XMI {head}>{body}</c:Post></xmi:XMI>".encode(), "Anna.xmi")
    assert coded.codings["code"].tolist() == ["weather", "Kazakhstan"]
    assert coded.codings[["start", "end"]].isna().all(axis=None)
    assert set(coded.codings["scheme"]) == {"Post"}


def test_tasks_annotated_with_nothing_were_read(honest, read_bytes):
    coded = read_bytes(honest["tasks.json"], "tasks.json")
    assert coded.sources["post_id"].tolist() == [f"p{n}" for n in range(5)]
    assert len(coded.read) == 10
    assert set(coded.read["scheme"]) == {"topic"}
    assert "machine" not in set(coded.codes["code"])
    assert any("predictions" in note for note in coded.notes)
    assert any("5 cancelled" in note for note in coded.notes)


def test_the_short_export_of_label_studio_has_choices_of_whole_posts(honest, spans, read_bytes):
    coded = read_bytes(honest["min.json"], "min.json")
    assert coded.codings[["start", "end"]].isna().all(axis=None)
    assert set(zip(coded.codings["coder"], coded.codings["code"], strict=True)) == {(one[0], one[2]) for one in spans}
    assert set(coded.codings["scheme"]) == {"topic"}
    assert len(coded.read) == 10


def test_choices_taxonomies_and_ratings_are_codes_and_free_text_is_none(read_bytes):
    def result(kind, value, name):
        return {"type": kind, "value": {kind if kind != "textarea" else "text": value}, "from_name": name}

    given = [
        result("choices", ["pro", "sure"], "stance"),
        result("taxonomy", [["Asia", "Kazakhstan"]], "place"),
        result("rating", 4, "weight"),
        result("textarea", ["a thought"], "note"),
    ]
    task = {"id": 1, "data": {"message": "Снег"}, "annotations": [{"completed_by": 3, "result": given}]}
    coded = read_bytes(json.dumps([task]).encode(), "tasks.json")
    got = set(zip(coded.codings["scheme"], coded.codings["code"], strict=True))
    assert got == {("stance", "pro"), ("stance", "sure"), ("place", "Asia > Kazakhstan"), ("weight", "4")}
    assert coded.sources["text"].tolist() == ["Снег"]
    assert coded.codings["coder"].unique().tolist() == ["3"]
    assert any("1 result(s) are free text" in note for note in coded.notes)


def test_spans_outside_a_text_are_kept_by_their_words(read_bytes):
    value = {"start": 40, "end": 50, "text": "Снег", "labels": ["weather"]}
    mark = {"type": "labels", "from_name": "topic", "value": value}
    task = {"id": 1, "data": {"text": "дождь"}, "annotations": [{"completed_by": 3, "result": [mark]}]}
    coded = read_bytes(json.dumps([task]).encode(), "tasks.json")
    assert coded.codings[["source", "quote", "code"]].to_numpy().tolist() == [[1, "Снег", "weather"]]
    assert pd.isna(coded.sources["text"].iloc[1])
    assert any("lie outside their text" in note for note in coded.notes)


def test_categories_memos_and_images_of_qualcoder(honest, read_bytes):
    coded = read_bytes(honest["data.qda"], "data.qda")
    codes = coded.codes.set_index("code")
    assert codes.loc["UN", ["parent", "definition"]].tolist() == ["politics", "联合国"]
    assert any("1 coding(s) of images" in note for note in coded.notes)
    assert coded.read.empty


def test_the_folder_of_a_qualcoder_project_is_read(honest, tmp_path):
    (tmp_path / "embassy.qda").mkdir()
    (tmp_path / "embassy.qda" / "data.qda").write_bytes(honest["data.qda"])
    assert len(formats.read(tmp_path / "embassy.qda").codings) == 8


def test_positions_counted_in_utf_16_units_are_found_by_the_words(honest, read_bytes, found_spans, spans):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(honest["data.qda"])
        text = base.execute("SELECT fulltext FROM source WHERE id = 1").fetchone()[0]
        for begin, end, key in base.execute("SELECT pos0, pos1, ctid FROM code_text").fetchall():
            moved = [len(text[:at].encode("utf-16-le")) // 2 for at in (begin, end)]
            base.execute("UPDATE code_text SET pos0 = ?, pos1 = ? WHERE ctid = ?", (*moved, key))
        base.commit()
        data = base.serialize()
    assert found_spans(read_bytes(data, "data.qda")) == spans


def test_lists_of_codes_and_codebooks_have_no_codings(honest, read_bytes):
    listed = read_bytes(honest["codes.txt"], "codes.txt")
    assert listed.codes[["code", "parent", "definition"]].to_numpy().tolist() == [
        ["weather", "", "What the sky does"],
        ["sport", "", ""],
        ["budget", "politics", "Деньги"],
        ["UN", "world", "联合国"],
    ]
    book = read_bytes(honest["codebook.csv"], "codebook.csv")
    assert book.codes["definition"].tolist() == ["What the sky does", "", "Деньги", "联合国"]
    assert listed.codings.empty
    assert book.codings.empty


def test_a_survey_is_refused_and_a_table_of_posts_is_not(read_bytes):
    with pytest.raises(DataError, match=r"cases\.csv: this is a table of cases"):
        read_bytes(b"case,Age,gender\nID1,20,f\nID2,22,m\n", "cases.csv")
    coded = read_bytes(b"case,text,topic\n1,snow,weather\n2,match,sport\n3,snow again,weather\n", "cases.csv")
    assert coded.codings["code"].tolist() == ["weather", "sport", "weather"]


def test_highlights_of_taguette_know_no_coder_where_the_log_is_missing(read_bytes, spans, found_spans, honest):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(honest["taguette.sqlite3"])
        base.execute("DROP TABLE commands")
        base.commit()
        data = base.serialize()
    coded = read_bytes(data, "project.sqlite3")
    assert found_spans(coded) == {("", *one[1:]) for one in spans}
    assert any("1 highlight(s) without a tag" in note for note in coded.notes)


def test_a_view_in_place_of_a_table_is_refused(honest, read_bytes):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(honest["data.qda"])
        base.executescript(
            "ALTER TABLE code_text RENAME TO kept; CREATE VIEW code_text AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL "
            "SELECT x + 1 FROM n) SELECT x AS cid, 1 AS fid, '' AS seltext, 0 AS pos0, 1 AS pos1, '' AS owner FROM n;"
        )
        data = base.serialize()
    with pytest.raises(DataError, match="no table code_text"):
        read_bytes(data, "data.qda")


def test_real_files_of_inception_and_qualcoder_are_read_or_refused(shared_data):
    told = {}
    for path in sorted(
        [*(shared_data / "formats/inception").iterdir(), *(shared_data / "formats/qualcoder").iterdir()]
    ):
        try:
            told[path.name] = len(formats.read(path).codes)
        except DataError as refusal:
            assert path.name in str(refusal)
            told[path.name] = str(refusal)
    assert "Java-serialized" in told["curated_project_export_3_6_1.zip"]
    assert all("say what words are" in told[f"{who}.tsv"] for who in ("user1", "user2", "curator"))
    assert told["plain_codes_categories_for_import.txt"] == 6
    tables = [name for name in told if name.startswith(("cases", "survey"))]
    assert len(tables) == 9
    assert all("table of cases" in told[name] for name in tables)
