"""Embeddings kept from run to run, so that no text is encoded twice by the same model.

One SQLite file; a vector is found by what made it (encoder, revision, settings) and by the hash of its text.
Every chunk of work is one transaction: a process that is killed loses at most the chunk it was at, and two
processes may use the cache at once. Whatever is wrong with the cache, work goes on without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.encoders.base import Encoder
from discourse.errors import DiscourseError
from discourse.progress import Progress, silent

FIRST_CHUNK, LONGEST_CHUNK = 32, 1024
CHUNK_SECONDS = 20.0
"""Work that a kill may cost, about; the chunks grow towards it."""

_BUSY_SECONDS = 60
_SCHEMA = """
CREATE TABLE IF NOT EXISTS encoders (
    id INTEGER PRIMARY KEY, name TEXT, revision TEXT, settings TEXT, UNIQUE (name, revision, settings));
CREATE TABLE IF NOT EXISTS vectors (
    encoder INTEGER, text BLOB, spans INTEGER, vector BLOB, checksum INTEGER, UNIQUE (encoder, text));
"""


@dataclass(frozen=True)
class Embedded:
    """Texts as vectors, and how they were come by.

    Attributes
    ----------
    vectors : numpy.ndarray, shape (n, d), float32
        Unit rows in the order of the texts.
    spans : numpy.ndarray, shape (n,), int32
        Windows each text was read in; above 1 where it was longer than the model reads.
    n_encoded : int
        Different texts encoded now; the others were in the cache.
    notes : tuple of str
        What was wrong with the cache, plain sentences.
    """

    vectors: np.ndarray
    spans: np.ndarray
    n_encoded: int
    notes: tuple[str, ...] = ()


def location() -> Path:
    """Say where the cache lies: in ``$DISCOURSE_CACHE``, else in the user's cache folder."""
    import platformdirs

    folder = os.environ.get("DISCOURSE_CACHE") or platformdirs.user_cache_dir("discourse", appauthor=False)
    return Path(folder).expanduser() / "embeddings.sqlite"


def encode_cached(encoder: Encoder, texts: Sequence[str], *, progress: Progress = silent) -> Embedded:
    """Encode `texts`, each different one once, and only those that are not in the cache.

    Parameters
    ----------
    encoder : Encoder
        One with ``cacheable`` False is simply asked.
    texts : sequence of str
    progress : Progress
        Told of different texts done, of all of them.

    Returns
    -------
    Embedded

    Examples
    --------
    >>> from discourse.encoders.lexical import Lexical
    >>> encode_cached(Lexical(), ["a snow day", "a rainy day", "a snow day"]).vectors.shape
    (3, 18)
    """
    if not encoder.cacheable or not texts:
        return Embedded(encoder.encode(texts, progress=progress), encoder.spans(texts), len(set(texts)))
    keys = [_key(text) for text in texts]
    todo = dict(zip(keys, texts, strict=True))
    store = _Store(encoder)
    found = store.get(list(todo))
    n_cached = len(found)
    missing = [key for key in todo if key not in found]
    # In an order that the input's does not change; texts of one length together waste no padding.
    missing.sort(key=lambda key: (-len(todo[key]), key))
    progress("encode", n_cached, len(todo))
    start, size = 0, FIRST_CHUNK
    while start < len(missing):
        chunk = missing[start : start + size]
        began = time.monotonic()
        part = [todo[key] for key in chunk]
        vectors, spans = encoder.encode(part), encoder.spans(part)
        fresh = {key: (vectors[i], int(spans[i])) for i, key in enumerate(chunk)}
        store.put(fresh)
        found |= fresh
        start += len(chunk)
        progress("encode", n_cached + start, len(todo))
        seconds_each = (time.monotonic() - began) / len(chunk)
        size = int(np.clip(CHUNK_SECONDS / max(seconds_each, 1e-9), 1, min(2 * size, LONGEST_CHUNK)))
    store.close()
    return Embedded(
        vectors=np.stack([found[key][0] for key in keys]),
        spans=np.array([found[key][1] for key in keys], dtype=np.int32),
        n_encoded=len(missing),
        notes=tuple(store.notes),
    )


def n_cached(encoder: Encoder, texts: Sequence[str]) -> int:
    """Count the different texts whose vectors are in the cache; nothing is encoded.

    Parameters
    ----------
    encoder : Encoder
    texts : sequence of str
    """
    if not encoder.cacheable or not location().is_file():
        return 0
    store = _Store(encoder)
    found = store.get(list({_key(text) for text in texts}))
    store.close()
    return len(found)


