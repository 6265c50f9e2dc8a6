"""Two runs side by side."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import discourse
from discourse import staging
from discourse.errors import DataError, UsageError
from discourse.jobs import edit
from discourse.run import open_run

SHIFTS = ["kind", "label_id", "label", "by", "from", "to", "share_from", "difference", "q", "mde", "verdict", "note"]
EFFECTS = ["event", "date", "kind", "label_id", "label", "window", "gap", "difference", "verdict", "conclusion"]


def added(run, name, file, columns, rows):
    """Write findings as drift and event do."""
    table = pd.DataFrame([{**dict.fromkeys(columns, ""), **row} for row in rows], columns=columns)
    with staging.added(run.path, name, {"on": ["themes"], "seed": 0, "posts": 320}, replace=True) as staged:
        staged.write_table(file, table)


def shift(label_id, difference, verdict, kind="theme", **more):
    return {"kind": kind, "label_id": label_id, "label": f"L{label_id}", "from": "2024Q1", "to": "2024Q2"} | {
        "difference": difference,
        "verdict": verdict,
        **more,
    }


@pytest.fixture(scope="module")
def second_run(demo_csv, demo_run, tmp_path_factory):
    """A run of the same posts in another order, one of them missing, so that its themes have other numbers."""
    folder = tmp_path_factory.mktemp("second")
    posts = pd.read_csv(demo_csv, dtype=str)
    themes = demo_run.assignments["theme"].to_numpy()
    posts.drop(index=posts.index[themes == 0][:25]).to_csv(folder / "posts.csv", index=False)
    return discourse.cluster(folder / "posts.csv", timezone="Asia/Almaty", out=folder / "run", seed=0, keywords=8)


@pytest.fixture
def runs(tmp_path, demo_run, second_run):
    """Copies of two runs, to which findings may be added."""
    return tuple(
        open_run(shutil.copytree(run.path, tmp_path / name)) for run, name in ((demo_run, "a"), (second_run, "b"))
    )


def test_a_run_and_its_copy_do_not_differ(tmp_path, demo_run):
    copy = open_run(shutil.copytree(demo_run.path, tmp_path / "copy"))
    found = discourse.diff(demo_run, copy)
    assert found.posts == {"common": len(demo_run.posts), "only_a": 0, "only_b": 0}
    assert set(found.themes["relation"]) == {"same"}
    assert (found.themes["jaccard"] == 1).all()
    assert (found.themes["theme_a"] == found.themes["theme_b"]).all()
    assert found.settings.empty
    assert found.findings.empty
    assert found.compared.empty
    assert found.notes == []


def test_posts_settings_and_themes_are_compared(runs):
    found = discourse.diff(*runs)
    assert found.posts == {"common": 295, "only_a": 25, "only_b": 0}
    told = found.settings.set_index("what")
    assert told.loc["labels.keywords"].tolist() == ["10", "8"]
    assert told.loc["inputs", "a"].startswith(runs[0].manifest["inputs"][0]["file"])
    assert told.loc["used.distinct_posts"].tolist() == ["316", "291"]
    assert not {"created", "timings.total", "edits"} & set(told.index)
    assert found.themes["posts_a"].max() <= 295
    assert (found.themes["relation"] == "same").sum() >= 5


def test_findings_are_compared_through_the_correspondence(runs):
    a, b = runs
    same = discourse.diff(a, b).themes.query("relation == 'same'")
    pairs = list(zip(same["theme_a"], same["theme_b"], strict=True))
    (a0, b0), (a1, b1), (a2, b2), (a3, b3) = pairs[:4]
    assert any(x != y for x, y in pairs)  # numbers alone would compare the wrong themes
    added(
        a,
        "drift/x",
        "shifts.csv",
        SHIFTS,
        [
            shift(a0, -0.2, "fell"),
            shift(a1, 0.1, "rose"),
            shift(a2, 0.01, "no detectable change"),
            shift(a3, 0.01, "no detectable change", by="ru"),
            shift(-1, 0.1, "rose", kind="noise"),
            shift("tags:=Gaza", "", "withheld", kind="code"),
            shift("tags:UN", 0.1, "rose", kind="code"),
            shift(999, 0.1, "rose"),
        ],
    )
    added(
        b,
        "drift/x",
        "shifts.csv",
        SHIFTS,
        [
            shift(b0, 0.2, "rose"),
            shift(b1, 0.1, "rose"),
            shift(b2, -0.01, "no detectable change"),
            shift(b3, 0.01, "withheld", by="kk"),
            shift(-1, 0.05, "no detectable change", kind="noise"),
            shift("tags:=Gaza", 0.2, "rose", kind="code"),
        ],
    )
    found = discourse.diff(a, b)
    rows = found.findings.set_index("label_id_a")
    assert rows["change"].to_dict() == {
        str(a0): "verdict and sign",
        str(a2): "sign",
        "-1": "verdict",
        "tags:=Gaza": "verdict",
    }
    first = rows.loc[str(a0)]
    assert (first["label_id_b"], first["label"], first["when"]) == (str(b0), f"L{a0}", "2024Q1 to 2024Q2")
    assert (first["difference_a"], first["difference_b"]) == (-0.2, 0.2)
    assert (first["verdict_a"], first["verdict_b"], first["analysis"]) == ("fell", "rose", "drift/x")
    assert found.compared.values.tolist() == [["drift/x", 5, 4, 3, 1]]


def test_events_are_compared_and_what_only_one_run_has_is_named(runs):
    a, b = runs
    effect = {"kind": "code", "label_id": "tags:UN", "label": "UN", "event": "tariffs", "date": "2025-01-20"}
    for run, verdict in ((a, "rose"), (b, "cannot be concluded")):
        rows = [{**effect, "difference": 0.1, "verdict": verdict}]
        added(run, "events/x", "effects.csv", EFFECTS, rows)
    added(a, "drift/mine", "shifts.csv", SHIFTS, [])
    found = discourse.diff(a, b)
    (row,) = found.findings.to_dict("records")
    assert (row["when"], row["by"], row["change"]) == ("tariffs (2025-01-20)", "", "verdict")
    assert found.notes == [f"Only {a.path} has drift/mine."]
    other = discourse.diff(b, a)
    assert other.findings["verdict_a"].tolist() == ["cannot be concluded"]
    assert other.themes["jaccard"].sum() == pytest.approx(found.themes["jaccard"].sum())


def test_another_question_of_the_same_name_is_a_difference(runs):
    a, b = runs
    for run, seed in ((a, 0), (b, 1)):
        with staging.added(run.path, "drift/x", {"on": ["themes"], "seed": seed, "posts": run.path.name}) as staged:
            staged.write_table("shifts.csv", pd.DataFrame(columns=SHIFTS))
    told = discourse.diff(a, b).settings.set_index("what")
    assert told.loc["drift/x.seed"].tolist() == ["0", "1"]
    assert "drift/x.posts" not in told.index


def test_edits_count(runs):
    a, b = runs
    first = int(a.themes["theme"].iloc[0])
    edit.rename(a, first, "Mine")
    found = discourse.diff(a, b)
    assert found.settings.set_index("what").loc["edits"].tolist() == ["1", "0"]
    assert "Mine" in found.themes["label_a"].tolist()


def test_a_run_is_not_compared_with_itself(runs):
    with pytest.raises(UsageError, match="one and the same run"):
        discourse.diff(runs[0], runs[0].path)
    with pytest.raises(UsageError, match="nowhere"):
        discourse.diff(runs[0], "nowhere")


def test_runs_without_common_posts_have_no_common_themes(runs, tmp_path, demo_csv):
    posts = pd.read_csv(demo_csv, dtype=str)
    posts.assign(text=posts["text"] + " другое", id="x" + posts["id"]).to_csv(tmp_path / "other.csv", index=False)
    other = discourse.cluster(tmp_path / "other.csv", out=tmp_path / "other")
    found = discourse.diff(runs[0], other)
    assert found.posts["common"] == 0
    assert set(found.themes["relation"]) == {"gone", "new"}


@pytest.mark.parametrize(
    "damage", ["", "a,b\n1,2\n", "kind,label_id,label,by,from,to,difference,verdict\nx,1,x,,a,b,much,rose\n"]
)
def test_findings_that_cannot_be_read_are_named(runs, damage):
    for run in runs:
        added(run, "drift/x", "shifts.csv", SHIFTS, [])
        (run.path / "drift" / "x" / "shifts.csv").write_text(damage, encoding="utf-8")
    with pytest.raises(DataError, match=r"shifts\.csv"):
        discourse.diff(*runs)
