"""What a person sees of drift: how common each label is by period, what moved, and what to keep in mind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from discourse.change.conclusions import level, points
from discourse.change.shifts import LEVEL_OF_ALL, NO_DISTRIBUTION
from discourse.change.verdicts import FELL, MOVED, NOTHING, ROSE, WITHHELD
from discourse.cli import console
from discourse.cli.render import sparkline, withheld
from discourse.cli.render_wording import lexical_table, semantic_table
from discourse.wording import counted

if TYPE_CHECKING:
    import pandas as pd

    from discourse.jobs.drift import DriftResult

_ROWS = 25
"""Labels shown of a table."""
_EXAMPLES = 5
"""Movements of meaning that are shown with posts."""
_MOVES = 20
"""Changes between other periods that are listed."""
_PERIODS = 8
"""Periods whose posts are told one by one."""
_COLUMNS = 16
"""Signs of a trend."""
_ORDER = {ROSE: 0, FELL: 1, NOTHING: 2, WITHHELD: 3}
_SHORT = {NOTHING: "not detectable"}


def drift_tables(found: DriftResult) -> None:
    """Draw what an analysis found: the two periods furthest apart in full, of the others what moved."""
    shifts, prevalence = found.tables["shifts"], found.tables["prevalence"]
    periods = prevalence.drop_duplicates("period")
    place = {period: at for at, period in enumerate(periods["period"])}
    pairs = list(shifts[["from", "to"]].drop_duplicates().itertuples(index=False, name=None))
    main = max(pairs, key=lambda pair: (place[pair[1]] - place[pair[0]], -place[pair[0]]))
    if len(periods) > 2:
        _periods(periods)
    for by, of in shifts[(shifts["from"] == main[0]) & (shifts["to"] == main[1])].groupby("by", sort=False):
        _compared(str(by), main, of, prevalence[prevalence["by"] == by], found.tables["omnibus"])
    if len(pairs) > 1:
        _others(shifts[(shifts["from"] != main[0]) | (shifts["to"] != main[1])], found.tables["omnibus"])
    if "specifications" in found.tables:
        _specifications(found.tables["specifications"])
    if "semantic" in found.tables:
        console.write()
        semantic_table(found.tables["semantic"])
        _examples(found.tables["examples"], found.tables["semantic"])
    if "lexical" in found.tables:
        console.write()
        lexical_table(found.tables["lexical"])
    console.write()
    for text in found.tables["pitfalls"]["text"]:
        console.write_wrapped(text)


def _periods(periods: pd.DataFrame) -> None:
    """Say how many posts each period has, or that of many the fewest and most, and mark those that are partial."""
    partial = periods["note"].str.contains("partial", regex=False)
    some = periods if len(periods) <= _PERIODS else periods[partial]
    told = [
        f"{row['period']} {row['n_total']:,}{' (partial)' if 'partial' in row['note'] else ''}"
        for row in some.to_dict("records")
    ]
    if len(periods) <= _PERIODS:
        console.write_wrapped(f"Posts: {', '.join(told)}")
        return
    whole = periods.loc[~partial, "n_total"]
    console.write_wrapped(
        "; ".join([f"Posts: {whole.min():,} to {whole.max():,} in each of {len(whole)} whole periods", *told])
    )


def _compared(
    by: str, pair: tuple[str, str], shifts: pd.DataFrame, prevalence: pd.DataFrame, omnibus: pd.DataFrame
) -> None:
    whole = omnibus[(omnibus["by"] == by) & (omnibus["from"] == pair[0]) & (omnibus["to"] == pair[1])].iloc[0]
    console.write()
    of = f"{by}: " if by else ""
    console.write_wrapped(f"{of}{pair[0]} → {pair[1]}, {whole['n_from']:,} and {whole['n_to']:,} posts.{_gate(whole)}")
    console.write()
    order = shifts["verdict"].map(_ORDER)
    claimed = shifts["q"].where(shifts["verdict"].isin([ROSE, FELL]), 1.0)
    size = shifts[["share_from", "share_to"]].max(axis=1)
    shown = shifts.assign(order=order, sure=claimed, untold=shifts["p"].isna(), size=-size)
    shown = shown.sort_values(["order", "untold", "sure", "size"], kind="stable")
    whole_only = prevalence["share"].where(~prevalence["note"].str.contains("partial", regex=False))
    series = {label: _trend(of) for label, of in whole_only.groupby(prevalence["label_id"], sort=False)}
    lines = prevalence["period"].nunique() > 2
    rows = [
        [
            row["label"],
            *([series[row["label_id"]]] if lines else []),
            f"{level(row['kind'], row['share_from'])} → {level(row['kind'], row['share_to'])}",
            _difference(row),
            _number(row["q"]),
            _verdict(row),
        ]
        for row in shown.head(_ROWS).to_dict("records")
    ]
    trend = [("trend", "left")] if lines else []
    heads = [
        ("label", "text"),
        *trend,
        ("from → to", "right"),
        ("points [95 %]", "right"),
        ("q", "right"),
        ("", "left"),
    ]
    console.draw(heads, rows)
    if len(shown) > _ROWS:
        console.write(f"and {len(shown) - _ROWS} more labels (--format csv shows all)")
    hidden = shown[shown["verdict"] == WITHHELD]
    withheld(hidden["label"], hidden["note"])


def _trend(shares: pd.Series[Any]) -> str:
    """Draw the share in each period; of many periods, the means of several together."""
    columns = min(len(shares), _COLUMNS)
    return sparkline(shares.groupby([at * columns // len(shares) for at in range(len(shares))]).mean().tolist())


def _gate(row: pd.Series[Any]) -> str:
    """Say whether the labels as a whole moved; nothing of labels that make no whole."""
    if row["note"] == NO_DISTRIBUTION:
        return ""
    if math.isnan(row["p"]):
        return f" Whether anything moved can't be tested: {row['note']}."
    size = f"divergence {max(row['adjusted'], 0):.3f} bits beyond chance, q {_sign(row['q'])}"
    if row["verdict"] == MOVED:
        return f" The labels as a whole moved{', as single ones show' if row['note'] else ''} ({size})."
    return f" The labels as a whole can't be shown to have moved ({size}; {LEVEL_OF_ALL:g} or less is asked)."


def _difference(row: dict[Any, Any]) -> str:
    if math.isnan(row["difference"]):
        return ""
    if math.isnan(row["low"]):
        return points(row["difference"])
    return f"{points(row['difference'])} [{points(row['low'])}, {points(row['high'])}]"


def _verdict(row: dict[Any, Any]) -> str:
    if row["verdict"] == NOTHING and "too few posts" in row["note"]:
        return "too few posts"
    if row["verdict"] == NOTHING and not math.isnan(row["mde"]):
        if abs(row["difference"]) >= abs(row["mde"]):
            return "not sure among all tests"
        return f"not detectable below {points(row['mde'])}"
    return _SHORT.get(row["verdict"], str(row["verdict"]))


def _others(shifts: pd.DataFrame, omnibus: pd.DataFrame) -> None:
    moved = shifts[shifts["verdict"].isin([ROSE, FELL])].sort_values("q", kind="stable")
    console.write()
    pairs = shifts[["by", "from", "to"]].drop_duplicates()
    as_a_whole = int((omnibus.merge(pairs)["verdict"] == MOVED).sum())
    told = f"{counted(len(moved), 'label')} moved" if len(moved) else "no label moved"
    whole = f"; the labels as a whole did in {counted(as_a_whole, 'pair') if as_a_whole else 'none'}"
    if (omnibus["note"] == NO_DISTRIBUTION).all():
        whole = ""
    console.write_wrapped(f"Other pairs of periods ({len(pairs)}): {told}{whole}.")
    if moved.empty:
        return
    console.write()
    rows = [
        [
            f"{row['by']}: {row['label']}" if row["by"] else row["label"],
            f"{row['from']} → {row['to']}",
            f"{level(row['kind'], row['share_from'])} → {level(row['kind'], row['share_to'])}",
            _difference(row),
            _number(row["q"]),
            row["verdict"],
        ]
        for row in moved.head(_MOVES).to_dict("records")
    ]
    heads = [("label", "text"), ("periods", "left"), ("from → to", "right"), ("points [95 %]", "right"), ("q", "right")]
    console.draw([*heads, ("", "left")], rows)
    if len(moved) > _MOVES:
        console.write(f"and {len(moved) - _MOVES} more (--format csv shows all)")


def _examples(examples: pd.DataFrame, semantic: pd.DataFrame) -> None:
    """Show for each label that moved the post furthest along the way, of either period."""
    labels = dict(zip(semantic["label_id"], semantic["label"], strict=True))
    first = examples[examples["rank"] == 1].head(2 * _EXAMPLES)
    for (label_id, before, now), of in first.groupby(["label_id", "from", "to"], sort=False):
        console.write(f"\n{labels[label_id]}, {before} → {now}: posts that show the way it moved")
        for row in of.sort_values("date", kind="stable").to_dict("records"):
            console.write(f"  {row['date']}  {row['lang']}  {row['post_id']}")
            console.write_wrapped(row["text"], indent="    ", lines=3)


def _specifications(table: pd.DataFrame) -> None:
    if table.empty:
        return
    console.write("\nThe same claims under other fits:\n")
    several = len(table[["from", "to"]].drop_duplicates()) > 1
    rows = [
        [
            row["label"],
            *([f"{row['from']} → {row['to']}"] if several else []),
            f"{row['specifications']} of {row['specifications'] + row['not_found']}",
            "" if math.isnan(row["same_sign"]) else f"{row['same_sign']:.0%}",
            ""
            if math.isnan(row["median"])
            else f"{points(row['median'])} [{points(row['low'])}, {points(row['high'])}]",
            _number(row["joint_p"]),
        ]
        for row in table.head(_MOVES).to_dict("records")
    ]
    periods = [("periods", "left")] if several else []
    heads = [("label", "text"), *periods, ("found in", "right"), ("same sign", "right")]
    console.draw([*heads, ("median points", "right"), ("joint p", "right")], rows)


def _number(value: float) -> str:
    return "" if math.isnan(value) else "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _sign(value: float) -> str:
    return "< .001" if value < 0.001 else f"= {value:.3f}"
