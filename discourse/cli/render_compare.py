"""What a person sees of themes beside codes: which stand for which, how people agree, and posts to read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.cli.render_agreement import interval, number
from discourse.codes.compare.beside import FEWEST
from discourse.codes.compare.matches import NO_CODE, NOWHERE, WITHHELD, alone
from discourse.codes.compare.over_time import CHANGED
from discourse.codes.compare.over_time import WITHHELD as UNTESTED
from discourse.jobs.labellings import THEMES
from discourse.wording import counted

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.compare import CompareResult

_ROWS = 15
"""Codes of a scheme that are shown."""
_NAMED = 12
_POSTS = 5
_KEYS = 24
"""Themes whose names are told below tables that have their numbers."""


def compare_tables(found: CompareResult) -> None:
    """Draw what a comparison found."""
    codes, overall = found.tables["codes"], found.tables["overall"]
    single = alone(codes)
    shown: list[str] = []
    for row in overall[~overall["scheme"].isin(single["scheme"])].to_dict("records"):
        posts, some = counted(row["coded"], "coded post"), counted(row["codes"], "code")
        console.write(f"{row['scheme'] or 'Codes'}: {posts}, {some}")
        shown += _codes(codes[codes["scheme"] == row["scheme"]], found.what, _whole(row, found.what))
        console.write()
    if len(single):
        posts = " to ".join(dict.fromkeys(f"{n:,}" for n in (single["coded"].min(), single["coded"].max())))
        whose = "its own" if len(single) == 1 else "their own"
        console.write(f"{counted(len(single), 'code')} in a scheme of {whose}: {posts} coded posts")
        shown += _codes(single, found.what, "")
        console.write()
    if found.what == THEMES:
        _themes(found.tables["themes"], shown)
    _people(found.tables["agreement"])
    _over_time(found.tables["invariance"], found.what)
    _posts(found.tables["disagreements"], found.what)


def _whole(row: dict[Any, Any], what: str) -> str:
    """Say how labels and codes of a scheme go together as wholes."""
    held = "are in a theme" if what == THEMES else "have a label"
    told = row["explained_adjusted"]
    explained = "" if math.isnan(told) else f" Entropy of codes explained beyond chance: {told:z.0%}."
    ami = "" if math.isnan(row["ami"]) else f"; AMI {number(row['ami'])}"
    return (
        f"{row['labelled']:.0%} of these posts {held}.{explained} B-cubed F1 {number(row['bcubed_f1'])} on the "
        f"{row['bcubed_coverage']:.0%} with a code{ami}."
    )


def _codes(of: pd.DataFrame, what: str, whole: str) -> list[str]:
    """Draw the codes of a scheme, and what is to be said below; give the ids of the labels that are shown."""
    known = of[~of["verdict"].isin([WITHHELD, NOWHERE])].sort_values("adjusted_f1", ascending=False, kind="stable")
    shown = known.head(_ROWS)
    if len(shown):
        console.write()
        people = shown["people_f1"].notna().any()
        rows = [
            [
                row["code"],
                f"{row['positives']:,}",
                row["label_ids"].replace("; ", " ") if what == THEMES else row["labels"],
                number(row["precision"]),
                number(row["recall"]),
                interval(row, "f1"),
                number(row["adjusted_f1"]),
                *([number(row["people_f1"])] if people else []),
                row["verdict"],
            ]
            for row in shown.to_dict("records")
        ]
        heads = [("code", "left"), ("posts", "right"), (what, "text"), ("prec.", "right"), ("recall", "right")]
        heads += [("F1 [95 %]", "right"), ("beyond\nchance", "right"), *([("people", "right")] if people else [])]
        console.draw([*heads, ("", "left")], rows)
        if len(known) > _ROWS:
            console.write(f"and {counted(len(known) - _ROWS, 'more code')} (--format csv shows all)")
    if whole:
        console.write_wrapped(whole)
    nowhere = of.loc[of["verdict"] == NOWHERE, "code"].tolist()
    if nowhere:
        console.write_wrapped(f"F1 not clearly above chance: {_listed(nowhere)}.")
    if few := int((of["verdict"] == WITHHELD).sum()):
        console.write_wrapped(f"Withheld: {counted(few, 'code')} that fewer than {FEWEST} of these posts have, or all.")
    return [one for ids in shown["label_ids"] for one in ids.split("; ")]


def _themes(themes: pd.DataFrame, shown: list[str]) -> None:
    """Tell the names of the themes that tables have by number, and which stand for no code."""
    names = themes.set_index("label_id")["label"]
    none = themes.loc[themes["verdict"] == NO_CODE, "label_id"].tolist()
    keys = [one for one in names.index if one in {*shown, *none}]
    if 0 < len(keys) <= _KEYS:
        told = "; ".join(f"{one} {names[one]}" for one in keys)
        console.write_wrapped(f"Themes by number: {told}.", lines=_KEYS)
    elif keys:
        console.write(f"{len(keys):,} themes are named by their numbers here; discourse themes tells their labels.")
    if none:
        console.write_wrapped(f"Themes that stand for no code, even in part: {_listed(none)}.")


def _people(overall: pd.DataFrame) -> None:
    told = [
        f"{row['scheme'] or 'all codes'} {interval(row, 'alpha')} ({counted(row['posts'], 'post')})"
        for row in overall.to_dict("records")
        if not math.isnan(row["alpha"])
    ]
    if told:
        console.write_wrapped(f"People among each other, Krippendorff's alpha: {'; '.join(told)}.")
    elif overall.empty:
        console.write_wrapped("No post was coded by two people: how far they would agree, a ceiling, isn't known.")
    else:
        console.write_wrapped("Too few posts were coded by two people to tell how far they agree, a ceiling.")


def _over_time(tests: pd.DataFrame, what: str) -> None:
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
    told = (
        f"recall or false positives changed for {_listed(changed)}, whose {what} can't stand in for them in a trend"
        if changed
        else "no change of recall or false positives is shown"
    )
    console.write_wrapped(
        f"Between periods, {counted(len(done), 'code')} tested: {told}. That none is shown is no evidence that there "
        f"is none: {power}. For shares of codes over time: discourse correct."
    )


def _posts(posts: pd.DataFrame, what: str) -> None:
    if posts.empty:
        return
    one = what.removesuffix("s")
    console.write(f"\nPosts to read, whose codes fit another {one} best:")
    for row in posts.head(_POSTS).to_dict("records"):
        own, other = (_label(row, name, what) for name in ("label", "fits"))
        console.write(f"\n  {row['date'] if isinstance(row['date'], str) else ''}  {row['lang']}  {row['post_id']}")
        console.write_wrapped(row["text"], indent="    ", lines=3)
        console.write_wrapped(f"coded {row['codes'] or 'with none'}", indent="    ", lines=2)
        console.write_wrapped(f"{one} {own}; fits {other}: {row['why']}", indent="    ", lines=3)
    if len(posts) > _POSTS:
        console.write(f"\n{len(posts) - _POSTS} more in disagreements.csv.")


def _label(row: dict[Any, Any], name: str, what: str) -> str:
    """Name the label of a post; a theme by its number too."""
    if not row[f"{name}_id"]:
        return "none"
    return f"{row[f'{name}_id']} {row[name]}" if what == THEMES else str(row[name])


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
