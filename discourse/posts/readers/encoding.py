"""Which characters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from discourse.errors import DataError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_INNER_MARK = re.compile(rb"(?:\A|(?<=[\r\n]))(?:\xef\xbb\xbf)+")
_SAMPLE = 1 << 18
_BLOCK = 1 << 24
_HIGH = bytes(range(128, 256))


@dataclass(frozen=True)
class Decoded:
    """A text file as UTF-8 bytes without a byte order mark, how it was encoded, and what had to be mended."""

    utf8: bytes
    encoding: str
    notes: list[str]


def decode(data: bytes, file: str) -> Decoded:
    """Find the encoding of a text file and give its content as UTF-8.

    A byte order mark decides. Without one, UTF-16 and UTF-32 show by their zero bytes, UTF-8 by being valid, and
    between the old 8-bit and double-byte encodings the one whose reading makes words of one script wins: GB18030
    where the byte pairs fall among the common Chinese characters (Big5 where they are the traditional ones),
    Windows-1251 where letters run in Cyrillic words, Windows-1252 where single accented letters stand among
    Latin ones. A file that is UTF-8 in some lines and in an old encoding in others is read line by line.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name, for messages.

    Returns
    -------
    Decoded

    Raises
    ------
    DataError
        The bytes are no text in any of these encodings.

    Examples
    --------
    >>> decode("дата;текст".encode("cp1251"), "a.csv").encoding
    'cp1251'
    """
    notes: list[str] = []
    encoding = ""
    for mark, name in _BOMS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    if not encoding:
        sample = data[:_SAMPLE]
        encoding = _utf32_without_mark(sample) or _utf16_without_mark(sample) or ("utf-8" if _valid_utf8(data) else "")
    if not encoding:
        data, encoding, mixed = _line_by_line(data, file)
        notes += mixed
    if encoding == "utf-8":
        utf8 = data
        if not _valid_utf8(data, whole=True):
            text = data.decode("utf-8", "replace")
            broken = text.count("\ufffd") - data.count("\ufffd".encode())
            notes.append(f"{broken} broken UTF-8 sequence(s) read as U+FFFD; the file may be damaged.")
            utf8 = text.encode()
    else:
        text = data.decode(encoding, "replace")
        wide = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
        if len(data) % wide:
            notes.append("the file ends in the middle of a character; it may be cut short.")
        utf8 = text.encode()
        if wide == 1:
            notes.append(f"not UTF-8; read as {encoding}.")
    nul = utf8.count(b"\x00")
    if nul:
        utf8 = utf8.replace(b"\x00", b"")
        notes.append(f"{nul} NUL character(s) taken out.")
    marks = len(_INNER_MARK.findall(utf8)) if codecs.BOM_UTF8 in utf8 else 0
    if marks:
        utf8 = _INNER_MARK.sub(b"", utf8)
        notes.append(f"{marks:,} line(s) begin with a byte order mark, as in files put together; it is left out.")
    return Decoded(utf8, encoding, notes)


def _utf32_without_mark(sample: bytes) -> str:
    """Name of the UTF-32 form these bytes are in, or an empty string: no character has more than 21 bits."""
    sample = sample[: len(sample) // 4 * 4]
    if len(sample) < 8:
        return ""
    for name, high, plane in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
        if not any(sample[high::4]) and max(sample[plane::4]) <= 0x10:
            text = sample.decode(name, "replace")
            if text.count("\ufffd") + text.count("\x00") <= len(text) / 100:
                return name
    return ""


def _utf16_without_mark(sample: bytes) -> str:
    """Name of the UTF-16 form these bytes are in, or an empty string."""
    if b"\x00" not in sample:
        return ""
    control = sum(sample.count(bytes([c])) for c in range(9)) / len(sample)
    if control < 0.1 and _valid_utf8(sample):
        return ""
    sample = sample[: len(sample) // 2 * 2]
    best, found = 0, ""
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        marks = sum(text.count(c) for c in ',;\t|\n" 0123456789')
        odd = sum(text.count(chr(c)) for c in range(9)) + text.count("\ufffd")
        if marks > best and odd <= len(text) / 100:
            best, found = marks, name
    return found


def _valid_utf8(data: bytes, *, whole: bool = False) -> bool:
    """Whether these bytes are UTF-8; they may end in the middle of a character unless they are the whole."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):  # as characters they take up to four times as much
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _line_by_line(data: bytes, file: str) -> tuple[bytes, str, list[str]]:
    """Tell whether bytes are damaged UTF-8, in an old encoding, or in both, as when two files were put together.

    A line in which most characters beyond ASCII are UTF-8 is UTF-8, damaged perhaps; one that has none or few is
    in an old encoding. Where a file has lines of both kinds each is read as what it is.

    Returns
    -------
    tuple of (bytes, str, list of str)
        The bytes, the encoding they are all in now, and a note where there were two.
    """
    lines = data.splitlines(keepends=True)
    foreign: list[int] = []
    utf8 = 0
    for number, line in enumerate(lines):
        if line.isascii():
            continue
        text = line.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        sound = len(text) - len(line.translate(None, _HIGH)) - broken
        if broken > sound:
            foreign.append(number)
        else:
            utf8 += 1
    if not foreign:
        return data, "utf-8", []
    old = _legacy(b"".join(lines[number] for number in foreign), file)
    if utf8 * 10 < len(foreign):  # a short line in an old encoding may look like UTF-8 by chance
        return data, _legacy(data, file), []
    for number in foreign:
        lines[number] = lines[number].decode(old, "replace").encode()
    note = (
        f"the file mixes encodings: {len(foreign):,} line(s) are read as {old}, the first of them line "
        f"{foreign[0] + 1}, the other {len(lines) - len(foreign):,} as UTF-8."
    )
    return b"".join(lines), "utf-8", [note]


def _legacy(data: bytes, file: str) -> str:
    """Choose among GB18030, Big5, Windows-1251 and Windows-1252 for bytes that are neither UTF-8 nor UTF-16."""
    if b"\x00" in data:
        raise DataError(
            f"{file}: not a text file that can be read (it holds binary data). "
            "Save it as CSV in UTF-8, XLSX, JSON, JSON Lines or Parquet."
        )
    sample = data[:_SAMPLE]
    try:
        codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
        common = sum(0xA1 <= pair[0] <= 0xD7 for pair in pairs)
        if common >= 0.75 * len(pairs):
            return "big5" if _is_big5(pairs, data) else "gb18030"
    words = re.findall(r"[^\W\d_]+", sample.decode("cp1251", "replace"))
    letters = [(sum(c < "\x80" for c in word), len(word)) for word in words]
    high_words = [(ascii_, whole) for ascii_, whole in letters if ascii_ < whole]
    mixed = sum(ascii_ > 0 for ascii_, _ in high_words)
    return "cp1252" if mixed * 2 > len(high_words) else "cp1251"


def _is_big5(pairs: list[bytes], data: bytes) -> bool:
    """Whether double-byte text is Big5: its second bytes fall low, where simplified Chinese has next to none."""
    if sum(pair[1] < 0xA1 for pair in pairs) < 0.2 * len(pairs):
        return False
    try:
        data.decode("big5")
    except UnicodeDecodeError:
        return False
    return True
