"""What a person sees of an audit: a table of quarters and languages, then a few sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from discourse.cli import console
from discourse.cli.render import bar
from discourse.jobs.findings import PLAIN, percent
from discourse.wording import counted

_LANGUAGES, _LANGUAGE_SHARE = 5, 0.01
_MOST_ROWS = 20
_BAR = 12
_GAP = "  "
_GRAVEST = 2
_TITLES = {
    "rows": "Rows",
    "dates": "Dates",
    "texts": "Texts",
    "languages": "Languages",
    "copies": "Copies",
    "authors": "Authors",
    "changes": "Changes",
    "encoder": "Encoder",
}
_QUESTIONS = {
    "cluster": "discourse cluster",
    "drift": "discourse drift",
    "event": "discourse event",
    "compare": "codes",
}
_INDENT = 11
_WIDEST = max(map(len, _QUESTIONS.values()))


def audit_page(audit: dict[str, Any]) -> None:
    """Show an audit on one screen."""
    for line in _heading(audit):
        console.write(line)
    if audit["quarters"]:
        console.write()
        for line in _calendar(audit):
            console.write(line)
    for section, title in _TITLES.items():
        found = [one for one in audit["findings"] if one["section"] == section]
        for at, one in enumerate(found):
            if not at:
                console.write()
            _paragraph(title if not at else "", one["text"], mark="!" if one["weight"] > PLAIN else " ")
        if section == "copies":
            _largest(audit["duplicates"]["largest"])
    console.write("\nWhat these posts can bear (seen: with 80% power at the 5% level)")
    if audit["bunching"]:
        text = audit["bunching"]["text"]
        _paragraph("weeks", text[0].upper() + text[1:], width=_WIDEST)
    for name, title in _QUESTIONS.items():
        text = audit["supports"][name]["text"]
        _paragraph(title, text[0].upper() + text[1:], width=_WIDEST)


def short_form(audit: dict[str, Any]) -> list[str]:
    """Say in a few lines what an audit found: posts, span, languages, copies, and what should worry a reader most."""
    said = [one for one in audit["findings"] if one["section"] != "rows"]  # the notes on the files count these
    copies = [one for one in said if one["section"] == "copies"][:1]
    others = [one for one in said if one["section"] != "copies" and one["weight"] > PLAIN]
    lines = _heading(audit)
    for one in [*copies, *sorted(others, key=lambda one: -one["weight"])[:_GRAVEST]]:
        first, *more = console.wrapped(one["text"], indent="    ", lines=3)
        lines += [f"  {'!' if one['weight'] > PLAIN else ' '} {first.strip()}", *more]
    return lines


def _heading(audit: dict[str, Any]) -> list[str]:
    """Files, rows and posts; span, languages, authors."""
    rows, span, files = audit["rows"], audit["span"], audit["files"]
    first = "standard input" if files[0] == "-" else re.split(r"[/\\]", files[0])[-1]
    name = first + (f" and {len(files) - 1} more" if len(files) > 1 else "")
    left_out = [
        f"{rows[key]:,} {word}"
        for key, word in (
            ("rejected", "unusable"),
            ("filtered", "outside the window"),
            ("dropped", "dropped as copies"),
        )
        if rows[key]
    ]
    of = f" of {counted(rows['read'], 'row')} ({', '.join(left_out)})" if left_out else ""
    facts = []
    if span:
        facts.append(f"{span['first']} to {span['last']}, {counted(len(audit['quarters']), 'quarter')}")
    counts = audit["languages"]["counts"]
    posts = sum(counts.values())
    shown = _main_languages(counts)
    rest = len(counts) - len(shown)
    facts.append(
        ", ".join(f"{lang} {percent(counts[lang] / posts)}" for lang in shown)
        + (f" and {counted(rest, 'more language')}" if rest else "")
    )
    if audit["authors"]:
        facts.append(counted(audit["authors"]["different"], "author"))
    lines = [f"{name}: {counted(posts, 'post')}{of}", "; ".join(facts)]
    return [part for line in lines for part in console.wrapped(line, indent="", lines=3)]


def _main_languages(counts: dict[str, int]) -> list[str]:
    """Name the languages that have a share worth a column, the commonest first."""
    least = _LANGUAGE_SHARE * sum(counts.values())
    return [lang for at, (lang, n) in enumerate(counts.items()) if not at or (at < _LANGUAGES and n >= least)]


def _calendar(audit: dict[str, Any]) -> list[str]:
    """Lay out posts by quarter (or by year, where there are many quarters) and language, within the width."""
    quarters, counts = audit["quarters"], audit["languages"]["counts"]
    by_year = len(quarters) > _MOST_ROWS
    rows = _years(quarters) if by_year else quarters
    shown = _main_languages(counts)
    while True:
        lines = _laid_out(rows, shown, "year" if by_year else "quarter", rest=len(shown) < len(counts))
        if max(map(len, lines)) <= console.WIDTH or not shown:
            return lines
        shown.pop()


def _laid_out(rows: Sequence[dict[str, Any]], langs: Sequence[str], unit: str, *, rest: bool) -> list[str]:
    most = max(row["posts"] for row in rows)
    table = [[unit, "posts", "", *langs, *(["rest"] if rest else []), "a day", "days with posts"]]
    for empty, run in groupby(rows, key=lambda row: not row["posts"]):
        some = list(run)
        if empty and len(some) > 2:
            table.append(["…", "0", "", *[""] * (len(langs) + rest), "", f"{len(some)} {unit}s"])
            continue
        for row in some:
            by_language = [row["languages"].get(lang, 0) for lang in langs]
            if rest:
                by_language.append(row["posts"] - sum(by_language))
            days = f"{row['active']} of {row['covered']}" + (", partial" if row["partial"] else "")
            counts = [f"{n:,}" for n in by_language]
            drawn = bar(row["posts"] / most, _BAR)
            table.append([row["period"], f"{row['posts']:,}", drawn, *counts, f"{row['a_day']:,.1f}", days])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    left = {0, 2, len(widths) - 1}
    return [
        _GAP.join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]


def _years(quarters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add quarters up to years."""
    years: dict[str, dict[str, Any]] = {}
    for one in quarters:
        name = one["period"][:4]
        year = years.setdefault(
            name,
            {"period": name, "posts": 0, "active": 0, "covered": 0, "languages": {}, "partial": False, "missing": 0},
        )
        for key in ("posts", "active", "covered", "missing"):
            year[key] += one[key]
        for lang, n in one["languages"].items():
            year["languages"][lang] = year["languages"].get(lang, 0) + n
        year["partial"] |= one["partial"]
    edges = {quarters[0]["period"], quarters[-1]["period"]}
    for year in years.values():
        year["a_day"] = year["posts"] / max(year["covered"] - year["missing"], 1)
        missing = {f"{year['period']}Q1", f"{year['period']}Q4"} - {one["period"] for one in quarters}
        year["partial"] |= bool(missing) and any(edge.startswith(year["period"]) for edge in edges)
    return list(years.values())


def _largest(groups: Sequence[dict[str, Any]]) -> None:
    """Show the posts that are repeated most, a line each."""
    from rich.cells import cell_len, set_cell_size

    for one in [one for one in groups if one["posts"] > 2][:3]:
        start = f"{'':{_INDENT + 2}}{one['posts']:,} × "
        text = console.clean(one["excerpt"])
        room = console.WIDTH - len(start)
        console.write(start + (text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"))


def _paragraph(title: str, text: str, mark: str = " ", width: int = _INDENT) -> None:
    indent = " " * (width + 2)
    first, *more = console.wrapped(text, indent=indent, lines=12)
    console.write(f"{title:<{width}}{mark} {first[len(indent) :]}")
    for line in more:
        console.write(line)
