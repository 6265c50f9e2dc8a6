from __future__ import annotations

import io
import json
import sys

import pandas as pd
import pytest

from discourse.cli import console

STEERING = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2066]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "ab"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "here"),
        ("\x1b]0;title\x07on", "on"),
        ("\x1bP+q544e\x1b\\x\x1b_y\x1b\\z", "xz"),
        ("\x1b(0\x1bcq", "q"),
        ("snow\u202efdp.exe", "snow fdp.exe"),
        ("â\x80\x9csnowâ\x80\x9d and ice", "â  snowâ   and ice"),
        ("an end\x1b]8;;without", "an end ]8;;without"),
        ("снег\nқар 雪", "снег\nқар 雪"),
    ],
)
def test_a_text_is_shown_without_what_could_steer_the_terminal(text, shown):
    assert console.clean(text) == shown


def test_json_escapes_what_could_steer_and_says_the_same(capsys):
    value = {"text": STEERING + "снег"}
    console.write_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert not set(STEERING) - {"\n"} & set(out)
    assert "снег" in out
    assert "\\u202e" in out


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_csv_is_cleaned_for_eyes_only(monkeypatch):
    table = pd.DataFrame({"text": ["red\x1b[31m\u202e"]})
    for stream, expected in ((Terminal(), "text\nred \n"), (io.StringIO(), "text\nred\x1b[31m\u202e\n")):
        monkeypatch.setattr(sys, "stdout", stream)
        console.write_table(table, "csv")
        assert stream.getvalue() == expected


def test_what_is_said_is_clean_too(capsys):
    console.say("b\x1b[31mad\u202e.csv")
    console.say_list("Read\x07:", ["b\x1b[31mad"])
    console.complain("b\x1b[31mad\u202e.csv: no")
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "\u202e" not in err
    assert "bad" in err


def test_long_texts_are_cut_at_the_end_of_a_word():
    words = [f"слово{at}" for at in range(200)]
    for indent in range(12):
        lines = console.wrapped(" ".join(words), indent=" " * indent, lines=2)
        told = " ".join(lines).split()
        assert told[-1] == "…" and told[:-1] == words[: len(told) - 1]
        assert max(map(len, lines)) <= console.WIDTH
    chinese = console.wrapped("全球南方" * 100, indent="", lines=2)
    assert chinese[-1].endswith(" …") and len(chinese[-1]) > 40  # a text without spaces has no words' ends
