"""Set aside what is not the message: links, handles, hashtag blocks, and what an author adds to post after post.

Signatures, calls to subscribe and speaker names are found by repetition alone, in any language: a post is cut into
lines and sentences, and those that begin or end many different posts of one author are not part of any message.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from discourse.posts.marks import HASHTAG, IN_PASSING

_LEADING, _TRAILING = 3, 4  # units at either edge that may be boilerplate
_ROUNDS = 12  # peeling bares new edges; it ends by itself after three or four rounds
_HABIT = 0.1  # where this share of an author's posts opens with a name that comes again, speakers are the rule ...
_RARER = 5  # ... and a name needs only a fifth of the posts that other boilerplate needs
_SHORT = 300  # letters up to which a unit's key is remembered
_GLUED = 4  # handles written into each other, "@one@two", come off one by one, up to this many

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]+")
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_RUBRIC = re.compile(
    r"[^\n:：.!?。！？]{1,40}(?:(?<!\d)：|:(?![\d/]))[ ]?"
)  # a speaker's name or a heading before the text
_SENTENCE_END = (
    r"(?<=[.!?…؟۔])[.!?…؟۔]*+[»”\"'’)\]]{0,3}+(?:[ \n]|(?P<within>))"
    r"|(?<=[。！？])[。！？]*+[”」』）\"]{0,3}+[ \n]?|(?<=\n)"
)
_UNIT_END = re.compile(rf"[.!?…؟۔。！？\n](?:{_SENTENCE_END})")
_UNIT_END_BY_SIGNS = re.compile(  # some part what they say by emoji and bars
    rf"[.!?…؟۔。！？\n ](?:{_SENTENCE_END}|(?<=[ ])(?=[{_EMOJI}])(?<![{_EMOJI}\ufe0f\u200d][ ])"
    r"|(?<=[ ])(?=[|•·][ ])|(?P<space>))"
)
_SIGNS = re.compile(f"[{_EMOJI}|•·]")
_NOT_WORDS = re.compile(r"[\W\d_]+")
_HASHTAGS = re.compile(rf"(?:{HASHTAG.pattern}){{1,60}}+[,.;!…]*")
_WORD_TAG = re.compile(rf"(?<![@＠]){HASHTAG.pattern}")
_BESIDE_HASHTAGS = re.compile(rf"[{_EMOJI}\ufe0f\u200d❤.…|•·]+")
_SPACE = re.compile("([ \n])")
_EMPTY_BRACKETS = re.compile(r"\([ ]?\)|\[[ ]?\]|（[ ]?）|【[ ]?】|“[ ]?”|«[ ]?»")
_LEFT_OVER = " \n:;,|-–—•·→"


def set_aside(texts: Sequence[str], authors: Sequence[str | None] | None) -> pd.DataFrame:
    r"""Part each post into its message and what surrounds it.

    Set aside are links, e-mail addresses, @handles with the "RT" or "via" before them, blocks of hashtags at
    the beginning or end (two or more, or one alone on its line), and lines or sentences that begin or end at
    least :func:`often` posts of the same author. Names before a colon ("毛宁：", "Photo:") are so at the beginning
    of any line; where a tenth of an author's posts opens with a name, as in interviews and press conferences, a
    fifth of that many posts will do, for the speakers of few words. Equal posts count once, so that a post sent
    out many times is a duplicate and not a signature. A hashtag inside a sentence stays as a word without its "#".

    Parameters
    ----------
    texts
        n posts as given.
    authors
        n names, or None where they are not known; the posts without a name are looked at as one author's.

    Returns
    -------
    pandas.DataFrame
        n rows in the order given. ``message``: what is left, HTML entities resolved, invisible signs gone and
        white space normalised; never empty unless the post is. ``set_aside``: what was taken out, a piece a
        line, "" for nothing. Together they hold all letters of the post. Setting aside from the messages
        again takes nothing more out.

    Notes
    -----
    Cost and memory are linear in the number of posts; their order makes no difference.

    Examples
    --------
    >>> parted = set_aside(["RT @akorda: Жаңа заң күшіне енді https://t.me/akorda #заң #ҚР"], None)
    >>> parted.loc[0, "message"], parted.loc[0, "set_aside"].split("\n")
    ('Жаңа заң күшіне енді', ['RT @akorda:', 'https://t.me/akorda', '#заң #ҚР'])
    """
    messages: list[str] = []
    aside: list[list[str]] = []
    for text in texts:
        message, pieces = _without_marks(_normal(str(text)))
        messages.append(message)
        aside.append(pieces)
    names = pd.Series([None] * len(messages) if authors is None else list(authors), dtype="object")
    author, _ = pd.factorize(names.where(names.notna(), ""))
    _peel(messages, aside, author)
    return pd.DataFrame(
        {
            "message": pd.Series([_plain(message) for message in messages], dtype="str"),
            "set_aside": pd.Series(["\n".join(pieces) for pieces in aside], dtype="str"),
        }
    )


def often(n: np.ndarray) -> np.ndarray:
    """Count the posts that a repeated line or sentence must begin or end to be boilerplate.

    A twentieth of an author's n different posts, and five at least, for fewer may be chance. Beyond 1,000 posts
    the share falls with the square root: in a million, what ends 1,600 posts word for word is a signature even
    where it was used for a few months only.

    Examples
    --------
    >>> often(np.array([20, 400, 1_000, 1_000_000])).tolist()
    [5, 20, 50, 1582]
    """
    share = 0.05 * np.minimum(1.0, np.sqrt(1000 / np.maximum(n, 1)))
    return np.maximum(5, np.ceil(np.round(share * n, 6))).astype(np.int64)


def _normal(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    for _ in range(3):  # texts that went through several systems are escaped more than once
        if "&" not in text or (plain := _INVISIBLE.sub("", html.unescape(text))) == text:
            break
        text = plain
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    return "\n".join(kept for line in text.splitlines() if (kept := " ".join(line.split())))


def _without_marks(text: str) -> tuple[str, list[str]]:
    pieces: list[str] = []

    def take(match: re.Match[str]) -> str:
        pieces.append(match[0].strip())
        return " "

    left = text
    if "@" in text or "＠" in text or "/" in text or "www." in text.lower():
        for _ in range(_GLUED):
            found = len(pieces)
            left = IN_PASSING.sub(take, left)
            if len(pieces) == found:
                break
            left = _tidy(left)
        if not left:
            return text, []
    return _without_blocks(left, pieces)


def _without_blocks(text: str, pieces: list[str]) -> tuple[str, list[str]]:
    """Take hashtag blocks off both ends, unless nothing that says something were left."""
    if "#" not in text and "＃" not in text:
        return text, pieces
    start, end = _block(text, backwards=False), _block(text, backwards=True)
    left = _tidy(text[start : len(text) - end]) if start or end else text
    if left == text or not _says_something(left):
        return text, pieces
    taken = [text[:start], text[len(text) - end :]]
    return left, pieces + [" ".join(block.split()) for block in taken if block.strip()]


def _block(text: str, *, backwards: bool) -> int:
    """Length of the hashtag block at one end of a text, 0 for none."""
    tokens = _SPACE.split(text)[:: -1 if backwards else 1]
    length = hashtags = block = 0
    for token in tokens:
        length += len(token)
        if token == "\n" and hashtags:
            block = length
        if token in ("", " ", "\n"):
            continue
        if _HASHTAGS.fullmatch(token):
            hashtags += token.count("#") + token.count("＃")
            if hashtags > 1:
                block = length
        elif not _BESIDE_HASHTAGS.fullmatch(token):
            return block
    return block


def _says_something(text: str) -> bool:
    """Whether there are two words at least, or four signs of a script that parts no words."""
    words = _NOT_WORDS.sub(" ", text).split()
    return len(words) > 1 or (len(words) == 1 and len(words[0]) > 3 and words[0] > "\u2e80")


def _tidy(text: str) -> str:
    """Close the gaps where something was taken out."""
    text = _EMPTY_BRACKETS.sub(" ", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line).strip(_LEFT_OVER)


def _plain(message: str) -> str:
    """Let hashtags stand as words; "@#word" stays, for without its sign it would be a handle."""
    return _WORD_TAG.sub(lambda tag: tag[0].strip("#＃"), message) if "#" in message or "＃" in message else message


def _units(text: str) -> list[str]:
    """Cut a text after lines, sentences and the name before a colon; joined they are the text again."""
    rubric = _RUBRIC.match(text)
    start = rubric.end() if rubric else 0
    unit_end = _UNIT_END_BY_SIGNS if _SIGNS.search(text) else _UNIT_END
    ends = [start, *(match.end() for match in unit_end.finditer(text, start) if not match.lastgroup), len(text)]
    units: list[str] = []
    for a, b in zip([0, *ends], ends, strict=False):
        if units and not (_has_letters(text[a:b]) and _has_letters(units[-1])):
            units[-1] += text[a:b]
        elif b > a:
            units.append(text[a:b])
    return units


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _key(unit: str) -> int:
    """Give the number that stands for a unit's letters; 0 for a unit too short to be told from chance."""
    return _key_of_short(unit) if len(unit) < _SHORT else _key_of(unit)


