"""Codebooks: read as written, with every fault told by file and line."""

from __future__ import annotations

import pytest

from discourse.errors import DataError
from discourse.named.codebook import load

SOUND = """\
name: small
about: For tests.
schemes:
  tags:
    about: What it is about.
    codes:
      trade:
        definition: Goods and duties.
        keywords:
          en: [trade, "tariff*"]
          Russian: [торговля]
      other:
        definition: All else.
  dimension:
    about: Which relation.
    single: true
    codes:
      Global: {definition: The world.}
"""


@pytest.fixture
def loaded(reader):
    return reader(load, "book.yaml")


def test_a_codebook_is_what_its_file_says(loaded):
    book = loaded(SOUND)
    assert (book.name, book.about) == ("small", "For tests.")
    assert [(scheme.name, scheme.single) for scheme in book.schemes] == [("tags", False), ("dimension", True)]
    trade, other = book.schemes[0].codes
    assert trade.keywords == {"en": ("trade", "tariff*"), "ru": ("торговля",)}
    assert (trade.name, trade.definition, other.keywords) == ("trade", "Goods and duties.", {})


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("about: For tests.\n", "", 1, "lacks about"),
        ("about: For", "abuot: For", 2, "abuot: is not known here. Did you mean about?"),
        ("name: small", "name: 7", 1, "name: must be a text, not '7'. Put it in quotes."),
        ("    single: true", "    singel: true", 16, "Did you mean single?"),
        ("    single: true", "    single: sometimes", 16, "must be true or false, not 'sometimes'"),
        ("        definition: All else.", "        definition:", 13, "tags.codes.other.definition: must be a text"),
        ("        definition: All else.", "        keywords: {en: [word]}", 12, "codes.other: lacks definition"),
        ("      other:", "      trade:", 12, "trade: stands here twice (first in line 7)"),
        ("      other:", "      no:", 12, "'no' (which YAML reads as false)"),
        ("      other:", "      this; that:", 12, "semicolon"),
        ("      other:", "      '':", 12, "must not be empty"),
        ("      Global: {definition: The world.}", "      {}", 17, "codes: is empty"),
        ("          en: [", "          klingon: [", 10, "'klingon' is no language"),
        ("          Russian: [торговля]", "          en-GB: [commerce]", 11, "'en-GB' stands here twice: it is en too"),
        ('trade, "tariff*"', "", 10, "keywords.en: is empty"),
        ('[trade, "tariff*"]', "trade", 10, "must be a list"),
        ('trade, "tariff*"', "trade, trade", 10, "'trade' stands here twice"),
        ('trade, "tariff*"', "trade, yes", 10, "'yes' (which YAML reads as true)"),
        ('trade, "tariff*"', "trade, 2024", 10, "must be a text, not '2024'"),
        ('trade, "tariff*"', "t", 10, "too short"),
        ('trade, "tariff*"', '"t*"', 10, "too many words"),
        ('trade, "tariff*"', '"*"', 10, "is no word"),
        ('trade, "tariff*"', '"tar*iff"', 10, "only at the end of a word"),
        ('trade, "tariff*"', '"*tariff"', 10, "only at the end of a word"),
        ('trade, "tariff*"', "Agenda 2030", 10, "'2030' in 'Agenda 2030' is no word"),
        ('trade, "tariff*"', "AI/ML", 10, "is no word"),
        ('trade, "tariff*"', "trade & aid", 10, "'&' in 'trade & aid' is no word"),
        ('trade, "tariff*"', '"#trade"', 10, "is no word"),
        ("Russian: [торговля]", 'zh: ["贸易*"]', 11, "leave the * out"),
    ],
)  # fmt: skip
def test_a_codebook_that_is_off_says_where(loaded, fault_is_told, old, new, line, said):
    fault_is_told(loaded, SOUND, old, new, f"book.yaml, line {line}", said)


def test_a_list_instead_of_a_codebook_is_refused(loaded):
    with pytest.raises(DataError, match=r"line 1: must hold names and values \(name, about, schemes\), not a list"):
        loaded("- trade\n")


@pytest.mark.parametrize(
    "word", ["COVID-19", "G20", "5G", "people's republic", "U.S.", "B and B", "العربية", "中欧 班列", "铀"]
)
def test_words_with_digits_hyphens_and_apostrophes_are_keywords(loaded, word):
    book = loaded(SOUND.replace('trade, "tariff*"', f'"{word}"'))
    assert book.schemes[0].codes[0].keywords["en"] == (word,)
