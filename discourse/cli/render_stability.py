"""What a person sees of the stability of themes: a bar and a word for each theme, then a few sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from discourse.cli import console
from discourse.cli.render import bar

if TYPE_CHECKING:
    from discourse.jobs.stability import Found


def stability_table(found: Found) -> None:
    """Draw a row a theme: how like it the refits' themes are, and in how many specifications it is found."""
    rows = []
    for theme in found.themes.to_dict("records"):
        known = theme["refits"] > 0 and not math.isnan(theme["jaccard"])
        named = "\n".join(filter(None, [theme["label"], f"({theme['note']})" if theme["note"] else ""]))
        cells = [
            str(theme["theme"]),
            f"{theme['n_posts']:,}",
            f"{theme['jaccard']:.2f}" if known else "–",
            bar(theme["jaccard"], 8) if known else "",
            f"{theme['found']} of {theme['specifications']}" if theme["specifications"] else "–",
            theme["verdict"],
            named,
        ]
        rows.append(cells)
    console.draw(
        [
            ("theme", "right"),
            ("posts", "right"),
            ("Jaccard", "right"),
            ("", "left"),
            ("found in", "right"),
            ("verdict", "left"),
            ("label", "text"),
        ],
        rows,
    )


def sentences(found: Found) -> list[str]:
    """Say how many refits this rests on, what the verdicts add up to, and what is missing."""
    done, planned = found.facts["done"], found.facts["planned"]
    counts = found.facts["verdicts"]
    words = [f"{counts[word]} {word}" for word in ("robust", "fragile", "artefact", "not measured") if word in counts]
    said = [
        f"{done['subsample']} of {planned['subsample']} refits from {found.facts['share']:.0%} of the "
        f"{found.facts['block']}s, {done['multiverse']} of {planned['multiverse']} layouts with other seeds and "
        f"neighbours, {done['period']} of {planned['period']} fits of the quarters."
    ]
    if counts:
        said.append(f"Themes: {', '.join(words)}.")
    if counts.get("artefact"):
        said.append(
            "What is said of an artefact is said of posts that another fit would have grouped otherwise: make no claim "
            "on it. Its subject may be real; a code with keywords (discourse tag) counts it whatever the fit."
        )
    if (found.transitions["verdict"] != "not measured").any():
        from discourse.stats.transitions import UNCLEAR

        sure = found.transitions[(found.transitions["verdict"] == "sure") & (found.transitions["change"] != UNCLEAR)]
        said.append(
            f"From quarter to quarter, {len(sure)} of {len(found.transitions)} changes of themes are sure "
            "(stability/transitions.csv)."
        )
    if sum(done.values()) < sum(planned.values()):
        said.append("More refits: call it again, with a larger --budget; it goes on where it stopped.")
    return said