def _key_of(unit: str) -> int:
    letters = _NOT_WORDS.sub("", unit)
    named = unit.rstrip()[-1:] in (":", "：")
    if len(letters) < (2 if named or " " in unit.strip() else 4 if letters > "\u2e80" else 8):
        return 0
    return hash(letters.casefold()) or 1


_key_of_short = lru_cache(1 << 16)(_key_of)  # what is repeated comes again and again


def _edges(text: str) -> list[int]:
    """Keys of the first and last units, each side from its edge inwards; zeros where the post is one unit."""
    units = _units(text)
    if len(units) < 2:
        return [0] * (_LEADING + _TRAILING)
    first = [_key(unit) for unit in units[:_LEADING]]
    n = len(units)
    last = [first[at] if at < _LEADING else _key(units[at]) for at in range(n - 1, max(-1, n - 1 - _TRAILING), -1)]
    return first + [0] * (_LEADING - len(first)) + last + [0] * (_TRAILING - len(last))


def _peel(messages: list[str], aside: list[list[str]], author: np.ndarray) -> None:
    """Move what is repeated from messages to what is set aside, in place, until nothing more moves."""
    edges = np.array([_edges(text) for text in messages], dtype=np.int64).reshape(-1, _LEADING + _TRAILING)
    whole = np.array([hash(_plain(text)) for text in messages], dtype=np.int64)
    for _ in range(_ROUNDS):
        moved = False
        for find in (_names, _edge_units):
            for row, left, pieces in find(messages, edges, whole, author):
                if not _says_something(left):
                    continue
                moved = True
                aside[row] = aside[row] + [" ".join(piece.split()) for piece in pieces]
                messages[row], aside[row] = _without_blocks(left, aside[row])
                edges[row], whole[row] = _edges(messages[row]), hash(_plain(messages[row]))
        if not moved:
            return


