"""The sample corpus: what was planned is there, what is there was written, and the truth about it is true."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discourse.posts.near import originals
from discourse.posts.similarity import normals
from discourse.stats.shift import shift

ROOT = Path(__file__).parents[1]
CORPUS, WRITTEN = ROOT / "data" / "embassy", ROOT / "scripts" / "sample"
COUNTED = {"UN", "SCO", "ASEAN", "BRICS", "BRI", "forums"}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(CORPUS / name, keep_default_na=False)


@pytest.fixture(scope="module")
def posts():
    return table("posts.csv")


@pytest.fixture(scope="module")
def others():
    return table("multilingual.csv")


@pytest.fixture(scope="module")
def truth():
    return table("truth_posts.csv")


@pytest.fixture(scope="module")
def shifts():
    return table("truth_shifts.csv")


@pytest.fixture(scope="module")
def plan():
    return tomllib.loads((WRITTEN / "plan.toml").read_text(encoding="utf-8"))


def days(table: pd.DataFrame) -> np.ndarray:
    return table["date"].to_numpy(dtype="datetime64[D]")


def between(table: pd.DataFrame, period: str) -> np.ndarray:
    if ".." in period:
        first, last = period.split("..")
    else:
        year, quarter = period.split("Q")
        month = 3 * int(quarter) - 2
        first = f"{year}-{month:02}-01"
        last = str(np.datetime64(f"{year}-{month + 2:02}") + 1) + "-01"
        last = str(np.datetime64(last) - 1)
    day = days(table)
    return (day >= np.datetime64(first)) & (day <= np.datetime64(last))


def has(table: pd.DataFrame, column: str, *names: str) -> np.ndarray:
    return np.array([bool(set(names) & set(cell.split(";"))) for cell in table[column]])


def test_the_files_are_what_the_script_makes(tmp_path):
    subprocess.run([sys.executable, ROOT / "scripts" / "make_sample.py", "--out", tmp_path], check=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["multilingual.csv", "posts.csv", "second_coder.csv", "truth_posts.csv", "truth_shifts.csv"]
    assert [name for name in made if (tmp_path / name).read_bytes() != (CORPUS / name).read_bytes()] == []


def test_there_are_as_many_posts_as_in_the_study(posts):
    assert list(posts) == [
        "id", "date", "text", "account", "platform", "lang", "dimension", "topics", "subcategory", "tags",
    ]  # fmt: skip
    assert posts["id"].is_unique
    assert posts["date"].is_monotonic_increasing
    assert (len(posts), str(days(posts).min()), str(days(posts).max())) == (1426, "2024-01-02", "2025-04-07")
    counts = {period: int(between(posts, period).sum()) for period in ("2024Q1", "2025Q1", "2025Q2")}
    assert counts == {"2024Q1": 267, "2025Q1": 282, "2025Q2": 33}
    assert between(posts, "2024-01-01..2024-12-31").sum() == 1111
    assert posts["lang"].value_counts().to_dict() == {"ru": 1418, "kk": 4, "ru;kk": 3, "kk;ru;zh": 1}
    a_day = posts.groupby(days(posts)).size()
    assert a_day.max() >= 8  # several on the day of a visit


def test_the_counts_are_those_of_the_study(posts):
    reference = pd.read_csv(ROOT / "data" / "reference" / "tables.csv", dtype=str, keep_default_na=False)

    def count(row, period: str) -> int:
        category, sub = row["category"], row["subcategory"]
        hit = {
            "all posts": lambda: np.ones(len(posts), dtype=bool),
            "Bilateral": lambda: (posts["dimension"] == "Bilateral") & (not sub or posts["subcategory"] == sub),
            "multilateral structures": lambda: has(
                posts, "tags", *({sub.replace("forums and conferences", "forums")} if sub else COUNTED)
            ),
            "war in Gaza": lambda: has(posts, "tags", "Gaza"),
            "war in Ukraine": lambda: has(posts, "tags", "Ukraine"),
        }.get(category, lambda: has(posts, "tags", category))()
        return int((hit & between(posts, period)).sum())

    found = []
    for row in reference.to_dict("records"):
        periods = [row["period"]] if row["period"] else ["2024Q1", "2025Q1"]
        found.append({**row, "count": str(sum(count(row, period) for period in periods))})
    assert found == reference.to_dict("records")
    # Each organisation is the subject of posts of its own: the six add up.
    assert (posts["tags"].map(lambda cell: len(COUNTED & set(cell.split(";")))) <= 1).all()


def test_codes_are_in_the_words_of_the_codebook(posts, others):
    from discourse.named import codebook

    book = codebook.load(ROOT / "configs" / "codebooks" / "embassy.yaml")
    known = {scheme.name: {code.name for code in scheme.codes} | {""} for scheme in book.schemes}
    both = pd.concat([posts, others])
    for column in ("dimension", "topics", "subcategory", "tags"):
        assert {code for cell in both[column] for code in cell.split(";")} <= known[column]
    for column in ("dimension", "topics", "tags"):
        assert (both[column] != "").all()
    assert set(both.loc[both["subcategory"] != "", "dimension"]) == {"Bilateral"}


def test_bodies_are_many_and_none_is_overused(posts, truth):
    bodies = truth[truth["id"].isin(posts["id"])]["body"]
    assert bodies.value_counts().max() <= 0.02 * len(posts)
    n = 0
    for path in sorted((WRITTEN / "bodies").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            n += sum(1 for _ in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)) - 1
    assert n >= 700


@pytest.mark.parametrize("name", ["posts.csv", "multilingual.csv"])
def test_only_planted_posts_repeat_others(name, truth):
    corpus = table(name)
    _, languages = np.unique(corpus["lang"], return_inverse=True)
    found, cut_short = originals(normals(corpus["text"].tolist()), languages)
    assert cut_short == 0
    copies = {corpus["id"][i]: corpus["id"][found[i]] for i in np.flatnonzero(found != np.arange(len(found)))}
    planted = truth[(truth["duplicate_of"] != "") & truth["id"].isin(corpus["id"])]
    assert copies == dict(zip(planted["id"], planted["duplicate_of"], strict=True))
    assert len(copies) == (12 if name == "posts.csv" else 0)


def test_counterparts_tell_of_the_same_event(posts, others):
    assert len(others) >= 400
    assert others["lang"].value_counts().min() >= 120
    assert set(others["lang"]) == {"kk", "zh", "en"}
    assert others.groupby("account")["lang"].nunique().eq(1).all()
    assert others["counterpart_of"].is_unique
    partner = posts.set_index("id").loc[others["counterpart_of"]].reset_index()
    for column in ("dimension", "topics", "subcategory", "tags"):
        assert (others[column] == partner[column]).all()
    assert (days(others) == days(partner)).all()


@pytest.mark.parametrize("name", ["posts.csv", "multilingual.csv"])
def test_texts_are_in_the_language_they_say(name):
    from discourse.posts.language import detect

    corpus = table(name)
    found = detect(corpus["text"].tolist())["lang"]
    assert (found == corpus["lang"].str.split(";").str[0]).mean() > 0.99
    assert not corpus["text"].str.contains(r"[{}|]|\\n|  ", regex=True).any()


def test_the_truth_is_about_every_post(posts, others, truth):
    assert list(truth["id"]) == [*posts["id"], *others["id"]]
    concepts = [name for name in truth if name not in ("id", "duplicate_of", "body") and not name.startswith("axis_")]
    assert len(concepts) == 8
    assert set(truth[concepts].to_numpy().ravel()) == {0, 1}
    axes = truth.filter(like="axis_")
    assert axes.shape[1] == 3
    assert set(axes.to_numpy().ravel()) == {-1, 0, 1}
    from discourse.named import definitions

    named = definitions.load(ROOT / "configs" / "concepts" / "embassy.yaml")
    assert [concept.name for concept in named.concepts] == concepts
    assert [f"axis_{axis.name}" for axis in named.axes] == list(axes)


def hits(posts, truth, row):
    """Find the posts a planted change is about, and those of them that count, from the published files alone."""
    told = posts.merge(truth, on="id", validate="one_to_one")
    part = told[has(told, "tags", row["where"].removeprefix("tags="))] if row["where"] else told
    column = {"tag": "tags", "dimension": "dimension", "subcategory": "subcategory"}.get(row["kind"])
    names = row["label"].split(";")
    if column:
        return part, has(part, column, *names)
    if row["kind"] == "concept":
        return part, part[names].any(axis=1).to_numpy()
    pole = {"member": ("axis_global_south_role", -1), "protector": ("axis_global_south_role", 1)}[row["label"]]
    return part, (part[pole[0]] == pole[1]).to_numpy()


def test_every_planted_change_is_as_large_as_it_says(posts, truth, shifts):
    assert shifts["name"].is_unique
    for row in shifts.to_dict("records"):
        part, hit = hits(posts, truth, row)
        for side in ("from", "to"):
            there = between(part, row[side])
            assert (there.sum(), hit[there].sum()) == (row[f"n_{side}"], row[f"hits_{side}"]), row["name"]


def test_what_has_power_is_seen_and_what_has_none_is_not(posts, truth, shifts):
    assert set(shifts["verdict"]) == {"rose", "fell", "no detectable change"}
    for row in shifts.to_dict("records"):
        expected = row["verdict"] != "no detectable change"
        assert (row["power"] >= 0.9) == expected, row["name"]
        if row["power"] == 0:  # no window fits
            continue
        part, hit = hits(posts, truth, row)
        before, after = between(part, row["from"]), between(part, row["to"])
        day = days(part).astype(int)
        if row["test"] == "event":
            block = (day - np.datetime64(row["date"]).astype(int)) // 7
        else:
            block = day if row["blocks"] == "day" else (day + 3) // 7
        cells = pd.DataFrame({"block": block, "after": after, "hit": hit})[before | after]
        counted = cells.groupby(["after", "block"])["hit"].agg(["sum", "size"]).reset_index()
        found = shift(counted["sum"].to_numpy(), counted["size"].to_numpy(), counted["after"].to_numpy())
        if expected:
            assert found.p[0] < 0.01, row["name"]
            assert (found.difference[0] > 0) == (row["verdict"] == "rose"), row["name"]
        else:
            assert found.p[0] > 0.1, row["name"]


def test_every_planted_change_is_told_of(shifts):
    told = (CORPUS / "TRUTH.md").read_text(encoding="utf-8")
    assert all(word in told for word in ("Gaza", "Tariffs", "incumbent", "protector", "SCO", "referendum", "Security"))
    assert {"event", "shift"} == set(shifts["test"])
    assert len(shifts) >= 20


def test_the_second_coder_differs_believably(posts):
    second = table("second_coder.csv")
    assert len(second) == 150
    first = posts.set_index("id").loc[second["id"]].reset_index()
    for column, low, high in (("dimension", 0.88, 0.99), ("topics", 0.7, 0.95), ("tags", 0.55, 0.95)):
        assert low <= (first[column] == second[column]).mean() <= high, column


def test_nothing_of_it_is_in_what_the_encoder_was_trained_or_tried_on(posts, others):
    folders = [ROOT / "scripts" / "encoder" / "kazakh", ROOT / "discourse" / "encoders" / "evaluation"]
    lines = [line for folder in folders for path in folder.glob("*.tsv") for line in path.open(encoding="utf-8")]
    sentences = set(normals([cell for line in lines for cell in line.rstrip("\n").split("\t") if len(cell) > 25]))
    texts = pd.concat([posts["text"], others["text"]])
    pieces = [piece for text in texts for piece in re.split(r"(?<=[.!?])\s|(?<=[。！？])|\n", text)]
    assert not sentences & set(normals([piece for piece in pieces if len(piece) > 25]))
