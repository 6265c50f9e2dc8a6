from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from discourse.encoders import cache
from discourse.encoders.lexical import Lexical
from discourse.errors import DiscourseError


class Counting:
    """An encoder that counts what it is asked, and gives a vector that tells its text."""

    name, dimension, max_length, crosslingual, cacheable = "counting", 8, None, True, True

    def __init__(self, revision="1", settings=None):
        self.revision, self.settings, self.asked = revision, settings or {}, []

    def encode(self, texts, *, progress=None):
        self.asked += texts
        rows = np.array([np.random.default_rng(list(text.encode())).standard_normal(8) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def spans(self, texts):
        return np.array([1 + len(text) // 100 for text in texts], dtype=np.int32)


TEXTS = [f"пост {i} 帖子 жазба" for i in range(300)] + ["long " * 100]


def test_a_rerun_encodes_only_what_is_new(own_cache):
    first = cache.encode_cached(Counting(), TEXTS)
    np.testing.assert_array_equal(first.vectors, Counting().encode(TEXTS))
    assert first.n_encoded == 301
    encoder = Counting()
    again = cache.encode_cached(encoder, [*TEXTS[::-1], "new", "new"])
    assert encoder.asked == ["new"]
    assert again.n_encoded == 1
    np.testing.assert_array_equal(again.vectors[:301][::-1], first.vectors)
    np.testing.assert_array_equal(again.spans[:301][::-1], first.spans)
    assert first.spans[-1] == 6
    assert again.notes == ()


def test_repeated_texts_are_encoded_once():
    encoder = Counting()
    embedded = cache.encode_cached(encoder, ["a", "b", "a", "a"])
    assert sorted(encoder.asked) == ["a", "b"]
    np.testing.assert_array_equal(embedded.vectors[0], embedded.vectors[3])


def test_no_vector_is_shared_between_revisions_or_settings():
    cache.encode_cached(Counting(), ["a"])
    for other in (Counting(revision="2"), Counting(settings={"prompt": "query: "})):
        assert cache.encode_cached(other, ["a"]).n_encoded == 1
    assert cache.encode_cached(Counting(), ["a"]).n_encoded == 0
    assert len(cache.info()) == 3


def test_progress_counts_what_was_there_already():
    cache.encode_cached(Counting(), TEXTS[:100])
    seen = []
    cache.encode_cached(Counting(), TEXTS, progress=lambda *report: seen.append(report))
    assert seen[0] == ("encode", 100, 301)
    assert seen[-1] == ("encode", 301, 301)


def test_fitted_encoders_are_not_cached(own_cache):
    embedded = cache.encode_cached(Lexical(), ["snow today", "rain today"])
    assert embedded.vectors.shape[0] == 2
    assert not any(own_cache.iterdir())


def test_info_and_empty(own_cache):
    assert cache.location() == own_cache / "embeddings.sqlite"
    assert cache.info().empty
    assert cache.empty() == 0
    cache.encode_cached(Counting(), TEXTS)
    assert cache.info().to_dict("records") == [
        {"encoder": "counting", "revision": "1", "settings": "{}", "vectors": 301, "bytes": 301 * 32}
    ]
    assert cache.empty() > 301 * 32
    assert cache.info().empty
    assert cache.encode_cached(Counting(), TEXTS).n_encoded == 301


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 1000, None])
def test_a_damaged_file_is_moved_aside_and_work_goes_on(own_cache, content):
    cache.encode_cached(Counting(), TEXTS)
    path = cache.location()
    if content is None:  # a whole header, and pages of noise
        data = bytearray(path.read_bytes())
        data[4096:] = np.random.default_rng(0).bytes(len(data) - 4096)
        path.write_bytes(data)
    else:
        path.write_bytes(content)
    embedded = cache.encode_cached(Counting(), TEXTS)
    np.testing.assert_array_equal(embedded.vectors, Counting().encode(TEXTS))
    if content != b"":
        assert "damaged" in " ".join(embedded.notes)
        assert list(own_cache.glob("embeddings.damaged-*"))
    assert cache.encode_cached(Counting(), TEXTS).n_encoded == 0


def test_a_changed_vector_is_never_handed_out():
    cache.encode_cached(Counting(), TEXTS)
    with sqlite3.connect(cache.location()) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(32) WHERE rowid = 3")
        connection.execute("UPDATE vectors SET vector = x'00' WHERE rowid = 4")
        connection.execute("UPDATE vectors SET vector = NULL WHERE rowid = 5")
    connection.close()
    embedded = cache.encode_cached(Counting(), TEXTS)
    assert embedded.n_encoded == 3
    np.testing.assert_array_equal(embedded.vectors, Counting().encode(TEXTS))
    assert cache.encode_cached(Counting(), TEXTS).n_encoded == 0


def test_a_database_of_another_shape_is_moved_aside(own_cache):
    with sqlite3.connect(cache.location()) as connection:
        connection.execute("CREATE TABLE encoders (x)")
        connection.execute("CREATE TABLE vectors (y)")
    connection.close()
    embedded = cache.encode_cached(Counting(), TEXTS)
    assert "moved to" in embedded.notes[0]
    assert cache.encode_cached(Counting(), TEXTS).n_encoded == 0


def test_an_unwritable_place_is_noted_and_work_goes_on(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "file" / "below"))
    embedded = cache.encode_cached(Counting(), ["a", "b"])
    assert embedded.n_encoded == 2
    assert "going on without it" in embedded.notes[0]


def test_a_file_that_is_no_cache_is_not_emptied(own_cache):
    cache.location().write_bytes(b"a letter from a friend" * 100)
    with pytest.raises(DiscourseError, match="can't be read"):
        cache.empty()
    with pytest.raises(DiscourseError, match="can't be read"):
        cache.info()


WORKER = textwrap.dedent("""
    import sys, time
    import numpy as np
    from discourse.encoders import cache

    class Slow:
        name, revision, settings, cacheable = "slow", "1", {}, True
        def encode(self, texts, *, progress=None):
            time.sleep(float(sys.argv[3]) * len(texts))
            return np.array([[1.0, int(t)] for t in texts], dtype=np.float32)
        def spans(self, texts):
            return np.ones(len(texts), dtype=np.int32)

    first, last = int(sys.argv[1]), int(sys.argv[2])
    texts = [f"{i:05d}" for i in range(first, last)]
    done = cache.encode_cached(Slow(), texts, progress=lambda s, d, t: print(d, flush=True))
    assert done.vectors[:, 1].tolist() == [float(t) for t in texts]
    print("encoded", done.n_encoded, *done.notes, flush=True)
""")


def _worker(first, last, seconds, cache_folder):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(first), str(last), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DISCOURSE_CACHE": str(cache_folder)},
    )


def test_a_killed_run_goes_on_where_it_stopped(own_cache):
    process = _worker(0, 1000, 0.002, own_cache)
    reported = 0
    while reported < 200:
        reported = int(process.stdout.readline())
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    kept = int(cache.info()["vectors"].iloc[0])
    assert reported <= kept < 1000
    output, _ = _worker(0, 1000, 0, own_cache).communicate(timeout=60)
    assert output.split("\n")[-2] == f"encoded {1000 - kept}"


def test_two_processes_at_once(own_cache):
    pair = [_worker(0, 600, 0.001, own_cache), _worker(300, 900, 0.001, own_cache)]
    for process in pair:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert output.split("\n")[-2].startswith("encoded ")
        assert len(output.split("\n")[-2].split()) == 2  # no notes
    assert cache.info()["vectors"].tolist() == [900]
