"""What a person sees of concepts: the posts with the highest scores in each language, and what codes say of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.named.centred import RARE
from discourse.named.surrogate import CALIBRATED, HEAD, UNCALIBRATED
from discourse.named.tables import CONCEPT, HIGH, LOW

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.concepts import Concepts

_POSTS, _POSTS_OF_AXES = 3, 2
"""Posts shown of a language, of axes at each end."""
_LANGUAGES = 4
"""Languages shown, the commonest."""
_ENDS = {HIGH: "High end", LOW: "Low end"}
_WORDS = {UNCALIBRATED: UNCALIBRATED, CALIBRATED: "calibrated by codes", HEAD: "learned from codes"}


def concept_tables(found: Concepts) -> None:
    """Show the posts at the top for each concept and language, and at both ends of axes."""
    counts = found.summary[~found.summary["lang"].isin(["all", RARE])].drop_duplicates("lang")
    langs = counts["lang"].head(_LANGUAGES).tolist()
    stages = {row["name"]: row for _, row in found.stages.iterrows()}
    shown = found.top[found.top["lang"].isin(langs)]
    for number, ((kind, name), posts) in enumerate(shown.groupby(["kind", "name"], sort=False)):
        if number:
            console.write()
        label = posts["label"].iloc[0]
        if kind == CONCEPT:
            console.write_wrapped(f"{label} ({name}, {_WORDS[stages[name]['stage']]})", lines=2)
            _posts(posts, _POSTS)
            if stages[name]["n_coded"]:
                _judged(
                    found.summary[(found.summary["kind"] == CONCEPT) & (found.summary["name"] == name)], stages[name]
                )
            continue
        console.write_wrapped(f"{label} (axis:{name})", lines=2)
        for end, at_end in posts.groupby("end", sort=False):
            console.write(f"  {_ENDS[str(end)]}")
            _posts(at_end, _POSTS_OF_AXES)
    if (shown["keywords"] != "").any():
        console.write("\n* holds a keyword of the concept")


def say_stages(found: Concepts) -> None:
    """Say what scores are good for at the stage they are at, where to read on, and what to do next."""
    stages = found.stages
    raw = stages[stages["stage"] == UNCALIBRATED]
    for reason, group in raw.groupby("reason", sort=False):
        why = str(reason).rstrip(".")
        if len(group) == len(stages):
            whose = "The concept is" if len(group) == 1 else f"All {len(group):,} concepts are"
            console.say(f"{whose} uncalibrated: {why}.")
        else:
            console.say(f"Uncalibrated: {'; '.join(group['label'])} ({why}).")
    for stage, word in _WORDS.items():
        if stage != UNCALIBRATED and (held := stages[stages["stage"] == stage])["label"].size:
            told = "; ".join(f"{one.label} ({one.n_coded:,} codes)" for one in held.itertuples())
            console.say(f"{word.capitalize()}: {told}")
    if raw.empty:
        console.say("Scores and probabilities are no shares. For shares, with the codes of a drawn sample:")
        console.say("  discourse correct --codes SHEET")
    else:
        console.say("Scores rank posts; they are no shares. For shares, code a sample by hand and correct by it:")
        first = raw["name"].iloc[0]
        console.say(f"  discourse sample --concept {first} --n 300    discourse correct --codes SHEET")
    console.say("Kept in the run as concepts; more posts to read: concepts/top.csv there.")
    console.say("Mean scores over time: discourse drift --on concepts")


def _posts(posts: pd.DataFrame, most: int) -> None:
    from rich.cells import cell_len, set_cell_size

    for lang, group in posts[posts["place"] <= most].groupby("lang", sort=False):
        for row in group.itertuples():
            mark = "*" if row.keywords else " "
            start = f"  {str(lang) if row.place == 1 else '':<4}  {row.place}{mark} "
            text, room = " ".join(console.clean(str(row.text)).split()), console.WIDTH - len(start)
            console.write(start + (text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"))


def _judged(rows: pd.DataFrame, stage: pd.Series[Any]) -> None:
    """Tell how codes judge the ranks, by language."""
    known = {stage["name"].casefold(), stage["label"].casefold()}
    called = [name for name in dict.fromkeys([stage["code"], stage["scheme"]]) if name and name.casefold() not in known]
    of = f" ({' in '.join(called)})" if called else ""
    have = "has" if stage["n_with"] == 1 else "have"
    posts = "post" if stage["n_coded"] == 1 else "posts"
    found = "; ".join(_precision(row) for _, row in rows.iterrows() if row["n_coded"])
    console.write_wrapped(
        f"{stage['n_with']:,} of {stage['n_coded']:,} coded {posts} {have} it{of}. Average precision, with what chance "
        f"would give: {found}",
        indent="  ",
    )


def _precision(row: pd.Series[Any]) -> str:
    if math.isnan(row["average_precision"]):
        return f"{row['lang']} withheld ({row['n_with']} with it)"
    low_high = "" if math.isnan(row["low"]) else f" ({row['low']:.2f} to {row['high']:.2f})"
    return f"{row['lang']} {row['average_precision']:.2f}{low_high}, {row['chance']:.2f}"
