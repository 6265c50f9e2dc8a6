"""What a reader of hand codes finds in a file, gathered row by row and checked on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from discourse.codes.coded import CODES, CODINGS, READ, SOURCES, Coded, table
from discourse.codes.positions import Counting, Passage
from discourse.errors import DataError

UTF16, CHARACTERS = "UTF-16", "characters"
"""Units in which programs count: Java, JavaScript and Qt count an emoji as two, Python and REFI-QDA as one."""

_LONGEST = 1000
"""Characters of a code or a name; text taken for a code by a damaged file is longer."""


class Gathered:
    """Sources, codings, codes and who read what, as they come."""

    def __init__(self) -> None:
        self._sources: list[tuple[str, str | None, str | None]] = []
        self._read: dict[tuple[int, str, str], None] = {}
        self._codings: list[tuple[int, int | None, int | None, str | None, str, str, str]] = []
        self._seen: set[tuple[object, ...]] = set()
        self._codes: dict[tuple[str, str], tuple[str, str]] = {}
        self._astray = 0

    def source(self, name: str, text: str | None = None, post_id: str | None = None) -> int:
        """Add a text that people coded; gives its row."""
        kept = None if text is None else clean(text)
        self._sources.append((_short(name), kept, None if post_id is None else _short(post_id)))
        return len(self._sources) - 1

    def text(self, source: int) -> str | None:
        """Give the text of a source as it is kept: of the same length, without what can't be written."""
        return self._sources[source][1]

    def code(self, scheme: str, code: str, parent: str = "", definition: str = "") -> None:
        """Add a code of the codebook; what is told of it later fills what was empty."""
        key = (_short(scheme), _short(code))
        if key[1]:
            before = self._codes.get(key, ("", ""))
            self._codes[key] = (before[0] or _short(parent), before[1] or clean(definition).strip())

    def give(
        self,
        source: int,
        scheme: str,
        code: str,
        coder: str,
        span: tuple[int, int] | None = None,
        quote: str | None = None,
        units: Sequence[str] = (CHARACTERS,),
    ) -> None:
        """Add a coding, of a whole source or of a span of it.

        Parameters
        ----------
        source : int
        scheme, code, coder : str
            A coding without a code is none.
        span : tuple of int, optional
            Begin and end, in the first of `units`.
        quote : str, optional
            The words that were coded. Where the span doesn't hold them, it is tried in the other units; and where no
            span does, the one place of the text that does is taken.
        units : sequence of str
            In which the file may count.

        Notes
        -----
        The same coding given twice is one, unless nothing but its words tells where it stands.

        A span that lies outside its source is kept as a source of its own that has no text: it finds its post by
        the quote, or is listed as not matched. Where the file doesn't hold the text, a span says nothing and is left
        out.
        """
        if not code.strip():
            return
        self.code(scheme, code)
        words = None if quote is None else clean(quote)
        start = end = None
        text = self._sources[source][1]
        if span is not None and text is not None:
            place = _placed(text, span, words, units)
            if place is None:
                self._astray += 1
                name = self._sources[source][0]
                source = self.source(f"{name}, {span[0]:,} to {span[1]:,}" if abs(span[1]) < 10**12 else name)
            else:
                start, end = place
        coding = (source, start, end, words, _short(scheme), _short(code), _short(coder))
        if coding not in self._seen or (start is None and words is not None):
            self._codings.append(coding)
        self._seen.add(coding)

    def readers(self, source: int, coder: str, schemes: Iterable[str]) -> None:
        """Note that a coder read a source as a whole for some schemes."""
        for scheme in schemes:
            self._read[(source, _short(coder), _short(scheme))] = None

    @property
    def schemes(self) -> list[str]:
        """The schemes of all codes so far."""
        return list(dict.fromkeys(scheme for scheme, _ in self._codes))

    @property
    def given(self) -> int:
        """How many codings there are."""
        return len(self._codings)

    def coded(self, file: str, kind: str, notes: Sequence[str] = ()) -> Coded:
        """Put it all into tables.

        Raises
        ------
        DataError
            When there is neither a coding nor a code.
        """
        if not self._codings and not self._codes and not self._read:
            raise DataError(f"{file}: this {kind} holds no codes. Give a file in which posts were coded.")
        if self._astray:
            told = f"{self._astray:,} span(s) lie outside their text; they are looked for by the words that were coded."
            notes = [*notes, told]
        return Coded(
            file=file,
            format=kind,
            sources=table(list(self._sources), SOURCES),
            read=table(list(self._read), READ),
            codings=table(list(self._codings), CODINGS),
            codes=table([(*key, *told) for key, told in self._codes.items()], CODES),
            notes=list(notes),
        )


def clean(text: str) -> str:
    r"""Put U+FFFD for NUL and lone surrogates, one for each, so that a text can be written and keeps its length.

    Examples
    --------
    >>> clean("a\x00b")
    'a�b'
    """
    whole = text.replace("\x00", "\ufffd")
    try:
        whole.encode()
    except UnicodeEncodeError:
        whole = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in whole)
    return whole


def _placed(text: str, span: tuple[int, int], quote: str | None, units: Sequence[str]) -> tuple[int, int] | None:
    """Turn a span into characters of the text; None where it lies outside."""
    inside = [
        Counting(wide=unit == UTF16).place(Passage(text, False, *span))
        for unit in units
        if 0 <= span[0] < span[1] <= _length(text, unit)
    ]
    words = quote or ""
    near = (one for one in inside if text[slice(*one)].split() == words.split())
    said = next((one for one in inside if text[slice(*one)] == words), next(near, None))
    if said is None and quote is not None and quote.strip() and text.count(quote) == 1:
        return text.index(quote), text.index(quote) + len(quote)
    return said or (inside[0] if inside else None)


@lru_cache(maxsize=4)
def _length(text: str, unit: str) -> int:
    return len(text.encode("utf-16-le")) // 2 if unit == UTF16 else len(text)


def _short(text: str) -> str:
    whole = clean(text).strip()
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}…"
