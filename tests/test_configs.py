"""The files in configs/ are read, say what they promise, and the settings are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from discourse import config
from discourse.change import events
from discourse.errors import DataError
from discourse.named import codebook, definitions
from discourse.named.tagger import tag

CONFIGS = Path(__file__).parents[1] / "configs"
LANGUAGES = {"en", "kk", "ru", "zh"}


def names(folder):
    return sorted(path.name for path in (CONFIGS / folder).glob("*.yaml"))


def test_the_settings_shown_are_those_of_the_code():
    shown = (CONFIGS / "default.toml").read_text(encoding="utf-8")
    assert shown == config.template(), "discourse init --out configs/default.toml --replace"
    assert config.load(file=CONFIGS / "default.toml") == config.Settings()


def test_the_files_promised_are_there():
    assert names("codebooks") == ["agenda.yaml", "digital-diplomacy-functions.yaml", "embassy.yaml"]
    assert names("concepts") == ["embassy.yaml"]
    assert names("events") == ["kazakhstan-2024.yaml", "us-china-2025.yaml"]


@pytest.mark.parametrize("name", names("codebooks"))
def test_a_codebook_has_codes_with_keywords_in_four_languages(name):
    book = codebook.load(CONFIGS / "codebooks" / name)
    assert book.name == Path(name).stem
    for scheme in book.schemes:
        assert len(scheme.codes) >= 2
        for code in scheme.codes:
            assert len(code.definition) > 40, f"{scheme.name}: {code.name}"
            assert set(code.keywords) in (set(), LANGUAGES), f"{scheme.name}: {code.name}"
        assert any(code.keywords for code in scheme.codes)


@pytest.mark.parametrize("name", names("codebooks"))
def test_every_keyword_finds_itself(name):
    book = codebook.load(CONFIGS / "codebooks" / name)
    asked = [
        (scheme.name, code.name, lang, word.replace("*", ""))
        for scheme in book.schemes
        if not scheme.single
        for code in scheme.codes
        for lang, words in code.keywords.items()
        for word in words
    ]
    found = tag([text for *_, text in asked], [lang for _, _, lang, _ in asked], book)
    there = set(zip(found["row"], found["scheme"], found["label"], strict=True))
    assert [one for row, one in enumerate(asked) if (row, *one[:2]) not in there] == []


def test_the_codes_of_the_study_are_in_the_embassy_codebook():
    schemes = {scheme.name: scheme for scheme in codebook.load(CONFIGS / "codebooks" / "embassy.yaml").schemes}
    assert list(schemes) == ["dimension", "topics", "subcategory", "tags"]
    assert [scheme.single for scheme in schemes.values()] == [True, False, True, False]
    assert [code.name for code in schemes["dimension"].codes] == ["Domestic", "Bilateral", "Global", "Other"]
    tags = {code.name for code in schemes["tags"].codes}
    assert tags >= {
        "trade",
        "tariffs",
        "United States",
        "UN",
        "SCO",
        "ASEAN",
        "BRICS",
        "BRI",
        "Gaza",
        "Ukraine",
        "Taiwan",
    }


def test_the_functions_of_digital_diplomacy_are_seven():
    (scheme,) = codebook.load(CONFIGS / "codebooks" / "digital-diplomacy-functions.yaml").schemes
    assert [code.name for code in scheme.codes] == [
        "informational", "image-building", "explanatory", "crisis response", "mobilization", "protective", "analytical",
    ]  # fmt: skip


def test_the_concepts_have_seeds_in_four_languages():
    found = definitions.load(CONFIGS / "concepts" / "embassy.yaml")
    assert [concept.name for concept in found.concepts] == [
        "global_south", "anti_us_trade", "insurgent_multilateralism", "incumbent_multilateralism",
        "security_sovereignty", "belt_and_road", "people_to_people", "wolf_warrior",
    ]  # fmt: skip
    assert [(axis.name, axis.low.name, axis.high.name) for axis in found.axes] == [
        ("multilateralism", "insurgent", "incumbent"),
        ("global_south_role", "member", "protector"),
        ("tone", "conciliatory", "confrontational"),
    ]
    poles = [pole for axis in found.axes for pole in (axis.low, axis.high)]
    for listed in [item.seeds for item in (*found.concepts, *poles)] + [item.contrast for item in found.concepts]:
        assert set(listed) == LANGUAGES
        assert all(len(sentences) >= 4 for sentences in listed.values())


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("us-china-2025.yaml", ["2025-01-20", "2025-02-04", "2025-03-04", "2025-04-02"]),
        ("kazakhstan-2024.yaml", ["2024-07-03", "2024-10-06"]),
    ],
)
def test_the_events_have_their_days_and_sources(name, dates):
    found = events.load(CONFIGS / "events" / name)
    assert [event.date.isoformat() for event in found if event.date.isoformat() in dates] == dates
    assert all(event.source for event in found)


def test_the_examples_in_the_docs_are_read_and_their_error_is_what_is_said(tmp_path):
    page = (CONFIGS.parent / "docs" / "codebooks.md").read_text(encoding="utf-8")
    book, concepts, days = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    file = tmp_path / "trade.yaml"
    for example, load in ((book, codebook.load), (concepts, definitions.load), (days, events.load)):
        file.write_text(example, encoding="utf-8")
        load(file)
    file.write_text(book.replace("definition", "definiton", 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        codebook.load(file)
    assert str(caught.value).replace(f"{tmp_path}/", "discourse: ") in page
