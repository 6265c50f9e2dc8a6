"""What a person sees of themes beside codes: which stand for which, how people agree, and posts to read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.cli.render_agreement import interval, number
from discourse.codes.compare.matches import NO_CODE, NOWHERE, WITHHELD
from discourse.codes.compare.over_time import CHANGED
from discourse.codes.compare.over_time import WITHHELD as UNTESTED

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.compare import CompareResult

_ROWS = 15
"""Codes of a scheme that are shown."""
_NAMED = 12
_POSTS = 5


def compare_tables(found: CompareResult) -> None:
    """Draw what a comparison found."""
    codes = found.tables["codes"]
    for row in found.tables["overall"].to_dict("records"):
        of = codes[codes["scheme"] == row["scheme"]]
        _scheme(row)
        _codes(of)
        console.write()
    _themes(found.tables["themes"])
    _people(found.tables["agreement"])
    _over_time(found.tables["invariance"])
    _posts(found.tables["disagreements"])


def _scheme(row: dict[Any, Any]) -> None:
    name = row["scheme"] or "Codes"
    ami = "" if math.isnan(row["ami"]) else f"; AMI {number(row['ami'])}"
    told = row["explained_adjusted"]
    explained = "" if math.isnan(told) else f" Entropy of codes explained beyond chance: {told:.0%}."
    console.write_wrapped(
        f"{name}: {row['coded']:,} coded posts, {row['codes']} codes; {row['labelled']:.0%} of the posts have a label."
        f"{explained} B-cubed F1 {number(row['bcubed_f1'])} (posts with a code, {row['bcubed_coverage']:.0%}){ami}."
    )


def _codes(of: pd.DataFrame) -> None:
    known = of[~of["verdict"].isin([WITHHELD, NOWHERE])].sort_values("adjusted_f1", ascending=False, kind="stable")
    if len(known):
        console.write()
        people = known["people_f1"].notna().any()
        numbered = bool(known["label_ids"].str.fullmatch(r"[0-9; ]+").all())
        rows = [
            [
                row["code"],
                f"{row['positives']:,}",
                row["label_ids"].replace("; ", " ") if numbered else row["labels"],
                number(row["precision"]),
                number(row["recall"]),
                interval(row, "f1"),
                number(row["chance_f1"]),
                *([number(row["people_f1"])] if people else []),
                row["verdict"],
            ]
            for row in known.head(_ROWS).to_dict("records")
        ]
        more = [("people", "right")] if people else []
        heads = [
            ("code", "left"),
            ("posts", "right"),
            ("themes" if numbered else "labels", "text"),
            ("prec.", "right"),
            ("recall", "right"),
        ]
        console.draw([*heads, ("F1 [95 %]", "right"), ("chance", "right"), *more, ("", "left")], rows)
        if len(known) > _ROWS:
            console.write(f"and {len(known) - _ROWS} more codes (--format csv shows all)")
    nowhere = of.loc[of["verdict"] == NOWHERE, "code"].tolist()
    if nowhere:
        console.write_wrapped(f"Codes without a theme, F1 no better than chance beyond doubt: {_listed(nowhere)}.")
    if few := int((of["verdict"] == WITHHELD).sum()):
        console.write_wrapped(f"Withheld: {few} codes that fewer than 10 posts have, or all.")


def _themes(themes: pd.DataFrame) -> None:
    none = themes[themes["verdict"] == NO_CODE]
    if len(none):
        told = [f"{row['label_id']} {row['label']}" for row in none.to_dict("records")]
        console.write_wrapped(f"Themes without a code, that stand for none, even in part: {_listed(told)}.")


def _people(overall: pd.DataFrame) -> None:
    told = [
        f"{row['scheme'] or 'all codes'} {interval(row, 'alpha')} ({row['posts']:,} posts)"
        for row in overall.to_dict("records")
        if not math.isnan(row["alpha"])
    ]
    if told:
        console.write_wrapped(f"People among each other, Krippendorff's alpha: {'; '.join(told)}.")
    else:
        console.write_wrapped("No post was coded by two people: how far they would agree, a ceiling, isn't known.")


def _over_time(tests: pd.DataFrame) -> None:
    done = tests[tests["verdict"] != UNTESTED]
    if done.empty:
        return
    changed = done.loc[done["verdict"] == CHANGED, "code"].tolist()
    seen = done["detectable_recall"]
    power = (
        f"a change of recall under {seen.median():.2f} would have been missed for half of them"
        if seen.notna().mean() > 0.5
        else "for most, no change of recall would have been seen"
    )
    what = (
        f"recall or false positives changed for {_listed(changed)}, whose themes can't stand in for them in a trend"
        if changed
        else "no change of recall or false positives is shown"
    )
    console.write_wrapped(
        f"Between periods, {len(done)} codes tested: {what}. That none is shown is no evidence that there is none: "
        f"{power}. For shares of codes over time: discourse correct."
    )


def _posts(posts: pd.DataFrame) -> None:
    if posts.empty:
        return
    console.write("\nPosts to read, whose codes fit another label best:")
    for row in posts.head(_POSTS).to_dict("records"):
        console.write(f"\n  {row['date'] if isinstance(row['date'], str) else ''}  {row['lang']}  {row['post_id']}")
        console.write_wrapped(row["text"], indent="    ", lines=3)
        console.write_wrapped(f"coded {row['codes'] or 'with none'}", indent="    ", lines=2)
        console.write_wrapped(f"labelled {row['label']}; fits {row['fits']}: {row['why']}", indent="    ", lines=3)
    if len(posts) > _POSTS:
        console.write(f"\n{len(posts) - _POSTS} more in disagreements.csv.")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
