"""Languages of very many posts, found in processes of their own while this one goes on with other work.

The processes are started by name and handed an Arrow file, so that nothing is pickled and a script that calls the
package needs no guard against being run again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from discourse.errors import DiscourseError
from discourse.posts import language

MANY = 100_000
"""Posts from which a process of their own pays: it takes a second or two to start."""

_MOST_PROCESSES = 4


def begin(texts: pd.Series) -> Callable[[], pd.DataFrame]:
    """Begin to detect the languages of posts; the answer when called.

    Parameters
    ----------
    texts : pandas.Series of str
        n posts.

    Returns
    -------
    callable
        Waits, and gives what :func:`discourse.posts.language.detect` gives for all n.

    Examples
    --------
    >>> begin(pd.Series(["Үкімет жаңа бағдарламаны бекітті"], dtype="str"))()["lang"].tolist()
    ['kk']
    """
    n = min((os.cpu_count() or 1) - 1, _MOST_PROCESSES)
    if len(texts) < MANY or n < 1:
        return lambda: language.detect(texts.array)
    started = [_Process(texts.iloc[rows]) for rows in np.array_split(np.arange(len(texts)), n)]
    return lambda: pd.concat([process.result() for process in started], ignore_index=True)


class _Process:
    """A process that works on a share of the posts; its files go when it does."""

    def __init__(self, texts: pd.Series) -> None:
        import pyarrow as pa
        from pyarrow import feather

        self._folder = tempfile.TemporaryDirectory(prefix="discourse-")
        given, self._found = Path(self._folder.name) / "texts", Path(self._folder.name) / "languages"
        column = pa.array(texts.array, type=pa.large_string())
        feather.write_feather(pa.table({"text": column}), given, compression="uncompressed", chunksize=1 << 16)
        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "discourse.posts.beside", given, self._found],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def result(self) -> pd.DataFrame:
        try:
            _, said = self._process.communicate()
            if self._process.returncode:
                last = said.decode(errors="replace").strip().rpartition("\n")[2] or "no word why"
                raise DiscourseError(
                    f"the process that detects languages ended with {self._process.returncode} ({last}). "
                    "Was there enough memory? With --lang NAME a column says the languages, and none are detected."
                )
            return pd.read_feather(self._found)
        finally:
            self._process.kill()
            self._folder.cleanup()


def _work(given: str, found: str) -> None:
    """Detect the languages of the posts in one file and write them to another."""
    from pyarrow import feather

    texts = feather.read_table(given, memory_map=True)["text"]
    parts = [language.detect(chunk.to_pandas().array) for chunk in texts.chunks]
    feather.write_feather(pd.concat(parts, ignore_index=True), found, compression="uncompressed")


if __name__ == "__main__":
    _work(*sys.argv[1:])
