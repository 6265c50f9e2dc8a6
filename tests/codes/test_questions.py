from __future__ import annotations

import pytest

from discourse.codes.questions import of_codebook, of_concepts, plain
from discourse.errors import UsageError
from discourse.named.codebook import Code, Codebook, Scheme
from discourse.named.definitions import Concept, Definitions

CONCEPTS = Definitions(
    "small",
    "For tests.",
    (
        Concept("global_south", "Global South", "Its rise.", {"en": ("It rises.",)}, {"en": ("Lychees.",)}, {}),
        Concept(
            "tone",
            "Tone",
            "How it is said.",
            {"ru": ("Вон!",)},
            {"ru": ("Добро пожаловать.",)},
            {},
            positive={"ru": ("Прочь!",), "kk": ("Кет!",)},
        ),
    ),
    (),
)
BOOK = Codebook(
    "small",
    "For tests.",
    (
        Scheme("tags", "What.", False, (Code("UN", "The UN.", {}), Code("SCO", "The SCO.", {}))),
        Scheme("main", "The one.", True, (Code("trade", "Goods.", {}), Code("UN", "Another.", {}))),
    ),
)


def test_names_alone_are_asked_by_yes_and_no():
    found = plain(["Global South", "trade"])
    assert [(one.header, one.concept, one.options) for one in found] == [
        ("Global South", "Global South", ("yes", "no")),
        ("trade", "trade", ("yes", "no")),
    ]


def test_concepts_go_by_name_or_label_and_bring_their_definition():
    found = of_concepts(CONCEPTS, ["GLOBAL SOUTH", "global_south", "Tone"], "file")
    assert [one.header for one in found] == ["Global South", "Tone"]
    assert found[0].concept == "global_south"
    assert found[0].answers[0].definition == "Its rise."
    assert found[0].answers[0].examples == {"en": ("It rises.",)}
    assert found[1].answers[0].examples == {"ru": ("Прочь!", "Вон!"), "kk": ("Кет!",)}  # judged posts come first
    assert len(of_concepts(CONCEPTS, [], "file")) == 2


def test_codes_are_asked_one_by_one_or_as_a_scheme():
    assert [one.header for one in of_codebook(BOOK, ["un", "trade"], None, "file")] == ["UN", "trade"]
    assert of_codebook(BOOK, ["UN"], None, "file")[0].answers[0].definition == "The UN."
    assert of_codebook(BOOK, ["UN"], "main", "file")[0].answers[0].definition == "Another."
    whole = of_codebook(BOOK, [], "main", "file")
    assert [(one.header, one.single, one.options) for one in whole] == [("main", True, ("trade", "UN", "none"))]
    assert [one.header for one in of_codebook(BOOK, [], "tags", "file")] == ["UN", "SCO"]


@pytest.mark.parametrize(
    ("names", "scheme", "said"),
    [
        (["trad"], None, "Did you mean trade"),
        (["xyzzy"], None, "There are: UN, SCO, trade"),
        ([], None, "several schemes"),
        ([], "mian", "Did you mean main"),
        (["trade"], "tags", "has no 'trade'"),
    ],
)
def test_what_is_not_there_is_refused(names, scheme, said):
    with pytest.raises(UsageError, match="file"):
        of_codebook(BOOK, names, scheme, "file")
    with pytest.raises(UsageError) as caught:
        of_codebook(BOOK, names, scheme, "file")
    assert said in str(caught.value)
    with pytest.raises(UsageError, match="Did you mean global south"):
        of_concepts(CONCEPTS, ["global souht"], "file")
