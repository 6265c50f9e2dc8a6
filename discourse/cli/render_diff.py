"""What a person sees of two runs side by side: settings, themes, findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.jobs.diff import SIGN

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.diff import Difference


def page(found: Difference, part: str | None) -> None:
    """Show the differences of two runs, or one part of them."""
    if part is None:
        posts = found.posts
        console.write(
            f"{posts['common']:,} posts in both, {posts['only_a']:,} only in A, {posts['only_b']:,} only in B\n"
        )
    shown = {"settings": _settings, "themes": _themes, "findings": _findings}
    for number, draw in enumerate(shown.values() if part is None else [shown[part]]):
        if number:
            console.write()
        draw(found)


def whole(found: Difference) -> None:
    """Write everything as one JSON value."""

    def rows(table: pd.DataFrame) -> Any:
        return json.loads(table.to_json(orient="records", force_ascii=False))

    parts = {name: rows(getattr(found, name)) for name in ("themes", "settings", "findings", "compared")}
    console.write_json({"posts": found.posts, **parts, "notes": found.notes})


def _settings(found: Difference) -> None:
    if found.settings.empty:
        console.write("Settings, encoder, inputs and versions are the same.")
        return
    rows = [[what, _short(a), _short(b)] for what, a, b in found.settings.itertuples(index=False)]
    console.draw([("differs", "text"), ("A", "text"), ("B", "text")], rows)


def _themes(found: Difference) -> None:
    rows = []
    for row in json.loads(found.themes.to_json(orient="records", force_ascii=False)):
        a, b = row["label_a"], row["label_b"]
        numbers = ["–" if row[key] is None else str(row[key]) for key in ("theme_a", "theme_b")]
        alike = f"{row['jaccard']:.2f}" if row["common"] else ""
        label = a if a == b or not b else b if not a else f"{a}\n{b}"
        rows.append([*numbers, row["relation"], f"{row['common']:,}" if row["common"] else "", alike, label])
    numbers_of = [("A", "right"), ("B", "right"), ("", "left"), ("posts", "right"), ("Jaccard", "right")]
    console.draw([*numbers_of, ("label in A, in B", "text")], rows)


def _findings(found: Difference) -> None:
    """Show findings of another verdict; of those that changed their sign alone, undetectable either way, the number."""
    if found.compared.empty:
        console.write("No analysis of one name is in both runs.")
        return
    told = found.findings[found.findings["change"] != SIGN]
    if len(told):
        rows = [
            [
                f"{row['label']}\n{row['when']}{', ' + row['by'] if row['by'] else ''}, {row['analysis']}",
                f"{_points(row['difference_a'])}\n{_points(row['difference_b'])}",
                f"{row['verdict_a']}\n{row['verdict_b']}",
            ]
            for row in told.to_dict("records")
        ]
        console.draw([("another verdict in B than in A", "text"), ("A, B", "right"), ("A, B", "left")], rows)
        console.write()
    sign = found.findings.loc[found.findings["change"] == SIGN, "analysis"].value_counts().to_dict()
    counts = [
        [name, *(f"{n:,}" for n in (compared, changed - sign.get(name, 0), sign.get(name, 0), only_a, only_b))]
        for name, compared, changed, only_a, only_b in found.compared.itertuples(index=False)
    ]
    headings = ("compared", "verdict", "sign only", "only A", "only B")
    console.draw([("findings that differ in", "text"), *((heading, "right") for heading in headings)], counts)


def _points(share: float) -> str:
    return "" if share != share else f"{100 * share:+.1f}"


def _short(text: str) -> str:
    return "–" if text in ("", "null") else text
