from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.codes.drawn import Drawn, corpus_hash, open_drawn, probabilities, samples
from discourse.errors import DataError, UsageError
from discourse.run import open_run

ORDER = np.array([3, 0, 1, 2, 5, 4, 0, 6])
PERIOD = np.array(["a", "a", "a", "b", "b", "a", "", "b"])
CHANCE = np.array([0.5, 0.5, 0.8, 0.6, 0.6, 0.5, np.nan, 1.0])
IDS = np.array([f"p{at}" for at in range(8)])
SAMPLE = Drawn("half", {}, IDS, PERIOD, CHANCE, ORDER)


def coded(*ids):
    return np.isin(IDS, ids)


def test_a_sheet_coded_whole_keeps_its_probabilities():
    every = ORDER > 0
    assert SAMPLE.of(every).tolist()[:6] == pytest.approx([0.5, np.nan, 0.8, 0.6, 0.6, 0.5], nan_ok=True)
    assert SAMPLE.notes(every) == []
    assert np.isnan(SAMPLE.of(np.zeros(8, dtype=bool))).all()


def test_the_beginning_of_a_sheet_is_a_smaller_sample():
    found = SAMPLE.of(coded("p2", "p3", "p0"))
    assert found[[2, 0]].tolist() == pytest.approx([0.8 * 2 / 3, 0.5 * 2 / 3])
    assert found[3] == pytest.approx(0.6 / 3)
    assert np.isnan(found[[1, 4, 5, 6, 7]]).all()
    assert "first 3 of its 6 posts" in SAMPLE.notes(coded("p2", "p3", "p0"))[0]


def test_a_post_that_was_not_drawn_has_no_probability():
    assert np.isnan(SAMPLE.of((ORDER > 0) | coded("p1", "p6"))[[1, 6]]).all()


def test_posts_passed_over_are_named():
    with pytest.raises(DataError) as caught:
        SAMPLE.of(coded("p0", "p5"))
    assert "1 post was passed over" in str(caught.value)
    assert "number 1 (p2)" in str(caught.value)
    assert "empty the codes of all rows below" in str(caught.value)
    many = Drawn("s", {}, np.arange(40).astype(str), np.full(40, "a"), np.full(40, 0.5), np.arange(1, 41))
    with pytest.raises(DataError, match="and 11 more"):
        many.of(np.arange(40) >= 19)
    with pytest.raises(DataError, match=r"others: row 9 \(p2\)\. Code them too; or, .* sort the sheet by its"):
        SAMPLE.of(coded("p0", "p5"), {"p2": "row 9"})


def test_the_beginning_of_each_period_is_not_called_that_of_the_sheet():
    """As where a sheet was sorted before it was coded."""
    one = SAMPLE.notes(coded("p3", "p4"))[0]
    assert "2 of its 6 posts are coded, of each period the first in its random order" in one
    assert np.isnan(SAMPLE.of(coded("p3", "p4"))[2])


def test_a_hash_is_of_ids_and_texts_in_any_order():
    posts = pd.DataFrame({"post_id": ["a", "b"], "text": ["x", "ý"]})
    assert corpus_hash(posts) == corpus_hash(posts.iloc[::-1])
    assert corpus_hash(posts) != corpus_hash(posts.assign(text=["ý", "x"]))
    assert corpus_hash(pd.DataFrame({"post_id": ["ab"], "text": ["c"]})) != corpus_hash(
        pd.DataFrame({"post_id": ["a"], "text": ["bc"]})
    )


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


def test_a_sample_of_a_run_is_found_again(run):
    assert samples(run) == []
    with pytest.raises(UsageError, match="None was; draw one"):
        open_drawn(run, "trade")
    discourse.sample(run, concepts=["trade"], n=60, where=["lang=ru"])
    run = open_run(run.path)
    assert samples(run) == ["trade"]
    with pytest.raises(UsageError, match="Did you mean trade"):
        open_drawn(run, "trad")
    found = open_drawn(run, "trade")
    outside = (run.posts["lang"] != "ru").to_numpy()
    assert (found.period[outside] == "").all()
    assert np.isnan(found.probability[outside]).all()
    assert np.nansum(found.probability) == pytest.approx(60)
    assert (found.order > 0).sum() == 60
    given = probabilities(run, "trade", found.order > 0)
    assert np.isfinite(given).sum() == 60
    dropped = open_drawn(open_run(run.path, duplicates="drop"), "trade")
    assert len(dropped.order) == (run.posts["duplicate_of"].isna()).sum()


def test_a_sample_of_other_posts_is_refused(run):
    discourse.sample(run, concepts=["trade"], n=60)
    manifest = json.loads((run.path / "manifest.json").read_text(encoding="utf-8"))
    manifest["added"]["samples/trade"]["corpus"] = "0" * 64
    (run.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError, match="not those that sample 'trade' was drawn from"):
        open_drawn(open_run(run.path), "trade")
