"""``discourse tag`` as a person sees it."""

from __future__ import annotations

import io
import json
import shutil

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app
from discourse.run import open_run, point_latest, verify

runner = CliRunner()

BOOK = """\
name: small
about: For tests.
schemes:
  tags:
    about: What it is about.
    codes:
      trade: {definition: Goods., keywords: {en: ["trad*"], ru: ["торг*"], zh: [贸易]}}
      a code with a very long name that goes on and on, and has to be broken somewhere before its end 贸易贸易贸易:
        {definition: Goods., keywords: {en: ["trad*"], ru: ["торг*"]}}
      absent: {definition: Nothing., keywords: {en: [xyzzy]}}
  main:
    about: The one thing.
    single: true
    codes: {culture: {definition: Arts., keywords: {en: ["cultur*"], ru: ["культур*"]}}}
"""


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """A working folder with a copy of the run as its latest, and a codebook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    point_latest(shutil.copytree(demo_run.path, tmp_path / "run"))
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, ["tag", *words])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_help_has_an_example():
    text = call("--help").output
    assert "Example: discourse tag" in text
    assert all(flag in text for flag in ("--codebook", "--name", "--replace", "--format", "--quiet", "--debug"))


def test_a_table_for_each_scheme_and_where_it_is_kept(desk):
    result = call("--codebook", "book.yaml")
    lines = result.stdout.splitlines()
    assert max(map(cell_len, lines)) <= 100
    heads = [line.split() for line in lines if line.startswith(("tags ", "main "))]
    langs = open_run(desk / "run").posts["lang"].value_counts().head(4).index.tolist()
    assert [sorted(head[1:3] + head[3:]) for head in heads] == [sorted(["posts", "share", *langs])] * 2
    assert "No post: absent" in result.stdout
    assert "posts have a code. Kept in the run as tags/small." in result.stderr
    assert "No keywords in these languages: kk " in " ".join(result.stderr.split())
    assert verify(desk / "run") == []


def test_csv_and_json_are_the_summary(desk):
    table = pd.read_csv(io.StringIO(call("run", "--codebook", "book.yaml", "--format", "csv").stdout))
    assert table.columns.tolist() == ["scheme", "label", "lang", "n_posts", "n_total", "share"]
    result = call("--codebook", "book.yaml", "--name", "b", "--format", "json", "--quiet")
    assert result.stderr == ""
    pd.testing.assert_frame_equal(pd.DataFrame(json.loads(result.stdout)), table)
    assert set(open_run(desk / "run").manifest["added"]) == {"tags/small", "tags/b"}


def test_a_labelling_is_replaced_only_when_asked(desk):
    call("--codebook", "book.yaml")
    assert "--replace" in call("--codebook", "book.yaml", code=2).stderr
    call("--codebook", "book.yaml", "--replace")
    assert verify(desk / "run") == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "--codebook"),
        (["--codebook", "none.yaml"], 3, "none.yaml: can't be read"),
        (["--codebook", "broken.yaml"], 3, "broken.yaml, line 3: schemse: is not known here. Did you mean schemes?"),
        (["no-such-run", "--codebook", "book.yaml"], 2, "no-such-run"),
        (["--codebook", "book.yaml", "--name", "../x"], 2, "--name"),
    ],
)
def test_what_is_off_ends_with_its_code_and_says_why(desk, words, code, said):
    (desk / "broken.yaml").write_text(BOOK.replace("schemes:", "schemse:"), encoding="utf-8")
    result = call(*words, code=code)
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert verify(desk / "run") == []


def test_neither_posts_nor_a_codebook_can_steer_the_terminal(desk):
    from discourse import cluster

    hostile = "\x1b[2J\x1b]0;owned\x07 [bold]trade[/bold] number"
    rows = [f'"{hostile} {i} apples {i % 7}",2025-01-{i % 28 + 1:02}' for i in range(60)]
    (desk / "posts.csv").write_text("text,date\n" + "\n".join(rows), encoding="utf-8")
    cluster("posts.csv", out="other")
    book = BOOK.replace("  tags:", r'  "\e[2Jt[red]gs":').replace("      absent:", r'      "\e]0_x\a[bold]absent":')
    (desk / "book.yaml").write_text(book, encoding="utf-8")
    for form in ("table", "json"):
        result = call("other", "--codebook", "book.yaml", "--replace", "--format", form)
        assert "\x1b" not in result.output
        assert "[bold]absent" in result.stdout
        assert "t[red]gs" in result.stdout
