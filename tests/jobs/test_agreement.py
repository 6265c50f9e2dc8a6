from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.codes.coded import READ, table
from discourse.codes.readers import formats
from discourse.codes.readers.formats import read
from discourse.errors import DataError, UsageError
from discourse.jobs.agreement import agreement
from discourse.jobs.codes import hand_codes
from discourse.stats.agreement import agreement as measured


@pytest.fixture
def files(embassy, tmp_path):
    """The posts' own codes, and those of the second coder."""
    posts = pd.read_csv(embassy / "posts.csv", dtype="str")
    posts[["id", "text", "dimension", "tags"]].to_csv(tmp_path / "first.csv", index=False)
    return [tmp_path / "first.csv", embassy / "second_coder.csv"]


def test_two_files_are_matched_by_identifier(files):
    found = agreement(files)
    first, second = (pd.read_csv(file, dtype="str").set_index("id") for file in files)
    row = found.codes.set_index(["scheme", "code"]).loc[("dimension", "Global")]
    a, b = ((one.loc[second.index, "dimension"] == "Global").to_numpy(float) for one in (first, second))
    expected = measured(np.array([a, b]))
    assert row["posts"] == 150 and row["coders"] == "first; second_coder"
    assert (row["alpha"], row["ac1"], row["kappa"], row["f1"]) == pytest.approx(
        (expected.alpha.value, expected.ac1.value, expected.kappa.value, expected.f1.value)
    )
    assert found.overall.set_index("scheme").loc["tags", "distance"] == "MASI"


def test_posts_without_identifiers_are_matched_by_what_they_say(files, tmp_path):
    first, second = (pd.read_csv(file, dtype="str") for file in files)
    texts = first.set_index("id")["text"]
    second.assign(text=second["id"].map(texts)).drop(columns="id").to_csv(tmp_path / "second_coder.csv", index=False)
    with_id, without = agreement(files), agreement([files[0], tmp_path / "second_coder.csv"])
    pd.testing.assert_frame_equal(with_id.overall, without.overall)


def test_the_order_of_rows_and_files_is_nothing(files, tmp_path):
    first = pd.read_csv(files[0], dtype="str").sample(frac=1, random_state=0)
    (tmp_path / "other").mkdir()
    first.to_csv(tmp_path / "other" / "first.csv", index=False)
    one, other = agreement(files), agreement([files[1], tmp_path / "other" / "first.csv"])
    numbers = ["scheme", "code", "posts", "either", "both", "alpha", "alpha_low", "ac1", "f1", "verdict"]
    by = ["scheme", "code"]
    pd.testing.assert_frame_equal(
        one.codes[numbers].sort_values(by, ignore_index=True), other.codes[numbers].sort_values(by, ignore_index=True)
    )


def test_coders_within_one_file(tmp_path):
    rows = [(f"p{at}", f"Пост {at}", who, "贸易" if at % 3 == (who == "Bo" and at % 7 == 0) else "وحدة")
            for at in range(60) for who in ("Anna", "Bo", "Cy")]  # fmt: skip
    pd.DataFrame(rows, columns=["id", "text", "coder", "topic"]).to_csv(tmp_path / "all.csv", index=False)
    found = agreement([tmp_path / "all.csv"])
    assert found.overall["coders"].tolist() == ["Anna; Bo; Cy"] and found.overall["posts"].tolist() == [60]
    assert found.codes["kappa"].isna().all()
    two = agreement([tmp_path / "all.csv"], coders=["Anna", "Cy"])
    assert two.overall["alpha"].tolist() == [1] and two.codes["coders"].tolist() == ["Anna; Cy"] * 2
    with pytest.raises(UsageError, match="Anna, Bo, Cy"):
        agreement([tmp_path / "all.csv"], coders=["Dan"])


def test_files_of_one_name_are_two_coders(tmp_path):
    for folder, every in (("anna", 2), ("bo", 3)):
        (tmp_path / folder).mkdir()
        rows = [(f"p{at}", "UN" if at % every == 0 else "WTO") for at in range(60)]
        pd.DataFrame(rows, columns=["id", "topic"]).to_csv(tmp_path / folder / "codes.csv", index=False)
    found = agreement([tmp_path / "anna" / "codes.csv", tmp_path / "bo" / "codes.csv"])
    assert found.overall["posts"].tolist() == [60] and found.overall["same"].tolist() == [0.5]


