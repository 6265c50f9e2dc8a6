"""Which themes bear a claim."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from discourse import staging
from discourse.jobs.trust import Trust, trust
from discourse.run import open_run


def stable(**themes: tuple[str, float]) -> Trust:
    found = {name.strip("t"): {"verdict": verdict, "jaccard": value} for name, (verdict, value) in themes.items()}
    return Trust(found, {})


@pytest.mark.parametrize(
    ("kind", "label_id", "reason"),
    [
        ("theme", "0", ""),
        ("theme", "1", ""),
        ("theme", "2", "refits don't find the theme again (Jaccard 0.59)"),
        ("theme", "3", ""),  # not measured
        ("theme", "9", ""),  # not there
        ("noise", "-1", ""),
        ("code", "2", ""),
        ("tag", "2", ""),
    ],
)
def test_themes_that_refits_do_not_find_bear_no_claim(kind, label_id, reason):
    known = stable(t0=("robust", 0.9), t1=("fragile", 0.6), t2=("artefact", 0.59), t3=("not measured", float("nan")))
    assert known.reason(kind, label_id) == reason
    assert known.note == ""


def test_a_merged_theme_is_as_weak_as_its_weakest_part():
    found = {"0": {"verdict": "robust", "jaccard": 0.9}, "2": {"verdict": "artefact", "jaccard": 0.3}}
    known = Trust(found, {"0": ["0", "2"]})
    assert known.reason("theme", "0") == "refits don't find theme 2, which is part of it, again (Jaccard 0.30)"


def test_where_stability_was_not_run_it_is_said(embassy_run):
    known = trust(embassy_run)
    assert known.reason("theme", "0") == ""
    assert known.note.startswith("Whether the themes would be found again is not known: discourse stability tells")


def test_what_is_known_is_read_from_the_run(embassy_run, tmp_path):
    run = open_run(shutil.copytree(embassy_run.path, tmp_path / "run"))
    table = run.themes[["theme"]].assign(jaccard=0.8, verdict="robust")
    table.loc[0, ["jaccard", "verdict"]] = [0.41, "artefact"]
    table.loc[1, ["jaccard", "verdict"]] = [float("nan"), "not measured"]
    with staging.added(run.path, "stability", {}) as staged:
        staged.write_table("themes.csv", pd.DataFrame(table))
    known = trust(open_run(run.path))
    first, second, third = (str(theme) for theme in run.themes["theme"].iloc[:3])
    assert known.reason("theme", first) == "refits don't find the theme again (Jaccard 0.41)"
    assert [known.reason("theme", one) for one in (second, third)] == ["", ""]
    assert known.note == ""
