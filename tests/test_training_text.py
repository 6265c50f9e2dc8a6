"""The sentences that the encoder is trained on: whole, in the languages they say, and no row twice."""

import csv
from pathlib import Path

import numpy as np
import pytest

from discourse.posts.language import detect
from discourse.posts.near import originals
from discourse.posts.similarity import normals

FOLDER = Path(__file__).parents[1] / "scripts" / "encoder" / "kazakh"
LANGUAGES = ["kk", "ru", "en", "zh"]


@pytest.fixture(scope="module")
def rows():
    found = []
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            heading, *body = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert heading == LANGUAGES, path.name
        found += [(path.name, number, row) for number, row in enumerate(body, start=2)]
    return found


def test_every_row_has_four_sentences(rows):
    assert len(rows) >= 4_000
    bad = [(file, line) for file, line, row in rows if len(row) != 4 or not all(cell.strip() for cell in row)]
    assert bad == []


@pytest.mark.parametrize("column", range(4), ids=LANGUAGES)
def test_each_column_is_in_its_language(rows, column):
    found = detect([row[column] for _, _, row in rows])["lang"]
    assert (found == LANGUAGES[column]).mean() > 0.98


@pytest.mark.parametrize("column", range(4), ids=LANGUAGES)
def test_no_row_repeats_another(rows, column):
    forms = normals([row[column] for _, _, row in rows])
    assert len(set(forms)) == len(forms)
    found, _ = originals(forms, np.zeros(len(forms), dtype=int))
    again = np.flatnonzero(found != np.arange(len(forms)))
    assert [(rows[i][:2], rows[found[i]][:2]) for i in again] == []


@pytest.mark.parametrize("column", range(4), ids=LANGUAGES)
def test_nothing_that_encoders_are_tried_on_is_trained_on(rows, column):
    from discourse.jobs.evaluate import SENTENCES

    tried = []
    for path in SENTENCES:
        with path.open(encoding="utf-8", newline="") as stream:
            tried += [row[LANGUAGES[column]] for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]
    trained = [row[column] for _, _, row in rows]
    forms = normals([*trained, *tried])
    found, _ = originals(forms, np.zeros(len(forms), dtype=int))
    shared = [i for i in range(len(trained), len(forms)) if found[i] < len(trained)]
    assert [tried[i - len(trained)] for i in shared] == []