def test_nothing_to_compare_is_told(files, tmp_path):
    with pytest.raises(DataError, match="second coder"):
        agreement([files[1]])
    with pytest.raises(UsageError, match="name the files"):
        agreement([])
    pd.DataFrame({"id": [f"e{at:04d}" for at in range(1, 40)], "mood": ["calm", "harsh", "calm"] * 13}).to_csv(
        tmp_path / "mood.csv", index=False
    )
    with pytest.raises(DataError, match="same scheme"):
        agreement([files[1], tmp_path / "mood.csv"])
    pd.DataFrame({"id": [f"z{at}" for at in range(30)], "dimension": ["Global", "Domestic", "Other"] * 10}).to_csv(
        tmp_path / "elsewhere.csv", index=False
    )
    with pytest.raises(DataError, match="no post both"):
        agreement([files[1], tmp_path / "elsewhere.csv"])


def test_the_table_is_written_where_it_may_be(files, tmp_path):
    target = tmp_path / "agreement.csv"
    found = agreement(files, out=target)
    assert len(pd.read_csv(target)) == len(found.codes)
    with pytest.raises(UsageError, match="--replace"):
        agreement(files, out=target)
    with pytest.raises(UsageError):
        agreement(files, out=files[0], replace=True)


def test_passages_of_a_longer_text_are_compared_paragraph_by_paragraph(tmp_path, golden, monkeypatch):
    """Two coders of a Label Studio project mark passages of one document of fifteen paragraphs in five languages."""
    paragraphs = [text for texts in golden.values() for text in texts]
    text = "\n\n".join(paragraphs)
    starts = np.cumsum([0, *(len(one) + 2 for one in paragraphs)])
    marked = {"anna": range(15), "bo": range(0, 15, 2)}
    annotations = [
        {
            "completed_by": {"email": who},
            "result": [
                {"type": "labels", "from_name": "theme", "to_name": "text",
                 "value": {"start": int(starts[at]), "end": int(starts[at] + len(paragraphs[at])),
                           "text": paragraphs[at], "labels": ["news"]}}
                for at in some
            ],
        }
        for who, some in marked.items()
    ]  # fmt: skip
    task = [{"id": 1, "data": {"text": text}, "annotations": annotations}]
    (tmp_path / "project.json").write_text(json.dumps(task, ensure_ascii=False), encoding="utf-8")
    found = agreement([tmp_path / "project.json"])
    row = found.codes.iloc[0]
    assert (row["posts"], row["either"], row["both"]) == (15, 15, 8)
    assert any("paragraph" in note for note in found.notes)
    assert not any("--complete" in note for note in found.notes)
    # The same from a program that doesn't say what was read: a paragraph is coded by whoever gave it a code.
    monkeypatch.setattr(formats, "read", lambda file: replace(read(file), read=table([], READ)))
    partly = agreement([tmp_path / "project.json"])
    assert partly.codes["posts"].iloc[0] == 8 and any("--complete" in note for note in partly.notes)
    assert agreement([tmp_path / "project.json"], complete=True).codes["posts"].iloc[0] == 15


@pytest.mark.parametrize("places", [True, False], ids=["by position", "without positions"])
def test_texts_that_were_coded_as_a_whole_are_one_post(tmp_path, golden, places):
    """Texts with line breaks, of which each coder coded all or nothing, are not parted at these."""
    texts = ["\n".join(texts) + "\n" for texts in golden.values()] * 12
    given = {"anna": lambda at: at % 3 == 0, "bo": lambda at: at % 3 == 0 or at % 10 == 0}

    def coding(text):
        value = {"start": 0, "end": len(text.rstrip()), "text": text, "labels": ["news"]}
        if places:
            return {"type": "labels", "from_name": "theme", "to_name": "text", "value": value}
        return {"type": "choices", "from_name": "theme", "to_name": "text", "value": {"choices": ["news"]}}

    tasks = [
        {
            "id": at,
            "data": {"text": f"{at} {text}", "post_id": f"p{at}"},
            "annotations": [
                {"completed_by": {"email": who}, "result": [coding(f"{at} {text}")] * holds(at)}
                for who, holds in given.items()
            ],
        }
        for at, text in enumerate(texts)
    ]
    (tmp_path / "team.json").write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    found = agreement([tmp_path / "team.json"])
    assert found.codes["posts"].tolist() == [60] and not any("paragraph" in note for note in found.notes)
    assert (found.codes["either"][0], found.codes["both"][0]) == (24, 20)
    assert found.overall["alpha"].tolist() == found.codes["alpha"].tolist()
    assert found.overall["alpha_low"].tolist() == found.codes["alpha_low"].tolist()


