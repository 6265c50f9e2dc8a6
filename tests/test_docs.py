"""Every command shown in the README and in docs/ is run, in the order of its page, by a newcomer's files."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from discourse.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDS_A_HUB = "<!-- needs a model from a hub -->\n"


def commands(page: Path) -> list[str]:
    """The ``discourse`` commands in the page's shell blocks; blocks marked as needing a hub are left out.

    Of the tutorial its Python is run too, in between, since commands go on from what it writes.
    """
    text = page.read_text(encoding="utf-8")
    found = []
    for marked, kind, block in re.findall(rf"({NEEDS_A_HUB})?```(sh|python)\n(.*?)```", text, flags=re.DOTALL):
        if kind == "sh" and not marked:
            lines = block.replace("\\\n", " ").splitlines()
            found += [line.split("  #")[0].strip() for line in lines if line.startswith("discourse ")]
        elif kind == "python" and page.name == "tutorial.md":
            found.append(block)
    return found


@pytest.fixture(scope="module")
def first_desk(tmp_path_factory):
    """A folder with the files the pages speak of, and a finished run of a small corpus."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "configs", folder / "configs")
    posts = pd.read_csv(ROOT / "tests" / "data" / "posts.csv", dtype=str)
    posts.to_csv(folder / "posts.csv", index=False)
    posts.head(40).to_csv(folder / "new.csv", index=False)
    trade = posts["topic"].eq("trade").map({True: "yes", False: "no"})
    filled = pd.DataFrame({"sample": "trade", "post_id": posts["id"], "trade": trade})
    filled.to_csv(folder / "trade-filled.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, ["cluster", "posts.csv", "--quiet"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def desk(first_desk, tmp_path):
    """A desk of its own for each page, on which no other page has written anything."""
    return shutil.copytree(first_desk, tmp_path / "desk", symlinks=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_works(page, desk, monkeypatch):
    monkeypatch.chdir(desk)
    monkeypatch.setenv("DISCOURSE_CACHE", str(desk / "cache"))
    (desk / "discourse.toml").unlink(missing_ok=True)
    for command in commands(page):
        if not command.startswith("discourse "):
            exec(command, {})
            continue
        words = shlex.split(command.split(" > ")[0])
        result = CliRunner().invoke(app, words[1:])
        assert result.exit_code == 0, f"{page.name}: {command}\n{result.output}"


def test_there_are_commands_to_run():
    assert sum(len(commands(page)) for page in PAGES) > 10


def test_the_picture_of_the_house_shows_every_room():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = [path for path in (ROOT / "discourse").rglob("*.py") if path.name != "__init__.py"]
    assert [path.name for path in modules if f"`{path.name}`" not in text] == []


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
