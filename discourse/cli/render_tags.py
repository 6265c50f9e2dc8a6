"""What a person sees of codes by keyword: for each scheme how many posts have each code, and in which languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discourse.cli import console
from discourse.cli.render import bar

if TYPE_CHECKING:
    from discourse.jobs.tag import Tagged

_LANGUAGES = 4
"""Languages that have a column, the commonest."""


def tags_table(found: Tagged) -> None:
    """Draw a table for each scheme, the commonest code first; codes that no post has are named below it."""
    table = found.summary
    langs = table[table["lang"] != "all"].drop_duplicates("lang").sort_values("n_total", ascending=False)
    shown = langs["lang"].head(_LANGUAGES).tolist() if len(langs) > 1 else []
    count = table.set_index(["scheme", "label", "lang"])["n_posts"].to_dict()
    everything = table[table["lang"] == "all"]
    for number, (scheme, codes) in enumerate(everything.groupby("scheme", sort=False)):
        if number:
            console.write()
        held = codes[codes["n_posts"] > 0].sort_values("n_posts", ascending=False, kind="stable")
        largest = held["share"].max() if len(held) else 1.0
        rows = [
            [
                code["label"],
                f"{code['n_posts']:,}",
                f"{code['share']:.1%}",
                bar(code["share"] / largest),
                *(f"{count[scheme, code['label'], lang]:,}" for lang in shown),
            ]
            for code in held.to_dict("records")
        ]
        numbers = [("posts", "right"), ("share", "right"), ("", "left"), *((lang, "right") for lang in shown)]
        console.draw([(str(scheme), "text"), *numbers], rows)
        if absent := codes.loc[codes["n_posts"] == 0, "label"].tolist():
            console.write_wrapped(f"No post: {', '.join(absent)}", indent=" ", lines=3)
