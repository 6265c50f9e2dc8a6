from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pandas as pd
import pytest

from discourse import staging
from discourse.errors import DiscourseError, UsageError


def _write(path, *, replace=False, mark="one"):
    with staging.staged(path, replace=replace) as staged:
        staged.write_table("posts.parquet", pd.DataFrame({"mark": [mark]}))
        staged.write_array("embeddings.npy", np.eye(2, dtype=np.float32))
        staged.write_manifest({"mark": mark})


def test_a_run_comes_into_being_whole_with_hashes_of_its_files(tmp_path):
    _write(tmp_path / "deep" / "run")
    manifest = json.loads((tmp_path / "deep" / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {"posts.parquet", "embeddings.npy"}
    assert manifest["schema"] == staging.SCHEMA_VERSION
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["run"]


def test_an_error_on_the_way_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="halfway"), staging.staged(tmp_path / "run") as staged:
        staged.write_table("posts.parquet", pd.DataFrame({"a": [1]}))
        raise ValueError("halfway")
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_not_overwritten_unless_asked(tmp_path):
    _write(tmp_path / "run")
    with pytest.raises(UsageError, match="--replace"):
        _write(tmp_path / "run", mark="two")
    _write(tmp_path / "run", replace=True, mark="two")
    assert pd.read_parquet(tmp_path / "run" / "posts.parquet")["mark"].tolist() == ["two"]
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_failed_replacement_keeps_the_old_run(tmp_path):
    _write(tmp_path / "run")
    with pytest.raises(ValueError, match="halfway"), staging.staged(tmp_path / "run", replace=True):
        raise ValueError("halfway")
    assert pd.read_parquet(tmp_path / "run" / "posts.parquet")["mark"].tolist() == ["one"]


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="not a run"):
        _write(folder, replace=True)
    assert (folder / "chapter1.txt").read_text(encoding="utf-8") == "years of work"


