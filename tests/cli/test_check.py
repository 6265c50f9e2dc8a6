from __future__ import annotations

import json

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app

runner = CliRunner()

CORPORA = [
    ("channel-one/headlines_2022_2024.csv", []),
    ("crisislex/crisislex_t26.jsonl", []),
    pytest.param("china-mfa-qa/mfa_qa.jsonl", ["--text", "question"], marks=pytest.mark.slow),
    pytest.param("russia-mfa-telegram/mfa_russia_telegram_en.jsonl", [], marks=pytest.mark.slow),
]


def call(*words, code=0):
    result = runner.invoke(app, list(words))
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def fits(text):
    wide = [line for line in text.splitlines() if cell_len(line) > 100]
    assert wide == []


def test_check_of_the_demo_is_one_page(demo_csv):
    result = call("check", str(demo_csv), "--timezone", "Asia/Almaty")
    fits(result.stdout)
    assert "posts.csv: 320 posts" in result.stdout
    assert "What these posts can bear" in result.stdout
    for question in ("discourse cluster ", "discourse drift ", "discourse event ", "codes "):
        assert any(line.startswith(question) for line in result.stdout.splitlines())
    assert len(result.stdout.splitlines()) < 60
    assert 'text: column "text"' in result.stderr


@pytest.mark.parametrize(("name", "flags"), CORPORA)
def test_check_of_a_real_corpus_fits_the_terminal(shared_data, name, flags):
    result = call("check", str(shared_data / name), *flags)
    fits(result.stdout)
    fits(result.stderr)
    assert len(result.stdout.splitlines()) < 75


def test_check_as_json_is_the_audit(demo_csv):
    result = call("check", str(demo_csv), "--format", "json", "--quiet")
    audit = json.loads(result.stdout)
    assert audit["rows"]["usable"] == 320
    assert result.stderr == ""


@pytest.mark.parametrize("lang", ["en", "ru", "kk", "zh", "ar"])
def test_excerpts_of_every_script_fit_and_cannot_steer_the_terminal(tmp_path, golden, lang):
    hostile = " ".join(golden[lang]) + " \x1b[2J\u202e" + " ".join(golden[lang] * 3)
    path = tmp_path / "posts.csv"
    rows = [f'"{hostile}",2024-0{month}-01,"{golden[lang][0]} \x1b[1m"' for month in range(1, 9)]
    path.write_text("text,date,author\n" + "\n".join(rows), encoding="utf-8")
    result = call("check", str(path))
    fits(result.stdout)
    assert "8 × " in result.stdout
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_many_quarters_are_shown_as_years_and_empty_ones_in_one_line(tmp_path):
    path = tmp_path / "posts.csv"
    dates = [f"{year}-0{month}-15" for year in (1990, 2019, 2020, 2021, 2022) for month in range(1, 10)]
    path.write_text("text,date\n" + "\n".join(f"Snow number {n},{day}" for n, day in enumerate(dates)), "utf-8")
    lines = call("check", str(path)).stdout.splitlines()
    assert any(line.startswith("2019 ") for line in lines)
    assert any(line.startswith("…") and "28 years" in line for line in lines)


def test_check_without_dates_says_so(tmp_path, golden):
    path = tmp_path / "posts.csv"
    path.write_text("text\n" + "\n".join(golden["ru"]), encoding="utf-8")
    text = call("check", str(path)).stdout
    assert "There are no dates" in text
    assert "quarter " not in text.partition("What these posts")[0]


def test_check_of_nothing_ends_with_an_error(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("text,date\n,\n", encoding="utf-8")
    assert "nothing usable" in call("check", str(path), code=3).stderr


def test_check_lists_the_rows_that_can_not_be_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("text,date\nsnow,2024-01-01\n\nice,soon\n", encoding="utf-8")
    result = call("check", "a.csv", "--rejected", "rejected.csv")
    assert "1 row that can't be used" in result.stderr
    assert "(such as line 4)" in " ".join(result.stdout.split())
    listed = pd.read_csv(tmp_path / "rejected.csv", dtype=str)
    assert listed.columns.tolist() == ["file", "row", "place", "column", "value", "reason"]
    assert listed.loc[0, ["file", "row", "place", "column", "value"]].tolist() == [
        "a.csv",
        "2",
        "line 4",
        "date",
        "soon",
    ]


def test_check_lists_them_where_nothing_can_be_used_and_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("text,date\nice,soon\n,2024-01-01\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,date\na,2024-01-01\none,two,three\nfour,five,six\n", encoding="utf-8")
    for name, places in (("a.csv", ["line 2", "line 3"]), ("b.csv", ["line 3", "line 4"])):
        columns = ["--text", "text", "--date", "date"] if name == "a.csv" else ["--text", "body"]
        result = CliRunner().invoke(app, ["check", name, *columns, "--rejected", f"rejected-{name}"])
        assert result.exit_code == 3, result.output
        assert pd.read_csv(tmp_path / f"rejected-{name}")["place"].tolist() == places
    error = CliRunner().invoke(app, ["cluster", "a.csv", "--text", "text", "--date", "date"]).stderr
    assert "discourse check a.csv --rejected rejected.csv" in " ".join(error.split())


def test_too_few_posts_for_themes_say_how_to_list_the_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("text,date\nsnow and ice,2024-01-01\nice on a river,soon\n", encoding="utf-8")
    error = CliRunner().invoke(app, ["cluster", "a.csv", "--encoder", "lexical"]).stderr
    assert "1 of 2 rows can't be used" in " ".join(error.split())
    assert "discourse check a.csv --rejected rejected.csv" in " ".join(error.split())


def test_cluster_begins_with_the_audit_and_keeps_it(tmp_path, monkeypatch, demo_csv):
    import discourse

    monkeypatch.chdir(tmp_path)
    result = call("cluster", str(demo_csv), "--out", "mine")
    fits(result.stderr)
    head = result.stderr.partition("320 posts, ")[0]
    assert "posts.csv: 320 posts" in head
    assert "2024-01-08 to 2025-03-28" in head
    assert "discourse check" in head
    assert 3 <= len(head.partition("posts.csv: 320")[2].splitlines()) <= 8
    run = discourse.open_run("mine")
    assert run.audit["rows"]["usable"] == len(run.posts) == 320
    assert run.audit["notes"] == discourse.check(demo_csv)["notes"] == run.manifest["notes"]["posts"]
    assert "audit.json" in run.manifest["files"]
    (run.path / "audit.json").write_text("{}", encoding="utf-8")
    assert "audit.json: has changed" in call("verify", "mine", code=4).stderr
