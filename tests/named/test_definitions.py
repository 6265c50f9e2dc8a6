"""Concepts and axes: read as written, with every fault told by file and line."""

from __future__ import annotations

import pytest

from discourse.named.definitions import load

SOUND = """\
name: small
about: For tests.
concepts:
  south:
    label: Global South
    definition: Countries of the South.
    seeds:
      en: [We of the South stand together., The South speaks up.]
      ru: [Глобальный Юг един.]
    contrast:
      en: [The south of the town is flooded.]
      ru: [На юге страны дожди.]
    keywords: {en: [Global South]}
axes:
  tone:
    label: From mild to harsh
    definition: How it is said.
    poles:
      mild: {label: Mild, definition: Kindly., seeds: {en: [Let us talk.]}}
      harsh: {label: Harsh, definition: Harshly., seeds: {en: [They will pay for it.]}}
"""


@pytest.fixture
def defined(reader):
    return reader(load, "concepts.yaml")


def test_concepts_are_what_their_file_says(defined):
    found = defined(SOUND)
    (south,), (tone,) = found.concepts, found.axes
    assert (south.name, south.label, south.keywords) == ("south", "Global South", {"en": ("Global South",)})
    assert south.seeds["en"] == ("We of the South stand together.", "The South speaks up.")
    assert south.contrast["ru"] == ("На юге страны дожди.",)
    assert (tone.low.name, tone.high.name) == ("mild", "harsh")
    assert tone.high.seeds == {"en": ("They will pay for it.",)}


def test_axes_and_keywords_may_be_left_out(defined):
    found = defined(SOUND[: SOUND.index("axes:")].replace("    keywords: {en: [Global South]}\n", ""))
    assert found.axes == ()
    assert found.concepts[0].keywords == {}


def test_examples_say_more_of_a_concept(defined):
    examples = "    examples:\n      en: {positive: [We of the South stand together., The South rises.], "
    examples += "negative: [Go south.]}\n"
    south = defined(
        SOUND.replace("    keywords:", f"{examples}      kk: {{negative: [Оңтүстікте жауын.]}}\n    keywords:")
    )
    (south,) = south.concepts
    assert south.seeds["en"] == ("We of the South stand together.", "The South speaks up.")
    assert south.said["en"] == (*south.seeds["en"], "The South rises.")
    assert south.said.keys() == {"en", "ru"}
    assert south.unsaid == {
        "en": ("The south of the town is flooded.", "Go south."),
        "ru": ("На юге страны дожди.",),
        "kk": ("Оңтүстікте жауын.",),
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    label: Global South\n", "", 4, "concepts.south: lacks label"),
        ("    contrast:", "    contrasts:", 10, "Did you mean contrast?"),
        ("      ru: [На юге страны дожди.]\n", "", 10, "only one of them has ru"),
        ("      ru: [Глобальный Юг един.]", "      ru: [no]", 9, "reads as false"),
        ("{en: [Global South]}", "{en: [Agenda 2030]}", 13, "'2030' in 'Agenda 2030' is no word"),
        ("    poles:", "    polse:", 18, "Did you mean poles?"),
        ("      mild: {label: Mild, definition: Kindly., seeds: {en: [Let us talk.]}}\n", "", 18, "two poles"),
        ("seeds: {en: [Let us talk.]}", "seeds: {en: [Let us talk.], zh: [谈谈吧]}", 18, "only one has zh"),
        (
            "    keywords: {en",
            "    examples: {en: {maybe: [a]}}\n    keywords: {en",
            13,
            "It may have: positive, negative",
        ),
        ("    keywords: {en", "    examples: {xx: {positive: [a]}}\n    keywords: {en", 13, "'xx' is no language"),
        ("    keywords: {en", "    examples: {en: {positive: []}}\n    keywords: {en", 13, "is empty"),
        ("The South speaks up.", "We of the South stand together.", 8, "stands here twice"),
    ],
)
def test_concepts_that_are_off_say_where(defined, fault_is_told, old, new, line, said):
    fault_is_told(defined, SOUND, old, new, f"concepts.yaml, line {line}", said)
