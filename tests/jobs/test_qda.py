"""Themes and hand codes go out together, to tables and to projects of other software."""

import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.codes.post_codes import PostCodes
from discourse.codes.readers import formats, refi
from discourse.errors import DataError, UsageError
from discourse.jobs import export, qda
from discourse.run import open_run


@pytest.fixture
def given(demo_run, monkeypatch):
    """Two coders: Ann coded posts 0 to 3 for topics, Ben post 2 alone, and for another scheme as well."""
    units = [(row, "Ann", "topics") for row in range(4)] + [(2, "Ben", "topics"), (2, "Ben", "themes")]
    codes = [(0, "Ann", "topics", "UN"), (0, "Ann", "topics", "Торговля"), (1, "Ann", "topics", "UN")]
    codes += [(2, "Ann", "topics", "贸易"), (2, "Ben", "themes", "war")]
    found = PostCodes(
        demo_run.posts["post_id"].to_numpy(),
        pd.DataFrame(units, columns=["row", "coder", "scheme"]),
        pd.DataFrame(codes, columns=["row", "coder", "scheme", "code"]),
        pd.DataFrame(
            [
                ("topics", "UN", "The United Nations."),
                ("topics", "Торговля", ""),
                ("topics", "贸易", ""),
                ("themes", "war", ""),
            ],
            columns=["scheme", "code", "definition"],
        ),
        pd.DataFrame(columns=["file", "source", "text", "reason"]),
        ["4 posts by their identifiers."],
    )
    monkeypatch.setattr(export, "_given", lambda run, files, columns: found)
    return found


def test_hand_codes_stand_beside_themes_a_column_a_scheme_and_coder(demo_run, given, tmp_path):
    table = discourse.export(demo_run, out=tmp_path / "out.csv", codes=["codes.csv"])
    ann, ben = table["codes: topics (Ann)"], table["codes: topics (Ben)"]
    assert ann[:4].tolist() == ["UN;Торговля", "UN", "贸易", "none"] and ann[4:].isna().all()
    assert ben[2] == "none" and ben.notna().sum() == 1
    back = pd.read_csv(tmp_path / "out.csv", dtype="str")
    assert back["codes: themes (Ben)"].dropna().tolist() == ["war"]
    assert "label" in back


def test_a_project_holds_themes_by_their_names_and_hand_codes_by_their_coders(demo_run, given, tmp_path):
    told = export.exported(demo_run, out=tmp_path / "p.qdpx", replace=False, duplicates=None, codes=["c.csv"])
    found = refi.read((tmp_path / "p.qdpx").read_bytes(), "p.qdpx")
    assert found.sources["post_id"].tolist() == demo_run.posts["post_id"].tolist()
    assert found.sources["text"].tolist() == demo_run.posts["text"].tolist()
    theme = demo_run.assignments["theme"].to_numpy()
    labels = demo_run.themes.set_index("theme")["label"]
    ours = found.codings[found.codings["coder"] == "discourse"]
    assert ours["scheme"].unique().tolist() == ["themes (discourse)"], "people have a scheme called themes"
    assert ours["source"].tolist() == np.flatnonzero(theme >= 0).tolist()
    assert ours["code"].str.startswith(tuple(labels)).all()
    theirs = found.codings[found.codings["coder"] != "discourse"][["source", "coder", "scheme", "code"]]
    assert sorted(theirs.to_numpy().tolist()) == sorted(given.given.to_numpy().tolist())
    assert sorted(found.read.to_numpy().tolist()) == [[2, "Ben", "topics"], [3, "Ann", "topics"]]
    assert told.notes == ["4 posts by their identifiers."]
    assert told.held.startswith("320 posts, ")


def test_edited_names_and_hidden_themes_go_out_as_the_researcher_left_them(demo_run, tmp_path):
    run = open_run(shutil.copytree(demo_run.path, tmp_path / "run"))
    first, second, third = run.themes["theme"][:3]
    discourse.edit.rename(run, first, "Торговля · trade 🌾")
    discourse.edit.rename(run, second, "Торговля · trade 🌾")
    discourse.edit.hide(run, third)
    run = open_run(run.path)
    assert qda.write(run, None, tmp_path / "c.qdc") == f"{len(run.themes)} codes"
    codes = formats.read(tmp_path / "c.qdc").codes
    assert codes["scheme"].unique().tolist() == ["themes"]
    assert {f"Торговля · trade 🌾 ({first})", f"Торговля · trade 🌾 ({second})"} <= set(codes["code"])
    assert not codes["definition"].str.startswith(f"Theme {third}:").any()


def test_a_project_too_large_for_its_format_is_refused_and_leaves_nothing(demo_run, tmp_path, monkeypatch):
    from discourse.codes.readers import refi

    monkeypatch.setattr(refi, "MOST_PARTS", 100)
    with pytest.raises(DataError, match="320 posts, and a project holds fewer than 100"):
        discourse.export(demo_run, out=tmp_path / "p.qdpx")
    with pytest.raises(UsageError, match=r"must end in \.csv, \.xlsx, \.parquet, \.qdpx or \.qdc"):
        discourse.export(demo_run, out=tmp_path / "p.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_codes_is_not_overwritten_by_what_is_made_of_it(demo_run, given, tmp_path):
    discourse.export(demo_run, out=tmp_path / "p.qdpx", codes=["c.csv"])
    before = (tmp_path / "p.qdpx").read_bytes()
    with pytest.raises(UsageError, match="holds the codes that are read"):
        discourse.export(demo_run, out=tmp_path / "p.qdpx", codes=[tmp_path / "p.qdpx"], replace=True)
    assert (tmp_path / "p.qdpx").read_bytes() == before


def test_a_project_given_back_by_other_software_is_laid_on_the_posts_it_came_from(demo_run, tmp_path):
    discourse.export(demo_run, out=tmp_path / "p.qdpx", column=["topic"])
    table = discourse.export(demo_run, codes=[tmp_path / "p.qdpx"])
    assert table["codes: topic (posts)"].tolist() == demo_run.posts["topic"].tolist()
    assert not [name for name in table if "discourse" in name]  # our themes, on their way back, are nobody's codes
    read = formats.read(tmp_path / "p.qdpx")
    assert set(read.codings["scheme"]) == set(read.codes["scheme"]) == {"topic"}
    assert "a machine's themes, are left out" in " ".join(read.notes)