def _names(
    messages: list[str], edges: np.ndarray, whole: np.ndarray, author: np.ndarray
) -> Iterator[tuple[int, str, list[str]]]:
    """Find names before a colon that begin a line in many posts: row, what is left and what is taken."""
    found = [
        (row, _key(name), place)
        for row, text in enumerate(messages)
        if ":" in text or "：" in text
        for place, name in enumerate(_line_names(text))
        if name
    ]
    row, key, place = np.array(found, dtype=np.int64).reshape(-1, 3).T
    table = pd.DataFrame({"author": author[row], "key": key, "whole": whole[row]})
    n = _n_different(author, whole)
    enough = often(n)
    opening = table[place == 0]
    again = opening[_repeated(opening, np.full_like(enough, often(np.array([0]))[0]))]
    habit = _n_different(again["author"].to_numpy(), again["whole"].to_numpy(), len(n)) >= _HABIT * np.maximum(n, 1)
    rarer = np.maximum(often(np.zeros_like(n)), -(-enough // _RARER))
    names = _repeated(table, np.where(habit, rarer, enough))
    named, where = row[names], place[names]
    begins = np.flatnonzero(np.diff(named, prepend=-1))  # rows are in order
    for post, places in zip(named[begins], np.split(where, begins)[1:], strict=True):
        lines, pieces = messages[post].split("\n"), []
        for at in places:
            name = _line_names(lines[at])[0]
            pieces.append(name)
            lines[at] = lines[at][len(name) :]
        yield int(post), _tidy("\n".join(lines)), pieces


def _line_names(text: str) -> list[str]:
    """Give what stands before a colon in each line, "" where there is none."""
    return [name[0] if (name := _RUBRIC.match(line)) else "" for line in text.split("\n")]


def _edge_units(
    messages: list[str], edges: np.ndarray, whole: np.ndarray, author: np.ndarray
) -> Iterator[tuple[int, str, list[str]]]:
    """Find units that begin or end many posts: row, what is left and what is taken."""
    enough = often(_n_different(author, whole))
    sides = []
    for side in (edges[:, :_LEADING], edges[:, _LEADING:]):
        depth = side.shape[1]
        columns = {"author": np.repeat(author, depth), "key": side.ravel(), "whole": np.repeat(whole, depth)}
        sides.append(_repeated(pd.DataFrame(columns), enough).reshape(side.shape))
    for row in np.flatnonzero(sides[0][:, 0] | sides[1][:, 0]):
        units = _units(messages[row])
        start, end = _run(sides[0][row]), len(units) - _run(sides[1][row])
        yield int(row), _tidy("".join(units[start:end])), [*units[:start], *units[max(end, start) :]]


def _run(repeated: np.ndarray) -> int:
    return int(repeated.argmin()) if not repeated.all() else len(repeated)


def _n_different(author: np.ndarray, whole: np.ndarray, n_authors: int = 0) -> np.ndarray:
    """Count the different posts of each author."""
    posts = pd.DataFrame({"author": author, "whole": whole}).drop_duplicates()
    return np.bincount(posts["author"].to_numpy(dtype=np.int64), minlength=n_authors)


def _repeated(table: pd.DataFrame, enough: np.ndarray) -> np.ndarray:
    """Mark the rows (author, key, whole) whose key stands in enough different posts of their author."""
    marked = np.zeros(len(table), dtype=bool)
    places = np.flatnonzero(table["key"].to_numpy() != 0)
    table = table.iloc[places]
    counts = table.drop_duplicates().groupby(["author", "key"], sort=False).size()
    often_enough = counts[counts.to_numpy() >= enough[counts.index.get_level_values(0).to_numpy(dtype=np.int64)]]
    if len(often_enough):
        hit = pd.MultiIndex.from_frame(table[["author", "key"]]).isin(often_enough.index)
        marked[places[hit]] = True
    return marked
