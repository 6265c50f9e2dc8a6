"""What is said of many files."""

from discourse.errors import DataError
from discourse.posts.notes import left_out, once, refusal


def test_a_sentence_that_holds_for_all_names_no_file():
    said = [(f"{n}.csv", "not UTF-8.") for n in range(4)]
    assert once(said, 4) == ["not UTF-8."]
    assert once(said, 5) == ["0.csv and 3 more: not UTF-8."]


def test_sentences_that_differ_in_names_and_numbers_are_said_once():
    said = [(f"{n}.csv", f'dates are day-first (told by "{13 + n}.05.2024").') for n in range(15)]
    assert once(said, 15) == [
        '0.csv: dates are day-first (told by "13.05.2024"). '
        "The like holds for 14 more file(s), with other names or numbers."
    ]
    assert len(once(said[:5], 5)) == 5


def test_faults_are_grouped_and_only_the_first_are_shown():
    many = [(f"{n}.csv", DataError(f"{n}.csv: the file is empty.")) for n in range(100)]
    assert left_out(many) == ["left out, since it can't be read: 0.csv and 99 more: the file is empty."]
    assert str(refusal(many)) == "100 files can't be used:\n  0.csv and 99 more: the file is empty."
    differing = [(f"{n}.csv", DataError(f"{n}.csv: fault {n}")) for n in range(100)]
    assert len(str(refusal(differing)).splitlines()) == 12
    assert "and 90 more faults" in str(refusal(differing))
    assert refusal(many[:1]) is many[0][1]
