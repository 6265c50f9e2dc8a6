"""``discourse concepts`` in the terminal."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from discourse.cli.app import app

BOOK = """\
name: small
about: For tests.
concepts:
  trade:
    label: "[red]Trade[/red] \\e[2J"
    definition: Goods and duties.
    seeds: {en: [The customs duty was lowered.], ru: [Пошлина снижена.], zh: [关税下调。], kk: [Баж төмендеді.]}
    contrast: {en: [A concert was given.], ru: [Дали концерт.], zh: [举行了音乐会。], kk: [Концерт өтті.]}
    keywords: {en: [tariff], ru: ["пошлин*"]}
axes:
  mood:
    label: Grave to gay
    definition: How it feels.
    poles:
      grave: {label: Grave, definition: Sad., seeds: {en: [We mourn the dead.]}}
      gay: {label: Gay, definition: Merry., seeds: {en: [What a merry feast!]}}
"""


@pytest.fixture
def ask(tmp_path, demo_run, monkeypatch):
    """Run the command on a copy of the run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    shutil.copytree(demo_run.path, tmp_path / "run")

    def run(*arguments):
        return CliRunner().invoke(app, ["concepts", "run", "--codebook", "book.yaml", *arguments])

    return run


def test_the_posts_at_the_top_are_shown_and_nothing_is_called_a_share(ask):
    from rich.cells import cell_len

    result = ask()
    assert result.exit_code == 0, result.output
    assert all(cell_len(line) <= 100 for line in result.output.splitlines())
    assert "uncalibrated" in result.stdout
    assert "[red]Trade[/red]" in result.stdout
    assert "\x1b" not in result.output
    assert [f"  {lang}    1" in result.stdout for lang in ("ru", "kk", "zh", "en")] == [True] * 4
    assert "%" not in result.stdout
    assert "The concept is uncalibrated: no posts are coded." in result.stderr
    assert "more posts to read: concepts/top.csv" in result.stderr
    assert "discourse sample --concept trade" in result.stderr
    assert result.stdout.index("High end") < result.stdout.index("Low end")


def test_codes_are_told_with_chance_beside_what_they_say(ask, demo_run):
    table = demo_run.posts[["post_id", "text"]].assign(trade=demo_run.posts["topic"].eq("trade").astype(int))
    table.to_csv("codes.csv", index=False)
    result = ask("--codes", "codes.csv")
    assert result.exit_code == 0, result.output
    assert "of 320 coded posts have it. Average precision" in result.stdout  # not its name once more
    assert "discourse sample" not in result.stderr and "discourse correct --codes SHEET" in result.stderr
    assert "learned from codes" in result.stdout
    assert "Learned from codes:" in result.stderr
    assert "Uncalibrated" not in result.stderr


def test_the_summary_can_be_had_as_data(ask):
    rows = json.loads(ask("--format", "json").stdout)
    assert {row["lang"] for row in rows} == {"all", "ru", "kk", "zh", "en"}
    assert rows[0]["stage"] == "uncalibrated"
    again = ask("--format", "csv")
    assert again.exit_code == 2
    assert "has concepts of book.yaml (1) already; --replace scores the posts anew." in " ".join(again.output.split())
    assert ask("--format", "csv", "--replace").stdout.startswith("kind,name,label,lang,")


TWO = """  music:
    label: Concerts, and such
    definition: Music.
    seeds: {en: [A concert was given.]}
    contrast: {en: [The customs duty was lowered.]}
axes:
"""


def test_where_some_are_calibrated_the_others_are_named_and_one_of_them_is_to_be_coded(ask, tmp_path, demo_run):
    (tmp_path / "book.yaml").write_text(BOOK.replace("axes:\n", TWO), encoding="utf-8")
    table = demo_run.posts[["post_id"]].assign(Trade=demo_run.posts["topic"].eq("trade").astype(int))
    table.rename(columns={"Trade": "trade"}).to_csv("codes.csv", index=False)
    said = " ".join(ask("--codes", "codes.csv").stderr.split())
    assert "Uncalibrated: Concerts, and such (none of the codes has its name or label)." in said
    assert "discourse sample --concept music --n 300" in said
    none = " ".join(ask("--replace").stderr.split())
    assert "All 2 concepts are uncalibrated: no posts are coded." in none and "Concerts" not in none


def test_concepts_of_another_file_are_told_before_they_go(ask, tmp_path):
    ask()
    (tmp_path / "other.yaml").write_text(BOOK.replace("small", "other"), encoding="utf-8")
    result = CliRunner().invoke(app, ["concepts", "run", "--codebook", "other.yaml"])
    said = " ".join(result.output.split())
    assert result.exit_code == 2
    assert "run has concepts of book.yaml (1) already; --replace puts those of other.yaml in their place." in said
    assert "To have both, put them into one file." in said


def test_posts_held_against_seeds_of_other_languages_are_to_be_read_first(ask, tmp_path):
    text = BOOK.replace(", kk: [Баж төмендеді.]", "").replace(", kk: [Концерт өтті.]", "")
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    said = " ".join(ask().stderr.split())
    assert "without seeds in these languages, posts are held against all seeds: less sure; read these first." in said
