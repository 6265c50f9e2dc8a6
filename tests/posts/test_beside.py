import pandas as pd
import pytest

from discourse.errors import DiscourseError
from discourse.posts import beside, language


@pytest.fixture
def texts(golden):
    return pd.Series([text for texts in golden.values() for text in texts] * 3, dtype="str")


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_processes_beside_find_what_this_one_finds(texts, cores, monkeypatch):
    monkeypatch.setattr(beside, "MANY", 10)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    pd.testing.assert_frame_equal(beside.begin(texts)(), language.detect(texts.array))


def test_a_process_that_dies_is_an_error_and_leaves_no_files(texts, monkeypatch, tmp_path):
    monkeypatch.setattr(beside, "MANY", 10)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(beside, "__file__", "/nowhere/a/b/c.py")
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(DiscourseError, match="ended with 1"):
        beside.begin(texts)()
    assert list(tmp_path.iterdir()) == []
