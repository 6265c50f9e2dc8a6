"""What an audit found, in sentences, with how much each should worry a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discourse.wording import counted

PLAIN, MIND, WARNING = 0, 1, 2

_Found = tuple[int, str]

_MANY_REJECTED = 0.10
_COPIES, _MANY_COPIES = 0.02, 0.10
_LONG_GAP = 28
_SHOWN = 4


def findings(audit: dict[str, Any]) -> list[dict[str, Any]]:
    """Put what an audit counted into sentences.

    Parameters
    ----------
    audit : dict
        See `discourse.posts.audit.audit`; with ``encoder`` where `discourse.jobs.prospect` added it.

    Returns
    -------
    list of dict
        ``section``, ``weight`` (0 a fact, 1 to be kept in mind, 2 a warning), ``text``; by section.
    """
    sections = {
        "rows": _rows,
        "dates": _dates,
        "texts": _texts,
        "languages": _languages,
        "copies": _copies,
        "authors": _authors,
        "changes": _changes,
        "encoder": _encoder,
    }
    return [
        {"section": section, "weight": weight, "text": text}
        for section, say in sections.items()
        for weight, text in say(audit)
    ]


def percent(share: float) -> str:
    """Write a share as a percentage, with a decimal where it is small.

    Examples
    --------
    >>> [percent(share) for share in (0, 0.0004, 0.012, 0.5, 0.998, 1)]
    ['0%', '<0.1%', '1.2%', '50%', '99.8%', '100%']
    """
    if share in (0, 1):
        return f"{share:.0%}"
    if share < 0.001:
        return "<0.1%"
    if share > 0.999:
        return ">99.9%"
    return f"{share:.1%}" if share < 0.1 or share > 0.99 else f"{share:.0%}"


def _rows(audit: dict[str, Any]) -> Iterator[_Found]:
    rows = audit["rows"]
    if not rows["rejected"]:
        return
    weight = WARNING if rows["rejected"] >= _MANY_REJECTED * rows["read"] else MIND
    several = len(audit["files"]) > 1
    reasons = [
        f"{one['rows']:,} × {one['reason']} (such as {one['file'] + ', ' if several else ''}{one['place']})"
        for one in audit["rejected"]
    ]
    more = f"; {len(reasons) - _SHOWN} other reasons" if len(reasons) > _SHOWN else ""
    yield weight, f"{_of(rows['rejected'], rows['read'], 'row')} can't be used: {'; '.join(reasons[:_SHOWN])}{more}."


def _dates(audit: dict[str, Any]) -> Iterator[_Found]:
    dates, span, quarters = audit["dates"], audit["span"], audit["quarters"]
    if dates is None:
        yield MIND, "There are no dates: nothing can be said about change over time."
        return
    if dates["future"]:
        n = counted(dates["future"], "post is dated", "posts are dated")
        mixed = ": see whether days and months are mixed up" if dates["mixable"] else ""
        yield WARNING, f"{n} after tomorrow, the last {dates['latest']}{mixed}."
    if dates["stray"]:
        yield WARNING, _stray(dates["stray"])
    partial = [one for one in quarters if one["partial"]]
    if partial:
        shown = " and ".join(f"{one['period']} ({one['covered']} of {one['days']} days)" for one in partial)
        yield MIND, f"Partial: {shown}; compare posts a day there, not posts."
    holes = [one for one in quarters if one["missing"] and one["posts"]]
    if holes:
        shown = ", ".join(f"{one['period']} ({one['missing']} of {one['covered']} days)" for one in holes[:_SHOWN])
        more = f" and {len(holes) - _SHOWN} more" if len(holes) > _SHOWN else ""
        yield MIND, f"Holes in {shown}{more}: posts a day leave them out, and such quarters are not compared."
    longest = audit["gaps"][0]["days"] if audit["gaps"] else 0
    long = [one for one in audit["gaps"] if one["days"] >= 7 and one["days"] > span["usual_gap"]]
    silent = f"{_of(span['silent'], span['days'], 'day')} {'is' if span['silent'] == 1 else 'are'} without a post"
    if long:
        stretches = ", ".join(f"{one['days']:,} days from {one['first']} to {one['last']}" for one in long[:3])
        weight = WARNING if longest >= _LONG_GAP else MIND
        yield weight, f"{silent}; longest: {stretches}. Nobody posted, or nobody collected."
    elif span["silent"]:
        yield PLAIN, f"{silent}, at most {counted(longest, 'day')} on end."
    if dates["midnight"] == 1:
        yield PLAIN, "The dates have no time of day."


def _stray(stray: dict[str, Any]) -> str:
    n = stray["before"] + stray["after"]
    where = stray["earliest"] if stray["before"] else stray["latest"]
    return (
        f"{counted(n, 'post lies', 'posts lie')} more than a year before or after all the rest (such as {where}; the "
        f"rest run from {stray['others_from']} to {stray['others_to']}), and {'is' if n == 1 else 'are'} left out of "
        "what is said here of time. If the dates are wrong: "
        + " ".join(
            [f"--since {stray['others_from']}"] * bool(stray["before"])
            + [f"--until {stray['others_to']}"] * bool(stray["after"])
        )
    )


def _texts(audit: dict[str, Any]) -> Iterator[_Found]:
    texts, aside = audit["texts"], audit["set_aside"]
    if texts["cut"]:
        cut = texts["cut"]
        longer = f"only {cut['longer']:,} are longer" if cut["longer"] else "none is longer"
        yield (
            WARNING,
            f"{_of(cut['texts'], cut['of'], 'different text')} have exactly {cut['length']} characters, and {longer}: "
            "they may have been cut there.",
        )
    yield from _lengths(texts)
    if texts["long"]:
        row = texts["longest_post"]["row"]
        n = counted(texts["long"], "text is", "texts are")
        yield MIND, f"{n} longer than {texts['long_above']:,} characters (the longest: row {row:,})."
    if texts["wordless"]:
        n = counted(texts["wordless"], "post has", "posts have")
        yield MIND, f"{n} no letter outside links, handles and hashtags."
    if aside["posts"]:
        yield (
            PLAIN,
            f"{_aside(aside)} set aside in "
            f"{_of(aside['posts'], _posts(audit), 'post')}: {percent(aside['characters'])} of all characters.",
        )


def _lengths(texts: dict[str, Any]) -> Iterator[_Found]:
    """Say how long texts are, but for lengths that only a cut can have made."""
    end = texts["cut"]["length"] if texts["cut"] else texts["longest"]
    said = [
        f"{who} {length:,}{what} or fewer"
        for who, length, what in (
            ("half of the texts have", texts["median"], " characters"),
            ("nine of ten", texts["p90"], ""),
        )
        if length < end
    ]
    if texts["shortest"] == texts["longest"]:
        yield PLAIN, f"All texts have {counted(texts['longest'], 'character')}."
    elif said or not texts["cut"]:
        text = ", ".join([*said, f"the longest has {texts['longest']:,}"])
        yield PLAIN, f"{text[0].upper()}{text[1:]}."


def _aside(aside: dict[str, Any]) -> str:
    """Name what is set aside, with the pieces that are repeated most."""
    words = {"links": "links", "handles": "handles", "hashtags": "hashtags at the edges"}
    named = [word for kind, word in words.items() if aside["kinds"][kind]]
    if aside["kinds"]["repeated"]:
        most = ", ".join(f"“{_brief(one['piece'])}” {one['posts']:,} ×" for one in aside["commonest"])
        named.append("what comes again in post after post, as speakers’ names and stock phrases do")
        named[-1] += f" ({most})" if most else ""
    if not named:
        return "Signs are"
    alone = len(named) == 1
    said = named[0] if alone else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{said[0].upper()}{said[1:]} {'is' if alone and aside['kinds']['repeated'] else 'are'}"


def _brief(piece: str) -> str:
    return piece if len(piece) <= 40 else piece[:39].rstrip() + "…"


def _languages(audit: dict[str, Any]) -> Iterator[_Found]:
    found = audit["languages"]
    unknown = found["counts"].get("other", 0) + found["counts"].get("und", 0)
    if unknown >= 0.05 * _posts(audit):
        yield (
            MIND,
            f"{_of(unknown, _posts(audit), 'post')} are in an unknown language (other), or have no letters (und).",
        )
    if found["mixed"]:
        kinds = ", ".join(f"{name.replace(';', '+')} {n:,}" for name, n in list(found["mixtures"].items())[:3])
        n = counted(found["mixed"], "post is", "posts are")
        yield PLAIN, f"{n} in more than one language ({kinds}), and counted under the first."


def _copies(audit: dict[str, Any]) -> Iterator[_Found]:
    found = audit["duplicates"]
    n = found["exact"] + found["near"]
    if found["unsure"]:
        yield (
            WARNING,
            f"{_of(found['unsure'], _posts(audit) + audit['rows']['dropped'], 'post')} are made like so many others, "
            "as from a template, that more near copies among them may not have been found.",
        )
    if not n:
        return
    share = found["share"]
    weight = WARNING if share >= _MANY_COPIES else MIND if share >= _COPIES else PLAIN
    across = f", {found['across_authors']:,} of them by several authors" if found["across_authors"] else ""
    if found["groups"] == found["across_authors"] == 1:
        across = ", by several authors"
    dropped = ""
    if audit["rows"]["dropped"]:
        dropped = " They are dropped."
    elif weight:
        dropped = " --duplicates drop leaves them out."
    repeat = f"{'At least ' * bool(found['unsure'])}{counted(n, 'post repeats', 'posts repeat')} an earlier one"
    kinds = f"{percent(share)}: {found['exact']:,} exactly, {found['near']:,} nearly"
    yield (
        weight,
        f"{repeat} ({kinds}); {counted(found['groups'], 'post is', 'posts are')} repeated{across}.{dropped}",
    )
    most = _most_copied(found["by_quarter"])
    if most and weight:
        copies = most["with"] - most["without"]
        yield PLAIN, f"Most in {most['period']}: {_of(copies, most['with'], 'post')} are copies."
    moved = max(found["by_language"], key=lambda one: abs(one["with"] - one["without"]))
    if abs(moved["with"] - moved["without"]) >= 0.01:
        yield (
            MIND,
            f"{moved['lang']} is {percent(moved['with'])} of the posts, without copies {percent(moved['without'])}.",
        )


def _most_copied(by_quarter: list[dict[str, Any]]) -> dict[str, Any] | None:
    from discourse.posts.audit.copies import most_copied

    return most_copied(by_quarter) if len(by_quarter) > 1 else None


def _authors(audit: dict[str, Any]) -> Iterator[_Found]:
    found = audit["authors"]
    if found is None:
        return
    first = found["top"][0]
    if found["different"] == 1:
        yield PLAIN, f"All by {first['author']}."
    else:
        shown = ", ".join(f"{one['author']} {percent(one['share'])}" for one in found["top"][:3])
        yield MIND if first["share"] > 0.5 else PLAIN, f"{found['different']:,} authors; most posts: {shown}."
    if found["dominated"]:
        shown = ", ".join(
            f"{one['period']} ({one['author']} {percent(one['share'])})" for one in found["dominated"][:_SHOWN]
        )
        more = f" and {len(found['dominated']) - _SHOWN} more" if len(found["dominated"]) > _SHOWN else ""
        yield MIND, f"One author has more than half of the posts in {shown}{more}."
    if found["without"]:
        yield (
            MIND,
            f"{_of(found['without'], _posts(audit), 'post')} {'has' if found['without'] == 1 else 'have'} no author.",
        )


def _changes(audit: dict[str, Any]) -> Iterator[_Found]:
    found = audit["changes"] or []
    mixes = [one for one in found if one["languages"]]
    if mixes:
        most = max(mixes, key=lambda one: abs(one["languages"][0]["to"] - one["languages"][0]["from"]))
        lang = most["languages"][0]
        often = f" {len(mixes)} times" if len(mixes) > 1 else ""
        largest = "largest: " if len(mixes) > 1 else ""
        yield (
            WARNING,
            f"The mix of languages changes{often} from one quarter to the next ({largest}{lang['lang']} "
            f"{percent(lang['from'])} in {most['before']}, {percent(lang['to'])} in {most['after']}): "
            "shares of themes move with it.",
        )
    rates = sorted((one for one in found if one["factor"]), key=lambda one: -max(one["factor"], 1 / one["factor"]))
    if rates:
        shown = ", ".join(f"{one['before']} to {one['after']} ×{one['factor']:.1f}" for one in rates[:3])
        more = f", and {len(rates) - 3} more" if len(rates) > 3 else ""
        yield MIND, f"Posts a day jump: {shown}{more}."


def _encoder(audit: dict[str, Any]) -> Iterator[_Found]:
    found = audit.get("encoder")
    if found is None:
        return
    if not found["here"]:
        yield MIND, f"{found['name']} is not on this machine; `discourse cluster` would fetch it. Its time isn't known."
        return
    if found["problem"]:
        yield WARNING, found["problem"]
        return
    cached = f", {found['cached']:,} of them in the cache" if found["cached"] else ""
    yield (
        PLAIN,
        f"{found['name']}: {counted(found['different'], 'different message')}{cached}; a run takes about "
        f"{_time(found['seconds'])} and {found['gigabytes']:.1f} GiB"
        + (" and the model's own memory." if found["max_length"] else "."),
    )
    for said in (found["barrier"], found["coverage"]):
        if said:
            yield WARNING, said
    split = found["split"]
    if split and split["posts"]:
        about = "about " if split["sampled"] else ""
        langs = ", ".join(f"{lang} {n:,}" for lang, n in split["languages"].items())
        longer = f"longer than the {found['max_length']:,} tokens it reads at once"
        yield MIND, f"It would split {about}{counted(split['posts'], 'post')} ({langs}), {longer}."
    elif split:
        yield PLAIN, f"It reads {found['max_length']:,} tokens at once: no post is longer."


def _posts(audit: dict[str, Any]) -> int:
    """Count the posts in use: the usable ones less the copies that were dropped."""
    return int(audit["rows"]["usable"] - audit["rows"]["dropped"])


def _of(n: int, whole: int, noun: str) -> str:
    return f"{n:,} of {counted(whole, noun)} ({percent(n / whole)})"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
