"""What `make calibrate` does with what the simulations measure."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def table(monkeypatch):
    spec = importlib.util.spec_from_file_location("calibration_table", ROOT / "scripts" / "calibration_table.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "calibration_table", module)
    spec.loader.exec_module(module)
    return module


def test_what_was_measured_comes_to_the_page(calibrated, at_level, table, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CALIBRATION", str(tmp_path / "records"))
    calibrated("power", "7 | 15 %", 0.7, 0.6, 1, 400)
    at_level("size", "7 %", 0.04, 1_000)
    calibrated("size", "7 %", 0.06, 0.017, 0.083, 400)
    calibrated("mean", "0", 0.0003, -0.002, 0.002, 20)
    calibrated("mean", "0", 0.0004, -0.002, 0.002, 20)
    with pytest.raises(AssertionError, match=r"size, 30 %: 0.09, which is not 0 to 0.083"):
        calibrated("size", "30 %", 0.09, 0, 0.083, 400)
    assert len(list((tmp_path / "records").iterdir())) == 5
    table.main(tmp_path / "records", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").splitlines()[-8:] == [
        "## `tests/test_calibration.py`",
        "",
        "| test | setting | runs | measured | accepted |",
        "|---|---|---:|---:|---|",
        "| mean | 0 | 20 | 0.0004 | -0.002 to 0.002 |",
        "| power | 7 \\| 15 % | 400 | 0.700 | at least 0.600 |",
        "| size | 30 % | 400 | 0.090 | at most 0.083 |",
        "| size | 7 % | 1,000 | 0.040 | 0.029 to 0.071 |",
    ]


def test_without_records_there_is_no_page(table, tmp_path):
    with pytest.raises(SystemExit, match="no records"):
        table.main(tmp_path, tmp_path / "page.md")
    assert not list(tmp_path.iterdir())


def test_nothing_is_recorded_unless_asked_for(calibrated, tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_CALIBRATION", raising=False)
    monkeypatch.chdir(tmp_path)
    calibrated("size", "7 %", 0.05, 0, 1, 10)
    assert not list(tmp_path.iterdir())