def test_a_file_or_a_link_is_no_place_for_a_run(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for name in ("file", "link"):
        with pytest.raises(UsageError, match="something else"):
            _write(tmp_path / name, replace=True)


def test_replacing_a_run_never_deletes_what_somebody_put_beside_it(tmp_path):
    _write(tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        _write(tmp_path / "run", replace=True, mark="two")
    assert (tmp_path / "run" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_a_place_for_a_run(tmp_path):
    (tmp_path / "run").mkdir()
    _write(tmp_path / "run")
    assert (tmp_path / "run" / "manifest.json").is_file()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused_early(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(DiscourseError, match="can't be written"):
        staging.check_destination(locked / "run", replace=False)


def test_a_full_disk_is_an_error_that_names_the_run(tmp_path):
    with pytest.raises(DiscourseError, match="No space left"), staging.staged(tmp_path / "run"):
        raise OSError(28, "No space left on device")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_killed_writer_leaves_no_run(tmp_path):
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from discourse import staging
        with staging.staged(Path(sys.argv[1])) as staged:
            staged.write_manifest({})
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "run")], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    time.sleep(0.05)
    assert not (tmp_path / "run").exists()
    _write(tmp_path / "run")
    assert (tmp_path / "run" / "manifest.json").is_file()


def _add(run, *, mark="one", replace=False, name="tags/mine", facts=None):
    with staging.added(run, name, facts or {"mark": mark}, replace=replace) as staged:
        staged.write_table("labels.parquet", pd.DataFrame({"mark": [mark]}))
        if mark == "one":
            staged.write_table("old.csv", pd.DataFrame({"a": [1]}))


def _state(run):
    return {path.relative_to(run.parent): path.read_bytes() for path in run.parent.rglob("*") if path.is_file()}


def _sound(run):
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return manifest["files"] == staging.file_hashes(run) and [path.name for path in run.parent.iterdir()] == [run.name]


def test_what_is_added_to_a_run_is_in_its_manifest(tmp_path):
    _write(tmp_path / "run")
    before = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    _add(tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["added"] == {"tags/mine": {"mark": "one"}}
    assert set(manifest["files"]) == set(before["files"]) | {"tags/mine/labels.parquet", "tags/mine/old.csv"}
    assert {key: manifest[key] for key in before if key != "files"} == {k: v for k, v in before.items() if k != "files"}
    assert _sound(tmp_path / "run")
    _add(tmp_path / "run", name="tags/other")
    assert set(json.loads((tmp_path / "run" / "manifest.json").read_text())["added"]) == {"tags/mine", "tags/other"}
    assert _sound(tmp_path / "run")


def test_what_was_added_is_replaced_only_when_asked_and_then_whole(tmp_path):
    _write(tmp_path / "run")
    _add(tmp_path / "run")
    _add(tmp_path / "run", name="tags/mine-too")
    with pytest.raises(UsageError, match="--replace"):
        _add(tmp_path / "run", mark="two")
    _add(tmp_path / "run", mark="two", replace=True)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["added"]["tags/mine"] == {"mark": "two"}
    assert "tags/mine/old.csv" not in manifest["files"]
    assert "tags/mine-too/old.csv" in manifest["files"]
    assert _sound(tmp_path / "run")


@pytest.mark.parametrize("there", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize("step", ["block", "hashes", "manifest", "folder", "last"])
def test_an_error_while_adding_leaves_the_run_as_it_was(tmp_path, monkeypatch, there, step):
    run = tmp_path / "run"
    _write(run)
    if there:
        _add(run)
    before = _state(run)
    full = OSError(28, "No space left on device")
    rename, replace = type(run).rename, type(run).replace

    def fail(*args, **kwargs):
        raise full

    def fail_to_rename(path, target):
        if path.name == "new":
            raise full
        return rename(path, target)

    def fail_to_replace(path, target):
        if path.name == staging.MANIFEST:
            raise full
        return replace(path, target)

    with monkeypatch.context() as patch, pytest.raises(DiscourseError, match="No space left"):
        if step == "hashes":
            patch.setattr(staging, "file_hashes", fail)
        elif step == "manifest":
            patch.setattr(staging.json, "dump", fail)
        elif step == "folder":
            patch.setattr(type(run), "rename", fail_to_rename)
        elif step == "last":
            patch.setattr(type(run), "replace", fail_to_replace)
        with staging.added(run, "tags/mine", {}, replace=True) as staged:
            staged.write_table("labels.parquet", pd.DataFrame({"mark": ["two"]}))
            if step == "block":
                raise full
    assert _state(run) == before
    assert _sound(run)
    _add(run, replace=there)
    assert _sound(run)


def test_a_folder_of_somebody_else_in_a_run_stays(tmp_path):
    _write(tmp_path / "run")
    notes = tmp_path / "run" / "tags" / "mine" / "notes.txt"
    notes.parent.mkdir(parents=True)
    notes.write_text("years of work", encoding="utf-8")
    for replace in (False, True):
        with pytest.raises(UsageError, match=r"notes\.txt.*move it away"):
            _add(tmp_path / "run", replace=replace)
    notes.rename(tmp_path / "notes.txt")
    _add(tmp_path / "run")
    (tmp_path / "run" / "tags" / "mine" / "notes.txt").write_text("more work", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        _add(tmp_path / "run", mark="two", replace=True)
    assert notes.read_text(encoding="utf-8") == "more work"


def test_a_file_where_a_folder_is_to_be_added_stays(tmp_path):
    _write(tmp_path / "run")
    (tmp_path / "run" / "tags").mkdir()
    (tmp_path / "run" / "tags" / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="move it away"):
        _add(tmp_path / "run", replace=True)
    assert (tmp_path / "run" / "tags" / "mine").read_text(encoding="utf-8") == "mine"


def test_something_is_added_to_the_run_one_stands_in(tmp_path, monkeypatch):
    _write(tmp_path / "run")
    monkeypatch.chdir(tmp_path / "run")
    _add(staging.Path())
    assert _sound(tmp_path / "run")


def test_a_run_with_results_added_is_replaced_as_a_whole(tmp_path):
    _write(tmp_path / "run")
    _add(tmp_path / "run")
    _write(tmp_path / "run", replace=True, mark="two")
    assert not (tmp_path / "run" / "tags").exists()
    assert _sound(tmp_path / "run")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_killed_adder_leaves_the_run_as_it_was(tmp_path):
    _write(tmp_path / "run")
    before = staging.file_hashes(tmp_path / "run")
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from discourse import staging
        with staging.added(Path(sys.argv[1]), "tags/mine", {}) as staged:
            staged.write_json("labels.json", {})
            print("ready", flush=True)
            time.sleep(60)
        """
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "run")], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert staging.file_hashes(tmp_path / "run") == before
    _add(tmp_path / "run")
