"""Hand codes for the posts of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from discourse.errors import DataError, UsageError
from discourse.jobs.codes import hand_codes
from discourse.run import open_run


@pytest.fixture(scope="module")
def table(embassy):
    return pd.read_csv(embassy / "posts.csv", dtype=str)


def test_columns_that_look_like_codes_by_default(embassy_run, table):
    found = hand_codes(embassy_run)
    schemes = list(dict.fromkeys(found.codes["scheme"]))
    assert schemes[:4] == ["dimension", "topics", "subcategory", "tags"]
    assert schemes == [one["column"] for one in embassy_run.audit["codes"]]
    assert found.outcome("wolf_warrior", "wolf_warrior").sum() > 0
    counts = found.given[found.given["scheme"].isin(schemes[:4])].groupby("scheme").size().to_dict()
    assert counts == {name: int(table[name].str.count(";").add(1).sum()) for name in counts}
    assert found.coders() == ["posts"]
    assert not np.isnan(found.outcome("subcategory", "visit")).any()


def test_a_second_coder_and_the_truth(embassy_run, embassy, table):
    found = hand_codes(embassy_run, files=[embassy / "second_coder.csv"], columns=["tags", "dimension"])
    assert found.coders() == ["posts", "second_coder"]
    second = pd.read_csv(embassy / "second_coder.csv", dtype=str).set_index("id")
    outcome = pd.Series(found.outcome("tags", "SCO", "second_coder"), index=found.post_ids)
    assert outcome.notna().sum() == len(second)
    given = second["tags"].fillna("").str.split(";").map(lambda tags: float("SCO" in tags))
    assert outcome.reindex(second.index).tolist() == given.tolist()
    truth = pd.read_csv(embassy / "truth_posts.csv").set_index("id")
    found = hand_codes(embassy_run, files=[embassy / "truth_posts.csv"])
    for concept in truth.columns[:8]:
        assert found.outcome("", concept).tolist() == truth.reindex(found.post_ids)[concept].tolist()
    assert len(found.unmatched) == len(truth) - len(table)  # the counterparts in other languages
    assert found.unmatched["codings"].sum() + len(found.given) == 2086
    assert f"{len(table):,} by identifier; {len(found.unmatched)} match no post" in " ".join(found.notes)


def test_by_text_alone_and_in_any_order(embassy_run, table, tmp_path):
    part = table[["text", "tags"]].sample(200, random_state=1)
    part.to_csv(tmp_path / "anna.csv", index=False)
    found = hand_codes(embassy_run, files=[tmp_path / "anna.csv"])
    by_text = dict(zip(part["text"], part["tags"], strict=True))
    texts = embassy_run.posts.set_index("post_id")["text"]
    for row, group in found.given.groupby("row"):
        assert set(group["code"]) == set(by_text[texts[found.post_ids[row]]].split(";"))
    assert found.units["row"].nunique() == 200


def test_where_copies_do_not_count(embassy_run, embassy):
    run = open_run(embassy_run.path, duplicates="drop")
    found = hand_codes(run, columns=["tags"])
    assert len(found.post_ids) == len(run.posts) < len(embassy_run.posts)
    assert found.units["row"].max() < len(run.posts)


def test_the_users_identifiers_count_where_ours_are_made(embassy_run, embassy, monkeypatch):
    made = open_run(embassy_run.path)
    posts = made.posts.assign(post_id=[f"made{n}" for n in range(len(made.posts))], id=made.posts["post_id"])
    made.__dict__["posts"] = posts
    made.manifest["columns"].pop("id")
    made.manifest["stored"]["id"] = "id"
    found = hand_codes(made, files=[embassy / "second_coder.csv"])
    assert found.units["row"].nunique() == 150


def test_what_can_not_be_used_is_told(embassy_run, embassy, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"'tagz'\. Did you mean tags\?"):
        hand_codes(embassy_run, columns=["tagz"])
    with pytest.raises(DataError, match=r"none of its 437 coded texts is a post of .* Is it the right run"):
        hand_codes(embassy_run, files=[embassy / "multilingual.csv"])
    (tmp_path / "anna.csv").write_text("id,UN,topic\ne0001,,\ne0002,,a\nzz,,a\n")
    assert len(hand_codes(embassy_run, files=[tmp_path / "anna.csv"]).unmatched) == 1
    assert len(hand_codes(embassy_run, files=[tmp_path / "anna.csv"], complete=True).units) == 2
    run = open_run(embassy_run.path)
    run.__dict__["audit"] = {"codes": []}
    with pytest.raises(UsageError, match="no columns that look like codes"):
        hand_codes(run)
