"""Scores of concepts, added to a run; what codes make of them."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.blocks import blocks
from discourse.run import open_run, verify

BOOK = """\
name: small
about: For tests.
concepts:
  trade:
    label: Trade and duties
    definition: Goods, duties and trade between countries.
    seeds:
      en: [The customs duty on imported goods was lowered., Trade between the two countries grew by a tenth.]
      ru: [Пошлина на ввозимые товары снижена., Товарооборот двух стран вырос на десятую часть.]
      kk: [Әкелінетін тауарларға салынатын баж төмендеді., Екі елдің сауда айналымы артты.]
      zh: [进口商品关税下调。, 两国贸易额增长了一成。]
    contrast:
      en: [A concert was given in the evening.]
      ru: [Вечером состоялся концерт.]
      kk: [Кешке концерт өтті.]
      zh: [晚上举行了音乐会。]
    keywords: {en: [tariff], ru: ["пошлин*"], kk: ["баж*"], zh: [关税]}
  culture:
    label: Culture
    definition: Arts, feasts and music.
    seeds:
      en: [The orchestra gave a concert., Children danced at the feast.]
      ru: [Оркестр дал концерт., Дети танцевали на празднике.]
    contrast:
      en: [The tariff was raised.]
      ru: [Тариф повышен.]
axes:
  mood:
    label: Grave to gay
    definition: How it feels.
    poles:
      grave: {label: Grave, definition: Sad., seeds: {en: [We mourn the dead.], ru: [Скорбим о погибших.]}}
      gay: {label: Gay, definition: Merry., seeds: {en: [What a merry feast!], ru: [Какой весёлый праздник!]}}
"""


@pytest.fixture
def run(tmp_path, demo_run, monkeypatch):
    """A copy of the run, and the definitions beside it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    return open_run(shutil.copytree(demo_run.path, tmp_path / "run"))


@pytest.fixture
def coded(run):
    """The topics of the posts as codes by hand, in a file of their own: trade, culture."""
    topic = run.posts["topic"]
    table = pd.DataFrame({"post_id": run.posts["post_id"], "text": run.posts["text"]})
    for name in ("trade", "culture"):
        table[name] = (topic == name).map({True: "yes", False: "no"})

    def write(n):
        table.sample(n, random_state=1).to_csv("codes.csv", index=False)
        return "codes.csv"

    return write


def test_scores_are_added_as_documented(run):
    found = discourse.concepts(run, codebook="book.yaml")
    folder = run.path / "concepts"
    assert {path.name for path in folder.iterdir()} == {
        "scores.parquet", "summary.csv", "top.csv", "stages.csv", "calibration.csv", "definitions.json"
    }  # fmt: skip
    scores = pd.read_parquet(folder / "scores.parquet")
    pd.testing.assert_frame_equal(scores, found.scores)
    names = ["trade", "culture", "axis:mood"]
    assert scores.columns.tolist() == ["post_id", "lang", *(c for name in names for c in (name, f"{name}:raw"))]
    assert scores["post_id"].tolist() == run.posts["post_id"].tolist()
    for name in names:
        assert scores[name].between(0, 1, inclusive="neither").all()
        assert np.allclose(scores.groupby("lang")[name].mean(), 0.5)
    facts = open_run(run.path).manifest["added"]["concepts"]
    assert facts["labels"] == {"trade": "Trade and duties", "culture": "Culture", "axis:mood": "Grave to gay"}
    assert facts["stages"] == {"trade": "uncalibrated", "culture": "uncalibrated"}
    assert verify(run.path) == []
    kept = json.loads((folder / "definitions.json").read_text(encoding="utf-8"))
    assert kept["concepts"][0]["seeds"]["zh"] == ["进口商品关税下调。", "两国贸易额增长了一成。"]


def test_posts_at_the_top_are_about_the_concept_in_every_language(run):
    found = discourse.concepts(run, codebook="book.yaml")
    topic = run.posts.set_index("post_id")["topic"]
    first = found.top[(found.top["name"] == "trade") & (found.top["place"] <= 3)]
    right = topic[first["post_id"]].eq("trade").to_numpy()
    assert set(first["lang"]) == {"ru", "kk", "zh", "en"}
    assert right.mean() >= 0.75, first.assign(right=right)[["lang", "place", "right", "text"]]


