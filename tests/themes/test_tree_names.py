"""Names in the tree: groups are called by what they have alone, and those that say nothing by none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.themes.keywords import Vocabulary, choose, keywords
from discourse.themes.tree_names import name_tree

# 0 the whole: theme 1 | 2 what is left: (3: themes 5, 6) | (4: themes 7, 8); theme 5 falls into 9 and 10, and 10
# into 11 and 12.
TREE = pd.DataFrame(
    {
        "node": range(13),
        "parent": [-1, 0, 0, 2, 2, 3, 3, 4, 4, 5, 5, 10, 10],
        "kind": ["broader", "theme", "broader", "broader", "broader", *["theme"] * 4, *["finer"] * 4],
        "theme": [-1, 0, -1, -1, -1, 1, 2, 3, 4, -1, -1, -1, -1],
    }
)
SUBJECT = {1: "snow on hills", 6: "wheat harvest farm", 7: "striker goal stadium", 8: "tennis racket stadium",
           9: "barley harvest brewery", 11: "barley harvest flood", 12: "barley harvest drought"}  # fmt: skip


def corpus():
    node = np.repeat(sorted(SUBJECT), 8)
    posts = [f"{SUBJECT[group]} report {n}" for n, group in enumerate(node.tolist())]
    return posts, ["en"] * len(posts), node


def named():
    posts, langs, node = corpus()
    vocabulary = Vocabulary.of(posts, langs, np.zeros(len(posts), dtype=bool))
    labels = {0: "snow", 1: "barley", 2: "wheat", 3: "football", 4: "tennis"}
    return name_tree(TREE, node, langs, vocabulary, labels)


def test_groups_are_named_by_what_sets_them_apart():
    label = named()["label"]
    assert "stadium" in label[4]
    assert "brewery" in label[9]
    assert "flood" in label[11]
    assert "drought" in label[12]


def test_themes_keep_their_labels_and_leftovers_have_none():
    label = named()["label"]
    assert label[[1, 5, 6, 7, 8]].tolist() == ["snow", "barley", "wheat", "football", "tennis"]
    assert label[[0, 2]].tolist() == ["", ""]  # the whole, and what is left beside a single theme
    assert label[10] == ""  # beside a finer group that doesn't split


def test_a_tree_of_one_group_and_posts_without_words():
    tree = TREE.iloc[:1]
    none = Vocabulary.of(["", ""], ["und", "und"], np.zeros(2, dtype=bool))
    assert name_tree(tree, np.zeros(2, dtype=int), ["und", "und"], none, {})["label"].tolist() == [""]
    _, langs, node = corpus()
    empty = Vocabulary.of([""] * len(node), langs, np.zeros(len(node), dtype=bool))
    label = name_tree(TREE, node, langs, empty, dict.fromkeys(range(5), "theme"))["label"]
    assert label[4] == "(no words of its own, group 4)"


def test_a_vocabulary_serves_any_grouping():
    posts, langs, node = corpus()
    vocabulary = Vocabulary.of(posts, langs, np.zeros(len(posts), dtype=bool))
    for labels in (node, np.where(node == 7, 1, -1)):
        pd.testing.assert_frame_equal(choose(vocabulary, labels), keywords(posts, langs, labels))
    some = node >= 9
    part = choose(vocabulary, node, among=some)
    assert set(part["theme"]) == {9, 11, 12}
    assert "barley" not in set(part[part["rank"] == 1]["term"])
