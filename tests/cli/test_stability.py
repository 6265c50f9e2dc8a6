import io
import json
import shutil

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app
from discourse.cli.render_stability import sentences, stability_table
from discourse.jobs.stability import Found


def invoke(*words):
    return CliRunner().invoke(app, ["stability", *map(str, words)])


def test_stability_on_the_command_line(demo_run, tmp_path):
    path = shutil.copytree(demo_run.path, tmp_path / "run")
    first = invoke(path, "--budget", "0.1s")
    assert first.exit_code == 0, first.output
    assert "not measured" in first.stdout
    assert "call it again" in first.stderr
    assert max(map(cell_len, first.stdout.splitlines())) <= 100
    table = pd.read_csv(io.StringIO(invoke(path, "--budget", "0.1s", "--format", "csv").stdout))
    assert table["theme"].tolist() == demo_run.themes["theme"].tolist()
    assert len(json.loads(invoke(path, "--budget", "0.1s", "--format", "json").stdout)) == len(table)
    wrong = invoke(path, "--budget", "soon")
    assert (wrong.exit_code, "10m" in wrong.stderr) == (2, True)


@pytest.fixture
def told():
    rows = [
        (0, "[red]one[/red] · two", 310, 0.91, 0.9, 0.93, 50, 70, "robust", "", 71, 0.1, 0.92),
        (1, "три\x1b[2J", 12, 0.31, 0.25, 0.4, 50, 3, "artefact", "splits in 20 of 50 refits", 71, 0.1, 0.4),
        (2, "none", 9, float("nan"), float("nan"), float("nan"), 0, 0, "not measured", "", 0, 0.1, float("nan")),
    ]
    names = ["theme", "label", "n_posts", "jaccard", "low", "high", "refits", "found", "verdict", "note"]
    facts = {
        "done": {"subsample": 50, "multiverse": 9, "period": 51},
        "planned": {"subsample": 50, "multiverse": 9, "period": 51},
        "share": 0.8,
        "block": "week",
        "verdicts": {"robust": 1, "artefact": 1, "not measured": 1},
    }
    changes = pd.DataFrame({"change": ["lasts", "ends", "unclear"], "verdict": ["sure", "uncertain", "sure"]})
    return Found(
        pd.DataFrame(rows, columns=[*names, "specifications", "chance", "group"]), pd.DataFrame(), changes, facts, []
    )


def test_what_posts_say_is_shown_and_not_obeyed(told, capsys):
    stability_table(told)
    shown = capsys.readouterr().out
    assert "[red]one[/red]" in shown
    assert "\x1b" not in shown
    assert "70 of 71" in shown
    assert "(splits in 20 of 50 refits)" in shown
    assert max(map(cell_len, shown.splitlines())) <= 100


def test_sentences_count_what_was_done(told):
    said = " ".join(sentences(told))
    assert "50 of 50 refits from 80% of the weeks" in said
    assert "1 robust, 1 artefact, 1 not measured" in said
    assert "1 of 3 changes of themes are sure" in said
    assert "call it again" not in said
    told.transitions["verdict"] = "not measured"
    assert "From quarter to quarter" not in " ".join(sentences(told))
