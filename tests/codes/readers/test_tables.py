"""Tables of hand codes, however they are laid out."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.codes.readers import tables
from discourse.codes.readers.formats import read as read_any
from discourse.errors import DataError


def of(text, name="anna.csv"):
    return tables.read(text.encode(), name)


def book(**sheets):
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        for name, table in sheets.items():
            table.to_excel(writer, sheet_name=name, index=False)
    return out.getvalue()


def codings(coded):
    """Post, coder, scheme and code of every coding."""
    posts = coded.sources["post_id"].fillna(coded.sources["text"]).tolist()
    rows = coded.codings[["source", "coder", "scheme", "code"]].itertuples(index=False)
    return {(posts[row.source], row.coder, row.scheme, row.code) for row in rows}


def read_posts(coded):
    posts = coded.sources["post_id"].fillna(coded.sources["text"]).tolist()
    return {(posts[row.source], row.coder, row.scheme) for row in coded.read.itertuples()}


def test_one_code_a_cell_and_several():
    coded = of("id,dimension,tags\n1,Global,UN;SCO\n2,none,\n3,,\n4,,UN | trade\n")
    assert coded.format == "CSV table"
    assert codings(coded) == {
        ("1", "anna", "dimension", "Global"),
        ("1", "anna", "tags", "UN"),
        ("1", "anna", "tags", "SCO"),
        ("4", "anna", "tags", "UN | trade"),
    }
    # a row with anything in it was read for both, one with nothing for none
    assert read_posts(coded) == {(post, "anna", scheme) for post in "124" for scheme in ("dimension", "tags")}
    assert len(coded.listed) == 4
    assert "1 of 4 posts have no code" in " ".join(coded.notes)


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("1", "0"),
        ("yes", "no"),
        ("да", "нет"),
        ("иә", "жоқ"),
        ("是", "否"),
        ("نعم", "لا"),
        ("TRUE", "FALSE"),
        ("x", "-"),
    ],
)
def test_a_column_a_code(yes, no):
    coded = of(f"id,UN,SCO\n1,{yes},{no}\n2,{no},{no}\n3,{yes},{yes}\n4,,\n")
    assert codings(coded) == {("1", "anna", "", "UN"), ("3", "anna", "", "UN"), ("3", "anna", "", "SCO")}
    assert read_posts(coded) == {(post, "anna", "") for post in "123"}


def test_crosses_and_blanks_are_decisions_where_noes_are_not_written():
    coded = of("id,UN,SCO\n1,x,\n2,x,x\n3,,\n")
    assert read_posts(coded) == {("1", "anna", ""), ("2", "anna", "")}


def test_blanks_beside_noes_are_no_decisions():
    coded = of("id,UN,SCO\n1,1,0\n2,0,\n3,1,1\n")
    assert read_posts(coded) == {(p, "anna", "UN") for p in "123"} | {("1", "anna", "SCO"), ("3", "anna", "SCO")}
    assert "an empty cell is no decision" in coded.notes[0]


def test_columns_that_share_a_prefix_are_a_scheme():
    coded = of("id,tags: UN,tags: SCO,tone/harsh,tone/mild,lone: x\n1,1,0,0,1,1\n2,0,1,1,0,0\n")
    assert codings(coded) == {
        ("1", "anna", "tags", "UN"), ("2", "anna", "tags", "SCO"), ("1", "anna", "tone", "mild"),
        ("2", "anna", "tone", "harsh"), ("1", "anna", "", "lone: x"),
    }  # fmt: skip


@pytest.mark.parametrize("header", ["coder", "Annotator", "кодировщик", "кодтаушы", "编码员"])
def test_a_column_names_the_coder(header):
    coded = of(f"id,{header},topic\n1,Anna,a\n1,Бек,b\n2,Anna,none\n2,,a\n")
    assert codings(coded) == {
        ("1", "Anna", "topic", "a"), ("1", "Бек", "topic", "b"), ("2", "anna", "topic", "a"),
    }  # fmt: skip
    assert read_posts(coded) == {
        (p, c, "topic") for p, c in [("1", "Anna"), ("2", "Anna"), ("1", "Бек"), ("2", "anna")]
    }


@pytest.mark.parametrize(
    "header",
    [
        "topic_A,topic_B,tags_A,tags_B",
        "topic (A),topic (B),tags (A),tags (B)",
        "topic_Anna,topic_Ben,tags_Anna,tags_Ben",
        "topic coder1,topic coder2,tags coder1,tags coder2",
    ],
)
def test_columns_of_several_coders(header):
    coded = of(f"id,{header}\n1,x1,x2,u,u\n2,x2,x2,u,v;u\n3,x1,,v,\n")
    coders = list(dict.fromkeys(coded.codings["coder"]))
    assert coders in (["A", "B"], ["Anna", "Ben"], ["coder1", "coder2"])
    assert set(coded.codings["scheme"]) == {"topic", "tags"}
    assert len(coded.codings) == 11
    assert ("3", coders[1], "topic") not in read_posts(coded)
    assert "read as the codes of 2 coders" in coded.notes[0]


def test_names_that_end_alike_are_no_coders():
    coded = of("id,axis_tone,axis_role,global_south\n1,harsh,friend,1\n2,mild,friend,0\n3,mild,patron,1\n")
    assert set(coded.codings["coder"]) == {"anna"}
    assert set(coded.codings["scheme"]) == {"axis_tone", "axis_role", ""}


def test_a_row_a_code():
    coded = of("post_id,coder,scheme,code\n1,A,topic,trade\n1,A,topic,UN\n1,B,topic,none\n2,A,tone,harsh\n3,B,topic,\n")
    assert codings(coded) == {
        ("1", "A", "topic", "trade"), ("1", "A", "topic", "UN"), ("2", "A", "tone", "harsh"),
    }  # fmt: skip
    # A used two schemes and read both posts for both; B read one post and gave nothing
    assert read_posts(coded) == {("1", "A", "topic"), ("1", "A", "tone"), ("2", "A", "topic"), ("2", "A", "tone"),
                                 ("1", "B", "topic")}  # fmt: skip


def test_a_row_a_code_in_other_words():
    assert codings(of("id,код\n1,торговля\n1,ООН\n2,нет\n")) == {
        ("1", "anna", "", "торговля"),
        ("1", "anna", "", "ООН"),
    }
    assert codings(of("编号,代码,值\n1,贸易,1\n1,联合国,0\n2,贸易,0\n")) == {("1", "anna", "", "贸易")}
    assert codings(of("id,variable,value\n1,tone,harsh\n1,topic,trade\n2,tone,mild\n")) == {
        ("1", "anna", "tone", "harsh"), ("1", "anna", "topic", "trade"), ("2", "anna", "tone", "mild"),
    }  # fmt: skip


def test_a_lone_column_called_code_is_no_scheme_of_its_own():
    assert codings(of("id,code\n1,trade\n2,UN;trade\n")) == {
        ("1", "anna", "", "trade"), ("2", "anna", "", "UN"), ("2", "anna", "", "trade"),
    }  # fmt: skip


def test_quotations_without_identifier_or_text():
    coded = of("quote,code,coder\nthe tariffs of Monday,trade,A\nсовет безопасности,UN,B\n")
    assert coded.codings["quote"].tolist() == ["the tariffs of Monday", "совет безопасности"]
    assert coded.sources[["text", "post_id"]].isna().all(axis=None)


def test_what_is_no_code_is_passed_over_and_named():
    rows = "\n".join(
        f"{n},2024-01-0{n},https://a.b/{n},{n * 17},0.{n}1,A long text about number {n} that goes on and on and on,"
        f"me,{'ab'[n % 2]},see {n},instagram"
        for n in range(1, 8)
    )
    coded = of(f"id,date,permalink,likes,weight,text,author,topic,note,platform\n{rows}\n")
    assert set(coded.codings["scheme"]) == {"topic"}
    told = " ".join(coded.notes)
    assert all(f'"{header}"' in told for header in ("permalink", "likes", "weight", "platform"))
    assert coded.sources["text"].str.startswith("A long text").all()


def test_themes_of_our_own_export_are_no_codes():
    coded = of("id,topic,theme,label,strength,duplicate_of\n1,a,3,trade,0.9,\n2,b,3,trade,0.8,1\n3,a,-1,,0.0,\n")
    assert set(coded.codings["scheme"]) == {"topic"}


def test_a_coding_sheet_takes_every_cell_by_itself():
    sheet = pd.DataFrame(
        {
            "sample": "s", "post_id": ["1", "2", "3"], "lang": "ru", "text": ["Снег идёт", "Тариф растёт", "Мир"],
            "Global South": ["yes", "no", None], "tone": ["harsh", None, None], "note": ["?", None, None],
        }
    )  # fmt: skip
    codes = pd.DataFrame({"scheme": ["", "tone", "tone"], "code": ["Global South", "harsh", "mild"],
                          "definition": ["Of the South.", "Scornful.", "Friendly."]})  # fmt: skip
    how = pd.DataFrame({"how to": ["Read each post whole, then answer. " * 40]})
    data = book(posts=sheet, codebook=codes, **{"how to": how})
    coded = tables.read(data, "beck.xlsx")
    assert codings(coded) == {("1", "beck", "Global South", "Global South"), ("1", "beck", "tone", "harsh")}
    assert read_posts(coded) == {("1", "beck", "Global South"), ("2", "beck", "Global South"), ("1", "beck", "tone")}
    assert coded.codes.set_index("code")["definition"].to_dict() == {
        "Global South": "Of the South.", "harsh": "Scornful.", "mild": "Friendly.",
    }  # fmt: skip
    empty = sheet.assign(**{"Global South": None, "tone": None})
    with pytest.raises(DataError, match="nothing is filled in yet"):
        tables.read(book(posts=empty, codebook=codes), "beck.xlsx")


def test_other_formats_of_tables(tmp_path):
    table = pd.DataFrame({"post_id": ["a", "b"], "UN": [1, 0], "tone": ["harsh", None]})
    table.to_parquet(tmp_path / "anna.parquet")
    (tmp_path / "anna.json").write_text(table.to_json(orient="records"))
    table.to_excel(tmp_path / "anna.xlsx", index=False)
    table.to_csv(tmp_path / "anna.csv", index=False, sep="\t")
    found = [codings(read_any(tmp_path / f"anna.{ending}")) for ending in ("parquet", "json", "xlsx", "csv")]
    assert found == [{("a", "anna", "", "UN"), ("a", "anna", "tone", "harsh")}] * 4


def test_rows_without_a_name_are_said():
    coded = of("id,topic\n1,a\n,b\n2,b\n")
    assert len(coded.codings) == 2
    assert "1 rows have neither an identifier nor a text" in " ".join(coded.notes)


def test_posts_are_told_apart_by_identifier_then_text():
    assert len(of("id,text,topic\n1,same words here,a\n2,same words here,b\n1,same words here,c\n").sources) == 2
    assert len(of("text,topic\nsame words are here,a\nsame words are here,b\nothers,c\n").sources) == 3
    assert len(of("text,code,coder\nsame words are here,a,A\nsame words are here,b,A\nothers,c,B\n").sources) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,topic\n2024-01-01,a\n", "no column says which posts were coded"),
        ("id,text\n1,Snow fell all day long in the capital and nobody came\n", "no column holds codes"),
        ("id\n1\n2\n", "no column holds codes"),
        ("id,topic\n1\n2\n3\n1,a\n", "is no table"),
    ],
)
def test_tables_without_codes_are_refused(text, said):
    with pytest.raises(DataError, match=f"^anna.csv: .*{said}"):
        of(text)


def test_a_workbook_with_a_codebook_alone_is_refused():
    with pytest.raises(DataError, match="holds a codebook and no posts"):
        tables.read(book(codes=pd.DataFrame({"code": ["UN"], "definition": ["The UN"]})), "codes.xlsx")


words = st.sampled_from(["trade", "мир", "бейбітшілік", "和平", "سلام", "UN", "🕊️ peace"])


@settings(deadline=None, max_examples=12)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 8), st.sampled_from(["A", "B"])), st.sets(words, min_size=1), min_size=2, max_size=12
    )
)
def test_wide_and_long_say_the_same(given_codes):
    """One scheme, two coders: a row a post and coder, or a row a code."""
    posts = [(post, coder, codes) for (post, coder), codes in given_codes.items()]
    wide = pd.DataFrame(
        [(f"p{p}", c, ";".join(sorted(codes))) for p, c, codes in posts], columns=["id", "coder", "code"]
    )
    rows = [(f"p{p}", c, "", code, "1") for p, c, codes in posts for code in sorted(codes)]
    long = pd.DataFrame(rows, columns=["id", "coder", "scheme", "code", "value"])
    one, other = (of(table.to_csv(index=False)) for table in (wide, long))
    expected = {(f"p{p}", c, code) for p, c, codes in posts for code in codes}
    for coded in (one, other):
        assert {(p, c, code) for p, c, _, code in codings(coded)} == expected
        assert {(p, c) for p, c, _ in read_posts(coded)} == {(f"p{p}", c) for p, c, _ in posts}


def test_the_files_of_the_sample_corpus(embassy):
    second = read_any(embassy / "second_coder.csv")
    given_table = pd.read_csv(embassy / "second_coder.csv", dtype=str)
    per_scheme = second.codings.groupby("scheme").size().to_dict()
    assert per_scheme == {c: int(given_table[c].str.count(";").add(1).sum()) for c in given_table.columns[1:]}
    assert len(second.sources) == 150
    assert set(second.codings["coder"]) == {"second_coder"}
    truth = read_any(embassy / "truth_posts.csv")
    table = pd.read_csv(embassy / "truth_posts.csv")
    concepts = table.columns[1:9]
    found = truth.codings[truth.codings["scheme"] == ""].groupby("code").size().to_dict()
    assert found == {c: int(table[c].sum()) for c in concepts}
    axes = truth.codings[truth.codings["scheme"] == "axis_tone"].groupby("code").size().to_dict()
    assert axes == {str(value): int((table["axis_tone"] == value).sum()) for value in (-1, 1)}
    assert len(truth.read) == 4 * len(table)


def test_real_tables_are_read_or_refused_with_a_reason(shared_data):
    for path in sorted((shared_data / "formats" / "qualcoder").iterdir()):
        try:
            coded = read_any(path)
        except DataError as error:
            assert path.name in str(error)
            continue
        assert len(coded.sources) or len(coded.codes), path.name


@pytest.mark.slow
def test_28000_tweets_with_three_codes_each(shared_data):
    tweets = read_any(shared_data / "crisislex" / "crisislex_t26.jsonl")
    assert set(tweets.codings["scheme"]) == {"event", "source", "type", "informativeness"}
    assert len(tweets.sources) > 27_900


def test_texts_that_were_kept_from_being_formulas_are_as_they_were():
    sheet = (
        "number,sample,post_id,lang,text,'=cmd(),'-trade,note\n"
        "1,s,'-p7,ru,'@UN said so,yes,no,\n"
        "2,s,p2,ru,'tis so,no,yes,\n"
    )
    found = tables.read(sheet.encode(), "s.csv")
    assert found.codings["code"].tolist() == ["=cmd()", "-trade"]
    assert found.sources["post_id"].tolist() == ["-p7", "p2"]
    assert found.sources["text"].tolist() == ["@UN said so", "'tis so"]
    other = tables.read(b"post_id,'=cmd()\np1,yes\np2,no\n", "o.csv")
    assert other.codes["code"].tolist() == ["'=cmd()"]
