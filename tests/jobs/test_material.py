"""Posts and labels that an analysis is about."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import DataError, UsageError
from discourse.jobs.labellings import column, labelling
from discourse.jobs.material import material
from discourse.run import open_run

BOOK = """\
name: small
about: For tests.
schemes:
  tags:
    about: What it is about.
    codes:
      Gaza: {definition: The war., keywords: {ru: ["газ*"]}}
      trade: {definition: Goods., keywords: {ru: ["торг*", "пошлин*"]}}
  main:
    about: The one thing.
    single: true
    codes: {trade: {definition: Goods again., keywords: {ru: ["торг*"]}}}
"""


@pytest.fixture(scope="module")
def coded(embassy):
    """The sample corpus as written, with its codes."""
    return pd.read_csv(embassy / "posts.csv", dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def tagged(embassy_run, tmp_path_factory):
    """A copy of the run with tags."""
    folder = tmp_path_factory.mktemp("tagged")
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    path = shutil.copytree(embassy_run.path, folder / "run")
    discourse.tag(path, codebook=folder / "book.yaml")
    return open_run(path)


def counts(asked) -> dict[str, int]:
    hits = asked.labelling.hits(np.zeros(len(asked.posts), dtype=int), 1).ravel()
    return dict(zip(asked.labelling.labels["label_id"], hits.astype(int).tolist(), strict=True))


def test_themes_by_default(embassy_run):
    asked = material(embassy_run)
    assert asked.labelling.exclusive
    sizes = embassy_run.assignments["theme"].value_counts()
    assert counts(asked) == {str(theme): n for theme, n in sizes.items()}
    assert asked.facts == {
        "on": ["themes"],
        "where": [],
        "groups": [],
        "only": [],
        "since": None,
        "until": None,
        "duplicates": "keep",
        "posts": 1426,
    }
    assert asked.notes == []


def test_codes_are_those_of_the_file(embassy_run, coded):
    asked = material(embassy_run, on=["codes:dimension", "codes:tags"])
    expected = coded["dimension"].value_counts().add_prefix("dimension:").to_dict()
    expected |= coded["tags"].str.split(";").explode().value_counts().add_prefix("tags:").drop("tags:", errors="ignore")
    assert counts(asked) == expected
    assert not asked.labelling.exclusive


def test_a_condition_narrows_the_posts_and_their_labels(embassy_run, coded):
    asked = material(embassy_run, on=["codes:subcategory"], where=["dimension=Bilateral"])
    held = coded[coded["dimension"] == "Bilateral"]
    assert asked.posts["post_id"].tolist() == held["id"].tolist()
    assert asked.rows.tolist() == held.index.tolist()
    assert counts(asked) == {f"subcategory:{code}": n for code, n in held["subcategory"].value_counts().items() if code}


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        (["tags=Global South"], lambda posts: posts["tags"].str.contains("Global South")),
        (["tags=tags:SCO"], lambda posts: posts["tags"].str.split(";").map(lambda codes: "SCO" in codes)),
        (
            ["dimension=Bilateral", "tags=visits"],
            lambda posts: (posts["dimension"] == "Bilateral") & posts["tags"].str.contains("visits"),
        ),
        (["wolf_warrior=1"], lambda posts: posts["id"].isin(posts.attrs["wolves"])),
        (["wolf_warrior=0"], lambda posts: ~posts["id"].isin(posts.attrs["wolves"])),
        (["codes:account=embassy_kz"], lambda posts: posts["account"] == "embassy_kz"),
    ],
)
def test_conditions_mean_what_they_say(embassy, embassy_run, coded, where, chosen):
    truth = pd.read_csv(embassy / "truth_posts.csv")
    coded.attrs["wolves"] = truth.loc[truth["wolf_warrior"] == 1, "id"].tolist()
    found = material(embassy_run, where=where).posts["post_id"].tolist()
    assert found == coded.loc[chosen(coded), "id"].tolist()


def test_a_theme_and_noise_are_conditions(embassy_run):
    theme = embassy_run.assignments["theme"]
    for number in (0, -1):
        asked = material(embassy_run, on=["codes:tags"], where=[f"theme={number}"])
        assert asked.rows.tolist() == np.flatnonzero(theme == number).tolist()


def test_groups_and_only(embassy_run, coded):
    asked = material(
        embassy_run, on=["codes:tags"], groups=["structures=UN; SCO;BRICS"], only=["structures;Gaza", "tags:UN"]
    )
    assert asked.labelling.labels["label_id"].tolist() == ["group:structures", "tags:Gaza", "tags:UN"]
    held = coded["tags"].str.split(";").map(lambda codes: bool({"UN", "SCO", "BRICS"} & set(codes)))
    assert counts(asked)["group:structures"] == held.sum()


def test_labels_that_no_post_has_are_kept_only_if_named(embassy_run):
    rare = material(embassy_run, on=["codes:tags"], since="2024-01-02", until="2024-01-02")
    assert 0 not in counts(rare).values()
    named = material(embassy_run, on=["codes:tags"], since="2024-01-02", until="2024-01-02", only=["AI"])
    assert counts(named) == {"tags:AI": 0}


def test_a_window_is_inclusive(embassy_run, coded):
    asked = material(embassy_run, since="2024-03-30", until="2024-03-31")
    assert (
        asked.posts["post_id"].tolist() == coded.loc[coded["date"].between("2024-03-30", "2024-03-31~"), "id"].tolist()
    )


def test_copies_are_dropped_where_they_do_not_count(embassy_run):
    run = open_run(embassy_run.path, duplicates="drop")
    asked = material(run, on=["themes", "codes:tags"])
    assert asked.posts["duplicate_of"].isna().all()
    assert len(asked.posts) == 1426 - embassy_run.posts["duplicate_of"].notna().sum()
    assert asked.labelling.n_posts == len(asked.posts)
    assert asked.facts["duplicates"] == "drop"


def test_tags_of_all_schemes_or_one(tagged):
    every = counts(material(tagged, on=["tags:small"]))
    one = counts(material(tagged, on=["tags:small/main"]))
    labels = tagged.table("tags/small/labels.parquet")
    assert set(one) == {"small/main:trade"}
    assert every["small:Gaza"] == (labels["label"] == "Gaza").sum()
    # a code of two schemes counts a post once
    assert every["small:trade"] == labels.loc[labels["label"] == "trade", "post_id"].nunique()
    gaza = material(tagged, where=["tags:small=Gaza"])
    assert set(gaza.posts["post_id"]) == set(labels.loc[labels["label"] == "Gaza", "post_id"])


def test_tags_of_copies_are_dropped_with_them(tagged):
    run = open_run(tagged.path, duplicates="drop")
    held = tagged.table("tags/small/labels.parquet").query("label == 'Gaza'")["post_id"]
    assert counts(material(run, on=["tags:small"]))["small:Gaza"] == run.posts["post_id"].isin(held).sum()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"on": ["topics"]}, "--on topics: write themes, codes:COLUMN, tags:NAME"),
        ({"on": ["codes:"]}, "--on codes:"),
        ({"on": ["codes:tag"]}, "no column 'tag'. Did you mean tags?"),
        ({"on": ["codes:zzz"]}, "no column 'zzz'. There are: id, date"),
        ({"on": ["tags:embassy"]}, "no tags 'embassy'. There are none yet"),
        ({"where": ["dimension"]}, "--where dimension: write it as COLUMN=VALUE"),
        ({"where": ["dimension="]}, "--where dimension=: write it as"),
        ({"where": ["dimension=Bilatral"]}, "Did you mean 'Bilateral'?"),
        ({"where": ["nothing=1"]}, "no column 'nothing'"),
        ({"where": ["theme=99"]}, "There is no label '99'"),
        ({"only": ["Gaz"], "on": ["codes:tags"]}, "Did you mean 'Gaza'?"),
        ({"groups": ["UN;SCO"], "on": ["codes:tags"]}, "--group UN;SCO: write it as NAME=A;B;C"),
        ({"groups": ["x=UN;SOC"], "on": ["codes:tags"]}, "Did you mean 'SCO'?"),
        ({"only": ["trade"], "on": ["codes:tags", "codes:subcategory"]}, "write one of tags:trade, subcategory:trade"),
        ({"since": "soon"}, "--since 'soon' is no day"),
        ({"since": "2025", "until": "2024"}, "Swap them"),
    ],
)
def test_what_is_not_there_is_named(embassy_run, asked, said):
    with pytest.raises(UsageError) as caught:
        material(embassy_run, **asked)
    assert said in str(caught.value)


def test_tags_that_are_not_there_are_named(tagged):
    with pytest.raises(UsageError, match="There are: small"):
        labelling(tagged, "tags:big")
    with pytest.raises(UsageError, match=r"no scheme 'x'\. There are: "):
        labelling(tagged, "tags:small/x")


def test_no_post_is_left(embassy_run):
    with pytest.raises(DataError, match="no dated post is left with dimension=Other; tags=Taiwan; --since 2025-04"):
        material(embassy_run, where=["dimension=Other", "tags=Taiwan"], since="2025-04")


def test_posts_without_a_date_are_left_out_and_told(embassy_run):
    run = open_run(embassy_run.path)
    run.posts.loc[:29, "date"] = pd.NaT
    asked = material(run)
    assert asked.notes == ["30 posts have no date and are left out."]
    assert asked.rows.tolist() == list(range(30, 1426))
    run.posts["date"] = pd.NaT
    with pytest.raises(DataError, match=r"no post has a date\. Make the run with --date"):
        material(run)


def test_columns_go_by_the_names_of_the_file(embassy_run):
    assert column(embassy_run, "account").equals(embassy_run.posts["author"])
    assert column(embassy_run, "author").equals(embassy_run.posts["author"])


def test_the_same_labels_asked_for_twice_are_had_once(embassy_run):
    once, twice = (counts(material(embassy_run, on=["codes:tags"] * times)) for times in (1, 2))
    assert once == twice
    assert len(material(embassy_run, on=["themes", "themes"]).labelling.labels) == len(embassy_run.themes) + 1
