"""The bytes of a file, a pipe or standard input, never more of them than can be worked on."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from discourse.errors import DataError

STDIN = "-"
LARGEST = 1 << 32
"""Most bytes of a file that are read at once."""
LARGEST_PIPE = 1 << 29
"""Most bytes that are taken from a pipe, of which nobody knows whether it ends."""

_CHUNK = 1 << 20
_PATIENCE = 5.0
"""Seconds to wait for somebody to write to a named pipe."""


def content(name: str) -> bytes:
    """Bytes of a file or a pipe, or of standard input for ``-``.

    Raises
    ------
    DataError
        It can't be read: no permission, gone, too large, a device, or a pipe that nobody writes to.
    """
    try:
        if name == STDIN:
            return _all(sys.stdin.buffer.read, name)
        found = Path(name).stat()
        if stat.S_ISFIFO(found.st_mode):
            return _piped(name)
        if not stat.S_ISREG(found.st_mode):
            raise DataError(f"{name}: is a device and no file. Give a file of posts, or - for standard input.")
        if found.st_size > LARGEST:
            raise DataError(
                f"{name}: {found.st_size / 2**30:,.1f} GiB, and at most {LARGEST >> 30} GiB are read at once. "
                "Keep the columns you need, or give the rows in several files."
            )
        return Path(name).read_bytes()
    except PermissionError as problem:
        raise DataError(f"{name}: no permission to read it. Look at its owner and mode: ls -l {name}") from problem
    except OSError as problem:
        raise DataError(f"{name}: can't be read ({problem.strerror or problem}).") from problem


def _all(read: Callable[[int], bytes], name: str) -> bytes:
    """Everything that comes, up to a bound."""
    whole = bytearray()
    while chunk := read(_CHUNK):
        whole += chunk
        if len(whole) > LARGEST_PIPE:
            raise DataError(
                f"{name}: more than {LARGEST_PIPE >> 20} MiB came, and no end. Write the posts to a file and give that."
            )
    return bytes(whole)


def _piped(name: str) -> bytes:
    """Read what is written to a pipe; one that nobody holds open at the other end is given up after a while."""
    pipe = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    try:
        first = b""
        until = time.monotonic() + _PATIENCE
        while not first:
            try:
                first = os.read(pipe, _CHUNK)
            except BlockingIOError:
                break  # somebody holds the other end and has not written yet
            if not first and time.monotonic() > until:
                raise DataError(f"{name}: nothing comes through this pipe. Write the posts to a file and give that.")
            time.sleep(0 if first else 0.02)
        os.set_blocking(pipe, True)
        return first + _all(lambda size: os.read(pipe, size), name)
    finally:
        os.close(pipe)