def info() -> pd.DataFrame:
    """Look what the cache holds.

    Returns
    -------
    pandas.DataFrame
        One row an encoder: ``encoder``, ``revision``, ``settings`` (JSON), ``vectors`` (number), ``bytes``.

    Raises
    ------
    DiscourseError
        If the file can't be read.
    """
    path = location()
    columns = ["encoder", "revision", "settings", "vectors", "bytes"]
    if not path.is_file():
        return pd.DataFrame(columns=columns)
    query = """SELECT name, revision, settings, COUNT(vector), TOTAL(LENGTH(vector))
               FROM encoders LEFT JOIN vectors ON encoder = id GROUP BY id ORDER BY name, revision, settings"""
    with _explained(path), contextlib.closing(_connect(path)) as connection:
        rows = connection.execute(query).fetchall()
    return pd.DataFrame(rows, columns=columns).astype({"vectors": int, "bytes": int})


def empty() -> int:
    """Remove everything from the cache.

    Returns
    -------
    int
        Bytes freed on disk.

    Raises
    ------
    DiscourseError
        If the file is not a cache (a damaged one is put aside by the next run), or another process holds it.
    """
    path = location()
    if not path.is_file():
        return 0
    before = _size(path)
    with _explained(path), contextlib.closing(_connect(path)) as connection:
        with connection:
            connection.execute("DELETE FROM vectors")
            connection.execute("DELETE FROM encoders")
        connection.execute("VACUUM")
    return before - _size(path)


class _Store:
    """The cache of one encoder, which turns into an empty one on the first trouble and notes why."""

    def __init__(self, encoder: Encoder) -> None:
        self.notes: list[str] = []
        self._path = location()
        settings = json.dumps(dict(encoder.settings), sort_keys=True, ensure_ascii=False)
        self._identity = (encoder.name, encoder.revision, settings)
        self._connection: sqlite3.Connection | None = None
        self._id = 0
        with self._forgiving():
            self._open()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, tuple[np.ndarray, int]]:
        """Find what is there, whole and sound; the rest counts as not there."""
        found: dict[bytes, tuple[np.ndarray, int]] = {}
        with self._forgiving():
            for start in range(0, len(keys) if self._connection else 0, 500):
                part = keys[start : start + 500]
                marks = ",".join("?" * len(part))
                query = f"SELECT text, spans, vector, checksum FROM vectors WHERE encoder = ? AND text IN ({marks})"
                assert self._connection is not None
                for key, spans, blob, checksum in self._connection.execute(query, (self._id, *part)):
                    if isinstance(blob, bytes) and _checksum(key, spans, blob) == checksum:
                        found[key] = (np.frombuffer(blob, dtype="<f4").astype(np.float32), spans)
        # One model gives one length; should any differ, none can be trusted.
        return found if len({vector.shape for vector, _ in found.values()}) <= 1 else {}

    def put(self, fresh: dict[bytes, tuple[np.ndarray, int]]) -> None:
        """Add vectors in one transaction."""
        if self._connection is None:
            return
        rows = []
        for key, (vector, spans) in fresh.items():
            blob = vector.astype("<f4").tobytes()
            rows.append((self._id, key, spans, blob, _checksum(key, spans, blob)))
        with self._forgiving(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = _connect(self._path)
        with self._connection as connection:
            insert = "INSERT OR IGNORE INTO encoders (name, revision, settings) VALUES (?, ?, ?)"
            connection.execute(insert, self._identity)
        query = "SELECT id FROM encoders WHERE name = ? AND revision = ? AND settings = ?"
        (self._id,) = self._connection.execute(query, self._identity).fetchone()

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.close()
            if not _is_damage(error):
                self._note(f"can't be used ({error}); going on without it.")
                return
            try:
                aside = self._set_aside()
                self._open()
            except (sqlite3.Error, OSError) as again:
                self.close()
                self._note(f"is damaged ({again}); going on without it.")
            else:
                self._note(f"was damaged ({error}): moved to {aside.name}, a new one begun.")

    def _note(self, what: str) -> None:
        self.notes.append(f"The cache of embeddings at {self._path} {what}")

    def _set_aside(self) -> Path:
        aside = self._path.with_name(f"embeddings.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.sqlite")
        for file in _files(self._path):
            file.rename(aside.with_name(aside.name + file.name.removeprefix(self._path.name)))
        return aside


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DiscourseError(
            f"The cache of embeddings at {path} can't be read ({error}). Remove the file to start afresh."
        ) from error


def _files(path: Path) -> list[Path]:
    """List the database and the two files that SQLite may keep beside it."""
    return [file for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if file.is_file()]


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in _files(path))


def _is_damage(error: Exception) -> bool:
    # Locked, full and read-only databases raise errors of the same classes; a table of another shape is damage too.
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or name == "SQLITE_ERROR"


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _checksum(key: bytes, spans: int, blob: bytes) -> int:
    return zlib.crc32(blob, zlib.crc32(key, spans & 0xFFFFFFFF))
