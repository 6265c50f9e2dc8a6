"""The parts of a zip archive, unpacked as a stream: sizes are counted on the way and not taken from its table."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

LARGEST = 1 << 30
"""Most bytes an archive may unpack to; a sheet of a million full rows stays below."""

_CHUNK = 1 << 20
_ENTRY = 1 << 10
"""Bytes of a part's entry in the table of an archive, at most; most are a tenth of it."""


class Damaged(Exception):
    """A workbook or another archive that can't be read, with the reason as the end of a sentence."""


class Archive:
    """The parts of a zip archive, unpacked a megabyte at a time and counted.

    Parameters
    ----------
    data : bytes
        The whole file. Nothing of it is ever written to disk.
    most : int
        Parts that it may hold: a workbook has few, a project of texts one a text.
    """

    def __init__(self, data: bytes, *, most: int = 10_000) -> None:
        too_many = f"it holds more parts than the {most:,} that can be read"
        end = data.rfind(b"PK\x05\x06")
        if end >= 0 and len(data) >= end + 16 and struct.unpack_from("<L", data, end + 12)[0] > most * _ENTRY:
            raise Damaged(too_many)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as problem:
            raise Damaged(f"it is no whole zip archive: {problem}") from problem
        if len(entries) > most:
            raise Damaged(too_many)
        self._data = data
        self._entries = {entry.filename: entry for entry in entries}
        self._allowed = min(LARGEST, max(1 << 26, 100 * len(data)))
        self._unpacked = 0

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    @property
    def parts(self) -> list[str]:
        """Names of the parts, in the order of the archive."""
        return list(self._entries)

    def read(self, path: str) -> bytes:
        """Unpack one part whole."""
        return b"".join(self.stream(path))

    def stream(self, path: str) -> Iterator[bytes]:
        """Unpack one part, and refuse it where it turns out to be a bomb or not what the archive says."""
        if path not in self._entries:
            raise Damaged(f"the part {path or 'of a sheet'} is missing")
        entry = self._entries[path]
        if entry.flag_bits & 1:
            raise Damaged("it is protected by a password")
        at = entry.header_offset
        if self._data[at : at + 4] != b"PK\x03\x04" or len(self._data) < at + 30:
            raise Damaged(f"the part {path} is not where the archive says")
        at += 30 + sum(struct.unpack_from("<HH", self._data, at + 26))
        packed = memoryview(self._data)[at : at + entry.compress_size]
        checksum = 0
        for chunk in _unpack(packed, entry.compress_type, path):
            self._unpacked += len(chunk)
            if self._unpacked > self._allowed:
                raise Damaged(
                    f"it unpacks to more than {self._allowed / 2**20:.0f} MiB, which no honest one of its size does"
                )
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if checksum != entry.CRC:
            raise Damaged(f"the part {path} is damaged")


def _unpack(packed: memoryview, method: int, path: str) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _CHUNK):
            yield bytes(packed[start : start + _CHUNK])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise Damaged(f"the part {path} is packed in a way that can't be read")
    inflate = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), _CHUNK):
            rest = bytes(packed[start : start + _CHUNK])
            while rest and not inflate.eof:
                yield inflate.decompress(rest, _CHUNK)
                rest = inflate.unconsumed_tail
        while more := inflate.decompress(inflate.unconsumed_tail, _CHUNK):
            yield more
    except zlib.error as problem:
        raise Damaged(f"the part {path} is damaged: {problem}") from problem
    if not inflate.eof:
        raise Damaged(f"the part {path} is cut short")