def test_tables_are_complete_and_copies_are_listed_once(run):
    found = discourse.concepts(run, codebook="book.yaml")
    assert not found.top.duplicated(["name", "lang", "end", "post_id"]).any()
    repeats = run.posts.loc[run.posts["duplicate_of"].notna(), "post_id"]
    assert not found.top["post_id"].isin(repeats).any()
    assert set(found.top.loc[found.top["kind"] == "axis", "end"]) == {"high", "low"}
    ordered = found.top[found.top["end"] == "high"].groupby(["name", "lang"])["score"]
    assert ordered.apply(lambda scores: scores.is_monotonic_decreasing).all()
    summary = found.summary.set_index(["name", "lang"])
    assert summary.loc[("trade", "all"), "n_posts"] == len(run.posts)
    assert summary.loc[("trade", "zh"), ["n_seeds", "n_contrasts"]].tolist() == [2, 1]
    assert summary.loc[("culture", "kk"), "n_seeds"] == 0
    words = summary.loc["trade"]
    assert words.loc["all", "n_keyword"] == words.drop(index="all")["n_keyword"].sum() > 0
    assert summary["average_precision"].isna().all()
    assert found.stages["reason"].tolist() == ["no posts are coded."] * 2


@pytest.mark.parametrize(("n", "stage"), [(25, "uncalibrated"), (80, "calibrated"), (320, "head")])
def test_codes_bring_a_concept_from_stage_to_stage(run, coded, n, stage):
    found = discourse.concepts(run, codebook="book.yaml", codes=[coded(n)])
    trade = found.stages.set_index("name").loc["trade"]
    assert (trade["stage"], trade["n_coded"], trade["code"]) == (stage, n, "trade")
    assert ("trade:probability" in found.scores) == (stage != "uncalibrated")
    judged = found.summary.set_index(["name", "lang"]).loc[("trade", "all")]
    if judged["n_with"] >= 5:
        assert judged["chance"] * 2 < judged["average_precision"] <= 1
        assert judged["low"] <= judged["average_precision"] <= judged["high"]
    if stage == "head":
        assert found.scores["trade:probability"].between(0, 1).all()
        assert trade["correlation"] > 0.5
        fifths = found.calibration[found.calibration["name"] == "trade"]
        assert fifths["n"].sum() == n
        assert fifths["predicted"].is_monotonic_increasing
        assert fifths["coded"].iloc[-1] > 0.4 > fifths["coded"].iloc[0]
    manifest = open_run(run.path).manifest["added"]["concepts"]
    assert manifest["codes"][0]["file"] == "codes.csv"


def test_a_code_is_a_concepts_by_name_or_label_whatever_the_case(run):
    posts = pd.DataFrame({"post_id": run.posts["post_id"], "text": run.posts["text"]})
    posts["subject"] = np.where(run.posts["topic"] == "trade", "TRADE and duties", "other")
    posts.head(60).to_csv("codes.csv", index=False)
    found = discourse.concepts(run, codebook="book.yaml", codes=["codes.csv"]).stages.set_index("name")
    assert found.loc["trade", ["scheme", "n_coded"]].tolist() == ["subject", 60]
    assert found.loc["culture", "reason"] == "none of the codes has its name or label."


def test_codes_that_fit_no_concept_or_several_are_refused(run):
    with pytest.raises(UsageError, match=r"no code has the name or label of a concept\. Codes: "):
        posts = pd.DataFrame({"post_id": run.posts["post_id"], "text": run.posts["text"]})
        posts["x"] = np.where(np.arange(len(posts)) % 2, "other", "else")
        posts.head(40).to_csv("codes.csv", index=False)
        discourse.concepts(run, codebook="book.yaml", codes=["codes.csv"])
    with pytest.raises(UsageError, match="which codes are those of trade"):
        posts["y"] = posts["x"].replace({"other": "Trade and duties"})
        posts.replace({"x": {"other": "trade"}}).head(40).to_csv("codes.csv", index=False)
        discourse.concepts(run, codebook="book.yaml", codes=["codes.csv"])
    assert "concepts" not in open_run(run.path).manifest.get("added", {})
    assert not (run.path / "concepts").exists()


