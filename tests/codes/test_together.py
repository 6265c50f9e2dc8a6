"""Codes from several places: one table of who coded which post with what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.codes.coded import CODES, table
from discourse.codes.place import GIVEN, UNITS, UNMATCHED, Placed
from discourse.codes.together import from_columns, together

IDS = np.array(["p0", "p1", "p2"], dtype=object)


def placed(given):
    rows = pd.DataFrame(given, columns=[*GIVEN, "source"])
    return Placed(rows[list(UNITS)].drop_duplicates(), rows, table([], UNMATCHED), ["a note."])


def test_a_post_coded_twice_has_all_of_its_codes_and_it_is_said():
    one = placed([(0, "A", "topic", "x", 0), (1, "A", "topic", "x", 1), (2, "A", "topic", "y", 2)])
    other = placed([(0, "A", "topic", "y", 0), (1, "A", "topic", "x", 1), (2, "B", "topic", "x", 2)])
    found = together(IDS, [one, other], [table([], CODES)] * 2)
    assert len(found.given) == 5
    assert found.outcome("topic", "y", "A").tolist() == [1, 0, 1]
    assert found.notes[:2] == ["a note.", "a note."]
    assert found.notes[2].startswith(
        "1 times a coder coded a post twice with other codes (the first: p0, by A in topic)"
    )
    assert found.coders() == ["A", "B"]


def test_codes_by_scheme_the_commonest_first_with_the_first_definition():
    one = placed([(0, "A", "tone", "mild", 0), (1, "A", "tone", "harsh", 1), (2, "A", "tone", "harsh", 2)])
    books = [
        table([("topic", "UN", "", ""), ("tone", "mild", "", "")], CODES),
        table([("topic", "UN", "", "The United Nations.")], CODES),
    ]
    found = together(IDS, [one, placed([])], books).codes
    assert found.to_numpy().tolist() == [
        ["topic", "UN", "The United Nations."],
        ["tone", "harsh", ""],
        ["tone", "mild", ""],
    ]


def test_columns_of_the_posts():
    posts = pd.DataFrame({"topic": ["trade; UN", None, "none"], "relevant": [1.0, np.nan, 0.0], "rare": ["", "", "x"]})
    found, codes = from_columns(posts)
    assert found.units["row"].unique().tolist() == [0, 2]
    assert {(row.row, row.scheme, row.code) for row in found.given.itertuples()} == {
        (0, "topic", "trade"), (0, "topic", "UN"), (0, "relevant", "relevant"), (2, "rare", "rare"),
    }  # fmt: skip
    assert set(found.units["coder"]) == {"posts"}
    assert found.notes == ["posts: 2 of 3 have codes in their columns topic, relevant, rare."]
    assert codes["code"].tolist() == ["trade", "UN", "relevant", "rare"]
    assert len(from_columns(posts, complete=True)[0].units) == 9
