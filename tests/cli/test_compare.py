from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from discourse.cli.app import app


@pytest.fixture(scope="module")
def shown(embassy_run, embassy, tmp_path_factory):
    """Run a command on a copy of the run; its result."""
    run = shutil.copytree(embassy_run.path, tmp_path_factory.mktemp("compared") / "run")

    def invoke(*words):
        return CliRunner().invoke(app, [str(embassy / "second_coder.csv") if one == "SECOND" else
                                        str(run) if one == "RUN" else one for one in words])  # fmt: skip

    return invoke


def test_a_person_reads_tables_and_sentences(shown):
    found = shown("compare", "RUN", "--codes", "SECOND", "--column", "tags", "--column", "dimension")
    assert found.exit_code == 0, found.output
    assert max(cell_len(line) for line in found.stdout.splitlines()) <= 100
    for part in (
        "people",
        "beyond chance",
        "F1 not clearly above chance: ",
        "Themes by number: 0 ",
        "theme 3 праздник · чай · весна; fits 8 Газа · прекращение огня · палестинцы: Gaza",
        "Krippendorff's alpha",
        "no evidence that there is none",
        "Posts to read",
    ):
        assert part in " ".join(found.stdout.split())
    assert "nan" not in found.stdout.casefold().split() and "label" not in found.stdout
    dimension = found.stdout.index("dimension: ")
    assert found.stdout.index("Bilateral", dimension) < found.stdout.index("B-cubed", dimension)
    assert "compare/second_coder-tags-dimension" in found.stderr and "150 coded texts" in found.stderr


def test_data_go_to_stdout(shown):
    found = shown("compare", "RUN", "--column", "dimension", "--format", "json", "--name", "json")
    rows = json.loads(found.stdout)
    assert {row["code"] for row in rows} == {"Global", "Domestic", "Bilateral", "Other"}
    again = shown("compare", "RUN", "--column", "dimension", "--column", "tags", "--name", "json")
    assert again.exit_code == 2 and "--replace" in again.stderr
    wrong = shown("compare", "RUN", "--column", "nothing")
    assert wrong.exit_code == 2 and "Traceback" not in wrong.output


def test_agreement_is_shown_by_scheme(shown, embassy, tmp_path):
    posts = pd.read_csv(embassy / "posts.csv", dtype="str")
    posts[["id", "dimension", "tags"]].to_csv(tmp_path / "first.csv", index=False)
    found = shown("agreement", str(tmp_path / "first.csv"), "SECOND")
    assert found.exit_code == 0, found.output
    assert max(cell_len(line) for line in found.stdout.splitlines()) <= 100
    assert "with MASI distance" in " ".join(found.stdout.split()) and "reliable" in found.stdout
    assert "withheld" in found.stdout and "judged by first, second_coder" in " ".join(found.stdout.split())
    csv = shown("agreement", str(tmp_path / "first.csv"), "SECOND", "--format", "csv")
    assert csv.stdout.startswith("scheme,code,coders,posts,either,both,observed")
    missing = shown("agreement", str(tmp_path / "none.csv"), "SECOND")
    assert missing.exit_code in (2, 3) and "none.csv" in missing.stderr and "Traceback" not in missing.output
    alone = shown("agreement", "SECOND")
    assert alone.exit_code == 3 and "second coder" in alone.stderr


def test_codes_in_schemes_of_their_own_share_a_table(shown, tmp_path):
    """The sheets of a sample have a yes-or-no column a code; two coders filled them in."""
    drawn = shown("sample", "RUN", "--n", "60", "--coders", "2",
                  "--double", "60", "--name", "two", "--out", str(tmp_path / "sheet.csv"),
                  "--concept", "Gaza", "--concept", "Global South")  # fmt: skip
    assert drawn.exit_code == 0, drawn.output
    sheets = sorted(tmp_path.glob("sheet*.csv"))
    assert len(sheets) == 2
    for who, sheet in enumerate(sheets):
        rows = pd.read_csv(sheet, dtype="str")
        for turn, code in enumerate(("Gaza", "Global South")):
            held = (pd.Series(range(len(rows))) + turn) % (3 + turn) == 0
            rows[code] = (held ^ ((rows.index % 20 == 0) & bool(who))).map({True: "yes", False: "no"})
        rows.to_csv(tmp_path / f"coder{who}.csv", index=False)
    filled = [str(tmp_path / f"coder{who}.csv") for who in (0, 1)]
    found = shown("agreement", *filled)
    assert found.exit_code == 0, found.output
    assert "2 codes in a scheme of their own, judged by coder0, coder1." in found.stdout
    assert found.stdout.count("all/any") == 1
    compared = shown("compare", "RUN", "--codes", filled[0], "--codes", filled[1])
    assert compared.exit_code == 0, compared.output
    assert "2 codes in a scheme of their own: 60 coded posts" in compared.stdout
    for file in filled:
        pd.read_csv(file, dtype="str").drop(columns="Global South").to_csv(file, index=False)
    one = shown("agreement", *filled)
    assert one.exit_code == 0 and "all/any" not in one.stdout
    assert one.stdout.startswith("Gaza: 60 posts judged by coder0, coder1; ")
