from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from discourse.cli.app import app

runner = CliRunner()


@pytest.fixture
def desk(tmp_path, monkeypatch, demo_run):
    """An empty working folder, with the demo corpus clustered elsewhere as its latest run."""
    from discourse.run import point_latest

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    point_latest(demo_run.path)
    return tmp_path


def call(*words, code=0):
    result = runner.invoke(app, list(words))
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_help_costs_little_and_imports_nothing_heavy():
    script = (
        "import runpy, sys\nsys.argv = ['discourse', '--help']\n"
        "try: runpy.run_module('discourse', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'umap', 'numba', 'sklearn', 'plotly', 'pandas', 'numpy', 'pyarrow'} & set(sys.modules)\n"
        "import os\nt = os.times()\nprint('HEAVY', sorted(heavy), t.user + t.system)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    _, heavy, cpu = done.stdout.splitlines()[-1].rsplit(" ", 2)
    assert heavy == "[]"
    assert float(cpu) < 1.0  # the bar is 0.3 s on a quiet machine; scripts/bench.py measures it


def test_version_is_that_of_the_package():
    import discourse

    assert call("--version").stdout.strip() == discourse.__version__


def test_every_command_has_help_with_an_example():
    for command in (
        "check",
        "cluster",
        "themes",
        "diff",
        "assign",
        "export",
        "embed",
        "verify",
        "encoders",
        "cache",
        "init",
    ):
        text = call(command, "--help").output
        assert "Example" in text
        assert "--quiet" in text
        assert "--debug" in text


def test_cluster_writes_a_run_and_says_where(desk, demo_csv):
    result = call("cluster", str(demo_csv), "--out", "mine", "--timezone", "Asia/Almaty")
    assert "Run: mine" in result.stderr
    assert "label" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100
    assert (desk / "mine" / "manifest.json").is_file()
    call("verify", "mine")


def test_cluster_json_is_the_themes_table(desk, demo_csv):
    result = call("cluster", str(demo_csv), "--out", "mine", "--format", "json", "--quiet")
    themes = json.loads(result.stdout)
    assert {"theme", "label", "keywords", "n_posts", "share", "languages"} <= set(themes[0])
    assert result.stderr == ""


def test_cluster_refuses_a_taken_place_before_it_reads_anything(desk, demo_csv):
    call("cluster", str(demo_csv), "--out", "mine", "--quiet")
    before = (desk / "mine" / "manifest.json").read_bytes()
    assert "--replace" in call("cluster", "no-such-file.csv", "--out", "mine", code=2).stderr
    assert (desk / "mine" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "fragment"),
    [
        (["cluster", "none.csv"], 3, "none.csv"),
        (["cluster", "*.nothing"], 3, "*.nothing"),
        (["cluster"], 2, "FILE"),
        (["cluster", "x.csv", "--min-sise", "3"], 2, "--min-size"),
        (["cluster", "x.csv", "--min-size", "1"], 2, "between 2"),
        (["cluster", "x.csv", "--set", "themes.sise=3"], 2, "min_size"),
        (["cluster", "x.csv", "--config", "none.toml"], 2, "discourse init"),
        (["cluster", "x.csv", "--replace"], 2, "--out"),
        (["cluster", "x.csv", "--reading-language", "klingonish"], 2, "--reading-language ru"),
        (["themes", "tree", "some-run"], 2, "The run comes first"),
        (["assign", "no-such-run", "new.csv"], 2, "no-such-run"),
        (["assign", "new.csv", "--out", "new.doc"], 2, ".xlsx"),
        (["themes", "no-such-run"], 2, "no-such-run"),
        (["themes", "show"], 2, "Which theme"),
        (["themes", "show", "x"], 2, "by its number"),
        (["themes", "show", "999"], 2, "no theme 999"),
        (["themes", "--period", "2025Q1"], 2, "show"),
        (["themes", "show", "0", "--period", "soon"], 2, "soon"),
        (["verify", "no-such-run"], 2, "no-such-run"),
        (["assign"], 2, "Missing"),
        (["assign", "none.csv"], 3, "none.csv"),
        (["export", "--out", "x.doc"], 2, ".xlsx"),
        (["export", "--replace"], 2, "none is named"),
        (["themes", "--duplicates", "banana"], 2, "--duplicates: must be keep or drop, not 'banana'"),
        (["export", "--duplicates", "banana"], 2, "--duplicates: must be keep or drop, not 'banana'"),
        (["cluster", "x.csv", "--duplicates", "banana"], 2, "--duplicates: must be keep or drop, not 'banana'"),
        (["embed", "x.csv", "--out", "x.txt"], 2, ".npy"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_is_off_ends_with_its_code_and_a_sentence(desk, words, code, fragment):
    result = call(*words, code=code)
    assert fragment in result.stderr
    assert "Traceback" not in result.output


def test_themes_lists_shows_and_draws(desk, demo_run):
    listed = call("themes").stdout
    assert all(str(label).split(" · ")[0][:12] in listed for label in demo_run.themes["label"].head(3))
    shown = call("themes", "show", "0").stdout
    assert "Posts that stand for it" in shown
    assert "By month" in shown
    tree = call("themes", "tree").stdout
    assert str(demo_run.themes["n_posts"].max()) in tree
    for text in (listed, shown, tree):
        assert max(len(line) for line in text.splitlines()) <= 100


def test_themes_show_period_gives_the_posts_of_the_period(desk, demo_run):
    text = call("themes", "show", "0", "--period", "2024Q1", "--format", "csv").stdout
    (desk / "posts.csv").write_text(text, encoding="utf-8")
    shown = pd.read_csv(desk / "posts.csv", dtype=str)
    dates = demo_run.posts["date"]
    inside = (demo_run.assignments["theme"] == 0) & (dates.dt.year == 2024) & (dates.dt.quarter == 1)
    assert set(shown["post_id"]) == set(demo_run.posts.loc[inside, "post_id"])


def test_themes_takes_a_run_by_path_or_name(desk, demo_run):
    assert call("themes", str(demo_run.path), "--format", "csv").stdout == call("themes", "--format", "csv").stdout
    assert "Theme 0" in call("themes", str(demo_run.path), "show", "0").stdout


def test_export_gives_the_users_table_back(desk, demo_csv, demo_run):
    call("export", "--out", "mine.csv")
    given, back = pd.read_csv(demo_csv, dtype=str), pd.read_csv("mine.csv", dtype=str)
    pd.testing.assert_frame_equal(back[given.columns], given)
    assert back.columns.tolist() == [*given.columns, "theme", "label", "strength", "duplicate_of"]
    assert back["theme"].astype(int).tolist() == demo_run.assignments["theme"].tolist()
    call("export", "--out", "mine.xlsx")
    sheet = list(openpyxl.load_workbook("mine.xlsx").active.values)
    assert len(sheet) == len(given) + 1
    call("export", "--out", "mine.parquet")
    assert pd.read_parquet("mine.parquet").shape == back.shape
    assert json.loads(call("export", "--format", "json").stdout)[0]["id"] == given["id"][0]
    assert "--format json: is for stdout" in call("export", "--out", "t.csv", "--format", "json", code=2).stderr


def test_no_file_is_overwritten_unasked_and_the_posts_never(desk, demo_csv, demo_run):
    new = desk / "new.csv"
    new.write_text("text,date\nParliament adopted the budget,2025-01-01\n", encoding="utf-8")
    taken = desk / "taken.csv"
    for words in (["export"], ["assign", "new.csv"], ["check", "new.csv"], ["embed", "new.csv"]):
        flag = "--rejected" if words[0] == "check" else "--out"
        suffix = ".npy" if words[0] == "embed" else ".csv"
        taken = desk / f"taken{suffix}"
        taken.write_text("mine", encoding="utf-8")
        assert "--replace" in call(*words, flag, taken.name, code=2).stderr
        assert taken.read_text(encoding="utf-8") == "mine"
        inside = call(*words, flag, str(demo_run.path / f"posts{suffix}"), "--replace", code=2)
        assert "inside the run" in " ".join(inside.stderr.split())
        if words[0] != "export":
            own = desk / f"own{suffix}"
            own.write_text(new.read_text(encoding="utf-8"), encoding="utf-8")
            given = [words[0], own.name] if suffix == ".csv" else [words[0], own.name, "--encoder", "lexical"]
            assert "posts themselves" in " ".join(call(*given, flag, own.name, "--replace", code=2).stderr.split())
    copy = desk / "posts.csv"
    copy.write_bytes(demo_csv.read_bytes())
    assert "posts themselves" in " ".join(call("export", "--out", "posts.csv", "--replace", code=2).stderr.split())
    assert copy.read_bytes() == demo_csv.read_bytes()
    call("export", "--out", "taken.csv", "--replace")
    assert "theme" in pd.read_csv(desk / "taken.csv").columns
    assert "inside the run" in " ".join(call("init", "--out", str(demo_run.path / "a.toml"), code=2).stderr.split())
    call("verify", str(demo_run.path))


def test_assign_puts_the_runs_own_posts_where_they_are(desk, demo_csv, demo_run):
    call("assign", str(demo_csv), "--out", "placed.csv", "--timezone", "Asia/Almaty")
    placed = pd.read_csv("placed.csv")
    own = demo_run.assignments["theme"].to_numpy()
    clustered = own != -1
    assert (placed["theme"].to_numpy()[clustered] == own[clustered]).mean() > 0.85


def test_assign_says_which_posts_fit_nowhere(desk):
    (desk / "new.csv").write_text("text,date\n" + "zzqx wvvk jjyqq,2025-01-01\n" * 3, encoding="utf-8")
    result = call("assign", "new.csv")
    assert "(fits nowhere)" in result.stdout


def test_embed_writes_vectors_that_cluster_takes(desk, demo_csv, demo_run):
    call("embed", str(demo_csv), "--timezone", "Asia/Almaty", "--out", "v.parquet")
    call("embed", str(demo_csv), "--timezone", "Asia/Almaty", "--out", "v.npy")
    options = ["--timezone", "Asia/Almaty", "--quiet", "--format", "csv"]
    from_parquet = call("cluster", str(demo_csv), "--encoder", "v.parquet", "--out", "a", *options).stdout
    from_npy = call("cluster", str(demo_csv), "--encoder", "v.npy", "--out", "b", *options).stdout
    assert from_parquet == from_npy
    assert "new-vectors" in call("assign", "a", str(demo_csv), code=2).stderr
    call("assign", "a", str(demo_csv), "--encoder", "v.npy", "--timezone", "Asia/Almaty")


def test_verify_finds_a_change(desk, demo_csv):
    call("cluster", str(demo_csv), "--out", "mine", "--quiet")
    with (desk / "mine" / "themes.csv").open("a", encoding="utf-8") as stream:
        stream.write("edited\n")
    assert "themes.csv: has changed" in call("verify", "mine", code=4).stderr


def test_init_writes_settings_that_are_then_used(desk, demo_csv):
    call("init")
    assert "is there already" in call("init", code=2).stderr
    text = (desk / "discourse.toml").read_text(encoding="utf-8")
    (desk / "discourse.toml").write_text(text.replace('reading_language = "en"', 'reading_language = "ru"'), "utf-8")
    result = call("cluster", str(demo_csv), "--out", "mine")
    assert "Settings from ./discourse.toml" in result.stderr
    manifest = json.loads((desk / "mine" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["labels"]["reading_language"] == "ru"


def test_encoders_and_cache_say_what_there_is(desk):
    assert "lexical" in call("encoders").stdout
    assert "measured: translations 4 %" in call("encoders").stdout
    assert str(desk / "cache") in call("cache").stderr
    call("cache", "--empty")


def test_an_encoder_is_measured(static_model, monkeypatch):
    speed = {"first": 0.2, "posts": 10_000, "seconds": 0.8, "megabytes": None}
    monkeypatch.setattr("discourse.jobs.evaluate._timed_apart", lambda *_: speed)
    page = call("encoders", "eval", str(static_model)).stdout
    for part in ("translation comes first", "topic told after learning from en", "languages together", "12,500 posts"):
        assert part in page
    assert max(map(len, page.splitlines())) <= 100
    table = call("encoders", "eval", str(static_model), "--format", "csv").stdout
    assert "translation first kk-zh" in table
    assert json.loads(call("encoders", "eval", str(static_model), "--format", "json").stdout)["speed"] == speed


def test_a_measurement_asked_for_in_another_way_is_explained():
    assert "discourse encoders eval lexical" in call("encoders", "eval", code=2).stderr
    assert "is not eval" in call("encoders", "lexical", code=2).stderr
    assert "--data goes with eval" in call("encoders", "--data", "x.tsv", code=2).stderr


def test_text_from_posts_cannot_steer_the_terminal(desk):
    hostile = "\x1b[2J\x1b]0;owned\x07 [bold]vote[/bold]"
    rows = [f'"{hostile} number {i} apples {i % 7}",2025-01-{i % 28 + 1:02}' for i in range(60)]
    (desk / "posts.csv").write_text("text,date\n" + "\n".join(rows), encoding="utf-8")
    result = call("cluster", "posts.csv", "--out", "mine")
    shown = call("themes", "mine").stdout
    assert "\x1b" not in result.output + shown


def test_the_command_survives_a_terminal_without_unicode(demo_run):
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "discourse", "themes", str(demo_run.path)]
    done = subprocess.run(command, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_command_that_is_asked_to_end_leaves_nothing_half_written(tmp_path):
    program = (
        "import time, pathlib, sys\n"
        "from discourse import tables\n"
        "from discourse.cli.command import command\n"
        "import typer\n"
        "@command()\n"
        "def slow():\n"
        "    with tables.whole(pathlib.Path('out.csv')) as temporary:\n"
        "        temporary.write_text('half')\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
        "typer.run(slow)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "ready\n" and len(list(tmp_path.iterdir())) == 1
    writer.send_signal(signal.SIGTERM)
    _, said = writer.communicate(timeout=20)
    assert writer.returncode == 143 and "stopped" in said
    assert list(tmp_path.iterdir()) == []