def test_an_exported_project_and_a_sheet_have_the_same_posts(embassy_run, embassy, tmp_path):
    """Codes of whole posts go out as a project and are held against a table: as many posts as in two tables."""
    table = embassy / "posts.csv"
    discourse.export(embassy_run, out=tmp_path / "team.qdpx", column=["dimension"])
    second = pd.read_csv(embassy / "second_coder.csv", dtype="str")[["id", "dimension"]]
    second.to_csv(tmp_path / "second.csv", index=False)
    own = pd.read_csv(table, dtype="str")[["id", "text", "dimension"]]
    own.to_csv(tmp_path / "own.csv", index=False)
    project, sheet = (agreement([tmp_path / name, tmp_path / "second.csv"]) for name in ("team.qdpx", "own.csv"))
    assert not any("paragraph" in note for note in project.notes)
    columns = ["code", "posts", "either", "both", "alpha", "alpha_low", "f1"]
    one, other = (found.codes[columns].sort_values("code", ignore_index=True) for found in (project, sheet))
    pd.testing.assert_frame_equal(one, other)


@pytest.fixture
def marks(tmp_path):
    """Tables of marks by three coders, whose codes are not the same."""
    ids, two, three = (
        [f"p{at}" for at in range(60)],
        [at % 2 for at in range(60)],
        [int(at % 3 == 0) for at in range(60)],
    )
    for coder, columns in (("a", ("UN", "SCO")), ("b", ("trade", "UN2")), ("c", ("UN", "trade"))):
        own = dict(zip(columns, (two, three), strict=True))
        pd.DataFrame({"id": ids} | own).to_csv(tmp_path / f"{coder}.csv", index=False)
    return tmp_path


def test_a_code_that_a_coder_never_had_is_no_decision_against_it(marks):
    found = agreement([marks / "a.csv", marks / "c.csv"])
    assert found.codes["code"].tolist() == ["UN"] and found.codes["coders"].tolist() == ["a; c"]
    assert found.overall["codes"].tolist() == [1] and found.overall["alpha"].tolist() == [1]
    assert any("SCO (a); trade (c)" in note for note in found.notes)


def test_each_code_is_measured_among_the_coders_who_have_it(marks):
    found = agreement([marks / f"{coder}.csv" for coder in "abc"])
    assert found.codes.set_index("code")["coders"].to_dict() == {"UN": "a; c", "trade": "b; c"}
    assert found.overall.empty


def test_coders_without_a_common_code_are_refused(marks, tmp_path):
    with pytest.raises(DataError, match="no two coders used the same codes: SCO, UN by a; UN2, trade by b"):
        agreement([marks / "a.csv", marks / "b.csv"])
    for coder, codes in (("x", ["UN", "SCO"]), ("y", ["WTO", "OSCE"])):
        rows = {"id": [f"p{at}" for at in range(30)], "topic": [*codes, "none"] * 10}
        pd.DataFrame(rows).to_csv(tmp_path / f"{coder}.csv", index=False)
    with pytest.raises(DataError, match="no two coders used the same codes: SCO, UN by x; OSCE, WTO by y"):
        agreement([tmp_path / "x.csv", tmp_path / "y.csv"])


def test_one_coder_is_too_few_to_choose(marks):
    with pytest.raises(UsageError, match=r"names one; agreement takes two\. There are: a, c"):
        agreement([marks / "a.csv", marks / "c.csv"], coders=["a"])


def test_files_without_codings_say_why(demo_run, tmp_path):
    for name in ("book.qdc", "own.qdpx"):
        discourse.export(demo_run.path, out=tmp_path / name)
    with pytest.raises(DataError, match=r"book.qdc: is a codebook: it holds .* no codings. Give the file"):
        agreement([tmp_path / "book.qdc"])
    with pytest.raises(DataError, match=r"own.qdpx: .* a machine's themes, are left out. No person"):
        agreement([tmp_path / "own.qdpx"])
    for name, said in (("book.qdc", "is a codebook"), ("own.qdpx", "No person coded anything")):
        with pytest.raises(DataError, match=said):
            hand_codes(demo_run, files=[tmp_path / name])