def test_scores_stay_unless_they_are_to_be_replaced(run):
    first = discourse.concepts(run, codebook="book.yaml").scores
    with pytest.raises(UsageError, match="--replace scores the posts anew"):
        discourse.concepts(run, codebook="book.yaml")
    pd.testing.assert_frame_equal(discourse.concepts(run, codebook="book.yaml", replace=True).scores, first)


def test_a_run_made_from_vectors_has_no_encoder_to_ask(run, demo_csv, tmp_path):
    np.save("own.npy", np.random.default_rng(0).normal(size=(320, 8)).astype("float32"))
    made = discourse.cluster(demo_csv, encoder="own.npy", out=tmp_path / "given")
    with pytest.raises(UsageError, match=r"made from the vectors in own\.npy"):
        discourse.concepts(made, codebook="book.yaml")


def test_without_translations_languages_without_seeds_are_not_judged(demo_csv, tmp_path, run):
    made = discourse.cluster(demo_csv, encoder="lexical", out=tmp_path / "words")
    only = BOOK.replace(
        "      kk: [Әкелінетін тауарларға салынатын баж төмендеді., Екі елдің сауда айналымы артты.]\n", ""
    )
    only = only.replace("      kk: [Кешке концерт өтті.]\n", "").replace('kk: ["баж*"], ', "")
    (tmp_path / "book.yaml").write_text(only, encoding="utf-8")
    found = discourse.concepts(made, codebook="book.yaml")
    kazakh = found.scores[found.scores["lang"] == "kk"]
    assert (kazakh["trade"] == 0.5).all()
    assert "knows no translations" in " ".join(found.notes)
    assert found.scores.loc[found.scores["lang"] == "en", "trade"].nunique() > 10


def test_definitions_that_are_off_say_where(run, tmp_path):
    (tmp_path / "book.yaml").write_text(BOOK.replace("concepts:", "concept:"), encoding="utf-8")
    with pytest.raises(DataError, match=r"book\.yaml, line 3"):
        discourse.concepts(run, codebook="book.yaml")
    assert not (run.path / "concepts").exists()


def test_scores_do_not_depend_on_the_order_of_the_rows(demo_csv, tmp_path, run):
    turned = tmp_path / "turned.csv"
    pd.read_csv(demo_csv, dtype=str).sample(frac=1, random_state=3).to_csv(turned, index=False)
    other = discourse.cluster(turned, timezone="Asia/Almaty", out=tmp_path / "turned")
    first, second = (
        discourse.concepts(one, codebook="book.yaml").scores.set_index("post_id").sort_index() for one in (run, other)
    )
    assert np.allclose(first["trade:raw"], second["trade:raw"], atol=1e-6)
    assert np.allclose(first["trade"], second["trade"], atol=0.02)


def test_posts_without_dates_and_in_languages_without_seeds_are_scored_too(tmp_path, run, demo_csv, golden):
    posts = pd.read_csv(demo_csv, dtype=str)[["id", "text", "topic"]]
    arabic = [{"id": f"a{at}", "text": f"{golden['ar'][at % 3]} {at}", "topic": "trade"} for at in range(24)]
    pd.concat([posts, pd.DataFrame(arabic)]).to_csv(tmp_path / "undated.csv", index=False)
    made = discourse.cluster("undated.csv", out=tmp_path / "undated")
    found = discourse.concepts(made, codebook="book.yaml", columns=["topic"])
    assert found.stages.set_index("name").loc["trade", "stage"] == "head"
    assert "Arabic 24: without seeds in these languages" in " ".join(found.notes)
    assert found.scores.loc[found.scores["lang"] == "ar", "trade"].mean() == pytest.approx(0.5)
    block = blocks(made)[0]
    assert len(set(block)) == len(block)


def test_blocks_are_weeks(run):
    block, unit = blocks(run)
    assert unit == "week"
    week = run.posts["date"].dt.isocalendar()
    assert len(set(block)) == len(week[["year", "week"]].drop_duplicates())
