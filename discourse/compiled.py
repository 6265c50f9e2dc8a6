"""Compiled loops, kept on disk between processes.

Out of the box numba compiles its functions anew in every process, which costs longer than laying out a few
thousand posts does. Numba can keep its machine code on disk; it only has to be asked.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of ours with numba, its machine code cached on disk, Python's lock free while it runs."""
    import numba

    ensure_a_cache_folder()
    return numba.njit(function, fastmath=True, error_model="numpy", nogil=True, cache=True)


@contextmanager
def one_thread() -> Iterator[None]:
    """Run numba's parallel loops on one thread inside the block: sums then don't depend on the machine."""
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


@cache
def ensure_a_cache_folder() -> None:
    """Give numba a private temporary folder where it finds no place of its own for machine code.

    Numba looks beside the source (ours, and where numba and umap-learn lie), then in the user's cache folder;
    ``NUMBA_CACHE_DIR`` overrides both. Where it can write to neither, everything still works, only each process
    compiles again.
    """
    import numba
    from numba.core import config
    from numba.core.caching import FunctionCache

    try:
        for function in (ensure_a_cache_folder.__wrapped__, numba.njit):
            FunctionCache(function)
    except RuntimeError:
        config.CACHE_DIR = tempfile.mkdtemp(prefix="discourse-numba-")  # type: ignore[attr-defined]
