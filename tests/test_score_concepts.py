"""The tables of docs/concepts.md are what scripts/score_concepts.py measures."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script():
    from discourse.encoders.static import has_builtin

    if not has_builtin():
        pytest.skip("the built-in encoder is not in this copy")
    spec = importlib.util.spec_from_file_location("score_concepts", ROOT / "scripts" / "score_concepts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_average_precision_in_the_docs_is_as_measured(script):
    from discourse import encoders
    from discourse.named.definitions import load

    text = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    defined, encoder, posts = load(ROOT / "configs/concepts/embassy.yaml"), encoders.load("builtin"), script.read()
    rows = re.findall(r"^\| (.+?) \| ([\d.]+ \([\d.]+\) \| .*?\([\d.]+\)) \|$", text, flags=re.MULTILINE)
    told = {(place >= 8, row[0]): row[1] for place, row in enumerate(rows)}
    assert len(told) == 16
    for alone in (False, True):
        _, found = script.ranks(posts, defined, encoder, keywords=not alone)
        measured = script.precision(posts, found, defined)
        for one in defined.concepts:
            cells = [cell.split(" ") for cell in told[alone, one.label].split(" | ")]
            rows_of = measured[measured["name"] == one.name].set_index("lang").loc[list(script.LANGS)]
            for (value, chance), (_, row) in zip(cells, rows_of.iterrows(), strict=True):
                assert float(value) == pytest.approx(row["average_precision"], abs=0.011), (one.name, alone)
                assert float(chance.strip("()")) == pytest.approx(row["share"], abs=0.006)


def test_scores_beat_chance_for_every_subject_in_every_language(script):
    from discourse import encoders
    from discourse.named.definitions import load

    defined, posts = load(ROOT / "configs/concepts/embassy.yaml"), script.read()
    _, found = script.ranks(posts, defined, encoders.load("builtin"), keywords=False)
    measured = script.precision(posts, found, defined)
    subjects = measured[measured["name"] != "wolf_warrior"]  # a tone
    assert (subjects["average_precision"] > 2 * subjects["share"]).all()
